"""What pressures and sweeteners do to a party's yes: alone, in sets, and all together.

A pressure counts for credibility x shift. Where either is a range, both ends are looked at: the
least favourable to a proposal and the most favourable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Generic, Literal, TypeVar

from detente.analysis import Analysis, Judged, Judgement
from detente.blocks.leverage import Leverage
from detente.linear import Bounds
from detente.packages import as_choices
from detente.price import Price, Turning, prices_of
from detente.readings import share_of
from detente.solvers.acceptance import jointly_accepted
from detente.solvers.leverage import cheapest_set, sufficient_sets
from detente.table import Share
from detente.vocabulary import Package

Found = TypeVar("Found")
Level = Literal["central", "half", "every"]
"""Where a party is to accept: on the central reading, in half of the readings, in every reading."""
Basis = Literal["stated_least", "stated_most", "full"]
"""How far pressures are believed: as stated, at either end, or fully at the most favourable end."""

LEVELS: tuple[Level, ...] = ("central", "half", "every")
BASES: tuple[Basis, ...] = ("stated_least", "stated_most", "full")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends(Generic[Found]):
    """Something at the two ends of a range: least and most favourable to a proposal."""

    least: Found
    most: Found

    @property
    def same(self) -> bool:
        """Whether both ends are alike, so that one of them is enough to tell."""
        return self.least == self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """One pressure or sweetener, and by how much it lowers the no-deal value of the one it is on.

    stated : credibility x shift, as a fall; full : the whole shift, as a fall
    """

    entry: Leverage
    stated: Ends[Fraction]
    full: Ends[Fraction]

    def fall(self, basis: Basis) -> Fraction:
        """Return by how much no deal falls."""
        if basis == "full":
            return self.full.most
        return self.stated.most if basis == "stated_most" else self.stated.least

    def bears_on(self, party: str, package: Package, proposals: Mapping[str, Package]) -> bool:
        """Tell whether it moves a party's gain from a package."""
        only = self.entry.only_for
        return self.entry.on == party and (not only or proposals[only] == package)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one pressure, alone, does to the stand of the party it is on towards one package.

    in_points : the party has values in points, so that a shift says something
    now, stated, full : where that party stands without it, as stated, and were it fully believed
    begins : the credibility at which the verdict first changes, the shift taken whole
    half : the same for whether half of the readings accept
    """

    position: int
    in_points: bool
    now: Judgement
    stated: Ends[Judgement]
    full: Ends[Judgement]
    begins: Ends[Turning | None]
    half: Ends[Turning | None]

    @property
    def empty(self) -> bool | None:
        """Whether even full belief changes neither verdict nor share by more than its error.

        None where that cannot be told in points.
        """
        return (
            None
            if not self.in_points
            else not any(differ(self.now, end) for end in (self.full.least, self.full.most))
        )

    @property
    def idle(self) -> bool:
        """Whether even full belief leaves a proved verdict, every or none, as it is."""
        kinds = {self.now.kind, self.full.least.kind, self.full.most.kind}
        return len(kinds) == 1 and self.now.kind != "some"

    @property
    def stirs(self) -> bool:
        """Whether, as stated, it changes the verdict or the share by more than its error."""
        return any(differ(self.now, end) for end in (self.stated.least, self.stated.most))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Pressures that together suffice.

    positions : which, by their place in the file
    fall : by how much they lower no deal together
    cost : to those who apply them, from the least to the most
    withstands : they suffice also when all that works against the proposal is applied
    """

    positions: tuple[int, ...]
    fall: Fraction
    cost: tuple[Fraction, Fraction]
    withstands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sufficing:
    """The sets of pressures that bring a party to accept a package.

    needed : the fall that it takes; None where red lines exclude it; not positive where it accepts
        without any
    minimal : sets from which nothing can be left out, the smallest first; none where ``needed`` is
        not positive
    cheapest : the set that costs least, costs taken at their upper ends
    complete : there are no further minimal sets
    """

    level: Level
    basis: Basis
    needed: Fraction | None
    minimal: tuple[Chosen, ...]
    cheapest: Chosen | None
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """In what share of the readings all signatories accept a package, under all its pressures.

    None where a signatory cannot be answered for.
    """

    now: Share | None
    stated: Ends[Share | None]
    full: Ends[Share | None]


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """One proposal: what each yes to it costs, and what the pressures of the file do.

    asked : the proposal as it was asked for; name : what people read
    feasible : it meets every constraint; otherwise all of this is as if it did
    prices : of every party, by name; effects : of every pressure that bears on the proposal
    sets : by party on whom there are pressures
    """

    asked: str
    name: str
    judged: Judged
    feasible: bool
    prices: Mapping[str, Price]
    effects: tuple[Effect, ...]
    sets: Mapping[str, tuple[Sufficing, ...]]
    together: Together


