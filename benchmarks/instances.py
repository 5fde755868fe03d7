"""Seeded instances: the same numbers on every machine, from the recipe alone.

The order in which random numbers are drawn is part of the definition: the values, then each
interaction (how many issues, which, which options, amounts, which parties it concerns), then each
ban (how many issues, which, which options).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from detente.factors import Factors, Formula, Within, every, factors_of

Floats = NDArray[np.float64]
Kind = Literal["independent", "conflict"]

GRID = 10**6
"""Units to a point where values are real numbers: they are rounded to millionths."""

_ARITIES = (2, 2, 2, 2, 2, 2, 2, 3, 3, 4)
"""How many issues an interaction or a ban may touch, each entry as likely as any other."""


@dataclass(frozen=True, slots=True)
class Conjunction:
    """Some issues take these options; both of one length, issues ascending."""

    issues: tuple[int, ...]
    options: tuple[int, ...]

    def formula(self) -> Formula:
        """Return it as a condition."""
        pairs = zip(self.issues, self.options, strict=True)
        return every([Within(issue, 1 << option) for issue, option in pairs])


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What an instance is made from.

    kind : ``independent`` values are uniform over 0 to 100. For ``conflict``, normal numbers less
        0.9 times their mean over the parties, times 25, about 50, cut to 0 to 100: what one party
        likes the others tend to dislike.
    whole : round the values to whole numbers
    demand : no-deal value as a share of the sum of a party's best options, rounded down; 0 makes
        every package acceptable
    window : interactions and bans touch issues within so many neighbours; any issues when None
    """

    seed: int
    n_parties: int
    n_issues: int
    n_options: int
    kind: Kind = "conflict"
    whole: bool = True
    demand: float = 0.0
    n_interactions: int = 0
    n_bans: int = 0
    window: int | None = None

    def with_seed(self, seed: int) -> Recipe:
        """Return the same recipe with another seed."""
        return replace(self, seed=seed)

    def shorter(self, n_issues: int) -> Recipe:
        """Return the same recipe with fewer issues, and fewer conditions in proportion."""
        kept = min(1.0, n_issues / self.n_issues)
        return replace(
            self,
            n_issues=min(self.n_issues, n_issues),
            n_interactions=int(self.n_interactions * kept),
            n_bans=int(self.n_bans * kept),
        )

    @property
    def words(self) -> str:
        """The recipe in one line."""
        parts = [f"{self.n_parties} parties", f"{self.n_issues} issues of {self.n_options} options"]
        parts.append(f"{self.kind}, {'whole' if self.whole else 'real'} numbers")
        if self.demand:
            parts.append(f"no-deal values {self.demand:g} of the best")
        if self.n_interactions or self.n_bans:
            near = f" within {self.window} neighbouring issues" if self.window else ""
            parts.append(f"{self.n_interactions} interactions and {self.n_bans} bans{near}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """Numbers made from a recipe, in whole units of 1/scale points.

    values : shape (n_issues, n_parties, n_options); no_deal : shape (n_parties,)
    interactions : amounts, shape (n_parties,), that come with a conjunction
    """

    recipe: Recipe
    scale: int
    values: Floats
    no_deal: Floats
    interactions: tuple[tuple[Conjunction, Floats], ...]
    bans: tuple[Conjunction, ...]

    def factors(self) -> Factors:
        """Return it as the engine takes it."""
        return factors_of(
            self.values.transpose(0, 2, 1).astype(np.int64).tolist(),
            self.no_deal.astype(np.int64).tolist(),
            shifts=[
                (where.formula(), amounts.astype(np.int64).tolist())
                for where, amounts in self.interactions
            ],
            bans=[where.formula() for where in self.bans],
        )


def instance_of(recipe: Recipe) -> Instance:
    """Draw an instance; values stay real numbers nowhere, see ``GRID``."""
    generator = np.random.default_rng(recipe.seed)
    points = _values(recipe, generator)
    no_deal = np.floor(recipe.demand * points.max(axis=2).sum(axis=0))
    interactions = []
    for _ in range(recipe.n_interactions):
        where = _conjunction(recipe, generator)
        amounts = generator.integers(-60, 61, recipe.n_parties).astype(float)
        amounts *= generator.random(recipe.n_parties) < 0.7
        interactions.append((where, amounts))
    bans = tuple(_conjunction(recipe, generator) for _ in range(recipe.n_bans))
    scale = 1 if recipe.whole else GRID
    return Instance(
        recipe=recipe,
        scale=scale,
        values=points if recipe.whole else np.round(points * scale),
        no_deal=no_deal * scale,
        interactions=tuple((where, amounts * scale) for where, amounts in interactions),
        bans=bans,
    )


def _values(recipe: Recipe, generator: np.random.Generator) -> Floats:
    shape = (recipe.n_issues, recipe.n_parties, recipe.n_options)
    if recipe.kind == "independent":
        if recipe.whole:
            return generator.integers(0, 101, shape).astype(float)
        return generator.uniform(0, 100, shape)
    normal = generator.standard_normal(shape)
    normal -= 0.9 * normal.mean(axis=1, keepdims=True)
    points: Floats = np.clip(50 + 25 * normal, 0, 100)
    return np.round(points) if recipe.whole else points


def _conjunction(recipe: Recipe, generator: np.random.Generator) -> Conjunction:
    n_touched = min(recipe.n_issues, int(generator.choice(_ARITIES)))
    window = recipe.window
    if window is None or window >= recipe.n_issues:
        drawn = generator.choice(recipe.n_issues, n_touched, replace=False)
    else:
        first = int(generator.integers(0, recipe.n_issues - window + 1))
        drawn = first + generator.choice(window, n_touched, replace=False)
    issues = tuple(sorted(int(issue) for issue in drawn))
    return Conjunction(issues, tuple(int(generator.integers(0, recipe.n_options)) for _ in issues))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Readings:
    """Many value functions of the same parties, all in whole points.

    values : shape (n_readings, n_issues, n_options, n_parties)
    no_deal : shape (n_readings, n_parties)
    """

    recipe: Recipe
    values: Floats
    no_deal: Floats

    @property
    def n_readings(self) -> int:
        """How many readings there are."""
        return len(self.values)

    def factors(self, reading: int) -> Factors:
        """Return one reading as the engine takes it."""
        return factors_of(
            self.values[reading].astype(np.int64).tolist(),
            self.no_deal[reading].astype(np.int64).tolist(),
        )


def readings_of(recipe: Recipe, n_readings: int) -> Readings:
    """Draw readings around the real-valued instance of a recipe.

    Each reading stretches every issue of every party by a lognormal factor (0, 0.3), then adds
    normal noise of 8 points to every option, cuts at 0 and rounds.
    """
    base = _values(replace(recipe, whole=False), np.random.default_rng(recipe.seed))
    n_issues, n_parties, n_options = base.shape
    generator = np.random.default_rng(recipe.seed + 777)
    stretch = generator.lognormal(0, 0.3, (n_readings, n_issues, n_parties, 1))
    noise = generator.normal(0, 8, (n_readings, n_issues, n_parties, n_options))
    points = np.round(np.clip(base * stretch + noise, 0, None))
    values: Floats = np.ascontiguousarray(points.transpose(0, 1, 3, 2), dtype=np.float64)
    return Readings(
        recipe=recipe,
        values=values,
        no_deal=np.floor(recipe.demand * values.max(axis=2).sum(axis=1)),
    )


def packages_of(recipe: Recipe, n_packages: int) -> NDArray[np.int64]:
    """Draw packages, uniform over all; shape (n_packages, n_issues)."""
    generator = np.random.default_rng(recipe.seed + 555)
    return generator.integers(0, recipe.n_options, (n_packages, recipe.n_issues))


def seeds(recipe: Recipe, wanted: Sequence[int]) -> tuple[Recipe, ...]:
    """Return one recipe for each seed."""
    return tuple(recipe.with_seed(seed) for seed in wanted)
