"""Files that somebody sends, and the fields beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from detente.formats.folder import MOST_FILES
from detente.web.bench import Bench
from detente.web.texts import texts

_MOST_FIELDS = 20


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a form brought.

    files : name and content of each, names as they were given: they are shown, and never used to
        write a file
    """

    files: tuple[tuple[str, bytes], ...]
    fields: Mapping[str, str]


async def _sent(request: Request, bench: Bench) -> Sent:
    try:
        form = await request.form(
            max_files=MOST_FILES,
            max_fields=_MOST_FIELDS,
            max_part_size=bench.settings.limits.upload,
        )
    except HTTPException as error:
        if error.status_code != 400:
            raise
        raise HTTPException(400, texts()("cases.upload_broken", most=MOST_FILES)) from None
    files, fields = [], {}
    try:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                if value.filename:
                    files.append((value.filename, await value.read()))
            else:
                fields[name] = value
    finally:
        await form.close()
    return Sent(files=tuple(files), fields=fields)


Upload = Annotated[Sent, Depends(_sent)]
"""What a form with files brought, as an argument of a route."""