def pressures_of(analysis: Analysis) -> tuple[Pressure, ...]:
    """Return the pressures and sweeteners of the case that belong to the view."""
    found = []
    for entry in analysis.case.blocks.get("leverage", ()):
        if isinstance(entry, Leverage) and entry.applies(analysis.work.view):
            shifts, believed = _ends(entry.shift), _ends(entry.credibility)
            falls = [-shift * part for shift, part in product(shifts, believed)]
            found.append(
                Pressure(
                    entry=entry,
                    stated=Ends(least=min(falls), most=max(falls)),
                    full=Ends(least=-shifts[1], most=-shifts[0]),
                )
            )
    return tuple(found)


def weigh(
    analysis: Analysis,
    named: Sequence[tuple[str, str]],
    packages: Sequence[Package],
    pressures: Sequence[Pressure],
) -> tuple[Weighed, ...]:
    """Return what the pressures do on each package.

    named : how each was asked for, and what people call it
    """
    prices, judged = prices_of(analysis, packages), analysis.judge(packages)
    found = []
    for k, one in enumerate(named):
        analysis.work.step("weighing pressures", k, len(named))
        found.append(_weighed(analysis, one, judged[k], prices[k], pressures))
    return tuple(found)


def _weighed(
    analysis: Analysis,
    named: tuple[str, str],
    judged: Judged,
    prices: Mapping[str, Price],
    pressures: Sequence[Pressure],
) -> Weighed:
    package, proposals = judged.package, analysis.case.vocabulary.proposals
    choices = as_choices([package], len(analysis.case.issues))
    bearing: dict[str, list[int]] = {}
    for k, pressure in enumerate(pressures):
        on = pressure.entry.on
        if pressure.bears_on(on, package, proposals):
            bearing.setdefault(on, []).append(k)
    return Weighed(
        asked=named[0],
        name=named[1],
        judged=judged,
        feasible=bool(analysis.space.feasible(choices)[0]),
        prices=prices,
        effects=tuple(
            effect_of(k, pressures[k], prices[on])
            for on, positions in bearing.items()
            for k in positions
        ),
        sets={on: sufficing(prices[on], pressures, ks) for on, ks in bearing.items()},
        together=together(analysis, package, prices, pressures, judged.together),
    )


def effect_of(position: int, pressure: Pressure, price: Price) -> Effect:
    """Return what one pressure does to the party whose price is given."""
    stated, full = pressure.stated, pressure.full
    return Effect(
        position=position,
        in_points=price.gain is not None,
        now=price.judgement,
        stated=Ends(least=price.after(stated.least), most=price.after(stated.most)),
        full=Ends(least=price.after(full.least), most=price.after(full.most)),
        begins=Ends(least=price.turning(full.least), most=price.turning(full.most)),
        half=Ends(least=price.halfway(full.least), most=price.halfway(full.most)),
    )


