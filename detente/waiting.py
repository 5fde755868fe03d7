"""What a terminal does while work takes its time: it shows progress and hears an interrupt."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from threading import Event, Thread
from typing import Self, TypeVar

import click

SHOW_AFTER = 1.0
"""Seconds of work after which progress is shown."""
_PATIENCE = 1.0
"""Seconds that interrupted work is given to end by itself."""
Found = TypeVar("Found")


def interruptible(find: Callable[[], Found], stopped: Event) -> Found:
    """Work in another thread, so that an interrupt is heard while compiled code runs.

    stopped : set when interrupted; the work looks at it
    """
    outcome: Future[Found] = Future()

    def work() -> None:
        try:
            outcome.set_result(find())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            outcome.set_exception(error)

    worker = Thread(target=work, daemon=True)
    worker.start()
    try:
        return outcome.result()
    except KeyboardInterrupt:
        stopped.set()
        worker.join(_PATIENCE)
        raise


class Progress:
    """One line on standard error that tells how far the work is, on terminals only."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.shown:
            click.echo("\r\033[K", nl=False, err=True)

    def show(self, what: str, done: int, total: int) -> None:
        """Show the state of the work once it has taken a while."""
        if time.monotonic() - self.begun > SHOW_AFTER and sys.stderr.isatty():
            part = f" {100 * done // total} %" if total else ""
            click.echo(f"\r\033[K{what}{part}", nl=False, err=True)
            self.shown = True
