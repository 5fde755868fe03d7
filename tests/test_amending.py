"""A case file edited in place: one entry changes, and every other byte stays."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from detente.amending import (
    Add,
    Edit,
    EntryChangedError,
    Move,
    RefusedEditError,
    Remove,
    Rename,
    Replace,
    SetFields,
    add_proposal,
    amend,
    as_typed,
    seen_at,
    typed,
)
from detente.catalog import names, path_of
from detente.errors import CaseError, UnknownNameError
from detente.formats import loads
from detente.spans import spans

TEXTS = {name: path_of(name).read_text("utf-8") for name in names()}
HARBOUR, UKRAINE = TEXTS["harbour"], TEXTS["ukraine-2025"]
NAMED = ("sources", "parties", "issues", "proposals")
HOSTILE = [
    "a: b", "no", "~", "{x", "[x]", "'tis", 'say "no"', "# not a comment", "a # b", "a #b", "- a",
    "* all", "&x", "!x", "%x", "@x", "`x`", "? x", "| x", "> x", "1.50", "0x10", "2026-03-01",
    "null", "ünïcode – „x“", "日本", "a\nb", "a\n\n  b: c\n# d", "x:", ":x", ", x", "a, b}", "\\n",
    "---",
]  # fmt: skip
words = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40),
)


def tree(text: str) -> Any:
    """What a text holds, read by PyYAML alone."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - texts only


def entries(text: str) -> list[str]:
    """The places of all entries that can be edited: named ones, and items of lists."""
    found = []
    for place in spans(text).root.all():
        in_part = len(place.steps) == 2 and place.steps[0] in {*NAMED, "constraints", "leverage"}
        stated = len(place.steps) == 3 and place.steps[0] == "preferences"
        if in_part or stated:
            found.append(place.path)
    return found


def comments(text: str) -> Counter[str]:
    return Counter(re.findall(r"(?m)(?:^|\s)(#.*)$", text))


def lines_kept(before: str, after: str, at: str) -> bool:
    """Whether all lines above and below an entry are as they were."""
    place = spans(before).at(at)
    old = before.split("\n")
    first, last = before[: place.first].count("\n"), before[: place.last].count("\n")
    new = after.split("\n")
    below = old[last + 1 :]
    return new[:first] == old[:first] and new[len(new) - len(below) :] == below


@st.composite
def entry(draw: st.DrawFn) -> tuple[str, str]:
    text = TEXTS[draw(st.sampled_from(sorted(TEXTS)))]
    return text, draw(st.sampled_from(entries(text)))


@settings(max_examples=30, deadline=None)
@given(entry(), words)
def test_a_note_is_written_and_nothing_else_changes(where: tuple[str, str], note: str) -> None:
    text, at = where
    bare = at.startswith("proposals.") and "terms" not in (tree(text)["proposals"][at[10:]])
    assume(not bare)
    after = amend(text, SetFields(at=at, fields={"note": note}))
    assert lines_kept(text, after.text, at)
    place = spans(after.text).at(at)
    held = place.part("note")
    assert held is not None
    assert held.text == note
    expected = tree(text)
    outer = expected
    for step in place.steps[:-1]:
        outer = outer[step]
    last = place.steps[-1]
    if isinstance(outer[last], str):
        outer[last] = {"title" if place.steps[0] == "sources" else "name": outer[last]}
    outer[last]["note"] = note
    assert tree(after.text) == expected
    assert comments(text) <= comments(after.text)


@settings(max_examples=30, deadline=None)
@given(entry())
def test_an_entry_that_is_removed_takes_only_its_own_lines(where: tuple[str, str]) -> None:
    text, at = where
    try:
        after = amend(text, Remove(at=at))
    except RefusedEditError:
        return
    expected = tree(text)
    steps = spans(text).at(at).steps
    for upto in range(len(steps) - 1, -1, -1):
        outer = expected
        for step in steps[:upto]:
            outer = outer[step]
        del outer[steps[upto]]
        if outer:
            break
    assert tree(after.text) == expected
    remaining = iter(text.split("\n"))
    assert all(line in remaining for line in after.text.split("\n"))


