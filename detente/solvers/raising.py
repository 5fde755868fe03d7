"""Raising demands together until no package meets them.

From a Lagrangian bound downwards: at each level all packages that meet the demands are looked for.
While the level is near the bound few partial packages qualify, so that failing is cheap; the first
level at which something is found settles the matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor as rounded_down
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.diagram import Floats
from detente.factors import Choices, Ints, Whole
from detente.solvers.ends import Ends
from detente.solvers.halves import (
    Half,
    Sieve,
    halves_meeting,
    one_of_each,
    sieve_of,
    whole_packages,
)
from detente.solvers.joining import Side, pairs_meeting
from detente.solvers.lagrangian import Demands, relaxation_of
from detente.solvers.limits import Limits

_FIRST = 1_000_000
"""Labels of one half that are tried before more."""
_START = 2**14
"""The first level tried lies below the bound by at least one part in so many."""
_PACE = ((50, 4.0), (500, 2.0), (5_000, 1.5))
"""With so many labels at most, the next level lies so many times farther below the bound."""
_SLOWEST = 1.25
_TRIES = 6
"""Levels tried after one at which there were too many labels."""
_PAIRS = 1_000_000_000
"""Pairs of halves looked at when all are wanted."""
_PAIRS_OF_SOME = 30_000_000
_MET = 2_000_000
"""Pairs that meet demands after which whole packages are listed instead."""
_TIES = 200_000
"""Equally good gains that are listed at most."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Raised:
    """How far demands could be raised.

    level : the highest level that a package was found to reach; None when none was found
    high : no package reaches a higher level
    complete : ``gains`` are all those that are best, by the ascending order of the raised sums
    gains, packages : what reaches the level, different gains, a package for each; shapes
        (n_best, n_parties), (n_best, n_issues)
    met : allowed packages, for bounding what follows
    searched : the most labels held at once
    """

    level: int | None
    high: int
    complete: bool
    gains: Whole
    packages: Choices
    met: Choices
    searched: int

    @property
    def proved(self) -> bool:
        """Whether the level is the highest there is, or surely none is reached."""
        return self.complete or self.level == self.high


@dataclass(slots=True)
class _Found:
    """The best gains found so far."""

    gains: list[Whole] = field(default_factory=list)
    packages: list[Choices] = field(default_factory=list)
    key: tuple[int, ...] | None = None
    complete: bool = True
    searched: int = 0

    @property
    def level(self) -> int | None:
        return None if self.key is None else self.key[0]

    def add(self, demands: Demands, gains: Whole) -> Ints:
        """Return which rows are as good as the best so far, forgetting worse ones."""
        if not len(gains):
            return np.zeros(0, dtype=np.int64)
        scaled = demands.scaled(gains)
        rows = leximin_rows(scaled)
        key = tuple(sorted(int(v) for v in scaled[rows[0]]))
        if self.key is not None and key < self.key:
            return np.zeros(0, dtype=np.int64)
        if key != self.key:
            self.key, self.gains, self.packages = key, [], []
        return rows[different(gains[rows])]


def raised(
    ends: Ends,
    demands: Demands,
    floor: int,
    limits: Limits,
    *,
    known: Choices | None = None,
    ties: bool = True,
) -> Raised:
    """Raise demands together as far as allowed packages meet them.

    Parameters
    ----------
    floor : levels below are of no interest
    known : allowed packages met before
    ties : whether all the best gains are wanted, or the level only

    Returns
    -------
    raised : complete, unless a limit came first; even then the level may be proved

    Cost: proportional to the first and last parts of packages within the gap between the highest
    level and its Lagrangian bound, which grow steeply with that gap.
    """
    relaxation = relaxation_of(ends.ahead, demands, floor, limits, known=known)
    sieve = sieve_of(ends, demands.rows, relaxation.multipliers)
    top = Fraction(relaxation.bound + float(sieve.slack[0])) * demands.unit
    search = _Search(ends, sieve, demands, limits)
    best = search.among(relaxation.gains, relaxation.packages, floor)
    high = demands.below(rounded_down(top))
    searched = 1
    most = min(_FIRST, limits.most)
    easiest = floor if best.level is None else best.level
    apart = max(top - high, abs(top) / _START)
    complete = high < floor
    crowded = 0
    while high >= easiest and (ties or best.level != high):
        wanted = (easiest + high + 1) // 2 if crowded else rounded_down(top - apart)
        level = min(high, max(easiest, demands.below(wanted)))
        found = search.at(level, replace(limits, most=most), high)
        searched = max(searched, found.searched)
        if found.complete and found.level is not None:
            best, high, complete = found, found.key[0] if found.key else high, True
            break
        if found.complete:
            high = demands.below(level - 1)
            apart = (top - level) * Fraction(_pace(found.searched))
            complete = high < floor
            continue
        if found.key is not None and (best.key is None or found.key >= best.key):
            best = found
        easiest = level + 1 if best.level is None else max(level, best.level) + 1
        crowded += 1
        if best.level != high and (easiest > high or crowded > _TRIES):
            if most == limits.most:
                break
            most, crowded = limits.most, 0
            easiest = floor if best.level is None else best.level
            apart = (top - high) * Fraction(_SLOWEST)
        if limits.over():
            break
    n_parties, n_issues = len(ends.ahead.factors.no_deal), ends.ahead.n_issues
    none = np.zeros((0, n_parties), dtype=ends.ahead.factors.dtype)
    return Raised(
        level=best.level,
        high=high,
        complete=complete,
        gains=np.concatenate(best.gains) if best.gains else none,
        packages=np.concatenate(best.packages)
        if best.packages
        else np.zeros((0, n_issues), dtype=np.int64),
        met=relaxation.packages,
        searched=searched,
    )


