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
    """Cut with some weights.

    least : the logarithm of the product that packages of interest reach; minus infinity when every
        package with positive gains is of interest: then each party's gain must be at least 1, too
    """
    if least == -np.inf:
        weights = np.concatenate((weights, np.eye(weights.shape[1])))
    n_cuts = len(weights)
    source, target, gain, base = graph.source, graph.target, graph.gain, graph.base
    n_states = graph.level[-1]
    need = np.empty((n_states, n_cuts))
    kept = np.ones(len(source), np.bool_)
    possible = True
    for c in range(n_cuts):
        if stop[0] != 0:
            break
        weight = weighed(gain, weights[c])
        before = reached(source, target, weight, n_states)
        after = remaining(source, target, weight, n_states)
        given = weights[c] * base
        reach = _least_weight(weights[c], least)
        reach -= given.sum() + _ROUNDING * (abs(reach) + np.abs(given).sum())
        possible &= after[0] >= reach
        for a in range(len(kept)):
            kept[a] &= before[source[a]] + weight[a] + after[target[a]] >= reach
        for state in range(n_states):
            need[state, c] = reach - after[state]
    return Cuts(weights, need, kept, possible)


@njit(cache=True, nogil=True)
def weights_around(graph: Graph, centre: Floats, gap: float, apart: int) -> Floats:
    """Return weights around the best, for products within a gap of the bound in logarithms.

    Along a level surface of the product, gains within the gap of its highest tangent differ by some
    sqrt(2 gap) as a share, and so do the weights that touch the surface there.

    apart : in how many parties' weights they differ from the best, 1 or at most 2
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
            if p != q and n_parties > 2 and apart > 1:
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
