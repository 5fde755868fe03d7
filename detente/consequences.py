"""What a change of the case changed in the answers: verdicts, shares, recommendation, red lines.

Both cases are analysed as they would be alone, with the same seed, so that every number is the one
that the other commands give. Shares are counted and have errors; a *visible* change of a share is
one that is more than an accident of the drawing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import hypot
from typing import Literal

from detente.agreement import agreement_of
from detente.analysis import Analysis, Judged, Kind
from detente.case import Case
from detente.difference import Difference
from detente.errors import LimitError
from detente.packages import as_choices
from detente.pairing import says
from detente.readings import is_visible
from detente.recommendation import RECOMMENDED
from detente.statements.red_line import RedLine
from detente.table import Share

ALL = "all"
"""Stands for all signatories together."""

Reason = Literal["", "none acceptable", "ordinal", "unanswerable", "bounded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Whether a party, or all signatories, accept a package in one state of the case.

    share : None where there is nothing to count
    """

    kind: Kind | Literal["unknown"]
    share: Share | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One answer before and after: whether a party accepts a proposal.

    party : ``all`` for all signatories together
    changed : the verdict is another, or the share visibly so
    """

    proposal: str
    party: str
    old: Stand
    new: Stand
    changed: bool

    @property
    def step(self) -> float:
        """By how much the share moved; 0 where one of them is not known."""
        return step_of(self.old.share, self.new.share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """The package that the Nash solution picks on the central reading, by names.

    package : None when there is none, for the ``reason`` given
    others : further packages that are as good; share : readings in which all signatories accept
    """

    package: Mapping[str, str] | None
    others: tuple[Mapping[str, str], ...] = ()
    share: Share | None = None
    reason: Reason = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A red line that a proposal crosses now and did not cross before."""

    proposal: str
    line: RedLine


@dataclass(frozen=True, kw_only=True)
class Consequences:
    """The answers of two states of a case beside each other."""

    difference: Difference
    old: Analysis
    new: Analysis

    @cached_property
    def view(self) -> str:
        """Whose statements count."""
        return self.new.work.view

    @cached_property
    def restated(self) -> frozenset[str]:
        """The parties of which not the same is said any more."""
        return self.difference.restated(self.view)

    @cached_property
    def same_signatories(self) -> bool:
        """Whether the same parties have to accept."""
        names = [{party.name for party in a.case.signatories} for a in (self.old, self.new)]
        return names[0] == names[1]

    @cached_property
    def judged(self) -> tuple[Mapping[str, Judged], Mapping[str, Judged]]:
        """Who accepts each proposal, in both cases."""
        return _judged(self.old), _judged(self.new)

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """For each proposal of both cases each party of both, then all signatories."""
        old, new = self.judged
        names = {party.name for party in self.old.case.parties}
        found = []
        for proposal in self.new.case.proposals:
            if proposal.name not in old:
                continue
            before, after = old[proposal.name], new[proposal.name]
            parties = [party.name for party in self.new.case.parties if party.name in names]
            found += [
                self._outcome(
                    proposal.name, name, _stand(before, name), _stand(after, name), {name}
                )
                for name in parties
            ]
            signing = {party.name for party in self.new.case.signatories}
            together = _together(before), _together(after)
            found.append(self._outcome(proposal.name, ALL, *together, signing))
        return tuple(found)

    def _outcome(
        self, proposal: str, party: str, old: Stand, new: Stand, about: set[str]
    ) -> Outcome:
        """Compare two stands; where nothing touches the answer, it has not changed."""
        touched = bool(about & self.restated) or proposal in self.difference.resettled
        touched = touched or (party == ALL and not self.same_signatories)
        return Outcome(
            proposal=proposal,
            party=party,
            old=old,
            new=new,
            changed=touched and (old.kind != new.kind or visible(old.share, new.share)),
        )

    @cached_property
    def fresh(self) -> tuple[str, ...]:
        """Proposals that are new."""
        return tuple(c.name for c in self.difference.of("proposal") if c.kind == "added")

    @cached_property
    def zones(self) -> tuple[Share | None, Share | None]:
        """In how many readings anything is acceptable to all; None where it cannot be told."""
        return zone_share(self.old), zone_share(self.new)

    @property
    def zone_changed(self) -> bool:
        """Whether the zone visibly changed."""
        return differs(*self.zones)

    @cached_property
    def recommended(self) -> tuple[Recommended, Recommended]:
        """The recommended package in both cases."""
        return recommended(self.old), recommended(self.new)

    @property
    def recommended_changed(self) -> bool:
        """Whether another package is recommended, or none where there was one."""
        return not same_package(*self.recommended)

    @cached_property
    def crossings(self) -> tuple[Crossing, ...]:
        """Red lines that proposals of both cases newly cross, party by party."""
        old, new = (analysis.case.vocabulary.proposals for analysis in (self.old, self.new))
        before = {party.name for party in self.old.case.parties}
        found = []
        for proposal in (p for p in self.new.case.proposals if p.name in old):
            for party in self.new.case.parties:
                known = set()
                if party.name in before and self.old.opinions[party.name].answerable:
                    crossed = self.old.crossed(party.name, old[proposal.name])
                    known = {says(line) for line in crossed}
                if self.new.opinions[party.name].answerable:
                    crossed = self.new.crossed(party.name, new[proposal.name])
                    found += [
                        Crossing(proposal=proposal.name, line=line)
                        for line in crossed
                        if says(line) not in known
                    ]
        return tuple(found)

    @cached_property
    def unanswerable(self) -> tuple[tuple[Case, str, Kind], ...]:
        """Parties for which nothing can be said, and in which case: (case, party, why)."""
        found: list[tuple[Case, str, Kind]] = []
        for analysis in (self.old, self.new):
            for name, opinion in analysis.opinions.items():
                if opinion.incomplete:
                    found.append((analysis.case, name, "incomplete"))
                elif opinion.contradictory:
                    found.append((analysis.case, name, "contradictory"))
        return tuple(found)

    @cached_property
    def feasible(self) -> Mapping[str, tuple[bool, bool]]:
        """Whether each proposal of both cases meets the constraints, before and after."""
        sides = [feasible(analysis) for analysis in (self.old, self.new)]
        return {name: (sides[0][name], met) for name, met in sides[1].items() if name in sides[0]}


