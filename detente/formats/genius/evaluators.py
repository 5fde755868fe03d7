"""What an option of one issue is worth to a party in Genius, as a rule from 0 to 1.

The definitions are those of Genius 10.4 (Lin et al. 2014, the evaluators of its utility spaces),
computed exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from detente.document import Faults
from detente.errors import quote
from detente.formats.additive import ReadIssue
from detente.formats.genius.issues import TreeIssue, amount, limits
from detente.formats.guarded_xml import Element

LEAST_LARGEST = Fraction(1, 100_000)
"""Where the largest evaluation of an issue is below this, all count as 0."""

_NONE = Fraction(0)
_FTYPES = {
    "linear": ("parameter0", "parameter1"),
    "constant": ("parameter0",),
    "triangular": ("parameter0", "parameter1", "parameter2"),
    "triangularvariabletop": ("parameter0", "parameter1", "parameter2", "parameter3"),
}


def option_values(
    domain: ReadIssue, issue: TreeIssue, faults: Faults
) -> tuple[Fraction, ...] | None:
    """Return the value of each option of a domain's issue; None after noting a fault.

    issue : the same issue in the profile
    """
    if domain.values is not None:
        return _discrete(domain.values, issue, faults)
    levels = domain.levels or ()
    if issue.kind == "integer":
        return _integer(levels, issue, faults)
    return _real(levels, issue, faults)


def _discrete(
    options: tuple[str, ...], issue: TreeIssue, faults: Faults
) -> tuple[Fraction, ...] | None:
    """Return evaluations divided by the largest; the first of a repeated label counts."""
    known = set(options)
    found: dict[str, Fraction] = {}
    sound = True
    for item in issue.element.each("item"):
        label = " ".join(item.get("value").split())
        if label in found:
            continue
        if label not in known:
            problem = f"{quote(label)} is no option of this issue in the domain"
            faults.at(item.line, issue.label, problem, "let both files have the same options")
            sound = False
            continue
        value = amount(item, "evaluation", f"{issue.label}, {label}", faults)
        sound = sound and value is not None
        found[label] = value or _NONE
    for option in options:
        if option not in found:
            problem = f"the option {quote(option)} of the domain has no evaluation"
            faults.at(issue.element.line, issue.label, problem, "add an <item> for it")
            sound = False
    if not sound or not options:
        return None
    largest = max(found.values())
    if largest < LEAST_LARGEST:
        return (_NONE,) * len(options)
    return tuple(found[option] / largest for option in options)


def _integer(
    levels: tuple[Fraction, ...], issue: TreeIssue, faults: Faults
) -> tuple[Fraction, ...] | None:
    """Return offset + slope x (value - lower bound), kept within 0 and 1."""
    evaluator = issue.element.first("evaluator")
    bounds = limits(issue, faults)
    if evaluator is None:
        _refuse_missing(issue, faults)
        return None
    ftype = evaluator.get("ftype").lower()
    if ftype not in {"", "linear"}:
        _refuse_ftype(evaluator, issue, ["linear"], faults)
        return None
    offset = amount(evaluator, "offset", issue.label, faults)
    slope = amount(evaluator, "slope", issue.label, faults)
    if bounds is None or offset is None or slope is None:
        return None
    return tuple(_clamped(offset + slope * (level - bounds[0])) for level in levels)


def _real(
    levels: tuple[Fraction, ...], issue: TreeIssue, faults: Faults
) -> tuple[Fraction, ...] | None:
    evaluator = issue.element.first("evaluator")
    if evaluator is None:
        _refuse_missing(issue, faults)
        return None
    ftype = evaluator.get("ftype").lower()
    ftype = "".join(filter(str.isalpha, ftype))
    names = _FTYPES.get(ftype)
    if names is None:
        _refuse_ftype(evaluator, issue, list(_FTYPES), faults)
        return None
    numbers = [amount(evaluator, name, issue.label, faults) for name in names]
    given = {
        name: number for name, number in zip(names, numbers, strict=True) if number is not None
    }
    if len(given) < len(names):
        return None
    return tuple(_function(ftype, level, given) for level in levels)


def _function(ftype: str, x: Fraction, given: Mapping[str, Fraction]) -> Fraction:
    first = given["parameter0"]
    if ftype == "constant":
        return first
    second = given["parameter1"]
    if ftype == "linear":
        return _clamped(first + second * x)
    top = given["parameter2"]
    most = given.get("parameter3", Fraction(1))
    if x < first or (x >= top and x >= second):
        return _NONE
    return most * ((x - first) / (top - first) if x < top else 1 - (x - top) / (second - top))


def _clamped(value: Fraction) -> Fraction:
    return min(max(value, Fraction(0)), Fraction(1))


def _refuse_missing(issue: TreeIssue, faults: Faults) -> None:
    hint = "add <evaluator>, which says what each value is worth"
    faults.at(issue.element.line, issue.label, "the issue has no evaluator", hint)


def _refuse_ftype(evaluator: Element, issue: TreeIssue, known: list[str], faults: Faults) -> None:
    said = evaluator.get("ftype")
    problem = f"the evaluator {quote(said)} is not known" if said else "'ftype' is missing"
    faults.at(evaluator.line, issue.label, problem, f"known ones are {', '.join(known)}")
