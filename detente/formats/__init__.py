"""Formats: ways in which a case is stored, one module or folder each.

The folder is the registry: a module describes its format in ``FORMAT``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from detente.case import Case
from detente.composer import file_bytes, stands
from detente.errors import (
    CaseError,
    UnknownNameError,
    did_you_mean,
    printable,
    quote,
)
from detente.formats.folder import (
    ARCHIVE,
    File,
    Folder,
    folder_of,
    read_archive,
    read_folder,
    with_domain,
)
from detente.formats.format import Format
from detente.formats.reading import refused
from detente.formats.refusals import bare
from detente.writing import write_new, write_new_folder

_SHARED = (
    "additive",
    "additive_writing",
    "folder",
    "format",
    "guarded_json",
    "guarded_workbook",
    "guarded_xml",
    "naming",
    "numerals",
    "reading",
    "refusals",
    "score_case",
    "score_cells",
    "score_table",
    "score_writing",
)

FORMATS: dict[str, Format] = {
    found.name: found
    for module in sorted(iter_modules(__path__), key=lambda module: module.name)
    if module.name not in _SHARED
    for found in (import_module(f"{__name__}.{module.name}").FORMAT,)
}
MOST_BYTES = 64 * 2**20
"""No format reads a larger file; each may draw its own line lower."""

__all__ = [
    "FORMATS",
    "Format",
    "bare",
    "dump",
    "dumps",
    "files_of",
    "format_of",
    "load",
    "load_files",
    "loads",
]


def load(source: str | Path, *, name: str = "") -> Case:
    """Read a case from a file, or from a folder or archive with a domain and its profiles.

    A domain by itself is read with the profiles beside it; of several domains each takes those
    profiles whose names begin most like its own.

    Parameters
    ----------
    source
        Path of the file or folder.
    name
        What messages call it; its path when not given.

    Raises
    ------
    UnknownNameError
        There is no such file.
    CaseError
        The file cannot be read, or the case in it is faulty; every fault is listed.
    """
    shown = name or printable(str(source))
    path = Path(source)
    if stands(path) and path.is_dir():
        return _gathered(read_folder(path, shown=shown))
    data = file_bytes(source, shown=shown, most=MOST_BYTES)
    with_profiles = _with_profiles(path, data, shown)
    return _read(data, path.suffix.lower(), shown) if with_profiles is None else with_profiles


def loads(text: str | bytes, *, file: str = "-") -> Case:
    """Read a case from text, or from the bytes of a file.

    Parameters
    ----------
    text
        What a file would hold.
    file
        What messages call it; ``-`` stands for standard input.

    Raises
    ------
    CaseError
        The case is faulty; every fault is listed.

    Examples
    --------
    >>> loads("a talk")
    Traceback (most recent call last):
    ...
    detente.errors.CaseError: -:1: a mapping is expected here, not text; a case file begins with
    detente: 1
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return _read(data, "", file)


def load_files(files: Iterable[tuple[str, bytes]], *, name: str = "") -> Case:
    """Read a case from files that lie on no disk, such as uploads.

    Parameters
    ----------
    files
        Name and content of each: one file of any format, an archive, or a domain with its profiles.
        Hidden files are left out.
    name
        What messages call several files together.

    Raises
    ------
    CaseError
        They cannot be read, or the case in them is faulty; every fault is listed.

    Examples
    --------
    >>> load_files([("a.txt", b"a talk")])
    Traceback (most recent call last):
    ...
    detente.errors.CaseError: a.txt:1: a mapping is expected here, not text; a case file begins with
    detente: 1
    """
    found = folder_of(files, name=name)
    if len(found.files) == 1:
        only = found.files[0]
        return _read(only.data, only.suffix, only.name)
    return _gathered(found)


def format_of(data: bytes, *, suffix: str) -> Format | None:
    """Return the format that a file is read in; None for an archive of several files.

    suffix : the ending of its name, lower case; nothing where it is not known
    """
    by_ending = [found for found in FORMATS.values() if suffix in found.suffixes]
    looks = [found for found in by_ending if found.recognises(data)]
    looks = looks or [found for found in FORMATS.values() if found.recognises(data)]
    if not looks and data.startswith(ARCHIVE) and not by_ending:
        return None
    return (looks or by_ending or [FORMATS["native"]])[0]


def dumps(case: Case, suffix: str = ".yaml", *, to: str = "") -> str:
    """Return a case as the text of a file.

    Parameters
    ----------
    case
        What to write.
    suffix
        The ending that such files have: ``.yaml``, ``.gmcr``, ``.csv`` and others.
    to
        Name of the format, where the ending does not tell.

    Raises
    ------
    UnknownNameError
        No format that is written as text has this ending.
    CaseError
        The format cannot hold all of the case; everything that it cannot hold is named.

    Examples
    --------
    >>> from detente.catalog import load
    >>> print(dumps(load("harbour")).splitlines()[1])
    title: Harbour dispute
    """
    written = _written(case, suffix, to)
    if isinstance(written, bytes):
        what = quote(to) if to else f"a file that ends in {quote(suffix)}"
        message = f"{what} is no text; name a file with -o, or write it with detente.dump"
        raise UnknownNameError(message)
    return written


def dump(case: Case, path: str | Path, *, to: str = "") -> None:
    """Write a case to a new file, or to a folder with a domain and a profile for each party.

    Parameters
    ----------
    case
        What to write.
    path
        Where to; a name without ending is a folder, which may be there already.
    to
        Name of the format; for a file its ending tells, where one format alone has it.

    Raises
    ------
    UnknownNameError
        No format that is written has this ending or name.
    CaseError
        The format cannot hold all of the case; everything that it cannot hold is named.
    DetenteError
        A file of this name is there already, or it cannot be written; nothing is then changed.
    """
    where = Path(path)
    if where.suffix and not (stands(where) and where.is_dir()):
        write_new(where, _written(case, where.suffix, to))
    else:
        write_new_folder(where, files_of(case, to=to))


