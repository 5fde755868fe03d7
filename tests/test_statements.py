"""Every kind of statement on the harbour example: its sentence, its rows and its faults."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from detente.catalog import path_of
from detente.errors import CaseError
from detente.formats import loads
from detente.linear import Row
from detente.preferences import Preferences, preferences_of
from detente.statements import KINDS, Statement

HARBOUR = path_of("harbour").read_text(encoding="utf-8")
HEAD = HARBOUR[: HARBOUR.index("preferences:")]
ENDS = """\
- order: {shifts: none > required}
- more_is_better: pay
- order: {cranes: no > full}
"""
POINTS = """\
- scores:
    shifts: {none: 0, voluntary: 25, required: 30}
    pay: 32 - 4*x
    cranes: {no: 0, pilot: 10..20, full: 40}
"""


def read(*statements: str) -> tuple[tuple[Statement, ...], Preferences]:
    """Return the union's statements in the harbour case, and what they amount to."""
    lines = "".join(statements).replace("\n", "\n    ")
    case = loads(f"{HEAD}preferences:\n  union:\n    {lines}")
    kept = case.statements_of("union", view="believed")
    return kept, preferences_of("union", kept, case.vocabulary)


def spelled(row: Row) -> str:
    """Return a row as text, such as ``shifts.none - 1/2 shifts > 0``."""
    names = {"swing": "swing {}", "option": "{}.{}", "worth": "worth", "no deal": "no deal"}
    parts = []
    for unknown, coefficient in row.linear.terms.items():
        name = names[unknown[0]].format(*unknown[1:])
        size = "" if abs(coefficient) == 1 else f"{abs(coefficient)} "
        parts.append(f"{'-' if coefficient < 0 else '+'} {size}{name}")
    if row.linear.constant:
        constant = row.linear.constant
        parts.append(f"{'-' if constant < 0 else '+'} {abs(constant)}")
    text = " ".join(parts).removeprefix("+ ")
    return f"{text} {row.relation} 0" + (" (ends)" if row.structural else "")


ROWS = {
    "- order: {shifts: none > voluntary >= required}": [
        "shifts.none - swing shifts == 0 (ends)",
        "shifts.required == 0 (ends)",
        "shifts.none - shifts.voluntary > 0",
        "shifts.voluntary - shifts.required >= 0",
    ],
    "- order: {shifts: none > voluntary ~ required}": [
        "shifts.none - swing shifts == 0 (ends)",
        "shifts.required == 0 (ends)",
        "shifts.none - shifts.voluntary > 0",
        "shifts.voluntary - shifts.required == 0",
    ],
    "- order: {shifts: none > voluntary ~ required}\n  confidence: high\n": [
        "shifts.none - swing shifts == 0 (ends)",
        "shifts.required == 0 (ends)",
        "shifts.none - shifts.voluntary > 0",
        "shifts.voluntary - shifts.required + 1 >= 0",
        "- shifts.voluntary + shifts.required + 1 >= 0",
    ],
    "- more_is_better: pay": [
        "pay.8 - swing pay == 0 (ends)",
        "pay.0 == 0 (ends)",
        "pay.8 - pay.0 > 0",
    ],
    "- less_is_better: [pay]": [
        "pay.0 - swing pay == 0 (ends)",
        "pay.8 == 0 (ends)",
        "pay.0 - pay.8 > 0",
    ],
    "- indifferent: cranes": ["swing cranes == 0"],
    "- indifferent: cranes\n  confidence: low\n": ["- swing cranes + 1 >= 0"],
    "- importance: shifts > cranes >= pay": [
        "swing shifts - swing cranes > 0",
        "swing cranes - swing pay >= 0",
    ],
    "- importance: shifts ~ cranes": ["swing shifts - swing cranes == 0"],
    "- value: {shifts: {none: 100, voluntary: 40..60, required: 0}}": [
        "shifts.none - swing shifts == 0 (ends)",
        "shifts.voluntary - 2/5 swing shifts >= 0",
        "3/5 swing shifts - shifts.voluntary >= 0",
        "shifts.required == 0 (ends)",
    ],
    "- value: {shifts: {voluntary: more than 50}}": ["shifts.voluntary - 1/2 swing shifts > 0"],
    "- weight: {shifts: 30..40, pay: 25}": [
        "swing shifts - 30 >= 0",
        "- swing shifts + 40 >= 0",
        "swing pay - 25 == 0",
    ],
    "- red_line: cranes == full": [],
    "- rule: cranes == pilot and pay >= 4\n  worth: more than 0\n": ["worth > 0"],
    "- rule: cranes == pilot\n  worth: -5..5\n": ["worth + 5 >= 0", "- worth + 5 >= 0"],
    "- no_deal: 30..45": ["no deal - 30 >= 0", "- no deal + 45 >= 0"],
    "- no_deal: less than 1/3": ["- no deal + 1/3 > 0"],
    "- compare: no deal > (shifts = none, cranes = full)": [
        "no deal - pay.0 - shifts.none - cranes.full > 0"
    ],
}


