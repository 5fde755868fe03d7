"""Weights that make the parties' demands contradict each other, or a mix of packages that meets them.

The smaller the largest weighted gain of any package, the better the weights. Minimising it over
weights is the dual of maximising the smallest gain over mixes of packages (von Neumann 1928); both
are solved together by generating packages as they are needed (Dantzig & Wolfe 1960).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.diagram import Floats
from detente.factors import Ints

_ROUNDING = 1e-9
_MOST_PIVOTS = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Balance:
    """The mix of some packages with the largest smallest gain, and the weights that prove it.

    weights : shape (n_parties,), not negative, summing to 1; no package weighs more than ``gain``
    gain : the smallest gain of the mix
    shares : shape (n_packages,), of each package in the mix
    """

    weights: Floats
    gain: float
    shares: Floats


def balance(gains: Floats, /) -> Balance:
    """Solve the matrix game between parties and packages by the simplex method.

    gains : shape (n_packages, n_parties), at least one of each

    Doubles: what follows from the weights has to be checked.

    Examples
    --------
    >>> found = balance(np.array([[3.0, -1.0], [-1.0, 1.0]]))
    >>> [round(float(w), 3) for w in found.weights], round(found.gain, 3)
    ([0.333, 0.667], 0.333)
    """
    n_packages, n_parties = gains.shape
    columns = np.zeros((n_packages + n_parties, n_parties + 1))
    columns[:n_packages, :n_parties] = gains
    columns[:n_packages, n_parties] = -1
    columns[n_packages:, :n_parties] = -np.eye(n_parties)
    smallest = int(np.argmax(gains.min(axis=1)))
    worst = int(np.argmin(gains[smallest]))
    basis = [n_packages + p for p in range(n_parties) if p != worst] + [smallest]
    for _ in range(_MOST_PIVOTS):
        inverse, amounts = _solved(columns, basis)
        prices = inverse[:, -1]
        reduced = columns @ prices
        reduced[basis] = 0
        entering = int(np.argmax(reduced))
        if reduced[entering] <= _ROUNDING:
            break
        change = (columns[entering] @ inverse)[:-1]
        grows = change > _ROUNDING
        if not grows.any():
            break
        ratios = np.full(n_parties, np.inf)
        ratios[grows] = np.maximum(amounts[grows], 0) / change[grows]
        basis[int(np.argmin(ratios))] = entering
    inverse, amounts = _solved(columns, basis)
    weights = np.maximum(inverse[:-1, -1], 0)
    shares = np.zeros(n_packages + n_parties)
    shares[basis] = np.maximum(amounts, 0)
    return Balance(
        weights=weights / weights.sum(), gain=float(inverse[-1, -1]), shares=shares[:n_packages]
    )


def _solved(columns: Floats, basis: list[int]) -> tuple[Floats, Floats]:
    """Return the inverse of a basis, and how much of each of its columns is taken."""
    n_parties = columns.shape[1] - 1
    square = np.vstack([columns[basis], [*np.ones(n_parties), 0.0]])
    inverse = np.linalg.inv(square)
    return inverse, -inverse[-1, :-1]


def chosen(shares: Floats) -> Ints:
    """Return the packages that a mix contains."""
    return np.flatnonzero(shares > _ROUNDING)
