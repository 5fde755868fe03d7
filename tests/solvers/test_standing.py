"""One state in many readings: the definitions, the margins, and both ways to work them out."""

from __future__ import annotations

from functools import partial
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import CancelledError, LimitError, UnknownNameError
from detente.executors import opened
from detente.solvers import surroundings as surroundings_module
from detente.solvers import thresholds
from detente.solvers.option_form import OptionForm, every_transition, graph_of
from detente.solvers.standing import KEYS, Standing, standing, standing_of_readings
from detente.solvers.state_graph import graph_of_moves
from detente.solvers.surroundings import surroundings
from detente.work import Work
from tests.solvers.conflicts import Conflict, random_conflict, stable, three_options

SEEDS = st.integers(0, 2**32 - 1)
ASKED = settings(max_examples=60, deadline=None)
N_ROWS = 4


def readings(conflict: Conflict, seed: int) -> np.ndarray:
    """Some profiles of the conflict: its own, and others with many ties."""
    draw = np.random.default_rng(seed)
    shape = (N_ROWS, conflict.n_parties, conflict.n_states)
    drawn = draw.integers(-3, max(2, conflict.n_states), shape).astype(float)
    drawn[0] = conflict.rank_array
    return drawn


def with_ranks(conflict: Conflict, ranks: np.ndarray) -> Conflict:
    return Conflict(
        n_states=conflict.n_states,
        moves=conflict.moves,
        ranks=[[int(value) for value in row] for row in ranks],
    )


def judged(conflict: Conflict, state: int, values: np.ndarray, *, compiled: bool) -> Standing:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(thresholds, "COMPILED_STANDING", 0 if compiled else 10**18)
        return standing(conflict.graph, state, values)


def numbers(found: Standing) -> list[bytes]:
    """Everything that is told, byte for byte."""
    arrays = [found.value]
    for own in found.departures:
        arrays += [own.target, own.gain, *(own.worst[key] for key in found.concepts)]
    return [array.tobytes() for array in arrays]


def worst(conflict: Conflict, key: str, party: int, target: int) -> float:
    """W straight from its definition."""
    others = [k for k in range(conflict.n_parties) if k != party]
    own = conflict.ranks[party]
    step = conflict.better if key in {"SEQ", "SSEQ"} else conflict.goes
    ends = set() if key == "R" else conflict.sequences(others, target, step)
    left = [
        max([own[x], *(own[z] for z in conflict.goes(party, x) if key in {"SMR", "SSEQ"})])
        for x in ends
    ]
    return min(left, default=inf)


@ASKED
@given(SEEDS)
def test_verdicts_and_worst_answers_are_those_of_the_definition(seed: int) -> None:
    conflict = random_conflict(seed)
    state = seed % conflict.n_states
    values = readings(conflict, seed)
    found = judged(conflict, state, values, compiled=bool(seed % 2))
    for row, ranks in enumerate(values):
        one = with_ranks(conflict, ranks)
        for party, own in enumerate(found.departures):
            assert own.target.tolist() == one.goes(party, state)
            gains = [ranks[party, q] - ranks[party, state] for q in own.target]
            assert own.gain[row].tolist() == gains
            for key in KEYS:
                assert found.stable[key][row, party] == stable(one, key, party, state)
                wanted = [worst(one, key, party, int(q)) for q in own.target]
                assert own.worst[key][row].tolist() == wanted


@ASKED
@given(SEEDS)
def test_compiled_code_tells_the_same_bytes(seed: int) -> None:
    conflict = random_conflict(seed)
    values = readings(conflict, seed)
    plain, compiled = (
        judged(conflict, seed % conflict.n_states, values, compiled=way) for way in (False, True)
    )
    assert numbers(plain) == numbers(compiled)


