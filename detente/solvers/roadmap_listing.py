"""Every order of a roadmap in every reading, one by one: the definition, for few orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from detente.factors import Ints
from detente.hit_and_run import Floats
from detente.solvers.roadmap import (
    Stages,
    before_stage,
    discount_of,
    discounts,
    of_signatories,
    some_rows,
    ticks_of,
)
from detente.solvers.roadmap_sets import Least, delivers_of, effects_of
from detente.solvers.talks import Steps
from detente.work import Work

Worth = Literal["kept", "stranded", "meanwhile"]
"""Of walking away, of what is left when the next stage does not come, or of an open table."""

_ROWS = 1024
"""Readings worked on at once, few enough for the processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Listing:
    """What was found of every order.

    orders : those gone through
    n_good : in how many readings each is self-enforcing, shape (n_orders,)
    largest, summed : what the best order of each reading needs, where best means the smallest
        largest missing guarantee, or the smallest sum of them
    """

    orders: tuple[Stages, ...]
    n_good: Ints
    largest: Least
    summed: Least


def list_orders(steps: Steps, orders: tuple[Stages, ...], *, work: Work | None = None) -> Listing:
    """Work out what is missing in every order and reading.

    Exact. Of orders that need equally little the first in the list is given.

    Raises CancelledError. Cost O(n_rows n_orders n_items n_signatories); for 500 orders of 5 items,
    4 signatories and 1,000 readings about a tenth of a second.

    Examples
    --------
    >>> from detente.solvers.roadmap import plain_steps
    >>> steps = plain_steps(final=[[9, 9]], no_deal=[[0, 0]], kept=[[[20, -1]], [[-12, 2]]])
    >>> found = list_orders(steps, (((0,), (1,)), ((1,), (0,))))
    >>> found.n_good.tolist(), found.largest.orders, found.largest.many
    ([0, 1], (((1,), (0,)),), (1,))
    """
    work = work or Work()
    steps = of_signatories(steps)
    pieces = [
        Piece(steps=some_rows(steps, slice(first, first + _ROWS)), orders=orders)
        for first in range(0, steps.n_rows, _ROWS)
    ]
    parts = list(work.run(_listed, pieces, what="going through orders"))
    return Listing(
        orders=orders,
        n_good=np.sum([part[2] for part in parts], axis=0, dtype=np.int64),
        largest=_least(orders, [part[0] for part in parts]),
        summed=_least(orders, [part[1] for part in parts]),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """Orders to be gone through in some readings."""

    steps: Steps
    orders: tuple[Stages, ...]


@dataclass(slots=True, kw_only=True, eq=False)
class _Record:
    """The least so far of each reading, which order has it, and how many lack nothing."""

    least: Floats
    which: Ints
    many: Ints


def _listed(piece: Piece) -> tuple[_Record, _Record, Ints]:
    n_rows = piece.steps.n_rows
    largest, summed = (
        _Record(
            least=np.full(n_rows, np.inf),
            which=np.zeros(n_rows, dtype=np.int64),
            many=np.zeros(n_rows, dtype=np.int64),
        )
        for _ in range(2)
    )
    n_good = np.zeros(len(piece.orders), dtype=np.int64)
    worths = Worths(steps=piece.steps)
    for number in sorted(range(len(piece.orders)), key=lambda k: piece.orders[k][::-1]):
        missing = worths.missing(piece.orders[number])
        for record, need in ((largest, missing.max(axis=1)), (summed, missing.sum(axis=1))):
            lower = (need < record.least) | ((need == record.least) & (number < record.which))
            record.least[lower] = need[lower]
            record.which[lower] = number
            record.many += need == 0.0
        n_good[number] = np.count_nonzero(~missing.any(axis=1))
    return largest, summed, n_good


def _least(orders: tuple[Stages, ...], parts: list[_Record]) -> Least:
    least = np.concatenate([part.least for part in parts])
    return Least(
        least=least,
        bound=least,
        orders=tuple(orders[number] for part in parts for number in part.which),
        many=tuple(int(many) for part in parts for many in part.many),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Worths:
    """What walking away and an open table are worth, kept by what is in force.

    steps : of signatories only
    """

    steps: Steps

    @cached_property
    def discounts(self) -> bool:
        """Whether going on depends on the order."""
        return discounts(self.steps)

    @cached_property
    def delivers(self) -> tuple[int, ...]:
        """The items of each signatory, as bits."""
        return tuple(int(items) for items in delivers_of(self.steps))

    @cached_property
    def _ticks(self) -> tuple[list[int], int]:
        return ticks_of(self.steps.takes)

    @cached_property
    def _effects(self) -> dict[Worth, tuple[Ints, Floats]]:
        steps = self.steps
        return {
            "kept": effects_of(steps.kept, steps),
            "stranded": effects_of(steps.stranded, steps),
            "meanwhile": effects_of(steps.meanwhile, steps),
        }

    @cached_property
    def _trail(self) -> list[tuple[tuple[int, ...], Floats, Floats]]:
        """The order worked out last: stages from the last on, with what is ahead and missing."""
        return []

    @cached_property
    def _known(self) -> dict[tuple[Worth, int], Floats]:
        everything = (1 << self.steps.n_items) - 1
        return {("kept", everything): self.steps.no_deal + self.steps.kept_at_end}

    def worth(self, items: int, of: Worth) -> Floats:
        """Return walking away, being stranded (both without drift) or an open table.

        items : in force, as bits; with every one of them, walking away after completion

        Shape (n_rows, n_signatories).
        """
        if (of, items) not in self._known:
            marks, effects = self._effects[of]
            there = ((marks & ~items) == 0) & (items > 0)
            self._known[of, items] = self.steps.no_deal + effects[:, there].sum(axis=1)
        return self._known[of, items]

    def leaving(self, items: int, ticks: int, of: Worth = "kept") -> Floats:
        """Return walking away, or being stranded, with some items in force after some time."""
        worth = self.worth(items, of)
        if not ticks or not self.steps.drift.any():
            return worth
        return worth + np.rint(self.steps.drift * (ticks / self._ticks[1]))

    def ticks(self, stage: tuple[int, ...]) -> int:
        """Return how long a stage takes, in ticks."""
        return max(self._ticks[0][item] for item in stage)

    def back(self, after: Floats, items: int, ticks: int, stage: tuple[int, ...]) -> Floats:
        """Return what going on is worth before a stage, from what it is worth after.

        items, ticks : what is in force before it, and the time passed
        """
        if not self.discounts:
            return after
        return before_stage(
            after,
            kept=discount_of(self.steps, stage),
            comes=self.steps.comes,
            meanwhile=self.worth(items, "meanwhile"),
            stranded=self.leaving(items, ticks, "stranded"),
        )

    def short(self, ahead: Floats, items: int, ticks: int, stage: tuple[int, ...]) -> Floats:
        """Return what is missing at the gate before a stage and inside it.

        Shape (n_rows, n_signatories).
        """
        leave = self.leaving(items, ticks)
        coming = sum(1 << item for item in stage)
        for party, items_of_party in enumerate(self.delivers):
            mine = coming & items_of_party
            if mine and mine != coming:
                if leave is self.worth(items, "kept"):
                    leave = leave.copy()
                others = self.leaving(items | (coming ^ mine), ticks)[:, party]
                leave[:, party] = np.maximum(leave[:, party], others)
        return np.maximum(leave - ahead, 0.0)

    def missing(self, order: Stages) -> Floats:
        """Return the missing guarantees in an order, shape (n_rows, n_signatories).

        What the order before it ended with, too, is not worked out again, except where walking away
        drifts.
        """
        before = list(self._before(order))
        passed = sum(self.ticks(stage) for stage in order)
        trail, same = self._trail, 0
        if self.steps.drift.any():
            trail.clear()
        while same < min(len(trail) - 1, len(order)) and trail[same + 1][0] == order[-1 - same]:
            same += 1
        del trail[same + 1 :]
        if not trail:
            everything = (1 << self.steps.n_items) - 1
            missing = np.maximum(self.leaving(everything, passed) - self.steps.final, 0.0)
            trail.append(((), self.steps.final, missing))
        for items, ticks, stage in before[len(order) - same - 1 :: -1] if same < len(order) else ():
            ahead = self.back(trail[-1][1], items, ticks, stage)
            missing = np.maximum(trail[-1][2], self.short(ahead, items, ticks, stage))
            trail.append((stage, ahead, missing))
        return trail[-1][2]

    def _before(self, order: Stages) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        items, ticks = 0, 0
        for stage in order:
            yield items, ticks, stage
            items |= sum(1 << item for item in stage)
            ticks += self.ticks(stage)
