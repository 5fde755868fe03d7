"""``detente assumptions``: what is said first, what the table holds, and the JSON it gives."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache

import pytest

import detente
from detente.answers.assumptions import Assumptions, assumptions
from detente.errors import UnanswerableError
from detente.formats import loads
from detente.report.pictures.tornado import Tornado
from detente.telling.ledger import assumption_text, borne_out, warnings
from detente.trials import assumptions_of
from detente.work import Work
from tests.answers.cases import (
    EASY,
    ENDS,
    ISSUES,
    PLANTED_CASE,
    case_of,
    scores,
    words,
)

WORK = Work(seed=1, readings=300)
PROPOSALS = "proposals:\n  one: {a: a1}\n  both: {a: a1, b: b1}\n"
LEVERAGE = "leverage:\n  - {by: Q, on: P, shift: -20, credibility: 0.5, title: lock-out}\n"


def spoken(case, place):
    """Return a statement as it is told, by its place in the file."""
    return assumption_text(case, case.statements[place])


@cache
def planted() -> Assumptions:
    return assumptions(loads(PLANTED_CASE), work=WORK)


@cache
def mixed() -> Assumptions:
    """Return a case with something of everything that can be told of an assumption."""
    statements = [
        *ENDS,
        "importance: a > b\nconfidence: low",
        "rule: a == a1\nworth: 0..10",
        "no_deal: 20..90",
    ]
    preferences = {
        "P": statements,
        "Q": (*EASY, "red_line: a == a1 and b == b1"),
        "R": [*ENDS, "no_deal: 50"],
    }
    case = case_of(ISSUES, preferences, more=PROPOSALS + LEVERAGE, affected=["R"])
    return assumptions(case, work=WORK)


def test_the_planted_assumption_is_named_first():
    found = planted()
    assert found.entries[0].assumption is found.case.statements[-1]
    first = found.sections()[0].lead[0]
    assert spoken(found.case, -1) in first.text
    assert first.tone == "warn"
    assert "without a source" in first.text
    assert first.source == "no source given, line 39"
    (sentence,) = warnings(found.ledger)
    assert sentence == first


def test_what_is_told_first_is_not_told_again():
    (section,) = planted().sections()
    assert spoken(planted().case, -1) not in " ".join(point.text for point in section.points)
    assert len(section.points) <= 12


def test_the_first_section_of_the_report_names_it_too():
    made = detente.analyse(loads(PLANTED_CASE), work=WORK).page()
    first = re.split(r"<section\b", made)[1]
    assert spoken(loads(PLANTED_CASE), -1) in re.sub(r"<[^>]+>", "", first)


def test_well_sourced_answers_are_said_to_be_so():
    """The same case with a second source for everything, the planted statement included."""
    sourced = PLANTED_CASE.replace(
        "no_deal: 10..20\n", "no_deal: 10..20\n      because: report#12\n"
    )
    found = assumptions(loads(sourced), work=WORK)
    assert found.ledger.decisive == ()
    first = found.sections()[0].lead[0]
    assert first.text.startswith("No single assumption without a source moves a share by a quarter")
    assert first.tone == "plain"


def test_nothing_to_tell_is_said_in_one_sentence():
    case = case_of(ISSUES, {"P": EASY, "Q": EASY}, more=PROPOSALS)
    found = assumptions(case, work=WORK)
    lead = [sentence.text for sentence in found.sections()[0].lead]
    assert lead[0] == "No single assumption moves any share by more than chance."
    assert found.sections()[0].points == ()
    assert found.sections()[0].pictures == ()


def test_how_each_trial_is_told():
    text, case = words(mixed()), mixed().case
    for part in (
        f"{spoken(case, 4)}. At the ",
        f"{spoken(case, 3)}. ",
        f"{spoken(case, 7)}. Without it, all signatories accept both ",
        "Party Q puts pressure on Party P: lock-out. If it is applied (−10 points on no deal), ",
        "If it could as well be the other way round, ",
    ):
        assert part in text


def test_what_cannot_be_tried_and_what_hangs_on_nothing_is_told_in_the_table():
    rows = mixed().sections()[0].tables[0].rows
    effects = {row[0]: row[3] for row in rows}
    scored = next(effect for name, effect in effects.items() if name.startswith("Party Q scores"))
    assert scored == "Without it there is no answer for Party Q at all"
    assert effects["Party R values no deal at 50 points"] == (
        "Nothing hangs on it: Party R is only affected"
    )


def test_narrowing_that_contradicts_the_rest_is_told():
    statements = [
        *ENDS,
        "weight: {a: 30}",
        "compare: no deal > (a = a1)",
        "compare: (b = b1) > no deal",
        "no_deal: 20..80",
    ]
    case = case_of(
        ISSUES, {"P": statements, "Q": EASY}, more="proposals:\n  both: {a: a1, b: b1}\n"
    )
    found = assumptions(case, work=WORK)
    rows = found.sections()[0].tables[0].rows
    troubled = {
        assumption_text(case, e.assumption): [o.trial.kind for o in e.outcomes if o.trouble]
        for e in found.entries
        if any(o.trouble for o in e.outcomes)
    }
    assert troubled == {
        spoken(case, 1): ["turned"],
        spoken(case, 5): ["low", "high"],
    }
    effects = {row[0]: row[3] for row in rows}
    assert effects[spoken(case, 1)] == (
        "The other statements leave no reading in which it is changed so"
    )
    data = found.data()["ledger"]
    troubles = {t["trouble"] for e in data for t in e["trials"]}
    assert troubles == {None, "contradictory"}


def test_a_pressure_on_one_who_is_known_by_an_order_only_is_told():
    ranked = ["ranking:\n  - (a = a1)\n  - no deal"]
    case = case_of(ISSUES, {"P": ranked, "Q": EASY}, more=PROPOSALS + LEVERAGE)
    rows = assumptions(case, work=WORK).sections()[0].tables[0].rows
    (effect,) = (row[3] for row in rows if "lock-out" in row[0])
    assert effect == "Party P is known by an order only, in which no points can be moved"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("", "no source"),
        ("\n      because: report#1", "1 source"),
        ("\n      because: [report#1, report#2, report#3]", "3 sources"),
        ("\n      confidence: medium", "no source, medium confidence"),
        ("\n      because: report#1\n      view: said", "1 source, said"),
    ],
)
def test_how_well_something_is_borne_out(given, text):
    case = loads(PLANTED_CASE.replace("no_deal: 10..20\n", f"no_deal: 10..20{given}\n"))
    assert borne_out(case.statements[-1]) == text


def test_a_bound_that_nobody_stated_is_told_so():
    case = case_of(ISSUES, {"P": ENDS})
    bound = assumptions_of(case, view="believed")[-1]
    assert borne_out(bound) == "stated by nobody"
    assert assumption_text(case, bound) == "Party P: no deal is worth at most 100 points"


def test_the_table_has_everything_and_shows_what_matters():
    found = mixed()
    (table,) = found.sections()[0].tables
    assert len(table.rows) == len(found.entries)
    visible = sum(entry.largest is not None for entry in found.entries)
    assert table.most == visible < len(table.rows)
    left_out = len(table.rows) - visible
    assert f"Not shown: {left_out} further assumptions" in table.note
    assert [row[0] for row in table.rows] == [
        assumption_text(found.case, entry.assumption) for entry in found.entries
    ]
    for r, entry in enumerate(found.entries):
        assert (table.tones.get((r, 1)) == "warn") == (entry.weakness == 1)


def test_pictures_are_of_the_packages_that_move_most():
    found = planted()
    pictures = found.sections()[0].pictures
    assert 1 <= len(pictures) <= 3
    assert all(isinstance(picture, Tornado) for picture in pictures)
    spans = [max(row.high - row.low for row in picture.rows) for picture in pictures]
    assert spans == sorted(spans, reverse=True)
    for picture in pictures:
        widths = [row.high - row.low for row in picture.rows]
        assert widths == sorted(widths, reverse=True)
        assert len(picture.rows) <= 12
        assert all(row.low <= picture.stands <= row.high for row in picture.rows)
    assert [row.sourced for row in pictures[0].rows].count(False) == 1


def test_the_spread_of_measures_is_told_where_a_share_is_in_doubt():
    text = words(mixed())
    ranges = re.search(r"in other ways than evenly[^.]* one in (\d+) to (\d+) %", text)
    assert ranges
    low, high = map(int, ranges.groups())
    data = mixed().data()
    shares = [s["shares"]["one"] for s in data["spreads"]]
    stands = next(p["share"] for p in data["packages"] if p["name"] == "one")
    assert (low, high) == (
        round(100 * min([*shares, stands])),
        round(100 * max([*shares, stands])),
    )
    assert "in other ways than evenly" not in words(planted())


def test_proposals_of_one_title_are_told_apart_by_their_names():
    case = mixed().case
    titled = tuple(replace(proposal, title="Draft") for proposal in case.proposals)
    data = assumptions(replace(case, proposals=titled), work=WORK).data()
    names = {p["name"] for p in data["packages"]}
    assert {"one", "both"} <= names
    assert {flip["package"] for entry in data["ledger"] for flip in entry["flips"]} <= names
    trials = [trial for entry in data["ledger"] for trial in entry["trials"]]
    assert all(set(trial["shares"]) in (names, set()) for trial in trials)
    assert all(set(spread["shares"]) == names for spread in data["spreads"])


def test_the_json_says_what_the_ledger_says():
    found = mixed()
    data = json.loads(found.json())
    assert data["answer"] == "assumptions"
    assert data["readings"] == found.ledger.analysis.readings.n_readings
    assert [p["name"] for p in data["packages"]] == list(found.ledger.names)
    assert len(data["ledger"]) == len(found.entries)
    for entry, told in zip(found.entries, data["ledger"], strict=True):
        assert told["dependence"] == pytest.approx(entry.dependence, abs=1e-6)
        assert told["danger"] == pytest.approx(entry.danger, abs=1e-6)
        assert told["weakness"] == pytest.approx(entry.weakness, abs=1e-6)
        assert len(told["trials"]) == len(entry.outcomes)
        assert abs(told["effect"]) == told["dependence"]
        for outcome, trial in zip(entry.outcomes, told["trials"], strict=True):
            assert trial["trial"] == outcome.trial.kind
            assert set(trial["shares"]) in (set(found.ledger.names), set())
            for name, changes in zip(found.ledger.names, outcome.changes, strict=False):
                for change in changes:
                    share = trial["shares"][name][change.party or "all"]
                    assert share["share"] == pytest.approx(change.new.share.value, abs=1e-6)
                    assert share["visible"] == change.visible
    flips = [flip for told in data["ledger"] for flip in told["flips"]]
    assert {flip["party"] for flip in flips} <= {"P", "Q", "R", "all"}
    assert all(flip["old"] != flip["new"] for flip in flips)
    assert any(told["unstated"] for told in data["ledger"]) is False
    assert {told["confidence"] for told in data["ledger"]} == {"low", "certain"}
    pressed = next(told for told in data["ledger"] if "lock-out" in told["statement"])
    assert [trial["shift"] for trial in pressed["trials"]] == [-10]


def test_unstated_bounds_have_no_line_and_no_source():
    case = case_of(ISSUES, {"P": ENDS, "Q": EASY}, more=PROPOSALS)
    told = [e for e in assumptions(case, work=WORK).data()["ledger"] if e["unstated"]]
    assert len(told) == 2
    for entry in told:
        assert (entry["line"], entry["sources"], entry["confidence"]) == (None, [], None)
        assert [t["trial"] for t in entry["trials"]] == ["wider", "narrower"]
        assert all("no deal" in t["says"] for t in entry["trials"])


@pytest.mark.parametrize(
    "statements",
    [(ENDS[0],), (*ENDS, "no_deal: 10", "no_deal: 20")],
    ids=["incomplete", "contradictory"],
)
def test_a_signatory_that_cannot_be_answered_for_is_refused(statements):
    for others in ({"Q": EASY}, {}):
        case = case_of(ISSUES, {"P": statements, **others}, more=PROPOSALS)
        with pytest.raises(UnanswerableError, match="Party P"):
            assumptions(case, work=WORK)


def test_one_who_is_only_affected_may_be_unknown():
    preferences = {"P": [*ENDS, "no_deal: 10..60"], "Q": EASY, "R": [ENDS[0]]}
    case = case_of(ISSUES, preferences, more=PROPOSALS, affected=["R"])
    found = assumptions(case, work=WORK)
    own = [e for e in found.entries if e.assumption.party == "R"]
    assert all(e.dependence == 0 for e in own)
    assert all(e.dependence > 0 for e in found.entries[:1])
    assert str(found)


def test_the_same_answer_whatever_is_asked_before():
    first, second = (assumptions(loads(PLANTED_CASE), work=WORK).json() for _ in range(2))
    assert first == second


def test_scores_are_told_at_the_ends_of_their_ranges():
    ranges = scores(a={"a0": 0, "a1": "2..9"}, b={"b0": 0, "b1": 4})
    case = case_of(ISSUES, {"P": [ranges, "no_deal: 5"], "Q": EASY}, more=PROPOSALS)
    text = words(assumptions(case, work=WORK))
    assert re.search(re.escape(spoken(case, 0)) + r"\. At the (low|high) end of the range, ", text)
