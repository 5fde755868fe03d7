"""Raising the smallest gain, then the next smallest, and so on, without a list of packages.

The egalitarian solution compares gains as they are, the Kalai-Smorodinsky solution as shares of
what each party could at best gain. Optimal vectors are looked for among packages near a Lagrangian
bound. When very many packages share the largest smallest gain, each party in turn is taken to be
the one that has it, and the others are raised further: with the last party raised, one vector is
left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

import numpy as np

from detente.diagram import Diagram
from detente.factors import Choices, Whole
from detente.solvers.best import Best
from detente.solvers.ends import Ends, ends_of
from detente.solvers.lagrangian import Demands
from detente.solvers.limits import Limits, limits_of
from detente.solvers.linear_optimum import best_of, ideals_between
from detente.solvers.raising import different, leximin_rows, raised
from detente.work import Work


@dataclass(frozen=True, kw_only=True, eq=False)
class _Solved:
    """The best gains; ``level`` bounds the smallest, and is reached when ``proved``."""

    gains: Whole
    packages: Choices
    level: int
    proved: bool
    met: Choices
    searched: int


def egalitarian_of(diagram: Diagram, *, work: Work) -> Best:
    """Raise the smallest gain over acceptable packages, then the next smallest, and so on.

    Acceptable are allowed packages that give no party less than no deal. All optimal vectors of
    gains are returned. The bound, when a limit ended the search, is one of the smallest gain.

    Cost: proportional to the partial packages within the gap between the largest smallest gain and
    its Lagrangian bound, not to the number of packages.

    Source: Kalai (1977) in the lexicographic form of Sen (1970).

    Examples
    --------
    >>> from detente.diagram import diagram_of
    >>> from detente.factors import factors_of
    >>> values = [[[9, 0], [4, 4]], [[1, 2], [0, 4]]]
    >>> egalitarian_of(diagram_of(factors_of(values, [0, 3])), work=Work()).vectors
    ((4, 5),)
    """
    if diagram.empty:
        return Best(status="empty")
    n_parties = diagram.factors.n_parties
    demands = Demands(
        rows=np.eye(n_parties, dtype=np.int64), factors=(1,) * n_parties, least=(0,) * n_parties
    )
    solved = _lexicographic(_Stages(ends_of(diagram), limits_of(work)), demands, 0, None)
    return _reported(solved, 1, 0)


def kalai_smorodinsky_of(diagram: Diagram, *, work: Work) -> Best:
    """Raise the smallest share of the ideal gain, then the next smallest, and so on.

    The ideal gain is the party's largest over acceptable packages. Parties whose ideal gain is 0
    are left out. All optimal vectors of gains are returned. The bound, when a limit ended the
    search, is one of the smallest share; without proved ideals nothing is returned but that it is
    at most 1.

    Cost: that of the ideal gains and of :func:`egalitarian_of`.

    Source: Kalai & Smorodinsky (1975), lexicographic form Imai (1983).

    Examples
    --------
    >>> from detente.diagram import diagram_of
    >>> from detente.factors import factors_of
    >>> values = [[[9, 0], [4, 4]], [[1, 2], [0, 4]]]
    >>> kalai_smorodinsky_of(diagram_of(factors_of(values, [0, 3])), work=Work()).vectors
    ((5, 3),)
    """
    if diagram.empty:
        return Best(status="empty")
    ends = ends_of(diagram)
    limits = limits_of(work)
    ideals = ideals_between(ends, limits)
    if ideals.status == "empty":
        return Best(status="empty", searched=ideals.searched)
    if ideals.status == "bounded":
        return Best(status="bounded", bound=1.0, searched=ideals.searched)
    n_parties = diagram.factors.n_parties
    if not any(ideals.gains):
        nothing = np.zeros((1, n_parties), dtype=np.int64)
        return best_of(nothing, np.array(ideals.packages[:1]), None, ideals.searched)
    common = lcm(*(ideal for ideal in ideals.gains if ideal))
    demands = Demands(
        rows=np.eye(n_parties, dtype=np.int64),
        factors=tuple(common // ideal if ideal else 0 for ideal in ideals.gains),
        least=(0,) * n_parties,
        unit=common,
    )
    solved = _lexicographic(_Stages(ends, limits), demands, 0, np.array(ideals.packages))
    return _reported(solved, common, ideals.searched)


def _reported(solved: _Solved, unit: int, searched: int) -> Best:
    searched = max(searched, solved.searched)
    if solved.proved and not len(solved.gains):
        return Best(status="empty", searched=searched)
    bound = None if solved.proved else Fraction(solved.level, unit)
    return best_of(solved.gains, solved.packages, bound, searched)


@dataclass(frozen=True, slots=True)
class _Stages:
    """What all stages share; ``begun`` are the demands that were raised already."""

    ends: Ends
    limits: Limits
    begun: set[tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=set)


def _lexicographic(stages: _Stages, demands: Demands, floor: int, known: Choices | None) -> _Solved:
    """Raise demands together, then all but the one that stops them, and so on."""
    found = raised(stages.ends, demands, floor, stages.limits, known=known)
    whole = _Solved(
        gains=found.gains,
        packages=found.packages,
        level=found.high,
        proved=found.complete or (found.proved and len(demands.raised) == 1),
        met=found.met,
        searched=found.searched,
    )
    if whole.proved or found.level is None or not found.proved:
        return whole
    parts = [whole]
    reached = demands.at(found.level)
    proved = True
    searched = found.searched
    for r in demands.raised:
        rest = Demands(
            rows=demands.rows,
            factors=_put(demands.factors, r, 0),
            least=_put(demands.least, r, reached[r]),
            unit=demands.unit,
        )
        if (rest.factors, rest.least) in stages.begun:
            continue
        stages.begun.add((rest.factors, rest.least))
        second = max(sorted(demands.scaled(part.gains[:1])[0].tolist())[1] for part in parts)
        part = _lexicographic(stages, rest, second, found.met)
        proved &= part.proved
        searched = max(searched, part.searched)
        if len(part.gains):
            parts.append(part)
    gains = np.concatenate([part.gains for part in parts])
    packages = np.concatenate([part.packages for part in parts])
    best = leximin_rows(demands.scaled(gains))
    best = best[different(gains[best])]
    return _Solved(
        gains=gains[best],
        packages=packages[best],
        level=found.high,
        proved=proved,
        met=found.met,
        searched=searched,
    )


def _put(numbers: tuple[int, ...], place: int, number: int) -> tuple[int, ...]:
    return (*numbers[:place], number, *numbers[place + 1 :])