def leximin_rows(scaled: NDArray[Any]) -> Ints:
    """Return the rows whose ascending numbers are lexicographically largest, ties kept.

    >>> leximin_rows(np.array([[9, 1], [2, 2], [3, 2]])).tolist()
    [2]
    """
    lowest = scaled.min(axis=1)
    rows = np.flatnonzero((lowest == lowest.max()).astype(bool))
    ascending = np.sort(scaled[rows], axis=1)
    for place in range(1, ascending.shape[1]):
        column = ascending[:, place]
        kept = (column == column.max()).astype(bool)
        rows, ascending = rows[kept], ascending[kept]
    return rows


def different(vectors: Whole) -> Ints:
    """Return a row for each different vector, in ascending order of the vectors."""
    return one_of_each(np.zeros(len(vectors), dtype=np.int64), vectors)


def _pace(labels: int) -> float:
    return next((factor for most, factor in _PACE if labels <= most), _SLOWEST)


@dataclass(frozen=True, slots=True)
class _Search:
    """What stays the same while the level falls."""

    ends: Ends
    sieve: Sieve
    demands: Demands
    limits: Limits

    def among(self, gains: Whole, packages: Choices, floor: int) -> _Found:
        """Return the best of packages already known that reach a level."""
        levels = self.demands.levels(gains)
        rows = np.array([k for k, lv in enumerate(levels) if lv is not None and lv >= floor], int)
        found = _Found(complete=False)
        kept = rows[found.add(self.demands, gains[rows])]
        found.gains, found.packages = [gains[kept]], [packages[kept]]
        return found

    def at(self, level: int, limits: Limits, high: int) -> _Found:
        """Return the best packages that reach a level; some, when there are too many to go through.

        high : nothing better is looked for among some
        """
        least = self.demands.at(level)
        doubles = np.array([float(amount) for amount in least])
        ahead, back = halves_meeting(self.ends, self.sieve, doubles, limits)
        found = _Found(complete=ahead.complete and back.complete)
        found.searched = max(len(ahead), len(back))
        if not len(ahead) or not len(back):
            return found
        first, last = self._sides(ahead, back, doubles)
        multipliers = self.sieve.weights[0]
        pairs = pairs_meeting(first, last, least, multipliers, self._windows(doubles))
        looked = met = 0
        whole: Half | None = None
        for i, j, number in pairs:
            looked += number
            met += len(i)
            if met > _MET and whole is None:
                whole = whole_packages(self.ends, self.sieve, doubles, ahead, limits)
                if whole.complete:
                    return self._all(whole, least, found.searched)
            gains = ahead.values[i] + back.values[j]
            kept = found.add(self.demands, gains)
            if len(kept):
                found.gains.append(gains[kept])
                found.packages.append(self._packages(ahead, back, i[kept], j[kept]))
            if sum(map(len, found.gains)) > _TIES:
                self._settle(found)
                found.complete &= len(found.gains[0]) <= _TIES // 2
            if limits.over() or looked > (_PAIRS if found.complete else _PAIRS_OF_SOME):
                found.complete = False
                break
            if not found.complete and found.level == high:
                break
        self._settle(found)
        return found

    def _all(self, whole: Half, least: list[int], searched: int) -> _Found:
        """Return the best of packages listed as a whole."""
        found = _Found(searched=max(searched, len(whole)))
        sums = whole.values @ self.demands.rows.T.astype(whole.values.dtype)
        bounds = np.array(least, dtype=object if whole.values.dtype == object else np.int64)
        rows = np.flatnonzero((sums >= bounds).astype(bool).all(axis=1))
        kept = rows[found.add(self.demands, whole.values[rows])]
        packages = np.zeros((len(kept), self.ends.ahead.n_issues), dtype=np.int64)
        whole.retrace(kept, packages)
        found.gains, found.packages = [whole.values[kept]], [packages]
        return found

    def _settle(self, found: _Found) -> None:
        """Put gains together, each once."""
        if not found.gains:
            return
        gains, packages = np.concatenate(found.gains), np.concatenate(found.packages)
        kept = different(gains)
        found.gains, found.packages = [gains[kept]], [packages[kept]]

    def _packages(self, ahead: Half, back: Half, i: Ints, j: Ints) -> Choices:
        packages = np.zeros((len(i), self.ends.ahead.n_issues), dtype=np.int64)
        ahead.retrace(i, packages)
        back.retrace(j, packages)
        return packages

    def _sides(self, ahead: Half, back: Half, least: Floats) -> tuple[Side, Side]:
        """Return the halves with their sums, and what the best bound says of them."""
        sieve = self.sieve
        direction = sieve.directions[0]
        rows = self.demands.rows.T.astype(ahead.values.dtype)
        rest = sieve.ahead[len(ahead.steps)][0]
        need = float(sieve.weights[0] @ least)
        slack = float(sieve.slack[0])
        room = ahead.values.astype(np.float64) @ direction + rest[ahead.state] - need + 2 * slack
        lost = rest[back.state] - back.values.astype(np.float64) @ direction - slack
        return (
            Side(sums=ahead.values @ rows, state=ahead.state, room=room),
            Side(sums=back.values @ rows, state=back.state, room=lost),
        )

    def _windows(self, least: Floats) -> Floats:
        """Return by how much each sum can exceed its demand, for all bounds together."""
        sieve = self.sieve
        offset = sieve.directions @ self.ends.ahead.factors.no_deal.astype(np.float64)
        room = sieve.ahead[0][:, 0] - offset - sieve.weights @ least + 2 * sieve.slack
        with np.errstate(divide="ignore", invalid="ignore"):
            windows = np.where(sieve.weights > 0, room[:, None] / sieve.weights, np.inf)
        return np.asarray(np.maximum(windows.min(axis=0), 0.0))
