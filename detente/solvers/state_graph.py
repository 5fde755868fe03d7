"""States of a conflict, and the moves and improvements of each decision maker between them.

The graph model (Kilgour, Hipel & Fang 1987; Fang, Hipel & Kilgour 1993): one directed graph for
each decision maker over the same states. Nothing is assumed of the moves: they may be irreversible,
and two moves in a row need not be one move.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.factors import Bools, Ints

States = NDArray[np.int32]
"""States by position, counted from 0."""
Values = NDArray[Any]
"""What states are worth, ranks or values: larger is better, equal is a tie."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StateGraph:
    """The moves of every decision maker, as compressed rows.

    first : for each decision maker int64, shape (n_states + 1,); the moves from state s are
        ``target[first[s]:first[s + 1]]``
    target : for each decision maker int32, shape (n_moves,), ascending from one state, without
        the state itself and without repetition
    """

    n_states: int
    first: tuple[Ints, ...]
    target: tuple[States, ...]

    @property
    def n_parties(self) -> int:
        """How many decision makers there are."""
        return len(self.first)

    @property
    def n_moves(self) -> int:
        """How many moves there are, of all decision makers together."""
        return sum(len(target) for target in self.target)

    def moves(self, party: int, state: int) -> States:
        """Return the states that one decision maker can move to at once."""
        first = self.first[party]
        return self.target[party][first[state] : first[state + 1]]

    def moves_from(self, party: int, states: States) -> tuple[Ints, States]:
        """Return all moves of one decision maker from some states: from which, and to where.

        The first is a place in ``states``. Moves come in the order of the states, then of targets.

        Examples
        --------
        >>> graph = graph_of_moves(3, [[(0, 1), (2, 0), (2, 1)]])
        >>> place, target = graph.moves_from(0, np.array([2, 0]))
        >>> place.tolist(), target.tolist()
        ([0, 0, 1], [0, 1, 1])
        """
        first = self.first[party]
        begin = first[states]
        counts = first[states + 1] - begin
        place = np.repeat(np.arange(len(states)), counts)
        nth = np.arange(len(place)) + np.repeat(begin - (np.cumsum(counts) - counts), counts)
        return place, self.target[party][nth]

    def origin(self, party: int) -> States:
        """Return the state that each move of one decision maker leaves, beside its target."""
        every = np.arange(self.n_states, dtype=np.int32)
        return np.repeat(every, np.diff(self.first[party]))

    def within(self, states: Ints) -> StateGraph:
        """Return some states, ascending, renumbered in their order, and the moves between them.

        Examples
        --------
        >>> graph = graph_of_moves(3, [[(0, 1), (1, 2), (0, 2)]])
        >>> graph.within(np.array([0, 2])).moves(0, 0).tolist()
        [1]
        """
        place = np.full(self.n_states, -1, dtype=np.int32)
        place[states] = np.arange(len(states), dtype=np.int32)
        pairs = []
        for party in range(self.n_parties):
            origin, target = place[self.origin(party)], place[self.target[party]]
            inside = (origin >= 0) & (target >= 0)
            pairs.append((origin[inside], target[inside]))
        return graph_of_arrays(len(states), pairs)


def improving_moves(graph: StateGraph, ranks: Values) -> StateGraph:
    """Return the graph of those moves that are improvements of their movers.

    ranks : shape (n_parties, n_states). A move to a state that is tied is no improvement

    Cost: one pass over the moves.

    Examples
    --------
    >>> graph = graph_of_moves(3, [[(0, 1), (0, 2), (1, 0)]])
    >>> improving_moves(graph, np.array([[1, 2, 1]])).moves(0, 0).tolist()
    [1]
    """
    first, target = [], []
    for party, own in enumerate(ranks):
        better: Bools = own[graph.target[party]] > own[graph.origin(party)]
        before = np.concatenate([[0], np.cumsum(better)]).astype(np.int64)
        first.append(before[graph.first[party]])
        target.append(graph.target[party][better])
    return StateGraph(n_states=graph.n_states, first=tuple(first), target=tuple(target))


def graph_of_moves(n_states: int, moves: Sequence[Iterable[tuple[int, int]]]) -> StateGraph:
    """Return the graph with these moves: for each decision maker pairs of states, from and to.

    Moves from a state to itself are left out, and those named twice are taken once.

    Examples
    --------
    >>> graph = graph_of_moves(3, [[(0, 1), (0, 2), (0, 1)], [(2, 0)]])
    >>> graph.moves(0, 0).tolist(), graph.moves(1, 2).tolist()
    ([1, 2], [0])
    """
    pairs = []
    for own in moves:
        found = np.array(list(own), dtype=np.int32).reshape(-1, 2)
        pairs.append((found[:, 0], found[:, 1]))
    return graph_of_arrays(n_states, pairs)


def graph_of_arrays(n_states: int, moves: Sequence[tuple[States, States]]) -> StateGraph:
    """Return the graph with these moves: for each decision maker their origins and their targets.

    Cost: one sort of each decision maker's moves.
    """
    first, target = [], []
    for origin, to in moves:
        key = origin.astype(np.int64) * n_states + to
        key = np.sort(key[origin != to])
        key = key[np.concatenate([[True], key[1:] != key[:-1]])[: len(key)]]
        counts = np.bincount(key // n_states, minlength=n_states)
        first.append(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
        target.append((key % n_states).astype(np.int32))
    return StateGraph(n_states=n_states, first=tuple(first), target=tuple(target))
