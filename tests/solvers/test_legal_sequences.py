"""Legal sequences: the definition in plain loops, and conflicts small enough to follow."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.solvers.legal_sequences import Reached, arrivals, packed, reached, unpacked
from detente.solvers.state_graph import StateGraph, graph_of_moves
from tests.solvers import coalition_oracle as oracle
from tests.solvers.coalition_oracle import coalitions, is_legal, small_conflict

A, B, C = 0, 1, 2

seeds = st.integers(0, 2**32)


def legal_paths(graph: StateGraph, members, start: int, *, longest: int):
    """Yield all legal sequences, short ones first, those of one length in order of their steps."""
    layer: list[tuple[tuple[int, int], ...]] = [()]
    for _ in range(longest + 1):
        yield from layer
        layer = [
            (*path, (mover, int(to)))
            for path in layer
            for mover in members
            if not path or path[-1][0] != mover
            for to in graph.moves(mover, path[-1][1] if path else start)
        ]


def shortest(graph: StateGraph, members, start: int, *, longest: int):
    """Return the first sequence to each state, from the definition: all are written down."""
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for path in legal_paths(graph, members, start, longest=longest):
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
@given(conflicts(), st.sets(st.integers(0, 2)))
def test_paths_are_the_first_of_all_that_the_definition_lists(conflict, some):
    graph, _ = conflict
    members = sorted(k for k in some if k < graph.n_parties)
    # A shortest legal path visits no state twice with the same last mover.
    longest = min(graph.n_states * len(members), 8)
    found = reached(graph, members, 0)
    expected = shortest(graph, members, 0, longest=longest)
    for state in range(graph.n_states):
        path = found.path(state)
        if path is not None and len(path) > longest:
            continue
        assert path == expected.get(state)
        assert found.distance[state] == (-1 if path is None else len(path))


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_legal_sequences_end_where_the_definition_says_by_shortest_paths(seed):
    conflict = small_conflict(seed, most_states=5)
    for members in coalitions(conflict):
        for start in range(conflict.n_states):
            found = reached(conflict.graph, members, start)
            ends = oracle.ends(conflict, members, start)
            assert set(found.ends.tolist()) == ends - {start}
            assert {
                k for one in arrivals(conflict.graph, members, start) for k in one.state
            } == ends
            for end in found.ends.tolist():
                path = found.path(end)
                assert is_legal(conflict, members, start, path)
                assert path[-1][1] == end
                assert found.distance[end] == len(path)
                shorter = oracle.sequences(
                    conflict, members, start, longest=len(path) - 1, improving=False
                )
                assert not any(way[-1][1] == end for way in shorter)


def test_the_state_itself_is_an_end_only_where_a_sequence_returns():
    graph = graph_of_moves(2, [[(0, 1)], [(1, 0)]])
    ends = {
        members: [one.state.tolist() for one in arrivals(graph, members, 0)]
        for members in ((0, 1), (0,), ())
    }
    assert ends == {(0, 1): [[1], [0]], (0,): [[1]], (): []}


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


def test_the_path_to_the_nearest_of_some_states_is_told():
    graph = graph_of_moves(5, [[(0, 1), (0, 2), (3, 4)], [(2, 3)]])
    found = reached(graph, (A, B), 0)
    wanted = np.array([True, False, False, True, True])
    assert found.path_to_nearest(wanted) == ((A, 2), (B, 3))
    assert found.path_to_nearest(~wanted) == ((A, 1),)
    assert found.path_to_nearest(np.arange(5) == 0) is None


def test_a_long_road_is_followed_to_its_end():
    n_states = 3000
    moves = [[(s, s + 1) for s in range(k, n_states - 1, 2)] for k in (0, 1)]
    found = from_first(graph_of_moves(n_states, moves))
    assert found.distance.tolist() == list(range(n_states))
    assert len(found.path(n_states - 1)) == n_states - 1


@pytest.mark.parametrize("n_bits", [1, 63, 64, 65, 200])
def test_bits_come_back_as_they_were(n_bits):
    mask = np.random.default_rng(n_bits).random((3, n_bits)) < 0.5
    assert (unpacked(packed(mask), n_bits) == mask).all()
