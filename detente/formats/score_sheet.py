"""Score sheets as comma-separated values (``.csv``, ``.tsv``).

One file holds a table of all parties, or each party has a file of its own in one folder.
"""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from detente.case import Case
from detente.composer import decode
from detente.errors import CaseError, Fault
from detente.formats.folder import Folder
from detente.formats.format import Format
from detente.formats.graph_csv import FORMAT as GRAPH
from detente.formats.graph_csv import numbered_rows
from detente.formats.reading import faults_of, left_aside, own_name, spoken
from detente.formats.score_case import score_case
from detente.formats.score_cells import Grid, guarded, tidied, unguarded
from detente.formats.score_table import MOST_ABOVE, heading_of, read_table, refuse_empty
from detente.formats.score_writing import score_rows
from detente.number import plain

MOST_BYTES = 4 * 2**20
MOST_ROWS = 100_000

_LOOK = 2**15
_SEPARATORS = ("\t", ";", ",")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_SAVE = "in Excel, choose 'CSV UTF-8 (comma delimited)' when you save it, or keep it as .xlsx"


def read(data: bytes, file: str) -> Case:
    """Return the case that one file holds; raise CaseError with every fault."""
    grid = _grid(data, file=file, name=spoken(own_name(file)))
    table = read_table(grid)
    if table is None:
        raise refuse_empty([grid], file)
    return score_case([table], title=grid.name, file=file)


def read_folder(folder: Folder) -> Case:
    """Return the case of a folder with a score sheet for each party."""
    tables, aside = [], []
    for file in folder.files:
        table = None
        if file.suffix in FORMAT.suffixes and recognises(file.data):
            table = read_table(_grid(file.data, file=folder.place(file), name=spoken(file.stem)))
        if table is None:
            aside.append(file.name)
        else:
            tables.append(table)
    if not tables:
        raise refuse_empty([], folder.name)
    title = spoken(folder.stem)
    return score_case(tables, title=title, file=folder.name, remarks=[left_aside(aside)])


def recognises(data: bytes) -> bool:
    """Tell whether a file has the heading of a score sheet near its top."""
    if GRAPH.recognises(data):
        return False
    encoding = "utf-16" if data.startswith(_WIDE) else "utf-8-sig"
    text = _unpreferred(data[:_LOOK].decode(encoding, errors="replace"))[0]
    return any(heading_of(_cut(text, separator)) for separator in _SEPARATORS)


def _cut(text: str, separator: str) -> list[list[str]]:
    """Return the first rows of a text as one separator parts them, none where it cannot."""
    rows = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append([cell.strip() for cell in cells])
            if len(rows) == MOST_ABOVE:
                break
    except (csv.Error, TypeError, ValueError):  # the last two: no character that may separate
        pass
    return rows


def _unpreferred(text: str) -> tuple[str, str]:
    """Return a text without Excel's first line ``sep=;``, and the separator that it names."""
    head, _, rest = text.partition("\n")
    said = head.strip()
    if len(said) == 5 and said.startswith("sep=") and heading_of(_cut(rest, said[4])):
        return rest, said[4]
    return text, ""


def _grid(data: bytes, *, file: str, name: str) -> Grid:
    """Return the cells of a file."""
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    with faults_of(file) as faults:
        text = decode(data, faults, most=MOST_BYTES, hint="check that this is the right file")
        if text is None:
            raise CaseError(
                fault if "UTF-8" not in fault.problem else _with_hint(fault)
                for fault in faults.found
            )
        text, separator = _unpreferred(text)
        first = 2 if separator else 1
        if not separator:
            separator = next((one for one in _SEPARATORS if heading_of(_cut(text, one))), ",")
        for line, cells in numbered_rows(text, separator, faults, first=first):
            if len(rows) == MOST_ROWS:
                faults.at(line, "", f"there are more than {MOST_ROWS:,} rows")
                break
            rows.append(tuple(unguarded(tidied(cell)) for cell in cells))
            lines.append(line)
    return Grid(
        rows=tuple(rows),
        name=name,
        file=file,
        lines=tuple(lines),
        pointed=separator == ",",
        faults=faults,
    )


def _with_hint(fault: Fault) -> Fault:
    return replace(fault, hint=_SAVE)


def write(case: Case) -> str:
    """Return a case as a table; raise CaseError that names everything it cannot hold."""
    rows = score_rows(case)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    above = [(rows.title,)] if rows.title else []
    for cells in (*above, rows.headings, *rows.body):
        writer.writerow(guarded(cell) if isinstance(cell, str) else plain(cell) for cell in cells)
    return text.getvalue()


FORMAT = Format(
    name="sheet",
    title="Score sheet",
    suffixes=(".csv", ".tsv"),
    read=read,
    recognises=recognises,
    write=write,
    read_folder=read_folder,
)
