"""Orders of a roadmap, all of them at once, where going on is worth the same in any order.

Without discounting and chance, going on from any gate is worth what the package is worth. Whether
a signatory then walks away depends on what is in force alone, not on how it got there, so a
programme over the sets that may be in force answers for every order: which is the best on from
each, and how many good ones there are. Held & Karp (1962) is the same idea for tours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import time
from typing import TYPE_CHECKING

import numpy as np

from detente.factors import Bools, Ints
from detente.hit_and_run import Floats
from detente.solvers.orderings import Precedence, members
from detente.solvers.roadmap import (
    Stages,
    discounts,
    drifts,
    of_signatories,
    some_rows,
    ticks_of,
)
from detente.solvers.talks import Steps, Term
from detente.solvers.watch import watched
from detente.work import Work

if TYPE_CHECKING:
    from detente.solvers.kernels.roadmap import Sets


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Least:
    """What the best order of each reading needs.

    least : the smallest possible largest missing guarantee that an order was found for, shape
        (n_rows,); inf where none was looked at
    bound : no order needs less; equal where the search was complete
    orders : one that needs no more than ``least``, for each reading; None where none was found
    many : how many orders are self-enforcing in each reading; None where they were not counted
    """

    least: Floats
    bound: Floats
    orders: tuple[Stages | None, ...]
    many: tuple[int | None, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing better can exist in any reading."""
        return bool((self.least == self.bound).all())

    @property
    def found(self) -> Bools:
        """Whether some order is known to be self-enforcing, shape (n_rows,)."""
        return np.asarray(self.least == 0.0)

    @property
    def decided(self) -> Bools:
        """Whether it is known if some order is self-enforcing, shape (n_rows,)."""
        return np.asarray(self.found | (self.bound > 0.0))


def fits(steps: Steps, allowed: Precedence) -> bool:
    """Return whether walking away depends on what is in force alone, and going on on nothing.

    With drift it does when stages are single items, which take the same time in any order.
    """
    single = allowed.largest == 1 and allowed.n_blocks == allowed.n_items
    return not discounts(steps) and (single or not drifts(steps))


def best_by_sets(steps: Steps, allowed: Precedence, *, work: Work | None = None) -> Least:
    """Find for each reading the order whose largest missing guarantee is smallest, and count.

    Parameters
    ----------
    steps
        Items of which :func:`fits` holds.
    allowed
        Which orders there are.
    work
        Pieces of the readings run on its executor. Readings that it has no seconds left for come
        back without an order, bounded by 0.

    Returns
    -------
    least
        Exact. Of orders that need equally little the one whose stages come first in the order of
        :meth:`~detente.solvers.orderings.Precedence.stages_after`.

    Raises CancelledError.

    Cost: for each reading O(n_signatories) for every set in force and stage that may come next: 3^n
    of them with bundles of any size, n 2^(n-1) without. Compiled: 20 items one by one take about
    a tenth of a second for a reading, 12 items in bundles of any size about 5 ms.

    Examples
    --------
    >>> from detente.solvers.roadmap import plain_steps
    >>> steps = plain_steps(final=[[9, 9]], no_deal=[[0, 0]], kept=[[[20, -1]], [[-12, 2]]])
    >>> best = best_by_sets(steps, Precedence(n_items=2, largest=1))
    >>> best.orders, best.least.tolist(), best.many
    ((((1,), (0,)),), [0.0], (1,))
    """
    work = work or Work()
    steps = of_signatories(steps)
    sets = _sets(steps, allowed)
    until = None if work.seconds is None else time() + work.seconds
    pieces = [
        Piece(steps=some_rows(steps, slice(first, first + _ROWS)), sets=sets, until=until)
        for first in range(0, steps.n_rows, _ROWS)
    ]
    parts = list(work.run(_solved, pieces, what="searching orders"))
    stages = np.concatenate([part.stages for part in parts])
    least = np.concatenate([part.least for part in parts])
    solved = np.isfinite(least)
    return Least(
        least=least,
        bound=np.where(solved, least, 0.0),
        orders=tuple(
            tuple(members(allowed.items_of(int(stage))) for stage in row if stage) if done else None
            for row, done in zip(stages, solved, strict=True)
        ),
        many=tuple(
            (int(high) << 64) + int(low) if done else None
            for part in parts
            for (high, low), done in zip(part.many, np.isfinite(part.least), strict=True)
        ),
    )


