"""What a coarse grid tells of the largest third coordinate seen at or above two others.

Each cell knows the highest of what was entered in it or farther along both sides. What is higher
than its own cell is below nothing; what is not above the next cell diagonally is below something
there. Between the two the grid does not tell.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.factors import Ints

UNTOLD, FREE, BELOW = 0, 1, 2
"""What a grid tells of three coordinates: nothing, that nothing is at least as large in all, or
that something is."""
_MOST_CELLS = 2**18
_WRITTEN_EACH = 64
"""So many cells may be written for each vector, which is far more than usual."""
_LOWEST = -(2**62)


class CoarseMaxima(NamedTuple):
    """The grid, with one row and one column more in which nothing is entered; or no cells.

    highest : of each cell and those farther along both sides
    low, coarse : value of the first two coordinates that becomes zero, and the bits dropped
    left : shape (1,), cells that may still be written; below zero the grid is no longer complete
    """

    highest: Ints
    low: Ints
    coarse: Ints
    left: Ints


@njit(cache=True, nogil=True)
def empty_coarse_maxima(reach: Ints, n_vectors: int) -> CoarseMaxima:
    """Return a grid in which nothing has been entered, with no more cells than vectors.

    reach : the smallest and largest of the first two coordinates, shape (2, 2); or nothing
    """
    low, coarse = reach[0].copy(), np.zeros(reach.shape[1], np.int64)
    side = 1
    while 4 * side * side <= min(n_vectors, _MOST_CELLS):
        side *= 2
    for p in range(len(coarse)):
        while (reach[1, p] - low[p]) >> coarse[p] >= side:
            coarse[p] += 1
    n_lines = side + 1 if len(coarse) else 0
    return CoarseMaxima(
        np.full((n_lines, n_lines), _LOWEST), low, coarse, np.full(1, _WRITTEN_EACH * n_vectors)
    )


@njit(cache=True, nogil=True)
def told(maxima: CoarseMaxima, x: int, y: int, z: int) -> int:
    """Tell whether something entered is at least as large in all three, as far as is known."""
    row = (x - maxima.low[0]) >> maxima.coarse[0]
    column = (y - maxima.low[1]) >> maxima.coarse[1]
    if maxima.highest[row + 1, column + 1] >= z:
        return BELOW
    if maxima.highest[row, column] < z and maxima.left[0] >= 0:
        return FREE
    return UNTOLD


@njit(cache=True, nogil=True)
def enter(maxima: CoarseMaxima, x: int, y: int, z: int) -> None:
    """Enter three coordinates, unless too many cells have been written."""
    row = (x - maxima.low[0]) >> maxima.coarse[0]
    last = (y - maxima.low[1]) >> maxima.coarse[1]
    left = maxima.left[0]
    while row >= 0 and left >= 0 and maxima.highest[row, last] < z:
        line, column = maxima.highest[row], last
        while column >= 0 and line[column] < z:
            line[column] = z
            column -= 1
        left -= last - column
        row -= 1
    maxima.left[0] = left
