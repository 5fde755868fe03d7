"""Comma-separated values (RFC 4180) as rows of cells, each row with the line where it begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from detente.document import Faults
from detente.errors import quote
from detente.register import tidy

REMARK = "#"
"""What a remark begins with, where remarks may stand above the first row."""
_SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The cells of one row, tidied, with the line where it begins."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A file of comma-separated values, its rows as they stand.

    text : what the file holds
    file : what messages call it
    """

    text: str
    file: str = ""

    def rows(self, faults: Faults) -> Iterator[Row]:
        """Go through the rows that are not empty, remarks before the first of them left out."""
        begun = False
        for row in rows_of(self.text.removeprefix("\ufeff"), faults, remarks=True):
            begun = begun or not row.cells[0].startswith(REMARK)
            if begun:
                yield row


def rows_of(text: str, faults: Faults, *, remarks: bool = False) -> Iterator[Row]:
    r"""Go through the rows that are not empty; a quote that is out of place is a fault.

    Cells are parted by the comma, semicolon or tab that is most frequent in the first row.

    remarks : lines that begin with ``#`` do not count as the first row

    Examples
    --------
    >>> [row.cells for row in rows_of('a;b\n"1;2";x\n', Faults())]
    [('a', 'b'), ('1;2', 'x')]
    """
    separator = _separator(text, remarks=remarks)
    bare = re.compile(rf"[^{separator}\r\n]*")
    place, line, begun = 0, 1, 1
    cells: list[str] = []
    while place < len(text):
        if text[place] == '"':
            end = _closing(text, place)
            if end < 0:
                hint = "close it with the same quote; inside a quoted cell double it"
                faults.at(line, "", "a quote is opened here and not closed", hint)
                return
            cell, opened = text[place + 1 : end].replace('""', '"'), line
            line += len(re.findall("\r\n|\r|\n", cell))
            place = end + 1
            after = _match(bare, text, place)
            if after.strip():
                problem = f"{quote(after.strip())} stands after the end of a quoted cell"
                faults.at(opened, "", problem, "quote the whole cell, and double quotes inside it")
            place += len(after)
        else:
            cell = _match(bare, text, place)
            if '"' in cell:
                problem = f"a quote stands inside the cell {quote(cell.strip())}"
                faults.at(line, "", problem, "quote the whole cell, and double quotes inside it")
            place += len(cell)
        cells.append(tidy(cell))
        if text[place : place + 1] == separator:
            place += 1
            if place < len(text):
                continue
            cells.append("")
        if any(cells):
            yield Row(line=begun, cells=tuple(cells))
        place += 2 if text.startswith("\r\n", place) else 1
        line += 1
        begun, cells = line, []


def _separator(text: str, *, remarks: bool) -> str:
    """Return what parts the cells: the most frequent in the first line, outside quotes."""
    lines = [line for line in text.splitlines() if line.strip()]
    if remarks:
        lines = [line for line in lines if not line.lstrip('" ').startswith(REMARK)] or lines
    outside = re.sub(r'"[^"]*"', "", lines[0] if lines else "")
    return max(_SEPARATORS, key=outside.count)


def _match(bare: re.Pattern[str], text: str, place: int) -> str:
    found = bare.match(text, place)
    return found.group() if found else ""


def _closing(text: str, opening: int) -> int:
    """Return the position of the quote that ends a quoted cell, or -1."""
    place = text.find('"', opening + 1)
    while place >= 0 and text.startswith('""', place):
        place = text.find('"', place + 2)
    return place
