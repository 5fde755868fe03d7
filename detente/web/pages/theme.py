"""The appearance that somebody chooses, kept in a cookie of the browser."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from detente.web.pages import Screen
from detente.web.security.origins import came_from
from detente.web.shell import THEMES
from detente.web.texts import texts

router = APIRouter()
_A_YEAR = 365 * 24 * 3600


@router.post("/theme")
def choose(request: Request, theme: Annotated[str, Form()] = "") -> Response:
    """Keep an appearance, and go back to the page that it was chosen on."""
    if theme not in THEMES:
        raise HTTPException(400, texts()("shell.unknown_theme"))
    answer = RedirectResponse(came_from(request.headers), status_code=303)
    answer.set_cookie(
        "theme",
        theme,
        max_age=_A_YEAR,
        path="/",
        secure=request.scope["scheme"] == "https",
        httponly=True,
        samesite="lax",
    )
    return answer


SCREEN = Screen(name="theme", title="shell.theme", router=router)
