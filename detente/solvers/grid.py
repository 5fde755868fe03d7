"""Frontiers on a grid: where values are small whole numbers, one array is a whole set of labels.

For each state an array over the values of all parties but one holds the most that the last party
can have beside them. Reading an issue moves the array by each option's gains and takes the larger
of the two everywhere. Nothing is sorted or compared pair by pair, and dominated cells do no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.diagram import Diagram, Layer
from detente.factors import Bools, Ints, Whole
from detente.solvers.merging import Labels
from detente.work import Work

_BLOCK_CELLS = 32_768
"""Cells moved at once, so that they stay in the cache."""
_NOTHING = {np.dtype(np.int16): -(2**14), np.dtype(np.int32): -(2**30)}
"""What a cell holds that no package reaches; gains added to it stay below every real value."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Boxes:
    """Between which values labels of each state lie, after each number of layers.

    low, high : for each depth, shape (n_states, n_parties); a state with low > high holds nothing
    axes : the parties whose values span the grid; last : the party whose value a cell holds
    kind : the dtype of cells
    cells : for each depth, shape (n_states,)
    """

    low: tuple[Ints, ...]
    high: tuple[Ints, ...]
    axes: tuple[int, ...]
    last: int
    kind: np.dtype[Any]
    cells: tuple[NDArray[np.float64], ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Grid:
    """The labels of all states after some layers, as arrays; None where there are none."""

    boxes: Boxes
    depth: int
    arrays: tuple[NDArray[Any] | None, ...]

    @property
    def n_bytes(self) -> int:
        """The memory the arrays take."""
        return sum(array.nbytes for array in self.arrays if array is not None)

    def holds(self, state: Ints, vectors: Whole) -> Bools:
        """Tell which vectors are undominated among those with the same values on the axes.

        state : shape (n_vectors,); vectors : shape (n_vectors, n_parties)
        """
        found = np.zeros(len(vectors), dtype=bool)
        boxes = self.boxes
        for s in np.unique(state):
            array = self.arrays[s]
            if array is None:
                continue
            rows = np.flatnonzero(state == s)
            low, high = boxes.low[self.depth][s], boxes.high[self.depth][s]
            own = vectors[rows].astype(np.int64)
            inside = ((own >= low) & (own <= high)).all(axis=1)
            rows, own = rows[inside], own[inside]
            cells = tuple(own[:, p] - low[p] for p in boxes.axes)
            found[rows] = array[cells] == own[:, boxes.last] - boxes.low[self.depth][s][boxes.last]
        return found

    def labels(self) -> Labels:
        """Return the undominated labels of every state."""
        boxes, kept, start = self.boxes, [], [0]
        n_parties = len(boxes.axes) + 1
        for s, array in enumerate(self.arrays):
            values = np.zeros((0, n_parties), dtype=np.int64)
            if array is not None:
                cells = _undominated_cells(array)
                low = boxes.low[self.depth][s]
                values = np.empty((len(cells[0]), n_parties), dtype=np.int64)
                for axis, p in enumerate(boxes.axes):
                    values[:, p] = cells[axis] + low[p]
                values[:, boxes.last] = array[cells] + low[boxes.last]
            kept.append(values)
            start.append(start[-1] + len(values))
        return Labels(values=np.concatenate(kept), start=np.array(start))


def boxes_of(diagram: Diagram) -> Boxes | None:
    """Return the ranges of labels, cut to what can still become acceptable.

    None where values are too large for the cells.
    """
    factors = diagram.factors
    n_parties = factors.n_parties
    if factors.dtype == object or n_parties < 2:
        return None
    rest = diagram.best_rest(np.eye(n_parties))
    low = [np.zeros((1, n_parties), dtype=np.int64)]
    high = [np.zeros((1, n_parties), dtype=np.int64)]
    lows, highs = [low[0]], [high[0]]
    for depth, layer in enumerate(diagram.layers, start=1):
        least = np.full((layer.n_targets, n_parties), 1, dtype=np.int64)
        most = np.zeros((layer.n_targets, n_parties), dtype=np.int64)
        filled = np.flatnonzero(np.diff(layer.start))
        first = layer.start[filled]
        if len(filled):
            least[filled] = np.minimum.reduceat(low[-1][layer.source] + layer.gain, first)
            most[filled] = np.maximum.reduceat(high[-1][layer.source] + layer.gain, first)
        low.append(least)
        high.append(most)
        to_come = np.where(np.isfinite(rest[depth]), rest[depth], 0).T.astype(np.int64)
        lows.append(np.maximum(least, factors.no_deal - to_come))
        highs.append(most)
    spans = [np.maximum(h - lo + 1, 0) for lo, h in zip(lows, highs, strict=True)]
    widest = np.max([span.max(axis=0) for span in spans], axis=0)
    last = int(np.argmax(widest))
    axes = tuple(p for p in range(n_parties) if p != last)
    reach = max(int((h[:, last] - lo[:, last]).max()) for lo, h in zip(low, high, strict=True))
    if reach >= 2**28:
        return None
    return Boxes(
        low=tuple(_with_last(lo, cut, last) for lo, cut in zip(low, lows, strict=True)),
        high=tuple(highs),
        axes=axes,
        last=last,
        kind=np.dtype(np.int16 if reach < 2**13 else np.int32),
        cells=tuple(
            span[:, list(axes)].prod(axis=1, dtype=np.float64) * (span > 0).all(axis=1)
            for span in spans
        ),
    )


def _with_last(low: Ints, cut: Ints, last: int) -> Ints:
    """Take the cut bounds for the axes, and the uncut one for the party that cells hold."""
    found = cut.copy()
    found[:, last] = low[:, last]
    return found


def grid_of(labels: Labels, boxes: Boxes, depth: int) -> Grid:
    """Put labels on grids."""
    arrays: list[NDArray[Any] | None] = []
    for s in range(len(labels.start) - 1):
        own = labels.values[labels.start[s] : labels.start[s + 1]].astype(np.int64)
        low = boxes.low[depth][s]
        own = own[(own >= low).all(axis=1)]
        array = _empty(boxes, depth, s)
        if array is not None and len(own):
            cells = tuple(own[:, p] - low[p] for p in boxes.axes)
            np.maximum.at(array, cells, (own[:, boxes.last] - low[boxes.last]).astype(boxes.kind))
            arrays.append(array)
        else:
            arrays.append(None)
    return Grid(boxes=boxes, depth=depth, arrays=tuple(arrays))


def moved(grid: Grid, layer: Layer, work: Work) -> Grid:
    """Read one more issue."""
    boxes, depth = grid.boxes, grid.depth + 1
    arrays: list[NDArray[Any] | None] = [None] * layer.n_targets
    axes = list(boxes.axes)
    for arc in range(len(layer.source)):
        source, target = int(layer.source[arc]), int(layer.target[arc])
        before = grid.arrays[source]
        if before is None or boxes.cells[depth][target] == 0:
            continue
        work.check()
        if arrays[target] is None:
            arrays[target] = _empty(boxes, depth, target)
        after = arrays[target]
        if after is None:
            continue
        gain = layer.gain[arc].astype(np.int64) + boxes.low[grid.depth][source]
        offset = gain - boxes.low[depth][target]
        first = [max(0, int(o)) for o in offset[axes]]
        end = [
            min(a, int(o) + b)
            for a, b, o in zip(after.shape, before.shape, offset[axes], strict=True)
        ]
        if any(e <= f for f, e in zip(first, end, strict=True)):
            continue
        into = after[tuple(slice(f, e) for f, e in zip(first, end, strict=True))]
        out_of = before[
            tuple(
                slice(f - int(o), e - int(o))
                for f, e, o in zip(first, end, offset[axes], strict=True)
            )
        ]
        _raise(into, out_of, int(offset[boxes.last]))
    return Grid(boxes=boxes, depth=depth, arrays=tuple(arrays))


def _raise(into: NDArray[Any], out_of: NDArray[Any], amount: int) -> None:
    """Raise cells to what another array holds plus an amount, in blocks that fit the cache."""
    rows = max(1, _BLOCK_CELLS // max(1, prod(into.shape[1:])))
    if into.ndim == 1:
        rows = _BLOCK_CELLS
    buffer = np.empty((min(rows, len(into)), *into.shape[1:]), dtype=into.dtype)
    step = into.dtype.type(amount)
    for start in range(0, len(into), rows):
        part = into[start : start + rows]
        raised = buffer[: len(part)]
        np.add(out_of[start : start + rows], step, out=raised)
        np.maximum(part, raised, out=part)


def _empty(boxes: Boxes, depth: int, state: int) -> NDArray[Any] | None:
    if boxes.cells[depth][state] == 0:
        return None
    low, high = boxes.low[depth][state], boxes.high[depth][state]
    shape = [int(high[p] - low[p] + 1) for p in boxes.axes]
    return np.full(shape, _NOTHING[boxes.kind], dtype=boxes.kind)


def _undominated_cells(array: NDArray[Any]) -> tuple[Ints, ...]:
    """Return the cells that hold something and that no cell further up the axes matches."""
    above = array
    for axis in range(array.ndim):
        above = np.flip(np.maximum.accumulate(np.flip(above, axis), axis=axis), axis)
    kept = array >= 0
    for axis in range(array.ndim):
        next_up = _sliced(above, axis, slice(1, None))
        here = _sliced(kept, axis, slice(None, -1))
        here &= _sliced(array, axis, slice(None, -1)) > next_up
    return np.nonzero(kept)


def _sliced(array: NDArray[Any], axis: int, part: slice) -> NDArray[Any]:
    where: Sequence[slice] = [part if a == axis else slice(None) for a in range(array.ndim)]
    return array[tuple(where)]
