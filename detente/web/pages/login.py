"""Sign in, and out again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from detente.web.pages import Screen
from detente.web.security.access import SIGN_IN, Role
from detente.web.security.entrance import entrance_of, set_cookie
from detente.web.security.origins import own_address
from detente.web.shell import page
from detente.web.texts import texts

router = APIRouter()


@router.get(SIGN_IN)
def form(request: Request, next: str = "/") -> Response:  # noqa: A002 - what addresses call it
    """Ask for the password."""
    if entrance_of(request).settings.open_to_all:
        return RedirectResponse("/", status_code=303)
    return _form(request, next)


@router.post(SIGN_IN)
async def sign_in(
    request: Request,
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - what the form calls it
) -> Response:
    """Let somebody in who knows a password; another one is answered the same way, always."""
    entrance = entrance_of(request)
    if entrance.settings.open_to_all:
        return RedirectResponse("/", status_code=303)
    try:
        role, cookie = await entrance.sign_in(request, password)
    except HTTPException as error:
        return _form(request, next, fault=error.detail, refused=error)
    if role is Role.VISITOR:
        wrong = HTTPException(422, texts()("login.wrong"))
        return _form(request, next, fault=wrong.detail, refused=wrong)
    await entrance.sign_out(request)
    answer = RedirectResponse(own_address(next), status_code=303)
    set_cookie(request, answer, cookie)
    return answer


@router.post("/logout")
async def sign_out(request: Request) -> Response:
    """Sign this browser out."""
    await entrance_of(request).sign_out(request)
    answer = RedirectResponse(SIGN_IN, status_code=303)
    set_cookie(request, answer, "")
    return answer


def _form(
    request: Request, after: str, *, fault: str = "", refused: HTTPException | None = None
) -> Response:
    status = refused.status_code if refused else 200
    shown = page(request, "login.html", status=status, after=own_address(after), fault=fault)
    shown.headers.update((refused.headers or {}) if refused else {})
    return shown


SCREEN = Screen(name="login", title="login.title", router=router)
