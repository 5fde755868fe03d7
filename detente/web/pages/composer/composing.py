"""The composer's page, and what it fetches with every click."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from detente.case import Case
from detente.composition import Composition
from detente.errors import DetenteError
from detente.mending import Repairs
from detente.report.html import NARROW, WIDE
from detente.statements.statement import BELIEVED, SAID
from detente.telling.landscape import Landscape, landscape_of
from detente.vocabulary import Package
from detente.web.analysts.analysts import Standing, Subject
from detente.web.bench import Bench, Workbench, case_in, case_of
from detente.web.pages.composer import words
from detente.web.pages.composer.addresses import (
    RECOMMENDED,
    TEXT,
    first_package,
    own,
    package_from,
    package_in,
    query_of,
    text_of,
)
from detente.web.pages.composer.choices import choices_of
from detente.web.security.access import READER
from detente.web.shell import page, trusted
from detente.web.texts import texts

router = APIRouter(dependencies=[READER])
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
        digest=revision.digest,
        view=view,
        views=views_of(case),
        awaited=ready is None and asked_for == RECOMMENDED,
        saved=saved_of(bench, case_id, case),
        **_outcome(case_id, case, subject, standing, package),
        **_surroundings(request, case, subject, standing, package),
    )


@router.get("/cases/{case_id}/compose/look", response_class=HTMLResponse)
async def look(request: Request, bench: Bench, case_id: str) -> HTMLResponse:
    """Tell who accepts a package; what the page fetches with every click."""
    found = await _asked(request, bench, case_id)
    if found is None:
        return page(request, "composer/changed.html", path=f"/cases/{case_id}/compose")
    case, subject = found
    try:
        package = package_in(case, request.query_params.multi_items()) or first_package(case)
    except DetenteError as error:
        return page(request, "composer/refused.html", status=400, message=str(error))
    standing = bench.analysts.ask(subject)
    return page(
        request,
        "composer/outcome.html",
        **_outcome(case_id, case, subject, standing, package),
    )


@router.get("/cases/{case_id}/compose/repairs", response_class=HTMLResponse)
async def repairs(request: Request, bench: Bench, case_id: str) -> Response:
    """Search the repairs of a package where there are too many packages to look them up."""
    found = await _asked(request, bench, case_id)
    if found is None:
        return page(request, "composer/changed.html", path=f"/cases/{case_id}/compose")
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
    mendings = words.mendings_of(ready, package, told, **_carried(case, subject))
    return page(
        request,
        "composer/repairs.html",
        repairs=mendings,
        proved=told.proved,
        perfect=False,
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
        **_surroundings(request, case, subject, standing, package),
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


def view_in(request: Request, case: Case) -> str:
    """Return the view that an address asks for; raise UnknownNameError where there is none."""
    view = request.query_params.get(own(case, "view"), BELIEVED)
    case.require_view(view)
    return view


def views_of(case: Case) -> list[str]:
    """Return the views that a case may be seen in; nothing where there is only one."""
    marked = [view for view in case.views if view not in {BELIEVED, SAID}]
    return [BELIEVED, SAID, *marked] if case.views else []


def saved_of(bench: Workbench, case_id: str, case: Case) -> list[tuple[str, str]]:
    """Return the saved packages: name, and address behind the question mark."""
    return [
        (one.name, query_of(case, package_from(case, one.choice)[0]))
        for one in bench.packages.of(case_id)
    ]


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


def _outcome(
    case_id: str, case: Case, subject: Subject, standing: Standing, package: Package
) -> dict[str, Any]:
    """Return what the template of the outcome needs."""
    ready, compose = standing.composition, f"/cases/{case_id}/compose"
    carried = _carried(case, subject)
    shared = {
        "compose": compose,
        "standing": standing,
        "query": query_of(case, package, **carried),
        "explain": f"/cases/{case_id}/questions/explain",
        "roadmap": f"/cases/{case_id}/roadmap",
        "report": f"/cases/{case_id}/report",
        "proposal": text_of(case, package),
        "has_roadmap": True,
    }
    if ready is None:
        return {**shared, "verdict": None}
    look = ready.look(package)
    found = look.repairs
    together = look.judged.together
    return {
        **shared,
        "verdict": words.verdict_of(ready, look),
        "rows": words.rows_of(ready, look),
        "lines": words.crossed_of(case, look),
        "broken": look.broken,
        "repairs": found and words.mendings_of(ready, package, found, **carried),
        "proved": found is not None and found.proved,
        "perfect": together is not None and together.certain and together.value == 1,
        "later": found is None and not ready.unanswerable,
        "reason": "",
        "point": " ".join(map(str, ready.place(package))),
    }


def _carried(case: Case, subject: Subject) -> dict[str, str]:
    """Return the parameters of ours that every address carries on."""
    del case
    return {} if subject.view == BELIEVED else {"view": subject.view}


def _surroundings(
    request: Request, case: Case, subject: Subject, standing: Standing, package: Package
) -> dict[str, Any]:
    """Return what the picture, and the packages to begin from, need."""
    carried, ready = _carried(case, subject), standing.composition
    starts = [(p.label, case.vocabulary.proposals[p.name]) for p in case.proposals]
    starts.append((texts()("composer.status_quo"), case.vocabulary.status_quo))
    if ready is not None and (best := ready.analysis.recommended) is not None:
        starts.append((texts()("composer.recommended"), best))
    land = None if ready is None else landscape_of(ready.analysis, frontier=None, solutions={})
    return {
        "starts": [
            (label, query_of(case, one, **carried), one == package) for label, one in starts
        ],
        "picture": None
        if land is None or ready is None
        else _picture(request, case, land, ready.place(package)),
    }


def _picture(
    request: Request, case: Case, land: Landscape, place: tuple[float, ...]
) -> dict[str, Any]:
    """Return the packages as two signatories see them, with one marked."""
    x, y = land.opposed
    params = request.query_params
    x = _position(land, params.get(own(case, "x"), ""), x)
    y = _position(land, params.get(own(case, "y"), ""), y)
    scatter = land.scatter(x, y)
    drawn = []
    for width in (WIDE, NARROW):
        plot = scatter.axes(width=width)
        svg = scatter.to_svg(width=width, picked=[(place[x], place[y])])
        ends = [(s.low, s.high, s.start, s.end) for s in (plot.x, plot.y)]
        drawn.append((trusted(svg), *(" ".join(map(str, end)) for end in ends)))
    return {
        "x": x,
        "y": y,
        "parties": list(zip(land.parties, land.labels, strict=True)),
        "drawn": drawn,
        "title": scatter.title,
        "table": scatter.table(),
    }


def _position(land: Landscape, name: str, otherwise: int) -> int:
    return land.parties.index(name) if name in land.parties else otherwise


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
