"""A roadmap: the items of a package put into force in stages, and what holds each party to it.

Between two stages stands a *gate*, at which every signatory can go on or walk away. Gate t comes
after t stages: gate 0 is signing, the last one stands after completion. Inside a stage that several
deliver stands one more for each of them: the others deliver and it does not.

Going on from gate t is worth, reckoned backwards from the value of the package,

    V(t) = (1 - d) M(t) + d (q V(t + 1) + (1 - q) U(t)),    d = patience ^ (time of stage t + 1)

where M(t) is what having the first t stages in force is worth meanwhile, q the chance that the next
stage is delivered, and U(t) what is left when it is not: walking away, W(t), without what a
guarantee makes leaving cost, since nobody left. The order is *self-enforcing*
when V >= W at every gate for every signatory; a tie holds. What V falls short of W by is the
*missing guarantee*: what leaving would have to cost. See Compte & Jehiel (2004) on steps that
change what walking away is worth, Levin (2003) on going on as the only thing that enforces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np

from detente.factors import Bools, Ints
from detente.hit_and_run import Floats
from detente.solvers.talks import Steps, Term, summed

Stages = tuple[tuple[int, ...], ...]
"""An order: stages of item positions."""

_FINEST = 10**6
"""Times are taken as fractions with denominators up to this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A point at which a signatory can leave.

    after : how many stages have been delivered
    inside : whether the next stage is under way: the others deliver their items and one does not
    """

    after: int
    inside: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Gates:
    """Going on against walking away at every gate of one order.

    stages : the order
    gates : in the order in which they come; inside a stage there is a gate where some signatory
        delivers a part of it
    going_on, walking_away : shape (n_rows, n_gates, n_signatories), in units; a party that has no
        such choice at a gate inside a stage has -inf for walking away
    exact : False when discounting, chance or drift made rounding to the unit necessary
    """

    stages: Stages
    gates: tuple[Gate, ...]
    going_on: Floats
    walking_away: Floats
    exact: bool

    @cached_property
    def slack(self) -> Floats:
        """What going on is worth more than walking away; inf where there is no choice."""
        slack: Floats = self.going_on - self.walking_away
        return slack

    @cached_property
    def missing(self) -> Floats:
        """The missing guarantee of each signatory, shape (n_rows, n_signatories), 0 where none."""
        return np.asarray(np.maximum(-self.slack.min(axis=1), 0.0))

    @cached_property
    def binds(self) -> Ints:
        """Where each signatory's slack is smallest; the first of equals.

        As positions in ``gates``, shape (n_rows, n_signatories).
        """
        return np.asarray(self.slack.argmin(axis=1), dtype=np.int64)

    @cached_property
    def self_enforcing(self) -> Bools:
        """Whether nobody has a reason to leave at any gate, shape (n_rows,). Ties hold."""
        return np.asarray((self.slack >= 0.0).all(axis=(1, 2)))


def gates_of(steps: Steps, stages: Sequence[Sequence[int]]) -> Gates:
    """Work out every gate of one order.

    Parameters
    ----------
    steps
        The items, in some readings. Its whole numbers stay whole: a value is rounded to the unit
        once for each stage that discounts or may fail, and a walk-away value that drifts is too.
    stages
        Item positions; every item in exactly one stage, no stage empty.

    Returns
    -------
    gates
        Time passed at a gate is the sum of the stages before it; a party that does not deliver
        leaves while the clock of the gate before stands, with the items of the others in force.
        An item that it delivers with others is not in force without it. After the last stage
        walking away is worth no deal and ``kept_at_end``.

    Raises ValueError when the stages are no order of the items.

    Cost O(n_rows n_gates n_signatories n_terms).

    Examples
    --------
    A ceasefire (item 0) after which the first party would sooner fight on than under no deal, and
    a pledge (item 1):

    >>> steps = plain_steps(final=[[30, 30]], no_deal=[[20, 10]], kept=[[[15, -5]], [[0, 0]]])
    >>> gates = gates_of(steps, [(0,), (1,)])
    >>> gates.slack[0].tolist()
    [[10.0, 20.0], [-5.0, 25.0], [-5.0, 25.0]]
    >>> gates.missing.tolist(), gates.binds.tolist(), gates.self_enforcing.tolist()
    ([[5.0, 0.0]], [[1, 0]], [False])
    """
    order = checked(stages, steps.n_items)
    steps = of_signatories(steps)
    n_parties, n_stages = steps.n_signatories, len(order)
    gates, standings, choices = _layout(steps, order)
    ticks, per_unit = ticks_of(steps.takes)
    longest = [max(ticks[k] for k in stage) for stage in order]
    passed = np.array([sum(longest[:stage]) / per_unit for stage in range(n_stages + 1)])
    walking_away = np.stack(
        [walking_away_of(steps, party, standings[:, party]) for party in range(n_parties)], axis=-1
    )
    walking_away[:, -1] = steps.no_deal + steps.kept_at_end
    walking_away += drifted(steps, passed[[gate.after for gate in gates]])
    ahead = np.empty((steps.n_rows, n_stages + 1, n_parties))
    ahead[:, -1] = steps.final
    plain = [place for place, gate in enumerate(gates) if not gate.inside]
    meanwhile = summed(steps.no_deal, steps.meanwhile, standings[plain, 0])
    stranded = left_with(steps.no_deal, steps.stranded, standings[plain, 0])
    stranded = stranded + drifted(steps, passed)
    for stage in range(n_stages - 1, -1, -1):
        ahead[:, stage] = before_stage(
            ahead[:, stage + 1],
            kept=discount_of(steps, order[stage]),
            comes=steps.comes,
            meanwhile=meanwhile[:, stage],
            stranded=stranded[:, stage],
        )
    return Gates(
        stages=order,
        gates=gates,
        going_on=ahead[:, [gate.after for gate in gates]],
        walking_away=np.where(choices, walking_away, -np.inf),
        exact=not (discounts(steps) or drifts(steps)),
    )


def _layout(steps: Steps, order: Stages) -> tuple[tuple[Gate, ...], Ints, Bools]:
    """Return the gates, what is in force when a signatory leaves there, and who has the choice.

    Shapes of the last two (n_gates, n_signatories, n_items) and (n_gates, n_signatories).
    """
    gates = [Gate(after=0)]
    standings = [np.zeros((steps.n_signatories, steps.n_items), dtype=np.int64)]
    choices = [np.ones(steps.n_signatories, dtype=bool)]
    for number, stage in enumerate(order):
        mine = steps.delivered_by[list(stage)].T  # (n_signatories, n_items of the stage)
        leaving = np.asarray(mine.any(axis=1) & ~mine.all(axis=1))
        before, after = standings[-1], standings[-1].copy()
        after[:, list(stage)] = 1
        if leaving.any():
            others = before.copy()
            others[:, list(stage)] = ~mine
            gates.append(Gate(after=number, inside=True))
            standings.append(others)
            choices.append(leaving)
        gates.append(Gate(after=number + 1))
        standings.append(after)
        choices.append(np.ones(steps.n_signatories, dtype=bool))
    return tuple(gates), np.array(standings), np.array(choices)


def before_stage(
    after: Floats, *, kept: Floats, comes: Floats, meanwhile: Floats, stranded: Floats
) -> Floats:
    """Return what going on is worth before a stage, from what it is worth after.

    after, meanwhile : shape (n_rows, n_signatories)
    stranded : what is left when the stage is not delivered, of the same shape
    kept : what discounting leaves of a value, shape (n_signatories,)
    comes : chance that the stage is delivered, shape (n_rows,)

    Rounded to the unit. No value falls when ``after`` rises.
    """
    arrives = comes[:, None] * after + (1.0 - comes[:, None]) * stranded
    return np.rint((1.0 - kept) * meanwhile + kept * arrives)


def walking_away_of(steps: Steps, party: int, standings: Ints) -> Floats:
    """Return what walking away is worth to one signatory, before any drift.

    standings : what is in force, shape (n_states, n_items)

    Shape (n_rows, n_states).
    """
    one = slice(party, party + 1)
    kept = [replace(term, amounts=term.amounts[..., one]) for term in steps.kept]
    return left_with(steps.no_deal[:, one], kept, standings)[..., 0]


def left_with(no_deal: Floats, terms: Sequence[Term], standings: Ints) -> Floats:
    """Return no deal and what is kept, by what is in force; terms without places date from signing.

    no_deal : shape (n_rows, n_parties); standings : shape (n_states, n_items)

    Shape (n_rows, n_states, n_parties).

    Examples
    --------
    >>> always = Term(places=(), sizes=(), amounts=np.array([[[-5.0]]]), nature="guarantee")
    >>> left_with(np.array([[30.0]]), [always], np.array([[0, 0], [0, 1]])).tolist()
    [[[30.0], [25.0]]]
    """
    total = summed(no_deal, [term for term in terms if term.places], standings)
    signed = np.asarray(standings.any(axis=1))[None, :, None]
    return sum((term.amounts * signed for term in terms if not term.places), total)


def drifted(steps: Steps, passed: Floats) -> Floats:
    """Return by how much walking away has drifted, in whole units.

    passed : units of time, shape (n_gates,)

    Shape (n_rows, n_gates, n_signatories).
    """
    return np.rint(steps.drift[:, None, :] * passed[:, None])


def discount_of(steps: Steps, stage: Sequence[int]) -> Floats:
    """Return what the time a stage takes leaves of a value, shape (n_parties,)."""
    return np.asarray(steps.patience ** steps.takes[list(stage)].max())


def discounts(steps: Steps) -> bool:
    """Return whether the worth of going on depends on the order: somebody discounts, or doubts."""
    n_parties = steps.n_signatories
    slow = steps.patience[:n_parties] < 1.0
    return bool((slow.any() and steps.takes.any()) or (steps.comes < 1.0).any())


def drifts(steps: Steps) -> bool:
    """Return whether walking away changes as time passes, for some signatory."""
    return bool(steps.drift[:, : steps.n_signatories].any() and steps.takes.any())


def of_signatories(steps: Steps) -> Steps:
    """Return the same items without the parties that cannot walk away."""
    if steps.no_deal.shape[1] == steps.n_signatories:
        return steps
    own = slice(steps.n_signatories)
    return replace(
        steps,
        final=steps.final[:, own],
        no_deal=steps.no_deal[:, own],
        kept=tuple(replace(term, amounts=term.amounts[..., own]) for term in steps.kept),
        kept_at_end=steps.kept_at_end[:, own],
        meanwhile=tuple(replace(term, amounts=term.amounts[..., own]) for term in steps.meanwhile),
        delivered_by=steps.delivered_by[:, own],
        patience=steps.patience[own],
        drift=steps.drift[:, own],
    )


def some_rows(steps: Steps, rows: Ints | slice) -> Steps:
    """Return the same items in some of the readings."""
    return replace(
        steps,
        final=steps.final[rows],
        no_deal=steps.no_deal[rows],
        kept=tuple(replace(term, amounts=term.amounts[rows]) for term in steps.kept),
        kept_at_end=steps.kept_at_end[rows],
        meanwhile=tuple(replace(term, amounts=term.amounts[rows]) for term in steps.meanwhile),
        comes=steps.comes[rows],
        drift=steps.drift[rows],
    )


def checked(stages: Sequence[Sequence[int]], n_items: int) -> Stages:
    """Return the order as tuples; ValueError unless every item is in exactly one stage."""
    order = tuple(tuple(sorted(stage)) for stage in stages)
    if sorted(k for stage in order for k in stage) != list(range(n_items)) or not all(order):
        message = f"{list(map(list, order))} is no order of {n_items} items in stages"
        raise ValueError(message)
    return order


def ticks_of(takes: Floats) -> tuple[list[int], int]:
    """Return times as whole numbers of a common part of the unit, and how many make up the unit.

    So that a sum of times does not depend on the order in which they are added.

    Examples
    --------
    >>> ticks_of(np.array([0.5, 1 / 3, 2.0]))
    ([3, 2, 12], 6)
    """
    times = [Fraction(float(time)).limit_denominator(_FINEST) for time in takes]
    per_unit = min(lcm(*(time.denominator for time in times)), _FINEST**2)
    return [round(time * per_unit) for time in times], per_unit


def duration_of(steps: Steps, stages: Sequence[Sequence[int]]) -> Fraction:
    """Return how long an order takes: stages follow each other, each as long as its longest item.

    Examples
    --------
    >>> steps = plain_steps(final=[[0]], no_deal=[[0]], kept=[[[0]]] * 3, takes=[0.5, 2, 1])
    >>> duration_of(steps, [(0, 1), (2,)])
    Fraction(3, 1)
    """
    ticks, per_unit = ticks_of(steps.takes)
    return Fraction(sum(max(ticks[k] for k in stage) for stage in stages), per_unit)


def in_force_by(
    steps: Steps, stages: Sequence[Sequence[int]], time: Fraction | float
) -> tuple[int, ...]:
    """Return the items in force after so many units of time, when nothing is late; ascending.

    The items of a stage come into force together, when its longest item is done.

    Examples
    --------
    >>> steps = plain_steps(final=[[0]], no_deal=[[0]], kept=[[[0]]] * 3, takes=[0.5, 2, 1])
    >>> in_force_by(steps, [(0,), (1, 2)], 1), in_force_by(steps, [(0,), (1, 2)], 2.5)
    ((0,), (0, 1, 2))
    """
    due = [duration_of(steps, stages[: number + 1]) for number in range(len(stages))]
    last = Fraction(time).limit_denominator(_FINEST**2)
    return tuple(
        sorted(k for stage, when in zip(stages, due, strict=True) for k in stage if when <= last)
    )


def plain_steps(
    *,
    final: Sequence[Sequence[float]],
    no_deal: Sequence[Sequence[float]],
    kept: Sequence[Sequence[Sequence[float]]],
    takes: Sequence[float] | None = None,
    delivered_by: Sequence[Sequence[bool]] | None = None,
) -> Steps:
    """Return items whose effects add up, and on which walking away depends no further.

    final, no_deal : by reading and party, all of them signatories
    kept : by item, reading and party
    takes : by item; no time when left out
    delivered_by : by item and party; nobody's when left out
    """
    value, start = np.array(final, dtype=float), np.array(no_deal, dtype=float)
    amounts = [np.array(item, dtype=float) for item in kept]
    n_rows, n_parties = start.shape
    terms = tuple(
        Term(places=(k,), sizes=(2,), amounts=np.stack([np.zeros_like(item), item], axis=1))
        for k, item in enumerate(amounts)
    )
    return Steps(
        n_signatories=n_parties,
        final=value,
        no_deal=start,
        kept=terms,
        kept_at_end=sum(amounts, np.zeros_like(start)),
        meanwhile=(),
        delivered_by=(
            np.zeros((len(amounts), n_parties), dtype=bool)
            if delivered_by is None
            else np.array(delivered_by, dtype=bool)
        ),
        takes=np.zeros(len(amounts)) if takes is None else np.array(takes, dtype=float),
        patience=np.ones(n_parties),
        comes=np.ones(n_rows),
        drift=np.zeros_like(start),
    )
