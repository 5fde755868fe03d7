"""Packages as arrays: factors per issue, rule and red line, and the values of one reading.

A package's value is a sum over issues plus a sum over the rules that hold in it. Both are kept as
factors, so that a solver may work on them without listing packages; :func:`enumerate_packages`
lists them where that is cheap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.case import Case
from detente.drawing import MOST_EXACT, Draws, Whole, ordinal_draws
from detente.expression import All, Condition, Not, Test, Tree, allowed
from detente.factors import Factors, Formula, every, factors_of, negated, some, within
from detente.frame import NO_DEAL
from detente.hit_and_run import Bools
from detente.opinion import Opinion
from detente.polytope import Point
from detente.preferences import Preferences
from detente.statements.ordinal import Priorities, Ranking
from detente.statements.red_line import RedLine
from detente.vocabulary import Package, Vocabulary

Choices = NDArray[np.int64]
"""Packages as rows of option positions, shape (n_packages, n_issues)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """Something that holds of some packages and touches a few issues.

    scope : positions of the issues it depends on, ascending
    what : a condition, or one whole package
    """

    scope: tuple[int, ...]
    what: Condition | Package


@dataclass(frozen=True, kw_only=True)
class PackageSpace:
    """All packages of a case, as factors. Nothing here depends on a reading.

    first : position of each issue's first option when the options of all issues stand in a row
    constraints : factors that must hold
    rules, red_lines : by party name, in the order of the party's draws
    """

    case: Case
    sizes: tuple[int, ...]
    first: tuple[int, ...]
    constraints: tuple[Factor, ...]
    rules: Mapping[str, tuple[Factor, ...]]
    red_lines: Mapping[str, tuple[Factor, ...]]
    red_line_statements: Mapping[str, tuple[RedLine, ...]]

    @property
    def vocabulary(self) -> Vocabulary:
        """The issues and proposals."""
        return self.case.vocabulary

    def holds(self, factor: Factor, choices: Choices) -> Bools:
        """Tell of which packages a factor holds; shape (n_packages,)."""
        if isinstance(factor.what, Condition):
            return _truth(factor.what.tree, choices, self.vocabulary)
        return np.asarray((choices == np.array(factor.what)).all(axis=1), dtype=bool)

    def feasible(self, choices: Choices) -> Bools:
        """Tell which packages meet every constraint; shape (n_packages,)."""
        mask = np.ones(len(choices), dtype=bool)
        for factor in self.constraints:
            mask &= self.holds(factor, choices)
        return mask

    def one_hot(self, choices: Choices) -> NDArray[np.int64]:
        """Return packages as 0-1 rows over the options of all issues."""
        rows = np.zeros((len(choices), sum(self.sizes)), dtype=np.int64)
        columns = choices + np.array(self.first)
        rows[np.arange(len(choices))[:, None], columns] = 1
        return rows

    def rule_truth(self, party: str, choices: Choices) -> Bools:
        """Tell which rules of a party hold; shape (n_packages, n_rules)."""
        return self._all_hold(self.rules[party], choices)

    def crossed(self, party: str, choices: Choices) -> Bools:
        """Tell which red lines of a party are crossed; shape (n_packages, n_red_lines)."""
        return self._all_hold(self.red_lines[party], choices)

    def _all_hold(self, factors: Sequence[Factor], choices: Choices) -> Bools:
        found = np.zeros((len(choices), len(factors)), dtype=bool)
        for column, factor in enumerate(factors):
            found[:, column] = self.holds(factor, choices)
        return found


def package_space(case: Case, opinions: Mapping[str, Opinion]) -> PackageSpace:
    """Compile a case to factors."""
    vocabulary = case.vocabulary
    sizes = tuple(len(issue.options) for issue in case.issues)
    first = tuple(int(n) for n in np.cumsum([0, *sizes[:-1]]))
    red_lines = {name: opinion.preferences.red_lines for name, opinion in opinions.items()}
    return PackageSpace(
        case=case,
        sizes=sizes,
        first=first,
        constraints=tuple(_factor(c.condition, vocabulary) for c in case.constraints),
        rules={name: _rules(o.preferences, vocabulary) for name, o in opinions.items()},
        red_lines={
            name: tuple(_factor(line.condition, vocabulary) for line in lines)
            for name, lines in red_lines.items()
        },
        red_line_statements=red_lines,
    )


def enumerate_packages(space: PackageSpace) -> Choices:
    """List every feasible package in case order (the last issue varies fastest).

    Cost: all packages are formed at once, so there must be few.
    """
    grids = np.indices(space.sizes).reshape(len(space.sizes), -1)
    choices = np.ascontiguousarray(grids.T)
    return choices[space.feasible(choices)]


