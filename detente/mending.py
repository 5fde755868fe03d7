"""Repairs: feasible packages near a proposal that more readings accept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.analysis import Analysis, Judged
from detente.packages import near_packages
from detente.vocabulary import Package

MOST_EACH = 3
MOST_CANDIDATES = 50_000


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

    proved : the search ended because more changes raise the share no further; False when there were
        too many packages with more than ``searched`` changes to look at each
    """

    found: tuple[Repair, ...]
    searched: int
    proved: bool


def repairs_of(analysis: Analysis, package: Package) -> Repairs:
    """Search for repairs with 1, 2, ... changed issues (design rule 12).

    For each number of changes the packages with the highest joint share are taken, up to three, as
    long as that share rises over the best with fewer changes by more than its standard error; a
    smaller rise could be chance. While no change helps at all, the search goes on. Ties stand in
    case order.

    Cost: every package with so many changes is held against every reading.
    """
    analysis.require(analysis.case.signatories)
    before = analysis.judge([package])[0].together
    best = 0.0 if before is None else before.value
    feasible = bool(analysis.space.feasible(np.array([package], dtype=np.int64))[0])
    best = best if feasible else 0.0
    found: list[Repair] = []
    searched = 0
    proved = True
    for n_changes in range(1, len(analysis.case.issues) + 1):
        if _count(analysis, n_changes) > MOST_CANDIDATES:
            proved = False
            break
        searched = n_changes
        risen = _best(analysis, package, n_changes, above=best)
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


def _count(analysis: Analysis, n_changes: int) -> int:
    """Count the packages with so many changes, feasible or not."""
    ways = [1] + [0] * n_changes
    for size in analysis.space.sizes:
        for k in range(n_changes, 0, -1):
            ways[k] += ways[k - 1] * (size - 1)
    return ways[n_changes]


def _best(analysis: Analysis, package: Package, n_changes: int, *, above: float) -> list[Repair]:
    choices = near_packages(analysis.space, package, n_changes=n_changes)
    if not len(choices):
        return []
    shares = analysis.joint_shares(choices)
    order = np.argsort(-shares, kind="stable")
    taken: list[Repair] = []
    while len(order) and len(taken) < MOST_EACH and shares[order[0]] > above:
        share = shares[order[0]]
        tied = int((shares == share).sum()) - 1
        row = tuple(int(option) for option in choices[order[0]])
        judged = analysis.judge([row])[0]
        error = 0.0 if judged.together is None else judged.together.error
        if share <= above + error:
            break
        taken.append(Repair(judged=judged, n_changes=n_changes, tied=tied))
        order = order[1:]
    return taken
