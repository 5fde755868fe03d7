"""The bargaining range between two parties that can fight, today and after power has shifted.

A pie of 1 is to be shared. Fighting is a costly lottery for all of it: the first party prevails
with some chance, and each pays its cost. Since fighting wastes, two parties can always share so
that neither would rather fight (Fearon 1995). What can keep them from it is time: a party whose
chances are about to fall may get more by fighting now than by the whole pie of today and the best
that it can be promised, once it is weaker, for later (Fearon 1995 on preventive war; Powell 2006).

Everything is counted in fractions, exactly. ``theory/war-and-delay.md`` tells how these cases
follow from talks in bundles.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from detente.errors import DetenteError

Number = Fraction | int
Pair = tuple[Number, Number]
"""One number for the first party, one for the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The shares of the first party with which both are at least as well off as by fighting.

    low, high : both ends included; there is no such share if ``low`` exceeds ``high``
    """

    low: Fraction
    high: Fraction

    @property
    def empty(self) -> bool:
        """Whether no share of the pie satisfies both."""
        return self.low > self.high

    def __contains__(self, share: object) -> bool:
        return isinstance(share, int | Fraction) and self.low <= share <= self.high

    def at(self, part: Number, /) -> Fraction:
        """Return the share that gives the first party this part of the range, from 0 to 1."""
        return self.low + part * (self.high - self.low)


def bargaining_range(chance: Number, costs: Pair, /) -> Range:
    """Return the shares that both parties prefer to fighting, or find as good (Fearon 1995).

    The first party gets p - c1 by fighting and the second 1 - p - c2, so that the first accepts
    a share from p - c1 on and the second leaves it up to p + c2; no share is below 0 or above 1.
    Never empty where costs are not negative; between no more than two parties, see
    :mod:`detente.solvers.coalitions`.

    Parameters
    ----------
    chance : that the first party prevails, from 0 to 1
    costs : what fighting costs each party, in pies. A negative cost is what a party likes fighting
        for; together they may be negative, and then the range is empty

    Raises
    ------
    DetenteError
        The chance is no chance.

    Examples
    --------
    100 dollars, even chances, war costs either side 20 (Fearon 1995, page 387):

    >>> share = bargaining_range(Fraction(1, 2), (Fraction(20, 100), Fraction(20, 100)))
    >>> int(100 * share.low), int(100 * share.high), share.empty
    (30, 70, False)
    """
    _within_one("a chance of prevailing", chance)
    first, second = costs
    return Range(
        low=max(Fraction(0), Fraction(chance - first)),
        high=min(Fraction(1), Fraction(chance + second)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerShift:
    """A pie today and one from tomorrow on, and chances of prevailing that change in between.

    Fighting settles everything from then on. A share of today's pie that was agreed is kept.

    before, after : chance that the first party prevails if they fight today, and if they fight
        tomorrow
    costs : of fighting, for each party, in pies of the day on which they fight; not negative
    discount : what a pie of tomorrow is worth today, more than 0 up to 1
    later : how many pies of tomorrow everything from tomorrow on is worth: 1 for a single further
        period, 1 / (1 - discount) for a pie in each period for ever

    Raises DetenteError where a number is out of its range.
    """

    before: Fraction
    after: Fraction
    costs: tuple[Fraction, Fraction]
    discount: Fraction = Fraction(1)
    later: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        _within_one("a chance of prevailing", self.before)
        _within_one("a chance of prevailing", self.after)
        _within_one("a discount", self.discount)
        if not self.discount or self.later <= 0:
            message = "tomorrow is worth nothing; discount and later have to be more than 0"
            raise DetenteError(message)
        if min(self.costs) < 0:
            message = f"a cost of fighting is {min(self.costs)}; it has to be 0 or more"
            raise DetenteError(message)

    @property
    def total(self) -> Fraction:
        """What there is to share, today and from tomorrow on, in pies of today."""
        return 1 + self.discount * self.later

    @property
    def tomorrow(self) -> Range:
        """The shares of everything from tomorrow on that both accept tomorrow."""
        first, second = self.costs
        return bargaining_range(self.after, (first / self.later, second / self.later))

    def seen_by(self, party: Literal[0, 1], /) -> PowerShift:
        """Return the same dispute with this party as the first."""
        if party == 0:
            return self
        first, second = self.costs
        return PowerShift(
            before=1 - self.before,
            after=1 - self.after,
            costs=(second, first),
            discount=self.discount,
            later=self.later,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What a party gets by fighting today, and the most that it can be offered for not doing so.

    fighting : in pies of today
    best_offer : the whole pie of today and its share of later, in pies of today
    """

    fighting: Fraction
    best_offer: Fraction

    @property
    def missing(self) -> Fraction:
        """By how much the best offer falls short; what a guarantee would have to be worth."""
        return max(Fraction(0), self.fighting - self.best_offer)

    @property
    def no_offer_suffices(self) -> bool:
        """Whether the party fights whatever it is offered today: the commitment problem."""
        return self.fighting > self.best_offer


