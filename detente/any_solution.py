"""Who refuses to begin whatever bargaining solution the second table ends in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from detente.gathering import Counted
from detente.hit_and_run import Bools
from detente.rehearsal import Lot, Run, in_zone, lots_of, steps_of
from detente.solvers.agenda import course_on, seen_at_start
from detente.solvers.backwards import Backwards
from detente.solvers.refusal import refusal
from detente.solvers.second_table import second_table_bounds
from detente.table import Share
from detente.timing import Timing
from detente.walk_away import WalkAway
from detente.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Whatever:
    """In what share a signatory refuses every first step rather than have no deal.

    surely : under every solution; never : under none
    """

    surely: Share
    never: Share


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Bounded:
    zone: Bools
    surely: Bools
    never: Bools


def whatever_solution(
    walk: WalkAway, timing: Timing, runs: Sequence[Run], work: Work
) -> list[tuple[Whatever, ...]]:
    """Return, for each run, what holds of each signatory whatever the solution.

    Runs are of two bundles. A solution picks something acceptable that nothing acceptable
    dominates; a party refuses under every one when even the best of that leaves it below no deal.
    """
    lots = [replace(lot, runs=tuple(runs)) for lot in lots_of(walk, timing)]
    parts = list(work.run(_bound, lots, what="trying every solution"))
    found = []
    for k in range(len(runs)):
        counted = Counted(among=np.concatenate([part[k].zone for part in parts]))
        surely = np.concatenate([part[k].surely for part in parts])
        never = np.concatenate([part[k].never for part in parts])
        found.append(
            tuple(
                Whatever(surely=counted.share(one), never=counted.share(other))
                for one, other in zip(surely.T, never.T, strict=True)
            )
        )
    return found


def _bound(lot: Lot) -> list[_Bounded]:
    walk, rows, n = lot.walk, np.arange(lot.walk.n_rows), lot.walk.n_signatories
    complete = walk.complete(rows)
    zone = in_zone(walk, rows, complete)
    found = []
    with threadpool_limits(limits=1):
        for run in lot.runs:
            talks = walk.talks(rows, lot.timing, lasts=run.lasts, complete=complete)
            course = course_on(Backwards(talks), run.order)
            bounds = second_table_bounds(talks, run.order)
            changes, no_deal = steps_of(walk, run.order), talks.no_deal[:, :n]
            least, most = (
                refusal(
                    seen_at_start(talks, replace(course, first=first))[..., :n], no_deal, changes
                ).alone
                for first in (bounds.least, bounds.largest)
            )
            found.append(_Bounded(zone=zone, surely=most, never=~least))
    return found
