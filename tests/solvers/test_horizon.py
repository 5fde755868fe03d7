"""Looking some moves ahead, and any number of them, against the definitions and the literature."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import CancelledError, LimitError, UnanswerableError, UnknownNameError
from detente.solvers import horizon as module
from detente.solvers.horizon import course, limited_move, non_myopic
from detente.solvers.option_form import OptionForm, every_transition
from detente.solvers.stability import stability
from detente.solvers.state_graph import graph_of_moves
from detente.work import Work

FREE = every_transition(2)
TWO_BY_TWO = OptionForm(
    sizes=(2, 2), allowed=((FREE, None), (None, FREE)), feasible=np.ones(4, dtype=bool)
)
"""States: both comply, only the first does not, only the second does not, neither does."""
PRISONERS = np.array([[3, 4, 1, 2], [3, 1, 4, 2]], dtype=np.int32)
CHICKEN = np.array([[3, 4, 2, 1], [3, 2, 4, 1]], dtype=np.int32)


class Plain:
    """The definitions, one state at a time."""

    def __init__(self, moves, ranks):
        self.moves, self.ranks = moves, ranks
        self.anticipated = cache(self._anticipated)

    def own(self, state):
        return tuple(row[state] for row in self.ranks)

    def targets(self, mover, state):
        return {q for s, q in self.moves[mover] if s == state}

    def best(self, mover, state, left):
        """What the most promising moves lead to; nothing when it stays."""
        ends = {q: self.anticipated(1 - mover, q, left - 1) for q in self.targets(mover, state)}
        top = max((end[mover] for end in ends.values()), default=None)
        if top is None or top <= self.own(state)[mover]:
            return []
        return [end for end in ends.values() if end[mover] == top]

    def stays(self, mover, state, left):
        return not self.best(mover, state, left)

    def _anticipated(self, mover, state, left):
        if left == 0 or self.stays(mover, state, left):
            return self.own(state)
        ends = self.best(mover, state, left)
        return tuple(min(end[p] for end in ends) for p in range(2))

    def everything(self, n_states, left):
        return tuple(self.anticipated(m, s, left) for m in range(2) for s in range(n_states))


@st.composite
def conflicts(draw, *, ties=True):
    n_states = draw(st.integers(1, 6))
    pair = st.tuples(st.integers(0, n_states - 1), st.integers(0, n_states - 1))
    moves = [
        sorted({(s, q) for s, q in draw(st.lists(pair, max_size=14)) if s != q}) for _ in range(2)
    ]
    one = (
        st.lists(st.integers(0, 3), min_size=n_states, max_size=n_states)
        if ties
        else st.permutations(range(n_states))
    )
    return n_states, moves, [list(draw(one)) for _ in range(2)]


def arrays(given_conflict):
    n_states, moves, ranks = given_conflict
    return graph_of_moves(n_states, moves), np.array(ranks, dtype=np.int32)


@given(conflicts(), st.integers(1, 7))
def test_stays_where_no_move_ends_in_something_better(conflict, horizon):
    graph, ranks = arrays(conflict)
    found = limited_move(graph, ranks, horizon=horizon)
    plain = Plain(*conflict[1:])
    for mover in range(2):
        for state in range(graph.n_states):
            assert found.stable[mover, state] == plain.stays(mover, state, horizon)
            end = tuple(found.ends[mover][:, state].tolist())
            assert end == plain.anticipated(mover, state, horizon)
    assert found.equilibria.tolist() == np.flatnonzero(found.stable.all(axis=0)).tolist()


@given(conflicts(ties=False), st.integers(1, 7))
def test_without_ties_one_state_is_anticipated(conflict, horizon):
    """The function G of Fang, Hipel and Kilgour (1993), which gives a state."""
    n_states, moves, ranks = conflict

    def anticipated(mover, state, left):
        targets = [q for s, q in moves[mover] if s == state]
        if left == 0 or not targets:
            return state
        ends = [anticipated(1 - mover, q, left - 1) for q in targets]
        best = max(ends, key=lambda end: ranks[mover][end])
        return best if ranks[mover][best] > ranks[mover][state] else state

    graph, array = arrays(conflict)
    found = limited_move(graph, array, horizon=horizon)
    for mover in range(2):
        for state in range(n_states):
            end = anticipated(mover, state, horizon)
            assert found.stable[mover, state] == (end == state)
            assert found.ends[mover][:, state].tolist() == [ranks[p][end] for p in range(2)]
            path = course(graph, array, mover=mover, state=state, horizon=horizon)
            assert path[0] == state
            assert path[-1] == end


@given(conflicts(), st.integers(1, 6), st.data())
def test_the_course_ends_in_the_rank_that_is_reckoned_with(conflict, horizon, data):
    graph, ranks = arrays(conflict)
    mover = data.draw(st.integers(0, 1))
    state = data.draw(st.integers(0, graph.n_states - 1))
    path = course(graph, ranks, mover=mover, state=state, horizon=horizon)
    found = limited_move(graph, ranks, horizon=horizon)
    assert ranks[mover, path[-1]] == found.ends[mover, mover, state]
    assert (len(path) == 1) == found.stable[mover, state]
    for k, (here, there) in enumerate(pairwise(path)):
        assert there in graph.moves((mover + k) % 2, here)


@given(conflicts())
def test_the_first_horizon_is_nash_stability(conflict):
    _, moves, ranks = conflict
    graph, array = arrays(conflict)
    better = [{s for s, q in moves[p] if ranks[p][q] > ranks[p][s]} for p in range(2)]
    stable = limited_move(graph, array, horizon=1).stable
    assert [set(np.flatnonzero(~row)) for row in stable] == better


@given(conflicts())
def test_non_myopic_is_every_horizon_of_what_repeats(conflict):
    n_states, moves, ranks = conflict
    found = non_myopic(*arrays(conflict))
    plain = Plain(moves, ranks)
    seen = [plain.everything(n_states, 0)]
    while (after := plain.everything(n_states, len(seen))) not in seen:
        seen.append(after)
    begin = seen.index(after)
    assert (found.settled, found.period) == (begin + 1, len(seen) - begin)
    for mover in range(2):
        for state in range(n_states):
            always = all(plain.stays(mover, state, h) for h in range(begin + 1, len(seen) + 1))
            assert found.stable[mover, state] == always


@given(conflicts(), st.integers(1, 5))
def test_only_the_order_of_ranks_counts(conflict, horizon):
    graph, ranks = arrays(conflict)
    values = ranks.astype(np.float64) ** 3 - 40.0
    for ask in (non_myopic, lambda *given_: limited_move(*given_, horizon=horizon)):
        assert (ask(graph, ranks).stable == ask(graph, values).stable).all()


def test_prisoners_dilemma_brams_wittman1981():
    """Cooperation is non-myopically stable, and so is the trap that nobody leaves alone."""
    assert limited_move(TWO_BY_TWO, PRISONERS, horizon=1).equilibria.tolist() == [3]
    assert non_myopic(TWO_BY_TWO, PRISONERS).equilibria.tolist() == [0, 3]


def test_chicken_brams_wittman1981():
    """Compromise is the only non-myopic equilibrium, though it is none by Nash."""
    assert limited_move(TWO_BY_TWO, CHICKEN, horizon=1).equilibria.tolist() == [1, 2]
    assert non_myopic(TWO_BY_TWO, CHICKEN).equilibria.tolist() == [0]


def test_chicken_compromise_needs_three_moves_of_foresight():
    """With two the other gives in; with three it goes for the collision, and the first gives in."""
    assert limited_move(TWO_BY_TWO, CHICKEN, horizon=2).equilibria.tolist() == []
    for horizon in range(3, 9):
        assert limited_move(TWO_BY_TWO, CHICKEN, horizon=horizon).equilibria.tolist() == [0]


def test_of_equally_good_moves_the_worst_is_reckoned_with():
    """The second is indifferent between 2 and 3 after 1; the first loses in one of them."""
    graph = graph_of_moves(4, [[(0, 1)], [(1, 2), (1, 3)]])
    ranks = np.array([[1, 0, 2, 0], [0, 0, 1, 1]])
    found = limited_move(graph, ranks, horizon=2)
    assert found.stable[0].tolist() == [True, True, True, True]
    assert found.ends[1][:, 1].tolist() == [0, 1]
    assert course(graph, ranks, mover=1, state=1, horizon=2) == (1, 2)


def test_who_cannot_move_lets_it_rest():
    graph = graph_of_moves(2, [[(0, 1)], []])
    ranks = np.array([[0, 1], [1, 0]])
    assert non_myopic(graph, ranks).stable.tolist() == [[False, True], [True, True]]


def test_what_repeats_need_not_stand_still():
    """Round and round: who moves depends on who has the last word."""
    free = [(0, 1), (1, 0), (2, 3), (3, 2)], [(0, 2), (2, 0), (1, 3), (3, 1)]
    pennies = np.array([[1, 0, 0, 1], [0, 1, 1, 0]], dtype=np.int32)
    found = non_myopic(graph_of_moves(4, free), pennies)
    each = [limited_move(graph_of_moves(4, free), pennies, horizon=h).stable for h in range(1, 41)]
    assert found.period > 1
    assert (found.stable == np.logical_and.reduce(each[20:])).all()
    assert not np.array_equal(each[30], each[31])


@given(conflicts(), st.integers(1, 5))
def test_is_asked_by_key(conflict, horizon):
    graph, ranks = arrays(conflict)
    found = stability(graph, ranks, [f"L_{horizon}", "NM"])
    ahead = limited_move(graph, ranks, horizon=horizon)
    assert np.array_equal(found.of(f"L_{horizon}"), ahead.stable)
    assert found.equilibria("NM").tolist() == non_myopic(graph, ranks).equilibria.tolist()


@pytest.mark.parametrize("key", ["L_0", "L_", "L_-1", "L_1.5", "L_03"])
def test_a_key_without_a_horizon_is_none(key):
    with pytest.raises(UnknownNameError, match="no concept of stability is called 'L_"):
        stability(TWO_BY_TWO, CHICKEN, [key])


def test_looking_ahead_can_be_stopped():
    work = Work(cancelled=lambda: True)
    with pytest.raises(CancelledError):
        non_myopic(TWO_BY_TWO, CHICKEN, work=work)


def test_three_parties_are_refused_and_told_what_to_ask():
    graph = graph_of_moves(2, [[(0, 1)], [], []])
    with pytest.raises(UnanswerableError, match="two parties that take turns, and here are 3"):
        limited_move(graph, np.zeros((3, 2)), horizon=2)
    with pytest.raises(UnanswerableError, match="ask for GMR, SMR or SEQ"):
        non_myopic(graph, np.zeros((3, 2)))


@pytest.mark.parametrize("horizon", [0, -3])
def test_a_horizon_is_a_move_or_more(horizon):
    with pytest.raises(UnanswerableError, match=f"horizon is {horizon}; it takes 1"):
        limited_move(TWO_BY_TWO, CHICKEN, horizon=horizon)


def test_what_takes_too_long_is_refused(monkeypatch):
    with pytest.raises(LimitError, match="moves ahead over 8 moves takes too long"):
        limited_move(TWO_BY_TWO, CHICKEN, horizon=10**9)
    with pytest.raises(LimitError, match="too much to keep"):
        course(TWO_BY_TWO, CHICKEN, mover=0, state=0, horizon=10**8)
    monkeypatch.setattr(module, "MOST_STEPS", 10)
    with pytest.raises(LimitError, match="up to 0 are looked at"):
        non_myopic(TWO_BY_TWO, CHICKEN)
