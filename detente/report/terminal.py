"""Lines of text measured in terminal cells, wrapped and styled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from rich.cells import cell_len, chop_cells

from detente.errors import printable
from detente.table import Tone

Style = Literal["bold", "dim"] | Tone

_STYLES: dict[Style, str] = {
    "bold": "1",
    "dim": "2",
    "good": "36",
    "bad": "33",
    "warn": "35",
}


BLANKS = re.compile(r"(?<!^[✓✕!])\s+(?!%(?:\W|$))")
"""Where a line may be broken: not before a sign of percent, nor after the sign of a tone."""


def plain_text(text: str) -> str:
    """Return ``text`` on one line with control and direction characters spelled out."""
    return printable(" ".join(text.split()))


def wrap(text: str, width: int) -> Iterator[str]:
    """Break plain text at blanks into lines of at most ``width`` cells, long words anywhere.

    A number and its sign of percent stay together where they fit, and so do a tone's sign and the
    word after it.

    Examples
    --------
    >>> list(wrap("one two three", 8))
    ['one two', 'three']
    """
    width = max(width, 2)
    line = ""
    for word in _breakable(BLANKS.split(text.strip()), width):
        longer = f"{line} {word}" if line else word
        if cell_len(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
    yield line


def _breakable(words: Iterable[str], width: int) -> Iterator[str]:
    for word in words:
        if cell_len(word) <= width:
            yield word
            continue
        for part in word.split():
            yield from chop_cells(part, width)


def styled(text: str, style: Style, *, colour: bool) -> str:
    """Return ``text`` with an ANSI style round it, or as it is."""
    code = _STYLES.get(style)
    if not colour or code is None or not text:
        return text
    return f"\x1b[{code}m{text}\x1b[0m"


def fill(text: str, width: int, *, align: Literal["left", "right"] = "left") -> str:
    """Return ``text`` padded with blanks to ``width`` cells.

    Examples
    --------
    >>> fill("4", 3, align="right"), fill("北", 4)
    ('  4', '北  ')
    """
    blanks = " " * max(width - cell_len(text), 0)
    return blanks + text if align == "right" else text + blanks
