"""``detente ask``: the list that it prints and the JSON it gives."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest

from detente.answers.ask import LEAST_TOLD, MOST_TOLD, AskNext, ask
from detente.errors import UnanswerableError
from detente.work import Work
from tests.answers.cases import EASY, ENDS, ISSUES, case_of, scores, words

WORK = Work(seed=1, readings=300)
PROPOSALS = "proposals:\n  one: {a: a1}\n  both: {a: a1, b: b1}\n"
OPEN = (
    *ENDS,
    "importance: a > b\nconfidence: low",
    "red_line: a == a1 and b == b1\nconfidence: medium",
    "no_deal: 20..90",
)


@cache
def opened() -> AskNext:
    case = case_of(ISSUES, {"P": OPEN, "Q": [*ENDS, "no_deal: 0..60"]}, more=PROPOSALS)
    return ask(case, work=WORK)


def test_what_is_open_comes_first_and_then_the_best_question():
    found = opened()
    lead = [sentence.text for sentence in found.sections()[0].lead]
    assert lead[0].startswith("Open is whether all signatories accept one (in ")
    assert "both (in " in lead[0]
    best = found.data()["questions"][0]
    percent = round(100 * best["narrows"])
    assert lead[1].startswith(f"One answer would settle {percent} % of ")
    assert lead[1].endswith(best["question"])
    assert "whether a party accepts a proposal as a whole is not among them" in lead[2]


def test_each_question_says_what_its_answers_would_mean():
    found = opened()
    points = [sentence.text for sentence in found.sections()[0].points]
    told = [q for q in found.data()["questions"] if q["narrows"] >= LEAST_TOLD]
    assert len(points) == min(MOST_TOLD, len(told))
    for point, question in zip(points, told, strict=False):
        assert point.startswith(question["question"])
        first, second = question["answers"]
        assert f"If {first['answer']}, all accept {question['bears_on']} in " in point
        assert f"; if {second['answer']}, in " in point


def test_the_table_lists_the_questions_in_order():
    found = opened()
    (table,) = found.sections()[0].tables
    told = [q for q in found.data()["questions"] if q["narrows"] >= LEAST_TOLD][:12]
    assert len(told) > 3
    assert [row[1] for row in table.rows] == [q["question"] for q in told]
    assert [row[2] for row in table.rows] == [q["bears_on"] for q in told]


def test_the_json_holds_every_question_with_both_its_answers():
    found = opened()
    data = json.loads(found.json())
    assert data["answer"] == "ask"
    assert data["readings"] == found.inquiries.analysis.readings.n_readings
    assert len(data["questions"]) == len(found.inquiries.found) > 5
    names = [p["name"] for p in data["packages"]]
    stands = {p["name"]: p["share"] for p in data["packages"]}
    for question in data["questions"]:
        first, second = question["answers"]
        assert first["share"] + second["share"] == pytest.approx(1)
        for name in names:
            mixed = sum(a["share"] * a["then"][name] for a in (first, second))
            assert mixed == pytest.approx(stands[name], abs=1e-5)
        assert question["bears_on"] in names
        assert question["to"] in {"P", "Q"}
        assert (question["statement"] is not None) == (
            question["kind"] in {"statement", "red line"}
        )
    kinds = {q["kind"] for q in data["questions"]}
    assert {"importance", "comparison", "range", "statement", "red line"} <= kinds
    sizes = [q["narrows"] for q in data["questions"]]
    assert sizes == sorted(sizes, reverse=True)
    (line,) = (q for q in data["questions"] if q["kind"] == "red line")
    assert line["statement"]["text"] == "rejects any package in which a == a1 and b == b1"
    assert line["answers"][0]["then"]["both"] == 0


def test_proposals_of_one_title_are_told_apart_by_their_names():
    case = opened().case
    titled = tuple(replace(proposal, title="Draft") for proposal in case.proposals)
    data = ask(replace(case, proposals=titled), work=WORK).data()
    assert [p["name"] for p in data["packages"]] == ["one", "both"]
    assert all(list(a["then"]) == ["one", "both"] for q in data["questions"] for a in q["answers"])
    assert {q["bears_on"] for q in data["questions"]} <= {"one", "both"}


def test_the_recommended_package_is_asked_about_when_it_is_no_proposal():
    preferences = {"P": [*ENDS, "no_deal: 20..90"], "Q": [*ENDS, "no_deal: 0..60"]}
    found = ask(case_of(ISSUES, preferences, more="proposals:\n  one: {a: a1}\n"), work=WORK)
    assert [p["name"] for p in found.data()["packages"]] == ["one", "the recommended package"]


def test_nothing_open_is_good_news_in_one_sentence():
    found = ask(case_of(ISSUES, {"P": EASY, "Q": EASY}, more=PROPOSALS), work=WORK)
    (section,) = found.sections()
    (lead,) = section.lead
    assert lead.text == "Nothing is open: whether all accept is the same in every reading."
    assert lead.tone == "good"
    assert section.tables == section.points == section.parts == ()
    assert found.data()["questions"] == []


def test_nothing_to_ask_about_is_told():
    exact = (scores(a={"a0": 0, "a1": 1}, b={"b0": 0, "b1": 1}), "no_deal: 9")
    found = ask(case_of(ISSUES, {"P": exact, "Q": EASY}), work=WORK)
    (lead,) = found.sections()[0].lead
    assert lead.text.startswith("There is no package to ask about")
    assert found.data()["packages"] == []


def test_no_question_worth_asking_is_told():
    """All that is open is what happens in one reading of a hundred."""
    nearly = [*ENDS, "weight: {a: 50}", "no_deal: 0..50.2"]
    case = case_of(ISSUES, {"P": nearly, "Q": EASY}, more="proposals:\n  one: {a: a1}\n")
    found = ask(case, work=WORK)
    assert 0.9 < found.data()["packages"][0]["share"] < 1
    assert [q["kind"] for q in found.data()["questions"]] == ["range"]
    line = "red_line: a == a1\nconfidence: high"
    exact = (scores(a={"a0": 0, "a1": 1}, b={"b0": 0, "b1": 1}), "no_deal: 0", line)
    sure = ask(
        case_of(ISSUES, {"P": exact, "Q": EASY}, more="proposals:\n  one: {a: a1}\n"), work=WORK
    )
    told = " ".join(sentence.text for sentence in sure.sections()[0].lead)
    shares = [q["answers"][0]["share"] for q in sure.data()["questions"]]
    assert ("No single question would settle any of it." in told) == (shares == [])
    assert all(0.05 <= share <= 0.95 for share in shares)


def test_red_lines_to_rule_out_are_asked_in_plain_words():
    against = ("order: {a: a0 > a1}", ENDS[1], "no_deal: 0..60")
    case = case_of(ISSUES, {"P": against, "Q": EASY}, more="proposals:\n  both: {a: a1, b: b1}\n")
    found = ask(case, work=WORK)
    (part,) = found.sections()[0].parts
    assert part.title == "Red lines to rule out"
    (point,) = part.points
    assert point.text == (
        "Is a1 on a out of the question for Party P, whatever else is offered? If so, both cannot "
        "be had."
    )
    assert found.data()["red_lines"] == [
        {"to": "P", "issue": "a", "option": "a1", "packages": ["both"]}
    ]


@pytest.mark.parametrize(
    "statements",
    [(ENDS[0],), (*ENDS, "no_deal: 10", "no_deal: 20")],
    ids=["incomplete", "contradictory"],
)
def test_a_signatory_that_cannot_be_answered_for_is_refused(statements):
    for others in ({"Q": EASY}, {}):
        case = case_of(ISSUES, {"P": statements, **others}, more=PROPOSALS)
        with pytest.raises(UnanswerableError, match="Party P"):
            ask(case, work=WORK)


def test_no_share_is_called_a_probability():
    for word in ("probab", "likel", "chance", "bits"):
        assert word not in words(opened()).casefold()
