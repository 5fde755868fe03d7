"""Timing sides against each other: in turns, each warm and in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.effort import Effort
from benchmarks.side import Agreement, Answer, agreement
from benchmarks.targets import Target
from benchmarks.worker import Job, Worker, WorkerError

LONG = 10.0
"""What takes longer than so many seconds is timed once."""
SHORT = 1.0
"""What takes less is timed five times, anything between three times."""
VERY_LONG = 60.0
"""What takes longer is not answered once more beforehand, to see that all kernels are warm."""
LIMIT = 150.0
"""Seconds after which a side is stopped."""

OURS, LISTED, BESIDE = "ours", "listed", "beside"
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The times of one side in seconds.

    With one instance ``median``, ``low`` and ``high`` are over the repeats. With several, each
    instance counts with the median of its repeats, and they are over the instances.
    """

    median: float
    low: float
    high: float
    high_percentile: float
    cpu: float
    n_repeats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one side did.

    problem : why there is no result; everything else is then empty
    spread : of all instances together; walls and memories (MiB added at the peak) : by instance
    """

    problem: str = ""
    spread: Spread | None = None
    walls: tuple[float, ...] = ()
    memories: tuple[float | None, ...] = ()
    answers: tuple[Answer, ...] = ()
    warm_up: float = 0.0

    @property
    def memory(self) -> float | None:
        """The most memory that any instance added, in MiB."""
        return max((amount for amount in self.memories if amount is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One target with the outcome of every side, and how their answers compare with ours."""

    target: Target
    outcomes: Mapping[str, Outcome]
    agreements: Mapping[str, Agreement]

    @property
    def ours(self) -> Outcome:
        """Our own outcome."""
        return self.outcomes[OURS]

    @property
    def sound(self) -> bool:
        """Whether we answered, and nobody else's answer was different or better."""
        return not self.ours.problem and not {"different", "worse"} & set(self.agreements.values())


def measured(target: Target, *, beside: str = "", quick: bool = False, tell: Told) -> Result:
    """Time one target: our side, and those beside it."""
    tell(f"{target.key}: {target.title}")
    races = [_Race(OURS, target, "benchmarks.ours", "", quick=quick)]
    if target.listed:
        races.append(_Race(LISTED, target, "benchmarks.listing", "", quick=quick))
    if beside and not target.alone:
        races.append(_Race(BESIDE, target, "benchmarks.beside", beside, quick=quick))
    try:
        for race in races:
            race.start()
        while any(race.unfinished() for race in races):
            for race in races:
                race.go()
        outcomes = {race.name: race.outcome() for race in races}
    finally:
        for race in races:
            race.close()
    agreements = {
        name: agreement(outcomes[OURS].answers, outcome.answers)
        for name, outcome in outcomes.items()
        if name != OURS and not outcome.problem and not outcomes[OURS].problem
    }
    for name, outcome in outcomes.items():
        tell(f"    {name}: {_told(outcome)} {agreements.get(name, '')}".rstrip())
    return Result(target=target, outcomes=outcomes, agreements=agreements)


def _told(outcome: Outcome) -> str:
    if outcome.spread is None:
        return outcome.problem
    spread = outcome.spread
    return f"{spread.median:.4f} s ({spread.low:.4f} to {spread.high:.4f})"


class _Race:
    """One side's repeats of one target."""

    def __init__(self, name: str, target: Target, module: str, path: str, *, quick: bool) -> None:
        self.name, self.quick = name, quick
        self.job = Job(
            module=module,
            path=path,
            question=target.question,
            recipes=target.recipes,
            warm_up=target.warm_recipes,
            threads=target.threads,
        )
        self.worker: Worker | None = None
        self.problem = ""
        self.warm_up = 0.0
        self.runs: list[list[Effort]] = []
        self.answers: list[Answer] = []

    def start(self) -> None:
        """Start the process and warm it up."""
        try:
            self.worker = Worker(self.job, limit=LIMIT)
            self.warm_up = self.worker.warm_up_seconds
        except WorkerError as error:
            self.problem = str(error)

    def unfinished(self) -> bool:
        """Whether another repeat is due."""
        return not self.problem and len(self.runs) < self._wanted()

    def _wanted(self) -> int:
        if not self.runs:
            return 1
        first = sum(effort.wall for effort in self.runs[0])
        if first > LONG or (self.quick and first > SHORT):
            return 1
        return 5 if first < SHORT and not self.quick else 3

    def go(self) -> None:
        """Do one repeat if one is due; before the first, answer once without timing."""
        if self.worker is None or not self.unfinished():
            return
        try:
            run = self.worker.run()
            if not self.answers:
                self.answers = self.worker.answers()
                if sum(effort.wall for effort in run) <= VERY_LONG:
                    run = self.worker.run()
            self.runs.append(run)
        except WorkerError as error:
            self.problem = str(error)
        if not self.unfinished():
            self.close()

    def close(self) -> None:
        """End the process."""
        if self.worker is not None:
            self.worker.close()
            self.worker = None

    def outcome(self) -> Outcome:
        """Return what came of it."""
        if self.problem:
            return Outcome(problem=self.problem)
        walls = np.array([[effort.wall for effort in run] for run in self.runs])
        cpus = np.array([[effort.cpu for effort in run] for run in self.runs])
        by_instance = np.median(walls, axis=0)
        times = walls[:, 0] if walls.shape[1] == 1 else by_instance
        return Outcome(
            spread=Spread(
                median=float(np.median(times)),
                low=float(times.min()),
                high=float(times.max()),
                high_percentile=float(np.quantile(times, 0.99)),
                cpu=float(np.median(cpus if walls.shape[1] == 1 else np.median(cpus, axis=0))),
                n_repeats=len(self.runs),
            ),
            walls=tuple(float(wall) for wall in by_instance),
            memories=tuple(map(_most, zip(*self.runs, strict=True))),
            answers=tuple(self.answers),
            warm_up=self.warm_up,
        )


def _most(efforts: tuple[Effort, ...]) -> float | None:
    """Return the most memory that one instance added in any repeat."""
    known = [effort.memory for effort in efforts if effort.memory is not None]
    return max(known, default=None)
