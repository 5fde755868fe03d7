"""Sources: what rests on each, which of them nobody cites, and what no source is given for."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from detente.citations import Cited, citations
from detente.web.bench import Bench, case_of
from detente.web.pages import Screen
from detente.web.security.access import READER
from detente.web.shell import page

router = APIRouter(dependencies=[READER])

Order = Literal["file", "newest", "oldest", "most"]
ORDERS: tuple[Order, ...] = ("file", "newest", "oldest", "most")


@router.get("/cases/{case_id}/sources", response_class=HTMLResponse)
def show(
    request: Request, bench: Bench, case_id: str, party: str = "", order: Order = "file"
) -> HTMLResponse:
    """Show every source with what rests on it; of one party only, where one is named."""
    kept, revision = bench.cases.get(case_id), bench.cases.revision(case_id)
    content = case_of(revision)
    found = citations(content, party=party)
    return page(
        request,
        "sources.html",
        case=kept,
        here="sources",
        content=content,
        found=found,
        cited=ordered([one for one in found.cited if one.claims], order),
        party=party,
        order=order,
        orders=ORDERS,
    )


def ordered(cited: list[Cited], order: Order) -> list[Cited]:
    """Return sources in an order; those without a date come last where dates order them."""
    if order == "most":
        return sorted(cited, key=lambda one: -len(one.claims))
    if order == "file":
        return cited
    dated = [one for one in cited if one.source.date]
    bare = [one for one in cited if not one.source.date]
    return sorted(dated, key=lambda one: one.source.date, reverse=order == "newest") + bare


SCREEN = Screen(name="sources", title="sources.title", router=router, path="/sources", place=8)
