"""Profiles that value groups of issues: ``SumOfGroupsUtilitySpace``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from detente.document import Faults
from detente.entries import MOST_ENTRIES
from detente.errors import did_you_mean, quote
from detente.formats.additive import POINTS, Box, Profile
from detente.formats.geniusweb.domains import Domain, option_of
from detente.formats.geniusweb.utilities import utility, with_no_deal, wrapped
from detente.formats.guarded_json import expect, expect_list, inside, refusal
from detente.number import plain

PARTS = ("PartsUtilities", "partsutils")
"""How utilities of combinations are called, today and of old."""


def read_groups(fields: Mapping[str, Any], domain: Domain, label: str, faults: Faults) -> Profile:
    """Return a profile; raise CaseError where it is faulty.

    A group of one issue gives points to options, a larger one a rule for each combination that is
    worth something.
    """
    if "partUtilities" not in fields:
        hint = did_you_mean("partUtilities", list(fields))
        raise refusal(faults, "'partUtilities' is missing", hint)
    points = [[Fraction(0)] * issue.size for issue in domain.issues]
    boxes: list[Box] = []
    seen: list[int] = []
    most = Fraction(0)
    parts: Mapping[str, Any] = expect(fields["partUtilities"], dict, "partUtilities", faults) or {}
    for name, value in parts.items():
        path = inside("partUtilities", name)
        issues, amounts = _part(value, domain, path, faults)
        seen += issues
        most += max([Fraction(0), *amounts.values()])
        for options, amount in amounts.items():
            if len(issues) == 1:
                points[issues[0]][options[0]] = POINTS * amount
            elif amount:
                within = tuple(sorted(zip(issues, ((o,) for o in options), strict=True)))
                boxes.append(Box(within=within, worth=POINTS * amount))
    _refuse_cover(seen, domain, faults)
    if most > 1:
        problem = f"the largest utilities of the groups add up to {plain(most)}, more than 1"
        faults.at(0, "partUtilities", problem, "GeniusWeb takes 1 at most")
    if len(boxes) > MOST_ENTRIES:
        problem = f"{len(boxes):,} combinations of issues have a utility, more than"
        faults.at(0, "partUtilities", f"{problem} {MOST_ENTRIES:,}", "make the groups smaller")
    faults.raise_any()
    profile = Profile(
        label=label,
        points=tuple(map(tuple, points)),
        boxes=tuple(sorted(boxes, key=lambda box: box.within)),
    )
    return with_no_deal(profile, fields, domain, faults)


def _part(
    value: Any, domain: Domain, path: str, faults: Faults
) -> tuple[list[int], dict[tuple[int, ...], Fraction]]:
    """Return the issues of a group and the utility of each combination that has one."""
    fields = wrapped(value, PARTS, path, faults)
    if fields is None:
        return [], {}
    issues = []
    for text in expect_list(fields, "issues", path, faults, most=len(domain.issues)):
        if not isinstance(text, str) or text not in domain.places:
            shown = quote(text) if isinstance(text, str) else "this"
            faults.at(0, path, f"no issue is called {shown}", "write the names of issues")
            return [], {}
        issues.append(domain.places[text])
    if not issues or len(set(issues)) < len(issues):
        faults.at(0, inside(path, "issues"), "a group has at least one issue, and none twice")
        return [], {}
    amounts: dict[tuple[int, ...], Fraction] = {}
    for j, entry in enumerate(_entries(fields, path, faults)):
        where = f"{path}.utilslist[{j}]"
        options = _combination(entry.get("values"), issues, domain, where, faults)
        if options is None:
            continue
        if options in amounts:
            faults.at(0, where, "this combination stands there twice", "keep one of the two")
        amounts[options] = utility(entry.get("util"), inside(where, "util"), faults)
    return issues, amounts


def _entries(fields: Mapping[str, Any], path: str, faults: Faults) -> Iterator[Mapping[str, Any]]:
    for j, entry in enumerate(expect_list(fields, "utilslist", path, faults, most=100_000)):
        found: Mapping[str, Any] | None = expect(entry, dict, f"{path}.utilslist[{j}]", faults)
        if found is not None:
            yield found


def _combination(
    values: Any, issues: list[int], domain: Domain, path: str, faults: Faults
) -> tuple[int, ...] | None:
    if type(values) is not list or len(values) != len(issues):
        hint = f"write {len(issues)} in the order of the issues of the group"
        faults.at(0, inside(path, "values"), "a combination has one value for each issue", hint)
        return None
    found = [
        option_of(value, domain, k, inside(path, "values"), faults)
        for k, value in zip(issues, values, strict=True)
    ]
    options = tuple(option for option in found if option is not None)
    return options if len(options) == len(issues) else None


def _refuse_cover(seen: list[int], domain: Domain, faults: Faults) -> None:
    """Note issues that stand in no group, or in two."""
    times = Counter(seen)
    for k, name in enumerate(domain.labels):
        if times[k] == 0:
            problem = f"the issue {quote(name)} is in no group"
            faults.at(0, "partUtilities", problem, "give it a group of its own")
        elif times[k] > 1:
            problem = f"the issue {quote(name)} is in {times[k]} groups"
            faults.at(0, "partUtilities", problem, "keep it in one")
