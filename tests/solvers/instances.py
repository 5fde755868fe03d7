"""Random small settlement problems, and what brute force says of them from the definitions.

A problem is kept in plain lists beside the factors made of it, so that the answer does not pass
through the code it is to judge.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from detente.factors import Factors, Formula, every, factors_of, negated, some, within
from tests import oracles

Condition = tuple[Any, ...]
"""``("in", issue, options)``, ``("not", part)``, ``("and", *parts)`` or ``("or", *parts)``."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A settlement problem in plain lists.

    values : by issue, option and party; shifts : conditions with amounts; bans : conditions
    """

    values: list[list[list[int]]]
    shifts: list[tuple[Condition, list[int]]]
    bans: list[Condition]
    no_deal: list[int]

    @property
    def sizes(self) -> list[int]:
        return [len(table) for table in self.values]

    @property
    def factors(self) -> Factors:
        return factors_of(
            self.values,
            self.no_deal,
            shifts=[(formula(when, self.sizes), by) for when, by in self.shifts],
            bans=[formula(ban, self.sizes) for ban in self.bans],
        )

    @cached_property
    def allowed(self) -> list[tuple[int, ...]]:
        packages = product(*(range(size) for size in self.sizes))
        return [p for p in packages if not any(true(ban, p) for ban in self.bans)]

    def gains(self, package: tuple[int, ...]) -> tuple[int, ...]:
        total = [-amount for amount in self.no_deal]
        for table, option in zip(self.values, package, strict=True):
            total = [t + v for t, v in zip(total, table[option], strict=True)]
        for when, by in self.shifts:
            if true(when, package):
                total = [t + v for t, v in zip(total, by, strict=True)]
        return tuple(total)

    @cached_property
    def acceptable(self) -> list[tuple[int, ...]]:
        """The packages that are worth no less than no deal to every party, in case order."""
        return [p for p in self.allowed if all(gain >= 0 for gain in self.gains(p))]

    @cached_property
    def frontier(self) -> dict[tuple[int, ...], list[tuple[int, ...]]]:
        """Packages by their gains, of those on the frontier."""
        rows = [self.gains(package) for package in self.acceptable]
        different = sorted(set(rows), reverse=True)
        best = [v for v, on in zip(different, oracles.frontier(different), strict=True) if on]
        found: dict[tuple[int, ...], list[tuple[int, ...]]] = {vector: [] for vector in best}
        for package, row in zip(self.acceptable, rows, strict=True):
            if row in found:
                found[row].append(package)
        return found

    def solution(self, name: str) -> list[tuple[int, ...]]:
        """Return the different gains that a bargaining solution picks, the largest first."""
        rows = [self.gains(package) for package in self.acceptable]
        picked = oracles.SOLUTIONS[name](rows) if rows else []
        return sorted({rows[row] for row in picked}, reverse=True)


def true(condition: Condition, package: tuple[int, ...]) -> bool:
    kind, *parts = condition
    if kind == "in":
        issue, options = parts
        return package[issue] in options
    if kind == "not":
        return not true(parts[0], package)
    return (all if kind == "and" else any)(true(part, package) for part in parts)


def formula(condition: Condition, sizes: list[int]) -> Formula:
    kind, *parts = condition
    if kind == "in":
        issue, options = parts
        return within(issue, [option in options for option in range(sizes[issue])])
    if kind == "not":
        return negated(formula(parts[0], sizes), sizes)
    inner = [formula(part, sizes) for part in parts]
    return every(inner) if kind == "and" else some(inner)


def problem(seed: int, *, most_packages: int = 600) -> Problem:
    """Return a random problem: 2 to 6 parties, ties, rules, bans, single options, or nothing."""
    dice = random.Random(seed)  # noqa: S311 - instances, not secrets
    n_parties = dice.randint(2, 6)
    sizes: list[int] = []
    while len(sizes) < dice.randint(1, 6):
        size = dice.choice([1, 2, 2, 3, 3, 4])
        packages = size
        for other in sizes:
            packages *= other
        if packages > most_packages:
            break
        sizes.append(size)
    top = dice.choice([1, 3, 10, 100, 10**6])
    opposed = dice.random() < 0.5
    values = [[_amounts(dice, n_parties, top, opposed=opposed) for _ in range(s)] for s in sizes]
    if dice.random() < 0.25:
        nobody_cares = dice.randrange(len(sizes))
        values[nobody_cares] = [[0] * n_parties for _ in values[nobody_cares]]
    shifts = [
        (
            _condition(dice, sizes),
            [dice.choice([0, dice.randint(-top, top)]) for _ in range(n_parties)],
        )
        for _ in range(dice.choice([0, 0, 1, 2, 4]))
    ]
    bans = [_condition(dice, sizes) for _ in range(dice.choice([0, 0, 1, 2, 3]))]
    share = dice.choice([0.0, 0.3, 0.5, 0.6, 0.9])
    no_deal = [
        int(share * sum(max(option[p] for option in table) for table in values))
        + dice.choice([0, 0, -3])
        for p in range(n_parties)
    ]
    return Problem(values=values, shifts=shifts, bans=bans, no_deal=no_deal)


def _amounts(dice: random.Random, n_parties: int, top: int, *, opposed: bool) -> list[int]:
    drawn = [dice.randint(0, top) for _ in range(n_parties)]
    if opposed and n_parties > 1:
        gainer, loser = dice.sample(range(n_parties), 2)
        drawn[loser] = top - drawn[gainer]
    return drawn


def _condition(dice: random.Random, sizes: list[int], depth: int = 2) -> Condition:
    if depth == 0 or dice.random() < 0.3:
        issue = dice.randrange(len(sizes))
        options = [o for o in range(sizes[issue]) if dice.random() < 0.5]
        return ("in", issue, options)
    kind = dice.choice(["and", "and", "or", "not"])
    if kind == "not":
        return ("not", _condition(dice, sizes, depth - 1))
    return (kind, *(_condition(dice, sizes, depth - 1) for _ in range(dice.randint(1, 3))))
