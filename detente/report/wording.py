"""How cells and names read on every face: hostile characters spelled out, decimals alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from detente.number import rounded, signed
from detente.table import Cell, Section, Table, Tone, cell_text

SIGNS: dict[Tone, str] = {"plain": "", "good": "✓", "bad": "✕", "warn": "!"}
"""A tone is a sign before it is a colour."""

TONE_WORDS: dict[Tone, str] = {"plain": "", "good": "yes", "bad": "no", "warn": "note"}
"""What a sign says when it is read aloud."""

# Joiners shape Persian and Indic words; no-break spaces keep numbers with their units.
_KEPT = {"\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\u200c", "\u200d"}


def shown(text: str) -> str:
    r"""Return ``text`` fit for a page: one line, control and direction characters spelled out.

    Examples
    --------
    >>> shown("a" + chr(0x202E) + "b" + chr(10) + "c")
    'a\\u202eb c'
    """
    return "".join(map(_shown_character, text))


def _shown_character(character: str) -> str:
    if character.isprintable() or character in _KEPT:
        return character
    if character in "\t\n\r":
        return " "
    return f"\\u{ord(character):04x}"


def column_texts(table: Table, column: int) -> list[str]:
    """Return the cells of one column as people read them, with as many decimals each.

    Where one number of a right-aligned column shows a decimal, all do, so that points line up.
    """
    description = table.columns[column]
    cells = [row[column] for row in table.rows]
    texts = [cell_text(cell, with_sign=description.signed) for cell in cells]
    if description.align != "right":
        return texts
    plain = [is_number(cell) and "×" not in text for cell, text in zip(cells, texts, strict=True)]
    if any(on and "." in text for on, text in zip(plain, texts, strict=True)):
        return [
            f"{text}.0" if on and "." not in text else text
            for on, text in zip(plain, texts, strict=True)
        ]
    return texts


def is_number(cell: Cell) -> bool:
    """Tell whether the cell holds a number, so that its text may begin with a sign."""
    return isinstance(cell, Fraction | int)


def number_text(number: float, *, with_sign: bool = False) -> str:
    """Return a number of a picture: rounded to 0.1, true minus."""
    return signed(number) if with_sign else rounded(number)


def exactly(number: float) -> Fraction:
    """Return a picture's number as a table cell."""
    return Fraction(number)


Content = Section | Table | Sequence[Section | Table]
"""What a renderer takes: one section or table, or several."""


def pieces(content: Content) -> list[Section | Table]:
    """Return the content as a list."""
    return [content] if isinstance(content, Section | Table) else list(content)


def tables_of(content: Content) -> list[Table]:
    """Return every table of the content in reading order."""
    return list(_tables(pieces(content)))


def _tables(parts: Iterable[Section | Table]) -> Iterable[Table]:
    for part in parts:
        if isinstance(part, Table):
            yield part
        else:
            yield from section_tables(part)
            yield from _tables(part.parts)


def section_tables(section: Section) -> tuple[Table, ...]:
    """Return the section's own tables, or those of its pictures where it has none."""
    return section.tables or tuple(picture.table() for picture in section.pictures)
