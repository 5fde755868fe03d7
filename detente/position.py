"""Where one party stands on one package: verdict, worth, contributions, and what decides."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from detente.analysis import Analysis, Judgement, Kind
from detente.case import Party
from detente.frame import NO_DEAL
from detente.linear import Linear, Unknown
from detente.opinion import Opinion
from detente.polytope import Range
from detente.preferences import Group, Preferences
from detente.prose import Origin
from detente.statements import Statement
from detente.statements.red_line import RedLine
from detente.vocabulary import Package


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one issue, rule or the starting point adds to a party's gain, in points.

    detail : what it comes from, such as the option chosen instead of the status quo
    rests_on : what was said, or assumed, of the value functions' part that it comes from
    """

    label: str
    detail: str
    points: Fraction
    rests_on: tuple[Origin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """A number on the central reading, and how far it ranges over all readings."""

    central: Fraction
    reach: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where one party stands on a package.

    if_all_hold : the verdict when the uncertain statements are imposed too; None when there are
        none, or when all together contradict each other
    value, no_deal, gain : None for ordinal parties and those that cannot be answered for
    contributions : sum to the gain on the central reading (design rule 13)
    decided_by : an irreducible set of statements and bounds that implies the verdict
    """

    party: Party
    judgement: Judgement
    if_all_hold: Kind | None
    value: Worth | None
    no_deal: Worth | None
    gain: Worth | None
    contributions: tuple[Contribution, ...]
    red_lines: tuple[RedLine, ...]
    decided_by: tuple[Origin, ...]

    @property
    def assumed(self) -> bool:
        """Whether a single statement other than a red line is the whole reason (rule 14)."""
        return len(self.decided_by) == 1 and not isinstance(self.decided_by[0], RedLine)


def position_of(
    analysis: Analysis, party: Party, judgement: Judgement, package: Package
) -> Position:
    """Return where a party stands on a package.

    The verdict uses the certain statements; the numbers are those of the central reading, with
    their range over all readings.
    """
    opinion = analysis.opinions[party.name]
    if not opinion.answerable:
        return _bare(party, judgement, (), ())
    crossed = analysis.crossed(party.name, package)
    certain_lines: tuple[Origin, ...] = tuple(line for line in crossed if line.certain)
    reasons: tuple[Origin, ...]
    if opinion.ordinal:
        reasons = certain_lines[:1] or _order_of(opinion.preferences)
        return _bare(party, judgement, crossed, () if judgement.kind == "some" else reasons)
    frame = opinion.preferences.frame
    value, no_deal = frame.package(package), analysis.walk_away(party.name)
    gain = value - no_deal
    reasons = certain_lines[:1]
    if not reasons and judgement.kind in {"every", "none"}:
        reasons = _origins(opinion.certain.verdict(gain).decided_by)
    point = analysis.readings.central[party.name]
    worths = [
        Worth(central=linear.at(point), reach=opinion.certain.range(linear))
        for linear in (value, no_deal, gain)
    ]
    return Position(
        party=party,
        judgement=judgement,
        if_all_hold=_if_all_hold(opinion, crossed, gain),
        value=worths[0],
        no_deal=worths[1],
        gain=worths[2],
        contributions=_contributions(analysis, party, package),
        red_lines=crossed,
        decided_by=reasons,
    )


def _bare(
    party: Party,
    judgement: Judgement,
    crossed: tuple[RedLine, ...],
    decided_by: tuple[Origin, ...],
) -> Position:
    return Position(
        party=party,
        judgement=judgement,
        if_all_hold=None,
        value=None,
        no_deal=None,
        gain=None,
        contributions=(),
        red_lines=crossed,
        decided_by=decided_by,
    )


def _order_of(preferences: Preferences) -> tuple[Statement, ...]:
    return tuple(s for s in preferences.statements if not isinstance(s, RedLine))[:1]


def _origins(groups: tuple[Group, ...]) -> tuple[Origin, ...]:
    return tuple(group.origin for group in groups)


def _if_all_hold(opinion: Opinion, crossed: tuple[RedLine, ...], gain: Linear) -> Kind | None:
    if opinion.whole is None:
        return None
    if not opinion.has_uncertain_rows and all(line.certain for line in crossed):
        return None
    return "none" if crossed else opinion.whole.kind(gain)


def _contributions(analysis: Analysis, party: Party, package: Package) -> tuple[Contribution, ...]:
    case = analysis.case
    preferences = analysis.opinions[party.name].preferences
    frame = preferences.frame
    point = analysis.readings.central[party.name]
    status_quo = case.vocabulary.status_quo
    found = []
    for k, (issue, old, new) in enumerate(zip(case.issues, status_quo, package, strict=True)):
        if new != old:
            linear = frame.option(k, new) - frame.option(k, old)
            detail = f"{issue.option_label(new)} instead of {issue.option_label(old)}"
            about = {u for u in preferences.unknowns if u[0] in {"swing", "option"}}
            about = {u for u in about if u[1] == issue.name}
            found.append(
                Contribution(
                    label=issue.label,
                    detail=detail,
                    points=linear.at(point),
                    rests_on=_speaking_of(preferences, about),
                )
            )
    for rule, condition in frame.rules.items():
        holds = condition.holds(package, case.vocabulary)
        if holds != condition.holds(status_quo, case.vocabulary):
            unknown = frame.worth_unknown(rule)
            found.append(
                Contribution(
                    label=f"Rule: {rule}",
                    detail="now holds" if holds else "no longer holds",
                    points=point[unknown] if holds else -point[unknown],
                    rests_on=_speaking_of(preferences, {unknown}),
                )
            )
    start = frame.package(status_quo) - analysis.walk_away(party.name)
    found.append(
        Contribution(
            label="Starting point",
            detail="status quo, if signed, over no deal",
            points=start.at(point),
            rests_on=_speaking_of(preferences, {NO_DEAL}),
        )
    )
    return tuple(found)


def _speaking_of(preferences: Preferences, unknowns: set[Unknown]) -> tuple[Origin, ...]:
    """Return the statements and unstated bounds that speak of some of the unknowns."""
    return tuple(
        group.origin
        for group in preferences.groups
        if any(unknowns & set(row.linear.terms) for row in group.rows)
    )