@ASKED
@given(SEEDS)
def test_the_missing_margin_is_just_enough(seed: int) -> None:
    conflict = random_conflict(seed)
    state = seed % conflict.n_states
    values = readings(conflict, seed)
    margins = judged(conflict, state, values, compiled=False).margin
    for key in KEYS:
        for row, party in zip(*np.nonzero(margins[key] < 0), strict=True):
            ranks = values[row].copy()
            ranks[party, state] -= margins[key][row, party]
            assert stable(with_ranks(conflict, ranks), key, party, state)
            ranks[party, state] -= 1
            assert not stable(with_ranks(conflict, ranks), key, party, state)


@ASKED
@given(SEEDS)
def test_what_is_to_spare_can_be_lost_and_no_more_unless_a_way_leads_back(seed: int) -> None:
    conflict = random_conflict(seed)
    state = seed % conflict.n_states
    values = readings(conflict, seed)
    margins = judged(conflict, state, values, compiled=False).margin
    for key in KEYS:
        spare = (margins[key] >= 0) & (margins[key] < inf)
        for row, party in zip(*np.nonzero(spare), strict=True):
            around = surroundings(conflict.graph, int(party), state)
            leads_back = state in around.nodes[around.answer] or state in around.counter
            ranks = values[row].copy()
            ranks[party, state] -= margins[key][row, party]
            assert stable(with_ranks(conflict, ranks), key, party, state)
            ranks[party, state] -= 1
            if not leads_back:
                assert not stable(with_ranks(conflict, ranks), key, party, state)


def test_a_party_that_cannot_move_holds_whatever_happens() -> None:
    graph = graph_of_moves(2, [[(0, 1)], []])
    found = standing(graph, 0, np.array([[[0.0, 5.0], [9.0, 0.0]]]))
    for key in KEYS:
        assert found.margin[key].tolist() == [[-5.0, inf]]
        assert found.stable[key].tolist() == [[False, True]]


def test_an_answer_of_one_then_another_then_the_first_again_counts() -> None:
    """Were each to answer only once, some states would look less stable than they are."""
    conflict = three_options()
    rows = np.random.default_rng(5).permuted(np.tile(np.arange(8.0), (300, 3, 1)), axis=2)
    found = [standing(conflict.graph, s, rows).stable["SEQ"] for s in range(8)]
    once = [[_stable_answering_once(conflict, r, s) for r in rows] for s in range(8)]
    assert (np.array(found) & ~np.array(once)).any()
    assert not (~np.array(found) & np.array(once)).any()


def _stable_answering_once(conflict: Conflict, ranks: np.ndarray, state: int) -> list[bool]:
    one = with_ranks(conflict, ranks)

    def ends(movers: list[int], here: int) -> set[int]:
        found = set()
        for mover in movers:
            for to in one.better(mover, here):
                found |= {to} | ends([k for k in movers if k != mover], to)
        return found

    return [
        all(
            any(
                ranks[party, x] <= ranks[party, state]
                for x in ends([k for k in range(3) if k != party], q)
            )
            for q in one.better(party, state)
        )
        for party in range(3)
    ]


def test_nobody_moves_twice_in_a_row() -> None:
    """The second party could punish only by two moves of its own, which is no legal sequence."""
    graph = graph_of_moves(4, [[(0, 1)], [(1, 2), (2, 3)], []])
    values = np.array([[[1.0, 2.0, 2.0, 0.0], [0.0, 1.0, 2.0, 3.0], [0.0] * 4]])
    assert not standing(graph, 0, values, ["GMR"]).stable["GMR"][0, 0]
    between = graph_of_moves(5, [[(0, 1)], [(1, 2), (4, 3)], [(2, 4)]])
    values = np.array([[[1.0, 2.0, 2.0, 0.0, 2.0], [0.0] * 5, [0.0] * 5]])
    found = standing(between, 0, values, ["GMR", "SEQ"])
    assert found.stable["GMR"][0, 0]
    assert not found.stable["SEQ"][0, 0]


def test_large_values_are_exact() -> None:
    graph = graph_of_moves(2, [[(0, 1)]])
    most = 2.0**52
    found = standing(graph, 0, np.array([[[most - 1, most]], [[most, most - 1]]]), ["R"])
    assert found.margin["R"].tolist() == [[-1.0], [1.0]]


