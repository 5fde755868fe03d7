"""Dominance: which vectors of values no other vector betters.

A vector a dominates b when no party has less in a and some party has more (Pareto).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.factors import Bools, Ints, Whole

_BLOCK = 512
_FEW = 48
"""So few vectors are compared pair by pair."""


def undominated(vectors: Whole, /) -> Ints:
    """Return the positions of the different vectors that no other one dominates.

    Parameters
    ----------
    vectors : shape (n_vectors, n_parties)
        Larger is better. Whole numbers, nothing is compared within a tolerance.

    Returns
    -------
    positions : shape (n_kept,)
        Of equal vectors one stands for all. In no particular order. With no party at all one
        vector stays.

    Cost O(n log n) for two parties; otherwise the filter of moocore (López-Ibáñez et al.), for
    very few vectors comparison of pairs. Of Python integers only the order counts, so they are
    replaced by their ranks first.

    Examples
    --------
    >>> sorted(undominated(np.array([[3, 1], [1, 3], [1, 1]])).tolist())
    [0, 1]
    """
    n_vectors, n_parties = vectors.shape
    if n_vectors <= 1 or not n_parties:
        return np.arange(min(n_vectors, 1))
    if n_parties == 1:
        return np.array([int(np.argmax(vectors[:, 0]))])
    if vectors.dtype == object:
        vectors = _ranks(vectors)
    if n_parties == 2:
        return _staircase(vectors)
    if n_vectors <= _FEW:
        return _pairwise(vectors)
    import moocore

    exact = np.ascontiguousarray(vectors, dtype=np.float64)
    return np.flatnonzero(moocore.is_nondominated(exact, maximise=True, keep_weakly=False))


def _ranks(vectors: Whole) -> Ints:
    """Return for each party the place of each value among its different values, the least first."""
    ranks = [np.unique(column, return_inverse=True)[1] for column in vectors.T]
    return np.stack(ranks, axis=1)


def _staircase(vectors: Whole) -> Ints:
    """Two parties: going down in the first, each step must be higher in the second."""
    order = np.lexsort((vectors[:, 1], vectors[:, 0]))[::-1]
    second = vectors[order, 1]
    before = np.maximum.accumulate(second)
    kept = np.concatenate([[True], second[1:] > before[:-1]])
    found: Ints = order[kept]
    return found


def _pairwise(vectors: Whole) -> Ints:
    """Compare with those kept so far, by falling sum: only they can dominate a later one.

    Presorting by the sum: Kung, Luccio & Preparata (1975).
    """
    distinct, which = _distinct(vectors)
    totals = distinct.sum(axis=1, dtype=object if distinct.dtype.kind in "iu" else None)
    order = np.argsort(totals, kind="stable")[::-1]
    front = distinct[:0]
    kept = np.zeros(len(distinct), dtype=bool)
    for start in range(0, len(order), _BLOCK):
        block = order[start : start + _BLOCK]
        block = block[~_dominated(distinct[block], front)]
        block = block[~_dominated(distinct[block], distinct[block])]
        kept[block] = True
        front = np.concatenate([front, distinct[block]])
    first = np.zeros(len(distinct), dtype=np.int64)
    first[which[::-1]] = np.arange(len(vectors))[::-1]
    return first[kept]


def _distinct(values: NDArray[Any]) -> tuple[NDArray[Any], Ints]:
    """Return the different vectors in ascending order, and which of them each row is.

    Of two vectors whose sums round to the same double, the dominating one comes later.
    """
    vectors, which = np.unique(values, axis=0, return_inverse=True)
    return vectors, which.ravel()


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
