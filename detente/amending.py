"""Edits of a case file in place: comments, order and spelling of all else stay as they are.

An edit names one entry by its place, such as ``preferences.union[2]``, and carries what somebody
saw there (:func:`seen_at`), so that it can be made to a newer text in which that entry is the same.
The text is read again after each edit; where it would hold no sound case nothing is changed.

>>> from detente.catalog import path_of
>>> text = path_of("harbour").read_text("utf-8")
>>> edit = add_proposal("april_draft", {"shifts": "none", "pay": "3"}, title="April draft")
>>> [proposal.name for proposal in amend(text, edit).case.proposals][-1]
'april_draft'

Examples use :mod:`detente.catalog`, which this module does not need.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from detente.case import Case
from detente.edits import (
    ORDERS,
    SHORT,
    Add,
    Edit,
    Move,
    Remove,
    Rename,
    Replace,
    SetFields,
    add_proposal,
    meant,
    part_of,
)
from detente.errors import CaseError, DetenteError, Fault, quote
from detente.formats.native import PARTS, read
from detente.renaming import renamed
from detente.rewriting import Raw, Value, insert, move, put_field, raw_of, remove, set_value
from detente.spans import Place, Spans, spans

__all__ = [
    "Add",
    "Amended",
    "Edit",
    "EntryChangedError",
    "Move",
    "RefusedEditError",
    "Remove",
    "Rename",
    "Replace",
    "SetFields",
    "add_proposal",
    "amend",
    "as_typed",
    "seen_at",
    "typed",
]


class EntryChangedError(DetenteError):
    """An entry is no longer what somebody saw of it.

    now : how it is spelled now; None where it is gone
    """

    def __init__(self, at: str, now: str | None) -> None:
        what = "is gone" if now is None else "has been changed"
        super().__init__(f"{quote(at)} {what} since you opened it")
        self.at, self.now = at, now


class RefusedEditError(CaseError):
    """An edit would leave no sound case; ``faults`` says why, with lines of the text as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """A case file after an edit.

    at : place of the entry now; empty when it is gone
    """

    text: str
    case: Case
    at: str


def typed(text: str) -> dict[str, Raw]:
    """Return the fields that somebody typed, such as ``importance: shifts > pay``, as spelled.

    Raises
    ------
    CaseError
        It is no text of fields; lines are those of the text.
    """
    found = spans(text.replace("\r\n", "\n").strip("\n"))
    if found.root.kind != "fields" or not found.root.parts:
        hint = "begin with what kind it is and a colon: importance: shifts > pay"
        raise CaseError([Fault(line=1, path="", problem="no colon stands here", hint=hint)])
    return {part.name: raw_of(found, part) for part in found.root.parts}


def as_typed(text: str) -> Raw:
    """Return the value of an entry that somebody typed, on one line or on several."""
    body = text.replace("\r\n", "\n").strip("\n")
    root = spans(body).root
    if root.kind == "text" or root.flow:
        return Raw(f" {body.strip()}")
    return Raw("\n" + "\n".join(f"  {line}" if line else "" for line in body.split("\n")))


def seen_at(text: str, at: str) -> str:
    """Return a mark of what an entry holds, to tell later whether it is still the same."""
    return _mark(text, spans(text).at(at))


def amend(text: str, edit: Edit) -> Amended:
    """Return a case file after an edit.

    Raises
    ------
    UnknownNameError
        There is no such entry.
    EntryChangedError
        The entry is not what was seen of it.
    RefusedEditError
        The text would hold no sound case.
    """
    found = spans(text)
    if isinstance(edit, Add):
        after, at = _added(text, edit)
        expected = meant(found, None, edit)
    else:
        place = _as_seen(found, edit.at, edit.seen)
        after, at = _applied(text, place, edit, found)
        expected = None if isinstance(edit, Rename) else meant(found, place, edit)
    try:
        held = spans(after)
        case = read(after.encode("utf-8", "surrogatepass"), "-")
    except CaseError as error:
        raise RefusedEditError(_in_the_old_text(error.faults, text, after)) from None
    if expected is not None and held.root.tree != expected:
        problem = "this cannot be written here without changing something else"
        raise RefusedEditError([Fault(path=at, problem=problem, hint="write it in the text")])
    return Amended(text=after, case=case, at=at)


