"""Repairs: feasible packages near a proposal that more readings accept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from detente.analysis import Analysis, Judged
from detente.errors import LimitError
from detente.packages import near_packages
from detente.solvers.neighbours import MOST_CHANGES, MOST_EACH, Neighbour, best_neighbours
from detente.vocabulary import Package
from detente.work import Work

Judge: TypeAlias = Callable[[Package], Judged]
"""Says of a package who accepts it."""
Nearest: TypeAlias = Callable[[int, float], tuple[Neighbour, ...] | None]
"""Returns the best packages with so many changes whose share is above another, at most
:data:`~detente.solvers.neighbours.MOST_EACH`; None when there are too many to tell."""

MOST_LISTED = 50_000
"""Packages with more changes than bounds are worked out for that are looked at one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A package near a proposal, with the share of readings in which all signatories accept it.

    n_changes : in how many issues it differs
    tied : how many other packages with as many changes have the same joint share, listed or not
    """

    judged: Judged
    n_changes: int
    tied: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs:
    """The repairs of one proposal, the best first.

    searched : up to so many changes no better package is overlooked, and every tie is counted
    proved : the search ended because more changes raise the share no further; False when there were
        too many packages with more than ``searched`` changes
    """

    found: tuple[Repair, ...]
    searched: int
    proved: bool


def repairs_of(analysis: Analysis, package: Package, *, work: Work | None = None) -> Repairs:
    """Search for repairs with 1, 2, ... changed issues (design rule 12).

    For each number of changes the packages with the highest joint share are taken, up to three, as
    long as that share rises over the best with fewer changes by more than its standard error; a
    smaller rise could be chance. While no change helps at all, the search goes on. Ties stand in
    case order.

    Up to three changes the best packages are found by branch and bound, in a case with many issues
    too; with more, as long as the packages can be listed and held against every reading.

    work : who is told of the search and may stop it; as in the analysis when not given
    """

    def nearest(n_changes: int, above: float) -> tuple[Neighbour, ...] | None:
        return _nearest(analysis, package, n_changes, above=above, work=work or analysis.work)

    def judge(one: Package) -> Judged:
        return analysis.judge([one])[0]

    return repairs_among(analysis, package, nearest=nearest, judge=judge)


def repairs_among(
    analysis: Analysis, package: Package, *, nearest: Nearest, judge: Judge
) -> Repairs:
    """Return the repairs of a package where others find the nearest ones and judge them."""
    analysis.require(analysis.case.signatories)
    before = judge(package).together
    best = 0.0 if before is None else before.value
    feasible = bool(analysis.space.feasible(np.array([package], dtype=np.int64))[0])
    best = best if feasible else 0.0
    found: list[Repair] = []
    searched = 0
    proved = True
    for n_changes in range(1, len(analysis.case.issues) + 1):
        near = nearest(n_changes, best)
        if near is None:
            proved = False
            break
        searched = n_changes
        risen = _risen(judge, near, n_changes, above=best)
        found += risen
        if not risen and best > 0:
            break
        shares = [r.judged.together.value for r in risen if r.judged.together is not None]
        best = max([best, *shares])
        if best == 1:
            break
    found.sort(key=_rank)
    return Repairs(found=tuple(found), searched=searched, proved=proved)


def _rank(repair: Repair) -> tuple[float, bool, int]:
    """Put the highest share first, proved before counted, fewer changes before more."""
    share = repair.judged.together
    if share is None:
        return (0.0, True, repair.n_changes)
    return (-share.value, not share.certain, repair.n_changes)


def _nearest(
    analysis: Analysis, package: Package, n_changes: int, *, above: float, work: Work
) -> tuple[Neighbour, ...] | None:
    """Return the best packages with so many changes, or None when there are too many to tell."""
    if n_changes <= MOST_CHANGES:
        try:
            return best_neighbours(
                analysis.space,
                {p.name: analysis.readings.draws[p.name] for p in analysis.case.signatories},
                package,
                n_changes=n_changes,
                above=above,
                work=work,
            )
        except LimitError:
            pass
    if _count(analysis, n_changes) > MOST_LISTED:
        return None
    return _listed(analysis, package, n_changes, above=above)


def _count(analysis: Analysis, n_changes: int) -> int:
    """Count the packages with so many changes, feasible or not."""
    ways = [1] + [0] * n_changes
    for size in analysis.space.sizes:
        for k in range(n_changes, 0, -1):
            ways[k] += ways[k - 1] * (size - 1)
    return ways[n_changes]


def _listed(
    analysis: Analysis, package: Package, n_changes: int, *, above: float
) -> tuple[Neighbour, ...]:
    """Return the best packages with so many changes by looking at each."""
    choices = near_packages(analysis.space, package, n_changes=n_changes)
    shares = analysis.joint_shares(choices)
    order = np.argsort(-shares, kind="stable")[:MOST_EACH]
    return tuple(
        Neighbour(
            package=tuple(int(option) for option in choices[row]),
            share=float(shares[row]),
            tied=int((shares == shares[row]).sum()) - 1,
        )
        for row in order.tolist()
        if shares[row] > above
    )


def _risen(
    judge: Judge, near: tuple[Neighbour, ...], n_changes: int, *, above: float
) -> list[Repair]:
    """Return the packages whose share is above another by more than its standard error."""
    taken: list[Repair] = []
    for neighbour in near:
        judged = judge(neighbour.package)
        error = 0.0 if judged.together is None else judged.together.error
        if neighbour.share <= above + error:
            break
        taken.append(Repair(judged=judged, n_changes=n_changes, tied=neighbour.tied))
    return taken
