"""Heaviest paths through a diagram, and diagrams of fewer arcs, for the Nash kernels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.diagram import Floats
from detente.factors import Bools, Ints


class Graph(NamedTuple):
    """Packages as paths, with gains over no deal.

    start : first arc of each layer, shape (n_layers + 1,)
    level : first state of each level, shape (n_layers + 2,); states count through all levels
    source, target : of each arc, by target
    gain : what each arc adds, shape (n_parties, n_arcs)
    base : what every package gains beforehand, shape (n_parties,)
    arc, layer : where the arc and the layer were in the first graph
    fixed : for each layer of the first graph, the arc that all paths take there, or -1
    """

    start: Ints
    level: Ints
    source: Ints
    target: Ints
    gain: Floats
    base: Floats
    arc: Ints
    layer: Ints
    fixed: Ints


@njit(cache=True, nogil=True)
def weighed(gain: Floats, weights: Floats) -> Floats:
    """Return each arc's weighted gain; gain : shape (n_parties, n_arcs)."""
    total: Floats = weights[0] * gain[0]
    for p in range(1, len(weights)):
        weight, row = weights[p], gain[p]
        for a in range(len(total)):
            total[a] += weight * row[a]
    return total


@njit(cache=True, nogil=True)
def reached(source: Ints, target: Ints, weight: Floats, n_states: int) -> Floats:
    """Return the heaviest weight from the first state to each."""
    best = np.full(n_states, -np.inf)
    best[0] = 0.0
    for a in range(len(weight)):
        best[target[a]] = max(best[target[a]], best[source[a]] + weight[a])
    return best


@njit(cache=True, nogil=True)
def remaining(source: Ints, target: Ints, weight: Floats, n_states: int) -> Floats:
    """Return the heaviest weight from each state to the last."""
    best = np.full(n_states, -np.inf)
    best[-1] = 0.0
    for a in range(len(weight) - 1, -1, -1):
        best[source[a]] = max(best[source[a]], best[target[a]] + weight[a])
    return best


@njit(cache=True, nogil=True)
def heaviest(graph: Graph, weights: Floats) -> tuple[Ints, Floats]:
    """Return the arcs of the heaviest path, by layer, and its gains."""
    n_states, source = graph.level[-1], graph.source
    into = _last_arcs(source, graph.target, weighed(graph.gain, weights), n_states)
    path = np.empty(len(graph.start) - 1, np.int64)
    state = n_states - 1
    for layer in range(len(path) - 1, -1, -1):
        path[layer] = into[state]
        state = source[path[layer]]
    return path, _total(graph.gain, graph.base, path)


@njit(cache=True, nogil=True)
def _last_arcs(source: Ints, target: Ints, weight: Floats, n_states: int) -> Ints:
    """Return the last arc of the heaviest path to each state."""
    best = np.full(n_states, -np.inf)
    best[0] = 0.0
    into = np.full(n_states, -1, np.int64)
    n_arcs, a = len(weight), 0
    while a < n_arcs:
        state = target[a]
        most, last = -np.inf, -1
        while a < n_arcs and target[a] == state:
            value = best[source[a]] + weight[a]
            if value > most:
                most, last = value, a
            a += 1
        best[state], into[state] = most, last
    return into


@njit(cache=True, nogil=True)
def gains_of(graph: Graph, path: Ints) -> Floats:
    """Return a path's gains; shape (n_parties,)."""
    return _total(graph.gain, graph.base, path)


@njit(cache=True, nogil=True)
def _total(gain: Floats, base: Floats, path: Ints) -> Floats:
    gains = base.copy()
    for p in range(len(gains)):
        row, total = gain[p], 0.0
        for a in path:
            total += row[a]
        gains[p] += total
    return gains


@njit(cache=True, nogil=True)
def log_product(gains: Floats) -> float:
    """Return the logarithm of the product, minus infinity unless all gains are positive."""
    total = 0.0
    for gain in gains:
        if gain <= 0.0:
            return -np.inf
        total += np.log(gain)
    return total


@njit(cache=True, nogil=True)
def from_ceiling(graph: Graph) -> Graph:
    """Count gains from each layer's largest, so that no arc adds; paths gain what they did."""
    gain, base = graph.gain.copy(), graph.base.copy()
    for p in range(len(base)):
        row = gain[p]
        for layer in range(len(graph.start) - 1):
            arcs = row[graph.start[layer] : graph.start[layer + 1]]
            if len(arcs):
                most = arcs.max()
                arcs -= most
                base[p] += most
    return Graph(
        graph.start,
        graph.level,
        graph.source,
        graph.target,
        gain,
        base,
        graph.arc,
        graph.layer,
        graph.fixed,
    )


