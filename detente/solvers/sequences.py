"""Legal sequences of moves, searched backwards from where they end, the worst ends first.

In a legal sequence nobody moves twice in a row; the same party may move again later. What matters
of an end is how little it is worth to somebody. So ends are taken in order of ascending value, and
the first from which a state is reached, backwards, is the least for it. Every party's moves into a
state are gone through once in the whole search.

These are loops over plain numbers. They run as they stand, on lists, and are compiled as they stand
for large conflicts. What waits is taken first come, first served, with where it stands, so that a
processor can fetch it meanwhile.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.integer[Any]] | list[int]


def enter(
    party: int, n_parties: int, first: Numbers, target: Numbers, rank: Numbers, rows: Rows
) -> None:
    """Turn the moves of one party round: beside each state, from where the party enters it.

    first, target : its moves, see :class:`~detente.solvers.state_graph.StateGraph`
    rank : its own
    rows : begin, end and source of each row, see :func:`search`. Sources for which the move is an
        improvement come first; begin and end become the place where those stop
    """
    begin, end, source = rows
    for state in range(len(first) - 1):
        for move in range(first[state], first[state + 1]):
            row = target[move] * n_parties + party
            if rank[state] < rank[target[move]]:
                source[begin[row]] = state
                begin[row] += 1
            else:
                end[row] -= 1
                source[end[row]] = state


Rows: TypeAlias = tuple[Numbers, Numbers, Numbers]


def ascend(worth: Numbers, least: int, before: Numbers, order: Numbers) -> None:
    """Put states into ascending order of what they are worth, by counting.

    least : the smallest worth; before : room for every worth from there to the largest, and one
        more, zeros; order : filled in
    """
    for state in range(len(worth)):
        before[worth[state] - least + 1] += 1
    for k in range(1, len(before)):
        before[k] += before[k - 1]
    for state in range(len(worth)):
        order[before[worth[state] - least]] = state
        before[worth[state] - least] += 1


def search(  # noqa: C901 - one loop, so that it compiles as it stands
    party: int, n_parties: int, ends: tuple[Numbers, Numbers], rows: Rows, room: Rows, stop: Numbers
) -> None:
    """Find the least that a legal sequence of the others' moves can end in, from every state.

    ends : states by ascending value, and the value of each
    rows : row state x n_parties + mover holds the states from which the mover enters the state:
        begin and end of each row, and sources
    room : least of each state, filled in where it may settle something; marks, zero for each state;
        and room for three numbers of each row
    stop : the search ends once ``stop[0]`` is not 0

    A mark says which movers' moves into a state have been gone through, or wait for it: none (0);
    those of all but one, who moves from there in the sequence found first (1 to n_parties); all. A
    state whose turn as an end came before any sequence from there was found is left without a
    least: that would be no less than what the state itself is worth, and settles nothing.
    """
    order, value = ends
    begin, end, source = rows
    least, mark, waiting = room
    everybody = n_parties + 1
    head = tail = 0
    for last in order:
        if stop[0]:
            return
        was = mark[last]
        if was > n_parties:
            continue
        worth = value[last]
        mark[last] = everybody
        for mover in range(n_parties):
            if mover != party and (was == 0 or mover == was - 1):
                row = last * n_parties + mover
                waiting[tail], waiting[tail + 1], waiting[tail + 2] = begin[row], end[row], mover
                tail += 3
        while head < tail:
            entered, until, mover = waiting[head], waiting[head + 1], waiting[head + 2]
            head += 3
            for place in range(entered, until):
                state = source[place]
                was = mark[state]
                if was == 0:
                    least[state] = worth
                    mark[state] = mover + 1
                    for other in range(n_parties):
                        if party != other != mover:
                            row = state * n_parties + other
                            waiting[tail], waiting[tail + 1] = begin[row], end[row]
                            waiting[tail + 2] = other
                            tail += 3
                elif everybody != was != mover + 1:
                    mark[state] = everybody
                    row = state * n_parties + was - 1
                    waiting[tail], waiting[tail + 1] = begin[row], end[row]
                    waiting[tail + 2] = was - 1
                    tail += 3
