"""The outcome space of a NegMAS scenario: its issues, and how its files call their options."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from detente.document import AnyNode, Faults, Fields, Items, Text
from detente.errors import did_you_mean, quote
from detente.formats.additive import ReadIssue
from detente.formats.negmas.spelled import number, said, type_of
from detente.formats.numerals import exact
from detente.formats.reading import REAL_LEVELS, real_number
from detente.number import plain
from detente.vocabulary import MOST_OPTIONS

_LISTED = ("CategoricalIssue", "OrdinalIssue", "CardinalIssue", "SingletonIssue")
_NUMBERED = ("DiscreteOrdinalIssue", "DiscreteCardinalIssue")
_RANGED = ("ContiguousIssue", "ContinuousIssue")
_KNOWN = (*_LISTED, *_NUMBERED, *_RANGED)
_TRUTH = {"true": Fraction(1), "false": Fraction(0)}
_SHAPE = "write issues: [{name: ..., type: CategoricalIssue, values: [...]}]"


@dataclass(frozen=True, kw_only=True)
class DomainIssue:
    """An issue, with its options as the files spell them.

    spelled : texts that stand for the options
    numbers : what the options are as numbers; None for one that is none
    labels : whether they are texts to NegMAS even where they look like numbers, as far as is known
    """

    read: ReadIssue
    spelled: tuple[str, ...]
    numbers: tuple[Fraction | None, ...]
    labels: bool = False

    def position(self, text: str) -> int | None:
        """Return the position of an option, or None; numbers are found however spelled."""
        if text.startswith("["):
            text = _bracketed(listed_key(text))
        if text in self._by_text:
            return self._by_text[text]
        found = _number(text)
        return None if found is None else self._by_number.get(found)

    @cached_property
    def _by_text(self) -> dict[str, int]:
        return {text: k for k, text in enumerate(self.spelled)}

    @cached_property
    def _by_number(self) -> dict[Fraction, int]:
        return {found: k for k, found in enumerate(self.numbers) if found is not None}


def label_of(node: AnyNode) -> str | None:
    """Return a value as the label of an option: a text, or a list of texts in brackets."""
    if isinstance(node, Text):
        return node.text.strip()
    if not isinstance(node, Items):
        return None
    texts = [item.text for item in node.items if isinstance(item, Text)]
    return _bracketed(texts) if len(texts) == len(node.items) else None


def _bracketed(texts: Sequence[str]) -> str:
    return f"({', '.join(texts)})"


def read_issues(root: Fields, faults: Faults) -> tuple[DomainIssue, ...]:
    """Return the issues of an outcome space; what cannot be read is noted."""
    known = ("issues", "name", "path", "type")
    for key, node in root.fields.items():
        if key not in known and said(node) is not None:
            problem = f"{quote(key)} of an outcome space is not read"
            faults.at(root.lines.get(key, node.line), key, problem, "take it out of a copy")
    found = []
    for node in faults.items(root.fields.get("issues", root), shape=_SHAPE) or ():
        issue = _issue(node, faults)
        if issue is not None:
            found.append(issue)
    _refuse_repeated([issue.read.label for issue in found], "issues", faults)
    return tuple(found)


def _issue(node: AnyNode, faults: Faults) -> DomainIssue | None:
    fields = faults.fields(
        node, known=("name", "type", "values", "n_levels", "n_values", "step"), shape=_SHAPE
    )
    if fields is None:
        return None
    label = faults.text(fields["name"]) if "name" in fields else None
    kind = type_of(node)
    if label is None or kind not in _KNOWN or "values" not in fields:
        if label is None and "name" not in fields:
            faults.add(node, "'name' is missing", _SHAPE)
        elif not kind:
            faults.add(node, "'type' is missing", _SHAPE)
        elif kind not in _KNOWN:
            hint = did_you_mean(kind, _KNOWN)
            faults.add(node, f"issues of the type {quote(kind)} are not read", hint)
        elif label is not None:
            faults.add(node, "'values' is missing", _SHAPE)
        return None
    if kind in _RANGED:
        return _ranged(label, kind, fields, faults)
    return _listed(label, kind, fields["values"], faults)


def _listed(label: str, kind: str, node: AnyNode, faults: Faults) -> DomainIssue | None:
    items = faults.items(node, shape="list its options")
    if items is None:
        return None
    spelled = []
    for item in items:
        text = label_of(item)
        if text is None:
            faults.add(item, "an option is a text, a number or a list of them")
            return None
        spelled.append(text)
    _refuse_repeated(spelled, node.path, faults)
    numbers = tuple(_number(text) for text in spelled)
    levels = tuple(level for text in spelled if (level := exact(text)) is not None)
    if kind in _NUMBERED and len(levels) == len(spelled) and _even(levels):
        read = ReadIssue(label=label, levels=levels)
    else:
        read = ReadIssue(label=label, values=tuple(spelled))
    labels = kind == "CategoricalIssue"
    return DomainIssue(read=read, spelled=tuple(spelled), numbers=numbers, labels=labels)


def _ranged(
    label: str, kind: str, fields: Mapping[str, AnyNode], faults: Faults
) -> DomainIssue | None:
    """Return an issue between two numbers: whole ones, or levels of a real number."""
    node = fields["values"]
    items = faults.items(node, shape="write the smallest and the largest: values: [0, 10]")
    if items is None:
        return None
    if len(items) != 2:
        faults.add(node, f"two numbers are expected here, not {len(items)}")
        return None
    before = len(faults.found)
    low, high = (number(item, faults) for item in items)
    step = number(fields.get("step"), faults, default=Fraction(1))
    if len(faults.found) > before:
        return None
    note = ""
    if kind == "ContinuousIssue":
        step = (high - low) / (REAL_LEVELS - 1) if high > low else Fraction(1)
        note = real_number("NegMAS")
    if high < low or step <= 0:
        faults.add(node, "the range is empty", "write the smaller number first")
        return None
    if (high - low) / step >= MOST_OPTIONS:
        count = int((high - low) / step) + 1
        problem = f"the issue has {count:,} options, more than {MOST_OPTIONS:,}"
        faults.add(node, problem, "let it take fewer values")
        return None
    levels = tuple(low + step * k for k in range(int((high - low) / step) + 1))
    read = ReadIssue(label=label, levels=levels, note=note)
    return DomainIssue(read=read, spelled=tuple(map(plain, levels)), numbers=levels)


def listed_key(text: str) -> list[str]:
    """Return the texts of a list that stands before a colon, as the composer names it.

    Examples
    --------
    >>> listed_key('["low", "1"]'), listed_key("[low"), listed_key("1")
    (['low', '1'], [], [])
    """
    try:
        found = json.loads(text)
    except ValueError:
        return []
    if isinstance(found, list) and all(isinstance(item, str) for item in found):
        return found
    return []


def _number(text: str) -> Fraction | None:
    """Return what an option is as a number; to Python, true is 1."""
    return _TRUTH.get(text) if text in _TRUTH else exact(text)


def _even(levels: Sequence[Fraction]) -> bool:
    """Tell whether numbers ascend by the same step."""
    steps = {high - low for low, high in pairwise(levels)}
    return len(steps) < 2 and all(step > 0 for step in steps)


def _refuse_repeated(texts: Sequence[str], path: str, faults: Faults) -> None:
    twice = next((text for text, count in Counter(texts).items() if count > 1), None)
    if twice is not None:
        faults.at(0, path, f"{quote(twice)} is there twice", "keep one of the two")
