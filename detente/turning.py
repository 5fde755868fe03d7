"""Break-evens of an agenda: the shift, and the doubt about later talks, at which a party refuses.

They need no measure of readings: each reading has its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from detente.factors import Ints
from detente.gathering import Counted
from detente.hit_and_run import Bools, Floats
from detente.rehearsal import Lot, Run, handfuls, in_zone, lots_of, steps_of
from detente.solvers.agenda import course_on, seen_at_start
from detente.solvers.backwards import Backwards
from detente.solvers.refusal import refusal
from detente.table import Share
from detente.timing import Timing
from detente.walk_away import WalkAway
from detente.work import Work

MULTIPLES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
"""Multiples of the stated shifts that are looked at; between two of them it is halved."""
CHANCES = (1.0, 0.9, 0.75, 0.5, 0.25, 0.1, 0.0)
"""Chances of later talks that are looked at, likewise."""
_HALVINGS = 6

Short = Callable[[Ints, Floats], Bools]
"""Which signatories refuse in some readings with a zone, at an amount for each of these."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crossing:
    """Where the first party begins to refuse as something grows, or falls; by reading.

    at : the amount; inf where nobody begins to. Nobody is looked at where there is no zone: nan
    who : a party that refuses there, -1 where nobody does
    already : refused at the first amount looked at
    wavers : refused, and not refused any more further on
    """

    at: Floats
    who: Ints
    already: Bools
    wavers: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turning:
    """The break-evens of one run.

    A party refuses when every first step, other than that all stays as it is, leaves it worse off
    than failing: no deal after ``end``, and what comes of the others first after ``set aside``.

    shift : multiple of the stated shifts; None where the case states none
    later_talks : chance of later talks below which somebody refuses
    """

    shift: Crossing | None
    later_talks: Crossing


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """Where the first party begins to refuse, over readings; each has its own.

    quartiles : lower, middle and upper; where so many readings have none, inf for shifts, which
        would have to be larger, and -inf for chances, which cannot be smaller; nan without readings
    already : refused from the start; never : by nobody, as far as was looked
    wavers : refused, and further on not refused any more
    who : by signatory, in what share of the readings in which somebody begins to refuse
    points : the same quartiles in points of each shift it multiplies, by its position
    """

    quartiles: tuple[float, float, float]
    already: Share
    never: Share
    wavers: Share
    who: tuple[Share, ...]
    points: Mapping[int, tuple[float, float, float]]


def turnings_of(walk: WalkAway, timing: Timing, runs: Sequence[Run], work: Work) -> list[Turning]:
    """Return the break-evens of some runs.

    Found by looking at :data:`MULTIPLES` and :data:`CHANCES`, then by halving, so that what happens
    between two of them is not seen. For agendas of two bundles whose talks take no time, values are
    linear in the chance.
    """
    lots = [replace(lot, runs=tuple(runs)) for lot in lots_of(walk, timing)]
    parts = list(work.run(turn, lots, what="seeking break-evens"))
    return [_joined([part[k] for part in parts]) for k in range(len(runs))]


def turn(lot: Lot) -> list[Turning]:
    """Seek the break-evens in one lot of readings."""
    with threadpool_limits(limits=1):
        parts = [list(_few(lot, rows)) for rows in handfuls(lot.walk)]
    return [_joined([part[k] for part in parts]) for k in range(len(lot.runs))]


