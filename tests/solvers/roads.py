"""Random small roadmaps, and what brute force says of them from the definitions.

A roadmap is kept in plain lists beside the arrays made of it. Its amounts are multiples of 65,536,
so that halving at each of a few stages leaves whole numbers, and nothing is ever rounded.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations

import numpy as np

from detente.solvers.orderings import Precedence
from detente.solvers.roadmap import Stages
from detente.solvers.talks import Nature, Steps, Term

COARSE = 2**16


@dataclass(frozen=True, kw_only=True)
class Effect:
    """An amount for each party in one reading, once all of some items are in force.

    items : none for what comes as soon as anything is in force
    """

    items: tuple[int, ...]
    amounts: list[int]
    nature: Nature = "residue"


@dataclass(frozen=True, kw_only=True)
class Road:
    """The items of a package in one reading, in plain lists; the first parties are signatories."""

    n_signatories: int
    final: list[int]
    no_deal: list[int]
    kept: list[Effect]
    at_end: list[int]
    meanwhile: list[Effect]
    delivers: list[set[int]]
    takes: list[int]
    patience: list[Fraction]
    comes: Fraction
    drift: list[int]
    before: list[tuple[int, int]] = field(default_factory=list)
    together: list[tuple[int, ...]] = field(default_factory=list)

    @property
    def n_items(self) -> int:
        return len(self.takes)

    def leaving(
        self, party: int, force: set[int], time: int, *, by_choice: bool = True
    ) -> Fraction:
        """What walking away is worth; a guarantee costs only a party that chooses to."""
        value = Fraction(self.no_deal[party] + self.drift[party] * time)
        return value + sum(
            e.amounts[party]
            for e in self.kept
            if force and force >= set(e.items) and (by_choice or e.nature != "guarantee")
        )

    def open_table(self, party: int, force: set[int]) -> Fraction:
        """What a unit of time with some items in force is worth."""
        some = (e.amounts[party] for e in self.meanwhile if force >= set(e.items))
        return Fraction(self.no_deal[party] + sum(some))

    def slacks(self, party: int, stages: Stages) -> list[Fraction]:
        """Going on less walking away, at every gate at which the party has the choice."""
        force: list[set[int]] = [set()]
        times = [0]
        for stage in stages:
            force.append(force[-1] | set(stage))
            times.append(times[-1] + max(self.takes[k] for k in stage))
        end = Fraction(self.no_deal[party] + self.at_end[party] + self.drift[party] * times[-1])
        ahead = Fraction(self.final[party])
        found = [ahead - end]
        for t in reversed(range(len(stages))):
            leave = self.leaving(party, force[t], times[t])
            d = self.patience[party] ** (times[t + 1] - times[t])
            stranded = self.leaving(party, force[t], times[t], by_choice=False)
            arrives = self.comes * ahead + (1 - self.comes) * stranded
            ahead = (1 - d) * self.open_table(party, force[t]) + d * arrives
            mine = {k for k in stages[t] if party in self.delivers[k]}
            if mine and mine != set(stages[t]):
                others = force[t] | (set(stages[t]) - mine)
                found.append(ahead - self.leaving(party, others, times[t]))
            found.append(ahead - leave)
        return found

    def missing(self, stages: Stages) -> list[Fraction]:
        """The missing guarantee of each signatory."""
        parties = range(self.n_signatories)
        return [max(Fraction(0), -min(self.slacks(party, stages))) for party in parties]

    def good(self, stages: Stages) -> bool:
        return not any(self.missing(stages))

    @cached_property
    def orders(self) -> list[Stages]:
        """Every order that the precedence allows."""
        return [order for order in partitions(range(self.n_items)) if self.allows(order)]

    def allows(self, order: Stages) -> bool:
        stage = {k: number for number, items in enumerate(order) for k in items}
        return all(stage[a] <= stage[b] for a, b in self.before) and all(
            len({stage[k] for k in group}) == 1 for group in self.together
        )


def partitions(items: Iterator[int] | range | list[int]) -> Iterator[Stages]:
    """Every ordered partition."""
    left = list(items)
    if not left:
        yield ()
    for size in range(1, len(left) + 1):
        for stage in combinations(left, size):
            for rest in partitions([k for k in left if k not in stage]):
                yield (stage, *rest)


def road(seed: int, *, n_items: int | None = None, plain: bool = False) -> Road:
    """A random roadmap.

    plain : without discounting, chance and drift
    """
    draw = random.Random(seed)  # noqa: S311 - instances, not secrets
    n_items = n_items or draw.choice([2, 3, 3, 4, 4, 5])
    n_parties = draw.choice([2, 3])
    n_signatories = max(2, n_parties - draw.choice([0, 1]))

    def amounts(low: int, high: int) -> list[int]:
        return [COARSE * draw.randint(low, high) for _ in range(n_parties)]

    def effects(low: int, high: int) -> list[Effect]:
        found = [Effect(items=(k,), amounts=amounts(low, high)) for k in range(n_items)]
        if draw.random() < 0.5:
            pair = tuple(sorted(draw.sample(range(n_items), 2)))
            found.append(Effect(items=pair, amounts=amounts(low, high)))
        return found

    kept = effects(-4, 4)
    if draw.random() < 0.5:
        nature = draw.choice(["shift", "guarantee"])
        items = draw.choice([(), (draw.randrange(n_items),)])
        kept.append(Effect(items=items, amounts=amounts(-4, 0), nature=nature))
    all_kept = [sum(effect.amounts[i] for effect in kept) for i in range(n_parties)]
    lapses = amounts(-3, 3) if draw.random() < 0.4 else [0] * n_parties
    slow = not plain and draw.random() < 0.6
    halves = [Fraction(1), Fraction(1, 2)]
    everything = range(n_items)
    return Road(
        n_signatories=n_signatories,
        final=amounts(0, 9),
        no_deal=amounts(-5, 3),
        kept=kept,
        at_end=[a + b for a, b in zip(all_kept, lapses, strict=True)],
        meanwhile=effects(-3, 3),
        delivers=[{i for i in range(n_parties) if draw.random() < 0.4} for _ in everything],
        takes=[draw.choice([0, 1, 1, 2]) for _ in everything],
        patience=[draw.choice(halves) if slow else Fraction(1) for _ in range(n_parties)],
        comes=draw.choice(halves) if slow else Fraction(1),
        drift=amounts(-2, 2) if not plain and draw.random() < 0.3 else [0] * n_parties,
        before=[tuple(draw.sample(everything, 2))] if draw.random() < 0.3 else [],
        together=[tuple(draw.sample(everything, 2))] if draw.random() < 0.15 else [],
    )


def readings(seed: int, n_rows: int, **kind: bool | int) -> list[Road]:
    """Several readings of a random roadmap: one that differs from the first in its amounts only."""
    first = road(seed, **kind)
    draw = random.Random(seed)  # noqa: S311 - instances, not secrets

    def moved(amounts: list[int]) -> list[int]:
        return [amount + COARSE * draw.randint(-3, 3) for amount in amounts]

    def moved_effects(effects: list[Effect]) -> list[Effect]:
        return [replace(effect, amounts=moved(effect.amounts)) for effect in effects]

    return [first] + [
        replace(
            first,
            final=moved(first.final),
            no_deal=moved(first.no_deal),
            kept=moved_effects(first.kept),
            at_end=moved(first.at_end),
            meanwhile=moved_effects(first.meanwhile),
        )
        for _ in range(n_rows - 1)
    ]


def precedence_of(road: Road, largest: int | None = None) -> Precedence:
    return Precedence(
        n_items=road.n_items,
        before=tuple(road.before),
        together=tuple(road.together),
        largest=largest,
    )


def steps_of(roads: list[Road]) -> Steps:
    """The arrays of several readings of one roadmap; they share all but the amounts."""
    first = roads[0]

    def terms(lists: list[list[Effect]]) -> tuple[Term, ...]:
        found = []
        for same in zip(*lists, strict=True):
            items = same[0].items
            amounts = np.zeros((len(roads), 2 ** len(items), len(first.final)))
            amounts[:, -1] = [effect.amounts for effect in same]
            nature = same[0].nature
            sizes = (2,) * len(items)
            found.append(Term(places=items, sizes=sizes, amounts=amounts, nature=nature))
        return tuple(found)

    def table(name: str) -> np.ndarray:
        return np.array([getattr(one, name) for one in roads], dtype=float)

    return Steps(
        n_signatories=first.n_signatories,
        final=table("final"),
        no_deal=table("no_deal"),
        kept=terms([one.kept for one in roads]),
        kept_at_end=table("at_end"),
        meanwhile=terms([one.meanwhile for one in roads]),
        delivered_by=np.array(
            [[i in who for i in range(len(first.final))] for who in first.delivers]
        ),
        takes=np.array(first.takes, dtype=float),
        patience=np.array(first.patience, dtype=float),
        comes=np.array([float(one.comes) for one in roads]),
        drift=table("drift"),
    )
