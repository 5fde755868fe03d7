"""Two parties: the upper staircase of several staircases, each moved by a gain.

Along a staircase the first value falls and the second rises, so that of two merged staircases what
does not rise above all before is dominated (Hespe et al. 2024 for sums of two staircases).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from detente.diagram import Floats, Ints
from detente.solvers.kernels.slices import filled, slice_end

_AHEAD = 24
"""Labels taken from each arc at once: few, since what is kept of them rules out many others."""


@njit(cache=True, nogil=True)
def merge_staircases(
    values: Ints,
    label_key: Ints,
    start: Ints,
    source: Ints,
    gain: Ints,
    arc_key: Ints,
    weights: Floats,
    need: Floats,
    most: int,
    stop: Ints,
    kept: Ints,
    n_kept: int,
) -> tuple[Ints, int]:
    """Add one state's undominated labels to those kept; the labels of a source are a staircase.

    For the parameters see :func:`detente.solvers.kernels.merging.merge_layer`.
    """
    at, end = start[source], start[source + 1]
    until = np.empty_like(at)
    bound = np.empty(len(source) + 1, np.int64)
    nothing = np.empty(0, np.int64)
    room = 0
    columns = np.empty((2, room), np.int64)
    other = np.empty((2, room), np.int64)
    keys = np.empty(room, np.int64)
    first = n_kept
    while not stop[0] and n_kept <= most:
        if n_kept > first:
            _skip(values, gain, at, end, kept[n_kept - 1, 1])
        n_slice = slice_end(label_key, arc_key, at, end, _AHEAD * len(source), until)
        if not n_slice:
            break
        if n_slice > room:
            room = n_slice
            columns = np.empty((2, room), np.int64)
            other = np.empty((2, room), np.int64)
            keys = np.empty(room, np.int64)
        n_runs = filled(
            values,
            label_key,
            gain,
            arc_key,
            at,
            until,
            weights,
            need,
            nothing,
            nothing,
            columns,
            keys,
            bound,
        )
        at[:] = until
        while n_runs > 1:
            n_runs = _merged_pairs(columns, other, bound, n_runs)
            columns, other = other, columns
        n_slice = bound[n_runs]
        if n_kept + n_slice > len(kept):
            more = np.empty((2 * (n_kept + n_slice), 2), np.int64)
            more[:n_kept] = kept[:n_kept]
            kept = more
        high = kept[n_kept - 1, 1] if n_kept > first else np.int64(-(2**62))
        for k in range(n_slice):
            if columns[1, k] > high:
                kept[n_kept, 0], kept[n_kept, 1] = columns[0, k], columns[1, k]
                n_kept += 1
    return kept, n_kept


@njit(cache=True, nogil=True)
def _skip(values: Ints, gain: Ints, at: Ints, end: Ints, high: int) -> None:
    """Pass over labels that do not rise above what is kept."""
    for arc in range(len(at)):
        low, step = at[arc], 1
        while low < end[arc] and values[low, 1] + gain[arc, 1] <= high:
            at[arc] = low + 1
            low += step
            step *= 2
        low, top = at[arc], min(low, end[arc])
        while low < top:
            middle = (low + top) >> 1
            if values[middle, 1] + gain[arc, 1] <= high:
                low = middle + 1
            else:
                top = middle
        at[arc] = low


@njit(cache=True, nogil=True)
def _merged_pairs(columns: Ints, other: Ints, bound: Ints, n_runs: int) -> int:
    """Merge neighbouring staircases into others; return how many there are."""
    x, y = columns
    new_x, new_y = other
    n_merged, o = 0, 0
    for run in range(0, n_runs, 2):
        i, middle = bound[run], bound[run + 1]
        j = middle
        last = bound[run + 2] if run + 1 < n_runs else middle
        high = np.int64(-(2**62))
        while i < middle and j < last:
            takes = x[i] > x[j] or (x[i] == x[j] and y[i] >= y[j])
            value = y[i] if takes else y[j]
            new_x[o] = x[i] if takes else x[j]
            new_y[o] = value
            i += takes
            j += not takes
            o += value > high
            high = max(high, value)
        while i < middle and y[i] <= high:
            i += 1
        while j < last and y[j] <= high:
            j += 1
        while i < middle:
            new_x[o], new_y[o] = x[i], y[i]
            i += 1
            o += 1
        while j < last:
            new_x[o], new_y[o] = x[j], y[j]
            j += 1
            o += 1
        n_merged += 1
        bound[n_merged] = o
    return n_merged
