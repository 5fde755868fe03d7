"""How far an outcome falls short: of the frontier, and of what a solution would give.

Both are exact. Neither adds up gains of different parties: what was left on the table is told for
each party alone, and distances are parts of each party's own best gain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from detente.factors import Ints, Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """What an outcome misses of the frontier.

    better : rows of the frontier that better it for some party and worsen it for none
    left : by party, the most that it could have had more while no party has less; 0 for all of
        them when the outcome is on the frontier
    """

    better: tuple[int, ...]
    left: tuple[int, ...]


def shortfall(gains: Sequence[int], frontier: Whole, /) -> Shortfall:
    """Tell what an outcome misses of the frontier.

    Parameters
    ----------
    gains : by party, of the outcome; no agreement has gains of 0
    frontier : shape (n_vectors, n_parties), gains of the packages that nothing acceptable betters

    The parts of ``left`` cannot in general be had together: each has its own package. Cost
    O(n_vectors n_parties).

    Examples
    --------
    >>> frontier = np.array([[9, 1], [6, 5], [2, 6]])
    >>> shortfall([2, 4], frontier)
    Shortfall(better=(1, 2), left=(4, 2))
    >>> shortfall([6, 5], frontier)
    Shortfall(better=(), left=(0, 0))
    """
    more = frontier - np.array([int(gain) for gain in gains], dtype=frontier.dtype)
    rows = bettering(more)
    left = more[rows].max(axis=0, initial=0)
    return Shortfall(
        better=tuple(int(row) for row in rows), left=tuple(int(most) for most in left.tolist())
    )


def bettering(more: Whole, /) -> Ints:
    """Return the rows that are better for some party and worse for none, ascending.

    more : shape (n_vectors, n_parties), what each vector gives each party over an outcome

    Examples
    --------
    >>> bettering(np.array([[7, -3], [0, 0], [4, 1], [0, 2]])).tolist()
    [2, 3]
    """
    return np.flatnonzero((more >= 0).all(axis=1) & (more > 0).any(axis=1))


def distance(
    gains: Sequence[Fraction], other: Sequence[Fraction], ideal: Sequence[Fraction], /
) -> Fraction:
    """Return how far two outcomes are apart: the largest difference, as a part of the ideal gain.

    Parties whose ideal gain, the best that acceptable packages give them, is 0 are left out. The
    distance does not depend on the units in which parties count.

    Examples
    --------
    >>> three, four, five, six = (Fraction(n) for n in (3, 4, 5, 6))
    >>> distance([three, five], [six, four], [Fraction(10), five])
    Fraction(3, 10)
    """
    parts = [abs(a - b) / most for a, b, most in zip(gains, other, ideal, strict=True) if most > 0]
    return max(parts, default=Fraction(0))


def ideal_of(frontier: Whole, /) -> NDArray[np.object_]:
    """Return the best gain of each party on the frontier, as Python integers; shape (n_parties,).

    Examples
    --------
    >>> ideal_of(np.array([[9.0, 1.0], [2.0, 6.0]])).tolist()
    [9, 6]
    """
    return np.array([int(most) for most in frontier.max(axis=0, initial=0)], dtype=object)
