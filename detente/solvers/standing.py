"""Whether one state holds, for each decision maker, in many readings at once, and by how much.

A state s is stable for a decision maker when none of its moves pays. With W(q) the least that the
others can leave it with after a move to q (as each concept allows), that is: the largest of
min(value(q), W(q)) over its moves is at most value(s) (Fang, Hipel & Kilgour 1993, put as values).
The difference is the margin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from detente.errors import UnknownNameError, did_you_mean, quote
from detente.factors import Ints
from detente.hit_and_run import Bools, Floats
from detente.solvers import thresholds
from detente.solvers.concept import Sanctions
from detente.solvers.stability import CONCEPTS
from detente.solvers.state_graph import StateGraph, States
from detente.solvers.surroundings import Surroundings, surroundings
from detente.work import Work

if TYPE_CHECKING:
    from detente.solvers.kernels.standing import Around

SANCTIONS = {
    concept.key: concept.stable
    for concept in CONCEPTS.values()
    if isinstance(concept.stable, Sanctions)
}
"""The concepts that look no further than one own move, the answers to it, and one counter-move."""
KEYS = tuple(SANCTIONS)
Made = Callable[[], Floats]
"""Makes the values of some readings where they are needed; picklable."""
_COMPILED = (
    Sanctions(by="moves"),
    Sanctions(by="moves", countered=True),
    Sanctions(by="improvements"),
    Sanctions(by="improvements", countered=True),
)
_MOST_COMPILED = 62
"""So many parties the compiled code knows: the others are bits of a number."""
_CELLS = 2**21
"""Numbers that plain code works on together."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Departures:
    """The own moves of one decision maker from the state, in every reading.

    target : ascending, shape (n_moves,)
    gain : value of the target less value of the state, shape (n_rows, n_moves); a move is an
        improvement where it is positive
    worst : by concept, W of the target, shape (n_rows, n_moves): the value where the worst answer
        leaves the party, for SMR and SSEQ after its best counter-move; infinite where nothing
        answers. An improvement is deterred where it is at most the value of the state
    """

    party: int
    target: States
    gain: Floats
    worst: Mapping[str, Floats]


@dataclass(frozen=True, kw_only=True, eq=False)
class Standing:
    """One state in many readings. Row r is reading r in each array. Exact for whole numbers.

    value : of the state to each party, shape (n_rows, n_parties)
    departures : by party
    """

    state: int
    concepts: tuple[str, ...]
    value: Floats
    departures: tuple[Departures, ...]

    @cached_property
    def margin(self) -> dict[str, Floats]:
        """By concept, value less the most that a move secures, shape (n_rows, n_parties).

        At least 0 where the state is stable; infinite for a party without moves.
        """
        found = {}
        for key in self.concepts:
            secured = [
                np.minimum(self.value[:, k, None] + own.gain, own.worst[key])
                for k, own in enumerate(self.departures)
            ]
            most = [s.max(axis=1, initial=-np.inf) for s in secured]
            found[key] = self.value - np.stack(most, axis=1)
        return found

    @cached_property
    def stable(self) -> dict[str, Bools]:
        """By concept, whether the state is stable for each party, shape (n_rows, n_parties)."""
        return {key: margin >= 0 for key, margin in self.margin.items()}


