"""Departures and their answers: legal, the shortest, the hardest, and in step with the verdicts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import UnknownNameError
from detente.solvers.option_form import OptionForm, every_transition, graph_of
from detente.solvers.standing import KEYS, standing
from detente.solvers.state_graph import graph_of_moves
from detente.solvers.witnesses import Departure, Step, departures
from tests.solvers.conflicts import Conflict, random_conflict, stable

SEEDS = st.integers(0, 2**32 - 1)
ASKED = settings(max_examples=80, deadline=None)


def shortest(conflict: Conflict, key: str, party: int, target: int) -> dict[int, int]:
    """How many moves each end of a legal sequence takes, by going one move further at a time."""
    step = conflict.better if key in {"SEQ", "SSEQ"} else conflict.goes
    others = [k for k in range(conflict.n_parties) if k != party]
    lengths: dict[int, int] = {}
    front, met, length = {(target, party)}, set(), 0
    while front:
        length += 1
        front = {
            (to, mover)
            for here, last in front
            for mover in others
            if mover != last
            for to in step(mover, here)
        } - met
        met |= front
        for end, _ in front:
            lengths.setdefault(end, length)
    return lengths


def each_case(seed: int) -> Iterator[tuple[Conflict, int, int, str, tuple[Departure, ...]]]:
    conflict = random_conflict(seed)
    state = seed % conflict.n_states
    for party in range(conflict.n_parties):
        for key in KEYS:
            found = departures(conflict.graph, state, conflict.rank_array, party=party, concept=key)
            yield conflict, state, party, key, found


@ASKED
@given(SEEDS)
def test_every_improvement_is_told_and_the_verdict_follows(seed: int) -> None:
    for conflict, state, party, key, found in each_case(seed):
        assert [one.target for one in found] == conflict.better(party, state)
        assert all(one.deterred for one in found) == stable(conflict, key, party, state)


@ASKED
@given(SEEDS)
def test_answers_are_legal(seed: int) -> None:
    for conflict, _, party, key, found in each_case(seed):
        step = conflict.better if key in {"SEQ", "SSEQ"} else conflict.goes
        for one in found:
            here, last = one.target, party
            for move in one.answer or ():
                assert move.party not in {last, party}
                assert move.state in step(move.party, here)
                here, last = move.state, move.party
            if one.escape is not None:
                assert one.answer
                assert one.escape.party == party
                assert one.escape.state in conflict.goes(party, here)


@ASKED
@given(SEEDS)
def test_the_answer_is_the_shortest_then_the_hardest(seed: int) -> None:
    for conflict, state, party, key, found in each_case(seed):
        own = conflict.ranks[party]
        counters = key in {"SMR", "SSEQ"}
        for one in found:
            lengths = {} if key == "R" else shortest(conflict, key, party, one.target)
            hurting = [x for x in lengths if own[x] <= own[state]]
            left = {
                x: max([own[x], *(own[z] for z in conflict.goes(party, x) if counters)])
                for x in hurting
            }
            safe = [(lengths[x], own[x], x) for x in hurting if left[x] <= own[state]]
            unsafe = [(left[x], lengths[x], own[x], x) for x in hurting]
            if safe:
                told = (len(one.answer), own[one.answer[-1].state], one.answer[-1].state)
                assert told == min(safe)
                assert one.deterred
            elif unsafe:
                _, length, _, end = min(unsafe)
                assert (len(one.answer), one.answer[-1].state) == (length, end)
                assert own[one.escape.state] == left[end] > own[state]
                ties = [z for z in conflict.goes(party, end) if own[z] == left[end]]
                assert one.escape.state == ties[0]
            else:
                assert one.answer is one.escape is None


@ASKED
@given(SEEDS)
def test_the_worst_that_is_counted_is_no_better_than_what_is_shown(seed: int) -> None:
    for conflict, state, party, key, found in each_case(seed):
        ranks = conflict.rank_array
        judged = standing(conflict.graph, state, ranks[None].astype(float), [key])
        own = judged.departures[party]
        for one in found:
            worst = own.worst[key][0, own.target.tolist().index(one.target)]
            assert (worst <= ranks[party, state]) == one.deterred
            if one.answer is not None:
                shown = one.answer[-1] if one.escape is None else one.escape
                assert worst <= max(ranks[party, shown.state], ranks[party, state])


def test_an_answer_may_take_one_party_twice() -> None:
    """From 1 the second moves, then the third, then the second again."""
    graph = graph_of_moves(5, [[(0, 1)], [(1, 2), (3, 4)], [(2, 3)]])
    values = np.array([[1, 9, 9, 9, 0], [0, 1, 2, 3, 4], [0, 0, 0, 1, 0]])
    (found,) = departures(graph, 0, values, party=0, concept="SEQ")
    assert found.answer == tuple(Step(party=p, state=s) for p, s in [(1, 2), (2, 3), (1, 4)])
    assert found.deterred


def test_an_answer_with_an_escape_does_not_deter() -> None:
    graph = graph_of_moves(5, [[(0, 1), (2, 3), (2, 4)], [(1, 2)]])
    values = np.array([[1, 3, 0, 2, 2], [0] * 5])
    (symmetric,) = departures(graph, 0, values, party=0, concept="SMR")
    assert symmetric.answer == (Step(party=1, state=2),)
    assert symmetric.escape == Step(party=0, state=3)
    assert not symmetric.deterred
    (general,) = departures(graph, 0, values, party=0, concept="GMR")
    assert general.deterred
    (sequential,) = departures(graph, 0, values, party=0, concept="SEQ")
    assert sequential == Departure(target=1, answer=None, escape=None)


def test_values_of_readings_do_as_well_as_ranks() -> None:
    conflict = random_conflict(11)
    for key in KEYS:
        told = [
            departures(conflict.graph, 0, ranks, party=0, concept=key)
            for ranks in (conflict.rank_array, conflict.rank_array * 1e9 - 5.0)
        ]
        assert told[0] == told[1]


def test_plain_numbers_are_told() -> None:
    graph = graph_of_moves(2, [[(0, 1)], [(1, 0)]])
    (found,) = departures(graph, 0, np.array([[0.0, 1.0], [1.0, 0.0]]), party=0, concept="SEQ")
    assert repr(found) == ("Departure(target=1, answer=(Step(party=1, state=0),), escape=None)")
    assert {type(found.target), type(found.answer[0].state), type(found.answer[0].party)} == {int}


def test_large_conflicts_are_searched_from_one_state() -> None:
    free = every_transition(2)
    allowed = tuple(tuple(free if k // 3 == p else None for k in range(12)) for p in range(4))
    form = OptionForm(sizes=(2,) * 12, allowed=allowed, feasible=np.ones(2**12, dtype=bool))
    graph = graph_of(form)
    values = np.random.default_rng(1).permuted(np.tile(np.arange(2**12), (4, 1)), axis=1)
    values[0, 0] = 1
    judged = standing(graph, 0, values[None].astype(float), ["SEQ"])
    found = departures(graph, 0, values, party=0, concept="SEQ")
    assert len(found) == (judged.departures[0].gain > 0).sum() == 7
    assert all(one.deterred for one in found) == judged.stable["SEQ"][0, 0]


def test_an_unknown_concept_is_refused() -> None:
    graph = graph_of_moves(2, [[(0, 1)], []])
    with pytest.raises(UnknownNameError, match="known are 'R', 'GMR', 'SMR', 'SEQ', 'SSEQ'"):
        departures(graph, 0, np.zeros((2, 2)), party=0, concept="Nash")
