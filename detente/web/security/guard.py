"""The guard in front of everything: nobody gets further than a visitor may, unless let in."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from detente.web.security.access import SIGN_IN, Role, is_public
from detente.web.security.entrance import entrance_of
from detente.web.security.origins import (
    SAFE,
    has_host,
    made_elsewhere,
    own_address,
    sent_to_loopback,
)
from detente.web.security.refusing import Refuse
from detente.web.settings import Settings
from detente.web.texts import texts


class Guard:
    """Finds out the role of every request, and refuses what may not go on."""

    def __init__(self, app: ASGIApp, *, settings: Settings, refuse: Refuse) -> None:
        self.app = app
        self.settings = settings
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            request = Request(scope, receive)
            try:
                stopped = await self._stopped(request)
            except HTTPException as error:
                stopped = self.refuse(request, error)
            await (stopped or self.app)(scope, receive, send)

    async def _stopped(self, request: Request) -> Response | None:
        """Return what answers a request that may not go on; raise HTTPException likewise."""
        words = texts()
        if not has_host(request.headers):
            raise HTTPException(400, words("access.no_host"))
        if self.settings.open_to_all and not sent_to_loopback(request.headers):
            raise HTTPException(421, words("access.another_name"))
        if made_elsewhere(request.method, request.headers):
            raise HTTPException(403, words("access.another_site"))
        if _has_controls(request):
            raise HTTPException(400, words("access.controls"))
        role = await entrance_of(request).role(request)
        request.state.role = role
        request.state.asks = not self.settings.open_to_all
        if role is not Role.VISITOR or is_public(request.scope["path"]):
            return None
        return _to_sign_in(request)


def _has_controls(request: Request) -> bool:
    """Tell whether an address holds characters that no name of anything has."""
    controls = any(character < " " or character == "\x7f" for character in request.scope["path"])
    return controls or b"%00" in request.scope["query_string"]


def _to_sign_in(request: Request) -> Response:
    words = texts()
    path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
    if path.startswith("/api/"):
        raise HTTPException(401, words("access.key_needed"), {"www-authenticate": "Bearer"})
    if request.headers.get("sec-fetch-mode", "navigate") != "navigate":
        raise HTTPException(401, words("access.sign_in_first"), {"hx-redirect": SIGN_IN})
    if request.method not in SAFE:
        raise HTTPException(401, words("access.sign_in_elsewhere"))
    asked = own_address(quote(path) + (f"?{query}" if query else ""))
    back = "" if asked == "/" else f"?next={quote(asked, safe='/')}"
    return RedirectResponse(SIGN_IN + back, status_code=303)
