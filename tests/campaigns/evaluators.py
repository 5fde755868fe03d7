"""What packages are worth in the files of other programs, straight from the definitions.

Nothing here knows how Detente reads a file: one small function for each format turns the files of a
folder into utilities of packages by position, in points of 100.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

Utility = Callable[[Sequence[int]], Fraction]
"""From a package, as positions of options, to points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """What the files of a folder say.

    options : of each issue, in the order of the domain; labels, or numbers
    utilities : of each party, in the order of the names of their files
    no_deal : what each party has without an agreement, in points
    """

    options: tuple[tuple[Any, ...], ...]
    utilities: tuple[Utility, ...]
    no_deal: tuple[Fraction, ...]


def parties_in(folder: Path, kind: str) -> Parties | None:
    """Return what the files of a folder say; None for what this module does not know."""
    if kind == "genius":
        return _genius(_in_order(folder.glob("*.xml")))
    if kind == "geniusweb":
        return _geniusweb(_in_order(folder.glob("*.json")))
    return None


def _in_order(files: Iterable[Path]) -> list[Path]:
    """Return files by name, numbers in names by size."""

    def key(file: Path) -> list[tuple[int, int, str]]:
        parts = re.findall(r"\d+|\D+", file.name.casefold())
        return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]

    return sorted(files, key=lambda file: (key(file), file.name))


# --- Genius --------------------------------------------------------------------------------------


def _genius(files: Sequence[Path]) -> Parties | None:
    contents = (file.read_bytes().lstrip() for file in files)
    roots = [
        fromstring(data)  # noqa: S314 - published files
        for data in contents
        if b"<negotiation_template" in data or b"<utility_space" in data
    ]
    domain = next(root for root in roots if root.tag == "negotiation_template")
    profiles = [root for root in roots if root.tag == "utility_space"]
    issues = list(domain.iter("issue"))
    names = [_words(issue.get("name", "")) for issue in issues]
    options = tuple(_levels(issue) for issue in issues)
    utilities, no_deal = [], []
    for root in profiles:
        own = {_words(issue.get("name", "")): issue for issue in root.iter("issue")}
        mine = [own[name] for name in names]
        rectangles = root.find(".//utility")
        if rectangles is None:
            utilities.append(_weighed(root, mine, options))
        else:
            utilities.append(_rectangles(rectangles, mine, options))
        reserved = root.find("reservation")
        no_deal.append(Fraction(0) if reserved is None else 100 * _number(reserved, "value"))
    return Parties(options=options, utilities=tuple(utilities), no_deal=tuple(no_deal))


def _levels(issue: Element) -> tuple[Any, ...]:
    """Return what an issue of a domain may be; real numbers in ten steps."""
    if _type(issue) == "discrete":
        return tuple(dict.fromkeys(_words(item.get("value", "")) for item in issue.iter("item")))
    low, high = _bounds(issue)
    if _type(issue) == "integer":
        return tuple(low + k for k in range(int(high - low) + 1))
    return tuple(low + (high - low) * k / 10 for k in range(11))


def _weighed(root: Element, issues: Sequence[Element], options: Sequence[Sequence[Any]]) -> Utility:
    """Return u = 100 x sum of (w / sum of w) x v."""
    weight = {found.get("index"): _number(found, "value") for found in root.iter("weight")}
    weights = [weight[issue.get("index")] for issue in issues]
    total = sum(weights) or Fraction(1)
    tables = [
        [100 * w / total * value for value in _values(issue, among)]
        for w, issue, among in zip(weights, issues, options, strict=True)
    ]
    return _sum_of(tables)


