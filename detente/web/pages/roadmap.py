"""The roadmap: in which order to carry out a package, and an order of one's own judged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from detente.answers import question
from detente.asked import package_meant
from detente.blocks.orders import Order
from detente.case import Case
from detente.errors import DetenteError
from detente.expression import as_word
from detente.recommendation import RECOMMENDED
from detente.sequence import parse_sequence
from detente.web.bench import Bench, Workbench, case_of
from detente.web.jobs.products import JSON
from detente.web.pages import Screen
from detente.web.pages.questions import (
    THE_RECOMMENDED,
    Posed,
    canonical,
    chosen,
    example_of,
    pictures_first,
    pose,
    proposals_of,
)
from detente.web.security.access import READER
from detente.web.shell import page
from detente.web.storage.cases import Revision
from detente.web.texts import texts

router = APIRouter(dependencies=[READER])


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One issue in the list from which an order is put together.

    joined : it goes together with the one above it
    """

    name: str
    label: str
    joined: bool


def rows_of(case: Case, names: list[str], order: str) -> tuple[Row, ...]:
    """Return issues as an order has them; one after the other where it cannot be read.

    names : the issues that can be ordered, as the case has them
    """
    places: tuple[tuple[int, ...], ...] = tuple((k,) for k in range(len(names)))
    if order:
        try:
            sequence = parse_sequence(order)
        except DetenteError:
            sequence = None
        if sequence is not None and not any(sequence.check([i.name for i in case.issues])):
            places = sequence.over(names)
    labels = {issue.name: issue.label for issue in case.issues}
    return tuple(
        Row(name=names[k], label=labels[names[k]], joined=bool(n))
        for bundle in places
        for n, k in enumerate(bundle)
    )


def named_orders(case: Case, block: str) -> list[Order]:
    """Return the orders that a block of a case names."""
    return [entry for entry in case.blocks.get(block, ()) if isinstance(entry, Order)]


def moved(case: Case, proposal: str) -> list[str]:
    """Return the issues that a package moves; all where it moves none or cannot be read."""
    try:
        package, _ = package_meant(case, proposal)
    except DetenteError:
        package = case.vocabulary.status_quo
    changes = case.vocabulary.changes(case.vocabulary.status_quo, package)
    return list(changes) or [issue.name for issue in case.issues]


def recommended(bench: Workbench, revision: Revision, address: str) -> tuple[Posed, str]:
    """Return how far the search for the recommended package is, and the package in words.

    The words are empty while it is not known, and where there is none.
    """
    posed = pose(bench, revision, "settle", {"fast": True}, address)
    if posed.asked is None or posed.asked.contents is None:
        return posed, ""
    found = json.loads(bench.results.file(posed.asked.key, JSON))["solutions"]
    packages = found.get(RECOMMENDED, {}).get("packages") or [{}]
    return posed, ", ".join(f"{issue} = {as_word(option)}" for issue, option in packages[0].items())


@router.get("/cases/{case_id}/roadmap", response_class=HTMLResponse)
def roadmap(request: Request, bench: Bench, case_id: str) -> Response:
    """Show in which order to carry out a package."""
    kept, revision = bench.cases.get(case_id), bench.cases.revision(case_id)
    case, path = case_of(revision), request.url.path
    options, filled, wrong = chosen(request, question("roadmap"))
    proposals = proposals_of(case)
    if not wrong and "proposal" not in options:
        options["proposal"] = proposals[0][0] if proposals else THE_RECOMMENDED
    address = canonical(path, options)
    given = canonical(path, dict(request.query_params))
    if not wrong and request.query_params and address != given:
        return RedirectResponse(address, status_code=303)
    if wrong:
        posed = Posed(question="roadmap", address=address, options=options, refused=wrong)
    elif options["proposal"] == THE_RECOMMENDED:
        posed, words = recommended(bench, revision, address)
        if words:
            rest = {**options, "proposal": words}
            return RedirectResponse(f"{path}?{urlencode(rest)}", status_code=303)
        if posed.answer:
            none = texts()("roadmap.none_recommended")
            posed = Posed(question="roadmap", address=address, options=options, refused=none)
    else:
        posed = pose(bench, revision, "roadmap", options, address)
    proposal, order = str(options.get("proposal", "")), filled.get("order", "")
    return page(
        request,
        "roadmap.html",
        status=400 if wrong else 200,
        case=kept,
        here="roadmap",
        posed=pictures_first(posed),
        proposal=proposal,
        proposals=[*proposals, (THE_RECOMMENDED, texts()("roadmap.recommended"))],
        example=example_of(case),
        order=order,
        rows=rows_of(case, moved(case, proposal), order),
        described="roadmap" in case.blocks,
        first=case.issues[0].name,
        party=case.signatories[0].name if case.signatories else "",
    )


SCREEN = Screen(name="roadmap", title="roadmap.title", router=router, path="/roadmap", place=5)
