"""A case file as read: text, lists and mappings, each knowing its line and path.

Readers of formats build these; statements and blocks take them apart through :class:`Faults`, which
gathers everything that is wrong instead of stopping at the first fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from detente.errors import CaseError, ExpressionError, Fault, did_you_mean, quote
from detente.linear import Bounds
from detente.number import MOST_DIGITS, parse_number, plain

MOST_FAULTS = 100
"""After so many faults reading stops; the rest is found when these are mended."""

MOST_LANGUAGE = 150_000
"""Conditions, chains and formulas of one file hold so many characters at most."""

AMOUNT_SHAPE = "write 30, 30..45, more than 30, less than 45"
COMMA_HINT = "inside braces a comma ends the text; write the entry on lines of its own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place in the file.

    flow : written inside braces or brackets, where a comma ends the text
    """

    path: str
    line: int
    flow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Node):
    """A scalar, always text; ``no``, ``1.50`` and ``~`` stay as written."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(Node):
    """A list."""

    items: tuple[AnyNode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields(Node):
    """A mapping from text keys, in the order of the file; ``lines`` holds the keys' lines."""

    fields: Mapping[str, AnyNode]
    lines: Mapping[str, int] = field(default_factory=dict)


AnyNode = Text | Items | Fields
Parsed = TypeVar("Parsed")
_KINDS = {Text: "text", Items: "a list", Fields: "a mapping"}


