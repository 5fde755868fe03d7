"""Partial packages, extended issue by issue: those that different packages share are kept once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.diagram import Floats
from detente.factors import Ints
from detente.solvers.kernels.nash_cuts import Cuts
from detente.solvers.kernels.nash_paths import Graph

COMPLETE, NARROWED, FULL, STOPPED = 0, 1, 2, 3
_PATIENCE = 4096


class Width(NamedTuple):
    """How many labels a search may keep.

    beam : so many in a layer at most, those that look best
    most : give up beyond so many in all
    merge : whether labels with the same sums are kept once
    """

    beam: int
    most: int
    merge: bool


class Swept(NamedTuple):
    """What a search found.

    status : COMPLETE when nothing was left out; NARROWED to the beam; FULL or STOPPED: no sums
    sums : the gains of whole packages without the base, shape (n_labels, n_parties)
    parent, arc : of every label in turn; begin : where each layer's labels begin
    largest : the most labels of one layer
    """

    status: int
    sums: Floats
    parent: Ints
    arc: Ints
    begin: Ints
    largest: int


class Search(NamedTuple):
    """What a search needs.

    gain : of the graph's arcs, shape (n_arcs, n_parties)
    guide : what a good completion adds from each state on, shape (n_states, n_parties)
    turn : in which order the cuts are tried
    """

    graph: Graph
    gain: Floats
    guide: Floats
    cuts: Cuts
    turn: Ints
    width: Width


class Layer(NamedTuple):
    """The labels after a layer, room included; start : where each state's begin."""

    sums: Floats
    parent: Ints
    arc: Ints
    start: Ints