@settings(max_examples=30, deadline=None)
@given(entry(), st.integers(0, 8))
def test_an_entry_that_is_moved_there_and_back_leaves_the_same_bytes(
    where: tuple[str, str], to: int
) -> None:
    text, at = where
    found = spans(text)
    place = found.at(at)
    number = found.around(place).parts.index(place)
    there = amend(text, Move(at=at, to=to))
    assert sorted(there.text.split("\n")) == sorted(text.split("\n"))
    back = amend(there.text, Move(at=there.at, to=number))
    assert back.text == text
    assert back.at == at


ADDED: list[Edit] = [
    Add(part="parties", name="newcomer", value="A newcomer: late"),
    Add(part="parties", name="newcomer", value={"name": "N", "signatory": "no", "note": "no"}),
    Add(part="sources", name="memo", value={"title": "A memo", "date": "2026-03", "note": "a\nb"}),
    add_proposal("nothing", {}),
    add_proposal("nothing", {}, title="Nothing at all"),
]


@pytest.mark.parametrize("k", range(len(TEXTS)))
def test_what_is_added_and_removed_again_leaves_the_same_bytes(k: int) -> None:
    text = TEXTS[sorted(TEXTS)[k]].rstrip("\n") + ("", "\n", "\n\n# the end\n")[k % 3]
    for edit in (ADDED[k % 5], ADDED[-1 - k % 4]):
        after = amend(text, edit)
        assert amend(after.text, Remove(at=after.at)).text == text
        windows = text.replace("\n", "\r\n")
        crlf = amend(windows, edit)
        assert crlf.text == after.text.replace("\n", "\r\n")
        assert amend(crlf.text, Remove(at=crlf.at)).text == windows


def test_a_proposal_is_added_from_a_package() -> None:
    edit = add_proposal("april_draft", {"shifts": "none", "pay": "3"}, title="April: draft")
    case = amend(HARBOUR, edit).case
    added = case.proposals[-1]
    assert (added.name, added.title) == ("april_draft", "April: draft")
    assert case.vocabulary.named(case.vocabulary.proposals["april_draft"]) == {
        "shifts": "none",
        "pay": "3",
        "cranes": "no",
    }
    before = loads(HARBOUR)
    assert case.proposals[:-1] == before.proposals
    assert case.statements == before.statements


def test_parts_that_a_case_does_not_have_are_made_in_their_place() -> None:
    bare = re.sub(r"(?ms)^(constraints|proposals|leverage):.*?(?=^\w|\Z)", "", HARBOUR)
    bare = re.sub(r"(?ms)^  city:\n    - order.*", "", bare)
    text = amend(bare, Add(part="constraints", value={"require": "pay >= 1"})).text
    text = amend(text, add_proposal("one", {"pay": "2"})).text
    text = amend(text, Add(part="preferences.city", value=typed("indifferent: pay"))).text
    text = amend(text, Add(part="", name="time", value={"unit": "month"})).text
    keys = list(tree(text))
    assert keys[-4:] == ["constraints", "proposals", "preferences", "time"]
    assert list(tree(text)["preferences"]) == ["union", "port", "city"]


def test_a_statement_is_stored_as_it_was_typed() -> None:
    body = "rule: cranes == pilot and   pay >= 4\nworth: 3..4"
    after = amend(
        HARBOUR, Add(part="preferences.union", value={**typed(body), "because": "press12#3"})
    )
    assert after.at == "preferences.union[8]"
    shown = (
        "    - rule: cranes == pilot and   pay >= 4\n      worth: 3..4\n      because: press12#3\n"
    )
    assert shown in after.text
    spread = "order:\n  shifts: none > voluntary > required  # as ever"
    again = amend(HARBOUR, SetFields(at="preferences.union[0]", fields=typed(spread)))
    assert "    - order:\n        shifts: none > voluntary > required\n      because" in again.text
    assert again.case == loads(HARBOUR)


