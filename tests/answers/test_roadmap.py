"""The answer on roadmaps: its words, its JSON, and which proposal a report takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from detente.analysis import Analysis
from detente.answers.roadmap import QUESTION, Roadmap, reported, roadmap
from detente.catalog import load
from detente.errors import ExpressionError, UnanswerableError
from detente.formats import loads
from detente.work import Work
from tests.answers.cases import words
from tests.test_contract import documented, fits, is_number
from tests.test_implementation import ACCORD, DRAWN


@cache
def exact() -> Roadmap:
    return roadmap(loads(ACCORD), "accord")


@cache
def sampled() -> Roadmap:
    return roadmap(loads(DRAWN.replace("    lasts: until completion\n", "")), "accord")


def data(answer: Roadmap) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.json())
    return found


@cache
def yardstick() -> Roadmap:
    text = ACCORD.replace("until completion", "for good").replace("shift: 15", "shift: 35")
    return roadmap(loads(text), "accord")


# --- words ---------------------------------------------------------------------------------------


def test_an_exact_case_is_told_without_shares():
    text = words(exact())
    assert "2 of 3 orders hold" in text
    assert "Northland is 5 points better off leaving after stage 1 (fire): going on" in text
    assert "Put pledge before fire" in text
    assert "Make leaving cost Northland 5 points" in text
    assert "of these readings" not in text
    shift = "walking away is worth 15 points more to Northland once fire is ceases"
    assert f"Without '{shift}' it would hold: the verdict repeats that input." in text
    assert "by the deadline (2 months) only fire is in force" in text


def test_the_page_speaks_plainly_before_the_method():
    (whole,) = sampled().sections()
    assert whole.parts[-1].key == "roadmap-method"
    told = words(sampled())
    told = told[: told.index("How this was reckoned")]
    for jargon in ("equilibrium", "self-enforcing", "undominated", "quantile", "backward"):
        assert jargon not in told


def test_signing_and_the_end_are_told_before_any_order():
    lead = [sentence.text for sentence in sampled().sections()[0].lead]
    (end,) = [k for k, text in enumerate(lead) if "Better off leaving then, if the effect " in text]
    (order,) = [k for k, text in enumerate(lead) if "orders do equally well" in text]
    assert end < order
    assert "Southland in" in lead[end]
    assert "On average leaving is then worth" in lead[end]
    assert sampled().sections()[0].parts[0].key == "roadmap-ends"


def test_one_order_and_some_order_are_told_apart():
    text = words(sampled())
    assert "The order can spoil this, but not mend it: nobody is ever better off leaving in" in text
    staging = sampled().roadmaps.outlook.staging
    found = sampled().roadmaps.outlook.carried
    assert staging.worst == pytest.approx(min(one.holds.value for one in found))
    assert f"in {staging.some} if the order could be chosen afresh in each" in text


def test_an_unstated_duration_is_shown_three_times():
    text = words(sampled())
    assert "(walking away is worth 0 to 25 points more to Northland once fire is ceases)" in text
    _, orders, _ = sampled().sections()[0].tables
    titles = [column.title for column in orders.columns]
    assert titles[1:4] == ["Ends with talks", "Until completion", "For good"]


def test_an_order_of_ones_own_is_judged_with_what_does_not_fit():
    case = loads(ACCORD.replace("fire: {delivered_by", "fire: {after: [pledge], delivered_by"))
    text = words(roadmap(case, "fire = ceases", order="pledge then fire"))
    assert "Left out, since this package does not move it: pledge." in text
    text = words(roadmap(case, "accord", order="fire"))
    assert "Not named in it, and therefore put last: pledge." in text
    assert "The case wants pledge no later than fire; this order has it otherwise." in text


def test_orders_that_come_to_the_same_are_told_once():
    text = ACCORD + "    everything: fire + pledge\n"
    found = words(roadmap(loads(text), "accord"))
    assert "For this package all at once comes to the same." in found


def test_a_package_nobody_accepts_says_so_and_is_told_all_the_same():
    text = ACCORD.replace("no_deal: 20", "no_deal: 31")
    found = words(roadmap(loads(text), "accord"))
    assert "In no reading do all signatories accept this package" in found
    assert "At signing" in found


def test_what_no_order_mends_is_said():
    found = words(roadmap(loads(ACCORD.replace("until completion", "for good")), "accord"))
    told = (
        "Once everything is in force Northland is 5 points better off leaving, whatever the order"
    )
    assert told in found
    assert "No other order mends it: it fails at signing or at the very end." in found
    assert "No order holds; the one that needs the smallest guarantee is" in found


def test_a_guarantee_is_held_against_the_nearest_step_of_one_option():
    found = data(yardstick())["yardsticks"]  # 25 points are missing, the pledge is worth 30
    assert found == {"north": {"issue": "pledge", "from": "none", "to": "given", "worth": 30}}
    text = words(yardstick())
    assert "25 points of Northland: about as much as the step from none to given in pledge" in text
    small = ACCORD.replace("until completion", "for good")  # 5 points: nothing is worth about that
    assert not data(roadmap(loads(small), "accord"))["yardsticks"]


def test_the_best_of_equals_is_the_same_whatever_is_asked_about():
    plain = sampled().roadmaps
    text = loads(DRAWN.replace("    lasts: until completion\n", ""))
    for order in ("fire then pledge", "pledge then fire", "fire + pledge"):
        found = roadmap(text, "accord", order=order).roadmaps
        assert found.shown[found.best].stages == plain.shown[plain.best].stages == ((0, 1),)


def test_without_a_deadline_the_quickest_of_equals_is_told():
    text = ACCORD.replace("  deadline: 2\n", "").replace("time: {unit: month}\n", "")
    found = words(roadmap(loads(text), "accord"))
    assert "2 orders do equally well; told here is all at once, the quickest." in found
    assert "It takes 2 units of time." in found
    assert "write: time: {unit: week}." in found


def test_a_deadline_met_to_the_day_is_met_in_words_too():
    text = ACCORD.replace("takes: 2", "takes: 0.3").replace("takes: 1", "takes: 0.3")
    found = words(roadmap(loads(text.replace("deadline: 2", "deadline: 0.3")), "accord"))
    assert "No order is through by then" not in found
    assert "only all at once is complete within 0.3 months (0.3 months)" in found


def test_where_all_orders_tie_the_order_makes_no_difference():
    text = DRAWN.replace("until completion", "for good").replace("part: 0..0.8", "part: 0")
    found = [s.text for s in roadmap(loads(text), "accord").sections()[0].lead]
    (told,) = [text for text in found if "the order makes no difference" in text]
    assert told.startswith("All 3 orders hold equally often (")


def test_a_case_that_says_nothing_of_leaving_is_a_placeholder():
    lead = roadmap(load("harbour"), "march_draft", work=Work(readings=50)).sections()[0].lead
    assert lead[0].text.startswith("Nobody said what stays when somebody leaves")
    assert any("Write delivered_by for the items" in sentence.text for sentence in lead)
    assert not any("delivered_by" in sentence.text for sentence in sampled().sections()[0].lead)


def test_what_does_not_visibly_help_is_left_out_and_payment_comes_last():
    (whole,) = sampled().sections()
    for place, mending in sampled().roadmaps.mendings.items():
        now = sampled().roadmaps.outlook.carried[place].holds.value
        for change in mending.best:
            assert change.holds.value >= now + 0.01
            assert change.rise == pytest.approx(change.holds.value - now)
    tables = [t for part in whole.parts for inner in part.parts for t in inner.tables]
    assert tables
    for table in tables:
        assert [column.title for column in table.columns][1:3] == ["Now", "Then holds in"]
        paid = ["As a yardstick: pay" in str(row[0]) for row in table.rows]
        assert paid == [False] * (len(paid) - 1) + [True]


def test_a_report_has_a_picture_of_each_order_and_no_long_tables():
    (chapter,) = sampled().chapter()
    pictures = [p for section in (chapter, *chapter.parts) for p in section.pictures]
    named = [one for one in sampled().roadmaps.shown if one.proposed or one.best]
    assert len(pictures) >= len(named) > 2
    assert not any(part.tables for part in chapter.parts if part.key != "roadmap-ends")


def test_a_guarantee_that_comes_late_can_be_moved_forward():
    more = "  - guarantee: 6\n    against: north\n    after: pledge == given\nroadmap:\n"
    found = roadmap(loads(ACCORD.replace("roadmap:\n", more)), "accord")
    changes = data(found)["repairs"][0]["changes"]
    (moved,) = [one for one in changes if one["kind"] == "variant"]
    assert moved["text"] == "let the guarantee against Northland bind from signing on"
    assert (moved["helps"], moved["holds"]["share"]) == (True, 1)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("keeps: fire\n    part: 0\n    leaver: south", "what stays of fire when Southland leaves"),
        ("drift: -2..-1\n    on: south", "walking away gets 1 to 2 points worse for Southland"),
        ("drift: -2..1\n    on: south", "walking away gets −2 to 1 points better for"),
        ("guarantee: 5\n    against: south", "leaving costs Southland 5 points"),
        (
            "shift: -0.4..-0.1\n    on: south\n    of: fire\n    after: pledge == given",
            "walking away is worth 0.1 to 0.4 swings of fire less to Southland once pledge is",
        ),
        (
            "shift: more than 0\n    on: north\n    after: fire == ceases\n    would_take: accord",
            "walking away is worth more to Northland once fire is ceases",
        ),
        (
            "shift: -3\n    on: south\n    title: fewer arms\n    after: fire == ceases",
            "fewer arms once",
        ),
    ],
)
def test_what_is_said_of_leaving_is_told_in_words(entry, told):
    text = ACCORD.replace("time: {unit: month}\nwalk_away:\n", f"walk_away:\n  - {entry}\n")
    text = text.replace("  - keeps: fire\n    part: 0\n  - keeps: pledge", "  - keeps: pledge")
    found = data(roadmap(loads(text), "accord"))["without"]
    assert any(one["text"].startswith(told) for one in found)


# --- JSON ----------------------------------------------------------------------------------------


def test_the_json_has_the_shape_that_was_agreed():
    found = data(exact())
    assert found["answer"] == "roadmap"
    assert found["orders"]["total"] == 3
    assert found["orders"]["self_enforcing"] == 2
    best = found["best"][0]
    assert best["stages"] == [["fire", "pledge"]]
    assert best["slack"] == 10
    assert best["guarantee"] == {"north": 0, "south": 0}
    assert best["shares"] == {"north": 1, "south": 1, "all": 1}
    first = found["given"][0]
    keys = ("name", "stage", "inside", "party", "going_on", "walking_away", "breaks")
    assert [first[key] for key in keys] == ["ceasefire_first", 1, False, "north", 30, 35, True]
    assert found["lasts"] is None
    assert list(found["durations"]) == ["as stated"]


def test_three_durations_in_the_json_and_the_told_one_on_top():
    found = data(sampled())
    assert found["lasts"] == "until completion"
    assert set(found["durations"]) == {"while talks are open", "until completion", "for good"}
    for key, value in found["durations"]["until completion"].items():
        assert found[key] == value
    assert found["ends"]["parties"]["north"]["gap"]["mean"] > 0


PLACES = {
    "guarantee": "{party}",
    "guarantees": "{party}",
    "parties": "{party}",
    "shares": "{party}",
    "package": "{issue}",
    "holds": "{duration}",
    "weighs": "{duration}",
    "yardsticks": "{party}",
    "patience": "{party}",
    "durations": "{duration}",
}
"""Keys below which stand names, where what stands there is a mapping by these."""
OWN = {"share", "error", "mean", "median", "in_95_percent", "all"}


def paths(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Go through the leaves of an answer with their documented paths."""
    last = path.rpartition(".")[2].removesuffix("[]")
    if isinstance(value, dict) and not is_number(value):
        for key, inner in value.items():
            step = key if key in OWN else PLACES.get(last, key)
            yield from paths(inner, f"{path}.{step}".lstrip("."))
    elif isinstance(value, list) and last not in TEXTS:
        for inner in value:
            yield from paths(inner, f"{path}[]")
    else:
        yield path, value


