"""Who may come in: keys for programs, and signing everybody out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from detente.errors import DetenteError
from detente.web.pages import Screen
from detente.web.security.access import EDITOR, GIVEN, SIGN_IN, Role
from detente.web.security.entrance import entrance_of
from detente.web.shell import page

router = APIRouter(dependencies=[EDITOR])


@router.get("/access")
def show(request: Request) -> Response:
    """Show the keys, without what makes them keys."""
    return _shown(request)


@router.post("/access/keys")
def make(
    request: Request, name: Annotated[str, Form()] = "", role: Annotated[str, Form()] = Role.READER
) -> Response:
    """Make a key and show it: this once, which is why no other page follows."""
    if role not in GIVEN:
        raise DetenteError("a key is for a reader or an editor")
    key, text = entrance_of(request).make_key(name, Role(role))
    return _shown(request, status=201, made=key, text=text)


@router.post("/access/keys/{key_id}/revoke")
def revoke(request: Request, key_id: str) -> Response:
    """Make a key worth nothing."""
    entrance_of(request).keys.revoke(key_id)
    return RedirectResponse("/access", status_code=303)


@router.post("/access/sessions/end")
def sign_everybody_out(request: Request) -> Response:
    """Sign every browser out, this one among them."""
    entrance_of(request).sessions.end_all()
    return RedirectResponse(SIGN_IN, status_code=303)


def _shown(request: Request, *, status: int = 200, **more: object) -> Response:
    entrance = entrance_of(request)
    context = {
        "keys": entrance.keys.all(),
        "browsers": entrance.sessions.count(),
        "roles": GIVEN,
        "made": None,
        "text": "",
        **more,
    }
    return page(request, "access.html", status=status, **context)


SCREEN = Screen(name="access", title="access.title", router=router)
