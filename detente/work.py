"""How work is done: seed, number of readings, executor, progress, cancellation and limits.

Everything that takes long receives a :class:`Work`. Results depend on ``seed``, ``readings`` and
``view`` only, never on the executor, the number of threads, or who watches.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from detente.errors import CancelledError, LimitError

Task = TypeVar("Task")
Done = TypeVar("Done")
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

MOST_READINGS = 1_000_000
WINDOW = 4
"""Pieces under way for each worker: enough to keep it busy, few enough to hold."""
UNTOLD_WORKERS = 16
"""Workers that an executor is taken to have when it does not tell."""
_PATIENCE = 0.1
"""Seconds between two looks at whether to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The circumstances of one analysis.

    seed : same input and seed, same bytes
    readings : how many independent readings every reported share should be worth, at least
    view : whose picture of the parties is taken (design rule 9)
    executor : where independent pieces run, see :func:`~detente.executors.opened`; any executor
        of the standard library's form will do; here and now when None
    progress : told how far the work is
    cancelled : asked between pieces whether to stop
    seconds : how long each search (for the frontier, for a solution) may take; past that the
        answer is approximate or bounded and says so
    memory : bytes that a search may hold, likewise
    """

    seed: int = 0
    readings: int = 1000
    view: str = "believed"
    executor: Executor | None = None
    progress: Progress | None = None
    cancelled: Callable[[], bool] | None = None
    seconds: float | None = None
    memory: int = 2 * 1024**3

    def __post_init__(self) -> None:
        if not 1 <= self.readings <= MOST_READINGS:
            message = f"readings: {self.readings:,} is not between 1 and {MOST_READINGS:,}"
            raise LimitError(message)
        if not 0 <= self.seed < 2**64:
            message = f"seed: {self.seed} is not between 0 and 2^64"
            raise LimitError(message)

    def run(
        self, task: Callable[[Task], Done], pieces: Iterable[Task], *, what: str = "working"
    ) -> Iterator[Done]:
        """Do independent pieces, in order, telling progress and heeding cancellation.

        task : a function of a module, so that it can be sent to another process; it must not change
            its piece
        what : what is being done, in words for people

        At most :data:`WINDOW` pieces for each worker are under way, or done and not yet taken.
        Progress is told as pieces finish, in whatever order; cancellation is heard while waiting
        for one. Whichever way it ends, pieces that have not begun are then cancelled.

        Raises what a task raises, in the order of the pieces; CancelledError.

        Examples
        --------
        >>> list(Work(progress=print).run(abs, [-1, 2], what="counting"))
        counting 0 2
        counting 1 2
        counting 2 2
        [1, 2]
        """
        todo = list(pieces)
        self.step(what, 0, len(todo))
        if self.executor is not None:
            yield from self._elsewhere(self.executor, task, todo, what=what)
            return
        for done, piece in enumerate(todo, start=1):
            result = task(piece)
            self.step(what, done, len(todo))
            yield result

    def _elsewhere(
        self, executor: Executor, task: Callable[[Task], Done], todo: Sequence[Task], *, what: str
    ) -> Iterator[Done]:
        most = WINDOW * n_workers(executor)
        ahead = iter(todo)
        under_way: deque[Future[Done]] = deque()
        taken = told = 0
        try:
            while taken < len(todo):
                for piece in islice(ahead, most - len(under_way)):
                    under_way.append(executor.submit(task, piece))
                while not under_way[0].done():
                    wait(_unfinished(under_way), timeout=_PATIENCE, return_when=FIRST_COMPLETED)
                    done = taken + len(under_way) - len(_unfinished(under_way))
                    if done > told:
                        self.step(what, told := done, len(todo))
                    self.check(what)
                if told == taken:
                    self.step(what, told := told + 1, len(todo))
                self.check(what)
                taken += 1
                yield under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()

    def check(self, what: str = "working") -> None:
        """Raise CancelledError when asked to stop."""
        if self.cancelled is not None and self.cancelled():
            raise CancelledError(f"stopped while {what}")

    def step(self, what: str, done: int, total: int) -> None:
        """Tell progress; raise CancelledError when asked to stop."""
        self.check(what)
        if self.progress is not None:
            self.progress(what, done, total)


def _unfinished(futures: Iterable[Future[Done]]) -> list[Future[Done]]:
    return [future for future in futures if not future.done()]


def n_workers(executor: Executor) -> int:
    """Return how many workers an executor has, as far as it tells.

    Executors of :mod:`detente.executors` tell, and those of the standard library in their own way.
    """
    told = getattr(executor, "n_workers", getattr(executor, "_max_workers", None))
    return told if isinstance(told, int) else UNTOLD_WORKERS
