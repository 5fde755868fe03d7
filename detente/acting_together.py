"""Which states no coalition leaves, and which last if parties that the case joins act as one.

A state may be stable for each party alone and not for several together (Kilgour, Hipel, Fang & Peng
2001); the definitions are those of :mod:`detente.solvers.coalition_stability`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from detente.analysis import Analysis
from detente.blocks.graph import Coalition
from detente.factors import Ints
from detente.hit_and_run import Bools
from detente.solvers.coalition_stability import CONCEPTS, coalitionally_stable, coalitions_of
from detente.survey import Survey
from detente.timing import entries_of

MOST_PARTIES_TOGETHER = 6
"""Coalitions are looked at up to so many parties."""
_MOST_WORK = 300_000_000
"""Coalitions times moves times states, up to which all states are looked at."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ActingTogether:
    """What is stable for coalitions, on the central reading.

    coalitions : by the positions of their members, single parties first; the rows of ``stable``
    joined : those of them that the case says act as one, as it lists them
    stable : by concept, bool, shape (n_coalitions, n_states)
    """

    survey: Survey
    coalitions: tuple[tuple[int, ...], ...]
    joined: tuple[tuple[int, ...], ...]
    stable: Mapping[str, Bools]

    def equilibria(self, key: str) -> Ints:
        """Return the states that are stable for every coalition, single parties included."""
        return np.flatnonzero(self.stable[key].all(axis=0))

    def of(self, key: str, members: tuple[int, ...]) -> Bools:
        """Return where a coalition stays, shape (n_states,)."""
        found: Bools = self.stable[key][self.coalitions.index(members)]
        return found

    def as_one(self, key: str) -> Ints:
        """Return the states that are stable for each of ``joined``, and each party in none."""
        within = {party for members in self.joined for party in members}
        parties = range(len(self.survey.model.parties))
        alone = [(party,) for party in parties if party not in within]
        rows = [self.of(key, members) for members in (*self.joined, *alone)]
        return np.flatnonzero(np.all(rows, axis=0))


def joined_in(analysis: Analysis, parties: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
    """Return the coalitions that a case says act as one, by the positions of their members.

    Members that can do nothing are left out, and coalitions of which fewer than two are left.
    """
    found = []
    for entry in entries_of(analysis, "graph", Coalition):
        members = sorted(parties.index(name) for name in entry.members if name in parties)
        if len(members) > 1:
            found.append(tuple(members))
    return tuple(found)


def acting_together_of(analysis: Analysis, survey: Survey) -> ActingTogether | None:
    """Return what is stable for coalitions.

    None with one party, with more than :data:`MOST_PARTIES_TOGETHER`, or where there is too much to
    look at.

    Cost: see :func:`detente.solvers.coalition_stability.coalitionally_stable`; up to some seconds.
    """
    model, graph = survey.model, survey.graph
    n_parties = len(model.parties)
    if not 1 < n_parties <= MOST_PARTIES_TOGETHER or graph is None:
        return None
    coalitions = coalitions_of(n_parties)
    if len(coalitions) * graph.n_moves * model.n_states > _MOST_WORK:
        return None
    return ActingTogether(
        survey=survey,
        coalitions=coalitions,
        joined=joined_in(analysis, model.parties),
        stable={key: coalitionally_stable(graph, survey.values.central, key) for key in CONCEPTS},
    )
