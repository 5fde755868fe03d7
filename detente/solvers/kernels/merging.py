"""Merging one layer: candidates of each state in falling order, filtered as they come.

Each candidate is compared with those kept so far: nothing after it can dominate it. What they are
kept in depends on the number of parties: two need the largest second value only, three a staircase
of the second and third (Kung, Luccio & Preparata 1975), four a grid of maxima where values are
small, and all others a tree of corners. Four ask the tree only what a coarse grid cannot tell.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from detente.factors import Ints
from detente.solvers.kernels.coarse_maxima import (
    BELOW,
    FREE,
    UNTOLD,
    CoarseMaxima,
    empty_coarse_maxima,
    enter,
    told,
)
from detente.solvers.kernels.corner_tree import (
    CornerTree,
    Fields,
    covered,
    empty_tree,
    enlarged,
    fields_of,
    is_full,
    plant,
    signed,
)
from detente.solvers.kernels.pareto_sums import merge_staircases, upper_steps
from detente.solvers.kernels.prefix_maxima import LARGEST, Maxima, empty_maxima, overtopped
from detente.solvers.kernels.slices import (
    Arcs,
    Cuts,
    Labels,
    Limits,
    Places,
    Reading,
    filled,
    in_order,
    keys_of,
    room_for,
    slice_end,
    units_of,
)
from detente.solvers.kernels.staircases import Staircase, climb, empty_staircase, is_below, widened

_SLICE = 8_192
"""Candidates merged at once."""
_STRIPS = 1024
_MOST_CELLS = 32_000_000
_CELLS_EACH = 64
"""A grid of maxima may have so many cells for each candidate."""
_OFTEN = 256
"""Candidates between two looks at the limits."""


@njit(cache=True, nogil=True)
def is_ordered(values: Ints, start: Ints) -> bool:
    """Tell whether the labels of each state are in falling lexicographic order."""
    for state in range(len(start) - 1):
        for i in range(start[state] + 1, start[state + 1]):
            for p in range(values.shape[1]):
                if values[i, p] != values[i - 1, p]:
                    if values[i, p] > values[i - 1, p]:
                        return False
                    break
    return True


@njit(cache=True, nogil=True)
def merge_layer(
    values: Ints, start: Ints, arcs: tuple[Ints, Ints, Ints], cuts: Cuts, limits: Limits
) -> tuple[Ints, Ints]:
    """Return the undominated labels of each target state, and where each state's begin.

    values, start : at least one label of two parties or more, of each state in falling
        lexicographic order
    arcs : source, gain, and the first arc of each target; at least one arc
    cuts : ``need`` has a column for each target

    Where a limit was reached, the result is not complete.
    """
    source, gain, first_arc = arcs
    if values.shape[1] == 2:
        values, start = upper_steps(values, start)
    unit = units_of(values, gain)
    labels = Labels(values, start, keys_of(values, unit))
    arc_key = keys_of(gain, unit)
    low, high = _bounds(values, start)
    kept = np.empty((1024, values.shape[1]), np.int64)
    kept_start = np.zeros(len(first_arc), np.int64)
    n_kept = int(kept_start[0])
    for state in range(len(first_arc) - 1):
        these = slice(first_arc[state], first_arc[state + 1])
        own = Arcs(source[these], gain[these], arc_key[these])
        bounds = Cuts(cuts.weights, cuts.need[:, state].copy())
        if values.shape[1] == 2:
            kept, n_kept = merge_staircases(labels, own, bounds, limits, kept, n_kept)
        else:
            reach = _reach(labels, own, bounds, low, high)
            if len(reach):
                kept, n_kept = _merge_state(
                    labels, own, bounds, limits, (kept, reach, unit), n_kept
                )
        if n_kept > limits.most or limits.stop[0]:
            break
        kept_start[state + 1] = n_kept
    return kept[:n_kept].copy(), kept_start


@njit(cache=True, nogil=True)
def _bounds(values: Ints, start: Ints) -> tuple[Ints, Ints]:
    """Return the smallest and largest of each state's labels for each party."""
    low = np.zeros((len(start) - 1, values.shape[1]), np.int64)
    high = np.zeros_like(low)
    for state in range(len(low)):
        if start[state] < start[state + 1]:
            low[state] = values[start[state]]
            high[state] = values[start[state]]
        for i in range(start[state], start[state + 1]):
            for p in range(values.shape[1]):
                low[state, p] = min(low[state, p], values[i, p])
                high[state, p] = max(high[state, p], values[i, p])
    return low, high


@njit(cache=True, nogil=True)
def _reach(labels: Labels, arcs: Arcs, cuts: Cuts, low: Ints, high: Ints) -> Ints:
    """Return bounds of a state's candidates, shape (2, n_parties), or nothing where none can be."""
    n_parties = arcs.gain.shape[1]
    reach = np.empty((2, n_parties), np.int64)
    reach[0], reach[1] = 2**62, -(2**62)
    for arc, state in enumerate(arcs.source):
        if labels.start[state] < labels.start[state + 1]:
            for p in range(n_parties):
                reach[0, p] = min(reach[0, p], low[state, p] + arcs.gain[arc, p])
                reach[1, p] = max(reach[1, p], high[state, p] + arcs.gain[arc, p])
    for cut in range(len(cuts.weights)):
        weights = cuts.weights[cut]
        party = np.argmax(weights)
        if weights[party] > 0.0 and np.count_nonzero(weights) == 1:
            least = cuts.need[cut] / weights[party] - 2.0
            if least > reach[1, party]:
                return reach[:0]
            if least > reach[0, party]:
                reach[0, party] = np.int64(least)
    for p in range(n_parties):
        if reach[0, p] > reach[1, p]:
            return reach[:0]
    return reach


