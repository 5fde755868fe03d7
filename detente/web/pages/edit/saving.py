"""Edits made to the newest revision of a case, each saving a new one with a note in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from detente.amending import Add, Amended, Edit, Move, Remove, amend
from detente.case import Case
from detente.formats import loads
from detente.web.bench import Workbench, case_of
from detente.web.pages.edit.forms import kind_at
from detente.web.storage.cases import ConflictError, Revision
from detente.web.texts import texts

MOST_TRIES = 5
"""So often an edit is made again when somebody else saves at the same moment."""

Edits = Callable[[Revision, Case], Sequence[Edit]]
"""The edits for a revision, worked out from it and the case in it."""


def saved(bench: Workbench, case_id: str, edits: Edits, note: str) -> tuple[Revision, str]:
    """Make edits to the newest revision of a case; return the new one and the entry's place.

    Where there is nothing to change, the newest revision is returned as it is.

    Raises
    ------
    EntryChangedError, RefusedEditError, UnknownNameError
        See :func:`detente.amending.amend`; nothing is then changed.
    ConflictError
        Others save again and again at the same moment.
    """
    for tried in range(MOST_TRIES):
        head = bench.cases.revision(case_id)
        made = made_of(head.text, edits(head, case_of(head)))
        if made is None:
            return head, ""
        try:
            title = made.case.title
            revision = bench.cases.revise(
                case_id, base=head.number, text=made.text, title=title, note=note
            )
        except ConflictError:
            if tried == MOST_TRIES - 1:
                raise
        else:
            return revision, made.at
    raise AssertionError


def made_of(text: str, edits: Sequence[Edit]) -> Amended | None:
    """Return a text after edits, one after the other; None where there are none.

    What was seen of an entry is asked of the first one only, which changes it.
    """
    made: Amended | None = None
    for edit in edits:
        if made is not None and not isinstance(edit, Add):
            edit = replace(edit, seen="")  # noqa: PLW2901 - the same edit, of what is there by now
        made = amend(text, edit)
        text = made.text
    return made


def undone(bench: Workbench, case_id: str, number: int) -> Revision:
    """Take back the newest revision, if it is still the one of this number, by one more."""
    head = bench.cases.revision(case_id)
    if head.number != number or number == 1:
        raise ConflictError(head)
    before = bench.cases.revision(case_id, number - 1)
    title = loads(before.text).title
    note = texts()("edit.notes.undone", note=head.note)
    return bench.cases.revise(case_id, base=number, text=before.text, title=title, note=note)


def removal(case: Case, at: str, seen: str) -> Remove:
    """Return the edit that removes an entry; a party goes with what is said of it."""
    head, _, name = at.partition(".")
    said = any(statement.party == name for statement in case.statements)
    also = (f"preferences.{name}",) if head == "parties" and said else ()
    return Remove(at=at, also=also, seen=seen)


def moved(at: str, to: int, seen: str) -> Move:
    """Return the edit that moves an entry."""
    return Move(at=at, to=to, seen=seen)


def note_of(action: str, case: Case, at: str) -> str:
    """Return what is done to an entry in words: ``statement added for Dock workers' union``.

    action : ``added``, ``changed``, ``removed`` or ``moved``
    at : place of the entry, or of what it is added to
    """
    words = texts()
    kind = kind_at(at)
    what = words(f"edit.notes.kinds.{kind}")
    label = label_of(case, at)
    if kind == "block":
        what = at.partition(".")[0].partition("[")[0].replace("_", " ")
        label = ""
    elif kind == "statement":
        return words(f"edit.notes.{action}_for", what=what, label=label)
    return words(f"edit.notes.{action}", what=what, label=label).rstrip(" :")


def label_of(case: Case, at: str) -> str:
    """Return what people call an entry, or the party that a statement is about; "" for others."""
    head, _, rest = at.partition(".")
    name = rest.partition("[")[0]
    named: Mapping[str, Sequence[Any]] = {
        "parties": case.parties,
        "issues": case.issues,
        "sources": case.sources,
        "proposals": case.proposals,
        "preferences": case.parties,
    }
    return next((one.label for one in named.get(head, ()) if one.name == name), name)
