"""The case itself: where to start, and everything that it holds, in plain words."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from detente.composer import compose
from detente.document import Faults
from detente.web.bench import Bench, Workbench, case_of
from detente.web.jobs.products import JSON
from detente.web.pages import Screen
from detente.web.pages.case import outline, starting
from detente.web.security.access import READER
from detente.web.shell import page
from detente.web.storage.cases import Revision

router = APIRouter(dependencies=[READER])


@router.get("/cases/{case_id}", response_class=HTMLResponse)
def show(request: Request, bench: Bench, case_id: str, done: int = 0, at: str = "") -> HTMLResponse:
    """Show a case.

    done, at : the revision that an edit on this screen has just made, and the entry it was made to
    """
    kept, revision = bench.cases.get(case_id), bench.cases.revision(case_id)
    bench.cases.opened(case_id)
    told = revision if done and done == revision.number else None
    return page(
        request,
        "case.html",
        case=kept,
        here="case",
        revision=revision,
        told=told,
        at=at,
        **contents(revision),
    )


@router.get("/cases/{case_id}/standing", response_class=HTMLResponse)
def standing(request: Request, bench: Bench, case_id: str) -> HTMLResponse:
    """Show whether statements contradict each other, or how far looking for that is."""
    revision = bench.cases.revision(case_id)
    asked = bench.asking.ask(revision, "check", {})
    found = _checked(bench, asked.key) if asked.contents else None
    content = case_of(revision)
    return page(
        request, "case/standing.html", asked=asked, found=found, id=case_id, content=content
    )


def contents(revision: Revision) -> dict[str, Any]:
    """Return what the screen shows of a revision."""
    case = case_of(revision)
    places = compose(revision.text, Faults()).lines
    said = outline.said_of_parties(case)
    return {
        "content": case,
        "places": places,
        "starts": starting.starts(case),
        "others": starting.others(case),
        "said": said,
        "rests": outline.rests_of(said),
        "long": outline.is_long(case),
        "constraints": outline.constraint_rows(case),
        "further": outline.further(case, places),
        "absent": outline.absent(places),
        "cited": outline.cited(case),
        "settings": outline.settings,
        "span": outline.span,
        "is_list": outline.is_list,
    }


def _checked(bench: Workbench, key: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bench.results.file(key, JSON))
    return found


SCREEN = Screen(name="case", title="case.name", router=router, place=1)
