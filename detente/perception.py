"""One party under two views: reported against believed, and the pictures parties have of others.

A first-level hypergame (Bennett 1977): every party has a picture of everyone, and nobody's picture
holds what others take it to think. Pictures are told by the views of the case (design rule 9).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from detente.analysis import Judgement
from detente.case import Party
from detente.diagram import diagram_of
from detente.factors import Ints
from detente.frame import NO_DEAL
from detente.polytope import Point
from detente.preferences import Preferences
from detente.solvers.counting import n_acceptable
from detente.statements import Statement
from detente.views import Views
from detente.vocabulary import Package

DIFFERENT = 3
"""Counted shares differ when they lie so many standard errors apart, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What one part of a party's value is worth under two views, on the central readings.

    what, detail : an issue and the option taken instead of the status quo; a rule; or the status
        quo or no deal as a whole, with no detail
    """

    what: str
    detail: str
    first: Fraction
    second: Fraction

    @property
    def by(self) -> Fraction:
        """How many points more it is worth under the second view."""
        return self.second - self.first


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """One party under two views.

    judgements : by proposal, under the first view and the second
    only_first, only_second : statements about the party that one of the two views has
    moves : parts of its value that differ, the most first; empty when the party is ordinal, on
        different scales, or cannot be answered for under one of the views
    """

    party: Party
    first: str
    second: str
    judgements: tuple[tuple[Judgement, Judgement], ...]
    only_first: tuple[Statement, ...]
    only_second: tuple[Statement, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Misjudged:
    """Packages of which a picture has it wrong, on the central readings.

    example : of those looked at, the one worth most to whoever has the picture; None without any
    """

    n_packages: int
    example: Package | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyPicture:
    """One party as another sees it, held against the party itself.

    contrast : the party under the other's view, and under the view that has its own preferences
    n_compared : feasible packages, or how many of them were drawn evenly when not ``complete``
    wrongly_offered : taken for acceptable to the party, which refuses
    wrongly_given_up : held to be refused by the party, which would accept
    withheld : why packages could not be compared; empty when they were
    """

    by: Party
    contrast: Contrast
    n_compared: int = 0
    complete: bool = True
    wrongly_offered: Misjudged | None = None
    wrongly_given_up: Misjudged | None = None
    withheld: str = ""


def contrast_of(views: Views, party: Party, first: str, second: str) -> Contrast:
    """Hold one party under two views against each other."""
    case = views.case
    packages = [case.vocabulary.proposals[proposal.name] for proposal in case.proposals]
    one, other = (
        [judged.parties[party.name] for judged in views.analysis(view).judge(packages)]
        for view in (first, second)
    )
    said = [case.statements_of(party.name, view=view) for view in (first, second)]
    return Contrast(
        party=party,
        first=first,
        second=second,
        judgements=tuple(zip(one, other, strict=True)),
        only_first=tuple(s for s in said[0] if s.provenance.view == first),
        only_second=tuple(s for s in said[1] if s.provenance.view == second),
        moves=_moves(views, party, first, second),
    )


def differ(first: Judgement, second: Judgement) -> bool:
    """Tell whether two judgements differ: in the verdict, or in shares beyond their errors."""
    if first.kind != second.kind:
        return True
    if first.share is None or second.share is None:
        return False
    apart = abs(first.share.value - second.share.value)
    error = (first.share.error**2 + second.share.error**2) ** 0.5
    return bool(apart > DIFFERENT * error)


def picture_of(views: Views, holder: Party, party: Party) -> PartyPicture:
    """Hold a party as another sees it against the party itself.

    Which packages are misjudged is decided on the two central readings, in whole numbers. Where
    packages are too many to list they are counted without a list; where that would take too long,
    among some drawn evenly, and the picture is not ``complete``.
    """
    own = views.own(party.name)
    contrast = contrast_of(views, party, holder.name, own)
    for view in (holder.name, own):
        if not views.answerable(party.name, view):
            reason = "the statements about it are incomplete or contradict each other"
            whose = f"as {holder.label} sees it" if view == holder.name else "by itself"
            return PartyPicture(by=holder, contrast=contrast, withheld=f"{whose}, {reason}")
    seen, true = (views.column(party.name, view) for view in (holder.name, own))
    masks = views.accepted[:, seen], views.accepted[:, true]
    offered, given_up = masks[0] & ~masks[1], masks[1] & ~masks[0]
    counts = int(offered.sum()), int(given_up.sum())
    n_compared, complete = len(views.sample), views.listed
    if not complete:
        counted = _counted(views, seen, true)
        if counted is not None:
            counts, n_compared, complete = counted, views.analysis(own).n_feasible, True
    return PartyPicture(
        by=holder,
        contrast=contrast,
        n_compared=n_compared,
        complete=complete,
        wrongly_offered=Misjudged(
            n_packages=counts[0], example=_dearest(views, holder, np.flatnonzero(offered))
        ),
        wrongly_given_up=Misjudged(
            n_packages=counts[1], example=_dearest(views, holder, np.flatnonzero(given_up))
        ),
    )


def _counted(views: Views, seen: int, true: int) -> tuple[int, int] | None:
    """Count without a list what one view accepts and the other refuses, both ways."""
    found = []
    for columns in ([seen], [true], [seen, true]):
        diagram = diagram_of(views.valuation.factors(columns))
        number = n_acceptable(diagram, work=views.work)
        if number is None:
            return None
        found.append(number)
    return found[0] - found[2], found[1] - found[2]


def _dearest(views: Views, holder: Party, rows: Ints) -> Package | None:
    """Return of some packages the one worth most to a party; the first in case order of several."""
    if not len(rows):
        return None
    best = 0
    own = (holder.name, views.own(holder.name))
    if own in views.columns:
        values = views.valuation.values(views.sample[rows])[:, views.column(*own)]
        best = int(np.argmax(values))
    return tuple(int(option) for option in views.sample[rows[best]])


def _moves(views: Views, party: Party, first: str, second: str) -> tuple[Move, ...]:
    """Return what differs between two central readings, the largest difference first."""
    if not all(views.answerable(party.name, view) for view in (first, second)):
        return ()
    both = [views.analysis(view).opinions[party.name].preferences for view in (first, second)]
    if both[0].manner != both[1].manner or both[0].manner == "ordinal":
        return ()
    points = [views.analysis(view).readings.central[party.name] for view in (first, second)]
    parts = [{part.key: part for part in _parts(*pair)} for pair in zip(both, points, strict=True)]
    found = []
    for key, known in (parts[1] | parts[0]).items():
        amounts = [side[key].amount if key in side else Fraction(0) for side in parts]
        if amounts[0] != amounts[1]:
            move = Move(what=known.what, detail=known.detail, first=amounts[0], second=amounts[1])
            found.append(move)
    return tuple(sorted(found, key=lambda move: -abs(move.by)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One of the amounts that a party's gains are made of.

    key : the same under every view
    """

    key: tuple[str | int, ...]
    what: str
    detail: str = ""
    amount: Fraction


def _parts(preferences: Preferences, point: Point) -> Iterator[_Part]:
    frame, vocabulary = preferences.frame, preferences.frame.vocabulary
    yield _Part(key=NO_DEAL, what="No deal", amount=point[NO_DEAL])
    signed = frame.package(vocabulary.status_quo).at(point)
    yield _Part(key=("status quo",), what="Status quo, if signed", amount=signed)
    for k, (issue, old) in enumerate(zip(vocabulary.issues, vocabulary.status_quo, strict=True)):
        for new in range(len(issue.options)):
            if new != old:
                yield _Part(
                    key=("option", k, new),
                    what=issue.label,
                    detail=f"{issue.option_label(new)} instead of {issue.option_label(old)}",
                    amount=(frame.option(k, new) - frame.option(k, old)).at(point),
                )
    for rule in frame.rules:
        amount = point[frame.worth_unknown(rule)]
        yield _Part(key=("rule", rule), what=f"Rule: {rule}", amount=amount)
