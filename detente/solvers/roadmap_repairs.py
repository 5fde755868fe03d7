"""What would make a given order of a roadmap hold, cheapest first.

Moving stages about, bundling and splitting cost nothing but patience; making an item snap back
takes a clause; moving a guarantee forward takes whoever gives it; paying, and guaranteeing more,
take what is missing. Splitting is the gradualism of Admati & Perry (1991) and Compte & Jehiel
(2004): smaller steps tempt less. Guarantees are Walter's (1997, 2002).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np

from detente.factors import Bools
from detente.hit_and_run import Floats
from detente.solvers.orderings import Precedence
from detente.solvers.roadmap import (
    Gates,
    Stages,
    checked,
    discount_of,
    discounts,
    drifts,
    gates_of,
    of_signatories,
)
from detente.solvers.talks import Steps, Term

Kind = Literal["swap", "bundle", "split", "snap back", "variant", "pay", "guarantee"]
KINDS: tuple[Kind, ...] = ("swap", "bundle", "split", "snap back", "variant", "pay", "guarantee")
"""Cheapest first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Repair:
    """A change, and what it does in each reading.

    places : the stages that are swapped or bundled, or the item that is split or snaps back
    label : of a variant
    stages : the order after it. The second half of an item that is split has the number behind the
        last item
    missing : what is missing then, shape (n_rows, n_signatories)
    falls : by how much the largest missing guarantee falls, shape (n_rows,); less than 0 where it
        rises
    mends : where the order did not hold and then holds, shape (n_rows,)
    amounts : what is paid, in points of who receives it, on going on from each gate, shape
        (n_rows, n_gates, n_signatories); or what leaving must cost more, shape
        (n_rows, n_signatories)
    """

    kind: Kind
    places: tuple[int, ...] = ()
    label: str = ""
    stages: Stages
    missing: Floats
    falls: Floats
    mends: Bools
    amounts: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Repairs:
    """What can be done about an order.

    gates : of the order as it stands
    repairs : cheapest kind first; within a kind first what mends more readings, then what lowers
        the missing guarantee more
    no_order_mends : where what is missing at signing or after completion is the same in every
        order, so that no swap, bundle or split makes it hold, shape (n_rows,); False throughout
        when discounting, chance or drift make these gates depend on the order
    missing_at_ends : the larger of what is missing at signing and after completion, shape
        (n_rows, n_signatories)
    """

    gates: Gates
    repairs: tuple[Repair, ...]
    no_order_mends: Bools
    missing_at_ends: Floats


def repairs_of(
    steps: Steps,
    stages: Sequence[Sequence[int]],
    *,
    allowed: Precedence | None = None,
    variants: Sequence[tuple[str, Steps]] = (),
) -> Repairs:
    """Try every repair of an order, one at a time.

    Parameters
    ----------
    steps, stages
        The items, and an order of them.
    allowed
        What the changed order must keep to; any order when left out.
    variants
        Other ways in which the same items might come, such as with a guarantee moved to an earlier
        stage: a label and the items as they are then.

    Returns
    -------
    repairs
        Swaps of any two stages, neighbours first among equals; bundles of two neighbouring stages;
        the best split of each item, into halves of which each has half of every effect, rounded to
        the unit, and takes half the time, one of them staying where the item is; each item snapping
        back, so that walking away keeps nothing of it; the variants; then paying and guaranteeing
        what is missing, which mend every reading by themselves. Whether anybody can pay is not
        asked: points of one party are not points of another.

    Raises ValueError when the stages are no order of the items.

    Cost: that of working out O(n_stages^2 + n_items n_stages) orders.

    Examples
    --------
    >>> from detente.solvers.roadmap import plain_steps
    >>> steps = plain_steps(final=[[9, 9]], no_deal=[[0, 0]], kept=[[[20, -1]], [[-12, 2]]])
    >>> found = repairs_of(steps, [(0,), (1,)])
    >>> [(repair.kind, int(repair.falls[0])) for repair in found.repairs]
    [('swap', 11), ('bundle', 11), ('split', 10), ('split', 6), ('snap back', 11),
     ('snap back', 0), ('pay', 11), ('guarantee', 11)]
    """
    steps = of_signatories(steps)
    order = checked(stages, steps.n_items)
    gates = gates_of(steps, order)
    allowed = allowed or Precedence(n_items=steps.n_items)
    tried = [
        *_swapped(steps, order, allowed, gates),
        *_bundled(steps, order, allowed, gates),
        *_split(steps, order, allowed, gates),
        *(
            _repair(gates, snapping_back(steps, item), order, kind="snap back", places=(item,))
            for item in range(steps.n_items)
        ),
        *(
            _repair(gates, of_signatories(other), order, kind="variant", label=label)
            for label, other in variants
        ),
    ]
    tried.sort(key=lambda repair: (KINDS.index(repair.kind), *_rank(repair)))
    short = np.maximum(-gates.slack, 0.0)
    ends = np.maximum(short[:, 0], short[:, -1])
    fixed = not (discounts(steps) or drifts(steps))
    return Repairs(
        gates=gates,
        repairs=(*tried, *_outright(steps, gates)),
        no_order_mends=np.asarray(ends.any(axis=1) & fixed),
        missing_at_ends=ends,
    )


