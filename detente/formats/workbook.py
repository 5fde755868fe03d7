"""Score sheets as workbooks (``.xlsx``): one table of all parties, or a worksheet for each party.

Cells are read as people see them: values instead of formulas, percentages as such.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

from detente.case import Case
from detente.errors import CaseError
from detente.formats.format import Format
from detente.formats.guarded_workbook import (
    MOST_COLUMNS,
    MOST_ROWS,
    damaged,
    is_workbook,
    judge,
)
from detente.formats.reading import left_aside, own_name, refused, spoken
from detente.formats.score_case import score_case
from detente.formats.score_cells import Grid, letters, tidied
from detente.formats.score_table import read_table, refuse_empty
from detente.formats.score_writing import Cell, Rows, score_rows
from detente.number import plain

_PLAIN = re.compile(
    r"(sheet|tabelle|feuil|hoja|foglio|planilha|blad|ark|arkusz|лист|scores?|points|table) ?\d*",
    re.IGNORECASE,
)
"""Names of an only worksheet that say nothing."""
_SAVED = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def read(data: bytes, file: str) -> Case:
    """Return the case that a workbook holds; raise CaseError with every fault."""
    calculated = judge(data, file)
    name = spoken(own_name(file))
    grid = Grid(rows=(), name=name, file=file)
    grids, hidden = _grids(data, grid, calculated=calculated)
    grid.faults.raise_any(file)
    tables, aside = [], hidden
    for grid in grids:
        table = read_table(grid)
        if table is not None:
            tables.append(table)
        elif any(any(cells) for cells in grid.rows):
            aside.append(grid.sheet)
    if not tables:
        raise refuse_empty(grids, file)
    remark = left_aside([_listed(aside)] if aside else [])
    return score_case(tables, title=name, file=file, remarks=[remark])


def _listed(sheets: list[str]) -> str:
    word = "the worksheet" if len(sheets) == 1 else "the worksheets"
    return f"{word} {', '.join(sheet.rstrip('!') for sheet in sheets)}"


# Reading ------------------------------------------------------------------------------------------


def _grids(data: bytes, base: Grid, *, calculated: bool) -> tuple[list[Grid], list[str]]:
    """Return the visible worksheets as grids, and what hidden ones are called.

    base : an empty grid with the names that all share
    calculated : some cells hold formulas, each of which needs its value
    """
    from openpyxl import load_workbook

    grids = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that hold no cells
            values = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            formulas = load_workbook(io.BytesIO(data), read_only=True) if calculated else None
            shown = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
            hidden = [_lead(sheet.title) for sheet in values.worksheets if sheet not in shown]
            for sheet in shown:
                own = len(shown) > 1 or not _PLAIN.fullmatch(sheet.title)
                name = " ".join(sheet.title.split()) if own else base.name
                lead = _lead(sheet.title) if len(values.worksheets) > 1 else ""
                grid = replace(base, name=name, sheet=lead)
                made = formulas[sheet.title] if formulas else None
                grids.append(replace(grid, rows=tuple(_rows(sheet, made, grid))))
    except CaseError:
        raise
    except Exception:  # noqa: BLE001 - openpyxl raises anything at all on a damaged workbook
        raise damaged(base.file) from None
    return grids, hidden


def _lead(title: str) -> str:
    """Return what stands before a cell of a worksheet, as spreadsheets write it.

    Examples
    --------
    >>> _lead("Union"), _lead("Dock workers")
    ('Union!', "'Dock workers'!")
    """
    if re.fullmatch(r"\w+", title):
        return f"{title}!"
    return "'{}'!".format(title.replace("'", "''"))


def _rows(values: Any, formulas: Any, grid: Grid) -> Iterator[tuple[str, ...]]:
    """Go through the rows of a worksheet as texts; formulas without a value are noted.

    formulas : the same worksheet with formulas for values; None where it has none
    """
    extent = {"max_row": MOST_ROWS, "max_col": MOST_COLUMNS}
    made = None if formulas is None else formulas.iter_rows(**extent)
    for row, cells in enumerate(values.iter_rows(**extent)):
        kinds = cells if made is None else next(made)
        found = []
        for column, (cell, kind) in enumerate(zip(cells, kinds, strict=True)):
            if cell.value is None and kind.data_type == "f":
                problem = "the formula here has no value"
                hint = "open the workbook in your spreadsheet program, let it calculate, and save"
                grid.fault(row, column, problem, hint)
            text = _text(cell)
            control = _CONTROL.search(text) if text else None
            if control is not None:
                name = f"U+{ord(control.group()):04X}"
                grid.fault(row, column, f"the control character {name} stands here", "remove it")
            found.append(text)
        while found and not found[-1]:
            found.pop()
        yield tuple(found)


def _text(cell: Any) -> str:
    """Return a cell as people see it; of number formats only percent is kept."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        number = Fraction(value) if isinstance(value, int) else Fraction(format(value, ".15g"))
        share = "%" in (cell.number_format or "")
        return f"{plain(number * 100)}%" if share else plain(number)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return tidied(str(value))


# Writing ------------------------------------------------------------------------------------------


def write(case: Case) -> bytes:
    """Return a case as a workbook of one sheet; raise CaseError that names what it cannot hold."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils.exceptions import IllegalCharacterError

    rows = score_rows(case)
    book = Workbook()
    sheet = book.active
    sheet.title = "Scores"
    try:
        for row, cells in enumerate(((rows.title,), rows.headings, *rows.body), start=1):
            for column, cell in enumerate(cells, start=1):
                _set(sheet.cell(row=row, column=column), cell)
    except IllegalCharacterError:
        problem = "a text holds a control character, which no workbook keeps"
        raise refused(problem, case.file, "remove it") from None
    bold = Font(bold=True)
    for cell in (*sheet[1], *sheet[2]):
        cell.font = bold
    for column, width in enumerate(_widths(rows)):
        sheet.column_dimensions[letters(column)].width = width
    sheet.freeze_panes = "C3"
    stream = io.BytesIO()
    book.properties.creator = "Detente"
    book.save(stream)
    return _settled(stream)


def _settled(saved: io.BytesIO) -> bytes:
    """Return a workbook without the time at which it was saved: one case gives the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _SAVED.sub(b"", part)
            new.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _set(cell: Any, value: Cell) -> None:
    """Write a number as one where a spreadsheet keeps it exactly, all else as text."""
    if isinstance(value, Fraction):
        number = value.numerator if value.denominator == 1 else float(value)
        if abs(value) < 10**15 and Fraction(format(number, ".15g")) == value:
            cell.value = number
            return
        value = plain(value)
    if value:
        cell.value = value
        cell.data_type = "s"  # never a formula
        cell.quotePrefix = value[0] in "=+-@"


def _widths(rows: Rows) -> list[int]:
    """Return how wide columns are, in characters: the longest cell, within reason."""
    table = [row for row in (rows.headings, *rows.body) if len(row) == len(rows.headings)]
    texts = ([cell if isinstance(cell, str) else plain(cell) for cell in row] for row in table)
    return [min(60, max(10, *map(len, column)) + 2) for column in zip(*texts, strict=True)]


FORMAT = Format(
    name="workbook",
    title="Score sheet as a workbook",
    suffixes=(".xlsx",),
    read=read,
    recognises=is_workbook,
    write=write,
)