def standing(
    graph: StateGraph, state: int, values: Floats, concepts: Sequence[str] = KEYS
) -> Standing:
    """Judge one state in every reading.

    values : whole numbers as doubles, shape (n_rows, n_parties, n_states), every party on its own
        scale, larger is better; ties count as not better
    concepts : of :data:`KEYS`. R: no move is an improvement. GMR: the others can answer each
        improvement with a state no better than this. SMR: and from there no own move leads to a
        better one. SEQ, SSEQ: as GMR and SMR, each step of an answer being an improvement of its
        mover (Rego & Vieira 2017 for the last)

    Exact, since values are only compared, and subtracted once.

    Raises UnknownNameError for a concept that is not known; LimitError when the answers to all own
    moves are too many to hold.

    Cost: for each reading at most once the moves of the others that follow an own move, for each
    own move; for two parties with six options each 0.5 ms a reading.

    Examples
    --------
    >>> from detente.solvers.state_graph import graph_of_moves
    >>> graph = graph_of_moves(4, [[(0, 1), (2, 3)], [(0, 2), (1, 3)]])
    >>> dilemma = np.array([[[3.0, 4.0, 1.0, 2.0], [3.0, 1.0, 4.0, 2.0]]])
    >>> found = standing(graph, 0, dilemma)
    >>> {key: margin.tolist() for key, margin in found.margin.items()}
    {'R': [[-1.0, -1.0]], 'GMR': [[1.0, 1.0]], 'SMR': [[1.0, 1.0]], 'SEQ': [[1.0, 1.0]],
     'SSEQ': [[1.0, 1.0]]}
    """
    return standing_of_readings(graph, state, [values], concepts)


def checked(concepts: Sequence[str]) -> tuple[str, ...]:
    """Return each concept once.

    Raises UnknownNameError for one that is not among :data:`KEYS`.
    """
    for key in concepts:
        if key not in KEYS:
            message = f"no concept of one state is called {quote(key)}; {did_you_mean(key, KEYS)}"
            raise UnknownNameError(message)
    return tuple(dict.fromkeys(concepts))