@njit(cache=True, nogil=True)
def swept(graph: Graph, cuts: Cuts, guide: Floats, width: Width, stop: Ints) -> Swept:
    """Extend labels through all layers."""
    n_layers, n_parties = len(graph.start) - 1, len(graph.base)
    turn = np.arange(len(cuts.weights))
    search = Search(graph, np.ascontiguousarray(graph.gain.T), guide, cuts, turn, width)
    parent, arc = np.empty(1024, np.int64), np.empty(1024, np.int64)
    begin = np.zeros(n_layers + 1, np.int64)
    before = Layer(np.zeros((1, n_parties)), parent, arc, np.array([0, 1]))
    sums, status, largest = before.sums, COMPLETE, 1
    for layer in range(n_layers):
        found = _extended(search, before, layer, stop)
        n = found.start[-1]
        room = max(width.beam // (len(found.start) - 1), 4)
        if n > width.beam and np.diff(found.start).max() > room:
            status = NARROWED
            found = _narrowed(search, found, layer, room)
            n = found.start[-1]
        while begin[layer] + n > len(parent):
            parent, arc = _longer(parent), _longer(arc)
        parent[begin[layer] : begin[layer] + n] = found.parent[:n]
        arc[begin[layer] : begin[layer] + n] = found.arc[:n]
        begin[layer + 1] = begin[layer] + n
        before, sums, largest = found, found.sums[:n], max(largest, n)
        if stop[0] != 0 or begin[layer + 1] > width.most:
            status, sums = FULL if stop[0] == 0 else STOPPED, sums[:0]
            break
    return Swept(status, sums, parent, arc, begin, largest)


@njit(cache=True, nogil=True)
def replayed(graph: Graph, found: Swept, label: int) -> Ints:
    """Return the arcs of the first graph by which a package goes; label : among the last."""
    path = graph.fixed.copy()
    for layer in range(len(graph.start) - 2, -1, -1):
        at = found.begin[layer] + label
        path[graph.layer[layer]] = graph.arc[found.arc[at]]
        label = found.parent[at]
    return path


@njit(cache=True, nogil=True)
def guide_of(graph: Graph, flow: Floats, weight: Floats) -> Floats:
    """Return what the mixture adds from each state on, or the heaviest path where it never comes.

    flow : by arc of the first graph
    """
    n_states, n_parties = graph.level[-1], len(graph.base)
    rest, through = np.zeros((n_states, n_parties)), np.zeros(n_states)
    after = np.full(n_states, -np.inf)
    after[-1] = 0.0
    for a in range(len(graph.source) - 1, -1, -1):
        source, target = graph.source[a], graph.target[a]
        share = flow[graph.arc[a]]
        value = after[target] + weight[a]
        if share > 0.0:
            through[source] += share
            for p in range(n_parties):
                own = graph.gain[p, a] + rest[target, p]
                rest[source, p] += share / through[source] * (own - rest[source, p])
        elif through[source] == 0.0 and value > after[source]:
            for p in range(n_parties):
                rest[source, p] = graph.gain[p, a] + rest[target, p]
        after[source] = max(after[source], value)
    return rest


@njit(cache=True, nogil=True)
def _extended(search: Search, before: Layer, layer: int, stop: Ints) -> Layer:
    """Extend labels by the arcs of one layer, as far as no cut forbids."""
    graph, gain, most, merge = search.graph, search.gain, search.width.most, search.width.merge
    weights, needs, turn = search.cuts.weights, search.cuts.need, search.turn
    first, n_parties = graph.level[layer + 1], len(graph.base)
    start = np.zeros(graph.level[layer + 2] - first + 1, np.int64)
    found = Layer(
        np.empty((256, n_parties)), np.empty(256, np.int64), np.empty(256, np.int64), start
    )
    table = np.full(512, -1, np.int64)
    n, since, state = 0, 0, 0
    for a in range(graph.start[layer], graph.start[layer + 1]):
        while graph.target[a] - first > state:
            state += 1
            start[state] = since = n
            table[:] = -1
        need = needs[graph.target[a]]
        source = graph.source[a] - graph.level[layer]
        for label in range(before.start[source], before.start[source + 1]):
            if label % _PATIENCE == 0 and (stop[0] != 0 or n > most):
                break
            if n == len(found.sums):
                found = _roomier(found)
                table = _table_of(found.sums, since, n)
            for p in range(n_parties):
                found.sums[n, p] = before.sums[label, p] + gain[a, p]
            if _passes(weights, need, turn, found.sums[n]) and not (
                merge and _known(table, found.sums, n)
            ):
                found.parent[n], found.arc[n] = label, a
                n += 1
    start[state + 1 :] = n
    return found


@njit(cache=True, nogil=True)
def _passes(weights: Floats, need: Floats, turn: Ints, sums: Floats) -> bool:
    """Tell whether no cut forbids a label; cuts that did so before are asked earlier."""
    for i in range(len(turn)):
        cut = turn[i]
        weight = 0.0
        for p in range(len(sums)):
            weight += weights[cut, p] * sums[p]
        if weight < need[cut]:
            turn[i] = turn[i // 2]
            turn[i // 2] = cut
            return False
    return True


@njit(cache=True, nogil=True)
def _known(table: Ints, sums: Floats, label: int) -> bool:
    """Tell whether a label with the same sums is there; else enter this one."""
    slot = _slot(table, sums, label)
    if table[slot] >= 0:
        return True
    table[slot] = label
    return False


@njit(cache=True, nogil=True)
def _slot(table: Ints, sums: Floats, label: int) -> np.int64:
    """Return where a label with the same sums stands, or else where it may stand."""
    key = np.int64(0)
    for p in range(sums.shape[1]):
        key = key * np.int64(1_000_003) + np.int64(sums[label, p])
    slot: np.int64 = ((key * np.int64(-7_046_029_254_386_353_131)) >> np.int64(20)) & (
        len(table) - 1
    )
    while table[slot] >= 0:
        same = True
        for p in range(sums.shape[1]):
            same &= sums[table[slot], p] == sums[label, p]
        if same:
            break
        slot = (slot + 1) & (len(table) - 1)
    return slot


@njit(cache=True, nogil=True)
def _table_of(sums: Floats, since: int, n: int) -> Ints:
    """Return a table of the labels of the state at hand, at most half full with what may come."""
    table = np.full(2 * len(sums), -1, np.int64)
    for label in range(since, n):
        table[_slot(table, sums, label)] = label
    return table


@njit(cache=True, nogil=True)
def _narrowed(search: Search, found: Layer, layer: int, room: int) -> Layer:
    """Keep of each state the labels from which the guide's completion has the largest product."""
    graph, guide = search.graph, search.guide
    start = np.zeros_like(found.start)
    chosen = np.empty(found.start[-1], np.int64)
    n = 0
    for state in range(len(start) - 1):
        low, high = found.start[state], found.start[state + 1]
        if high - low <= room:
            picked = np.arange(low, high)
        else:
            rest = graph.base + guide[graph.level[layer + 1] + state]
            value = np.zeros(high - low)
            for i in range(high - low):
                for p in range(len(rest)):
                    gain = found.sums[low + i, p] + rest[p]
                    value[i] -= np.log(gain) if gain >= 1.0 else gain - 1.0
            picked = low + np.sort(np.argsort(value, kind="mergesort")[:room])
        chosen[n : n + len(picked)] = picked
        n += len(picked)
        start[state + 1] = n
    chosen = chosen[:n]
    return Layer(found.sums[chosen], found.parent[chosen], found.arc[chosen], start)


@njit(cache=True, nogil=True)
def _roomier(found: Layer) -> Layer:
    sums = np.empty((2 * len(found.sums), found.sums.shape[1]))
    sums[: len(found.sums)] = found.sums
    return Layer(sums, _longer(found.parent), _longer(found.arc), found.start)


@njit(cache=True, nogil=True)
def _longer(numbers: Ints) -> Ints:
    longer = np.empty(2 * len(numbers), np.int64)
    longer[: len(numbers)] = numbers
    return longer
