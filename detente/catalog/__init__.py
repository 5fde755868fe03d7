"""The catalogue: published and worked cases, shipped as data and found by name.

A case lies in a folder named after its author and year, or after what it shows. Its name is that
of its file, with ``-`` for ``_``. ``NAME.expect.yaml`` beside it says what its analysis must give.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from detente.case import Case
from detente.errors import UnknownNameError, did_you_mean, quote
from detente.formats import load as read_file
from detente.formats import loads

_SUFFIX, _EXPECTED = ".yaml", ".expect.yaml"


def names() -> tuple[str, ...]:
    """Return the names of all cases, sorted.

    Examples
    --------
    >>> "harbour" in names()
    True
    """
    return tuple(_cases())


def path_of(name: str) -> Traversable:
    """Return the file of a case; raise UnknownNameError when there is none of that name."""
    cases = _cases()
    if name not in cases:
        hint = did_you_mean(name, names())
        raise UnknownNameError(f"no such case in the catalogue: {quote(name)}; {hint}")
    return cases[name]


def load(source: str | Path) -> Case:
    """Read a case: a file, or a case of the catalogue by its name. A file comes first.

    Raises
    ------
    UnknownNameError
        There is neither.
    CaseError
        The file cannot be read, or the case in it is faulty; every fault is listed.

    Examples
    --------
    >>> load("harbour").title
    'Harbour dispute'
    """
    name = str(source)
    if name in _cases() and not Path(source).exists():
        return loads(path_of(name).read_bytes(), file=name)
    if Path(name).suffix or "/" in name or Path(source).exists():
        return read_file(source)
    hint = did_you_mean(name, names())
    raise UnknownNameError(f"no file and no case of the catalogue is called {quote(name)}; {hint}")


@lru_cache(maxsize=1)
def _cases() -> dict[str, Traversable]:
    found = {
        file.name.removesuffix(_SUFFIX).replace("_", "-"): file for file in _files(files(__name__))
    }
    return dict(sorted(found.items()))


def _files(folder: Traversable) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry)
        elif entry.name.endswith(_SUFFIX) and not entry.name.endswith(_EXPECTED):
            yield entry
