"""Coalitions against the definitions, gone through state by state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import CancelledError, LimitError, UnknownNameError
from detente.solvers import coalition_stability, joint_moves
from detente.solvers.coalition_stability import CONCEPTS, coalitionally_stable, coalitions_of
from detente.solvers.joint_moves import (
    JointImprovement,
    answer_to,
    joint_improvements,
    jumps_of_readings,
)
from detente.solvers.legal_sequences import outside
from detente.solvers.state_graph import graph_of_moves
from detente.work import Work
from tests.solvers import coalition_oracle as oracle
from tests.solvers.coalition_oracle import coalitions, is_legal, small_conflict
from tests.solvers.conflicts import random_conflict, stable

seeds = st.integers(0, 2**32)


def test_coalitions_are_listed_up_to_ten_parties():
    assert len(coalitions_of(10)) == 1023
    with pytest.raises(LimitError, match="11 parties"):
        coalitions_of(11)


# --- stability -----------------------------------------------------------------------------------


@given(seeds)
@settings(max_examples=120, deadline=None)
def test_every_state_is_stable_for_a_coalition_where_the_definition_says(seed):
    conflict = small_conflict(seed)
    for concept in CONCEPTS:
        found = coalitionally_stable(conflict.graph, conflict.rank_array, concept)
        assert found.tolist() == [
            [oracle.stable_for(conflict, members, s, concept) for s in range(conflict.n_states)]
            for members in coalitions(conflict)
        ]
        state = seed % conflict.n_states
        values = conflict.rank_array.astype(float)
        one = jumps_of_readings(conflict.graph, state, values[None], concepts=[concept])
        assert (one.stable[concept][:, 0] == found[:, state]).all()


@pytest.mark.parametrize("seed", range(6))
def test_for_single_parties_these_are_the_concepts_of_individual_stability(seed):
    conflict = random_conflict(seed)
    n_parties = conflict.n_parties
    for concept, alone in zip(CONCEPTS, ("R", "GMR", "SMR", "SEQ"), strict=True):
        found = coalitionally_stable(conflict.graph, conflict.rank_array, concept)[:n_parties]
        states = range(conflict.n_states)
        assert found.tolist() == [
            [stable(conflict, alone, party, state) for state in states]
            for party in range(n_parties)
        ]


def test_large_models_are_worked_out_in_pieces(monkeypatch):
    draw = np.random.default_rng(4)
    graph = graph_of_moves(150, draw.integers(0, 150, (3, 300, 2)).tolist())
    ranks = draw.integers(0, 50, (3, 150))
    whole = {concept: coalitionally_stable(graph, ranks, concept) for concept in CONCEPTS}
    assert all(0 < found.mean() < 1 for found in whole.values())
    monkeypatch.setattr(coalition_stability, "WORDS", 1)
    for concept in CONCEPTS:
        assert (coalitionally_stable(graph, ranks, concept) == whole[concept]).all()


def test_two_prisoners_leave_mutual_defection_together():
    row = [(0, 1), (1, 0), (2, 3), (3, 2)]
    column = [(0, 2), (2, 0), (1, 3), (3, 1)]
    graph = graph_of_moves(4, [row, column])
    ranks = np.array([[2, 3, 0, 1], [2, 0, 3, 1]])
    for concept in CONCEPTS:
        stable = coalitionally_stable(graph, ranks, concept)
        assert stable[2].tolist() == [True, True, True, False]
        assert stable[:2, 3].all()


def test_a_way_out_of_an_answer_is_compared_with_the_state_not_with_the_answer():
    """The older tool lets a way out count only if every member gains over the answer as well."""
    start, jump, answer, out = range(4)
    graph = graph_of_moves(4, [[(start, jump), (answer, out)], [(start, jump)], [(jump, answer)]])
    ranks = np.array([[0, 1, 3, 1], [1, 2, 0, 2], [0, 0, 1, 0]])
    assert ranks[0, out] < ranks[0, answer]  # the first member loses over the answer
    place = coalitions_of(3).index((0, 1))
    assert coalitionally_stable(graph, ranks, "CGMR")[place, start]
    assert not coalitionally_stable(graph, ranks, "CSMR")[place, start]


def test_a_coalition_does_not_jump_over_a_state_that_is_not_feasible():
    """The older tool changes the options of all members in one step."""
    both_off, both_on = 0, 1  # one on alone is not feasible
    graph = graph_of_moves(2, [[], []])
    ranks = np.array([[0, 1], [0, 1]])
    assert ranks[:, both_on].min() > ranks[:, both_off].max()
    assert coalitionally_stable(graph, ranks, "CR").all()


def test_those_outside_may_answer_by_a_then_b_then_a():
    """The older tool lets each of those outside move once at most."""
    graph = graph_of_moves(5, [[(0, 1)], [(1, 2), (3, 4)], [(2, 3)]])
    ranks = np.array([[1, 2, 2, 2, 0], [2, 0, 1, 0, 1], [0, 0, 0, 1, 0]])
    assert coalitionally_stable(graph, ranks, "CGMR")[0, 0]
    assert coalitionally_stable(graph, ranks, "CSEQ")[0, 0]
    [jump] = joint_improvements(graph, ranks, 0, least=1)
    assert answer_to(graph, ranks, jump, "CSEQ") == ((1, 2), (2, 3), (1, 4))


# --- improvements and answers --------------------------------------------------------------------


@given(seeds)
@settings(max_examples=120, deadline=None)
def test_improvements_are_listed_for_the_smallest_coalitions_with_a_path_that_uses_all(seed):
    conflict = small_conflict(seed)
    state = seed % conflict.n_states
    found = joint_improvements(conflict.graph, conflict.rank_array, state, least=1)
    expected = [
        (members, q)
        for members in coalitions(conflict)
        for q in sorted(oracle.improvements(conflict, members, state))
        if not any(
            set(part) < set(members) and q in oracle.ends(conflict, part, state)
            for part in coalitions(conflict)
        )
    ]
    assert [(one.coalition, one.target) for one in found] == expected
    for one in found:
        assert is_legal(conflict, one.coalition, state, one.path)
        assert one.path[-1][1] == one.target
        assert {member for member, _ in one.path} == set(one.coalition)
    some = joint_improvements(conflict.graph, conflict.rank_array, state)
    assert some == tuple(one for one in found if len(one.coalition) > 1)


@given(seeds)
@settings(max_examples=120, deadline=None)
def test_an_answer_is_a_shortest_one_that_deters_and_is_there_where_one_is(seed):
    conflict = small_conflict(seed)
    state = seed % conflict.n_states
    for jump in joint_improvements(conflict.graph, conflict.rank_array, state, least=1):
        others = outside(jump.coalition, conflict.n_parties)
        assert answer_to(conflict.graph, conflict.rank_array, jump, "CR") is None
        for concept in CONCEPTS[1:]:
            improving = concept == "CSEQ"
            found = answer_to(conflict.graph, conflict.rank_array, jump, concept)
            deterring = oracle.deterring(conflict, jump.coalition, state, jump.target, concept)
            assert (found is not None) == bool(deterring)
            if found is not None:
                assert is_legal(conflict, others, jump.target, found, improving=improving)
                assert found[-1][1] in deterring
                ways = oracle.sequences(
                    conflict, others, jump.target, improving=improving, longest=len(found) - 1
                )
                assert not any(way[-1][1] in deterring for way in ways)


# --- readings ------------------------------------------------------------------------------------


@given(seeds, st.booleans())
@settings(max_examples=60, deadline=None)
def test_readings_are_looked_at_as_each_alone_would_be(seed, needing_all):
    conflict = small_conflict(seed)
    state = seed % conflict.n_states
    draw = np.random.default_rng(seed)
    readings = [
        replace(conflict, ranks=draw.integers(0, 4, conflict.rank_array.shape).tolist())
        for _ in range(5)
    ]
    values = np.array([one.ranks for one in readings], dtype=float)
    found = jumps_of_readings(conflict.graph, state, values, needing_all=needing_all)
    for row, members in enumerate(found.coalitions):
        own = oracle.ends(conflict, members, state)
        if needing_all:
            for part in coalitions(conflict):
                if set(part) < set(members):
                    own -= oracle.ends(conflict, part, state)
        times = dict.fromkeys(own, 0)
        for reading, one in enumerate(readings):
            targets = oracle.improvements(one, members, state) & own
            for q in targets:
                times[q] += 1
            assert found.jumps[row, reading] == bool(targets)
            for concept in CONCEPTS:
                answered = all(oracle.deterring(one, members, state, q, concept) for q in targets)
                assert found.stable[concept][row, reading] == answered
                assert found.answered(concept)[row, reading] == (answered and bool(targets))
        most = max(times.values(), default=0)
        assert found.times[row] == most
        target = min(q for q in times if times[q] == most) if most else -1
        assert found.target[row] == target
        assert bool(found.path[row]) == bool(most)
        assert not most or is_legal(conflict, members, state, found.path[row])


def test_readings_in_pieces_give_the_same_and_stop_when_asked(monkeypatch):
    conflict = small_conflict(8)
    shape = (300, conflict.n_parties, conflict.n_states)
    values = np.random.default_rng(1).integers(0, 5, shape).astype(float)
    whole = jumps_of_readings(conflict.graph, 0, values, concepts=["CGMR", "CSEQ"])
    assert whole.jumps.any()
    assert list(whole.stable) == ["CGMR", "CSEQ"]
    monkeypatch.setattr(joint_moves, "WORDS", 1)
    pieces = jumps_of_readings(conflict.graph, 0, values)
    assert (pieces.jumps == whole.jumps).all()
    assert (pieces.target == whole.target).all()
    assert (pieces.times == whole.times).all()
    assert all((pieces.stable[concept] == whole.stable[concept]).all() for concept in whole.stable)
    with pytest.raises(CancelledError):
        jumps_of_readings(conflict.graph, 0, values, work=Work(cancelled=lambda: True))


def test_without_readings_nothing_is_found():
    graph = graph_of_moves(2, [[(0, 1)], []])
    found = jumps_of_readings(graph, 0, np.zeros((0, 2, 2)))
    assert found.jumps.shape == (3, 0)
    assert found.target.tolist() == [-1, -1, -1]


def test_a_concept_that_does_not_exist_is_refused():
    graph = graph_of_moves(1, [[], []])
    ranks = np.zeros((2, 1))
    jump = JointImprovement(state=0, coalition=(0,), target=0, path=())
    for ask in (
        lambda: coalitionally_stable(graph, ranks, "GMR"),
        lambda: answer_to(graph, ranks, jump, "GMR"),
        lambda: jumps_of_readings(graph, 0, ranks[None], concepts=["GMR"]),
    ):
        with pytest.raises(UnknownNameError, match="did you mean 'CGMR'"):
            ask()
