"""Workbooks from anywhere, judged before they are parsed.

A workbook is an archive of XML. Its directory is judged before anything is unpacked, and its parts
before anything is parsed: sizes, entities, macros and links to other files are refused, and so are
the kinds of workbooks that are not read.
"""

from __future__ import annotations

import re
import zipfile

from detente.errors import CaseError, quote
from detente.formats.folder import ARCHIVE, entries_of, unpacked
from detente.formats.reading import refused
from detente.formats.score_cells import letters

MOST_BYTES = 16 * 2**20
MOST_UNPACKED = 64 * 2**20
MOST_PARTS = 1000
MOST_RATIO = 200
"""No part unpacks to more than so many times its packed size, beyond the first megabyte."""

MOST_ROWS = 25_000
MOST_COLUMNS = 120
MOST_CELLS = 200_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XML = (".xml", ".rels", ".vml")
_ENTITIES = (b"<!DOCTYPE", b"<!ENTITY")
_REF = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\br=[\"']([A-Z]{1,9})([0-9]{1,15})[\"']")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_SAVE = "open it in your spreadsheet program and save it as .xlsx"
_OTHERS = (
    ("content.xml", "this is a workbook of another kind (.ods)", _SAVE),
    ("xl/workbook.bin", "this is a binary workbook (.xlsb)", _SAVE),
    (".*vbaproject.bin", "the workbook holds macros", "save it as .xlsx, without macros"),
    (
        "xl/externallinks/.*",
        "the workbook takes cells from other workbooks",
        "save a copy that holds values instead of links",
    ),
)
"""Parts that a workbook must not have, what they mean and what to do."""


def is_workbook(data: bytes) -> bool:
    """Tell whether content is a workbook, also one of a kind that is not read."""
    if data.startswith(_OLE):
        return True
    names = _names(data)
    return bool(
        names & {"xl/workbook.xml", "xl/workbook.bin"} or {"mimetype", "content.xml"} <= names
    )


def _names(data: bytes) -> frozenset[str]:
    """Return the names of the parts, none where they cannot be listed."""
    if not data.startswith(ARCHIVE):
        return frozenset()
    try:
        return frozenset(entry.filename for entry in entries_of(data, shown="", most=MOST_PARTS))
    except CaseError:
        return frozenset()


def judge(data: bytes, file: str) -> bool:
    """Tell whether a workbook may hold formulas; raise CaseError unless it is safe to parse."""
    if data.startswith(_OLE):
        problem = "this is a workbook of the older kind (.xls), or one that is locked by a password"
        raise refused(problem, file, f"{_SAVE}, without a password")
    if not data.startswith(ARCHIVE):
        raise refused("this is no workbook (.xlsx)", file, "check that this is the right file")
    if len(data) > MOST_BYTES:
        raise refused(f"the workbook is larger than {MOST_BYTES // 2**20} MiB", file)
    entries = entries_of(data, shown=file, most=MOST_PARTS)
    names = [entry.filename for entry in entries]
    for part, problem, hint in _OTHERS:
        if any(re.fullmatch(part, name, re.IGNORECASE) for name in names):
            raise refused(problem, file, hint)
    if "xl/workbook.xml" not in names:
        raise refused("this archive is no workbook (.xlsx)", file, _SAVE)
    for entry in entries:
        if entry.file_size > 2**20 and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
            problem = f"{quote(entry.filename)} in the workbook unpacks to far more than its size"
            raise refused(problem, file, "check where the file comes from")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        problem = f"the workbook is larger than {MOST_UNPACKED // 2**20} MiB once unpacked"
        raise refused(problem, file)
    return _judge_parts(data, entries, file)


def _judge_parts(data: bytes, entries: list[zipfile.ZipInfo], file: str) -> bool:
    cells, formulas = 0, False
    texts = [entry for entry in entries if entry.filename.lower().endswith(_XML)]
    for entry, part in zip(texts, unpacked(data, texts, shown=file), strict=True):
        flat = part.replace(b"\0", b"").upper()
        if any(mark in flat for mark in _ENTITIES):
            problem = f"{quote(entry.filename)} in the workbook declares entities"
            raise refused(problem, file, "check where the file comes from")
        cells += len(_CELL.findall(part))
        formulas = formulas or _FORMULA.search(part) is not None
        _judge_extent(part, file)
    if cells > MOST_CELLS:
        raise refused(f"the workbook has more than {MOST_CELLS:,} cells", file)
    return formulas


def _judge_extent(part: bytes, file: str) -> None:
    if len(_ROW.findall(part)) > MOST_ROWS:
        hint = "delete the rows that are not used"
        raise refused(f"a worksheet has more than {MOST_ROWS:,} rows", file, hint)
    for match in _REF.finditer(part):
        column, row = match[1].decode(), int(match[2])
        if _number(column) >= MOST_COLUMNS or row > MOST_ROWS:
            known = f"row {MOST_ROWS:,} and column {letters(MOST_COLUMNS - 1)}"
            problem = f"a cell stands at {column}{row}, beyond {known}"
            raise refused(problem, file, "delete the rows and columns that are not used")


def _number(column: str) -> int:
    found = 0
    for letter in column:
        found = 26 * found + ord(letter) - ord("A") + 1
    return found - 1


def damaged(file: str) -> CaseError:
    """Return the fault of a workbook that cannot be opened."""
    return refused("the workbook is damaged", file, _SAVE)
