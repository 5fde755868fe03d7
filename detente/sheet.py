"""A register as people keep it: comma-separated values (RFC 4180), every fault with its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from detente.cells import Cells, Row, rows_of
from detente.composer import decode, file_bytes
from detente.document import Faults
from detente.errors import CaseError, printable, quote
from detente.register import (
    KINDS,
    Column,
    Kind,
    Register,
    Value,
    expected,
    inferred_kind,
    read_value,
)

MOST_BYTES = 4 * 2**20
MOST_ROWS = 100_000
MOST_COLUMNS = 500
LONGEST_CELL = 1000
_SIZE_HINT = f"a register has at most {MOST_ROWS:,} rows; leave out what the clause does not ask"
_HEADER_HINT = "the first row names the columns: country, members:number, since:date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What the first row says of one column; ``kind`` is None where it states no type."""

    name: str
    kind: Kind | None


def read_register_file(source: str | Path, *, name: str = "") -> Register:
    """Read a register from a file.

    name : what messages call the file; its path when not given

    Raises UnknownNameError when there is no such file, and CaseError with every fault.
    """
    shown = name or printable(str(source))
    return read_register(file_bytes(source, shown=shown, most=MOST_BYTES), file=shown)


def read_register(text: str | bytes, *, file: str = "-") -> Register:
    r"""Read a register from text.

    The first row names the columns, each with its type where it has one: ``members:number``. The
    first column names the subjects. Cells are parted by the comma, semicolon or tab that is most
    frequent in the first row, and quoted as in RFC 4180; an empty cell means "not known".

    Raises CaseError with every fault.

    Examples
    --------
    >>> register = read_register("country,armed,since:date\nAster,yes,2011-05-02\nBrume,,\n")
    >>> [(column.name, column.kind, column.inferred) for column in register.columns]
    [('country', 'text', False), ('armed', 'yes/no', True), ('since', 'date', False)]
    """
    faults = Faults()
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    try:
        decoded = decode(data, faults, most=MOST_BYTES, hint=_SIZE_HINT)
        faults.raise_any()
        register = _register(decoded or "", faults, file)
        faults.raise_any()
    except CaseError as error:
        raise CaseError(error.faults, file=file) from None
    return register


def read_cells_file(source: str | Path) -> Cells:
    """Read comma-separated values from a file, as rows of cells whose meaning is not settled yet.

    Raises UnknownNameError when there is no such file, and CaseError when it holds no text.
    """
    shown = printable(str(source))
    faults = Faults()
    data = file_bytes(source, shown=shown, most=MOST_BYTES)
    text = decode(data, faults, most=MOST_BYTES, hint="keep one row for each group")
    faults.raise_any(shown)
    return Cells(text=text or "", file=shown)


def _register(text: str, faults: Faults, file: str) -> Register:
    rows = rows_of(text, faults)
    header = next(rows, None)
    if header is None:
        faults.at(1, "", "there is nothing in the file", _HEADER_HINT)
        raise CaseError(faults.found)
    if len(header.cells) > MOST_COLUMNS:
        problem = f"{len(header.cells):,} columns are more than {MOST_COLUMNS}"
        faults.at(header.line, "", problem, "keep the columns that the clause asks")
        raise CaseError(faults.found)
    headings = _headings(header, faults)
    before = len(faults.found)
    sound = list(_sound_rows(rows, headings, faults))
    if not sound and len(faults.found) == before:
        faults.at(header.line, "", "the register names no subject", "add a row for each subject")
    columns = [_column(k, headings[k], sound, faults) for k in range(len(headings))]
    faults.raise_any()
    return Register(columns=tuple(columns), file=file)


def _headings(header: Row, faults: Faults) -> list[Heading]:
    headings: list[Heading] = []
    seen: set[str] = set()
    for k, cell in enumerate(header.cells):
        name, colon, stated = (part.strip() for part in cell.rpartition(":"))
        if not colon:
            name, stated = cell, ""
        kind = next((kind for kind in KINDS if kind == stated.casefold()), None)
        if colon and kind is None:
            hint = f"a column's type is {', '.join(KINDS[:-1])} or {KINDS[-1]}"
            faults.at(header.line, name, f"no such type: {quote(stated)}", hint)
        if not name:
            faults.at(header.line, "", f"column {k + 1} has no name", _HEADER_HINT)
        elif name in seen:
            faults.at(header.line, name, "two columns have this name", "names are unique")
        elif len(name) > LONGEST_CELL or {'"', "'"} <= set(name):
            problem = f"{quote(name)} cannot be written in a clause"
            faults.at(header.line, "", problem, "choose a short name without both kinds of quotes")
        if k == 0:
            if kind not in {None, "text"}:
                problem = "the first column names the subjects, so it is text"
                faults.at(header.line, name, problem, "move the column to the right")
            kind = "text"
        seen.add(name)
        headings.append(Heading(name=name, kind=kind))
    return headings


def _sound_rows(rows: Iterator[Row], headings: list[Heading], faults: Faults) -> Iterator[Row]:
    """Go through the rows that have as many cells as columns and name a subject of their own."""
    first: dict[str, int] = {}
    for n_rows, row in enumerate(rows, start=1):
        if n_rows > MOST_ROWS:
            faults.at(row.line, "", f"there are more than {MOST_ROWS:,} rows", _SIZE_HINT)
            return
        if len(row.cells) != len(headings):
            cells = "1 cell" if len(row.cells) == 1 else f"{len(row.cells)} cells"
            columns = "1 column" if len(headings) == 1 else f"{len(headings)} columns"
            problem = f"{cells} under {columns}"
            faults.at(row.line, "", problem, "quote a cell that holds the separator")
            continue
        subject = row.cells[0]
        if not subject:
            faults.at(row.line, headings[0].name, "the row names no subject", "fill the first cell")
        elif subject in first:
            problem = f"{quote(subject)} is named in line {first[subject]} already"
            faults.at(row.line, headings[0].name, problem, "names are unique")
        else:
            first[subject] = row.line
            yield row


def _column(k: int, heading: Heading, rows: list[Row], faults: Faults) -> Column:
    texts = [row.cells[k] for row in rows]
    kind = heading.kind or inferred_kind([text for text in texts if text])
    values: list[Value | None] = []
    for row, text in zip(rows, texts, strict=True):
        value = read_value(text, kind) if text else None
        values.append(value)
        if len(text) > LONGEST_CELL:
            problem = f"the cell holds {len(text):,} characters, more than {LONGEST_CELL:,}"
            faults.at(row.line, heading.name, problem, "shorten it")
        elif text and value is None:
            what, hint = expected(text, kind)
            if heading.kind is None:
                hint += f"; or name the column {heading.name}:text"
            faults.at(row.line, heading.name, f"{quote(text)} is not {what}", hint)
    return Column.of(name=heading.name, kind=kind, values=values, inferred=heading.kind is None)
