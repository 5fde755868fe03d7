"""Orders of items in stages, where what going on is worth depends on the stages still to come.

Backwards, each state (what is in force, and when) keeps *labels*: what going on is worth to each
signatory, and what guarantee is missing from there on. A label that another betters or equals in
everything is dropped: going on for more only eases what came before.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.factors import Ints
from detente.hit_and_run import Floats

ROOM = 1 << 14
"""Labels held of one state before they are thinned."""


class Lattice(NamedTuple):
    """What readings share: states, and the stages that lead from one to the next.

    items, passed : what is in force at a state, as bits, and since how long it is under way
    first : where the arcs of each state begin; arcs lead to states with lower numbers, which are
        nearer to completion; the last state is the start
    to, coming, longest : where an arc leads, the items of its stage, and one that takes longest
    delivers : the items each signatory delivers
    """

    items: Ints
    passed: Floats
    first: Ints
    to: Ints
    coming: Ints
    longest: Ints
    delivers: Ints


class Row(NamedTuple):
    """One reading.

    leave, stranded, open : walking away, what is left when the next stage is not delivered, and an
        open table, by signatory and set of items in force
    final, drift : by signatory
    kept : what the time of an item leaves of a value, by item and signatory
    comes : chance that a stage is delivered
    """

    leave: Floats
    stranded: Floats
    open: Floats
    final: Floats
    drift: Floats
    kept: Floats
    comes: float


class Limits(NamedTuple):
    """What is sought, and how far.

    summed : seek the smallest sum over the signatories, otherwise the smallest largest one
    below : what needs as much or more is of no interest
    most : how many labels a state may keep
    stop : turns from 0 when it is time, shape (1,)
    """

    summed: bool
    below: float
    most: int
    stop: Ints


class Labels(NamedTuple):
    """Labels of all states that keep some.

    values : what going on is worth, then what is missing with its sign turned
    parent, stage : the label after the next stage, and the items of that stage
    """

    values: Floats
    parent: Ints
    stage: Ints


@njit(cache=True, nogil=True)
def _leaving(lattice: Lattice, row: Row, state: int, items: int, party: int) -> float:
    """Return what walking away at a state is worth with some items in force."""
    moved = np.rint(row.drift[party] * lattice.passed[state])
    return float(row.leave[party, items] + moved)


@njit(cache=True, nogil=True)
def _step(
    lattice: Lattice, row: Row, place: tuple[int, int], after: Floats, into: tuple[Floats, Floats]
) -> None:
    """Go back over an arc: fill in what going on is worth, and what is missing at its gates.

    place : state and arc; after : what going on is worth to each signatory after the stage
    """
    (state, arc), (value, missing) = place, into
    items, coming = lattice.items[state], lattice.coming[arc]
    for party in range(len(value)):
        leave = _leaving(lattice, row, state, items, party)
        kept = row.kept[lattice.longest[arc], party]
        moved = np.rint(row.drift[party] * lattice.passed[state])
        stranded = row.stranded[party, items] + moved
        arrives = row.comes * after[party] + (1.0 - row.comes) * stranded
        going = np.rint((1.0 - kept) * row.open[party, items] + kept * arrives)
        most = leave
        mine = coming & lattice.delivers[party]
        if mine:
            most = max(most, _leaving(lattice, row, state, items | (coming ^ mine), party))
        value[party] = going
        missing[party] = max(most - going, 0.0)


@njit(cache=True, nogil=True)
def bounds(lattice: Lattice, row: Row) -> tuple[float, float]:
    """Return bounds from below on the largest, and the sum, of the missing guarantees of any order.

    Each signatory is given, at each state, the best that any order gives it from there on.
    """
    n_states, n_parties = len(lattice.items), len(row.final)
    best = np.full((n_states, n_parties), -np.inf)
    largest = np.full(n_states, np.inf)
    each = np.full((n_states, n_parties), np.inf)
    value, missing = np.empty(n_parties), np.empty(n_parties)
    for state in range(n_states):
        if lattice.first[state] == lattice.first[state + 1]:
            largest[state] = 0.0
            for party in range(n_parties):
                leave = _leaving(lattice, row, state, lattice.items[state], party)
                best[state, party] = row.final[party]
                each[state, party] = max(leave - row.final[party], 0.0)
                largest[state] = max(largest[state], each[state, party])
        for arc in range(lattice.first[state], lattice.first[state + 1]):
            to = lattice.to[arc]
            _step(lattice, row, (state, arc), best[to], (value, missing))
            worst = largest[to]
            for party in range(n_parties):
                best[state, party] = max(best[state, party], value[party])
                each[state, party] = min(each[state, party], max(missing[party], each[to, party]))
                worst = max(worst, missing[party])
            largest[state] = min(largest[state], worst)
    return largest[-1], each[-1].sum()


@njit(cache=True, nogil=True)
def search(lattice: Lattice, row: Row, limits: Limits) -> tuple[float, Ints, bool]:
    """Seek the order with the smallest missing guarantee, below a limit.

    Returns what is missing, inf when no order needs less than the limit; the items of each stage;
    and whether nothing was left out, so that no order needs less. A search told to stop gives inf.
    """
    n_states, n_parties = len(lattice.items), len(row.final)
    width = n_parties + (n_parties if limits.summed else 1)
    labels, room = _empty(width), _empty(width)
    begin = np.zeros(n_states + 1, np.int64)
    whole = True
    for state in range(n_states):
        if limits.stop[0]:
            return np.inf, np.empty(0, np.int64), False
        if lattice.first[state] == lattice.first[state + 1]:
            count = _completed(lattice, row, limits, state, room)
        else:
            count, uncut = _extended(lattice, row, limits, state, (labels, begin, room))
            whole &= uncut
        begin[state + 1] = begin[state] + count
        while begin[state + 1] > len(labels.parent):
            labels = _widened(labels)
        for place in range(count):
            to = begin[state] + place
            labels.values[to] = room.values[place]
            labels.parent[to], labels.stage[to] = room.parent[place], room.stage[place]
    best, least = -1, np.inf
    for label in range(begin[n_states - 1], begin[n_states]):
        need = abs(labels.values[label, n_parties:].sum())
        if need < least:
            best, least = label, need
    stages = np.zeros(n_states, np.int64)
    length = 0
    while best >= 0 and labels.parent[best] >= 0:
        stages[length] = labels.stage[best]
        best = labels.parent[best]
        length += 1
    return least, stages[:length], whole


@njit(cache=True, nogil=True)
def _completed(lattice: Lattice, row: Row, limits: Limits, state: int, room: Labels) -> int:
    """Fill in the label of completion; return how many there are, 0 or 1."""
    n_parties = len(row.final)
    missing, into = np.empty(n_parties), room.values[0]
    into[:n_parties] = row.final
    into[n_parties:] = 0.0
    for party in range(n_parties):
        leave = _leaving(lattice, row, state, lattice.items[state], party)
        missing[party] = max(leave - row.final[party], 0.0)
    room.parent[0], room.stage[0] = -1, 0
    return int(_worsened(into[n_parties:], missing) < limits.below)


@njit(cache=True, nogil=True)
def _extended(
    lattice: Lattice, row: Row, limits: Limits, state: int, tables: tuple[Labels, Ints, Labels]
) -> tuple[int, bool]:
    """Fill in the labels of a state from those after its stages.

    tables : labels so far, where those of each state begin, and room for the new ones

    Returns how many there are, and whether none was left out for want of room.
    """
    labels, begin, room = tables
    n_parties = len(row.final)
    missing = np.empty(n_parties)
    count, whole = 0, True
    for arc in range(lattice.first[state], lattice.first[state + 1]):
        to = lattice.to[arc]
        for label in range(begin[to], begin[to + 1]):
            after, into = labels.values[label], room.values[count]
            into[n_parties:] = after[n_parties:]
            _step(lattice, row, (state, arc), after, (into[:n_parties], missing))
            if _worsened(into[n_parties:], missing) >= limits.below:
                continue
            room.parent[count], room.stage[count] = label, lattice.coming[arc]
            count += 1
            if count == ROOM:
                count = _thinned(room, count)
                whole &= count <= ROOM // 2
                count = min(count, ROOM // 2)
    count = _thinned(room, count)
    whole &= count <= limits.most
    return min(count, limits.most), whole


@njit(cache=True, nogil=True)
def _worsened(held: Floats, missing: Floats) -> float:
    """Take what is missing at a gate into what is missing later; return the largest, or the sum.

    held : with its sign turned; one number for all signatories, or one for each
    """
    for party in range(len(missing)):
        place = party % len(held)
        held[place] = min(held[place], -missing[party])
    return float(-held.sum())


@njit(cache=True, nogil=True)
def _thinned(room: Labels, count: int) -> int:
    """Keep, in front, the labels that no other betters or equals; the highest sums first."""
    sums = np.empty(count)
    for place in range(count):
        sums[place] = -room.values[place].sum()
    order = np.argsort(sums, kind="mergesort")
    kept = np.empty(count, np.int64)
    n_kept = 0
    for place in order:
        if not _bettered(room.values, kept[:n_kept], place):
            kept[n_kept] = place
            n_kept += 1
    values, parent = room.values[kept[:n_kept]], room.parent[kept[:n_kept]]
    stage = room.stage[kept[:n_kept]]
    room.values[:n_kept] = values
    room.parent[:n_kept] = parent
    room.stage[:n_kept] = stage
    return n_kept


@njit(cache=True, nogil=True)
def _bettered(values: Floats, kept: Ints, place: int) -> bool:
    """Return whether one of those kept betters or equals another in everything."""
    for other in kept:
        better = True
        for part in range(values.shape[1]):
            if values[other, part] < values[place, part]:
                better = False
                break
        if better:
            return True
    return False


@njit(cache=True, nogil=True)
def _empty(width: int) -> Labels:
    return Labels(np.empty((ROOM, width)), np.empty(ROOM, np.int64), np.empty(ROOM, np.int64))


@njit(cache=True, nogil=True)
def _widened(labels: Labels) -> Labels:
    """Return the same labels with room for twice as many."""
    count = len(labels.parent)
    more = Labels(
        np.empty((2 * count, labels.values.shape[1])),
        np.empty(2 * count, np.int64),
        np.empty(2 * count, np.int64),
    )
    more.values[:count] = labels.values
    more.parent[:count] = labels.parent
    more.stage[:count] = labels.stage
    return more
