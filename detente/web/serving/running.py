"""A workbench that runs until it is told to end."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress

import click
import uvicorn

from detente.catalog import load, path_of
from detente.web.app import create_app
from detente.web.serving.impatience import Impatient
from detente.web.serving.listening import Listening, Place
from detente.web.settings import Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from detente.web.texts import texts

WORKED = ("harbour", "ukraine-2025")
"""Cases that a new workbench begins with; the last one is open at the first visit."""
MOST_CONNECTIONS = 1000
_LAST_WORDS = 2
"""Seconds for answers that are under way when the end comes."""
_LOST = "so what is sent can be read on the way, passwords too; put a proxy with TLS in front"


def run(settings: Settings, place: Place, found: Listening, *, opens: bool) -> None:
    """Serve until Ctrl+C or a signal to terminate; then end in good order.

    opens : a browser shows the workbench where there is a desktop
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    with suppress(KeyboardInterrupt):  # where Ctrl+C is not heard, a server ends by itself
        app = create_app(settings)
        where = prepared(settings.database)
        if not (place.proxy or place.is_loopback):
            click.echo(f"Nothing encrypts the connection, {_LOST} (--proxy)", err=True)

        def started() -> None:
            click.echo(f"The workbench is at {found.known_as}")
            click.echo(f"What it keeps is in {where}")
            click.echo("Ctrl+C ends it")
            if opens and has_desktop():
                threading.Thread(target=webbrowser.open, args=[found.address], daemon=True).start()

        config = uvicorn.Config(
            app,
            http=Impatient,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(place.proxy),
            forwarded_allow_ips=place.proxy,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=_LAST_WORDS,
        )
        _Server(config, started).run(sockets=[found.socket])
    click.echo("\nThe workbench has ended", err=True)


def prepared(url: str) -> str:
    """Open a database once, put worked cases into a new one, and return where it lies."""
    database = Database(url)
    try:
        if database.migrate():
            cases = Cases(database)
            for name in WORKED:
                text = path_of(name).read_text("utf-8")
                note = texts()("cases.begun_catalogue", name=name)
                cases.create(text, title=load(name).title, note=note, origin=name)
        return str(database.file or database.url.render_as_string())
    finally:
        database.close()


def has_desktop() -> bool:
    """Tell whether somebody sits before this machine who can be shown a page."""
    if os.environ.get("SSH_CONNECTION"):
        return False
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class _Server(uvicorn.Server):
    """A server that tells when it answers, and is quiet about streams that are open at the end."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self._tell()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop answering."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)
