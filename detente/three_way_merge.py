"""Two texts that grew from one, brought together line by line, as diff3 does.

Lines that all three share hold the rest. What stands between them was changed by one side, by both
in the same way, or by each in its own: only the last needs somebody to decide. S. Khanna,
K. Kunal, B. Pierce, A Formal Investigation of Diff3, FSTTCS 2007.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detente.patience import lines_of, matching


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Neighbouring lines, as they were, and as each side has them."""

    base: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]

    @property
    def unchanged(self) -> bool:
        """Whether neither side changed anything here."""
        return self.base == self.mine == self.theirs

    @property
    def conflicting(self) -> bool:
        """Whether each side changed this in its own way."""
        return self.mine not in {self.base, self.theirs} and self.theirs != self.base

    @property
    def merged(self) -> tuple[str, ...]:
        """What it becomes: the lines of the side that changed it; mine in a conflict."""
        return self.theirs if self.mine == self.base else self.mine


def chunks(base: str, mine: str, theirs: str) -> tuple[Chunk, ...]:
    """Return the parts of three texts, in their order; side by side they are the texts again."""
    texts = lines_of(base), lines_of(mine), lines_of(theirs)
    return tuple(_chunks(*texts))


def merge(base: str, mine: str, theirs: str) -> str | None:
    r"""Return the text with the changes of both sides; None where they are in each other's way.

    Changes without an unchanged line between them are in each other's way too.

    Examples
    --------
    >>> merge("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n")
    'A\nb\nC\n'
    >>> merge("a\n", "b\n", "c\n") is None
    True
    """
    found = chunks(base, mine, theirs)
    if any(chunk.conflicting for chunk in found):
        return None
    return "".join(line for chunk in found for line in chunk.merged)


def _chunks(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Iterator[Chunk]:
    to_mine, to_theirs = dict(matching(base, mine)), dict(matching(base, theirs))
    here = (0, 0, 0)
    held: list[str] = []
    for i in sorted(to_mine.keys() & to_theirs.keys()):
        there = (i, to_mine[i], to_theirs[i])
        if there != here:
            if held:
                yield _held(held)
                held = []
            yield _between((base, mine, theirs), here, there)
        held.append(base[i])
        here = (there[0] + 1, there[1] + 1, there[2] + 1)
    if held:
        yield _held(held)
    end = (len(base), len(mine), len(theirs))
    if here != end:
        yield _between((base, mine, theirs), here, end)


def _held(lines: list[str]) -> Chunk:
    same = tuple(lines)
    return Chunk(base=same, mine=same, theirs=same)


def _between(
    texts: tuple[Sequence[str], ...], here: tuple[int, ...], there: tuple[int, ...]
) -> Chunk:
    base, mine, theirs = (
        tuple(text[start:end]) for text, start, end in zip(texts, here, there, strict=True)
    )
    return Chunk(base=base, mine=mine, theirs=theirs)