_ROWS = 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """Some readings to be searched, until a time."""

    steps: Steps
    sets: Sets
    until: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """What was found in them; see the kernel."""

    least: Floats
    stages: Ints
    many: Ints


def _solved(piece: Piece) -> Part:
    from detente.solvers.kernels.roadmap import Amounts, Found, search

    steps = piece.steps
    _, effects = effects_of(steps.kept, steps)
    amounts = Amounts(
        start=_plain(steps.no_deal),
        end=_plain(steps.no_deal + steps.kept_at_end),
        effects=_plain(effects),
        final=_plain(steps.final),
        drift=_plain(steps.drift),
    )
    found = Found(
        least=np.full(steps.n_rows, np.inf),
        stages=np.zeros((steps.n_rows, len(piece.sets.needs)), dtype=np.int64),
        many=np.zeros((steps.n_rows, 2), dtype=np.uint64),
        solved=np.zeros(1, dtype=np.int64),
    )
    seconds = None if piece.until is None else max(piece.until - time(), 0.0)
    with watched(Work(seconds=seconds)) as stop:
        search(piece.sets, amounts, found, stop)
    return Part(least=found.least, stages=found.stages, many=found.many.astype(object))


def _sets(steps: Steps, allowed: Precedence) -> Sets:
    from detente.solvers.kernels.roadmap import Sets

    marks, _ = effects_of(steps.kept, steps)
    ticks, per_unit = ticks_of(steps.takes)
    return Sets(
        items=_sums(allowed.blocks),
        needs=np.array(allowed.blocks_needed, dtype=np.int64),
        delivers=delivers_of(steps),
        marks=marks,
        passed=_sums(ticks) / per_unit,
        largest=allowed.largest or allowed.n_blocks,
    )


def delivers_of(steps: Steps) -> Ints:
    """Return the items each party delivers, as bits."""
    return (steps.delivered_by.T @ (1 << np.arange(steps.n_items))).astype(np.int64)


def _sums(parts: Sequence[int]) -> Ints:
    """Return the sum of the parts in each set of places, shape (2^n_parts,)."""
    sums = np.zeros(1, dtype=np.int64)
    for part in parts:
        sums = np.concatenate([sums, sums + part])
    return sums


def effects_of(terms: Sequence[Term], steps: Steps) -> tuple[Ints, Floats]:
    """Write terms as effects that come once all of some items are in force (Moebius inversion).

    Returns the items of each effect, as bits, and amounts of shape (n_rows, n_effects, n_parties).
    What a term without places brings has no items: it comes as soon as anything is in force. Whole
    numbers stay whole.

    Examples
    --------
    >>> from detente.solvers.roadmap import plain_steps
    >>> steps = plain_steps(final=[[0]], no_deal=[[0]], kept=[[[0]], [[0]]])
    >>> amounts = np.array([[[0.0], [1.0], [2.0], [7.0]]])
    >>> marks, effects = effects_of([Term(places=(0, 1), sizes=(2, 2), amounts=amounts)], steps)
    >>> marks.tolist(), effects[0, :, 0].tolist()
    ([1, 2, 3], [2.0, 1.0, 4.0])
    """
    found: dict[int, Floats] = {}
    for term in terms:
        amounts = term.amounts
        n_places = len(term.places)
        table = amounts.reshape(len(amounts), *(2,) * n_places, amounts.shape[-1]).copy()
        for axis in range(1, n_places + 1):
            without, having = (
                tuple(side if a == axis else slice(None) for a in range(table.ndim))
                for side in (0, 1)
            )
            table[having] -= table[without]
        for standing in np.ndindex(*(2,) * n_places):
            mark = sum(1 << p for p, s in zip(term.places, standing, strict=True) if s)
            if mark or not term.places:
                found[mark] = found.get(mark, 0.0) + table[(slice(None), *standing)]
    marks = sorted(found)
    shape = (steps.n_rows, 0, steps.no_deal.shape[1])
    effects = np.stack([found[m] for m in marks], axis=1) if marks else np.zeros(shape)
    return np.array(marks, dtype=np.int64), effects


def _plain(array: Floats) -> Floats:
    """Return the array as it was compiled for."""
    return np.require(array, np.float64, ["C", "W"])
