"""How much a request may bring along, and how long it may take to do so."""

from __future__ import annotations

import asyncio

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from detente.web.security.refusing import Refuse
from detente.web.texts import texts

PATIENCE = 30.0
"""Seconds within which something more of a request must come."""
HEARD_OUT = 16
"""A browser shows no answer before it has sent everything; so what is too long is read to its end,
and forgotten, up to this many times of what is allowed."""


class Bounded:
    """Refuses requests that bring more than ``most`` bytes, counted as they come."""

    def __init__(self, app: ASGIApp, *, most: int, refuse: Refuse) -> None:
        self.app = app
        self.most = most
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = _Body(receive, self.most)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > self.most:
            refused = body.too_long()
            try:
                if int(announced) <= self.most * HEARD_OUT:
                    await body.hear_out()
            except HTTPException as error:
                refused = error
            await self.refuse(Request(scope), refused)(scope, receive, send)
            return
        await self.app(scope, body.receive, send)


class _Body:
    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self.most = most
        self.come = 0
        self.over = False

    async def receive(self) -> Message:
        """Return what comes next; raise HTTPException where it is too much or comes too slowly."""
        message = await self._next()
        if self.come > self.most:
            await self.hear_out()
            raise self.too_long()
        return message

    async def hear_out(self) -> None:
        """Read on to the end, within bounds, and forget it."""
        while not self.over and self.come <= self.most * HEARD_OUT:
            await self._next()

    async def _next(self) -> Message:
        if self.over:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), PATIENCE)
        except TimeoutError:
            raise HTTPException(408, texts()("errors.too_slow")) from None
        self.come += len(message.get("body", b""))
        self.over = message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message

    def too_long(self) -> HTTPException:
        """Return the refusal."""
        return HTTPException(413, texts()("errors.too_long", most=_size(self.most)))


def _size(number: int) -> str:
    return f"{number / 2**20:.0f} MB" if number >= 2**20 else f"{number / 2**10:.0f} KB"