def sufficing(
    price: Price, pressures: Sequence[Pressure], positions: Sequence[int]
) -> tuple[Sufficing, ...]:
    """Return which of the pressures at ``positions`` suffice, for every level and basis."""
    needs = {"central": price.central, "half": price.half, "every": price.every}
    return tuple(
        _sufficing(level, basis, needs[level], {k: pressures[k] for k in positions})
        for level in LEVELS
        for basis in BASES
    )


def _sufficing(
    level: Level, basis: Basis, needed: Fraction | None, given: Mapping[int, Pressure]
) -> Sufficing:
    if needed is None or needed <= 0:
        return Sufficing(
            level=level, basis=basis, needed=needed, minimal=(), cheapest=None, complete=True
        )
    places = list(given)
    falls = [given[k].fall(basis) for k in places]
    against = sum((fall for fall in falls if fall < 0), Fraction(0))
    costs = [_ends(given[k].entry.cost) for k in places]

    def chosen(members: Sequence[int]) -> Chosen:
        fall = sum((falls[m] for m in members), Fraction(0))
        return Chosen(
            positions=tuple(places[m] for m in members),
            fall=fall,
            cost=(
                sum((costs[m][0] for m in members), Fraction(0)),
                sum((costs[m][1] for m in members), Fraction(0)),
            ),
            withstands=fall + against >= needed,
        )

    found = sufficient_sets(falls, needed)
    cheapest = cheapest_set(falls, [most for _, most in costs], needed)
    return Sufficing(
        level=level,
        basis=basis,
        needed=needed,
        minimal=tuple(chosen(members) for members in found.sets),
        cheapest=None if cheapest is None else chosen(cheapest),
        complete=found.complete,
    )


def together(
    analysis: Analysis,
    package: Package,
    prices: Mapping[str, Price],
    pressures: Sequence[Pressure],
    now: Share | None,
) -> Together:
    """Return the joint share without the pressures and under all that bear on the package.

    now : the joint share as things are
    """
    proposals = analysis.case.vocabulary.proposals
    signing = [prices[party.name] for party in analysis.case.signatories]

    def after(which: Literal["least", "most"], *, full: bool) -> Share | None:
        falls = {price.party.name: Fraction(0) for price in signing}
        for pressure in pressures:
            on = pressure.entry.on
            if on in falls and pressure.bears_on(on, package, proposals):
                ends = pressure.full if full else pressure.stated
                falls[on] += ends.least if which == "least" else ends.most
        return _joint([(price, falls[price.party.name]) for price in signing])

    return Together(
        now=now,
        stated=Ends(least=after("least", full=False), most=after("most", full=False)),
        full=Ends(least=after("least", full=True), most=after("most", full=True)),
    )


def _joint(signing: Sequence[tuple[Price, Fraction]]) -> Share | None:
    """Return in what share all accept after their falls; proved where the verdicts settle it."""
    kinds = [price.after(fall).kind for price, fall in signing]
    if "none" in kinds:
        return Share(value=0.0, certain=True)
    masks = [p.shortfalls.accepts(fall) for p, fall in signing if p.shortfalls is not None]
    if len(masks) < len(signing):
        return None
    if all(kind == "every" for kind in kinds):
        return Share(value=1.0, certain=True)
    unsettled = [mask for mask, kind in zip(masks, kinds, strict=True) if kind == "some"]
    return share_of(jointly_accepted(unsettled))


def _ends(amount: Bounds) -> tuple[Fraction, Fraction]:
    """Return both ends of an amount; the case has seen to it that neither is open."""
    return (amount.low or Fraction(0), amount.high or Fraction(0))


def differ(one: Judgement, other: Judgement) -> bool:
    """Tell whether two stands differ in verdict, or in share by more than its standard error."""
    if one.kind != other.kind or one.share is None or other.share is None:
        return one.kind != other.kind
    return abs(one.share.value - other.share.value) > max(one.share.error, other.share.error)
