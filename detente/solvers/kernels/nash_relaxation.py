"""The largest product of gains over mixtures of packages, and the weights that bound all packages.

For positive weights w, no package has a product of gains above (C/n)^n / prod w, where C is the
largest weighted gain and n the number of parties. The best such weights are one over the gains of
the best mixture, found by moving shares between packages, from the worst to the best (Frank & Wolfe
1956; pairwise steps: Lacoste-Julien & Jaggi 2015).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.diagram import Floats
from detente.factors import Ints
from detente.solvers.kernels.nash_paths import (
    Graph,
    heaviest,
    log_product,
    remaining,
)

FOUND, NONE, UNKNOWN = 0, 1, 2
_MOST_PACKAGES = 256
_MOST_TRIES = 150
_MOST_MOVES = 20
_NEAR = 1e-9


class Relaxation(NamedTuple):
    """What is known from mixtures of packages.

    status : FOUND; NONE when no package has all gains positive; UNKNOWN when no mixture was found
    weights : by party, positive
    bound : the logarithm of the product is at most this
    best, path : the best package met, minus infinity when none has all gains positive
    flow : the share of the mixture that takes each arc
    """

    status: int
    weights: Floats
    bound: float
    best: float
    path: Ints
    flow: Floats


class Mixture(NamedTuple):
    """Packages and their shares: gains (n, n_parties), paths (n, n_layers), share (n,)."""

    gains: Floats
    paths: Ints
    share: Floats


@njit(cache=True, nogil=True)
def relaxed(graph: Graph, first: Floats, best: float, close: float, stop: Ints) -> Relaxation:
    """Find the best weights.

    first : weights to begin with, zeros when none are known
    best : the best known logarithm of a product
    close : stop when the mixture is so near, as a share of what lies between best and bound
    """
    n_parties, n_layers = len(graph.base), len(graph.start) - 1
    met = Relaxation(
        UNKNOWN,
        np.ones(n_parties),
        np.inf,
        -np.inf,
        np.zeros(n_layers, np.int64),
        np.zeros(len(graph.source)),
    )
    mixture = Mixture(
        np.empty((_MOST_PACKAGES, n_parties)),
        np.empty((_MOST_PACKAGES, n_layers), np.int64),
        np.zeros(_MOST_PACKAGES),
    )
    met, n = _begun(graph, first, met, mixture, stop)
    if met.status != FOUND:
        return met
    return _mixed(graph, met, mixture, n, (best, close), stop)


@njit(cache=True, nogil=True)
def _begun(
    graph: Graph, first: Floats, met: Relaxation, mixture: Mixture, stop: Ints
) -> tuple[Relaxation, int]:
    """Find packages whose average gives every party a positive gain (multiplicative weights)."""
    n_parties = len(graph.base)
    total, weights = np.zeros(n_parties), first
    if first[0] > 0.0:
        top = 1.0 / first
    else:
        top = np.empty(n_parties)
        for p in range(n_parties):
            most = remaining(graph.source, graph.target, graph.gain[p], graph.level[-1])
            top[p] = graph.base[p] + most[0]
            if not top[p] >= 1.0:
                return _told(met, NONE, met.weights), 0
        weights = 1.0 / top
    for n in range(_MOST_TRIES):
        path, gains = heaviest(graph, weights)
        if (weights * (gains - 1.0)).sum() < -_NEAR * (weights * (top + np.abs(graph.base))).sum():
            return _told(met, NONE, weights), 0
        met = _better(met, path, gains)
        total += gains
        mixture.gains[n], mixture.paths[n] = gains, path
        if total.min() > 0.0:
            mixture.share[: n + 1] = 1.0 / (n + 1)
            return _told(met, FOUND, weights), n + 1
        if stop[0] != 0:
            break
        reach = total / (n + 1) / top
        weights = np.exp(-8.0 * (reach - reach.min()))
        weights = weights / weights.sum() / top
    return _told(met, UNKNOWN, weights), 0


@njit(cache=True, nogil=True)
def _mixed(
    graph: Graph, met: Relaxation, mixture: Mixture, n: int, goal: tuple[float, float], stop: Ints
) -> Relaxation:
    """Improve a mixture whose gains are positive."""
    n_parties = len(graph.base)
    known, close = goal
    gains = np.zeros(n_parties)
    for i in range(n):
        gains += mixture.share[i] * mixture.gains[i]
    while n < _MOST_PACKAGES and stop[0] == 0:
        weights = 1.0 / gains
        path, found = heaviest(graph, weights)
        most = (weights * found).sum()
        left = n_parties * np.log(max(most, n_parties) / n_parties)
        met = _better(met, path, found)
        met = _tighter(met, log_product(gains) + left, weights)
        between = met.bound - max(known, met.best)
        if left < _NEAR or left < close * (between if between < np.inf else _NEAR):
            break
        mixture.gains[n], mixture.paths[n], mixture.share[n] = found, path, 0.0
        n += 1
        _rebalance(mixture, n, gains, 0.1 * (most - n_parties))
    for i in range(n):
        if mixture.share[i] > 0.0:
            for a in mixture.paths[i]:
                met.flow[a] += mixture.share[i]
    return met


@njit(cache=True, nogil=True)
def _rebalance(mixture: Mixture, n: int, gains: Floats, close: float) -> None:
    """Move shares from the package that weighs least to the one that weighs most."""
    n_parties = len(gains)
    for _ in range(_MOST_MOVES):
        low, high, least, most = -1, 0, np.inf, -np.inf
        weights = 1.0 / gains
        for i in range(n):
            weight = 0.0
            for p in range(n_parties):
                weight += mixture.gains[i, p] * weights[p]
            if weight > most:
                high, most = i, weight
            if mixture.share[i] > 0.0 and weight < least:
                low, least = i, weight
        if most - least < close:
            return
        change = mixture.gains[high] - mixture.gains[low]
        step = _step(gains, change, mixture.share[low])
        gains += step * change
        mixture.share[high] += step
        mixture.share[low] = max(mixture.share[low] - step, 0.0)


@njit(cache=True, nogil=True)
def _step(gains: Floats, change: Floats, most: float) -> float:
    """Return the step along a change after which the product is largest (safeguarded Newton)."""
    for p in range(len(gains)):
        if change[p] < 0.0:
            most = min(most, -0.999 * gains[p] / change[p])
    low, high, step = 0.0, most, most
    for _ in range(30):
        slope, curve = 0.0, 0.0
        for p in range(len(gains)):
            ratio = change[p] / (gains[p] + step * change[p])
            slope += ratio
            curve += ratio * ratio
        if slope >= 0.0:
            if step >= most:
                return most
            low = step
        else:
            high = step
        following = step + slope / curve if curve > 0.0 else step
        if not low < following < high:
            following = 0.5 * (low + high)
        if abs(following - step) < _NEAR * most:
            break
        step = following
    return step


@njit(cache=True, nogil=True)
def _told(met: Relaxation, status: int, weights: Floats) -> Relaxation:
    return Relaxation(status, weights, met.bound, met.best, met.path, met.flow)


@njit(cache=True, nogil=True)
def _better(met: Relaxation, path: Ints, gains: Floats) -> Relaxation:
    """Remember a package if it is the best so far."""
    value = log_product(gains)
    if value > met.best:
        return Relaxation(met.status, met.weights, met.bound, value, path, met.flow)
    return met


@njit(cache=True, nogil=True)
def _tighter(met: Relaxation, bound: float, weights: Floats) -> Relaxation:
    """Remember weights if their bound is the best so far."""
    if bound < met.bound:
        return Relaxation(met.status, weights, bound, met.best, met.path, met.flow)
    return met
