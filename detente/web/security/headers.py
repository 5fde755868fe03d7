"""What every response carries: what a browser may do with it, and that nobody else keeps it."""

from __future__ import annotations

from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""What a page may load and do: its own files, and nothing written into the page."""
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox"
"""What a file of an answer may do that is opened by itself: be looked at, and nothing else."""
_FEATURES = ("accelerometer", "camera", "geolocation", "microphone", "payment", "usb")

HEADERS = {
    "content-security-policy": CONTENT,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": ", ".join(f"{name}=()" for name in _FEATURES),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""Headers by name. A route that sets one itself keeps its own.

The address of a page goes along to our own pages, and to nobody else: with ``no-referrer``,
browsers would send ``Origin: null`` with our own forms.
"""


def attached(name: str) -> dict[str, str]:
    """Return the header that has a file taken along under a name, which may hold any signs.

    Examples
    --------
    >>> attached("Häfen.yaml")
    {'content-disposition': "attachment; filename*=UTF-8''H%C3%A4fen.yaml"}
    """
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


class Headed:
    """Adds the headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, headed)
