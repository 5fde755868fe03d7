"""Which uncertain statements each chain of readings imposes, and where it then starts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from detente.body import Columns
from detente.errors import UnanswerableError
from detente.frame import NO_DEAL
from detente.hit_and_run import Bools, Floats
from detente.linear import Linear, Unknown
from detente.opinion import Opinion
from detente.polytope import Point, Polytope

TWINS = 2
"""Neighbouring chains that impose the same statements. However many draws there are, each chain so
has another one in its own set to be compared with, which tells whether it still remembers."""
_MOST_DRAWN_AGAIN = 100
_CORNERS = 6


def impose(
    opinion: Opinion, generator: np.random.Generator, columns: Columns, *, n_chains: int
) -> tuple[Bools, int, tuple[Floats, Floats] | None]:
    """Draw for each pair of chains which uncertain statements it imposes (design rule 8).

    When all statements together leave a reading, any draw does, and every chain may start anywhere
    among those readings. Otherwise each distinct draw is checked, contradictory ones are drawn
    again, and every chain starts at a reading that fits what it imposes.
    """
    uncertain = opinion.preferences.uncertain
    weights = np.array([float(statement.weight) for statement in uncertain])
    drawn = generator.random((n_chains // TWINS, len(uncertain))) < weights
    if opinion.whole is not None:
        return np.repeat(drawn, TWINS, axis=0), 0, None
    middles = _Middles(opinion)
    redrawn = 0
    chosen: list[Point] = []
    for row in range(len(drawn)):
        for _ in range(_MOST_DRAWN_AGAIN):
            middle = middles.of(frozenset(np.flatnonzero(drawn[row]).tolist()))
            if middle is not None:
                chosen += [middle] * TWINS
                break
            redrawn += 1
            drawn[row] = generator.random(len(uncertain)) < weights
        else:
            message = (
                f"{opinion.preferences.party}: the uncertain statements contradict each other in "
                "nearly every draw; 'check' names them"
            )
            raise UnanswerableError(message)
    imposed = np.repeat(drawn, TWINS, axis=0)
    starts = [columns.start(point) for point in chosen]
    return imposed, redrawn, (np.array([s for s, _ in starts]), np.array([u for _, u in starts]))


def corners(polytope: Polytope, seed: tuple[int, ...]) -> list[Mapping[Unknown, float]]:
    """Return a reading in the middle, then far ones: corners in random directions."""
    middle, _ = polytope.interior
    generator = np.random.default_rng([0, *seed])
    found: list[Mapping[Unknown, float]] = [{u: float(v) for u, v in middle.items()}]
    unknowns = polytope.preferences.unknowns
    for k in range(_CORNERS):
        objective = Linear.of(NO_DEAL) * (1 if k % 2 else -1)
        for unknown, weight in zip(
            unknowns, generator.integers(-9, 10, len(unknowns)), strict=True
        ):
            objective = objective + Linear.of(unknown) * int(weight)
        found.append(polytope.corner(objective))
    return found


def spread(
    ends: list[Mapping[Unknown, float]],
    columns: Columns,
    generator: np.random.Generator,
    *,
    n_chains: int,
) -> tuple[Floats, Floats]:
    """Start every chain at a mixture of its own between the middle and the corners."""
    weights = generator.dirichlet(np.full(len(ends), 0.5), n_chains)
    weights *= 0.9
    weights[:, 0] += 0.1
    scale = np.array([[p[u] for u in columns.scale] for p in ends])
    values = np.array([[p[u] for u in columns.shape] for p in ends])
    mixed = weights @ scale
    through = weights @ values.reshape(len(ends), len(columns.shape))
    swings = mixed[:, list(columns.swing)]
    shape = np.divide(through, swings, out=np.full_like(through, 0.5), where=swings > 0)
    return mixed, shape


class _Middles:
    """Readings that fit sets of uncertain statements, given by their positions.

    What fits a set fits every smaller one, so a set is enlarged as far as it goes before a reading
    in its middle is sought; few sets then serve all draws.
    """

    def __init__(self, opinion: Opinion) -> None:
        self.opinion = opinion
        self.found: list[tuple[frozenset[int], Point]] = []
        self.contradictory: list[frozenset[int]] = []

    def of(self, imposed: frozenset[int]) -> Point | None:
        """Return a reading that fits, or None when the statements contradict each other."""
        for known, middle in self.found:
            if imposed <= known:
                return middle
        if any(known <= imposed for known in self.contradictory):
            return None
        if not self._polytope(imposed).consistent:
            self.contradictory.append(imposed)
            return None
        largest = imposed
        for position in range(len(self.opinion.preferences.uncertain)):
            if self._polytope(largest | {position}).consistent:
                largest |= {position}
        middle = self._polytope(largest).interior[0]
        self.found.append((largest, middle))
        return middle

    def _polytope(self, imposed: frozenset[int]) -> Polytope:
        preferences = self.opinion.preferences
        kept = {id(preferences.uncertain[position]) for position in imposed}
        groups = [g for g in preferences.groups if g.certain or id(g.origin) in kept]
        covered = {id(group.origin) for group in groups}
        structural = [g for g in self.opinion.certain.groups if id(g.origin) not in covered]
        return Polytope(preferences=preferences, groups=(*groups, *structural))
