"""What a request is told that cannot be done (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import Field

from detente.errors import CaseError, DetenteError, printable
from detente.web.api.model import Model
from detente.web.storage.cases import ConflictError, UnknownError
from detente.web.storage.jobs import BusyError
from detente.web.storage.troubles import StorageError


class FaultModel(Model):
    """One thing that is wrong in the text of a case; ``line`` is 0 where none can be named."""

    line: int
    path: str
    problem: str
    hint: str
    detail: str


class Problem(Model):
    """Why a request was not carried out; nothing was changed.

    faults : what is wrong in the case, where that is the reason
    head : number of the newest revision, where the case was changed meanwhile
    """

    title: str
    status: int
    detail: str
    faults: list[FaultModel] = Field(default_factory=list)
    head: int | None = None


_MOST_TOLD = 10
MEDIA = "application/problem+json"
"""The type of content of every problem."""
_TITLES = {
    400: "Not possible as asked",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "Not a method of this address",
    409: "Changed meanwhile",
    413: "Too large",
    422: "Not of the form asked for",
    429: "Too many requests",
    503: "Busy",
}

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": _TITLES[status]}
    for status in (400, 401, 403, 404, 409, 413, 422, 503)
}
"""What every route may answer instead."""


def problem_of(error: DetenteError) -> JSONResponse:
    """Return what to answer to something that the user can put right."""
    if isinstance(error, UnknownError):
        return problem(404, str(error))
    if isinstance(error, ConflictError):
        return problem(409, str(error), head=error.head.number)
    if isinstance(error, CaseError):
        detail = "\n".join(fault.text() for fault in error.faults)
        return problem(422, detail, faults=[FaultModel.of(fault) for fault in error.faults])
    if isinstance(error, BusyError):
        return problem(503, str(error), headers={"retry-after": "60"})
    if isinstance(error, StorageError):
        return problem(503, str(error))
    return problem(400, str(error))


def not_of_the_form(error: RequestValidationError) -> tuple[JSONResponse, str]:
    """Return what to answer to a body or parameter of the wrong form, and the same in words."""
    told = []
    for one in error.errors()[:_MOST_TOLD]:
        where = ".".join(str(part) for part in one["loc"] if part != "body")
        told.append(f"{where}: {one['msg']}" if where else str(one["msg"]))
    message = printable("; ".join(told))
    return problem(422, message), message


def problem(
    status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """Return a problem as a response."""
    title = _TITLES.get(status, "That did not work")
    body = Problem(title=title, status=status, detail=detail, **more)
    content = body.model_dump(mode="json")
    return JSONResponse(content, status, media_type=MEDIA, headers=dict(headers or {}))
