"""The best acceptable package of one party, without a list of packages."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from detente.diagram import Diagram
from detente.solvers.best import Proof
from detente.solvers.counting import n_acceptable
from detente.solvers.ends import ends_of
from detente.solvers.lagrangian import Demands
from detente.solvers.limits import limits_of
from detente.solvers.raising import raised
from detente.vocabulary import Package
from detente.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Favourite:
    """The largest gain of one party over acceptable packages.

    status : ``exact``; ``bounded`` when a limit ended the search: ``gain`` is then the best found,
        None when nothing was; ``empty`` when no package is acceptable
    gain : value less no-deal value, in the units of the factors
    package : one package with that gain
    """

    status: Proof
    gain: int | None = None
    package: Package | None = None


def favourite_of(diagram: Diagram, party: int, /, *, work: Work) -> Favourite:
    """Return the acceptable package that is worth most to one party.

    A package is acceptable when it is allowed and worth no less than no deal to every party of the
    diagram. Which of several equally good packages is returned is settled by the search, and the
    same every time.

    Parameters
    ----------
    party : position among the parties of ``diagram.factors``

    Cost: as for one party of :func:`~detente.solvers.linear_optimum.ideals_of`: proportional to the
    partial packages within the gap between the largest gain and its Lagrangian bound.

    Source: the ideal gain is Kalai & Smorodinsky's (1975); the search is that of
    :func:`~detente.solvers.raising.raised`.

    Examples
    --------
    >>> from detente.diagram import diagram_of
    >>> from detente.factors import factors_of
    >>> values = [[[9, 0], [4, 4]], [[1, 2], [0, 4]]]
    >>> favourite_of(diagram_of(factors_of(values, [0, 3])), 0, work=Work())
    Favourite(status='exact', gain=9, package=(0, 1))
    """
    if diagram.empty:
        return Favourite(status="empty")
    n_parties = diagram.factors.n_parties
    units = np.eye(n_parties, dtype=np.int64)
    demands = Demands(
        rows=np.vstack([units, units[party]]),
        factors=(*[0] * n_parties, 1),
        least=(0,) * (n_parties + 1),
    )
    found = raised(ends_of(diagram), demands, 0, limits_of(work), ties=False)
    if found.level is None:
        return Favourite(status="empty" if found.complete else "bounded")
    package = tuple(int(option) for option in found.packages[0])
    status: Proof = "exact" if found.proved else "bounded"
    return Favourite(status=status, gain=found.level, package=package)


def n_as_good(diagram: Diagram, party: int, gain: int, /, *, work: Work) -> int | None:
    """Count the acceptable packages with at least so much gain for one party.

    Returns None when counting them would take too long.

    Examples
    --------
    >>> from detente.diagram import diagram_of
    >>> from detente.factors import factors_of
    >>> values = [[[9, 0], [4, 4]], [[1, 2], [0, 4]]]
    >>> n_as_good(diagram_of(factors_of(values, [0, 3])), 0, 5, work=Work())
    2
    """
    factors = diagram.factors
    demanded = factors.no_deal.copy()
    demanded[party] += gain
    raised_floor = replace(diagram, factors=replace(factors, no_deal=demanded))
    return n_acceptable(raised_floor, work=work)
