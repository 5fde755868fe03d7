"""Cases that are handed out: in any format that is written, or what a format cannot hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from detente.errors import CaseError, Fault
from detente.exchange import file_stem, hand_out, outlets
from detente.formats import FORMATS
from detente.formats.refusals import BARE
from detente.web.bench import Bench, case_of
from detente.web.security.headers import attached
from detente.web.shell import page
from detente.web.storage.cases import Kept, Revision
from detente.web.texts import texts

router = APIRouter()
At = Annotated[int, Query(ge=0, le=2**31 - 1)]
"""The number of a revision; 0 for the newest."""


@router.get("/cases/{case_id}/export", response_class=HTMLResponse)
def choose(request: Request, bench: Bench, case_id: str, revision: At = 0) -> HTMLResponse:
    """Offer the formats in which a case can be handed out."""
    kept = bench.cases.get(case_id)
    return _export_page(request, kept, bench.cases.revision(case_id, revision or None))


@router.get("/cases/{case_id}/case.yaml")
def text(bench: Bench, case_id: str, revision: At = 0) -> Response:
    """Return the text of a revision, exactly as it is kept; the newest where none is named."""
    found = bench.cases.revision(case_id, revision or None)
    name = f"{file_stem(case_of(found).title)}.yaml"
    return Response(
        found.text.encode("utf-8"), media_type="application/yaml", headers=attached(name)
    )


@router.get("/cases/{case_id}/export/{form}")
def export(
    request: Request,
    bench: Bench,
    case_id: str,
    form: str,
    *,
    revision: At = 0,
    bare: bool = False,
) -> Response:
    """Return a case as a file of some format, or say what that format cannot hold."""
    kept, found = bench.cases.get(case_id), bench.cases.revision(case_id, revision or None)
    try:
        made = hand_out(case_of(found), form, without_sources=bare)
    except CaseError as error:
        return _export_page(request, kept, found, form=form, bare=bare, faults=error.faults)
    return Response(made.data, media_type=made.media, headers=attached(made.name))


def _export_page(
    request: Request,
    kept: Kept,
    revision: Revision,
    *,
    form: str = "",
    bare: bool = False,
    faults: Sequence[Fault] = (),
) -> HTMLResponse:
    """Return the page of the formats, with what one of them cannot hold."""
    hint = texts()("cases.bare_hint")
    told = [replace(one, hint=hint if one.hint == BARE else one.hint) for one in faults]
    return page(
        request,
        "cases/export.html",
        status=422 if faults else 200,
        case=kept,
        revision=revision,
        outlets=outlets(),
        refused=FORMATS[form].title if faults else "",
        bare=bare,
        would_help=any(one.hint == BARE for one in faults),
        faults=told,
        name=form,
    )