def _repair(
    before: Gates,
    steps: Steps,
    order: Stages,
    *,
    kind: Kind,
    places: tuple[int, ...] = (),
    label: str = "",
) -> Repair:
    after = gates_of(steps, order)
    return Repair(
        kind=kind,
        places=places,
        label=label,
        stages=order,
        missing=after.missing,
        falls=before.missing.max(axis=1) - after.missing.max(axis=1),
        mends=after.self_enforcing & ~before.self_enforcing,
    )


def _rank(repair: Repair) -> tuple[float, float, int]:
    """Return what sorts better repairs first."""
    apart = repair.places[-1] - repair.places[0] if repair.kind == "swap" else 0
    return -float(repair.mends.sum()), -float(repair.falls.mean()), apart


def _swapped(steps: Steps, order: Stages, allowed: Precedence, gates: Gates) -> Iterator[Repair]:
    for first, second in combinations(range(len(order)), 2):
        other = list(order)
        other[first], other[second] = order[second], order[first]
        if allowed.admits(tuple(other)):
            yield _repair(gates, steps, tuple(other), kind="swap", places=(first, second))


def _bundled(steps: Steps, order: Stages, allowed: Precedence, gates: Gates) -> Iterator[Repair]:
    for first in range(len(order) - 1):
        both = tuple(sorted(order[first] + order[first + 1]))
        other = (*order[:first], both, *order[first + 2 :])
        if allowed.admits(other):
            yield _repair(gates, steps, other, kind="bundle", places=(first, first + 1))


def _split(steps: Steps, order: Stages, allowed: Precedence, gates: Gates) -> Iterator[Repair]:
    """Yield the best split of each item that need not come with others."""
    half = steps.n_items
    for item in range(steps.n_items):
        if any(item in group for group in allowed.together):
            continue
        halves = in_halves(steps, item)
        same = replace(
            allowed,
            n_items=half + 1,
            before=(
                *allowed.before,
                *((a, half) for a, b in allowed.before if b == item),
                *((half, b) for a, b in allowed.before if a == item),
            ),
        )
        tried = [
            _repair(gates, halves, other, kind="split", places=(item,))
            for other in _apart(order, item, half)
            if same.admits(other)
        ]
        yield from sorted(tried, key=_rank)[:1]


def _apart(order: Stages, item: int, half: int) -> Iterator[Stages]:
    """Yield the order with the second half in another stage, or in a new one anywhere."""
    for place, stage in enumerate(order):
        if item not in stage:
            yield (*order[:place], (*stage, half), *order[place + 1 :])
    for place in range(len(order) + 1):
        yield (*order[:place], (half,), *order[place:])


