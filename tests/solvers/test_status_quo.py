"""Shortest legal paths by moves and by improvements: the definition, and a large conflict."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from detente.errors import LimitError
from detente.solvers import option_form
from detente.solvers.option_form import OptionForm, every_transition
from detente.solvers.state_graph import graph_of_moves, improving_moves
from detente.solvers.status_quo import status_quo
from tests.solvers.test_legal_sequences import conflicts, shortest


@settings(max_examples=150)
@given(conflicts())
def test_paths_are_the_first_legal_sequences_by_moves_and_by_improvements(conflict):
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
        expected = shortest(moves, range(graph.n_parties), 0, longest=longest)
        for state in range(graph.n_states):
            path = led.path(state)
            if path is not None and len(path) > longest:
                continue
            assert path == expected.get(state)
            assert led.distance[state] == (-1 if path is None else len(path))


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


def test_what_is_too_large_to_be_written_out_is_refused(monkeypatch):
    monkeypatch.setattr(option_form, "MOST_MOVES", 10)
    with pytest.raises(LimitError, match="more than 10 moves"):
        status_quo(hypercube(4, 2), np.zeros((2, 16), dtype=np.int64), start=0)