@njit(cache=True, nogil=True)
def _merge_state(
    labels: Labels,
    arcs: Arcs,
    cuts: Cuts,
    limits: Limits,
    given: tuple[Ints, Ints, Ints],
    n_kept: int,
) -> tuple[Ints, int]:
    """Add one state's undominated labels to those kept.

    given : what is kept so far; bounds of the candidates; what values count in keys
    """
    kept, reach, unit = given
    n_parties = len(unit)
    reading = Reading(
        labels.start[arcs.source], labels.start[arcs.source], labels.start[arcs.source + 1]
    )
    total = (reading.end - reading.at).sum()
    gridded = n_parties == 4 and _fits(reach, total)
    maxima = empty_maxima(reach[:, 1:3] if gridded else reach[:, :0])
    stairs = empty_staircase(reach[:, 1], min(_STRIPS, total) if n_parties == 3 else 0)
    told_coarsely = n_parties == 4 and not gridded
    coarse = empty_coarse_maxima(reach[:, 1:3] if told_coarsely else reach[:, :0], total)
    fields = fields_of(reach[0, 1:], reach[1, 1:])
    tree = empty_tree()
    room = room_for(n_parties, min(total, _SLICE), len(arcs.source))
    while not limits.stop[0] and n_kept <= limits.most:
        n_slice = slice_end(labels, arcs, reading, _SLICE)
        if not n_slice:
            break
        if n_slice > room.columns.shape[1]:
            room = room_for(n_parties, n_slice, len(arcs.source))
        n_runs = filled(labels, arcs, reading, cuts, (stairs.shade, coarse), room)
        order = in_order(room, n_runs, unit, limits.stop)
        if n_kept + len(order) > len(kept):
            kept = _grown(kept, n_kept, n_kept + len(order), limits.most)
        if n_parties == 3:
            stairs, n_kept = _climb(stairs, room.columns, order, kept, n_kept)
        elif gridded:
            n_kept = _overtop(maxima, reach[0], room.columns, order, kept, n_kept)
        else:
            while len(order) and n_kept <= limits.most and not limits.stop[0]:
                if is_full(tree):
                    tree = enlarged(tree)
                seen = (tree, fields, coarse)
                n_done, n_kept = _cover(seen, room.columns, order, limits, kept, n_kept)
                order = order[n_done:]
    return kept, n_kept


@njit(cache=True, nogil=True)
def _fits(reach: Ints, total: int) -> bool:
    """Tell whether a grid of the second and third values pays."""
    n_cells = (reach[1, 1] - reach[0, 1] + 1.0) * (reach[1, 2] - reach[0, 2] + 1.0)
    small = n_cells <= min(_MOST_CELLS, _CELLS_EACH * total)
    return bool(small and reach[1, 3] - reach[0, 3] < LARGEST)


@njit(cache=True, nogil=True)
def _climb(
    stairs: Staircase, columns: Ints, order: Places, kept: Ints, n_kept: int
) -> tuple[Staircase, int]:
    """Keep the undominated of candidates with three values."""
    shade = stairs.shade
    for i in order:
        y, z = columns[1, i], columns[2, i]
        if shade.height[(y - shade.low) >> shade.coarse] < z and not is_below(stairs, y, z):
            if stairs.n_blocks[0] == len(stairs.order):
                stairs = widened(stairs)
            climb(stairs, y, z)
            for p in range(3):
                kept[n_kept, p] = columns[p, i]
            n_kept += 1
    return stairs, n_kept


@njit(cache=True, nogil=True)
def _overtop(
    maxima: Maxima, low: Ints, columns: Ints, order: Places, kept: Ints, n_kept: int
) -> int:
    """Keep the undominated of candidates with four values."""
    for i in order:
        x, y, z = columns[1, i] - low[1], columns[2, i] - low[2], columns[3, i] - low[3]
        if not overtopped(maxima, x, y, z):
            for p in range(4):
                kept[n_kept, p] = columns[p, i]
            n_kept += 1
    return n_kept


@njit(cache=True, nogil=True)
def _cover(
    seen: tuple[CornerTree, Fields, CoarseMaxima],
    columns: Ints,
    order: Places,
    limits: Limits,
    kept: Ints,
    n_kept: int,
) -> tuple[int, int]:
    """Keep the undominated of candidates with any number of values, until the tree is full.

    Returns how many candidates were looked at, and how many labels are kept now.
    """
    tree, fields, coarse = seen
    n_parties = len(columns)
    vector = np.empty(n_parties - 1, np.int64)
    others = kept[:, 1:]
    for k in range(len(order)):
        if k % _OFTEN == 0 and (limits.stop[0] or n_kept > limits.most):
            break
        i = order[k]
        verdict = UNTOLD
        if len(coarse.highest):
            verdict = told(coarse, columns[1, i], columns[2, i], columns[3, i])
            if verdict == BELOW:
                continue
        for p in range(1, n_parties):
            vector[p - 1] = columns[p, i]
        signature = signed(fields, vector)
        if verdict == FREE or not covered(tree, fields, signature, vector, others):
            if len(coarse.highest):
                enter(coarse, vector[0], vector[1], vector[2])
            plant(tree, fields, signature, n_kept)
            for p in range(n_parties):
                kept[n_kept, p] = columns[p, i]
            n_kept += 1
            if is_full(tree):
                return k + 1, n_kept
    return len(order), n_kept


@njit(cache=True, nogil=True)
def _grown(rows: Ints, n_rows: int, needed: int, most: int) -> Ints:
    """Return the rows with more room, about twice as much unless that is beyond what is allowed."""
    more = np.empty((max(needed, min(2 * n_rows, most)), rows.shape[1]), np.int64)
    more[:n_rows] = rows[:n_rows]
    return more
