"""A case as GeniusWeb files, as far as they can hold it; the rest is refused by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from math import ceil, floor, prod
from typing import Any

from detente.case import Case, Party
from detente.document import Faults
from detente.entries import MOST_ENTRIES
from detente.errors import LimitError, printable, quote
from detente.expression import Condition
from detente.formats.additive_writing import PartyPoints, party_points
from detente.formats.geniusweb.exact_json import written
from detente.formats.geniusweb.ordering_writing import only_compares, order_of
from detente.formats.geniusweb.reservation import choice_worth
from detente.formats.numerals import exact
from detente.formats.reading import STATUS_QUO, UTILITIES, left_aside, own_note, read_from
from detente.formats.refusals import KEEP, refuse_note, refuse_number, refuse_open
from detente.number import is_decimal, plain
from detente.vocabulary import Issue, Package

READ = read_from("GeniusWeb", UTILITIES, STATUS_QUO)
FREE = "No reservation bid, so no deal is worth 0 points: {}."
SHORT = "The steps of {} end at {}, before {}."
"""What the notes of cases say that were read from such files; it need not be written."""

_MADE_ANEW = (READ, FREE, SHORT, left_aside(["{}"]))
_NAME = "GeniusWeb"
_UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]|^[ .]|[ .]$')


def write_folder(case: Case) -> Mapping[str, str]:
    """Return a case as a domain and a profile for each party: texts by file name.

    A party whose points depend on one issue at a time becomes a ``LinearAdditiveUtilitySpace``
    where weights can be found that are decimals, one that only compares packages a
    ``DefaultPartialOrdering``, any other a ``SumOfGroupsUtilitySpace``.

    Raises
    ------
    CaseError
        The format cannot hold all of the case; everything that it cannot hold is named.
    """
    faults = Faults()
    _refuse_notes(case, faults)
    domain = _domain(case, faults)
    comparing = {party.name for party in case.parties if only_compares(case, party)}
    said = party_points(case, faults, keeps={"rules"}, format_name=_NAME, leave_out=comparing)
    points = {party.party.name: party for party in said}
    files = {"domain.json": written(domain) + "\n"}
    for number, party in enumerate(case.parties, start=1):
        profile: dict[str, Any] = {}
        if party.name in comparing:
            profile = _ordering(case, party, domain, number, faults)
        elif party.name in points:
            writing = _Profile(case=case, party=points[party.name], faults=faults)
            profile = writing.profile(domain, number)
        files[_file_name(number, party, faults)] = written(profile) + "\n"
    faults.raise_any(case.file)
    return files


def _ordering(
    case: Case, party: Party, domain: Mapping[str, Any], number: int, faults: Faults
) -> dict[str, Any]:
    """Return the profile of a party that only compares packages."""
    order = order_of(case, party, faults)
    fields = {
        "bids": [_bid(case, dict(enumerate(package))) for package in order.packages],
        "better": [list(map(Fraction, pair)) for pair in order.pairs],
        "reservationBid": order.no_deal and _bid(case, dict(enumerate(order.no_deal))),
    }
    name = _simple_name(party, number)
    return {"DefaultPartialOrdering": {"name": name, "domain": domain, **fields}}


def _simple_name(party: Party, number: int) -> str:
    """Return what a profile may be called: letters and digits."""
    return re.sub("[^A-Za-z0-9]", "", party.label) or f"party{number}"


def _bid(case: Case, chosen: Mapping[int, int]) -> dict[str, Any]:
    """Return options of some issues as a bid."""
    named = {case.issues[k].label: _value(case.issues[k], chosen[k]) for k in sorted(chosen)}
    return {"issuevalues": named}


def _value(issue: Issue, option: int) -> str | Fraction:
    return issue.options[option] if issue.levels is None else issue.levels[option]


def _refuse_notes(case: Case, faults: Faults) -> None:
    refuse_note(own_note(case.note, _MADE_ANEW), "", faults, name=_NAME)
    for party in case.parties:
        refuse_note(party.note, f"parties.{party.name}", faults, name=_NAME)
    for issue in case.issues:
        refuse_note(issue.note, f"issues.{issue.name}", faults, name=_NAME)
        if issue.unit:
            faults.at(0, f"issues.{issue.name}.unit", f"{_NAME} does not keep units", KEEP)


def _domain(case: Case, faults: Faults) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for issue in case.issues:
        path = f"issues.{issue.name}"
        if issue.label in values:
            problem = f"two issues are called {quote(issue.label)}"
            faults.at(0, path, problem, "give one of them another title")
        values[issue.label] = _values(issue, path, faults)
    return {"name": case.title, "issuesValues": values}


def _values(issue: Issue, path: str, faults: Faults) -> dict[str, Any]:
    if issue.levels is None:
        return {"values": list(issue.options)}
    steps = {high - low for low, high in pairwise(issue.levels)}
    for number in issue.levels:
        refuse_number(number, path, faults, name=_NAME)
    if len(steps) > 1:
        faults.at(0, path, f"{_NAME} keeps numbers that are the same step apart", KEEP)
    low, high = issue.levels[0], issue.levels[-1]
    return {"range": {"low": low, "high": high, "step": min(steps, default=Fraction(1))}}


def _file_name(number: int, party: Party, faults: Faults) -> str:
    """Return the name of a party's file, which also keeps what the party is called."""
    if _UNSAFE.search(party.label):
        problem = f"{_NAME} keeps what a party is called in the name of a file, and no file can"
        hint = "give the party another title in a copy"
        faults.at(0, f"parties.{party.name}", f"{problem} be called {printable(party.label)}", hint)
    return f"{number} {party.label}.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Issues whose utilities depend on each other, and the utility of each combination."""

    issues: tuple[int, ...]
    combinations: tuple[Package, ...]
    utilities: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Profile:
    case: Case
    party: PartyPoints
    faults: Faults

    @property
    def path(self) -> str:
        """Where the party's statements stand."""
        return f"preferences.{self.party.party.name}"

    def profile(self, domain: Mapping[str, Any], number: int) -> dict[str, Any]:
        """Return the profile as it is written; faults tell whether it holds what was said."""
        before = len(self.faults.found)
        parts = self._parts()
        self._refuse_unfit(parts)
        if len(self.faults.found) > before:
            return {}
        around = {"name": _simple_name(self.party.party, number), "domain": domain}
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
        return points / 100

    def _refuse_unfit(self, parts: Sequence[_Part]) -> None:
        """Note what is outside of the range of utilities, and no deal left open."""
        utilities = [utility for part in parts for utility in part.utilities]
        if min(utilities, default=Fraction(0)) < 0:
            problem = f"{_NAME} keeps no points below 0"
            self.faults.at(0, self.path, problem, "move the scale of the party in a copy")
        most = 100 * sum((max(part.utilities, default=Fraction(0)) for part in parts), Fraction(0))
        if most > 100:
            problem = f"{_NAME} keeps at most 100 points, and the best package has {plain(most)}"
            self.faults.at(0, self.path, problem, "scale the points of the party in a copy")
        if self.party.no_deal is None:
            refuse_open(self.party.party, self.faults, name=_NAME)

    def _refuse_numbers(self, parts: Sequence[_Part]) -> None:
        """Note the first utility that cannot be written."""
        before = len(self.faults.found)
        for utility in (utility for part in parts for utility in part.utilities):
            refuse_number(utility, self.path, self.faults, name=_NAME)
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
        least = [max(points) / 100 for points in self.party.points]
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
            amount / 100 / weight if weight else Fraction(0) for amount in self.party.points[k]
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
        target = (self.party.no_deal or Fraction(0)) / 100
        if target == 0:
            return None
        path = f"{self.path}.no_deal"
        try:
            tables = [part.utilities for part in parts]
            choice = choice_worth(tables, target)
            if choice is None:
                choice = choice_worth([(*table, Fraction(0)) for table in tables], target)
        except LimitError as error:
            problem = f"{_NAME} keeps no deal as a package that is worth as much"
            self.faults.at(0, path, f"{problem}, and {error}", KEEP)
            return None
        if choice is None:
            worth = plain(100 * target)
            problem = f"{_NAME} keeps no deal as a package that is worth as much, and no package"
            self.faults.at(0, path, f"{problem} is worth exactly {worth} points", KEEP)
            return None
        chosen = {
            k: option
            for part, position in zip(parts, choice, strict=True)
            if position < len(part.combinations)
            for k, option in zip(part.issues, part.combinations[position], strict=True)
        }
        return _bid(self.case, chosen)


def _hundredths(low: Fraction, high: Fraction) -> Iterator[Fraction]:
    """Yield the hundredths from low to high."""
    for count in range(ceil(100 * low), floor(100 * high) + 1):
        yield Fraction(count, 100)
