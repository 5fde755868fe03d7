"""Do shares of agendas and roadmaps stay within their stated errors from seed to seed?

Run it with ``python -m tests.campaigns.seeds_of_orders [case PROPOSAL]``. What the declared agendas
end in, who refuses to begin, and whether the declared roadmaps of a proposal hold, is counted with
seeds 0 to 5 and held against the mean over the seeds, as ``tests.campaigns.seeds`` does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np

from detente import load
from detente.analysis import Analysis
from detente.blocks.orders import Order
from detente.blocks.walk_away import LASTS
from detente.hit_and_run import Bools, Floats
from detente.leaving import walk_away_of
from detente.solvers.agenda import course_of, seen_at_start
from detente.solvers.refusal import refusal
from detente.solvers.roadmap import gates_of
from detente.solvers.states import step_of
from detente.steadiness import share_among
from detente.table import Share
from detente.timing import entries_of, time_of_roadmap, time_of_talks
from detente.walk_away import WalkAway, items_of
from detente.work import Work
from tests.campaigns.seeds import SEEDS, Comparison, told

_TOGETHER = 140
"""Readings looked at together."""


def masks_of_agendas(analysis: Analysis, walk: WalkAway) -> Iterator[tuple[str, str, Bools]]:
    """Yield what agendas do in every reading; first whether anything can be agreed at all."""
    issues = [issue.name for issue in analysis.case.issues]
    timing = time_of_talks(analysis, walk.parties, walk.n_rows)
    at_once = [tuple(range(len(issues)))]
    orders = {o.name: o.sequence.over(issues) for o in entries_of(analysis, "agenda", Order)}
    found: dict[tuple[str, str], list[Bools]] = {}
    for rows in np.split(np.arange(walk.n_rows), range(_TOGETHER, walk.n_rows, _TOGETHER)):
        talks = walk.talks(rows, timing)
        whole = course_of(talks, at_once)
        found.setdefault(("all at once", "completes"), []).append(whole.completes)
        for name, order in orders.items():
            for rule in ("end", "set aside"):
                course = course_of(talks, order, rule=rule)
                key = f"{name}, {rule}"
                found.setdefault((key, "completes"), []).append(course.completes)
                levels: tuple[tuple[str, Floats], ...] = (
                    ("no deal", talks.no_deal),
                    ("at once", whole.values),
                )
                n, first = walk.n_signatories, seen_at_start(talks, course)
                changes = step_of(walk.sizes, walk.status_quo, (), order[0]).changes
                for level, value in levels:
                    refused = refusal(first[..., :n], value[:, :n], changes)
                    for k, party in enumerate(walk.parties[:n]):
                        kind = f"{party} rather {level}"
                        found.setdefault((key, kind), []).append(refused.alone[:, k])
    for (name, kind), parts in found.items():
        yield name, kind, np.concatenate(parts)


def masks_of_roadmaps(
    analysis: Analysis, walk: WalkAway, proposal: str
) -> Iterator[tuple[str, str, Bools]]:
    """Yield whether roadmaps of a proposal hold; first whether all signatories accept it."""
    case = analysis.case
    package, _ = analysis.package(proposal)
    issues = [case.issues[k].name for k in items_of(walk.space, package)]
    timing = time_of_roadmap(analysis, issues, walk.parties, walk.n_rows)
    rows = np.arange(walk.n_rows)
    orders = {o.name: o.sequence.over(issues) for o in entries_of(analysis, "roadmap", Order)}
    orders["at once"] = (tuple(range(len(issues))),)
    crossed = np.zeros(walk.n_rows, dtype=bool)
    place = np.ravel_multi_index(package, walk.sizes)
    for where, imposed in walk.lines:
        if place in where:
            crossed |= imposed
    gains = walk.value(package, rows) - walk.no_deal
    accepted = (gains[:, : walk.n_signatories] >= 0).all(axis=1) & ~crossed
    yield proposal, "accepted", accepted
    for lasts in LASTS:
        steps = walk.steps(package, rows, timing, lasts=lasts)
        for name, order in orders.items():
            yield name, f"holds, {lasts}", gates_of(steps, order).self_enforcing


def shares_of(name: str, proposal: str, seed: int) -> dict[tuple[str, str], Share]:
    """Return every share with one seed: among readings in which anything can be agreed at all."""
    analysis = Analysis(case=load(name), work=Work(seed=seed))
    walk = walk_away_of(analysis)
    found: dict[tuple[str, str], Share] = {}
    for masks in (masks_of_agendas(analysis, walk), masks_of_roadmaps(analysis, walk, proposal)):
        among = np.ones(walk.n_rows, dtype=bool)
        for number, (what, kind, mask) in enumerate(masks):
            share = share_among(mask, among)
            assert share is not None
            found[what, kind] = share
            if number == 0:
                among = mask
    return found


def main(name: str = "ukraine-2025", proposal: str = "framework") -> int:
    """Print every share; fail when one strays."""
    found = [shares_of(name, proposal, seed) for seed in SEEDS]
    comparisons = [
        Comparison(proposal=what, who=kind, shares=tuple(one[what, kind] for one in found))
        for what, kind in found[0]
    ]
    print(f"{name}, {proposal}: seeds {SEEDS.start} to {SEEDS.stop - 1}")
    return int(told(comparisons, widths=(36, 28)))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
