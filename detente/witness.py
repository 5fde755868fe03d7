"""Certificates of acceptance: readings, as numbers to add up, in which a party accepts or refuses.

That a party accepts a package in some readings is shown by two of them, one that accepts and one
that refuses. The one shown is typical: the mean of the drawn readings of its kind. Values are
linear and the readings that fit form a convex set, and so do those of them that accept, so the mean
is one of them. That it accepts in every reading, or in none, is shown by the statements that force
it and by the reading that comes closest to the contrary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from detente.analysis import Analysis, Judged, Judgement
from detente.case import Party
from detente.central import typical_reading
from detente.linear import Row
from detente.opinion import Opinion
from detente.packages import as_choices
from detente.polytope import Point
from detente.position import Position, position_of
from detente.prose import Origin
from detente.solvers.gains_of_readings import gains_of_readings, shown
from detente.statements import Statement
from detente.statements.red_line import RedLine
from detente.vocabulary import Package

MOST_GAPS = 3
"""Parts that are named as what separates two readings most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one issue or rule adds to the value of a package.

    rule : whether it is a rule that holds; name : of the issue or rule
    option : what is chosen; empty for a rule
    """

    rule: bool
    name: str
    option: str
    points: Fraction


@dataclass(frozen=True, kw_only=True)
class Witness:
    """One reading of one party, and what a package is worth in it.

    options : issue -> option -> points; worths : rule -> points
    parts : what the package's value is the sum of: its options, then the rules that hold in it
    n_behind : how many drawn readings it is the mean of; 0 when it was found by itself
    departs : uncertain statements that this reading does not fit
    reached : False when strict statements keep readings off these very numbers, so that they only
        come as close as you like
    """

    options: Mapping[str, Mapping[str, Fraction]]
    worths: Mapping[str, Fraction]
    no_deal: Fraction
    parts: tuple[Part, ...]
    n_behind: int = 0
    departs: tuple[Statement, ...] = ()
    reached: bool = True

    @cached_property
    def value(self) -> Fraction:
        """What the package is worth."""
        return sum((part.points for part in self.parts), Fraction(0))

    @property
    def gain(self) -> Fraction:
        """What the package is worth over no deal."""
        return self.value - self.no_deal


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A part that separates two readings: what it is worth in either.

    part : None for no deal
    """

    part: Part | None
    accepting: Fraction
    refusing: Fraction

    @property
    def towards(self) -> Fraction:
        """By how much it makes the first reading gain more than the second."""
        more = self.accepting - self.refusing
        return -more if self.part is None else more


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What shows in which readings one party accepts a package.

    position : the verdict, and the statements that force it where it is every or none
    accepting, refusing : a reading of either kind where the verdict is some; ``refusing`` is None
        where only a red line that not every reading imposes makes the party refuse
    extreme : where the verdict is every or none, the reading with the smallest or the largest gain;
        None where a red line decides
    None of them for ordinal parties, which have no values, and for those that cannot be answered
    for.
    """

    position: Position
    accepting: Witness | None = None
    refusing: Witness | None = None
    extreme: Witness | None = None

    @property
    def party(self) -> Party:
        """Whose acceptance it is about."""
        return self.position.party

    @property
    def judgement(self) -> Judgement:
        """In which readings the party accepts."""
        return self.position.judgement

    @property
    def decided_by(self) -> tuple[Origin, ...]:
        """An irreducible set of statements and bounds that implies every or none."""
        return self.position.decided_by

    @property
    def by_red_line(self) -> bool:
        """Whether it is a red line that makes the party refuse in every reading."""
        return self.judgement.kind == "none" and any(
            isinstance(origin, RedLine) for origin in self.decided_by
        )

    @property
    def unsure_lines(self) -> tuple[RedLine, ...]:
        """Red lines crossed that some readings impose and others do not."""
        return tuple(line for line in self.position.red_lines if not line.certain)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What separates the two readings most, the largest difference first."""
        if self.accepting is None or self.refusing is None:
            return ()
        pairs = zip(self.accepting.parts, self.refusing.parts, strict=True)
        found = [Gap(part=a, accepting=a.points, refusing=b.points) for a, b in pairs]
        ends = (self.accepting.no_deal, self.refusing.no_deal)
        found.append(Gap(part=None, accepting=ends[0], refusing=ends[1]))
        found.sort(key=lambda gap: -abs(gap.towards))
        return tuple(gap for gap in found[:MOST_GAPS] if gap.towards)


