"""Other measures of readings: shares when readings are spread in another way than evenly.

How many readings say something depends on how readings are counted. The readings drawn evenly are
weighted by the density of another measure relative to the even one (importance sampling), so that
nothing has to be drawn again. Every density is a product of powers of the swings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from detente.hit_and_run import Bools, Floats, Ints

_SMALLEST = 1e-9
"""A swing counts as at least so much of the sum of all, so that no weight is infinite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A way to spread readings.

    power : from the number of options between best and worst of each issue, to the power of each
        issue's swing in the density
    """

    name: str
    power: Callable[[Ints], Floats]


MEASURES: tuple[Measure, ...] = (
    Measure(
        name="option_values",
        power=lambda between: between.astype(np.float64),
    ),
    Measure(
        name="lopsided",
        power=lambda between: np.full(len(between), -0.25),
    ),
    Measure(
        name="balanced",
        power=lambda between: np.ones(len(between)),
    ),
)
"""Even over option values in points, so that issues with many options weigh more; swings as
Dirichlet(3/4), towards parties for whom a few issues decide, and as Dirichlet(2), towards parties
for whom all matter alike, where evenly spread ones are Dirichlet(1). What was said is imposed."""


def densities(swings: Floats, between: Ints, measure: Measure, /) -> Floats:
    """Return the density of a measure relative to the even one, the largest being 1.

    swings : shape (n_readings, n_issues), >= 0; issues that cannot matter left out
    between : shape (n_issues,), how many options of each issue have values of their own between
        those of its best and its worst

    Examples
    --------
    >>> even = np.array([[50.0, 50.0], [90.0, 10.0]])
    >>> densities(even, np.array([0, 0]), MEASURES[2]).round(2).tolist()
    [1.0, 0.36]
    """
    if not swings.shape[1]:
        return np.ones(len(swings))
    parts = np.maximum(swings / swings.sum(axis=1, keepdims=True), _SMALLEST)
    logs: Floats = np.log(parts) @ measure.power(between)
    weights: Floats = np.exp(logs - logs.max())
    return weights


def weighted_share(mask: Bools, weights: Floats, /) -> tuple[float, float]:
    """Return a weighted share, and how many even readings it is worth (Kish 1965).

    mask, weights : shape (n_readings,), weights >= 0 and not all 0

    Examples
    --------
    >>> weighted_share(np.array([True, False]), np.array([3.0, 1.0]))
    (0.75, 1.6)
    """
    total = weights.sum()
    return float((mask * weights).sum() / total), float(total**2 / (weights**2).sum())
