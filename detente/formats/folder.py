"""A folder of files that make up one case together: a domain, and a profile for each party.

An archive (``.zip``) is such a folder too. Nothing is unpacked to disk, and nothing larger than the
limits is unpacked at all.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from detente.composer import file_bytes
from detente.errors import CaseError, Fault, printable

MOST_FILES = 400
MOST_BYTES = 64 * 2**20
"""All files of a folder together have so many bytes at most."""

ARCHIVE = b"PK\x03\x04"
"""How an archive begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file; ``name`` is its name without folders."""

    name: str
    data: bytes

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return PurePosixPath(self.name).stem


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Files in the order of their names, numbers in them by size: ``prof2`` before ``prof10``.

    name : what messages call the folder
    """

    name: str
    files: tuple[File, ...]

    @property
    def stem(self) -> str:
        """The folder's own name, without the ending of an archive."""
        last = PurePosixPath(self.name.replace("\\", "/")).name
        return last[: -len(".zip")] if last.lower().endswith(".zip") else last

    def place(self, file: File) -> str:
        """Return what messages call one of its files."""
        return f"{self.name.rstrip('/')}/{file.name}"


def read_folder(path: Path, *, shown: str) -> Folder:
    """Return the files that lie in a folder itself; hidden files and inner folders are left out.

    shown : what messages call the folder

    Raises CaseError when it cannot be read, or holds more than the limits.
    """
    try:
        entries = [entry for entry in path.iterdir() if not entry.name.startswith(".")]
        found = [entry for entry in entries if entry.is_file()]
    except OSError as error:
        raise _unreadable((error.strerror or "it is not readable").lower(), shown) from None
    _refuse_many(len(found), shown)
    files = []
    left = MOST_BYTES
    for entry in found:
        data = file_bytes(entry, shown=f"{shown.rstrip('/')}/{printable(entry.name)}", most=left)
        left -= len(data)
        if left < 0:
            raise _too_large(shown)
        files.append(File(name=entry.name, data=data))
    return Folder(name=shown, files=_sorted(files))


def read_archive(data: bytes, *, shown: str) -> Folder:
    """Return the files of an archive, whatever folders they lie in.

    Raises CaseError when it is damaged or locked, or holds more than the limits once unpacked.
    """
    files = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = list(_members(archive))
            _refuse_many(len(members), shown)
            if sum(member.file_size for member in members) > MOST_BYTES:
                raise _too_large(shown)
            for member in members:
                name = PurePosixPath(member.filename).name
                files.append(File(name=name, data=archive.read(member)))
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise _unreadable("the archive is damaged", shown) from None
    except (RuntimeError, NotImplementedError):
        raise _unreadable("the archive is locked or packed in an unknown way", shown) from None
    names = [file.name for file in files]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        problem = f"the archive holds two files called {printable(twice)}"
        raise _unreadable(problem, shown, "put each case into an archive of its own")
    return Folder(name=shown, files=_sorted(files))


def _members(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for member in archive.infolist():
        parts = PurePosixPath(member.filename).parts
        hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
        if parts and not member.is_dir() and not hidden:
            yield member


def _sorted(files: list[File]) -> tuple[File, ...]:
    return tuple(sorted(files, key=lambda file: (_natural(file.name), file.name)))


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Return a key that puts numbers in order of size.

    Examples
    --------
    >>> sorted(["p10.xml", "p2.xml", "P1.xml"], key=_natural)
    ['P1.xml', 'p2.xml', 'p10.xml']
    """
    parts = re.findall(r"[0-9]+|[^0-9]+", name.casefold())
    return [(0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in parts]


def _refuse_many(count: int, shown: str) -> None:
    if count > MOST_FILES:
        hint = "a case is a domain with one profile for each party; check that this is the folder"
        raise _unreadable(f"{count:,} files lie here, more than {MOST_FILES}", shown, hint)


def _too_large(shown: str) -> CaseError:
    return _unreadable(f"the files are larger than {MOST_BYTES // 2**20} MiB together", shown)


def _unreadable(problem: str, shown: str, hint: str = "") -> CaseError:
    return CaseError([Fault(path="", problem=problem, hint=hint)], file=shown)
