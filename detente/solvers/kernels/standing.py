"""What the own moves of a decision maker from one state come to at worst, reading by reading."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.diagram import Floats
from detente.factors import Ints
from detente.solvers.state_graph import States

SEEN = 1 << 61
"""The bit above those of all others, who may be 61."""


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
    """What searches by improvements write down.

    theirs : what the nodes are worth to the others, shape (n_others, n_nodes)
    moved : for each node who has moved, or is to move, from it, as bits, and :data:`SEEN` once a
        sequence ends there; 0 between searches
    due : for each node who is still to move from it, as bits
    met : nodes where sequences end
    todo : nodes from which somebody is still to move
    """

    theirs: Floats
    moved: Ints
    due: Ints
    met: Ints
    todo: Ints


@njit(cache=True, nogil=True)
def judge(around: Around, values: Floats, told: Told) -> None:
    """Judge every move in every reading; what is told is infinite before.

    values : shape (n_rows, n_parties, n_states)
    """
    n_nodes, n_others = len(around.nodes), len(around.others)
    left, escaped = np.empty(n_nodes), np.empty(n_nodes)
    room = Room(
        np.empty((n_others, n_nodes)),
        np.zeros(n_nodes, np.int64),
        np.zeros(n_nodes, np.int64),
        np.empty(n_nodes, np.int64),
        np.empty(n_nodes, np.int64),
    )
    for row in range(len(values)):
        own = values[row, around.party]
        for x in range(n_nodes):
            left[x] = own[around.nodes[x]]
        if len(told.smr) > 0 or len(told.sseq) > 0:
            _escape(around, own, left, escaped)
        if len(told.gmr) > 0:
            _answer(around, left, told.gmr[row])
        if len(told.smr) > 0:
            _answer(around, escaped, told.smr[row])
        if len(told.seq) > 0 or len(told.sseq) > 0:
            _take(around, values[row], room.theirs)
        if len(told.seq) > 0:
            _answer_improving(around, left, room, told.seq[row])
        if len(told.sseq) > 0:
            _answer_improving(around, escaped, room, told.sseq[row])


@njit(cache=True, nogil=True)
def _take(around: Around, values: Floats, theirs: Floats) -> None:
    """Fill in what the nodes are worth to the others."""
    for k in range(len(around.others)):
        for x in range(len(around.nodes)):
            theirs[k, x] = values[around.others[k], around.nodes[x]]


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
        worst[move] = _least(around, left, move)


@njit(cache=True, nogil=True)
def _answer_improving(around: Around, left: Floats, room: Room, worst: Floats) -> None:
    """Fill in the least over all answers by improvements to each move."""
    for move in range(len(worst)):
        worst[move] = _improve(around, move, left, _least(around, left, move), room)


@njit(cache=True, nogil=True)
def _least(around: Around, left: Floats, move: int) -> float:
    least = np.inf
    for e in range(around.answer_first[move], around.answer_first[move + 1]):
        least = min(least, left[around.answer[e]])
    return least


@njit(cache=True, nogil=True)
def _improve(around: Around, move: int, left: Floats, bound: float, room: Room) -> float:
    """Return the least at the ends of legal sequences of improvements; none lies below the bound.

    Looking on is useless once the bound is reached.
    """
    start, n_others = around.place[move], len(around.others)
    everybody = (1 << n_others) - 1
    room.todo[0], room.due[start], room.moved[start] = start, everybody, everybody
    n_todo, n_met, least = 1, 0, np.inf
    while n_todo > 0 and least > bound:
        n_todo -= 1
        x = room.todo[n_todo]
        due, room.due[x] = room.due[x], 0
        for k in range(n_others):
            if due >> k & 1:
                step = x, k, everybody & ~(1 << k)
                n_todo, n_met, least = _step(around, step, left, room, (n_todo, n_met, least))
    room.moved[start] = room.due[start] = 0
    for n in range(n_met):
        room.moved[room.met[n]] = room.due[room.met[n]] = 0
    return least


@njit(cache=True, nogil=True)
def _step(
    around: Around,
    step: tuple[int, int, int],
    left: Floats,
    room: Room,
    found: tuple[int, int, float],
) -> tuple[int, int, float]:
    """Make all improvements of one party from a node.

    step : the node, the party, and who may move after it, as bits
    found : how many nodes are to do, how many were met, and the least so far; returned brought up
        to date
    """
    x, k, after = step
    n_todo, n_met, least = found
    here = room.theirs[k, x]
    for e in range(around.step_first[k, x], around.step_first[k, x + 1]):
        y = around.step[e]
        if room.theirs[k, y] <= here:
            continue
        moved = room.moved[y]
        new = after & ~moved
        if moved < SEEN:
            room.met[n_met] = y
            n_met += 1
            least = min(least, left[y])
        room.moved[y] = moved | new | SEEN
        if new != 0:
            if room.due[y] == 0:
                room.todo[n_todo] = y
                n_todo += 1
            room.due[y] |= new
    return n_todo, n_met, least
