"""A case as numbers for each party, which is what files of negotiating agents can hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from detente.case import Case, Party
from detente.document import Faults
from detente.expression import Condition, Test
from detente.formats.refusals import refuse_marks
from detente.linear import Bounds
from detente.statements import Statement
from detente.statements.no_deal import NoDeal
from detente.statements.red_line import RedLine
from detente.statements.rule import Rule
from detente.statements.scores import Scores
from detente.vocabulary import Issue

_KEEP = "take it out of a copy, or keep the case as .yaml"


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

    keeps : what the format holds beyond points and no deal: ``rules``, ``red lines``, ``sources``,
        ``proposals``, ``notes``, ``status quo``
    leave_out : parties whose statements the format keeps in another way
    """
    _refuse_around(case, faults, keeps=keeps, name=format_name)
    found = []
    for party in case.parties:
        if not party.signatory:
            problem = f"{format_name} does not keep a party that does not sign"
            faults.at(0, f"parties.{party.name}", problem, _KEEP)
        if party.name in leave_out:
            continue
        said = [statement for statement in case.statements if statement.party == party.name]
        found.append(_points(case, party, said, faults, keeps=keeps, name=format_name))
    return tuple(one for one in found if one is not None)


def _refuse_around(case: Case, faults: Faults, *, keeps: Collection[str], name: str) -> None:
    """Note the parts of a case, beside what parties want, that the format has no place for."""
    if case.sources and "sources" not in keeps:
        faults.at(0, "sources", f"{name} does not keep sources", "convert with --bare")
    if case.proposals and "proposals" not in keeps:
        faults.at(0, "proposals", f"{name} does not keep proposals", _KEEP)
    if case.constraints:
        faults.at(0, "constraints", f"{name} does not keep constraints", _KEEP)
    if case.as_of:
        faults.at(0, "as_of", f"{name} does not keep the date of the case", _KEEP)
    for block, entries in case.blocks.items():
        if entries:
            faults.at(0, block, f"{name} does not keep '{block}'", _KEEP)
    if "status quo" in keeps:
        return
    for issue in case.issues:
        if issue.status_quo != issue.options[0]:
            problem = f"{name} does not keep the status quo, which is not the first option here"
            faults.at(0, f"issues.{issue.name}.status_quo", problem, _KEEP)


def _points(
    case: Case,
    party: Party,
    said: list[Statement],
    faults: Faults,
    *,
    keeps: Collection[str],
    name: str,
) -> PartyPoints | None:
    scored: dict[int, dict[int, Fraction]] = {}
    no_deal: Fraction | None = None
    rules: list[tuple[Condition, Fraction]] = []
    refused: list[tuple[int, int]] = []
    for statement in said:
        path = statement.provenance.path or f"preferences.{party.name}"
        refuse_marks(statement.provenance, path, faults)
        if isinstance(statement, Scores):
            for k, option, bounds in statement.amounts(case.vocabulary):
                amount = _one(bounds, f"{path}.scores", faults, name)
                scored.setdefault(k, {})[option] = amount
        elif isinstance(statement, NoDeal):
            no_deal = _one(statement.worth, f"{path}.no_deal", faults, name)
        elif isinstance(statement, Rule) and "rules" in keeps:
            rules.append((statement.condition, _one(statement.worth, path, faults, name)))
        elif isinstance(statement, RedLine) and "red lines" in keeps:
            options = _refused(statement.condition, case)
            if options is None:
                problem = f"{name} keeps red lines on options of one issue only"
                faults.at(statement.provenance.line, path, problem, _KEEP)
            else:
                refused += options
        else:
            problem = f"{name} does not keep '{statement.KEY}'"
            faults.at(statement.provenance.line, path, problem, _KEEP)
    if len(scored) < len(case.issues):
        problem = f"{name} needs points for every option, and {party.name} has no scores"
        hint = "add scores, or keep the case as .yaml"
        faults.at(0, f"preferences.{party.name}", problem, hint)
        return None
    points = tuple(_all_points(issue, scored[k]) for k, issue in enumerate(case.issues))
    return PartyPoints(
        party=party,
        points=points,
        no_deal=no_deal,
        rules=tuple(rules),
        refused=tuple(dict.fromkeys(refused)),
    )


def _one(bounds: Bounds, path: str, faults: Faults, name: str) -> Fraction:
    """Return an amount that is one number; note a range."""
    if bounds.low is None or bounds.low != bounds.high:
        faults.at(0, path, f"{name} keeps single numbers, not ranges", "settle on one number")
        return Fraction(0)
    return bounds.low


def _all_points(issue: Issue, scored: Mapping[int, Fraction]) -> tuple[Fraction, ...]:
    """Return the points of every option; those between scored numbers lie on a straight line."""
    known = sorted(scored)
    found = []
    for option in range(len(issue.options)):
        if option in scored or issue.levels is None:
            found.append(scored[option])
            continue
        left = max(k for k in known if k < option)
        right = min(k for k in known if k > option)
        part = Fraction(
            issue.levels[option] - issue.levels[left], issue.levels[right] - issue.levels[left]
        )
        found.append(scored[left] + part * (scored[right] - scored[left]))
    return tuple(found)


def _refused(condition: Condition, case: Case) -> list[tuple[int, int]] | None:
    """Return the options that a red line rules out, None where it speaks of several issues."""
    tree = condition.tree
    if not isinstance(tree, Test):
        return None
    k = case.vocabulary.index[tree.issue.text]
    size = len(case.issues[k].options)
    rest = case.vocabulary.status_quo
    packages = ((*rest[:k], option, *rest[k + 1 :]) for option in range(size))
    held = [condition.holds(package, case.vocabulary) for package in packages]
    return [(k, option) for option, holds in enumerate(held) if holds]
