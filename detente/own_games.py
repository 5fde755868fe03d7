"""The games that parties play by their own picture of a conflict: what they do not see, or misread.

A party's picture of another is the view of the case that bears its name, or a ranking of states
that the block ``graph`` gives as misread (Bennett 1977; Wang, Hipel & Fraser 1988).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from detente.analysis import Analysis
from detente.blocks.graph import Misread, Unseen
from detente.errors import UnanswerableError
from detente.graph_model import GraphModel
from detente.hit_and_run import Bools
from detente.modelling import unseen_by
from detente.solvers.concept import Ranks
from detente.solvers.misperception import Hypergame, SurpriseMoves, hypergame, surprise_moves
from detente.state_values import StateValues, places_of, state_values_of
from detente.survey import Survey
from detente.timing import entries_of


@dataclass(frozen=True, kw_only=True, eq=False)
class OwnGames:
    """What is stable in the game that each party sees, and what surprises it.

    survey : the conflict as it is
    seen : bool, shape (n_parties, n_states)
    pictures : by party, whose preferences it has a picture of that differs from the party's own
    unclear : parties whose picture leaves open how somebody compares states, so that everybody's
        own preferences were taken in their game
    """

    survey: Survey
    seen: Bools
    pictures: Mapping[str, tuple[str, ...]]
    unclear: tuple[str, ...]
    hypergame: Hypergame
    surprises: SurpriseMoves


def own_games_of(analysis: Analysis, survey: Survey) -> OwnGames | None:
    """Return the games that parties see; None where all see everything as it is.

    On the central reading of each view. Costs a drawing of readings for each view named after a
    party, and the stability of every game.
    """
    model, truth = survey.model, survey.values.central
    seen = ~np.stack([unseen_by(analysis, model, party) for party in model.parties])
    misread = entries_of(analysis, "graph", Misread)
    views = [party for party in model.parties if party in analysis.case.views]
    hidden = bool(entries_of(analysis, "graph", Unseen))
    if not (misread or views or hidden):
        return None
    games: list[Ranks] = []
    pictures: dict[str, tuple[str, ...]] = {}
    unclear = []
    for p, party in enumerate(model.parties):
        ranks = truth.copy()
        if party in views:
            picture = _picture(analysis, model, party)
            if picture is None:
                unclear.append(party)
            else:
                ranks = picture.central.copy()
        for entry in misread:
            if entry.party == party and entry.of in model.parties:
                ranks[model.index(entry.of)] = places_of(model, entry.tiers)
        ranks[p] = truth[p]
        differs = (ranks != truth).any(axis=1)
        pictures[party] = tuple(
            model.parties[k] for k in np.flatnonzero(differs).tolist() if k != p
        )
        games.append(ranks)
        if not seen[p].any():
            label = analysis.case.party(party).label
            message = f"{label} sees no state at all; leave one out of graph.unseen.{party}"
            raise UnanswerableError(message)
    keys = [concept.key for concept in survey.concepts]
    return OwnGames(
        survey=survey,
        seen=seen,
        pictures=pictures,
        unclear=tuple(unclear),
        hypergame=hypergame(model.conflict, games, seen, concepts=keys, work=analysis.work),
        surprises=surprise_moves(model.conflict, games, seen),
    )


def _picture(analysis: Analysis, model: GraphModel, party: str) -> StateValues | None:
    """Return what states are worth to everybody as one party sees it; None where that is open."""
    seeing = Analysis(case=analysis.case, work=replace(analysis.work, view=party))
    try:
        return state_values_of(seeing, model)
    except UnanswerableError:
        return None
