"""Where everything in a case file stands: from which character to which, comments left aside.

The text is guarded before it is taken apart (:mod:`detente.composer`), so there are no aliases,
no tags and no key twice in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import yaml

from detente.composer import compose
from detente.document import Faults
from detente.errors import UnknownNameError, quote

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_BLOCK = ("|", ">")

Kind = Literal["text", "items", "fields"]
Tree = Any
"""What a file holds, as plain texts, lists and dictionaries."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A value in the file, with the name or the dash before it.

    path : such as ``preferences.union[2]``, as faults and entries of a case give it
    steps : the same as names and numbers
    key : where its name begins and ends; None for an item of a list
    dash : where the dash before an item begins; None where there is none
    start, end : of the value; the end is that of what is written, so a comment after it is outside
    inside : whether it stands within braces or brackets
    flow : whether it is itself written in braces or brackets
    block : whether it is text of several lines after ``|`` or ``>``
    """

    kind: Kind
    path: str = ""
    steps: tuple[str | int, ...] = ()
    key: tuple[int, int] | None = None
    dash: int | None = None
    start: int = 0
    end: int = 0
    inside: bool = False
    flow: bool = False
    block: bool = False
    text: str = ""
    parts: tuple[Place, ...] = ()

    @property
    def first(self) -> int:
        """Where the name or dash begins, or the value where there is neither."""
        if self.key is not None:
            return self.key[0]
        return self.start if self.dash is None else self.dash

    @property
    def last(self) -> int:
        """Where it ends: the value, or the colon where there is no value."""
        return self.end if self.key is None else max(self.end, self.key[1] + 1)

    @property
    def name(self) -> str:
        """Its name, or its number within a list."""
        return str(self.steps[-1]) if self.steps else ""

    @property
    def tree(self) -> Tree:
        """What stands here, as plain text, list or dictionary."""
        if self.kind == "text":
            return self.text.strip()
        if self.kind == "items":
            return [part.tree for part in self.parts]
        return {part.name: part.tree for part in self.parts}

    def part(self, name: str) -> Place | None:
        """Return an entry by name; None where there is none."""
        found = (part for part in self.parts if part.name == name)
        return next(found, None) if self.kind == "fields" else None

    def all(self) -> Iterator[Place]:
        """Go through this and everything in it."""
        yield self
        for part in self.parts:
            yield from part.all()


@dataclass(frozen=True, kw_only=True)
class Spans:
    """A case file taken apart."""

    text: str
    root: Place

    @cached_property
    def _by_path(self) -> dict[str, Place]:
        found: dict[str, Place] = {}
        for place in self.root.all():
            found.setdefault(place.path, place)
        return found

    def find(self, path: str) -> Place | None:
        """Return what stands at a path; None where there is nothing."""
        return self._by_path.get(path)

    def at(self, path: str) -> Place:
        """Return what stands at a path; raise UnknownNameError where there is nothing."""
        place = self.find(path)
        if place is None:
            raise UnknownNameError(f"there is no {quote(path)} in the case")
        return place

    def around(self, place: Place) -> Place:
        """Return what a place is part of."""
        found = self.root
        for step in place.steps[:-1]:
            found = next(part for part in found.parts if part.steps[-1] == step)
        return found


def spans(text: str) -> Spans:
    r"""Take a case file apart.

    Raises
    ------
    CaseError
        It is no YAML, or holds what a case file may not hold; every fault is listed.

    Examples
    --------
    >>> found = spans("parties:\n  union: Dock workers  # all of them\n")
    >>> place = found.at("parties.union")
    >>> found.text[place.first : place.last]
    'union: Dock workers'
    """
    faults = Faults()
    composed = compose(text, faults)
    faults.raise_any()
    if composed.root is None:
        return Spans(text=text, root=Place(kind="fields", start=len(text), end=len(text)))
    root = _Taking(text=text).document(yaml.parse(text, Loader=_LOADER))
    return Spans(text=text, root=root)


@dataclass(slots=True)
class _Taking:
    """Goes through the parser's events of one text."""

    text: str
    events: Iterator[Any] = field(default_factory=lambda: iter(()))

    def document(self, events: Iterator[Any]) -> Place:
        self.events = iter(events)
        for event in self.events:
            if isinstance(event, yaml.NodeEvent):
                return self._node(event, Place(kind="text"))
        return Place(kind="text")

    def _node(self, event: Any, frame: Place) -> Place:
        """Return the node that begins; ``frame`` says where it stands."""
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.ScalarEvent):
            block = event.style in _BLOCK
            if block and not self.text[start : start + 3].rstrip().endswith("+"):
                end = start + len(self.text[start:end].rstrip())
            text = str(event.value)
            return replace(frame, kind="text", start=start, end=end, text=text, block=block)
        flow = bool(event.flow_style)
        inside = frame.inside or flow
        frame = replace(frame, start=start, end=end, flow=flow)
        if isinstance(event, yaml.MappingStartEvent):
            parts, closing = self._fields(frame, inside=inside)
            frame = replace(frame, kind="fields", parts=parts)
        else:
            parts, closing = self._items(frame, inside=inside)
            frame = replace(frame, kind="items", parts=parts)
        if flow:
            return replace(frame, end=closing)
        return replace(frame, end=max([frame.start, *(part.last for part in parts)]))

    def _fields(self, frame: Place, *, inside: bool) -> tuple[tuple[Place, ...], int]:
        found: list[Place] = []
        while True:
            event = next(self.events)
            if isinstance(event, yaml.MappingEndEvent):
                return tuple(found), _end(event)
            name = str(event.value).strip()
            path = f"{frame.path}.{name}" if frame.path else name
            place = Place(
                kind="text",
                path=path,
                steps=(*frame.steps, name),
                key=(event.start_mark.index, event.end_mark.index),
                inside=inside,
            )
            found.append(self._node(next(self.events), place))

    def _items(self, frame: Place, *, inside: bool) -> tuple[tuple[Place, ...], int]:
        found: list[Place] = []
        after = frame.start
        while True:
            event = next(self.events)
            if isinstance(event, yaml.SequenceEndEvent):
                return tuple(found), _end(event)
            place = Place(
                kind="text",
                path=f"{frame.path}[{len(found)}]",
                steps=(*frame.steps, len(found)),
                dash=None if inside else self._dash(after, event.start_mark.index),
                inside=inside,
            )
            found.append(self._node(event, place))
            after = found[-1].last

    def _dash(self, after: int, before: int) -> int:
        """Return where the dash of an item stands, between the last one's end and its value."""
        at = after
        while self.text[at] != "-" and at < before:
            at = self.text.find("\n", at) + 1 or before if self.text[at] == "#" else at + 1
        return at


def _end(event: Any) -> int:
    end: int = event.end_mark.index
    return end
