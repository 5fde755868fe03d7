"""The file that a backup is: a ZIP with what it is in words for programs, and a table a member.

``backup.json`` names the format and gives the rows and the SHA-256 of every table; each table is
``NAME.jsonl`` with one JSON object a line. Whatever such a file says is checked before it is used.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from detente.errors import DetenteError, quote

FORMAT, VERSION = "detente-backup", 1
MANIFEST = "backup.json"
TABLES = ("cases", "revisions", "drafts", "packages")
"""What is backed up, in the order in which it can be put back."""
MOST_UNPACKED = 4 * 2**30
"""Bytes of a backup once unpacked."""
_MOST_MANIFEST = 2**16
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_MOST_LINE = 8 * 2**20


class BackupError(DetenteError):
    """A file is no backup that can be put back; nothing was changed."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"this backup cannot be put back: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A table in a backup."""

    rows: int
    sha256: str


class BackupWriter:
    """A backup that is being written."""

    def __init__(self, stream: IO[bytes], *, made_by: str, made_at: str) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
        self._about = {"made_by": made_by, "made_at": made_at}
        self._tables: dict[str, Written] = {}

    def table(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write a table."""
        digest, count = hashlib.sha256(), 0
        with self._zip.open(_member(name), "w", force_zip64=True) as member:
            for row in rows:
                line = json.dumps(dict(row), ensure_ascii=False).encode() + b"\n"
                digest.update(line)
                member.write(line)
                count += 1
        self._tables[name] = Written(rows=count, sha256=digest.hexdigest())

    def close(self) -> dict[str, int]:
        """Write what the file is, end it, and return the number of rows of each table."""
        tables = {n: {"rows": t.rows, "sha256": t.sha256} for n, t in self._tables.items()}
        said = {"format": FORMAT, "version": VERSION, **self._about, "tables": tables}
        self._zip.writestr(MANIFEST, json.dumps(said, indent=2))
        self._zip.close()
        return {name: table.rows for name, table in self._tables.items()}


class BackupReader:
    """A backup that is being read; it may be read more than once."""

    def __init__(self, stream: IO[bytes], *, most: int = MOST_UNPACKED) -> None:
        with _readable():
            self._zip = zipfile.ZipFile(stream)
        self._check_members(most)
        self.tables = self._manifest()

    def rows(self, name: str) -> Iterator[Any]:
        """Yield the rows of a table, and raise BackupError where it is not what was written."""
        digest, count = hashlib.sha256(), 0
        with _readable(), self._zip.open(_member(name)) as member:
            while line := member.readline(_MOST_LINE):
                if not line.endswith(b"\n"):
                    problem = f"{name} holds a row that is too long"
                    raise BackupError(problem)
                digest.update(line)
                count += 1
                yield _value(line, f"row {count} of {name}")
        expected = self.tables[name]
        if (digest.hexdigest(), count) != (expected.sha256, expected.rows):
            problem = f"{name} is not what was written; the file is damaged"
            raise BackupError(problem)

    def _check_members(self, most: int) -> None:
        names = [entry.filename for entry in self._zip.infolist()]
        if sorted(names) != sorted([MANIFEST, *map(_member, TABLES)]):
            missing = [n for n in (MANIFEST, *map(_member, TABLES)) if n not in names]
            problem = (
                f"{missing[0]} is not in it" if missing else "it holds more than a backup does"
            )
            raise BackupError(problem)
        if any(entry.flag_bits & 1 for entry in self._zip.infolist()):
            problem = "it is encrypted"
            raise BackupError(problem)
        if any(entry.compress_type not in _PACKED for entry in self._zip.infolist()):
            problem = "it is packed in a way that is not known"
            raise BackupError(problem)
        if sum(entry.file_size for entry in self._zip.infolist()) > most:
            problem = f"it is larger than {most // 2**20:,} MiB once unpacked"
            raise BackupError(problem)

    def _manifest(self) -> dict[str, Written]:
        with _readable(), self._zip.open(MANIFEST) as member:
            said = _value(member.read(_MOST_MANIFEST), MANIFEST)
        if not isinstance(said, dict) or said.get("format") != FORMAT:
            problem = "it is no backup of Detente"
            raise BackupError(problem)
        version = said.get("version")
        if not isinstance(version, int) or version < 1:
            problem = f"{quote(str(version))} is no version of a backup"
            raise BackupError(problem)
        if version > VERSION:
            problem = "a newer Detente wrote it; take that one"
            raise BackupError(problem)
        tables: Any = said.get("tables")
        try:
            return {
                name: Written(rows=int(tables[name]["rows"]), sha256=str(tables[name]["sha256"]))
                for name in TABLES
            }
        except (KeyError, TypeError, ValueError):
            problem = f"{MANIFEST} does not say what the tables hold"
            raise BackupError(problem) from None


def _member(name: str) -> str:
    return f"{name}.jsonl"


def _value(text: bytes, what: str) -> Any:
    try:
        return json.loads(text.decode())
    except (ValueError, RecursionError):
        problem = f"{what} cannot be read"
        raise BackupError(problem) from None


@contextmanager
def _readable() -> Iterator[None]:
    """Turn what a broken ZIP raises into one message."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        problem = "it is no backup, or it is damaged"
        raise BackupError(problem) from None
    except (NotImplementedError, RuntimeError):
        problem = "it is packed in a way that is not known"
        raise BackupError(problem) from None
