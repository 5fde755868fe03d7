"""The central reading: the mean of a party's readings, rounded, then treated exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from detente.drawing import MOST_EXACT, Draws, Whole
from detente.frame import NO_DEAL
from detente.linear import Row, Unknown
from detente.opinion import Opinion
from detente.polytope import Point
from detente.programme import solve

FIRST_PLACES = 2
LAST_PLACES = 9


def central_reading(opinion: Opinion, draws: Draws) -> Point:
    """Return the mean of the readings, rounded to 0.01 points (design rule 10).

    What equalities settle is computed from the rest, so that swings sum to exactly 100 and exact
    statements hold exactly. If a certain statement fails on the rounded numbers they are refined
    tenfold. The value function is linear in the unknowns, so the mean of the readings values every
    package at the mean of its values.
    """
    found = typical_reading(opinion, draws)
    return opinion.certain.interior[0] if found is None else found


def typical_reading(opinion: Opinion, draws: Draws, *, more: Sequence[Row] = ()) -> Point | None:
    """Return the mean of some readings, rounded likewise, if every certain statement holds there.

    more : rows that have to survive the rounding as well, such as that a package is accepted

    None where the mean meets the rows at none of the roundings tried, as it may where readings are
    drawn from a wider set.
    """
    middle, tight = opinion.certain.interior
    rows = opinion.certain.rows
    unknowns = opinion.preferences.unknowns
    place = {unknown: k for k, unknown in enumerate(unknowns)}
    equations = [
        ({place[u]: c for u, c in row.linear.terms.items()}, -row.linear.constant)
        for r, row in enumerate(rows)
        if row.relation == "==" or r in tight
    ]
    mean = _mean(opinion, draws)
    for places in range(FIRST_PLACES, LAST_PLACES + 1):
        guess = [Fraction(round(mean.get(u, middle[u]) * 10**places), 10**places) for u in unknowns]
        point = dict(zip(unknowns, solve(equations, guess), strict=True))
        if all(row.holds(point) for row in (*rows, *more)):
            return point
    return None


def _mean(opinion: Opinion, draws: Draws) -> dict[Unknown, Fraction]:
    """Return the exact mean of the draws for every unknown that they determine."""
    frame = opinion.preferences.frame
    n_rows = len(draws.no_deal)
    unit = draws.scale * n_rows

    def mean(column: Whole) -> Fraction:
        narrow = column.dtype != object and np.abs(column).max() * n_rows < MOST_EXACT
        return Fraction(int(column.sum() if narrow else sum(map(int, column.tolist()))), unit)

    found: dict[Unknown, Fraction] = {NO_DEAL: mean(draws.no_deal)}
    first = 0
    for k, issue in enumerate(frame.vocabulary.issues):
        for option in frame.breakpoints[k]:
            unknown = frame.option_unknown(k, option)
            found[unknown] = mean(draws.options[:, first + option])
        if opinion.preferences.manner == "stated":
            found[frame.swing_unknown(k)] = found[frame.option_unknown(k, frame.best[k])]
        first += len(issue.options)
    for column, rule in enumerate(frame.rules):
        found[frame.worth_unknown(rule)] = mean(draws.worths[:, column])
    return found
