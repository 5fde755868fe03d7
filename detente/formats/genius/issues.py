"""The tree of a Genius file: objectives within objectives, issues in them, weights beside these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from detente.document import Faults
from detente.errors import quote
from detente.formats.additive import ReadIssue
from detente.formats.genius import notes
from detente.formats.guarded_xml import Element
from detente.formats.numerals import MOST_DIGITS, exact
from detente.formats.reading import REAL_LEVELS, together
from detente.vocabulary import MOST_OPTIONS

KINDS = ("discrete", "integer", "real")


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeIssue:
    """An issue as one file has it.

    index : what weights and bounds of that file call it
    kind : one of :data:`KINDS`
    """

    label: str
    index: str
    kind: str
    element: Element


def tree_issues(root: Element, faults: Faults) -> tuple[TreeIssue, ...]:
    """Return the issues below an element, those of inner objectives too, in the file's order."""
    found: dict[str, TreeIssue] = {}
    indices: dict[str, str] = {}
    for element in _below(root, "issue"):
        label = " ".join(element.get("name").split())
        kind = _kind(element)
        if not label:
            faults.at(element.line, "", "an issue has no name", 'write <issue name="price" ...>')
            continue
        if kind not in KINDS:
            problem = f"an issue of the type {quote(kind)} is not known"
            faults.at(element.line, label, problem, f"known types are {', '.join(KINDS)}")
            continue
        if label in found:
            faults.at(element.line, label, "two issues have this name", "rename one of them")
            continue
        index = element.get("index")
        if index in indices:
            problem = f"the issue has the same index as {quote(indices[index])}: {quote(index)}"
            faults.at(element.line, label, problem, "number them 1, 2, 3, ...")
        indices[index] = label
        found[label] = TreeIssue(label=label, index=index, kind=kind, element=element)
    return tuple(found.values())


def tree_weights(root: Element, faults: Faults) -> dict[str, Fraction]:
    """Return the weights below an element by the index of what they weigh."""
    found: dict[str, Fraction] = {}
    for element in _below(root, "weight"):
        index = element.get("index")
        value = amount(element, "value", f"weight of {index or 'no index'}", faults)
        if value is None:
            continue
        if value < 0:
            problem = "a weight is not below 0"
            faults.at(element.line, f"weight of {index}", problem, "write 0 or more")
        if found.setdefault(index, value) != value:
            problem = "two weights stand here for one issue"
            faults.at(element.line, f"weight of {index}", problem, "keep one of the two")
    return found


def domain_issue(issue: TreeIssue, faults: Faults) -> tuple[ReadIssue, tuple[str, ...]]:
    """Return an issue of a domain, and the options that stand in it twice."""
    element = issue.element
    said = described(element)
    if issue.kind == "discrete":
        values: dict[str, None] = {}
        twice: dict[str, None] = {}
        for item in element.each("item"):
            label = _option(item, issue, faults)
            (twice if label in values else values)[label] = None
        name, options = element.get("key"), tuple(values)
        read = ReadIssue(label=issue.label, name=name, values=options, note=said)
        return read, tuple(twice)
    bounds = limits(issue, faults)
    if bounds is None:
        return ReadIssue(label=issue.label, levels=(Fraction(0),)), ()
    low, high = bounds
    if issue.kind == "real":
        count = REAL_LEVELS if low < high else 1
        step = (high - low) / (REAL_LEVELS - 1)
        note = together(said, notes.REAL)
    else:
        count, step, note = int(high - low) + 1, Fraction(1), said
    if count > MOST_OPTIONS:
        problem = f"the issue has {count:,} options, more than {MOST_OPTIONS:,}"
        faults.at(element.line, issue.label, problem, "let it take fewer values")
        count = 1
    levels = tuple(low + step * k for k in range(count))
    name = element.get("key")
    return ReadIssue(label=issue.label, name=name, levels=levels, note=note), ()


def limits(issue: TreeIssue, faults: Faults) -> tuple[Fraction, Fraction] | None:
    """Return the lowest and highest value of a numeric issue; None after noting a fault."""
    around = issue.element.first("range") or issue.element
    if "lowerbound" in issue.element.attributes and issue.kind == "integer":
        around = issue.element
    low = amount(around, "lowerbound", issue.label, faults)
    high = amount(around, "upperbound", issue.label, faults)
    if low is None or high is None:
        return None
    if high < low:
        problem = "the upper bound lies below the lower one"
        faults.at(around.line, issue.label, problem, "let lowerbound be the smaller of the two")
        return None
    if issue.kind == "integer" and (low.denominator > 1 or high.denominator > 1):
        problem = "the bounds of an integer issue are whole numbers"
        faults.at(around.line, issue.label, problem, 'say type="real", or round them')
        return None
    return low, high


def amount(element: Element, name: str, path: str, faults: Faults) -> Fraction | None:
    """Return the number that an attribute spells; None after noting a fault."""
    text = element.get(name)
    number = exact(text)
    if number is None:
        what = f"{quote(text)} is no number" if text else "is missing"
        hint = f"write a number, such as 0.5, of at most {MOST_DIGITS} digits"
        faults.at(element.line, path, f"'{name}' {what}", hint)
    return number


def described(element: Element) -> str:
    """Return the description of an element; some files say ``null`` for none."""
    text = " ".join(element.get("description").split())
    return "" if text == "null" else text


def has_costs(issues: Sequence[TreeIssue]) -> bool:
    """Tell whether any option has a cost that is not 0."""
    costs = (item.get("cost") for issue in issues for item in issue.element.each("item"))
    return any(cost and exact(cost) != 0 for cost in costs)


def _option(item: Element, issue: TreeIssue, faults: Faults) -> str:
    if "value" not in item.attributes:
        faults.at(item.line, issue.label, "an option has no 'value'", 'write <item value="low" />')
    return " ".join(item.get("value").split())


def _kind(element: Element) -> str:
    """Return the type of an issue: that of its values, else the first one said, else discrete."""
    said = [element.get(name).lower() for name in ("type", "vtype", "etype")]
    return next(filter(None, said), "discrete")


def _below(element: Element, tag: str) -> Iterator[Element]:
    for child in element.children:
        if child.tag == tag:
            yield child
        elif child.tag in {"objective", "utility_space"}:
            yield from _below(child, tag)
