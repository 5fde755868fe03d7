"""Which orders of a roadmap hold, in which readings, and which needs least.

Three ways, chosen by size: every order one by one; a programme over what may be in force; and with
discounting, chance or drift, one over undominated prospects. What was gone through is said, and
what was not decided is bounded.

Two claims are kept apart. *Some order holds in each reading* is weaker than *one order holds in
every reading*, which is what a roadmap that is to be signed needs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from detente.errors import LimitError
from detente.factors import Bools, Ints
from detente.solvers.best_order import BestOrder, best_of, best_order
from detente.solvers.orderings import Precedence, n_orders, orders_of
from detente.solvers.roadmap import Stages, gates_of, of_signatories, plain_steps
from detente.solvers.roadmap_labels import best_by_labels
from detente.solvers.roadmap_listing import list_orders
from detente.solvers.roadmap_sets import Least, best_by_sets, fits
from detente.solvers.talks import Steps
from detente.solvers.thresholds import (
    BEST_ORDER_CELLS,
    COUNTED_STEPS,
    ROADMAP_ARCS,
    ROADMAP_ITEMS,
    ROADMAP_ORDERS,
    ROADMAP_STEPS,
)
from detente.work import Work

Method = Literal["every order", "sets", "prospects"]
_CANDIDATES = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Searched:
    """What a search of the orders found.

    method : how it was searched
    n_orders : how many orders were gone through
    largest : how many blocks a stage of those may have; see
        :class:`~detente.solvers.orderings.Precedence`
    all_sizes : whether no allowed order has a larger stage
    largest_missing : the order of each reading whose largest missing guarantee is smallest, and how
        many are self-enforcing in it
    summed_missing : the order whose missing guarantees add up to least; None when it was not sought
    orders, n_good : the orders, and in how many readings each holds, where every one was worked
        out; none otherwise
    best : the one order that holds in the most readings
    """

    method: Method
    n_orders: int
    largest: int
    all_sizes: bool
    largest_missing: Least
    summed_missing: Least | None
    orders: tuple[Stages, ...]
    n_good: Ints
    best: BestOrder

    @property
    def complete(self) -> bool:
        """Whether every allowed order was taken into account, and nothing is left open."""
        return self.all_sizes and self.largest_missing.complete and self.best.complete

    @property
    def some_order_holds(self) -> Bools:
        """In which readings some order gone through is known to hold, shape (n_rows,)."""
        return self.largest_missing.found


def search_orders(
    steps: Steps,
    allowed: Precedence,
    *,
    most_orders: int = ROADMAP_ORDERS,
    sums: bool = False,
    work: Work | None = None,
) -> Searched:
    """Search the orders of a roadmap in every reading.

    Parameters
    ----------
    steps, allowed
        The items, and which orders there are.
    most_orders
        Up to so many orders every one is worked out.
    sums
        Whether the smallest sum of missing guarantees is sought too where that takes a search of
        its own.
    work
        Its seconds limit each search; what they do not suffice for is bounded.

    Returns
    -------
    searched
        Where stages of any size are too many to go through, those of as many blocks as can be:
        ``largest`` and ``all_sizes`` say so.

    Raises LimitError with more than ``ROADMAP_ITEMS`` items, or where even single items are too
    many; CancelledError.

    Examples
    --------
    >>> steps = plain_steps(final=[[9, 9]], no_deal=[[0, 0]], kept=[[[20, -1]], [[-12, 2]]])
    >>> found = search_orders(steps, Precedence(n_items=2))
    >>> found.n_orders, found.largest_missing.many, found.best.stages, found.complete
    (3, (2,), ((0, 1),), True)
    """
    work = work or Work()
    steps = of_signatories(steps)
    if allowed.n_items > ROADMAP_ITEMS:
        message = f"a roadmap of {allowed.n_items} items; at most {ROADMAP_ITEMS} can be ordered"
        raise LimitError(message)
    listed, whole = orders_of(allowed, most=most_orders)
    if whole:
        return _listed(steps, listed, allowed, work)
    if fits(steps, allowed):
        method: Method = "sets"
        within = _within(allowed, ROADMAP_STEPS // steps.n_rows)
        least = best_by_sets(steps, within, work=work)
    else:
        method = "prospects"
        within, least = _by_labels(steps, allowed, work)
    try:
        summed = best_by_labels(steps, within, summed=True, work=work) if sums else None
    except LimitError:
        summed = None
    return Searched(
        method=method,
        n_orders=count_orders(within),
        largest=within.largest or within.n_blocks,
        all_sizes=_all_sizes(allowed, within),
        largest_missing=least,
        summed_missing=summed,
        orders=(),
        n_good=np.zeros(0, dtype=np.int64),
        best=_best(steps, within, least, work),
    )


def _listed(steps: Steps, orders: tuple[Stages, ...], allowed: Precedence, work: Work) -> Searched:
    listing = list_orders(steps, orders, work=work)
    first = int(listing.n_good.argmax())
    good = gates_of(steps, orders[first]).self_enforcing
    return Searched(
        method="every order",
        n_orders=len(orders),
        largest=allowed.largest or allowed.n_blocks,
        all_sizes=True,
        largest_missing=listing.largest,
        summed_missing=listing.summed,
        orders=orders,
        n_good=listing.n_good,
        best=BestOrder(
            stages=orders[first] if good.any() else None, good=good, bound=int(good.sum())
        ),
    )


def _by_labels(steps: Steps, allowed: Precedence, work: Work) -> tuple[Precedence, Least]:
    """Search with stages as large as can be held."""
    within = _within(allowed, ROADMAP_ARCS)
    while True:
        try:
            return within, best_by_labels(steps, within, work=work)
        except LimitError:
            size = (within.largest or within.n_blocks) - 1
            if not size:
                raise
            within = replace(allowed, largest=size)


def _within(allowed: Precedence, most: int) -> Precedence:
    """Return the same with stages so large that there are no more steps, but of one block at least.

    Precedence makes steps fewer than they are taken for.
    """
    size = allowed.largest or allowed.n_blocks
    while size > 1 and allowed.n_steps(size) > most:
        size -= 1
    return (
        allowed
        if _all_sizes(allowed, replace(allowed, largest=size))
        else replace(allowed, largest=size)
    )


def _all_sizes(allowed: Precedence, within: Precedence) -> bool:
    return (within.largest or within.n_blocks) >= min(
        allowed.largest or allowed.n_blocks, allowed.n_blocks
    )


def _best(steps: Steps, within: Precedence, least: Least, work: Work) -> BestOrder:
    """Seek the best single order, with smaller stages where those gone through are too many.

    Then it is bounded by the readings in which some order may hold.
    """
    possible = least.found | ~least.decided
    bound = int(possible.sum())
    common = Counter(order for order in least.orders if order is not None)
    candidates = [order for order, _ in common.most_common(_CANDIDATES)]
    most = min(BEST_ORDER_CELLS // (steps.n_rows * steps.n_signatories), COUNTED_STEPS)
    fewer = _within(within, most)
    if fewer.n_steps() > most:
        return best_of(steps, candidates, bound=bound)
    best = best_order(steps, fewer, candidates=candidates, possible=possible, work=work)
    return best if _all_sizes(within, fewer) else replace(best, bound=bound)


def count_orders(allowed: Precedence) -> int:
    """Count the allowed orders, compiled where there is much to go through.

    Examples
    --------
    >>> count_orders(Precedence(n_items=4))
    75
    """
    if not any(allowed.blocks_needed) or allowed.n_steps() <= COUNTED_STEPS:
        return n_orders(allowed)
    nothing = plain_steps(final=[[0]], no_deal=[[0]], kept=[[[0]]] * allowed.n_items)
    return best_by_sets(nothing, allowed).many[0] or 0