def near_packages(space: PackageSpace, package: Package, *, n_changes: int) -> Choices:
    """List the feasible packages that differ from one in exactly ``n_changes`` issues, in order."""
    rows = []
    for issues in combinations(range(len(space.sizes)), n_changes):
        others = [[o for o in range(space.sizes[k]) if o != package[k]] for k in issues]
        for options in product(*others):
            row = list(package)
            for k, option in zip(issues, options, strict=True):
                row[k] = option
            rows.append(row)
    choices = np.array(rows, dtype=np.int64).reshape(len(rows), len(space.sizes))
    return choices[space.feasible(choices)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Valuation:
    """The values of one reading of several parties, as whole numbers of one common unit.

    parties : names, in the order of the last axis of every array below
    scale : units to a point
    options : shape (n_parties, n_options); no_deal : shape (n_parties,)
    worths : by party, shape (n_rules,)
    imposed : by party, which red lines count
    Larger is better. Doubles holding whole numbers, or Python integers where those are too large.
    """

    space: PackageSpace
    parties: tuple[str, ...]
    scale: int
    options: Whole
    worths: tuple[Whole, ...]
    no_deal: Whole
    imposed: tuple[Bools, ...]

    def values(self, choices: Choices) -> Whole:
        """Return each package's value to each party, exactly; shape (n_packages, n_parties)."""
        first = np.array(self.space.first)
        columns = []
        for p, party in enumerate(self.parties):
            total: Whole = self.options[p][choices + first].sum(axis=1)
            truth = self.space.rule_truth(party, choices)
            if truth.shape[1]:
                total = total + truth.astype(int).astype(self.worths[p].dtype) @ self.worths[p]
            columns.append(total)
        return np.stack(columns, axis=1) if columns else np.zeros((len(choices), 0))

    def gains(self, choices: Choices) -> Whole:
        """Return value less no-deal value; shape (n_packages, n_parties)."""
        gains: Whole = self.values(choices) - self.no_deal
        return gains

    def crossed(self, choices: Choices) -> Bools:
        """Tell who rejects each package by a red line; shape (n_packages, n_parties)."""
        columns = [
            (self.space.crossed(party, choices) & imposed).any(axis=1)
            for party, imposed in zip(self.parties, self.imposed, strict=True)
        ]
        return np.stack(columns, axis=1) if columns else np.zeros((len(choices), 0), dtype=bool)

    def acceptable(self, choices: Choices) -> Bools:
        """Tell who accepts each package: no red line crossed, gain >= 0."""
        accepted: Bools = (self.gains(choices) >= 0).astype(bool) & ~self.crossed(choices)
        return accepted

    def in_points(self, number: Any) -> Fraction:
        """Return a number of units in points."""
        return Fraction(int(number), self.scale)

    def factors(
        self,
        columns: Sequence[int],
        *,
        red_lines: Collection[tuple[int, int]] | None = None,
        demanding: Collection[int] | None = None,
        constraints: Collection[int] | None = None,
    ) -> Factors:
        """Return the values of all packages to some parties as factors.

        columns : positions of the parties, in the order wanted
        red_lines : (position of the party, number of its red line) that count; those imposed for
            the parties in ``columns`` when not given
        demanding : positions of the parties whose no-deal value counts; all when not given. The
            others accept whatever a package is worth.
        constraints : numbers of the constraints that count; all when not given
        """
        space, vocabulary = self.space, self.space.vocabulary
        if red_lines is None:
            red_lines = [(c, int(k)) for c in columns for k in np.flatnonzero(self.imposed[c])]
        tables = [
            [[int(self.options[c][first + option]) for c in columns] for option in range(size)]
            for first, size in zip(space.first, space.sizes, strict=True)
        ]
        shifts = [
            (formula_of(rule.what, vocabulary), [int(worth) if c == own else 0 for c in columns])
            for own in columns
            for rule, worth in zip(
                space.rules[self.parties[own]], self.worths[own].tolist(), strict=True
            )
        ]
        numbers = range(len(space.constraints)) if constraints is None else sorted(constraints)
        bans = [
            negated(formula_of(space.constraints[k].what, vocabulary), space.sizes) for k in numbers
        ]
        bans += [
            formula_of(space.red_lines[self.parties[c]][k].what, vocabulary)
            for c, k in sorted(red_lines)
        ]
        least = [
            sum(min(option[p] for option in table) for table in tables)
            + sum(min(0, by[p]) for _, by in shifts)
            for p in range(len(columns))
        ]
        no_deal = [
            int(self.no_deal[c]) if demanding is None or c in demanding else least[p]
            for p, c in enumerate(columns)
        ]
        return factors_of(tables, no_deal, shifts=shifts, bans=bans)


def central_valuation(
    space: PackageSpace,
    opinions: Mapping[str, Opinion],
    central: Mapping[str, Point],
    parties: Iterable[str],
) -> Valuation:
    """Return the values of the central reading; ordinal parties' values are ranks.

    The central reading imposes a red line whose confidence is at least one half.
    """
    names = tuple(parties)
    options: list[list[Fraction]] = []
    worths: list[list[Fraction]] = []
    no_deal: list[Fraction] = []
    for name in names:
        preferences = opinions[name].preferences
        frame = preferences.frame
        if opinions[name].ordinal:
            draws = ordinal_draws(preferences)
            options.append([_back(n, draws) for n in draws.options[0]])
            worths.append([_back(n, draws) for n in draws.worths[0]])
            no_deal.append(_back(draws.no_deal[0], draws))
            continue
        point = central[name]
        options.append(
            [
                frame.option(k, option).at(point)
                for k, issue in enumerate(frame.vocabulary.issues)
                for option in range(len(issue.options))
            ]
        )
        worths.append([point[frame.worth_unknown(rule)] for rule in frame.rules])
        no_deal.append(point[NO_DEAL])
    everything = [*no_deal, *(n for row in [*options, *worths] for n in row)]
    scale = lcm(*(number.denominator for number in everything))
    whole = [[int(n * scale) for n in row] for row in options]
    return Valuation(
        space=space,
        parties=names,
        scale=scale,
        options=_whole(whole, everything, scale).reshape(len(names), sum(space.sizes)),
        worths=tuple(_whole([int(n * scale) for n in row], everything, scale) for row in worths),
        no_deal=_whole([int(n * scale) for n in no_deal], everything, scale),
        imposed=tuple(
            np.array([line.weight * 2 >= 1 for line in space.red_line_statements[name]], dtype=bool)
            for name in names
        ),
    )


def _back(number: Any, draws: Draws) -> Fraction:
    return Fraction(int(number), draws.scale)


def _whole(numbers: Any, everything: Sequence[Fraction], scale: int) -> Whole:
    largest = sum(abs(number) for number in everything) * scale
    return np.array(numbers, dtype=np.float64 if largest < MOST_EXACT else object)


def _factor(condition: Condition, vocabulary: Vocabulary) -> Factor:
    return Factor(scope=condition.scope(vocabulary), what=condition)


def _rules(preferences: Preferences, vocabulary: Vocabulary) -> tuple[Factor, ...]:
    if preferences.manner != "ordinal":
        return tuple(_factor(c, vocabulary) for c in preferences.frame.rules.values())
    order = next(s for s in preferences.statements if isinstance(s, Priorities | Ranking))
    if isinstance(order, Priorities):
        return tuple(_factor(condition, vocabulary) for condition in order.conditions)
    every_issue = tuple(range(len(vocabulary.issues)))
    return tuple(Factor(scope=every_issue, what=p) for p, _ in order.ranks(vocabulary))


def _truth(tree: Tree, choices: Choices, vocabulary: Vocabulary) -> Bools:
    if isinstance(tree, Test):
        k = vocabulary.index[tree.issue.text]
        table = np.array(allowed(tree, vocabulary.issues[k]), dtype=bool)
        return table[choices[:, k]]
    if isinstance(tree, Not):
        return ~_truth(tree.part, choices, vocabulary)
    parts = [_truth(part, choices, vocabulary) for part in tree.parts]
    if isinstance(tree, All):
        return np.asarray(np.logical_and.reduce(parts), dtype=bool)
    return np.asarray(np.logical_or.reduce(parts), dtype=bool)


def formula_of(what: Condition | Package, vocabulary: Vocabulary) -> Formula:
    """Return a condition, or the condition of being one package, over issues by position."""
    sizes = [len(issue.options) for issue in vocabulary.issues]
    if isinstance(what, Condition):
        return _formula(what.tree, vocabulary, sizes)
    return every(
        [within(k, [o == option for o in range(sizes[k])]) for k, option in enumerate(what)]
    )


def _formula(tree: Tree, vocabulary: Vocabulary, sizes: Sequence[int]) -> Formula:
    if isinstance(tree, Test):
        k = vocabulary.index[tree.issue.text]
        return within(k, allowed(tree, vocabulary.issues[k]))
    if isinstance(tree, Not):
        return negated(_formula(tree.part, vocabulary, sizes), sizes)
    parts = [_formula(part, vocabulary, sizes) for part in tree.parts]
    return every(parts) if isinstance(tree, All) else some(parts)


def as_choices(packages: Sequence[Package], n_issues: int) -> Choices:
    """Return packages as an array."""
    return np.array(packages, dtype=np.int64).reshape(len(packages), n_issues)


def condition_mask(condition: Condition, choices: Choices, vocabulary: Vocabulary) -> Bools:
    """Tell of which packages a condition holds."""
    return _truth(condition.tree, choices, vocabulary)
