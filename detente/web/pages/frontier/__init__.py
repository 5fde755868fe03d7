"""The frontier: what could be agreed, walked package by package, seen by any two parties."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from detente.answers.settle import LANDSCAPE, TABLE
from detente.errors import quote
from detente.number import counted, rounded, signed
from detente.solvers.bargaining import SOLUTIONS
from detente.telling.landscape import landscape_from
from detente.web.bench import Bench, Workbench, case_of
from detente.web.jobs.products import JSON
from detente.web.pages import Screen
from detente.web.pages.frontier.settled import Settled, Shown
from detente.web.pages.questions import Posed, pose
from detente.web.pages.stability.held import speaks_of_moves
from detente.web.security.access import READER
from detente.web.shell import page, trusted
from detente.web.storage.cases import Revision, UnknownError
from detente.web.texts import texts

router = APIRouter(dependencies=[READER])

PATH = "/cases/{case_id}/frontier"
WIDTHS = (820, 560, 316)
"""Widths at which the picture is drawn; the page shows the one that fits."""
MOST_ROWS = 20
"""Rows of the table that are shown before somebody asks for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What of the frontier somebody looks at, as the address says it.

    x, y : names of the parties on the axes
    where : condition that the listed packages meet
    pick : number of the package looked at; None for the recommended one
    sort, rising : column by which the table is ordered
    """

    x: str = ""
    y: str = ""
    where: str = ""
    pick: int | None = None
    sort: str = ""
    rising: bool = False
    whole: bool = False

    def query(self, **changes: Any) -> str:
        """Return the address behind the question mark, with something changed."""
        one = replace(self, **changes)
        given: dict[str, Any] = {"x": one.x, "y": one.y, "where": one.where, "sort": one.sort}
        given = {name: value for name, value in given.items() if value}
        given |= {} if one.pick is None else {"pick": one.pick}
        given |= {name: "yes" for name in ("rising", "whole") if getattr(one, name)}
        return urlencode(given)

    @property
    def options(self) -> dict[str, str | bool]:
        """The options of the question."""
        return {"where": self.where} if self.where else {}


def _sight(  # noqa: PLR0913 - one for each part of the address
    *,
    x: str = "",
    y: str = "",
    where: Annotated[str, Query(max_length=4000)] = "",
    pick: str = "",
    sort: str = "",
    rising: str = "",
    whole: str = "",
) -> Sight:
    number = int(pick) if pick.isascii() and pick.isdecimal() and len(pick) < 9 else None
    return Sight(
        x=x,
        y=y,
        where=where.strip(),
        pick=number,
        sort=sort,
        rising=bool(rising),
        whole=bool(whole),
    )


SightGiven = Annotated[Sight, Depends(_sight)]


@router.get(PATH, response_class=HTMLResponse)
def frontier(request: Request, bench: Bench, case_id: str, sight: SightGiven) -> HTMLResponse:
    """Show what could be agreed, or how far the work on it is."""
    kept, revision = bench.cases.get(case_id), bench.cases.revision(case_id)
    path = request.url.path
    posed = pose(bench, revision, "settle", sight.options, f"{path}?{sight.query()}")
    settled = settlement(bench, revision, posed)
    seen = {} if settled is None else view(settled, sight)
    moves = speaks_of_moves(case_of(revision))
    return page(
        request,
        "frontier.html",
        case=kept,
        here="frontier",
        revision=revision,
        posed=posed,
        sight=sight,
        path_here=path,
        settled=settled,
        moves=moves,
        **seen,
    )


@router.get(PATH + "/package", response_class=HTMLResponse)
def package(request: Request, bench: Bench, case_id: str, sight: SightGiven) -> HTMLResponse:
    """Show one package of the frontier, as a part of the page."""
    kept, revision = bench.cases.get(case_id), bench.cases.revision(case_id)
    posed = pose(bench, revision, "settle", sight.options, request.url.path)
    settled = settlement(bench, revision, posed)
    if settled is None or sight.pick is None or sight.pick >= len(settled.items):
        message = f"the frontier has no package {quote(str(sight.pick))}"
        raise UnknownError(message)
    seen = view(settled, sight)
    moves = speaks_of_moves(settled.case)
    return page(request, "frontier/package.html", case=kept, settled=settled, moves=moves, **seen)


def settlement(bench: Workbench, revision: Revision, posed: Posed) -> Settled | None:
    """Return the answer as it was kept; None while it is not there."""
    if posed.asked is None or posed.asked.contents is None:
        return None
    key, files = posed.asked.key, posed.asked.contents["files"]
    data = json.loads(bench.results.file(key, JSON))
    landscape = None
    if LANDSCAPE in files:
        landscape = landscape_from(json.loads(bench.results.file(key, LANDSCAPE)))
    return Settled(case_of(revision), data, landscape)


def view(settled: Settled, sight: Sight) -> dict[str, Any]:
    """Return what the page shows of an answer."""
    axes = settled.axes(sight.x, sight.y)
    walk = settled.walk(axes)
    rows = settled.ordered(sight.sort, rising=sight.rising)
    return {
        "axes": axes,
        "drawings": () if axes is None else drawings(settled, axes),
        "walk": walk,
        "step": {one.number: k for k, one in enumerate(walk, start=1)},
        "picked": picked(settled, sight.pick),
        "rows": rows if sight.whole else rows[:MOST_ROWS],
        "titles": {name: solution.title for name, solution in SOLUTIONS.items()},
        "csv": TABLE if settled.items else "",
        "signed": partial(signed, zeros=True),
        "amount": rounded,
        "count": count,
    }


def count(number: int | None) -> str:
    """Return a number of packages as people read it."""
    return texts()("frontier.unknown_count") if number is None else counted(number)


def picked(settled: Settled, number: int | None) -> Shown | None:
    """Return the package that is looked at: the one asked for, else the recommended one."""
    if number is not None and number < len(settled.items):
        return settled.items[number]
    if settled.recommended is not None and settled.recommended.number >= 0:
        return settled.recommended
    return settled.items[0] if settled.items else settled.recommended


def drawings(settled: Settled, axes: tuple[int, int]) -> tuple[tuple[int, Markup], ...]:
    """Return the picture at each width."""
    if settled.landscape is None:
        return ()
    scatter = settled.landscape.scatter(*axes)
    picks = settled.picks(*(settled.landscape.parties[axis] for axis in axes))
    return tuple((width, trusted(scatter.to_svg(width=width, picked=picks))) for width in WIDTHS)


SCREEN = Screen(name="frontier", title="frontier.title", router=router, path="/frontier", place=3)
