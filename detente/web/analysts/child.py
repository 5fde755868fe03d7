"""What an analyst does, in a process of its own: makes a case ready, then searches repairs."""

from __future__ import annotations

import os
import pickle
import resource
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from threading import Thread

from threadpoolctl import threadpool_limits

from detente.analysis import Analysis
from detente.composition import Composition, composition_of
from detente.errors import CancelledError, DetenteError, LimitError, UnanswerableError
from detente.formats import loads
from detente.vocabulary import Package
from detente.work import Work

PACE = 0.1
"""Seconds between two words about how far it is."""

IDLE = 300.0
"""Seconds after which an analyst that nobody asks anything ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What an analyst is for.

    text : the case; ready : the same made ready before, so that only repairs are to be searched
    seconds : how long one search may take; memory : bytes that the process may use
    """

    text: str
    view: str
    readings: int
    seed: int
    seconds: float
    memory: int
    ready: Composition | None = None


class _Telling:
    """Says how far the work is. It stays behind when the work goes to another process."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._next = 0.0

    def __call__(self, doing: str, done: int, total: int) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + PACE
            self._line.send(("progress", doing, done, total))

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        return (type(None), ())


class _Searches:
    """Packages whose repairs are asked for, and those that nobody waits for any more."""

    def __init__(self) -> None:
        self.asked: SimpleQueue[Package] = SimpleQueue()
        self._unwanted: set[Package] = set()
        self._current: Package | None = None

    def listen(self, line: Connection) -> None:
        """Take in what is asked; end the process when the server is gone."""
        try:
            while True:
                word, package = line.recv()
                if word == "leave off":
                    self._unwanted.add(package)
                else:
                    self._unwanted.discard(package)
                    self.asked.put(package)
        except (EOFError, OSError):
            os._exit(0)

    def next(self) -> Package:
        """Wait for a package that somebody wants; raise Empty when nobody does for long."""
        while (package := self.asked.get(timeout=IDLE)) in self._unwanted:
            self._unwanted.discard(package)
        self._current = package
        return package

    def stopped(self) -> bool:
        """Tell whether nobody waits any more for the package that is searched."""
        return self._current in self._unwanted


def analyst(line: Connection, task: Task) -> None:
    """Make the case ready, send it, then search the repairs of packages until nobody asks.

    Comes in: ``("search", package)`` or ``("leave off", package)``. Goes out: ``("progress", doing,
    done, total)``, ``("ready", pickled composition)``, ``("failed", message)``, ``("repairs",
    package, repairs)``, ``("refused", package, message)``; nothing for a search that was left off.
    When the line breaks, the process ends at once.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (task.memory, hard))
    searches = _Searches()
    Thread(target=searches.listen, args=(line,), daemon=True).start()
    work = Work(seed=task.seed, readings=task.readings, view=task.view, seconds=task.seconds)
    with threadpool_limits(1):
        try:
            ready = task.ready or _made_ready(task, replace(work, progress=_Telling(line)))
        except (DetenteError, MemoryError) as error:
            line.send(("failed", str(error)))
            return
        if task.ready is None:
            line.send(("ready", pickle.dumps(ready, pickle.HIGHEST_PROTOCOL)))
        work = replace(work, cancelled=searches.stopped)
        with suppress(Empty):
            while not ready.listed:
                _search(line, ready, searches.next(), work)


def _made_ready(task: Task, work: Work) -> Composition:
    return composition_of(Analysis(case=loads(task.text), work=work))


def _search(line: Connection, ready: Composition, package: Package, work: Work) -> None:
    with suppress(CancelledError):
        try:
            line.send(("repairs", package, ready.repairs(package, work=work)))
        except (LimitError, UnanswerableError, MemoryError) as error:
            line.send(("refused", package, str(error)))
