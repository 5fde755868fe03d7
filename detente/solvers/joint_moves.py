"""Who could jump together from a state, to where, and what would answer it.

Coalition analysis of one state of a graph model (Kilgour, Hipel, Fang & Peng 2001; Inohara & Hipel
2008). The concepts, and which convention is taken, are said in
:mod:`~detente.solvers.coalition_stability`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np

from detente.factors import Bools, Ints
from detente.solvers.coalition_stability import (
    CONCEPTS,
    WORDS,
    Coalition,
    coalitions_of,
    known,
    unanswered,
)
from detente.solvers.legal_sequences import (
    Path,
    Reached,
    Words,
    leads_to,
    outside,
    packed,
    reached,
    unpacked,
)
from detente.solvers.state_graph import StateGraph, Values, improving_moves
from detente.work import Work

_CELLS = 2**20
"""Comparisons that are made at a time: what fits the cache of a core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JointImprovement:
    """A state that a coalition can bring about together, and that all of its members prefer.

    state : where they are
    coalition : the members; no smaller part of them can bring the target about
    target : the state that they prefer
    path : a shortest legal sequence to it; every member makes a step of it
    """

    state: int
    coalition: Coalition
    target: int
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JumpsOfReadings:
    """What coalitions can do from one state, reading by reading.

    state : the state
    coalitions : whose they are, single ones first; the rows of everything below
    jumps : whether the coalition has an improvement, shape (n_coalitions, n_rows)
    target : the improvement that it has in most readings, the first of several, shape
        (n_coalitions,); -1 where it never has any
    times : in how many readings it has that one, same shape
    path : a shortest legal sequence to it, for each coalition; empty where there is none
    stable : for each concept whether every improvement that there is is answered, shape
        (n_coalitions, n_rows); where there is none it is True
    """

    state: int
    coalitions: tuple[Coalition, ...]
    jumps: Bools
    target: Ints
    times: Ints
    path: tuple[Path, ...]
    stable: Mapping[str, Bools]

    def answered(self, concept: str) -> Bools:
        """Where there is an improvement and each is answered, shape (n_coalitions, n_rows)."""
        return np.asarray(self.jumps & self.stable[concept])


def joint_improvements(
    graph: StateGraph, ranks: Values, state: int, /, *, least: int = 2
) -> tuple[JointImprovement, ...]:
    """List the improvements of every coalition from one state, small coalitions first.

    What a part of a coalition can bring about is listed for the part alone, so that every member
    takes part in each path.

    Parameters
    ----------
    ranks : int32 or float64, shape (n_parties, n_states)
    least : coalitions have at least so many members; with 1 improvements of single ones too

    Raises
    ------
    LimitError
        There are more than 10 decision makers.

    Notes
    -----
    Cost: for each coalition one search through the moves of its members.

    Examples
    --------
    Neither of two prisoners leaves mutual defection (state 3) alone; together they do, and nobody
    is left to answer:

    >>> from detente.solvers.state_graph import graph_of_moves
    >>> row = [(0, 1), (1, 0), (2, 3), (3, 2)]
    >>> column = [(0, 2), (2, 0), (1, 3), (3, 1)]
    >>> graph = graph_of_moves(4, [row, column])
    >>> ranks = np.array([[2, 3, 0, 1], [2, 0, 3, 1]])
    >>> [one] = joint_improvements(graph, ranks, 3)
    >>> one.coalition, one.target, one.path
    ((0, 1), 0, (Step(party=0, state=2), Step(party=1, state=0)))
    >>> answer_to(graph, ranks, one, "CGMR") is None
    True
    """
    reach = _reach_of_all(graph, state)
    found = []
    for coalition in coalitions_of(graph.n_parties, least=least):
        ends = _needing_all(reach, coalition)
        better = _better(ranks, coalition, state)
        found += [
            JointImprovement(
                state=state, coalition=coalition, target=q, path=reach[coalition].path(q) or ()
            )
            for q in ends[better[ends]].tolist()
        ]
    return tuple(found)


def answer_to(
    graph: StateGraph, ranks: Values, jump: JointImprovement, concept: str, /
) -> Path | None:
    """Return a shortest answer of those outside to a coalition's improvement; None without any.

    It ends at a state that some member does not prefer to where they were; for CSMR one from which
    the coalition has no way out; for CSEQ every step of it is an improvement of its mover. Of the
    nearest such states the first is taken.

    Parameters
    ----------
    ranks : int32 or float64, shape (n_parties, n_states)
    concept : CGMR, CSMR or CSEQ; under CR nothing answers

    Notes
    -----
    Cost: one search through the moves of those outside; for CSMR a few rounds through all moves of
    the members besides.
    """
    if known(concept) == "CR":
        return None
    better = _better(ranks, jump.coalition, jump.state)
    deterring = ~better
    if concept == "CSMR":
        ways_out = leads_to(graph, jump.coalition, packed(better[:, None]))
        deterring &= ~unpacked(ways_out, 1)[:, 0]
    moves = improving_moves(graph, ranks) if concept == "CSEQ" else graph
    others = outside(jump.coalition, graph.n_parties)
    return reached(moves, others, jump.target).path_to_nearest(deterring)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """What is found of some readings: ``jumps`` and ``stable`` as above; times of every end."""

    jumps: Bools
    times: tuple[Ints, ...]
    stable: Mapping[str, Bools]