def same(row: str) -> tuple[frozenset[str], str]:
    """Return a row so that the order of its terms does not matter."""
    left, relation = re.fullmatch(r"(.*) ((?:==|>=|>) 0.*)", row).groups()
    signed = left if left.startswith("- ") else f"+ {left}"
    return frozenset(re.split(r" (?=[+-] )", signed)), relation


@pytest.mark.parametrize("text", ROWS, ids=lambda text: text.partition("\n")[0][2:])
def test_rows(text: str) -> None:
    kept, preferences = read(text + ("" if text.endswith("\n") else "\n") + ENDS)
    rows = [spelled(row) for row in kept[0].rows(preferences.frame)]
    assert [same(row) for row in rows] == [same(row) for row in ROWS[text]]


def test_a_margin_bounds_the_difference_of_two_packages() -> None:
    kept, preferences = read("- compare: march_draft > status quo\n  by: 5..10\n", ENDS)
    low, high = kept[0].rows(preferences.frame)
    point = {
        ("option", "shifts", "voluntary"): Fraction(30),
        ("option", "shifts", "required"): Fraction(7),
        ("option", "cranes", "full"): Fraction(1),
        ("option", "cranes", "no"): Fraction(20),
        ("option", "pay", "0"): Fraction(2),
        ("option", "pay", "8"): Fraction(10),
    }
    # march draft: 30 + 1 + 4 (a quarter of the way from 2 to 10); status quo: 7 + 20 + 2
    assert (low.linear.at(point), low.relation) == (35 - 29 - 5, ">=")
    assert (high.linear.at(point), high.relation) == (10 - (35 - 29), ">=")


def test_whatever_else_takes_the_extreme_completion() -> None:
    kept, preferences = read("- compare: no deal > whatever else (shifts = required)\n", ENDS)
    rows = [same(spelled(row)) for row in kept[0].rows(preferences.frame)]
    best = "no deal - shifts.required - pay.8 - cranes.no > 0"
    assert rows == [same(best)]


def test_whatever_else_goes_through_what_a_rule_touches() -> None:
    rule = "- rule: cranes == pilot\n  worth: 3\n"
    kept, preferences = read("- compare: no deal > whatever else (shifts = none)\n", rule, ENDS)
    rows = [same(spelled(row)) for row in kept[0].rows(preferences.frame)]
    lead = "no deal - shifts.none - pay.8"
    assert set(rows) == {
        same(f"{lead} - cranes.no > 0"),
        same(f"{lead} - cranes.pilot - worth > 0"),
        same(f"{lead} - cranes.full > 0"),
    }


def test_scores_and_formulas_on_points() -> None:
    kept, preferences = read(POINTS, "- importance: cranes > shifts\n- no_deal: 38\n")
    assert preferences.manner == "points"
    rows = [spelled(row) for row in kept[0].rows(preferences.frame)]
    assert "pay.3 - 20 == 0" in rows
    assert "shifts.voluntary - 25 == 0" in rows
    assert {"cranes.pilot - 10 >= 0", "- cranes.pilot + 20 >= 0"} <= set(rows)
    assert len(rows) == 3 + 9 + 4
    (importance,) = kept[1].rows(preferences.frame)
    wanted = "cranes.full - cranes.no - shifts.required + shifts.none > 0"
    assert same(spelled(importance)) == same(wanted)


def test_an_ordinal_party_has_ranks() -> None:
    kept, preferences = read("- ranking: union_opening ~ march_draft > no deal > status quo\n")
    assert preferences.manner == "ordinal"
    (ranking,) = kept
    vocabulary = preferences.frame.vocabulary
    named = vocabulary.proposals
    assert dict(ranking.ranks(vocabulary)) == {
        named["union_opening"]: 3,
        named["march_draft"]: 3,
        vocabulary.status_quo: 1,
    }
    assert ranking.no_deal_rank == 2


