"""Whether a package holds, as JSON: states, concepts, verdicts, and what answers each departure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from detente.acting_together import ActingTogether
from detente.comparisons import Comparisons
from detente.departing import Departing, is_enough, share_of_orders
from detente.graph_model import GraphModel
from detente.holding import CONCEPTS, Holding, Range
from detente.holdings import Holdings
from detente.own_games import OwnGames
from detente.prose import share_data
from detente.solvers.inverse import Change, Inverse
from detente.solvers.joint_moves import JumpsOfReadings
from detente.survey import Survey, shares_of

MOST_STATES = 10_000
"""So many states are listed; of larger models those that are stable in some way for everybody."""
MOST_MOVES = 1_000
"""So many moves that surprise somebody are listed."""
MOST_PLACES = 20
"""So many resting places are listed with their paths."""


def hold_data(holdings: Holdings) -> dict[str, Any]:
    """Return everything for JSON; the parts about a package are null where none was asked about."""
    holding = holdings.holding
    return {
        **_asked(holdings),
        **_model(holdings.survey),
        "verdicts": None if holding is None else _verdicts(holding),
        "departures": None if holding is None else _departures(holdings),
        "coalitions": None if holding is None else _coalitions(holding),
        "inverse": None if holdings.inverse is None else _inverse(holdings, holdings.inverse),
        "own_games": None if holdings.own_games is None else _own_games(holdings.own_games),
        "comparisons": None if holdings.comparisons is None else _comparisons(holdings.comparisons),
        "together": None if holdings.together is None else _together(holdings.together),
        "rest": _rest(holdings, holdings.survey),
        "unsigned": None if holdings.unsigned is None else _rest(holdings, holdings.unsigned),
        "others": [
            {**_asked(other), "verdicts": _verdicts(other.holding)}
            for other in holdings.others
            if other.holding is not None
        ],
    }


def _asked(holdings: Holdings) -> dict[str, Any]:
    holding = holdings.holding
    if holding is None:
        keys = ("proposal", "title", "package", "state", "accepted", "readings")
        return dict.fromkeys(keys)
    together = None if holding.judged is None else holding.judged.together
    named = holdings.analysis.case.vocabulary.named
    return {
        "proposal": holding.asked,
        "title": holding.name,
        "package": None if holding.package is None else named(holding.package),
        "state": _state(holding.model, holding.state),
        "accepted": share_data(together),
        "readings": int(holding.among.sum()),
    }


def _state(model: GraphModel, state: int) -> dict[str, Any]:
    return {"id": model.number(state), "label": model.label(state)}


def _ids(model: GraphModel, states: Iterable[int]) -> list[int]:
    return [model.number(int(state)) for state in states]


def _model(survey: Survey) -> dict[str, Any]:
    model = survey.model
    complete = model.n_states <= MOST_STATES
    told: Iterable[int] = range(model.n_states)
    if not complete:
        resting = {int(s) for concept in survey.concepts for s in survey.equilibria(concept.key)}
        told = sorted(resting)[:MOST_STATES]
    return {
        "states": [_state(model, state) for state in told],
        "states_complete": complete,
        "n_states": model.n_states,
        "concepts": {
            concept.key: {
                "name": concept.name,
                "stable": _stable(survey, concept.key) if complete else None,
                "equilibria": _ids(model, survey.equilibria(concept.key)[:MOST_STATES]),
            }
            for concept in survey.concepts
        },
    }


def _stable(survey: Survey, key: str) -> dict[str, list[int]]:
    return {
        party: _ids(survey.model, mask.nonzero()[0])
        for party, mask in zip(survey.model.parties, survey.stability.of(key), strict=True)
    }


def _range(amounts: Range | None) -> dict[str, float] | None:
    if amounts is None:
        return None
    return {
        "low": round(float(amounts.low), 6),
        "middle": round(float(amounts.middle), 6),
        "high": round(float(amounts.high), 6),
    }


def _verdicts(holding: Holding) -> dict[str, Any]:
    return {
        key: {
            "all": holding.holds(key).data(),
            "parties": {
                party: {
                    "share": holding.holds(key, p).data(),
                    "margin": _range(holding.margin(key, p)),
                }
                for p, party in enumerate(holding.parties)
            },
        }
        for key in CONCEPTS
    }


def _departures(holdings: Holdings) -> list[dict[str, Any]]:
    holding = holdings.holding
    if holding is None:
        return []
    return [_departure(holding, way) for own in holdings.leaving for way in own.departing]


def _departure(holding: Holding, way: Departing) -> dict[str, Any]:
    model = holding.model
    answer = way.example.answer
    return {
        "party": holding.parties[way.party],
        "to": model.number(way.target),
        "label": model.label(way.target),
        "share": way.pays.data(),
        "gain": _range(way.gain),
        "answered": {key: share.data() for key, share in way.answered.items()},
        "costs": _range(way.costs),
        "lacks": _range(way.lacks),
        "answer": None if answer is None else steps_of_answer(model, answer),
        "escape": None if way.escape is None else model.number(way.escape),
        "credible": way.credible,
    }


def steps_of_answer(model: GraphModel, steps: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    """Return moves one after the other for JSON."""
    return [{"party": model.parties[p], "to": model.number(int(state))} for p, state in steps]


def _coalitions(holding: Holding) -> list[dict[str, Any]] | None:
    jumps = holding.jumps
    if jumps is None:
        return None
    return [
        _coalition(holding, jumps, place, members)
        for place, members in enumerate(jumps.coalitions)
        if len(members) > 1 and (jumps.jumps[place] & holding.among).any()
    ]


def _coalition(
    holding: Holding, jumps: JumpsOfReadings, place: int, members: Sequence[int]
) -> dict[str, Any]:
    model = holding.model
    target = int(jumps.target[place])
    return {
        "parties": [holding.parties[p] for p in members],
        "share": holding.share(jumps.jumps[place]).data(),
        "to": model.number(target),
        "label": model.label(target),
        "path": steps_of_answer(model, jumps.path[place]),
        "answered": {key: holding.share(jumps.answered(key)[place]).data() for key in jumps.stable},
    }


def _inverse(holdings: Holdings, found: Inverse) -> dict[str, Any] | None:
    holding = holdings.holding
    if holding is None:
        return None
    model = holding.model
    return {
        "concept": found.concept,
        "enough": is_enough(holding, found),
        "parties": {
            holding.parties[own.party]: {
                "stable": own.stable,
                "orders": _orders(share_of_orders(own, model.n_states)),
                "making": _change(model, own.making),
                "breaking": _change(model, own.breaking),
            }
            for own in found.parties
        },
    }


def _orders(share: Fraction | None) -> float | None:
    return None if share is None else round(float(share), 6)


def _change(model: GraphModel, change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "size": change.size,
        "states": _ids(model, change.states),
        "others": [_ids(model, states) for states in change.others],
        "complete": change.complete,
    }


def _own_games(found: OwnGames) -> dict[str, Any]:
    model, game = found.survey.model, found.hypergame
    return {
        "parties": {
            party: {
                "unseen": _ids(model, np.flatnonzero(~found.seen[p])),
                "pictures_of": list(found.pictures.get(party, ())),
                "unclear": party in found.unclear,
            }
            for p, party in enumerate(model.parties)
        },
        "concepts": {key: _own_game(found, key) for key in game.keys},
        "surprising_moves": [
            {
                "party": model.parties[mover],
                "from": model.number(origin),
                "to": model.number(target),
                "unseen_by": [model.parties[p] for p in np.flatnonzero(blind).tolist()],
            }
            for mover, origin, target, blind in zip(
                found.surprises.party.tolist(),
                found.surprises.origin.tolist(),
                found.surprises.target.tolist(),
                found.surprises.unseen_by[:MOST_MOVES],
                strict=False,
            )
        ],
        "n_surprising_moves": len(found.surprises.party),
    }


def _own_game(found: OwnGames, key: str) -> dict[str, Any]:
    model, game = found.survey.model, found.hypergame
    masks = {
        "stable": game.own(key),
        "expected": game.expected(key),
        "vain": game.vain(key),
        "surprising": game.surprising(key),
    }
    return {
        "equilibria": _ids(model, game.equilibria(key)),
        "unseen_rests": _ids(model, game.unseen_rests(key)),
        "parties": {
            party: {name: _ids(model, np.flatnonzero(mask[p])) for name, mask in masks.items()}
            for p, party in enumerate(model.parties)
        },
    }


def _comparisons(found: Comparisons) -> dict[str, Any]:
    model = found.survey.model
    return {
        "unknown": found.unknown,
        "much": found.much,
        "attitudes": {
            attitude: {
                key: {
                    "stable": {
                        party: _ids(model, np.flatnonzero(one.of(key)[p]))
                        for p, party in enumerate(model.parties)
                    },
                    "strong": {
                        party: _ids(model, np.flatnonzero(one.strongly(key)[p]))
                        for p, party in enumerate(model.parties)
                    }
                    if key in one.strong
                    else None,
                    "equilibria": _ids(model, one.equilibria(key)),
                    "strong_equilibria": _ids(model, one.strong_equilibria(key))
                    if key in one.strong
                    else None,
                }
                for key in one.stable
            }
            for attitude, one in found.by_attitude.items()
        },
    }


def _together(found: ActingTogether) -> dict[str, Any]:
    model = found.survey.model
    return {
        "concepts": {
            key: {
                "equilibria": _ids(model, found.equilibria(key)[:MOST_STATES]),
                "as_one": _ids(model, found.as_one(key)[:MOST_STATES]) if found.joined else None,
            }
            for key in found.stable
        },
        "coalitions": [
            {
                "parties": [model.parties[p] for p in members],
                "joined": members in found.joined,
                "stable": {
                    key: _ids(model, np.flatnonzero(found.of(key, members))[:MOST_STATES])
                    for key in found.stable
                },
            }
            for members in found.coalitions
            if len(members) > 1
        ],
    }


def _rest(holdings: Holdings, survey: Survey) -> dict[str, Any]:
    model, paths = survey.model, survey.paths
    places = survey.places()[:MOST_PLACES].tolist()
    shares = shares_of(survey, places, "SEQ", holdings.analysis.work)
    found: list[Mapping[str, Any]] = []
    for place, share in zip(places, shares, strict=True):
        by_moves = None if paths is None else paths.by_moves.path(place)
        by_improvements = None if paths is None else paths.by_improvements.path(place)
        found.append(
            {
                **_state(model, place),
                "share": share_data(share),
                "by_moves": None if by_moves is None else steps_of_answer(model, by_moves),
                "by_improvements": None
                if by_improvements is None
                else steps_of_answer(model, by_improvements),
            }
        )
    return {
        "start": None if survey.start is None else model.number(survey.start),
        "paths": paths is not None,
        "places": found,
        "n_places": len(survey.places()),
    }