def standing_of_readings(
    graph: StateGraph,
    state: int,
    pieces: Iterable[Floats | Made],
    concepts: Sequence[str] = KEYS,
    *,
    work: Work | None = None,
) -> Standing:
    """Judge one state in every reading, piece by piece on ``work.executor``.

    pieces : the values of some readings each, as for :func:`standing`, or what makes them there.
        The rows follow each other; the same numbers come wherever and in however many pieces

    Raises CancelledError when the work is cancelled; what making values raises.
    """
    asked = checked(concepts)
    around = tuple(surroundings(graph, k, state) for k in range(graph.n_parties))
    todo = [_Piece(around=around, values=piece, concepts=asked) for piece in pieces]
    parts = list((work or Work()).run(_judged, todo, what="judging whether it holds"))
    if not parts:
        parts = [_judged(_Piece(around=around, values=_no_rows(graph), concepts=asked))]
    return Standing(
        state=state,
        concepts=asked,
        value=np.concatenate([part.value for part in parts]),
        departures=tuple(
            Departures(
                party=k,
                target=around[k].target,
                gain=np.concatenate([part.departures[k].gain for part in parts]),
                worst={
                    key: np.concatenate([part.departures[k].worst[key] for part in parts])
                    for key in asked
                },
            )
            for k in range(graph.n_parties)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Piece:
    """Some readings, ready to be judged anywhere."""

    around: tuple[Surroundings, ...]
    values: Floats | Made
    concepts: tuple[str, ...]


def _no_rows(graph: StateGraph) -> Floats:
    return np.zeros((0, graph.n_parties, graph.n_states))


def _judged(piece: _Piece) -> Standing:
    """Judge the state in some readings."""
    values = piece.values() if callable(piece.values) else piece.values
    state = piece.around[0].state if piece.around else 0
    value = values[:, :, state].copy()
    extent = sum(around.extent for around in piece.around)
    many = len(values) * extent >= thresholds.COMPILED_STANDING
    compiled = many and len(piece.around) <= _MOST_COMPILED
    worst_of = worst_compiled if compiled else _worst_plain
    departures = tuple(
        Departures(
            party=around.party,
            target=around.target,
            gain=values[:, around.party, around.target] - value[:, around.party, None],
            worst=worst_of(around, values, piece.concepts),
        )
        for around in piece.around
    )
    return Standing(state=state, concepts=piece.concepts, value=value, departures=departures)


def _worst_plain(
    around: Surroundings, values: Floats, concepts: tuple[str, ...]
) -> dict[str, Floats]:
    """Return what each move can come to at worst, by concept, with arrays over the readings."""
    n_rows, n_moves = len(values), len(around.target)
    worst = {key: np.full((n_rows, n_moves), np.inf) for key in concepts}
    n_together = max(1, _CELLS // max(around.extent, 1))
    for low in range(0, n_rows, n_together):
        rows = slice(low, low + n_together)
        readings = _Readings(around, values[rows])
        for key in concepts:
            if SANCTIONS[key].by != "nothing":
                worst[key][rows] = readings.worst(SANCTIONS[key]).T
    return worst


class _Readings:
    """Some readings around a state; a reading is a column in each array."""

    def __init__(self, around: Surroundings, values: Floats) -> None:
        self._around = around
        self._own = np.ascontiguousarray(values[:, around.party].T)
        self._left = self._own[around.nodes]
        self._improves = []
        for k, to, first in zip(around.others, around.step, around.step_first, strict=True):
            theirs = values[:, k].T[around.nodes]
            self._improves.append(theirs[to] > np.repeat(theirs, np.diff(first), axis=0))

    def worst(self, sanctions: Sanctions) -> Floats:
        """Return W of each own move, shape (n_moves, n_rows)."""
        left = self._escaped if sanctions.countered else self._left
        if sanctions.by == "moves":
            return _least(left[self._around.answer], self._around.answer_first)
        by = self._improving(left)
        least: Floats = np.min([to[self._around.place] for to in by], axis=0, initial=np.inf)
        return least if by else np.full((len(self._around.place), left.shape[1]), np.inf)

    @cached_property
    def _escaped(self) -> Floats:
        """What the party can have from each node after its best counter-move, or none."""
        around = self._around
        best = -_least(-self._own[around.counter], around.counter_first)
        return np.maximum(self._left, best)

    def _improving(self, left: Floats) -> list[Floats]:
        """Return the least by improvements from each node, for each party that moves first.

        Worked out over and over from what each step leads to, until nothing changes.
        """
        around = self._around
        found = [np.full(left.shape, np.inf) for _ in around.others]
        changed = True
        while changed:
            changed = False
            for k, (to, first) in enumerate(zip(around.step, around.step_first, strict=True)):
                rest = [other for m, other in enumerate(found) if m != k]
                reach = np.minimum.reduce([left, *rest])[to]
                reach[~self._improves[k]] = np.inf
                new = _least(reach, first)
                changed |= len(found) > 1 and not np.array_equal(new, found[k])
                found[k] = new
        return found


def _least(numbers: Floats, first: Ints) -> Floats:
    """Return the least of each lot of rows, infinite for an empty one."""
    least = np.full((len(first) - 1, numbers.shape[1]), np.inf)
    some = np.diff(first) > 0
    if some.any():
        least[some] = np.minimum.reduceat(numbers, first[:-1][some], axis=0)
    return least


def worst_compiled(
    around: Surroundings, values: Floats, concepts: tuple[str, ...]
) -> dict[str, Floats]:
    """Return what each move can come to at worst, by concept, in compiled code.

    Shape (n_rows, n_moves); for at most 62 parties.
    """
    from detente.solvers.kernels.standing import Told, judge

    worst = {key: np.full((len(values), len(around.target)), np.inf) for key in concepts}
    by = {SANCTIONS[key]: told for key, told in worst.items()}
    told = Told(*(by.get(way, np.zeros((0, 0))) for way in _COMPILED))
    judge(_flat(around), np.ascontiguousarray(values), told)
    return worst


def _flat(around: Surroundings) -> Around:
    """Put the steps of all others behind each other."""
    from detente.solvers.kernels.standing import Around

    n_nodes = len(around.nodes)
    first = np.zeros((len(around.others), n_nodes + 1), dtype=np.int64)
    before = 0
    for k, own in enumerate(around.step_first):
        first[k] = own + before
        before += len(around.step[k])
    return Around(
        party=around.party,
        nodes=around.nodes,
        place=around.place,
        answer=around.answer,
        answer_first=around.answer_first,
        others=np.array(around.others, dtype=np.int64),
        step=np.concatenate([np.zeros(0, dtype=np.int32), *around.step]),
        step_first=first,
        counter=around.counter,
        counter_first=around.counter_first,
    )
