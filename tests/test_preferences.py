"""What each statement asserts, held against its definition at random value functions."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest

from detente.errors import CaseError
from detente.frame import NO_DEAL
from detente.linear import Row
from detente.preferences import Unstated
from detente.statements import KINDS
from tests.strategies import case_of, opinions_of

ISSUES = "a: [a0, a1, a2]\nb: [b0, b1]\npay: 0..4"
ENDS = ("order: {a: a2 > a0}", "order: {b: b1 >= b0}", "less_is_better: pay")


class Reading:
    """One value function, made without the package's arithmetic: swings and values 0 to 1."""

    def __init__(self, chance, rules=()):
        cuts = sorted(chance.choice(range(0, 101, 10)) for _ in range(2))
        whole = [cuts[0], cuts[1] - cuts[0], 100 - cuts[1]]
        self.swing = dict(zip(("a", "b", "pay"), map(Fraction, whole), strict=True))
        middle = Fraction(chance.randint(0, 10), 10)
        self.option = {
            "a0": Fraction(0), "a1": middle * self.swing["a"], "a2": self.swing["a"],
            "b0": Fraction(0), "b1": self.swing["b"],
        } | {str(n): self.swing["pay"] * (4 - n) / 4 for n in range(5)}  # fmt: skip
        self.no_deal = Fraction(chance.randint(0, 20) * 5)
        self.worth = {rule: Fraction(chance.randint(-4, 4) * 5) for rule in rules}

    def point(self, frame):
        found = {NO_DEAL: self.no_deal}
        for k, issue in enumerate(frame.vocabulary.issues):
            found[frame.swing_unknown(k)] = self.swing[issue.name]
            for option in frame.breakpoints[k]:
                name = issue.options[option]
                found[frame.option_unknown(k, option)] = self.option[name]
        for rule, worth in self.worth.items():
            found[frame.worth_unknown(rule)] = worth
        return found

    def value(self, a="a0", b="b0", pay="0"):
        """Return the value of a package; what is left out keeps its status quo."""
        total = self.option[a] + self.option[b] + self.option[pay]
        return total + sum(
            worth for rule, worth in self.worth.items() if RULES[rule](a, b, int(pay))
        )


RULES = {
    "a == a1 and pay >= 2": lambda a, _, pay: a == "a1" and pay >= 2,
    "not b == b1 or a in (a1, a2)": lambda a, b, _: b != "b1" or a in {"a1", "a2"},
}
PACKAGES = [
    {"a": a, "b": b, "pay": pay}
    for a, b, pay in product(("a0", "a1", "a2"), ("b0", "b1"), map(str, range(5)))
]

SAID = {
    "importance: a > b": lambda r: r.swing["a"] > r.swing["b"],
    "importance: a >= b ~ pay": lambda r: r.swing["a"] >= r.swing["b"] == r.swing["pay"],
    "order: {a: a2 > a1 > a0}": lambda r: r.option["a2"] > r.option["a1"] > 0,
    "order: {a: a2 ~ a1 >= a0}": lambda r: r.option["a2"] == r.option["a1"],
    "indifferent: b": lambda r: r.swing["b"] == 0,
    "indifferent: [a, b]": lambda r: r.swing["a"] == r.swing["b"] == 0,
    "value: {a: {a1: 30..60}}": lambda r: (
        Fraction(3, 10) * r.swing["a"] <= r.option["a1"] <= Fraction(6, 10) * r.swing["a"]
    ),
    "value: {a: {a1: more than 50}}": lambda r: r.option["a1"] > r.swing["a"] / 2,
    "value: {a: {a1: 40}}": lambda r: r.option["a1"] == r.swing["a"] * Fraction(2, 5),
    "weight: {a: 30..50, b: less than 40}": lambda r: (
        30 <= r.swing["a"] <= 50 and r.swing["b"] < 40
    ),
    "no_deal: 30..45": lambda r: 30 <= r.no_deal <= 45,
    "no_deal: more than 30": lambda r: r.no_deal > 30,
    "compare: no deal > (a = a1, pay = 3)": lambda r: r.no_deal > r.value(a="a1", pay="3"),
    "compare: status quo >= no deal": lambda r: r.value() >= r.no_deal,
    "compare: (a = a2) ~ (b = b1)": lambda r: r.value(a="a2") == r.value(b="b1"),
    "compare: (a = a2) > (b = b1) >= (pay = 4)": lambda r: (
        r.value(a="a2") > r.value(b="b1") >= r.value(pay="4")
    ),
    "compare: (a = a2) > no deal\nby: 5..20": lambda r: 5 <= r.value(a="a2") - r.no_deal <= 20,
    "compare: (a = a2) > no deal\nby: more than 5": lambda r: r.value(a="a2") - r.no_deal > 5,
    "compare: whatever else (a = a2) > no deal": lambda r: all(
        r.value(**p) > r.no_deal for p in PACKAGES if p["a"] == "a2"
    ),
    "compare: no deal >= whatever else (b = b0, pay = 4)": lambda r: all(
        r.no_deal >= r.value(**p) for p in PACKAGES if (p["b"], p["pay"]) == ("b0", "4")
    ),
    "compare: whatever else (a = a2) >= whatever else (b = b0, pay = 4)": lambda r: all(
        r.value(**p) >= r.value(**q)
        for p in PACKAGES
        for q in PACKAGES
        if p["a"] == "a2" and (q["b"], q["pay"]) == ("b0", "4")
    ),
    "red_line: a == a2": lambda _: True,
}
"""Each statement with what it means, in terms of a reading."""


