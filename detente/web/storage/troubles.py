"""What can go wrong with a database, told in one message each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from detente.errors import DetenteError

KNOWN = "give sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
_TELLING = (
    ("file is not a database", "the file is no database, and it was left as it is"),
    ("malformed", "the file is damaged; put a backup back with 'detente restore'"),
    ("disk is full", "no space is left; nothing of this was saved"),
    ("no space left", "no space is left; nothing of this was saved"),
    ("readonly", "it may only be read"),
    ("read-only", "it may only be read"),
    ("permission denied", "it may not be opened"),
    ("unable to open", "it cannot be opened"),
    ("database is locked", "another program has been writing for long; try again"),
    ("deadlock detected", "two changes were in each other's way; try again"),
    ("no such table", "it holds no workbench; start it once with 'detente serve'"),
    ("does not exist", "it is not there, or holds no workbench"),
)
"""What drivers say, and what is told for it."""


class StorageError(DetenteError):
    """The database cannot be used as things stand; nothing was changed."""


def known_url(text: str) -> URL:
    """Return the address of a database of a known kind; StorageError for any other."""
    try:
        url = make_url(text)
    except ArgumentError:
        message = f"the address of the database is none; {KNOWN}"
        raise StorageError(message) from None
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database in {None, "", ":memory:"}:
        message = f"a database in memory would be forgotten; {KNOWN}"
        raise StorageError(message)
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        message = f"a database of the kind {url.drivername!r} is not known; {KNOWN}"
        raise StorageError(message)
    return url


@contextmanager
def told(url: URL) -> Iterator[None]:
    """Turn what a driver raises about the database itself into one message.

    A statement that the database refuses for what it says is our own fault and is let through.
    """
    try:
        yield
    except PoolTimeoutError:
        raise refused(url, "too many are at it; try again") from None
    except DBAPIError as error:
        reason = _reason(str(error.orig))
        if not reason and not isinstance(error, OperationalError):
            raise
        first = (str(error.orig).strip() or "the connection was lost").splitlines()[0]
        raise refused(url, reason or first) from error


def refused(url: URL, reason: str) -> StorageError:
    """Return the error that says why a database cannot be used; it shows no password."""
    where = url.database if url.drivername == "sqlite" else url.render_as_string()
    return StorageError(f"the database {where} cannot be used: {reason}")


def _reason(said: str) -> str:
    lowered = said.lower()
    return next((reason for words, reason in _TELLING if words in lowered), "")
