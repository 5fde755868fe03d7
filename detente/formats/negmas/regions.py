"""Which packages a NegMAS file speaks of: an outcome, or a box of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.document import AnyNode, Faults, Fields, Items, Text
from detente.errors import did_you_mean, quote
from detente.formats.negmas.domain import DomainIssue, label_of
from detente.formats.negmas.spelled import end_of, said
from detente.vocabulary import Package

Within = tuple[tuple[int, tuple[int, ...]], ...]
"""For each issue that a box touches, its position and the positions of the options allowed."""


def package_of(node: AnyNode, issues: Sequence[DomainIssue], faults: Faults) -> Package | None:
    """Return the package that a list of values is, or a mapping from issues to values."""
    if isinstance(node, Fields):
        names = [issue.read.label for issue in issues]
        fields = faults.fields(node, known=names) or {}
        values = [fields[name] for name in names if name in fields]
    else:
        values = list(faults.items(node, shape="list one option of every issue") or ())
    texts = [text for value in values if (text := label_of(value)) is not None]
    return package_called(texts, issues, node, faults)


def package_called(
    texts: Sequence[str], issues: Sequence[DomainIssue], node: AnyNode, faults: Faults
) -> Package | None:
    """Return the package whose options are called so, in the order of the issues.

    node : where a fault is noted
    """
    if len(texts) != len(issues):
        problem = f"{len(issues)} options are expected here, not {len(texts)}"
        faults.add(node, problem, "name one option of every issue, in their order")
        return None
    found = []
    for issue, text in zip(issues, texts, strict=True):
        position = issue.position(text)
        if position is None:
            problem = f"{issue.read.label} has no option {quote(text)}"
            faults.add(node, problem, did_you_mean(text, issue.spelled))
            return None
        found.append(position)
    return tuple(found)


def box_of(node: AnyNode, issues: Sequence[DomainIssue], faults: Faults) -> Within | None:
    """Return the box that ranges of options make; None for one that holds no package.

    Two numbers are a range without its ends, as NegMAS reads them; any other list is a choice.
    """
    if said(node) is None:
        return ()
    found = []
    fields = faults.fields(node, shape="write {0: [1, 3]}") or {}
    for key, allowed in fields.items():
        k = _issue_called(key, issues)
        if k is None:
            hint = f"issues count from 0 to {len(issues) - 1}"
            faults.add(allowed, f"no such issue: {quote(key)}", hint)
            continue
        if said(allowed) is None:
            hint = "leave the issue out, where all of its options are meant"
            faults.add(allowed, "nothing is allowed here", hint)
            continue
        positions = tuple(sorted(set(_allowed(issues[k], allowed, faults))))
        if not positions:
            return None
        if len(positions) < issues[k].read.size:
            found.append((k, positions))
    return tuple(sorted(found))


def _issue_called(key: str, issues: Sequence[DomainIssue]) -> int | None:
    if key.isascii() and key.isdecimal() and len(key) < 6:
        return int(key) if int(key) < len(issues) else None
    return next((k for k, issue in enumerate(issues) if issue.read.label == key), None)


def _allowed(issue: DomainIssue, node: AnyNode, faults: Faults) -> Iterator[int]:
    """Go through the positions of the options that a value, a range or a choice allows."""
    if not isinstance(node, Items):
        text = faults.text(node)
        position = None if text is None else issue.position(text)
        if position is not None:
            yield position
        return
    ends = [end_of(item) for item in node.items if isinstance(item, Text)]
    if len(node.items) == 2 and len(ends) == 2 and ends[0] is not None and ends[1] is not None:
        if issue.labels:
            problem = "two numbers are a range, and these are labels"
            faults.add(node, problem, "write the last one twice, if a choice is meant")
            return
        low, high = ends[0], ends[1]
        yield from (k for k, x in enumerate(issue.numbers) if x is not None and low < x < high)
        return
    if not issue.labels and len(node.items) == 2 == len(ends):
        wrong = node.items[ends.index(None)]
        problem = f"{quote(faults.text(wrong) or '')} is no end of a range"
        faults.add(wrong, problem, "write a number of at most 40 digits, -.inf or .inf")
        return
    for item in node.items:
        yield from _allowed(issue, item, faults)
