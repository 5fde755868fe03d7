"""Measure work on readings: acceptance, the ledger of assumptions, growth, and executors.

Run ``python -m benchmarks.uncertainty`` from the root of the repository. It writes its page of the
documentation; ``--quick`` prints one of a small case.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from math import log
from pathlib import Path
from typing import TypeVar

from benchmarks.disputes import dispute
from benchmarks.machine import Machine, this_machine
from benchmarks.written import tell, written
from detente.analysis import Analysis
from detente.answers.assumptions import assumed
from detente.case import Case
from detente.executors import opened
from detente.work import Work

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "benchmarks-readings.md"
CHUNKS = (1, 4, 16, 45)
"""How many readings, in chunks of 2,240; the last makes 100,000 and some."""
WORKERS = 2
Done = TypeVar("Done")
Timed = tuple[float, float]
"""Seconds by the clock, and seconds of this process's own processor time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What was measured with so many readings.

    drawing, acceptance, ledger : here and now, in one process
    spread : the ledger on two processes, by the clock
    """

    n_readings: int
    n_trials: int
    drawing: Timed
    acceptance: Timed
    ledger: Timed
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything measured.

    digests : of the ledger as JSON, by where it was worked out
    """

    machine: Machine
    case: Case
    sizes: tuple[Size, ...]
    digests: dict[str, str]

    @property
    def sound(self) -> bool:
        """Whether the answer was the same everywhere."""
        return len(set(self.digests.values())) == 1


def main(arguments: list[str] | None = None) -> int:
    """Measure; the exit status is 1 when an executor changed an answer."""
    report = written(arguments, measured, page, name="uncertainty", small="a small case", path=PAGE)
    return 0 if report.sound else 1


def measured(*, quick: bool) -> Report:
    """Measure a case of 10 issues, 4 parties and 30 statements, or a small one."""
    case = (
        dispute(issues=3, parties=2, statements=6, proposals=2)
        if quick
        else dispute(issues=10, parties=4, statements=30)
    )
    machine = this_machine()
    with opened(f"processes:{WORKERS}") as processes:
        list(Work(executor=processes).run(abs, range(4 * WORKERS)))  # workers start
        sizes = tuple(_size(case, n, processes) for n in (CHUNKS[:1] if quick else CHUNKS))
    return Report(machine=machine, case=case, sizes=sizes, digests=_digests(case))


def _size(case: Case, n_chunks: int, processes: Executor) -> Size:
    analysis = Analysis(case=case, work=Work(), n_chunks=n_chunks)
    packages = list(case.vocabulary.proposals.values())
    drawing, _ = _timed(lambda: analysis.readings)
    acceptance, _ = _timed(lambda: analysis.judge(packages))
    ledger, found = _timed(lambda: assumed(analysis))
    spread, _ = _timed(
        lambda: assumed(replace(analysis, work=Work(executor=processes), base=analysis))
    )
    tell(f"{analysis.readings.n_readings:,} readings measured")
    return Size(
        n_readings=analysis.readings.n_readings,
        n_trials=sum(len(entry.outcomes) for entry in found.entries),
        drawing=drawing,
        acceptance=acceptance,
        ledger=ledger,
        spread=spread[0],
    )


def _digests(case: Case) -> dict[str, str]:
    found = {}
    for name, place in PLACES:
        with place() as executor:
            text = assumed(Analysis(case=case, work=Work(executor=executor))).json()
        found[name] = sha256(text.encode()).hexdigest()[:16]
        tell(f"{name}: {found[name]}")
    return found


@contextmanager
def _nowhere() -> Iterator[None]:
    yield None


@contextmanager
def _processes() -> Iterator[Executor]:
    with opened(f"processes:{WORKERS}") as executor:
        yield executor


@contextmanager
def _dask() -> Iterator[Executor]:
    from distributed import LocalCluster

    with (
        LocalCluster(
            n_workers=WORKERS, processes=True, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        opened(cluster.scheduler_address) as executor,
    ):
        yield executor


PLACES: tuple[tuple[str, Callable[[], AbstractContextManager[Executor | None]]], ...] = (
    ("one process", _nowhere),
    ("two processes", _processes),
    ("two Dask workers", _dask),
)
"""Where the ledger is worked out, to see that it is the same."""


def _timed(do: Callable[[], Done]) -> tuple[Timed, Done]:
    wall, own = time.perf_counter(), time.process_time()
    result = do()
    return (time.perf_counter() - wall, time.process_time() - own), result


def page(report: Report) -> str:
    """Return the page: the case, the times, and how they grow."""
    machine, case, sizes = report.machine, report.case, report.sizes
    busy = "Other work ran beside it" if machine.busy else "Nothing else ran"
    rows = "\n".join(
        f"| {size.n_readings:,} | {_pair(size.drawing)} | {_pair(size.acceptance)} | "
        f"{_pair(size.ledger)} | {size.n_trials} | {size.spread:.1f} |"
        for size in sizes
    )
    same = "the same bytes everywhere" if report.sound else "NOT the same everywhere"
    places = "; ".join(f"{name} `{digest}`" for name, digest in report.digests.items())
    return f"""\
# Work on readings, measured

Written by `python -m benchmarks.uncertainty`. What settlement takes stands on [a page of its
own](benchmarks.md).

- On {machine.processor}, {machine.cores} cores, {machine.memory:.0f} GiB, {machine.system}, on
  {machine.date}. {busy} (load {machine.load:.2f}).
- A made-up dispute with {len(case.issues)} issues of three options, {len(case.parties)} parties,
  {len(case.statements)} statements and {len(case.proposals)} proposals (`benchmarks/disputes.py`).
- Times are seconds by the clock, and of the process's own processor time.

| readings | drawing | acceptance of all proposals | ledger | trials | ledger on two processes |
| ---: | ---: | ---: | ---: | ---: | ---: |
{rows}

{_largest(sizes[-1])}

{_growth(sizes)}

The ledger as JSON is {same}: {places}.
"""


def _largest(size: Size) -> str:
    return (
        f"With {size.n_readings:,} readings acceptance of all proposals took "
        f"{size.acceptance[0]:.2f} s once they were drawn; the ledger took {size.ledger[0]:.1f} s "
        f"in one process and {size.spread:.1f} s on two."
    )


def _growth(sizes: tuple[Size, ...]) -> str:
    """Say with which power of the number of readings the times grow, over the whole span."""
    first, last = sizes[0], sizes[-1]
    if first is last:
        return "One size tells nothing of growth."
    span = log(last.n_readings / first.n_readings)
    powers = [
        f"{name} {log(after[1] / before[1]) / span:.2f}"
        for name, before, after in (
            ("drawing", first.drawing, last.drawing),
            ("acceptance", first.acceptance, last.acceptance),
            ("the ledger", first.ledger, last.ledger),
        )
    ]
    return (
        f"From {first.n_readings:,} to {last.n_readings:,} readings processor time grows with this "
        f"power of their number: {', '.join(powers)}; 1 would be proportional."
    )


def _pair(timed: Timed) -> str:
    return f"{timed[0]:.2f} / {timed[1]:.2f}"


if __name__ == "__main__":
    sys.exit(main())
