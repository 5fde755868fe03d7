"""Legal sequences of moves: what several decision makers can bring about by turns.

In a *legal sequence* of some movers each step is a move of one of them, nobody moves twice in a
row, and there is at least one step (Fang, Hipel & Kilgour 1993). A, B, A is legal. R_H(s) is where
the legal sequences of H that begin in s end; s itself only where one returns to it.

Where legal sequences end is found forwards from one state, the shortest first; whether one ends
where it should is found backwards from the ends, for many questions at once, one bit for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.factors import Bools, Ints
from detente.solvers.state_graph import StateGraph, States

Words = NDArray[np.uint64]
"""Bits, 64 to a word, along the last axis."""
_ANYBODY, _NOBODY = -1, -2
"""In place of the one who cannot leave a state yet: nobody has come to it; there is no such one."""


class Step(NamedTuple):
    """A move: who makes it, and the state that it leads to."""

    party: int
    state: int


Path = tuple[Step, ...]
"""Moves one after the other."""


def outside(members: Sequence[int], n_parties: int) -> tuple[int, ...]:
    """Return the decision makers that are not members, ascending."""
    return tuple(k for k in range(n_parties) if k not in members)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arrivals:
    """Where legal sequences of one length end, with a last mover that ended none there before.

    party, state : shape (n_arrivals,), who makes the last move, and where it leads
    before : place of the sequence without its last move among the arrivals that are one move
        shorter; 0 for the first move, before which there are none
    """

    party: States
    state: States
    before: Ints


def arrivals(graph: StateGraph, members: Sequence[int], start: int, /) -> Iterator[Arrivals]:
    """Yield the ends of legal sequences of some movers, those of one move first, then of two, ...

    Each pair of a last mover and an end comes once, with the shortest sequence; of several that one
    whose first step comes first, by place among the members and then by state, then its second
    step, and so on. Arrivals of one length come in the order of their sequences.

    What matters of a sequence is its last state and who moved last: a state that somebody else
    comes to may be left by a move that was not legal before. But a move is looked at once only.
    When somebody comes to a state first, all others can leave it; when a second mover comes, the
    first can leave it too, and a third adds nothing.

    Cost: every move of the members once at most, and a sort of the arrivals.
    """
    known = np.zeros((len(members), graph.n_states), dtype=bool)
    stays = np.full(graph.n_states, _ANYBODY, dtype=np.int32)
    room = np.empty(graph.n_states, dtype=np.int64)
    stays[start] = _NOBODY
    state = np.array([start], dtype=np.int32)
    leaving = np.ones((len(members), 1), dtype=bool)
    while leaving.any():
        moved = []
        for k, party in enumerate(members):
            at = np.flatnonzero(leaving[k])
            place, target = graph.moves_from(party, state[at])
            fresh = np.flatnonzero(~known[k, target])
            fresh = fresh[_first_places(target[fresh], room)]
            known[k, target[fresh]] = True
            mover = np.full(len(fresh), k, dtype=np.int32)
            moved.append((at[place[fresh]], mover, target[fresh]))
        before, mover, state = (np.concatenate(part) for part in zip(*moved, strict=True))
        order = np.argsort(before, kind="stable")
        before, mover, state = before[order], mover[order], state[order]
        if len(state):
            yield Arrivals(
                party=np.array(members, dtype=np.int32)[mover], state=state, before=before
            )
        leaving = np.zeros((len(members), len(state)), dtype=bool)
        new = np.flatnonzero(stays[state] == _ANYBODY)
        new = new[_first_places(state[new], room)]
        stays[state[new]] = mover[new]
        leaving[:, new] = np.arange(len(members))[:, None] != mover[new]
        second = np.flatnonzero((stays[state] >= 0) & (stays[state] != mover))
        second = second[_first_places(state[second], room)]
        leaving[stays[state[second]], second] = True
        stays[state[second]] = _NOBODY


def _first_places(states: States, room: Ints) -> Ints:
    """Return the place where each state comes first, ascending.

    room : shape (n_states of the graph,), overwritten
    """
    every = np.arange(len(states))
    room[states[::-1]] = every[::-1]
    return np.flatnonzero(room[states] == every)


def path_to(rounds: Sequence[Arrivals], place: int, /) -> Path:
    """Return the legal sequence of one of the last of some arrivals.

    rounds : those of every length so far, as :func:`arrivals` yields them
    """
    steps = []
    for round_ in reversed(rounds):
        steps.append(Step(party=int(round_.party[place]), state=int(round_.state[place])))
        place = int(round_.before[place])
    return tuple(reversed(steps))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reached:
    """The states that legal sequences of some movers lead to from one state.

    start : where they begin
    distance : int32, shape (n_states,), how many moves the shortest has; 0 for ``start``, whether
        or not a sequence returns to it, and -1 where none leads
    place : int64, shape (n_states,), the place of the shortest among the arrivals of its length
    rounds : the arrivals by length, from 1
    """

    start: int
    distance: States
    place: Ints
    rounds: tuple[Arrivals, ...]

    @property
    def states(self) -> Ints:
        """The states reached, the start among them, nearest first and then by position."""
        there = np.flatnonzero(self.distance >= 0)
        return there[np.argsort(self.distance[there], kind="stable")]

    @property
    def ends(self) -> Ints:
        """The states reached but for the start, ascending."""
        return np.flatnonzero(self.distance > 0)

    def path(self, target: int) -> Path | None:
        """Return the shortest legal sequence to a state, without moves to the start; None if none.

        Of several it is the first, as :func:`arrivals` orders them.
        """
        length = int(self.distance[target])
        if length < 0:
            return None
        return path_to(self.rounds[:length], int(self.place[target]))

    def path_to_nearest(self, states: Bools) -> Path | None:
        """Return the path to the nearest of some states, the first of several; None if none.

        states : shape (n_states,); the start is left out
        """
        ends = self.ends[states[self.ends]]
        return self.path(int(ends[self.distance[ends].argmin()])) if len(ends) else None


def reached(graph: StateGraph, members: Sequence[int], start: int, /) -> Reached:
    """Find every state that legal sequences of some movers lead to, and a shortest one to each.

    Cost: every move of the members once at most; the search ends when all states are found.

    Examples
    --------
    Two movers have one step each before them, and then the first has another:

    >>> from detente.solvers.state_graph import graph_of_moves
    >>> graph = graph_of_moves(4, [[(0, 1), (2, 3)], [(1, 2)]])
    >>> found = reached(graph, (0, 1), 0)
    >>> found.ends.tolist(), found.path(3)
    ([1, 2, 3], (Step(party=0, state=1), Step(party=1, state=2), Step(party=0, state=3)))
    >>> reached(graph, (0,), 0).ends.tolist()
    [1]
    """
    distance = np.full(graph.n_states, -1, dtype=np.int32)
    place = np.full(graph.n_states, -1, dtype=np.int64)
    room = np.empty(graph.n_states, dtype=np.int64)
    distance[start] = 0
    missing = graph.n_states - 1
    rounds: list[Arrivals] = []
    for found in arrivals(graph, members, start):
        rounds.append(found)
        new = np.flatnonzero(distance[found.state] < 0)
        new = new[_first_places(found.state[new], room)]
        distance[found.state[new]] = len(rounds)
        place[found.state[new]] = new
        missing -= len(new)
        if not missing:
            break
    return Reached(start=start, distance=distance, place=place, rounds=tuple(rounds))


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