def test_comments_stay_where_a_value_changes_in_their_line() -> None:
    text = HARBOUR.replace("    - no_deal: 30..45", "    - no_deal: 30..45  # a guess")
    after = amend(text, SetFields(at="preferences.union[7]", fields={"no_deal": "20..45"}))
    assert "    - no_deal: 20..45  # a guess\n" in after.text


@settings(max_examples=40, deadline=None)
@given(words, words)
def test_hostile_texts_are_read_back_as_they_were_given(title: str, note: str) -> None:
    after = amend(HARBOUR, SetFields(at="", fields={"title": title, "note": note})).case
    assert (after.title, after.note) == (title, note)
    for value in ({"title": title, "note": note}, title):
        source = amend(HARBOUR, Add(part="sources", name="x", value=value)).case.sources[-1]
        assert source.title == title
    flow = amend(HARBOUR, SetFields(at="sources.press12", fields={"title": title}))
    assert flow.case.sources[0].title == title


def test_titles_in_braces_stay_in_braces() -> None:
    after = amend(HARBOUR, SetFields(at="sources.press12", fields={"note": "a, b"}))
    line = "  press12: {title: Union conference report, date: 2026-02-11, note: 'a, b'}"
    assert line in after.text.split("\n")


@pytest.mark.parametrize(
    ("text", "at", "to"),
    [
        (HARBOUR, "parties.union", "dockers"),
        (HARBOUR, "issues.shifts", "night_work"),
        (HARBOUR, "issues.cranes.options[0]", "unchanged"),
        (HARBOUR, "sources.press12", "p12"),
        (UKRAINE, "parties.russia", "moscow"),
        (UKRAINE, "issues.eu_membership", "membership"),
        (UKRAINE, "issues.forces.options[0]", "nobody"),
        (UKRAINE, "proposals.april_plan", "istanbul"),
    ],
)
def test_a_name_is_followed_wherever_it_is_spoken_of(text: str, at: str, to: str) -> None:
    after = amend(text, Rename(at=at, to=to))
    old = spans(text).at(at)
    name = old.text if old.key is None else old.name
    assert len(after.text.split("\n")) == len(text.split("\n"))
    back = amend(after.text, Rename(at=after.at, to=name))
    assert back.text == text
    counts = [len(case.statements) for case in (after.case, loads(text))]
    assert counts[0] == counts[1]


def test_an_option_is_told_from_one_of_the_same_name_in_another_issue() -> None:
    text = HARBOUR.replace("[no, pilot, full]", "[none, pilot, full]").replace(
        "status_quo: no\n", "status_quo: none\n"
    )
    text = text.replace("cranes: no", "cranes: none").replace("{no: 0", "{none: 0")
    text = text.replace("> no}", "> none}")
    text += "commitments:\n  port:\n    - require: shifts == none or cranes == none\n"
    after = amend(text, Rename(at="issues.cranes.options[0]", to="zero"))
    assert "require: shifts == none or cranes == zero" in after.text
    assert "order: {shifts: none > voluntary" in after.text


def test_names_that_are_no_names_are_refused() -> None:
    for to in ("a: b", "", "2nd", "port", "no deal"):
        with pytest.raises(CaseError):
            amend(HARBOUR, Rename(at="parties.union", to=to))


def test_what_is_spoken_of_is_not_removed_and_the_places_are_told() -> None:
    with pytest.raises(RefusedEditError) as refused:
        amend(HARBOUR, Remove(at="sources.press12"))
    found = spans(HARBOUR)
    cited = {
        place.path.partition(".because")[0]
        for place in found.root.all()
        if place.kind == "text" and place.text.startswith("press12#")
    }
    assert {fault.path.partition(".because")[0] for fault in refused.value.faults} == cited
    for fault in refused.value.faults:
        assert fault.line == HARBOUR[: found.at(fault.path).first].count("\n") + 1


