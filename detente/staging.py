"""Which orders of stages hold: some order in each reading, and one order in as many as possible.

The two are different. That in every reading some order holds does not give a mediator the order;
one that holds in every reading does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from detente.blocks.walk_away import Lasts
from detente.factors import Ints
from detente.going_on import shared
from detente.hit_and_run import Bools, Floats
from detente.implementation import Implementation
from detente.solvers.orderings import orders_of
from detente.solvers.roadmap import Stages, of_signatories, some_rows
from detente.solvers.roadmap_listing import Worths
from detente.solvers.roadmap_sets import fits
from detente.solvers.roadmaps import Searched, count_orders, search_orders
from detente.solvers.talks import Steps
from detente.table import Share

MOST_LISTED = 5_000
"""Up to so many orders every one is followed through all readings."""
MOST_SHOWN = 10
"""Orders that are ranked and kept."""
_SAMPLE, _LEAST_SAMPLE = 200, 8
"""Readings searched for good orders, at most and at least, where there are too many to follow."""
_STEPS, _SLOW_STEPS = 200_000_000, 400_000
"""Pairs of what is in force and a next stage gone through in all of them together: where going on
is worth the same in any order, and where it is not."""
_CANDIDATES = 40
_ROWS = 280


@dataclass(frozen=True, kw_only=True, eq=False)
class Staging:
    """Which orders hold, over the readings that count.

    total : how many orders there are
    searched : how many were followed through all readings
    complete : whether these are all there are; otherwise the others were searched in some readings,
        with at most ``largest`` items or sets of items that belong together in a stage
    sampled : in how many readings they were searched; 0 when complete
    some : in what share of the readings some order holds
    undecided : in what share of them the search was cut short before it could tell
    everywhere : how many of those followed hold in every reading drawn
    average : how many orders hold in the mean of these readings; None when they were not counted
    best : those that hold in most readings, the best first; of equals the one that is through
        before the deadline, then the one that takes less time, then the one with fewer stages, then
        one that the case names. Where none ever holds, the one that lacks least comes first
    leaders : those of the followed that hold in as many readings as the best, in the same order
    worst : how often the one holds that holds least often; None when not all were followed
    least : the one whose largest missing guarantee is smallest on average
    """

    total: int
    searched: int
    complete: bool
    largest: int
    sampled: int
    some: Share
    undecided: float
    everywhere: int
    average: int | None
    best: tuple[Stages, ...]
    leaders: tuple[Stages, ...]
    worst: float | None
    least: Stages


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """Orders to be counted in some readings."""

    steps: Steps
    orders: tuple[Stages, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tally:
    """What was counted: in how many readings each order holds, and what it needs in all of them.

    some : in which readings one of them holds
    """

    good: Ints
    need: Floats
    some: Bools


def tally(piece: Piece) -> Tally:
    """Count in which readings orders hold."""
    worths = Worths(steps=of_signatories(piece.steps))
    good = np.zeros(len(piece.orders), dtype=np.int64)
    need = np.zeros(len(piece.orders))
    some = np.zeros(piece.steps.n_rows, dtype=bool)
    for k, order in enumerate(piece.orders):
        lacking = worths.missing(order).max(axis=1)
        good[k], need[k] = np.count_nonzero(lacking == 0), lacking.sum()
        some |= lacking == 0
    return Tally(good=good, need=need, some=some)


def staging_of(
    implementation: Implementation,
    lasts: Lasts | None,
    given: Sequence[Stages] = (),
    asked: Sequence[Stages] = (),
) -> Staging:
    """Rank the orders that the case allows.

    given : orders that the case names; they are followed in any case
    asked : further ones, followed likewise; of equals they come last, and do not count as leaders

    Up to :data:`MOST_LISTED` orders all are followed through all readings. Otherwise the readings
    are sampled, the best order of each is sought, and these and the given ones are followed.

    Raises CancelledError; LimitError where even stages of single items are too many to search.
    """
    orders, complete = orders_of(implementation.allowed, most=MOST_LISTED)
    found, besides = None, frozenset[Stages]()
    if not complete:
        found, orders = _searched(implementation, lasts, given)
        extra = [order for order in asked if implementation.allowed.admits(order)]
        besides = frozenset(extra).difference(orders)
        orders = (*orders, *sorted(besides))
    total = len(orders) if complete else count_orders(implementation.allowed)
    work = implementation.analysis.work
    pieces = list(_pieces(implementation, lasts, orders))
    parts = list(work.run(tally, pieces, what="comparing orders"))
    good = np.array([part.good for part in parts]).sum(axis=0)
    need = np.array([part.need for part in parts]).sum(axis=0)
    rank = {stages: k for k, stages in enumerate(given)}
    ever, last = bool(good.any()), len(rank)

    def merit(k: int) -> tuple[object, ...]:
        stages, lacks = orders[k], float(need[k])
        plain = (*_lateness(implementation, stages), len(stages), rank.get(stages, last))
        return (-int(good[k]), 0.0 if ever else lacks, stages in besides, *plain, lacks, stages)

    ranked = sorted(range(len(orders)), key=merit)
    among = implementation.among
    some = np.zeros(len(among), dtype=bool)
    some[among] = np.concatenate([part.some for part in parts])
    return Staging(
        total=total,
        searched=len(orders),
        complete=complete,
        largest=found.largest if found is not None else implementation.allowed.n_blocks,
        sampled=0 if found is None else len(found.some_order_holds),
        some=shared(some, among) if found is None else _sampled_share(found),
        undecided=0.0 if found is None else float((~found.largest_missing.decided).mean()),
        everywhere=int((good == among.sum()).sum()),
        average=_on_average(implementation, lasts, orders, found),
        best=tuple(orders[k] for k in ranked[:MOST_SHOWN]),
        leaders=_leaders(tuple(orders[k] for k in ranked if good[k] == good.max()), besides),
        worst=float(good.min() / among.sum()) if complete else None,
        least=orders[min(ranked, key=lambda k: float(need[k]))],
    )


def _leaders(equals: tuple[Stages, ...], besides: frozenset[Stages]) -> tuple[Stages, ...]:
    """Leave out orders that were only asked about, unless no other does as well."""
    return tuple(stages for stages in equals if stages not in besides) or equals


def _lateness(implementation: Implementation, stages: Stages) -> tuple[bool, Fraction]:
    """Return whether something of an order comes after the deadline, and how long it takes."""
    through = implementation.through_by_deadline(stages)
    late = through is not None and len(through) < len(implementation.items)
    return late, implementation.time_of(stages)


def _on_average(
    implementation: Implementation,
    lasts: Lasts | None,
    orders: tuple[Stages, ...],
    found: Searched | None,
) -> int | None:
    """Count the orders that hold in the mean of the readings; None where that takes too long."""
    if found is None:
        middle = implementation.central(lasts)
        return int(tally(Piece(steps=middle, orders=orders)).good.sum())
    single = len(implementation.among) == 1 and found.all_sizes
    return found.largest_missing.many[0] if single else None


def _pieces(
    implementation: Implementation, lasts: Lasts | None, orders: tuple[Stages, ...]
) -> Iterator[Piece]:
    """Go through the readings that count, a few at a time."""
    for among, steps in implementation.chunks(lasts):
        own = np.flatnonzero(among)
        for first in range(0, len(own), _ROWS):
            yield Piece(steps=some_rows(steps, own[first : first + _ROWS]), orders=orders)


def _searched(
    implementation: Implementation, lasts: Lasts | None, given: Sequence[Stages]
) -> tuple[Searched, tuple[Stages, ...]]:
    """Search the orders in some readings, and return those worth following in all.

    The more there is to search, the fewer readings; and when these are few, the fewer items may be
    in a stage.
    """
    allowed = implementation.allowed
    own = np.flatnonzero(implementation.among)
    steps = implementation.steps(_spread(own, _SAMPLE), lasts)
    room = _STEPS if fits(steps, allowed) else _SLOW_STEPS
    size = allowed.n_blocks
    while size > 1 and allowed.n_steps(size) * _LEAST_SAMPLE > room:
        size -= 1
    within = allowed if size == allowed.n_blocks else replace(allowed, largest=size)
    n_rows = min(_SAMPLE, max(_LEAST_SAMPLE, room // within.n_steps()))
    steps = implementation.steps(_spread(own, n_rows), lasts)
    work = implementation.analysis.work
    found = search_orders(steps, within, most_orders=0, work=work)
    common = Counter(order for order in found.largest_missing.orders if order is not None)
    worth = [order for order, _ in common.most_common(_CANDIDATES)]
    first = [] if found.best.stages is None else [found.best.stages]
    known = [order for order in given if allowed.admits(order)]
    return found, tuple(dict.fromkeys([*first, *known, *worth]))


def _spread(rows: Ints, most: int) -> Ints:
    """Return at most so many of the rows, spread evenly."""
    places = np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(np.int64)
    return rows[places].astype(np.int64)


def _sampled_share(found: Searched) -> Share:
    holds = found.some_order_holds
    value = float(holds.mean())
    count = float(len(holds))
    return Share(value=value, error=(value * (1 - value) / count) ** 0.5, effective=count)
