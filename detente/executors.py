"""Where pieces of work run: in this process, in others of this machine, or on a Dask cluster.

Every place gives the same results. A worker that dies loses nothing: its piece is done again.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import resource_tracker
from pickle import dumps, loads
from threading import Lock, Thread, local
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from detente.errors import (
    CancelledError,
    DetenteError,
    LimitError,
    UnknownNameError,
    did_you_mean,
    quote,
)

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

MOST_PROCESSES = 512
MOST_DEATHS = 3
"""So many processes may die of one piece before it is given up."""
WORDS = ("here", "processes", "tcp://HOST:PORT")
_ARITHMETIC = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where pieces run.

    n_workers : processes to start, when on this machine
    address : of the scheduler, when on a cluster
    """

    kind: Literal["here", "processes", "cluster"]
    n_workers: int = 1
    address: str = ""


def place_of(text: str) -> Place:
    """Read where pieces are to run: ``here``, ``processes``, ``processes:4``, ``tcp://HOST:PORT``.

    Raises UnknownNameError when the text is none of these.

    Examples
    --------
    >>> place_of("processes:4").n_workers
    4
    >>> place_of("tcp://10.0.0.5:8786").address
    'tcp://10.0.0.5:8786'
    """
    word, colon, rest = text.partition(":")
    if text == "here":
        return Place(kind="here")
    if text == "processes":
        return Place(kind="processes", n_workers=n_cores())
    if word == "processes" and colon:
        if rest.isascii() and rest.isdigit() and 1 <= int(rest[:9]) <= MOST_PROCESSES:
            return Place(kind="processes", n_workers=int(rest))
        raise UnknownNameError(
            f"{quote(text)}: the number of processes is not between 1 and {MOST_PROCESSES}; "
            "write processes:4, or processes for one on each core"
        )
    if word == "tcp":
        return _cluster_place(text)
    raise UnknownNameError(f"no executor is called {quote(text)}; {did_you_mean(text, WORDS)}")


def _cluster_place(text: str) -> Place:
    with suppress(ValueError):
        parts = urlsplit(text)
        bare = not (parts.path or parts.query or parts.fragment or parts.username)
        if bare and parts.hostname and parts.port:
            return Place(kind="cluster", address=text)
    raise UnknownNameError(
        f"{quote(text)} is no address of a scheduler; write tcp://HOST:PORT, "
        "such as tcp://10.0.0.5:8786"
    )


