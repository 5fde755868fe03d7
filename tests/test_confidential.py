"""What a party is handed does not depend on what is said of another: twin cases, twin sheets."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
from detente.answers.handout import Handout, handout
from detente.case import Case
from detente.confidential import public, seen_by
from tests.answers.cases import case_of, random_exact

MARK = "zq"
"""What every secret of the others holds, and nothing else does."""


def twin_of(case: Case, other: Case, keeps: str) -> Case:
    """Return a case in which everything said of all parties but one is that of another case."""
    kept = {s.party for s in case.statements} - {keeps}
    said = [s for s in case.statements if s.party == keeps]
    said += [s for s in other.statements if s.party in kept]
    return replace(case, statements=tuple(said))


def sheet(found: Handout, party: str) -> tuple[str, str, str]:
    files = found.files()
    return files[f"{party}.html"], files["general.html"], files["results.csv"]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_sheets_are_the_same_whatever_is_said_of_the_others(seed, change):
    exact = random_exact(seed, generous=True)
    case = exact.case()
    chance = random.Random(change)  # noqa: S311 - cases, not secrets
    players = tuple(
        replace(
            player,
            points=tuple(tuple(chance.randint(-9, 9) for _ in row) for row in player.points),
            no_deal=player.no_deal + chance.randint(-40, 40),
            red_lines=player.red_lines[1:],
            rules=(),
        )
        for player in exact.players
    )
    other = replace(exact, players=players).case()
    before = handout(case)
    for party in case.signatories:
        after = handout(twin_of(case, other, party.name))
        assert sheet(before, party.name) == sheet(after, party.name)


def secretive(view: str = "") -> Case:
    """Return a case in which everything private of each party holds a word of its own."""
    own = f"\nview: {view}" if view else ""

    def said(name: str) -> list[str]:
        mark = f"{MARK}{name}"
        return [
            f"order: {{a: a1 > a0}}\nnote: {mark} note\nbecause: s{name}#{mark}{own}",
            f"order: {{b: b1 > b0}}{own}",
            f"red_line: a == a0 and b == b1\nnote: {mark} line",
            f"no_deal: 2{name}.75\nnote: {mark} floor",
            f"order: {{b: b0 > b1}}\nview: other\nnote: {mark} wrong",
        ]

    more = "sources:\n" + "".join(f"  s{n}: {{title: {MARK}{n} source}}\n" for n in "123")
    more += (
        "note: Everybody reads this.\n"
        "proposals:\n  plan: {terms: {a: a1}, title: The plan, because: s1#zq1, note: zq1 plan}\n"
        "leverage:\n  - {by: P1, on: P2, title: zq1 push, shift: -3, because: s1#zq1}\n"
        "control:\n  P1: {a: any}\n"
        "commitments:\n"
        "  P1:\n    - {require: a == a1, title: zq1 promise, because: s1#zq1, note: zq1 why}\n"
        "  P2:\n    - {require: b == b1, title: zq2 promise}\n"
    )
    case = case_of(
        {"a": "a0 a1", "b": "b0 b1"},
        {f"P{n}": said(n) for n in "123"},
        more=more,
        affected=["P3"],
    )
    parties = tuple(replace(p, note=f"{MARK}{p.name[1:]} story") for p in case.parties)
    return replace(case, parties=parties)


@pytest.mark.parametrize("view", ["believed", "said"])
@pytest.mark.parametrize("party", ["P1", "P2"])
def test_nothing_private_of_another_party_is_left_in_the_case_or_the_sheet(party, view):
    case = secretive()
    others = {"P1", "P2", "P3"} - {party}
    seen = seen_by(case, party, view=view)
    page = handout(case, work=detente.Work(view=view)).files()[f"{party}.html"]
    assert f"2{party[1]}.75" in page
    assert {statement.party for statement in seen.statements} == {party}
    for text in (repr(seen), page):
        assert f"{MARK}{party[1]} note" in text
        assert f"{MARK}{party[1]} story" in text
        assert f"{MARK}{party[1]} promise" in text
        assert f"{MARK}{party[1]} source" not in text
        assert "wrong" not in text, "another's picture of the party is not its own"
        for other in others:
            assert f"{MARK}{other[1]}" not in text
            assert f"2{other[1]}.75" not in text
    assert not seen.sources
    assert set(seen.blocks) == {"commitments"}


def test_nothing_private_of_anybody_is_left_for_everybody():
    case = secretive()
    everybody = public(case)
    files = handout(case).files()
    for text in (repr(everybody), files["general.html"], files["results.csv"]):
        assert MARK not in text
    assert "Everybody reads this." in files["general.html"]
    assert "The plan" in files["general.html"]
    assert not everybody.statements
    assert not everybody.blocks


def test_another_view_keeps_to_itself():
    case = secretive(view="said")
    assert any(s.provenance.view == "said" for s in case.statements)
    assert "zq1 note" in repr(seen_by(case, "P1", view="said"))
    assert "zq1 note" not in repr(seen_by(case, "P1", view="believed"))


def test_parties_that_sign_nothing_get_no_sheet():
    files = handout(secretive()).files()
    assert list(files) == ["general.html", "P1.html", "P2.html", "debrief.html", "results.csv"]
    assert "is affected, and signs nothing" in " ".join(files["general.html"].split())


def test_catalogue_cases_keep_numbers_apart():
    case = detente.load("bill-and-jack")
    other = replace(
        case,
        statements=tuple(
            replace(s, worth=replace(s.worth, low=s.worth.low - 2, high=s.worth.high - 2))
            if s.KEY == "no_deal" and s.party == "jack"
            else s
            for s in case.statements
        ),
    )
    assert other != case
    assert sheet(handout(case), "bill") == sheet(handout(other), "bill")
    assert sheet(handout(case), "jack")[0] != sheet(handout(other), "jack")[0]
