"""Connections on which nothing is asked: they are closed, so that they take nobody's place."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 30.0
"""Seconds from the opening of a connection, or the last answer, to the end of the next head."""


class Impatient(H11Protocol):
    """A connection that is closed where no request comes in time, be it for want of its end.

    The server itself only waits for the first byte after an answer, and counts connections: without
    this, anybody could hold all of them with requests that never end, and keep everybody out.
    """

    _due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self._wait()
        super().on_response_complete()

    def _wait(self) -> None:
        self._stop()
        self._due = self.loop.call_later(PATIENCE, self._close)

    def _stop(self) -> None:
        if self._due is not None:
            self._due.cancel()

    def _close(self) -> None:
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.close()
