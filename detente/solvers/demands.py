"""Which demands packages can meet together: by looking at every package, or by searching.

A demand is that a package keep a constraint, that it cross not one of a party's red lines, or that
it be worth no less to a party than no deal. Where there are few packages all are listed; otherwise
each question is a search of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
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
from detente.vocabulary import Package
from detente.work import Work

_MOST_QUESTIONS = 300
"""Packages that are not listed take a search for every question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One demand: of a party, or of the case where ``column`` is None.

    column : the party's position in the valuation
    line : number of the party's red line, or of the case's constraint; None for the no-deal value
    """

    column: int | None
    line: int | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Demands:
    """The demands on the packages of a case, those of the signatories first.

    columns : the signatories; cardinal : by signatory, whether amounts of value mean anything
    """

    valuation: Valuation
    columns: tuple[int, ...]
    cardinal: tuple[bool, ...]
    of_parties: tuple[Demand, ...]
    of_case: tuple[Demand, ...]


def demands_of(
    valuation: Valuation, columns: Sequence[int], *, cardinal: Sequence[bool]
) -> Demands:
    """Return each signatory's imposed red lines and no-deal value, and the constraints."""
    of_parties: list[Demand] = []
    for column in columns:
        imposed = np.flatnonzero(valuation.imposed[column]).tolist()
        of_parties += [Demand(column=column, line=line) for line in imposed]
        of_parties.append(Demand(column=column, line=None))
    n_constraints = len(valuation.space.constraints)
    return Demands(
        valuation=valuation,
        columns=tuple(columns),
        cardinal=tuple(cardinal),
        of_parties=tuple(of_parties),
        of_case=tuple(Demand(column=None, line=line) for line in range(n_constraints)),
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

    def added(self, demand: Demand) -> int | None:
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

    def added(self, demand: Demand) -> int | None:
        """See :class:`Meeting`."""
        if demand.column is not None:
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
        self.ends = None if work.seconds is None else monotonic() + work.seconds
        self.diagrams: dict[tuple[tuple[Demand, ...], Formula], Diagram] = {}
        valuation, columns = demands.valuation, demands.columns
        self.no_deal: Whole = valuation.factors(columns, red_lines=()).no_deal
        least = valuation.factors(columns, red_lines=(), demanding=()).no_deal
        self.least: Whole = least.astype(self.no_deal.dtype)

    def together(self, items: frozenset[int]) -> frozenset[int] | None:
        """See :class:`Meeting`."""
        wanted = [self.demands.of_parties[item] for item in items]
        lines = [demand for demand in wanted if demand.line is not None]
        demanding = {demand.column for demand in wanted if demand.line is None}
        finding = self._find(lines, self._levels(demanding))
        if finding.status == "unknown":
            return items
        if finding.package is None:
            return None
        met = _met(self.demands, as_choices([finding.package], len(finding.package)))[0]
        return frozenset(int(item) for item in np.flatnonzero(met))

    def added(self, demand: Demand) -> int | None:
        """See :class:`Meeting`."""
        lines = [d for d in self.demands.of_parties if d.line is not None and d != demand]
        space = self.demands.valuation.space
        if demand.column is None:
            factor = space.constraints[demand.line or 0]
        else:
            party = self.demands.valuation.parties[demand.column]
            factor = space.red_lines[party][demand.line or 0]
        formula = formula_of(factor.what, space.vocabulary)
        missed = formula if demand.column is None else negated(formula, space.sizes)
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
        if self._accepted_but(refusing, refusing, None).package is None:
            return None
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
        """Halve the shortfall until it is the smallest; the best found when a limit is reached."""
        best = self._accepted_but(refusing, crossing, None).package
        if best is None:
            return None
        low, high = -1, self._missing(best)
        while high - low > 1:
            middle = (low + high) // 2
            finding = self._accepted_but(refusing, crossing, middle)
            if finding.status == "unknown":
                break
            if finding.package is None:
                low = middle
            else:
                best, high = finding.package, self._missing(finding.package)
        return best

    def _missing(self, package: Package) -> int:
        return int(_shortfalls(self.demands, as_choices([package], len(package)))[0])

    def _accepted_but(
        self, refusing: Collection[int], crossing: Collection[int], short: int | None
    ) -> Finding:
        """Find a package in which all but some are content, and those miss no more than so much.

        crossing : those whose red lines do not count; short : None for any shortfall
        """
        columns = self.demands.columns
        lines = [
            demand
            for demand in self.demands.of_parties
            if demand.line is not None and columns.index(demand.column or 0) not in crossing
        ]
        levels = self.no_deal.copy()
        for p in refusing:
            if short is None or not self.demands.cardinal[p]:
                levels[p] = self.least[p]
            else:
                levels[p] = levels[p] - short
        return self._find(lines, levels)

    def _levels(self, demanding: Collection[int | None]) -> Whole:
        counts = np.array([column in demanding for column in self.demands.columns], dtype=bool)
        return np.where(counts, self.no_deal, self.least)

    def _find(
        self,
        lines: Sequence[Demand],
        levels: Whole,
        *,
        without: Demand | None = None,
        banned: Formula = False,
    ) -> Finding:
        """Find a package that keeps red lines and constraints and is worth so much."""
        if self.ends is not None and monotonic() > self.ends:
            self.complete = False
            return Finding()
        diagram = self._diagram(tuple(lines), without, banned)
        factors = replace(diagram.factors, no_deal=levels)
        diagram = replace(diagram, factors=factors)
        finding = find_acceptable(diagram, work=self.work, certified=False)
        self.complete = self.complete and finding.status != "unknown"
        return finding

    def _diagram(
        self, lines: tuple[Demand, ...], without: Demand | None, banned: Formula
    ) -> Diagram:
        key = (lines, banned)
        if key not in self.diagrams:
            kept = [d.line for d in self.demands.of_case if d != without and d.line is not None]
            factors = self.demands.valuation.factors(
                self.demands.columns,
                red_lines=list(_numbered(lines)),
                constraints=kept,
            )
            bans = factors.bans if banned is False else (*factors.bans, banned)
            self.diagrams[key] = diagram_of(replace(factors, bans=bans))
        return self.diagrams[key]


def _numbered(lines: Sequence[Demand]) -> Iterator[tuple[int, int]]:
    for demand in lines:
        if demand.column is not None and demand.line is not None:
            yield demand.column, demand.line


def _met(demands: Demands, choices: Choices) -> Bools:
    """Tell which demands of parties packages meet; shape (n_packages, n_demands)."""
    valuation = demands.valuation
    gains = valuation.gains(choices)
    crossed = {c: valuation.space.crossed(valuation.parties[c], choices) for c in demands.columns}
    met = np.ones((len(choices), len(demands.of_parties)), dtype=bool)
    for item, demand in enumerate(demands.of_parties):
        if demand.column is None:
            continue
        if demand.line is None:
            met[:, item] = gains[:, demand.column] >= 0
        else:
            met[:, item] = ~crossed[demand.column][:, demand.line]
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
