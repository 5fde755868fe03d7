"""Why a state is stable or not: each improvement on it, and what answers that.

For one profile of preferences, one state and one decision maker. An answer is shown as its moves,
one after the other, so that anybody can check it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.solvers.legal_sequences import Arrivals, Path, Step, arrivals, outside, path_to
from detente.solvers.standing import SANCTIONS, checked
from detente.solvers.state_graph import StateGraph, States, Values, improving_moves


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
    answer: Path | None
    escape: Step | None

    @property
    def deterred(self) -> bool:
        """Whether the answer takes away the reason to leave."""
        return self.answer is not None and self.escape is None


def departures(
    graph: StateGraph, state: int, values: Values, *, party: int, concept: str
) -> tuple[Departure, ...]:
    """Return every improvement of a decision maker on a state, with its answer; by target.

    values : shape (n_parties, n_states), larger is better, ties count as not better
    concept : R (no answers), GMR, SMR, SEQ or SSEQ, see
        :func:`~detente.solvers.standing.standing`. The state is stable when every departure is
        deterred

    The answer shown is the shortest that deters, among those the one that ends worst for the
    decision maker, then in the lowest state. Where none deters but some end in a state no better,
    it is the one that leaves least after the best escape, then the shortest, then the one that ends
    worst, then in the lowest state. Of several still it is the first, as
    :func:`~detente.solvers.legal_sequences.arrivals` orders them. Among equally good escapes it is
    the one to the lowest state.

    Raises UnknownNameError for a concept that is not known.

    Cost: for each improvement at most the moves of the others from all states they can reach; less
    when a short answer deters. For SEQ and SSEQ one pass over all moves besides.

    Examples
    --------
    >>> from detente.solvers.state_graph import graph_of_moves
    >>> graph = graph_of_moves(4, [[(0, 1), (2, 3)], [(0, 2), (1, 3)]])
    >>> dilemma = np.array([[3, 4, 1, 2], [3, 1, 4, 2]])
    >>> departures(graph, 0, dilemma, party=0, concept="SEQ")
    (Departure(target=1, answer=(Step(party=1, state=3),), escape=None),)
    """
    own = values[party]
    better = [int(q) for q in graph.moves(party, state) if own[q] > own[state]]
    answered = _answering(graph, state, values, party=party, concept=concept)
    return tuple(answered(q) for q in better)


def departure(
    graph: StateGraph, state: int, values: Values, *, party: int, concept: str, target: int
) -> Departure:
    """Return one improvement with its answer, as :func:`departures` does all of them.

    Raises UnknownNameError for a concept that is not known.
    """
    return _answering(graph, state, values, party=party, concept=concept)(target)


def _answering(
    graph: StateGraph, state: int, values: Values, *, party: int, concept: str
) -> Callable[[int], Departure]:
    """Return what finds the answer to an own move."""
    checked([concept])
    own = values[party]
    if SANCTIONS[concept].by == "nothing":
        return _unanswered
    answering = improving_moves(graph, values) if SANCTIONS[concept].by == "improvements" else graph
    search = _Search(
        graph=graph,
        answering=answering,
        own=own,
        party=party,
        limit=own[state],
        escapes=SANCTIONS[concept].countered,
    )
    return search.departure


def _unanswered(target: int) -> Departure:
    return Departure(target=target, answer=None, escape=None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Search:
    """Searches for answers to the moves of one decision maker from one state.

    answering : the moves of which answers are made
    own : what states are worth to the decision maker; limit : what the state is
    escapes : whether own moves after an answer count
    """

    graph: StateGraph
    answering: StateGraph
    own: Values
    party: int
    limit: Any
    escapes: bool

    def departure(self, target: int) -> Departure:
        """Return the move to this state with its answer."""
        others = outside((self.party,), self.graph.n_parties)
        rounds: list[Arrivals] = []
        unsafe: list[tuple[Any, int, Any, int, int]] = []
        for found in arrivals(self.answering, others, target):
            rounds.append(found)
            hurts = np.flatnonzero(self.own[found.state] <= self.limit)
            ends = found.state[hurts]
            left, own = self._left(ends), self.own[ends]
            safe = left <= self.limit
            if safe.any():
                _, _, place = min(zip(own[safe], ends[safe], hurts[safe], strict=True))
                return Departure(target=target, answer=path_to(rounds, place), escape=None)
            lengths = [len(rounds)] * len(ends)
            unsafe += zip(left, lengths, own, ends, hurts, strict=True)
        if not unsafe:
            return _unanswered(target)
        _, length, _, end, place = min(unsafe)
        return Departure(
            target=target, answer=path_to(rounds[:length], place), escape=self._escape(end)
        )

    def _left(self, states: States) -> Values:
        """Return what the decision maker can have from each state, counter-moves included."""
        left: Values = self.own[states]
        if self.escapes:
            place, to = self.graph.moves_from(self.party, states)
            np.maximum.at(left, place, self.own[to])
        return left

    def _escape(self, state: int) -> Step:
        """Return the best own move from a state."""
        to = self.graph.moves(self.party, state)
        return Step(party=self.party, state=int(to[np.argmax(self.own[to])]))
