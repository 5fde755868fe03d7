"""The assumptions: what the answers rest on, and which question would settle most."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from detente.case import Case
from detente.web.bench import Bench, Workbench, case_of
from detente.web.jobs.products import JSON
from detente.web.pages import Screen
from detente.web.pages.questions import Posed, pictures_first, pose
from detente.web.security.access import READER
from detente.web.shell import page
from detente.web.texts import texts

router = APIRouter(dependencies=[READER])

MOST_TURNS, MOST_DRAWN = 3, 2
"""So many verdicts that an assumption turns are told, and so many pictures drawn, in front."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """An assumption without which a verdict turns, or another package is recommended.

    line : of the text of the case, where it is stated; None where nobody states it
    turns : verdicts, in a few words each; none where only the recommended package is another
    more : how many others there are
    """

    statement: str
    line: int | None
    sources: tuple[str, ...]
    turns: tuple[str, ...]
    more: int


def turning(case: Case, ledger: Mapping[str, Any]) -> Iterator[Turning]:
    """Go through the assumptions that turn a verdict or the recommended package.

    ledger : the answer as JSON
    """
    words = texts()
    labels = {proposal.name: proposal.label for proposal in case.proposals}
    who = {party.name: party.label for party in case.parties} | {"all": words("assumptions.all")}
    for entry in ledger["ledger"]:
        turns = []
        for flip in sorted(entry["flips"], key=lambda one: one["party"] != "all"):
            key = "assumptions.flip" if flip["party"] == "all" else "assumptions.flip_one"
            old, new = (words(f"assumptions.kind.{flip[side]}") for side in ("old", "new"))
            package = labels.get(flip["package"], flip["package"])
            turns += [words(key, package=package, who=who[flip["party"]], old=old, new=new)]
        told = list(dict.fromkeys(turns))
        if told or _recommends(ledger, entry):
            yield Turning(
                statement=entry["statement"],
                line=entry["line"],
                sources=tuple(entry["sources"]),
                turns=tuple(told[:MOST_TURNS]),
                more=max(len(told) - MOST_TURNS, 0),
            )


def _recommends(ledger: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Whether another package is recommended in some trial of an assumption."""
    return any(
        not trial["trouble"] and trial["recommended"] != ledger["recommended"]
        for trial in entry["trials"]
    )


def _turnings(bench: Workbench, case: Case, posed: Posed) -> list[Turning]:
    if posed.asked is None or posed.asked.contents is None:
        return []
    ledger = json.loads(bench.results.file(posed.asked.key, JSON))
    return sorted(turning(case, ledger), key=lambda one: bool(one.sources))


@router.get("/cases/{case_id}/assumptions", response_class=HTMLResponse)
def assumptions(request: Request, bench: Bench, case_id: str) -> HTMLResponse:
    """Show what the answers rest on, and what to ask next."""
    kept, revision = bench.cases.get(case_id), bench.cases.revision(case_id)
    address = request.url.path
    ledger = pose(bench, revision, "assumptions", {}, address)
    turnings = _turnings(bench, case_of(revision), ledger)
    return page(
        request,
        "assumptions.html",
        case=kept,
        here="assumptions",
        ledger=pictures_first(ledger, MOST_DRAWN, headline=False),
        turnings=[one for one in turnings if one.turns],
        swaying=[one for one in turnings if not one.turns],
        inquiry=pose(bench, revision, "ask", {}, address),
    )


SCREEN = Screen(
    name="assumptions", title="assumptions.title", router=router, path="/assumptions", place=7
)
