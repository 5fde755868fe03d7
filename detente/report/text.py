"""Sections and tables for terminals: headings, wrapped sentences, aligned columns.

Widths are counted in terminal cells, so that East Asian names line up. Nothing a case contains can
reach the terminal as a control sequence: such characters are spelled out.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

from detente.report.terminal import plain_text, styled, wrap
from detente.report.text_table import table_lines
from detente.report.wording import SIGNS, Content, pieces, section_tables
from detente.table import Section, Sentence, Table


def render(content: Content, *, width: int = 80, colour: bool = False) -> str:
    """Return the content as plain text at most ``width`` cells wide, ending in a newline.

    colour : add ANSI styles; the words and signs are the same with and without
    """
    width = max(width, 24)
    parts = pieces(content)
    blocks: list[str] = []
    for part in parts:
        blocks += _blocks(part, width=width, colour=colour, depth=0)
    return "\n\n".join(blocks) + "\n"


def _blocks(part: Section | Table, *, width: int, colour: bool, depth: int) -> Iterator[str]:
    if isinstance(part, Table):
        yield _table(part, width=width, colour=colour)
        return
    heading = "\n".join(_heading(part.title, width=width, colour=colour, depth=depth))
    lead = ["\n".join(_sentence(s, width=width, colour=colour, bullet="")) for s in part.lead]
    yield "\n".join([heading, *lead[:1]]) if depth else "\n\n".join([heading, *lead[:1]])
    yield from lead[1:]
    if part.points:
        lines: list[str] = []
        for point in part.points:
            lines += _sentence(point, width=width, colour=colour, bullet="–")
        yield "\n".join(lines)
    for table in section_tables(part):
        yield _table(table, width=width, colour=colour)
    for child in part.parts:
        yield from _blocks(child, width=width, colour=colour, depth=depth + 1)


def _heading(title: str, *, width: int, colour: bool, depth: int) -> Iterator[str]:
    lines = list(wrap(plain_text(title), width))
    yield from (styled(line, "bold", colour=colour) for line in lines)
    if depth == 0:
        yield styled("─" * max(map(cell_len, lines)), "dim", colour=colour)


def _sentence(sentence: Sentence, *, width: int, colour: bool, bullet: str) -> Iterator[str]:
    sign = SIGNS[sentence.tone] or bullet
    indent = " " * (cell_len(sign) + 1 if sign else 0)
    lines = list(wrap(plain_text(sentence.text), width - len(indent)))
    for place, line in enumerate(lines):
        lead = f"{styled(sign, sentence.tone, colour=colour)} " if sign and not place else indent
        yield lead + line
    if sentence.source:
        source = plain_text(f"[{sentence.source}]")
        for line in wrap(source, width - len(indent)):
            yield indent + styled(line, "dim", colour=colour)


def _table(table: Table, *, width: int, colour: bool) -> str:
    lines = [styled(line, "bold", colour=colour) for line in wrap(plain_text(table.title), width)]
    lines += table_lines(table.cut(), width=width, colour=colour)
    if table.note:
        note = wrap(plain_text(table.note), width)
        lines += [styled(line, "dim", colour=colour) for line in note]
    return "\n".join(lines)
