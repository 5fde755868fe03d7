"""The largest sums of gains over acceptable packages, without a list of packages."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf, nextafter

import numpy as np

from detente.diagram import Diagram
from detente.factors import Choices, Whole
from detente.solvers.best import Best, Proof
from detente.solvers.ends import Ends, ends_of
from detente.solvers.lagrangian import Demands
from detente.solvers.limits import Limits, limits_of
from detente.solvers.raising import Raised, raised
from detente.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Ideals:
    """The largest gain of each party over acceptable packages.

    status : ``exact``; ``bounded`` when a limit ended the search; ``empty`` when no package is
        acceptable
    gains : the largest gains found, by party; exact when the status is
    bound : no acceptable package gives a party more than this
    packages : for each party a package with its gain in ``gains``
    searched : the most labels held at once
    """

    status: Proof
    gains: tuple[int, ...] = ()
    bound: tuple[int, ...] = ()
    packages: tuple[tuple[int, ...], ...] = ()
    searched: int = 0


def best_of(gains: Whole, packages: Choices, bound: Fraction | None, searched: int) -> Best:
    """Report the best gains, exact without a bound."""
    vectors = [tuple(int(gain) for gain in row) for row in gains]
    order = sorted(range(len(vectors)), key=vectors.__getitem__, reverse=True)
    package = tuple(int(option) for option in packages[order[0]]) if order else None
    return Best(
        status="exact" if bound is None else "bounded",
        vectors=tuple(vectors[k] for k in order),
        package=package,
        bound=None if bound is None else _no_less(bound),
        searched=searched,
    )


def utilitarian_of(diagram: Diagram, *, work: Work) -> Best:
    """Maximise the sum of gains over acceptable packages.

    Acceptable are allowed packages that give no party less than no deal. All vectors of gains with
    the largest sum are returned. The bound, when a limit ended the search, is one of the sum; it
    equals the sum found when only the list of equally good vectors was cut short.

    Cost: proportional to the partial packages within the gap between the largest sum and its
    Lagrangian bound; milliseconds where acceptance binds little.

    Source: Harsanyi (1955).

    Examples
    --------
    >>> from detente.diagram import diagram_of
    >>> from detente.factors import factors_of
    >>> values = [[[9, 0], [4, 4]], [[1, 2], [0, 4]]]
    >>> utilitarian_of(diagram_of(factors_of(values, [0, 3])), work=Work()).vectors
    ((9, 1),)
    """
    if diagram.empty:
        return Best(status="empty")
    n_parties = diagram.factors.n_parties
    found = _largest(ends_of(diagram), np.ones(n_parties, dtype=np.int64), limits_of(work))
    if found.complete and found.level is None:
        return Best(status="empty", searched=found.searched)
    bound = None if found.complete else Fraction(found.high)
    return best_of(found.gains, found.packages, bound, found.searched)


def ideals_of(diagram: Diagram, *, work: Work) -> Ideals:
    """Return the largest gain of each party over acceptable packages.

    Cost: for each party as for :func:`utilitarian_of`.

    Examples
    --------
    >>> from detente.diagram import diagram_of
    >>> from detente.factors import factors_of
    >>> values = [[[9, 0], [4, 4]], [[1, 2], [0, 4]]]
    >>> ideals_of(diagram_of(factors_of(values, [0, 3])), work=Work()).gains
    (9, 5)
    """
    if diagram.empty:
        return Ideals(status="empty")
    return ideals_between(ends_of(diagram), limits_of(work))


def ideals_between(ends: Ends, limits: Limits) -> Ideals:
    """Return the largest gains, given a diagram that has packages and is ready to be searched."""
    n_parties = ends.ahead.factors.n_parties
    met: Choices | None = None
    found: list[Raised] = []
    for weights in np.eye(n_parties, dtype=np.int64):
        found.append(_largest(ends, weights, limits, known=met))
        if found[-1].complete and found[-1].level is None:
            return Ideals(status="empty", searched=found[-1].searched)
        met = found[-1].met
    searched = max(one.searched for one in found)
    bound = tuple(one.high for one in found)
    if any(one.level is None for one in found):
        return Ideals(status="bounded", bound=bound, searched=searched)
    return Ideals(
        status="exact" if all(one.proved for one in found) else "bounded",
        gains=tuple(one.level or 0 for one in found),
        bound=bound,
        packages=tuple(tuple(one.packages[0].tolist()) for one in found),
        searched=searched,
    )


def _no_less(bound: Fraction) -> float:
    """Return a double that is at least so much."""
    nearest = float(bound)
    return nearest if nearest >= bound else nextafter(nearest, inf)


def _largest(ends: Ends, weights: Whole, limits: Limits, *, known: Choices | None = None) -> Raised:
    """Maximise a weighted sum of gains; all ties are wanted when every party counts."""
    n_parties = len(weights)
    demands = Demands(
        rows=np.vstack([np.eye(n_parties, dtype=np.int64), weights]),
        factors=(*[0] * n_parties, 1),
        least=(0,) * (n_parties + 1),
    )
    return raised(ends, demands, 0, limits, known=known, ties=bool(weights.all()))
