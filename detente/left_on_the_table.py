"""What a package leaves on the table: how much more all could have had (Raiffa 1982).

Measured against the frontier of acceptable packages, so that nobody is told of a gain that somebody
else would have refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from detente.agreement import Agreement, packages_of
from detente.factors import Ints, Whole
from detente.packages import as_choices
from detente.solvers.bargaining import SOLUTIONS
from detente.solvers.falling_short import bettering
from detente.solvers.frontier import Frontier
from detente.solvers.replay import packages_behind
from detente.vocabulary import Package


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """What the acceptable packages offer over one package, or over no deal.

    package : what was agreed; None for no deal
    gains : by signatory, over no deal, in points
    crossed : signatories one of whose red lines it crosses on the central reading
    feasible : it meets the constraints
    better : an acceptable package no worse for any signatory and better for one: the one whose
        smallest extra is largest, then the next smallest (ties in case order); None where there is
        none
    extra : by signatory, what ``better`` is worth over the package, in points
    joint : the largest sum of extras, over all acceptable packages no worse for any signatory
    proved : False when the frontier was cut short, so that there may be more than this
    """

    package: Package | None
    gains: tuple[Fraction, ...]
    crossed: tuple[str, ...]
    feasible: bool
    better: Package | None
    extra: tuple[Fraction, ...]
    joint: Fraction
    proved: bool

    @property
    def below(self) -> tuple[int, ...]:
        """Positions of the signatories that it is worth less to than no deal."""
        return tuple(k for k, gain in enumerate(self.gains) if gain < 0)

    @property
    def within_mandates(self) -> bool:
        """Whether every signatory could sign: feasible, no red line crossed, nobody below."""
        return self.feasible and not self.crossed and not self.below

    @property
    def efficient(self) -> bool:
        """Whether it lies on the frontier: acceptable, and nothing acceptable betters it."""
        return self.package is not None and self.within_mandates and self.better is None

    @property
    def equal_extra(self) -> Fraction:
        """By how much every signatory could have had more at the same time, in points."""
        return min(self.extra, default=Fraction(0))


@dataclass(frozen=True, kw_only=True)
class Table:
    """The acceptable packages of a settlement, against which packages are measured."""

    agreement: Agreement
    frontier: Frontier

    @cached_property
    def _columns(self) -> list[int]:
        return self.agreement.analysis.signatory_columns

    @cached_property
    def _rows(self) -> Ints:
        return np.flatnonzero(self.frontier.acceptable).astype(np.int64)

    @cached_property
    def _vectors(self) -> Whole:
        return self.frontier.vectors[self._rows]

    @property
    def proved(self) -> bool:
        """Whether the frontier is whole."""
        return self.frontier.status == "exact"

    def over(self, packages: Sequence[Package]) -> list[LeftOver]:
        """Return what is left on the table by each package."""
        if not packages:
            return []
        analysis = self.agreement.analysis
        choices = as_choices(packages, len(analysis.case.issues))
        values = analysis.valuation.values(choices)[:, self._columns]
        crossed = analysis.valuation.crossed(choices)[:, self._columns]
        feasible = analysis.space.feasible(choices)
        names = [analysis.valuation.parties[column] for column in self._columns]
        return [
            self._over(
                package,
                value,
                tuple(name for name, on in zip(names, lines, strict=True) if on),
                feasible=bool(met),
            )
            for package, value, lines, met in zip(packages, values, crossed, feasible, strict=True)
        ]

    def over_no_deal(self) -> LeftOver:
        """Return what is left on the table where nothing is agreed."""
        no_deal = self.agreement.analysis.valuation.no_deal[self._columns]
        return self._over(None, no_deal, (), feasible=True)

    def _over(
        self, package: Package | None, value: Whole, crossed: tuple[str, ...], *, feasible: bool
    ) -> LeftOver:
        valuation = self.agreement.analysis.valuation
        no_deal = valuation.no_deal[self._columns]
        extras = self._vectors - value
        found = bettering(extras)
        better, extra, joint = None, (Fraction(0),) * len(self._columns), 0
        if len(found):
            joint = max(int(total) for total in extras[found].sum(axis=1).tolist())
            best = found[int(SOLUTIONS["egalitarian"].solve(extras[found])[0])]
            row = self._rows[best : best + 1]
            behind, _ = packages_behind(
                self.frontier, row, most=1, work=self.agreement.analysis.work
            )
            better = packages_of(behind)[0]
            extra = tuple(map(valuation.in_points, extras[best].tolist()))
        return LeftOver(
            package=package,
            gains=tuple(map(valuation.in_points, (value - no_deal).tolist())),
            crossed=crossed,
            feasible=feasible,
            better=better,
            extra=extra,
            joint=valuation.in_points(joint),
            proved=self.proved,
        )
