"""Measure which states are stable, in conflicts in option form and on graphs, up to millions.

Run ``python -m benchmarks.stability`` from the root of the repository. It writes its page of the
documentation; ``--quick`` prints one of small conflicts. ``--beside FILE`` times another
implementation in the same run and compares its verdicts: FILE is Python with a function
``stable(form, ranks)`` that gives, for each of R, GMR, SMR and SEQ, a table of parties and states.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.conflicts import in_options, on_graph
from benchmarks.effort import Effort, with_effort
from benchmarks.machine import Machine, this_machine
from benchmarks.written import tell, written
from detente.factors import Bools
from detente.solvers.concept import Model, Ranks
from detente.solvers.option_form import OptionForm, graph_of
from detente.solvers.stability import Stability, stability
from detente.solvers.state_graph import StateGraph
from detente.solvers.warming import warm

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "benchmarks-stability.md"
ASKED = ("R", "GMR", "SMR", "SEQ")
REPEATS = 3
FORMS = (
    *((parties, options, 0, 0.0) for options in (12, 16, 20) for parties in (2, 3, 4)),
    *((parties, 22, 0, 0.0) for parties in (2, 4)),
    *((2, 20, 0, 0.3), (4, 20, 0, 0.3), (2, 20, 1, 0.3), (4, 20, 1, 0.3)),
    *((4, 20, 2, 0.3), (4, 20, 5, 0.3), (2, 20, 10, 0.3), (4, 20, 5, 0.0)),
)
"""Parties, options of all, options of each that cannot be given up, share that is not feasible."""
GRAPHS = (
    *((3, 2**15, 4), (3, 2**18, 4), (3, 10**6, 3), (2, 10**6, 5), (5, 10**6, 2)),
    *((2, 10**5, 50), (4, 10**5, 25)),
)
"""Parties, states, moves of each party from each state."""
QUICK_FORMS = ((2, 12, 0, 0.0), (3, 12, 1, 0.3))
QUICK_GRAPHS = ((3, 1000, 4),)
WRITTEN_OUT = 1_500_000
"""Up to so many moves a conflict in option form is settled on its graph as well, and compared."""
MEBIBYTE = 2**20

Beside = Callable[[OptionForm, Ranks], Mapping[str, Bools]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One conflict measured.

    one_way, missing : of a conflict in option form, see :func:`~benchmarks.conflicts.in_options`
    n_moves : None where they are not written out
    bytes_each : memory at the peak for each state and party, with ranks and results; None where the
        system does not tell
    equilibria : how many, for each of :data:`ASKED`
    beside : what another implementation took; None where there was none
    same : every comparison came out equal
    """

    n_parties: int
    n_states: int
    one_way: int = 0
    missing: float = 0.0
    n_moves: int | None = None
    wall: float
    cpu: float
    bytes_each: float | None
    equilibria: tuple[int, ...]
    beside: Effort | None = None
    same: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything measured."""

    machine: Machine
    forms: tuple[Row, ...]
    graphs: tuple[Row, ...]

    @property
    def sound(self) -> bool:
        """Whether every comparison came out equal."""
        return all(row.same for row in (*self.forms, *self.graphs))


def main(arguments: list[str] | None = None) -> int:
    """Measure; the status is 1 where verdicts differ."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stability", add_help=False)
    parser.add_argument("--beside", type=Path)
    chosen, rest = parser.parse_known_args(arguments)
    beside = _loaded(chosen.beside) if chosen.beside else None
    report = written(
        rest,
        partial(measured, beside=beside),
        page,
        name="stability",
        small="small conflicts",
        path=PAGE,
    )
    return 0 if report.sound else 1


