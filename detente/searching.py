"""Searching agendas: which orders of talks lose least, over all there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.analysis import Analysis
from detente.rehearsal import in_zone, some_of, some_time
from detente.solvers.agendas import search, within_reach
from detente.solvers.backwards import Rule
from detente.solvers.partitions import Allowed, extent_of
from detente.solvers.states import Order
from detente.timing import Timing
from detente.walk_away import WalkAway

SEARCHED = 200
"""Readings in which agendas are searched."""
BEST = 10
"""Agendas that are told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One agenda of a search, in the readings searched in which something can be agreed.

    completes, begins : parts of the readings in which it completes, and in which some first step
        leaves nobody below no deal
    worse : by party, in what part it ends up worse off than all at once
    """

    order: Order
    completes: float
    begins: float
    worse: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What a search gives.

    n_agendas : how many were looked at; of_all : how many there are
    most_bundles : no agendas with more bundles were looked at
    best : the best first, at most :data:`BEST`, all at once not among them
    """

    n_agendas: int
    of_all: int
    most_bundles: int
    n_rows: int
    best: tuple[Found, ...]

    @property
    def complete(self) -> bool:
        """Whether every agenda was looked at."""
        return self.n_agendas == self.of_all


def searched(
    analysis: Analysis, walk: WalkAway, timing: Timing, rule: Rule, solution: str
) -> Searched:
    """Search the agendas of a case, on readings in which something can be agreed.

    The best completes in most readings; then, begins in most; then, leaves fewest parties worse off
    than all at once, counted over readings; then, has fewest bundles; then, case order.
    """
    n_issues = len(walk.sizes)
    everything = Allowed(n_issues=n_issues)
    rows = np.arange(min(SEARCHED, walk.n_rows))
    some = some_of(walk, rows)
    complete = some.complete(rows)
    n = some.n_signatories
    zone = np.flatnonzero(in_zone(some, rows, complete))
    of_all = extent_of(everything, walk.sizes).agendas
    if not len(zone):
        return Searched(n_agendas=0, of_all=of_all, most_bundles=0, n_rows=0, best=())
    allowed = within_reach(everything, walk.sizes, len(zone), compiled=True)
    talks = some.talks(zone, some_time(timing, rows), complete=complete[zone])
    found = search(talks, allowed, rule=rule, solution=solution, work=analysis.work)
    n_bundles = (found.orders > 0).sum(axis=1)
    keys = (
        np.arange(len(found)),
        n_bundles,
        found.worse[:, :n].sum(axis=1),
        -found.begins,
        -found.completes,
    )
    ranked = [k for k in np.lexsort(keys).tolist() if n_bundles[k] > 1]
    return Searched(
        n_agendas=len(found),
        of_all=of_all,
        most_bundles=allowed.most,
        n_rows=len(zone),
        best=tuple(
            Found(
                order=found.order(k),
                completes=float(found.completes[k]) / found.n_rows,
                begins=float(found.begins[k]) / found.n_rows,
                worse=tuple((found.worse[k] / found.n_rows).tolist()),
            )
            for k in ranked[:BEST]
        ),
    )
