"""The report: everything that was found, on one page to read, to send and to print."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from detente.answers.repair import SMALLEST
from detente.asked import package_meant
from detente.case import Case
from detente.errors import DetenteError
from detente.prose import capital
from detente.web.bench import Bench, Workbench, case_of
from detente.web.jobs.options import LONGEST
from detente.web.jobs.products import PAGE
from detente.web.pages import Screen
from detente.web.pages.questions import Posed, outline_of, pose
from detente.web.security.access import READER
from detente.web.shell import page

router = APIRouter(dependencies=[READER])


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found of the whole, or of one proposal.

    title : of the proposal; empty where it is about the whole
    said : the sentences, with their tones
    """

    title: str
    said: list[dict[str, str]]


def findings(case: Case, headline: list[dict[str, str]]) -> list[Findings]:
    """Return what was found in short, together what is said of one proposal."""
    labels = [capital(proposal.label) for proposal in case.proposals]
    told = [Findings(title="", said=[])]
    for one in headline:
        label = next((name for name in labels if one["text"].startswith(f"{name}. ")), "")
        if label:
            said = {**one, "text": one["text"].removeprefix(f"{label}. ")}
            told.append(Findings(title=label, said=[said]))
        elif told[-1].title and not one["text"].startswith(SMALLEST):
            told.append(Findings(title="", said=[one]))
        else:
            told[-1].said.append(one)
    return [one for one in told if one.said]


def chapters(bench: Workbench, posed: Posed) -> list[tuple[str, str]]:
    """Return the chapters of a report: (anchor, title)."""
    if posed.asked is None or posed.asked.contents is None:
        return []
    html = bench.results.file(posed.asked.key, PAGE).decode()
    found = outline_of(html.partition("<main")[2])
    return [(anchor, words) for level, anchor, words in found if level == 2]


@router.get("/cases/{case_id}/report", response_class=HTMLResponse)
def report(request: Request, bench: Bench, case_id: str, proposal: str = "") -> HTMLResponse:
    """Show what the report holds, and where to get it."""
    kept, revision = bench.cases.get(case_id), bench.cases.revision(case_id)
    case, asked_for = case_of(revision), proposal.strip()[:LONGEST]
    named = {one.name: one.label for one in case.proposals}
    refused = ""
    if asked_for and asked_for not in named:
        try:
            package_meant(case, asked_for)
        except DetenteError as error:
            refused = str(error)
    posed = pose(bench, revision, "analyse", {}, request.url.path)
    return page(
        request,
        "report.html",
        case=kept,
        here="report",
        posed=posed,
        chapters=chapters(bench, posed),
        findings=findings(case, posed.asked.contents["headline"])
        if posed.asked is not None and posed.asked.contents is not None
        else [],
        proposal=asked_for,
        label=named.get(asked_for, ""),
        slug="-".join(re.findall(r"\w+", kept.title.casefold()))[:60] or "report",
        unreadable=refused,
    )


SCREEN = Screen(name="report", title="report.title", router=router, path="/report", place=11)
