"""What of a conflict a flow graph shows, and in which column each state stands.

In a flow graph every arrow is an improving move, and the stable states stand in the last column.
The others stand to their left, so that arrows lead from left to right as far as that is possible:
improving moves of different decision makers may run in circles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from detente.factors import Bools, Ints
from detente.solvers.legal_sequences import reached
from detente.solvers.state_graph import StateGraph, Values, graph_of_arrays, improving_moves

MOST_COLUMNS = 6
"""Columns at the most; where improving moves run longer, some stand within a column."""
NEAREST = 24
"""States shown where even those reached from the start are too many."""
MOST_ARROWS = 40
"""Improving moves shown all; where there are more, of each party the best from each state."""
_COMPANY = 12
"""A part that improving moves from the start leave smaller than this is filled up."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FlowPart:
    """The states of a conflict that are shown, and the improving moves among them.

    states : ascending, int64, shape (n_shown,)
    before : int64, shape (n_shown,), how many columns each stands before the last
    mover, origin, target : int64, shape (n_arrows,), by mover, then origin, then target, which are
        positions in ``states``
    n_states : how many states the conflict has
    n_reached : how many states improving moves lead to from the start, itself included
    n_beside : how many of those shown they do not lead to
    n_leaving : how many such moves lead from the states shown to others
    best_only : whether of each party only the improving moves to what it likes best are counted
    """

    states: Ints
    before: Ints
    mover: Ints
    origin: Ints
    target: Ints
    n_states: int
    n_reached: int
    n_beside: int
    n_leaving: int
    best_only: bool = False

    @property
    def complete(self) -> bool:
        """Whether every state is shown."""
        return len(self.states) == self.n_states


def flow_part(
    graph: StateGraph,
    /,
    ranks: Values,
    stable: Bools,
    *,
    start: int | None,
    most: int,
) -> FlowPart:
    """Choose the states that are shown, and place them in columns.

    All where there are no more than ``most``. Otherwise those that legal sequences of improving
    moves lead to from the start, or the nearest of them where they are more than ``most``. Where
    they are less than a dozen, those nearest to the start by moves of any kind fill it up. Where
    more than :data:`MOST_ARROWS` moves would be shown, only those count that lead a party from a
    state to what it likes best there.

    Parameters
    ----------
    ranks : shape (n_parties, n_states); larger is better
    stable : bool, shape (n_states,)
    start : where the conflict stands; None stands for the first state
    most : how many states are shown at the most
    """
    better = improving_moves(graph, ranks)
    part = _part_of(graph, better, stable, start=start, most=most)
    if len(part.mover) <= MOST_ARROWS:
        return part
    best = best_moves(better, ranks)
    return replace(_part_of(graph, best, stable, start=start, most=most), best_only=True)


def best_moves(better: StateGraph, ranks: Values) -> StateGraph:
    """Return only those moves of each party that lead from a state to what it likes best there.

    Of moves to states that it likes equally all are kept.

    Examples
    --------
    >>> from detente.solvers.state_graph import graph_of_moves
    >>> graph = graph_of_moves(4, [[(0, 1), (0, 2), (0, 3), (1, 2)]])
    >>> best_moves(graph, np.array([[0, 1, 2, 2]])).moves(0, 0).tolist()
    [2, 3]
    """
    kept = []
    for party, own in enumerate(ranks):
        origin, target = better.origin(party), better.target[party]
        most = np.full(better.n_states, own.min(initial=0) - 1)
        np.maximum.at(most, origin, own[target])
        best = own[target] == most[origin]
        kept.append((origin[best], target[best]))
    return graph_of_arrays(better.n_states, kept)


