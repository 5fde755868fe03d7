"""The recommended package: the Nash solution on the central reading."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.diagram import diagram_of
from detente.packages import Choices, Valuation
from detente.solvers.bargaining import SOLUTIONS
from detente.vocabulary import Package
from detente.work import Work

RECOMMENDED = "nash"
"""The solution whose package on the central reading is the one recommended."""


def recommendation(
    valuation: Valuation, signing: Sequence[int], listed: Choices | None, *, work: Work
) -> Package | None:
    """Return the recommended package, or None when nothing is acceptable to all.

    valuation : the values of one reading
    signing : columns of the valuation of those that have to accept
    listed : every feasible package in case order; None where they are too many to list

    Of packages that tie, the first in case order where packages are listed, otherwise one of them.
    None also when a limit ended the search before any was found.
    """
    solution = SOLUTIONS[RECOMMENDED]
    if listed is None:
        return solution.search(diagram_of(valuation.factors(signing)), work=work).package
    columns = list(signing)
    gains = valuation.gains(listed)[:, columns]
    allowed = (gains >= 0).all(axis=1) & ~valuation.crossed(listed)[:, columns].any(axis=1)
    rows = np.flatnonzero(allowed.astype(bool))
    if not len(rows):
        return None
    first = rows[solution.solve(gains[rows])[0]]
    return tuple(int(option) for option in listed[first])
