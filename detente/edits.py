"""Edits of a case file as objects, and what each does to what the file means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from detente.blocks import BLOCKS
from detente.entries import COMPANIONS
from detente.formats.native import PARTS
from detente.rewriting import Value, tree_of
from detente.spans import Place, Spans, Tree
from detente.statements import KINDS
from detente.statements.statement import COMMON_KEYS

ORDERS: Mapping[str, tuple[str, ...]] = {
    "": (*PARTS, *BLOCKS),
    "sources": ("title", "date", "url", "note"),
    "parties": ("name", "title", "signatory", "note"),
    "issues": ("title", "options", "unit", "range", "step", "status_quo", "note"),
    "constraints": ("require", "title", "because", "note"),
    "proposals": ("title", "because", "note", "terms"),
    "preferences": (*KINDS, *COMPANIONS, *COMMON_KEYS),
}
"""The fields of the entries of each part, in the order in which they are written."""
SHORT = {"sources": "title", "parties": "name"}
"""The field for which an entry stands that is text only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFields:
    """Set fields of an entry; one without a value is taken out. All others stay as spelled.

    at : place of the entry; empty for title, day and note of the case
    """

    at: str
    fields: Mapping[str, Value | None]
    seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Write an entry anew."""

    at: str
    value: Value
    seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """Add an entry; parts that the case does not have yet are made.

    part : what it is added to, such as ``parties`` or ``preferences.union``
    name : what the file calls it; None for an item of a list
    number : its place among the others; None for the last
    """

    part: str
    value: Value
    name: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """Take an entry out, and others with it; what refers to them must not be left."""

    at: str
    also: tuple[str, ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Put an entry in another place among those beside it."""

    at: str
    to: int
    seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """Give a party, issue, option, proposal or source another name, wherever it is spoken of.

    at : place of the entry; for an option ``issues.NAME.options[K]``
    """

    at: str
    to: str
    seen: str = ""


Edit = SetFields | Replace | Add | Remove | Move | Rename


def add_proposal(name: str, choice: Mapping[str, str], *, title: str = "") -> Add:
    """Return the edit that adds a package as a proposal.

    choice : option by issue; issues left out keep their status quo
    """
    terms: Tree = dict(choice)
    return Add(
        part="proposals", name=name, value={"title": title, "terms": terms} if title else terms
    )


def part_of(place: Place) -> str:
    """Return the part of the file in which an entry stands."""
    return str(place.steps[0]) if place.steps else ""


def meant(found: Spans, place: Place | None, edit: Edit) -> Tree:
    """Return what a file is to mean after an edit; a name that changes is not followed here.

    place : the entry that is edited; None for one that is added
    """
    return (
        _with(found, edit) if isinstance(edit, Add) or place is None else _after(found, place, edit)
    )


def _with(found: Spans, edit: Any) -> Tree:
    """Return what the text means with an entry more."""
    tree = deepcopy(found.root.tree)
    holder, steps = tree, edit.part.split(".") if edit.part else []
    for k, step in enumerate(steps):
        last = k == len(steps) - 1
        inner = holder.get(step)
        holder[step] = inner or ([] if last and edit.name is None else {})
        holder = holder[step]
    value = _meant(edit.value)
    if edit.name is not None:
        holder[edit.name] = value
    else:
        holder.insert(len(holder) if edit.number is None else edit.number, value)
    return tree


def _after(found: Spans, place: Place, edit: Any) -> Tree:
    """Return what the text means after an edit."""
    tree = deepcopy(found.root.tree)
    if isinstance(edit, Remove):
        for path in sorted((place.path, *edit.also), key=lambda path: -found.at(path).first):
            _take_out(tree, found.at(path).steps)
        return tree
    steps: tuple[str | int, ...] = ("", *place.steps)
    whole = {"": tree}
    holder, step = _inner(whole, steps[:-1]), steps[-1]
    if isinstance(edit, Replace):
        holder[step] = _meant(edit.value)
    elif isinstance(edit, SetFields):
        old, short = holder[step], SHORT.get(part_of(place), "")
        fields = dict(old) if isinstance(old, dict) else {short: old} if old else {}
        fields |= {name: _meant(v) for name, v in edit.fields.items() if v is not None}
        kept = {
            n: v for n, v in fields.items() if n not in edit.fields or edit.fields[n] is not None
        }
        text_only = not isinstance(old, dict) and list(kept) == [short]
        holder[step] = kept[short] if text_only else kept
    elif isinstance(edit, Move) and place.key is None:
        holder.insert(min(max(edit.to, 0), len(holder) - 1), holder.pop(int(step)))
    return whole[""]


def _inner(tree: Tree, steps: Sequence[str | int]) -> Tree:
    for step in steps:
        tree = tree[step]
    return tree


def _take_out(tree: Tree, steps: Sequence[str | int]) -> None:
    holder = _inner(tree, steps[:-1])
    del holder[steps[-1]]
    if not holder and len(steps) > 1:
        _take_out(tree, steps[:-1])


def _meant(value: Value) -> Tree:
    if isinstance(value, Mapping):
        return {name: _meant(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_meant(part) for part in value]
    found = tree_of(value)
    return found.strip() if isinstance(found, str) else found
