"""Merging one layer: candidates of each state in falling order, filtered as they come.

Of a state's candidates, those of one arc are the labels of its source moved by the arc's gain, so
they are in falling lexicographic order as these are. Slices of all arcs that together hold the next
candidates are merged pair by pair, and each candidate is compared with those kept so far: nothing
after it can dominate it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from detente.diagram import Floats, Ints
from detente.solvers.kernels.corner_tree import (
    CornerTree,
    Fields,
    covered,
    empty_tree,
    fields_of,
    is_exact,
    planted,
)
from detente.solvers.kernels.prefix_maxima import LARGEST, Maxima, empty_maxima, overtopped
from detente.solvers.kernels.pareto_sums import merge_staircases
from detente.solvers.kernels.slices import Places, filled, keys_of, merged_runs, slice_end
from detente.solvers.kernels.staircases import Staircase, climb, empty_staircase, is_below, widened

_SLICE = 16_384
"""Candidates merged at once."""
_STRIPS = 1024
_MOST_CELLS = 32_000_000
_CELLS_EACH = 64
"""A grid of maxima may have so many cells for each candidate."""
_DEEPEST = 128


@njit(cache=True, nogil=True)
def merge_layer(
    values: Ints,
    start: Ints,
    source: Ints,
    gain: Ints,
    arc_start: Ints,
    weights: Floats,
    need: Floats,
    unit: Ints,
    most: int,
    stop: Ints,
) -> tuple[Ints, Ints]:
    """Return the undominated labels of each target state, and where each state's begin.

    values, start : labels, of each state in falling lexicographic order
    source, gain, arc_start : arcs by target
    weights, need : the cuts, ``weights @ value >= need[:, state]``
    unit : what a coordinate counts in the key by which candidates are ordered; zero for the
        coordinates that decide only between equal keys
    most : stop when more labels are kept
    stop : shape (1,); stop when no longer zero
    """
    n_parties = values.shape[1]
    n_targets = len(arc_start) - 1
    label_key = keys_of(values, unit)
    arc_key = keys_of(gain, unit)
    low, high = _bounds(values, start)
    kept = np.empty((1024, n_parties), np.int64)
    kept_start = np.zeros(n_targets + 1, np.int64)
    n_kept = 0
    for state in range(n_targets):
        first, last = arc_start[state], arc_start[state + 1]
        if n_parties == 2:
            kept, n_kept = merge_staircases(
                values,
                label_key,
                start,
                source[first:last],
                gain[first:last],
                arc_key[first:last],
                weights,
                need[:, state].copy(),
                most,
                stop,
                kept,
                n_kept,
            )
        elif n_kept <= most and not stop[0]:
            kept, n_kept = _merge_state(
                values,
                label_key,
                start,
                source[first:last],
                gain[first:last],
                arc_key[first:last],
                low,
                high,
                weights,
                need[:, state].copy(),
                unit,
                most,
                stop,
                kept,
                n_kept,
            )
        kept_start[state + 1] = n_kept
    return kept[:n_kept], kept_start


@njit(cache=True, nogil=True)
def _bounds(values: Ints, start: Ints) -> tuple[Ints, Ints]:
    """Return the smallest and largest of each state's labels for each party."""
    n_states, n_parties = len(start) - 1, values.shape[1]
    low = np.zeros((n_states, n_parties), np.int64)
    high = np.zeros((n_states, n_parties), np.int64)
    for state in range(n_states):
        for i in range(start[state], start[state + 1]):
            for p in range(n_parties):
                value = values[i, p]
                if i == start[state] or value < low[state, p]:
                    low[state, p] = value
                if i == start[state] or value > high[state, p]:
                    high[state, p] = value
    return low, high


@njit(cache=True, nogil=True)
def _merge_state(
    values: Ints,
    label_key: Ints,
    start: Ints,
    source: Ints,
    gain: Ints,
    arc_key: Ints,
    low: Ints,
    high: Ints,
    weights: Floats,
    need: Floats,
    unit: Ints,
    most: int,
    stop: Ints,
    kept: Ints,
    n_kept: int,
) -> tuple[Ints, int]:
    """Add one state's undominated labels to those kept."""
    n_parties = values.shape[1]
    at, end = start[source], start[source + 1]
    total = (end - at).sum()
    if not total:
        return kept, n_kept
    least, largest = _reach(source, gain, at, end, low, high)
    _raise_least(least, weights, need)
    if (least > largest).any():
        return kept, n_kept
    gridded = n_parties == 4 and _fits(least, largest, total)
    n_rows, n_columns = 1, 1
    if gridded:
        n_rows, n_columns = largest[1] - least[1] + 1, largest[2] - least[2] + 1
    maxima = empty_maxima(n_rows, n_columns)
    n_strips = min(_STRIPS, total) if n_parties == 3 else 0
    stairs = empty_staircase(4, least[1], largest[1], n_strips)
    tree = empty_tree()
    fields = fields_of(least[1:], largest[1:])
    room = min(total, _SLICE)
    columns = np.empty((n_parties, room), np.int64)
    keys = np.empty((2, room), np.int64)
    places = np.empty((2, room), np.int32)
    bound = np.empty(len(source) + 1, np.int64)
    until = np.empty_like(at)
    while not stop[0] and n_kept <= most:
        n_slice = slice_end(label_key, arc_key, at, end, _SLICE, until)
        if not n_slice:
            break
        if n_slice > room:
            room = n_slice
            columns = np.empty((n_parties, room), np.int64)
            keys = np.empty((2, room), np.int64)
            places = np.empty((2, room), np.int32)
        n_runs = filled(
            values,
            label_key,
            gain,
            arc_key,
            at,
            until,
            weights,
            need,
            stairs.shade,
            stairs.strips,
            columns,
            keys[0],
            bound,
        )
        at[:] = until
        n_slice = bound[n_runs]
        order = places[merged_runs(keys, places, bound, n_runs, columns, unit)][:n_slice]
        if n_kept + n_slice > len(kept):
            kept = _grown(kept, max(n_kept + n_slice, 2 * n_kept))
        if n_parties == 3:
            stairs, n_kept = _climb(stairs, columns, order, kept, n_kept)
        elif gridded:
            n_kept = _overtop(maxima, least, columns, order, kept, n_kept)
        else:
            tree, n_kept = _cover(tree, fields, columns, order, kept, n_kept, most, stop)
    return kept, n_kept


