"""What others can answer, where every move is written out.

Moves may be irreversible, and two moves in a row need not be one. Every concept asks the same two
things. How little can the party be left with, by the others' worst answer, at each state that it
might move to? And what is then the best move? With W(q) for the first (no limit where there is no
answer at all), a state s is stable if and only if no own move q has min(rank(q), W(q)) > rank(s).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from detente.errors import LimitError
from detente.solvers import sequences
from detente.solvers.concept import Ranks, Row, Sanctions
from detente.solvers.state_graph import StateGraph, States
from detente.solvers.watch import watched
from detente.work import Work

UNLIMITED = np.iinfo(np.int32).max
MOST_PARTIES = 253
"""A mark of a state tells parties apart, in one byte."""
_DENSE = 4
"""States are ordered by counting up to so many ranks for each."""
LOOKING = "looking for stable states"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entering:
    """From where each state is entered, by whom.

    bounds : row state x n_parties + party is ``source[bounds[row]:bounds[row + 1]]``
    split : improvements of the party that moves come first, and stop here
    """

    bounds: States
    split: States
    source: States

    def rows(self, *, improving: bool) -> sequences.Rows:
        """Return begin, end and source of every row."""
        return self.bounds[:-1], self.split if improving else self.bounds[1:], self.source


class InGraph:
    """What each party can attain in one conflict.

    compiled : whether to search in compiled code, which takes half a second to load
    """

    def __init__(self, graph: StateGraph, ranks: Ranks, *, compiled: bool) -> None:
        if graph.n_parties > MOST_PARTIES:
            raise LimitError(f"there are more than {MOST_PARTIES} parties")
        self._graph, self._ranks, self._compiled = graph, ranks, compiled
        self._entering: Entering | None = None
        self._ascending: dict[tuple[int, bool], tuple[States, Row]] = {}
        self._best: tuple[int, Row] | None = None

    def attained(self, party: int, sanctions: Sanctions, work: Work) -> Row:
        """Return the most that a party can be sure of from each state, by one move or by staying.

        It is never less than the state itself where the party reckons with nothing.
        """
        rank = self._ranks[party]
        if sanctions.by == "nothing":
            return self._freely(party)
        if self._entering is None:
            self._entering = _entering(self._graph, self._ranks, compiled=self._compiled)
        work.check(LOOKING)
        ends = self._ends(party, countered=sanctions.countered)
        rows = self._entering.rows(improving=sanctions.by == "improvements")
        search = _searched if self._compiled else _searched_plainly
        least = search(party, self._graph.n_parties, ends, rows, work)
        return self._by_own_move(party, np.minimum(rank, least))

    def _freely(self, party: int) -> Row:
        """Return the best that a party can move to, or stay at."""
        if self._best is None or self._best[0] != party:
            self._best = party, self._by_own_move(party, self._ranks[party])
        return self._best[1]

    def _ends(self, party: int, *, countered: bool) -> tuple[States, Row]:
        """Return states by what ending there is worth to a party, ascending, and that worth."""
        if (party, countered) not in self._ascending:
            self._ascending = {k: v for k, v in self._ascending.items() if k[0] == party}
            worth = self._freely(party) if countered else self._ranks[party]
            order = _ascending(worth) if self._compiled else np.argsort(worth).astype(np.int32)
            self._ascending[party, countered] = order, worth
        return self._ascending[party, countered]

    def _by_own_move(self, party: int, amounts: Row) -> Row:
        """Return the largest amount that one move, or staying, leads to."""
        first, target = self._graph.first[party], self._graph.target[party]
        best = amounts.copy()
        moves = np.flatnonzero(np.diff(first))
        if len(moves):
            reached = np.maximum.reduceat(amounts[target], first[moves])
            best[moves] = np.maximum(best[moves], reached)
        return best


def _entering(graph: StateGraph, ranks: Ranks, *, compiled: bool) -> Entering:
    """Turn every move round.

    Cost: one pass over the moves to count them, and one to put them in their places.
    """
    n_parties = graph.n_parties
    counts = np.zeros((graph.n_states, n_parties), dtype=np.int32)
    for party, target in enumerate(graph.target):
        counts[:, party] = np.bincount(target, minlength=graph.n_states)
    bounds = np.zeros(counts.size + 1, dtype=np.int32)
    np.cumsum(counts, out=bounds[1:])
    begin, end = bounds[:-1].copy(), bounds[1:].copy()
    source = np.zeros(graph.n_moves, dtype=np.int32)
    if compiled:
        from detente.solvers.kernels import sequences as kernel

        for party in range(n_parties):
            first, target = graph.first[party], graph.target[party]
            kernel.enter(party, n_parties, first, target, ranks[party], (begin, end, source))
    else:
        rows = begin.tolist(), end.tolist(), source.tolist()
        for party in range(n_parties):
            first, target = graph.first[party].tolist(), graph.target[party].tolist()
            sequences.enter(party, n_parties, first, target, ranks[party].tolist(), rows)
        begin[:], source[:] = rows[0], rows[2]
    return Entering(bounds=bounds, split=begin, source=source)


def _ascending(worth: Row) -> States:
    """Return states by what they are worth; by counting, where ranks are as good as dense."""
    from detente.solvers.kernels import sequences as kernel

    least, most = int(worth.min()), int(worth.max())
    if most - least > _DENSE * len(worth):
        return np.argsort(worth).astype(np.int32)
    order = np.empty(len(worth), dtype=np.int32)
    kernel.ascend(worth, least, np.zeros(most - least + 2, dtype=np.int32), order)
    return order


def _searched_plainly(
    party: int, n_parties: int, ends: tuple[States, Row], rows: sequences.Rows, _: Work
) -> Row:
    """Do what :func:`_searched` does without compiled code."""
    order, worth = ends[0].tolist(), ends[1].tolist()
    begin, end, source = (np.asarray(one).tolist() for one in rows)
    n_states = len(order)
    room = [UNLIMITED] * n_states, [0] * n_states, [0] * (3 * len(begin))
    sequences.search(party, n_parties, (order, worth), (begin, end, source), room, [0])
    return np.array(room[0], dtype=np.int32)


def _searched(
    party: int, n_parties: int, ends: tuple[States, Row], rows: sequences.Rows, work: Work
) -> Row:
    """Return the least that the others' legal sequences can end in, from each state."""
    from detente.solvers.kernels import sequences as kernel

    n_states = len(ends[0])
    least = np.full(n_states, UNLIMITED, dtype=np.int32)
    mark = np.zeros(n_states, dtype=np.uint8)
    waiting = np.empty(3 * n_states * n_parties, dtype=np.int32)
    with watched(replace(work, seconds=None), what=LOOKING) as stop:
        kernel.search(party, n_parties, ends, rows, (least, mark, waiting), stop)
    return least
