"""A register: subjects in rows, what is known of each in typed columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from detente.number import parse_number, plain

Kind = Literal["text", "number", "date", "yes/no"]
KINDS: tuple[Kind, ...] = ("text", "number", "date", "yes/no")
Value = str | Fraction | date | bool
NOT_KNOWN = -1
"""Code of an empty cell."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_GROUPED = re.compile(
    r"[-+]?(?:[0-9]{1,3}(?:[., '’_][0-9]{3})+(?:[.,][0-9]+)?|[0-9]+,[0-9]+)", re.ASCII
)
_SHAPES: dict[Kind, tuple[str, str]] = {
    "text": ("a text", ""),
    "number": ("a number", "write digits, a decimal point or p/q; leave the cell empty if unknown"),
    "date": ("a date", "write year-month-day: 2026-03-01; leave the cell empty if unknown"),
    "yes/no": ("yes or no", "write yes or no; leave the cell empty if unknown"),
}


def tidy(text: str) -> str:
    r"""Return a text as registers compare it: one line, single blanks, composed characters.

    Examples
    --------
    >>> tidy("  North\n  Vale "), len(tidy("e" + chr(0x301)))
    ('North Vale', 1)
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def read_value(text: str, kind: Kind) -> Value | None:
    """Return the value that a tidy text spells, or None when it spells none of that kind.

    Examples
    --------
    >>> read_value("0.5", "number"), read_value("Yes", "yes/no"), read_value("2026-02-30", "date")
    (Fraction(1, 2), True, None)
    """
    if kind == "number":
        return parse_number(text)
    if kind == "yes/no":
        return {"yes": True, "no": False}.get(text.casefold())
    if kind == "date":
        try:
            return date.fromisoformat(text) if _DAY.fullmatch(text) else None
        except ValueError:
            return None
    return text


def write_value(value: Value) -> str:
    """Return a value as it is spelled in a register."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Fraction):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value


def expected(text: str, kind: Kind) -> tuple[str, str]:
    """Return what a text that spells no such value should have been, and what would be right."""
    what, hint = _SHAPES[kind]
    if kind == "number" and _GROUPED.fullmatch(text):
        hint = "write it without thousands separators and with a decimal point: 1200 or 1.5"
    return what, hint


def inferred_kind(texts: Sequence[str]) -> Kind:
    """Return the kind of a column without a type, from its cells that are not empty.

    All look like numbers: number; like ISO dates: date; all yes or no: yes/no; otherwise, or when
    there is none, text. Numbers with thousands separators look like numbers, and are refused when
    they are read, so that they are not silently compared as text.

    Examples
    --------
    >>> inferred_kind(["1", "2.5"]), inferred_kind(["yes", "No"]), inferred_kind(["1", "many"])
    ('number', 'yes/no', 'text')
    """
    if not texts:
        return "text"
    if all(parse_number(text) is not None or _GROUPED.fullmatch(text) for text in texts):
        return "number"
    if all(_DAY.fullmatch(text) for text in texts):
        return "date"
    return "yes/no" if all(text.casefold() in {"yes", "no"} for text in texts) else "text"


@dataclass(frozen=True, kw_only=True, eq=False)
class Column:
    """One thing that is known of the subjects.

    inferred : nobody stated the type; it was read off the values
    levels : the different values, ascending
    codes : int64, shape (n_subjects,); position of each subject's value in ``levels``, or
        ``NOT_KNOWN``
    """

    name: str
    kind: Kind
    inferred: bool
    levels: tuple[Value, ...]
    codes: NDArray[np.int64]

    def __post_init__(self) -> None:
        self.codes.flags.writeable = False

    @classmethod
    def of(
        cls, *, name: str, kind: Kind, values: Sequence[Value | None], inferred: bool = False
    ) -> Column:
        """Build a column from one value for each subject; None where it is not known.

        Examples
        --------
        >>> Column.of(name="armed", kind="yes/no", values=[True, None, False]).codes.tolist()
        [1, -1, 0]
        """
        known: set[Any] = {value for value in values if value is not None}
        levels = tuple(sorted(known))
        place: dict[Value | None, int] = {value: code for code, value in enumerate(levels)}
        codes = np.array([place.get(value, NOT_KNOWN) for value in values], dtype=np.int64)
        return cls(name=name, kind=kind, inferred=inferred, levels=levels, codes=codes)

    @cached_property
    def place(self) -> dict[Value, int]:
        """Position of each value in ``levels``."""
        return {value: code for code, value in enumerate(self.levels)}

    @property
    def n_unknown(self) -> int:
        """How many subjects have an empty cell here."""
        return int((self.codes == NOT_KNOWN).sum())


@dataclass(frozen=True, kw_only=True, eq=False)
class Register:
    """Subjects and what is known of them.

    columns : the first names the subjects, each once; names of columns are unique too
    file : where it was read from, empty when nowhere
    """

    columns: tuple[Column, ...]
    file: str = ""

    def __post_init__(self) -> None:
        names = self.columns[0]
        if names.kind != "text" or names.n_unknown or len(names.levels) != len(names.codes):
            message = "the first column does not name every subject once"
            raise ValueError(message)
        if len({column.name for column in self.columns}) < len(self.columns):
            message = "two columns have the same name"
            raise ValueError(message)
        if {len(column.codes) for column in self.columns} != {len(names.codes)}:
            message = "columns of different lengths"
            raise ValueError(message)

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """The subjects' names, in the order of the register."""
        names = self.columns[0]
        return tuple(write_value(names.levels[code]) for code in names.codes.tolist())

    @property
    def noun(self) -> str:
        """What the register calls its subjects: the name of the first column."""
        return self.columns[0].name

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each column by name."""
        return {column.name: k for k, column in enumerate(self.columns)}
