"""What could be agreed on the central reading: acceptable packages, frontier, solutions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from detente.analysis import Analysis, Judged
from detente.diagram import Floats
from detente.expression import Condition
from detente.factors import Choices, Ints, Whole
from detente.packages import as_choices, condition_mask
from detente.solvers.acceptable import Status, find_acceptable
from detente.solvers.bargaining import SOLUTIONS, Solution
from detente.solvers.counting import n_acceptable
from detente.solvers.frontier import Frontier, frontier_of
from detente.solvers.replay import counts_behind, packages_behind
from detente.solvers.thresholds import (
    COUNTED_VECTORS,
    LISTED_TIES,
    SEARCHED_PACKAGES,
    TIES_MEMORY,
)
from detente.vocabulary import Package
from detente.zone import Binding, Emptiness, binding, emptiness

MOST_TIES = 5
_BLOCK = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """What one bargaining solution picks on the central reading.

    packages : the first tied packages, in case order; n_tied : how many there are, None when that
        would take too long to find; ``packages`` are then some of them
    proved : nothing better exists; False when a limit ended the search, these are then the best
        found
    """

    name: str
    packages: tuple[Judged, ...]
    n_tied: int | None
    proved: bool = True


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The packages that all signatories accept, exact for the central reading.

    n_feasible : packages that meet the constraints
    n_acceptable : packages that all signatories accept; None when too many to count
    frontier : None when it was left out
    finding : whether any package is acceptable to all: ``found``, ``none``, or ``unknown`` when a
        limit ended the search
    picks : what each solution picks; empty when nothing is acceptable or a signatory is ordinal
    empty : why nothing is acceptable; None when something is
    ordinal : signatories whose preferences are an order only
    """

    analysis: Analysis
    n_feasible: int
    n_acceptable: int | None
    frontier: Frontier | None
    finding: Status
    picks: tuple[Pick, ...]
    bindings: tuple[Binding, ...]
    empty: Emptiness | None
    ordinal: tuple[str, ...]

    def values(self, package: Package) -> list[Fraction]:
        """Return a package's value to each party, in points."""
        return self.worth([package])[0][0]

    def gains(self, package: Package) -> list[Fraction]:
        """Return a package's gain over no deal for each party, in points."""
        return self.worth([package])[0][1]

    def worth(self, packages: Sequence[Package]) -> list[tuple[list[Fraction], list[Fraction]]]:
        """Return each package's values and gains for each party, in points."""
        valuation = self.analysis.valuation
        values = valuation.values(as_choices(packages, len(self.analysis.case.issues)))
        gains = values - valuation.no_deal
        return [
            ([valuation.in_points(v) for v in own], [valuation.in_points(g) for g in more])
            for own, more in zip(values.tolist(), gains.tolist(), strict=True)
        ]

    @cached_property
    def n_packages(self) -> int | None:
        """How many packages the frontier has; None when left out or too many to count."""
        if self.frontier is None or len(self.frontier) > COUNTED_VECTORS:
            return None
        rows = np.arange(len(self.frontier))
        return int(sum(counts_behind(self.frontier, rows, work=self.analysis.work).tolist()))

    @cached_property
    def shortfalls(self) -> dict[str, Fraction]:
        """By signatory, how far an acceptable package may be missed by the frontier, in points."""
        if self.frontier is None:
            return {}
        valuation = self.analysis.valuation
        names = [valuation.parties[column] for column in self.analysis.signatory_columns]
        lost = map(valuation.in_points, self.frontier.shortfall)
        return dict(zip(names, lost, strict=True))

    @cached_property
    def scales_differ(self) -> bool:
        """Whether a signatory is on points of its own, not worth 100 from worst to best."""
        first = np.array(self.analysis.space.first)
        spans = set()
        for p in self.analysis.signatory_columns:
            parts = np.split(self.analysis.valuation.options[p], first[1:])
            spans.add(sum(int(max(part)) - int(min(part)) for part in parts))
        return len(spans) > 1 and any(
            self.analysis.opinions[party.name].preferences.manner == "points"
            for party in self.analysis.case.signatories
        )

    def best_first(self, where: Condition | None = None, *, most: int) -> Listing:
        """Return frontier packages by the smallest gain relative to the ideal, the largest first.

        The order is one of presentation: parties whose ideal gain is 0 are left out, ratios are
        compared in floating point, and ties stand in case order.

        where : only packages that meet a condition
        most : so many packages at the most
        """
        frontier = self.frontier
        if frontier is None:
            return Listing(packages=(), n_matching=None)
        ratio = _evenness(frontier.gains)
        order = np.flatnonzero(frontier.acceptable)
        order = order[np.argsort(-ratio[order], kind="stable")]
        parts: list[Choices] = [np.zeros((0, len(self.analysis.case.issues)), dtype=np.int64)]
        n_found = n_seen = 0
        for rows in _alike_together(order, ratio[order]):
            choices, owner = packages_behind(frontier, rows, most=most, work=self.analysis.work)
            choices = choices[np.lexsort((*choices.T[::-1], -ratio[rows[owner]]))]
            n_seen += len(choices)
            if where is not None:
                vocabulary = self.analysis.case.vocabulary
                choices = choices[condition_mask(where, choices, vocabulary)]
            parts.append(choices[: most - n_found])
            n_found += len(choices)
            if n_seen > SEARCHED_PACKAGES or (where is None and n_found >= most):
                break
        n_matching = self.n_packages
        if where is not None:
            n_matching = n_found if n_seen == self.n_packages else None
        return Listing(packages=tuple(packages_of(np.concatenate(parts))), n_matching=n_matching)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Some frontier packages, and how many there are like them; None when not counted."""

    packages: tuple[Package, ...]
    n_matching: int | None


def agreement_of(analysis: Analysis, *, fast: bool = False) -> Agreement:
    """Work out what could be agreed; every signatory must be answerable.

    fast : leave the frontier out; where there are many packages, solutions are found without it
    """
    case, work = analysis.case, analysis.work
    analysis.require(case.signatories)
    diagram = analysis.diagram
    listed = analysis.listed is not None
    frontier = frontier_of(diagram, work=work) if listed or not fast else None
    if frontier is None or frontier.status != "exact":
        finding = find_acceptable(diagram, work=work).status
    else:
        finding = "found" if len(frontier) else "none"
    ordinal = tuple(p.name for p in case.signatories if analysis.opinions[p.name].ordinal)
    picks: list[Pick] = []
    if finding == "found" and not ordinal:
        picks = [_pick(analysis, solution, frontier) for solution in SOLUTIONS.values()]
    return Agreement(
        analysis=analysis,
        n_feasible=analysis.n_feasible,
        n_acceptable=0 if finding == "none" else n_acceptable(diagram, work=work),
        frontier=None if fast else frontier,
        picks=tuple(picks),
        bindings=binding(analysis, analysis.listed),
        finding=finding,
        empty=emptiness(analysis, analysis.listed) if finding == "none" else None,
        ordinal=ordinal,
    )


def packages_of(choices: Choices) -> list[Package]:
    """Return rows of an array as packages."""
    return [tuple(int(option) for option in row) for row in choices]


def _pick(analysis: Analysis, solution: Solution, frontier: Frontier | None) -> Pick:
    """Apply a solution to the frontier, on which all its packages lie, or search without one."""
    if frontier is not None and frontier.status == "exact":
        rows = solution.solve(frontier.gains)
        choices, n_tied = _behind(analysis, frontier, rows)
        return _picked(analysis, solution, choices, n_tied)
    best = solution.search(analysis.diagram, work=analysis.work)
    if best.status == "bounded":
        found = [] if best.package is None else [best.package]
        choices = as_choices(found, len(analysis.case.issues))
        return _picked(analysis, solution, choices, len(found), proved=False)
    parts = [_reaching(analysis, gains) for gains in best.vectors]
    choices = np.concatenate([choices for choices, _ in parts])
    counts = [n_tied for _, n_tied in parts if n_tied is not None]
    if len(counts) < len(parts):
        known = [] if best.package is None else [best.package]
        choices = np.concatenate([as_choices(known, len(analysis.case.issues)), choices])
        return _picked(analysis, solution, np.unique(choices, axis=0), None)
    return _picked(analysis, solution, choices, sum(counts))


def _picked(
    analysis: Analysis,
    solution: Solution,
    choices: Choices,
    n_tied: int | None,
    *,
    proved: bool = True,
) -> Pick:
    first = choices[np.lexsort(choices.T[::-1])][:MOST_TIES]
    judged = tuple(analysis.judge(packages_of(first)))
    return Pick(name=solution.name, packages=judged, n_tied=n_tied, proved=proved)


def _behind(analysis: Analysis, frontier: Frontier, rows: Ints) -> tuple[Choices, int]:
    """Return packages with the vectors in some rows, and how many there are."""
    work = analysis.work
    choices, _ = packages_behind(frontier, rows, most=LISTED_TIES, work=work)
    return choices, sum(counts_behind(frontier, rows, work=work).tolist())


def _reaching(analysis: Analysis, gains: Sequence[int]) -> tuple[Choices, int | None]:
    """Return the packages that reach gains that no acceptable package betters, and their number.

    Where these gains are demanded of every package, they alone are the frontier. None and no
    package when that would take too long.
    """
    factors = analysis.diagram.factors
    demanded = factors.no_deal + np.array(gains, dtype=factors.dtype)
    diagram = replace(analysis.diagram, factors=replace(factors, no_deal=demanded))
    limits = replace(analysis.work, seconds=None, memory=TIES_MEMORY)
    frontier = frontier_of(diagram, work=limits)
    if frontier.status != "exact":
        return as_choices([], len(analysis.case.issues)), None
    return _behind(analysis, frontier, np.arange(len(frontier)))


def _evenness(gains: Whole) -> Floats:
    """Return each vector's smallest gain relative to the ideal one; 0 where no ideal is known."""
    ideal = gains.max(axis=0, initial=0).astype(np.float64)
    counted = ideal > 0
    if not counted.any():
        return np.zeros(len(gains))
    ratios: Floats = (gains[:, counted].astype(np.float64) / ideal[counted]).min(axis=1)
    return ratios


def _alike_together(order: Ints, ratio: Floats) -> Iterator[Ints]:
    """Cut an order into blocks; vectors with equal ratios stand in one."""
    low = 0
    while low < len(order):
        last = ratio[min(low + _BLOCK, len(order)) - 1]
        high = int(np.searchsorted(-ratio, -last, side="right"))
        yield order[low:high]
        low = high
