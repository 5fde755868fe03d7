"""A case as numbers for each party, which is what files of negotiating agents can hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from detente.case import Case, Party
from detente.document import Faults
from detente.expression import Condition, Test, allowed
from detente.formats.refusals import BARE, KEEP, refuse_marks
from detente.linear import Bounds
from detente.statements import Statement
from detente.statements.no_deal import NoDeal
from detente.statements.red_line import RedLine
from detente.statements.rule import Rule
from detente.statements.scores import Scores
from detente.vocabulary import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyPoints:
    """What is said of one party, in points as the case states them.

    points : for every issue the points of each option
    no_deal : None where nothing is said of it
    rules : conditions with the points that come with them
    refused : (issue, option) under a red line
    """

    party: Party
    points: tuple[tuple[Fraction, ...], ...]
    no_deal: Fraction | None
    rules: tuple[tuple[Condition, Fraction], ...] = ()
    refused: tuple[tuple[int, int], ...] = ()


def party_points(
    case: Case,
    faults: Faults,
    *,
    keeps: Collection[str] = (),
    leave_out: Collection[str] = (),
    format_name: str = "this format",
) -> tuple[PartyPoints, ...]:
    """Return each party's points; note everything that a profile of numbers cannot hold.

    keeps : what the format holds beyond points and no deal, or refuses itself: ``rules``,
        ``red lines``, ``status quo``, ``sources``, ``proposals``
    leave_out : parties whose statements the format keeps in another way
    """
    _refuse_around(case, faults, keeps=keeps, name=format_name)
    found = []
    for party in case.parties:
        if not party.signatory:
            problem = f"{format_name} does not keep a party that does not sign"
            faults.at(0, f"parties.{party.name}", problem, KEEP)
        if party.name in leave_out:
            continue
        gathering = _Gathering(case=case, party=party, faults=faults, keeps=keeps, name=format_name)
        for statement in case.statements:
            if statement.party == party.name:
                gathering.take(statement)
        found.append(gathering.points())
    return tuple(one for one in found if one is not None)


def _refuse_around(case: Case, faults: Faults, *, keeps: Collection[str], name: str) -> None:
    """Note the parts of a case, beside what parties want, that the format has no place for."""
    if case.sources and "sources" not in keeps:
        faults.at(0, "sources", f"{name} does not keep sources", BARE)
    if case.proposals and "proposals" not in keeps:
        faults.at(0, "proposals", f"{name} does not keep proposals", KEEP)
    if case.constraints:
        faults.at(0, "constraints", f"{name} does not keep constraints", KEEP)
    if case.as_of:
        faults.at(0, "as_of", f"{name} does not keep the date of the case", KEEP)
    for block, entries in case.blocks.items():
        if entries:
            faults.at(0, block, f"{name} does not keep '{block}'", KEEP)
    if "status quo" in keeps:
        return
    for issue in case.issues:
        if issue.status_quo != issue.options[0]:
            problem = f"{name} does not keep the status quo, which is not the first option here"
            faults.at(0, f"issues.{issue.name}.status_quo", problem, KEEP)


@dataclass(slots=True, kw_only=True)
class _Gathering:
    """Takes in what is said of one party, statement by statement.

    scored : points by issue and option
    """

    case: Case
    party: Party
    faults: Faults
    keeps: Collection[str]
    name: str
    scored: dict[int, dict[int, Fraction]] = field(default_factory=dict)
    no_deal: Fraction | None = None
    rules: list[tuple[Condition, Fraction]] = field(default_factory=list)
    refused: list[tuple[int, int]] = field(default_factory=list)

    def take(self, statement: Statement) -> None:
        """Take in a statement, or note that the format does not keep it."""
        where = statement.provenance
        path = where.path or f"preferences.{self.party.name}"
        kept: tuple[type[Statement], ...] = (Scores, NoDeal)
        kept += (Rule,) if "rules" in self.keeps else ()
        kept += (RedLine,) if "red lines" in self.keeps else ()
        if not isinstance(statement, kept):
            problem = f"{self.name} does not keep '{statement.KEY}'"
            self.faults.at(where.line, path, problem, KEEP)
            return
        refuse_marks(where, path, self.faults)
        if isinstance(statement, Scores):
            for k, option, bounds in statement.amounts(self.case.vocabulary):
                self.scored.setdefault(k, {})[option] = self._one(bounds, f"{path}.scores")
        elif isinstance(statement, NoDeal):
            self.no_deal = self._one(statement.worth, f"{path}.no_deal")
        elif isinstance(statement, Rule):
            self.rules.append((statement.condition, self._one(statement.worth, path)))
        elif isinstance(statement, RedLine):
            self._red_line(statement, path)

    def _red_line(self, statement: RedLine, path: str) -> None:
        options = _refused(statement.condition, self.case)
        if options is None:
            problem = f"{self.name} keeps red lines on options of one issue only"
            self.faults.at(statement.provenance.line, path, problem, KEEP)
        else:
            self.refused += options

    def _one(self, bounds: Bounds, path: str) -> Fraction:
        """Return an amount that is one number; note a range."""
        if bounds.low is None or bounds.low != bounds.high:
            problem = f"{self.name} keeps single numbers, not ranges"
            self.faults.at(0, path, problem, "settle on one number")
            return Fraction(0)
        return bounds.low

    def points(self) -> PartyPoints | None:
        """Return what has been said; None after noting that points are missing."""
        issues = self.case.issues
        if len(self.scored) < len(issues):
            party = self.party.name
            problem = f"{self.name} needs points for every option, and {party} has no scores"
            hint = "add scores, or keep the case as .yaml"
            self.faults.at(0, f"preferences.{party}", problem, hint)
            return None
        return PartyPoints(
            party=self.party,
            points=tuple(_all_points(issue, self.scored[k]) for k, issue in enumerate(issues)),
            no_deal=self.no_deal,
            rules=tuple(self.rules),
            refused=tuple(dict.fromkeys(self.refused)),
        )


def _all_points(issue: Issue, scored: Mapping[int, Fraction]) -> tuple[Fraction, ...]:
    """Return the points of every option; those between scored numbers lie on a straight line."""
    levels = issue.levels or ()
    found = dict(scored)
    for left, right in pairwise(sorted(scored)):
        for option in range(left + 1, right):
            part = (levels[option] - levels[left]) / (levels[right] - levels[left])
            found[option] = scored[left] + part * (scored[right] - scored[left])
    return tuple(found[option] for option in range(len(issue.options)))


def _refused(condition: Condition, case: Case) -> list[tuple[int, int]] | None:
    """Return the options that a red line rules out, None where it speaks of several issues."""
    tree = condition.tree
    if not isinstance(tree, Test):
        return None
    k = case.vocabulary.index[tree.issue.text]
    return [(k, option) for option, holds in enumerate(allowed(tree, case.issues[k])) if holds]
