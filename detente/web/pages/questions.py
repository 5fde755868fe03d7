"""Any question of the registry, asked about a case, and its answer."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from detente.web.bench import Bench
from detente.web.jobs.products import FRAGMENT
from detente.web.pages import Screen
from detente.web.shell import page, trusted

router = APIRouter()


@router.get("/cases/{case_id}/questions/{question}", response_class=HTMLResponse)
def ask(request: Request, bench: Bench, case_id: str, question: str) -> HTMLResponse:
    """Ask a question and show its answer, or how far it is."""
    case, revision = bench.cases.get(case_id), bench.cases.revision(case_id)
    asked = bench.asking.ask(revision, question, dict(request.query_params))
    answer = trusted(bench.results.file(asked.key, FRAGMENT)) if asked.contents else ""
    return page(
        request,
        "question.html",
        case=case,
        revision=revision,
        title=question,
        asked=asked,
        answer=answer,
    )


@router.get("/answers/{key}/{name}")
def file(bench: Bench, key: str, name: str) -> Response:
    """Return one file of an answer."""
    kinds = {"svg": "image/svg+xml", "csv": "text/csv", "json": "application/json"}
    kind = kinds.get(name.rpartition(".")[2], "text/html")
    return Response(bench.results.file(key, name), media_type=f"{kind}; charset=utf-8")


SCREEN = Screen(name="questions", title="questions.title", router=router)