def test_a_party_goes_with_what_is_said_of_it() -> None:
    after = amend(HARBOUR, Remove(at="parties.city", also=("preferences.city",)))
    assert "city:" not in after.text
    assert [party.name for party in after.case.parties] == ["union", "port"]


def test_an_edit_that_would_leave_no_sound_case_changes_nothing() -> None:
    faulty = SetFields(at="preferences.union[3]", fields=typed("importance: shifts > crane"))
    with pytest.raises(RefusedEditError, match=r"line 0|no such issue: 'crane'"):
        amend(HARBOUR, faulty)


def test_an_entry_that_somebody_else_changed_is_not_overwritten() -> None:
    at = "preferences.union[3]"
    seen = seen_at(HARBOUR, at)
    other = amend(HARBOUR, SetFields(at=at, fields={"confidence": "low"})).text
    with pytest.raises(EntryChangedError) as changed:
        amend(other, SetFields(at=at, fields={"note": "x"}, seen=seen))
    assert "confidence: low" in str(changed.value.now)
    beside = amend(HARBOUR, SetFields(at="preferences.union[2]", fields={"note": "x"})).text
    assert (
        amend(beside, SetFields(at=at, fields={"note": "y"}, seen=seen)).text.count("note: ") == 6
    )


def test_an_entry_is_found_where_it_has_moved_to() -> None:
    at = "preferences.union[3]"
    seen = seen_at(HARBOUR, at)
    other = amend(HARBOUR, Remove(at="preferences.union[0]"))
    after = amend(other.text, SetFields(at=at, fields={"note": "found"}, seen=seen))
    assert after.at == "preferences.union[2]"
    gone = amend(HARBOUR, Remove(at=at)).text
    with pytest.raises(EntryChangedError):
        amend(gone, Remove(at=at, seen=seen))


def test_other_blocks_are_written_as_text() -> None:
    body = "by: port\non: city\n# a comment of ours\nshift: 3"
    after = amend(HARBOUR, Replace(at="leverage[0]", value=as_typed(body)))
    assert "  - by: port\n    on: city\n    # a comment of ours\n    shift: 3\n" in after.text
    whole = amend(
        HARBOUR, Replace(at="leverage", value=as_typed("- by: union\n  on: port\n  shift: 2"))
    )
    assert whole.text.endswith("leverage:\n  - by: union\n    on: port\n    shift: 2\n")
    assert len(whole.case.blocks["leverage"]) == 1


def test_a_name_that_is_there_already_and_a_place_that_is_not_are_told() -> None:
    with pytest.raises(RefusedEditError, match="is there already"):
        amend(HARBOUR, Add(part="parties", name="port", value="Port"))
    with pytest.raises(UnknownNameError):
        amend(HARBOUR, Remove(at="parties.nobody"))


def test_typed_text_that_is_none_is_told_with_its_line() -> None:
    for body in ("hello", "", "a: [", "a: 1\na: 2", "a: &x 1"):
        with pytest.raises(CaseError):
            typed(body)


def test_a_case_in_braces_can_be_edited() -> None:
    text = (
        "{detente: 1, title: T, parties: {a: A, b: B}, issues: "
        "{x: {options: [p, q], status_quo: p}}, preferences: {"
        "a: [{order: {x: p > q}}], b: [{order: {x: q > p}}]}}\n"
    )
    after = amend(text, Add(part="preferences.a", value=typed("no_deal: 30")))
    after = amend(after.text, SetFields(at="parties.b", fields={"note": "x, y"}))
    after = amend(after.text, Move(at="preferences.a[1]", to=0))
    assert "a: [{no_deal: 30}, {order: {x: p > q}}]" in after.text
    assert after.case.party("b").note == "x, y"
    assert "no_deal" not in amend(after.text, Remove(at="preferences.a[0]")).text
