"""Weights under which the parties' demands contradict each other, or a mix that meets them.

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
    basis : by party, a column of the programme: a party's surplus, or (from n_parties on) a package
    """

    weights: Floats
    gain: float
    shares: Floats
    basis: tuple[int, ...]


def balance(gains: Floats, /, start: tuple[int, ...] | None = None) -> Balance:
    """Solve the matrix game between parties and packages by the simplex method.

    gains : shape (n_packages, n_parties), at least one of each
    start : the basis of an earlier solution for the first of these packages

    Doubles: what follows from the weights has to be checked.

    Examples
    --------
    >>> found = balance(np.array([[3.0, -1.0], [-1.0, 1.0]]))
    >>> [round(float(w), 3) for w in found.weights], round(found.gain, 3)
    ([0.333, 0.667], 0.333)
    """
    n_packages, n_parties = gains.shape
    columns = np.zeros((n_parties + n_packages, n_parties + 1))
    columns[:n_parties, :n_parties] = -np.eye(n_parties)
    columns[n_parties:, :n_parties] = gains
    columns[n_parties:, n_parties] = -1
    basis = _first_basis(gains) if start is None else list(start)
    square = np.ones((n_parties + 1, n_parties + 1))
    square[-1, -1] = 0
    for _ in range(_MOST_PIVOTS):
        square[:-1] = columns[basis]
        inverse = np.linalg.inv(square)
        amounts = -inverse[-1, :-1]
        reduced = columns @ inverse[:, -1]
        reduced[basis] = 0
        entering = int(reduced.argmax())
        change = columns[entering] @ inverse[:, :-1]
        if reduced[entering] <= _ROUNDING or change.max() <= _ROUNDING:
            break
        ratios = np.where(change > _ROUNDING, amounts, np.inf) / np.maximum(change, _ROUNDING)
        basis[int(ratios.argmin())] = entering
    weights = np.maximum(inverse[:-1, -1], 0)
    shares = np.zeros(n_parties + n_packages)
    shares[basis] = np.maximum(amounts, 0)
    return Balance(
        weights=weights / weights.sum(),
        gain=float(inverse[-1, -1]),
        shares=shares[n_parties:],
        basis=tuple(basis),
    )


def _first_basis(gains: Floats) -> list[int]:
    """Take the package with the largest smallest gain alone."""
    n_parties = gains.shape[1]
    package = int(gains.min(axis=1).argmax())
    worst = int(gains[package].argmin())
    return [p for p in range(n_parties) if p != worst] + [n_parties + package]


def chosen(shares: Floats) -> Ints:
    """Return the packages that a mix contains."""
    return np.flatnonzero(shares > _ROUNDING)
