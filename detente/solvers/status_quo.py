"""Where a conflict can go from a state, and how soon: shortest legal paths.

Status quo analysis (Li, Kilgour & Hipel 2005) asks whether a state where a conflict could rest can
be reached at all from where it stands, and how. A path is *legal* when nobody moves twice in a row,
so that A, B, A is legal and A, A is not: what one decision maker can change in one go is a single
move. Paths are sought by any moves, and by improvements only, each step of which is better for
whoever takes it than the state it leaves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from detente.factors import Ints
from detente.hit_and_run import Bools, Floats
from detente.solvers.option_form import OptionForm, graph_of
from detente.solvers.state_graph import StateGraph, States


class Step(NamedTuple):
    """One move: who makes it, and the state it leads to."""

    party: int
    state: int


Path = tuple[Step, ...]
"""Moves one after the other; no moves lead from a state to itself."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reached:
    """The states that legal paths from one state lead to.

    start : where they begin
    distance : int32, shape (n_states,), how many moves the shortest has; 0 for ``start`` and -1
        where none leads
    found : int64, shape (n_states,), the place in the search below at which a state was first
        found; -1 where it was not
    party, state, before : the search, in the order of finding: a move of ``party`` to ``state``,
        after the move at place ``before``; -1 where it is the first
    """

    start: int
    distance: States
    found: Ints
    party: States
    state: States
    before: Ints

    @property
    def states(self) -> Ints:
        """The states reached, the start among them, nearest first and then by position."""
        there = np.flatnonzero(self.distance >= 0)
        return there[np.argsort(self.distance[there], kind="stable")]

    def path(self, target: int) -> Path | None:
        """Return the shortest legal path to a state; None where there is none.

        Among paths of the same length it is the one whose first step comes first, by party and
        then by state, then its second step, and so on.
        """
        if target == self.start:
            return ()
        place = int(self.found[target])
        if place < 0:
            return None
        steps = []
        while place >= 0:
            steps.append(Step(int(self.party[place]), int(self.state[place])))
            place = int(self.before[place])
        return tuple(reversed(steps))

    def paths(self, targets: Iterable[int]) -> dict[int, Path | None]:
        """Return the shortest legal path to each of some states."""
        return {target: self.path(target) for target in targets}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StatusQuo:
    """Where a conflict can go from a state.

    by_moves : by moves of any kind
    by_improvements : by moves that are better, for whoever makes them, than the state they leave
    """

    by_moves: Reached
    by_improvements: Reached


def status_quo(model: StateGraph | OptionForm, /, ranks: Ints | Floats, *, start: int) -> StatusQuo:
    """Find the shortest legal paths from a state to all others, by moves and by improvements.

    Parameters
    ----------
    ranks : whole numbers, shape (n_parties, n_states); larger is better, a tie is no improvement
    start : the state where the paths begin

    Raises
    ------
    LimitError
        If a model in option form has too many moves to be written out.

    Cost: proportional to the number of moves, each of which is looked at once, and a sort of the
    states that are found in one round. Source: Li, Kilgour & Hipel (2005).

    Examples
    --------
    The prisoner's dilemma: both cooperate in state 0, the first defects alone in 1, the second
    in 2, both do in 3. From mutual cooperation to mutual defection both are willing to go.

    >>> from detente.solvers.state_graph import graph_of_moves
    >>> first, second = [(0, 1), (1, 0), (2, 3), (3, 2)], [(0, 2), (2, 0), (1, 3), (3, 1)]
    >>> graph = graph_of_moves(4, [first, second])
    >>> found = status_quo(graph, np.array([[3, 4, 1, 2], [3, 1, 4, 2]]), start=0)
    >>> [(step.party, step.state) for step in found.by_improvements.path(3)]
    [(0, 1), (1, 3)]
    >>> found.by_moves.distance.tolist()
    [0, 1, 1, 2]
    """
    graph = graph_of(model) if isinstance(model, OptionForm) else model
    return StatusQuo(
        by_moves=legally_reached(graph, start=start),
        by_improvements=legally_reached(improvements(graph, ranks), start=start),
    )