def group_of(preferences, statement):
    return next(
        (g for g in preferences.groups if g.origin is statement),
        None,
    )


@pytest.mark.parametrize("with_rules", [False, True], ids=["plain", "with rules"])
@pytest.mark.parametrize("text", sorted(SAID))
def test_a_statement_asserts_what_it_says(text, with_rules):
    rules = [f"rule: {rule}\nworth: -20..20" for rule in RULES] if with_rules else []
    case = case_of(ISSUES, [*ENDS, *rules, text])
    preferences = opinions_of(case)["P"].preferences
    rows = [
        row for g in preferences.groups if g.origin is preferences.statements[-1] for row in g.rows
    ]
    chance = random.Random(text)  # noqa: S311 - instances, not secrets
    seen = set()
    for _ in range(300):
        reading = Reading(chance, tuple(RULES) if with_rules else ())
        expected = bool(SAID[text](reading))
        assert all(row.holds(reading.point(preferences.frame)) for row in rows) == expected
        seen.add(expected)
    rare = "~" in text or "indifferent" in text or "a1: 40" in text or "whatever" in text
    assert seen == {True, False} or rare or text.startswith("red_line")


def test_every_kind_is_tried():
    elsewhere = {"rule", "scores", "priorities", "ranking", "less_is_better", "more_is_better"}
    assert {text.partition(":")[0] for text in SAID} | elsewhere == set(KINDS)


def test_the_scale_holds_at_every_value_function():
    case = case_of(ISSUES, ENDS)
    preferences = opinions_of(case)["P"].preferences
    chance = random.Random(1)  # noqa: S311 - instances, not secrets
    for _ in range(100):
        reading = Reading(chance)
        point = reading.point(preferences.frame)
        assert all(row.holds(point) for row in preferences.base)
        for package in PACKAGES:
            chosen = tuple(
                issue.position(package[issue.name]) for issue in preferences.frame.vocabulary.issues
            )
            assert preferences.frame.package(chosen).at(point) == reading.value(**package)
        point["swing", "a"] += 1
        assert not all(row.holds(point) for row in preferences.base)


def unstated(statements, *, issues=ISSUES):
    preferences = opinions_of(case_of(issues, statements))["P"].preferences
    return [one.what for one in preferences.unstated]


SCORES = "scores:\n  a: {a0: 0, a1: 5..10, a2: 20}\n  b: {b0: -4, b1: 3}\n  pay: 8 - 2*x"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (ENDS, ["no deal is worth at least 0 points", "no deal is worth at most 100 points"]),
        ((*ENDS, "no_deal: more than 30"), ["no deal is worth at most 100 points"]),
        ((*ENDS, "no_deal: 30..45"), []),
        (
            (*ENDS, "no_deal: 30..45", "rule: a == a1\nworth: more than 0"),
            ["the worth of 'a == a1' is worth at most 100 points"],
        ),
        ((SCORES,), ["no deal is worth at least -4 points", "no deal is worth at most 31 points"]),
        ((SCORES, "no_deal: 5"), []),
        ((*ENDS, "no_deal: more than 120"), ["no deal is worth at most 220 points"]),
    ],
)
def test_bounds_that_nobody_stated_are_named(statements, expected):
    assert unstated(statements) == expected


@pytest.mark.parametrize(
    "uncertain", ["no_deal: 30..45", "no_deal: 120..130", "no_deal: more than 500"]
)
def test_an_uncertain_bound_leaves_the_unstated_one_in_force(uncertain):
    """Without it a reading that does not impose the statement would have no bound."""
    opinion = opinions_of(case_of(ISSUES, [*ENDS, f"{uncertain}\nconfidence: low"]))["P"]
    assert len(opinion.preferences.unstated) == 2
    assert opinion.certain.consistent
    assert opinion.whole is not None


@pytest.mark.parametrize("text", ["no_deal: more than 120", "no_deal: less than -50",
                                  "rule: a == a1\nworth: more than 150"])  # fmt: skip
def test_an_unstated_bound_never_contradicts_a_single_statement(text):
    assert opinions_of(case_of(ISSUES, [*ENDS, text]))["P"].certain.consistent


@pytest.mark.parametrize("text", ["no_deal: less than 0", "no_deal: more than 0",
                                  "rule: b == b1\nworth: less than 0"])  # fmt: skip
