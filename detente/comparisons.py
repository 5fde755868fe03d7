"""States that nobody knows how a party compares, and states that it finds much better.

Where a case says either, ranks say too little: stability is told for each attitude towards what is
unknown (Li, Hipel, Kilgour & Fang 2004), and whether it is strong (Hamouda, Kilgour & Hipel 2004).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from detente.analysis import Analysis
from detente.blocks.graph import GraphRanking, Unknown
from detente.errors import LimitError
from detente.graph_model import state_called
from detente.modelling import ranked
from detente.solvers.relations import MOST_STATES, relations_of
from detente.solvers.uncertain_stability import (
    ATTITUDES,
    Attitude,
    UncertainStability,
    uncertain_stability,
)
from detente.survey import Survey
from detente.timing import entries_of


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparisons:
    """Stability by comparisons of states two by two.

    unknown : whether some pair is unknown; much : whether some state is much preferred
    by_attitude : what is stable; all attitudes give the same where nothing is unknown
    """

    survey: Survey
    unknown: bool
    much: bool
    by_attitude: Mapping[Attitude, UncertainStability]


def comparisons_of(analysis: Analysis, survey: Survey) -> Comparisons | None:
    """Return stability by comparisons; None where the case ranks all states, and none much higher.

    Raises LimitError where there are too many states to compare two by two.
    """
    model = survey.model
    said = entries_of(analysis, "graph", Unknown)
    pairs = {entry.party: entry.pairs for entry in said if entry.party in model.parties}
    rankings = entries_of(analysis, "graph", GraphRanking)
    much = any(any(entry.much) for entry in rankings if entry.party in model.parties)
    if not (pairs or much):
        return None
    if model.n_states > MOST_STATES:
        message = (
            f"states that are much preferred (>>) are told of {MOST_STATES:,} states at most, not "
            f"{model.n_states:,}; write > for >> under graph.ranking"
        )
        raise LimitError(message)
    tiers, gaps, unknown = [], [], []
    for p, party in enumerate(model.parties):
        ranking = ranked(analysis, party)
        if ranking is None:
            ranks = survey.values.central[p]
            tiers.append([np.flatnonzero(ranks == r).tolist() for r in np.unique(ranks)[::-1]])
            gaps.append([False] * (len(tiers[-1]) - 1))
        else:
            tiers.append([[state_called(model, one) for one in tier] for tier in ranking.tiers])
            gaps.append(list(ranking.much))
        unknown.append(
            [(state_called(model, a), state_called(model, b)) for a, b in pairs.get(party, ())]
        )
    relations = relations_of(model.n_states, tiers, much=gaps, unknown=unknown)
    asked = ATTITUDES if pairs else list(ATTITUDES)[:1]
    found = {one: uncertain_stability(model.graph, relations, attitude=one) for one in asked}
    alike = next(iter(found.values()))
    return Comparisons(
        survey=survey,
        unknown=bool(pairs),
        much=much,
        by_attitude={one: found.get(one, replace(alike, attitude=one)) for one in ATTITUDES},
    )
