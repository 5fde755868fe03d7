"""Joining first and last halves of packages so that demands are met.

A sum that weighs much in a Lagrangian bound can exceed its demand only little, or the bound would be
exceeded. So to each first half belong only last halves whose sums lie within narrow windows; they
are found by sorting, not by trying all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from detente.diagram import Floats
from detente.factors import Ints, Whole

_BLOCK = 500_000
"""Pairs looked at at once."""
_CELLS = 2**16
"""Cells along one sum."""
_NARROW = 0.5
"""Share of the whole span up to which a window is worth sorting by."""
_SORTED_BY = 3


def pairs_meeting(
    sums: tuple[Whole, Whole], states: tuple[Ints, Ints], least: Sequence[int], windows: Floats
) -> Iterator[tuple[Ints, Ints]]:
    """Go through pairs of halves that have a state in common and meet all demands together.

    Parameters
    ----------
    sums : of the first and of the last halves, shapes (n_first, n_demands), (n_last, n_demands)
    states : where each half ends, shapes (n_first,), (n_last,)
    least : what the two sums must come to, by demand
    windows : by how much they can exceed it at most, shape (n_demands,), infinite where nothing is
        known

    Yields positions in both, block by block; a block may be empty.

    Cost: sorting, and the pairs within the windows.
    """
    first, last = sums
    if not len(first) or not len(last):
        return
    bounds = [_whole(least[r], last.dtype) for r in range(len(least))]
    spans = np.array([float(top - low) for top, low in zip(last.max(0), last.min(0), strict=True)])
    order = np.argsort(windows / (spans + 1), kind="stable")
    line = int(order[0])
    across = [int(r) for r in order[1:_SORTED_BY] if windows[r] <= _NARROW * spans[r]]
    cells, shape, wanted = _cells(sums, bounds, windows, across)
    key = _packed(states[1], cells, shape)
    known, group = np.unique(key, return_inverse=True)
    places, rank = np.unique(last[:, line], return_inverse=True)
    composite = group * (len(places) + 1) + rank
    sort = np.argsort(composite, kind="stable")
    composite = composite[sort]
    needed = bounds[line] - first[:, line]
    low = np.searchsorted(places, needed, side="left")
    high = np.full(len(first), len(places))
    if np.isfinite(windows[line]):
        high = np.searchsorted(places, needed + _ceiling(windows[line]), side="right")
    for offset in product((0, 1), repeat=len(across)):
        moved = wanted + np.array(offset, dtype=np.int64)
        inside = ((moved >= 0) & (moved < np.array(shape, dtype=np.int64))).all(axis=1)
        query = _packed(states[0], np.where(inside[:, None], moved, 0), shape)
        found = np.minimum(np.searchsorted(known, query), len(known) - 1)
        inside &= (known[found] == query) & (low < high)
        rows = np.flatnonzero(inside)
        base = found[rows] * (len(places) + 1)
        begin = np.searchsorted(composite, base + low[rows], side="left")
        end = np.searchsorted(composite, base + high[rows], side="left")
        for i, j in _expanded(rows, begin, end):
            yield _met(sums, i, sort[j], bounds, order)


def _cells(
    sums: tuple[Whole, Whole], bounds: Sequence[int], windows: Floats, across: Sequence[int]
) -> tuple[Ints, list[int], Ints]:
    """Cut sums into cells as wide as windows; return cells, how many, and which are looked for."""
    first, last = sums
    cells, shape, wanted = [], [], []
    for r in across:
        low, high = int(last[:, r].min()), int(last[:, r].max())
        width = max(_ceiling(windows[r]) + 1, (high - low) // _CELLS + 1)
        own = ((last[:, r] - low) // width).astype(np.int64)
        other = (bounds[r] - first[:, r] - low) // width
        cells.append(own)
        shape.append((high - low) // width + 1)
        wanted.append(np.clip(other, -2, shape[-1] + 1).astype(np.int64))
    if not across:
        none = np.zeros((len(last), 0), dtype=np.int64)
        return none, [], np.zeros((len(first), 0), dtype=np.int64)
    return np.stack(cells, axis=1), shape, np.stack(wanted, axis=1)


def _packed(state: Ints, cells: Ints, shape: Sequence[int]) -> Ints:
    key = state.astype(np.int64)
    for column, size in zip(cells.T, shape, strict=True):
        key = key * size + column
    return key


def _expanded(rows: Ints, begin: Ints, end: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Write ranges out as pairs, block by block."""
    filled = end > begin
    rows, begin, end = rows[filled], begin[filled], end[filled]
    sizes = end - begin
    number = np.cumsum(sizes) // _BLOCK
    bounds = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), len(sizes)]
    for low, high in zip(bounds[:-1], bounds[1:], strict=True):
        own = sizes[low:high]
        within = np.arange(int(own.sum())) - np.repeat(np.cumsum(own) - own, own)
        yield np.repeat(rows[low:high], own), np.repeat(begin[low:high], own) + within


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


def _whole(amount: int, kind: np.dtype[np.int64]) -> int:
    """Return an amount as large as sums of that kind can be at all."""
    return amount if kind == object else max(-(2**61), min(2**61, amount))
