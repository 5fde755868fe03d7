"""All cases: open one, begin one, bring one in."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from detente.web.bench import Bench
from detente.web.pages import Screen
from detente.web.shell import page

router = APIRouter()


@router.get("/")
def home(bench: Bench) -> RedirectResponse:
    """Go to the case that somebody looked at last, or to the list."""
    cases = sorted(bench.cases.all(), key=lambda case: case.opened_at, reverse=True)
    return RedirectResponse(f"/cases/{cases[0].id}" if cases else "/cases", status_code=303)


@router.get("/cases", response_class=HTMLResponse)
def listing(request: Request, bench: Bench) -> HTMLResponse:
    """Show all cases."""
    return page(request, "cases.html", cases=bench.cases.all())


SCREEN = Screen(name="cases", title="shell.cases", router=router)
