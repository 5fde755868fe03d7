"""Work on answers: how far it is, told as it goes on; stopping it, and asking once more."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from detente.web.bench import Bench
from detente.web.jobs.asking import Job
from detente.web.jobs.telling import told
from detente.web.pages import Screen
from detente.web.pages.questions import canonical, title_of
from detente.web.security.access import READER
from detente.web.security.origins import came_from
from detente.web.shell import page

router = APIRouter(dependencies=[READER])


def known(bench: Bench, job_id: str) -> None:
    """Refuse a job that is not there, before anything is answered."""
    bench.asking.job(job_id)


@router.get("/jobs/{job_id}", response_class=HTMLResponse)
def show(request: Request, bench: Bench, job_id: str) -> HTMLResponse:
    """Show how far a job is, or what came of it."""
    job = bench.asking.job(job_id)
    return page(
        request,
        "job.html",
        case=bench.cases.get(job.case_id),
        job=job,
        asked=question_address(job),
        question=title_of(job.question),
    )


@router.get("/jobs/{job_id}/state")
def state(bench: Bench, job_id: str) -> dict[str, Any]:
    """Tell how far a job is."""
    return told(bench.asking.job(job_id))


@router.get(
    "/jobs/{job_id}/events", response_class=EventSourceResponse, dependencies=[Depends(known)]
)
async def events(bench: Bench, job_id: str) -> AsyncIterable[ServerSentEvent]:
    """Tell how far a job is whenever that changes, until it is over."""
    async for seen in bench.watch.follow(job_id):
        yield ServerSentEvent(data={"state": "gone"} if seen is None else told(seen))


@router.post("/jobs/{job_id}/cancel")
def cancel(request: Request, bench: Bench, job_id: str) -> Response:
    """Stop a job."""
    bench.asking.cancel(job_id)
    return _back(request, f"/jobs/{job_id}")


@router.post("/jobs/{job_id}/again")
def again(request: Request, bench: Bench, job_id: str) -> Response:
    """Ask once more what failed or was stopped."""
    job = bench.asking.job(job_id)
    revision = bench.cases.revision(job.case_id, job.revision)
    asked = bench.asking.again(revision, job.question, job.options)
    return _back(request, f"/jobs/{asked.job.id if asked.job else job.id}")


def question_address(job: Job) -> str:
    """Return the address of the page on which a job's question is answered."""
    path = f"/cases/{job.case_id}/questions/{quote(job.question, safe='')}"
    return canonical(path, job.options)


def _back(request: Request, otherwise: str) -> Response:
    """Return to the page from which a form was sent; a script stays where it is."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204)
    return RedirectResponse(came_from(request.headers, otherwise), status_code=303)


SCREEN = Screen(name="jobs", title="jobs.title", router=router)
