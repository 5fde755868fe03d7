"""Each way in which one party could leave a signed package, and what the answer has to be worth.

An answer deters when the party ends no better than where it was. What it takes away, from the state
that the party moved to, has to be at least what the party gained by moving: so much the strength
that deters must be worth to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from detente.errors import LimitError
from detente.hit_and_run import Bools
from detente.holding import Holding, Range
from detente.readings import share_of
from detente.solvers.inverse import Inverse, PartyInverse, altered, inverse
from detente.solvers.rankings import stable_rankings
from detente.solvers.standing import standing
from detente.solvers.witnesses import Departure, departure
from detente.table import Share

ANSWERED = ("GMR", "SMR", "SEQ", "SSEQ")
MOST_SHOWN = 4
"""So many ways of leaving are told of each party, those that pay in most readings."""
RARE = 0.001
"""What pays in fewer readings is left out, unless it is proved to."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Departing:
    """One own move of a party from where it is.

    pays : in what share of the readings it is an improvement
    gain : by how much, where it is one
    answered : by concept, the share of the readings in which it pays and is answered
    costs : what the worst credible answer takes from the state moved to, where one answers
    lacks : by how much the worst credible answer falls short of deterring, where none does
    example : the move in a reading in the middle of those in which it pays, with the answer that
        is credible there, or else any answer
    credible : whether that answer takes only steps that its movers gain by
    escape : the state to which the party could move after that answer and be better off after all,
        where it could after every such answer in that reading
    """

    party: int
    target: int
    pays: Share
    gain: Range | None
    answered: Mapping[str, Share]
    costs: Range | None
    lacks: Range | None
    example: Departure
    credible: bool
    escape: int | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Leaving:
    """Everything that one party could do from a package alone.

    departing : the ways that pay in some reading, most readings first; at most :data:`MOST_SHOWN`
    n_paying, n_moves : how many ways pay in some reading, and how many own moves there are
    """

    party: int
    departing: tuple[Departing, ...]
    n_paying: int
    n_moves: int


def leaving_of(holding: Holding, *, most: int = MOST_SHOWN) -> tuple[Leaving, ...]:
    """Return what each party could do alone, in the order of the model.

    Cost: a local search for one reading of each way that is told.
    """
    return tuple(_leaving(holding, party, most) for party in range(len(holding.parties)))


def inverse_of(holding: Holding, concept: str = "SEQ") -> Inverse:
    """Return the smallest changes of the rankings that make the package stable, or break it.

    On the central reading, see :mod:`detente.solvers.inverse`.
    """
    return inverse(holding.model.graph, holding.values.central, holding.state, concept)


def is_enough(holding: Holding, found: Inverse) -> bool:
    """Tell whether the package is stable for all once every party's smallest change is made.

    Where answers have to pay for those who give them (SEQ, SSEQ) a change of one party's order can
    undo what deterred another. What falls goes just below the package.
    """
    ranks = holding.values.central.copy()
    for change in found.making() or ():
        ranks[change.party] = altered(ranks[change.party], change)
    after = standing(
        holding.model.graph, holding.state, ranks[None].astype(np.float64), (found.concept,)
    )
    return bool(after.stable[found.concept].all())


def share_of_orders(own: PartyInverse, n_states: int) -> Fraction | None:
    """Return in what share of all its strict orders of the states it is stable for a party.

    The others' orders stay as they are. None where too many states bear on it to be counted.
    """
    try:
        return stable_rankings(own.condition, n_states).share
    except LimitError:
        return None


def _leaving(holding: Holding, party: int, most: int) -> Leaving:
    own = holding.departures(party)
    pays = [_pays(holding, party, move) for move in range(len(own.target))]
    paying = [m for m, share in enumerate(pays) if share.value >= RARE]
    middle = {m: float(np.median(own.gain[own.gain[:, m] > 0, m])) for m in paying}
    paying.sort(key=lambda m: (-round(pays[m].value, 3), -middle[m], int(own.target[m])))
    return Leaving(
        party=party,
        departing=tuple(_departing(holding, party, m, pays[m]) for m in paying[:most]),
        n_paying=len(paying),
        n_moves=len(own.target),
    )


def _pays(holding: Holding, party: int, move: int) -> Share:
    """Return in what share of the readings a move is an improvement; proved where it can be."""
    own = holding.departures(party)
    proved = holding.moved(party, int(own.target[move]))
    if proved is not None:
        return share_of(np.zeros(1, dtype=bool), certain=proved)
    return holding.share(own.gain[:, move] > 0)


def _departing(holding: Holding, party: int, move: int, pays: Share) -> Departing:
    own = holding.departures(party)
    gain = own.gain[:, move]
    better: Bools = gain > 0
    here = holding.standing.value[:, party]
    worst = {key: own.worst[key][:, move] for key in ANSWERED}
    met = {key: better & (worst[key] <= here) for key in ANSWERED}
    after = worst["SEQ"]
    answered = better & np.isfinite(after)
    missing = better & (after > here)
    example, credible, escape = _example(holding, party, move, met["SEQ"])
    return Departing(
        party=party,
        target=int(own.target[move]),
        pays=pays,
        gain=holding.range_of(gain, party, better),
        answered={key: holding.share(mask) for key, mask in met.items()},
        costs=holding.range_of(here + gain - after, party, answered),
        lacks=holding.range_of(np.minimum(here + gain, after) - here, party, missing),
        example=example,
        credible=credible,
        escape=escape,
    )


def _example(
    holding: Holding, party: int, move: int, met: Bools
) -> tuple[Departure, bool, int | None]:
    """Return a move in a reading in the middle, of those that most readings are like.

    With it, whether its answer is credible, and the escape from that where every answer has one.
    """
    own = holding.departures(party)
    gain, target = own.gain[:, move], int(own.target[move])
    better: Bools = gain > 0
    mostly = met if (holding.among & met).sum() * 2 > (holding.among & better).sum() else better
    profile = holding.profile(holding.typical(mostly, gain))
    graph = holding.model.graph
    answered = partial(departure, graph, holding.state, profile, party=party, target=target)
    shown = answered(concept="SEQ")
    credible = shown.deterred
    if not credible:
        shown = answered(concept="GMR")
    further = answered(concept="SSEQ" if credible else "SMR")
    if not shown.answer or further.deterred:
        return shown, credible, None
    to = graph.moves(party, shown.answer[-1].state)
    return shown, credible, int(to[np.argmax(profile[party, to])])
