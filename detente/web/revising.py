"""Changes of cases that pages and programs make alike: each is kept as one more revision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from detente.amending import Add, Amended, Edit, amend
from detente.case import Case
from detente.errors import DetenteError
from detente.exchange import retitled
from detente.proofreading import proofread
from detente.web.bench import Workbench, case_of
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
    title = case_of(before).title
    note = texts()("edit.notes.undone", note=head.note)
    return bench.cases.revise(case_id, base=number, text=before.text, title=title, note=note)


def restored(bench: Workbench, case_id: str, number: int, *, base: int) -> Revision:
    """Save an old revision once more as the newest one, and return it.

    Raises
    ------
    UnknownError
        There is no such revision.
    ConflictError
        The newest revision is no longer ``base``.
    """
    old = bench.cases.revision(case_id, number)
    case = proofread(old.text).case
    title = bench.cases.get(case_id).title if case is None else case.title
    note = texts()("history.note_restored", n=number)
    return bench.cases.revise(case_id, base=base, text=old.text, title=title, note=note)


def duplicated(bench: Workbench, case_id: str, title: str = "") -> Revision:
    """Make a copy of the newest revision of a case and of its packages; return its revision.

    title : of the copy; "Copy of …" when none is given
    """
    words = texts()
    kept, revision = bench.cases.get(case_id), bench.cases.revision(case_id)
    title = title or words("cases.copy_title", title=kept.title)
    note = words("cases.copied", title=kept.title, number=revision.number)
    text = retitled(revision.text, title)
    try:
        return bench.cases.duplicate(case_id, text=text, title=title, note=note)
    except DetenteError:
        return bench.cases.duplicate(case_id, text=revision.text, title=kept.title, note=note)
