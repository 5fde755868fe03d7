"""The Pareto frontier: packages that no other betters for one party without worsening another."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.hit_and_run import Bools

_BLOCK = 512


def is_on_frontier(values: NDArray[Any], /) -> Bools:
    """Mark the packages that no other package Pareto-dominates.

    Package a dominates b when no party has less in a and some party has more.

    Parameters
    ----------
    values : shape (n_packages, n_parties)
        Larger is better. Whole numbers in any dtype; nothing is compared within a tolerance.

    Returns
    -------
    mask : bool, shape (n_packages,)
        Packages with equal values are all kept, or all dropped. With no party at all everything is
        kept.

    Cost O(n_packages x frontier size x n_parties): packages are visited by falling sum of values,
    so that only packages already on the frontier can dominate a later one (Kung, Luccio &
    Preparata 1975 for the idea of presorting).

    Examples
    --------
    >>> is_on_frontier(np.array([[3, 1], [1, 3], [1, 1], [3, 1]])).tolist()
    [True, True, False, True]
    """
    if not values.shape[1] or not len(values):
        return np.ones(len(values), dtype=bool)
    vectors, which = _distinct(values)
    totals = vectors.sum(axis=1, dtype=object if vectors.dtype.kind in "iuO" else None)
    order = np.argsort(totals, kind="stable")[::-1]
    kept = np.zeros(len(vectors), dtype=bool)
    front = vectors[:0]
    for start in range(0, len(order), _BLOCK):
        block = order[start : start + _BLOCK]
        candidates = vectors[block]
        alive = ~_dominated(candidates, front)
        block, candidates = block[alive], candidates[alive]
        alive = ~_dominated(candidates, candidates)
        kept[block[alive]] = True
        front = np.concatenate([front, candidates[alive]])
    return kept[which]


def _distinct(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the different vectors in ascending order, and which of them each row is.

    Of two vectors whose sums round to the same double, the dominating one comes later.
    """
    if values.dtype != object:
        vectors, which = np.unique(values, axis=0, return_inverse=True)
        return vectors, which.ravel()
    rows = [tuple(row) for row in values]
    places = {row: k for k, row in enumerate(sorted(set(rows)))}
    return np.array(list(places), dtype=object), np.array([places[row] for row in rows])


def _dominated(candidates: NDArray[Any], by: NDArray[Any]) -> Bools:
    """Tell which candidates another, different vector of ``by`` is at least as good as."""
    dominated = np.zeros(len(candidates), dtype=bool)
    for start in range(0, len(by), _BLOCK):
        others = by[start : start + _BLOCK]
        at_least = np.ones((len(candidates), len(others)), dtype=bool)
        more = np.zeros((len(candidates), len(others)), dtype=bool)
        for p in range(candidates.shape[1]):
            column, other = candidates[:, p, None], others[None, :, p]
            at_least &= (other >= column).astype(bool)
            more |= (other > column).astype(bool)
        dominated |= (at_least & more).any(axis=1)
    return dominated
