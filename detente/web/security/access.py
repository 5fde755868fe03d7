"""Roles, and what a route asks for."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from detente.web.texts import texts

SIGN_IN = "/login"
PUBLIC = (SIGN_IN, "/health", "/theme")
"""Addresses that everybody may reach, beside those of files under ``/static/``."""


class Role(StrEnum):
    """What somebody may do: nothing yet, look and try, or change things."""

    VISITOR = "visitor"
    READER = "reader"
    EDITOR = "editor"


GIVEN = (Role.READER, Role.EDITOR)
"""Roles that somebody can be given."""


def is_public(path: str) -> bool:
    """Tell whether a visitor may reach an address."""
    return path in PUBLIC or path.startswith("/static/")


async def role_of(request: Request) -> Role:
    """Return the role that the guard found for a request.

    Like what asks for roles it is asynchronous, so that it needs no thread of its own.
    """
    role: Role = getattr(request.state, "role", Role.VISITOR)
    return role


async def _reader(role: Annotated[Role, Depends(role_of)]) -> None:
    if role is Role.VISITOR:
        raise HTTPException(401, texts()("access.sign_in_first"))


async def _editor(role: Annotated[Role, Depends(role_of)]) -> None:
    await _reader(role)
    if role is not Role.EDITOR:
        raise HTTPException(403, texts()("access.readers_look"))


READER = Depends(_reader)
"""For routes that look; also those that try something without keeping it."""
EDITOR = Depends(_editor)
"""For routes that change what is kept."""