def test_more_parties_than_bits_are_judged_too() -> None:
    moves = [[(0, 1)], *([(1, 2)] if k == 69 else [] for k in range(1, 70)), [(2, 3)]]
    conflict = Conflict(n_states=4, moves=[set(own) for own in moves], ranks=[[0] * 4] * 71)
    values = np.zeros((1, 71, 4))
    values[0, 0] = [1, 2, 2, 0]
    found = judged(conflict, 0, values, compiled=True)
    assert found.stable["GMR"][0, 0]
    assert not found.stable["SEQ"][0, 0]


def made(conflict: Conflict, seed: int) -> np.ndarray:
    """Make a piece where it is judged."""
    return readings(conflict, seed)


def test_the_same_bytes_in_whatever_pieces_and_wherever() -> None:
    conflict = random_conflict(7)
    values = np.concatenate([readings(conflict, seed) for seed in range(3)])
    graph = conflict.graph
    whole = numbers(standing(graph, 0, values))
    assert numbers(standing_of_readings(graph, 0, [values[:5], values[5:]])) == whole
    pieces = [partial(made, conflict, seed) for seed in range(3)]
    assert numbers(standing_of_readings(graph, 0, pieces)) == whole
    with opened("processes:2") as executor:
        found = standing_of_readings(graph, 0, pieces, work=Work(executor=executor))
    assert numbers(found) == whole


def test_no_readings_give_no_rows() -> None:
    graph = graph_of_moves(2, [[(0, 1)], []])
    found = standing_of_readings(graph, 0, [])
    assert found.margin["SEQ"].shape == (0, 2)
    assert found.departures[0].worst["SEQ"].shape == (0, 1)


def test_only_what_is_asked_is_told() -> None:
    graph = graph_of_moves(2, [[(0, 1)], [(1, 0)]])
    found = standing(graph, 0, np.zeros((1, 2, 2)), ["SEQ", "R", "SEQ"])
    assert found.concepts == ("SEQ", "R")
    assert list(found.margin) == ["SEQ", "R"]
    with pytest.raises(UnknownNameError, match="did you mean 'SEQ'"):
        standing(graph, 0, np.zeros((1, 2, 2)), ["SEQU"])


def test_work_can_be_stopped() -> None:
    graph = graph_of_moves(2, [[(0, 1)], [(1, 0)]])
    with pytest.raises(CancelledError, match="judging whether it holds"):
        standing_of_readings(graph, 0, [np.zeros((1, 2, 2))], work=Work(cancelled=lambda: True))


def test_too_many_answers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings_module, "MOST_ANSWERS", 1)
    graph = graph_of_moves(4, [[(0, 1)], [(1, 2), (1, 3)]])
    with pytest.raises(LimitError, match="more than 1 answers"):
        surroundings(graph, 0, 0)


@ASKED
@given(SEEDS)
def test_the_surroundings_hold_every_answer_and_nothing_else(seed: int) -> None:
    conflict = random_conflict(seed)
    state, party = seed % conflict.n_states, seed % conflict.n_parties
    around = surroundings(conflict.graph, party, state)
    others = [k for k in range(conflict.n_parties) if k != party]
    every = set(around.target.tolist())
    for move, target in enumerate(around.target):
        lot = around.answer[around.answer_first[move] : around.answer_first[move + 1]]
        wanted = conflict.sequences(others, int(target), conflict.goes)
        assert around.nodes[lot].tolist() == sorted(wanted)
        every |= wanted
    assert around.nodes.tolist() == sorted(every)


def test_surroundings_in_option_form_split_by_the_own_axes() -> None:
    free = every_transition(2)
    allowed = tuple(tuple(free if k // 3 == p else None for k in range(6)) for p in range(2))
    graph = graph_of(OptionForm(sizes=(2,) * 6, allowed=allowed, feasible=np.ones(64, dtype=bool)))
    around = surroundings(graph, 0, 0)
    assert around.extent == 7 * 7 + 7 * 7 + (7 + 7 * 7) * 7
