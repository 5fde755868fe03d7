"""What is changed in a case for each assumption, and what cannot be changed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from detente.blocks.leverage import Leverage
from detente.formats import loads
from detente.linear import Bounds
from detente.preferences import Unstated
from detente.statements.no_deal import NoDeal
from detente.statements.rule import Rule
from detente.trials import ROOM, assumptions_of, trials_of
from tests.answers.cases import EASY, ENDS, ISSUES, case_of, scores
from tests.strategies import case_of as alone


def said(*statements):
    """Return a case of two parties of whom the first is spoken of so."""
    return case_of(ISSUES, {"P": statements, "Q": EASY})


def trials(case, place, *, party="P", view="believed"):
    """Return the trials of one statement of a party, by position."""
    statement = case.statements_of(party, view=view)[place]
    return list(trials_of(case, statement, view=view))


def test_everything_assumed_is_found_in_order():
    more = "leverage:\n  - {by: Q, on: P, shift: -5}\n"
    case = case_of(
        ISSUES, {"P": [*ENDS, "rule: a == a1\nworth: more than 0"], "Q": EASY}, more=more
    )
    found = assumptions_of(case, view="believed")
    kinds = [type(each).__name__ for each in found]
    assert kinds == ["Order", "Order", "Rule", *["Unstated"] * 3, "Scores", "NoDeal", "Leverage"]
    assert [each.party for each in found[:8]] == ["P"] * 6 + ["Q"] * 2


def test_only_what_a_view_says_is_assumed():
    statements = [*ENDS, "no_deal: 10\nview: said", "no_deal: 20\nview: believed"]
    more = "leverage:\n  - {by: Q, on: P, shift: -5, view: said}\n"
    case = case_of(ISSUES, {"P": statements, "Q": EASY}, more=more)
    for view, worth, pressures in (("said", 10, 1), ("believed", 20, 0)):
        found = assumptions_of(case, view=view)
        (no_deal,) = (a for a in found if isinstance(a, NoDeal) and a.party == "P")
        assert no_deal.worth.low == worth
        assert sum(isinstance(a, Leverage) for a in found) == pressures
        (without, *_) = trials_of(case, no_deal, view=view)
        assert len(without.case.statements) == 2


def test_a_statement_left_out_is_that_very_one_and_not_its_twin():
    case = said(*ENDS, "no_deal: 40", "no_deal: 40")
    (trial,) = trials(case, 3)
    assert trial.kind == "without"
    assert [s.provenance.line for s in trial.case.statements] == [
        s.provenance.line for s in case.statements_of("P", view="believed")[:3]
    ]


def test_a_trial_holds_the_party_alone_and_as_a_signatory():
    case = case_of(ISSUES, {"P": [*ENDS, "no_deal: 20..30"], "Q": EASY}, affected=["P"])
    for trial in trials(case, 2):
        assert [(p.name, p.signatory) for p in trial.case.parties] == [("P", True)]
        assert {s.party for s in trial.case.statements} == {"P"}


def test_what_alone_says_which_option_is_best_is_turned_round():
    case = said("order: {a: a1 > a0}", "value: {b: {b1: 100, b0: 0}}", "no_deal: 10")
    (order,), (value,) = trials(case, 0), trials(case, 1)
    assert (order.kind, value.kind) == ("turned", "turned")
    assert [w.text for w in order.case.statements[0].chains[0][1].words] == ["a0", "a1"]
    assert {(o, b.low) for _, o, b in value.case.statements[1].values} == {("b1", 0), ("b0", 100)}


def test_a_value_turned_round_keeps_the_distance_to_the_other_end():
    values = "value: {m: {m3: 100, m2: 70..80, m1: more than 30, m0: 0}}"
    case = alone("m: [m0, m1, m2, m3]", [values])
    (turned, *_) = trials(case, 0)
    found = {option: bounds for _, option, bounds in turned.case.statements[0].values}
    assert found["m2"] == Bounds(low=Fraction(20), high=Fraction(30))
    assert found["m1"] == Bounds(high=Fraction(70), strict=True)
    middle = alone("m: [m0, m1, m2]", ["order: {m: m2 > m0}", "value: {m: {m1: 40}}"])
    assert middle.statements[1].turned_round() is None


def test_an_order_said_twice_is_left_out():
    case = said(ENDS[0], ENDS[0], ENDS[1], "no_deal: 10")
    assert [trial.kind for trial in trials(case, 0)] == ["without"]


@pytest.mark.parametrize("direction", ["more_is_better", "less_is_better"])
def test_a_direction_is_turned_round(direction):
    case = alone("pay: 0..4", [f"{direction}: pay", "no_deal: 20"])
    (trial,) = trials(case, 0)
    other = {"more_is_better": "less_is_better", "less_is_better": "more_is_better"}[direction]
    assert trial.kind == "turned"
    assert [statement.KEY for statement in trial.case.statements[:1]] == [other]


def test_without_scores_or_a_ranking_there_is_nothing_to_try():
    case = said(scores(a={"a0": 0, "a1": 4}, b={"b0": 0, "b1": 4}), "no_deal: 2")
    assert trials(case, 0) == []
    ranked = said("ranking:\n  - (a = a1)\n  - no deal")
    assert trials(ranked, 0) == []


def test_one_of_two_scores_cannot_be_left_out():
    case = said(scores(a={"a0": 0, "a1": 4}), scores(b={"b0": 0, "b1": 4}), "no_deal: 2")
    assert trials(case, 0) == []
    assert [trial.kind for trial in trials(case, 2)] == ["without"]


def test_what_another_statement_needs_is_turned_and_not_left_out():
    """Where scores overlap, only the order tells the swing whose importance is stated."""
    ranges = scores(a={"a0": "0..10", "a1": "5..20"}, b={"b0": 0, "b1": 4})
    case = said(ranges, "order: {a: a1 > a0}", "importance: a > b", "no_deal: 2")
    assert [trial.kind for trial in trials(case, 1)] == ["turned"]


def test_the_soundness_of_another_view_does_not_matter():
    """Without the order one view would have an importance without a swing, the other has none."""
    ranges = scores(a={"a0": "0..10", "a1": "5..20"}, b={"b0": 0, "b1": 4})
    case = said(ranges, "order: {a: a1 > a0}", "importance: a > b\nview: said", "no_deal: 2")
    assert [trial.kind for trial in trials(case, 1)] == ["without"]
    assert [trial.kind for trial in trials(case, 1, view="said")] == ["turned"]


RANGES = {
    "no_deal: 30..45": ("values no deal at 30 points", "values no deal at 45 points"),
    "weight: {a: 20..70}": (
        "gives a a weight of 20 of 100 points",
        "gives a a weight of 70 of 100 points",
    ),
    "rule: a == a1\nworth: -5..5": (
        "counts it as worth -5 points when a == a1",
        "counts it as worth 5 points when a == a1",
    ),
    "compare: (a = a1) > (b = b1)\nby: 5..10": (", by 5 points", ", by 10 points"),
}


@pytest.mark.parametrize("statement", RANGES)
def test_a_range_is_taken_at_both_ends(statement):
    found = trials(said(*ENDS, statement), 2)
    assert [trial.kind for trial in found] == ["without", "low", "high"]
    for trial, amount in zip(found[1:], RANGES[statement], strict=True):
        assert trial.amount.endswith(amount)


def test_scores_and_values_are_taken_at_the_ends_of_all_their_ranges_at_once():
    case = said(scores(a={"a0": 0, "a1": "4..6"}, b={"b0": 1, "b1": "2..3"}), "no_deal: 2")
    low, high = trials(case, 0)
    assert "a0 0, a1 4; b: b0 1, b1 2" in low.amount
    assert "a0 0, a1 6; b: b0 1, b1 3" in high.amount
    values = alone("m: [m0, m1, m2]", ["order: {m: m2 > m0}", "value: {m: {m1: 20..30}}"])
    assert [trial.kind for trial in trials(values, 1)] == ["without", "low", "high"]


@pytest.mark.parametrize(
    "statement", ["no_deal: 40", "no_deal: more than 40", "importance: a > b", "red_line: a == a1"]
)
def test_what_has_no_two_ends_is_only_left_out(statement):
    assert [trial.kind for trial in trials(said(*ENDS, statement), 2)] == ["without"]


def test_a_margin_is_not_taken_where_it_would_say_nothing():
    """A margin of 0 is no margin; a case cannot state it."""
    case = said(*ENDS, "compare: (a = a1) > (b = b1)\nby: 0..10")
    assert [trial.kind for trial in trials(case, 2)] == ["without", "high"]
    assert [trial.amount[-12:] for trial in trials(case, 2)][1:] == ["by 10 points"]


def test_an_unstated_bound_is_moved_out_and_in_by_a_quarter_of_the_scale():
    case = said(*ENDS, "rule: a == a1\nworth: more than 0")
    bounds = [a for a in assumptions_of(case, view="believed") if isinstance(a, Unstated)]
    moved = {}
    for bound in bounds:
        wider, narrower = trials_of(case, bound, view="believed")
        assert (wider.kind, narrower.kind) == ("wider", "narrower")
        moved[bound.what] = [trial.case.statements[-1].worth for trial in (wider, narrower)]
    room = 100 * ROOM
    assert moved == {
        "the worth of 'a == a1' is worth at most 100 points": [
            Bounds(high=100 + room),
            Bounds(high=100 - room),
        ],
        "no deal is worth at least 0 points": [Bounds(low=-room), Bounds(low=room)],
        "no deal is worth at most 100 points": [Bounds(high=100 + room), Bounds(high=100 - room)],
    }


def test_a_quarter_of_the_scale_is_one_on_points_too():
    case = said(scores(a={"a0": 0, "a1": 20}, b={"b0": 0, "b1": 20}))
    low, high = (a for a in assumptions_of(case, view="believed") if isinstance(a, Unstated))
    ends = [t.case.statements[-1].worth for b in (low, high) for t in trials_of(case, b, view="x")]
    assert ends == [Bounds(low=-10), Bounds(low=10), Bounds(high=50), Bounds(high=30)]


def test_a_party_without_any_scale_is_moved_by_a_quarter_of_a_hundred():
    case = said(scores(a={"a0": 0, "a1": 0}, b={"b0": 0, "b1": 0}))
    bound = next(a for a in assumptions_of(case, view="believed") if isinstance(a, Unstated))
    assert [t.case.statements[-1].worth.low for t in trials_of(case, bound, view="x")] == [-25, 25]


def test_the_moved_bound_of_a_rule_is_one_on_the_same_rule():
    case = said(*ENDS, "rule: a == a1 and b == b1\nworth: less than 0")
    bound = next(a for a in assumptions_of(case, view="believed") if isinstance(a, Unstated))
    for trial in trials_of(case, bound, view="believed"):
        stated = trial.case.statements[-1]
        assert isinstance(stated, Rule)
        assert stated.name == "a == a1 and b == b1"


def applied(entry, *, of_p=(*ENDS, "no_deal: 40")):
    case = case_of(ISSUES, {"P": of_p, "Q": EASY}, more=f"leverage:\n  - {entry}\n")
    return list(trials_of(case, case.blocks["leverage"][0], view="believed"))


@pytest.mark.parametrize(
    ("entry", "shifts"),
    [
        ("{by: Q, on: P, shift: -10}", [-10]),
        ("{by: Q, on: P, shift: -10, credibility: 0.3}", [-3]),
        ("{by: Q, on: P, shift: -10..-4, credibility: 0.5..1}", [-10, -2]),
        ("{by: Q, on: P, shift: -10..4, credibility: 0.5..1}", [-10, 4]),
        ("{by: Q, on: P, shift: 4..10, credibility: 0.5..1}", [2, 10]),
        ("{by: Q, on: P, shift: -10, credibility: 0..1}", [-10, 0]),
    ],
)
def test_a_pressure_is_applied_at_its_least_and_its_largest_effect(entry, shifts):
    found = applied(entry)
    assert [trial.shift for trial in found] == shifts
    assert {(trial.kind, trial.party) for trial in found} == {("applied", "P")}


def test_a_pressure_on_one_who_is_known_by_an_order_only_is_not_tried():
    assert applied("{by: Q, on: P, shift: -10}", of_p=["ranking:\n  - (a = a1)\n  - no deal"]) == []


def test_a_sweetener_of_one_proposal_says_so():
    more = (
        "proposals:\n  draft: {a: a1}\nleverage:\n  - {by: Q, on: P, shift: -9, only_for: draft}\n"
    )
    text = case_of(ISSUES, {"P": [*ENDS, "no_deal: 40"], "Q": EASY}, more=more)
    (trial,) = trials_of(text, text.blocks["leverage"][0], view="believed")
    assert trial.only_for == "draft"


def test_confidence_and_sources_go_along():
    text = """\
detente: 1
title: T
sources: {s: {title: S}}
parties: {P: P}
issues:
  a: {options: [x, y], status_quo: x}
preferences:
  P:
    - order: {a: y > x}
    - no_deal: 20..40
      because: s#1
      confidence: medium
"""
    case = loads(text)
    for trial in trials_of(case, case.statements[1], view="believed"):
        for statement in trial.case.statements[1:]:
            assert statement.provenance == case.statements[1].provenance
