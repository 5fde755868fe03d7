"""A case as a scenario of NegMAS: an outcome space, and a utility function for each party."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import yaml

from detente.case import Case
from detente.document import Faults
from detente.errors import CaseError
from detente.expression import All, Condition, Test, Tree, allowed
from detente.formats.additive_writing import PartyPoints, party_points
from detente.formats.folder import File, Folder
from detente.formats.negmas.beside import BESIDE, beside
from detente.formats.numerals import exact
from detente.formats.reading import left_aside, own_note
from detente.formats.refusals import KEEP, refuse_number, refuse_open
from detente.linear import Bounds
from detente.number import is_decimal, plain
from detente.statements.no_deal import NoDeal
from detente.vocabulary import Issue

_KEEPS = ("rules", "status quo")
_NAME = "NegMAS"

Yaml = dict[Any, Any]
Within = dict[int, tuple[int, ...]]
"""By issue the positions of the options with which a rule holds."""


def write_folder(case: Case, *, read: Callable[[Folder], Case]) -> Mapping[str, str]:
    """Return a case as the files of a scenario, by name.

    read : reads such files; they are read back, so that nothing can be lost unsaid

    Raises
    ------
    CaseError
        The case has parts that such files cannot hold; all of them are named.
    """
    case = replace(case, note=own_note(case.note, (left_aside(["{}"]),)))
    faults = Faults()
    below = {s.party for s in case.statements if isinstance(s, NoDeal) and _is_below(s.worth)}
    points = _points(case, faults)
    files = {"domain.yml": _dumped(_space(case, faults))}
    width = len(str(len(points)))
    for k, party in enumerate(points, start=1):
        name = party.party.name
        function = _function(case, party, faults, below=name in below)
        files[f"{k:0{width}}-{name}.yml"] = _dumped(function)
    faults.raise_any(case.file)
    files[BESIDE] = _dumped(beside(case))
    entries = tuple(File(name=name, data=text.encode()) for name, text in files.items())
    try:
        changed = _changed(case, read(Folder(name="folder", files=entries)))
    except CaseError as error:
        first = error.faults[0]
        faults.at(0, first.path, f"NegMAS cannot hold this: {first.problem}", first.hint)
    else:
        if changed:
            problem = "some of the case would read otherwise from files of NegMAS"
            faults.at(0, changed, problem, "keep the case as .yaml")
    faults.raise_any(case.file)
    return files


def _is_below(worth: Bounds) -> bool:
    """Tell whether no deal is only said to be worth less than a number."""
    return worth.low is None and worth.strict


def _points(case: Case, faults: Faults) -> tuple[PartyPoints, ...]:
    """Return each party's points; no deal below a number counts as this number."""
    closed = tuple(
        replace(s, worth=Bounds(low=s.worth.high, high=s.worth.high))
        if isinstance(s, NoDeal) and _is_below(s.worth)
        else s
        for s in case.statements
    )
    plain_case = replace(case, statements=closed)
    return party_points(plain_case, faults, keeps=_KEEPS, format_name=_NAME)


def _changed(case: Case, again: Case) -> str:
    """Return the first part in which a case reads otherwise; empty where it means the same."""
    for part in ("title", "note", "parties", "issues"):
        if getattr(case, part) != getattr(again, part):
            return part
    return "" if list(_meaning(case)) == list(_meaning(again)) else "preferences"


def _meaning(case: Case) -> Iterator[object]:
    """Go through the parties: points, what rules add where, and no deal."""
    for party in _points(case, Faults()):
        rules: dict[tuple[tuple[int, tuple[int, ...]], ...], Fraction] = {}
        for condition, worth in party.rules:
            within = tuple(sorted((_box(condition, case) or {}).items()))
            rules[within] = rules.get(within, Fraction(0)) + worth
        yield party.points, party.no_deal, {box: worth for box, worth in rules.items() if worth}
    for statement in case.statements:
        if isinstance(statement, NoDeal):
            yield statement.party, statement.worth


# Files --------------------------------------------------------------------------------------------


def _space(case: Case, faults: Faults) -> Yaml:
    for issue in case.issues:
        for level in issue.levels or ():
            _written(level, f"issues.{issue.name}", faults)
    return {
        "name": case.title,
        "type": "DiscreteCartesianOutcomeSpace",
        "issues": [
            {"name": issue.name, "type": _type(issue), "values": _values(issue)}
            for issue in case.issues
        ],
    }


def _type(issue: Issue) -> str:
    if issue.levels is None:
        return "CategoricalIssue"
    whole = all(level.denominator == 1 for level in issue.levels)
    if whole and all(high - low == 1 for low, high in pairwise(issue.levels)):
        return "ContiguousIssue"
    return "DiscreteCardinalIssue" if whole else "DiscreteOrdinalIssue"


def _values(issue: Issue) -> list[Any]:
    options = _options(issue)
    return [options[0], options[-1]] if _type(issue) == "ContiguousIssue" else options


def _options(issue: Issue) -> list[Any]:
    """Return the options as the files spell them: numbers of one type where they are levels."""
    if issue.levels is None:
        return list(issue.options)
    whole = all(level.denominator == 1 for level in issue.levels)
    return [level if whole else _Real(level) for level in issue.levels]


