"""Formats: ways in which a case is stored, one module or folder each.

The folder is the registry: a module describes its format in ``FORMAT``.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from detente.case import Case
from detente.composer import file_bytes
from detente.errors import UnknownNameError, printable, quote
from detente.formats.format import Format
from detente.formats.refusals import bare

_SHARED = ("format", "guarded_json", "naming", "refusals")

FORMATS: dict[str, Format] = {
    found.name: found
    for module in sorted(iter_modules(__path__), key=lambda module: module.name)
    if module.name not in _SHARED
    for found in (import_module(f"{__name__}.{module.name}").FORMAT,)
}
MOST_BYTES = 64 * 2**20
"""No format reads a larger file; each may draw its own line lower."""

__all__ = ["FORMATS", "Format", "bare", "dumps", "load", "loads"]


def load(source: str | Path, *, name: str = "") -> Case:
    """Read a case from a file.

    Parameters
    ----------
    source
        Path of the file.
    name
        What messages call the file; its path when not given.

    Raises
    ------
    UnknownNameError
        There is no such file.
    CaseError
        The file cannot be read, or the case in it is faulty; every fault is listed.
    """
    shown = name or printable(str(source))
    data = file_bytes(source, shown=shown, most=MOST_BYTES)
    return _format(data, Path(source).suffix.lower()).read(data, shown)


def loads(text: str | bytes, *, file: str = "-") -> Case:
    """Read a case from text.

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
    return _format(data, "").read(data, file)


def dumps(case: Case, suffix: str = ".yaml") -> str:
    """Return a case as the text of a file.

    Parameters
    ----------
    case
        What to write.
    suffix
        The ending that such files have: ``.yaml``, ``.gmcr``, or ``.csv`` for a graph.

    Raises
    ------
    UnknownNameError
        No format that is written has this ending.
    CaseError
        The format cannot hold all of the case; everything that it cannot hold is named.

    Examples
    --------
    >>> from detente.catalog import load
    >>> print(dumps(load("harbour")).splitlines()[1])
    title: Harbour dispute
    """
    writers = {
        ending: found.write
        for found in FORMATS.values()
        for ending in found.suffixes
        if found.write is not None
    }
    writer = writers.get(suffix.lower())
    if writer is None:
        known = ", ".join(writers)
        what = f"no file is written as {quote(suffix)}" if suffix else "the ending is missing"
        message = f"{what}; known endings are {known}"
        raise UnknownNameError(message)
    return writer(case)


def _format(data: bytes, suffix: str) -> Format:
    """Return the format of a file: by its ending, else by its look, else our own."""
    for found in FORMATS.values():
        if suffix in found.suffixes:
            return found
    for found in FORMATS.values():
        if found.recognises(data):
            return found
    return FORMATS["native"]