@njit(cache=True, nogil=True)
def _reach(
    source: Ints, gain: Ints, at: Ints, end: Ints, low: Ints, high: Ints
) -> tuple[Ints, Ints]:
    """Return bounds of a state's candidates."""
    n_parties = gain.shape[1]
    least, largest = np.zeros(n_parties, np.int64), np.zeros(n_parties, np.int64)
    begun = False
    for arc in range(len(source)):
        if at[arc] == end[arc]:
            continue
        for p in range(n_parties):
            lower, upper = low[source[arc], p] + gain[arc, p], high[source[arc], p] + gain[arc, p]
            least[p] = min(least[p], lower) if begun else lower
            largest[p] = max(largest[p], upper) if begun else upper
        begun = True
    return least, largest


@njit(cache=True, nogil=True)
def _raise_least(least: Ints, weights: Floats, need: Floats) -> None:
    """Heed the cuts that are about one party."""
    for cut in range(len(weights)):
        only = -1
        for p in range(len(least)):
            if weights[cut, p]:
                only = p if only == -1 else -2
        if only >= 0 and weights[cut, only] > 0:
            bound = need[cut] / weights[cut, only]
            if bound - 2 > least[only] and bound < 2.0**60:
                least[only] = np.int64(bound) - 2


@njit(cache=True, nogil=True)
def _fits(least: Ints, largest: Ints, total: int) -> bool:
    """Tell whether a grid of the second and third values pays."""
    n_cells = (largest[1] - least[1] + 1.0) * (largest[2] - least[2] + 1.0)
    return n_cells <= min(_MOST_CELLS, _CELLS_EACH * total) and largest[3] - least[3] < LARGEST


@njit(cache=True, nogil=True)
def _climb(
    stairs: Staircase,
    columns: Ints,
    order: Places,
    kept: Ints,
    n_kept: int,
) -> tuple[Staircase, int]:
    """Keep the undominated of candidates with three values."""
    for i in order:
        y, z = columns[1, i], columns[2, i]
        if stairs.shade[(y - stairs.strips[0]) >> stairs.strips[1]] < z and not is_below(
            stairs, y, z
        ):
            if stairs.n_blocks[0] == len(stairs.order):
                stairs = widened(stairs)
            climb(stairs, y, z)
            for p in range(3):
                kept[n_kept, p] = columns[p, i]
            n_kept += 1
    return stairs, n_kept


@njit(cache=True, nogil=True)
def _overtop(
    maxima: Maxima,
    least: Ints,
    columns: Ints,
    order: Places,
    kept: Ints,
    n_kept: int,
) -> int:
    """Keep the undominated of candidates with four values."""
    for i in order:
        x, y, z = columns[1, i] - least[1], columns[2, i] - least[2], columns[3, i] - least[3]
        if not overtopped(maxima, x, y, z):
            for p in range(4):
                kept[n_kept, p] = columns[p, i]
            n_kept += 1
    return n_kept


@njit(cache=True, nogil=True)
def _cover(
    tree: CornerTree,
    fields: Fields,
    columns: Ints,
    order: Places,
    kept: Ints,
    n_kept: int,
    most: int,
    stop: Ints,
) -> tuple[CornerTree, int]:
    """Keep the undominated of candidates with any number of values."""
    n_parties = len(columns)
    exact = is_exact(fields, n_parties - 1)
    vector = np.empty(n_parties, np.int64)
    stack = np.empty(_DEEPEST, np.int64)
    for k in range(len(order)):
        if not k & 255 and (stop[0] or n_kept > most):
            break
        for p in range(n_parties):
            vector[p] = columns[p, order[k]]
        signature = 0
        for p in range(len(fields.low)):
            signature |= (vector[p + 1] - fields.low[p]) >> fields.coarse[p] << (p * fields.width)
        if not covered(tree, fields, signature, exact, vector, kept, stack):
            tree = planted(tree, fields, signature, n_kept)
            for p in range(n_parties):
                kept[n_kept, p] = vector[p]
            n_kept += 1
    return tree, n_kept


@njit(cache=True, nogil=True)
def _grown(rows: Ints, n_rows: int) -> Ints:
    more = np.empty((n_rows, rows.shape[1]), np.int64)
    more[: len(rows)] = rows
    return more
