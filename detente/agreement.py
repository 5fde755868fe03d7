"""What could be agreed on the central reading: acceptable packages, frontier, solutions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from detente.analysis import Analysis, Judged
from detente.expression import Condition
from detente.hit_and_run import Ints
from detente.packages import Choices, as_choices, condition_mask
from detente.solvers.bargaining import SOLUTIONS
from detente.solvers.dominance import is_on_frontier
from detente.vocabulary import Package
from detente.zone import Binding, Emptiness, binding, emptiness

MOST_TIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """What one bargaining solution picks on the central reading.

    packages : the first tied packages, in case order; n_tied : how many there are
    """

    name: str
    packages: tuple[Judged, ...]
    n_tied: int


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The packages that all signatories accept, exact for the central reading.

    acceptable, frontier : rows of the feasible packages, ascending
    picks : what each solution picks; empty when nothing is acceptable or a signatory is ordinal
    ordinal : signatories whose preferences are an order only
    """

    analysis: Analysis
    acceptable: Ints
    frontier: Ints
    picks: tuple[Pick, ...]
    bindings: tuple[Binding, ...]
    empty: Emptiness | None
    ordinal: tuple[str, ...]

    @property
    def choices(self) -> Choices:
        """Every feasible package."""
        return self.analysis.feasible

    def values(self, package: Package) -> list[Fraction]:
        """Return a package's value to each party, in points."""
        valuation = self.analysis.valuation
        choices = as_choices([package], len(self.analysis.case.issues))
        return [valuation.in_points(value) for value in valuation.values(choices)[0]]

    def gains(self, package: Package) -> list[Fraction]:
        """Return a package's gain over no deal for each party, in points."""
        valuation = self.analysis.valuation
        choices = as_choices([package], len(self.analysis.case.issues))
        return [valuation.in_points(gain) for gain in valuation.gains(choices)[0]]

    @cached_property
    def n_vectors(self) -> int:
        """How many different vectors of values the frontier has."""
        values = self.analysis.valuation.values(self.choices[self.frontier])
        columns = values[:, self.analysis.signatory_columns]
        return len({tuple(int(value) for value in row) for row in columns})

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

    def best_first(self, where: Condition | None = None) -> list[Package]:
        """Return the frontier, by the smallest gain relative to the ideal, the largest first.

        The order is one of presentation: parties whose ideal gain is 0 are left out, ratios are
        compared in floating point, and ties stand in case order.

        where : only packages that meet a condition
        """
        rows = self.frontier
        if where is not None:
            mask = condition_mask(where, self.choices[rows], self.analysis.case.vocabulary)
            rows = rows[mask]
        gains = self.analysis.valuation.gains(self.choices[rows])
        if not len(rows):
            return []
        columns = self.analysis.signatory_columns
        every = self.analysis.valuation.gains(self.choices[self.acceptable])[:, columns]
        ideal = every.max(axis=0).astype(np.float64)
        counted = ideal > 0
        if not counted.any():
            return packages_of(self.choices[rows])
        ratios = gains[:, columns].astype(np.float64)[:, counted] / ideal[counted]
        order = np.argsort(-ratios.min(axis=1), kind="stable")
        return packages_of(self.choices[rows[order]])


def agreement_of(analysis: Analysis) -> Agreement:
    """Work out what could be agreed; every signatory must be answerable."""
    case = analysis.case
    analysis.require(case.signatories)
    choices, valuation = analysis.feasible, analysis.valuation
    columns = analysis.signatory_columns
    accepted = valuation.acceptable(choices)[:, columns].all(axis=1)
    acceptable = np.flatnonzero(accepted)
    gains = valuation.gains(choices[acceptable])[:, columns]
    ordinal = tuple(p.name for p in case.signatories if analysis.opinions[p.name].ordinal)
    picks: list[Pick] = []
    if not ordinal and len(acceptable):
        for name, solution in SOLUTIONS.items():
            rows = acceptable[solution.solve(gains)]
            judged = analysis.judge(packages_of(choices[rows[:MOST_TIES]]))
            picks.append(Pick(name=name, packages=tuple(judged), n_tied=len(rows)))
    return Agreement(
        analysis=analysis,
        acceptable=acceptable,
        frontier=acceptable[is_on_frontier(gains)],
        picks=tuple(picks),
        bindings=binding(analysis, choices),
        empty=None if len(acceptable) else emptiness(analysis, choices),
        ordinal=ordinal,
    )


def packages_of(choices: Choices) -> list[Package]:
    """Return rows of an array as packages."""
    return [tuple(int(option) for option in row) for row in choices]
