"""Amounts known as ranges, drawn one for each reading: they are coordinates of the reading too."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

import numpy as np

from detente.hit_and_run import Floats
from detente.linear import Bounds

FINE = 1000
"""Steps that a range of residues or chances between 0 and 1 is drawn in."""
MILLION = 1_000_000
"""Parts of a point, at least, so that what has to be rounded is rounded finely."""
MOST_FINE = 1_000_000
"""Exact parts such as 1/7 refine the unit up to here; beyond that they are rounded."""


def evenly(seed: int, key: str, n_rows: int) -> Floats:
    """Return a number between 0 and 1 for each reading, the same for the same key.

    Keys are drawn from seeds of their own, so what is drawn for one never depends on another.

    Examples
    --------
    >>> bool((evenly(0, "a", 3) == evenly(0, "a", 3)).all()), len(evenly(0, "b", 2))
    (True, 2)
    """
    return np.random.default_rng([5, seed, *key.encode()]).random(n_rows)


def ranged(amounts: list[Bounds]) -> bool:
    """Tell whether any amount leaves more than one value."""
    return any(amount.low is None or amount.low != amount.high for amount in amounts)


def fineness(parts: list[Bounds]) -> int:
    """Return into how many steps a whole is cut so that every exact part is a number of steps.

    Examples
    --------
    >>> fineness([Bounds(low=Fraction(1, 3), high=Fraction(1, 3))])
    3000
    """
    exact = [part.low for part in parts if part.low is not None and part.low == part.high]
    found = lcm(FINE, *(number.denominator for number in exact))
    return found if found <= MOST_FINE else FINE


def part_of_whole(part: Bounds, where: Floats, fine: int) -> Floats:
    """Return a part of a whole for each reading, in steps of 1/``fine``.

    where : between 0 and 1, how far between the ends of the range

    Examples
    --------
    >>> half = Bounds(low=Fraction(1, 2), high=Fraction(1, 2))
    >>> part_of_whole(half, np.array([0.3]), 1000).tolist()
    [500.0]
    """
    low = float((part.low or Fraction(0)) * fine)
    high = float((Fraction(1) if part.high is None else part.high) * fine)
    return np.asarray(np.rint(low + (high - low) * where))


def between(low: Floats, high: Floats, where: Floats) -> Floats:
    """Return whole numbers between two ends, one for each reading.

    low, high : whole numbers; where low exceeds high, low is taken
    where : between 0 and 1, how far from low to high

    Examples
    --------
    >>> between(np.array([-20.0, 5.0]), np.array([-5.0, 2.0]), np.array([0.5, 0.5])).tolist()
    [-12.0, 5.0]
    """
    return np.asarray(np.rint(low + np.maximum(high - low, 0) * where))
