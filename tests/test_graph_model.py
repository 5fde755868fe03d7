"""A case as states and moves, and what its states are worth."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from detente.analysis import Analysis
from detente.errors import CaseError, LimitError, UnanswerableError, UnknownNameError
from detente.formats import loads
from detente.graph_model import state_meant
from detente.holding import holding_of
from detente.modelling import model_of, unseen_by
from detente.solvers.concept import ranks_of
from detente.state_values import state_values_of
from detente.work import Work

TALKS = """
detente: 1
title: Talks
parties: {a: Ada, b: Bo, c: Cy}
issues:
  fire: {options: [stop, go], status_quo: go}
  arms: {options: [none, some, many], status_quo: none}
  map: {options: [old, new], status_quo: old}
constraints:
  - require: fire != stop or arms != many
proposals:
  peace: {fire: stop, map: new}
preferences:
  a:
    - scores:
        fire: {stop: 10, go: 4}
        arms: {none: 0, some: 3, many: 9}
        map: {old: 0, new: 5}
    - no_deal: 1
  b:
    - scores:
        fire: {stop: 20, go: 0}
        arms: {none: 7, some: 3, many: 0}
        map: {old: 1, new: 0}
    - no_deal: 0
  c:
    - ranking: peace > no deal
control:
  a:
    fire: [stop -> go]
    arms: [none -> some, some -> many]
  b:
    arms: [any -> none]
"""


def analysis_of(text: str, **work: int) -> Analysis:
    return Analysis(case=loads(text), work=Work(**work))


def test_the_first_controlled_issue_varies_fastest_and_infeasible_states_have_no_number():
    analysis = analysis_of(TALKS)
    model = model_of(analysis, analysis.case.vocabulary.proposals["peace"])
    vocabulary = analysis.case.vocabulary
    named = [vocabulary.named(model.package(k)) for k in range(model.n_states)]
    assert [(n["fire"], n["arms"]) for n in named] == [
        ("stop", "none"),
        ("go", "none"),
        ("stop", "some"),
        ("go", "some"),
        ("go", "many"),
    ]
    assert {n["map"] for n in named} == {"new"}
    assert [model.number(k) for k in range(5)] == [1, 2, 3, 4, 5]
    # c controls nothing
    assert model.parties == ("a", "b")


def test_moves_are_what_each_party_may_change_at_once():
    analysis = analysis_of(TALKS)
    model = model_of(analysis, analysis.case.vocabulary.proposals["peace"])
    moves = [
        {s: model.graph.moves(p, s).tolist() for s in range(5)} for p in range(len(model.parties))
    ]
    assert moves[0] == {0: [1, 2, 3], 1: [3], 2: [3, 4], 3: [4], 4: []}
    assert moves[1] == {0: [], 1: [], 2: [0], 3: [1], 4: [1]}


def test_states_that_meet_a_condition_are_merged_into_their_first():
    text = TALKS + "graph: {merge: [{when: fire == go, title: war}]}\n"
    analysis = analysis_of(text)
    case = analysis.case
    model = model_of(analysis, case.vocabulary.proposals["peace"])
    assert [model.label(k) for k in range(model.n_states)][1] == "war"
    assert model.n_states == 3
    assert model.graph.moves(0, 0).tolist() == [1, 2]
    assert model.graph.moves(0, 1).tolist() == []
    # every package that is merged is found
    assert model.state_of(analysis.package("peace, fire = go, arms = many")[0]) == 1
    assert model.state_of(analysis.package("peace, arms = many")[0]) is None


def test_a_part_keeps_numbers_packages_and_moves():
    analysis = analysis_of(TALKS)
    whole = model_of(analysis, analysis.case.vocabulary.proposals["peace"])
    part = whole.reachable(3)
    assert [part.number(k) for k in range(part.n_states)] == [2, 4, 5]
    for k in range(part.n_states):
        assert part.package(k) == whole.package(part.number(k) - 1)
        assert part.state_of(part.package(k)) == k
    assert part.graph.moves(1, 2).tolist() == [0]
    again = part.reachable(2)
    assert [again.number(k) for k in range(again.n_states)] == [2, 4, 5]
    assert again is part


def test_a_written_graph_has_its_states_by_name_title_and_number():
    model = model_of(analysis_of(WRITTEN), (0,))
    assert [state_meant(model, text) for text in ("s2", "Two", "two", "2", " 3 ")] == [
        1,
        1,
        1,
        1,
        2,
    ]
    assert model.graph.moves(0, 0).tolist() == [1, 2]
    assert model.graph.moves(1, 2).tolist() == [0]
    with pytest.raises(UnknownNameError, match="numbered 1 to 3"):
        state_meant(model, "4")
    with pytest.raises(UnknownNameError, match="did you mean"):
        state_meant(model, "s33")


WRITTEN = """
detente: 1
title: Written
parties: {a: Ada, b: Bo}
graph:
  states: {s1: One, s2: Two, s3: Three}
  moves: {a: [s1 -> any], b: [s3 -> s1]}
  ranking: {a: s2 > s1 ~ s3, b: s1 > s3}
  unseen: {b: [s2]}
