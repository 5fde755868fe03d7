"""The weights that exclude the most, for many readings at once.

In each reading the smallest gain of a mix of packages is maximised by the simplex method (Dantzig
1951); its multipliers weight the parties, and the package that is heaviest by these weights is the
next to enter (column generation: Dantzig & Wolfe 1960). When no package is heavier than the mix,
the mix is best, and no weights exclude more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.factors import Bools, Ints

Floats = NDArray[np.float64]

_ROUNDING = 1e-11
_MOST_SLACKS = 20


class Mixes:
    """One mix of packages for each reading.

    inverse : of each reading's basis, shape (n_readings, n_parties + 1, n_parties + 1). Its last
        row belongs to the smallest gain of the mix, the others to packages or to the excess of a
        party's gain over the smallest.
    """

    def __init__(self, gains: Floats) -> None:
        """Begin with one package for each reading; ``gains`` shape (n_readings, n_parties)."""
        n_readings, n_parties = gains.shape
        basis = np.zeros((n_readings, n_parties + 1, n_parties + 1))
        basis[:, range(n_parties), range(n_parties)] = -1
        worst = gains.argmin(axis=1)
        rows = np.arange(n_readings)
        basis[rows, worst, worst] = 0
        basis[rows, :n_parties, worst] = gains
        basis[rows, n_parties, worst] = 1
        basis[:, :n_parties, n_parties] = -1
        self.inverse: Floats = np.linalg.inv(basis)

    @property
    def gain(self) -> Floats:
        """The smallest gain of each mix; shape (n_readings,)."""
        return np.asarray(self.inverse[:, -1, -1])

    def weights(self) -> Floats:
        """Return the parties' weights in each reading; not negative, of sum 1, a row a reading."""
        n_parties = self.inverse.shape[1] - 1
        for _ in range(_MOST_SLACKS):
            weights = -self.inverse[:, -1, :-1]
            most_negative = weights.argmin(axis=1)
            rows = np.flatnonzero(weights.min(axis=1) < -_ROUNDING)
            if not len(rows):
                break
            excess = np.zeros((len(rows), n_parties + 1))
            excess[np.arange(len(rows)), most_negative[rows]] = -1
            self._enter(rows, excess)
        weights = np.maximum(-self.inverse[:, -1, :-1], 0)
        total = weights.sum(axis=1, keepdims=True)
        return np.where(total > 0, weights / np.where(total > 0, total, 1), 1 / n_parties)

    def enter(self, gains: Floats) -> None:
        """Let one more package into each mix; ``gains`` shape (n_readings, n_parties)."""
        column = np.concatenate([gains, np.ones((len(gains), 1))], axis=1)
        self._enter(np.arange(len(gains)), column)

    def keep(self, readings: Bools) -> None:
        """Forget the other readings."""
        self.inverse = self.inverse[readings]

    def _enter(self, readings: Ints, columns: Floats) -> None:
        inverse = self.inverse[readings]
        change = (inverse @ columns[:, :, None])[:, :, 0]
        grows = change[:, :-1] > _ROUNDING
        amounts = np.maximum(inverse[:, :-1, -1], 0)
        ratios = np.where(grows, amounts / np.where(grows, change[:, :-1], 1), np.inf)
        leaves = ratios.argmin(axis=1)
        moving = np.flatnonzero(grows.any(axis=1))
        inverse, change, leaves = inverse[moving], change[moving], leaves[moving]
        rows = np.arange(len(moving))
        pivot = inverse[rows, leaves] / change[rows, leaves, None]
        inverse -= change[:, :, None] * pivot[:, None, :]
        inverse[rows, leaves] = pivot
        self.inverse[readings[moving]] = inverse
