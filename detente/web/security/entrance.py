"""Who somebody is: by a cookie, by a key, or because nobody is asked."""

from __future__ import annotations

from datetime import timedelta

from anyio import to_thread
from fastapi import Request, Response
from starlette.exceptions import HTTPException

from detente.web.security.access import Role
from detente.web.security.attempts import Attempts
from detente.web.security.origins import SAFE
from detente.web.security.passwords import Passwords, digest, secret
from detente.web.settings import Settings
from detente.web.storage.keys import Key, Keys
from detente.web.storage.sessions import Sessions
from detente.web.texts import texts

LASTS = timedelta(days=7)
"""For so long a browser stays signed in."""
KEY = "detente_"
"""What every key begins with, so that one which is lost can be recognised."""


class Entrance:
    """Lets people and programs in.

    A session is bound to the hash of the password that was given: with another password, those who
    were signed in by the old one are signed out.
    """

    def __init__(self, settings: Settings, sessions: Sessions, keys: Keys) -> None:
        self.settings = settings
        self.sessions = sessions
        self.keys = keys
        self.passwords = Passwords(settings)
        self.attempts = Attempts()

    async def role(self, request: Request) -> Role:
        """Return what the sender of a request may do; raise HTTPException for a wrong key."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return await self._role_of_key(given.strip())
        if self.settings.open_to_all:
            return Role.EDITOR
        if request.scope["path"].startswith("/api/") and request.method not in SAFE:
            return Role.VISITOR
        return await self._role_of_cookie(request)

    async def sign_in(self, request: Request, password: str) -> tuple[Role, str]:
        """Try a password; return the role and a new cookie, VISITOR and "" for a wrong one.

        Raises
        ------
        HTTPException
            There were too many tries; the answer says when there may be another one.
        """
        address = request.client.host if request.client else ""
        wait = self.attempts.take(address)
        if wait:
            message = texts().counted("login.too_often", wait)
            raise HTTPException(429, message, {"retry-after": str(wait)})
        role = await self.passwords.role(password)
        if role is Role.VISITOR:
            return role, ""
        self.attempts.give_back(address)
        cookie = secret()
        kept = digest(cookie, self.passwords.hashes[role])
        await to_thread.run_sync(lambda: self.sessions.begin(kept, role, lasts=LASTS))
        return role, cookie

    async def sign_out(self, request: Request) -> None:
        """Make the cookie of a browser worth nothing."""
        digests = self._digests(request)
        if digests:
            await to_thread.run_sync(self.sessions.end, digests)

    def make_key(self, name: str, role: Role) -> tuple[Key, str]:
        """Make a key for a program; return it and the text that is shown once."""
        text = KEY + secret()
        return self.keys.make(digest(text), name=name, role=role), text

    async def _role_of_key(self, text: str) -> Role:
        role = await to_thread.run_sync(self.keys.role, digest(text))
        if not role:
            raise HTTPException(401, texts()("access.unknown_key"), {"www-authenticate": "Bearer"})
        return Role(role)

    async def _role_of_cookie(self, request: Request) -> Role:
        digests = self._digests(request)
        if not digests:
            return Role.VISITOR
        return Role(await to_thread.run_sync(self.sessions.role, digests) or Role.VISITOR)

    def _digests(self, request: Request) -> list[str]:
        cookie = request.cookies.get(cookie_name(request), "")
        return [digest(cookie, kept) for kept in self.passwords.hashes.values()] if cookie else []


def entrance_of(request: Request) -> Entrance:
    """Return the entrance of the workbench that got a request."""
    entrance: Entrance = request.app.state.entrance
    return entrance


def cookie_name(request: Request) -> str:
    """Return the name of the session cookie; no other host can set one that begins so."""
    return "__Host-detente" if request.scope["scheme"] == "https" else "detente"


def set_cookie(request: Request, response: Response, value: str) -> None:
    """Set the session cookie of a browser, or take it away where there is no value.

    ``SameSite=Lax``, so that a link to a case in a letter opens for who is signed in; what could
    change something is guarded by where it comes from, see :mod:`detente.web.security.origins`.
    """
    response.set_cookie(
        cookie_name(request),
        value,
        max_age=int(LASTS.total_seconds()) if value else 0,
        path="/",
        secure=request.scope["scheme"] == "https",
        httponly=True,
        samesite="lax",
    )
