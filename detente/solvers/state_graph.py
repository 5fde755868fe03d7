"""States of a conflict and the moves of each decision maker between them.

The graph model (Kilgour, Hipel & Fang 1987; Fang, Hipel & Kilgour 1993): one directed graph for
each decision maker over the same states. Nothing is assumed of the moves: they may be irreversible,
and two moves in a row need not be one move.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.factors import Ints

States = NDArray[np.int32]
"""States by position, counted from 0."""


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

    def origin(self, party: int) -> States:
        """Return the state that each move of one decision maker leaves, beside its target."""
        every = np.arange(self.n_states, dtype=np.int32)
        return np.repeat(every, np.diff(self.first[party]))

    def reversed(self) -> StateGraph:
        """Return the graph with every move turned round."""
        pairs = [(self.target[k], self.origin(k)) for k in range(self.n_parties)]
        return graph_of_arrays(self.n_states, pairs)


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
