"""Which demands packages can meet together: by looking at every package, or by searching.

A demand is that a package keep a constraint, that it cross not one of a party's red lines, or that
it be worth no less to a party than no deal. Where there are few packages all are listed; otherwise
each question is a search of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from math import comb
from time import monotonic
from typing import Protocol

import numpy as np

from detente.diagram import Diagram, diagram_of
from detente.factors import Bools, Choices, Formula, Ints, Whole, negated
from detente.packages import Valuation, as_choices, formula_of
from detente.solvers.acceptable import Finding, find_acceptable
from detente.solvers.ends import ends_of
from detente.solvers.lagrangian import Demands as Raising
from detente.solvers.limits import limits_of
from detente.solvers.raising import raised
from detente.vocabulary import Package
from detente.work import Work

_MOST_QUESTIONS = 300
"""Packages that are not listed take a search for every question."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A constraint of the case is kept; ``number`` is its place."""

    number: int


@dataclass(frozen=True, slots=True)
class Uncrossed:
    """A red line is not crossed; ``column`` is its party in the valuation, ``line`` its place."""

    column: int
    line: int


@dataclass(frozen=True, slots=True)
class Content:
    """The package is worth no less than no deal to the party in a column."""

    column: int


Wish = Uncrossed | Content
"""What a party demands."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Demands:
    """The demands on the packages of a case.

    columns : the signatories; cardinal : by signatory, whether amounts of value mean anything
    """

    valuation: Valuation
    columns: tuple[int, ...]
    cardinal: tuple[bool, ...]
    of_parties: tuple[Wish, ...]
    of_case: tuple[Kept, ...]

    @property
    def lines(self) -> list[Uncrossed]:
        """The red lines."""
        return [wish for wish in self.of_parties if isinstance(wish, Uncrossed)]


def demands_of(
    valuation: Valuation, columns: Sequence[int], *, cardinal: Sequence[bool]
) -> Demands:
    """Return each signatory's imposed red lines and no-deal value, and the constraints."""
    of_parties: list[Wish] = []
    for column in columns:
        imposed = np.flatnonzero(valuation.imposed[column]).tolist()
        of_parties += [Uncrossed(column, line) for line in imposed]
        of_parties.append(Content(column))
    n_constraints = len(valuation.space.constraints)
    return Demands(
        valuation=valuation,
        columns=tuple(columns),
        cardinal=tuple(cardinal),
        of_parties=tuple(of_parties),
        of_case=tuple(Kept(number) for number in range(n_constraints)),
    )


class Meeting(Protocol):
    """Answers which demands can be met together; the constraints are always kept.

    complete : no limit was reached in any answer given so far
    most_questions : how many of them are worth asking in a row
    """

    complete: bool
    most_questions: int

    def together(self, items: frozenset[int]) -> frozenset[int] | None:
        """Return demands of parties, these among them, that some package meets; None without any.

        Where a limit was reached, the demands asked for are returned.
        """

    def added(self, demand: Uncrossed | Kept) -> int | None:
        """Return how many packages meet all demands but this one; None for some, not counted."""

    def nearest(self, most: int) -> list[Package]:
        """Return packages that few signatories refuse.

        First come those that fewest refuse, then those fewest refuse for a red line, then those
        with the smallest largest shortfall of a party that amounts mean something to.
        """


