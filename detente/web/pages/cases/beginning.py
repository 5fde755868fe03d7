"""New cases: from the commented starter, from the catalogue, or from a few words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from detente.beginning import begun
from detente.catalog import load, names, path_of
from detente.errors import CaseError, Fault
from detente.formats import FORMATS, loads
from detente.starter import STARTER
from detente.web.bench import Bench
from detente.web.security.access import EDITOR
from detente.web.shell import page
from detente.web.texts import texts

router = APIRouter()
Words = Annotated[str, Form()]


@router.get("/cases/new", response_class=HTMLResponse)
def new(request: Request) -> HTMLResponse:
    """Offer the ways to a new case."""
    return new_page(request)


@router.post("/cases/new/starter", dependencies=[EDITOR])
def from_starter(bench: Bench) -> Response:
    """Begin from the commented example, in the text editor, where its notes can be read."""
    title = loads(STARTER).title
    made = bench.cases.create(STARTER, title=title, note=texts()("cases.begun_starter"))
    return RedirectResponse(f"/cases/{made.case_id}/text", status_code=303)


@router.post("/cases/new/catalogue", dependencies=[EDITOR])
def from_catalogue(bench: Bench, name: Words) -> Response:
    """Begin with a case of the catalogue."""
    text = path_of(name).read_text("utf-8")
    title = loads(text).title
    note = texts()("cases.begun_catalogue", name=name)
    made = bench.cases.create(text, title=title, note=note, origin=name)
    return RedirectResponse(f"/cases/{made.case_id}", status_code=303)


@router.post("/cases/new/words", dependencies=[EDITOR])
def from_words(
    request: Request, bench: Bench, title: Words = "", parties: Words = "", issues: Words = ""
) -> Response:
    """Begin with a title, who takes part, and what is to be settled."""
    try:
        text = begun(title, parties, issues)
    except CaseError as error:
        written = {"title": title, "parties": parties, "issues": issues}
        return new_page(request, status=422, written=written, faults=error.faults)
    note = texts()("cases.begun_words")
    made = bench.cases.create(text, title=loads(text).title, note=note)
    return RedirectResponse(f"/cases/{made.case_id}", status_code=303)


def new_page(
    request: Request,
    *,
    status: int = 200,
    written: dict[str, str] | None = None,
    faults: Sequence[Fault] = (),
) -> HTMLResponse:
    """Return the page with the ways to a new case.

    written : what somebody wrote into the form by field, to be put right
    """
    told: dict[str, list[Fault]] = {"title": [], "parties": [], "issues": []}
    for fault in faults:
        told.setdefault(fault.path, []).append(fault)
    return page(
        request,
        "cases/new.html",
        status=status,
        written=written or dict.fromkeys(told, ""),
        told=told,
        catalogue=catalogue(),
        formats=tuple(FORMATS.values()),
        accepted=accepted(),
    )


@cache
def catalogue() -> tuple[tuple[str, str, str], ...]:
    """Return the cases of the catalogue: (name, title, parties)."""
    return tuple(
        (name, case.title, ", ".join(party.label for party in case.parties))
        for name, case in ((name, load(name)) for name in names())
    )


def accepted() -> str:
    """Return the endings of files that hold cases, as a field for files takes them."""
    endings = dict.fromkeys(one for found in FORMATS.values() for one in found.suffixes)
    return ",".join((*endings, ".zip"))
