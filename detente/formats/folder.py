"""A folder of files that make up one case together: a domain, and a profile for each party.

An archive (``.zip``) is such a folder too. Nothing is unpacked to disk, and nothing larger than the
limits is unpacked at all.
"""

from __future__ import annotations

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from os.path import commonprefix
from pathlib import Path, PurePosixPath

from detente.composer import file_bytes
from detente.errors import CaseError, printable
from detente.formats.reading import refused

MOST_FILES = 400
MOST_BYTES = 64 * 2**20
"""All files of a folder together have so many bytes at most."""

MOST_LISTED = 100_000
"""An archive with more entries is not even listed."""

ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06")
"""How an archive begins, and how an empty one does."""

_PACK = "pack it anew as a common .zip, without a password"
_ENTRY = b"PK\x01\x02"
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file; ``name`` is its name without folders, in printable characters."""

    name: str
    data: bytes

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        """The ending of its name, lower case."""
        return PurePosixPath(self.name).suffix.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Files in the order of their names, numbers in them by size: ``prof2`` before ``prof10``.

    name : what messages call the folder
    own : its own name, where messages call it ``.``
    """

    name: str
    files: tuple[File, ...]
    own: str = ""

    @property
    def stem(self) -> str:
        """The folder's own name, without the ending of an archive."""
        last = PurePosixPath(self.name.replace("\\", "/")).name
        if last in {"", ".."}:
            return self.own
        return last[: -len(".zip")] if last.lower().endswith(".zip") else last

    def place(self, file: File) -> str:
        """Return what messages call one of its files."""
        return f"{self.name.rstrip('/')}/{file.name}" if self.name else file.name


def read_folder(path: Path, *, shown: str, endings: Collection[str] = ()) -> Folder:
    """Return the files that lie in a folder itself; hidden files and inner folders are left out.

    shown : what messages call the folder
    endings : of the files that are wanted, lower case; all files when none are given

    Raises CaseError when it cannot be read, or holds more than the limits.
    """
    try:
        entries = [entry for entry in path.iterdir() if not entry.name.startswith(".")]
        found = [entry for entry in entries if entry.is_file()]
        found = [e for e in found if not endings or e.suffix.lower() in endings]
    except OSError as error:
        raise refused((error.strerror or "it is not readable").lower(), shown) from None
    _refuse_many(len(found), shown)
    files: list[File] = []
    left = MOST_BYTES
    for entry in found:
        data = file_bytes(entry, shown=f"{shown.rstrip('/')}/{printable(entry.name)}", most=left)
        left -= len(data)
        if left < 0:
            raise _too_large(shown)
        files.append(File(name=printable(entry.name), data=data))
    return Folder(name=shown, files=_sorted(files), own=printable(path.resolve().name))


def folder_of(files: Iterable[tuple[str, bytes]], *, name: str) -> Folder:
    """Return files that lie on no disk as a folder; hidden ones are left out.

    files : name and content of each; folders before a name are left out, and where they all lie in
        one, that is what the folder is called
    name : what messages call them together

    Raises CaseError when they are more than the limits, or two have the same name.
    """
    paths = [(PurePosixPath(path.replace("\\", "/")), data) for path, data in files]
    shown = [(path, data) for path, data in paths if path.name and not path.name.startswith(".")]
    found = [File(name=printable(path.name), data=data) for path, data in shown]
    around = {path.parent.name for path, _ in shown}
    own = printable(around.pop()) if len(around) == 1 else ""
    _refuse_many(len(found), name)
    if sum(len(file.data) for file in found) > MOST_BYTES:
        raise _too_large(name)
    _refuse_twice(found, "two files are called {}", name)
    return Folder(name=name, files=_sorted(found), own=own)


def with_domain(folder: Folder, name: str, is_domain: Callable[[bytes], bool]) -> Folder:
    """Return what of a folder goes with one of its domains: all but the files nearer to another.

    name : the domain's file
    is_domain : tells the domains of the folder from the rest

    A file goes with the domain whose name shares the longest beginning with its own, with several
    when they share the same.

    Examples
    --------
    >>> names = ("car-a-1", "car-a-2", "car-a-domain", "car-b-1", "car-b-domain")
    >>> files = tuple(File(name=name, data=name[-6:].encode()) for name in names)
    >>> folder = Folder(name="cars", files=files)
    >>> part = with_domain(folder, "car-a-domain", lambda data: data == b"domain")
    >>> [file.name for file in part.files]
    ['car-a-1', 'car-a-2', 'car-a-domain']
    """
    domains = [file.name for file in folder.files if is_domain(file.data)]

    def belongs(file: File) -> bool:
        if file.name in domains:
            return file.name == name
        shared = {
            domain: len(commonprefix((domain, file.name)))  # noqa: RUF071 - letter by letter
            for domain in domains
        }
        return shared[name] == max(shared.values())

    return replace(folder, files=tuple(file for file in folder.files if belongs(file)))


