"""What the forms tell: faults at their fields, and what an entry says in words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from detente.amending import Amended
from detente.case import Case
from detente.composer import compose
from detente.document import Faults
from detente.errors import CaseError, Fault
from detente.web.pages.case import outline
from detente.web.pages.edit.forms import Form, kind_at
from detente.web.pages.edit.saving import label_of
from detente.web.storage.cases import Revision
from detente.web.texts import texts

MOST_TOLD = 8


def problems(error: CaseError) -> tuple[tuple[str, str], ...]:
    """Return what is wrong, one after the other: (message, text with a caret or nothing)."""
    return tuple((message_of(fault), fault.detail) for fault in error.faults[:MOST_TOLD])


def message_of(fault: Fault) -> str:
    """Return a fault as people read it in a form; its line is told where it is another entry."""
    said = fault.problem + (f"; {fault.hint}" if fault.hint else "")
    if fault.line and fault.path:
        return texts()("edit.errors.elsewhere", line=fault.line, path=fault.path, problem=said)
    return said[:1].upper() + said[1:] + ("" if said.endswith(("?", ".")) else ".")


def by_field(error: CaseError, form: Form) -> dict[str, tuple[str, ...]]:
    """Return faults by the field of a form that they are about; under no name all others."""
    found: dict[str, list[str]] = {}
    for fault in error.faults[:MOST_TOLD]:
        field = _field(fault, form)
        text = message_of(fault) + (f"\n{fault.detail}" if fault.detail else "")
        found.setdefault(field, []).append(text)
    more = len(error.faults) - MOST_TOLD
    if more > 0:
        found.setdefault("", []).append(texts().counted("edit.errors.more", more))
    return {name: tuple(messages) for name, messages in found.items()}


def _field(fault: Fault, form: Form) -> str:
    """Return the field that a fault is about; "" where it is about something else."""
    own = not fault.line or (bool(form.at) and fault.path.startswith(form.at))
    if not own:
        return ""
    names = [field.name for field in form.fields]
    missing = re.match(r"'(\w+)' is missing", fault.problem)
    if missing is not None and missing.group(1) in names:
        return missing.group(1)
    steps = fault.path.replace("[", ".").split(".")
    for step in reversed(steps):
        for name in (step, f"terms.{step}"):
            if name in names:
                return name
    if "cannot be used as a name" in fault.problem or "is there already" in fault.problem:
        return "short" if "short" in names else ""
    return next((field.name for field in form.fields if field.widget == "code"), "")


def in_words(made: Amended) -> str:
    """Return what an entry says after an edit, in plain words; "" where there is no more to say."""
    found = _rows(made.case, made.text)
    return "; ".join(row.text for row in found if _is(row.at, made.at))


def row(case: Case, revision: Revision, at: str) -> outline.Row | None:
    """Return an entry as the case shows it, with what it rests on; None for parties and others."""
    return next((row for row in _rows(case, revision.text) if row.at == at), None)


def heading(case: Case, at: str) -> str:
    """Return what the panel about an entry is called."""
    kind = kind_at(at)
    if kind in {"case", "constraint"}:
        return ""
    return at.replace("_", " ") if kind == "block" else label_of(case, at)


def _is(at: str, wanted: str) -> bool:
    return at == wanted or (bool(wanted) and at.startswith((f"{wanted}.", f"{wanted}[")))


def _rows(case: Case, text: str) -> Iterable[outline.Row]:
    for held in outline.said_of_parties(case):
        yield from held.rows
    yield from outline.constraint_rows(case)
    for block in outline.further(case, compose(text, Faults()).lines):
        yield from block.rows
