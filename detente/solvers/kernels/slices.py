"""The candidates of one state, slice by slice in falling order.

The candidates of one arc are the labels of its source moved by the arc's gain, so they are in
falling lexicographic order as these are. A slice takes from every arc what is not below a common
key; so candidates are in memory a slice at a time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from detente.diagram import Floats
from detente.factors import Ints
from detente.solvers.kernels.coarse_maxima import BELOW, CoarseMaxima, told

Places = NDArray[np.int32]

_BLOCK = 256
"""Candidates compared with the cuts at once."""
_KEY_BITS = 62


class Labels(NamedTuple):
    """Labels by state, of each state in falling lexicographic order.

    values : shape (n_labels, n_parties); start : shape (n_states + 1,); key : shape (n_labels,)
    """

    values: Ints
    start: Ints
    key: Ints


class Arcs(NamedTuple):
    """Arcs to one state, or to all in order; key : shape (n_arcs,), adds to that of labels."""

    source: Ints
    gain: Ints
    key: Ints


class Cuts(NamedTuple):
    """Bounds that a state's labels must meet: ``weights @ value >= need``."""

    weights: Floats
    need: Floats


class Limits(NamedTuple):
    """When to give up: beyond ``most`` labels in all, or when ``stop[0]`` is no longer zero."""

    most: int
    stop: Ints


class Reading(NamedTuple):
    """How far each arc's candidates are read: from ``at``, now until ``until``, ``end`` in all."""

    at: Ints
    until: Ints
    end: Ints


class Shade(NamedTuple):
    """What is known to be dominated: in strip s of the second value a third up to ``height[s]``.

    low, coarse : where the first strip begins, and the bits dropped to count strips
    """

    height: Ints
    low: int
    coarse: int


class Room(NamedTuple):
    """Where slices are formed.

    columns : the values, shape (n_parties, room); keys, places : shape (2, room)
    bound : where the candidates of each arc begin, shape (n_arcs + 1,)
    """

    columns: Ints
    keys: Ints
    places: Places
    bound: Ints


@njit(cache=True, nogil=True)
def room_for(n_parties: int, n_candidates: int, n_arcs: int) -> Room:
    """Return room for slices of so many candidates."""
    return Room(
        np.empty((n_parties, n_candidates), np.int64),
        np.empty((2, n_candidates), np.int64),
        np.empty((2, n_candidates), np.int32),
        np.empty(n_arcs + 1, np.int64),
    )


@njit(cache=True, nogil=True)
def units_of(values: Ints, gain: Ints) -> Ints:
    """Return what each party's value counts in a key that orders lexicographically.

    As many parties count as a key has bits for; the others, with unit zero, decide between equal
    keys.
    """
    unit = np.zeros(values.shape[1], np.int64)
    left = _KEY_BITS
    for p in range(len(unit)):
        span = _span(values[:, p]) + _span(gain[:, p])
        while span > 0:
            span >>= 1
            left -= 1
        if left < 0:
            break
        unit[p] = 1 << left
    return unit


@njit(cache=True, nogil=True)
def _span(column: Ints) -> int:
    low, high = column[0], column[0]
    for value in column:
        low, high = min(low, value), max(high, value)
    return int(high - low)


@njit(cache=True, nogil=True)
def keys_of(values: Ints, unit: Ints) -> Ints:
    """Return keys that order vectors as their leading values do, counted from the smallest."""
    keys = np.zeros(len(values), np.int64)
    for p in range(len(unit)):
        if unit[p]:
            low = values[0, p]
            for i in range(len(values)):
                low = min(low, values[i, p])
            for i in range(len(values)):
                keys[i] += (values[i, p] - low) * unit[p]
    return keys


