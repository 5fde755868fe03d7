"""What verdicts on agendas rest on: the same agendas without a statement, a shift or a residue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from detente.analysis import Analysis
from detente.blocks import Entry
from detente.blocks.walk_away import Drift, Guarantee, Keeps, Shift
from detente.case import Case
from detente.errors import DetenteError
from detente.gathering import Counted, Solved, solved, verdicts
from detente.leaving import walk_away_of, without_entry
from detente.readings import is_visible
from detente.rehearsal import (
    Lot,
    Played,
    Rehearsal,
    Run,
    play,
    play_variants,
    rows_in_lots,
    some_of,
    some_time,
    together,
)
from detente.statements import Statement
from detente.timing import entries_of, time_of_talks
from detente.trials import trials_of
from detente.walk_away import WalkAway
from detente.work import Work

Input = Statement | Entry

NEARLY = 0.005
"""A share below this is as good as none."""
TO_TELL = 0.05
"""A share has to be so far from none, or all, before one thing can be said to make it so."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Without:
    """What agendas come to without one thing that is said.

    rehearsal : None when nothing can be said then, such as when statements contradict each other
    """

    left_out: Input
    rehearsal: Rehearsal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What one agenda comes to without one thing that is said.

    changed : by which of the shares of :class:`~detente.gathering.Solved` it visibly changes what,
        as differences
    repeated : which of these shares it alone makes what they are: without it they are none, or all
    """

    left_out: Input
    solved: Solved
    changed: Mapping[str, float]
    repeated: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Trial:
    """One thing left out, ready to be worked out anywhere.

    case : without it
    """

    analysis: Analysis
    case: Case
    runs: tuple[Run, ...]
    n_rows: int


def entries_without(
    analysis: Analysis, walk: WalkAway, runs: Sequence[Run], n_rows: int, work: Work
) -> tuple[Without, ...]:
    """Work out runs without each shift, guarantee, drift and residue, in some readings.

    walk : what leaving is worth with everything that is said, in all readings
    n_rows : in so many at most; there may be many without something and one with it

    An issue of whose residue nothing is said any more keeps anything from 0 to 1.
    """
    kinds = (Shift, Guarantee, Drift, Keeps)
    inputs = [entry for kind in kinds for entry in entries_of(analysis, "walk_away", kind)]
    cases = [without_entry(analysis.case, entry) for entry in inputs]
    walks = [walk_away_of(analysis.altered(case)) for case in cases]
    alike = all((w.n_rows, w.units, w.fine) == (walk.n_rows, walk.units, walk.fine) for w in walks)
    if not alike:  # amounts are finer, or drawn at all, only where something else is said
        return tuple(_tried(analysis, inputs, cases, runs, n_rows, work))
    timing = time_of_talks(analysis, walk.parties, walk.n_rows)
    lots = [
        Lot(
            walk=some_of(walk, rows),
            timing=some_time(timing, rows),
            runs=tuple(runs),
            variants=tuple(some_of(one, rows) for one in walks),
        )
        for rows in rows_in_lots(walk, min(n_rows, walk.n_rows))
    ]
    parts = list(work.run(play_variants, lots, what="leaving things out"))
    return tuple(
        Without(left_out=entry, rehearsal=together([part[k] for part in parts]))
        for k, entry in enumerate(inputs)
    )


def statements_without(
    analysis: Analysis, runs: Sequence[Run], n_rows: int, work: Work
) -> tuple[Without, ...]:
    """Work out runs without each statement, in some readings.

    Statements without which it would be open which option is best stay; so do those of parties that
    only watch.
    """
    case, view = analysis.case, work.view
    inputs = [
        statement
        for party in case.signatories
        for statement in case.statements_of(party.name, view=view)
        if any(trial.kind == "without" for trial in trials_of(case, statement, view=view))
    ]
    cases = (
        replace(case, statements=tuple(s for s in case.statements if s is not statement))
        for statement in inputs
    )
    return tuple(_tried(analysis, inputs, cases, runs, n_rows, work))


def _tried(
    analysis: Analysis,
    inputs: Sequence[Input],
    cases: Iterable[Case],
    runs: Sequence[Run],
    n_rows: int,
    work: Work,
) -> Iterator[Without]:
    quiet = replace(work, executor=None, progress=None, cancelled=None)
    known = portable(analysis, quiet)
    trials = [_Trial(analysis=known, case=case, runs=tuple(runs), n_rows=n_rows) for case in cases]
    found = work.run(_try, trials, what="leaving things out")
    for left_out, rehearsal in zip(inputs, found, strict=True):
        yield Without(left_out=left_out, rehearsal=rehearsal)


def rest_of(counted: Counted, base: Played, without: Without, agenda: int) -> Rest | None:
    """Hold what an agenda comes to without something against what it comes to with it.

    counted, base : with it, in the same readings or more

    None where nothing can be said, or where nothing can be agreed any more at all.
    """
    rehearsal = without.rehearsal
    if rehearsal is None or not rehearsal.zone.any():
        return None
    before, after = verdicts(base), verdicts(rehearsal.played[agenda])
    n_rows = len(rehearsal.zone)
    if 1 < n_rows < len(counted.among):
        counted = Counted(among=counted.among[:n_rows])
        before = {name: mask[:n_rows] for name, mask in before.items()}
    own = Counted(among=rehearsal.zone)
    old = Solved(**{name: counted.share(mask) for name, mask in before.items()})
    new = solved(own, rehearsal.played[agenda])
    changed, repeated = {}, []
    for name in before:
        was, now = getattr(old, name).value, getattr(new, name).value
        error = counted.error_between(before[name], own, after[name])
        if is_visible(now - was, error):
            changed[name] = now - was
            if (now < NEARLY and was >= TO_TELL) or (now > 1 - NEARLY and was <= 1 - TO_TELL):
                repeated.append(name)
    return Rest(left_out=without.left_out, solved=new, changed=changed, repeated=tuple(repeated))


def portable(analysis: Analysis, work: Work) -> Analysis:
    """Return an analysis that can be sent elsewhere and knows the readings already."""
    lean = replace(analysis, work=work, base=None, n_chunks=analysis.readings.n_chunks)
    readings = replace(analysis.readings, work=work)
    vars(lean).update(opinions=analysis.opinions, readings=readings)
    return lean


def _try(trial: _Trial) -> Rehearsal | None:
    """Work out one trial; parties of whom the same is said keep their readings."""
    with threadpool_limits(limits=1):
        try:
            altered = trial.analysis.altered(trial.case)
            walk = walk_away_of(altered)
        except DetenteError:
            return None
        timing = time_of_talks(altered, walk.parties, walk.n_rows)
        rows = np.arange(min(trial.n_rows, walk.n_rows))
        lot = Lot(walk=some_of(walk, rows), timing=some_time(timing, rows), runs=trial.runs)
        return play(lot)
