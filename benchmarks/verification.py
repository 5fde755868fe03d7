"""Thousands of small instances against brute force written from the definitions.

Every package is listed and valued with Python integers; nothing of the engine is used for that.
The instances have what goes wrong most easily: ties, issues nobody cares about, issues with one
option, conditions, bans, no-deal values that nothing meets.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from benchmarks import ours
from benchmarks.instances import Conjunction
from detente.factors import Factors, factors_of

Vector = tuple[int, ...]
Gains = list[Vector]


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """A small instance; issues may have different numbers of options.

    values : by issue, option and party
    """

    values: list[list[Vector]]
    no_deal: Vector
    interactions: list[tuple[Conjunction, Vector]]
    bans: list[Conjunction]

    def factors(self) -> Factors:
        """Return it as the engine takes it."""
        return factors_of(
            self.values,
            self.no_deal,
            shifts=[(where.formula(), by) for where, by in self.interactions],
            bans=[where.formula() for where in self.bans],
        )

    def acceptable(self) -> Iterator[Vector]:
        """Yield the values of every package that is allowed and that all parties accept."""
        for package in product(*(range(len(table)) for table in self.values)):
            if any(_holds(where, package) for where in self.bans):
                continue
            parts = [table[option] for table, option in zip(self.values, package, strict=True)]
            parts += [by for where, by in self.interactions if _holds(where, package)]
            values = tuple(map(sum, zip(*parts, strict=True)))
            if all(v >= least for v, least in zip(values, self.no_deal, strict=True)):
                yield values


def _holds(where: Conjunction, package: Sequence[int]) -> bool:
    return all(package[i] == o for i, o in zip(where.issues, where.options, strict=True))


def small_instance(seed: int) -> Small:
    """Draw a small instance of 2 to 6 parties."""
    chance = random.Random(seed)  # noqa: S311 - instances, not secrets
    n_parties = chance.randint(2, 6)
    sizes = [chance.choice((1, 2, 2, 3, 3, 4)) for _ in range(chance.randint(1, 5))]
    most = chance.choice((2, 6, 30))
    values = []
    for size in sizes:
        cared = 0 if chance.random() < 0.15 else most
        values.append(
            [tuple(chance.randint(0, cared) for _ in range(n_parties)) for _ in range(size)]
        )

    def somewhere() -> Conjunction:
        touched = sorted(chance.sample(range(len(sizes)), min(len(sizes), chance.randint(1, 3))))
        return Conjunction(tuple(touched), tuple(chance.randrange(sizes[i]) for i in touched))

    interactions = [
        (somewhere(), tuple(chance.randint(-most, most) for _ in range(n_parties)))
        for _ in range(chance.choice((0, 0, 1, 3)))
    ]
    demand = chance.choice((0.0, 0.3, 0.5, 0.7, 0.95))
    best = [sum(max(option[p] for option in table) for table in values) for p in range(n_parties)]
    return Small(
        values=values,
        no_deal=tuple(int(demand * total) for total in best),
        interactions=interactions,
        bans=[somewhere() for _ in range(chance.choice((0, 0, 1, 2)))],
    )


def undominated(vectors: set[Vector]) -> set[Vector]:
    """Return the vectors that no other betters in one place without worsening another."""
    return {
        one
        for one in vectors
        if not any(o != one and all(map(int.__ge__, o, one)) for o in vectors)
    }


def best_nash(gains: Gains) -> Any:
    """Return how many parties gain at the most, and then the largest product of their gains."""
    return max((sum(g > 0 for g in row), prod(g for g in row if g > 0)) for row in gains)


def best_leximin(gains: Gains) -> Any:
    """Return the gains, the smallest first, that are largest in that order."""
    return max(tuple(sorted(row)) for row in gains)


def best_kalai_smorodinsky(gains: Gains) -> Any:
    """Return the shares of the ideal gains, the smallest first, that are largest in that order."""
    ideal = [max(column) for column in zip(*gains, strict=True)]
    return max(_shares(row, ideal) for row in gains)


def _shares(row: Vector, ideal: Sequence[int]) -> tuple[Fraction, ...]:
    return tuple(sorted(Fraction(g, i) for g, i in zip(row, ideal, strict=True) if i))


def best_utilitarian(gains: Gains) -> Any:
    """Return the largest sum of gains."""
    return max(map(sum, gains))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """How many instances were held against brute force, how many had nothing acceptable.

    mismatches : by what was asked
    problems : why a question could not be asked at all
    """

    n_instances: int
    n_empty: int
    mismatches: dict[str, int]
    problems: dict[str, str]


def verified(n_instances: int, tell: Callable[[str], None]) -> Verified:
    """Hold so many instances against brute force."""
    tell(f"T15: {n_instances} small instances against brute force")
    wrong: Counter[str] = Counter(dict.fromkeys(_CHECKS, 0))
    problems: dict[str, str] = {}
    n_empty = 0
    for seed in range(n_instances):
        small = small_instance(seed)
        vectors = set(small.acceptable())
        n_empty += not vectors
        factors = small.factors()
        for name, check in _CHECKS.items():
            if name in problems:
                continue
            try:
                right = check(small, factors, vectors)
            except ImportError as error:
                problems[name] = str(error)
                continue
            if not right:
                wrong[name] += 1
                tell(f"    mismatch: {name}, seed {seed}")
    for name in problems:
        del wrong[name]
    tell(f"    {sum(wrong.values())} mismatches {problems or ''}")
    return Verified(
        n_instances=n_instances, n_empty=n_empty, mismatches=dict(wrong), problems=problems
    )


def _frontier(_: Small, factors: Factors, vectors: set[Vector]) -> bool:
    found = ours.frontier(factors)
    rows = [tuple(map(int, row)) for row in found.vectors]
    return found.status == "exact" and sorted(rows) == sorted(undominated(vectors))


def _solution(
    solve: Callable[[Factors], Any], measure: Callable[[Gains], Any]
) -> Callable[[Small, Factors, set[Vector]], bool]:
    """Return a check of one solution: its package is acceptable, and no other does better."""

    def check(small: Small, factors: Factors, vectors: set[Vector]) -> bool:
        found = ours.package_of(solve(factors))
        if found is None or not vectors:
            return found is None and not vectors
        no_deal = small.no_deal
        gains = [tuple(v - n for v, n in zip(row, no_deal, strict=True)) for row in vectors]
        own = tuple(ours.gains_of(factors, found))
        return own in gains and _measured(measure, own, gains) == measure(gains)

    return check


def _measured(measure: Callable[[Gains], Any], own: Vector, gains: Gains) -> Any:
    """Return what one package reaches; ideals are those of all packages."""
    if measure is best_kalai_smorodinsky:
        return _shares(own, [max(column) for column in zip(*gains, strict=True)])
    return measure([own])


_CHECKS: dict[str, Callable[[Small, Factors, set[Vector]], bool]] = {
    "frontier": _frontier,
    "Nash": _solution(ours.nash, best_nash),
    "egalitarian": _solution(ours.egalitarian, best_leximin),
    "Kalai-Smorodinsky": _solution(ours.kalai_smorodinsky, best_kalai_smorodinsky),
    "utilitarian": _solution(ours.utilitarian, best_utilitarian),
}
"""By what is asked: whether the engine's answer to it is right."""