def _as_seen(found: Spans, at: str, seen: str) -> Place:
    """Return the entry that is meant: where it stood, or where the same now stands in its list."""
    place = found.find(at)
    if not seen or (place is not None and _mark(found.text, place) == seen):
        return found.at(at)
    listed = found.find(at.rpartition("[")[0]) if at.endswith("]") else None
    same = [one for one in listed.parts if _mark(found.text, one) == seen] if listed else []
    if len(same) == 1:
        return same[0]
    raise EntryChangedError(at, None if place is None else found.text[place.first : place.last])


def _mark(text: str, place: Place) -> str:
    if not place.steps:
        shown = [text[part.first : part.last] for part in place.parts if part.name in PARTS[:4]]
    else:
        shown = [text[place.first : place.last]]
    return hashlib.sha256("\n".join(shown).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _applied(text: str, place: Place, edit: Any, found: Spans) -> tuple[str, str]:
    """Return the text after an edit of an entry, and where the entry then stands."""
    at = place.path
    if isinstance(edit, Replace):
        return set_value(text, at, edit.value), at
    if isinstance(edit, Remove):
        for path in sorted((at, *edit.also), key=lambda path: -found.at(path).first):
            text = remove(text, path)
        return text, ""
    if isinstance(edit, Move):
        outer = found.around(place)
        number = min(max(edit.to, 0), len(outer.parts) - 1)
        named = place.key is not None
        return move(text, at, number), at if named else f"{outer.path}[{number}]"
    if isinstance(edit, Rename):
        try:
            return renamed(text, at, edit.to)
        except CaseError as error:
            raise RefusedEditError(error.faults) from None
    part = part_of(place)
    for name, value in sorted(edit.fields.items(), key=lambda item: item[1] is None):
        order, short = ORDERS.get(part, tuple(edit.fields)), SHORT.get(part, "")
        text = put_field(text, at, name, value, order=order, short=short)
    return text, at


def _added(text: str, edit: Add) -> tuple[str, str]:
    """Return the text with an entry more, and where it stands."""
    found = spans(text)
    outer = found.root if not edit.part else found.find(edit.part)
    if outer is None:
        above, _, name = edit.part.rpartition(".")
        value: Value = [edit.value] if edit.name is None else {edit.name: edit.value}
        made = Add(part=above, name=name, value=value, number=_number(found, above, name))
        return _added(text, made)[0], _path(edit.part, edit.name, 0)
    if edit.name is not None and outer.part(edit.name) is not None:
        path = _path(edit.part, edit.name, 0)
        raise RefusedEditError(
            [
                Fault(
                    path=path,
                    problem=f"{quote(edit.name)} is there already",
                    hint="choose another name",
                )
            ]
        )
    number = edit.number
    if number is None and not edit.part:
        number = _number(found, "", edit.name or "")
    number = len(outer.parts) if number is None else min(max(number, 0), len(outer.parts))
    after = insert(text, edit.part, number, edit.name, edit.value)
    return after, _path(edit.part, edit.name, number)


def _path(part: str, name: str | None, number: int) -> str:
    if name is None:
        return f"{part}[{number}]"
    return f"{part}.{name}" if part else name


def _number(found: Spans, above: str, name: str) -> int | None:
    """Return the place of a part that is not there yet, among those that are."""
    outer = found.root if not above else found.find(above)
    order: Sequence[str] = ORDERS[""]
    if above == "preferences":
        order = [party.name for party in found.at("parties").parts]
    if outer is None or name not in order:
        return None
    before = order[: order.index(name)]
    return max((k + 1 for k, part in enumerate(outer.parts) if part.name in before), default=0)


def _in_the_old_text(faults: Sequence[Fault], old: str, new: str) -> list[Fault]:
    """Give faults of the text after an edit the lines that they have before it; 0 for new ones."""
    before, after = old.split("\n"), new.split("\n")
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    tail = 0
    most = min(len(before), len(after)) - same
    while tail < most and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    found = []
    for fault in faults:
        line = fault.line
        if line > len(after) - tail:
            line += len(before) - len(after)
        elif line > same:
            line = 0
        found.append(
            Fault(
                line=line,
                path=fault.path,
                problem=fault.problem,
                hint=fault.hint,
                detail=fault.detail,
            )
        )
    return found