def _loaded(path: Path) -> Beside:
    spec = importlib.util.spec_from_file_location("beside", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    stable: Beside = module.stable
    return stable


def measured(*, quick: bool, beside: Beside | None = None) -> Report:
    """Measure every size, or small ones."""
    warm()
    machine = this_machine()
    return Report(
        machine=machine,
        forms=tuple(_form(*size, beside) for size in (QUICK_FORMS if quick else FORMS)),
        graphs=tuple(_graph(*size) for size in (QUICK_GRAPHS if quick else GRAPHS)),
    )


def _form(
    n_parties: int, n_options: int, one_way: int, missing: float, beside: Beside | None
) -> Row:
    form, ranks = in_options(n_parties, n_options, one_way=one_way, missing=missing)
    row, found = _timed(form, ranks, held=form.feasible.nbytes)
    row = replace(row, one_way=one_way, missing=missing)
    if beside is not None:
        beside(*in_options(n_parties, 8, one_way=one_way))  # its compiler is done
        others, effort = with_effort(partial(beside, form, ranks))
        same = all((others[key] == found.of(key)).all() for key in ASKED)
        row = replace(row, beside=effort, same=same)
        tell(f"    beside: {effort.wall:.3f} s ({effort.cpu:.3f} of processors)")
    if form.n_states * n_parties * 2 ** (n_options // n_parties) <= WRITTEN_OUT:
        again = stability(graph_of(form), ranks, ASKED)
        row = replace(row, same=row.same and bool((again.verdicts == found.verdicts).all()))
    return row


def _graph(n_parties: int, n_states: int, n_moves: int) -> Row:
    graph, ranks = on_graph(n_parties, n_states, n_moves)
    held = sum(array.nbytes for array in (*graph.first, *graph.target))
    return _timed(graph, ranks, held=held)[0]


def _timed(model: Model, ranks: Ranks, *, held: int) -> tuple[Row, Stability]:
    """Settle a conflict several times.

    held : bytes that the model itself takes
    """
    efforts = []
    for _ in range(REPEATS):
        found, effort = with_effort(partial(stability, model, ranks, ASKED))
        efforts.append(effort)
    n_parties, n_states = ranks.shape
    peak = max((e.memory for e in efforts if e.memory is not None), default=None)
    row = Row(
        n_parties=n_parties,
        n_states=n_states,
        n_moves=model.n_moves if isinstance(model, StateGraph) else None,
        wall=median(effort.wall for effort in efforts),
        cpu=median(effort.cpu for effort in efforts),
        bytes_each=None if peak is None else (peak * MEBIBYTE + ranks.nbytes + held) / ranks.size,
        equilibria=tuple(len(found.equilibria(key)) for key in ASKED),
    )
    tell(f"{n_parties} parties, {n_states:,} states: {row.wall:.3f} s ({row.cpu:.3f})")
    return row, found


def page(report: Report) -> str:
    """Return the page."""
    machine = report.machine
    busy = "Other work ran beside it" if machine.busy else "Nothing else ran"
    same = "the same verdicts" if report.sound else "NOT the same verdicts"
    others = any(row.beside for row in report.forms)
    return f"""\
# Which states are stable, measured

Written by `python -m benchmarks.stability`. Why these are the ways to find out stands in
[the theory](../theory/stability.md).

- On {machine.processor}, {machine.cores} cores, {machine.memory:.0f} GiB, {machine.system}, on
  {machine.date}. {busy} (load {machine.load:.2f}).
- Made-up conflicts with random strict rankings; {", ".join(ASKED)} for every state and every party.
- Seconds by the clock and of the processor, in one process and one thread, compiled code loaded,
  median of {REPEATS}. Memory is the peak, with the model, ranks and verdicts, for each state and
  party.
- Conflicts in option form with at most {WRITTEN_OUT:,} moves were settled on their graphs, too,
  with {same}.

## In option form

Options are those of all parties together, shared out evenly. Some of each party's cannot be given
up once they are taken (one way); some settings, drawn at random, are not feasible.

{_table(_FORM_COLUMNS + ((_BESIDE,) if others else ()), report.forms)}

{_growth(report.forms)}

## On graphs

Each party has as many moves from each state, to any other; most cannot be undone.

{_table(_GRAPH_COLUMNS, report.graphs)}
"""


Column = tuple[str, Callable[[Row], str]]
_COSTS: tuple[Column, ...] = (
    ("seconds", lambda row: f"{row.wall:.3f}"),
    ("of the processor", lambda row: f"{row.cpu:.3f}"),
    ("bytes", lambda row: "–" if row.bytes_each is None else f"{row.bytes_each:.0f}"),
)
_EQUILIBRIA: tuple[Column, ...] = tuple(
    (key, lambda row, k=k: f"{row.equilibria[k]:,}") for k, key in enumerate(ASKED)
)
_FORM_COLUMNS: tuple[Column, ...] = (
    ("parties", lambda row: str(row.n_parties)),
    ("states", lambda row: f"{row.n_states:,}"),
    ("one way", lambda row: str(row.one_way)),
    ("not feasible", lambda row: f"{100 * row.missing:.0f} %"),
    *_COSTS,
    *_EQUILIBRIA,
)
_GRAPH_COLUMNS: tuple[Column, ...] = (
    ("parties", lambda row: str(row.n_parties)),
    ("states", lambda row: f"{row.n_states:,}"),
    ("moves", lambda row: f"{row.n_moves:,}"),
    *_COSTS,
    *_EQUILIBRIA,
)
_BESIDE: Column = (
    "beside, of the processor",
    lambda row: "–" if row.beside is None else f"{row.beside.cpu:.3f}",
)


def _table(columns: tuple[Column, ...], rows: tuple[Row, ...]) -> str:
    lines = [[name for name, _ in columns], ["---:"] * len(columns)]
    lines += [[cell(row) for _, cell in columns] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _growth(rows: tuple[Row, ...]) -> str:
    """Say by what twice as many states multiply the time."""
    plain = [row for row in rows if not row.one_way and not row.missing]
    told = []
    for n_parties in sorted({row.n_parties for row in plain}):
        sizes = [row for row in plain if row.n_parties == n_parties and row.n_states >= 2**16]
        if len(sizes) > 1:
            doublings = np.log2(sizes[-1].n_states / sizes[0].n_states)
            factor = (sizes[-1].cpu / sizes[0].cpu) ** (1 / doublings)
            told.append(f"{factor:.2f} with {n_parties} parties")
    if not told:
        return "So small conflicts tell nothing of growth."
    return f"From 65,536 states on, twice as many take so many times as long: {', '.join(told)}."


if __name__ == "__main__":
    sys.exit(main())