def test_nor_does_it_where_only_rules_tell_packages_apart(text):
    flat = "scores: {a: {a0: 0, a1: 0, a2: 0}, b: {b0: 0, b1: 0}, pay: {0: 0, 4: 0}}"
    opinion = opinions_of(case_of(ISSUES, [flat, "rule: a == a1\nworth: 3", text]))["P"]
    assert opinion.certain.consistent
    assert opinion.whole is not None


@pytest.mark.parametrize(
    ("statements", "missing"),
    [
        (["order: {b: b1 > b0}", "more_is_better: pay"], [("a", ("best", "worst"))]),
        (["order: {a: a2 > a0}", "order: {b: b1 > b0}"], [("pay", ("best", "worst"))]),
        (["value: {a: {a0: 100}}", *ENDS[1:]], [("a", ("worst",))]),
        (["value: {a: {a0: 100, a1: 0}}", *ENDS[1:]], []),
        (["indifferent: [a, b]", ENDS[2]], []),
        ([*ENDS], []),
    ],
)
def test_missing_ends_are_named(statements, missing):
    opinion = opinions_of(case_of(ISSUES, statements))["P"]
    assert [(one.issue, one.ends) for one in opinion.preferences.missing] == missing
    assert opinion.answerable == (not missing)


@pytest.mark.parametrize("issue", ["a", "b", "pay"])
def test_the_line_to_add_does_add_what_is_missing(issue):
    said = {"a": ENDS[0], "b": ENDS[1], "pay": ENDS[2]}
    given = [text for name, text in said.items() if name != issue]
    found = opinions_of(case_of(ISSUES, given))["P"].preferences.missing
    line = found[0].hint.removeprefix("- ").partition(", the best first")[0]
    assert not opinions_of(case_of(ISSUES, [*given, line]))["P"].preferences.missing


def test_uncertain_statements_still_settle_best_and_worst():
    """What an uncertain order says between the ends is uncertain; its ends are not."""
    uncertain = "order: {a: a2 > a1 > a0}\nconfidence: low"
    opinion = opinions_of(case_of(ISSUES, [uncertain, *ENDS[1:]]))["P"]
    kept = [g for g in opinion.certain.groups if g.origin is opinion.preferences.statements[0]]
    assert [row.relation for g in kept for row in g.rows] == ["==", "=="]
    frame = opinion.preferences.frame
    middle = opinion.certain.range(frame.option(0, 1))
    assert (middle.low, middle.high) == (0, 100)


def test_an_uncertain_indifference_is_one_point_wide():
    opinion = opinions_of(case_of(ISSUES, [*ENDS, "importance: a ~ b\nconfidence: low"]))["P"]
    group = next(g for g in opinion.preferences.groups if not g.certain)
    frame = opinion.preferences.frame
    assert group.rows == (
        Row(linear=frame.swing(0) - frame.swing(1) + 1, relation=">="),
        Row(linear=frame.swing(1) - frame.swing(0) + 1, relation=">="),
    )


def test_between_two_values_of_a_numeric_issue_lies_a_straight_line():
    case = case_of(ISSUES, [*ENDS[:2], "value: {pay: {0: 0, 1: 80, 4: 100}}"])
    polytope = opinions_of(case)["P"].certain
    frame = polytope.preferences.frame
    assert frame.breakpoints[2] == (0, 1, 4)
    one = (
        frame.option(2, 3)
        - frame.option(2, 1) * Fraction(1, 3)
        - frame.option(2, 4) * Fraction(2, 3)
    )
    assert not one.terms
    assert polytope.range(frame.option(2, 3)).high == Fraction(100) * Fraction(28, 30)


def test_a_comparison_adds_no_point_to_the_line():
    case = case_of(ISSUES, [*ENDS, "compare: (pay = 2) > no deal"])
    assert opinions_of(case)["P"].preferences.frame.breakpoints[2] == (0, 4)


def test_scores_fix_options_and_keep_the_scale():
    opinion = opinions_of(case_of(ISSUES, [SCORES, "no_deal: 5"]))["P"]
    frame, polytope = opinion.preferences.frame, opinion.certain
    assert opinion.preferences.manner == "points"
    a1 = polytope.range(frame.option(0, 1))
    assert (a1.low, a1.high) == (5, 10)
    for level in range(5):
        pay = polytope.range(frame.option(2, level))
        assert pay.low == pay.high == 8 - 2 * level
    assert frame.swing(0) is not None
    with pytest.raises(CaseError):
        case_of(ISSUES, [SCORES, "weight: {a: 30}"])


def test_views_choose_among_statements():
    said = ["no_deal: 20", "no_deal: 30\nview: said", "no_deal: 40\nview: believed"]
    case = case_of(ISSUES, [*ENDS, *said[1:]])
    for view, expected in (("said", 30), ("believed", 40)):
        polytope = opinions_of(case, view)["P"].certain
        frame = polytope.preferences.frame
        assert polytope.range(frame.no_deal).low == expected
    both = opinions_of(case_of(ISSUES, [*ENDS, *said]), "said")["P"]
    assert both.contradictory
    assert not isinstance(both.preferences.groups[-1].origin, Unstated)
