"""What a terminal does with work that takes its time.

It says where the work is done, shows progress and hears an interrupt.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Event, Thread
from typing import TYPE_CHECKING, Self, TypeVar

import click

from detente.errors import UnknownNameError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

SHOW_AFTER = 1.0
"""Seconds of work after which progress is shown."""
_PATIENCE = 0.5
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


class _Where(click.ParamType[str]):
    """Where work is done, as :func:`detente.executors.place_of` reads it."""

    name = "where"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no such place."""
        from detente.executors import place_of

        try:
            place_of(value)
        except UnknownNameError as error:
            self.fail(str(error), param, ctx)
        return value

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offer the words there are."""
        from click.shell_completion import CompletionItem

        del ctx, param
        words = ("here", "processes", "tcp://")
        return [CompletionItem(word) for word in words if word.startswith(incomplete)]


def where_options() -> list[click.Parameter]:
    """Return the options that say where work is done."""
    return [
        click.Option(
            ["--threads"],
            type=click.IntRange(min=1, max=64),
            default=1,
            show_default=True,
            help="how many threads draw readings; it changes no result",
        ),
        click.Option(
            ["--executor"],
            type=_Where(),
            default="here",
            show_default=True,
            metavar="WHERE",
            help="where readings are drawn: here, processes, processes:4, or tcp://HOST:PORT of a "
            "Dask scheduler; it changes no result",
        ),
    ]


def executor_of(where: str, threads: int) -> AbstractContextManager[Executor | None]:
    """Open what the two options ask for; threads are of this process only."""
    from detente.executors import opened

    if threads == 1:
        return opened(where)
    if where != "here":
        message = f"--threads is for this process; leave it out with --executor {where}"
        raise click.UsageError(message, ctx=click.get_current_context())
    return ThreadPoolExecutor(threads)
