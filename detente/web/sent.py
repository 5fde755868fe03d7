"""What somebody sends by a form: its fields, and the files beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from detente.formats.folder import MOST_FILES
from detente.web.bench import Bench
from detente.web.texts import texts

_MOST_FIELDS = 2000
"""A case may have so many issues, each with a field of its own."""

Read = TypeVar("Read", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a form brought.

    files : name and content of each, names as they were given: they are shown, and never used to
        write a file
    texts : name and text of each other field, in their order
    """

    files: tuple[tuple[str, bytes], ...]
    texts: tuple[tuple[str, str], ...]

    @property
    def written(self) -> str:
        """What somebody wrote, so that it can be shown where it could not be kept."""
        fields = {name: text for name, text in self.fields.items() if text.strip()}
        told = (f"{name}: {text}" for name, text in fields.items())
        return fields.get("text") or "\n".join(told)

    @property
    def fields(self) -> Mapping[str, str]:
        """The texts by name; of several with one name, the last."""
        return dict(self.texts)

    def read_as(self, form: type[Read]) -> Read:
        """Return the fields as what they stand for; RequestValidationError where they do not."""
        try:
            return form.model_validate(self.fields)
        except ValidationError as error:
            raise RequestValidationError(error.errors()) from None


async def _sent(request: Request, bench: Bench) -> Sent:
    """Return what a form brought; a text may be as large as a case file, however it is spelled."""
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
    files, fields = [], []
    try:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                if value.filename:
                    files.append((value.filename, await value.read()))
            else:
                fields.append((name, value))
    finally:
        await form.close()
    request.state.sent = sent = Sent(files=tuple(files), texts=tuple(fields))
    return sent


SentForm = Annotated[Sent, Depends(_sent)]
"""What a form brought, as an argument of a route."""


def as_line_ends(text: str, like: str) -> str:
    r"""Return a text with the line ends of another, whatever a browser has made of them.

    Examples
    --------
    >>> as_line_ends("a\r\nb", "a")
    'a\nb'
    >>> as_line_ends("a\nb", "a\r\n")
    'a\r\nb'
    """
    plain = text.replace("\r\n", "\n")
    return plain.replace("\n", "\r\n") if "\r\n" in like else plain
