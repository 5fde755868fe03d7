"""Sections and tables as Markdown, with everything that could be markup escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detente.report.wording import SIGNS, Content, column_texts, pieces, section_tables, shown
from detente.table import Section, Sentence, Table

_MARKUP = re.compile(r"([\\`*_{}\[\]()#!|~])")
_START = re.compile(r"^([-+=]+|[0-9]+[.)])(?=\s|$)")
_DEEPEST = 6


def render(content: Content, *, width: int = 80, colour: bool = False) -> str:
    """Return the content as GitHub-flavoured Markdown; ``width`` and ``colour`` do not matter."""
    del width, colour
    blocks = [block for part in pieces(content) for block in _blocks(part, depth=2)]
    return "\n\n".join(blocks) + "\n"


def _blocks(part: Section | Table, *, depth: int) -> Iterator[str]:
    if isinstance(part, Table):
        yield from _table(part)
        return
    yield f"{'#' * min(depth, _DEEPEST)} {escaped(part.title)}"
    yield from (_sentence(sentence) for sentence in part.lead)
    if part.points:
        yield "\n".join(f"- {_sentence(point)}" for point in part.points)
    for table in section_tables(part):
        yield from _table(table)
    for child in part.parts:
        yield from _blocks(child, depth=depth + 1)


def _sentence(sentence: Sentence) -> str:
    sign = SIGNS[sentence.tone].replace("!", "\\!")
    text = f"{sign} {escaped(sentence.text)}" if sign else escaped(sentence.text)
    return f"{text} ({escaped(sentence.source)})" if sentence.source else text


def _table(table: Table) -> Iterator[str]:
    yield f"**{escaped(table.title)}**"
    if table.columns:
        yield "\n".join(_rows(table.cut()))
    if table.note:
        yield escaped(table.note)


def _rows(table: Table) -> Iterator[str]:
    yield _row([escaped(column.title) for column in table.columns])
    yield _row(["---:" if column.align == "right" else "---" for column in table.columns])
    columns = [column_texts(table, place) for place in range(len(table.columns))]
    for i in range(len(table.rows)):
        yield _row([_cell(table, i, k, texts[i]) for k, texts in enumerate(columns)])


def _cell(table: Table, row: int, column: int, text: str) -> str:
    sign = SIGNS[table.tones.get((row, column), "plain")].replace("!", "\\!")
    safe = escaped(text)
    safe = f"**{safe}**" if row in table.strong and safe else safe
    return f"{sign} {safe}" if sign else safe


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def escaped(text: str) -> str:
    r"""Return ``text`` as Markdown that reads as itself: no emphasis, link, HTML or cell border.

    Examples
    --------
    >>> escaped("a|b <i>`x`</i>")
    'a\\|b &lt;i&gt;\\`x\\`&lt;/i&gt;'
    """
    flat = " ".join(shown(text).split())
    flat = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    flat = _MARKUP.sub(r"\\\1", flat)
    # A bare address would become a link.
    flat = re.sub(r"(?i)(https?|ftp|mailto|www)([:.])", r"\1&#8203;\2", flat)
    return _START.sub(lambda found: f"{found[1][:-1]}\\{found[1][-1]}", flat)
