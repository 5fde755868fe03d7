"""Legal sequences of moves: what several decision makers can bring about by turns.

In a *legal sequence* of some movers each step is a move of one of them, nobody moves twice in a
row, and there is at least one step (Fang, Hipel & Kilgour 1993). A, B, A is legal. R_H(s) is where
the legal sequences of H that begin in s end; s itself only where one returns to it.

Where a legal sequence can end is found forwards from one state, with a shortest path to each end;
whether one ends where it should is found backwards from the ends, for many questions at once, one
bit for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.errors import LimitError
from detente.factors import Bools, Ints
from detente.solvers.state_graph import StateGraph, States, graph_of_arrays

Coalition = tuple[int, ...]
"""Decision makers by number from 0, ascending."""
Step = tuple[int, int]
"""A move: who makes it, and the state that it leads to."""
Path = tuple[Step, ...]
"""Moves one after the other."""
Words = NDArray[np.uint64]
"""Bits, 64 to a word, along the last axis."""
Values = NDArray[Any]
"""Ranks (int32) or values (float64): larger is better, equal is a tie."""

MOST_PARTIES = 10
"""Coalitions are listed up to so many decision makers: 1,023 of them."""


def coalitions_of(n_parties: int, /, *, least: int = 1) -> tuple[Coalition, ...]:
    """List the coalitions with at least so many members, small ones first.

    Raises LimitError beyond :data:`MOST_PARTIES` decision makers.

    Examples
    --------
    >>> coalitions_of(3, least=2)
    ((0, 1), (0, 2), (1, 2), (0, 1, 2))
    """
    if n_parties > MOST_PARTIES:
        message = f"coalitions of {n_parties} parties are too many; the limit is {MOST_PARTIES}"
        raise LimitError(message)
    sizes = range(least, n_parties + 1)
    return tuple(found for size in sizes for found in combinations(range(n_parties), size))


def outside(members: Coalition, n_parties: int) -> Coalition:
    """Return the decision makers that are not members."""
    return tuple(k for k in range(n_parties) if k not in members)


def improving_moves(graph: StateGraph, ranks: Values) -> StateGraph:
    """Return the graph of the moves that are improvements of their movers.

    ranks : shape (n_parties, n_states). A move to a state that is tied is no improvement.
    """
    pairs = []
    for party in range(graph.n_parties):
        origin, target = graph.origin(party), graph.target[party]
        kept = ranks[party, target] > ranks[party, origin]
        pairs.append((origin[kept], target[kept]))
    return graph_of_arrays(graph.n_states, pairs)


# --- forwards from one state ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reached:
    """R_H(s): where the legal sequences of some movers that begin in one state end.

    members : who moves
    state : where the sequences begin
    length : moves of a shortest legal sequence to each state whose last mover is each member, shape
        (n_members, n_states); 0 where there is none
    before : the state before its last move, of the same shape
    mover : the place among the members of the mover before; -1 where the sequence begins
    """

    members: Coalition
    state: int
    length: States
    before: States
    mover: NDArray[np.int8]

    @property
    def ends(self) -> Ints:
        """The states where a legal sequence can end, ascending."""
        return np.flatnonzero((self.length > 0).any(axis=0))

    def moves_to(self, end: int) -> int:
        """How many moves a shortest legal sequence to one of the ends has."""
        lengths = self.length[:, end]
        return int(lengths[lengths > 0].min())

    def path(self, end: int) -> Path:
        """Return a shortest legal sequence to one of the ends, the same in every run."""
        place = int(np.flatnonzero(self.length[:, end] == self.moves_to(end))[0])
        steps = []
        at = end
        while place >= 0:
            steps.append((self.members[place], at))
            at, place = int(self.before[place, at]), int(self.mover[place, at])
        return tuple(reversed(steps))

    def path_to_any(self, states: Bools) -> Path | None:
        """Return a shortest legal sequence to one of some states, the first of the nearest ones.

        states : shape (n_states,). None where no sequence ends at any of them.
        """
        ends = self.ends[states[self.ends]]
        return self.path(int(min(ends, key=self.moves_to))) if len(ends) else None


def reached(graph: StateGraph, members: Coalition, state: int, /) -> Reached:
    """Find every state where a legal sequence of some movers ends, and a shortest one to each.

    Breadth first over pairs of a state and who moved last. Of several shortest sequences one is
    kept, the same in every run. Cost: every move of the members once for each of them.

    Examples
    --------
    Two movers have one step each before them, and then the first has another:

    >>> from detente.solvers.state_graph import graph_of_moves
    >>> graph = graph_of_moves(4, [[(0, 1), (2, 3)], [(1, 2)]])
    >>> found = reached(graph, (0, 1), 0)
    >>> found.ends.tolist(), found.path(3)
    ([1, 2, 3], ((0, 1), (1, 2), (0, 3)))
    >>> reached(graph, (0,), 0).ends.tolist()
    [1]
    """
    shape = (len(members), graph.n_states)
    length = np.zeros(shape, dtype=np.int32)
    before = np.full(shape, -1, dtype=np.int32)
    mover = np.full(shape, -1, dtype=np.int8)
    front = {-1: np.array([state], dtype=np.int32)}
    moves = 0
    while front:
        moves += 1
        following = {}
        for place, party in enumerate(members):
            others = {last: states for last, states in front.items() if last != place}
            if not others:
                continue
            origin = np.concatenate(list(others.values()))
            last = np.repeat(list(others), [len(states) for states in others.values()])
            nth, target = _moves_from(graph, party, origin)
            fresh = length[place, target] == 0
            target, found = np.unique(target[fresh], return_index=True)
            nth = nth[fresh][found]
            if len(target):
                length[place, target] = moves
                before[place, target] = origin[nth]
                mover[place, target] = last[nth]
                following[place] = target
        front = following
    return Reached(members=members, state=state, length=length, before=before, mover=mover)


def _moves_from(graph: StateGraph, party: int, states: States) -> tuple[Ints, States]:
    """Return all moves from some states: which of the states each leaves, and its target."""
    first = graph.first[party]
    counts = first[states + 1] - first[states]
    nth = np.repeat(np.arange(len(states)), counts)
    within = np.arange(len(nth)) - np.repeat(np.cumsum(counts) - counts, counts)
    return nth, graph.target[party][first[states][nth] + within]


# --- backwards from the ends, many questions at once ---------------------------------------------


def packed(mask: Bools) -> Words:
    """Pack the last axis into words of 64 bits; what is added at its end is False."""
    extra = -mask.shape[-1] % 64
    padded = np.concatenate([mask, np.zeros((*mask.shape[:-1], extra), dtype=bool)], axis=-1)
    return np.ascontiguousarray(np.packbits(padded, axis=-1)).view(np.uint64)


def unpacked(words: Words, n_bits: int) -> Bools:
    """Return the bits of words again."""
    octets = np.ascontiguousarray(words).view(np.uint8)
    return np.unpackbits(octets, axis=-1, count=n_bits).astype(bool)


def leads_to(
    graph: StateGraph,
    members: Sequence[int],
    goal: Words,
    /,
    *,
    allowed: Mapping[int, Words] | None = None,
) -> Words:
    """Find from which states a legal sequence of some movers ends where it should.

    Parameters
    ----------
    goal : shape (n_states, n_words). Each bit is a question of its own: the states where a sequence
        should end
    allowed : for each member in which questions each of its moves may be made, shape (n_moves,
        n_words); all moves in all questions when not given

    Returns
    -------
    found : shape (n_states, n_words)
        No sequence at all does not count: a state with the bit in ``goal`` has it here only where a
        legal sequence leads on to such a state.

    Cost: for each round all moves of the members times the words; as many rounds as the longest
    sequence that is needed, at most.

    Examples
    --------
    >>> from detente.solvers.state_graph import graph_of_moves
    >>> graph = graph_of_moves(3, [[(0, 1)], [(1, 2)]])
    >>> goal = packed(np.array([[False], [False], [True]]))
    >>> unpacked(leads_to(graph, (0, 1), goal), 1)[:, 0].tolist()
    [True, True, False]
    """
    first_by = {party: np.zeros_like(goal) for party in members}
    changed = True
    while changed:
        changed = False
        for party in members:
            good = goal.copy()
            for other, found in first_by.items():
                if other != party:
                    good |= found
            target = graph.target[party]
            bits = good[target]
            if allowed is not None:
                bits &= allowed[party]
            starts = graph.first[party]
            some = np.flatnonzero(np.diff(starts))
            now = np.zeros_like(goal)
            if len(some):
                now[some] = np.bitwise_or.reduceat(bits, starts[some], axis=0)
            if not np.array_equal(now, first_by[party]):
                first_by[party] = now
                changed = len(members) > 1
    found = np.zeros_like(goal)
    for words in first_by.values():
        found |= words
    return found
