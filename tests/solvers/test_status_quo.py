"""Shortest legal paths: the definition in plain loops, and conflicts small enough to follow."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import LimitError
from detente.solvers import option_form
from detente.solvers.legal_sequences import Reached, reached
from detente.solvers.option_form import OptionForm, every_transition
from detente.solvers.state_graph import StateGraph, graph_of_moves, improving_moves
from detente.solvers.status_quo import status_quo

A, B, C = 0, 1, 2


def legal_paths(graph: StateGraph, start: int, *, longest: int):
    """Yield all legal paths, shorter ones first, those of one length in order of their steps."""
    layer: list[tuple[tuple[int, int], ...]] = [()]
    for _ in range(longest + 1):
        yield from layer
        layer = [
            (*path, (mover, int(to)))
            for path in layer
            for mover in range(graph.n_parties)
            if not path or path[-1][0] != mover
            for to in graph.moves(mover, path[-1][1] if path else start)
        ]


def shortest(graph: StateGraph, start: int, *, longest: int):
    """Return the first legal path to each state, from the definition: all are written down."""
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for path in legal_paths(graph, start, longest=longest):
        found.setdefault(path[-1][1] if path else start, path)
    return found


@st.composite
def conflicts(draw: st.DrawFn) -> tuple[StateGraph, np.ndarray]:
    """Return small conflicts whose moves are sparse, intransitive and irreversible."""
    n_states, n_parties = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    pairs = list(itertools.permutations(range(n_states), 2))
    moves = [
        draw(st.lists(st.sampled_from(pairs), max_size=4)) if pairs else []
        for _ in range(n_parties)
    ]
    row = st.lists(st.integers(0, 3), min_size=n_states, max_size=n_states)
    return graph_of_moves(n_states, moves), np.array([draw(row) for _ in range(n_parties)])


@settings(max_examples=150)
@given(conflicts())
def test_paths_are_the_first_of_all_that_the_definition_lists(conflict):
    graph, ranks = conflict
    # A shortest legal path visits no state twice with the same last mover.
    longest = min(graph.n_states * graph.n_parties, 8)
    found = status_quo(graph, ranks, start=0)
    only_better = graph_of_moves(
        graph.n_states,
        [
            [
                (s, int(t))
                for s in range(graph.n_states)
                for t in graph.moves(k, s)
                if ranks[k][t] > ranks[k][s]
            ]
            for k in range(graph.n_parties)
        ],
    )
    for moves, led in ((graph, found.by_moves), (only_better, found.by_improvements)):
        expected = shortest(moves, 0, longest=longest)
        for state in range(graph.n_states):
            path = led.path(state)
            if path is not None and len(path) > longest:
                continue
            assert path == expected.get(state)
            assert led.distance[state] == (-1 if path is None else len(path))


def from_first(graph: StateGraph) -> Reached:
    """Return where legal sequences of all lead to from the first state."""
    return reached(graph, range(graph.n_parties), 0)


def test_to_stay_takes_no_move():
    found = from_first(graph_of_moves(2, [[(0, 1)]]))
    assert found.path(0) == ()
    assert found.distance.tolist() == [0, 1]


def test_nobody_moves_twice_in_a_row():
    found = from_first(graph_of_moves(3, [[(0, 1), (1, 2)]]))
    assert found.path(2) is None
    assert found.path(1) == ((A, 1),)
    assert found.states.tolist() == [0, 1]


def test_a_b_a_is_legal():
    found = from_first(graph_of_moves(4, [[(0, 1), (2, 3)], [(1, 2)]]))
    assert found.path(3) == ((A, 1), (B, 2), (A, 3))


def test_a_legal_path_may_be_longer_than_a_walk():
    """A, A would do it in two; legally B has to move in between."""
    found = from_first(graph_of_moves(4, [[(0, 1), (1, 2), (3, 2)], [(1, 3)]]))
    assert found.path(2) == ((A, 1), (B, 3), (A, 2))


def test_a_legal_path_may_pass_a_state_twice():
    moves = [[(0, 1), (1, 2)], [(1, 3)], [(3, 1)]]
    found = from_first(graph_of_moves(4, moves))
    assert found.path(2) == ((A, 1), (B, 3), (C, 1), (A, 2))


def test_a_state_found_by_two_in_the_same_round_can_be_left_by_both():
    moves = [[(0, 1), (1, 2)], [(0, 1), (1, 3)]]
    found = from_first(graph_of_moves(4, moves))
    assert found.path(2) == ((B, 1), (A, 2))
    assert found.path(3) == ((A, 1), (B, 3))


def test_ties_go_to_the_first_party_and_then_to_the_first_state():
    moves = [[(0, 2), (0, 1)], [(0, 1), (1, 3), (2, 3)], [(1, 3)]]
    found = from_first(graph_of_moves(4, moves))
    assert found.path(1) == ((A, 1),)
    assert found.path(3) == ((A, 1), (B, 3))


def test_a_tie_is_no_improvement():
    graph = graph_of_moves(3, [[(0, 1), (0, 2)]])
    better = improving_moves(graph, np.array([[5.0, 5.0, 5.5]]))
    assert better.moves(0, 0).tolist() == [2]
    assert better.first[0].tolist() == [0, 1, 1, 1]


def hypercube(n_options: int, n_parties: int) -> OptionForm:
    free = every_transition(2)
    return OptionForm(
        sizes=(2,) * n_options,
        allowed=tuple(
            tuple(free if axis % n_parties == party else None for axis in range(n_options))
            for party in range(n_parties)
        ),
        feasible=np.ones(2**n_options, dtype=np.bool_),
    )


def test_a_model_of_sixty_five_thousand_states_is_searched():
    form = hypercube(16, 4)
    ranks = np.random.default_rng(1).permuted(np.tile(np.arange(2**16), (4, 1)), axis=1)
    found = status_quo(form, ranks, start=0)
    controlled = [sum(1 << axis for axis in range(party, 16, 4)) for party in range(4)]
    codes = np.arange(2**16)
    expected = sum((codes & mask > 0).astype(int) for mask in controlled)
    assert found.by_moves.distance.tolist() == expected.tolist()
    before = 0
    for step in found.by_improvements.path(int(found.by_improvements.states[-1])):
        assert ranks[step.party][step.state] > ranks[step.party][before]
        before = step.state


def test_a_long_road_is_followed_to_its_end():
    n_states = 3000
    moves = [[(s, s + 1) for s in range(k, n_states - 1, 2)] for k in (0, 1)]
    found = from_first(graph_of_moves(n_states, moves))
    assert found.distance.tolist() == list(range(n_states))
    assert len(found.path(n_states - 1)) == n_states - 1


def test_what_is_too_large_to_be_written_out_is_refused(monkeypatch):
    monkeypatch.setattr(option_form, "MOST_MOVES", 10)
    with pytest.raises(LimitError, match="more than 10 moves"):
        status_quo(hypercube(4, 2), np.zeros((2, 16), dtype=np.int64), start=0)
