"""How work is done: seed, number of readings, executor, progress, cancellation and limits.

Everything that takes long receives a :class:`Work`. Results depend on ``seed``, ``readings`` and
``view`` only, never on the executor, the number of threads, or who watches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

from detente.errors import CancelledError, LimitError

Task = TypeVar("Task")
Done = TypeVar("Done")
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

MOST_READINGS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The circumstances of one analysis.

    seed : same input and seed, same bytes
    readings : how many independent readings every reported share should be worth, at least
    view : whose picture of the parties is taken (design rule 9)
    executor : where independent pieces run; here and now when None
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
        """Do independent pieces, in order, telling progress and heeding cancellation."""
        todo = list(pieces)
        results = map(task, todo) if self.executor is None else self.executor.map(task, todo)
        self.step(what, 0, len(todo))
        for done, result in enumerate(results, start=1):
            self.step(what, done, len(todo))
            yield result

    def check(self, what: str = "working") -> None:
        """Raise CancelledError when asked to stop."""
        if self.cancelled is not None and self.cancelled():
            raise CancelledError(f"stopped while {what}")

    def step(self, what: str, done: int, total: int) -> None:
        """Tell progress; raise CancelledError when asked to stop."""
        self.check(what)
        if self.progress is not None:
            self.progress(what, done, total)
