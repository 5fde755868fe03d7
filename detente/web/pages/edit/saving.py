"""What is done to an entry by a form, as edits, and in words for the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from detente.amending import Move, Remove
from detente.case import Case
from detente.web.pages.edit.forms import kind_at
from detente.web.texts import texts


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
