"""Tables as comma-separated values, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

from detente.number import is_decimal, plain
from detente.report.wording import Content, shown, tables_of
from detente.table import Cell, Share, Table

LONGEST_DECIMAL = 17
# Spreadsheets read full-width forms as the plain ones.
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def render(content: Content, *, width: int = 80, colour: bool = False) -> str:
    """Return the tables of the content; a single table has its header in the first line.

    Several tables each begin with a line that holds the title, and a blank line stands between
    them. Numbers are written exactly where a short decimal exists, shares as 0 to 1. ``width`` and
    ``colour`` do not matter here.
    """
    del width, colour
    tables = tables_of(content)
    parts = [_csv(table, titled=len(tables) > 1) for table in tables]
    return "\n".join(parts)


def _csv(table: Table, *, titled: bool) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    if titled:
        writer.writerow([safe(table.title)])
    writer.writerow([safe(column.key) for column in table.columns])
    writer.writerows([value(cell) for cell in row] for row in table.rows)
    return buffer.getvalue()


def value(cell: Cell) -> str:
    """Return a cell for programs: numbers plain, nothing as nothing, text safe.

    Examples
    --------
    >>> value(Fraction(5, 2)), value(None), value("=1+1")
    ('2.5', '', "'=1+1")
    """
    if cell is None:
        return ""
    if isinstance(cell, Share):
        return f"{cell.data():g}"
    if isinstance(cell, Fraction | int):
        return _number(Fraction(cell))
    return safe(cell)


def _number(number: Fraction) -> str:
    text = plain(number) if is_decimal(number) else ""
    return text if text and len(text) <= LONGEST_DECIMAL else repr(float(number))


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    Blanks before the sign do not help an attacker either.
    """
    dangerous = text.lstrip(" \N{NO-BREAK SPACE}").startswith(_FORMULA)
    return f"'{shown(text)}" if dangerous else shown(text)
