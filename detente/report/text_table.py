"""A table as lines of text: columns aligned, long cells wrapped, or stacked when too wide."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from rich.cells import cell_len

from detente.report.terminal import BLANKS, fill, plain_text, styled, wrap
from detente.report.wording import SIGNS, column_texts
from detente.table import Table

GAP = 2
NARROWEST = 8
"""A column of words is not squeezed below this; a table that still does not fit is stacked."""


def table_lines(table: Table, *, width: int, colour: bool) -> list[str]:
    """Return the table without its title, at most ``width`` cells wide."""
    if not table.columns:
        return []
    cells = _cells(table)
    widths = _widths(table, cells, width)
    if widths is None:
        return list(_stacked(table, cells, width=width, colour=colour))
    return list(_aligned(table, cells, widths, colour=colour))


def _cells(table: Table) -> list[list[str]]:
    """Return the texts of all cells, by row, with the signs of their tones."""
    columns = [column_texts(table, place) for place in range(len(table.columns))]
    return [
        [_with_sign(table, i, k, columns[k][i]) for k in range(len(columns))]
        for i in range(len(table.rows))
    ]


def _with_sign(table: Table, row: int, column: int, text: str) -> str:
    sign = SIGNS[table.tones.get((row, column), "plain")]
    return f"{sign} {plain_text(text)}" if sign else plain_text(text)


def _titles(table: Table) -> list[str]:
    return [plain_text(column.title) for column in table.columns]


def _widths(table: Table, cells: list[list[str]], width: int) -> list[int] | None:
    """Return the width of each column, or None when the table cannot fit side by side.

    Every column gets what it needs at least; what is left goes, cell by cell, to the column whose
    longest text would fill the most lines. A title broken over lines counts for half of that.
    """
    columns = range(len(table.columns))
    titles = [cell_len(title) for title in _titles(table)]
    longest = [max((cell_len(row[k]) for row in cells), default=0) for k in columns]
    natural = [max(1, titles[k], longest[k]) for k in columns]
    widths = [_least(table, cells, k) for k in columns]
    spare = width - GAP * (len(widths) - 1) - sum(widths)
    if spare < 0:
        return None
    for _ in range(spare):
        open_to_more = [k for k in columns if widths[k] < natural[k]]
        if not open_to_more:
            break
        neediest = max(open_to_more, key=lambda k: max(longest[k], titles[k] / 2) / widths[k])
        widths[neediest] += 1
    return widths


def _least(table: Table, cells: list[list[str]], column: int) -> int:
    """Return how far a column may be squeezed: numbers not at all, words to their longest."""
    title = plain_text(table.columns[column].title)
    longest_title = max(map(cell_len, title.split() or [""]))
    texts = [row[column] for row in cells]
    if table.columns[column].align == "right":
        return max([longest_title, *map(cell_len, texts)])
    longest = max([cell_len(word) for text in texts for word in BLANKS.split(text)], default=0)
    return max(min(longest, 2 * NARROWEST), min(longest_title, 2 * NARROWEST), 1)


def _aligned(
    table: Table, cells: list[list[str]], widths: list[int], *, colour: bool
) -> Iterator[str]:
    hairline = styled("─" * (sum(widths) + GAP * (len(widths) - 1)), "dim", colour=colour)
    yield from (
        styled(line, "dim", colour=colour) for line in _row_lines(table, _titles(table), widths)
    )
    yield hairline
    long_cells = any(cell_len(text) > widths[k] for row in cells for k, text in enumerate(row))
    for i, row in enumerate(cells):
        if i and long_cells and len(widths) > 1:
            yield ""
        if i in table.strong and i and not long_cells:
            yield hairline
        tones = [table.tones.get((i, k), "plain") for k in range(len(widths))]
        blocks = [list(wrap(text, widths[k])) for k, text in enumerate(row)]
        for parts in zip_longest(*blocks, fillvalue=""):
            padded = [
                fill(part, widths[k], align=table.columns[k].align) for k, part in enumerate(parts)
            ]
            line = (" " * GAP).join(
                styled(part, tone, colour=colour) for part, tone in zip(padded, tones, strict=True)
            )
            bold = i in table.strong and all(tone == "plain" for tone in tones)
            yield styled(line.rstrip(), "bold", colour=colour and bold)


def _row_lines(table: Table, texts: list[str], widths: list[int]) -> Iterator[str]:
    blocks = [list(wrap(text, widths[k])) for k, text in enumerate(texts)]
    tallest = max(map(len, blocks))
    for block in blocks:
        block[:0] = [""] * (tallest - len(block))
    for parts in zip(*blocks, strict=True):
        padded = [
            fill(part, widths[k], align=table.columns[k].align) for k, part in enumerate(parts)
        ]
        yield (" " * GAP).join(padded).rstrip()


def _stacked(table: Table, cells: list[list[str]], *, width: int, colour: bool) -> Iterator[str]:
    """Return each row as lines of ``title: cell``, for tables too wide for the terminal."""
    titles = _titles(table)
    for i, row in enumerate(cells):
        if i:
            yield ""
        for title, text in zip(titles, row, strict=True):
            lines = list(wrap(f"{title}: {text}" if title else text, width - 2))
            yield lines[0] if text is row[0] else f"  {lines[0]}"
            yield from (f"    {line}" for line in wrap(" ".join(lines[1:]), width - 4) if line)
    yield styled("─" * min(width, 24), "dim", colour=colour)
