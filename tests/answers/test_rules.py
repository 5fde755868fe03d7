"""The rules of the design on small cases whose answers follow by hand."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from detente.analysis import Analysis
from detente.answers.check import check
from detente.answers.compare import compare
from detente.answers.explain import Explanation, explain
from detente.answers.repair import repair
from detente.answers.settle import settle
from detente.catalog import load
from detente.errors import UnanswerableError, UnknownNameError
from detente.linear import Row
from detente.packages import as_choices
from detente.programme import common_slack
from detente.solvers import frontier
from detente.statements.red_line import RedLine
from detente.work import Work
from tests.answers.cases import EASY, ENDS, ISSUES, VALUED, case_of, report, scores, words


def explained(*statements: str, package: str = "a = a1", view: str = "believed") -> dict:
    """Explain a package to a party P with the given statements beside the ends of both issues."""
    case = case_of(ISSUES, {"P": [*ENDS, *statements], "Q": EASY})
    return explain(case, package, work=Work(view=view)).data()["parties"]["P"]


# --- rule 2: best and worst must be known --------------------------------------------------------


@pytest.fixture(scope="module")
def incomplete():
    return case_of(
        {"a": "a0 a1 a2", "b": "b0 b1"},
        {
            "P": ["compare: (a = a1) > (a = a0)", "order: {b: b1 > b0}"],
            "Q": ["no_deal: 0", *("order: {a: a2 > a1 > a0}", "order: {b: b1 > b0}")],
        },
    )


def test_an_unknown_end_is_named_with_the_line_to_add(incomplete):
    answer = check(incomplete)
    assert not answer.ok
    (missing,) = answer.data()["missing"]
    assert (missing["party"], missing["issue"], missing["ends"]) == ("P", "a", "best and worst")
    assert "order: {a: a0 > a1 > a2}" in missing["hint"]
    assert answer.data()["parties"]["P"]["readings"] == "unknown"
    assert "order: {a:" in words(answer)


def test_an_incomplete_party_is_answered_incomplete(incomplete):
    data = explain(incomplete, "a = a1").data()
    party = data["parties"]["P"]
    assert (party["verdict"], party["share"], party["value"]) == ("incomplete", None, None)
    assert data["parties"]["Q"]["verdict"] == "every"
    assert data["all"] == {"share": None, "error": None}
    assert data["repairs"] == []


@pytest.mark.parametrize("ask", [settle, lambda case: repair(case, "a = a1")])
def test_an_incomplete_signatory_is_refused_by_name(incomplete, ask):
    with pytest.raises(UnanswerableError, match=r"Party P: the best and worst option of a"):
        ask(incomplete)


# --- rules 3 and 4: the no-deal value ------------------------------------------------------------


def test_no_deal_may_lie_below_the_worst_package():
    found = explained("no_deal: -5", package="a = a0")
    assert found["verdict"] == "every"
    assert found["no_deal"] == {"central": -5, "low": -5, "high": -5}
    assert found["gain"] == {"central": 5, "low": 5, "high": 5}
    case = case_of(
        {"a": "a0 a1"},
        {
            "A": [scores(a={"a0": 0, "a1": 3}), "no_deal: -5"],
            "B": [scores(a={"a0": 4, "a1": 3}), "no_deal: 2"],
        },
    )
    nash = settle(case).data()["solutions"]["nash"]
    assert nash["packages"] == [{"a": "a0"}]  # 5 * 2 = 10 is more than 8 * 1
    assert nash["gains"] == {"A": 5, "B": 2}


def test_no_deal_may_lie_above_the_best_package():
    found = explained("no_deal: 120", package="a = a1, b = b1")
    assert (found["verdict"], found["gain"]["high"]) == ("none", -20)


def test_unstated_bounds_are_told_as_assumptions():
    case = case_of(
        ISSUES,
        {
            "P": [*ENDS, "rule: a == a1\nworth: more than 0"],
            "Q": [*ENDS, "no_deal: 30..40", "rule: b == b1\nworth: -5..5"],
            "R": [scores(a={"a0": -1, "a1": 4}, b={"b0": 0, "b1": 2})],
        },
    )
    data = check(case).data()
    found = [(one["party"], one["text"]) for one in data["unstated"]]
    assert [text for party, text in found if party == "Q"] == []
    assert [text for party, text in found if party == "R"] == [
        "no deal is worth at least -1 points",
        "no deal is worth at most 6 points",
    ]
    own = [text for party, text in found if party == "P"]
    assert len(own) == 3
    assert "a == a1" in own[0]
    assert "at most 100 points" in own[0]
    assert own[1:] == ["no deal is worth at least 0 points", "no deal is worth at most 100 points"]
    assert all(one["line"] is None and one["unstated"] for one in data["unstated"])


def test_an_unstated_bound_that_decides_is_shown_as_unstated():
    found = explained(package="a = a1, b = b1")  # the best package, 100, against at most 100
    assert found["verdict"] == "every"
    assert any(origin["unstated"] for origin in found["decided_by"])


# --- rule 5: strictness --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        ("compare: no deal > (a = a1)", "none"),
        ("compare: no deal >= (a = a1)", "some"),
        ("compare: no deal ~ (a = a1)", "every"),
        ("compare: (a = a1) >= no deal", "every"),
        ("compare: (a = a1) > no deal", "every"),
    ],
)
def test_strict_and_loose_comparisons_with_no_deal(statement, verdict):
    found = explained(statement)
    assert found["verdict"] == verdict
    share = {"none": 0.0, "every": 1.0, "some": 0.0}[verdict]
    assert found["share"] == share


def test_a_reading_that_is_possible_but_never_drawn_is_told_as_under_a_thousandth():
    case = case_of(ISSUES, {"P": [*ENDS, "compare: no deal >= (a = a1)"], "Q": EASY})
    answer = explain(case, "a = a1")
    assert "under 0.1 %" in words(answer)
    assert answer.data()["all"]["share"] == 0.0


@pytest.mark.parametrize(
    ("first", "second", "sound"),
    [
        ("compare: (a = a1) > (b = b1)", "compare: (b = b1) > (a = a1)", False),
        ("compare: (a = a1) >= (b = b1)", "compare: (b = b1) > (a = a1)", False),
        ("compare: (a = a1) >= (b = b1)", "compare: (b = b1) >= (a = a1)", True),
        ("compare: (a = a1) ~ (b = b1)", "importance: a >= b", True),
        ("no_deal: 30", "no_deal: 40", False),
        ("no_deal: 30..40", "no_deal: 40..50", True),
    ],
)
def test_contradictory_is_what_leaves_no_reading(first, second, sound):
    case = case_of(ISSUES, {"P": [*ENDS, first, second], "Q": EASY})
    answer = check(case)
    assert answer.ok is sound
    found = answer.data()["contradictions"]
    assert len(found) == (0 if sound else 1)
    if not sound:
        (only,) = found
        assert only["party"] == "P"
        assert [s["line"] for s in only["statements"]] == [
            s.provenance.line for s in case.statements_of("P", view="believed")[2:]
        ]


def test_a_set_takes_in_the_order_without_which_it_would_not_contradict():
    case = case_of(
        ISSUES,
        {
            "P": [*ENDS, "compare: (a = a1) ~ (b = b1)", "importance: a > b"],
            "Q": EASY,
        },
    )
    (found,) = check(case).data()["contradictions"]
    said = case.statements_of("P", view="believed")
    # without the order of a, a1 need not be worth the whole swing; that of b is not needed
    expected = [said[k].provenance.line for k in (0, 2, 3)]
    assert [one["line"] for one in found["statements"]] == expected


def test_a_value_equal_to_no_deal_is_accepted():
    alone = case_of(
        {"a": "a0 a1 a2"},
        {
            "P": ["value:\n  a: {a0: 0, a1: 50, a2: 100}", "no_deal: 50"],
            "Q": [scores(a={"a0": 0, "a1": 0, "a2": 0}), "no_deal: 0"],
        },
    )
    found = explain(alone, "a = a1").data()["parties"]["P"]
    assert (found["verdict"], found["share"], found["gain"]["central"]) == ("every", 1.0, 0)


# --- rule 8: confidence --------------------------------------------------------------------------


def test_verdicts_use_what_is_certain_and_are_told_again_if_all_hold():
    found = explained("compare: no deal > (a = a1)\nconfidence: medium")
    assert (found["verdict"], found["if_all_hold"]) == ("some", "none")
    loose = explained()["share"]
    assert abs(found["share"] - loose * 0.25) < 5 * found["error"] + 0.02
    certain = explained("compare: no deal > (a = a1)")
    assert (certain["verdict"], certain["if_all_hold"]) == ("none", None)


@pytest.mark.parametrize(("confidence", "weight"), [("low", 0.5), ("medium", 0.75), ("high", 0.95)])
def test_an_uncertain_red_line_is_imposed_that_often(confidence, weight):
    points = scores(a={"a0": 0, "a1": 1}, b={"b0": 0, "b1": 1})
    line = f"red_line: a == a1\nconfidence: {confidence}"
    case = case_of(ISSUES, {"P": [points, "no_deal: 0", line], "Q": EASY})
    found = explain(case, "a = a1").data()["parties"]["P"]
    assert (found["verdict"], found["if_all_hold"]) == ("some", "none")
    assert abs(found["share"] - (1 - weight)) < 5 * found["error"]
    assert found["error"] > 0
    assert [one["confidence"] for one in found["red_lines"]] == [confidence]
    # the central reading imposes it, since it holds at least as often as not
    assert settle(case).data()["acceptable"]["packages"] == 2
    untouched = explain(case, "b = b1").data()["parties"]["P"]
    assert (untouched["verdict"], untouched["share"]) == ("every", 1.0)


def test_uncertain_statements_that_contradict_each_other_are_a_tension_not_a_fault():
    case = case_of(
        ISSUES,
        {
            "P": [
                *ENDS,
                "compare: (a = a1) > no deal\nconfidence: medium",
                "compare: no deal > (a = a1)\nconfidence: medium",
            ],
            "Q": EASY,
        },
    )
    answer = check(case)
    assert answer.ok
    assert answer.data()["contradictions"] == []
    (tension,) = answer.data()["tensions"]
    assert [one["confidence"] for one in tension["statements"]] == ["medium", "medium"]
    found = explain(case, "a = a1").data()["parties"]["P"]
    assert (found["verdict"], found["if_all_hold"]) == ("some", None)
    # by symmetry of the two statements the middle of the loose share is hardly moved
    assert 0 < found["share"] < 1


def test_contradictory_draws_are_drawn_again_and_counted():
    case = case_of(
        ISSUES,
        {
            "P": [
                *ENDS,
                "no_deal: 0..30\nconfidence: low",
                "no_deal: 60..90\nconfidence: low",
            ],
            "Q": EASY,
        },
    )
    mixing = Analysis(case=case).readings.mixing["P"]
    assert mixing.redrawn > 0


def test_an_ordinal_party_below_no_deal_refuses_in_every_reading_whatever_is_uncertain():
    case = case_of(
        ISSUES,
        {
            "P": ["priorities:\n  - a == a0\n  - b == b1", "red_line: a == a1\nconfidence: medium"],
            "Q": EASY,
        },
    )
    found = explain(case, "a = a1").data()["parties"]["P"]
    assert (found["verdict"], found["share"]) == ("none", 0.0)
    better = explain(case, "b = b1").data()["parties"]["P"]
    assert (better["verdict"], better["share"]) == ("every", 1.0)


# --- rule 9: views -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def viewed():
    points = scores(a={"a0": 0, "a1": 50})
    return case_of(
        {"a": "a0 a1"},
        {
            "P": [
                points,
                "no_deal: 60\nview: said",
                "no_deal: 20\nview: believed",
                "no_deal: 50\nview: Q",
            ],
            "Q": [points, "no_deal: 0"],
        },
    )


@pytest.mark.parametrize(
    ("view", "no_deal", "verdict"),
    [("said", 60, "none"), ("believed", 20, "every"), ("Q", 50, "every")],
)
def test_a_view_takes_its_own_statements_and_the_unmarked_ones(viewed, view, no_deal, verdict):
    found = explain(viewed, "a = a1", work=Work(view=view)).data()
    assert found["view"] == view
    assert found["parties"]["P"]["no_deal"]["central"] == no_deal
    assert found["parties"]["P"]["verdict"] == verdict
    assert found["parties"]["Q"]["verdict"] == "every"


def test_believed_is_the_view_when_none_is_named(viewed):
    assert explain(viewed, "a = a1").data()["parties"]["P"]["no_deal"]["central"] == 20


@pytest.mark.parametrize("ask", [check, settle, compare])
def test_an_unknown_view_is_one_clear_error(viewed, ask):
    with pytest.raises(UnknownNameError) as error:
        ask(viewed, work=Work(view="sade"))
    assert str(error.value) == "no statement has the view 'sade'; did you mean 'said'?"


# --- rule 10: the central reading ----------------------------------------------------------------


@pytest.mark.parametrize("name", VALUED)
def test_the_central_reading_is_rounded_and_meets_every_certain_statement(name):
    analysis = report(name).analysis
    for party, point in analysis.readings.central.items():
        opinion = analysis.opinions[party]
        assert all(row.holds(point) for row in opinion.certain.rows)
        if opinion.preferences.manner == "stated":
            assert all((value * 10**6).denominator == 1 for value in point.values())


def test_settle_tells_the_share_of_readings_beside_what_is_exact_for_the_central_one():
    text = words(settle(load("harbour")))
    assert "of the readings that fit the statements there is at least one package" in text
    assert "exact for the central reading" in text


def test_a_package_that_all_accept_in_every_reading_makes_the_zone_certain():
    answer = settle(case_of(ISSUES, {"P": ENDS, "Q": EASY}))
    best = answer.data()["frontier"]["items"][0]
    assert (best["package"], best["shares"]["all"]) == ({"a": "a1", "b": "b1"}, 1.0)
    assert answer.zone.certain
    assert "There is a package that all signatories can accept in every reading." in words(answer)


def test_readings_drawn_within_half_a_point_of_an_equality_change_no_verdict():
    case = case_of(ISSUES, {"P": [*ENDS, "compare: no deal ~ (a = a1)"], "Q": EASY})
    answer = explain(case, "a = a1")
    mask = answer.analysis.masks(as_choices([answer.package], 2), case.parties)[0]
    assert 0 < mask.mean() < 1
    assert answer.data()["all"] == {"share": 1.0, "error": 0.0}


# --- rule 11: ordinal parties, infeasible proposals ----------------------------------------------


@pytest.fixture(scope="module")
def ordinal():
    more = "proposals:\n  first: {a: a1}\n  second: {b: b1}\n  both: {a: a1, b: b1}\n"
    return case_of(
        ISSUES,
        {
            "P": ["ranking: both > first > no deal ~ status quo > second"],
            "Q": ["priorities:\n  - b == b1\n  - a == a0"],
        },
        more=more,
    )


def test_ordinal_parties_accept_what_they_rank_at_least_as_high_as_no_deal(ordinal):
    data = compare(ordinal).data()["proposals"]
    found = {name: tuple(one["verdicts"].values()) for name, one in data.items()}
    # Q prefers b1 first, then a0: (a0,b1) > (a1,b1) > the status quo (a0,b0) > (a1,b0)
    assert found == {
        "first": ("every", "none"),
        "second": ("none", "every"),
        "both": ("every", "every"),
    }


def test_ordinal_parties_have_a_frontier_but_no_cardinal_solutions(ordinal):
    answer = settle(ordinal)
    data = answer.data()
    # acceptable to both: the status quo, which is level with no deal, and both
    assert data["acceptable"]["packages"] == 2
    assert [i["package"] for i in data["frontier"]["items"]] == [{"a": "a1", "b": "b1"}]
    assert data["solutions"] == {}
    assert data["needs_cardinal"] == ["P", "Q"]
    assert data["frontier"]["items"][0]["values"] == {"P": None, "Q": None}
    assert "need cardinal statements from Party P and Party Q" in words(answer)


def test_an_ordinal_position_has_no_amounts(ordinal):
    found = explain(ordinal, "first").data()["parties"]["Q"]
    assert (found["verdict"], found["value"], found["contributions"]) == ("none", None, [])


def test_an_infeasible_proposal_is_no_fault():
    more = (
        "proposals:\n  p: {a: a1}\n"
        "constraints:\n  - require: a != a1 or b == b1\n    because: s#2\n"
        "sources:\n  s: {title: The source}\n"
    )
    case = case_of(ISSUES, {"P": EASY, "Q": EASY}, more=more)
    assert check(case).ok
    answer = explain(case, "p")
    data = answer.data()
    assert data["feasible"] is False
    assert data["violated"] == ["a != a1 or b == b1"]
    assert "not feasible" in words(answer)
    assert "The source" in words(answer)
    compared = compare(case)
    assert compared.data()["proposals"]["p"]["feasible"] is False
    assert "not feasible" in words(compared)
    # a repair is feasible: either change alone does
    changes = [r["changes"] for r in repair(case, "p").data()["repairs"]]
    assert changes == [{"a": ["a1", "a0"]}, {"b": ["b0", "b1"]}]


# --- rule 12: repairs ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["harbour", "ukraine-2025"])
def test_more_changes_are_offered_only_where_the_share_rises(name):
    for answer in report(name).explanations:
        assert answer.repairs is not None
        best = 0.0 if answer.violated else answer.judged.together.value
        found = answer.repairs.found
        for n_changes in sorted({r.n_changes for r in found}):
            shares = [r.judged.together.value for r in found if r.n_changes == n_changes]
            assert min(shares) > best
            best = max(shares)
        every = [r.judged.together.value for r in found]
        assert every == sorted(every, reverse=True)
        assert answer.repairs.proved
        for found_repair in found:
            changed = answer.case.vocabulary.changes(answer.package, found_repair.judged.package)
            assert len(changed) == found_repair.n_changes


def test_the_best_single_change_is_that_of_brute_force():
    answer = next(e for e in report("harbour").explanations if e.name == "march draft")
    analysis = answer.analysis
    near = []
    for k, issue in enumerate(analysis.case.issues):
        for option in range(len(issue.options)):
            package = (*answer.package[:k], option, *answer.package[k + 1 :])
            if option != answer.package[k] and all(
                c.condition.holds(package, analysis.case.vocabulary)
                for c in analysis.case.constraints
            ):
                near.append(package)
    shares = [judged.together.value for judged in analysis.judge(near)]
    single = [r for r in answer.repairs.found if r.n_changes == 1]
    assert single[0].judged.together.value == max(shares)
    assert single[0].judged.package == near[shares.index(max(shares))]


# --- rules 13 and 14: why ------------------------------------------------------------------------


@pytest.mark.parametrize("name", VALUED)
def test_contributions_sum_to_the_gain_exactly(name):
    for answer in report(name).explanations:
        for position in answer.positions:
            if position.gain is not None:
                total = sum((c.points for c in position.contributions), Fraction(0))
                assert total == position.gain.central
                assert position.gain.central == position.value.central - position.no_deal.central


def test_a_contribution_is_the_option_less_that_of_the_status_quo():
    points = scores(a={"a0": 2, "a1": 7}, b={"b0": 3, "b1": 1})
    rule = "rule: a == a1 and b == b1\nworth: 4"
    old = "rule: a == a0\nworth: 6"
    case = case_of(ISSUES, {"P": [points, "no_deal: 1", rule, old], "Q": EASY})
    found = explain(case, "a = a1, b = b1").data()["parties"]["P"]
    assert [part["points"] for part in found["contributions"]] == [5, -2, 4, -6, 10]
    assert found["gain"]["central"] == 11  # 7 + 1 + 4 - 1


def decides(answer: Explanation, party: str, kept: list) -> bool:
    """Tell whether some of the groups, with the scale, imply the verdict."""
    opinion = answer.analysis.opinions[party]
    frame = opinion.preferences.frame
    gain = frame.package(answer.package) - frame.no_deal
    kind = answer.judged.parties[party].kind
    denied = Row(linear=gain, relation=">=") if kind == "none" else Row(linear=-gain, relation=">")
    rows = [*opinion.preferences.base, *(row for group in kept for row in group.rows), denied]
    return not common_slack(rows).consistent


@pytest.mark.parametrize("name", VALUED)
def test_what_decides_implies_the_verdict_and_nothing_of_it_can_be_left_out(name):
    answers = report(name).explanations
    looked_at = 0
    for answer in answers:
        for position in answer.positions:
            if position.judgement.kind == "some":
                assert position.decided_by == ()
                continue
            assert position.decided_by
            if all(isinstance(origin, RedLine) for origin in position.decided_by):
                assert len(position.decided_by) == 1
                assert position.decided_by[0] in position.red_lines
                continue
            groups = answer.analysis.opinions[position.party.name].certain.groups
            kept = [group for group in groups if group.origin in position.decided_by]
            assert len(kept) == len(position.decided_by)
            assert decides(answer, position.party.name, kept)
            for group in kept:
                rest = [other for other in kept if other is not group]
                assert not decides(answer, position.party.name, rest)
            looked_at += 1
    assert looked_at or name == "ukraine-2025"


def test_what_a_single_statement_says_is_assumed_not_derived():
    case = case_of(ISSUES, {"P": [*ENDS, "compare: no deal > (a = a1)"], "Q": EASY})
    answer = explain(case, "a = a1")
    found = answer.data()["parties"]["P"]
    assert (found["verdict"], found["assumed"], len(found["decided_by"])) == ("none", True, 1)
    assert "assumed, not derived" in words(answer)


def test_what_two_statements_imply_is_derived():
    case = case_of(
        ISSUES,
        {
            "P": [*ENDS, "compare: no deal > (b = b1)", "importance: b > a"],
            "Q": EASY,
        },
    )
    answer = explain(case, "a = a1")
    found = answer.data()["parties"]["P"]
    assert (found["verdict"], found["assumed"]) == ("none", False)
    texts = [origin["text"] for origin in found["decided_by"]]
    assert len(texts) >= 2
    assert "assumed, not derived" not in words(answer)


def test_a_red_line_alone_is_not_called_assumed():
    found = explained("red_line: a == a1")
    assert (found["verdict"], found["assumed"]) == ("none", False)
    assert [origin["line"] for origin in found["decided_by"]] == [
        line["line"] for line in found["red_lines"]
    ]


# --- rule 15: contradictions and assumptions -----------------------------------------------------


def test_the_smallest_contradicting_sets_come_with_lines_and_sources():
    case = case_of(
        {"a": "a0 a1", "b": "b0 b1", "c": "c0 c1"},
        {
            "P": [
                *ENDS,
                "order: {c: c1 > c0}",
                "importance: a > b\nbecause: s#1",
                "importance: b > c",
                "importance: c > a",
                "no_deal: 10",
                "no_deal: 20\nbecause: [s#2, s#3]",
            ],
            "Q": [
                scores(a={"a0": 0, "a1": 0}, b={"b0": 0, "b1": 0}, c={"c0": 0, "c1": 0}),
                "no_deal: 0",
            ],
        },
        more="sources:\n  s: {title: The source}\n",
    )
    answer = check(case)
    assert not answer.ok
    said = case.statements_of("P", view="believed")
    found = [
        [(s["line"], s["sources"]) for s in one["statements"]]
        for one in answer.data()["contradictions"]
    ]
    assert found == [
        [(said[6].provenance.line, []), (said[7].provenance.line, ["s#2", "s#3"])],
        [
            (said[3].provenance.line, ["s#1"]),
            (said[4].provenance.line, []),
            (said[5].provenance.line, []),
        ],
    ]
    assert answer.data()["parties"]["P"] == {"readings": "none", "dimension": 0}
    assert f"line {said[6].provenance.line}" in words(answer)
    data = explain(case, "a = a1").data()
    assert data["parties"]["P"]["verdict"] == "contradictory"
    assert data["parties"]["P"]["share"] is None
    assert data["all"]["share"] is None
    with pytest.raises(UnanswerableError, match="contradict each other"):
        settle(case)


def test_a_refusing_signatory_settles_it_even_beside_a_contradictory_one():
    case = case_of(
        ISSUES,
        {
            "P": [*ENDS, "no_deal: 10", "no_deal: 20"],
            "Q": [*EASY, "red_line: a == a1"],
        },
    )
    assert explain(case, "a = a1").data()["all"]["share"] == 0.0


def test_statements_without_a_source_are_counted_as_assumptions():
    case = case_of(
        ISSUES,
        {"P": [f"{ENDS[0]}\nbecause: s#1", ENDS[1], "no_deal: 5\nview: said"], "Q": EASY},
        more="sources:\n  s: {title: The source}\n",
    )
    believed = [one["party"] for one in check(case).data()["unsourced"]]
    assert believed == ["P", "Q", "Q"]
    said = [one["party"] for one in check(case, work=Work(view="said")).data()["unsourced"]]
    assert said == ["P", "P", "Q", "Q"]
    assert "unexamined assumptions" in words(check(case))


# --- limits --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large():
    issues = {f"i{k}": " ".join(f"o{n}" for n in range(4)) for k in range(11)}
    points = scores(**{name: {f"o{n}": n for n in range(4)} for name in issues})
    return case_of(
        issues,
        {"P": [points, "no_deal: 3"], "Q": [points, "no_deal: 2"]},
        more="proposals:\n  p: {i0: o3}\n",
    )


def test_a_case_too_large_to_list_is_settled(large):
    data = settle(large).data()
    assert data["status"] == "exact"
    assert data["feasible"]["packages"] == 4**11
    assert data["acceptable"]["packages"] == 4**11 - 1 - 11 - 66  # worth 0, 1 or 2 to both
    assert data["frontier"]["packages"] == 1
    best = {f"i{k}": "o3" for k in range(11)}
    for solution in data["solutions"].values():
        assert solution["packages"] == [best]
        assert solution["tied"] == 1
    assert settle(large, fast=True).data()["solutions"] == data["solutions"]


def test_a_case_too_large_to_list_is_still_explained_and_compared(large):
    data = explain(large, "p").data()
    assert data["parties"]["P"]["verdict"] == "every"
    assert data["all"]["share"] == 1.0
    assert compare(large).data()["proposals"]["p"]["shares"]["all"] == 1.0
    assert repair(large, "i0 = o0").data()["repairs"][0]["shares"]["all"] == 1.0


@pytest.fixture
def wide(monkeypatch):
    """Return a case whose frontier is larger than what is kept at a limit."""
    monkeypatch.setattr(frontier, "FEWEST", 20)
    monkeypatch.setattr(frontier, "GRID_CELLS_PER_CANDIDATE", 0)
    draw = random.Random(1)  # noqa: S311 - instances, not secrets
    points = {
        party: {f"i{k}": {f"o{n}": draw.randint(0, 100) for n in range(4)} for k in range(10)}
        for party in "PQR"
    }
    return case_of(
        {f"i{k}": "o0 o1 o2 o3" for k in range(10)},
        {party: [scores(**given), "no_deal: 200"] for party, given in points.items()},
    )


def test_a_limit_of_memory_leaves_the_solutions_exact(wide, monkeypatch):
    whole = settle(wide).data()
    assert whole["status"] == "exact"
    monkeypatch.setattr(frontier, "COPIES", 10**9)  # as if labels were as large as the memory
    answer = settle(wide)
    data = answer.data()
    assert data["status"] == "approximate"
    assert data["frontier"]["limit"] == "memory"
    assert not data["frontier"]["complete"]
    assert max(data["frontier"]["shortfall"].values()) > 0
    assert "takes more memory than was allowed" in words(answer)
    assert whole["solutions"] == data["solutions"]


def test_a_limit_of_time_is_kept_and_said(wide):
    answer = settle(wide, work=Work(seconds=0.0))
    data = answer.data()
    assert data["status"] == "bounded"
    assert data["frontier"]["limit"] == "time"
    assert "takes more time than was allowed" in words(answer)
    unproved = [solution for solution in data["solutions"].values() if not solution["proved"]]
    assert unproved
    assert "not proved the best" in words(answer)