@njit(cache=True, nogil=True)
def slice_end(labels: Labels, arcs: Arcs, reading: Reading, wanted: int) -> int:
    """Set where the next slice ends; return how many candidates it has, zero when none are left.

    wanted : about how many candidates; there are more only where many share a key
    """
    at, until, end = reading
    active = 0
    for arc in range(len(at)):
        active += at[arc] < end[arc]
    ahead = max(1, wanted // max(1, active))
    threshold = np.int64(-1)
    for arc in range(len(at)):
        if at[arc] + ahead < end[arc]:
            threshold = max(threshold, labels.key[at[arc] + ahead - 1] + arcs.key[arc])
    n_candidates = 0
    for arc in range(len(at)):
        low, high = at[arc], min(at[arc] + ahead, end[arc])
        if threshold < 0:
            low = high
        while low < high:
            middle = (low + high) >> 1
            if labels.key[middle] + arcs.key[arc] >= threshold:
                low = middle + 1
            else:
                high = middle
        while low < end[arc] and labels.key[low] + arcs.key[arc] == threshold:
            low += 1
        until[arc] = low
        n_candidates += low - at[arc]
    return n_candidates


@njit(cache=True, nogil=True)
def filled(
    labels: Labels,
    arcs: Arcs,
    reading: Reading,
    cuts: Cuts,
    known: tuple[Shade, CoarseMaxima],
    room: Room,
) -> int:
    """Form a slice's candidates that meet the cuts, and read on.

    known : what was kept before the slice, for three parties and for four; what this shows to be
        dominated is left out

    Returns how many runs, each of one arc, the candidates make up; ``room.bound`` says where they
    begin.
    """
    at, until, _ = reading
    shade, coarse = known
    columns, keys, bound = room.columns, room.keys[0], room.bound
    doubles = np.empty((len(columns), _BLOCK))
    worth, margin = np.empty(_BLOCK), np.empty(_BLOCK)
    bound[0] = 0
    n_filled, n_runs = int(bound[0]), 0
    for arc in range(len(at)):
        for begin in range(at[arc], until[arc], _BLOCK):
            size = min(_BLOCK, until[arc] - begin)
            for p in range(len(columns)):
                plus = arcs.gain[arc, p]
                for k in range(size):
                    value = labels.values[begin + k, p] + plus
                    columns[p, n_filled + k] = value
                    doubles[p, k] = value
            _measure(doubles, size, cuts, worth, margin)
            if len(shade.height):
                _darken(columns, n_filled, size, shade, margin)
            if len(coarse.highest):
                _overshadow(columns, n_filled, size, coarse, margin)
            n_alive = 0
            for k in range(size):
                for p in range(len(columns)):
                    columns[p, n_filled + n_alive] = columns[p, n_filled + k]
                keys[n_filled + n_alive] = labels.key[begin + k] + arcs.key[arc]
                n_alive += margin[k] >= 0.0
            n_filled += n_alive
        if n_filled > bound[n_runs]:
            n_runs += 1
            bound[n_runs] = n_filled
        at[arc] = until[arc]
    return n_runs


@njit(cache=True, nogil=True)
def _measure(doubles: Floats, size: int, cuts: Cuts, worth: Floats, margin: Floats) -> None:
    """Set margins to less than zero where a cut is missed, to zero elsewhere."""
    margin[:size] = 0.0
    for cut in range(len(cuts.weights)):
        worth[:size] = 0.0
        for p in range(len(doubles)):
            weight = cuts.weights[cut, p]
            if weight != 0.0:
                for k in range(size):
                    worth[k] += weight * doubles[p, k]
        for k in range(size):
            rest = worth[k] - cuts.need[cut]
            margin[k] = min(margin[k], rest)


@njit(cache=True, nogil=True)
def _darken(columns: Ints, first: int, size: int, shade: Shade, margin: Floats) -> None:
    """Set margins to less than zero in the shade."""
    for k in range(size):
        strip = (columns[1, first + k] - shade.low) >> shade.coarse
        if strip >= 0 and shade.height[strip] >= columns[2, first + k]:
            margin[k] = -1.0


@njit(cache=True, nogil=True)
def _overshadow(columns: Ints, first: int, size: int, coarse: CoarseMaxima, margin: Floats) -> None:
    """Set margins to less than zero where a grid tells so; only what met the cuts is in it."""
    for k in range(size):
        if margin[k] >= 0.0:
            y, z, height = columns[1, first + k], columns[2, first + k], columns[3, first + k]
            if told(coarse, y, z, height) == BELOW:
                margin[k] = -1.0


@njit(cache=True, nogil=True)
def in_order(room: Room, n_runs: int, unit: Ints, stop: Ints) -> Places:
    """Merge runs pair by pair; return the candidates' places in falling lexicographic order.

    ``room.bound`` is used up.
    """
    places, bound = room.places, room.bound
    n_slice = bound[n_runs]
    for k in range(n_slice):
        places[0, k] = k
    side = 0
    while n_runs > 1 and not stop[0]:
        n_merged = 0
        for run in range(0, n_runs, 2):
            first, middle = bound[run], bound[run + 1]
            last = bound[run + 2] if run + 1 < n_runs else middle
            _merge(room, side, (first, middle, last), unit)
            n_merged += 1
            bound[n_merged] = last
        n_runs = n_merged
        side = 1 - side
    return places[side, :n_slice]


@njit(cache=True, nogil=True)
def _merge(room: Room, side: int, bounds: tuple[int, int, int], unit: Ints) -> None:
    """Merge two neighbouring runs from one side to the other."""
    key, place = room.keys[side], room.places[side]
    new_key, new_place = room.keys[1 - side], room.places[1 - side]
    partial = unit[-1] == 0
    i, middle, last = bounds
    j, o = middle, i
    while i < middle and j < last:
        one, other = key[i], key[j]
        takes = one >= other
        if one == other and partial:
            takes = _is_first(room.columns, place[i], place[j])
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


@njit(cache=True, nogil=True)
def _is_first(columns: Ints, one: int, other: int) -> bool:
    """Tell whether a candidate comes no later than another in falling lexicographic order."""
    for p in range(len(columns)):
        if columns[p, one] != columns[p, other]:
            return bool(columns[p, one] > columns[p, other])
    return True
