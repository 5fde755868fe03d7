"""Measure agendas: one of them on many readings, all of them, and how both grow.

Run ``python -m benchmarks.agendas`` from the root of the repository. It writes its page of the
documentation; ``--quick`` prints one of small talks.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.machine import Machine, this_machine
from benchmarks.talks import OPTIONS, PARTIES, talks_of
from benchmarks.written import tell, written
from detente.executors import opened
from detente.solvers import thresholds
from detente.solvers.agenda import course_of
from detente.solvers.agendas import Search, search
from detente.solvers.partitions import Allowed, extent_of
from detente.solvers.talks import Talks
from detente.solvers.warming import warm
from detente.work import Work

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "benchmarks-agendas.md"
TOGETHER = 200
"""Readings whose packages are held at once."""
REPEATS = 3
WORKERS = 2
ONE_AT_A_TIME = (8, 2000)
"""Issues and readings for single agendas."""
EVERY = ((8, 3, 200), (8, 2, 200), (6, None, 200), (7, None, 40), (8, None, 20))
"""Issues, most bundles and readings for searches over all agendas."""
GROWTH = (4, 5, 6, 7, 8, 9, 10)
EVERY_COLUMNS = (
    "issues",
    "most bundles",
    "after failure",
    "agendas",
    "readings",
    "cells a reading",
    "seconds",
    "on two processes",
    "nanoseconds a cell",
)
CHECKED = 12
"""Agendas of each search that are worked out alone and compared."""

Bundles = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """One agenda on many readings, in seconds: compiled, and in arrays side by side with it."""

    name: str
    rule: str
    n_readings: int
    compiled: float
    arrays: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """All agendas of some talks: seconds in one process and on two, and whether they are right.

    cells : of one reading
    """

    n_issues: int
    most: int | None
    rule: str
    n_readings: int
    n_agendas: int
    cells: int
    here: float
    spread: float
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Milliseconds for a reading: one agenda of two bundles compiled and in arrays, and all."""

    n_issues: int
    compiled: float
    arrays: float
    two_bundles: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything measured."""

    machine: Machine
    ones: tuple[One, ...]
    every: tuple[Every, ...]
    growth: tuple[Growth, ...]

    @property
    def sound(self) -> bool:
        """Whether agendas ended in a search as they do alone, wherever it ran."""
        return all(row.right for row in self.every)


def main(arguments: list[str] | None = None) -> int:
    """Measure; the exit status is 1 when an agenda ended otherwise in a search than alone."""
    report = written(arguments, measured, page, name="agendas", small="small talks", path=PAGE)
    return 0 if report.sound else 1


def measured(*, quick: bool) -> Report:
    """Measure every size, or small ones."""
    machine = this_machine()
    warm()
    n_issues, n_readings = (4, 60) if quick else ONE_AT_A_TIME
    every = ((4, None, 20),) if quick else EVERY
    with opened(f"processes:{WORKERS}") as processes:
        work = Work(executor=processes)
        list(work.run(_start, range(4 * WORKERS)))
        ones = tuple(_ones(n_issues, n_readings))
        searched = tuple(
            _every(n, most, readings, rule, processes)
            for n, most, readings in every
            for rule in (("end", "set aside") if most == 3 else ("end",))
        )
    growth = tuple(_growth(n) for n in (GROWTH[:2] if quick else GROWTH))
    return Report(machine=machine, ones=ones, every=searched, growth=growth)


def _start(_: int) -> None:
    """Have a process load the compiled code."""
    search(talks_of(2, 1))


def _ones(n_issues: int, n_readings: int) -> Iterator[One]:
    everything = tuple(range(n_issues))
    half = n_issues // 2
    agendas: tuple[tuple[str, Bundles], ...] = (
        ("all at once", (everything,)),
        ("one issue, then the rest", (everything[:1], everything[1:])),
        ("half of them, then the rest", (everything[:half], everything[half:])),
        ("one by one", tuple((j,) for j in everything)),
    )
    lots = [
        talks_of(n_issues, min(TOGETHER, n_readings - low), seed=low)
        for low in range(0, n_readings, TOGETHER)
    ]
    for name, bundles in agendas:
        for rule in ("end", "set aside") if len(bundles) == 2 else ("end",):

            def work_out(bundles: Bundles = bundles, rule: str = rule) -> None:
                for talks in lots:
                    course_of(talks, bundles, rule=rule)

            compiled, arrays = _side_by_side(work_out)
            tell(f"{name}, {rule}: {compiled:.2f} s, in arrays {arrays:.2f} s")
            yield One(name=name, rule=rule, n_readings=n_readings, compiled=compiled, arrays=arrays)


@contextmanager
def _compiled_from(least: int) -> Iterator[None]:
    before = thresholds.COMPILED_CELLS
    thresholds.COMPILED_CELLS = least
    try:
        yield
    finally:
        thresholds.COMPILED_CELLS = before


def _side_by_side(do: Callable[[], None]) -> tuple[float, float]:
    """Return the median seconds of compiled code and of arrays, timed in turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(REPEATS):
        for least, found in zip((0, 10**18), times, strict=True):
            with _compiled_from(least):
                found.append(_timed(do))
    return median(times[0]), median(times[1])


