"""The Nash bargaining solution of a diagram: bound, fix, search narrowly, then search completely.

A mixture of packages gives weights that bound every product. What cannot reach the best product
known is cut away. Ever wider searches of what is left either improve the best or prove it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.diagram import Floats
from detente.factors import Ints
from detente.solvers.kernels.nash_cuts import Cuts, cuts_at, weights_around
from detente.solvers.kernels.nash_labels import (
    COMPLETE,
    NARROWED,
    Swept,
    Width,
    guide_of,
    replayed,
    swept,
)
from detente.solvers.kernels.nash_paths import (
    Graph,
    blocked,
    compressed,
    from_ceiling,
    gains_of,
    in_order,
    log_product,
    weighed,
)
from detente.solvers.kernels.nash_relaxation import NONE, relaxed

EXACT, EMPTY, BOUNDED = 0, 1, 2
_BEAM, _WIDER = 16, 8
_CLOSE = 0.02
_LEAST_GAP, _MOST_GAP = 1e-9, 0.5


class Limits(NamedTuple):
    """How far to search, and what to tell apart.

    most : give up beyond so many labels in all
    merge : whether packages with the same gains may be found once
    tolerance : packages whose logarithms of products differ by no more are all found
    """

    most: int
    merge: bool
    tolerance: float


class Solved(NamedTuple):
    """The packages with the largest product of gains, all of which are positive.

    status : EXACT, EMPTY (no package has positive gains for all) or BOUNDED
    bound : the logarithm of the product is at most this
    gains : of the packages within the tolerance of the best, shape (n_found, n_parties); of the
        best known when bounded, if any
    paths : their arcs, shape (n_found, n_layers)
    searched : the most labels of one layer
    """

    status: int
    bound: float
    gains: Floats
    paths: Ints
    searched: int


class Known(NamedTuple):
    """What is known on the way.

    graph : what is left to search
    best, path : the logarithm of the best product met, and its arcs of the first graph
    bound, weights : the logarithm is at most the bound, which the weights prove
    flow : the share of the best mixture by arc of the first graph
    gap : between best and bound when the weights were last sought
    """

    graph: Graph
    best: float
    path: Ints
    bound: float
    weights: Floats
    flow: Floats
    gap: float


@njit(cache=True, nogil=True)
def solved(first: Graph, limits: Limits, stop: Ints) -> Solved:
    """Find the packages with the largest product."""
    graph = from_ceiling(first)
    n_parties = len(graph.base)
    known = Known(
        graph,
        -np.inf,
        graph.fixed,
        np.inf,
        np.zeros(n_parties),
        np.zeros(len(graph.arc)),
        np.inf,
    )
    searched, beam, full = 1, 1, False
    while stop[0] == 0 and not full:
        if known.bound == np.inf or known.bound - known.best < 0.5 * known.gap:
            known, possible = _weighed_again(graph, known, stop)
            if not possible:
                return _nothing(graph, searched)
        weights = known.weights.copy().reshape((1, n_parties))
        if beam > 1:
            gap = min(max(known.bound - known.best, _LEAST_GAP), _MOST_GAP)
            apart = 2 if beam > _BEAM else 1
            weights = weights_around(known.graph, known.weights, gap, apart)
        known, cuts, possible = _cut(known, weights, known.best - limits.tolerance, stop)
        if stop[0] != 0:
            break
        if not possible:
            return _nothing(graph, searched)
        if beam > 1:
            weight = weighed(known.graph.gain, known.weights)
            guide = guide_of(known.graph, known.flow, weight)
            found = swept(known.graph, cuts, guide, Width(beam, limits.most, limits.merge), stop)
            searched = max(searched, found.largest)
            if found.status == COMPLETE:
                return _best(graph, known.graph, found, limits.tolerance, searched)
            known = _learned(known, found)
            full = found.status != NARROWED
        beam = beam * _WIDER if beam > 1 else _BEAM
    n_found = 1 if known.best > -np.inf else 0
    paths = np.empty((n_found, len(known.path)), np.int64)
    gains = np.empty((n_found, n_parties))
    if n_found:
        paths[0], gains[0] = known.path, gains_of(graph, known.path)
    return Solved(BOUNDED, known.bound, gains, paths, searched)


@njit(cache=True, nogil=True)
def _nothing(graph: Graph, searched: int) -> Solved:
    n_parties, n_layers = len(graph.base), len(graph.layer)
    gains, paths = np.empty((0, n_parties)), np.empty((0, n_layers), np.int64)
    return Solved(EMPTY, -np.inf, gains, paths, searched)


@njit(cache=True, nogil=True)
def _weighed_again(graph: Graph, known: Known, stop: Ints) -> tuple[Known, bool]:
    """Seek the best weights for what is left; tell whether positive gains for all are possible.

    Whole positive numbers have a product of 1 at least.
    """
    left = known.graph
    found = relaxed(left, known.weights, known.best, _CLOSE, stop)
    if found.status == NONE or found.bound < -_LEAST_GAP:
        return known, False
    best, path = known.best, known.path
    if found.best > best:
        path = left.fixed.copy()
        path[left.layer] = left.arc[found.path]
        path = _improved(graph, path)
        best = log_product(gains_of(graph, path))
    flow = np.zeros(len(known.flow))
    flow[left.arc] = found.flow
    bound = min(known.bound, found.bound)
    return Known(left, best, path, bound, found.weights, flow, bound - best), True


@njit(cache=True, nogil=True)
def _improved(graph: Graph, path: Ints) -> Ints:
    """Replace one arc of a path by a parallel one as long as the product grows."""
    path, gains = path.copy(), gains_of(graph, path)
    n_parties, n_layers = len(gains), len(path)
    since, layer = 0, 0
    while since < n_layers:
        since += 1
        source, target = graph.source[path[layer]], graph.target[path[layer]]
        for a in range(graph.start[layer], graph.start[layer + 1]):
            if graph.source[a] != source or graph.target[a] != target:
                continue
            ratio = 1.0
            for p in range(n_parties):
                gain = gains[p] + graph.gain[p, a] - graph.gain[p, path[layer]]
                ratio *= max(gain, 0.0) / gains[p]
            if ratio > 1.0 + _LEAST_GAP:
                gains += graph.gain[:, a] - graph.gain[:, path[layer]]
                path[layer], since = a, 0
        layer = (layer + 1) % n_layers
    return path


@njit(cache=True, nogil=True)
def _cut(known: Known, weights: Floats, least: float, stop: Ints) -> tuple[Known, Cuts, bool]:
    """Take out the arcs that no package of interest takes; tell whether there may be any."""
    cuts = cuts_at(known.graph, weights, least, stop)
    if not cuts.possible or stop[0] != 0 or (cuts.kept.all() and len(weights) > 1):
        return known, cuts, cuts.possible
    left = compressed(known.graph, cuts.kept)
    if blocked(left):
        return known, cuts, False
    left = in_order(left)
    known = Known(left, known.best, known.path, known.bound, known.weights, known.flow, known.gap)
    if len(weights) > 1:
        cuts = cuts_at(left, weights, least, stop)
    return known, cuts, cuts.possible


@njit(cache=True, nogil=True)
def _learned(known: Known, found: Swept) -> Known:
    """Remember the best package that a search met."""
    top, best = -1, known.best
    for label in range(len(found.sums)):
        value = log_product(known.graph.base + found.sums[label])
        if value > best:
            top, best = label, value
    if top < 0:
        return known
    path = replayed(known.graph, found, top)
    return Known(known.graph, best, path, known.bound, known.weights, known.flow, known.gap)


@njit(cache=True, nogil=True)
def _best(graph: Graph, left: Graph, found: Swept, tolerance: float, searched: int) -> Solved:
    """Return the best of a complete search."""
    values = np.empty(len(found.sums))
    for label in range(len(values)):
        values[label] = log_product(left.base + found.sums[label])
    if not len(values) or values.max() == -np.inf:
        return _nothing(graph, searched)
    chosen = np.flatnonzero(values >= values.max() - tolerance)
    paths = np.empty((len(chosen), len(left.fixed)), np.int64)
    gains = np.empty((len(chosen), len(left.base)))
    for i in range(len(chosen)):
        paths[i] = replayed(left, found, chosen[i])
        gains[i] = left.base + found.sums[chosen[i]]
    return Solved(EXACT, values.max(), gains, paths, searched)
