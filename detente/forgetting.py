"""Whether chains have come to rest: what they remember of where they were, and how they drift."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_STILL = 1e-12
"""A spread, squared, below which an unknown counts as standing still."""


def memory_of(before: Floats, after: Floats, pattern: Ints, /) -> float:
    """Return the root mean square correlation across chains, less what chance gives.

    Chains that impose the same statements are compared with each other; those that impose others
    live in different sets and never meet.
    """
    a, b = _within(before, pattern), _within(after, pattern)
    spread = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    moving = spread > _STILL * a.shape[1]
    if not moving.any():
        return 0.0
    correlation = (a * b).sum(axis=1)[moving] / spread[moving]
    chance = 1 / max(1, a.shape[1] - 1 - int(pattern.max(initial=0)))
    return float(np.sqrt(max(0.0, float(np.mean(correlation**2)) - chance)))


def drift_of(before: Floats, after: Floats, /) -> float:
    """Return how far the mean over all chains has moved, squared, in units of what chance gives.

    The largest of any unknown. At rest it is 1 on average for one unknown, and seldom over 12 for
    the largest of many. Chains may have forgotten where each of them was while all together are
    still under way from where they began.
    """
    moved = after - before
    mean = moved.mean(axis=1)
    variance = moved.var(axis=1) / moved.shape[1]
    moving = variance > _STILL
    return float((mean[moving] ** 2 / variance[moving]).max(initial=0.0))


def _within(state: Floats, pattern: Ints) -> Floats:
    """Return the state less the mean over the chains that impose the same statements."""
    counts = np.bincount(pattern)
    means = np.stack([np.bincount(pattern, weights=row) / counts for row in state])
    centred: Floats = state - means[:, pattern]
    return centred
