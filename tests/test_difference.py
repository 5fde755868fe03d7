"""What changed in a case: found exactly, whatever the order in which a file lists things."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.blocks.graph import GraphState
from detente.case import Case
from detente.catalog import load, names
from detente.difference import Change, difference_of
from detente.formats import loads
from detente.grammar import parse_condition
from detente.pairing import meaning, says, statement_pairs
from detente.particulars import spelled
from detente.statements import Statement
from tests.answers.cases import EASY, ENDS, ISSUES, case_of

POOL = (
    ("order a", "order: {a: a1 > a0}"),
    ("order a", "order: {a: a0 > a1}"),
    ("order b", "order: {b: b1 > b0}"),
    ("order ab", "order: {a: a1 > a0, b: b1 > b0}"),
    ("importance", "importance: a > b"),
    ("importance", "importance: b > a"),
    ("weight a", "weight: {a: 20..40}"),
    ("weight a", "weight: {a: 30..40}"),
    ("value b", "value: {b: {b1: 100}}"),
    ("indifferent a", "indifferent: a"),
    ("compare a", "compare: no deal > (a = a1)"),
    ("compare a", "compare: (a = a1) > no deal"),
    ("compare a", "compare: (a = a1) > no deal\nby: 5..10"),
    ("compare b", "compare: no deal > (b = b1)"),
    ("rule a", "rule: a == a1\nworth: more than 0"),
    ("rule a", "rule: a == a1\nworth: 5"),
    ("rule b", "rule: b == b1\nworth: 5"),
    ("red a", "red_line: a == a1"),
    ("red a", "red_line: a == a0"),
    ("red ab", "red_line: a == a1 and b == b1"),
    ("no deal", "no_deal: 30..45"),
    ("no deal", "no_deal: 20"),
)
"""Statements, each with a word for what it speaks of, written down by hand."""
BASES = ("", "\nbecause: s#1", "\nbecause: [s#2, s#1]\nconfidence: low", "\nnote: Judgement.")
SOURCES = "sources: {s: A source}\n"

texts = st.builds(lambda one, base: one[1] + base, st.sampled_from(POOL), st.sampled_from(BASES))
some = st.lists(texts, max_size=7)


def stated(p: Sequence[str], q: Sequence[str] = ()) -> Case:
    parties = {"P": [*p, "no_deal: 0\nview: nobody"], "Q": [*q, "no_deal: 0\nview: nobody"]}
    return case_of(ISSUES, parties, more=SOURCES)


def of_statements(old: Case, new: Case) -> tuple[Change, ...]:
    return difference_of(old, new).of("statement")


def subject_of(statement: Statement) -> tuple[str, str]:
    """Return party and subject of a statement by its text in the pool."""
    for subject, text in POOL:
        lone = case_of(ISSUES, {statement.party: [text], "Z": EASY})
        if says(lone.statements[0]) == says(statement):
            return statement.party, subject
    raise AssertionError(statement)


# --- statements ----------------------------------------------------------------------------------


@given(some, some, some, some)
def test_added_removed_and_changed_are_the_difference_of_multisets(old_p, old_q, new_p, new_q):
    old, new = stated(old_p, old_q), stated(new_p, new_q)
    changes = of_statements(old, new)
    before, after = Counter(old.statements), Counter(new.statements)
    assert Counter(c.old for c in changes if c.old is not None) == before - after
    assert Counter(c.new for c in changes if c.new is not None) == after - before
    for change in changes:
        assert change.kind == kind_of(old, new, change)


def kind_of(old: Case, new: Case, change: Change) -> str:
    """Return the kind of a change, judged by the sentences."""
    if change.old is None or change.new is None:
        return "added" if change.old is None else "removed"
    sentences = [change.old.sentence(old.vocabulary), change.new.sentence(new.vocabulary)]
    return "basis" if sentences[0] == sentences[1] else "changed"


@given(some, some)
def test_no_two_that_could_be_paired_are_left_over(old_p, new_p):
    old, new = stated(old_p), stated(new_p)
    changes = of_statements(old, new)
    gone = {subject_of(c.old) for c in changes if c.kind == "removed"}
    come = {subject_of(c.new) for c in changes if c.kind == "added"}
    assert not gone & come
    for change in changes:
        if change.kind == "changed":
            assert subject_of(change.old) == subject_of(change.new)


@given(some, some)
def test_as_many_as_can_be_are_told_to_say_the_same(old_p, new_p):
    old, new = stated(old_p), stated(new_p)
    same = Counter(s.sentence(old.vocabulary) for s in old.statements)
    same &= Counter(s.sentence(new.vocabulary) for s in new.statements)
    equal = Counter(old.statements) & Counter(new.statements)
    told = [c for c in of_statements(old, new) if c.kind == "basis"]
    assert len(told) == same.total() - equal.total()


@given(some, some, st.integers(0, 99))
def test_the_order_of_statements_does_not_matter(old_p, new_p, seed):
    old, new = stated(old_p), stated(new_p)
    mixed = list(new.statements)
    random.Random(seed).shuffle(mixed)  # noqa: S311 - an order, no secret
    turned = replace(new, statements=tuple(mixed))
    assert not difference_of(new, turned).changes
    kinds = Counter(change.kind for change in of_statements(old, new))
    assert Counter(change.kind for change in of_statements(old, turned)) == kinds


@given(some, some)
def test_backwards_in_time_is_the_mirror_image(old_p, new_p):
    old, new = stated(old_p), stated(new_p)
    there, back = of_statements(old, new), of_statements(new, old)
    mirrored = {"added": "removed", "removed": "added", "changed": "changed", "basis": "basis"}
    assert Counter(mirrored[c.kind] for c in there) == Counter(c.kind for c in back)


def turned(entries):
    states = tuple(entry for entry in entries if isinstance(entry, GraphState))
    return (*states, *(entry for entry in entries[::-1] if entry not in states))


@pytest.mark.parametrize("name", names())
def test_a_case_does_not_differ_from_itself(name):
    """The order of states that are written out matters: they are the packages of the case."""
    case = load(name)
    assert not difference_of(case, load(name)).changes
    backwards = replace(
        case,
        parties=case.parties[::-1],
        sources=case.sources[::-1],
        proposals=case.proposals[::-1],
        constraints=case.constraints[::-1],
        statements=case.statements[::-1],
        blocks={key: turned(entries) for key, entries in reversed(case.blocks.items())},
    )
    assert not difference_of(case, backwards).changes


def test_blanks_and_lines_are_no_difference():
    one = case_of(ISSUES, {"P": ["red_line: a == a1 and b == b1", "no_deal: 2.50"], "Q": EASY})
    other = case_of(
        ISSUES, {"P": ["no_deal: 5/2", "red_line: (a   ==  a1) and b == b1"], "Q": EASY}
    )
    assert not difference_of(one, other).changes


def test_rules_with_other_words_speak_of_other_worths():
    one = case_of(ISSUES, {"P": ["rule: a == a1\nworth: 5"], "Q": EASY})
    other = case_of(ISSUES, {"P": ["rule: (a == a1)\nworth: 5"], "Q": EASY})
    assert [c.kind for c in of_statements(one, other)] == ["added", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rumour(Statement):
    KEY: ClassVar[str] = "rumour"

    text: str


def test_a_kind_of_which_no_subject_is_known_is_paired_by_what_it_says_only():
    old, new = Rumour(party="P", text="a"), Rumour(party="P", text="b")
    assert len(statement_pairs([old], [old])) == 1
    assert len(statement_pairs([old], [new])) == 2


def test_what_is_said_of_another_party_is_another_statement():
    one, other = stated(["no_deal: 1"]), stated([], ["no_deal: 1"])
    assert {(c.kind, c.party) for c in of_statements(one, other)} == {
        ("removed", "P"),
        ("added", "Q"),
    }


def test_views_are_kept_apart():
    one = stated(["no_deal: 1\nview: said", "no_deal: 2\nview: believed"])
    other = stated(["no_deal: 2\nview: believed", "no_deal: 3\nview: said"])
    (change,) = of_statements(one, other)
    assert (change.kind, change.old.provenance.view) == ("changed", "said")
    assert not change.bears("believed")
    assert change.bears("said")


@pytest.mark.parametrize(
    ("before", "after", "detail", "bears"),
    [
        ("", "\nbecause: s#1", ("because", "", "s#1"), False),
        ("\nbecause: s#1", "", ("because", "s#1", ""), False),
        ("\nconfidence: medium", "\nconfidence: high", ("confidence", "medium", "high"), True),
        ("", "\nnote: Why.", ("note", "", "Why."), False),
        ("\nview: said", "", ("view", "said", ""), True),
    ],
)
def test_what_a_statement_rests_on_is_told_apart(before, after, detail, bears):
    (change,) = of_statements(stated([f"no_deal: 4{before}"]), stated([f"no_deal: 4{after}"]))
    (found,) = change.details
    assert (change.kind, (found.key, found.old, found.new)) == ("basis", detail)
    assert change.bears("believed") == bears


def test_a_direction_that_turns_is_one_change():
    text = (
        "detente: 1\ntitle: T\nparties: {P: P}\n"
        "issues:\n  pay: {range: 0..4, step: 1, status_quo: 0}\n"
        "preferences:\n  P:\n    - more_is_better: pay\n"
    )
    (change,) = of_statements(loads(text), loads(text.replace("more_is", "less_is")))
    assert change.kind == "changed"


# --- everything else -----------------------------------------------------------------------------

WHOLE = """detente: 1
title: Talks
as_of: 2026-01-01
sources: {s: A source, t: Another}
parties:
  P: First
  Q: {name: Second, signatory: false}
  R: Third