class Listed:
    """Answers by looking at every feasible package."""

    complete = True
    most_questions = 2000

    def __init__(self, demands: Demands, feasible: Choices) -> None:
        self.demands, self.feasible = demands, feasible

    @cached_property
    def met(self) -> Bools:
        """Which demands of parties each package meets; shape (n_packages, n_demands)."""
        return _met(self.demands, self.feasible)

    def together(self, items: frozenset[int]) -> frozenset[int] | None:
        """See :class:`Meeting`."""
        rows = np.flatnonzero(self.met[:, sorted(items)].all(axis=1))
        if not len(rows):
            return None
        best = rows[np.argmax(self.met[rows].sum(axis=1))]
        return frozenset(int(item) for item in np.flatnonzero(self.met[best]))

    def added(self, demand: Uncrossed | Kept) -> int | None:
        """See :class:`Meeting`."""
        if isinstance(demand, Uncrossed):
            item = self.demands.of_parties.index(demand)
            return int((~self.met[:, item] & np.delete(self.met, item, axis=1).all(axis=1)).sum())
        everything, kept = self._kept
        item = self.demands.of_case.index(demand)
        alone = ~kept[:, item] & np.delete(kept, item, axis=1).all(axis=1)
        return int(_met(self.demands, everything[alone]).all(axis=1).sum())

    @cached_property
    def _kept(self) -> tuple[Choices, Bools]:
        """All packages, feasible or not, and which constraints each keeps."""
        space = self.demands.valuation.space
        everything = np.ascontiguousarray(np.indices(space.sizes).reshape(len(space.sizes), -1).T)
        kept = [space.holds(factor, everything) for factor in space.constraints]
        return everything, np.stack(kept, axis=1)

    def nearest(self, most: int) -> list[Package]:
        """See :class:`Meeting`; ties stand in case order."""
        order = _nearest_first(self.demands, self.feasible)[:most]
        return [tuple(row) for row in self.feasible[order].tolist()]


class Searched:
    """Answers by searching. Of the nearest packages each set of refusing signatories has one."""

    most_questions = _MOST_QUESTIONS

    def __init__(self, demands: Demands, work: Work) -> None:
        self.demands, self.work = demands, work
        self.complete = True
        self.limits = limits_of(work)
        self.diagrams: dict[tuple[tuple[Uncrossed, ...], Formula], Diagram] = {}
        valuation, columns = demands.valuation, demands.columns
        self.no_deal: Whole = valuation.factors(columns, red_lines=()).no_deal
        least = valuation.factors(columns, red_lines=(), demanding=()).no_deal
        self.least: Whole = least.astype(self.no_deal.dtype)

    def together(self, items: frozenset[int]) -> frozenset[int] | None:
        """See :class:`Meeting`."""
        wanted = [self.demands.of_parties[item] for item in items]
        content = [Content(column) in wanted for column in self.demands.columns]
        levels = np.where(np.array(content, dtype=bool), self.no_deal, self.least)
        finding = self._find([wish for wish in wanted if isinstance(wish, Uncrossed)], levels)
        if finding.status == "unknown":
            return items
        if finding.package is None:
            return None
        met = _met(self.demands, as_choices([finding.package], len(finding.package)))[0]
        return frozenset(int(item) for item in np.flatnonzero(met))

    def added(self, demand: Uncrossed | Kept) -> int | None:
        """See :class:`Meeting`."""
        space = self.demands.valuation.space
        lines = [line for line in self.demands.lines if line != demand]
        if isinstance(demand, Kept):
            missed = formula_of(space.constraints[demand.number].what, space.vocabulary)
        else:
            party = self.demands.valuation.parties[demand.column]
            line = space.red_lines[party][demand.line]
            missed = negated(formula_of(line.what, space.vocabulary), space.sizes)
        finding = self._find(lines, self.no_deal, without=demand, banned=missed)
        return None if finding.status == "found" else 0

    def nearest(self, most: int) -> list[Package]:
        """See :class:`Meeting`."""
        signatories = range(len(self.demands.columns))
        for n_refusing in range(1, len(signatories) + 1):
            if comb(len(signatories), n_refusing) > _MOST_QUESTIONS:
                self.complete = False
                break
            found = [
                package
                for refusing in combinations(signatories, n_refusing)
                if (package := self._nearest(refusing)) is not None
            ]
            if found:
                choices = as_choices(sorted(set(found)), len(found[0]))
                order = _nearest_first(self.demands, choices)[:most]
                return [tuple(row) for row in choices[order].tolist()]
        return []

    def _nearest(self, refusing: tuple[int, ...]) -> Package | None:
        """Return the nearest package among those that only some signatories refuse."""
        for n_crossing in range(len(refusing) + 1):
            found = [
                package
                for crossing in combinations(refusing, n_crossing)
                if (package := self._least_short(refusing, crossing)) is not None
            ]
            if found:
                return min(found, key=self._missing)
        return None

    def _least_short(self, refusing: Sequence[int], crossing: Sequence[int]) -> Package | None:
        """Return a package with the smallest shortfall; the best found when a limit is reached.

        crossing : those of the refusing signatories whose red lines do not count
        """
        columns = self.demands.columns
        ignored = {columns[p] for p in crossing}
        lines = [line for line in self.demands.lines if line.column not in ignored]
        raisable = [p for p in refusing if self.demands.cardinal[p]]
        if not raisable:
            levels = self.no_deal.copy()
            levels[list(refusing)] = self.least[list(refusing)]
            return self._find(lines, levels).package
        diagram = self._diagram(tuple(lines))
        if diagram.empty or self.limits.over():
            self.complete = self.complete and diagram.empty
            return None
        lowest = [int(low) for low in self.least - self.no_deal]
        gains = Raising(
            rows=np.eye(len(columns), dtype=np.int64),
            factors=tuple(int(p in raisable) for p in range(len(columns))),
            least=tuple(low if p in refusing else 0 for p, low in enumerate(lowest)),
        )
        floor = min(lowest[p] for p in raisable)
        found = raised(ends_of(diagram), gains, floor, self.limits, ties=False)
        self.complete = self.complete and found.proved
        return None if found.level is None else tuple(found.packages[0].tolist())

    def _missing(self, package: Package) -> int:
        return int(_shortfalls(self.demands, as_choices([package], len(package)))[0])

    def _find(
        self,
        lines: Sequence[Uncrossed],
        levels: Whole,
        *,
        without: Uncrossed | Kept | None = None,
        banned: Formula = False,
    ) -> Finding:
        """Find a package that keeps red lines and constraints and is worth so much."""
        if self.limits.over():
            self.complete = False
            return Finding()
        diagram = self._diagram(tuple(lines), without=without, banned=banned)
        diagram = replace(diagram, factors=replace(diagram.factors, no_deal=levels))
        left = None if self.work.seconds is None else max(0.0, self.limits.until - monotonic())
        work = replace(self.work, seconds=left)
        finding = find_acceptable(diagram, work=work, certified=False)
        self.complete = self.complete and finding.status != "unknown"
        return finding

    def _diagram(
        self,
        lines: tuple[Uncrossed, ...],
        *,
        without: Uncrossed | Kept | None = None,
        banned: Formula = False,
    ) -> Diagram:
        key = (lines, banned)
        if key not in self.diagrams:
            factors = self.demands.valuation.factors(
                self.demands.columns,
                red_lines=[(line.column, line.line) for line in lines],
                constraints=[kept.number for kept in self.demands.of_case if kept != without],
            )
            bans = factors.bans if banned is False else (*factors.bans, banned)
            self.diagrams[key] = diagram_of(replace(factors, bans=bans))
        return self.diagrams[key]


