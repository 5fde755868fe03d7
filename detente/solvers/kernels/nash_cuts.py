"""What a partial package must weigh so that its completion can still reach a product of gains.

For weights w, gains whose product reaches e^b weigh at least n (e^b prod w)^(1/n), by the
inequality of arithmetic and geometric means. A few weights around the best ones, as far away as the
products still open differ, cut much more than the best alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.diagram import Floats
from detente.factors import Bools, Ints
from detente.solvers.kernels.nash_paths import Graph, reached, remaining, weighed

_ROUNDING = 1e-10
_SPREAD = 0.5
_MOST_BOUNDS = 4_000_000


class Cuts(NamedTuple):
    """Bounds on labels and arcs.

    weights : shape (n_cuts, n_parties)
    need : what the sums so far must weigh at each state, shape (n_states, n_cuts)
    kept : which arcs lie on a path that weighs enough for every cut
    possible : whether any path does
    """

    weights: Floats
    need: Floats
    kept: Bools
    possible: bool


@njit(cache=True, nogil=True)
def cuts_at(graph: Graph, weights: Floats, least: float, stop: Ints) -> Cuts:
    """Cut with some weights, and with every party's gain, which must be at least 1.

    least : the logarithm of the product that packages of interest reach; minus infinity when every
        package with positive gains is of interest
    """
    n_weights, n_parties = weights.shape
    every = np.zeros((n_weights + n_parties, n_parties))
    every[:n_weights] = weights
    for p in range(n_parties):
        every[n_weights + p, p] = 1.0
    need = np.empty((graph.level[-1], len(every)))
    kept = np.ones(len(graph.source), np.bool_)
    possible = True
    for c in range(len(every)):
        if stop[0] != 0:
            break
        reach = _least_weight(weights[c], least) if c < n_weights else 1.0
        weight = weighed(graph, every[c])
        before, _ = reached(graph, weight)
        after = remaining(graph, weight)
        given = (every[c] * graph.base).sum()
        reach -= given + _ROUNDING * (abs(reach) + np.abs(every[c] * graph.base).sum())
        possible &= after[0] >= reach
        for a in range(len(kept)):
            if before[graph.source[a]] + weight[a] + after[graph.target[a]] < reach:
                kept[a] = False
        for state in range(len(after)):
            need[state, c] = reach - after[state]
    return Cuts(every, need, kept, possible)


@njit(cache=True, nogil=True)
def weights_around(graph: Graph, centre: Floats, gap: float) -> Floats:
    """Return weights around the best, for products within a gap of the bound in logarithms.

    Along a level surface of the product, gains within the gap of its highest tangent differ by some
    sqrt(2 gap) as a share, and so do the weights that touch the surface there.
    """
    n_parties = len(centre)
    n_most = 1 + 2 * n_parties + n_parties * (n_parties - 1)
    weights = np.empty((n_most, n_parties))
    weights[:] = centre
    away = np.exp(_SPREAD * np.sqrt(2.0 * gap))
    n = 1
    for p in range(n_parties):
        weights[n, p] *= away
        weights[n + 1, p] /= away
        n += 2
    away = away**0.7
    for p in range(n_parties):
        for q in range(n_parties):
            if p != q and n_parties > 2:
                weights[n, p] *= away
                weights[n, q] /= away
                n += 1
    n_states = graph.level[-1]
    if n * n_states > _MOST_BOUNDS:
        n = 1 + 2 * n_parties if (1 + 2 * n_parties) * n_states <= _MOST_BOUNDS else 1
    return weights[:n]


@njit(cache=True, nogil=True)
def _least_weight(weights: Floats, least: float) -> float:
    if least == -np.inf:
        return float(weights.sum())
    return float(len(weights) * np.exp((least + np.log(weights).sum()) / len(weights)))
