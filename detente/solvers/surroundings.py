"""What lies around a state for one decision maker: its own moves, all answers, its counter-moves.

Whatever the preferences are, a verdict on one state depends only on what the others can reach after
an own move. This part of the graph is cut out once and serves every reading.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.errors import LimitError
from detente.factors import Ints
from detente.solvers.legal_sequences import arrivals, outside
from detente.solvers.state_graph import StateGraph, States

MOST_ANSWERS = 200_000_000
"""So many states that answer an own move may be held, those of all own moves together."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surroundings:
    """The part of a graph that verdicts on one state rest on, for one decision maker.

    target : the states that the party can move to from the state, shape (n_moves,)
    nodes : ascending, those states and all that the others can then reach, shape (n_nodes,)
    place : where among the nodes each target stands, shape (n_moves,)
    answer, answer_first : nodes that the others can reach after each own move, by place; those
        after move m are ``answer[answer_first[m]:answer_first[m + 1]]``. The target itself is one
        only where a legal sequence returns to it
    others : the other parties that can move at all here
    step, step_first : for each of those their moves from each node, likewise, as places; only such
        as some legal sequence after an own move may take
    counter, counter_first : the own moves from each node, likewise, as states of the graph
    """

    party: int
    state: int
    target: States
    nodes: States
    place: Ints
    answer: States
    answer_first: Ints
    others: tuple[int, ...]
    step: tuple[States, ...]
    step_first: tuple[Ints, ...]
    counter: States
    counter_first: Ints

    @property
    def extent(self) -> int:
        """Answers, steps and counter-moves: what a verdict in one reading has to look at."""
        return len(self.answer) + sum(map(len, self.step)) + len(self.counter)


def surroundings(graph: StateGraph, party: int, state: int) -> Surroundings:
    """Cut out what lies around a state for a decision maker.

    Raises LimitError when the answers to all own moves are more than :data:`MOST_ANSWERS`.

    Cost: for each own move once the moves of the others from all that they can reach.

    Examples
    --------
    >>> from detente.solvers.state_graph import graph_of_moves
    >>> graph = graph_of_moves(4, [[(0, 1)], [(1, 2), (2, 3)]])
    >>> found = surroundings(graph, 0, 0)      # the other may not move twice in a row
    >>> found.nodes.tolist(), found.nodes[found.answer].tolist()
    ([1, 2], [2])
    """
    target = graph.moves(party, state)
    others = outside((party,), graph.n_parties)
    taken = np.zeros((graph.n_parties, graph.n_states), dtype=bool)
    lots, total = [], 0
    for move in target:
        taken[:, move] = True
        ends = [np.zeros(0, dtype=np.int32)]
        for found in arrivals(graph, others, int(move)):
            ends.append(found.state)
            for k in others:
                taken[k, found.state[found.party != k]] = True
        lots.append(np.unique(np.concatenate(ends)))
        total += len(lots[-1])
        if total > MOST_ANSWERS:
            message = f"more than {MOST_ANSWERS:,} answers to the moves from one state"
            raise LimitError(message)
    nodes = np.unique(np.concatenate([target, *lots])).astype(np.int32)
    place = np.full(graph.n_states, -1, dtype=np.int32)
    place[nodes] = np.arange(len(nodes), dtype=np.int32)
    step, step_first, movers = [], [], []
    for k in others:
        leaves = np.flatnonzero(taken[k, nodes])
        origin, to = graph.moves_from(k, nodes[leaves])
        if len(to):
            counts = np.bincount(leaves[origin], minlength=len(nodes))
            movers.append(k)
            step.append(place[to])
            step_first.append(_first(counts))
    origin, counter = graph.moves_from(party, nodes)
    return Surroundings(
        party=party,
        state=state,
        target=target,
        nodes=nodes,
        place=place[target].astype(np.int64),
        answer=place[np.concatenate([np.zeros(0, dtype=np.int32), *lots])],
        answer_first=_first(np.array([len(lot) for lot in lots], dtype=np.int64)),
        others=tuple(movers),
        step=tuple(step),
        step_first=tuple(step_first),
        counter=counter,
        counter_first=_first(np.bincount(origin, minlength=len(nodes))),
    )


def _first(counts: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
