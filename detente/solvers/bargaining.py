"""Bargaining solutions over acceptable packages, with no deal as the disagreement point.

Each solution is one decorated function; the command line, the report, the reference page and the
tests find it in :data:`SOLUTIONS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import lcm, log, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.solvers.best import Best
from detente.solvers.leximin import egalitarian_of, kalai_smorodinsky_of
from detente.solvers.linear_optimum import utilitarian_of
from detente.solvers.nash import nash_of

Gains = NDArray[Any]
"""Whole numbers, shape (n_packages, n_parties), value above no deal, all >= 0."""
Rows = NDArray[np.int64]
"""Positions of packages, ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A rule that picks among acceptable packages.

    name : what users type; title : what they read; says : the rule in one plain sentence
    solve : picks among gains that are given
    search : finds the same without a list, over all acceptable packages of a diagram
    """

    name: str
    title: str
    says: str
    source: str
    solve: Callable[[Gains], Rows]
    search: Callable[..., Best]


_NEAR = 1e-9
"""Floating point narrows a field no closer than this; whole numbers decide."""
_LOG = np.frompyfunc(log, 1, 1)
"""The logarithm of Python integers of any size."""

SOLUTIONS: dict[str, Solution] = {}


def solution(
    name: str, *, title: str, says: str, source: str, search: Callable[..., Best]
) -> Callable[[Callable[[Gains], Rows]], Callable[[Gains], Rows]]:
    """Register a bargaining solution under its name."""

    def register(solve: Callable[[Gains], Rows]) -> Callable[[Gains], Rows]:
        SOLUTIONS[name] = Solution(
            name=name, title=title, says=says, source=source, solve=solve, search=search
        )
        return solve

    return register


@solution(
    "nash",
    title="Nash",
    says="the largest product of gains",
    source="Nash (1950)",
    search=nash_of,
)
def nash(gains: Gains, /) -> Rows:
    """Maximise the product of gains over no deal (Nash 1950).

    When no package gives every party a positive gain, the largest number of parties with a positive
    gain comes first, then the product over those parties.

    Ties are all returned. Products are formed in Python integers, since six gains exceed 64 bits.

    Examples
    --------
    >>> nash(np.array([[6, 1], [3, 3], [1, 6]])).tolist()
    [1]
    """
    if not len(gains):
        return np.zeros(0, dtype=np.int64)
    positive = (gains > 0).astype(bool)
    winners = positive.sum(axis=1)
    rows = np.flatnonzero(winners == winners.max())
    counted: Gains = np.where(positive[rows], gains[rows], 1)
    logs: Gains = np.asarray(_LOG(counted), dtype=np.float64)
    totals = logs.sum(axis=1)
    rows = rows[totals >= totals.max() - 1e-6]
    products = [prod(int(gain) for gain in gains[row] if gain > 0) for row in rows]
    largest = max(products)
    best: Rows = rows[[product == largest for product in products]]
    return best


@solution(
    "kalai_smorodinsky",
    title="Kalai–Smorodinsky",
    says="equal shares of what each could at best gain",
    source="Kalai & Smorodinsky (1975)",
    search=kalai_smorodinsky_of,
)
def kalai_smorodinsky(gains: Gains, /) -> Rows:
    """Raise the smallest ratio of gain to ideal gain, then the next smallest, and so on.

    The ideal gain is the party's largest among the packages given. Parties whose ideal gain is 0
    are left out. The lexicographic form (Imai 1983) decides where the smallest ratios tie.

    Examples
    --------
    >>> kalai_smorodinsky(np.array([[10, 0], [6, 3], [0, 4]])).tolist()
    [1]
    """
    if not len(gains):
        return np.zeros(0, dtype=np.int64)
    ideal: Gains = np.asarray(gains.max(axis=0))
    counted = np.flatnonzero((ideal > 0).astype(bool))
    if not len(counted):
        return np.arange(len(gains))
    common = lcm(*(int(ideal[p]) for p in counted))
    factors = np.array([common // int(ideal[p]) for p in counted], dtype=object)
    rows = np.arange(len(gains))
    if gains.dtype != object:
        lowest = (gains[:, counted] / ideal[counted]).min(axis=1)
        rows = np.flatnonzero(lowest >= lowest.max() - _NEAR)
    ratios = np.array([[int(gain) for gain in gains[row, counted]] for row in rows], dtype=object)
    found: Rows = rows[_leximin(np.multiply(ratios, factors))]
    return found


@solution(
    "egalitarian",
    title="Egalitarian",
    says="the smallest gain as large as can be",
    source="Kalai (1977), leximin",
    search=egalitarian_of,
)
def egalitarian(gains: Gains, /) -> Rows:
    """Raise the smallest gain, then the next smallest, and so on (leximin).

    Compares points as written; parties' scales should mean the same.

    Examples
    --------
    >>> egalitarian(np.array([[9, 1], [2, 2], [2, 3]])).tolist()
    [2]
    """
    if not len(gains):
        return np.zeros(0, dtype=np.int64)
    return _leximin(gains)


@solution(
    "utilitarian",
    title="Utilitarian",
    says="the largest sum of gains",
    source="Harsanyi (1955)",
    search=utilitarian_of,
)
def utilitarian(gains: Gains, /) -> Rows:
    """Maximise the sum of gains.

    Compares points as written; parties' scales should mean the same.

    Examples
    --------
    >>> utilitarian(np.array([[9, 1], [4, 4], [5, 5]])).tolist()
    [0, 2]
    """
    if not len(gains):
        return np.zeros(0, dtype=np.int64)
    totals = gains.sum(axis=1, dtype=object if gains.dtype.kind in "iu" else None)
    return np.flatnonzero((totals == totals.max()).astype(bool))


def _leximin(numbers: NDArray[Any]) -> Rows:
    """Return the rows whose ascending numbers are lexicographically largest; exact, ties kept."""
    ascending = np.sort(numbers, axis=1)
    rows = np.arange(len(numbers))
    for place in range(ascending.shape[1]):
        column = ascending[rows, place]
        rows = rows[(column == column.max()).astype(bool)]
    return rows
