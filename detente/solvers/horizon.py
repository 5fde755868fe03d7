"""Looking ahead: stability against moves and answers some steps deep, or any number of steps deep.

Two decision makers take turns. Who is to move stays, and the conflict rests there, or moves, and
the other is to move; all know when the last move is over (Zagare 1984; Kilgour 1984; Fang, Hipel &
Kilgour 1993). A state is stable for a decision maker with the *horizon* h (limited-move stability,
L_h) when it would stay there, having the first of h moves. It is *non-myopically* stable (Brams &
Wittman 1981; Kilgour 1984) when it is so for every horizon from some one on.

The end of the moves is reckoned backwards. With nothing left to move, it is the state itself. With
h moves left, the mover compares what each of its moves would lead to, the other having h - 1 moves
then. It moves only for something strictly better in the end. Among moves that lead to equally good
ends for it, which one it makes is unknown, to itself and to the other: both reckon with the worst
that may come of it for themselves. So what is anticipated is a pair of ranks, one for each, which
need not be those of one state. Without ties between states it is that of the literature.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np

from detente.errors import LimitError, UnanswerableError
from detente.factors import Bools, Ints
from detente.solvers.concept import Concept, Model
from detente.solvers.option_form import graph_of
from detente.solvers.state_graph import StateGraph, Values
from detente.work import Work

LOOKING_AHEAD = "looking moves ahead"

MOST_STEPS = 2_000_000_000
"""So many moves may be looked at, each counted once for every step of the horizon."""

MOST_KEPT = 50_000_000
"""A course is told for so many states times moves at most."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Horizon:
    """What two decision makers stay in who look so many moves ahead.

    horizon : how many moves there are, the first by the decision maker in question
    stable : bool, shape (2, n_states); would it stay, having the first move
    ends : like the ranks, shape (2, 2, n_states), ``[mover, whose]``: the worst rank that each
        reckons with when this mover has the first move
    """

    horizon: int
    stable: Bools
    ends: Values

    @property
    def equilibria(self) -> Ints:
        """States that are stable for both."""
        return np.flatnonzero(self.stable.all(axis=0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NonMyopic:
    """What two decision makers stay in however far they look ahead.

    stable : bool, shape (2, n_states)
    settled : the horizon from which on nothing new comes
    period : after how many more moves what is anticipated repeats from there on; 1 where it stays
    """

    stable: Bools
    settled: int
    period: int

    @property
    def equilibria(self) -> Ints:
        """States that are stable for both."""
        return np.flatnonzero(self.stable.all(axis=0))


def limited_move(
    model: Model, ranks: Values, /, *, horizon: int, work: Work | None = None
) -> Horizon:
    """Return which states are stable for decision makers who look a number of moves ahead (L_h).

    Horizon 1 is Nash stability.

    Parameters
    ----------
    model : the moves of two decision makers
    ranks : shape (2, n_states), larger is better; only how they compare matters
    horizon : how many moves, 1 or more
    work : heard for cancellation at every step

    Raises
    ------
    UnanswerableError
        There are not two decision makers, or the horizon is below 1.
    LimitError
        There are more moves times horizon than :data:`MOST_STEPS`.

    Cost: O(horizon x (moves + states)) in time; memory does not grow with the horizon.

    Examples
    --------
    Prisoners' dilemma: states are (c, c), (d, c), (c, d), (d, d), and cooperation holds against
    players who see that a defection is answered.

    >>> from detente.solvers.state_graph import graph_of_moves
    >>> free = [(0, 1), (1, 0), (2, 3), (3, 2)], [(0, 2), (2, 0), (1, 3), (3, 1)]
    >>> ranks = np.array([[3, 4, 1, 2], [3, 1, 4, 2]], dtype=np.int32)
    >>> [
    ...     limited_move(graph_of_moves(4, free), ranks, horizon=h).equilibria.tolist()
    ...     for h in (1, 2, 3)
    ... ]
    [[3], [0, 3], [0, 3]]
    """
    graph = _of_two(model)
    _checked_horizon(graph, horizon)
    stable, ends = next(islice(_steps(graph, ranks, work), horizon - 1, None))
    return Horizon(horizon=horizon, stable=stable, ends=ends)


def non_myopic(model: Model, ranks: Values, /, *, work: Work | None = None) -> NonMyopic:
    """Return which states are stable for decision makers who look any number of moves ahead (NM).

    What is anticipated with one more move follows from what is anticipated without it, and there
    are finitely many ranks, so that it repeats in the end. A state is non-myopically stable when
    its decision maker stays at every horizon of what repeats. The repetition is found by Brent's
    method (1980), which keeps one earlier step only.

    Raises
    ------
    UnanswerableError
        There are not two decision makers.
    LimitError
        Nothing has repeated when :data:`MOST_STEPS` are done.

    Cost: O(horizons x (moves + states)), where horizons are at most three times those until what
    is anticipated has repeated once.

    Examples
    --------
    Chicken: of the same states only that both swerve is left.

    >>> from detente.solvers.state_graph import graph_of_moves
    >>> free = [(0, 1), (1, 0), (2, 3), (3, 2)], [(0, 2), (2, 0), (1, 3), (3, 1)]
    >>> found = non_myopic(
    ...     graph_of_moves(4, free), np.array([[3, 4, 2, 1], [3, 2, 4, 1]], dtype=np.int32)
    ... )
    >>> found.equilibria.tolist()
    [0]
    """
    graph = _of_two(model)
    period = _period(graph, ranks, work)
    ahead, behind = _steps(graph, ranks, work), _steps(graph, ranks, work)
    ahead_ends = [_at_once(ranks), *(next(ahead)[1] for _ in range(period))][-1]
    behind_ends, settled = _at_once(ranks), 0
    while not np.array_equal(ahead_ends, behind_ends):
        settled += 1
        ahead_ends, behind_ends = next(ahead)[1], next(behind)[1]
    stable = np.ones((2, graph.n_states), dtype=bool)
    for _ in range(period):
        stable &= next(behind)[0]
    return NonMyopic(stable=stable, settled=settled + 1, period=period)


def looking_ahead(horizon: int) -> Concept:
    """Return limited-move stability with one horizon as a concept, such as ``L_3``.

    Examples
    --------
    >>> looking_ahead(3).key
    'L_3'
    """
    moves = "move" if horizon == 1 else "moves"
    return Concept(
        key=f"L_{horizon}",
        name=f"limited-move stability, {horizon} {moves} ahead",
        source="Zagare 1984; Kilgour 1984",
        meaning=f"looks {horizon} {moves} ahead and does best to stay",
        parties=2,
        stable=partial(_stays, horizon=horizon),
    )


def horizon_of(key: str) -> int | None:
    """Return the horizon that the key of a concept such as ``L_3`` names; None for another key."""
    named = re.fullmatch(r"L_([1-9][0-9]{0,8})", key)
    return int(named[1]) if named else None


def course(
    model: Model, ranks: Values, /, *, mover: int, state: int, horizon: int
) -> tuple[int, ...]:
    """Return the states that a decision maker reckons to pass, itself making the first move.

    The first is the state itself; it is the only one where the decision maker stays. The last has
    the rank that :class:`Horizon` tells. Of equally good moves the decision maker takes the first;
    of those of the other it reckons with one that is worst for itself.

    Raises
    ------
    UnanswerableError, LimitError
        As :func:`limited_move`; a horizon times states beyond :data:`MOST_KEPT` is also too large.

    Cost: that of :func:`limited_move`, and 4 x horizon x states numbers.

    Examples
    --------
    >>> from detente.solvers.state_graph import graph_of_moves
    >>> graph = graph_of_moves(3, [[(0, 1)], [(1, 2)]])
    >>> ranks = np.array([[1, 0, 2], [0, 1, 2]], dtype=np.int32)
    >>> course(graph, ranks, mover=0, state=0, horizon=2)
    (0, 1, 2)
    """
    graph = _of_two(model)
    _checked_horizon(graph, horizon)
    if horizon * graph.n_states > MOST_KEPT:
        message = (
            f"the course of {horizon:,} moves over {graph.n_states:,} states is too much to keep"
        )
        raise LimitError(message)
    every = list(islice(_steps(graph, ranks), horizon))
    ends = [_at_once(ranks), *(after for _, after in every)]
    passed, now = [state], mover
    for left in range(horizon, 0, -1):
        here = passed[-1]
        if every[left - 1][0][now, here]:
            break
        moves = graph.moves(now, here)
        after = ends[left - 1][1 - now][:, moves]
        passed.append(int(moves[np.lexsort((after[mover], -after[now]))[0]]))
        now = 1 - now
    return tuple(passed)


def _period(graph: StateGraph, ranks: Values, work: Work | None) -> int:
    """Return after how many steps what is anticipated repeats, once it does."""
    kept, power, period, done = _at_once(ranks), 1, 0, 0
    for _, ends in _steps(graph, ranks, work):
        period, done = period + 1, done + 1
        if np.array_equal(ends, kept):
            break
        if period == power:
            kept, power, period = ends, 2 * power, 0
            _checked_steps(graph, done)
    return period


def _steps(
    graph: StateGraph, ranks: Values, work: Work | None = None
) -> Iterator[tuple[Bools, Values]]:
    """Yield who would stay, and what is anticipated, with 1, 2, 3, ... moves left."""
    ends = _at_once(ranks)
    while True:
        if work is not None:
            work.check(LOOKING_AHEAD)
        stays, after = zip(*(_step(graph, ranks, ends, mover) for mover in range(2)), strict=True)
        ends = np.stack(after)
        yield np.stack(stays), ends


def _at_once(ranks: Values) -> Values:
    """Return what is anticipated with nothing left to move."""
    return np.array([ranks, ranks])


def _step(graph: StateGraph, ranks: Values, ends: Values, mover: int) -> tuple[Bools, Values]:
    """Return where one decision maker stays, and what is anticipated, with one more move left."""
    other = 1 - mover
    after = ends[other][:, graph.target[mover]]
    first = graph.first[mover]
    leaving = np.flatnonzero(np.diff(first))
    starts = first[leaving]
    best = ranks[mover].copy()
    stays = np.ones(graph.n_states, dtype=bool)
    worst = ranks[other].copy()
    if len(leaving):
        found = np.maximum.reduceat(after[mover], starts)
        goes = found > ranks[mover, leaving]
        stays[leaving[goes]] = False
        best[leaving[goes]] = found[goes]
        top = after[mover] == np.repeat(found, np.diff(first)[leaving])
        of_best = np.where(top, after[other], ranks[other].max())
        worst[leaving[goes]] = np.minimum.reduceat(of_best, starts)[goes]
    pair = (best, worst) if mover == 0 else (worst, best)
    return stays, np.stack(pair)


def _stays(model: Model, ranks: Values, work: Work, *, horizon: int) -> Bools:
    return limited_move(model, ranks, horizon=horizon, work=work).stable


def _stays_however_far(model: Model, ranks: Values, work: Work) -> Bools:
    return non_myopic(model, ranks, work=work).stable


NON_MYOPIC = Concept(
    key="NM",
    name="non-myopic stability",
    source="Brams & Wittman 1981; Kilgour 1984",
    meaning="does best to stay however many moves it looks ahead, from some number on",
    parties=2,
    stable=_stays_however_far,
)


def _of_two(model: Model) -> StateGraph:
    """Return the written-out moves of two decision makers."""
    if model.n_parties != 2:
        message = (
            f"looking moves ahead is defined for two parties that take turns, and here are "
            f"{model.n_parties}; ask for GMR, SMR or SEQ"
        )
        raise UnanswerableError(message)
    return graph_of(model)


def _checked_horizon(graph: StateGraph, horizon: int) -> None:
    if horizon < 1:
        message = f"the horizon is {horizon}; it takes 1 move or more"
        raise UnanswerableError(message)
    _checked_steps(graph, horizon)


def _checked_steps(graph: StateGraph, horizon: int) -> None:
    most = MOST_STEPS // max(graph.n_moves + graph.n_states, 1)
    if horizon > most:
        message = (
            f"looking {horizon:,} moves ahead over {graph.n_moves:,} moves takes too long; "
            f"up to {most:,} are looked at"
        )
        raise LimitError(message)
