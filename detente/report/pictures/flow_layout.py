"""Where the circles of a flow graph stand: few arrows cross, and few run through a circle.

Columns are given; what is chosen is where in its column each circle stands. It begins with every
circle at the mean place of those it is joined to (barycentre ordering, Sugiyama, Tagawa & Toda
1981); then circles step aside or change places within their column as long as that helps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_SWEEPS = 8
_PASSES = 4
_HIT, _LENGTH, _OFF_CENTRE = 4.0, 0.05, 0.004
"""What an arrow into a circle, a step sideways, a step from the middle cost; a crossing is 1."""
_WORTH = 1e-9
_CLEAR = 0.45
"""An arrow hits a circle when it passes nearer to its middle than this, in steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Room for circles: columns one after the other, and places along each.

    most : circles in one column at the most; what is more stands in another column beside it
    step : from one circle to the next in a column, in pixels
    beside : between two columns that hold what is too much for one
    length : of all columns one after the other
    widest : between two neighbouring columns at the most
    """

    most: int
    step: float
    beside: float
    length: float
    widest: float


def places(
    before: Sequence[int], arrows: Sequence[tuple[int, int]], grid: Grid
) -> list[tuple[float, float]]:
    """Return where each circle stands: along the columns, and along its column.

    Both are in pixels; the first column and the first place are at 0.

    before : how many columns each state stands before the last
    arrows : from and to, by position
    """
    if not before:
        return []
    columns = _split(before, arrows, grid)
    along = _along(columns, before, grid)
    main = np.zeros(len(before))
    for column, x in zip(columns, along, strict=True):
        main[column] = x
    pairs = sorted({(min(pair), max(pair)) for pair in arrows if pair[0] != pair[1]})
    cross = _Settling(columns, main / grid.step, pairs).settled()
    return [(float(x), float(y) * grid.step) for x, y in zip(main, cross, strict=True)]


def _split(before: Sequence[int], arrows: Sequence[tuple[int, int]], grid: Grid) -> list[list[int]]:
    """Return the states of each column, from the first to the last; large ones are divided.

    What has arrows stands nearer to the others.
    """
    busy = {state for pair in arrows for state in pair}
    columns: list[list[int]] = []
    for height in sorted(set(before), reverse=True):
        column = sorted(
            (state for state, own in enumerate(before) if own == height),
            key=lambda state: (state not in busy, state),
        )
        n_parts = -(-len(column) // grid.most)
        size = -(-len(column) // n_parts)
        columns += [column[k * size : (k + 1) * size] for k in range(n_parts)]
    return columns


def _along(columns: Sequence[Sequence[int]], before: Sequence[int], grid: Grid) -> list[float]:
    """Return where each column stands."""
    same = [before[left[0]] == before[right[0]] for left, right in pairwise(columns)]
    room = grid.length - grid.beside * sum(same)
    n_apart = same.count(False)
    apart = min(room / n_apart, grid.widest) if n_apart else 0.0
    found = [0.0]
    for near in same:
        found.append(found[-1] + (grid.beside if near else max(apart, grid.beside)))
    return found


class _Settling:
    """Circles that move along their columns, in steps of half a place."""

    def __init__(
        self, columns: list[list[int]], main: Floats, pairs: Sequence[tuple[int, int]]
    ) -> None:
        self.columns = columns
        self.main = main
        self.pairs = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        self.last = 2 * (max(map(len, columns)) - 1)
        self.slot = np.zeros(len(main), dtype=np.int64)
        self.touching = [np.flatnonzero((self.pairs == k).any(axis=1)) for k in range(len(main))]

    def settled(self) -> Floats:
        """Return the place of each circle along its column, in steps."""
        self._spread()
        best, least = self.slot.copy(), self._crossings()
        for sweep in range(_SWEEPS):
            for column in self.columns[:: 1 if sweep % 2 else -1]:
                column.sort(key=lambda one: (self._barycentre(one), self.slot[one], one))
                self._spread()
            crossings = self._crossings()
            if crossings < least:
                best, least = self.slot.copy(), crossings
        self.slot = best
        for _ in range(_PASSES):
            if not self._improved():
                break
        return self.slot / 2

    def _spread(self) -> None:
        """Space the circles of each column evenly around the middle."""
        for column in self.columns:
            top = (self.last - 2 * (len(column) - 1)) // 2
            for place, one in enumerate(column):
                self.slot[one] = top + 2 * place

    def _barycentre(self, one: int) -> float:
        ends = self.pairs[self.touching[one]]
        others = ends[ends != one]
        others = others[self.main[others] != self.main[one]]
        return float(self.slot[others].mean()) if len(others) else float(self.last)

    def _crossings(self) -> float:
        every = np.arange(len(self.pairs))
        return float(self._costs(self.slot[None], every, np.arange(0))[0])

    def _improved(self) -> bool:
        """Let every circle step aside, and circles change places; tell whether any of it helped."""
        helped = False
        for column in self.columns:
            for one in column:
                helped |= self._chosen(self._steps(one, column), [one])
            helped |= self._chosen(self._exchanges(column), column)
        return helped

    def _chosen(self, variants: Ints, moved: Sequence[int]) -> bool:
        """Take the best of several ways to stand, the first of which is how it is."""
        arrows = np.unique(np.concatenate([self.touching[k] for k in moved]))
        costs = self._costs(variants, arrows, np.array(moved))
        best = int(costs.argmin())
        if costs[best] >= costs[0] - _WORTH:
            return False
        self.slot = variants[best]
        return True

    def _steps(self, one: int, column: Sequence[int]) -> Ints:
        here = int(self.slot[one])
        taken = {int(self.slot[other]) for other in column if other != one}
        free = [to for to in range(self.last + 1) if not taken & {to - 1, to, to + 1}]
        variants = np.tile(self.slot, (len(free) + 1, 1))
        variants[:, one] = [here, *free]
        return variants

    def _exchanges(self, column: Sequence[int]) -> Ints:
        pairs = list(combinations(column, 2))
        variants = np.tile(self.slot, (len(pairs) + 1, 1))
        for variant, (one, other) in zip(variants[1:], pairs, strict=True):
            variant[[one, other]] = variant[[other, one]]
        return variants

    def _costs(self, slots: Ints, arrows: Ints, moved: Ints) -> Floats:
        """Return how untidy some arrows, and the circles moved, are in several ways to stand.

        slots : shape (n_variants, n_circles)
        """
        places = slots / 2
        at = np.stack([np.broadcast_to(self.main, places.shape), places], axis=2)
        own = self.pairs[arrows]
        crossing = self._crossed(at, own)
        twice = np.zeros(len(self.pairs), dtype=np.bool_)
        twice[arrows] = True
        crossings = crossing[:, :, twice].sum(axis=(1, 2)) / 2
        crossings += crossing[:, :, ~twice].sum(axis=(1, 2))
        hits = _hits(at, own, np.arange(at.shape[1]))
        if len(moved):
            hits += _hits(at, self.pairs[~twice], moved)
        length = np.abs(places[:, own[:, 0]] - places[:, own[:, 1]]).sum(axis=1)
        off = np.abs(places[:, moved] - self.last / 4).sum(axis=1)
        found: Floats = crossings + _HIT * hits + _LENGTH * length + _OFF_CENTRE * off
        return found

    def _crossed(self, at: Floats, own: Ints) -> Bools:
        """Tell which of some arrows cross which; shape (n_variants, n_own, n_arrows)."""
        every = self.pairs
        a, b = at[:, own[:, 0], None], at[:, own[:, 1], None]
        c, d = at[:, None, every[:, 0]], at[:, None, every[:, 1]]
        apart = (own[:, None, :, None] != every[None, :, None, :]).all(axis=(2, 3))
        found: Bools = (
            apart & (_turn(a, b, c) * _turn(a, b, d) < 0) & (_turn(c, d, a) * _turn(c, d, b) < 0)
        )
        return found


def _turn(a: Floats, b: Floats, c: Floats) -> Floats:
    """Return on which side of a line through a and b the point c lies."""
    found: Floats = (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (
        c[..., 0] - a[..., 0]
    )
    return found


def _hits(at: Floats, pairs: Ints, circles: Ints) -> Floats:
    """Return how far straight arrows run into circles that are not their ends; by variant."""
    start, end = at[:, pairs[:, 0], None], at[:, pairs[:, 1], None]
    middle = at[:, None, circles]
    along = end - start
    square = np.maximum((along**2).sum(axis=3), 1e-9)
    part = np.clip(((middle - start) * along).sum(axis=3) / square, 0, 1)
    near = np.sqrt(((start + part[..., None] * along - middle) ** 2).sum(axis=3))
    strange = (pairs[:, None, :] != circles[None, :, None]).all(axis=2)
    found: Floats = (strange * np.clip(1 - near / (2 * _CLEAR), 0, 1)).sum(axis=(1, 2))
    return found
