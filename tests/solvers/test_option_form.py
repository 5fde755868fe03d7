"""Moves of a conflict in option form, against those of its definition."""

from __future__ import annotations

import pytest

from detente.solvers import option_form
from detente.solvers.option_form import graph_of
from tests.solvers.conflicts import option_form_conflict


@pytest.mark.parametrize("at_once", [1, 7, 4_000_000])
def test_moves_are_those_of_the_definition_however_many_are_made_at_a_time(monkeypatch, at_once):
    monkeypatch.setattr(option_form, "_AT_ONCE", at_once)
    for seed in range(40):
        conflict = option_form_conflict(seed)
        assert conflict.form is not None
        graph = graph_of(conflict.form)
        assert graph.n_states == conflict.n_states
        for party in range(conflict.n_parties):
            for state in range(conflict.n_states):
                assert graph.moves(party, state).tolist() == conflict.goes(party, state)
