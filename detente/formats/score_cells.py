"""Cells of score sheets: where they stand, what their words mean, and the points they state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from detente.document import Faults
from detente.errors import quote
from detente.formats.numerals import exact
from detente.number import plain

ISSUE = frozenset({"issue", "issues", "topic", "topics", "item", "items", "term", "terms"})
OPTION = frozenset({"option", "options", "outcome", "outcomes", "choice", "choices"}) | {
    "level",
    "levels",
    "possible outcome",
    "possible outcomes",
}
POINTS = frozenset({"points", "point", "pts", "score", "scores", "value", "values"}) | {
    "payoff",
    "payoffs",
    "your points",
    "your score",
}
STATUS_QUO = frozenset({"status quo", "current", "currently"})
REMARKS = frozenset({"note", "notes", "comment", "comments", "remark", "remarks", "rationale"})
WEIGHTS = frozenset({"weight", "weights", "importance"})
NO_DEAL = frozenset(
    {
        "no deal",
        "no agreement",
        "batna",
        "reservation",
        "reservation point",
        "reservation price",
        "reservation value",
        "walk away",
        "walk away point",
        "walk away value",
        "alternative",
        "best alternative",
    }
)
JOINT = frozenset({"total", "totals", "sum", "joint", "joint points", "joint total"}) | {
    "total points",
    "total score",
}
"""Headings of columns that add parties up; a party may well be called Max."""

TOTAL = JOINT | {
    "subtotal",
    "max",
    "maximum",
    "max points",
    "maximum points",
    "maximum total",
    "maximum possible",
    "best possible",
}
RED_LINE = frozenset(
    {"red line", "unacceptable", "not acceptable", "deal breaker", "no go", "veto", "x"}
)
_UNMARKED = frozenset({"", "no", "n", "0", "false", "-", "–"})
_TYPED = str.maketrans("−–\u2212", "---")
_POINTS = re.compile(r"(?P<before>.*?)\s*\((?P<word>[^()]*)\)")
_FORMULA = re.compile(r"'*[=+\-@]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The cells of one table, as texts without blanks around them.

    name : of the sheet or file, which is the party where the heading says only "points"
    sheet : what messages put before a cell, such as ``Union!``
    file : what messages call the file
    lines : line of the file on which each row begins; empty where a file has no lines
    pointed : a point before three digits is a decimal point, not one between thousands
    """

    rows: tuple[tuple[str, ...], ...]
    name: str
    sheet: str = ""
    file: str = ""
    lines: tuple[int, ...] = ()
    pointed: bool = True
    faults: Faults = field(default_factory=Faults, compare=False)

    def place(self, row: int, column: int) -> str:
        """Return what spreadsheets call a cell.

        Examples
        --------
        >>> Grid(rows=(), name="").place(6, 27)
        'AB7'
        """
        return f"{self.sheet}{letters(column)}{row + 1}"

    def fault(self, row: int, column: int, problem: str, hint: str = "") -> None:
        """Note what is wrong with a cell."""
        line = self.lines[row] if self.lines else 0
        self.faults.at(line, self.place(row, column), problem, hint)

    def cell(self, row: int, column: int | None) -> str:
        """Return a cell; one that the row does not reach is empty."""
        cells = self.rows[row]
        return cells[column] if column is not None and column < len(cells) else ""


def letters(column: int) -> str:
    """Return the letters of a column, counted from 0."""
    found, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        found = chr(ord("A") + digit) + found
    return found


def tidied(text: str) -> str:
    r"""Return the text of a cell without blanks around it, its lines parted as on Unix.

    Examples
    --------
    >>> tidied(" strike\r\nor not ")
    'strike\nor not'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def words(text: str) -> str:
    """Return a heading or label as it is looked up.

    Examples
    --------
    >>> words(" Walk-away  VALUE: ")
    'walk away value'
    """
    return " ".join(re.sub(r"[-_\s]+", " ", text.casefold()).split()).strip(" :.*")


def label_kind(text: str) -> str:
    """Return what the heading of a column of labels says: issue, option, both, or neither.

    Examples
    --------
    >>> [label_kind(text) for text in ("Issues", "Possible outcomes", "Issue / option", "Union")]
    ['issue', 'option', 'both', '']
    """
    said = words(text)
    if said in ISSUE:
        return "issue"
    if said in OPTION:
        return "option"
    parts = {word for word in re.findall(r"\w+", said) if word not in {"and", "or", "with"}}
    return "both" if parts & ISSUE and parts & OPTION and parts <= ISSUE | OPTION else ""


def marked(text: str) -> bool:
    """Tell whether a cell under "status quo" is marked."""
    return text.casefold() not in _UNMARKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a cell says of an option: its points, None where it is only refused."""

    points: Fraction | None
    refused: bool = False