def _timed(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def _every(
    n_issues: int, most: int | None, n_readings: int, rule: str, processes: Executor
) -> Every:
    talks = talks_of(n_issues, n_readings)
    allowed = Allowed(n_issues=n_issues, most_bundles=most)
    found: list[Search] = []
    here = _timed(lambda: found.append(search(talks, allowed, rule=rule)))
    work = Work(executor=processes)
    spread = _timed(lambda: found.append(search(talks, allowed, rule=rule, work=work)))
    extent = extent_of(allowed, talks.sizes)
    tell(f"{n_issues} issues, {len(found[0]):,} agendas, {rule}: {here:.1f} s, {spread:.1f} s")
    return Every(
        n_issues=n_issues,
        most=most,
        rule=rule,
        n_readings=n_readings,
        n_agendas=extent.agendas,
        cells=extent.cells,
        here=here,
        spread=spread,
        right=_right(talks, rule, found),
    )


def _right(talks: Talks, rule: str, found: Sequence[Search]) -> bool:
    """Tell whether both searches say the same, and of some agendas what each gives alone."""
    one, other = found
    alike = np.array_equal(one.values, other.values)
    chosen = np.linspace(0, len(one) - 1, CHECKED).astype(int)
    return alike and all(
        np.allclose(
            one.values[k],
            course_of(talks, one.order(k), rule=rule).values.mean(axis=0),
            rtol=1e-12,
            atol=1,
        )
        for k in chosen.tolist()
    )


def _growth(n_issues: int) -> Growth:
    n_readings = max(4, min(400, 3 ** (12 - n_issues)))
    talks, everything = talks_of(n_issues, n_readings), tuple(range(n_issues))
    compiled, arrays = _side_by_side(lambda: course_of(talks, (everything[:1], everything[1:])))
    few = talks_of(n_issues, 4)
    allowed = Allowed(n_issues=n_issues, most_bundles=2)
    search(talks_of(n_issues, 1), allowed)
    both = _timed(lambda: search(few, allowed))
    tell(f"{n_issues} issues measured")
    return Growth(
        n_issues=n_issues,
        compiled=1000 * compiled / n_readings,
        arrays=1000 * arrays / n_readings,
        two_bundles=1000 * both / 4,
    )


def page(report: Report) -> str:
    """Return the page."""
    machine = report.machine
    busy = "Other work ran beside it" if machine.busy else "Nothing else ran"
    right = "as they do alone" if report.sound else "NOT as they do alone"
    return f"""\
# Agendas, measured

Written by `python -m benchmarks.agendas`. Why these are the tables to work out stands in
[the theory](../theory/agendas.md).

- On {machine.processor}, {machine.cores} cores, {machine.memory:.0f} GiB, {machine.system}, on
  {machine.date}. {busy} (load {machine.load:.2f}).
- Made-up talks: issues of {OPTIONS} options, {PARTIES} signatories with opposed interests, half of
  what is settled kept by who walks away, a shift for every option, Nash solution.
- Seconds by the clock, once; values of packages are given. Compiled code is loaded in this process
  and in the others; where tables are listed for the first time, that is part of it.

## One agenda

On {report.ones[0].n_readings:,} readings, {TOGETHER} at a time. In arrays: the same without
compiled code, timed in turns with it, median of {REPEATS}.

| agenda | after failure | seconds | in arrays | times faster |
| --- | --- | ---: | ---: | ---: |
{_lines(report.ones, _one_line)}

## Every agenda

Tables that agendas share are worked out once. {CHECKED} agendas of each search were worked out one
by one: they ended {right}, in one process and in {WORKERS}.

{_row(EVERY_COLUMNS)}
{_row(["---" if name == "after failure" else "---:" for name in EVERY_COLUMNS])}
{_lines(report.every, _every_line)}

## Growth

Milliseconds for one reading: one issue, then the rest, compiled and in arrays; and every agenda of
at most two bundles.

| issues | packages | one agenda | in arrays | every agenda of two bundles |
| ---: | ---: | ---: | ---: | ---: |
{_lines(report.growth, _growth_line)}

{_told(report.growth)}
"""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _lines(rows: Sequence[object], line: Callable[..., str]) -> str:
    return "\n".join(line(row) for row in rows)


def _one_line(row: One) -> str:
    return (
        f"| {row.name} | {_failure(row.rule)} | {row.compiled:.2f} | {row.arrays:.2f} | "
        f"{row.arrays / row.compiled:.1f} |"
    )


def _failure(rule: str) -> str:
    return "the process ends" if rule == "end" else "set aside"


def _every_line(row: Every) -> str:
    most = "any" if row.most is None else str(row.most)
    cell = 1e9 * row.here / row.n_readings / row.cells
    return (
        f"| {row.n_issues} | {most} | {_failure(row.rule)} | {row.n_agendas:,} | "
        f"{row.n_readings} | {row.cells:,} | {row.here:.1f} | {row.spread:.1f} | {cell:.1f} |"
    )


def _growth_line(row: Growth) -> str:
    return (
        f"| {row.n_issues} | {OPTIONS**row.n_issues:,} | {row.compiled:.3f} | {row.arrays:.3f} | "
        f"{row.two_bundles:.2f} |"
    )


def _told(rows: Sequence[Growth]) -> str:
    """Say by what one more issue multiplies the time, over the larger sizes."""
    first, last = rows[-min(len(rows), 4)], rows[-1]
    steps = last.n_issues - first.n_issues
    one = (last.compiled / first.compiled) ** (1 / steps)
    every = (last.two_bundles / first.two_bundles) ** (1 / steps)
    return (
        f"From {first.n_issues} to {last.n_issues} issues each further one multiplies the time of\n"
        f"one agenda by {one:.1f} and that of every agenda of two bundles by {every:.1f};\n"
        f"packages and cells grow by {OPTIONS} and by about {2 * OPTIONS}."
    )


if __name__ == "__main__":
    sys.exit(main())
