"""All cases: open one, begin one, bring one in, hand one out, delete one."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from detente.web.bench import Bench
from detente.web.pages import Screen
from detente.web.pages.cases import beginning, coming, going
from detente.web.pages.cases.listing import listed
from detente.web.revising import duplicated
from detente.web.security.access import EDITOR, READER
from detente.web.shell import page

router = APIRouter(dependencies=[READER])
router.include_router(beginning.router)
router.include_router(coming.router)
router.include_router(going.router)


@router.get("/")
def home(bench: Bench) -> RedirectResponse:
    """Go to the case that somebody looked at last, or to the list."""
    cases = sorted(bench.cases.all(), key=lambda case: case.opened_at, reverse=True)
    return RedirectResponse(f"/cases/{cases[0].id}" if cases else "/cases", status_code=303)


@router.get("/cases", response_class=HTMLResponse)
def listing(
    request: Request, bench: Bench, q: str = "", sheet: int = 1, deleted: str = ""
) -> HTMLResponse:
    """Show the cases whose title holds what somebody looks for, some on each sheet."""
    return page(request, "cases/list.html", found=listed(bench, q, sheet), deleted=deleted[:200])


@router.post("/cases/{case_id}/duplicate", dependencies=[EDITOR])
def duplicate(bench: Bench, case_id: str) -> RedirectResponse:
    """Make a copy of the newest revision, and show it."""
    made = duplicated(bench, case_id)
    return RedirectResponse(f"/cases/{made.case_id}", status_code=303)


@router.get("/cases/{case_id}/delete", response_class=HTMLResponse)
def confirm(request: Request, bench: Bench, case_id: str) -> HTMLResponse:
    """Say what would go with a case, and ask whether to delete it."""
    kept = bench.cases.get(case_id)
    drafts = len(bench.drafts.of(case_id))
    packages = len(bench.packages.of(case_id))
    return page(request, "cases/delete.html", case=kept, drafts=drafts, packages=packages)


@router.post("/cases/{case_id}/delete", dependencies=[EDITOR])
def delete(bench: Bench, case_id: str) -> RedirectResponse:
    """Delete a case with everything that belongs to it."""
    bench.cases.delete(case_id)
    return RedirectResponse("/cases?deleted=1", status_code=303)


SCREEN = Screen(name="cases", title="shell.cases", router=router)