def read_archive(data: bytes, *, shown: str) -> Folder:
    """Return the files of an archive, whatever folders they lie in; hidden ones are left out.

    Raises CaseError when it is damaged or locked, holds a link or a name that leads out of it, or
    more than the limits once unpacked.
    """
    members = [
        (name, entry)
        for entry in entries_of(data, shown=shown, most=MOST_LISTED)
        for name in _file_name(entry, shown)
    ]
    _refuse_many(len(members), shown)
    if sum(entry.file_size for _, entry in members) > MOST_BYTES:
        raise _too_large(shown)
    contents = unpacked(data, [entry for _, entry in members], shown=shown)
    files = [
        File(name=name, data=content) for (name, _), content in zip(members, contents, strict=True)
    ]
    _refuse_twice(files, "the archive holds two files called {}", shown)
    return Folder(name=shown, files=_sorted(files))


def entries_of(data: bytes, *, shown: str, most: int) -> list[zipfile.ZipInfo]:
    """Return what an archive lists, unpacking nothing.

    Sizes are as the archive claims them; reading an entry never unpacks more than that.
    Raises CaseError when it is damaged or locked, or lists more than ``most`` entries.
    """
    if data.count(_ENTRY) > MOST_LISTED:
        raise refused(f"the archive lists more than {MOST_LISTED:,} files", shown)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = archive.infolist()
    except NotImplementedError:
        raise refused("the archive is packed in an unknown way", shown, _PACK) from None
    except _DAMAGED:
        raise refused("the archive is damaged", shown) from None
    if len(found) > most:
        raise refused(f"the archive lists more than {most:,} files", shown)
    if any(entry.flag_bits & 1 for entry in found):
        raise refused("the archive is locked by a password", shown, _PACK)
    return found


def unpacked(data: bytes, entries: Iterable[zipfile.ZipInfo], *, shown: str) -> Iterator[bytes]:
    """Go through what entries of an archive hold, none of it longer than the archive claims.

    Raises CaseError when it is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in entries:
                yield archive.read(entry)
    except NotImplementedError:
        raise refused("the archive is packed in an unknown way", shown, _PACK) from None
    except (*_DAMAGED, RuntimeError):
        raise refused("the archive is damaged", shown) from None


def _file_name(entry: zipfile.ZipInfo, shown: str) -> Iterator[str]:
    """Yield the name of an entry that is a file of the case, without folders; else nothing."""
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if ".." in path.parts:
        problem = f"the archive holds a name that leads out of it: {printable(entry.filename)}"
        raise refused(problem, shown, "check where it comes from")
    if stat.S_ISLNK(entry.external_attr >> 16):
        problem = f"the archive holds a link: {printable(entry.filename)}"
        raise refused(problem, shown, "pack the file itself")
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    if path.name and not entry.is_dir() and not entry.filename.endswith("\\") and not hidden:
        yield printable(path.name)


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
    return [_by_size(p.lstrip("0")) if p[0] in "0123456789" else (1, 0, p) for p in parts]


def _by_size(digits: str) -> tuple[int, int, str]:
    """Return a key for whole numbers, however long, written without zeros before them."""
    return 0, len(digits), digits


def _refuse_many(count: int, shown: str) -> None:
    if count > MOST_FILES:
        hint = "a case is a domain with one profile for each party; check that this is the folder"
        raise refused(f"{count:,} files lie here, more than {MOST_FILES}", shown, hint)


def _refuse_twice(files: Iterable[File], problem: str, shown: str) -> None:
    names = [file.name for file in files]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise refused(problem.format(twice), shown, "put each case into an archive of its own")


def _too_large(shown: str) -> CaseError:
    return refused(f"the files are larger than {MOST_BYTES // 2**20} MiB together", shown)
