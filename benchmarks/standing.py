"""Measure whether one state holds, in many readings, on as many processes as the machine has.

Run ``python -m benchmarks.standing`` from the root of the repository. It writes its page of the
documentation; ``--quick`` prints one of small conflicts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np

from benchmarks.machine import Machine, this_machine
from benchmarks.option_forms import form_of, readings_of
from benchmarks.written import tell, written
from detente.executors import opened
from detente.hit_and_run import Floats
from detente.solvers.option_form import OptionForm, graph_of
from detente.solvers.stability import stability
from detente.solvers.standing import Standing, standing_of_readings
from detente.solvers.state_graph import StateGraph
from detente.solvers.warming import warm
from detente.work import Work

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "benchmarks-standing.md"
WORKERS = 2
ASKED = ("R", "GMR", "SMR", "SEQ")
SIZES = ((2, 4), (4, 2), (2, 5), (2, 6), (3, 4), (4, 3))
"""Parties, and options of each."""
QUICK = ((2, 2), (3, 1))
N_READINGS, N_TOGETHER = 10_000, 500
COMPARED = 5
"""Readings in which all states are judged, in another way, and this one compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One size measured.

    seconds : on :data:`WORKERS` processes; here : in this one
    holds : share of the readings in which the state is sequentially stable for everybody
    same : both gave the same bytes, and single readings what all states judged at once give
    """

    n_parties: int
    n_options: int
    n_moves: int
    n_readings: int
    holds: float
    seconds: float
    here: float
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything measured."""

    machine: Machine
    rows: tuple[Row, ...]

    @property
    def sound(self) -> bool:
        """Whether every comparison came out equal."""
        return all(row.same for row in self.rows)


def main(arguments: list[str] | None = None) -> int:
    """Measure; the status is 1 where answers differ."""
    report = written(arguments, measured, page, name="standing", small="small conflicts", path=PAGE)
    return 0 if report.sound else 1


def measured(*, quick: bool) -> Report:
    """Measure every size, or small ones."""
    warm()
    machine = this_machine()
    n_readings = 100 if quick else N_READINGS
    with opened(f"processes:{WORKERS}") as processes:
        work = Work(executor=processes)
        if not quick:  # workers start, and load compiled code
            _row(4, 2, 4 * WORKERS * N_TOGETHER, work)
        rows = [_row(*size, n_readings, work) for size in (QUICK if quick else SIZES)]
    return Report(machine=machine, rows=tuple(rows))


def _row(n_parties: int, n_options: int, n_readings: int, work: Work) -> Row:
    form = form_of(n_parties, n_options)
    graph = graph_of(form)
    n_together = min(N_TOGETHER, n_readings)
    pieces: list[Callable[[], Floats]] = [
        partial(readings_of, n_parties, n_options, n_together, seed)
        for seed in range(n_readings // n_together)
    ]
    found, seconds = _timed(graph, pieces, work)
    alone, here = _timed(graph, pieces, Work())
    tell(f"{n_parties} parties with {n_options} options: {seconds:.1f} s, here {here:.1f} s")
    return Row(
        n_parties=n_parties,
        n_options=n_options,
        n_moves=graph.n_moves,
        n_readings=len(found.value),
        holds=float(found.stable["SEQ"].all(axis=1).mean()),
        seconds=seconds,
        here=here,
        same=_digest(found) == _digest(alone) and _right(form, found, pieces[0]()),
    )


def _timed(
    graph: StateGraph, pieces: list[Callable[[], Floats]], work: Work
) -> tuple[Standing, float]:
    begun = time.perf_counter()
    found = standing_of_readings(graph, 0, pieces, ASKED, work=work)
    _ = found.stable
    return found, time.perf_counter() - begun


def _digest(found: Standing) -> str:
    digest = sha256(found.value.tobytes())
    for own in found.departures:
        for key in found.concepts:
            digest.update(own.worst[key].tobytes())
    return digest.hexdigest()


def _right(form: OptionForm, found: Standing, values: Floats) -> bool:
    """Compare with the engine that judges all states of one reading."""
    for row, ranks in enumerate(values[:COMPARED].astype(np.int32)):
        every = stability(form, ranks, ASKED)
        for key in ASKED:
            if (every.of(key)[:, 0] != found.stable[key][row]).any():
                return False
    return True


def page(report: Report) -> str:
    """Return the page."""
    machine = report.machine
    busy = "Other work ran beside it" if machine.busy else "Nothing else ran"
    lines = "\n".join(_line(row) for row in report.rows)
    same = "gave the same" if report.sound else "did NOT give the same"
    return f"""\
# Whether one state holds, measured

Written by `python -m benchmarks.standing`. What is worked out stands in
[the theory of margins](../theory/margins.md).

- On {machine.processor}, {machine.cores} cores, {machine.memory:.0f} GiB, {machine.system}, on
  {machine.date}. {busy} (load {machine.load:.2f}).
- Made-up conflicts in option form; every party takes and drops its own options at will. One state,
  all parties, {", ".join(ASKED)}, with the margins and what answers each move. Values are made
  where they are needed, {N_TOGETHER} readings at a time, and the time for that is counted.
- Seconds by the clock, compiled code loaded. Options are those of each party. *Holds* is the share
  of the readings in which the state is sequentially stable for everybody.
- One process and {WORKERS} {same} bytes, and each of {COMPARED} readings the verdicts of the engine
  that judges all states at once.

| parties | options | states | moves | readings | holds | {WORKERS} processes | one process |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
{lines}
"""


def _line(row: Row) -> str:
    return (
        f"| {row.n_parties} | {row.n_options} | {2 ** (row.n_parties * row.n_options):,} | "
        f"{row.n_moves:,} | {row.n_readings:,} | {100 * row.holds:.0f} % | {row.seconds:.1f} | "
        f"{row.here:.1f} |"
    )


if __name__ == "__main__":
    sys.exit(main())