def certificates_of(analysis: Analysis, judged: Judged) -> tuple[Certificate, ...]:
    """Return what shows in which readings each party accepts a package.

    Every reading given fits all certain statements, in fractions, strict ones strictly (except an
    ``extreme`` that is not ``reached``), and its gain is on the side claimed.

    Cost: some linear programmes for each party.
    """
    return tuple(
        _certificate(analysis, party, judged.parties[party.name], judged.package)
        for party in analysis.case.parties
    )


def _certificate(
    analysis: Analysis, party: Party, judgement: Judgement, package: Package
) -> Certificate:
    analysis.work.check("showing who accepts what")
    position = position_of(analysis, party, judgement, package)
    found = Certificate(position=position)
    if position.gain is None or found.by_red_line:
        return found
    opinion = analysis.opinions[party.name]
    gain = opinion.preferences.frame.package(package) - analysis.walk_away(party.name)
    if judgement.kind == "some":
        refuses = opinion.certain.kind(gain) != "every"
        return Certificate(
            position=position,
            accepting=_typical(analysis, party, package, accepts=True),
            refusing=_typical(analysis, party, package, accepts=False) if refuses else None,
        )
    extreme = opinion.certain.extreme(-gain if judgement.kind == "every" else gain)
    witness = _witness(analysis, party, extreme.point, package, reached=extreme.reached)
    return Certificate(position=position, extreme=witness)


def _typical(analysis: Analysis, party: Party, package: Package, *, accepts: bool) -> Witness:
    """Return the mean of the drawn readings of a kind, or else any reading of that kind."""
    opinion, draws = analysis.opinions[party.name], analysis.readings.draws[party.name]
    gain = opinion.preferences.frame.package(package) - analysis.walk_away(party.name)
    asked = Row(linear=gain, relation=">=") if accepts else Row(linear=-gain, relation=">")
    choices = as_choices([package], len(analysis.case.issues))
    gains = gains_of_readings(shown(analysis.space, party.name, choices), draws)[:, 0]
    rows = np.flatnonzero(((gains >= 0) == accepts).astype(bool))
    if len(rows):
        said = analysis.readings.as_said(party.name)
        point = typical_reading(opinion, said.at(rows), more=(asked,))
        if point is not None:
            return _witness(analysis, party, point, package, n_behind=len(rows))
    point = opinion.certain.reading_with(asked)
    if point is None:
        message = f"{party.name}: no reading {'accepts' if accepts else 'refuses'} after all"
        raise AssertionError(message)
    return _witness(analysis, party, point, package)


def _witness(
    analysis: Analysis,
    party: Party,
    point: Point,
    package: Package,
    *,
    n_behind: int = 0,
    reached: bool = True,
) -> Witness:
    opinion = analysis.opinions[party.name]
    frame = opinion.preferences.frame
    issues = frame.vocabulary.issues
    values = [
        [frame.option(k, option).at(point) for option in range(len(issue.options))]
        for k, issue in enumerate(issues)
    ]
    worths = {name: point[frame.worth_unknown(name)] for name in frame.rules}
    parts = [
        Part(rule=False, name=issue.name, option=issue.options[o], points=own[o])
        for issue, o, own in zip(issues, package, values, strict=True)
    ]
    parts += [
        Part(rule=True, name=name, option="", points=worths[name])
        for name, condition in frame.rules.items()
        if condition.holds(package, frame.vocabulary)
    ]
    return Witness(
        options={
            issue.name: dict(zip(issue.options, own, strict=True))
            for issue, own in zip(issues, values, strict=True)
        },
        worths=worths,
        no_deal=analysis.walk_away(party.name).at(point),
        parts=tuple(parts),
        n_behind=n_behind,
        departs=tuple(_departed(opinion, point)),
        reached=reached,
    )


def _departed(opinion: Opinion, point: Point) -> list[Statement]:
    return [
        group.origin
        for group in opinion.preferences.groups
        if isinstance(group.origin, Statement)
        and not group.origin.certain
        and not all(row.holds(point) for row in group.rows)
    ]