def _function(case: Case, party: PartyPoints, faults: Faults, *, below: bool) -> Yaml:
    """Return a party's utility function, with its rules as boxes beside its points."""
    path = f"preferences.{party.party.name}"
    for column in party.points:
        for number in column:
            _written(number, f"{path}.scores", faults)
    boxes = [_rule(condition, worth, path, case, faults) for condition, worth in party.rules]
    head = {"name": party.party.name, "reserved_value": _reserved(party, path, faults, below=below)}
    additive: Yaml = {
        "type": "LinearAdditiveUtilityFunction",
        "values": [
            {"type": "TableFun", "mapping": dict(zip(_options(issue), column, strict=True))}
            for issue, column in zip(case.issues, party.points, strict=True)
        ],
        "weights": [Fraction(1)] * len(case.issues),
    }
    if not boxes:
        return {**head, **additive}
    rectangles = {
        "type": "HyperRectangleUtilityFunction",
        "outcome_ranges": [_ranges(box, case) for box in boxes],
        "utilities": [worth for _, worth in party.rules],
    }
    return {
        **head,
        "type": "WeightedUtilityFunction",
        "ufuns": [additive, rectangles],
        "weights": [Fraction(1), Fraction(1)],
    }


def _reserved(party: PartyPoints, path: str, faults: Faults, *, below: bool) -> Any:
    """Return the reserved value: minus infinity where no deal is below every package."""
    floor = sum((min(column) for column in party.points), Fraction(0))
    floor += sum((min(worth, Fraction(0)) for _, worth in party.rules), Fraction(0))
    if below and party.no_deal == floor:
        return float("-inf")
    if below or party.no_deal is None:
        hint = f"add no_deal: N, or no_deal: less than {plain(floor)} if every package is better"
        refuse_open(party.party, faults, name=_NAME, hint=hint)
        return Fraction(0)
    return _written(party.no_deal, f"{path}.no_deal", faults)


def _written(number: Fraction, path: str, faults: Faults) -> Fraction:
    """Return a number that such files can hold; note any other."""
    refuse_number(number, path, faults, name=_NAME, spelled=_spelled(number))
    return number


def _spelled(number: Fraction) -> str:
    """Return a decimal number as it is, or by a power of ten where that has fewer digits.

    Examples
    --------
    >>> _spelled(Fraction(-1, 4)), _spelled(Fraction(3, 10**45))
    ('-0.25', '3.0e-45')
    """
    text = plain(number)
    if exact(text) is not None or not is_decimal(number):
        return text
    places = len(text.partition(".")[2])
    digits = str(abs(int(number * 10**places)))
    power = len(digits) - 1 - places
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[0]}.{digits[1:].rstrip('0') or '0'}e{power:+d}"


# Rules --------------------------------------------------------------------------------------------


def _rule(condition: Condition, worth: Fraction, path: str, case: Case, faults: Faults) -> Within:
    _written(worth, f"{path}.rule", faults)
    found = _box(condition, case)
    if found is None or not all(found.values()):
        problem = f"NegMAS keeps rules of parts joined by 'and', not {condition.text}"
        faults.at(0, f"{path}.rule", problem, KEEP)
        return {}
    return found


def _box(condition: Condition, case: Case) -> Within | None:
    """Return for each issue the options with which a condition holds; None where it is no box."""
    found: dict[int, tuple[int, ...]] = {}
    for test in _joined(condition.tree):
        if test is None:
            return None
        k = case.vocabulary.index[test.issue.text]
        holds = allowed(test, case.issues[k])
        before = found.get(k, range(len(holds)))
        found[k] = tuple(option for option in before if holds[option])
    return found


def _joined(tree: Tree) -> Iterator[Test | None]:
    """Go through tests that are joined by ``and``; None stands for anything else."""
    if isinstance(tree, Test):
        yield tree
    elif isinstance(tree, All):
        for part in tree.parts:
            yield from _joined(part)
    else:
        yield None


def _ranges(box: Within, case: Case) -> Yaml:
    """Return a box as lists of options; two numbers alone would be a range without its ends."""
    found = {}
    for k, positions in box.items():
        options = [_options(case.issues[k])[option] for option in positions]
        found[k] = [*options, options[-1]] if len(options) == 2 else options
    return found


class _Real(Fraction):
    """A number that is written with a decimal point, though it may be whole."""


class _Dumper(yaml.SafeDumper):
    """Writes fractions as plain numbers."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write out twice what is there twice."""
        del data
        return True

    def number(self, number: Fraction) -> yaml.Node:
        """Write a number with all of its digits."""
        text = _spelled(number)
        if "." not in text and not isinstance(number, _Real):
            return self.represent_scalar("tag:yaml.org,2002:int", text)
        text = text if "." in text else f"{text}.0"
        return self.represent_scalar("tag:yaml.org,2002:float", text)


_Dumper.add_representer(Fraction, _Dumper.number)
_Dumper.add_representer(_Real, _Dumper.number)


def _dumped(tree: Mapping[Any, Any]) -> str:
    text: str = yaml.dump(
        tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=sys.maxsize
    )
    return text
