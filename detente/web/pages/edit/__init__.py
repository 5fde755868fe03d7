"""Editing by form: one entry at a time, each save a revision, errors at their fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from detente.amending import Edit, EntryChangedError, seen_at
from detente.blocks import BLOCKS
from detente.case import Case
from detente.errors import CaseError, UnknownNameError
from detente.spans import spans
from detente.web.bench import Bench, Workbench, case_of
from detente.web.pages import Screen
from detente.web.pages.edit import forms, given, saving, telling
from detente.web.revising import Edits, made_of, saved, undone
from detente.web.security.access import EDITOR, READER
from detente.web.sent import SentForm
from detente.web.shell import page
from detente.web.storage.cases import Revision, UnknownError
from detente.web.texts import texts

router = APIRouter(prefix="/cases/{case_id}", dependencies=[READER])


def _typed(sent: SentForm) -> Mapping[str, str]:
    return sent.fields


Typed = Annotated[Mapping[str, str], Depends(_typed)]
"""What somebody typed by field, as an argument of a route."""


@router.get("/edit", response_class=HTMLResponse)
def edit(request: Request, bench: Bench, case_id: str, at: str = "case") -> HTMLResponse:
    """Show an entry: what it rests on, where it stands, and the form that changes it."""
    revision = bench.cases.revision(case_id)
    return _shown(request, bench, revision, _form(revision, at))


@router.get("/add", response_class=HTMLResponse)
def add(request: Request, bench: Bench, case_id: str, part: str) -> HTMLResponse:
    """Show the empty form for an entry to be added."""
    revision = bench.cases.revision(case_id)
    return _shown(request, bench, revision, _empty(revision, part))


@router.post("/edit", response_class=HTMLResponse, dependencies=[EDITOR])
def change(request: Request, bench: Bench, case_id: str, typed: Typed) -> Response:
    """Save what a form says of an entry."""
    at, seen = typed.get("at", ""), typed.get("seen", "")

    def edits(revision: Revision, case: Case) -> Sequence[Edit]:
        return given.edits_of(case, spans(revision.text), at, typed, seen=seen)

    note = saving.note_of("changed", case_of(bench.cases.revision(case_id)), at)
    return _saved(request, bench, case_id, edits, note, typed)


@router.post("/add", response_class=HTMLResponse, dependencies=[EDITOR])
def put(request: Request, bench: Bench, case_id: str, typed: Typed) -> Response:
    """Save an entry to be added."""
    part = typed.get("part", "")

    def edits(revision: Revision, case: Case) -> Sequence[Edit]:
        del revision
        return [given.addition_of(case, part, typed)]

    at = f"{part}.{typed.get('title', '')}" if "." not in part else part
    note = saving.note_of("added", case_of(bench.cases.revision(case_id)), at)
    return _saved(request, bench, case_id, edits, note, typed)


@router.post("/remove", response_class=HTMLResponse, dependencies=[EDITOR])
def remove(request: Request, bench: Bench, case_id: str, typed: Typed) -> Response:
    """Remove an entry."""
    at, seen = typed.get("at", ""), typed.get("seen", "")
    note = saving.note_of("removed", case_of(bench.cases.revision(case_id)), at)
    return _saved(
        request, bench, case_id, lambda _, case: [saving.removal(case, at, seen)], note, typed
    )


@router.post("/move", response_class=HTMLResponse, dependencies=[EDITOR])
def move(
    request: Request, bench: Bench, case_id: str, typed: Typed, to: Annotated[int, Form()]
) -> Response:
    """Put an entry before or behind its neighbour."""
    at, seen = typed.get("at", ""), typed.get("seen", "")
    note = saving.note_of("moved", case_of(bench.cases.revision(case_id)), at)
    return _saved(request, bench, case_id, lambda *_: [saving.moved(at, to, seen)], note, typed)


@router.post("/undo", dependencies=[EDITOR])
def undo(bench: Bench, case_id: str, revision: Annotated[int, Form()]) -> RedirectResponse:
    """Take back the newest change."""
    made = undone(bench, case_id, revision)
    return RedirectResponse(f"/cases/{case_id}?done={made.number}", status_code=303)


@router.post("/edit/check", response_class=HTMLResponse)
def check(request: Request, bench: Bench, case_id: str, typed: Typed) -> HTMLResponse:
    """Tell whether what is typed is sound, and what it says in words; nothing is kept."""
    revision = bench.cases.revision(case_id)
    case = case_of(revision)
    part = typed.get("part", "")
    try:
        edits = (
            (given.addition_of(case, part, typed),)
            if part
            else given.edits_of(case, spans(revision.text), typed.get("at", ""), typed, seen="")
        )
        made = made_of(revision.text, edits)
    except given.EmptyFieldError:
        return page(request, "edit/checked.html", problems=(), words="")
    except CaseError as error:
        return page(request, "edit/checked.html", problems=telling.problems(error), words="")
    words = "" if made is None else telling.in_words(made)
    return page(request, "edit/checked.html", problems=(), words=words)


def _saved(
    request: Request,
    bench: Workbench,
    case_id: str,
    edits: Edits,
    note: str,
    typed: Mapping[str, str],
) -> Response:
    """Save edits and go back to the case, or show the form again with what is to be put right."""
    try:
        revision, at = saved(bench, case_id, edits, note)
    except (EntryChangedError, UnknownNameError) as error:
        head, at = bench.cases.revision(case_id), typed.get("at", "")
        changed = error if isinstance(error, EntryChangedError) else EntryChangedError(at, None)
        form = _again(head, typed)
        return _shown(request, bench, head, form, status=409, changed=changed)
    except CaseError as error:
        head = bench.cases.revision(case_id)
        form = _again(head, typed)
        form = replace(form, errors=telling.by_field(error, form))
        return _shown(request, bench, head, form, status=422)
    query = urlencode({"done": revision.number, "at": at})
    return RedirectResponse(f"/cases/{case_id}?{query}", status_code=303)


def _again(head: Revision, typed: Mapping[str, str]) -> forms.Form:
    """Return a form with what was typed into it; what was seen is what there is now."""
    part, at = typed.get("part", ""), typed.get("at", "")
    try:
        form = _empty(head, part) if part else _form(head, at)
    except (UnknownNameError, UnknownError):
        kind = forms.kind_at(at)
        found = spans(head.text)
        fields = forms.fields_of(kind, case_of(head), found, None)
        form = forms.Form(kind=kind, at=at, fields=fields)
    return form.filled(typed)


def _form(revision: Revision, at: str) -> forms.Form:
    case, found = case_of(revision), spans(revision.text)
    kind = forms.kind_at(at)
    place = found.root if at == "case" else found.find(at)
    depth = forms.DEPTHS.get(kind, 2)
    if place is None or (depth and len(place.steps) != depth) or (kind != "case" and not at):
        raise UnknownError("there is no such entry; it may have been removed or moved")
    beside = found.around(place).parts
    return forms.Form(
        kind=kind,
        at=at,
        seen=seen_at(revision.text, place.path),
        label=telling.heading(case, at),
        fields=forms.fields_of(kind, case, found, place),
        number=beside.index(place) if place.steps else 0,
        beside=len(beside) if place.steps else 0,
    )


def _empty(revision: Revision, part: str) -> forms.Form:
    case, found = case_of(revision), spans(revision.text)
    kind = forms.kind_at(part)
    known = part in {*forms.KIND_OF, *BLOCKS} - {"preferences"}
    if not known and part not in {f"preferences.{party.name}" for party in case.parties}:
        raise UnknownError("nothing can be added there")
    label = saving.label_of(case, part) if kind == "statement" else part.replace("_", " ")
    fields = forms.fields_of(kind, case, found, None)
    return forms.Form(kind=kind, part=part, label=label, fields=fields)


def _shown(
    request: Request,
    bench: Workbench,
    revision: Revision,
    form: forms.Form,
    *,
    status: int = 200,
    changed: EntryChangedError | None = None,
) -> HTMLResponse:
    case = case_of(revision)
    whole = "hx-request" not in request.headers
    shown = page(
        request,
        "edit.html",
        status=status if whole else 200,
        case=bench.cases.get(revision.case_id),
        here="case",
        form=form,
        changed=changed,
        revision=revision,
        row=telling.row(case, revision, form.at) if form.at else None,
        guides=forms.guides() if form.kind == "statement" else (),
        names=forms.names(case) if form.kind == "statement" else (),
        about=forms.block_guide(form.part or form.at.partition(".")[0].partition("[")[0]),
        sources=case.sources,
        has=texts().keys().__contains__,
        whole=whole,
    )
    if not whole and status != 200:
        shown.headers.update({"hx-retarget": "#panel", "hx-reselect": "#panel"})
    return shown


SCREEN = Screen(name="edit", title="case.edit", router=router)
