"""The commands that keep the work of a workbench in a file, and put it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from detente.errors import DetenteError
from detente.web.serving.command import need_extra

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.web.storage.database import Database

_database = click.option(
    "--database",
    metavar="URL",
    envvar="DETENTE_DATABASE",
    show_envvar=True,
    help="sqlite:///FILE or postgresql://USER@HOST/NAME; else a file in your own data folder",
)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_database
def backup(file: Path, database: str | None) -> None:
    """Write all work of a workbench to one FILE.

    Others may go on working meanwhile. It holds cases with all revisions, drafts and packages; not
    answers, which can be worked out again, nor passwords, sessions and keys. 'detente restore' puts
    it back, into SQLite or PostgreSQL.
    """
    need_extra()
    from detente.web.storage.backup import back_up
    from detente.writing import written_whole

    found = _opened(database)
    try:
        if found.file is not None and file.resolve() == found.file.resolve():
            message = f"{file} is the database itself; give the backup another name"
            raise DetenteError(message)
        with written_whole(file, mode=0o600) as stream:
            counts = back_up(found, stream)
    finally:
        found.close()
    click.echo(f"{file} is written: {_told(counts)}", err=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_database
@click.option("--replace", is_flag=True, help="throw away what is on the workbench first")
def restore(file: Path, database: str | None, *, replace: bool) -> None:
    """Put back what 'detente backup' wrote to FILE.

    All of it is put back, or nothing where it is damaged. The database is made where there is none.
    Where it holds cases, nothing is done without --replace.
    """
    need_extra()
    from detente.web.storage.backup import restore as put_back

    found = _opened(database, makes=True)
    try:
        with file.open("rb") as stream:
            counts = put_back(found, stream, replace=replace)
    except DetenteError as error:
        message = f"{file}: {error}"
        raise DetenteError(message) from None
    finally:
        found.close()
    click.echo(f"{file} is put back: {_told(counts)}", err=True)


def _opened(url: str | None, *, makes: bool = False) -> Database:
    """Return a database, brought up to date; it is made only where that is wanted."""
    from detente.web.settings import default_database
    from detente.web.storage.database import Database
    from detente.web.storage.opening import demand_tables

    found = Database(url or default_database())
    if not makes:
        demand_tables(found)
    found.migrate()
    return found


def _told(counts: Mapping[str, int]) -> str:
    from detente.prose import plural

    return ", ".join(plural(count, name.removesuffix("s")) for name, count in counts.items())