SENTENCES = {
    "- order: {shifts: none > voluntary ~ required}": (
        "prefers on Night shifts: none, then voluntary, level with required"
    ),
    "- more_is_better: pay": "prefers more of Pay rise",
    "- less_is_better: pay": "prefers less of Pay rise",
    "- indifferent: [cranes, pay]": "is indifferent about New cranes and Pay rise",
    "- importance: shifts > cranes": "cares more about Night shifts than about New cranes",
    "- compare: no deal > (shifts = required, pay = 2)": (
        "prefers no deal to 'shifts required and pay 2 percent' (all else as it is)"
    ),
    "- compare: march_draft ~ whatever else (pay = 8)": (
        "is indifferent between march draft and 'pay 8 percent' (whatever else)"
    ),
    "- compare: march_draft > no deal\n  by: 5..10\n": (
        "prefers march draft to no deal, by 5 to 10 points"
    ),
    "- value: {shifts: {voluntary: 40..60}}": "puts voluntary on Night shifts at 40 to 60 of 100",
    "- weight: {pay: more than 30}": "gives Pay rise a weight of more than 30 of 100 points",
    POINTS: (
        "scores Night shifts: none 0, voluntary 25, required 30; Pay rise: 32 - 4*x; "
        "New cranes: no 0, pilot 10 to 20, full 40"
    ),
    POINTS.replace("10..20", "1234567891/87654321").replace("40", "30/7"): (
        "scores Night shifts: none 0, voluntary 25, required 30; Pay rise: 32 - 4*x; "
        "New cranes: no 0, pilot about 14.085, full 30/7"
    ),
    "- rule: cranes == pilot\n  worth: less than -2\n": (
        "counts it as worth less than -2 points when cranes == pilot"
    ),
    "- red_line: cranes  ==  full": "rejects any package in which cranes == full",
    "- no_deal: 30..45": "values no deal at 30 to 45 points",
    "- priorities: [shifts == none, pay >= 2]": (
        "wants, in this order, shifts == none, then pay >= 2"
    ),
    "- ranking: [march_draft ~ union_opening, no deal]": (
        "ranks march draft level with union opening, then no deal"
    ),
}


@pytest.mark.parametrize("text", SENTENCES, ids=lambda text: text.partition(":")[0][2:])
def test_sentences(text: str) -> None:
    kept, preferences = read(text if text.endswith("\n") else f"{text}\n")
    assert kept[0].sentence(preferences.frame.vocabulary) == SENTENCES[text]


def test_every_kind_has_its_sentence_and_its_example() -> None:
    assert {text.partition(":")[0][2:] for text in SENTENCES} == set(KINDS)
    for key, kind in KINDS.items():
        example = "- " + kind.EXAMPLE.replace("\n", "\n  ") + "\n"
        lead = "" if key in {"scores", "priorities", "ranking"} else ENDS
        kept, _ = read(POINTS if key == "scores" else example, lead)
        assert isinstance(kept[0], kind)


FAULTS = {
    "- order: {shifts: none > sometimes}": "shifts has no option 'sometimes'",
    "- order: {shifts: none > none}": "'none' is named twice in the order",
    "- order: {pay: 0 > 2.5}": "pay has no option '2.5'",
    "- more_is_better: cranes": "cranes is not numeric",
    "- indifferent: crane": "no such issue: 'crane'",
    "- importance: pay > pai": "no such issue: 'pai'",
    "- compare: (pay = 1, pay = 2) > no deal": "pay is set twice",
    "- compare: no deal > march_draft\n  by: 0\n": "a margin is a positive number of points",
    "- compare: no deal ~ march_draft\n  by: 3\n": "a margin goes with one > between two packages",
    "- value: {shifts: {none: 101}}": "a value lies between 0 and 100",
    "- value: {shifts: {never: 1}}": "shifts has no option 'never'",
    "- weight: {pay: -1}": "a weight lies between 0 and 100",
    "- scores: {shifts: x, pay: x, cranes: 3}": "shifts is not numeric, so it has no x",
    "- rule: crane == full\n  worth: 3\n": "no such issue: 'crane'",
    "- red_line: cranes == fully": "cranes has no option 'fully'",
    "- priorities: [pay >= some]": "'some' is not a number",
    "- ranking: march_draft > status quo": "a ranking says once where no deal stands",
    "- ranking: status quo > no deal > (pay = 0)": "a package is ranked twice",
    "- ranking: whatever else (pay = 0) > no deal": "a ranking names whole packages",
}


@pytest.mark.parametrize("text", FAULTS)
def test_faults(text: str) -> None:
    with pytest.raises(CaseError) as caught:
        read(text if text.endswith("\n") else f"{text}\n")
    assert [fault.problem for fault in caught.value.faults] == [FAULTS[text]]
    (fault,) = caught.value.faults
    assert fault.path.startswith("preferences.union[0].")
