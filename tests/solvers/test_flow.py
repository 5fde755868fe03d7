"""What a flow graph shows, and in which columns: rest to the right, arrows to the right."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.solvers.flow import MOST_COLUMNS, NEAREST, columns, flow_part
from detente.solvers.state_graph import StateGraph, graph_of_moves


@st.composite
def drawn(draw: st.DrawFn, *, circles: bool) -> tuple[list[tuple[int, int]], np.ndarray]:
    """Return arrows and which states are stable; without circles they lead to larger numbers."""
    n_states = draw(st.integers(1, 9))
    pairs = list(
        (itertools.permutations if circles else itertools.combinations)(range(n_states), 2)
    )
    arrows = draw(st.lists(st.sampled_from(pairs), max_size=20)) if pairs else []
    stable = draw(st.lists(st.booleans(), min_size=n_states, max_size=n_states))
    return arrows, np.array(stable)


def away(arrows: list[tuple[int, int]], stable: np.ndarray) -> list[int | None]:
    """Return the fewest arrows from each state to a stable one, by trying every length."""
    found: list[int | None] = [0 if rests else None for rests in stable]
    for length in range(1, len(stable)):
        for origin, target in arrows:
            if found[origin] is None and found[target] == length - 1:
                found[origin] = length
    return found


@given(drawn(circles=True))
def test_only_stable_states_stand_in_the_last_column(drawing):
    arrows, stable = drawing
    before = columns(arrows, stable)
    assert ((before == 0) == stable).all()
    assert before.max(initial=0) < MOST_COLUMNS


@given(drawn(circles=False))
def test_without_circles_every_arrow_leads_to_the_right(drawing):
    arrows, stable = drawing
    before = columns(arrows, stable, most=20)
    assert all(before[a] > before[b] for a, b in arrows if not stable[a])
    for state, distance in enumerate(away(arrows, stable)):
        assert distance is None or before[state] >= distance


@given(drawn(circles=False))
def test_no_column_is_empty(drawing):
    arrows, stable = drawing
    before = columns(arrows, stable, most=20)
    assert set(before[before > 0]) == set(range(1, before.max(initial=0) + 1))


def test_too_long_a_way_is_laid_together_evenly():
    stable = np.array([False] * 10 + [True])
    way = [(k, k + 1) for k in range(10)]
    assert columns(way, stable, most=6).tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 0]


def test_a_circle_runs_backward_once_only():
    arrows = [(0, 1), (1, 2), (2, 3), (3, 0), (3, 4)]
    before = columns(arrows, np.array([False] * 4 + [True]))
    assert before.tolist() == [4, 3, 2, 1, 0]


def test_moves_that_leave_a_stable_state_do_not_move_it():
    assert columns([(0, 1), (1, 0)], np.array([True, False])).tolist() == [0, 1]


def line(n_states: int) -> tuple[StateGraph, np.ndarray]:
    """Return a row of states along which two parties take turns, to the gain of both."""
    moves = [[(s, s + 1) for s in range(k, n_states - 1, 2)] for k in (0, 1)]
    return graph_of_moves(n_states, moves), np.tile(np.arange(n_states), (2, 1))


def last(n_states: int) -> np.ndarray:
    return np.arange(n_states) == n_states - 1


def test_a_small_conflict_is_shown_whole():
    part = flow_part(*line(30), last(30), start=10, most=40)
    assert part.complete
    assert part.states.tolist() == list(range(30))
    assert len(part.mover) == 29
    assert (part.n_reached, part.n_beside, part.n_leaving) == (20, 10, 0)


def test_of_a_large_one_what_can_be_reached_is_shown():
    part = flow_part(*line(100), last(100), start=70, most=40)
    assert part.states.tolist() == list(range(70, 100))
    assert not part.complete
    assert (part.n_reached, part.n_beside, part.n_leaving) == (30, 0, 0)
    assert part.before[-1] == 0


def test_of_much_that_can_be_reached_the_nearest_is_shown():
    part = flow_part(*line(100), last(100), start=10, most=40)
    assert part.states.tolist() == list(range(10, 10 + NEAREST))
    assert (part.n_reached, part.n_leaving) == (90, 1)


def test_where_hardly_anything_can_be_reached_the_nearest_states_are_shown_too():
    graph, ranks = line(100)
    part = flow_part(graph, -ranks, last(100), start=50, most=40)
    assert part.states.tolist() == list(range(50, 62))
    assert (part.n_reached, part.n_beside) == (1, 11)
    assert len(part.mover) == 0


@pytest.mark.parametrize("start", [None, 3])
def test_every_improving_move_among_the_states_shown_is_there(start):
    rng = np.random.default_rng(3)
    moves = [[tuple(rng.choice(20, 2, replace=False)) for _ in range(25)] for _ in range(3)]
    graph = graph_of_moves(20, moves)
    ranks = rng.integers(0, 9, size=(3, 20))
    part = flow_part(graph, ranks, np.zeros(20, dtype=np.bool_), start=start, most=40)
    expected = {(k, a, b) for k in range(3) for a, b in moves[k] if ranks[k][b] > ranks[k][a]}
    found = list(zip(part.mover.tolist(), part.origin.tolist(), part.target.tolist(), strict=True))
    assert set(found) == expected
    assert found == sorted(found)


def test_where_arrows_are_many_only_the_best_moves_of_each_party_are_shown():
    n = 12
    every = [(a, b) for a in range(n) for b in range(n) if a != b]
    ranks = np.array([np.arange(n), -np.arange(n)])
    part = flow_part(
        graph_of_moves(n, [every, every]), ranks, np.zeros(n, dtype=np.bool_), start=3, most=40
    )
    assert part.best_only
    shown = set(zip(part.mover.tolist(), part.origin.tolist(), part.target.tolist(), strict=True))
    assert shown == {(0, s, n - 1) for s in range(n - 1)} | {(1, s, 0) for s in range(1, n)}
    few = flow_part(*line(30), last(30), start=10, most=40)
    assert not few.best_only