@dataclass(slots=True)
class Faults:
    """Everything found wrong so far, and the questions that find it.

    Each question returns what was asked for, or None after noting a fault.
    """

    found: list[Fault] = field(default_factory=list)
    _seen: set[Fault] = field(default_factory=set, repr=False)
    _language: int = field(default=0, repr=False)

    def add(self, node: Node, problem: str, hint: str = "", *, detail: str = "") -> None:
        """Note a fault at a node."""
        self.at(node.line, node.path, problem, hint, detail=detail)

    def at(self, line: int, path: str, problem: str, hint: str = "", *, detail: str = "") -> None:
        """Note a fault at a line and path; raise CaseError when there are too many to go on."""
        fault = Fault(line=line, path=path, problem=problem, hint=hint, detail=detail)
        if fault in self._seen:
            return
        self._seen.add(fault)
        self.found.append(fault)
        if len(self.found) >= MOST_FAULTS:
            many = (
                f"there are {MOST_FAULTS} faults or more, and reading stopped at the last one below"
            )
            raise CaseError([Fault(path="", problem=many, hint="mend these first"), *self.found])

    def expression(self, node: Node, error: ExpressionError) -> None:
        """Note a fault inside a text of the small language, with its caret."""
        hint = error.hint
        if node.flow and error.problem.startswith("the text ends too early"):
            hint = COMMA_HINT
        self.add(node, error.problem, hint, detail=error.pointer())

    def raise_any(self, file: str = "") -> None:
        """Raise everything found as one CaseError; do nothing when nothing was found."""
        if self.found:
            raise CaseError(self.found, file=file)

    def text(self, node: AnyNode) -> str | None:
        """Expect text that is not empty."""
        if not isinstance(node, Text):
            self.add(node, f"text is expected here, not {_KINDS[type(node)]}")
            return None
        if not node.text.strip():
            self.add(node, "nothing is written here", COMMA_HINT if node.flow else "")
            return None
        return node.text.strip()

    def fields(
        self,
        node: AnyNode,
        *,
        known: Iterable[str] | None = None,
        required: Sequence[str] = (),
        shape: str = "",
    ) -> Mapping[str, AnyNode] | None:
        """Expect a mapping, with known keys only and the required ones present.

        shape : what a right entry looks like, shown as the hint
        """
        if not isinstance(node, Fields):
            self._refuse_kind(node, "a mapping", shape)
            return None
        if known is not None:
            self._refuse_unknown(node, list(known))
        for key in required:
            if key not in node.fields:
                self.add(node, f"'{key}' is missing", shape)
        return node.fields

    def _refuse_unknown(self, node: Fields, known: list[str]) -> None:
        for key in node.fields:
            if key not in known:
                self.unknown_key(node, key, known)

    def unknown_key(self, node: Fields, key: str, known: Sequence[str]) -> None:
        """Note a key that does not belong here; inside braces a comma may have made it."""
        value = node.fields[key]
        hint = did_you_mean(key, known)
        empty = isinstance(value, Text) and not value.text
        if node.flow and (empty or not hint.startswith("did you mean")):
            hint = COMMA_HINT
        path = f"{node.path}.{key}" if node.path else key
        self.at(node.lines.get(key, value.line), path, f"unknown key {quote(key)}", hint)

    def items(self, node: AnyNode, *, shape: str = "") -> tuple[AnyNode, ...] | None:
        """Expect a list."""
        if not isinstance(node, Items):
            self._refuse_kind(node, "a list", shape)
            return None
        return node.items

    def _refuse_kind(self, node: AnyNode, expected: str, shape: str) -> None:
        if isinstance(node, Text) and not node.text.strip():
            self.add(node, "nothing is written here", COMMA_HINT if node.flow else shape)
        else:
            self.add(node, f"{expected} is expected here, not {_KINDS[type(node)]}", shape)

    def one_or_more(self, node: AnyNode) -> tuple[AnyNode, ...]:
        """Return the items of a list, or the node itself as the only one."""
        return node.items if isinstance(node, Items) else (node,)

    def texts(self, node: AnyNode) -> tuple[str, ...]:
        """Expect one text, or a list of texts; those that are none are noted and left out."""
        found = (self.text(item) for item in self.one_or_more(node))
        return tuple(text for text in found if text is not None)

    def number(self, node: AnyNode) -> Fraction | None:
        """Expect a number."""
        text = self.text(node)
        if text is None:
            return None
        number = parse_number(text)
        if number is None:
            self.add(
                node,
                f"{quote(text)} is not a number",
                f"write digits, a decimal point or p/q, at most {MOST_DIGITS} digits",
            )
        return number

    def bounds(self, node: AnyNode, *, shape: str = AMOUNT_SHAPE) -> Bounds | None:
        """Expect an amount: ``N``, ``A..B``, ``more than N`` or ``less than N``."""
        text = self.text(node)
        if text is None:
            return None
        bounds = parse_bounds(text)
        if bounds is None:
            self.add(node, f"{quote(text)} is not an amount", shape)
        elif bounds.low is not None and bounds.high is not None and bounds.low > bounds.high:
            self.add(node, f"{quote(text)} is empty", "write the smaller number first")
            return None
        return bounds

    def parsed(self, node: AnyNode, parse: Callable[[str], Parsed]) -> Parsed | None:
        """Expect a text of the small language."""
        text = self.text(node)
        if text is None:
            return None
        try:
            found = parse(text)
        except ExpressionError as error:
            self.expression(node, error)
            return None
        self._language += len(text) + 20  # even a short text costs something
        if self._language > MOST_LANGUAGE:
            problem = f"the conditions up to here hold more than {MOST_LANGUAGE:,} characters"
            self.add(node, problem, "divide the case into smaller ones")
            raise CaseError(self.found)
        return found


def parse_bounds(text: str) -> Bounds | None:
    """Return the amount that ``text`` states, or None when it states none.

    Examples
    --------
    >>> parse_bounds("more than 0")
    Bounds(low=Fraction(0, 1), high=None, strict=True)
    >>> parse_bounds("0..8").high, parse_bounds("about 3")
    (Fraction(8, 1), None)
    """
    words = text.split()
    if len(words) == 3 and words[1] == "than" and words[0] in {"more", "less"}:
        number = parse_number(words[2])
        if number is None:
            return None
        if words[0] == "more":
            return Bounds(low=number, strict=True)
        return Bounds(high=number, strict=True)
    low_text, dots, high_text = text.partition("..")
    low = parse_number(low_text)
    high = parse_number(high_text) if dots else low
    if low is None or high is None:
        return None
    return Bounds(low=low, high=high)


def bounds_text(bounds: Bounds) -> str:
    """Return an amount in words: ``30 to 45``, ``more than 5``."""
    if bounds.low is not None and bounds.high is not None:
        if bounds.low == bounds.high:
            return plain(bounds.low)
        return f"{plain(bounds.low)} to {plain(bounds.high)}"
    if bounds.low is not None:
        return f"{'more than' if bounds.strict else 'at least'} {plain(bounds.low)}"
    return f"{'less than' if bounds.strict else 'at most'} {plain(bounds.high or 0)}"
