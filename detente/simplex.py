"""The simplex method in exact rationals, for programmes that floating point leaves in doubt.

Textbook tableau with Bland's rule (Bland 1977), which cannot cycle. Slow and certain: used where
the fast way could not prove its answer, and as an independent check in the tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

Constraint = tuple[Mapping[int, Fraction], Fraction, bool]
"""(column -> coefficient, right side, whether it is an equality): row x >= right, or == right."""

Outcome = Literal["optimal", "infeasible", "unbounded"]


def maximise_exactly(
    cost: Mapping[int, Fraction], rows: Sequence[Constraint], n_columns: int
) -> tuple[Outcome, list[Fraction], dict[int, Fraction]]:
    """Maximise ``cost x`` where every row holds; x is free in sign.

    Returns the status, a point (empty unless optimal) and multipliers m by row, not negative on
    inequalities, with ``cost + sum m_r row_r = 0`` (optimal) or ``sum m_r row_r = 0`` and
    ``sum m_r right_r > 0`` (infeasible: the rows cannot hold together).

    Every x is split into a positive and a negative part, every inequality gets a surplus, every row
    an artificial variable whose reduced cost is the row's multiplier.
    """
    n_rows = len(rows)
    width = 2 * n_columns + 2 * n_rows
    tableau: list[list[Fraction]] = []
    flips: list[int] = []
    for r, (row, right, tight) in enumerate(rows):
        line = [Fraction(0)] * (width + 1)
        for k, coefficient in row.items():
            line[2 * k], line[2 * k + 1] = coefficient, -coefficient
        if not tight:
            line[2 * n_columns + r] = Fraction(-1)
        line[-1] = right
        flip = -1 if right < 0 else 1
        if flip < 0:
            line = [-entry for entry in line]
        line[2 * n_columns + n_rows + r] = Fraction(1)
        tableau.append(line)
        flips.append(flip)
    first_artificial = 2 * n_columns + n_rows
    basis = [first_artificial + r for r in range(n_rows)]
    surplus_used = [not row[2] for row in rows]
    allowed = [
        j < 2 * n_columns or (j < first_artificial and surplus_used[j - 2 * n_columns])
        for j in range(width)
    ]
    phase_one = [Fraction(0)] * first_artificial + [Fraction(-1)] * n_rows
    reduced = _optimise(tableau, basis, phase_one, allowed)
    if reduced is None or reduced[-1] != 0:
        found = reduced or []
        weights = {
            r: flips[r] * (found[first_artificial + r] + 1)
            for r in range(n_rows)
            if found and found[first_artificial + r] + 1 != 0
        }
        return "infeasible", [], {r: weight for r, weight in weights.items() if weight}
    _drive_out(tableau, basis, first_artificial, allowed)
    objective = [Fraction(0)] * width
    for k, coefficient in cost.items():
        objective[2 * k], objective[2 * k + 1] = coefficient, -coefficient
    final = _optimise(tableau, basis, objective, allowed)
    if final is None:
        return "unbounded", [], {}
    values = [Fraction(0)] * width
    for line, column in zip(tableau, basis, strict=True):
        values[column] = line[-1]
    point = [values[2 * k] - values[2 * k + 1] for k in range(n_columns)]
    multipliers = {
        r: flips[r] * final[first_artificial + r]
        for r in range(n_rows)
        if final[first_artificial + r]
    }
    return "optimal", point, multipliers


def _optimise(
    tableau: list[list[Fraction]],
    basis: list[int],
    objective: Sequence[Fraction],
    allowed: Sequence[bool],
) -> list[Fraction] | None:
    """Pivot until no allowed column improves; return the reduced costs, or None if unbounded.

    The last entry is minus the objective value.
    """
    reduced = [*objective, Fraction(0)]
    for line, column in zip(tableau, basis, strict=True):
        factor = reduced[column]
        if factor:
            reduced = [a - factor * b for a, b in zip(reduced, line, strict=True)]
    while True:
        entering = next((j for j, ok in enumerate(allowed) if ok and reduced[j] > 0), None)
        if entering is None:
            return reduced
        candidates = [
            (line[-1] / line[entering], basis[r], r)
            for r, line in enumerate(tableau)
            if line[entering] > 0
        ]
        if not candidates:
            return None
        _, _, leaving = min(candidates)
        _pivot(tableau, basis, leaving, entering)
        factor = reduced[entering]
        reduced = [a - factor * b for a, b in zip(reduced, tableau[leaving], strict=True)]


def _pivot(tableau: list[list[Fraction]], basis: list[int], leaving: int, entering: int) -> None:
    pivot = tableau[leaving][entering]
    tableau[leaving] = [entry / pivot for entry in tableau[leaving]]
    for r, line in enumerate(tableau):
        if r != leaving and line[entering]:
            factor = line[entering]
            tableau[r] = [a - factor * b for a, b in zip(line, tableau[leaving], strict=True)]
    basis[leaving] = entering


def _drive_out(
    tableau: list[list[Fraction]], basis: list[int], first_artificial: int, allowed: Sequence[bool]
) -> None:
    """Replace artificial variables that are basic at zero; rows where none can be are redundant."""
    for r, column in enumerate(basis):
        if column >= first_artificial:
            entering = next((j for j, ok in enumerate(allowed) if ok and tableau[r][j] != 0), None)
            if entering is not None:
                _pivot(tableau, basis, r, entering)
