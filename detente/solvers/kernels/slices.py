"""The candidates of one state, slice by slice in falling order.

The candidates of one arc are the labels of its source moved by the arc's gain, so they are in
falling lexicographic order as these are. A slice takes from every arc what is not below a common
key; so candidates are in memory a slice at a time.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from detente.diagram import Floats, Ints

Places = NDArray[np.int32]

_BLOCK = 256
"""Candidates compared with the cuts at once."""


@njit(cache=True, nogil=True)
def keys_of(values: Ints, unit: Ints) -> Ints:
    """Return keys that order vectors as their leading coordinates do, counted from the smallest.

    unit : what each coordinate counts; zero for those that decide only between equal keys
    """
    keys = np.zeros(len(values), np.int64)
    for p in range(len(unit)):
        if unit[p] and len(values):
            lowest = values[:, p].min()
            for i in range(len(values)):
                keys[i] += (values[i, p] - lowest) * unit[p]
    return keys


@njit(cache=True, nogil=True)
def slice_end(label_key: Ints, arc_key: Ints, at: Ints, end: Ints, wanted: int, until: Ints) -> int:
    """Find for each arc where the next slice ends; return how many candidates it has.

    at, end : first label of each arc's source not yet read, and beyond its last
    wanted : about how many candidates; there are more only where many share a key
    until : is filled
    """
    active = 0
    for arc in range(len(at)):
        active += at[arc] < end[arc]
    ahead = max(1, wanted // max(1, active))
    threshold = np.int64(-1)
    for arc in range(len(at)):
        if at[arc] + ahead < end[arc]:
            threshold = max(threshold, label_key[at[arc] + ahead - 1] + arc_key[arc])
    n_candidates = 0
    for arc in range(len(at)):
        low, high = at[arc], min(at[arc] + ahead, end[arc])
        if threshold < 0:
            low = high
        while low < high:
            middle = (low + high) >> 1
            if label_key[middle] + arc_key[arc] >= threshold:
                low = middle + 1
            else:
                high = middle
        while low < end[arc] and label_key[low] + arc_key[arc] == threshold:
            low += 1
        until[arc] = low
        n_candidates += low - at[arc]
    return n_candidates


@njit(cache=True, nogil=True)
def filled(
    values: Ints,
    label_key: Ints,
    gain: Ints,
    arc_key: Ints,
    at: Ints,
    until: Ints,
    weights: Floats,
    need: Floats,
    shade: Ints,
    strips: Ints,
    columns: Ints,
    keys: Ints,
    bound: Ints,
) -> int:
    """Form a slice's candidates that meet the cuts; each arc's are one run.

    shade, strips : what is known to be below a staircase is left out; empty where there is none
    columns : shape (n_parties, room), is filled; keys : shape (room,), is filled
    bound : is filled with where runs begin

    Returns how many runs there are.
    """
    n_parties = values.shape[1]
    doubles = np.empty((n_parties, _BLOCK))
    worth = np.empty(_BLOCK)
    margin = np.empty(_BLOCK)
    n_filled, n_runs = 0, 0
    bound[0] = 0
    for arc in range(len(at)):
        for begin in range(at[arc], until[arc], _BLOCK):
            size = min(_BLOCK, until[arc] - begin)
            for p in range(n_parties):
                plus = gain[arc, p]
                for k in range(size):
                    value = values[begin + k, p] + plus
                    columns[p, n_filled + k] = value
                    doubles[p, k] = value
            margin[:size] = 0.0
            for cut in range(len(weights)):
                worth[:size] = 0.0
                for p in range(n_parties):
                    weight = weights[cut, p]
                    if weight:
                        for k in range(size):
                            worth[k] += weight * doubles[p, k]
                for k in range(size):
                    rest = worth[k] - need[cut]
                    margin[k] = rest if rest < margin[k] else margin[k]
            if len(shade):
                for k in range(size):
                    strip = (columns[1, n_filled + k] - strips[0]) >> strips[1]
                    if strip >= 0 and shade[strip] >= columns[2, n_filled + k]:
                        margin[k] = -1.0
            n_alive = 0
            for k in range(size):
                for p in range(n_parties):
                    columns[p, n_filled + n_alive] = columns[p, n_filled + k]
                keys[n_filled + n_alive] = label_key[begin + k] + arc_key[arc]
                n_alive += margin[k] >= 0.0
            n_filled += n_alive
        if n_filled > bound[n_runs]:
            n_runs += 1
            bound[n_runs] = n_filled
    return n_runs


@njit(cache=True, nogil=True)
def merged_runs(
    keys: Ints, places: Places, bound: Ints, n_runs: int, columns: Ints, unit: Ints
) -> int:
    """Merge runs in falling lexicographic order, pair by pair.

    keys, places : shape (2, room); the runs' keys are in the first row
    bound : where runs begin; is used up

    Returns the row in which ``places`` has the positions of the candidates in order.
    """
    partial = not unit.all()
    for k in range(bound[n_runs]):
        places[0, k] = k
    side = 0
    while n_runs > 1:
        key, place = keys[side], places[side]
        new_key, new_place = keys[1 - side], places[1 - side]
        n_merged = 0
        for run in range(0, n_runs, 2):
            i, middle = bound[run], bound[run + 1]
            j = middle
            last = bound[run + 2] if run + 1 < n_runs else middle
            o = i
            while i < middle and j < last:
                one, other = key[i], key[j]
                takes = one >= other
                if one == other and partial:
                    takes = _is_first(columns, place[i], place[j])
                new_key[o] = one if takes else other
                new_place[o] = place[i] if takes else place[j]
                i += takes
                j += not takes
                o += 1
            while i < middle:
                new_key[o], new_place[o] = key[i], place[i]
                i += 1
                o += 1
            while j < last:
                new_key[o], new_place[o] = key[j], place[j]
                j += 1
                o += 1
            n_merged += 1
            bound[n_merged] = last
        n_runs = n_merged
        side = 1 - side
    return side


@njit(cache=True, nogil=True)
def _is_first(columns: Ints, one: int, other: int) -> bool:
    """Tell whether a candidate comes no later than another in falling lexicographic order."""
    for p in range(len(columns)):
        if columns[p, one] != columns[p, other]:
            return columns[p, one] > columns[p, other]
    return True