def _met(demands: Demands, choices: Choices) -> Bools:
    """Tell which demands of parties packages meet; shape (n_packages, n_demands)."""
    valuation = demands.valuation
    gains = valuation.gains(choices)
    crossed = {c: valuation.space.crossed(valuation.parties[c], choices) for c in demands.columns}
    met = np.ones((len(choices), len(demands.of_parties)), dtype=bool)
    for item, wish in enumerate(demands.of_parties):
        if isinstance(wish, Content):
            met[:, item] = gains[:, wish.column] >= 0
        else:
            met[:, item] = ~crossed[wish.column][:, wish.line]
    return met


def _nearest_first(demands: Demands, choices: Choices) -> Ints:
    """Return the order of packages by who refuses them and by how much; ties stay as they are."""
    columns = list(demands.columns)
    below = np.asarray(demands.valuation.gains(choices)[:, columns] < 0, dtype=bool)
    crossed = demands.valuation.crossed(choices)[:, columns]
    missing = _shortfalls(demands, choices).astype(np.float64)
    return np.lexsort((missing, crossed.sum(axis=1), (crossed | below).sum(axis=1)))


def _shortfalls(demands: Demands, choices: Choices) -> Whole:
    """Return the largest shortfall that amounts mean something for, in units; (n_packages,)."""
    gains = demands.valuation.gains(choices)[:, list(demands.columns)]
    short: Whole = np.where((gains < 0).astype(bool) & np.array(demands.cardinal), -gains, 0)
    largest: Whole = short.max(axis=1, initial=0)
    return largest
