"""What is measured, and how well it was hoped to do before the engine was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from benchmarks.instances import Recipe

Judged = Literal["median", "worst"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What was hoped for: seconds at the most for the median or the worst answer, MiB at most."""

    seconds: float
    judged: Judged = "median"
    memory: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One row of the results.

    key : its name; several rows may share one
    question : what is asked, see :mod:`benchmarks.ours`
    recipes : the instances; the times of several are given as median and worst
    warm_up : issues of the smaller instances answered before anything is timed
    listed : time listing all packages beside it
    alone : nobody else's time is of interest
    quick : part of the quick run
    """

    key: str
    title: str
    question: str
    recipes: tuple[Recipe, ...]
    goals: tuple[Goal, ...] = ()
    warm_up: int = 10
    threads: int = 1
    listed: bool = False
    alone: bool = False
    quick: bool = True

    @property
    def warm_recipes(self) -> tuple[Recipe, ...]:
        """The smaller instances, one for each number of parties."""
        one_each = {recipe.n_parties: recipe.shorter(self.warm_up) for recipe in self.recipes}
        return tuple(one_each.values())


def _hard(  # noqa: PLR0913 - a recipe has many parts
    n_parties: int,
    n_issues: int,
    n_options: int,
    demand: float,
    *,
    interactions: int = 0,
    bans: int = 0,
    window: int | None = None,
) -> Recipe:
    """Return the recipe of conflicting interests with seed 1."""
    return Recipe(
        seed=1,
        n_parties=n_parties,
        n_issues=n_issues,
        n_options=n_options,
        demand=demand,
        n_interactions=interactions,
        n_bans=bans,
        window=window,
    )


def _seeded(n_issues: int, n_seeds: int) -> tuple[Recipe, ...]:
    """Return conflicting instances of 2 to 6 parties, so many of each."""
    return tuple(
        _hard(n_parties, n_issues, 10, 0.5).with_seed(seed)
        for n_parties in range(2, 7)
        for seed in range(1, n_seeds + 1)
    )


_REAL = Recipe(seed=1, n_parties=2, n_issues=200, n_options=10, whole=False)
_NARROW = _hard(3, 30, 10, 0.5, interactions=20, bans=5, window=6)
_WIDE = _hard(3, 30, 5, 0.5, interactions=24, bans=5)

TARGETS = (
    Target(
        key="T1",
        title="Frontier of 10^30 packages",
        question="frontier",
        recipes=(_hard(3, 30, 10, 0.0),),
        goals=(Goal(seconds=5, memory=300),),
        warm_up=15,
    ),
    Target(
        key="T2",
        title="Frontier of 10^30 packages, half of the best demanded",
        question="frontier",
        recipes=(_hard(3, 30, 10, 0.5),),
        goals=(Goal(seconds=3),),
        warm_up=15,
    ),
    Target(
        key="T3",
        title="Frontier, four parties",
        question="frontier",
        recipes=(_hard(4, 15, 5, 0.5),),
        goals=(Goal(seconds=5, memory=600),),
    ),
    Target(
        key="T3b",
        title="Frontier, four parties, 20 issues",
        question="frontier",
        recipes=(_hard(4, 20, 5, 0.55),),
        goals=(Goal(seconds=25, memory=2048),),
        quick=False,
    ),
    Target(
        key="T4",
        title="Frontier of 10^1000 packages",
        question="frontier",
        recipes=(_hard(2, 1000, 10, 0.5),),
        goals=(Goal(seconds=2),),
        warm_up=150,
    ),
    Target(
        key="T5",
        title="Frontier of 10^200 packages, real numbers",
        question="frontier",
        recipes=(_REAL,),
        goals=(Goal(seconds=1),),
        warm_up=60,
    ),
    Target(
        key="T6",
        title="Nash, 10^60 packages, 100 instances",
        question="nash",
        recipes=_seeded(60, 20),
        goals=(Goal(seconds=0.001), Goal(seconds=0.3, judged="worst")),
        warm_up=20,
    ),
    Target(
        key="T6",
        title="The same, the diagram of packages built before",
        question="nash on a diagram",
        alone=True,
        recipes=_seeded(60, 20),
        warm_up=20,
    ),
    Target(
        key="T7",
        title="Nash, 10^100 packages, 100 instances",
        question="nash",
        recipes=_seeded(100, 20),
        goals=(Goal(seconds=1, judged="worst"),),
        warm_up=20,
        quick=False,
    ),
    Target(
        key="T7",
        title="The same, the diagram of packages built before",
        question="nash on a diagram",
        alone=True,
        recipes=_seeded(100, 20),
        warm_up=20,
        quick=False,
    ),
    Target(
        key="T8",
        title="Nash in each of 1,000 readings",
        question="nash of readings",
        recipes=(_hard(6, 30, 10, 0.5),),
        goals=(Goal(seconds=0.15),),
        threads=2,
    ),
    Target(
        key="T9",
        title="Who accepts 1,000 packages in 1,000 readings",
        question="acceptance",
        recipes=(_hard(3, 20, 5, 0.5),),
        goals=(Goal(seconds=0.01),),
    ),
    Target(
        key="T10",
        title="Frontier with interactions",
        question="frontier",
        recipes=(_hard(3, 20, 5, 0.5, interactions=10, bans=5, window=5),),
        goals=(Goal(seconds=1.5),),
        warm_up=14,
    ),
    Target(
        key="T11",
        title="Nash with interactions",
        question="nash",
        recipes=(_NARROW,),
        goals=(Goal(seconds=0.03),),
        warm_up=12,
    ),
    Target(
        key="T11",
        title="Leximin with interactions",
        question="leximin",
        recipes=(_NARROW,),
        goals=(Goal(seconds=0.2),),
        warm_up=12,
    ),
    Target(
        key="T12",
        title="Nash with entangled interactions",
        question="nash",
        recipes=(_WIDE,),
        goals=(Goal(seconds=1),),
        warm_up=12,
    ),
    Target(
        key="T12",
        title="Leximin with entangled interactions",
        question="leximin",
        recipes=(_WIDE,),
        goals=(Goal(seconds=1),),
        warm_up=12,
    ),
    Target(
        key="T13",
        title="Leximin, four parties",
        question="leximin",
        recipes=(_hard(4, 30, 10, 0.5),),
        goals=(Goal(seconds=10),),
        quick=False,
    ),
    Target(
        key="T14",
        title="Frontier within 5 %",
        question="approximation",
        recipes=(_hard(4, 15, 5, 0.5),),
        goals=(Goal(seconds=1),),
    ),
)


def _small(name: str, seed: int, n_parties: int, n_issues: int) -> Target:
    return Target(
        key="listing",
        title=name,
        question="frontier",
        recipes=(_hard(n_parties, n_issues, 10, 0.3).with_seed(seed),),
        warm_up=n_issues,
        listed=True,
    )


LISTINGS = (
    _small("10^4 packages, two parties", 11, 2, 4),
    _small("10^4 packages, three parties", 14, 3, 4),
    _small("10^5 packages, two parties", 12, 2, 5),
    _small("10^5 packages, three parties", 15, 3, 5),
    _small("10^6 packages, two parties", 13, 2, 6),
    _small("10^6 packages, three parties", 16, 3, 6),
)
"""Instances small enough to list every package."""

BY_ISSUES = (
    *(_hard(2, n, 10, 0.0) for n in (5, 10, 20, 50, 100, 200, 500, 1000)),
    *(_hard(3, n, 10, 0.0) for n in (5, 10, 15, 20, 25, 30)),
)
"""How time grows with issues."""

BY_PARTIES = tuple(_hard(n, 6, 5, 0.4) for n in range(2, 7))
"""How time grows with parties."""

LITTLE_CONFLICT = tuple(
    Recipe(seed=1, n_parties=3, n_issues=n, n_options=10, kind="independent") for n in (10, 20, 30)
)
"""As many packages as in ``BY_ISSUES``, but interests that have little to do with each other."""

REAL_NUMBERS = tuple(
    Recipe(seed=1, n_parties=3, n_issues=n, n_options=10, whole=False) for n in (5, 10, 15, 20)
)
"""The same as in ``BY_ISSUES``, but too fine for a grid."""

NO_TAIL = _seeded(60, 200)
"""A thousand instances, to see the slowest."""
