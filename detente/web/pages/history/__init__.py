"""What a case was: its revisions, what changed between any two, and the way back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from detente.web.bench import Bench
from detente.web.pages import Screen
from detente.web.pages.conflict import conflict_page
from detente.web.pages.history.comparison import compared
from detente.web.revising import restored
from detente.web.security.access import EDITOR, READER
from detente.web.security.headers import attached
from detente.web.shell import page
from detente.web.storage.cases import ConflictError

router = APIRouter(dependencies=[READER])

PAGE = 50
"""So many revisions are listed at a time."""


@router.get("/cases/{case_id}/history", response_class=HTMLResponse)
def show(
    request: Request,
    bench: Bench,
    case_id: str,
    old: Annotated[int | None, Query(alias="from")] = None,
    new: Annotated[int | None, Query(alias="to")] = None,
    before: int | None = None,
) -> HTMLResponse:
    """Show the revisions of a case, and what changed between two of them.

    old, new : numbers of revisions; the newest two where none are given
    before : only revisions with a smaller number are listed
    """
    case = bench.cases.get(case_id)
    entries = bench.cases.history(case_id, before=before, most=PAGE + 1)
    newer = case.head if new is None else new
    older = max(1, newer - 1) if old is None else old
    sides = [bench.cases.revision(case_id, number) for number in (older, newer)]
    return page(
        request,
        "history.html",
        case=case,
        here="history",
        entries=entries[:PAGE],
        further=entries[PAGE - 1].number if len(entries) > PAGE else None,
        sides=sides,
        comparison=compared(*sides),
    )


@router.get("/cases/{case_id}/history/{number}", response_class=HTMLResponse)
def one(request: Request, bench: Bench, case_id: str, number: int) -> HTMLResponse:
    """Show a revision as it was, to be read."""
    case, revision = bench.cases.get(case_id), bench.cases.revision(case_id, number)
    return page(request, "revision.html", case=case, here="history", revision=revision)


@router.get("/cases/{case_id}/history/{number}/file")
def file(bench: Bench, case_id: str, number: int) -> Response:
    """Return the text of a revision as a file."""
    case, revision = bench.cases.get(case_id), bench.cases.revision(case_id, number)
    headers = attached(f"{case.title} - {number}.yaml")
    return Response(revision.text, media_type="application/yaml; charset=utf-8", headers=headers)


@router.post("/cases/{case_id}/history/{number}/restore", dependencies=[EDITOR])
def bring_back(
    request: Request, bench: Bench, case_id: str, number: int, base: Annotated[int, Form()]
) -> Response:
    """Make a revision the newest one again.

    base : the newest revision as the page showed it
    """
    try:
        restored(bench, case_id, number, base=base)
    except ConflictError:
        case, text = bench.cases.get(case_id), bench.cases.revision(case_id, number).text
        return conflict_page(request, bench, case, base=base, text=text)
    return RedirectResponse(f"/cases/{case_id}/history", status_code=303)


SCREEN = Screen(name="history", title="history.title", router=router, path="/history", place=9)