def _part_of(
    graph: StateGraph, better: StateGraph, stable: Bools, *, start: int | None, most: int
) -> FlowPart:
    """Choose the states to show, by the moves that are shown."""
    everybody, begin = range(graph.n_parties), 0 if start is None else start
    drifted = reached(better, everybody, begin).states
    if graph.n_states <= most:
        chosen = np.arange(graph.n_states)
    else:
        chosen = drifted if len(drifted) <= most else drifted[: min(NEAREST, most)]
        if len(chosen) < min(_COMPANY, most):
            near = reached(graph, everybody, begin).states
            near = near[~np.isin(near, chosen)]
            chosen = np.concatenate([chosen, near[: min(_COMPANY, most) - len(chosen)]])
        chosen = np.sort(chosen)
    place = np.full(graph.n_states, -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    movers, origins, targets = [], [], []
    n_leaving = 0
    for party in everybody:
        origin, to = better.moves_from(party, chosen.astype(np.int32))
        target = place[to]
        shown = target >= 0
        n_leaving += int((~shown).sum())
        movers.append(np.full(int(shown.sum()), party))
        origins.append(origin[shown])
        targets.append(target[shown])
    mover, origin, target = (np.concatenate(lots) for lots in (movers, origins, targets))
    return FlowPart(
        states=chosen,
        before=columns(list(zip(origin.tolist(), target.tolist(), strict=True)), stable[chosen]),
        mover=mover,
        origin=origin,
        target=target,
        n_states=graph.n_states,
        n_reached=len(drifted),
        n_beside=int((~np.isin(chosen, drifted)).sum()),
        n_leaving=n_leaving,
    )


def columns(arrows: Sequence[tuple[int, int]], stable: Bools, *, most: int = MOST_COLUMNS) -> Ints:
    """Return how many columns each state stands before the last one, where the stable states are.

    A state stands as many columns before as the longest way of forward arrows from it is long, to
    a stable state or to one without arrows. Forward are all arrows but those that leave a stable
    state, and those that run back in an order of the states in which few do: states with more
    arrows going out than coming in first (Eades, Lin & Smyth 1993). So where nothing runs in
    circles every arrow leads to the right, and a state has at least as many columns after it as it
    is improving moves away from rest. Where the longest way needs more columns than there may be,
    neighbouring ones are laid together.

    arrows : from and to, by position
    stable : bool, shape (n_states,)

    Examples
    --------
    >>> columns([(0, 1), (1, 2), (0, 2)], np.array([False, False, True])).tolist()
    [2, 1, 0]

    A circle from which one move leads to rest:

    >>> columns([(0, 1), (1, 0), (1, 2)], np.array([False, False, True])).tolist()
    [2, 1, 0]
    """
    n_states = len(stable)
    after: list[set[int]] = [set() for _ in range(n_states)]
    for origin, target in arrows:
        if not stable[origin] and origin != target:
            after[origin].add(target)
    rank = {state: k for k, state in enumerate(_few_backward(after))}
    height = [0] * n_states
    for state in sorted(range(n_states), key=lambda one: -rank[one]):
        if not stable[state]:
            forward = [height[to] for to in after[state] if rank[to] > rank[state]]
            height[state] = 1 + max(forward, default=0)
    found = np.array(height, dtype=np.int64)
    longest = int(found.max(initial=0))
    if longest > most - 1:
        found = -(-found * (most - 1) // longest)
    return found


def _few_backward(after: Sequence[set[int]]) -> list[int]:
    """Order states so that few arrows run backward, by the rule of Eades, Lin & Smyth (1993)."""
    ahead = [set(to) for to in after]
    behind: list[set[int]] = [set() for _ in after]
    for state, to in enumerate(after):
        for one in to:
            behind[one].add(state)
    left = set(range(len(after)))
    first: list[int] = []
    last: list[int] = []
    while left:
        sinks = sorted(state for state in left if not ahead[state])
        sources = sorted(state for state in left if not behind[state])
        if sinks:
            taken, into = sinks[0], last
        elif sources:
            taken, into = sources[0], first
        else:
            taken = max(sorted(left), key=lambda one: len(ahead[one]) - len(behind[one]))
            into = first
        into.append(taken)
        left.discard(taken)
        for one in ahead[taken]:
            behind[one].discard(taken)
        for one in behind[taken]:
            ahead[one].discard(taken)
    return first + last[::-1]