def jumps_of_readings(
    graph: StateGraph,
    state: int,
    values: Values,
    /,
    *,
    concepts: Sequence[str] = CONCEPTS,
    needing_all: bool = False,
    work: Work | None = None,
) -> JumpsOfReadings:
    """Tell in which readings each coalition could leave a state, and where each way is answered.

    Parameters
    ----------
    values : int32 or float64, shape (n_rows, n_parties, n_states)
    concepts : which of them to look at
    needing_all : only improvements count that no part of the coalition can bring about, so that
        what one party can do alone is not told again of every coalition that it belongs to. Without
        it the verdicts are those of the definitions
    work : who is told of progress, and where pieces run

    Raises
    ------
    LimitError
        There are more than 10 decision makers.
    CancelledError
        The work was stopped.

    Notes
    -----
    Where coalitions can get to does not depend on readings and is found once. What is answered is
    found backwards from the states that deter, for 64 readings at a time.

    Cost: for each coalition and concept a few rounds through the moves, times a 64th of the
    readings.

    Examples
    --------
    >>> from detente.solvers.state_graph import graph_of_moves
    >>> graph = graph_of_moves(3, [[(0, 1)], [(1, 2)]])
    >>> values = np.array([[[0, 1, 2], [0, 0, 1]], [[1, 0, 2], [1, 0, 0]]])
    >>> found = jumps_of_readings(graph, 0, values)
    >>> found.coalitions, found.target.tolist(), found.jumps.tolist()
    (((0,), (1,), (0, 1)), [1, -1, 2], [[True, False], [False, False], [True, False]])
    """
    chosen = tuple(known(concept) for concept in concepts)
    coalitions = coalitions_of(graph.n_parties)
    reach = _reach_of_all(graph, state)
    ends = tuple(
        _needing_all(reach, members) if needing_all else reach[members].ends
        for members in coalitions
    )
    size = 64 * max(1, WORDS // max(1, graph.n_moves))
    pieces = [values[k : k + size] for k in range(0, max(1, len(values)), size)]
    task = partial(_of_rows, graph, state, ends, chosen)
    parts = list((work or Work()).run(task, pieces, what="looking at coalitions"))
    times = [
        np.stack([part.times[row] for part in parts]).sum(axis=0, dtype=np.int64)
        for row in range(len(coalitions))
    ]
    best = [_first_best(states, many) for states, many in zip(ends, times, strict=True)]
    return JumpsOfReadings(
        state=state,
        coalitions=coalitions,
        jumps=np.concatenate([part.jumps for part in parts], axis=1),
        target=np.array([target for target, _ in best]),
        times=np.array([many for _, many in best]),
        path=tuple(
            (reach[members].path(target) if many else None) or ()
            for members, (target, many) in zip(coalitions, best, strict=True)
        ),
        stable={
            concept: np.concatenate([part.stable[concept] for part in parts], axis=1)
            for concept in chosen
        },
    )


def _of_rows(
    graph: StateGraph,
    state: int,
    ends: tuple[Ints, ...],
    concepts: tuple[str, ...],
    values: Values,
) -> _Rows:
    n_rows = len(values)
    coalitions = coalitions_of(graph.n_parties)
    improving = {}
    if "CSEQ" in concepts:
        improving = {p: _improving(graph, p, values[:, p]) for p in range(graph.n_parties)}
    gains = [packed((own > own[:, state, None]).T) for own in values.swapaxes(0, 1)]
    jumps = np.zeros((len(coalitions), n_rows), dtype=bool)
    stable = {concept: np.ones_like(jumps) for concept in concepts}
    times = []
    for row, coalition in enumerate(coalitions):
        better = np.bitwise_and.reduce([gains[party] for party in coalition])
        own = better[ends[row]]
        times.append(np.bitwise_count(own).sum(axis=1, dtype=np.int64))
        jumps[row] = unpacked(np.bitwise_or.reduce(own, axis=0), n_rows)
        if not jumps[row].any():
            continue
        for concept in concepts:
            free = unanswered(graph, coalition, better, concept, improving=improving)[ends[row]]
            stable[concept][row] = ~unpacked(np.bitwise_or.reduce(free, axis=0), n_rows)
    return _Rows(jumps=jumps, times=tuple(times), stable=stable)


def _improving(graph: StateGraph, party: int, own: Values) -> Words:
    """Mark in which readings each move of a party is an improvement, some moves at a time."""
    by_state = np.ascontiguousarray(own.T)
    origin, target = graph.origin(party), graph.target[party]
    size = max(1, _CELLS // max(1, len(own)))
    lots = [
        packed(by_state[target[k : k + size]] > by_state[origin[k : k + size]])
        for k in range(0, max(1, len(target)), size)
    ]
    return np.concatenate(lots)


def _better(ranks: Values, coalition: Coalition, state: int) -> Bools:
    """Mark the states that every member prefers to one, shape (n_states,)."""
    own = ranks[list(coalition)]
    return np.asarray((own > own[:, state, None]).all(axis=0))


def _reach_of_all(graph: StateGraph, state: int) -> Mapping[Coalition, Reached]:
    every = coalitions_of(graph.n_parties)
    return {members: reached(graph, members, state) for members in every}


def _needing_all(reach: Mapping[Coalition, Reached], coalition: Coalition) -> Ints:
    """Return the ends of a coalition that no part of it reaches, ascending.

    It is enough to look at the parts that lack one member: what a smaller part reaches they do.
    """
    ends = reach[coalition].ends
    for part in combinations(coalition, len(coalition) - 1):
        if part:
            ends = np.setdiff1d(ends, reach[part].ends, assume_unique=True)
    return ends


def _first_best(states: Ints, times: Ints) -> tuple[int, int]:
    """Return the state that is counted most often, and how often; -1 where none is at all."""
    if not len(states) or not times.any():
        return -1, 0
    return int(states[times.argmax()]), int(times.max())
