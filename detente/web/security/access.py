"""Roles, and what a route asks for."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException


class Role(StrEnum):
    """What somebody may do: nothing yet, look and try, or change things."""

    VISITOR = "visitor"
    READER = "reader"
    EDITOR = "editor"


def role_of(request: Request) -> Role:
    """Return the role that the outer layers found for a request."""
    role: Role = getattr(request.state, "role", Role.EDITOR)
    return role


def _reader(role: Annotated[Role, Depends(role_of)]) -> None:
    if role is Role.VISITOR:
        raise HTTPException(401, "sign in first")


def _editor(role: Annotated[Role, Depends(role_of)]) -> None:
    _reader(role)
    if role is not Role.EDITOR:
        raise HTTPException(403, "you may look at this, and not change it")


READER = Depends(_reader)
"""For routes that look; also those that try something without keeping it."""
EDITOR = Depends(_editor)
"""For routes that change what is kept."""
