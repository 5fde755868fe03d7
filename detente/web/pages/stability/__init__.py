"""Stability: where a conflict can rest, who could leave a package, and what would answer that."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from detente.answers.hold import STEPS
from detente.case import Case
from detente.web.bench import Bench, Workbench, case_of
from detente.web.jobs.options import LONGEST
from detente.web.jobs.products import JSON
from detente.web.pages import Screen
from detente.web.pages.questions import Posed, pose
from detente.web.pages.stability.held import Held, snippet, speaks_of_moves
from detente.web.security.access import READER
from detente.web.shell import page, trusted
from detente.web.storage.cases import Revision

router = APIRouter(dependencies=[READER])

WIDTHS = (680, 520, 316)
"""Widths at which the picture is drawn; the page shows the one that fits."""
_PAIR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What somebody looks at, as the address says it.

    proposal : package or state that is asked about; empty for the conflict as a whole
    party : whose view the table is in; empty for all
    state : number of the state that is picked; None for the one asked about
    """

    proposal: str = ""
    ahead: str = ""
    party: str = ""
    state: int | None = None

    def query(self, **changes: Any) -> str:
        """Return the address behind the question mark, with something changed."""
        one = replace(self, **changes)
        given = {"proposal": one.proposal, "ahead": one.ahead, "for": one.party}
        found: dict[str, Any] = {name: value for name, value in given.items() if value}
        return urlencode(found if one.state is None else {**found, "state": one.state})

    @property
    def options(self) -> dict[str, str | bool]:
        """The options of the question."""
        given = {"proposal": self.proposal, "ahead": self.ahead}
        return {name: value for name, value in given.items() if value}


def _sight(
    proposal: Annotated[str, Query(max_length=LONGEST)] = "",
    own: Annotated[str, Query(max_length=LONGEST)] = "",
    ahead: Annotated[str, Query(max_length=LONGEST)] = "",
    party: Annotated[str, Query(alias="for")] = "",
    state: str = "",
) -> Sight:
    number = int(state) if state.isascii() and state.isdecimal() and len(state) < 9 else None
    asked = own.strip() or proposal.strip()
    return Sight(proposal=asked, ahead=ahead.strip(), party=party, state=number)


@router.get("/cases/{case_id}/stability", response_class=HTMLResponse)
def stability(
    request: Request, bench: Bench, case_id: str, sight: Annotated[Sight, Depends(_sight)]
) -> HTMLResponse:
    """Show where the conflict can rest, or how far the work on it is."""
    kept, revision = bench.cases.get(case_id), bench.cases.revision(case_id)
    case = case_of(revision)
    seen: dict[str, Any] = {"held": None, "posed": None, "snippet": snippet(case)}
    if speaks_of_moves(case):
        path = f"{request.url.path}?{sight.query()}"
        posed = pose(bench, revision, "hold", sight.options, path)
        held = holding(bench, revision, posed)
        seen |= {"posed": posed, "held": held}
        seen |= {} if held is None else view(held, sight)
    return page(
        request,
        "stability.html",
        case=kept,
        here="stability",
        revision=revision,
        subject=case,
        sight=sight,
        path_here=request.url.path,
        proposals=_named(case),
        **seen,
    )


def holding(bench: Workbench, revision: Revision, posed: Posed) -> Held | None:
    """Return the answer as it was kept; None while it is not there."""
    if posed.asked is None or posed.asked.contents is None:
        return None
    key = posed.asked.key
    data, steps = (json.loads(bench.results.file(key, name)) for name in (JSON, STEPS))
    return Held(case_of(revision), data, steps)


def view(held: Held, sight: Sight) -> dict[str, Any]:
    """Return what the page shows of an answer."""
    party = sight.party if sight.party in held.movers else ""
    return {
        "party": party,
        "drawings": drawings(held),
        "picked": held.first(sight.state),
        "pair": len(held.movers) == _PAIR,
    }


def drawings(held: Held) -> tuple[tuple[int, Markup], ...]:
    """Return the picture at each width."""
    flow = held.flow
    if flow is None:
        return ()
    return tuple((width, trusted(flow.to_svg(width=width, apart=True))) for width in WIDTHS)


def _named(case: Case) -> list[tuple[str, str]]:
    return [(proposal.name, proposal.label) for proposal in case.proposals]


SCREEN = Screen(
    name="stability", title="stability.title", router=router, path="/stability", place=4
)
