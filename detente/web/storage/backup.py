"""The work on a workbench as one file, which any database takes back.

It holds cases with all revisions, drafts and packages. Answers are left out, since they can be
worked out again; so are sessions and keys, since a file that is handed over must let nobody in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import IO, Any

from sqlalchemy import JSON, delete, func, insert, select
from sqlalchemy import Table as SqlTable

from detente import __version__
from detente.errors import DetenteError
from detente.prose import plural
from detente.web.storage.backup_file import (
    MOST_UNPACKED,
    TABLES,
    BackupError,
    BackupReader,
    BackupWriter,
)
from detente.web.storage.cases import MOST_NOTE, MOST_TITLE, digest_of
from detente.web.storage.database import Database, now
from detente.web.storage.sizes import MOST_NAME, text_to_keep
from detente.web.storage.tables import CaseRow, Moment, ResultRow, Table

_AT_ONCE = 100
_ID = re.compile(r"[A-Za-z0-9_-]{1,32}\Z")
_MOST = {"title": MOST_TITLE, "note": MOST_NOTE, "name": 4 * MOST_NAME, "origin": MOST_NAME}
_MOST_NUMBER = 2**31 - 1


def back_up(database: Database, stream: IO[bytes]) -> dict[str, int]:
    """Write a backup of all work as it is at one moment; return the rows of each table.

    Others may go on working meanwhile.
    """
    writer = BackupWriter(stream, made_by=f"Detente {__version__}", made_at=now().isoformat())
    with database.read() as session:
        for name in TABLES:
            table = _table(name)
            found = select(table).order_by(*table.primary_key.columns)
            rows = session.execute(found, execution_options={"yield_per": _AT_ONCE})
            writer.table(name, (_plain(row._mapping) for row in rows))  # noqa: SLF001 - its documented name
    return writer.close()


def restore(
    database: Database, stream: IO[bytes], *, replace: bool = False, most: int = MOST_UNPACKED
) -> dict[str, int]:
    """Put a backup back, in one transaction; return the rows of each table.

    replace : throw away what is on the workbench first
    most : bytes that the backup may have once unpacked

    Raises
    ------
    BackupError
        The file is no sound backup; nothing was changed.
    DetenteError
        There are cases already, and they are not to be replaced.
    """
    reader = BackupReader(stream, most=most)
    _check(reader)  # all of it, before anything is changed or anybody has to wait
    with database.begin() as session:
        there = session.scalar(select(func.count()).select_from(CaseRow)) or 0
        if there and not replace:
            held = plural(there, "case")
            message = f"the workbench holds {held} already; give --replace to throw them away first"
            raise DetenteError(message)
        session.execute(delete(CaseRow))
        session.execute(delete(ResultRow))
        for name in TABLES:
            rows = _rows(reader, name)
            while some := list(islice(rows, _AT_ONCE)):
                session.execute(insert(_table(name)), some)
    return {name: reader.tables[name].rows for name in TABLES}


def _check(reader: BackupReader) -> None:
    """Check that the rows of all tables belong together; raise BackupError where they do not."""
    heads: dict[str, int] = {}
    for row in _rows(reader, "cases"):
        _demand(row["id"] not in heads, "a case is in it twice")
        heads[row["id"]] = row["head"]
    numbers = dict.fromkeys(heads, 0)
    for row in _rows(reader, "revisions"):
        number = numbers.get(row["case_id"])
        _demand(number is not None, "a revision has no case")
        _demand(row["number"] == (number or 0) + 1, "revisions are missing")
        _demand(row["digest"] == digest_of(row["text"]), "a revision is not what was saved")
        _demand(row["size"] == len(row["text"].encode()), "a revision is not what was saved")
        numbers[row["case_id"]] = row["number"]
    _demand(numbers == heads and 0 not in heads.values(), "revisions are missing")
    for name in ("drafts", "packages"):
        ids: set[str] = set()
        for row in _rows(reader, name):
            _demand(row["id"] not in ids, f"one of the {name} is in it twice")
            ids.add(row["id"])
            based = row.get("base", 1)
            _demand(1 <= based <= heads.get(row["case_id"], 0), f"one of the {name} has no case")


def _rows(reader: BackupReader, name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table as the database takes them."""
    table = _table(name)
    for value in reader.rows(name):
        if not isinstance(value, dict) or value.keys() != set(table.columns.keys()):
            problem = f"{name} has other columns than this version of Detente"
            raise BackupError(problem)
        try:
            yield {key: _read(table, key, found) for key, found in value.items()}
        except (DetenteError, TypeError, ValueError) as error:
            problem = f"{name} holds a value that cannot be kept: {error}"
            raise BackupError(problem) from None


def _read(table: SqlTable, key: str, value: Any) -> Any:
    """Return a value of a row; TypeError or ValueError where it is none of its column."""
    kept = table.columns[key].type
    if isinstance(kept, Moment):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            message = f"{key} has no zone"
            raise ValueError(message)
        return moment.astimezone(UTC)
    if isinstance(kept, JSON):
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            message = f"{key} is no package"
            raise TypeError(message)
        text_to_keep("".join([*value, *value.values()]), key)
        return value
    kind = kept.python_type
    if type(value) is not kind:
        message = f"{key} is {type(value).__name__} instead of {kind.__name__}"
        raise TypeError(message)
    if kind is int:
        if not 0 <= value <= _MOST_NUMBER:
            message = f"{key} is too large"
            raise ValueError(message)
        return value
    if key in {"id", "case_id"} and not _ID.match(value):
        message = f"{key} is no name"
        raise ValueError(message)
    return text_to_keep(value, key, **({"most": _MOST[key]} if key in _MOST else {}))


def _plain(row: Any) -> dict[str, Any]:
    """Return a row as JSON can hold it."""
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in row.items()}


def _table(name: str) -> SqlTable:
    return Table.metadata.tables[name]


def _demand(condition: bool, problem: str) -> None:  # noqa: FBT001 - what is demanded
    if not condition:
        raise BackupError(problem)