def files_of(case: Case, *, to: str) -> Mapping[str, str]:
    """Return a case as a folder: a domain and a profile for each party, texts by file name.

    Parameters
    ----------
    case
        What to write.
    to
        Name of the format: ``genius``, ``geniusweb`` or ``negmas``.

    Raises
    ------
    UnknownNameError
        No format of this name is written as a folder.
    CaseError
        The format cannot hold all of the case; everything that it cannot hold is named.
    """
    writer = _named(to).write_folder if to else None
    if writer is None:
        what = f"{quote(to)} is no folder" if to else "a folder may hold several formats"
        said = _said_as_folders(FORMATS.values())
        raise UnknownNameError(f"{what}; say {said}, or end a file's name in .yaml")
    return writer(case)


def _written(case: Case, suffix: str, to: str) -> str | bytes:
    """Write a case in a format by name, or in one with this ending: the one that refuses least."""
    if to:
        writer = _named(to).write
        if writer is None:
            message = f"{quote(to)} is a folder; give a name without ending"
            raise UnknownNameError(message)
        return writer(case)
    by_ending = [found for found in FORMATS.values() if suffix.lower() in found.suffixes]
    writers = [found.write for found in by_ending if found.write is not None]
    if not writers:
        said = _said_as_folders(by_ending)
        if said:
            message = (
                f"a case is written as a folder of {quote(suffix)} files; give a name without "
                f"ending, and say {said}"
            )
            raise UnknownNameError(message)
        endings = (ending for f in FORMATS.values() if f.write is not None for ending in f.suffixes)
        known = ", ".join(dict.fromkeys(endings))
        what = f"no file is written as {quote(suffix)}" if suffix else "the ending is missing"
        message = f"{what}; known endings are {known}"
        raise UnknownNameError(message)
    refusals = []
    for writer in writers:
        try:
            return writer(case)
        except CaseError as error:
            refusals.append(error)
    raise min(refusals, key=_how_far)


def _said_as_folders(formats: Iterable[Format]) -> str:
    """Return what to say to have a case written as a folder; nothing where none of them is one."""
    return " or ".join(f"--to {found.name}" for found in formats if found.write_folder is not None)


def _how_far(refusal: CaseError) -> tuple[int, bool]:
    """Return by how much a case misses a format: the least where leaving out notes would do."""
    return len(refusal.faults), not all("--bare" in fault.hint for fault in refusal.faults)


def _named(name: str) -> Format:
    if name not in FORMATS:
        hint = did_you_mean(name, list(FORMATS))
        raise UnknownNameError(f"no format is called {quote(name)}; {hint}")
    found = FORMATS[name]
    if found.write is None and found.write_folder is None:
        raise UnknownNameError(f"{quote(name)} is read, and not written")
    return found


def _with_profiles(path: Path, data: bytes, shown: str) -> Case | None:
    """Read a domain with the profiles that lie beside it; None where a file is no domain."""
    for found in FORMATS.values():
        reader, is_domain = found.read_folder, found.is_domain
        if reader is None or is_domain is None or path.suffix.lower() not in found.suffixes:
            continue
        if is_domain(data):
            folder = str(Path(shown).parent)
            around = read_folder(path.parent, shown=folder, endings=found.suffixes)
            return reader(with_domain(around, path.name, is_domain))
    return None


def _read(data: bytes, suffix: str, shown: str) -> Case:
    """Read a file in the format that its ending names, else by its look, else as our own.

    A file that has another look than all formats of its ending is read by its look, too.
    """
    found = format_of(data, suffix=suffix)
    if found is None:
        return _gathered(read_archive(data, shown=shown))
    return found.read(data, shown)


def _gathered(folder: Folder) -> Case:
    """Read a folder in the one format that its files have."""
    kinds: dict[str, str] = {}
    for file in folder.files:
        found = next((one for one in _fitting(file) if one.read_folder is not None), None)
        if found is not None:
            kinds.setdefault(found.name, file.name)
    if len(kinds) == 1:
        only = FORMATS[next(iter(kinds))]
        for file in folder.files:
            if file.suffix in only.suffixes and not file.data.strip():
                hint = "fetch it again, or take it out"
                raise refused("there is nothing in the file", folder.place(file), hint)
        if only.read_folder is not None:
            return only.read_folder(folder)
    problem, hint = "no domain with profiles lies in this folder", _single(folder)
    if not folder.files:
        problem, hint = "there are no files in this folder", ""
    if kinds:
        problem = "files of several formats lie here: "
        problem += ", ".join(f"{file} ({kind})" for kind, file in kinds.items())
        hint = "put each into a folder of its own"
    raise refused(problem, folder.name, hint)


def _fitting(file: File) -> Iterator[Format]:
    """Go through the formats whose ending and look a file has."""
    for found in FORMATS.values():
        if file.suffix in found.suffixes and found.recognises(file.data):
            yield found


def _single(folder: Folder) -> str:
    """Return what to do where no file of a folder is part of a case."""
    for file in folder.files:
        if any(_fitting(file)):
            return f"a case of one file lies here; give that file, {folder.place(file)}"
        if file.data.startswith(ARCHIVE):
            return f"an archive lies here; give that file, {folder.place(file)}"
    return "give a folder of one negotiation, or one of its files"