def n_cores() -> int:
    """Return how many cores of this machine may be used."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


@contextmanager
def opened(where: str) -> Iterator[Executor | None]:
    """Open an executor for ``Work(executor=...)``, and close it after the block.

    where : ``here``, which gives None; ``processes`` for one on each core, ``processes:4`` for a
        number; ``tcp://HOST:PORT`` for the workers of a Dask scheduler

    A block that ends with an error, or is interrupted, does not wait for pieces under way:
    processes are ended at once, and a cluster is told that nobody waits any more.

    Raises UnknownNameError when ``where`` is none of these; DetenteError when a cluster cannot be
    used, see :class:`~detente.cluster.Cluster`.

    Cost: a process is ready after 0.4 s, and several at the same time on as many cores; reaching a
    scheduler takes 0.2 s.

    Examples
    --------
    >>> from detente.work import Work
    >>> with opened("here") as executor:
    ...     list(Work(executor=executor).run(abs, [-1, 2]))
    [1, 2]
    """
    place = place_of(where)
    if place.kind == "here":
        yield None
    elif place.kind == "processes":
        with Processes(place.n_workers) as processes:
            yield processes
    else:
        from detente.cluster import Cluster

        with Cluster(place.address) as cluster:
            yield cluster


class Processes(Executor):
    """Processes of this machine; one that dies is replaced, and its piece is done again.

    When MOST_DEATHS processes, one after the other, die of the same piece, the piece fails with
    LimitError. Processes start as they are needed, afresh (``spawn``), because a copy of a process
    in which arithmetic threads run may hang. They do arithmetic on one thread each, leave
    interrupts to this process, and end when it ends, however it ends.

    A thread for each process sends it a piece and waits for what comes back, over a line of their
    own: a process that dies while it reads or writes disturbs no other.
    """

    def __init__(self, n_workers: int) -> None:
        self.n_workers = n_workers
        self._threads = ThreadPoolExecutor(n_workers, "process", _keep_interrupts_from_children)
        self._own = local()
        self._workers: set[_Worker] = set()
        self._door = Lock()
        self._abandoned = False

    @property
    def pids(self) -> list[int]:
        """The numbers under which the operating system knows the processes that run."""
        with self._door:
            return [worker.pid for worker in self._workers]

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do a call in one of the processes."""
        return self._threads.submit(self._do, partial(fn, *args, **kwargs))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as in the standard library
        """Take no more calls, and end the processes when those under way are done."""
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)
        if wait:
            for worker in self._workers:
                worker.end()
            self._workers.clear()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Close; after an error without waiting for what is under way."""
        if kind is not None:
            with self._door:
                self._abandoned = True
                for worker in self._workers:
                    worker.kill()
        self.shutdown(cancel_futures=kind is not None)

    def _do(self, call: Callable[[], Any]) -> Any:
        """Have a call done by the process of this thread, or by the next when that one dies."""
        sent = dumps(call)
        for _ in range(MOST_DEATHS):
            worker = self._worker()
            try:
                came = worker.do(sent)
            except (EOFError, OSError):
                self._bury(worker)
                continue
            result, error = loads(came)  # noqa: S301 - from our own process
            if error is not None:
                raise error
            return result
        raise LimitError(
            f"{MOST_DEATHS} processes, one after the other, died of the same piece of work, most "
            "likely for want of memory; try fewer at once, such as processes:1"
        )

    def _worker(self) -> _Worker:
        """Return the process of this thread, started when there is none."""
        worker: _Worker | None = getattr(self._own, "worker", None)
        if worker is not None:
            return worker
        with self._door:
            if self._abandoned:
                raise CancelledError("stopped while starting processes")
            worker = _Worker()
            self._workers.add(worker)
        self._own.worker = worker
        try:
            worker.wait_until_ready()
        except (EOFError, OSError):
            self._bury(worker)
            raise DetenteError(
                "a process could not be started; a script that opens processes does so below "
                "'if __name__ == \"__main__\":'"
            ) from None
        return worker

    def _bury(self, worker: _Worker) -> None:
        self._own.worker = None
        with self._door:
            self._workers.discard(worker)
            abandoned = self._abandoned
        worker.kill()
        worker.end()
        if abandoned:
            raise CancelledError("stopped while waiting for a process")


class _Worker:
    """A process, as the thread that it works for sees it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, other = context.Pipe()
        self._process = context.Process(target=_work, args=(other,), daemon=True)
        self._process.start()
        other.close()
        self.pid = self._process.pid or 0

    def wait_until_ready(self) -> None:
        """Wait until the process is ready; EOFError when it has died."""
        self._line.recv_bytes()

    def do(self, call: bytes) -> bytes:
        """Send a call and wait for what comes back; EOFError or OSError when the process dies."""
        self._line.send_bytes(call)
        return self._line.recv_bytes()

    def kill(self) -> None:
        """Make an end of the process, whatever it does."""
        self._process.kill()

    def end(self) -> None:
        """Tell the process that nothing more comes, and wait for its end."""
        self._line.close()
        self._process.join()


def _keep_interrupts_from_children() -> None:
    """Let processes that this thread starts hear no interrupt, from their first moment on."""
    if sys.platform != "win32":
        resource_tracker.ensure_running()  # which lets interrupts through again as it starts
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _work(line: Connection) -> None:
    """Do in a process what comes down the line, until nothing more does."""
    from threadpoolctl import threadpool_limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    os.environ.update(dict.fromkeys(_ARITHMETIC, "1"))
    with threadpool_limits(limits=1), suppress(EOFError, OSError):
        line.send_bytes(b"ready")
        while True:
            line.send_bytes(_outcome(line.recv_bytes()))


def _outcome(sent: bytes) -> bytes:
    """Return the result of a call, or what it raised; both as (result, error), pickled."""
    try:
        return dumps((loads(sent)(), None))  # noqa: S301 - from our own parent
    except Exception as error:  # noqa: BLE001 - raised again where the call was made
        if not isinstance(error, DetenteError):
            error.add_note(f"In another process:\n{traceback.format_exc()}")
        try:
            return dumps((None, error))
        except Exception:  # noqa: BLE001 - an error that cannot be sent is told in words
            return dumps((None, RuntimeError(traceback.format_exc())))


def _end_with_parent() -> None:
    """End this process as soon as the one that started it is no more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
