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
from typing import TYPE_CHECKING

from detente.case import Case
from detente.composer import stands
from detente.errors import UnknownNameError, did_you_mean, quote
from detente.formats import load as read_file
from detente.formats import loads

if TYPE_CHECKING:
    from detente.register import Register

_SUFFIX, _EXPECTED, _REGISTER = ".yaml", ".expect.yaml", ".csv"


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
    """Read a case: a file or folder, or a case of the catalogue by name. A file comes first.

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
    if name in _cases() and not stands(source):
        return loads(path_of(name).read_bytes(), file=name)
    if name and (Path(name).suffix or "/" in name or stands(source)):
        return read_file(source)
    hint = did_you_mean(name, names())
    raise UnknownNameError(f"no file and no case of the catalogue is called {quote(name)}; {hint}")


def load_register(source: str | Path) -> Register:
    """Read a register: a file, or a register of the catalogue by its name. A file comes first.

    Raises
    ------
    UnknownNameError
        There is neither.
    CaseError
        The file cannot be read, or is no sound register; every fault is listed.

    Examples
    --------
    >>> load_register("coastal-states").subjects[:2]
    ('Aster', 'Brume')
    """
    from detente.sheet import read_register, read_register_file

    name, registers = str(source), _registers()
    if name in registers and not stands(source):
        return read_register(registers[name].read_bytes(), file=name)
    if name and (Path(name).suffix or "/" in name or stands(source)):
        return read_register_file(source)
    hint = did_you_mean(name, list(registers))
    raise UnknownNameError(
        f"no file and no register of the catalogue is called {quote(name)}; {hint}"
    )


@lru_cache(maxsize=1)
def _cases() -> dict[str, Traversable]:
    return _by_name(_SUFFIX)


@lru_cache(maxsize=1)
def _registers() -> dict[str, Traversable]:
    return _by_name(_REGISTER)


def _by_name(suffix: str) -> dict[str, Traversable]:
    found = {
        file.name.removesuffix(suffix).replace("_", "-"): file
        for file in _files(files(__name__), suffix)
    }
    return dict(sorted(found.items()))


def _files(folder: Traversable, suffix: str) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, suffix)
        elif entry.name.endswith(suffix) and not entry.name.endswith(_EXPECTED):
            yield entry
