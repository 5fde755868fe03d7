"""Agendas worked out in every reading, lot by lot, so that memory stays small."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import prod

import numpy as np
from threadpoolctl import threadpool_limits

from detente.blocks.walk_away import Lasts
from detente.factors import Ints
from detente.hit_and_run import Bools, Floats
from detente.solvers.agenda import Course, course_on, joined, seen_at_start
from detente.solvers.backwards import Backwards, Rule
from detente.solvers.refusal import MOST_SIGNATORIES, excluding, refusal
from detente.solvers.states import Order, choices, step_of
from detente.timing import Timing
from detente.walk_away import WalkAway
from detente.work import Work

CELLS = 1_000_000
"""Packages times readings that are looked at together, so that memory stays small."""
_LOT = 140
"""Readings in one piece of work, at most."""
_MOST_CELLS = 2_000_000
"""Packages times readings in one piece of work, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """An agenda, and under what it is worked out.

    lasts : how long shifts last of which the case does not say
    reverse : take tied option tuples in the reverse order
    """

    order: Order
    rule: Rule = "end"
    lasts: Lasts = "until completion"
    solution: str = "nash"
    reverse: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Refusing:
    """Who refuses every first step, held against something else, in every reading.

    alone : which signatories refuse whatever the step, shape (n_rows, n_signatories)
    margin : by how much the best step for each exceeds it, below 0 where it refuses
    blocked : whether no step suits all
    exclude : where nobody refuses alone: which of :func:`sets_of` are smallest sets of parties that
        no step suits together, shape (n_rows, n_sets)
    """

    alone: Bools
    margin: Floats
    blocked: Bools
    exclude: Bools

    @property
    def anybody(self) -> Bools:
        """Whether somebody refuses alone."""
        return np.asarray(self.alone.any(axis=1), dtype=bool)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Played:
    """What a run comes to in every reading.

    course : without the values of first steps, of which the rest is made
    no_deal, all_at_once : first steps compared with no deal now, and with everything on one table
    by_itself : first steps as whole deals, all else as it is, compared with no deal
    """

    course: Course
    no_deal: Refusing
    all_at_once: Refusing
    by_itself: Refusing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rehearsal:
    """What several runs come to.

    zone : in which readings some package is acceptable to all signatories
    """

    zone: Bools
    played: tuple[Played, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lot:
    """Some readings, with what is to be worked out in them.

    variants : what leaving is worth if something else is said of it; packages and no deal are worth
        the same in all of them. The runs are worked out in each instead, where there are any
    """

    walk: WalkAway
    timing: Timing
    runs: tuple[Run, ...] = ()
    variants: tuple[WalkAway, ...] = ()


def rehearse(walk: WalkAway, timing: Timing, runs: Sequence[Run], work: Work) -> Rehearsal:
    """Work out several runs in every reading.

    Raises LimitError and CancelledError as :func:`~detente.solvers.agenda.course_of` does.
    """
    lots = [replace(lot, runs=tuple(runs)) for lot in lots_of(walk, timing)]
    return together(list(work.run(play, lots, what="working out agendas")))


def lots_of(walk: WalkAway, timing: Timing) -> list[Lot]:
    """Return all readings in lots that can be worked out anywhere."""
    return [
        Lot(walk=some_of(walk, rows), timing=some_time(timing, rows))
        for rows in rows_in_lots(walk, walk.n_rows)
    ]


def rows_in_lots(walk: WalkAway, n_rows: int) -> list[Ints]:
    """Return the first readings in lots of a size that can be sent elsewhere."""
    size = max(1, min(_LOT, _MOST_CELLS // prod(walk.sizes)))
    return [np.arange(low, min(low + size, n_rows)) for low in range(0, n_rows, size)]


def some_of(walk: WalkAway, rows: Ints) -> WalkAway:
    """Return what is known of some readings."""
    return replace(
        walk,
        options=walk.options[rows],
        rules=tuple(replace(rule, worth=rule.worth[rows]) for rule in walk.rules),
        no_deal=walk.no_deal[rows],
        parts=walk.parts[rows],
        undoable=walk.undoable[rows],
        lines=tuple((where, imposed[rows]) for where, imposed in walk.lines),
        shifts=tuple(
            replace(shift, amount=shift.amount[rows], unfit=shift.unfit[rows])
            for shift in walk.shifts
        ),
        drift=walk.drift[rows],
    )


def some_time(timing: Timing, rows: Ints) -> Timing:
    """Return how time passes in some readings."""
    return replace(timing, chance=timing.chance[rows])


def handfuls(walk: WalkAway) -> Iterator[Ints]:
    """Go through the readings of a lot, a few at a time."""
    size = max(1, CELLS // prod(walk.sizes))
    for low in range(0, walk.n_rows, size):
        yield np.arange(low, min(low + size, walk.n_rows))


def whole_of(walk: WalkAway) -> Order:
    """Return the agenda that has everything on one table."""
    return (tuple(range(len(walk.sizes))),)


def in_zone(walk: WalkAway, rows: Ints, complete: Floats) -> Bools:
    """Tell in which readings some package leaves no signatory below no deal."""
    suits = [
        complete[:, :, p] >= walk.no_deal[rows, p, None] * walk.fine
        for p in range(walk.n_signatories)
    ]
    return np.asarray(np.logical_and.reduce(suits).any(axis=1))


def play(lot: Lot) -> Rehearsal:
    """Work out the runs of one lot; tables that agendas share are worked out once."""
    (found,) = play_variants(replace(lot, variants=(lot.walk,)))
    return found


def play_variants(lot: Lot) -> list[Rehearsal]:
    """Work out the runs of one lot in each of its variants."""
    with threadpool_limits(limits=1):
        parts = [list(_few(lot, rows)) for rows in handfuls(lot.walk)]
    return [together([part[k] for part in parts]) for k in range(len(lot.variants))]


def _few(lot: Lot, rows: Ints) -> Iterator[Rehearsal]:
    complete = lot.walk.complete(rows)
    zone = in_zone(lot.walk, rows, complete)
    for walk in lot.variants:
        stage = _Stage(walk=walk, timing=lot.timing, rows=rows, complete=complete)
        played = tuple(stage.played(run) for run in lot.runs)
        yield Rehearsal(zone=zone, played=played)


class _Stage:
    """A few readings; tables, and what runs have in common, are worked out once.

    complete : value of every package
    """

    def __init__(self, *, walk: WalkAway, timing: Timing, rows: Ints, complete: Floats) -> None:
        self.walk, self.timing, self.rows, self.complete = walk, timing, rows, complete
        self.whole: dict[str, Floats] = {}
        self._tables: dict[tuple[Rule, Lasts, str, bool], Backwards] = {}
        self._alone: dict[Order, Refusing] = {}

    def played(self, run: Run) -> Played:
        """Work out one run."""
        tables, n = self._tables_of(run), self.walk.n_signatories
        talks, no_deal = tables.talks, tables.talks.no_deal[:, :n]
        if run.solution not in self.whole:
            self.whole[run.solution] = course_on(tables, whole_of(self.walk)).values
        course = course_on(tables, run.order)
        changes = steps_of(self.walk, run.order)
        first = seen_at_start(talks, course)[:, :, :n] if len(run.order) > 1 else no_deal[:, None]
        return Played(
            course=replace(course, first=course.first[:, :0]),
            no_deal=refusing(first, no_deal, changes),
            all_at_once=refusing(first, self.whole[run.solution][:, :n], changes),
            by_itself=self._by_itself(run.order, no_deal),
        )

    def _tables_of(self, run: Run) -> Backwards:
        key = (run.rule, run.lasts, run.solution, run.reverse)
        if key not in self._tables:
            talks = self.walk.talks(self.rows, self.timing, lasts=run.lasts, complete=self.complete)
            self._tables[key] = Backwards(
                talks,
                rule=run.rule,
                solution=run.solution,
                reverse=run.reverse,
                fits=bool(self._tables),
            )
        return self._tables[key]

    def _by_itself(self, order: Order, no_deal: Floats) -> Refusing:
        if order not in self._alone:
            steps = no_deal[:, None]
            if len(order) > 1:
                steps = self.complete[:, _by_themselves(self.walk, order), : no_deal.shape[1]]
            self._alone[order] = refusing(steps, no_deal, steps_of(self.walk, order))
        return self._alone[order]


def _by_themselves(walk: WalkAway, order: Order) -> Ints:
    """Return where the packages stand that settle the first bundle and leave the rest as it is."""
    options = choices(walk.sizes, order[0])
    packages = np.tile(np.array(walk.status_quo), (len(options), 1))
    packages[:, list(order[0])] = options
    return np.asarray(np.ravel_multi_index(tuple(packages.T), walk.sizes), dtype=np.int64)


def refusing(first: Floats, than: Floats, changes: Ints) -> Refusing:
    """Tell who refuses first steps; see :func:`~detente.solvers.refusal.refusal`.

    Examples
    --------
    >>> first = np.array([[[9.0, 9.0], [5.0, 1.0], [1.0, 5.0]]])
    >>> found = refusing(first, np.array([[3.0, 3.0]]), np.array([0, 1, 1]))
    >>> found.margin.tolist(), found.blocked.tolist(), found.exclude.tolist()
    ([[2.0, 2.0]], [True], [[True]])
    """
    found = refusal(first, than, changes)
    n_rows, n = than.shape
    exclude = np.zeros((n_rows, len(sets_of(n))), dtype=bool)
    rows = np.flatnonzero(found.blocked & ~found.alone.any(axis=1))
    if len(rows) and n <= MOST_SIGNATORIES:
        exclude[rows] = excluding(first[rows], than[rows], changes).smallest[:, n:]
    return Refusing(alone=found.alone, margin=found.margin, blocked=found.blocked, exclude=exclude)


def steps_of(walk: WalkAway, order: Order) -> Ints:
    """Return in how many issues each way to settle the first bundle departs from the status quo.

    An agenda of one table has no first step.
    """
    if len(order) == 1:
        return np.zeros(1, dtype=np.int64)
    return step_of(walk.sizes, walk.status_quo, (), order[0]).changes


def sets_of(n_signatories: int) -> tuple[tuple[int, ...], ...]:
    """Return the sets of two signatories or more, the smallest first; none where too many.

    Examples
    --------
    >>> sets_of(3)
    ((0, 1), (0, 2), (1, 2), (0, 1, 2))
    """
    if n_signatories > MOST_SIGNATORIES:
        return ()
    sizes = range(2, n_signatories + 1)
    return tuple(found for size in sizes for found in combinations(range(n_signatories), size))


def together(parts: Sequence[Rehearsal]) -> Rehearsal:
    """Return lots of readings as one, one after the other."""
    first = parts[0]
    return Rehearsal(
        zone=np.concatenate([part.zone for part in parts]),
        played=tuple(
            Played(
                course=joined([part.played[k].course for part in parts]),
                no_deal=_one([part.played[k].no_deal for part in parts]),
                all_at_once=_one([part.played[k].all_at_once for part in parts]),
                by_itself=_one([part.played[k].by_itself for part in parts]),
            )
            for k in range(len(first.played))
        ),
    )


def _one(parts: Sequence[Refusing]) -> Refusing:
    return Refusing(
        alone=np.concatenate([part.alone for part in parts]),
        margin=np.concatenate([part.margin for part in parts]),
        blocked=np.concatenate([part.blocked for part in parts]),
        exclude=np.concatenate([part.exclude for part in parts]),
    )
