"""The files of answers as they are handed out: their names, and the types of their content."""

from __future__ import annotations

import re

from detente.web.jobs.raster import png
from detente.web.storage.cases import UnknownError
from detente.web.storage.results import Results

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
OTHER = "application/octet-stream"
"""The type of a file of which no more is known."""


def file_of(results: Results, key: str, name: str) -> tuple[bytes, str]:
    """Return one file of an answer and the type of its content; raise UnknownError."""
    if not _KEY.fullmatch(key) or not _NAME.fullmatch(name):
        raise UnknownError("there is no such file")
    stem, _, ending = name.rpartition(".")
    kind = _KINDS.get(ending, OTHER)
    if ending == "png":
        return png(results.file(key, f"{stem}.svg").decode()), kind
    return results.file(key, name), kind
