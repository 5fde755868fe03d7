"""Linear programmes whose answers are proved in exact rationals.

HiGHS finds an optimal basis in floating point. The vertex of that basis and the multipliers of its
rows are then solved for as fractions; when the vertex meets every row, the multipliers are of the
right sign, and both give the same value, that value is the exact optimum by weak duality. Where
the floating-point basis does not pass, an exact simplex method decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Literal

import numpy as np

from detente.linear import Linear, Row, Unknown
from detente.simplex import Constraint, maximise_exactly

Status = Literal["optimal", "infeasible", "unbounded"]
SLACK: Unknown = ("slack",)
"""The unknown that strict rows have to exceed; also what an elastic programme minimises."""

_ACTIVE = 1e-7
Sparse = dict[int, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """The outcome of a linear programme, exact.

    value : the largest value of the objective; None unless optimal
    point : where it is reached, unknown -> value
    multipliers : position of a row -> its multiplier; with these weights the rows add up to the
        proof that the objective cannot be larger (or, when infeasible, that no point exists)
    """

    status: Status
    value: Fraction | None = None
    point: Mapping[Unknown, Fraction] | None = None
    multipliers: Mapping[int, Fraction] | None = None


def maximise(objective: Linear, rows: Sequence[Row]) -> Optimum:
    """Return the exact maximum of a linear expression where every row holds.

    Strict rows are taken as not strict; see :func:`common_slack` for strictness. Ties between
    points are broken arbitrarily, the value is unique.

    Cost: one floating-point linear programme and two sparse rational eliminations.

    Examples
    --------
    >>> x = Linear.of(("option", "pay", "8"))
    >>> maximise(x, [Row(linear=-x * 3 + 1, relation=">="), Row(linear=x, relation=">=")]).value
    Fraction(1, 3)
    """
    problem = _Problem(objective, rows)
    attempt = problem.float_solution()
    if attempt is not None:
        proved = problem.proved(*attempt)
        if proved is not None:
            return proved
    return problem.exact()


def far_point(objective: Linear, rows: Sequence[Row]) -> Mapping[Unknown, float] | None:
    """Return a point, in floating point and unproved, where an expression is about largest."""
    problem = _Problem(objective, rows)
    attempt = problem.float_solution()
    return None if attempt is None else dict(zip(problem.unknowns, attempt[0], strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """How far all strict rows can be exceeded at once.

    value : the largest common slack, at most 1; not positive, or None when the rows that are not
        strict already exclude each other, if and only if the rows contradict each other
    point : where it is reached; None when there is no point at all
    blamed : positions of rows that together prove that the slack is no larger
    """

    value: Fraction | None
    point: Mapping[Unknown, Fraction] | None
    blamed: frozenset[int]

    @property
    def consistent(self) -> bool:
        """Whether some point meets every row, the strict ones strictly."""
        return self.value is not None and self.value > 0


def common_slack(rows: Sequence[Row]) -> Slack:
    """Return the largest t for which every strict row exceeds t (design rule 5).

    Contradictory if and only if t <= 0: for a polytope given by closed and strict rows, a common
    positive slack exists exactly when some point meets them all.
    """
    slack = Linear.of(SLACK)
    relaxed = [
        Row(linear=row.linear - slack, relation=">=") if row.relation == ">" else row
        for row in rows
    ]
    cap = Row(linear=-slack + 1, relation=">=")
    best = maximise(slack, [*relaxed, cap])
    if best.status == "optimal" and best.multipliers is not None and best.point is not None:
        blamed = frozenset(r for r in best.multipliers if r < len(rows))
        point = {unknown: value for unknown, value in best.point.items() if unknown != SLACK}
        return Slack(value=best.value, point=point, blamed=blamed)
    return Slack(value=None, point=None, blamed=_blamed_when_infeasible(rows))


def _blamed_when_infeasible(rows: Sequence[Row]) -> frozenset[int]:
    """Return rows that exclude each other, by letting every row give way a little."""
    give = Linear.of(SLACK)
    elastic: list[Row] = []
    owner: list[int] = []
    for r, row in enumerate(rows):
        sides = [row.linear, -row.linear] if row.relation == "==" else [row.linear]
        for side in sides:
            elastic.append(Row(linear=side + give, relation=">="))
            owner.append(r)
    elastic.append(Row(linear=give, relation=">="))
    best = maximise(-give, elastic)
    if best.multipliers is None:
        message = "an elastic programme always has an optimum"
        raise AssertionError(message)
    return frozenset(owner[r] for r in best.multipliers if r < len(owner))


class _Problem:
    """The programme as numbered columns: maximise c x + c0 where a x >= b, or a x == b."""

    def __init__(self, objective: Linear, rows: Sequence[Row]) -> None:
        found: dict[Unknown, int] = {}
        for linear in (objective, *(row.linear for row in rows)):
            for unknown in linear.terms:
                found.setdefault(unknown, len(found))
        self.unknowns = list(found)
        self.rows: list[tuple[Sparse, Fraction, bool]] = [
            (
                {found[u]: c for u, c in row.linear.terms.items()},
                -row.linear.constant,
                row.relation == "==",
            )
            for row in rows
        ]
        self.whole_rows = [_in_whole_numbers(row) for row in self.rows]
        self.cost: Sparse = {found[u]: c for u, c in objective.terms.items()}
        self.constant = objective.constant

    def float_solution(self) -> tuple[list[float], list[float]] | None:
        """Return (point, slope of the objective in each row's right side), or None."""
        n = len(self.unknowns)
        loose = [r for r, row in enumerate(self.rows) if not row[2]]
        tight = [r for r, row in enumerate(self.rows) if row[2]]
        matrix = np.zeros((len(self.rows), n))
        for r, (row, _, _) in enumerate(self.rows):
            for column, coefficient in row.items():
                matrix[r, column] = coefficient
        right = np.array([float(row[1]) for row in self.rows])
        cost = np.zeros(n)
        for column, coefficient in self.cost.items():
            cost[column] = -coefficient
        if not n:
            return None
        from scipy.optimize import linprog  # takes most of a second to load

        solution = linprog(
            cost,
            A_ub=-matrix[loose] if loose else None,
            b_ub=-right[loose] if loose else None,
            A_eq=matrix[tight] if tight else None,
            b_eq=right[tight] if tight else None,
            bounds=(None, None),
            method="highs-ds",
        )
        if solution.status != 0:
            return None
        slopes = [0.0] * len(self.rows)
        for place, r in enumerate(loose):
            slopes[r] = float(solution.ineqlin.marginals[place])
        for place, r in enumerate(tight):
            slopes[r] = float(solution.eqlin.marginals[place])
        return [float(value) for value in solution.x], slopes

    def proved(self, point: list[float], slopes: list[float]) -> Optimum | None:
        """Return the optimum if the floating-point basis proves it exactly, otherwise None."""
        exact = self._vertex(point)
        if exact is None:
            return None
        value = sum((c * exact[k] for k, c in self.cost.items()), Fraction(0))
        multipliers = self._multipliers(slopes)
        if multipliers is None:
            return None
        bound = -sum((m * self.rows[r][1] for r, m in multipliers.items()), Fraction(0))
        if bound != value:
            return None
        return Optimum(
            status="optimal",
            value=value + self.constant,
            point=dict(zip(self.unknowns, exact, strict=True)),
            multipliers=multipliers,
        )

    def _vertex(self, point: list[float]) -> list[Fraction] | None:
        active: list[tuple[float, int]] = []
        for r, (row, right, tight) in enumerate(self.rows):
            slack = sum(float(c) * point[k] for k, c in row.items()) - float(right)
            if tight or abs(slack) <= _ACTIVE * (1 + abs(float(right))):
                active.append((-1.0 if tight else abs(slack), r))
        equations = [(self.rows[r][0], self.rows[r][1]) for _, r in sorted(active)]
        guess = [Fraction(round(value * 10**6), 10**6) for value in point]
        exact = solve(equations, guess)
        unit = lcm(*(value.denominator for value in exact))
        whole = [value.numerator * (unit // value.denominator) for value in exact]
        for terms, bound, tight in self.whole_rows:
            left = sum(c * whole[k] for k, c in terms)
            if left != bound * unit if tight else left < bound * unit:
                return None
        return exact

    def _multipliers(self, slopes: list[float]) -> dict[int, Fraction] | None:
        """Find m, not negative on inequalities, with cost + sum of m_r row_r = 0 exactly."""
        support = [r for r, row in enumerate(self.rows) if row[2] or abs(slopes[r]) > _ACTIVE]
        support.sort(key=lambda r: (self.rows[r][2], -abs(slopes[r])))
        columns: dict[int, Sparse] = {k: {} for k in range(len(self.unknowns))}
        for place, r in enumerate(support):
            for k, coefficient in self.rows[r][0].items():
                columns[k][place] = coefficient
        equations = [(columns[k], -self.cost.get(k, Fraction(0))) for k in columns]
        weights = solve(equations, [Fraction(0)] * len(support))
        for column, right in equations:
            if sum((c * weights[place] for place, c in column.items()), Fraction(0)) != right:
                return None
        found = {}
        for r, weight in zip(support, weights, strict=True):
            if weight < 0 and not self.rows[r][2]:
                return None
            if weight:
                found[r] = weight
        return found

    def exact(self) -> Optimum:
        """Solve by the exact simplex method."""
        status, point, multipliers = maximise_exactly(
            self.cost, [(row, right, tight) for row, right, tight in self.rows], len(self.unknowns)
        )
        if status != "optimal":
            return Optimum(status=status, multipliers=multipliers)
        value = sum((c * point[k] for k, c in self.cost.items()), Fraction(0))
        return Optimum(
            status="optimal",
            value=value + self.constant,
            point=dict(zip(self.unknowns, point, strict=True)),
            multipliers=multipliers,
        )


def _in_whole_numbers(constraint: Constraint) -> tuple[list[tuple[int, int]], int, bool]:
    """Multiply a row by a positive number that makes everything in it whole."""
    row, right, tight = constraint
    unit = lcm(right.denominator, *(c.denominator for c in row.values()))
    terms = [(k, c.numerator * (unit // c.denominator)) for k, c in row.items()]
    return terms, right.numerator * (unit // right.denominator), tight


def solve(
    equations: Sequence[tuple[Sparse, Fraction]], guess: Sequence[Fraction]
) -> list[Fraction]:
    """Solve linear equations exactly; what they leave free keeps its guess.

    equations : (column -> coefficient, right side); one that contradicts earlier ones is dropped
    guess : one value for each column

    Sparse elimination, shortest remaining equation first among equals in order.

    Examples
    --------
    >>> solve([({0: Fraction(2), 1: Fraction(1)}, Fraction(4))], [Fraction(0), Fraction(1)])
    [Fraction(3, 2), Fraction(1, 1)]
    """
    pivots = _pivots(equations)
    values = list(guess)
    for column in reversed(pivots):
        terms, constant = pivots[column]
        values[column] = constant + sum((c * values[k] for k, c in terms.items()), Fraction(0))
    return values


def rank(rows: Sequence[Sparse]) -> int:
    """Return how many of the rows (column -> coefficient) are independent of each other.

    Examples
    --------
    >>> rank([{0: Fraction(1), 1: Fraction(1)}, {0: Fraction(2), 1: Fraction(2)}])
    1
    """
    return len(_pivots([(row, Fraction(0)) for row in rows]))


def _pivots(
    equations: Sequence[tuple[Sparse, Fraction]],
) -> dict[int, tuple[Sparse, Fraction]]:
    """Solve each equation for one of its columns, in terms of columns solved for later or never."""
    pivots: dict[int, tuple[Sparse, Fraction]] = {}
    for row, right in sorted(equations, key=lambda equation: len(equation[0])):
        reduced, rest = dict(row), right
        _eliminate(reduced, pivots)
        rest = reduced.pop(-1, Fraction(0)) + rest
        if not reduced:
            continue
        column = min(reduced, key=lambda k: (abs(reduced[k].denominator), k))
        pivot = reduced.pop(column)
        pivots[column] = ({k: -c / pivot for k, c in reduced.items()}, rest / pivot)
    return pivots


def _eliminate(row: Sparse, pivots: Mapping[int, tuple[Sparse, Fraction]]) -> None:
    """Replace pivot columns in place; the constant that moves right is kept under column -1."""
    while True:
        column = next((k for k in row if k in pivots), None)
        if column is None:
            return
        factor = row.pop(column)
        terms, constant = pivots[column]
        row[-1] = row.get(-1, Fraction(0)) - factor * constant
        for k, c in terms.items():
            total = row.get(k, Fraction(0)) + factor * c
            if total:
                row[k] = total
            else:
                row.pop(k, None)