issues:
  a: {options: [a0, a1, a2], status_quo: a0}
  b: {options: [b0, b1], status_quo: b0}
  pay: {range: 0..4, step: 1, status_quo: 0}
constraints:
  - require: a != a1 or b == b1
    because: s#1
  - require: pay <= 3
proposals:
  draft: {a: a1, b: b1}
  other: {pay: 2}
preferences:
  P:
    - compare: draft > no deal
leverage:
  - {by: P, on: R, title: threat, shift: -10}
time: {unit: week}
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("title: Talks", "title: More talks", ["case changed title title"]),
        ("as_of: 2026-01-01", "as_of: 2026-01-08", ["case changed as_of as_of"]),
        (", t: Another", "", ["source removed t"]),
        ("t: Another", "t: A third", ["source changed t title"]),
        ("P: First", "P: The first", ["party changed P title"]),
        ("signatory: false", "signatory: true", ["party changed Q signatory"]),
        ("  R: Third", "  R: Third\n  S: Fourth", ["party added S"]),
        ("a1, a2]", "a1, a3]", ["issue changed a option", "issue changed a option"]),
        (
            "status_quo: b0",
            "status_quo: b1",
            ["issue changed b status_quo", "proposal changed other b"],
        ),
        ("0..4, step: 1", "0..6, step: 2", ["issue changed pay range"]),
        ("because: s#1", "because: s#2", ["constraint basis because"]),
        ("pay <= 3", "pay <= 2", ["constraint changed require"]),
        ("  - require: pay <= 3\n", "", ["constraint removed"]),
        ("  other: {pay: 2}\n", "", ["proposal removed other"]),
        ("other: {pay: 2}", "other: {pay: 3}", ["proposal changed other pay"]),
        ("other: {pay: 2}", "other: {pay: 2, a: a0}", []),
        ("shift: -10", "shift: -5", ["leverage changed shift"]),
        ("title: threat", "title: other", ["leverage added", "leverage removed"]),
        ("unit: week", "unit: month", ["time changed unit"]),
        ("time: {unit: week}\n", "", ["time removed"]),
    ],
)
def test_each_part_of_a_case_is_told(old, new, told):
    assert WHOLE.count(old) == 1
    changes = difference_of(loads(WHOLE), loads(WHOLE.replace(old, new))).changes
    found = [
        " ".join(filter(None, (c.what, c.kind, c.name, key)))
        for c in changes
        for key in ([d.key for d in c.details] or [""])
    ]
    assert found == told