def prospect(shift: PowerShift, party: Literal[0, 1] = 0, /, *, part: Number = 1) -> Prospect:
    """Return what a party gains by fighting today against the most it can be offered.

    Later shares are agreed later, within the range that holds then: today nobody can be held to
    more. The party's prospect is therefore today's whole pie and a later share within that range.

    Parameters
    ----------
    party : 0 the first, 1 the second
    part : which part of tomorrow's range it can count on, from 0 to 1. With 1 it gets all that the
        other would still concede: if even that is too little, no offer suffices however later
        shares are agreed (Powell 2006). With 0 the other makes the offers tomorrow and leaves it
        no more than fighting would (Fearon 1995)

    Raises
    ------
    DetenteError
        ``part`` is not within 0 and 1.

    Examples
    --------
    >>> shift = PowerShift(
    ...     before=Fraction(8, 10), after=Fraction(2, 10), costs=(Fraction(1, 10), Fraction(1, 10))
    ... )
    >>> seen = prospect(shift)
    >>> str(seen.fighting), str(seen.best_offer), str(seen.missing), seen.no_offer_suffices
    ('3/2', '13/10', '1/5', True)
    """
    _within_one("a part of the range", part)
    own = shift.seen_by(party)
    return Prospect(
        fighting=own.before * own.total - own.costs[0],
        best_offer=1 + own.discount * own.later * own.tomorrow.at(part),
    )


def unappeased(shift: PowerShift, /) -> tuple[Literal[0, 1], ...]:
    """Return the parties that no offer of today keeps from fighting, however later is shared.

    Empty if and only if some share of today, together with some later share that both accept
    later, is worth at least as much to each as fighting today. At most one party, since fighting
    wastes.

    Examples
    --------
    >>> tenth = Fraction(1, 10)
    >>> unappeased(PowerShift(before=2 * tenth, after=8 * tenth, costs=(tenth, tenth)))
    (1,)
    """
    parties: tuple[Literal[0, 1], ...] = (0, 1)
    return tuple(party for party in parties if prospect(shift, party).no_offer_suffices)


def break_even(shift: PowerShift, party: Literal[0, 1] = 0, /, *, part: Number = 1) -> Fraction:
    """Return the largest fall of a party's chance after which an offer can still keep it.

    The chance today, the costs and the worth of later are as in ``shift``; its own chance after
    the shift is not looked at. A larger fall leaves no offer that suffices; where even a fall to 0
    does, the answer is the whole chance of today.

    Parameters
    ----------
    party, part : as in :func:`prospect`

    Examples
    --------
    >>> shift = PowerShift(
    ...     before=Fraction(8, 10), after=Fraction(2, 10), costs=(Fraction(1, 10), Fraction(1, 10))
    ... )
    >>> str(break_even(shift))
    '2/5'
    """
    _within_one("a part of the range", part)
    own = shift.seen_by(party)
    before, first, second = own.before, own.costs[0] / own.later, own.costs[1] / own.later
    needed = (before * own.total - own.costs[0] - 1) / (own.discount * own.later)
    bends = {Fraction(0), min(first, before), min(max(1 - second, Fraction(0)), before), before}
    for left, right in pairwise(sorted(bends)):
        low, high = (bargaining_range(x, (first, second)).at(part) for x in (left, right))
        if low >= needed:
            return before - left
        if high >= needed:
            return before - left - (needed - low) / (high - low) * (right - left)
    return Fraction(0)


def _within_one(what: str, number: Number) -> None:
    if not 0 <= number <= 1:
        message = f"{what} is {number}; it lies between 0 and 1"
        raise DetenteError(message)