def visible(old: Share | None, new: Share | None) -> bool:
    """Tell whether a share changed by more than an accident of the drawing.

    The standard error of the difference is taken as the root of the sum of the squared errors,
    which is cautious where both rest on the same readings of a party.

    Examples
    --------
    >>> visible(Share(value=0.41, error=0.01), Share(value=0.59, error=0.01))
    True
    >>> visible(Share(value=0.41, error=0.02), Share(value=0.45, error=0.02))
    False
    """
    if old is None or new is None:
        return False
    return is_visible(step_of(old, new), hypot(old.error, new.error))


def differs(old: Share | None, new: Share | None) -> bool:
    """Tell whether two shares differ visibly, in what is proved, or in whether they are known."""
    if old is None or new is None:
        return (old is None) != (new is None)
    proved = [(share.certain, share.value if share.certain else None) for share in (old, new)]
    return proved[0] != proved[1] or visible(old, new)


def zone_share(analysis: Analysis) -> Share | None:
    """Return in how many readings anything is acceptable to all, where that can be told."""
    if not _answerable(analysis):
        return None
    try:
        return analysis.zone
    except LimitError:
        return None


def recommended(analysis: Analysis) -> Recommended:
    """Return the package of the Nash solution on the central reading."""
    if not _answerable(analysis):
        return Recommended(package=None, reason="unanswerable")
    try:
        agreement = agreement_of(analysis, fast=True)
    except LimitError:
        return Recommended(package=None, reason="bounded")
    if agreement.finding == "none":
        return Recommended(package=None, reason="none acceptable")
    if agreement.ordinal:
        return Recommended(package=None, reason="ordinal")
    picked = [
        judged for pick in agreement.picks if pick.name == RECOMMENDED for judged in pick.packages
    ]
    if not picked:
        return Recommended(package=None, reason="bounded")
    first, *others = (analysis.case.vocabulary.named(judged.package) for judged in picked)
    return Recommended(package=first, others=tuple(others), share=picked[0].together)


def same_package(old: Recommended, new: Recommended) -> bool:
    """Tell whether the package recommended before still is, if only as one of several."""
    if old.package is None or new.package is None:
        return old.package is None and new.package is None and old.reason == new.reason
    return old.package in (new.package, *new.others)


def feasible(analysis: Analysis) -> Mapping[str, bool]:
    """Return for each proposal whether it meets the constraints."""
    packages = analysis.case.vocabulary.proposals
    met = analysis.space.feasible(as_choices([*packages.values()], len(analysis.case.issues)))
    return {name: bool(one) for name, one in zip(packages, met, strict=True)}


def _answerable(analysis: Analysis) -> bool:
    return all(analysis.opinions[party.name].answerable for party in analysis.case.signatories)


def _judged(analysis: Analysis) -> Mapping[str, Judged]:
    packages = analysis.case.vocabulary.proposals
    return dict(zip(packages, analysis.judge([*packages.values()]), strict=True))


def stand_of(judged: Judged, party: str) -> Stand:
    """Return whether a party accepts, or all signatories do."""
    return _together(judged) if party == ALL else _stand(judged, party)


def _stand(judged: Judged, party: str) -> Stand:
    judgement = judged.parties[party]
    return Stand(kind=judgement.kind, share=judgement.share)


def _together(judged: Judged) -> Stand:
    return counted(judged.together)


def counted(share: Share | None) -> Stand:
    """Return a share with its verdict: a share that is certain is proved."""
    if share is None:
        return Stand(kind="unknown", share=None)
    if not share.certain:
        return Stand(kind="some", share=share)
    return Stand(kind="every" if share.value else "none", share=share)


def step_of(old: Share | None, new: Share | None) -> float:
    """Return by how much a share moved; 0 where one of them is not known."""
    return 0.0 if old is None or new is None else new.value - old.value
