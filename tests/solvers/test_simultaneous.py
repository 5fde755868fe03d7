"""Answers that are made at the same time (SIM), against the definition and older mistakes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import LimitError, UnanswerableError
from detente.solvers import simultaneous as module
from detente.solvers.option_form import OptionForm, every_transition, graph_of
from detente.solvers.simultaneous import simultaneous
from detente.solvers.stability import stability

FREE = every_transition(2)


def form_of(sizes, allowed, feasible=None):
    n_codes = int(np.prod(sizes))
    mask = np.ones(n_codes, dtype=bool) if feasible is None else np.array(feasible)
    return OptionForm(sizes=tuple(sizes), allowed=tuple(map(tuple, allowed)), feasible=mask)


@st.composite
def conflicts(draw):
    """Two parties, axes of two or three settings, some shared, one-way moves, holes, and ties."""
    sizes = draw(st.lists(st.integers(2, 3), min_size=1, max_size=3))
    allowed = []
    for _ in range(2):
        own = []
        for size in sizes:
            table = draw(
                st.none() | st.lists(st.booleans(), min_size=size * size, max_size=size * size)
            )
            off = ~np.eye(size, dtype=bool)
            own.append(None if table is None else np.array(table).reshape(size, size) & off)
        allowed.append(own)
    n_codes = int(np.prod(sizes))
    feasible = draw(st.lists(st.sampled_from([True, True, False]), min_size=n_codes,
                             max_size=n_codes).filter(any))  # fmt: skip
    form = form_of(sizes, allowed, feasible)
    row = st.lists(st.integers(0, 4), min_size=form.n_states, max_size=form.n_states)
    return form, np.array([draw(row), draw(row)], dtype=np.int32)


def by_definition(form, ranks):
    """One set of improvements against the other, settings by settings."""
    graph = graph_of(form)
    settings = form.settings().tolist()

    def improvements(party, state):
        return {int(q) for q in graph.moves(party, state) if ranks[party][q] > ranks[party][state]}

    def both(state, one, other):
        made = list(settings[state])
        for axis, old in enumerate(settings[state]):
            changed = {settings[q][axis] for q in (one, other)} - {old}
            if len(changed) > 1:
                return None
            made[axis] = changed.pop() if changed else old
        return form.state_of(made)

    return [
        [
            all(
                any(
                    (met := both(state, one, other)) is not None
                    and ranks[party][met] <= ranks[party][state]
                    for other in improvements(1 - party, state)
                )
                for one in improvements(party, state)
            )
            for state in range(form.n_states)
        ]
        for party in range(2)
    ]


@given(conflicts())
def test_is_what_the_definition_says(conflict):
    assert simultaneous(*conflict).tolist() == by_definition(*conflict)
    assert stability(*conflict, ["SIM"]).of("SIM").tolist() == by_definition(*conflict)


def test_holding_few_pairs_at_once_changes_nothing(monkeypatch):
    rng = np.random.default_rng(0)
    sizes, half = (2, 2, 2, 2, 2), [FREE, FREE, None, None, FREE]
    form = form_of(sizes, [half, [None, FREE, FREE, FREE, None]], rng.random(32) < 0.9)
    for _ in range(20):
        ranks = rng.integers(0, 30, (2, form.n_states))
        monkeypatch.setattr(module, "_CHUNK", 3)
        found = simultaneous(form, ranks).tolist()
        monkeypatch.undo()
        assert found == simultaneous(form, ranks).tolist() == by_definition(form, ranks)


def test_every_improvement_is_held_against_every_answer_anew():
    """Two improvements, one answer that meets both.

    A list of answers that is read to its end for the first improvement leaves none for the second:
    an older program says that the state is not stable.
    """
    form = form_of((3, 2), [[every_transition(3), None], [None, FREE]])
    first = [1, 2, 3, 0, 0, 0]
    second = [0, 0, 0, 1, 0, 0]
    stable = simultaneous(form, np.array([first, second]))
    assert stable[0, 0]
    assert simultaneous(form, np.array([[1, 2, 3, 0, 0, 4], second])).tolist()[0][0] is False


def test_no_state_holds_two_settings_of_one_axis():
    three = every_transition(3)
    form = form_of((3,), [[three], [three]])
    ranks = np.array([[1, 2, 0], [1, 0, 2]])
    assert simultaneous(form, ranks).tolist() == [[False, True, False], [False, False, True]]
    agreed = np.array([[1, 2, 0], [1, 2, 0]])
    assert not simultaneous(form, agreed)[:, 0].any()


def test_an_answer_that_cannot_be_made_is_none():
    form = form_of((2, 2), [[FREE, None], [None, FREE]], [True, True, True, False])
    chicken = np.array([[3, 4, 2], [3, 2, 4]])
    assert simultaneous(form, chicken).tolist() == [[False, True, True], [False, True, True]]


def test_other_models_are_refused_with_a_way_out(monkeypatch):
    form = form_of((2, 2), [[FREE, None], [None, FREE]])
    with pytest.raises(UnanswerableError, match="as options of the parties"):
        simultaneous(graph_of(form), np.zeros((2, 4)))
    three = form_of((2,), [[FREE], [None], [None]])
    with pytest.raises(UnanswerableError, match="two parties, and here are 3; ask for GMR"):
        simultaneous(three, np.zeros((3, 2)))
    monkeypatch.setattr(module, "MOST_PAIRS", 0)
    with pytest.raises(LimitError, match="1 pairs of improvements are too many"):
        simultaneous(form, np.array([[0, 1, 0, 0], [0, 0, 1, 0]]))