"""


def test_a_state_that_a_ranking_leaves_out_is_below_all_others():
    analysis = analysis_of(WRITTEN)
    model = model_of(analysis, (0,))
    values = state_values_of(analysis, model)
    assert values.central.tolist() == [[1, 2, 1], [2, 0, 1]]
    assert values.n_rows == 1
    assert unseen_by(analysis, model, "b").tolist() == [False, True, False]


def test_a_case_without_control_says_what_to_add():
    text = TALKS.partition("control:")[0]
    with pytest.raises(UnanswerableError, match="add a block control"):
        model_of(analysis_of(text), (0, 0, 0))


def test_too_many_settings_are_refused_with_their_number():
    issues = "".join(f"  i{k}: {{options: [n, y], status_quo: n}}\n" for k in range(25))
    control = "".join(f"    i{k}: any\n" for k in range(25))
    text = f"detente: 1\ntitle: T\nparties: {{a: A}}\nissues:\n{issues}control:\n  a:\n{control}"
    analysis = analysis_of(text)
    with pytest.raises(LimitError, match="more than 16,777,216 settings"):
        model_of(analysis, analysis.case.vocabulary.status_quo)


def test_values_of_states_are_those_of_their_packages_exactly():
    analysis = analysis_of(TALKS)
    model = model_of(analysis, analysis.case.vocabulary.proposals["peace"])
    values = state_values_of(analysis, model)
    found = values.values(np.arange(1))[0]
    points = [[Fraction(int(v), values.units(p) or 1) for v in row] for p, row in enumerate(found)]
    # fire, arms, map: stop 10 go 4, none 0 some 3 many 9, new 5
    assert points[0] == [15, 9, 18, 12, 18]
    assert points[1] == [27, 7, 23, 3, 0]


def test_values_in_readings_are_those_of_the_draws():
    text = TALKS.replace(
        "arms: {none: 0, some: 3, many: 9}", "arms: {none: 0, some: 1..6, many: 9}"
    ).replace(
        "    - no_deal: 1\n",
        "    - no_deal: 1\n    - rule: fire == go and arms == many\n      worth: -9..-1\n",
    )
    analysis = analysis_of(text)
    model = model_of(analysis, analysis.case.vocabulary.proposals["peace"])
    values = state_values_of(analysis, model)
    rows = np.arange(0, values.n_rows, 101)
    draws = analysis.readings.draws["a"].at(rows)
    space = analysis.space
    for state in range(model.n_states):
        package = model.package(state)
        expected = sum(
            draws.options[:, first + option]
            for first, option in zip(space.first, package, strict=True)
        )
        if state == 4:
            expected = expected + draws.worths[:, 0]
        assert (values.values(rows)[:, 0, state] == expected).all()
    part = model.reachable(3)
    assert (values.within(part).values(rows) == values.values(rows)[:, :, [1, 3, 4]]).all()


def test_priorities_rank_by_the_first_condition_that_differs_however_many_there_are():
    n = 70
    issues = "".join(f"  i{k}: {{options: [n, y], status_quo: n}}\n" for k in range(4))
    conditions = ["i0 == y", "i1 == n", "i3 == y"] + ["i2 == y or i0 == n"] * (n - 3)
    stated = "".join(f"        - {c}\n" for c in conditions)
    control = "".join(f"    i{k}: any\n" for k in range(4))
    text = (
        f"detente: 1\ntitle: T\nparties: {{a: A}}\nissues:\n{issues}"
        f"preferences:\n  a:\n    - priorities:\n{stated}control:\n  a:\n{control}"
    )
    analysis = analysis_of(text)
    model = model_of(analysis, analysis.case.vocabulary.status_quo)
    ranks = state_values_of(analysis, model).central[0]

    def key(state: int) -> tuple[bool, ...]:
        i0, i1, i2, i3 = (option == 1 for option in model.package(state))
        return (i0, not i1, i3, i2 or not i0)

    order = sorted(range(16), key=key)
    for worse, better in pairwise(order):
        assert (ranks[worse] < ranks[better]) == (key(worse) < key(better))
        assert ranks[worse] <= ranks[better]


def test_ranks_are_dense_and_keep_ties():
    assert ranks_of(np.array([[3.0, -1.0, 3.0, 8.0]])).tolist() == [[1, 0, 1, 2]]


def test_a_package_that_breaks_a_constraint_is_no_state():
    with pytest.raises(UnanswerableError, match="breaks a constraint"):
        holding_of(analysis_of(TALKS), "peace, arms = many")


def test_titles_of_states_that_are_merged_twice_stay_with_the_state_that_they_are():
    merges = "[{when: fire == go and arms != none, title: war}, {when: fire == go}]"
    analysis = analysis_of(f"{TALKS}graph: {{merge: {merges}}}\n")
    model = model_of(analysis, analysis.case.vocabulary.proposals["peace"])
    # stop and none, go, stop and some
    assert model.n_states == 3
    assert model.titles == {1: "war"}
    assert model.label(2) == "fire stop and arms some"


@pytest.mark.parametrize("said", ["ranking: {a: 1 > 6}", "unseen: {a: [6]}", "ranking: {c: 6}"])
def test_a_number_that_no_state_has_is_refused_with_its_place(said):
    analysis = analysis_of(f"{TALKS}graph: {{{said}}}\n")
    place = rf"^-:\d+: graph\.{said[:6]}\w*\.[ac]: there is no state 6; .* 1 to 5$"
    with pytest.raises(CaseError, match=place):
        model_of(analysis, analysis.case.vocabulary.status_quo)


def test_numbers_that_mean_other_states_beside_a_package_are_refused():
    text = TALKS.replace("fire != stop or arms != many", "fire == go or map == new or arms == none")
    analysis = analysis_of(f"{text}graph: {{ranking: {{a: 2 > 4}}}}\n")
    vocabulary = analysis.case.vocabulary
    assert model_of(analysis, vocabulary.status_quo).n_states == 4
    with pytest.raises(UnanswerableError, match="numbers mean other states"):
        model_of(analysis, vocabulary.proposals["peace"])
    unnumbered = analysis_of(text)
    assert model_of(unnumbered, vocabulary.proposals["peace"]).n_states == 6


def test_who_moves_and_ranks_nothing_is_asked_for_a_ranking():
    for text in (
        WRITTEN.replace(", b: s1 > s3}", "}"),
        WRITTEN.replace("{s1: One, s2: Two, s3: Three}", "[s1]").partition("  moves:")[0]
        + "  moves: {a: []}\n",
    ):
        analysis = analysis_of(text)
        with pytest.raises(UnanswerableError, match=r"add graph\.ranking\.[ab]$"):
            state_values_of(analysis, model_of(analysis, (0,)))


def test_a_state_is_meant_as_it_is_written_before_it_is_meant_otherwise():
    text = WRITTEN.replace("{s1: One, s2: Two, s3: Three}", "{s1: X, s2: Two, S2: x, s3: three}")
    model = model_of(analysis_of(text), (0,))
    assert state_meant(model, " S2 ") == 2
    assert state_meant(model, "Three") == 3
    with pytest.raises(UnknownNameError, match=r"2 states are called 'X'; .*: 's1' or 'S2'"):
        state_meant(model, "X")


@pytest.mark.parametrize("digits", [20, 5_000])
def test_a_number_of_any_length_is_a_number_of_a_state(digits):
    analysis = analysis_of(TALKS)
    model = model_of(analysis, analysis.case.vocabulary.status_quo)
    with pytest.raises(
        UnknownNameError, match=r"there is no state 9+…?; states are numbered 1 to 5"
    ):
        state_meant(model, "9" * digits)


def test_the_status_quo_of_a_written_graph_is_meant_by_these_words():
    model = model_of(analysis_of(WRITTEN + "  status_quo: s3\n"), (2,))
    assert state_meant(model, "status quo") == state_meant(model, " Status  quo") == 2
