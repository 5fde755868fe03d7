"""A database opened for the first time, or by a newer program: its file, and its tables."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, inspect, text

from detente import __version__
from detente.web.storage.troubles import refused, told

if TYPE_CHECKING:
    from detente.web.storage.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(3367642897)"
"""The number is this program's own: others that migrate at the same time wait."""


def make_file(file: Path, url: URL) -> None:
    """Make the file of a database and the folders above it, for its owner only."""
    try:
        for folder in reversed([one for one in file.parents if not one.exists()]):
            folder.mkdir(mode=0o700, exist_ok=True)
            _flush(folder.parent)
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            _flush(file.parent)
    except OSError as error:
        reason = (error.strerror or "no reason").lower()
        raise refused(url, f"it cannot be made: {reason}") from None


def migrate(database: Database) -> bool:
    """Bring the tables up to date, in one transaction; others that do the same wait.

    Returns whether there were none before.
    """
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(_ONE_AT_A_TIME))
        version = version_of(connection)
        _refuse_others(database.url, connection, config)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return not version


def demand_tables(database: Database) -> None:
    """Raise StorageError where a database holds no workbench."""
    with told(database.url), database.engine.connect() as connection:
        if not version_of(connection):
            raise refused(database.url, "it holds no workbench")


def version_of(connection: Connection) -> str:
    """Return the version of the tables; nothing where there are none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def newest_version() -> str:
    """Return the version of the tables that this program works with."""
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head() or ""


def _refuse_others(url: URL, connection: Connection, config: Config) -> None:
    """Refuse what another program made, or a newer one."""
    version = version_of(connection)
    if not version:
        if inspect(connection).get_table_names():
            reason = "it holds something else than a workbench; it was left as it is"
            raise refused(url, reason)
        return
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version not in known:
        reason = f"a newer Detente made it (this is {__version__}); take that one"
        raise refused(url, reason)


def _flush(folder: Path) -> None:
    """Have the names in a folder on the disk, so that a power cut does not lose a new one."""
    with suppress(PermissionError):  # where folders cannot be opened, they need no flushing
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