@njit(cache=True, nogil=True)
def compressed(graph: Graph, kept: Bools) -> Graph:
    """Keep some arcs, of these the ones that lie on a path; take the layers with one arc out."""
    kept = _on_paths(graph, kept)
    fixed, base = graph.fixed.copy(), graph.base.copy()
    n_layers = len(graph.start) - 1
    start = np.zeros(n_layers + 1, np.int64)
    level = np.zeros(n_layers + 2, np.int64)
    level[1] = 1
    layers = np.empty(n_layers, np.int64)
    arcs = np.empty(kept.sum(), np.int64)
    number = np.full(graph.level[-1], -1, np.int64)
    number[0] = 0
    n, n_left, n_states = 0, 0, 1
    for layer in range(n_layers):
        chosen = graph.start[layer] + np.flatnonzero(
            kept[graph.start[layer] : graph.start[layer + 1]]
        )
        if len(chosen) == 1:
            only = chosen[0]
            base += graph.gain[:, only]
            fixed[graph.layer[layer]] = graph.arc[only]
            number[graph.target[only]] = number[graph.source[only]]
            continue
        for a in chosen:
            arcs[n] = a
            n += 1
            if number[graph.target[a]] < 0:
                number[graph.target[a]] = n_states
                n_states += 1
        layers[n_left] = graph.layer[layer]
        n_left += 1
        start[n_left], level[n_left + 1] = n, n_states
    arcs = arcs[:n]
    left = Graph(
        start[: n_left + 1],
        level[: n_left + 2],
        number[graph.source[arcs]],
        number[graph.target[arcs]],
        graph.gain,
        base,
        arcs,
        layers[:n_left],
        fixed,
    )
    return _taken(graph, left)


@njit(cache=True, nogil=True)
def blocked(graph: Graph) -> bool:
    """Tell whether a graph without loose ends has no path."""
    return len(graph.start) > 1 and graph.start[-1] == 0


@njit(cache=True, nogil=True)
def _on_paths(graph: Graph, kept: Bools) -> Bools:
    """Leave out arcs that are not reached or lead nowhere."""
    kept = kept.copy()
    alive = np.zeros(graph.level[-1], np.bool_)
    alive[0] = True
    for a in range(len(kept)):
        kept[a] &= alive[graph.source[a]]
        alive[graph.target[a]] |= kept[a]
    ends = np.zeros(graph.level[-1], np.bool_)
    ends[-1] = True
    for a in range(len(kept) - 1, -1, -1):
        kept[a] &= ends[graph.target[a]]
        ends[graph.source[a]] |= kept[a]
    return kept


@njit(cache=True, nogil=True)
def in_order(graph: Graph) -> Graph:
    """Put what has few arcs first.

    Between two levels of a single state lies a block of layers; blocks may come in any order.
    """
    n_layers = len(graph.start) - 1
    blocks = np.zeros(n_layers + 1, np.int64)
    n_blocks = 0
    for layer in range(1, n_layers + 1):
        if graph.level[layer + 1] - graph.level[layer] == 1:
            n_blocks += 1
            blocks[n_blocks] = layer
    sizes = graph.start[blocks[1 : n_blocks + 1]] - graph.start[blocks[:n_blocks]]
    layers = np.empty(n_layers, np.int64)
    start, level = np.zeros(n_layers + 1, np.int64), np.zeros(n_layers + 2, np.int64)
    level[1] = 1
    arcs = np.empty(len(graph.source), np.int64)
    source, target = np.empty_like(arcs), np.empty_like(arcs)
    at, n = 0, 0
    for block in np.argsort(sizes, kind="mergesort"):
        for layer in range(blocks[block], blocks[block + 1]):
            moved = level[at] - graph.level[layer]
            for a in range(graph.start[layer], graph.start[layer + 1]):
                arcs[n], source[n], target[n] = a, graph.source[a] + moved, graph.target[a] + moved
                n += 1
            layers[at] = graph.layer[layer]
            level[at + 2] = level[at + 1] + graph.level[layer + 2] - graph.level[layer + 1]
            at += 1
            start[at] = n
    left = Graph(start, level, source, target, graph.gain, graph.base, arcs, layers, graph.fixed)
    return _taken(graph, left)


@njit(cache=True, nogil=True)
def _taken(graph: Graph, left: Graph) -> Graph:
    """Give the arcs that are left, by their positions, what they had."""
    gain = np.empty((len(left.base), len(left.arc)))
    for p in range(len(left.base)):
        row, new = graph.gain[p], gain[p]
        for i in range(len(left.arc)):
            new[i] = row[left.arc[i]]
    return Graph(
        left.start,
        left.level,
        left.source,
        left.target,
        gain,
        left.base,
        graph.arc[left.arc],
        left.layer,
        left.fixed,
    )
