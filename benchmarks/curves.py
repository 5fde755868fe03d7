"""How time and memory grow, and whether there is a tail of slow instances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

import numpy as np

from benchmarks.instances import Recipe
from benchmarks.measure import Result, Told, measured
from benchmarks.picture import Group
from benchmarks.targets import BY_ISSUES, BY_PARTIES, LITTLE_CONFLICT, NO_TAIL, REAL_NUMBERS, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One instance of a curve; memory in MiB at the peak."""

    recipe: Recipe
    vectors: int
    seconds: float
    memory: float | None

    @property
    def packages(self) -> float:
        """The logarithm of the number of packages."""
        return self.recipe.n_issues * log10(self.recipe.n_options)

    @property
    def effort(self) -> float:
        """The logarithm of frontier vectors times issues."""
        return log10(max(1, self.vectors) * self.recipe.n_issues)

    @property
    def nanoseconds(self) -> float:
        """The time for each vector of the frontier, issue and option."""
        recipe = self.recipe
        return 1e9 * self.seconds / (max(1, self.vectors) * recipe.n_issues * recipe.n_options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Instances that differ in one respect; ``problem`` says why there are none."""

    title: str
    points: tuple[Point, ...]
    problem: str = ""

    @property
    def group(self) -> Group:
        """The points as the picture takes them."""
        return Group(
            name=self.title,
            points=tuple((p.packages, p.effort, log10(p.seconds)) for p in self.points),
        )


def curves(*, quick: bool, tell: Told) -> tuple[Curve, ...]:
    """Measure all curves, in one process each."""
    most = 200 if quick else 1000  # issues
    parts: tuple[tuple[str, Sequence[Recipe]], ...] = (
        ("2 parties, more issues", [r for r in BY_ISSUES if r.n_parties == 2]),
        ("3 parties, more issues", [r for r in BY_ISSUES if r.n_parties == 3]),
        ("3 parties, little conflict", LITTLE_CONFLICT),
        ("3 parties, real numbers", REAL_NUMBERS),
        ("More parties", BY_PARTIES),
    )
    return tuple(
        _curve(title, [r for r in recipes if r.n_issues <= most], quick=quick, tell=tell)
        for title, recipes in parts
    )


def _curve(title: str, recipes: Sequence[Recipe], *, quick: bool, tell: Told) -> Curve:
    target = Target(key="growth", title=title, question="frontier", recipes=tuple(recipes))
    outcome = measured(target, quick=quick, tell=tell).ours
    if outcome.problem:
        return Curve(title=title, points=(), problem=outcome.problem)
    rows = zip(recipes, outcome.answers, outcome.walls, outcome.memories, strict=True)
    return Curve(
        title=title,
        points=tuple(
            Point(recipe=recipe, vectors=answer.size, seconds=wall, memory=memory)
            for recipe, answer, wall, memory in rows
        ),
    )


def explained(points: Sequence[Point], by: str) -> float:
    """Return the share of the variance of log time that a straight line over ``by`` explains."""
    x = np.array([getattr(point, by) for point in points])
    y = np.log10([point.seconds for point in points])
    return float(np.corrcoef(x, y)[0, 1] ** 2)


def no_tail(*, quick: bool, tell: Told) -> Result:
    """Solve a thousand instances for Nash; in a quick run every tenth."""
    target = Target(
        key="tail",
        title="Nash, 10^60 packages, every instance by itself",
        question="nash",
        recipes=NO_TAIL[::10] if quick else NO_TAIL,
        warm_up=20,
    )
    return measured(target, quick=quick, tell=tell)