TEXTS = {"delivered_by", "after", "with", "in_force_by_deadline", "left_out", "added", "sources"}


def test_every_key_is_documented_with_its_type_and_the_other_way():
    kinds = {**documented()["In every answer"], **documented()["roadmap"]}
    again = kinds.pop("durations.{duration}")
    assert not again
    late = ACCORD.replace("fire: {delivered_by", "fire: {after: [pledge], delivered_by")
    never = ACCORD.replace("    after: fire == ceases\n", "    after: fire == goes_on\n")
    answers = [
        exact(),
        sampled(),
        yardstick(),
        *(roadmap(loads(t), "accord") for t in (late, never)),
    ]
    seen = {}
    for answer in answers:
        for path, value in paths(data(answer)):
            own = path.removeprefix("durations.{duration}.")
            seen[own] = value
            kind = kinds[own]
            assert fits(value, kind) or (value is None and kind == "null"), (path, value)
    assert set(kinds) == set(seen)


def test_the_same_bytes_again():
    again = roadmap(loads(DRAWN.replace("    lasts: until completion\n", "")), "accord")
    assert again.json() == sampled().json()


# --- a report ------------------------------------------------------------------------------------


def test_a_report_takes_the_proposal_that_most_accept_among_those_with_an_order():
    text = ACCORD.replace(
        "  accord: {fire: ceases, pledge: given}\n",
        "  silence: {fire: ceases}\n  nothing: {}\n  accord: {fire: ceases, pledge: given}\n",
    )
    answer = reported(Analysis(case=loads(text)))
    assert answer.roadmaps.implementation.asked == "accord"
    assert "Putting accord into force" in " ".join(s.text for s in answer.headline())
    (chapter,) = answer.chapter()
    assert len(chapter.parts) < len(answer.sections()[0].parts)


def test_a_case_without_a_roadmap_is_left_out_of_reports():
    with pytest.raises(UnanswerableError, match="the case has no roadmap"):
        reported(Analysis(case=load("harbour"), work=Work(readings=50)))
    empty = re.sub(r"proposals:\n.*\n", "", ACCORD)
    with pytest.raises(UnanswerableError, match="no proposal that could be put into force"):
        reported(Analysis(case=loads(empty)))


def test_an_order_of_unknown_issues_is_refused():
    with pytest.raises(ExpressionError, match="no such issue: 'fires'; did you mean 'fire'"):
        roadmap(loads(ACCORD), "accord", order="fires then pledge")


def test_the_command_is_described():
    assert QUESTION.name == "roadmap"
    assert [option.name for option in QUESTION.options] == ["proposal", "order"]
