"""A yardstick for points: the change of one option that is worth to a party about as much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from detente.going_on import Carried
from detente.implementation import Implementation

LEAST_MEASURED = 0.5
"""Smaller amounts, in points, are not compared with anything."""
_NEAR = 0.25
"""A change is worth about as much when it differs by no more than this part of the amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A change of one issue of the package, from one option to one that its party prefers.

    issue : its position; worse, better : positions of options
    worth : in points, in the mean of the readings that count
    """

    issue: int
    worse: int
    better: int
    worth: float


def yardsticks_of(implementation: Implementation, order: Carried) -> Mapping[str, Step]:
    """Return for each signatory that would leave an order the step nearest to what is missing.

    What is missing is what suffices in 95 % of the readings, and with one reading just that. The
    rest of the package stays as it is, so that rules count. Signatories without a step that is
    worth about as much are left out; of equally near ones the first in case order is taken.
    """
    wanted = {
        k: spread.most for k, spread in enumerate(order.missing) if spread.most >= LEAST_MEASURED
    }
    steps = {k: list(_steps(implementation, k)) for k in wanted}
    found = {}
    for k, amount in wanted.items():
        nearest = min(steps[k], key=lambda step: abs(step.worth - amount), default=None)
        if nearest is not None and abs(nearest.worth - amount) <= _NEAR * amount:
            found[implementation.signatories[k]] = nearest
    return found


def _steps(implementation: Implementation, party: int) -> Iterator[Step]:
    """Go through all changes of one issue that a party likes, the rest as in the package."""
    walk, package = implementation.walk, implementation.package
    rows = np.flatnonzero(implementation.among).astype(np.int64)
    for issue, size in enumerate(walk.sizes):
        changed = [(*package[:issue], option, *package[issue + 1 :]) for option in range(size)]
        worth = [float(walk.value(one, rows)[:, party].mean() / walk.units) for one in changed]
        for worse in range(size):
            for better in range(size):
                if worth[better] > worth[worse]:
                    rise = worth[better] - worth[worse]
                    yield Step(issue=issue, worse=worse, better=better, worth=rise)
