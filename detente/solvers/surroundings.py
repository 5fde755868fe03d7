"""What lies around a state for one decision maker: its own moves, all answers, its counter-moves.

Whatever the preferences are, a verdict on one state depends only on what the others can reach after
an own move. This part of the graph is cut out once and serves every reading.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.errors import LimitError
from detente.factors import Ints
from detente.hit_and_run import Bools
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

    A legal sequence of the others: each step a move of one of them, nobody twice in a row.

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
    others = [k for k in range(graph.n_parties) if k != party]
    search = _Search(graph, others)
    lots, total = [], 0
    for move in target:
        lots.append(search.after(int(move)))
        total += len(lots[-1])
        if total > MOST_ANSWERS:
            message = f"more than {MOST_ANSWERS:,} answers to the moves from one state"
            raise LimitError(message)
    nodes = np.unique(np.concatenate([target, *lots])).astype(np.int32)
    place = np.full(graph.n_states, -1, dtype=np.int32)
    place[nodes] = np.arange(len(nodes), dtype=np.int32)
    step, step_first, movers = [], [], []
    for k in others:
        taken = search.taken[k][nodes]
        origin, to = moves_from(graph, k, nodes[taken])
        if len(to):
            counts = np.bincount(np.flatnonzero(taken)[origin], minlength=len(nodes))
            movers.append(k)
            step.append(place[to])
            step_first.append(_first(counts))
    origin, counter = moves_from(graph, party, nodes)
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


def moves_from(graph: StateGraph, party: int, states: States) -> tuple[Ints, States]:
    """Return all moves of a decision maker from some states: from which of them, and to where.

    The first is a position in ``states``; moves come in the order of the states, then of targets.

    Examples
    --------
    >>> from detente.solvers.state_graph import graph_of_moves
    >>> graph = graph_of_moves(3, [[(0, 1), (2, 0), (2, 1)]])
    >>> origin, target = moves_from(graph, 0, np.array([2, 0]))
    >>> origin.tolist(), target.tolist()
    ([0, 0, 1], [0, 1, 1])
    """
    first = graph.first[party]
    counts = first[states + 1] - first[states]
    origin = np.repeat(np.arange(len(states)), counts)
    within = np.arange(len(origin)) - np.repeat(np.cumsum(counts) - counts, counts)
    return origin, graph.target[party][np.repeat(first[states], counts) + within]


class _Search:
    """Searches by legal sequences of some parties, one after the other.

    taken : for each of them, from which states it moved in some search
    """

    def __init__(self, graph: StateGraph, others: list[int]) -> None:
        self.taken: dict[int, Bools] = {k: np.zeros(graph.n_states, dtype=bool) for k in others}
        self._graph = graph
        self._moved: dict[int, Bools] = {k: np.zeros(graph.n_states, dtype=bool) for k in others}
        self._reached = np.zeros(graph.n_states, dtype=bool)

    def after(self, start: int) -> States:
        """Return the states at the ends of legal sequences of at least one step, ascending."""
        todo = {k: np.array([start], dtype=np.int32) for k in self.taken}
        met = []
        for k, states in todo.items():
            self._moved[k][states] = True
        while any(map(len, todo.values())):
            ahead: dict[int, list[States]] = {k: [] for k in self.taken}
            for k, states in todo.items():
                self.taken[k][states] = True
                to = np.unique(moves_from(self._graph, k, states)[1])
                met.append(to[~self._reached[to]])
                self._reached[to] = True
                for m in self.taken:
                    if m != k:
                        new = to[~self._moved[m][to]]
                        self._moved[m][new] = True
                        ahead[m].append(new)
            todo = {k: np.concatenate([to[:0], *lots]) for k, lots in ahead.items()}
        found = np.sort(np.concatenate([np.zeros(0, dtype=np.int32), *met]))
        self._reached[found] = False
        for moved in self._moved.values():
            moved[found] = False
            moved[start] = False
        return found


def _first(counts: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
