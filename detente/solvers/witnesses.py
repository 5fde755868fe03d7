"""Why a state is stable or not: each improvement on it, and what answers that.

For one profile of preferences, one state and one decision maker. An answer is shown as its moves,
one after the other, so that anybody can check it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.factors import Bools, Ints
from detente.solvers.standing import SANCTIONS, checked
from detente.solvers.state_graph import StateGraph, States
from detente.solvers.surroundings import moves_from

Values = NDArray[Any]
"""Ranks or whole values, larger is better."""
_NOBODY, _NEVER = -1, -2
"""In place of who moved last: nobody yet; the search has not come here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A move: who makes it, and the state that it leads to."""

    party: int
    state: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """An improvement of a decision maker on a state, and what the others can do about it.

    target : the state it leads to
    answer : a legal sequence of the others that ends in a state no better for the decision maker
        than the one it left; None when there is none
    escape : its best own move from the end of that answer, where it leads to a state better than
        the one it left after all, so that the answer does not deter; None otherwise. Only SMR and
        SSEQ look so far, and the answer has an escape only when every other has one
    """

    target: int
    answer: tuple[Step, ...] | None
    escape: Step | None

    @property
    def deterred(self) -> bool:
        """Whether the answer takes away the reason to leave."""
        return self.answer is not None and self.escape is None


def departures(
    graph: StateGraph, state: int, values: Values, *, party: int, concept: str
) -> tuple[Departure, ...]:
    """Return every improvement of a decision maker on a state, with its answer; by target.

    values : whole numbers, shape (n_parties, n_states), larger is better
    concept : R (no answers), GMR, SMR, SEQ or SSEQ, see
        :func:`~detente.solvers.standing.standing`. The state is stable when every departure is
        deterred

    The answer shown is the shortest that deters, among those the one that ends worst for the
    decision maker, then in the lowest state. Where none deters but some end in a state no better,
    it is the one that leaves least after the best escape, then the shortest, then the one that ends
    worst, then in the lowest state. Among equally good escapes it is the one to the lowest state.

    Raises UnknownNameError for a concept that is not known.

    Cost: for each improvement at most the moves of the others from all states they can reach; less
    when a short answer deters.

    Examples
    --------
    >>> from detente.solvers.state_graph import graph_of_moves
    >>> graph = graph_of_moves(4, [[(0, 1), (2, 3)], [(0, 2), (1, 3)]])
    >>> dilemma = np.array([[3, 4, 1, 2], [3, 1, 4, 2]])
    >>> departures(graph, 0, dilemma, party=0, concept="SEQ")
    (Departure(target=1, answer=(Step(party=1, state=3),), escape=None),)
    """
    checked([concept])
    own = values[party]
    better = [int(q) for q in graph.moves(party, state) if own[q] > own[state]]
    if SANCTIONS[concept].by == "nothing":
        return tuple(Departure(target=q, answer=None, escape=None) for q in better)
    search = _Search(graph, values, party=party, state=state, concept=concept)
    return tuple(search.departure(q) for q in better)


class _Search:
    """Searches for answers to the moves of one decision maker from one state."""

    def __init__(
        self, graph: StateGraph, values: Values, *, party: int, state: int, concept: str
    ) -> None:
        self._graph, self._values, self._party = graph, values, party
        self._own = values[party]
        self._limit = self._own[state]
        self._escapes = SANCTIONS[concept].countered
        self._improving = SANCTIONS[concept].by == "improvements"

    def departure(self, target: int) -> Departure:
        """Return the move to this state with its answer."""
        came = _Came(self._graph, self._party)
        unsafe: list[tuple[Any, int, Any, int, int]] = []
        for length, (movers, states) in enumerate(self._levels(came, target), start=1):
            hurts = self._own[states] <= self._limit
            ends = zip(self._own[states], states, movers, self._left(states), strict=True)
            some = [end for end, kept in zip(ends, hurts, strict=True) if kept]
            safe = [end for end in some if end[3] <= self._limit]
            if safe:
                _, end, mover, _ = min(safe)
                return Departure(target=target, answer=came.path(mover, end), escape=None)
            unsafe += [(left, length, own, end, mover) for own, end, mover, left in some]
        if not unsafe:
            return Departure(target=target, answer=None, escape=None)
        _, _, _, end, mover = min(unsafe)
        back = self._graph.moves(self._party, end)
        escape = Step(party=self._party, state=int(back[np.argmax(self._own[back])]))
        return Departure(target=target, answer=came.path(mover, end), escape=escape)

    def _left(self, states: States) -> Values:
        """Return what the decision maker can have from each state, counter-moves included."""
        left: Values = self._own[states]
        if self._escapes:
            origin, to = moves_from(self._graph, self._party, states)
            np.maximum.at(left, origin, self._own[to])
        return left

    def _levels(self, came: _Came, start: int) -> Iterator[tuple[Ints, States]]:
        """Yield the last movers and the ends of legal sequences, by their length.

        Every pair of them comes once, with the shortest.
        """
        front: dict[int, States] = {_NOBODY: np.array([start], dtype=np.int32)}
        while front:
            front = {k: new for k in came.others if len(new := self._arrivals(came, front, k))}
            if front:
                movers = np.repeat(list(front), [len(states) for states in front.values()])
                yield movers, np.concatenate(list(front.values()))

    def _arrivals(self, came: _Came, front: dict[int, States], mover: int) -> States:
        """Return where one party newly gets to, by a move after those of others."""
        lots = {last: states for last, states in front.items() if last != mover}
        states = np.concatenate([np.zeros(0, dtype=np.int32), *lots.values()])
        last = np.repeat(np.array(list(lots), dtype=np.int8), [len(lot) for lot in lots.values()])
        fresh = ~came.moved[mover][states]
        states, last = states[fresh], last[fresh]
        came.moved[mover][states] = True
        origin, to = moves_from(self._graph, mover, states)
        kept = came.last[mover][to] == _NEVER
        if self._improving:
            theirs = self._values[mover]
            kept &= theirs[to] > theirs[states[origin]]
        to, first = np.unique(to[kept], return_index=True)
        origin = origin[kept][first]
        came.last[mover][to] = last[origin]
        came.before[mover][to] = states[origin]
        return to


class _Came:
    """How a search came to each state: for each last mover, who moved before, and from where."""

    def __init__(self, graph: StateGraph, party: int) -> None:
        self.others = [k for k in range(graph.n_parties) if k != party]
        n = graph.n_states
        self.moved: dict[int, Bools] = {k: np.zeros(n, dtype=bool) for k in self.others}
        self.before = {k: np.zeros(n, dtype=np.int32) for k in self.others}
        self.last = {k: np.full(n, _NEVER, dtype=np.int8) for k in self.others}

    def path(self, mover: int, end: int) -> tuple[Step, ...]:
        """Return the moves to a state, the last of them made by this party."""
        steps = []
        while mover != _NOBODY:
            steps.append(Step(party=int(mover), state=int(end)))
            mover, end = self.last[mover][end], self.before[mover][end]
        return tuple(reversed(steps))
