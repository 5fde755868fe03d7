"""What the own moves of a decision maker from one state come to at worst, reading by reading."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.diagram import Floats
from detente.factors import Ints
from detente.solvers.state_graph import States


class Around(NamedTuple):
    """See :class:`~detente.solvers.surroundings.Surroundings`.

    step, step_first : the moves of all other parties behind each other; ``step_first`` has a row
        for each of them, shape (n_others, n_nodes + 1)
    """

    party: int
    nodes: States
    place: Ints
    answer: States
    answer_first: Ints
    others: Ints
    step: States
    step_first: Ints
    counter: States
    counter_first: Ints


class Told(NamedTuple):
    """Filled in: W of each own move, shape (n_rows, n_moves); no rows where it is not asked for."""

    gmr: Floats
    smr: Floats
    seq: Floats
    sseq: Floats


class Room(NamedTuple):
    """What searches by improvements write down; a mark tells one search from those before.

    theirs : what the nodes are worth to the others, shape (n_others, n_nodes)
    moved : the last search in which another moved from a node, likewise
    seen : the last search that came to a node; met : the nodes of this search
    todo : nodes, and who moves from there next
    """

    theirs: Floats
    moved: Ints
    seen: Ints
    met: Ints
    todo: Ints


@njit(cache=True, nogil=True)
def judge(around: Around, values: Floats, told: Told) -> None:
    """Judge every move in every reading; what is told is infinite before.

    values : shape (n_rows, n_parties, n_states)
    """
    n_nodes, n_others = len(around.nodes), len(around.others)
    escapes = len(told.smr) > 0 or len(told.sseq) > 0
    left, escaped = np.empty(n_nodes), np.empty(n_nodes)
    room = Room(
        np.empty((n_others, n_nodes)),
        np.zeros((n_others, n_nodes), np.int64),
        np.zeros(n_nodes, np.int64),
        np.empty(n_nodes, np.int64),
        np.empty((n_others * n_nodes, 2), np.int64),
    )
    for row in range(len(values)):
        own = values[row, around.party]
        for x in range(n_nodes):
            left[x] = own[around.nodes[x]]
        if escapes:
            _escape(around, own, left, escaped)
        if len(told.gmr) > 0:
            _answer(around, left, told.gmr[row])
        if len(told.smr) > 0:
            _answer(around, escaped, told.smr[row])
        if len(told.seq) > 0 or len(told.sseq) > 0:
            for k in range(n_others):
                for x in range(n_nodes):
                    room.theirs[k, x] = values[row, around.others[k], around.nodes[x]]
            _improvements(around, room, left, escaped, row, told)


@njit(cache=True, nogil=True)
def _escape(around: Around, own: Floats, left: Floats, escaped: Floats) -> None:
    """Fill in what the party can have from each node after its best counter-move, or none."""
    for x in range(len(left)):
        best = left[x]
        for e in range(around.counter_first[x], around.counter_first[x + 1]):
            best = max(best, own[around.counter[e]])
        escaped[x] = best


@njit(cache=True, nogil=True)
def _answer(around: Around, left: Floats, worst: Floats) -> None:
    """Fill in the least over all answers to each move."""
    for move in range(len(worst)):
        least = np.inf
        for e in range(around.answer_first[move], around.answer_first[move + 1]):
            least = min(least, left[around.answer[e]])
        worst[move] = least


@njit(cache=True, nogil=True)
def _improvements(
    around: Around, room: Room, left: Floats, escaped: Floats, row: int, told: Told
) -> None:
    """Fill in the least over all answers by improvements to each move, in one reading."""
    for move in range(len(around.place)):
        mark = row * len(around.place) + move + 1
        met = room.met[: _improve(around, around.place[move], mark, room)]
        if len(told.seq) > 0:
            told.seq[row, move] = _least(left, met)
        if len(told.sseq) > 0:
            told.sseq[row, move] = _least(escaped, met)


@njit(cache=True, nogil=True)
def _improve(around: Around, start: int, mark: int, room: Room) -> int:
    """Find all nodes at the ends of legal sequences of improvements; return how many."""
    n_others, n_met, n_todo = len(around.others), 0, 0
    for k in range(n_others):
        room.moved[k, start] = mark
        room.todo[n_todo, 0], room.todo[n_todo, 1] = start, k
        n_todo += 1
    while n_todo > 0:
        n_todo -= 1
        x, k = room.todo[n_todo, 0], room.todo[n_todo, 1]
        here = room.theirs[k, x]
        for e in range(around.step_first[k, x], around.step_first[k, x + 1]):
            y = around.step[e]
            if room.theirs[k, y] <= here:
                continue
            if room.seen[y] != mark:
                room.seen[y] = mark
                room.met[n_met] = y
                n_met += 1
            for m in range(n_others):
                if m != k and room.moved[m, y] != mark:
                    room.moved[m, y] = mark
                    room.todo[n_todo, 0], room.todo[n_todo, 1] = y, m
                    n_todo += 1
    return n_met


@njit(cache=True, nogil=True)
def _least(left: Floats, met: Ints) -> float:
    least = np.inf
    for x in met:
        least = min(least, left[x])
    return least
