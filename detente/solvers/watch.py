"""Watching, beside a compiled loop, whether it should stop.

A compiled loop cannot ask :class:`~detente.work.Work` itself; it reads a number now and then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

import numpy as np

from detente.errors import CancelledError
from detente.factors import Ints
from detente.work import Work

CANCELLED = 1
OUT_OF_TIME = 2
_EVERY = 0.05
"""Seconds between two looks."""


@contextmanager
def watched(work: Work, *, what: str = "working") -> Iterator[Ints]:
    """Give a number, shape (1,), that turns from 0 to CANCELLED or OUT_OF_TIME when it is time.

    ``work.seconds`` count from the beginning of the block. ``work.cancelled`` is asked from another
    thread, some twenty times a second; what it raises is raised at the end of the block.

    Raises CancelledError before the block, or at its end, when the work was cancelled; a block that
    ran out of time ends in peace.

    Examples
    --------
    >>> with watched(Work(seconds=0.0)) as stop:
    ...     while not stop[0]:
    ...         pass
    >>> int(stop[0]) == OUT_OF_TIME
    True
    """
    stop = np.zeros(1, dtype=np.int64)
    work.check(what)
    if work.cancelled is None and work.seconds is None:
        yield stop
        return
    until = np.inf if work.seconds is None else monotonic() + work.seconds
    over = Event()
    failures: list[BaseException] = []
    asked = work.cancelled or _never
    watcher = Thread(target=_watch, args=(stop, over, asked, until, failures), daemon=True)
    watcher.start()
    try:
        yield stop
    finally:
        over.set()
        watcher.join()
    if failures:
        raise failures[0]
    if stop[0] == CANCELLED:
        raise CancelledError(f"stopped while {what}")


def _never() -> bool:
    return False


def _watch(
    stop: Ints,
    over: Event,
    cancelled: Callable[[], bool],
    until: float,
    failures: list[BaseException],
) -> None:
    while not over.wait(min(_EVERY, max(until - monotonic(), 0.0))):
        try:
            asked = cancelled()
        except BaseException as failure:  # noqa: BLE001 - raised again where the work is done
            failures.append(failure)
            asked = True
        if asked:
            stop[0] = CANCELLED
            return
        if monotonic() >= until:
            stop[0] = OUT_OF_TIME
            return
