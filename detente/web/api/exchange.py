"""Cases in other formats: brought in and handed out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Path, Query, Response, UploadFile
from pydantic import WithJsonSchema

from detente.exchange import bring_in, hand_out, outlets
from detente.formats import FORMATS
from detente.web.api.cases import RevisionWithText
from detente.web.api.model import Id, Model
from detente.web.bench import Bench, case_of
from detente.web.security.access import EDITOR

ROUTER = APIRouter(tags=["exchange"])


FormatName = Annotated[
    str,
    Path(max_length=60),
    WithJsonSchema({"type": "string", "enum": [one.name for one in outlets()]}),
]
"""The name of a format that is written."""


class FormatModel(Model):
    """A format of files: its endings, and whether a case can be written in it."""

    name: str
    title: str
    suffixes: list[str]
    written: bool


class BroughtModel(Model):
    """The case that came in, and what its reader noted or left aside."""

    revision: RevisionWithText
    notes: list[str]


@ROUTER.get("/formats")
def formats() -> list[FormatModel]:
    """List the formats in which cases are read and written."""
    written = outlets()
    return [
        FormatModel(
            name=one.name, title=one.title, suffixes=list(one.suffixes), written=one in written
        )
        for one in FORMATS.values()
    ]


@ROUTER.post("/cases/import", status_code=201, dependencies=[EDITOR])
def bring(bench: Bench, files: Annotated[list[UploadFile], File(min_length=1)]) -> BroughtModel:
    """Put a case on the workbench that lies in files of any format: one, an archive, or several."""
    found = bring_in([(one.filename or "", one.file.read()) for one in files])
    made = bench.cases.create(found.text, title=found.case.title, note="")
    return BroughtModel(revision=RevisionWithText.of(made), notes=list(found.notes))


@ROUTER.get(
    "/cases/{case_id}/export/{name}",
    response_class=Response,
    responses={200: {"content": {"*/*": {}}, "description": "The file"}},
)
def export(
    bench: Bench,
    case_id: Id,
    name: FormatName,
    revision: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    *,
    bare: bool = False,
) -> Response:
    """Return a case as a file of some format; ``bare`` leaves sources and notes out."""
    case = case_of(bench.cases.revision(case_id, revision))
    made = hand_out(case, name, without_sources=bare)
    return Response(made.data, media_type=made.media)