@lru_cache(maxsize=4096)
def entry_of(text: str, *, pointed: bool = True) -> Entry | str:
    """Return what a cell of points says, or in words why it says nothing.

    Examples
    --------
    >>> entry_of("2,5").points, entry_of("−1/2").points, entry_of("5 (red line)").refused
    (Fraction(5, 2), Fraction(-1, 2), True)
    >>> entry_of("1,200")
    "'1,200' may be 1200 or 1.2; write it without separators of thousands"
    """
    if words(text) in RED_LINE:
        return Entry(points=None, refused=True)
    match = _POINTS.fullmatch(text)
    if match and match["before"] and words(match["word"]) in RED_LINE:
        found = points_of(match["before"], pointed=pointed)
        return found if isinstance(found, str) else Entry(points=found, refused=True)
    found = points_of(text, pointed=pointed)
    return found if isinstance(found, str) else Entry(points=found)


def points_of(text: str, *, pointed: bool = True) -> Fraction | str:
    """Return the number that a cell states, or in words why it states none."""
    if not text:
        return "the cell is empty; write points, or 'red line'"
    number = text.translate(_TYPED)
    unclear = re.fullmatch(r"[-+]?[1-9][0-9]{0,2}([.,])[0-9]{3}", number)
    if unclear and (unclear[1] == "," or not pointed):
        whole, part = re.split("[.,]", number)
        return (
            f"{quote(text)} may be {whole}{part} or {whole}.{part.rstrip('0') or '0'}; "
            "write it without separators of thousands"
        )
    if number.count(",") == 1 and "." not in number:
        number = number.replace(",", ".")
    found = exact(number)
    if found is None:
        hint = "write a number such as 12, 2.5, -3 or 1/3, or 'red line'"
        return f"{quote(text)} is no number of points; {hint}"
    return found


def levels_of(labels: Sequence[str]) -> tuple[tuple[Fraction, ...], str] | None:
    """Return the numbers and the unit of options that are numbers, ascending by one step.

    None for all others, and where the labels could not be told from the numbers again.

    Examples
    --------
    >>> levels_of(["8 weeks", "10 weeks", "12 weeks"])
    ((Fraction(8, 1), Fraction(10, 1), Fraction(12, 1)), 'weeks')
    >>> levels_of(["0%", "5%"]), levels_of(["1", "2", "4"]), levels_of(["1.50", "2.50"])
    (((Fraction(0, 1), Fraction(5, 1)), '%'), None, None)
    """
    if len(labels) < 2:
        return None
    found = [re.fullmatch(r"(-?[0-9][0-9./]*)(%| [^\d]*)?", label) for label in labels]
    units = {match[2] or "" for match in found if match}
    numbers = [exact(match[1]) for match in found if match]
    levels = tuple(number for number in numbers if number is not None)
    if len(units) > 1 or len(levels) < len(labels):
        return None
    unit = units.pop().strip()
    step = levels[1] - levels[0]
    even = all(high - low == step for low, high in pairwise(levels))
    again = [level_label(level, unit) for level in levels]
    return (levels, unit) if step > 0 and even and again == list(labels) else None


def level_label(level: Fraction, unit: str) -> str:
    """Return how a number of a numeric issue stands in a sheet."""
    return plain(level) + (unit if unit == "%" else f" {unit}" if unit else "")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe goes before ``=+-@``.

    Examples
    --------
    >>> guarded("=1+1"), guarded("-3"), unguarded(guarded("'=1"))
    ("'=1+1", '-3', "'=1")
    """
    return f"'{text}" if _FORMULA.match(text) and exact(text) is None else text


def unguarded(text: str) -> str:
    """Return the text behind the apostrophe of :func:`guarded`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
