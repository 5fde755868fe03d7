"""One database: how it is spoken to, by transactions that write and transactions that read."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session, sessionmaker

from detente.web.storage.troubles import StorageError, known_url, refused, told

_PATIENCE = 10_000
"""Milliseconds that a writer waits for another one."""
_CONNECTIONS = {"pool_size": 10, "max_overflow": 30, "pool_timeout": 20}
_PRAGMAS = (
    f"busy_timeout={_PATIENCE}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "fullfsync=ON",
    "foreign_keys=ON",
)


class Database:
    """A database, SQLite or PostgreSQL.

    A confirmed write is on the disk: SQLite runs with a write-ahead log that is flushed at every
    commit, so that neither a crash nor a power cut loses what was confirmed. One transaction writes
    at a time; any number read meanwhile, and see what was committed before they began. SQLite lets
    writers ask again and again and serves whoever happens to ask first, so that among many of them
    some would wait too long: those of one process take turns before they come to it.
    """

    def __init__(self, url: str) -> None:
        self.url = known_url(url)
        self.engine = _engine(self.url)
        self._writers = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = sessionmaker(_reading(self.engine), expire_on_commit=False)
        self._open = threading.local()
        self._turn = threading.Lock() if self.file is not None else None

    @property
    def file(self) -> Path | None:
        """The file of the database; None where it is on a server."""
        return Path(self.url.database or "") if self.url.drivername == "sqlite" else None

    def migrate(self) -> bool:
        """Bring the tables up to date, making them, and the file, where there are none.

        Returns whether there were none.
        """
        from detente.web.storage.opening import make_file, migrate

        if self.file is not None:
            make_file(self.file, self.url)
        with told(self.url):
            return migrate(self)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Open a transaction that may write: committed at the end, taken back by any exception."""
        with self._transaction(self._writers, reads=False, turn=self._turn) as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that only reads, all of it from one moment; it waits for nobody."""
        with self._transaction(self._readers, reads=True) as session:
            yield session

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _transaction(
        self, make: Callable[[], Session], *, reads: bool, turn: threading.Lock | None = None
    ) -> Iterator[Session]:
        outer = getattr(self._open, "kind", "")
        if outer and not (reads and outer == "reads"):
            message = "a transaction within another one would wait for it, or not see what it did"
            raise RuntimeError(message)
        self._open.kind = "reads" if reads else "writes"
        try:
            with self._in_turn(turn), told(self.url), make() as session, session.begin():
                yield session
        finally:
            self._open.kind = outer

    @contextmanager
    def _in_turn(self, turn: threading.Lock | None) -> Iterator[None]:
        if turn is None:
            yield
            return
        if not turn.acquire(timeout=_PATIENCE / 1000):
            raise refused(self.url, "many are writing; try again")
        try:
            yield
        finally:
            turn.release()


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """Return a name that nobody can guess, fit for addresses."""
    return secrets.token_hex(8)


def _engine(url: URL) -> Engine:
    if url.drivername != "sqlite":
        try:
            return create_engine(url, pool_pre_ping=True, **_CONNECTIONS)
        except ImportError:
            message = "PostgreSQL needs a driver: pip install 'detente[postgres]'"
            raise StorageError(message) from None
    engine = create_engine(url, **_CONNECTIONS)

    @event.listens_for(engine, "do_connect")
    def look(*_connecting: Any) -> None:
        # SQLite would make an empty file where somebody moved or deleted the database.
        if "uri" not in url.query and not Path(url.database or "").exists():
            raise refused(url, "there is no such file")

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        record.info["file"] = _identity(url)
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "checkout")
    def look_again(_connection: Any, record: Any, _proxy: Any) -> None:
        # What is written to a file that somebody moved or deleted would be confirmed, and lost.
        if record.info["file"] != _identity(url):
            raise DisconnectionError

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        reads = connection.get_execution_options().get("reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _identity(url: URL) -> tuple[int, int] | None:
    """Return what tells the file of a database from any other; None where there is none."""
    try:
        found = Path(url.database or "").stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _reading(engine: Engine) -> Engine:
    """Return the same connections for transactions that see one moment and take no lock."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(reads=True)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