def improvements(graph: StateGraph, ranks: Ints | Floats) -> StateGraph:
    """Return the graph of those moves that are better for the mover than the state they leave.

    ranks : as for :func:`status_quo`

    Examples
    --------
    >>> from detente.solvers.state_graph import graph_of_moves
    >>> graph = graph_of_moves(3, [[(0, 1), (0, 2), (1, 0)]])
    >>> improvements(graph, np.array([[1, 2, 1]])).moves(0, 0).tolist()
    [1]
    """
    first, target = [], []
    for party in range(graph.n_parties):
        own = ranks[party]
        better = own[graph.target[party]] > own[graph.origin(party)]
        before = np.concatenate([[0], np.cumsum(better)]).astype(np.int64)
        first.append(before[graph.first[party]])
        target.append(graph.target[party][better])
    return StateGraph(n_states=graph.n_states, first=tuple(first), target=tuple(target))


def legally_reached(graph: StateGraph, /, *, start: int) -> Reached:
    """Search all legal paths from a state, by their length.

    What matters of a path is its last state and who moved last: a state found by somebody else may
    be left by a move that was not legal before. So states are found at most once for each mover;
    but a move is looked at once only. When a state is found first, everybody but the mover can
    leave it; when it is found by a second mover, the first can leave it too, and no third mover
    adds anything.
    """
    n_states, n_parties = graph.n_states, graph.n_parties
    distance = np.full(n_states, -1, dtype=np.int32)
    found = np.full(n_states, -1, dtype=np.int64)
    first_mover = np.full(n_states, -1, dtype=np.int32)
    known = np.zeros((n_parties, n_states), dtype=np.bool_)
    tried = np.empty(n_states, dtype=np.int64)
    distance[start] = 0
    party, state = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.int32)]
    before = [np.zeros(0, dtype=np.int64)]
    n_found, length, n_missing = 0, 0, n_states - 1
    at = np.array([start], dtype=np.int32)
    leaving = np.ones((n_parties, 1), dtype=np.bool_)
    places = np.array([-1], dtype=np.int64)
    while len(at) and n_missing:
        length += 1
        nodes = []
        for mover in range(n_parties):
            which = np.flatnonzero(leaving[mover])
            row, to = _moves_from(graph, mover, at[which])
            fresh = ~known[mover, to]
            row, to = which[row[fresh]], to[fresh]
            order = np.arange(len(to))
            tried[to[::-1]] = order[::-1]
            once = tried[to] == order
            row, to = row[once], to[once]
            known[mover, to] = True
            nodes.append((row, np.full(len(to), mover, dtype=np.int32), to))
        row, by, to = (np.concatenate(parts) for parts in zip(*nodes, strict=True))
        order = np.lexsort((to, by, row))
        row, by, to = row[order], by[order], to[order]
        party.append(by)
        state.append(to)
        before.append(places[row])
        places = n_found + np.arange(len(to))
        n_found += len(to)
        at, leaving = to, np.zeros((n_parties, len(to)), dtype=np.bool_)
        new = _first(to, distance[to] < 0, tried=tried)
        distance[to[new]] = length
        found[to[new]] = places[new]
        n_missing -= len(new)
        leaving[:, new] = np.arange(n_parties)[:, None] != by[new]
        first_mover[to[new]] = by[new]
        seen_once = first_mover[to] >= 0
        seen_once[new] = False
        second = _first(to, seen_once, tried=tried)
        leaving[first_mover[to[second]], second] = True
        first_mover[to[second]] = -1
    return Reached(
        start=start,
        distance=distance,
        found=found,
        party=np.concatenate(party),
        state=np.concatenate(state),
        before=np.concatenate(before),
    )


def _moves_from(graph: StateGraph, party: int, states: States) -> tuple[Ints, States]:
    """Return all moves of a decision maker from some states: the place of the state, the target."""
    first = graph.first[party]
    begin, counts = first[states], first[states + 1] - first[states]
    ends = np.cumsum(counts)
    row = np.repeat(np.arange(len(states)), counts)
    nth = np.arange(len(row)) - np.repeat(ends - counts, counts)
    return row, graph.target[party][begin[row] + nth]


def _first(states: States, wanted: Bools, *, tried: Ints) -> Ints:
    """Return the places of the wanted states, of each only its first."""
    places: Ints = np.flatnonzero(wanted)
    tried[states[places][::-1]] = places[::-1]
    once: Ints = places[tried[states[places]] == places]
    return once
