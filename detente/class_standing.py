"""How the groups of a class did: what each gained, what it left on the table, and all together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from detente.analysis import Judged
from detente.class_results import Result
from detente.left_on_the_table import LeftOver, Table
from detente.solvers.joint_gains import IssueKind
from detente.vocabulary import Package

FEWEST_CORRELATED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one group ended with.

    judged : in what share of the readings each party accepts it; None for no deal
    distances : by solution, the largest difference of a signatory's gains, in points; nothing for
        no deal
    harmful : issues settled on an option to which another is preferred by one, worse for none
    """

    result: Result
    left: LeftOver
    judged: Judged | None
    distances: dict[str, Fraction]
    harmful: tuple[int, ...]

    @property
    def joint(self) -> Fraction:
        """The sum of the signatories' gains."""
        return sum(self.left.gains, Fraction(0))


@dataclass(frozen=True, kw_only=True)
class ClassStanding:
    """The groups of a class, in the order of the table."""

    groups: tuple[Standing, ...]

    @cached_property
    def agreed(self) -> tuple[Standing, ...]:
        """The groups that agreed on something."""
        return tuple(one for one in self.groups if one.result.package is not None)

    @property
    def efficient(self) -> tuple[Standing, ...]:
        """The groups on the frontier."""
        return tuple(one for one in self.agreed if one.left.efficient)

    @property
    def sound(self) -> tuple[Standing, ...]:
        """The groups whose agreement every signatory could sign."""
        return tuple(one for one in self.agreed if one.left.within_mandates)

    @property
    def best(self) -> tuple[Standing, ...]:
        """The groups with the largest joint gain among those that every signatory could sign."""
        most = max((one.joint for one in self.sound), default=None)
        return tuple(one for one in self.sound if one.joint == most)

    @property
    def mean_gains(self) -> tuple[Fraction, ...]:
        """By signatory, the mean gain of the groups that agreed; nothing where none did."""
        columns = zip(*(one.left.gains for one in self.agreed), strict=True)
        return tuple(sum(own, Fraction(0)) / len(self.agreed) for own in columns)

    @property
    def correlations(self) -> tuple[float | None, ...]:
        """By signatory, how its gain goes with what the group gained jointly, from -1 to 1.

        Over the groups that agreed (Pearson); None for fewer than three, or where one of the two is
        the same in all.
        """
        joint = [one.joint for one in self.agreed]
        columns = zip(*(one.left.gains for one in self.agreed), strict=True)
        return tuple(correlation(own, joint) for own in columns)


def correlation(a: Sequence[Fraction], b: Sequence[Fraction]) -> float | None:
    """Return the correlation of two lists of numbers; None where it has no meaning.

    Whether one of them is constant is decided exactly.

    Examples
    --------
    >>> own = [Fraction(1), Fraction(2), Fraction(4)]
    >>> correlation(own, [5 - one for one in own])
    -1.0
    """
    if len(a) < FEWEST_CORRELATED or len(set(a)) == 1 or len(set(b)) == 1:
        return None
    found = float(np.corrcoef([float(one) for one in a], [float(one) for one in b])[0, 1])
    return round(found, 2)


def class_standing(
    table: Table,
    results: Iterable[Result],
    *,
    solutions: dict[str, Package],
    kinds: Sequence[IssueKind],
) -> ClassStanding:
    """Measure what a class agreed on against the acceptable packages.

    solutions : what each solution picks first
    kinds : what each issue is to the signatories, in case order; nothing where amounts are missing
    """
    every = list(results)
    packages = [result.package for result in every if result.package is not None]
    distinct = list(dict.fromkeys(packages))
    left = dict(zip(distinct, table.over(distinct), strict=True))
    analysis = table.agreement.analysis
    judged = {one.package: one for one in analysis.judge(distinct)}
    worth = table.agreement.worth(list(solutions.values()))
    gains = {
        name: [own[column] for column in analysis.signatory_columns]
        for name, (_, own) in zip(solutions, worth, strict=True)
    }
    nothing = table.over_no_deal()
    groups = []
    for result in every:
        package = result.package
        over = nothing if package is None else left[package]
        groups.append(
            Standing(
                result=result,
                left=over,
                judged=None if package is None else judged[package],
                distances={
                    name: max(abs(a - b) for a, b in zip(over.gains, own, strict=True))
                    for name, own in gains.items()
                    if package is not None
                },
                harmful=tuple(
                    k
                    for k, option in enumerate(package or ())
                    if kinds and option in kinds[k].worse_for_all
                ),
            )
        )
    return ClassStanding(groups=tuple(groups))
