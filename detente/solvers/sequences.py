"""Legal sequences of moves, searched backwards from where they end, the worst ends first.

In a legal sequence nobody moves twice in a row; the same party may move again later. What matters
of an end is how little it is worth to somebody. So ends are taken in order of ascending value, and
the first from which a state is reached, backwards, is the least for it. Every party's moves into a
state are gone through once in the whole search.

These are loops over plain numbers. They run as they stand, on lists, and are compiled as they stand
for large conflicts.
"""

from __future__ import annotations

from typing import TypeAlias

from detente.factors import Ints
from detente.solvers.state_graph import States

Numbers: TypeAlias = Ints | States | list[int]


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


def search(  # noqa: C901, PLR0912 - one loop, so that it compiles as it stands
    party: int, n_parties: int, ends: tuple[Numbers, Numbers], rows: Rows, room: Rows, stop: Numbers
) -> None:
    """Find the least that a legal sequence of the others' moves can end in, from every state.

    ends : states by ascending value, and the value of each
    rows : row state x n_parties + mover holds the states from which the mover enters the state:
        begin and end of each row, and sources
    room : least of each state, filled in where there is a sequence; marks, zero for each state; and
        room for the number of rows
    stop : the search ends once ``stop[0]`` is not 0

    A mark says which movers' moves into a state have been gone through: none (0); those of all but
    one, who moves from there in the sequence found first (1 to n_parties); all. In the last case
    also whether a sequence from there was found.
    """
    order, value = ends
    begin, end, source = rows
    least, mark, waiting = room
    found, unfound = n_parties + 1, n_parties + 2
    for last in order:
        if stop[0]:
            return
        was = mark[last]
        if was > n_parties:
            continue
        worth = value[last]
        top = 0
        if was:
            mark[last] = found
            waiting[top] = last * n_parties + was - 1
            top += 1
        else:
            mark[last] = unfound
            for mover in range(n_parties):
                if mover != party:
                    waiting[top] = last * n_parties + mover
                    top += 1
        while top:
            top -= 1
            row = waiting[top]
            mover = row % n_parties
            for place in range(begin[row], end[row]):
                state = source[place]
                was = mark[state]
                if was == 0:
                    least[state] = worth
                    mark[state] = mover + 1
                    for other in range(n_parties):
                        if other not in (party, mover):
                            waiting[top] = state * n_parties + other
                            top += 1
                elif was == unfound:
                    least[state] = worth
                    mark[state] = found
                elif was not in (found, mover + 1):
                    mark[state] = found
                    waiting[top] = state * n_parties + was - 1
                    top += 1
