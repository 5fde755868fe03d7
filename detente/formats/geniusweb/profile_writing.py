"""The profile of a party as a weighted sum over issues, or over groups of issues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from math import ceil, floor, prod
from typing import Any

from detente.case import Case
from detente.document import Faults
from detente.entries import MOST_ENTRIES
from detente.errors import LimitError
from detente.expression import Condition
from detente.formats.additive import POINTS
from detente.formats.additive_writing import PartyPoints
from detente.formats.geniusweb.reservation import choice_worth
from detente.formats.numerals import exact
from detente.formats.refusals import KEEP, refuse_number, refuse_open
from detente.number import is_decimal, plain
from detente.vocabulary import Issue, Package

NAME = "GeniusWeb"
"""What messages call the format."""


def profile_of(
    case: Case, party: PartyPoints, around: Mapping[str, Any], faults: Faults
) -> dict[str, Any]:
    """Return a party's profile; where it cannot be written this is noted, and it is empty.

    around : what stands in every profile, its name and its domain
    """
    return _Writer(case=case, party=party, faults=faults).profile(around)


def bid(case: Case, chosen: Mapping[int, int]) -> dict[str, Any]:
    """Return options of some issues as a bid."""
    named = {case.issues[k].label: _value(case.issues[k], chosen[k]) for k in sorted(chosen)}
    return {"issuevalues": named}


def _value(issue: Issue, option: int) -> str | Fraction:
    return issue.options[option] if issue.levels is None else issue.levels[option]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Issues whose utilities depend on each other, and the utility of each combination."""

    issues: tuple[int, ...]
    combinations: tuple[Package, ...]
    utilities: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Writes the profile of one party."""

    case: Case
    party: PartyPoints
    faults: Faults

    @property
    def path(self) -> str:
        """Where the party's statements stand."""
        return f"preferences.{self.party.party.name}"

    def profile(self, around: Mapping[str, Any]) -> dict[str, Any]:
        """Return the profile with what stands ``around`` all of them: its name and its domain."""
        before = len(self.faults.found)
        parts = self._parts()
        self._refuse_unfit(parts)
        if len(self.faults.found) > before:
            return {}
        no_deal = {"reservationBid": self._reservation(parts)}
        sums = self._sums()
        if sums is not None:
            return {"LinearAdditiveUtilitySpace": {**around, **sums, **no_deal}}
        self._refuse_numbers(parts)
        groups = {self._part_name(part): {"PartsUtilities": self._part(part)} for part in parts}
        return {"SumOfGroupsUtilitySpace": {**around, "partUtilities": groups, **no_deal}}

    # Groups of issues -----------------------------------------------------------------------------

    def _parts(self) -> list[_Part]:
        """Return the issues in groups such that every rule speaks of one group alone."""
        vocabulary = self.case.vocabulary
        group = list(range(len(self.case.issues)))
        for condition, _ in self.party.rules:
            joined = {group[k] for k in condition.scope(vocabulary)}
            group = [min(joined) if k in joined else k for k in group]
        members = [
            tuple(k for k, of in enumerate(group) if of == first) for first in sorted(set(group))
        ]
        return [self._tabulated(issues) for issues in members]

    def _tabulated(self, issues: tuple[int, ...]) -> _Part:
        sizes = [len(self.case.issues[k].options) for k in issues]
        if prod(sizes) > MOST_ENTRIES and len(issues) > 1:
            names = ", ".join(self.case.issues[k].name for k in issues)
            problem = f"rules join {names}, which have {prod(sizes):,} combinations, more than"
            self.faults.at(0, self.path, f"{problem} {MOST_ENTRIES:,}", KEEP)
            return _Part(issues=issues, combinations=(), utilities=())
        vocabulary = self.case.vocabulary
        rules = [rule for rule in self.party.rules if set(rule[0].scope(vocabulary)) & set(issues)]
        combinations = tuple(product(*map(range, sizes)))
        utilities = tuple(self._utility(issues, chosen, rules) for chosen in combinations)
        return _Part(issues=issues, combinations=combinations, utilities=utilities)

    def _utility(
        self,
        issues: tuple[int, ...],
        chosen: tuple[int, ...],
        rules: Sequence[tuple[Condition, Fraction]],
    ) -> Fraction:
        package = list(self.case.vocabulary.status_quo)
        for k, option in zip(issues, chosen, strict=True):
            package[k] = option
        points = sum((self.party.points[k][package[k]] for k in issues), Fraction(0))
        for condition, worth in rules:
            if condition.holds(tuple(package), self.case.vocabulary):
                points += worth
        return points / POINTS

    def _refuse_unfit(self, parts: Sequence[_Part]) -> None:
        """Note what is outside of the range of utilities, and no deal left open."""
        utilities = [utility for part in parts for utility in part.utilities]
        if min(utilities, default=Fraction(0)) < 0:
            problem = f"{NAME} keeps no points below 0"
            self.faults.at(0, self.path, problem, "move the scale of the party in a copy")
        best = sum((max(part.utilities, default=Fraction(0)) for part in parts), Fraction(0))
        if best > 1:
            most = f"at most {POINTS} points, and the best package has {plain(POINTS * best)}"
            problem = f"{NAME} keeps {most}"
            self.faults.at(0, self.path, problem, "scale the points of the party in a copy")
        if self.party.no_deal is None:
            refuse_open(self.party.party, self.faults, name=NAME)

    def _refuse_numbers(self, parts: Sequence[_Part]) -> None:
        """Note the first utility that cannot be written."""
        before = len(self.faults.found)
        for utility in (utility for part in parts for utility in part.utilities):
            refuse_number(utility, self.path, self.faults, name=NAME)
            if len(self.faults.found) > before:
                return

    def _part_name(self, part: _Part) -> str:
        return " + ".join(self.case.issues[k].label for k in part.issues)

    def _part(self, part: _Part) -> dict[str, Any]:
        return {
            "issues": [self.case.issues[k].label for k in part.issues],
            "utilslist": [
                {"values": self._named(part.issues, options), "util": utility}
                for options, utility in zip(part.combinations, part.utilities, strict=True)
                if utility
            ],
        }

    def _named(self, issues: Sequence[int], options: Sequence[int]) -> list[str | Fraction]:
        return [
            _value(self.case.issues[k], option) for k, option in zip(issues, options, strict=True)
        ]

    # Sums over issues -----------------------------------------------------------------------------

    def _sums(self) -> dict[str, Any] | None:
        """Return weights and utilities; None where rules or numbers do not allow it."""
        if self.party.rules:
            return None
        weights = self._weights()
        if weights is None:
            return None
        labels = [issue.label for issue in self.case.issues]
        utilities = [self._issue(k, weight) for k, weight in enumerate(weights)]
        return {
            "issueUtilities": dict(zip(labels, utilities, strict=True)),
            "issueWeights": dict(zip(labels, weights, strict=True)),
        }

    def _weights(self) -> list[Fraction] | None:
        """Return weights that add up to 1, under each of which its issue can be written.

        An issue weighs at least as much as its best option is worth; of more than that, hundredths
        are tried.
        """
        least = [max(points) / POINTS for points in self.party.points]
        left = 1 - sum(least, Fraction(0))
        tried = [
            [
                weight
                for weight in dict.fromkeys([low, *_hundredths(low, low + left)])
                if self._issue(k, weight) is not None
            ]
            for k, low in enumerate(least)
        ]
        if not all(tried):
            return None
        try:
            choice = choice_worth(tried, Fraction(1))
        except LimitError:
            return None
        return None if choice is None else [w[k] for w, k in zip(tried, choice, strict=True)]

    def _issue(self, k: int, weight: Fraction) -> dict[str, Any] | None:
        """Return the utilities of an issue under a weight; None where they cannot be written."""
        issue = self.case.issues[k]
        utilities = [
            amount / POINTS / weight if weight else Fraction(0) for amount in self.party.points[k]
        ]
        shown = utilities if issue.levels is None else [utilities[0], utilities[-1]]
        if not all(
            is_decimal(number) and exact(plain(number)) is not None for number in (weight, *shown)
        ):
            return None
        if issue.levels is None:
            listed = dict(zip(issue.options, utilities, strict=True))
            return {"DiscreteValueSetUtilities": {"valueUtilities": listed}}
        if len({high - low for low, high in pairwise(utilities)}) > 1:
            return None
        return {
            "NumberValueSetUtilities": {
                "lowValue": issue.levels[0],
                "lowUtility": utilities[0],
                "highValue": issue.levels[-1],
                "highUtility": utilities[-1],
            }
        }

    # No deal --------------------------------------------------------------------------------------

    def _reservation(self, parts: Sequence[_Part]) -> dict[str, Any] | None:
        """Return a bid that is worth as much as no deal; none where that is worth nothing.

        A bid that names every issue is looked for first, then one that leaves issues out.
        """
        target = (self.party.no_deal or Fraction(0)) / POINTS
        if target == 0:
            return None
        path = f"{self.path}.no_deal"
        try:
            tables = [part.utilities for part in parts]
            choice = choice_worth(tables, target)
            if choice is None:
                choice = choice_worth([(*table, Fraction(0)) for table in tables], target)
        except LimitError as error:
            problem = f"{NAME} keeps no deal as a package that is worth as much"
            self.faults.at(0, path, f"{problem}, and {error}", KEEP)
            return None
        if choice is None:
            worth = plain(POINTS * target)
            problem = f"{NAME} keeps no deal as a package that is worth as much, and no package"
            self.faults.at(0, path, f"{problem} is worth exactly {worth} points", KEEP)
            return None
        chosen = {
            k: option
            for part, position in zip(parts, choice, strict=True)
            if position < len(part.combinations)
            for k, option in zip(part.issues, part.combinations[position], strict=True)
        }
        return bid(self.case, chosen)


def _hundredths(low: Fraction, high: Fraction) -> Iterator[Fraction]:
    """Yield the hundredths from low to high."""
    for count in range(ceil(100 * low), floor(100 * high) + 1):
        yield Fraction(count, 100)
