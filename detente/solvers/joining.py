"""Joining first and last halves of packages so that demands are met.

A sum that weighs much in a Lagrangian bound can exceed its demand only little, or the bound would
be exceeded. So to each first half belong only last halves whose sums lie within narrow windows;
they are found by sorting, not by trying all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.diagram import Floats
from detente.factors import Ints, Whole
from detente.solvers.ranges import written_out

_BLOCK = 200_000
"""Pairs looked at at once."""
_CHUNK = 150_000
"""Halves of one side sorted at once."""
_CELLS = 2**12
"""Cells along one sum at most."""
_MOST_SUMS = 5
"""Sums that are sorted by."""
_FEW = 2.0
"""Pairs expected for each first half at which no further sum is sorted by."""
_CLASSES = ((1e5, 1), (1e7, 4), (1e9, 6))
"""Up to so many pairs, halves are classed by their loss into so many classes."""
_MOST_CLASSES = 8
_SMALLEST = 0.05
"""The share of the largest room up to which the last class reaches."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Side:
    """Halves of packages from one end.

    sums : what they contribute to each demand, shape (n_halves, n_demands)
    state : where they end, shape (n_halves,)
    room : for first halves, by how much a weighted sum can exceed what is demanded with the best
        completion; for last halves, by how much they fall short of the best completion of their
        state
    """

    sums: Whole
    state: Ints
    room: Floats

    def __len__(self) -> int:
        return len(self.sums)

    def taken(self, rows: Ints) -> Side:
        """Return some of the halves."""
        return Side(sums=self.sums[rows], state=self.state[rows], room=self.room[rows])


def pairs_meeting(
    first: Side, last: Side, least: Sequence[int], multipliers: Floats, windows: Floats
) -> Iterator[tuple[Ints, Ints, int]]:
    """Go through pairs of halves that have a state in common and meet all demands together.

    Parameters
    ----------
    least : what the two sums must come to, by demand
    multipliers : what the weighted sum that rooms speak of weighs each demand with
    windows : by how much the sums can exceed what is demanded at most, shape (n_demands,),
        infinite where nothing is known

    Yields positions in both, and how many pairs were looked at, block by block; a block may be
    empty.

    Cost: sorting, and the pairs within the windows.
    """
    if not len(first) or not len(last):
        return
    bounds = [_whole(amount, last.sums.dtype) for amount in least]
    n_pairs = len(first) * len(last)
    n_classes = next((number for most, number in _CLASSES if n_pairs <= most), _MOST_CLASSES)
    largest = float(first.room.max())
    if largest <= 0:
        n_classes = 1
    steps = largest * _SMALLEST ** (np.arange(n_classes + 1) / n_classes)
    steps[-1] = -np.inf
    roomy = [
        np.flatnonzero((first.room <= high) & (first.room > low)) for high, low in pairwise(steps)
    ]
    losses = largest - steps
    losing = [
        np.flatnonzero((last.room >= low) & (last.room < high))
        for low, high in zip([-np.inf, *losses[1:-1]], losses[1:], strict=True)
    ]
    for a, rows in enumerate(roomy):
        for b, columns in enumerate(losing):
            left = steps[a] - (losses[b] if b else min(0.0, float(last.room.min())))
            if left < 0 or not len(rows) or not len(columns):
                continue
            with np.errstate(divide="ignore", invalid="ignore"):
                narrower = np.where(multipliers > 0, left / multipliers, np.inf)
            narrower = np.minimum(windows, narrower)
            for own, other in product(_chunks(rows), _chunks(columns)):
                pairs = _joined(first.taken(own), last.taken(other), bounds, narrower)
                for i, j, looked in pairs:
                    yield own[i], other[j], looked


def _chunks(rows: Ints) -> list[Ints]:
    return [rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK)]


