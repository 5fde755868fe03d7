"""The composer's page, and what it fetches with every click."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from detente.case import Case
from detente.composition import Composition, Look
from detente.errors import DetenteError
from detente.mending import Repairs
from detente.vocabulary import Package
from detente.web.analysts.analysts import Subject
from detente.web.bench import Bench, Workbench, case_in, case_of
from detente.web.pages.composer import words
from detente.web.pages.composer.addresses import (
    PROVE,
    TEXT,
    first_package,
    own,
    package_in,
)
from detente.web.pages.composer.choices import choices_of
from detente.web.pages.composer.showing import (
    carried_by,
    outcome_of,
    saved_of,
    surroundings_of,
    view_in,
    views_of,
)
from detente.web.pages.questions import THE_RECOMMENDED
from detente.web.security.access import READER
from detente.web.shell import page

router = APIRouter(dependencies=[READER])
_SHORT, _LONG = 0.03, 30.0
"""Seconds that a click waits for a proof, and that the page waits for it afterwards."""
_BREATH = 0.25
"""Seconds between two looks at whether somebody still waits for a search."""


@router.get("/cases/{case_id}/compose", response_class=HTMLResponse)
def compose(request: Request, bench: Bench, case_id: str) -> HTMLResponse:
    """Show a package, to be changed option by option."""
    kept, revision = bench.cases.get(case_id), bench.cases.revision(case_id)
    case = case_of(revision)
    view = view_in(request, case)
    subject = bench.analysts.subject(digest=revision.digest, text=revision.text, view=view)
    standing = bench.analysts.ask(subject)
    ready = standing.composition
    recommended = None if ready is None else ready.analysis.recommended
    package = package_in(case, request.query_params.multi_items(), recommended=recommended)
    asked_for = request.query_params.get(own(case, "proposal"))
    package = first_package(case) if package is None else package
    return page(
        request,
        "composer/compose.html",
        case=kept,
        here="composer",
        choices=choices_of(case, package),
        own={name: own(case, name) for name in ("view", "x", "y")},
        TEXT=TEXT,
        PROVE=PROVE,
        fetched=False,
        digest=revision.digest,
        view=view,
        views=views_of(case),
        awaited=ready is None and asked_for == THE_RECOMMENDED,
        saved=saved_of(bench, case_id, case, package, carried_by(subject)),
        **outcome_of(case_id, case, subject, standing, package),
        **surroundings_of(request, case, subject, standing, package),
    )


@router.get("/cases/{case_id}/compose/look", response_class=HTMLResponse)
async def look(request: Request, bench: Bench, case_id: str) -> HTMLResponse:
    """Tell who accepts a package; what the page fetches with every click."""
    found = await _asked(request, bench, case_id)
    if found is None:
        return page(request, "composer/changed.html", compose=f"/cases/{case_id}/compose")
    case, subject = found
    try:
        package = package_in(case, request.query_params.multi_items()) or first_package(case)
    except DetenteError as error:
        return page(request, "composer/refused.html", status=400, message=str(error))
    standing = bench.analysts.ask(subject)
    told = None
    if standing.composition is not None:
        patience = _LONG if PROVE in request.query_params else _SHORT
        told = await _looked(bench, subject, standing.composition, package, patience=patience)
    return page(
        request,
        "composer/outcome.html",
        **outcome_of(case_id, case, subject, standing, package, told),
    )


@router.get("/cases/{case_id}/compose/repairs", response_class=HTMLResponse)
async def repairs(request: Request, bench: Bench, case_id: str) -> Response:
    """Search the repairs of a package where there are too many packages to look them up."""
    found = await _asked(request, bench, case_id)
    if found is None:
        return page(request, "composer/changed.html", compose=f"/cases/{case_id}/compose")
    case, subject = found
    try:
        package = package_in(case, request.query_params.multi_items()) or first_package(case)
        ready = bench.analysts.ask(subject).composition
        if ready is None:
            return Response(status_code=204)
        told = await _searched(request, bench, subject, ready, package)
    except DetenteError as error:
        return page(request, "composer/repairs.html", repairs=None, reason=str(error))
    if told is None:
        return Response(status_code=204)
    mendings = words.mendings_of(ready, package, told, **carried_by(subject))
    return page(
        request,
        "composer/repairs.html",
        repairs=mendings,
        searched=told.proved,
        perfect=words.is_perfect(ready.look(package)),
        compose=f"/cases/{case_id}/compose",
        reason="",
    )


@router.get("/cases/{case_id}/compose/surroundings", response_class=HTMLResponse)
def surroundings(request: Request, bench: Bench, case_id: str) -> HTMLResponse:
    """Show where a package lies among all others, once the case is ready."""
    revision = bench.cases.revision(case_id)
    case = case_of(revision)
    subject = bench.analysts.subject(
        digest=revision.digest, text=revision.text, view=view_in(request, case)
    )
    standing = bench.analysts.ask(subject)
    package = package_in(case, request.query_params.multi_items()) or first_package(case)
    return page(
        request,
        "composer/surroundings.html",
        own={name: own(case, name) for name in ("view", "x", "y")},
        compose=f"/cases/{case_id}/compose",
        fetched=True,
        saved=saved_of(bench, case_id, case, package, carried_by(subject)),
        **surroundings_of(request, case, subject, standing, package),
    )


@router.post("/cases/{case_id}/compose/again")
def again(request: Request, bench: Bench, case_id: str) -> RedirectResponse:
    """Make a case ready once more where that failed."""
    revision = bench.cases.revision(case_id)
    view = view_in(request, case_of(revision))
    bench.analysts.again(
        bench.analysts.subject(digest=revision.digest, text=revision.text, view=view)
    )
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/cases/{case_id}/compose{query}", status_code=303)


async def _asked(request: Request, bench: Workbench, case_id: str) -> tuple[Case, Subject] | None:
    """Return what a click is about, without asking the database where that is known.

    None where the case has been changed since the page was opened.
    """
    digest = request.query_params.get(TEXT, "")
    text = bench.analysts.text(digest)
    if text is None:
        revision = await run_in_threadpool(bench.cases.revision, case_id)
        if digest and revision.digest != digest:
            return None
        digest, text = revision.digest, revision.text
    case = case_in(text)
    view = view_in(request, case)
    return case, bench.analysts.subject(digest=digest, text=text, view=view)


async def _looked(
    bench: Workbench, subject: Subject, ready: Composition, package: Package, *, patience: float
) -> Look:
    """Return what is told of a package, proved where that can be done in time."""
    look = ready.glance(package)
    if look.proved:
        return look
    proof = bench.analysts.prove(subject, ready, package)
    if proof is not None:
        await asyncio.wait([asyncio.wrap_future(proof)], timeout=patience)
        if proof.done() and not proof.cancelled():
            return proof.result()
    return look


async def _searched(
    request: Request, bench: Workbench, subject: Subject, ready: Composition, package: Package
) -> Repairs | None:
    """Return the repairs of a package; None where nobody waits for them any more."""
    if ready.listed:
        return ready.repairs(package)
    found = asyncio.wrap_future(bench.analysts.search(subject, package))
    try:
        while not found.done():
            await asyncio.wait([found], timeout=_BREATH)
            if not found.done() and await request.is_disconnected():
                return None
        return found.result()
    finally:
        bench.analysts.leave_off(subject, package)
