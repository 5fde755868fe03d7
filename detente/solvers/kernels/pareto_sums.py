"""Two parties: the upper staircase of several staircases, each moved by a gain.

Along a staircase the first value falls and the second rises, so that of two merged staircases what
does not rise above all before is dominated (for sums of two staircases: Hespe, Sanders, Storandt &
Truschel 2023).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from detente.factors import Ints
from detente.solvers.kernels.coarse_maxima import empty_coarse_maxima
from detente.solvers.kernels.slices import (
    Arcs,
    Cuts,
    Labels,
    Limits,
    Reading,
    Shade,
    filled,
    room_for,
    slice_end,
)

_AHEAD = 24
"""Labels taken from each arc at once: few, since what is kept of them rules out many others."""
_LOWEST = -(2**62)


@njit(cache=True, nogil=True)
def merge_staircases(
    labels: Labels, arcs: Arcs, cuts: Cuts, limits: Limits, kept: Ints, n_kept: int
) -> tuple[Ints, int]:
    """Add one state's undominated labels to those kept; the labels of a source are a staircase."""
    reading = Reading(
        labels.start[arcs.source], labels.start[arcs.source], labels.start[arcs.source + 1]
    )
    nothing = Shade(np.empty(0, np.int64), 0, 0), empty_coarse_maxima(np.empty((2, 0), np.int64), 0)
    n_arcs = len(arcs.source)
    room = room_for(2, _AHEAD * n_arcs, n_arcs)
    other = np.empty_like(room.columns)
    high = _LOWEST
    while not limits.stop[0] and n_kept <= limits.most:
        _skip(labels, arcs, reading, high)
        if not slice_end(labels, arcs, reading, _AHEAD * n_arcs):
            break
        n_runs = filled(labels, arcs, reading, cuts, nothing, room)
        columns, spare = room.columns, other
        while n_runs > 1:
            n_runs = _merged_pairs(columns, spare, room.bound, n_runs)
            columns, spare = spare, columns
        n_slice = room.bound[n_runs]
        if n_kept + n_slice > len(kept):
            more = np.empty((2 * (n_kept + n_slice), 2), np.int64)
            more[:n_kept] = kept[:n_kept]
            kept = more
        for k in range(n_slice):
            if columns[1, k] > high:
                kept[n_kept, 0], kept[n_kept, 1] = columns[0, k], columns[1, k]
                n_kept += 1
                high = columns[1, k]
    return kept, n_kept


@njit(cache=True, nogil=True)
def upper_steps(values: Ints, start: Ints) -> tuple[Ints, Ints]:
    """Leave out labels that do not rise above those before them in their state."""
    steps = np.empty_like(values)
    first = np.zeros_like(start)
    n_steps = 0
    for state in range(len(start) - 1):
        for i in range(start[state], start[state + 1]):
            if n_steps == first[state] or values[i, 1] > steps[n_steps - 1, 1]:
                steps[n_steps, 0], steps[n_steps, 1] = values[i, 0], values[i, 1]
                n_steps += 1
        first[state + 1] = n_steps
    return steps[:n_steps], first


@njit(cache=True, nogil=True)
def _skip(labels: Labels, arcs: Arcs, reading: Reading, high: int) -> None:
    """Pass over labels that do not rise above what is kept."""
    at, _, end = reading
    for arc in range(len(at)):
        most = high - arcs.gain[arc, 1]
        low, step = at[arc], 1
        while low < end[arc] and labels.values[low, 1] <= most:
            at[arc] = low + 1
            low += step
            step *= 2
        low, top = at[arc], min(low, end[arc])
        while low < top:
            middle = (low + top) >> 1
            if labels.values[middle, 1] <= most:
                low = middle + 1
            else:
                top = middle
        at[arc] = low


@njit(cache=True, nogil=True)
def _merged_pairs(columns: Ints, other: Ints, bound: Ints, n_runs: int) -> int:
    """Merge neighbouring staircases into others; return how many there are."""
    x, y = columns[0], columns[1]
    new_x, new_y = other[0], other[1]
    n_merged, o = 0, 0
    for run in range(0, n_runs, 2):
        i, middle = bound[run], bound[run + 1]
        j = middle
        last = bound[run + 2] if run + 1 < n_runs else middle
        high = _LOWEST
        while i < middle and j < last:
            takes = x[i] > x[j] or (x[i] == x[j] and y[i] >= y[j])
            value = y[i] if takes else y[j]
            new_x[o] = x[i] if takes else x[j]
            new_y[o] = value
            i += takes
            j += not takes
            o += value > high
            high = max(high, value)
        while i < middle:
            new_x[o], new_y[o] = x[i], y[i]
            o += y[i] > high
            i += 1
        while j < last:
            new_x[o], new_y[o] = x[j], y[j]
            o += y[j] > high
            j += 1
        n_merged += 1
        bound[n_merged] = o
    return n_merged