def _outright(steps: Steps, gates: Gates) -> tuple[Repair, Repair]:
    """Return paying, and guaranteeing, what is missing."""
    done = np.zeros_like(gates.missing)
    kinds: tuple[tuple[Kind, Floats], ...] = (
        ("pay", payments_of(steps, gates)),
        ("guarantee", gates.missing),
    )
    both = [
        Repair(
            kind=kind,
            stages=gates.stages,
            missing=done,
            falls=gates.missing.max(axis=1),
            mends=~gates.self_enforcing,
            amounts=amounts,
        )
        for kind, amounts in kinds
    ]
    return both[0], both[1]


def payments_of(steps: Steps, gates: Gates) -> Floats:
    """Return the least that each signatory must be paid, and when, so that it goes on.

    A payment falls due on going on from a gate, and gives a reason to go on from earlier ones too.
    Each is as late as it can be, so that no reason runs out early. Rounded up to the unit.

    Shape (n_rows, n_gates, n_signatories); nothing falls due inside a stage. Without discounting
    and chance a signatory's payments add up to its missing guarantee.

    Examples
    --------
    >>> from detente.solvers.roadmap import plain_steps
    >>> steps = plain_steps(final=[[9, 9]], no_deal=[[0, 0]], kept=[[[20, -1]], [[-9, 2]]])
    >>> payments_of(steps, gates_of(steps, [(0,), (1,)]))[0, :, 0].tolist()
    [0.0, 9.0, 2.0]
    """
    steps = of_signatories(steps)
    short = np.maximum(-gates.slack, 0.0)
    due = np.zeros_like(short)
    ahead = np.zeros_like(gates.missing)
    for after in range(len(gates.stages), -1, -1):
        here = [place for place, gate in enumerate(gates.gates) if gate.after == after]
        if after < len(gates.stages):
            ahead = ahead * discount_of(steps, gates.stages[after]) * steps.comes[:, None]
        pay = np.ceil(np.maximum(short[:, here].max(axis=1) - ahead, 0.0))
        due[:, here[0]] = pay
        ahead = ahead + pay
    return due


def snapping_back(steps: Steps, item: int) -> Steps:
    """Return the same items, one of which leaves nothing behind when somebody walks away.

    Shifts and guarantees stay: taking back a ceasefire does not take back a change of power.
    """
    everything = np.zeros_like(steps.no_deal)
    without = np.zeros_like(steps.no_deal)
    kept = []
    for term in steps.kept:
        if term.nature != "residue" or item not in term.places:
            kept.append(term)
            continue
        everything += term.amounts[:, -1]
        kept.append(_without(term, item))
        without += kept[-1].amounts[:, -1]
    return replace(steps, kept=tuple(kept), kept_at_end=steps.kept_at_end - everything + without)


def _without(term: Term, item: int) -> Term:
    """Return a term that takes the item for not in force."""
    bit = 1 << (len(term.places) - 1 - term.places.index(item))
    return replace(term, amounts=term.amounts[:, np.arange(term.amounts.shape[1]) & ~bit])


def in_halves(steps: Steps, item: int) -> Steps:
    """Return the same items with one in halves; the second has the number behind the last.

    One half in force counts half of what the whole does, rounded to the unit; both count all.
    """
    takes = np.append(steps.takes, steps.takes[item] / 2)
    takes[item] /= 2
    return replace(
        steps,
        kept=tuple(_halved(term, item, steps.n_items) for term in steps.kept),
        meanwhile=tuple(_halved(term, item, steps.n_items) for term in steps.meanwhile),
        delivered_by=np.vstack([steps.delivered_by, steps.delivered_by[item]]),
        takes=takes,
    )


def _halved(term: Term, item: int, half: int) -> Term:
    """Return a term that also looks at the second half, in its last place."""
    if item not in term.places:
        return term
    bit = 1 << (len(term.places) - 1 - term.places.index(item))
    first, second = np.divmod(np.arange(2 * term.amounts.shape[1]), 2)
    none, whole = term.amounts[:, first & ~bit], term.amounts[:, first | bit]
    n_halves = ((first & bit) > 0).astype(np.int64) + second
    middle = np.rint((none + whole) / 2)
    amounts = np.where(
        (n_halves == 1)[:, None], middle, np.where((n_halves == 2)[:, None], whole, none)
    )
    return replace(term, places=(*term.places, half), sizes=(*term.sizes, 2), amounts=amounts)