def _values(issue: Element, options: Sequence[Any]) -> list[Fraction]:
    if _type(issue) == "discrete":
        given: dict[str, Fraction] = {}
        for item in issue.iter("item"):
            given.setdefault(_words(item.get("value", "")), _number(item, "evaluation"))
        largest = max(given.values())
        return [given[option] / largest if largest > 0 else Fraction(0) for option in options]
    evaluator = issue.find("evaluator")
    assert evaluator is not None, issue.get("name")
    if _type(issue) == "integer":
        offset, slope = _number(evaluator, "offset"), _number(evaluator, "slope")
        low = _bounds(issue)[0]
        return [_clamped(offset + slope * (level - low)) for level in options]
    assert evaluator.get("ftype") == "linear", evaluator.get("ftype")
    offset, slope = _number(evaluator, "parameter0"), _number(evaluator, "parameter1")
    return [_clamped(offset + slope * level) for level in options]


def _rectangles(
    utility: Element, issues: Sequence[Element], options: Sequence[Sequence[Any]]
) -> Utility:
    """Return 100 x sum of the rectangles that hold / maxutility."""
    place = {issue.get("index"): k for k, issue in enumerate(issues)}
    most = _number(utility, "maxutility")

    def within(bound: Element, package: Sequence[int]) -> bool:
        k = place[bound.get("index")]
        return bool(_number(bound, "min") <= options[k][package[k]] <= _number(bound, "max"))

    def pays(element: Element, package: Sequence[int]) -> Fraction:
        total = Fraction(0)
        for child in element:
            weight = _number(child, "weight") if "weight" in child.attrib else Fraction(1)
            if child.tag == "ufun":
                total += weight * pays(child, package)
                continue
            bounds = list(child)
            inside = all(within(bound, package) for bound in bounds)
            outside = bool(bounds) and bounds[0].tag == "EXCLUDES"
            if inside != outside:
                total += weight * _number(child, "utility")
        return total

    function = utility.find("ufun")
    assert function is not None
    return lambda package: 100 * pays(function, package) / most


def _type(issue: Element) -> str:
    said = (issue.get(name, "").lower() for name in ("type", "vtype", "etype"))
    return next(filter(None, said), "discrete")


def _bounds(issue: Element) -> tuple[Fraction, Fraction]:
    around = issue if "lowerbound" in issue.attrib else issue.find("range")
    assert around is not None, issue.get("name")
    return _number(around, "lowerbound"), _number(around, "upperbound")


def _number(element: Element, name: str) -> Fraction:
    return Fraction(element.attrib[name].strip())


def _clamped(value: Fraction) -> Fraction:
    return min(max(value, Fraction(0)), Fraction(1))


def _words(text: str) -> str:
    return " ".join(text.split())


# --- GeniusWeb -----------------------------------------------------------------------------------


def _geniusweb(files: Sequence[Path]) -> Parties | None:
    read = [json.loads(file.read_text(encoding="utf-8"), parse_float=Fraction) for file in files]
    domains = [found for found in read if "issuesValues" in found]
    spaces = [f["LinearAdditiveUtilitySpace"] for f in read if "LinearAdditiveUtilitySpace" in f]
    issues = (domains[0] if domains else spaces[0]["domain"])["issuesValues"]
    if any("range" in issue for issue in issues.values()):
        return None
    options = tuple(tuple(issue["values"]) for issue in issues.values())
    utilities, no_deal = [], []
    for space in spaces:
        tables = [_table(space, name, among) for name, among in zip(issues, options, strict=True)]
        utilities.append(_sum_of(tables))
        bid = (space.get("reservationBid") or {}).get("issuevalues", {})
        known = {
            name: dict(zip(among, table, strict=True))
            for name, among, table in zip(issues, options, tables, strict=True)
        }
        no_deal.append(sum((known[name][label] for name, label in bid.items()), Fraction(0)))
    return Parties(options=options, utilities=tuple(utilities), no_deal=tuple(no_deal))


def _table(space: Mapping[str, Any], name: str, options: Sequence[str]) -> list[Fraction]:
    (found,) = space["issueUtilities"][name].values()
    weight = Fraction(space["issueWeights"][name])
    return [100 * weight * Fraction(found["valueUtilities"][option]) for option in options]


def _sum_of(tables: Sequence[Sequence[Fraction]]) -> Utility:
    return lambda package: sum(
        (table[option] for table, option in zip(tables, package, strict=True)), Fraction(0)
    )
