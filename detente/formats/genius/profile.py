"""One Genius profile: what a party wants of the issues of a domain, in points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from detente.document import Faults
from detente.errors import did_you_mean, quote
from detente.formats.additive import POINTS, Box, Profile, ReadIssue
from detente.formats.genius import notes
from detente.formats.genius.evaluators import option_values
from detente.formats.genius.issues import TreeIssue, amount, tree_issues, tree_weights
from detente.formats.genius.rectangles import read_rectangles
from detente.formats.guarded_xml import Element
from detente.formats.reading import together

_KNOWN_TYPES = {"", "any", "linear", "nonlinear", "uncertain"}
_SETTINGS = ("comparisons", "errors", "elicitation_cost", "fixed_seed", "experimental")
_NEAR_ONE = Fraction(1, 1000)

Points = tuple[tuple[Fraction, ...], ...]
"""Points of each option of each issue."""


def read_profile(
    root: Element,
    label: str,
    domain: Sequence[TreeIssue],
    issues: Sequence[ReadIssue],
    faults: Faults,
) -> Profile:
    """Return what a profile says of its party; faults are noted.

    label : what the party is called where the file does not say
    domain, issues : the issues of the domain, as its file has them and as they were read
    """
    said = root.get("type").lower()
    if said not in _KNOWN_TYPES:
        problem = f"a utility space of the type {quote(said)} is not held by a case"
        faults.at(root.line, "", problem, "linear, nonlinear and uncertain ones are read")
        faults.raise_any()
    own = _matched(tree_issues(root, faults), domain, root, faults)
    reservation, about_discount = _no_deal(root, faults)
    name = root.get("party")
    profile = Profile(
        label=root.get("title") or name or label, name=name, no_deal=POINTS * reservation
    )
    if own is None:
        return profile
    points, boxes, about_worth = _worth(root, own, issues, faults)
    about = (about_discount, _uncertain(root) if said == "uncertain" else "", about_worth)
    return replace(profile, points=points, boxes=boxes, note=together(*about))


def _worth(
    root: Element, own: Sequence[TreeIssue], issues: Sequence[ReadIssue], faults: Faults
) -> tuple[Points, tuple[Box, ...], str]:
    """Return points, boxes, and a note of what Genius would count otherwise."""
    utility = _utility(root)
    if utility is None:
        points, total = _weighed(root, own, issues, faults)
        most = sum((max(row, default=Fraction(0)) for row in points), Fraction(0))
        about = notes.weights(total) if abs(total - 1) > _NEAR_ONE else ""
        return points, (), together(about, _cap(most))
    places = {issue.index: k for k, issue in enumerate(own) if issue.kind == "integer"}
    found = read_rectangles(utility, places, issues, faults)
    first = (found.always,) * issues[0].size
    points = (first, *((Fraction(0),) * issue.size for issue in issues[1:]))
    return points, tuple(found.boxes), _cap(found.most)


def _cap(most: Fraction) -> str:
    """Return a note where packages may come to more than Genius counts."""
    return notes.cap(most) if most > POINTS else ""


def _matched(
    own: Sequence[TreeIssue], domain: Sequence[TreeIssue], root: Element, faults: Faults
) -> tuple[TreeIssue, ...] | None:
    """Return the issues of a profile in the domain's order, by name; None after noting a fault."""
    named = {issue.label: issue for issue in own}
    wanted = {issue.label for issue in domain}
    before = len(faults.found)
    for issue in own:
        if issue.label not in wanted:
            hint = did_you_mean(issue.label, sorted(wanted - set(named)) or sorted(wanted))
            faults.at(issue.element.line, issue.label, "the domain has no issue of this name", hint)
    for issue in domain:
        mine = named.get(issue.label)
        if mine is None:
            problem = f"the domain's issue {quote(issue.label)} is missing"
            hint = "a domain and its profiles have the same issues, by name"
            faults.at(root.line, "", problem, hint)
        elif mine.kind != issue.kind:
            problem = f"the issue is of the type {mine.kind} here, and {issue.kind} in the domain"
            faults.at(mine.element.line, issue.label, problem, "let both files agree")
    if len(faults.found) > before:
        return None
    return tuple(named[issue.label] for issue in domain)


def _weighed(
    root: Element, own: Sequence[TreeIssue], issues: Sequence[ReadIssue], faults: Faults
) -> tuple[Points, Fraction]:
    """Return the points of each option of each issue, and what the weights sum to."""
    weights = tree_weights(root, faults)
    for issue in own:
        if issue.index not in weights:
            hint = f'add <weight index="{issue.index}" value="..." />'
            faults.at(issue.element.line, issue.label, "the issue has no weight", hint)
    total = sum((weights.get(issue.index, Fraction(0)) for issue in own), Fraction(0))
    scale = POINTS / total if total > 0 else Fraction(0)
    rows = []
    for issue, domain in zip(own, issues, strict=True):
        values = option_values(domain, issue, faults) or (Fraction(0),) * domain.size
        share = weights.get(issue.index, Fraction(0)) * scale
        rows.append(tuple(share * value for value in values))
    return tuple(rows), total


def _no_deal(root: Element, faults: Faults) -> tuple[Fraction, str]:
    """Return the reservation value, 0 where there is none, and a note of the discount."""
    reserved = root.first("reservation")
    value = None if reserved is None else amount(reserved, "value", "reservation", faults)
    discounted = root.first("discount_factor")
    factor = None if discounted is None else amount(discounted, "value", "discount_factor", faults)
    about = notes.discount(factor) if factor is not None and 0 < factor < 1 else ""
    return value or Fraction(0), about


def _uncertain(root: Element) -> str:
    """Return a note of the settings of an uncertain profile."""
    said = [(name, element) for name in _SETTINGS if (element := root.first(name)) is not None]
    return notes.uncertain([(name, " ".join(element.text.split())) for name, element in said])


def _utility(root: Element) -> Element | None:
    """Return the function of rectangles, which lies in the objective."""
    for around in (root, *root.each("objective")):
        found = around.first("utility")
        if found is not None:
            return found
    return None
