"""Shares under other measures of readings: how far they rest on counting readings evenly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from detente.analysis import Analysis
from detente.hit_and_run import Bools, Floats
from detente.opinion import Opinion
from detente.programme import rank
from detente.solvers.measures import MEASURES, Measure, densities, weighted_share

ENOUGH = 100
"""Readings that a share has to be worth, or it is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The shares of readings in which all signatories accept, if readings are spread otherwise.

    shares : for each package; None where too few readings would carry it
    """

    measure: Measure
    shares: tuple[float | None, ...]


def spreads_of(analysis: Analysis, accepts: Mapping[str, Bools]) -> tuple[Spread, ...]:
    """Return the shares under every other measure; none when no signatory's readings are spread.

    accepts : by signatory, for each package the readings in which the party accepts it

    Parties are read independently of each other, so the share in which all accept is the product of
    the parties' own; that takes far fewer readings than weighting all parties at once would.
    """
    found = []
    for measure in MEASURES:
        weights = {name: weights_of(analysis, name, measure) for name in accepts}
        if all(len(own) == 1 for own in weights.values()):
            return ()
        pairs = {name: _weighted(masks, weights[name]) for name, masks in accepts.items()}
        carried = min(effective for _, effective in pairs.values()) >= ENOUGH
        together = np.prod([shares for shares, _ in pairs.values()], axis=0).tolist()
        found.append(
            Spread(measure=measure, shares=tuple(s if carried else None for s in together))
        )
    return tuple(found)


def _weighted(masks: Bools, weights: Floats) -> tuple[list[float], float]:
    """Return a party's weighted share for each package, and the readings they are worth."""
    if len(weights) == 1:
        return masks.mean(axis=1).tolist(), float(ENOUGH)
    whole = np.broadcast_to(masks, (len(masks), len(weights)))
    pairs = [weighted_share(one, weights) for one in whole]
    return [share for share, _ in pairs], min(worth for _, worth in pairs) if pairs else 0.0


def weights_of(analysis: Analysis, party: str, measure: Measure) -> Floats:
    """Return the density of a measure in each reading of a party; one number where it has none.

    Only a party that speaks in statements has swings that sum to 100; one on points or known by an
    order is counted as it is.
    """
    opinion = analysis.opinions[party]
    preferences, draws = opinion.preferences, analysis.readings.draws[party]
    if preferences.manner != "stated" or len(draws.no_deal) == 1:
        return np.ones(1)
    frame, first = preferences.frame, analysis.space.first
    issues = [k for k in frame.breakpoints if frame.best[k] != frame.worst[k]]
    swings: Floats = draws.options[:, [first[k] + frame.best[k] for k in issues]].astype(np.float64)
    between = np.array([_free_between(opinion, k) for k in issues], dtype=np.int64)
    moving = swings.max(axis=0) > 0
    return densities(swings[:, moving], between[moving], measure)


def _free_between(opinion: Opinion, k: int) -> int:
    """Count the options between best and worst of an issue; one stated exactly does not count."""
    frame = opinion.preferences.frame
    ends = {frame.best[k], frame.worst[k]}
    between = {frame.option_unknown(k, o) for o in frame.breakpoints[k] if o not in ends}
    place = {unknown: column for column, unknown in enumerate(sorted(between))}
    stated = []
    for row in opinion.certain.rows:
        spoken = {unknown for unknown in row.linear.terms if unknown[0] == "option"}
        if row.relation == "==" and spoken and spoken <= between:
            stated.append({place[u]: c for u, c in row.linear.terms.items() if u in place})
    return len(between) - rank(stated)
