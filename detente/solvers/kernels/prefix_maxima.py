"""The largest third coordinate seen at or above two others, over a small grid.

A binary indexed tree in two dimensions (Fenwick 1994) that holds maxima: looking up and entering
take O(log n log m) steps each.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from detente.factors import Ints

Maxima = NDArray[np.int16]

LARGEST = 65_000
"""The third coordinate counts from zero to this."""
_NOTHING = -32_768


@njit(cache=True, nogil=True)
def empty_maxima(reach: Ints) -> Maxima:
    """Return a grid in which nothing has been entered.

    reach : the smallest and largest of the first two coordinates, shape (2, 2); or nothing
    """
    if not reach.shape[1]:
        return np.empty((0, 0), np.int16)
    n_rows, n_columns = reach[1, 0] - reach[0, 0] + 1, reach[1, 1] - reach[0, 1] + 1
    return np.full((n_rows + 1, n_columns + 1), np.int16(_NOTHING))


@njit(cache=True, nogil=True)
def overtopped(maxima: Maxima, x: int, y: int, z: int) -> bool:
    """Tell whether something entered is at least as large in all three; else enter it.

    x, y : counted from zero up to the sizes of the grid less one; z : from zero to LARGEST
    """
    n_rows, n_columns = maxima.shape
    height = np.int16(z + _NOTHING + 1)
    row = n_rows - 1 - x
    first = n_columns - 1 - y
    at = row
    while at > 0:
        line = maxima[at]
        column = first
        while column > 0:
            if line[column] >= height:
                return True
            column &= column - 1
        at &= at - 1
    while row < n_rows:
        line = maxima[row]
        column = first
        while column < n_columns:
            line[column] = max(line[column], height)
            column += column & -column
        row += row & -row
    return False
