"""All work of the workbench as one file."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile

from fastapi import APIRouter, Response

from detente.web.bench import Bench
from detente.web.security.access import EDITOR
from detente.web.storage.backup import back_up

ROUTER = APIRouter(tags=["backup"], dependencies=[EDITOR])


@ROUTER.get(
    "/backup",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The file"}},
)
def backup(bench: Bench) -> Response:
    """Return a backup as ``detente backup`` writes it; ``detente restore`` puts it back."""
    with SpooledTemporaryFile(max_size=2**24) as file:
        back_up(bench.database, file)
        file.seek(0)
        return Response(file.read(), media_type="application/octet-stream")
