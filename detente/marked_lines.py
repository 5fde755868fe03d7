"""The difference of two texts line by line, for people: what went, what came, and what is near."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from detente.patience import Edit, edits, lines_of

Sign = Literal["", "+", "−"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the old text, of the new one, or of both.

    sign : + for one that came, − for one that went, nothing for one that stayed
    old, new : its number in either text, 1 first; 0 where it is not in it
    ended : False for a last line without an end of its own
    """

    sign: Sign
    text: str
    old: int
    new: int
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """So many lines that stayed as they were, and are not shown."""

    lines: int


def marked(old: str, new: str) -> tuple[Line, ...]:
    r"""Return the lines of both texts in one row; what went stands before what came for it.

    Examples
    --------
    >>> [line.sign + line.text for line in marked("a\nb\n", "a\nc\n")]
    ['a', '−b', '+c']
    """
    before, after = lines_of(old), lines_of(new)
    return tuple(_marked(before, after, edits(before, after)))


def folded(lines: Sequence[Line], *, near: int = 3) -> tuple[Line | Fold, ...]:
    """Return lines without those that stayed and are farther than ``near`` from what changed."""
    close = [False] * len(lines)
    for at, line in enumerate(lines):
        if line.sign:
            for other in range(max(0, at - near), min(len(lines), at + near + 1)):
                close[other] = True
    found: list[Line | Fold] = []
    hidden = 0
    for line, shown in zip(lines, close, strict=True):
        if not shown:
            hidden += 1
            continue
        if hidden:
            found.append(Fold(lines=hidden))
            hidden = 0
        found.append(line)
    return (*found, Fold(lines=hidden)) if hidden else tuple(found)


def _marked(old: Sequence[str], new: Sequence[str], changes: Sequence[Edit]) -> Iterator[Line]:
    end = Edit(range(len(old), len(old)), range(len(new), len(new)))
    at, shift = 0, 0
    for change in (*changes, end):
        for k in range(at, change.old.start):
            yield _line("", old[k], k + 1, k + 1 + shift)
        for k in change.old:
            yield _line("−", old[k], k + 1, 0)
        for k in change.new:
            yield _line("+", new[k], 0, k + 1)
        at = change.old.stop
        shift = change.new.stop - change.old.stop


def _line(sign: Sign, text: str, old: int, new: int) -> Line:
    bare = text.removesuffix("\n")
    return Line(sign=sign, text=bare, old=old, new=new, ended=bare != text)
