"""Inverse stability against going through every set of preferred states, and every ranking."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import LimitError, UnknownNameError
from detente.solvers import inverse as inverse_module
from detente.solvers import rankings
from detente.solvers.inverse import Change, altered, inverse, smallest_breaking, smallest_making
from detente.solvers.option_form import OptionForm, every_transition, graph_of
from detente.solvers.rankings import stable_rankings
from detente.solvers.stability_condition import (
    Clause,
    StabilityCondition,
    better_states,
    stability_condition,
)
from detente.solvers.standing import KEYS
from tests.solvers import coalition_oracle as oracle
from tests.solvers.coalition_oracle import small_conflict
from tests.solvers.conflicts import Conflict, conflict_of_form, stable

seeds = st.integers(0, 2**32)
concepts = st.sampled_from(KEYS)


def conditions(conflict, state, concept):
    return [
        stability_condition(conflict.graph, conflict.rank_array, state, party, concept)
        for party in range(conflict.n_parties)
    ]


# --- the condition -------------------------------------------------------------------------------


@given(seeds, concepts)
@settings(max_examples=60, deadline=None)
def test_the_condition_holds_for_the_preferences_for_which_the_state_is_stable(seed, concept):
    conflict = small_conflict(seed, most_states=6)
    state = seed % conflict.n_states
    others = [s for s in range(conflict.n_states) if s != state]
    for party, condition in enumerate(conditions(conflict, state, concept)):
        assert [clause.move for clause in condition.clauses] == conflict.goes(party, state)
        relevant = set(condition.relevant)
        for size in range(len(others) + 1):
            for better in map(set, combinations(others, size)):
                one = oracle.preferring(conflict, party, state, better)
                holds = stable(one, concept, party, state)
                assert condition.holds(better) == holds
                assert condition.holds(better & relevant) == holds


@given(seeds, concepts)
@settings(max_examples=60, deadline=None)
def test_a_clause_says_nothing_twice(seed, concept):
    conflict = small_conflict(seed)
    state = seed % conflict.n_states
    for condition in conditions(conflict, state, concept):
        assert state not in condition.relevant
        for clause in condition.clauses:
            assert not clause.always or clause.answers == ((),)
            for group, other in product(clause.answers, repeat=2):
                assert clause.move not in group
                assert group == other or not set(group) <= set(other)


def test_own_preferences_do_not_enter_and_those_of_others_only_where_foresight_counts():
    conflict = small_conflict(4)
    for concept in KEYS:
        before = conditions(conflict, 0, concept)
        own = oracle.ranked(conflict, 0, conflict.ranks[0][::-1])
        assert conditions(own, 0, concept)[0] == before[0]
        reversed_ranks = [[-rank for rank in row] for row in conflict.ranks]
        turned = Conflict(n_states=conflict.n_states, moves=conflict.moves, ranks=reversed_ranks)
        same = conditions(turned, 0, concept) == before
        assert same or concept in {"SEQ", "SSEQ"}


def test_a_concept_without_such_a_condition_is_refused():
    conflict = small_conflict(0)
    with pytest.raises(UnknownNameError, match="known are 'R', 'GMR', 'SMR', 'SEQ', 'SSEQ'"):
        stability_condition(conflict.graph, conflict.rank_array, 0, 0, "NM")


# --- smallest changes ----------------------------------------------------------------------------


@given(seeds, concepts)
@settings(max_examples=100, deadline=None)
def test_the_smallest_changes_are_those_found_by_going_through_all(seed, concept):
    conflict = small_conflict(seed, most_states=6)
    state = seed % conflict.n_states
    found = inverse(conflict.graph, conflict.rank_array.astype(float), state, concept)
    for party, one in enumerate(found.parties):
        assert (one.party, one.making.party, one.making.state) == (party, party, state)
        assert one.stable == stable(conflict, concept, party, state)
        for change, makes in ((one.making, True), (one.breaking, False)):
            expected = oracle.smallest(conflict, party, state, concept, makes=makes)
            if change is None:
                assert not expected
                continue
            assert change.makes == makes
            assert change.many in {None, len(expected)}
            if change.complete:
                assert [change.states, *change.others] == expected
            else:
                assert {change.states, *change.others} < set(expected)
    assert found.equilibrium == all(one.stable for one in found.parties)


@given(seeds, concepts)
@settings(max_examples=100, deadline=None)
def test_a_ranking_that_is_altered_so_has_the_other_verdict(seed, concept):
    conflict = small_conflict(seed)
    state = seed % conflict.n_states
    found = inverse(conflict.graph, conflict.rank_array, state, concept)
    for party, one in enumerate(found.parties):
        for change in filter(None, (one.making, one.breaking)):
            for states in (change.states, *change.others):
                changed = Change(state=state, party=party, makes=change.makes, states=states)
                row = altered(conflict.rank_array[party], changed).tolist()
                after = oracle.ranked(conflict, party, row)
                assert stable(after, concept, party, state) == change.makes
                kept = [s for s in range(conflict.n_states) if s not in states]
                for a, b in combinations(kept, 2):
                    old, new = conflict.ranks[party], row
                    assert np.sign(old[a] - old[b]) == np.sign(new[a] - new[b])


@given(seeds, st.sampled_from(["R", "GMR", "SMR"]))
@settings(max_examples=12, deadline=None)
def test_parties_together_need_the_sum_of_what_each_needs(seed, concept):
    conflict = small_conflict(seed, most_states=4)
    state = seed % conflict.n_states
    found = inverse(conflict.graph, conflict.rank_array, state, concept)
    assert found.independent
    parties = range(conflict.n_parties)
    others = [s for s in range(conflict.n_states) if s != state]
    sets = [set(b) for size in range(len(others) + 1) for b in combinations(others, size)]
    preferred = [oracle.preferred(conflict, party, state) for party in parties]
    sizes = {True: [], False: []}
    for chosen in product(sets, repeat=conflict.n_parties):
        changed = conflict
        for party, better in enumerate(chosen):
            changed = oracle.preferring(changed, party, state, better)
        rests = all(stable(changed, concept, party, state) for party in parties)
        sizes[rests].append(sum(len(a ^ b) for a, b in zip(chosen, preferred, strict=True)))
    making = found.making()
    assert sum(change.size for change in making) == min(sizes[True])
    assert all(change.size for change in making)
    breaking = found.breaking()
    assert (breaking.size if breaking else None) == min(sizes[False], default=None)


def test_the_rankings_of_some_parties_alone_may_not_be_enough():
    graph = graph_of(two_by_two())
    ranks = np.array([[2, 3, 0, 1], [2, 0, 3, 1]])
    found = inverse(graph, ranks, 0, "R")
    assert [change.party for change in found.making()] == [0, 1]
    assert found.making([0]) is None
    assert found.breaking([0]).size == 0
    foresight = inverse(graph, ranks, 0, "SEQ")
    assert not foresight.independent
    assert foresight.making([]) == ()
    assert foresight.breaking([1]).states == (3,)
    assert foresight.breaking([]) is None


def test_nothing_breaks_what_leads_nowhere_or_back():
    nowhere = StabilityCondition(state=0, party=0, concept="R", clauses=())
    assert smallest_breaking(nowhere, set()) is None
    conflict = Conflict(n_states=2, moves=[{(0, 1)}, {(1, 0)}], ranks=[[0, 1], [0, 1]])
    [condition, _] = conditions(conflict, 0, "GMR")
    assert condition.clauses == (Clause(move=1, answers=((),)),)
    assert condition.clauses[0].always
    assert smallest_breaking(condition, {1}) is None
    assert smallest_making(condition, {1}).size == 0


def test_only_some_of_many_smallest_changes_are_listed(monkeypatch):
    clauses = tuple(Clause(move=k, answers=((k + 10,),)) for k in range(1, 5))
    condition = StabilityCondition(state=0, party=0, concept="GMR", clauses=clauses)
    better = set(range(1, 20))
    found = smallest_making(condition, better)
    assert (found.size, 1 + len(found.others), found.many, found.complete) == (4, 10, 16, False)
    assert len({found.states, *found.others}) == 10
    monkeypatch.setattr(inverse_module, "MOST_LISTED", 16)
    every = smallest_making(condition, better)
    assert (1 + len(every.others), every.complete) == (16, True)
    breaking = smallest_breaking(condition, set())
    assert [breaking.states, *breaking.others] == [(k, k + 10) for k in range(1, 5)]


# --- how many rankings ---------------------------------------------------------------------------


@given(seeds, concepts)
@settings(max_examples=25, deadline=None)
def test_the_rankings_counted_are_those_found_by_going_through_all(seed, concept):
    conflict = small_conflict(seed, most_states=5)
    state = seed % conflict.n_states
    for party, condition in enumerate(conditions(conflict, state, concept)):
        found = stable_rankings(condition, conflict.n_states)
        assert found.stable == oracle.n_stable_rankings(conflict, party, state, concept)
        assert found.total == factorial(conflict.n_states)
        assert found.share == Fraction(found.stable, found.total)


@given(seeds, concepts)
@settings(max_examples=60, deadline=None)
def test_the_sets_counted_are_those_that_meet_the_condition(seed, concept):
    conflict = small_conflict(seed, most_states=10)
    state = seed % conflict.n_states
    for condition in conditions(conflict, state, concept):
        found = stable_rankings(condition, conflict.n_states)
        relevant = condition.relevant
        assert found.relevant == len(relevant)
        assert found.sets == tuple(
            sum(condition.holds(better) for better in combinations(relevant, size))
            for size in range(len(relevant) + 1)
        )


@pytest.mark.parametrize("concept", KEYS)
def test_rankings_of_models_with_many_states_are_counted(concept):
    """Two parties with eight settings each: in R the state must be the best of its row."""
    free = every_transition(8)
    form = OptionForm(
        sizes=(8, 8), allowed=((free, None), (None, free)), feasible=np.ones(64, dtype=bool)
    )
    ranks = np.random.default_rng(0).permuted(np.tile(np.arange(64), (2, 1)), axis=1)
    condition = stability_condition(graph_of(form), ranks, 0, 0, concept)
    found = stable_rankings(condition, 64)
    assert found.total == factorial(64)
    if concept == "R":
        assert found.share == Fraction(1, 8)
    draw = np.random.default_rng(1)
    drawn = np.mean(
        [
            condition.holds(set(order[: np.flatnonzero(order == 0)[0]].tolist()))
            for order in (draw.permutation(64) for _ in range(2000))
        ]
    )
    assert float(found.share) == pytest.approx(drawn, abs=0.05)


def test_what_is_too_large_to_count_is_refused(monkeypatch):
    many = StabilityCondition(
        state=0, party=0, concept="R", clauses=tuple(Clause(move=k) for k in range(1, 300))
    )
    with pytest.raises(LimitError, match="299 states bear on"):
        stable_rankings(many, 300)
    monkeypatch.setattr(rankings, "MOST_CASES", 3)
    clauses = tuple(Clause(move=k, answers=((10, 11), (k + 1, 12))) for k in range(1, 6))
    entangled = StabilityCondition(state=0, party=0, concept="SMR", clauses=clauses)
    with pytest.raises(LimitError, match="more than 3 cases"):
        stable_rankings(entangled, 20)


# --- what an older tool got wrong ----------------------------------------------------------------


def two_by_two():
    free = every_transition(2)
    return OptionForm(
        sizes=(2, 2), allowed=((free, None), (None, free)), feasible=np.ones(4, dtype=bool)
    )


def test_every_improvement_counts_not_the_last_one_alone():
    """Moves to 1 and 2; the first is not answered, the second is."""
    conflict = Conflict(
        n_states=4, moves=[{(0, 1), (0, 2)}, {(2, 3)}], ranks=[[1, 2, 3, 0], [0, 0, 0, 1]]
    )
    for concept in KEYS[1:]:
        [condition, _] = conditions(conflict, 0, concept)
        assert condition.clauses == (Clause(move=1), Clause(move=2, answers=((3,),)))
        assert not condition.holds({1, 2})
        assert condition.holds({2})
        assert stable_rankings(condition, 4).stable == 6 + 2 + 2  # nothing, 2, or 3 preferred


def test_an_answer_that_is_level_with_the_state_deters():
    conflict = Conflict(n_states=3, moves=[{(0, 1)}, {(1, 2)}], ranks=[[1, 2, 1], [0, 0, 1]])
    found = inverse(conflict.graph, conflict.rank_array, 0, "SEQ")
    assert found.parties[0].stable
    assert found.parties[0].breaking.states == (2,)


def test_others_answer_together_not_each_alone():
    """Only B, C, B leads from the improvement to a state that deters."""
    conflict = Conflict(
        n_states=5,
        moves=[{(0, 1)}, {(1, 2), (3, 4)}, {(2, 3)}],
        ranks=[[1, 2, 2, 2, 2], [0, 0, 1, 0, 1], [0, 0, 0, 1, 0]],
    )
    for concept in KEYS[1:]:
        making = inverse(conflict.graph, conflict.rank_array, 0, concept).parties[0].making
        assert [making.states, *making.others] == [(1,), (2,), (3,), (4,)]


def test_all_answers_count_not_the_first_one_alone():
    """From the first answer there is a way out, from the second there is none."""
    conflict = Conflict(
        n_states=5,
        moves=[{(0, 1), (2, 4)}, {(1, 2), (1, 3)}],
        ranks=[[1, 2, 0, 0, 2], [0, 0, 1, 1, 0]],
    )
    for concept in ("SMR", "SSEQ"):
        [condition, _] = conditions(conflict, 0, concept)
        assert condition.clauses == (Clause(move=1, answers=((3,), (2, 4))),)
        assert condition.holds({1, 4})
        assert not condition.holds({1, 3, 4})


def test_prisoners_by_hand():
    """One prisoner cooperates (0), can defect (1), the other can follow (3), and he go back (2).

    R: 0 over 1, 12 of 24 rankings. GMR, SEQ: not 1 and 3 both over 0; 0 is last of three in 8.
    SMR, SSEQ: 1 over 0 needs 0 over 3 and 2, which adds 2 to the 12 of R.
    """
    conflict = conflict_of_form(two_by_two(), [[2, 3, 0, 1], [2, 0, 3, 1]])
    counts = {
        concept: stable_rankings(conditions(conflict, 0, concept)[0], 4).stable for concept in KEYS
    }
    assert counts == {"R": 12, "GMR": 16, "SMR": 14, "SEQ": 16, "SSEQ": 14}
    assert better_states(conflict.rank_array, 0, 0) == {1}


def test_syria_and_iraq_kinsara2014():
    """Section 4.2: which rankings of Syria's make state 2 stable; 240 for R, and 420 for SEQ.

    The definition gives 384 for SEQ. There are 420 where only the improvement that is looked at
    last counts: not both 3 and 6 better than 2 where 3 is better, otherwise not both 1 and 4.
    """
    water = every_transition(2)
    form = OptionForm(
        sizes=(2, 2, 2),
        allowed=((water, water, None), (None, None, water)),
        feasible=np.array([True, True, True, False] * 2),
    )
    ranks = np.array([[6, 3, 5, 2, 1, 4], [3, 6, 1, 5, 2, 4]])
    graph = graph_of(form)
    counts = {
        concept: stable_rankings(stability_condition(graph, ranks, 1, 0, concept), 6).stable
        for concept in KEYS
    }
    assert counts == {"R": 240, "GMR": 384, "SMR": 300, "SEQ": 384, "SSEQ": 300}
    sequential = stability_condition(graph, ranks, 1, 0, "SEQ")
    assert sequential.clauses == (
        Clause(move=0, answers=((3,),)),
        Clause(move=2, answers=((5,),)),
    )
    made = inverse(graph, ranks, 1, "SEQ")
    assert [change.party for change in made.making()] == [0]
    making = made.parties[0].making
    assert [making.states, *making.others] == [(2,), (5,)]
