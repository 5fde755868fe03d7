"""Profiles that weigh issues and add them up: ``LinearAdditiveUtilitySpace``."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from detente.document import Faults
from detente.errors import did_you_mean, quote
from detente.formats.additive import POINTS, Profile
from detente.formats.geniusweb.domains import Domain, number_of, option_of
from detente.formats.geniusweb.utilities import utility, with_no_deal, wrapped
from detente.formats.guarded_json import expect, inside
from detente.number import plain

DISCRETE = ("DiscreteValueSetUtilities", "discreteutils")
"""How utilities of values are called, today and of old; likewise those between two numbers."""
NUMBERS = ("NumberValueSetUtilities", "numberutils")


def read_sum(fields: Mapping[str, Any], domain: Domain, label: str, faults: Faults) -> Profile:
    """Return a profile; raise CaseError where it is faulty."""
    weights = _by_issue(fields, "issueWeights", domain, faults)
    utilities = _by_issue(fields, "issueUtilities", domain, faults)
    faults.raise_any()
    heavy = [
        number_of(weights[name], f"issueWeights.{name}", faults) or Fraction(0)
        for name in domain.labels
    ]
    points = []
    for k, (name, weight) in enumerate(zip(domain.labels, heavy, strict=True)):
        values = _issue_utilities(utilities[name], domain, k, f"issueUtilities.{name}", faults)
        points.append(tuple(POINTS * weight * value for value in values))
    faults.raise_any()
    if min(heavy) < 0:
        hint = "GeniusWeb takes 0 or more; mend the weights"
        faults.at(0, "issueWeights", "a weight is below 0", hint)
    elif sum(heavy) != 1:
        problem = f"the weights add up to {plain(sum(heavy, Fraction(0)))}, not to 1"
        faults.at(0, "issueWeights", problem, "GeniusWeb takes no other sum; mend the weights")
    faults.raise_any()
    profile = Profile(label=label, points=tuple(points))
    return with_no_deal(profile, fields, domain, faults)


def _by_issue(
    fields: Mapping[str, Any], key: str, domain: Domain, faults: Faults
) -> Mapping[str, Any]:
    """Return an object with one entry for each issue."""
    if key not in fields:
        faults.at(0, "", f"'{key}' is missing", did_you_mean(key, list(fields)))
        return {}
    found: Mapping[str, Any] = expect(fields[key], dict, key, faults) or {}
    for name in found:
        if name not in domain.places:
            problem = f"no issue is called {quote(name)}"
            faults.at(0, key, problem, did_you_mean(name, domain.labels))
    for name in domain.labels:
        if name not in found:
            faults.at(0, key, f"the issue {quote(name)} is missing", "add it")
    return found


def _issue_utilities(
    value: Any, domain: Domain, k: int, path: str, faults: Faults
) -> tuple[Fraction, ...]:
    """Return the utility of each option of an issue, 0..1; as many zeros after noting a fault."""
    numeric = domain.issues[k].levels is not None
    fields = wrapped(value, NUMBERS if numeric else DISCRETE, path, faults)
    nothing = (Fraction(0),) * domain.issues[k].size
    if fields is None:
        return nothing
    found = (_between if numeric else _listed)(fields, domain, k, path, faults)
    return found or nothing


def _listed(
    fields: Mapping[str, Any], domain: Domain, k: int, path: str, faults: Faults
) -> tuple[Fraction, ...] | None:
    where = inside(path, "valueUtilities")
    known: Mapping[str, Any] | None = expect(fields.get("valueUtilities", {}), dict, where, faults)
    if known is None:
        return None
    options = domain.issues[k].values or ()
    for text in known:
        option_of(text, domain, k, where, faults)
    for text in options:
        if text not in known:
            faults.at(0, where, f"the value {quote(text)} is missing", "say its utility")
    return tuple(
        utility(known[text], inside(where, text), faults) for text in options if text in known
    )


def _between(
    fields: Mapping[str, Any], domain: Domain, k: int, path: str, faults: Faults
) -> tuple[Fraction, ...] | None:
    """Return utilities on the straight line between those of the two ends of a range."""
    keys = ("lowValue", "highValue", "lowUtility", "highUtility")
    missing = [key for key in keys if key not in fields]
    if missing:
        faults.at(0, path, f"'{missing[0]}' is missing")
        return None
    low, high = (number_of(fields[key], inside(path, key), faults) for key in keys[:2])
    worst, best = (utility(fields[key], inside(path, key), faults) for key in keys[2:])
    span = domain.ranges[domain.labels[k]]
    if low is None or high is None:
        return None
    if (low, high) != (span.low, span.high):
        ends = f"{plain(span.low)} to {plain(span.high)}"
        problem = f"lowValue and highValue are not the ends of the issue, {ends}"
        faults.at(0, path, problem, "write those")
        return None
    if low == high:
        return (worst,)
    slope = (best - worst) / (high - low)
    return tuple(worst + slope * (level - low) for level in domain.issues[k].levels or ())
