"""The agenda: what to negotiate first, in which order of talks who would refuse to begin."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from detente.answers import question
from detente.solvers.bargaining import SOLUTIONS
from detente.web.bench import Bench, case_of
from detente.web.pages import Screen
from detente.web.pages.questions import Posed, canonical, chosen, pictures_first, pose
from detente.web.pages.roadmap import named_orders, rows_of
from detente.web.security.access import READER
from detente.web.shell import page

router = APIRouter(dependencies=[READER])


@router.get("/cases/{case_id}/agenda", response_class=HTMLResponse)
def agenda(request: Request, bench: Bench, case_id: str) -> Response:
    """Show what orders of talks end in; those of the case, or one of one's own."""
    kept, revision = bench.cases.get(case_id), bench.cases.revision(case_id)
    case, path = case_of(revision), request.url.path
    options, filled, wrong = chosen(request, question("agenda"))
    address = canonical(path, options)
    if not wrong and address != canonical(path, dict(request.query_params)):
        return RedirectResponse(address, status_code=303)
    orders = named_orders(case, "agenda")
    posed = Posed(question="agenda", address=address, options=options, refused=wrong)
    if not wrong and (orders or options.get("order") or options.get("search")):
        posed = pose(bench, revision, "agenda", options, address)
    order = filled.get("order", "")
    texts_of = {one.name: one.sequence.written for one in orders}
    return page(
        request,
        "agenda.html",
        status=400 if wrong else 200,
        case=kept,
        here="agenda",
        posed=pictures_first(posed),
        order=order,
        typed=order not in {"", *texts_of},
        orders=orders,
        solutions=[(name, one.title) for name, one in SOLUTIONS.items()],
        solution=filled.get("solution", ""),
        search=bool(options.get("search")),
        rows=rows_of(case, [issue.name for issue in case.issues], texts_of.get(order, order)),
        first=case.issues[0].name,
    )


SCREEN = Screen(name="agenda", title="agenda.title", router=router, path="/agenda", place=6)
