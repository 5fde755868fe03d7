"""How far demands on packages can be raised together at most: Lagrangian bounds.

Weighing the demands turns them into one, and the package that serves a weighted sum best is found
without search. The weights, or multipliers, for which that package serves least give the best
bound: the linear relaxation over mixtures of packages (Everett 1963; Geoffrion 1974). They are
found by cutting planes (Kelley 1960).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.diagram import Diagram, Floats
from detente.factors import Choices, Whole
from detente.solvers.limits import Limits

_ROUNDS = 80
_CLOSE = 1e-5
"""Multipliers this close to the best, as a share, are good enough to search with."""
_LARGEST = 1e3
"""How much a demand that stays may weigh against those that are raised."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Demands:
    """Sums of gains that a package is to reach, some of them to be raised together.

    rows : what is summed, shape (n_demands, n_parties)
    factors : by demand; a positive whole number where factor times sum is to reach the level, 0
        where the sum is only to reach ``least``
    least : by demand
    unit : levels are this large, for floating point

    >>> demands = Demands(rows=np.eye(2, dtype=np.int64), factors=(3, 0), least=(0, 4), unit=1)
    >>> demands.at(7)
    [3, 4]
    """

    rows: Whole
    factors: tuple[int, ...]
    least: tuple[int, ...]
    unit: int = 1

    @property
    def raised(self) -> list[int]:
        """The demands that are raised."""
        return [r for r, factor in enumerate(self.factors) if factor]

    @property
    def reach(self) -> Floats:
        """What each demand grows by while the level grows by a unit."""
        return np.array([float(Fraction(self.unit, f)) if f else 0.0 for f in self.factors])

    def at(self, level: int) -> list[int]:
        """Return what each sum must reach at a level."""
        pairs = zip(self.factors, self.least, strict=True)
        return [-(-level // factor) if factor else least for factor, least in pairs]

    def scaled(self, gains: Whole) -> NDArray[Any]:
        """Return factor times sum of the raised demands, exactly; shape (n, n_raised)."""
        chosen = self.raised
        sums = gains @ self.rows[chosen].T.astype(gains.dtype)
        largest = max((abs(int(v)) for v in (sums.max(initial=0), sums.min(initial=0))), default=0)
        factors = [self.factors[r] for r in chosen]
        if gains.dtype == object or largest * max(factors, default=1) >= 2**62:
            return np.asarray(sums.astype(object) * np.array(factors, dtype=object))
        return np.asarray(sums * np.array(factors, dtype=np.int64))

    def levels(self, gains: Whole) -> list[int | None]:
        """Return the highest level that each package reaches, None where another demand fails."""
        fixed = [r for r, factor in enumerate(self.factors) if not factor]
        sums = gains @ self.rows[fixed].T.astype(gains.dtype)
        least = np.array([self.least[r] for r in fixed], dtype=gains.dtype)
        met = (sums >= least).astype(bool).all(axis=1)
        lowest = self.scaled(gains).min(axis=1)
        return [int(level) if on else None for level, on in zip(lowest, met, strict=True)]

    def below(self, level: int) -> int:
        """Return the highest level up to this one that some whole sum can have exactly."""
        return max(level // self.factors[r] * self.factors[r] for r in self.raised)


@dataclass(frozen=True, kw_only=True, eq=False)
class Relaxation:
    """The best bound found, and what was met on the way.

    bound : no package reaches a higher level, in units
    multipliers : shape (n_demands,), one for each demand, none negative
    packages, gains : allowed packages met, shapes (n_met, n_issues) and (n_met, n_parties)
    """

    bound: float
    multipliers: Floats
    packages: Choices
    gains: Whole


def relaxation_of(
    diagram: Diagram,
    demands: Demands,
    floor: int,
    limits: Limits,
    *,
    known: Choices | None = None,
) -> Relaxation:
    """Bound the level that demands can be raised to, from above.

    Parameters
    ----------
    floor : a level; once no package can reach it, no better bound is looked for
    known : allowed packages met before, shape (n_known, n_issues)

    Returns
    -------
    relaxation : the bound holds whatever multipliers were found; rounding errors are far below
        1e-9 of the sums that packages reach.

    Cost: some 10 to 40 weighted passes over the diagram, each with a linear programme of as many
    unknowns as there are demands.
    """
    n_demands = len(demands.rows)
    empty = np.zeros((0, diagram.n_issues), dtype=np.int64)
    packages = empty if known is None else known
    gains = gains_of(diagram, packages)
    rows = demands.rows.astype(np.float64)
    reach = demands.reach
    raised = reach > 0
    least = np.array([float(amount) for amount in demands.least]) * ~raised
    start = np.zeros(n_demands)
    start[raised] = 1 / reach[raised] / raised.sum()
    scale = _scale(diagram, rows, least, reach)
    best, chosen = np.inf, start
    candidate = start
    lowest = float(Fraction(floor, demands.unit))
    for _ in range(_ROUNDS):
        package = diagram.heaviest(candidate @ rows)[None]
        packages = np.concatenate([packages, package])
        gains = np.concatenate([gains, gains_of(diagram, package)])
        sums = gains.astype(np.float64) @ rows.T - least
        bound = float(candidate @ sums[-1])
        if bound < best:
            best, chosen = bound, candidate
        if best < lowest * (1 - _CLOSE) - _CLOSE or n_demands == 1 or limits.over():
            break
        following, hoped = _next(sums, raised, reach, scale)
        if following is None or hoped > best - _CLOSE * abs(best):
            break
        candidate = following
    return Relaxation(bound=best, multipliers=chosen, packages=packages, gains=gains)


def gains_of(diagram: Diagram, packages: Choices) -> Whole:
    """Return what packages add to the no-deal values; shape (n_packages, n_parties)."""
    factors = diagram.factors
    return np.asarray(factors.values_of(packages) - factors.no_deal)


def _scale(diagram: Diagram, rows: Floats, least: Floats, reach: Floats) -> Floats:
    """Return amounts of the demands that are about worth a unit of level each."""
    tops = diagram.best_rest(rows)[0][:, 0] - rows @ diagram.factors.no_deal.astype(np.float64)
    room = np.maximum(tops - least, 1.0)
    raised = reach > 0
    level = (room[raised] / reach[raised]).min()
    return np.asarray(np.where(raised, reach, room / level))


def _next(
    sums: Floats, raised: NDArray[np.bool_], reach: Floats, scale: Floats
) -> tuple[Floats | None, float]:
    """Return the multipliers that look best by the packages met so far, and their bound then."""
    from scipy.optimize import linprog

    table = np.column_stack([sums / scale, -np.ones(len(sums))])
    answer = linprog(
        np.append(np.zeros(len(scale)), 1.0),
        A_ub=table,
        b_ub=np.zeros(len(sums)),
        A_eq=[np.append(np.where(raised, reach / scale, 0.0), 0.0)],
        b_eq=[1.0],
        bounds=[*((0, None if up else _LARGEST) for up in raised), (None, None)],
        method="highs",
    )
    if answer.x is None:
        return None, 0.0
    return np.maximum(answer.x[:-1], 0.0) / scale, float(answer.fun)