def _few(lot: Lot, rows: Ints) -> Iterator[Turning]:
    walk = lot.walk
    complete = walk.complete(rows)
    zone = in_zone(walk, rows, complete)
    shifted = any(shift.scope for shift in walk.shifts)
    some, complete = rows[zone], complete if zone.all() else complete[zone]
    for run in lot.runs:
        if not len(some):
            nowhere = _nowhere(len(rows))
            yield Turning(shift=nowhere if shifted else None, later_talks=nowhere)
            continue
        trial = _Trial(walk=walk, timing=lot.timing, rows=some, complete=complete, run=run)
        yield Turning(
            shift=_crossing(trial.by_shift(), MULTIPLES, zone) if shifted else None,
            later_talks=_crossing(trial.by_chance(), CHANCES, zone),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Trial:
    """An agenda in a few readings, to be looked at under other shifts and chances."""

    walk: WalkAway
    timing: Timing
    rows: Ints
    complete: Floats
    run: Run

    def by_shift(self) -> Short:
        """Return who refuses when shifts are multiplied."""

        def short(some: Ints, factor: Floats) -> Bools:
            return self._refusing(*self._above(some, self.timing, factor))

        return short

    def by_chance(self) -> Short:
        """Return who refuses when later talks take place with a chance."""

        def at(some: Ints, chance: Floats) -> tuple[Floats, Floats]:
            here = np.empty(self.walk.n_rows)
            here[self.rows[some]] = chance
            timing = replace(self.timing, chance=here)
            return self._above(some, timing, np.ones(len(some)))

        timeless = (self.timing.patience == 1).all() or (self.timing.takes == 0).all()
        if len(self.run.order) > 2 or not timeless:
            return lambda some, chance: self._refusing(*at(some, chance))
        every = np.arange(len(self.rows))
        sure, never = at(every, np.ones(len(every))), at(every, np.zeros(len(every)))
        dead = np.isneginf(sure[0])  # what is struck out stays so, and has no share in it
        firsts = np.where(dead, 0.0, sure[0]), np.where(dead, 0.0, never[0])

        def mixed(some: Ints, chance: Floats) -> Bools:
            come = chance[:, None]
            first = come[:, None] * firsts[0][some] + (1 - come[:, None]) * firsts[1][some]
            stop = come * sure[1][some] + (1 - come) * never[1][some]
            return self._refusing(np.where(dead[some], -np.inf, first), stop)

        return mixed

    def _refusing(self, first: Floats, stop: Floats) -> Bools:
        return refusal(first, stop, steps_of(self.walk, self.run.order)).alone

    def _above(self, some: Ints, timing: Timing, factor: Floats) -> tuple[Floats, Floats]:
        """Return what first steps are worth, and what failing is: (n, n_steps, N), (n, N)."""
        everywhere = len(some) == len(self.rows)
        talks = self.walk.talks(
            self.rows[some],
            timing,
            lasts=self.run.lasts,
            factor=factor,
            complete=self.complete if everywhere else self.complete[some],
        )
        run, n = self.run, self.walk.n_signatories
        tables = Backwards(talks, rule=run.rule, solution=run.solution, fits=not everywhere)
        aside = tables.aside(run.order)
        if aside is None:
            first, stop = seen_at_start(talks, course_on(tables, run.order)), talks.no_deal
        else:
            first, stop = tables.value(run.order[0], run.order[1:]), tables.value((), aside)[:, 0]
        return first[:, :, :n], stop[:, :n]


def _crossing(short: Short, grid: Sequence[float], zone: Bools) -> Crossing:
    """Seek where the first party begins to refuse, going through the amounts of a grid in turn."""
    rows = np.flatnonzero(zone)
    crossing = _nowhere(len(zone))
    at, who = crossing.at, crossing.who
    already, wavers = crossing.already, crossing.wavers
    every = np.arange(len(rows))
    looked = [short(every, np.full(len(rows), amount)) for amount in grid]
    refused = np.stack([some.any(axis=1) for some in looked])
    begins = np.where(refused.any(axis=0), refused.argmax(axis=0), len(grid))
    at[rows] = np.append(np.array(grid), np.inf)[begins]
    already[rows] = begins == 0
    after = np.maximum.accumulate(refused, axis=0)
    wavers[rows] = (after & ~refused).any(axis=0)
    found = begins < len(grid)
    by_row = np.stack(looked)[np.minimum(begins, len(grid) - 1), np.arange(len(rows))]
    who[rows[found]] = by_row[found].argmax(axis=1)
    between = np.flatnonzero(found & (begins > 0))
    low, high = np.array(grid)[begins[between] - 1], np.array(grid)[begins[between]]
    for _ in range(_HALVINGS if len(between) else 0):
        middle = (low + high) / 2
        own = short(between, middle)
        some = own.any(axis=1)
        high, low = np.where(some, middle, high), np.where(some, low, middle)
        who[rows[between[some]]] = own[some].argmax(axis=1)
    at[rows[between]] = (low + high) / 2
    return crossing


def _nowhere(n_rows: int) -> Crossing:
    """Return readings in which nobody was looked at."""
    return Crossing(
        at=np.full(n_rows, np.nan),
        who=np.full(n_rows, -1),
        already=np.zeros(n_rows, dtype=bool),
        wavers=np.zeros(n_rows, dtype=bool),
    )


def _joined(parts: Sequence[Turning]) -> Turning:
    shifts = [part.shift for part in parts if part.shift is not None]
    return Turning(
        shift=_one(shifts) if shifts else None,
        later_talks=_one([part.later_talks for part in parts]),
    )


def _one(parts: Sequence[Crossing]) -> Crossing:
    return Crossing(
        at=np.concatenate([part.at for part in parts]),
        who=np.concatenate([part.who for part in parts]),
        already=np.concatenate([part.already for part in parts]),
        wavers=np.concatenate([part.wavers for part in parts]),
    )


def break_even(walk: WalkAway, counted: Counted, crossing: Crossing, *, shift: bool) -> BreakEven:
    """Count where parties begin to refuse.

    shift : what grows is the multiple of the stated shifts
    """
    looked = counted.within(~np.isnan(crossing.at))
    begins = looked.within(np.isfinite(crossing.at) & (crossing.who >= 0))
    at = crossing.at if shift else np.where(np.isinf(crossing.at), -np.inf, crossing.at)
    points = {
        k: _quartiles(walk, looked, _times(moved.amount, crossing.at))
        for k, moved in enumerate(walk.shifts)
        if shift and moved.scope and moved.lasts("until completion") != "while talks are open"
    }
    return BreakEven(
        quartiles=_quartiles(None, looked, at),
        already=looked.share(crossing.already),
        never=looked.share(np.isinf(crossing.at)),
        wavers=looked.share(crossing.wavers),
        who=tuple(begins.share(crossing.who == p) for p in range(walk.n_signatories)),
        points=points,
    )


def _quartiles(
    walk: WalkAway | None, counted: Counted, amounts: Floats
) -> tuple[float, float, float]:
    """Return quartiles of some readings, in points where a walk-away function is given."""
    own = amounts[counted.among]
    own = own[~np.isnan(own)]
    if not len(own):
        return (np.nan, np.nan, np.nan)
    low, middle, high = np.quantile(own, (0.25, 0.5, 0.75), method="inverted_cdf").tolist()
    if walk is None:
        return low, middle, high
    return walk.in_points(low), walk.in_points(middle), walk.in_points(high)


def _times(amounts: Floats, multiples: Floats) -> Floats:
    """Return sizes of shifts when they are multiplied; nothing times however much is nothing."""
    return np.asarray(np.abs(amounts) * np.where(amounts == 0, 0.0, multiples))
