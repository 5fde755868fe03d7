"""How the outer layers answer what they do not let through, and what went wrong further in."""

from __future__ import annotations

import logging
from collections.abc import Callable

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from detente.errors import printable
from detente.web.storage.troubles import StorageError
from detente.web.texts import texts

Refuse = Callable[[Request, HTTPException], Response]
"""Makes the answer to a request that is refused: a page, or a problem for programs."""

_log = logging.getLogger(__name__)


class Calm:
    """Answers what goes wrong by our own fault with a page; how it came about is in the log."""

    def __init__(self, app: ASGIApp, *, refuse: Refuse) -> None:
        self.app = app
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception as error:
            if begun:
                raise
            _log.exception("%s %s", scope["method"], printable(scope["path"]))
            busy = isinstance(error, StorageError)
            known = HTTPException(
                503 if busy else 500, texts()("errors.busy" if busy else "errors.ours")
            )
            await self.refuse(Request(scope), known)(scope, receive, send)