def _joined(
    first: Side, last: Side, bounds: Sequence[int], windows: Floats
) -> Iterator[tuple[Ints, Ints, int]]:
    """Sort last halves by the sums with the narrowest windows, and look first halves up there."""
    order, n_sums = _sorted_by(first, last, windows)
    line, across = int(order[0]), [int(r) for r in order[1:n_sums]]
    cells, shape, wanted = _cells(first, last, bounds, (windows, across))
    key = _packed(last.state, cells, shape)
    known, group = np.unique(key, return_inverse=True)
    places, rank = np.unique(last.sums[:, line], return_inverse=True)
    composite = group * (len(places) + 1) + rank
    sort = np.argsort(composite, kind="stable")
    composite = composite[sort]
    needed = bounds[line] - first.sums[:, line]
    low = np.searchsorted(places, needed, side="left")
    high = np.full(len(first), len(places))
    if np.isfinite(windows[line]):
        high = np.searchsorted(places, needed + _ceiling(windows[line]), side="right")
    for offset in product((0, 1), repeat=len(across)):
        moved = wanted + np.array(offset, dtype=np.int64)
        inside = ((moved >= 0) & (moved < np.array(shape, dtype=np.int64))).all(axis=1)
        rows = np.flatnonzero(inside & (low < high))
        query = _packed(first.state[rows], moved[rows], shape)
        found = np.minimum(np.searchsorted(known, query), len(known) - 1)
        hit = known[found] == query
        rows, base = rows[hit], found[hit] * (len(places) + 1)
        begin = np.searchsorted(composite, base + low[rows], side="left")
        end = np.searchsorted(composite, base + high[rows], side="left")
        for which, place in written_out(np.maximum(end - begin, 0), _BLOCK):
            i, j = rows[which], sort[begin[which] + place]
            yield *_met((first.sums, last.sums), i, j, bounds, order), len(i)


def _sorted_by(first: Side, last: Side, windows: Floats) -> tuple[Ints, int]:
    """Return the sums, those with the narrowest windows first, and how many to sort by."""
    spans = np.array([float(column.max() - column.min()) for column in last.sums.T])
    shares = np.minimum(1.0, (windows + 2) / (spans + 1))
    order = np.argsort(shares, kind="stable")
    expected = len(last) * float(shares[order[0]])
    n_sums = 1
    for r in order[1:_MOST_SUMS]:
        if expected <= _FEW or 2 * shares[r] > 0.7 or len(first) < 64:
            break
        expected *= 2 * float(shares[r])
        n_sums += 1
    return order, n_sums


def _cells(
    first: Side, last: Side, bounds: Sequence[int], by: tuple[Floats, Sequence[int]]
) -> tuple[Ints, list[int], Ints]:
    """Cut sums into cells as wide as windows; return cells, how many, and which are looked for."""
    windows, across = by
    cells = np.zeros((len(last), len(across)), dtype=np.int64)
    wanted = np.zeros((len(first), len(across)), dtype=np.int64)
    shape = []
    for place, r in enumerate(across):
        low, high = int(last.sums[:, r].min()), int(last.sums[:, r].max())
        width = max(_ceiling(windows[r]) + 1, (high - low) // _CELLS + 1)
        size = (high - low) // width + 1
        cells[:, place] = (last.sums[:, r] - low) // width
        other = (bounds[r] - first.sums[:, r] - low) // width
        wanted[:, place] = np.clip(other, -2, size + 1)
        shape.append(size)
    return cells, shape, wanted


def _packed(state: Ints, cells: Ints, shape: Sequence[int]) -> Ints:
    key = state.astype(np.int64)
    for column, size in zip(cells.T, shape, strict=True):
        key = key * size + column
    return key


def _met(
    sums: tuple[Whole, Whole], i: Ints, j: Ints, bounds: Sequence[int], order: NDArray[np.int64]
) -> tuple[Ints, Ints]:
    first, last = sums
    for r in order:
        kept = np.flatnonzero((first[i, r] + last[j, r] >= bounds[r]).astype(bool))
        i, j = i[kept], j[kept]
    return i, j


def _ceiling(window: float) -> int:
    """Return a whole number that a window surely stays within."""
    return int(window) + 2


def _whole(amount: int, kind: np.dtype[Any]) -> int:
    """Return an amount as large as sums of that kind can be at all."""
    return amount if kind == np.dtype(object) else max(-(2**61), min(2**61, amount))