def test_numbers_that_become_mere_options():
    before = WHOLE.replace("  - require: pay <= 3\n", "")
    after = before.replace("{range: 0..4, step: 1,", "{options: [0, 1, 2, 3, 4, none],")
    (change,) = difference_of(loads(before), loads(after)).changes
    assert [(d.key, d.old, d.new) for d in change.details] == [
        ("numeric", "yes", "no"),
        ("option", "", "none"),
    ]


def test_the_other_packages_follow_from_the_status_quo():
    new = loads(WHOLE.replace("a2], status_quo: a0", "a2], status_quo: a2"))
    difference = difference_of(loads(WHOLE), new)
    assert not difference.same_issues
    assert difference.resettled == {"other"}
    assert difference.restated("believed") == {"P", "Q", "R"}


def test_a_statement_speaks_of_what_its_proposal_means():
    new = loads(WHOLE.replace("draft: {a: a1, b: b1}", "draft: {a: a2}"))
    difference = difference_of(loads(WHOLE), new)
    assert difference.resettled == {"draft"}
    assert not difference.of("statement")
    assert difference.restated("believed") == {"P"}


def test_an_issue_of_the_same_options_may_have_been_renamed():
    text = WHOLE.replace("b == b1", "bee == b1").replace(" b: ", " bee: ")
    difference = difference_of(loads(WHOLE), loads(text))
    assert difference.perhaps_renamed == (("b", "bee"),)
    assert [(c.kind, c.name) for c in difference.of("issue")] == [
        ("added", "bee"),
        ("removed", "b"),
    ]


def test_parts_of_entries_are_held_against_each_other_by_what_they_mean():
    assert meaning({"a": 1, "b": (2,)}) == meaning({"b": [2], "a": 1})
    assert meaning({"a": 1}) != meaning({"a": 2})
    assert spelled([Fraction(1, 2), parse_condition("a  == b")]) == "0.5, a == b"


def test_only_restated_parties_are_named():
    old = case_of(ISSUES, {"P": [*ENDS, "no_deal: 30"], "Q": EASY})
    new = case_of(ISSUES, {"P": [*ENDS, "no_deal: 40"], "Q": EASY})
    assert difference_of(old, new).restated("believed") == {"P"}
