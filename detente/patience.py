"""Which lines two texts share, found by patience: lines that stand once in each hold the rest.

The longest run of such lines that keeps its order divides both texts; what lies between is matched
in the same way. Where no line is alone, as between two blank lines, the longest common run is
taken, so that what moved little is found, and long repetitions are compared as wholes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

_MOST_COMPARED = 250_000
"""Pairs of lines that are compared where no line stands alone; more are one change."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Places of lines that went, and places of the lines that came for them; one may be empty."""

    old: range
    new: range


def lines_of(text: str) -> list[str]:
    r"""Return the lines of a text with their ends; put together, they are the text.

    Examples
    --------
    >>> lines_of("one\n\ntwo")
    ['one\n', '\n', 'two']
    """
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def matching(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Return the places of the lines that both share, each as (place in old, place in new).

    Both places rise, and the lines at them are the same.
    """
    found: list[tuple[int, int]] = []
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        i, j, k, m = waiting.pop()
        while i < j and k < m and old[i] == new[k]:
            found.append((i, k))
            i, k = i + 1, k + 1
        while i < j and k < m and old[j - 1] == new[m - 1]:
            j, m = j - 1, m - 1
            found.append((j, m))
        if i == j or k == m:
            continue
        pairs = list(_alone(old, new, (i, j, k, m))) or list(_common(old, new, (i, j, k, m)))
        if not pairs:
            continue
        found += pairs
        edges = [(i - 1, k - 1), *pairs, (j, m)]
        for (a, c), (b, d) in pairwise(edges):
            if b - a > 1 and d - c > 1:
                waiting.append((a + 1, b, c + 1, d))
    return tuple(sorted(found))


def edits(old: Sequence[str], new: Sequence[str]) -> tuple[Edit, ...]:
    """Return what made the old lines the new ones, in their order."""
    found = []
    edges = [(-1, -1), *matching(old, new), (len(old), len(new))]
    for (a, c), (b, d) in pairwise(edges):
        if b - a > 1 or d - c > 1:
            found.append(Edit(range(a + 1, b), range(c + 1, d)))
    return tuple(found)


def amount(old: str, new: str) -> tuple[int, int]:
    r"""Return how many lines came and how many went.

    Examples
    --------
    >>> amount("one\ntwo\n", "one\nthree\nfour\n")
    (2, 1)
    """
    changes = edits(lines_of(old), lines_of(new))
    return sum(len(one.new) for one in changes), sum(len(one.old) for one in changes)


Ranges = tuple[int, int, int, int]


def _alone(old: Sequence[str], new: Sequence[str], ranges: Ranges) -> Iterator[tuple[int, int]]:
    """Yield the longest rising run of lines that stand once in each range."""
    i, j, k, m = ranges
    often = Counter(old[i:j]), Counter(new[k:m])
    place = {old[n]: n for n in range(i, j)}
    pairs = [
        (place[new[at]], at)
        for at in range(k, m)
        if often[0][new[at]] == 1 and often[1][new[at]] == 1
    ]
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, (n, _) in enumerate(pairs):
        length = bisect_left(ends, n)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [n]
        last[length : length + 1] = [at]
    run = []
    at = last[-1] if last else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    yield from reversed(run)


def _common(old: Sequence[str], new: Sequence[str], ranges: Ranges) -> Iterator[tuple[int, int]]:
    """Yield the longest run of lines that both ranges share, where they are short enough."""
    i, j, k, m = ranges
    if (j - i) * (m - k) > _MOST_COMPARED:
        return
    found = SequenceMatcher(None, old, new, autojunk=False).find_longest_match(i, j, k, m)
    for step in range(found.size):
        yield found.a + step, found.b + step
