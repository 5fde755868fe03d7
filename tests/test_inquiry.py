"""Questions split readings as they say, and are held against verdicts by plain counting."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from math import log2

import numpy as np
import pytest

from detente.analysis import Analysis
from detente.candidates import Candidate
from detente.errors import CancelledError
from detente.inquiry import Inquiries, Inquiry, inquiries_of
from detente.telling.inquiry import answer_words, question_text
from detente.vocabulary import Package
from detente.work import Work
from tests.answers.cases import case_of, scores

WORK = Work(seed=3, readings=600)
WIDE = {"a": "a0 a1", "b": "b0 b1", "m": "m0 m1 m2"}
WIDE_ENDS = ("order: {a: a1 > a0}", "order: {b: b1 > b0}", "order: {m: m2 > m1 > m0}")
PROPOSALS = "proposals:\n  one: {a: a1, m: m2}\n  two: {b: b1, m: m1}\n"
P = (
    *WIDE_ENDS,
    "importance: a > b\nconfidence: medium",
    "rule: a == a1 and b == b1\nworth: -10..10",
    "red_line: b == b1\nconfidence: high",
    "no_deal: 20..60",
)
Q = ("order: {a: a0 > a1}", *WIDE_ENDS[1:], "no_deal: 0..40")


def asked(preferences: dict[str, Sequence[str]], *, issues=None, more=PROPOSALS, **given):
    """Look for questions about the proposals of a case."""
    case = case_of(issues or WIDE, preferences, more=more, **given)
    candidates = [
        Candidate(asked=p.name, name=p.name, package=case.vocabulary.proposals[p.name])
        for p in case.proposals
    ]
    return inquiries_of(Analysis(case=case, work=WORK), candidates)


@cache
def wide() -> Inquiries:
    return asked({"P": P, "Q": Q})


def in_points(analysis: Analysis, party: str):
    """Return each reading as plain numbers: options of each issue, worths, no deal."""
    draws = analysis.readings.draws[party]
    columns = iter((draws.options / draws.scale).T)
    options = [[next(columns) for _ in issue.options] for issue in analysis.case.issues]
    return options, (draws.worths / draws.scale).T, draws.no_deal / draws.scale


def worth(analysis: Analysis, party: str, package: Package):
    """Return the value of a package in each reading, by adding up."""
    options, worths, _ = in_points(analysis, party)
    frame = analysis.opinions[party].preferences.frame
    total = sum(options[k][option] for k, option in enumerate(package))
    for r, condition in enumerate(frame.rules.values()):
        if condition.holds(package, analysis.case.vocabulary):
            total = total + worths[r]
    return total


def answered(found: Inquiries, inquiry: Inquiry):
    """Tell in which readings the first answer is given, from what the question says."""
    question, analysis = inquiry.question, found.analysis
    party, about = question.party.name, question.about
    options, worths, no_deal = in_points(analysis, party)
    if question.kind == "importance":
        first, second = (options[k][best] - options[k][worst] for k, worst, best in about)
        return first > second
    if question.kind == "comparison":
        first = worth(analysis, party, about[0])
        return first >= no_deal if about[1] is None else first > worth(analysis, party, about[1])
    if question.kind == "range":
        numbers = worths[0] if about else no_deal
        return numbers > question.amount
    if question.kind == "middle":
        k, option, best, worst = about
        return 2 * options[k][option] > options[k][best] + options[k][worst]
    if question.kind == "red line":
        draws = analysis.readings.draws[party]
        lines = analysis.opinions[party].preferences.red_lines
        return draws.red_lines[:, lines.index(about[0])]
    return options[0][1] - options[0][0] > options[1][1] - options[1][0]


def test_shares_after_each_answer_are_those_of_direct_counting():
    found = wide()
    everybody = [
        {name: np.asarray(worth(found.analysis, name, package)) for name in ("P", "Q")}
        for package in found.packages
    ]
    red_line = found.analysis.readings.draws["P"].red_lines[:, 0]
    no_deal = {name: in_points(found.analysis, name)[2] for name in ("P", "Q")}
    joint = []
    for package, values in zip(found.packages, everybody, strict=True):
        accepts = (values["P"] >= no_deal["P"]) & (values["Q"] >= no_deal["Q"])
        joint.append(accepts & ~red_line if package[1] == 1 else accepts)
    kinds = set()
    for inquiry in found.found:
        kinds.add(inquiry.question.kind)
        first = answered(found, inquiry)
        assert inquiry.first == first.mean()
        assert 0.05 <= inquiry.first <= 0.95
        for k, row in enumerate(joint):
            assert found.stands[k] == pytest.approx(row.mean(), abs=1e-12)
            yes, no = inquiry.shares[k]
            assert yes == pytest.approx(row[first].mean(), abs=1e-12)
            assert no == pytest.approx(row[~first].mean(), abs=1e-12)
    assert kinds == {"importance", "comparison", "range", "middle", "statement", "red line"}


def entropy(share: float) -> float:
    return -sum(s * log2(s) for s in (share, 1 - share) if s)


def test_what_a_question_settles_is_what_it_takes_off_the_uncertainty():
    found = wide()
    assert found.open_bits == pytest.approx(sum(entropy(s) for s in found.stands))
    for inquiry in found.found:
        for k, (yes, no) in enumerate(inquiry.shares):
            after = inquiry.first * entropy(yes) + (1 - inquiry.first) * entropy(no)
            assert inquiry.settles[k] == pytest.approx(entropy(found.stands[k]) - after, abs=1e-9)
        assert inquiry.narrows == pytest.approx(sum(inquiry.settles) / found.open_bits)
        assert 0 <= inquiry.narrows <= 1
        assert inquiry.settles[inquiry.bears_on] == max(inquiry.settles)
    sizes = [inquiry.narrows for inquiry in found.found]
    assert sizes == sorted(sizes, reverse=True)


def test_a_verdict_itself_is_never_asked():
    """Neither as a comparison with no deal, nor as an uncertain statement that says as much."""
    hedged = "compare: (a = a1, m = m2) > no deal\nconfidence: low"
    other = "compare: (m = m2) > no deal\nconfidence: low"
    found = asked({"P": [*WIDE_ENDS, hedged, other, "no_deal: 20..60"], "Q": Q})
    questions = [inquiry.question for inquiry in found.found]
    against_none = [q.about[0] for q in questions if q.kind == "comparison" and q.about[1] is None]
    assert against_none
    assert not set(against_none) & set(found.packages)
    statements = [q.about[0] for q in questions if q.kind == "statement"]
    assert [s.comparison.text for s in statements] == ["(m = m2) > no deal"]


def test_the_status_quo_is_not_held_against_no_deal_where_it_is_a_proposal():
    for more, expected in ((PROPOSALS, True), (PROPOSALS + "  zero: {a: a0}\n", False)):
        found = asked({"P": [*WIDE_ENDS, "no_deal: -20..60"], "Q": EASY_WIDE}, more=more)
        questions = [i.question for i in found.found if i.question.kind == "comparison"]
        assert any(q.about == ((0, 0, 0), None) for q in questions) == expected


EASY_WIDE = (
    scores(a={"a0": 0, "a1": 0}, b={"b0": 0, "b1": 0}, m={"m0": 0, "m1": 0, "m2": 0}),
    "no_deal: 0",
)


def test_packages_near_the_status_quo_are_feasible_and_few():
    more = PROPOSALS + "constraints:\n  - require: m != m2 or a == a1\n"
    found = asked({"P": P, "Q": Q}, more=more)
    for party in ("P", "Q"):
        near = [
            i.question.about[0]
            for i in found.found
            if i.question.party.name == party
            and i.question.kind == "comparison"
            and i.question.about[1] is None
            and any(i.question.about[0])
        ]
        assert 0 < len(near) <= 3
        for package in near:
            assert sum(option != 0 for option in package) <= 2
            assert package[2] != 2 or package[0] == 1


def test_nothing_is_asked_of_one_whose_mind_is_known():
    exact = (
        scores(a={"a0": 0, "a1": 5}, b={"b0": 0, "b1": 3}, m={"m0": 0, "m1": 1, "m2": 2}),
        "no_deal: 2",
    )
    ranked = ("ranking:\n  - (a = a1)\n  - (b = b1, m = m1)\n  - no deal",)
    for known in (exact, ranked):
        found = asked({"P": P, "Q": known})
        assert found.found
        assert {i.question.party.name for i in found.found} == {"P"}


@pytest.mark.parametrize(
    "known",
    [
        (
            scores(a={"a0": 0, "a1": 5}, b={"b0": 0, "b1": 3}, m={"m0": 0, "m1": 1, "m2": 2}),
            "no_deal: 2",
        ),
        ("ranking:\n  - (a = a1, m = m2)\n  - (b = b1, m = m1)\n  - no deal",),
    ],
)
def test_an_uncertain_red_line_is_asked_about_though_all_else_is_known(known):
    """It is all that is open, so its answer settles everything."""
    line = "red_line: a == a1\nconfidence: medium"
    found = asked({"P": [*known, line], "Q": EASY_WIDE})
    (inquiry,) = found.found
    assert inquiry.question.kind == "red line"
    assert inquiry.narrows == pytest.approx(1)
    assert inquiry.shares[0] == (0.0, 1.0)


def test_nobody_asks_one_who_is_only_affected():
    found = asked({"P": P, "Q": Q, "R": P}, affected=["R"])
    assert {i.question.party.name for i in found.found} <= {"P", "Q"}


def test_a_case_with_nothing_open_has_no_question():
    found = asked({"P": [*WIDE_ENDS, "no_deal: -10..-5"], "Q": EASY_WIDE})
    assert found.stands == (1.0, 1.0)
    assert found.open_bits == 0
    assert found.found == ()


def test_no_package_no_question():
    found = asked({"P": P, "Q": Q}, more="")
    assert (found.packages, found.found, found.red_lines, found.open_bits) == ((), (), (), 0.0)


def test_amounts_are_asked_about_in_round_numbers_that_still_part_the_readings():
    points = scores(
        a={"a0": 0, "a1": "0.2..0.4"}, b={"b0": 0, "b1": 0.3}, m={"m0": 0, "m1": 0, "m2": 0.1}
    )
    found = asked({"P": [points, "no_deal: 0.1..0.5"], "Q": EASY_WIDE})
    (amount,) = (i.question.amount for i in found.found if i.question.kind == "range")
    assert amount == 0.3
    (whole,) = (
        i.question.amount
        for i in wide().found
        if i.question.kind == "range" and i.question.party.name == "P" and not i.question.about
    )
    assert whole == round(whole)


# --- red lines to rule out -----------------------------------------------------------------------


def ruled_out(found: Inquiries) -> set[tuple[str, str, tuple[str, ...]]]:
    return {
        (
            line.party.name,
            found.analysis.case.issues[line.issue].options[line.option],
            tuple(found.names[n] for n in line.packages),
        )
        for line in found.red_lines
    }


def test_red_lines_to_rule_out_are_worst_options_of_open_packages():
    """P: a0, b0 and m0 are worst, and all of them status quo. Q: a1 is worst and in "one"."""
    assert ruled_out(wide()) == {("Q", "a1", ("one",))}


def test_red_lines_to_rule_out_need_a_package_that_is_open():
    never = asked({"P": [*WIDE_ENDS, "no_deal: 20..60", "red_line: a == a1"], "Q": Q})
    assert ruled_out(never) == set()


def test_an_option_behind_a_red_line_is_not_asked_about_again():
    line = "red_line: a == a1 and m != m1\nconfidence: medium"
    found = asked({"P": P, "Q": [*Q, line]})
    assert ruled_out(found) == set()
    assert any(i.question.kind == "red line" and i.question.party.name == "Q" for i in found.found)


def test_a_red_line_on_something_else_does_not_hide_one():
    """Both b1 and m1 are in "two", where only b1 has been said to be out of the question.

    And a1, the worst of a, is in "one", which crosses no red line.
    """
    against = ("order: {a: a0 > a1}", "order: {b: b0 > b1}", "order: {m: m0 > m2 > m1}")
    line = "red_line: b == b1\nconfidence: medium"
    found = asked({"P": [*against, line, "no_deal: 0..40"], "Q": EASY_WIDE})
    assert ruled_out(found) == {("P", "m1", ("two",)), ("P", "a1", ("one",))}


# --- how they are put ----------------------------------------------------------------------------


def told(kind, party="P"):
    """Return the questions of a kind to a party, with their answers, as they are put."""
    case = wide().analysis.case
    return {
        question_text(case, i.question): answer_words(case, i.question)
        for i in wide().found
        if i.question.kind == kind and i.question.party.name == party
    }


@pytest.mark.parametrize("party", ["P", "Q"])
@pytest.mark.parametrize("kind", ["importance", "comparison", "range", "middle"])
def test_a_question_names_whom_to_ask_and_has_two_answers(kind, party):
    found = told(kind, party)
    assert found
    for text, (first, second) in found.items():
        assert f"Party {party}" in text
        assert text.endswith("?")
        assert first != second


def test_importance_is_asked_between_ends():
    texts = told("importance")
    (text,) = (t for t, answers in texts.items() if answers == ("a", "b"))
    assert re.search(r"\ba\b.* from a0 to a1\b.*\bb\b.* from b0 to b1\b", text)


def test_a_middle_option_is_asked_about_between_best_and_worst():
    ((text, (first, second)),) = told("middle").items()
    assert re.search(r"\bm1\b.*\bm2\b.*\bm0\b", text)
    assert first.endswith("m2")
    assert second.endswith("m0")


def test_an_uncertain_statement_is_asked_in_its_own_words():
    case = wide().analysis.case
    uncertain = [s.sentence(case.vocabulary) for s in case.statements if not s.certain]
    texts = [*told("statement"), *told("red line")]
    assert len(texts) == len(uncertain) == 2
    for sentence in uncertain:
        assert any(f"Party P {sentence}" in text for text in texts)


def test_proposals_are_called_by_their_names_and_no_deal_by_its_own():
    texts = list(told("comparison", "Q"))
    assert any("'one'" in text and "no deal" not in text for text in texts)
    assert any("no deal" in text for text in texts)
    amounts = list(told("range"))
    assert any("no deal" in text and "points" in text for text in amounts)
    assert any("a == a1 and b == b1" in text for text in amounts)


def test_the_search_tells_how_far_it_is_and_stops_when_asked():
    told: list[tuple[str, int, int]] = []
    analysis = wide().analysis
    watched = replace(WORK, progress=lambda *step: told.append(step))
    inquiries_of(replace(analysis, work=watched, base=analysis), wide().candidates)
    looking = [step for step in told if step[0] == "looking for questions"]
    assert looking == [("looking for questions", done, 2) for done in range(2)]
    begun = iter([False] * (len(told) + 1))
    stopped = replace(WORK, cancelled=lambda: next(begun, True))
    with pytest.raises(CancelledError, match="stopped while looking for questions"):
        inquiries_of(replace(analysis, work=stopped, base=analysis), wide().candidates)
