"""A GeniusWeb domain: issues with their values, and bids, which are packages by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from detente.document import Faults
from detente.errors import did_you_mean, quote
from detente.formats.additive import ReadIssue
from detente.formats.guarded_json import expect, expect_list, inside, kind_of
from detente.formats.naming import title_of
from detente.formats.numerals import exact
from detente.number import plain
from detente.vocabulary import MOST_OPTIONS, Package

_RANGE = ("low", "high", "step")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRange:
    """The numbers that an issue may take: from low on, step by step, up to high at most."""

    low: Fraction
    high: Fraction
    step: Fraction

    def levels(self) -> tuple[Fraction, ...]:
        """Return the numbers, ascending."""
        count = (self.high - self.low) // self.step + 1
        return tuple(self.low + k * self.step for k in range(count))


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """What is negotiated.

    issues : in the order of the file
    ranges : of the numeric issues, by label
    places : position of each issue, by label
    options : for each issue the position of each value
    """

    title: str
    issues: tuple[ReadIssue, ...]
    ranges: Mapping[str, NumberRange]
    places: Mapping[str, int]
    options: tuple[Mapping[str | Fraction, int], ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """What the issues are called."""
        return tuple(issue.label for issue in self.issues)

    def unlike(self, other: Domain) -> str:
        """Tell where two domains differ; nothing where they hold the same, in whatever order."""
        mine, theirs = set(self.labels), set(other.labels)
        if mine != theirs:
            parts = (mine - theirs, theirs - mine)
            here, there = (" and ".join(map(quote, sorted(part))) for part in parts)
            found = f"the issues {here} stand only here" if here else ""
            missing = f"the issues {there} are missing" if there else ""
            return ", and ".join(part for part in (found, missing) if part)
        for label, k in self.places.items():
            there_too = other.options[other.places[label]]
            same = self.options[k].keys() == there_too.keys()
            if not same or self.ranges.get(label) != other.ranges.get(label):
                return f"{quote(label)} has other values"
        return ""


def read_domain(fields: Mapping[str, Any], path: str, faults: Faults) -> Domain:
    """Return the domain under some fields; raise CaseError where it is faulty."""
    known: Mapping[str, Any] = (
        expect(fields.get("issuesValues", {}), dict, inside(path, "issuesValues"), faults) or {}
    )
    title = fields.get("name", "")
    where = inside(path, "name")
    title = title_of(expect(title, str, where, faults) or "", where, faults)
    issues: list[ReadIssue] = []
    ranges: dict[str, NumberRange] = {}
    for label, values in known.items():
        where = inside(inside(path, "issuesValues"), label)
        title_of(label, where, faults)
        issue: Mapping[str, Any] = expect(values, dict, where, faults) or {}
        if "range" in issue:
            found = _range(issue["range"], inside(where, "range"), faults)
            if found is not None:
                ranges[label] = found
                issues.append(ReadIssue(label=label, levels=found.levels()))
        else:
            issues.append(ReadIssue(label=label, values=_values(issue, where, faults)))
    if not known:
        faults.at(0, inside(path, "issuesValues"), "there are no issues", "add at least one")
    faults.raise_any()
    return Domain(
        title=title,
        issues=tuple(issues),
        ranges=ranges,
        places={issue.label: k for k, issue in enumerate(issues)},
        options=tuple(map(_positions, issues)),
    )


def _positions(issue: ReadIssue) -> Mapping[str | Fraction, int]:
    values: tuple[str | Fraction, ...] = issue.values or issue.levels or ()
    return {value: option for option, value in enumerate(values)}


def _values(issue: Mapping[str, Any], path: str, faults: Faults) -> tuple[str, ...]:
    where = inside(path, "values")
    values = expect_list(issue, "values", path, faults, most=MOST_OPTIONS)
    found = [expect(value, str, where, faults) or "" for value in values]
    for text in found:
        title_of(text, where, faults)
    twice = next((text for text in found if found.count(text) > 1), None)
    if twice is not None:
        faults.at(0, where, f"the value {quote(twice)} stands there twice", "keep one of the two")
    if not found:
        faults.at(0, where, "the issue has no values", "add at least one")
    return tuple(found)


def _range(value: Any, path: str, faults: Faults) -> NumberRange | None:
    """Return a range, written with names or as a list of three numbers."""
    shape = 'write {"low": 0, "high": 10, "step": 0.5}'
    named = dict(zip(_RANGE, value, strict=False)) if isinstance(value, list) else value
    if type(named) is not dict or any(key not in named for key in _RANGE):
        faults.at(0, path, "a range has low, high and step", shape)
        return None
    numbers = [number_of(named[key], inside(path, key), faults) for key in _RANGE]
    if None in numbers:
        return None
    low, high, step = (number or Fraction(0) for number in numbers)
    if step <= 0 or high < low:
        faults.at(0, path, "a range goes up, by a step above 0", shape)
        return None
    if (high - low) // step >= MOST_OPTIONS:
        count = (high - low) // step + 1
        problem = f"the range has {count:,} values, more than {MOST_OPTIONS:,}"
        faults.at(0, path, problem, "take a larger step")
        return None
    return NumberRange(low=low, high=high, step=step)


def number_of(value: Any, path: str, faults: Faults) -> Fraction | None:
    """Return a number; anything else is a fault."""
    if type(value) is Fraction:
        return value
    faults.at(0, path, f"a number is expected here, not {kind_of(value)}")
    return None


def read_bid(value: Any, domain: Domain, path: str, faults: Faults) -> dict[int, int] | None:
    """Return a bid, which may leave issues out, as issue -> option; None after noting a fault."""
    fields: Mapping[str, Any] | None = expect(value, dict, path, faults)
    if fields is None:
        return None
    where = inside(path, "issuevalues")
    if "issuevalues" not in fields:
        faults.at(0, path, "'issuevalues' is missing", 'write {"issuevalues": {"issue": "value"}}')
        return None
    values: Mapping[str, Any] | None = expect(fields["issuevalues"], dict, where, faults)
    if values is None:
        return None
    found: dict[int, int] = {}
    for label, text in values.items():
        if label not in domain.places:
            problem = f"no issue is called {quote(label)}"
            faults.at(0, where, problem, did_you_mean(label, domain.labels))
            continue
        k = domain.places[label]
        option = option_of(text, domain, k, inside(where, label), faults)
        if option is not None:
            found[k] = option
    return found if len(found) == len(values) else None


def option_of(value: Any, domain: Domain, k: int, path: str, faults: Faults) -> int | None:
    """Return the position of a value of an issue; None after noting a fault."""
    options = domain.options[k]
    wanted = value
    if isinstance(value, str) and domain.issues[k].values is None:
        wanted = exact(value)
    if isinstance(wanted, str | Fraction) and wanted in options:
        return options[wanted]
    text = plain(value) if type(value) is Fraction else value
    if not isinstance(text, str):
        faults.at(0, path, f"a value of the issue is expected here, not {kind_of(value)}")
        return None
    known = [option if isinstance(option, str) else plain(option) for option in options]
    problem = f"{quote(domain.labels[k])} has no value {quote(text)}"
    faults.at(0, path, problem, did_you_mean(text, known))
    return None


def whole_bid(value: Any, domain: Domain, path: str, faults: Faults) -> Package | None:
    """Return a bid that names every issue; None after noting a fault."""
    found = read_bid(value, domain, path, faults)
    if found is None:
        return None
    missing = [label for k, label in enumerate(domain.labels) if k not in found]
    if missing:
        problem = f"the bid leaves out {' and '.join(map(quote, missing))}"
        faults.at(0, path, problem, "bids that are compared name every issue")
        return None
    return tuple(found[k] for k in range(len(domain.issues)))
