"""The files of answers: looked at, or taken along under a name that says what they are."""

from __future__ import annotations

import re
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from detente.web.bench import Bench
from detente.web.jobs.raster import png
from detente.web.pages import Screen
from detente.web.security.access import READER
from detente.web.storage.cases import UnknownError

router = APIRouter(dependencies=[READER])

_KEY = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[^./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]{0,250}\.[a-z]{2,5}")
_KINDS = {
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
_OTHER = "application/octet-stream"
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox"
"""What a file may do that is opened by itself: be looked at, and nothing else."""


@router.get("/answers/{key}/{name}")
def file(bench: Bench, key: str, name: str, save: str = "") -> Response:
    """Return one file of an answer; a PNG is drawn from its SVG.

    save : the name under which it is taken along, without its ending; it is shown otherwise
    """
    content, kind = file_of(bench, key, name)
    headers = {"content-security-policy": SANDBOX, "x-content-type-options": "nosniff"}
    if save or kind == _OTHER:
        headers["content-disposition"] = attachment(save, name)
    return Response(content, media_type=kind, headers=headers)


def file_of(bench: Bench, key: str, name: str) -> tuple[bytes, str]:
    """Return one file of an answer and the type of its content; raise UnknownError."""
    if not _KEY.fullmatch(key) or not _NAME.fullmatch(name):
        raise UnknownError("there is no such file")
    stem, _, ending = name.rpartition(".")
    kind = _KINDS.get(ending, _OTHER)
    if ending == "png":
        return png(bench.results.file(key, f"{stem}.svg").decode()), kind
    return bench.results.file(key, name), kind


def attachment(title: str, name: str) -> str:
    """Return the header that has a file taken along under a readable name.

    Examples
    --------
    >>> attachment("Harbour: gains, by party", "picture-1.svg")
    "attachment; filename*=UTF-8''harbour-gains-by-party.svg"
    """
    stem, _, ending = name.rpartition(".")
    readable = "-".join(re.findall(r"\w+", title.casefold()))[:80].strip("-") or stem
    return f"attachment; filename*=UTF-8''{quote(f'{readable}.{ending}', safe='')}"


SCREEN = Screen(name="answers", title="answers.title", router=router)
