"""Entries that are written short, or with marks: ``any``, or ``{moves: any, because: press#3}``.

Marked ones may also stand in a list, one for each view.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from detente.blocks.block import COMMON_SCHEMA, Entry, views_meet
from detente.document import AnyNode, Faults, Fields, Items
from detente.statements.statement import COMMON_KEYS, Provenance, Trouble, parse_provenance

One = TypeVar("One", bound=Entry)


def with_marks(
    node: AnyNode,
    key: str,
    faults: Faults,
    *,
    shape: str,
    marks: Mapping[str, AnyNode] | None = None,
) -> Iterator[tuple[AnyNode, Provenance]]:
    """Go through what stands in one place, with what each rests on.

    key : what the thing itself is called where it has marks
    shape : what a right entry looks like
    marks : those that hold wherever there are none of the same key
    """
    rest = marks or {}
    listed = isinstance(node, Items) and any(isinstance(item, Fields) for item in node.items)
    for item in node.items if listed and isinstance(node, Items) else (node,):
        fields: Mapping[str, AnyNode] = {}
        body: AnyNode | None = item
        if listed or isinstance(item, Fields):
            found = faults.fields(item, known=(key, *COMMON_KEYS), required=(key,), shape=shape)
            fields = found or {}
            body = fields.get(key)
        own = {name: mark for name, mark in fields.items() if name != key}
        provenance = parse_provenance({**rest, **own}, faults, path=item.path, line=item.line)
        if body is not None:
            yield body, provenance


def marked_schema(key: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of what is written short, or with marks, or as a list of marked ones."""
    marked = {
        "type": "object",
        "required": [key],
        "additionalProperties": False,
        "properties": {key: schema, **COMMON_SCHEMA},
    }
    return {"anyOf": [schema, marked, {"type": "array", "items": marked}]}


def said_twice(entries: Iterable[tuple[One, str]]) -> Iterator[tuple[One, Trouble]]:
    """Report entries of one view that speak of what another of that view has spoken of.

    entries : each with what it speaks of, in words
    """
    earlier: dict[str, list[One]] = {}
    for entry, words in entries:
        if any(views_meet(entry, other) for other in earlier.get(words, ())):
            yield (entry, ("", f"{words} stands here before", "keep one, or give each a view", ""))
        earlier.setdefault(words, []).append(entry)
