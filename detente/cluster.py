"""The workers of a Dask scheduler as an executor.

Needs the package ``distributed`` (``pip install 'detente[cluster]'``), loaded when a cluster is
opened.
"""

from __future__ import annotations

import asyncio
import logging
import pkgutil
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from functools import partial
from pickle import dumps, loads
from typing import Any

from detente.errors import DetenteError, LimitError

_VERSION = "detente:__version__"
PATIENCE = 5.0
"""Seconds within which a scheduler answers, and its first worker is there."""


class Cluster(Executor):
    """The workers of a Dask scheduler; what a worker that dies held goes to another.

    address : of the scheduler, such as ``tcp://10.0.0.5:8786``
    n_workers : how many pieces run at a time, counted when the cluster was opened

    Raises DetenteError when ``distributed`` is not installed, when no scheduler answers there, when
    it has no workers, or when a worker lacks Detente or has another version of it. A call fails
    with LimitError when worker after worker died of it, and with DetenteError when the scheduler is
    lost; what the call itself raises comes through.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise DetenteError(
                f"{address} needs the package distributed; pip install 'detente[cluster]'"
            ) from None
        _require_scheduler(address)
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what matters is raised
        self.address = address
        self._under_way: set[Future[Any]] = set()
        self._client = Client(address, timeout=PATIENCE, set_as_default=False)
        try:
            self.n_workers = self._ready_workers()
        except BaseException:
            self._client.close()
            raise

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do a call on one of the workers."""
        if self._client.status not in {"running", "connecting"}:
            raise DetenteError(self._lost)
        sent = dumps(partial(fn, *args, **kwargs))
        future: Future[Any] = Future()
        theirs = self._client.submit(called, sent, pure=False)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        future.add_done_callback(lambda mine: theirs.cancel() if mine.cancelled() else None)
        theirs.add_done_callback(partial(self._settle, future))
        return future

    @property
    def _lost(self) -> str:
        return f"the scheduler at {self.address} was lost; ask again when it is back"

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as in the standard library
        """Leave the cluster, which goes on; without waiting, calls under way are cancelled."""
        self._leave(drop=cancel_futures or not wait)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Leave the cluster; after an error without waiting for what is under way."""
        self._leave(drop=kind is not None)

    def _leave(self, *, drop: bool) -> None:
        under_way = list(self._under_way)
        if drop:
            for future in under_way:
                future.cancel()
        else:
            wait(under_way)
        self._client.close()

    def _settle(self, future: Future[Any], theirs: Any) -> None:
        """Pass on how a call ended, in another thread."""
        if not future.set_running_or_notify_cancel():
            return
        if theirs.status in {"cancelled", "lost"}:
            future.set_exception(DetenteError(self._lost))
            return
        try:
            result = loads(theirs.result())  # noqa: S301 - what our own function sent
        except BaseException as error:  # noqa: BLE001 - raised again where the call was made
            future.set_exception(self._plain(error))
        else:
            future.set_result(result)

    def _plain(self, error: BaseException) -> BaseException:
        from distributed import KilledWorker

        if isinstance(error, KilledWorker):
            return LimitError(
                f"worker after worker of {self.address} died of the same piece of work, most "
                "likely for want of memory; give workers more, or start fewer on each machine"
            )
        if isinstance(error, ModuleNotFoundError) and _is_ours(error.name):
            return DetenteError(_lacking("a worker", self.address))
        return error

    def _ready_workers(self) -> int:
        """Return how many pieces the workers do at a time, each checked for Detente."""
        from distributed import TimeoutError as OutOfTime

        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except OutOfTime:
            raise DetenteError(
                f"the scheduler at {self.address} has no workers; start some with "
                f"'dask worker {self.address}'"
            ) from None
        version_of, here = pkgutil.resolve_name, pkgutil.resolve_name(_VERSION)
        found: Mapping[str, Any] = self._client.run(version_of, _VERSION, on_error="return")
        for worker, version in found.items():
            if isinstance(version, ModuleNotFoundError):
                raise DetenteError(_lacking(f"the worker {worker}", self.address))
            if isinstance(version, BaseException):
                raise version
            if version != here:
                raise DetenteError(
                    f"the worker {worker} of {self.address} has Detente {version}, and here is "
                    f"{here}; install the same everywhere"
                )
        return sum(self._client.nthreads().values()) or 1


def called(sent: bytes) -> bytes:
    """Do a call on a worker; both ways pickled, so that arrays arrive as they were."""
    return dumps(loads(sent)())  # noqa: S301 - whoever reaches a worker can do anything anyway


def _require_scheduler(address: str) -> None:
    """Raise DetenteError unless a scheduler answers within :data:`PATIENCE`."""
    try:
        with ThreadPoolExecutor(1) as apart:  # this thread may run a loop of its own
            kind = apart.submit(lambda: asyncio.run(_kind(address))).result()
    except Exception:  # noqa: BLE001 - whatever is there, it is no scheduler
        raise DetenteError(
            f"no Dask scheduler answers at {address}; look at host and port, or start one with "
            "'dask scheduler'"
        ) from None
    if kind != "Scheduler":
        raise DetenteError(
            f"{address} is the address of a worker; give that of its scheduler, which usually "
            "ends in :8786"
        )


async def _kind(address: str) -> str:
    """Return what answers at an address."""
    from distributed.core import rpc

    async with asyncio.timeout(PATIENCE):
        async with rpc(address, timeout=PATIENCE) as peer:
            return str((await peer.identity())["type"])


def _is_ours(module: str | None) -> bool:
    return module is not None and module.partition(".")[0] == "detente"


def _lacking(worker: str, address: str) -> str:
    here = pkgutil.resolve_name(_VERSION)
    return f"{worker} of {address} lacks Detente; install Detente {here} where workers run"
