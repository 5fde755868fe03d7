"""The digest of a changed case: the answers of both, and which change made them change."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from detente import cli
from detente.analysis import Analysis
from detente.answers.compare import compare
from detente.answers.diff import Changes, diff
from detente.answers.settle import settle
from detente.case import Case
from detente.catalog import load
from detente.consequences import visible
from detente.difference import is_older
from detente.errors import LimitError, UnanswerableError
from detente.formats import loads
from detente.table import Share
from detente.telling.digest import MOST_SENTENCES
from detente.work import Work
from tests.answers.cases import (
    EASY,
    ENDS,
    ISSUES,
    Exact,
    Player,
    case_of,
    random_exact,
    scores,
    words,
)
from tests.conftest import ROOT
from tests.test_contract import documented, fits, is_number, is_statement

P = scores(a={"a0": 0, "a1": 10}, b={"b0": 0, "b1": 10})
PROPOSED = "proposals:\n  p: {a: a1}\n"


def exact(*statements: str, more: str = PROPOSED, other: Sequence[str] = EASY) -> Case:
    return case_of(ISSUES, {"P": [P, *statements], "Q": other}, more=more)


def edited(name: str, *edits: tuple[str, str]) -> Case:
    """Return a catalogue case with some of its text replaced."""
    folder = ROOT / "detente" / "catalog"
    text = next(folder.rglob(f"{name}.yaml")).read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return loads(text)


@cache
def harbour() -> Changes:
    new = edited(
        "harbour",
        ("as_of: 2026-03-01", "as_of: 2026-03-08"),
        ("- no_deal: 30..45", "- no_deal: 45..60"),
        (" - no_deal: 38\n      because: sheet4#2", " - no_deal: 38"),
        (
            "  union_opening:",
            "  april_draft: {shifts: voluntary, pay: 5, cranes: pilot}\n  union_opening:",
        ),
    )
    return diff(load("harbour"), new)


def because(answer: Changes, **wanted: Any) -> tuple[str, list[str]]:
    """Return finding and texts of the changes behind one answer."""
    data = answer.data()
    (found,) = [
        one for one in data["because"] if all(one[key] == value for key, value in wanted.items())
    ]
    texts = [data["changes"][k]["new"] or data["changes"][k]["old"] for k in found["changes"]]
    return found["finding"], texts


def changed(answer: Changes) -> set[tuple[str, str]]:
    return {(one.proposal, one.party) for one in answer.consequences.outcomes if one.changed}


# --- nothing changed -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["harbour", "bill-and-jack"])
def test_a_case_and_itself(name):
    answer = diff(load(name), load(name))
    assert words(answer).endswith("✓ Nothing changed: both files say the same.")
    data = answer.data()
    assert data["changes"] == data["because"] == data["red_lines"] == []
    assert not any(one["changed"] for p in data["answers"].values() for one in p.values())
    assert not data["zone"]["changed"]
    assert not data["recommended"]["changed"]


def test_order_alone_changes_no_answer():
    case = load("harbour")
    turned = replace(case, statements=case.statements[::-1], parties=case.parties[::-1])
    assert not diff(case, turned).difference.changes


def test_what_only_rests_on_other_sources_changes_no_answer():
    old = exact("no_deal: 5", more=PROPOSED + "sources: {s: A source}\n")
    new = exact("no_deal: 5\nbecause: s#1", more=PROPOSED + "sources: {s: A source}\n")
    answer = diff(old, new)
    assert not changed(answer)
    assert (
        "one statement about Party P gained a source. No proposal is visibly more or less"
        in words(answer)
    )
    assert answer.data()["because"] == []


# --- the answers are those of the other commands -------------------------------------------------


@pytest.mark.parametrize("seed", [0, 7])
def test_shares_are_those_of_compare_and_settle(seed):
    old, new, work = load("harbour"), harbour().new, Work(seed=seed)
    data = diff(old, new, work=work).data()
    for side, case in (("old", old), ("new", new)):
        alone = compare(case, work=work).data()["proposals"]
        for name, parties in data["answers"].items():
            for party, told in parties.items():
                assert told[side]["share"] == alone[name]["shares"][party]
                if party != "all":
                    assert told[side]["verdict"] == alone[name]["verdicts"][party]
        settled = settle(case, work=work).data()
        assert data["zone"][side]["share"] == settled["zone"]["share"]
        nash = settled["solutions"]["nash"]
        assert data["recommended"][side]["package"] == nash["packages"][0]
        assert data["recommended"][side]["share"] == nash["share"]
    fresh = compare(new, work=work).data()["proposals"]["april_draft"]
    assert {n: one["share"] for n, one in data["fresh"]["april_draft"].items()} == fresh["shares"]


def test_only_answers_that_a_change_touches_have_changed():
    assert {party for _, party in changed(harbour())} == {"union", "all"}
    assert ("march_draft", "union") in changed(harbour())


def test_a_share_changes_by_more_than_the_drawing_does():
    assert visible(Share(value=0.5, error=0.003), Share(value=0.511, error=0.003))
    assert not visible(Share(value=0.5, error=0.003), Share(value=0.508, error=0))
    assert not visible(Share(value=0.5, error=0.003), Share(value=0.509, error=0.0001))
    assert not visible(Share(value=0.5, error=0.03), Share(value=0.58, error=0.03))
    assert not visible(None, Share(value=0.5))


# --- which change did it -------------------------------------------------------------------------


def test_the_only_change_did_it():
    answer = diff(exact("no_deal: 15"), exact("no_deal: 8"))
    assert changed(answer) == {("p", "P"), ("p", "all")}
    told = answer.data()["answers"]["p"]["P"]
    assert (told["old"]["verdict"], told["new"]["verdict"]) == ("none", "every")
    assert because(answer, proposal="p", party="P") == (
        "alone",
        ["values no deal at 8 points"],
    )
    assert (
        "P: all signatories now accept it in every reading, before in no reading, mainly because "
        "Party P now values no deal at 8 points (before: 15)." in words(answer)
    )


def test_two_changes_that_do_it_only_together():
    rule = "rule: a == a1\nworth: 3"
    answer = diff(exact("no_deal: 15"), exact("no_deal: 12", rule))
    finding, texts = because(answer, proposal="p", party="P")
    assert (finding, len(texts)) == ("together", 2)
    assert "through changes 1 and 2 together" in words(answer)


def test_two_changes_of_which_each_is_enough():
    rule = "rule: a == a1\nworth: 5"
    answer = diff(exact("no_deal: 15"), exact("no_deal: 9", rule))
    finding, texts = because(answer, proposal="p", party="all")
    assert (finding, len(texts)) == ("alone", 2)
    assert "each of changes 1 and 2 is enough for that by itself" in words(answer)


def test_one_of_two_changes():
    harmless = "rule: b == b1\nworth: 5"
    answer = diff(exact("no_deal: 15"), exact("no_deal: 9", harmless))
    assert because(answer, proposal="p", party="P") == (
        "alone",
        ["values no deal at 9 points"],
    )


def test_the_proposal_itself():
    new = exact("no_deal: 15", more="proposals:\n  p: {a: a1, b: b1}\n")
    answer = diff(exact("no_deal: 15"), new)
    assert because(answer, proposal="p", party="P") == ("alone", ["p"])
    assert "because the proposal itself has changed" in words(answer)


def test_what_cannot_be_tried_alone_is_not_blamed():
    text = PROPOSED + "constraints:\n  - require: b == b0\n"
    three = {"P": [P, "no_deal: 15"], "Q": EASY, "R": EASY}
    old = case_of(ISSUES, three, more=PROPOSED, affected=["P"])
    answer = diff(old, case_of(ISSUES, three, more=text))
    assert changed(answer) == {("p", "all")}
    assert because(answer, proposal="p", party="all") == ("untried", [])
    assert "others than those of statements may have done it: who has to accept" in words(answer)


def test_with_many_changes_none_is_tried_alone():
    lines = [f"red_line: a == a1 and b == b{k % 2}\nnote: {k}" for k in range(13)]
    answer = diff(exact("no_deal: 5"), exact("no_deal: 5", *lines))
    assert because(answer, proposal="p", party="P") == ("untried", [])
    assert "More than twelve statements changed" in words(answer)


def test_with_other_issues_none_is_blamed():
    old = exact("no_deal: 15")
    wider = {**ISSUES, "b": "b0 b1 b2"}
    points = scores(a={"a0": 0, "a1": 10}, b={"b0": 0, "b1": 10, "b2": 1})
    easy = (scores(a={"a0": 0, "a1": 0}, b={"b0": 0, "b1": 0, "b2": 0}), "no_deal: 0")
    new = case_of(wider, {"P": [points, "no_deal: 8"], "Q": easy}, more=PROPOSED)
    answer = diff(old, new)
    assert ("p", "P") in changed(answer)
    assert because(answer, proposal="p", party="P") == ("untried", [])
    assert "Other issues or options are on the table than before" in words(answer)


def test_a_proposal_and_a_statement_of_which_one_did_it():
    new = exact("no_deal: 14", more="proposals:\n  p: {a: a1, b: b1}\n")
    assert because(diff(exact("no_deal: 15"), new), proposal="p", party="P") == ("alone", ["p"])
    new = exact("no_deal: 10", more="proposals:\n  p: {b: b1}\n")
    answer = diff(exact("no_deal: 15"), new)
    assert because(answer, proposal="p", party="P") == ("alone", ["values no deal at 10 points"])


def test_statements_that_cannot_stand_alone_do_it_together():
    stated = [*ENDS, "weight: {a: 40}", "no_deal: 110"]
    points = [scores(a={"a0": 0, "a1": 200}, b={"b0": 0, "b1": 10}), *ENDS, "no_deal: 110"]
    old, new = (case_of(ISSUES, {"P": p, "Q": EASY}, more=PROPOSED) for p in (stated, points))
    answer = diff(old, new)
    for wanted in ({"proposal": "p", "party": "P"}, {"about": "zone"}):
        finding, texts = because(answer, **wanted)
        assert finding == "together"
        assert {text.split()[0] for text in texts} == {"gives", "scores"}


def test_a_verdict_that_changes_without_its_share():
    old = exact("no_deal: 5", more=PROPOSED)
    new = exact("no_deal: 5..10.01", "rule: b == b1\nworth: 1")
    answer = diff(old, new)
    told = answer.data()["answers"]["p"]["P"]
    assert (told["old"]["verdict"], told["new"]["verdict"]) == ("every", "some")
    assert told["new"]["share"] > 0.99
    assert because(answer, proposal="p", party="P") == (
        "alone",
        ["values no deal at 5 to 10.01 points"],
    )


def test_confidence_alone():
    old = exact("no_deal: 5", "red_line: a == a1\nconfidence: high")
    answer = diff(old, exact("no_deal: 5", "red_line: a == a1\nconfidence: low"))
    assert because(answer, proposal="p", party="P")[0] == "alone"
    assert (
        "mainly because 'Party P rejects any package in which a == a1' has its confidence from "
        "high to low" in words(answer)
    )
    assert "1 confidence Party P rejects" in words(answer)


def test_a_statement_that_came_to_contradict_others_beside_a_harmless_one():
    answer = diff(exact("no_deal: 5"), exact("no_deal: 5", "no_deal: 6", "rule: b == b1\nworth: 1"))
    assert because(answer, proposal="p", party="P") == ("alone", ["values no deal at 6 points"])


def test_an_order_that_names_a_proposal():
    ranked = {"P": ["ranking: p > no deal > status quo"], "Q": EASY}
    old = case_of(ISSUES, ranked, more=PROPOSED + "  q: {b: b1}\n")
    new = case_of(ISSUES, ranked, more="proposals:\n  p: {a: a1, b: b1}\n  q: {a: a1}\n")
    answer = diff(old, new)
    assert changed(answer) == set()
    assert answer.consequences.restated == {"P"}
    assert answer.data()["recommended"]["new"]["reason"] == "ordinal"


def test_too_many_packages_to_try_all_changes_on(monkeypatch):
    monkeypatch.setattr("detente.analysis.LISTED_PACKAGES", 1)
    answer = diff(exact("no_deal: 5"), exact("no_deal: 25"))
    assert because(answer, about="zone") == ("untried", [])
    assert because(answer, proposal="p", party="P")[0] == "alone"
    assert "There are too many packages to try every change" in words(answer)


def test_what_is_too_entangled_is_left_out(monkeypatch):
    def refuse(*_: Any, **__: Any) -> None:
        raise LimitError("too entangled")

    monkeypatch.setattr("detente.consequences.agreement_of", refuse)
    monkeypatch.setattr(Analysis, "zone", property(refuse))
    data = diff(exact("no_deal: 5"), exact("no_deal: 15")).data()
    assert data["recommended"]["new"]["reason"] == "bounded"
    assert data["zone"]["new"]["share"] is None
    assert data["answers"]["p"]["P"]["changed"]


def test_a_limit_reached_before_anything_was_found(monkeypatch):
    found = SimpleNamespace(finding="found", ordinal=(), picks=())
    monkeypatch.setattr("detente.consequences.agreement_of", lambda *_, **__: found)
    assert diff(exact("no_deal: 5"), exact("no_deal: 6")).data()["recommended"]["new"] == {
        "package": None,
        "reason": "bounded",
        "share": None,
        "error": None,
    }


def test_notes_and_other_parts_are_told_beside_what_is_said():
    threat = PROPOSED + "leverage:\n  - {by: P, on: Q, title: threat, shift: -10}\n"
    new = exact("no_deal: 5\nnote: Why.", more=threat.replace("-10", "-5"))
    answer = diff(exact("no_deal: 5\nnote: Because.", more=threat), new)
    text = words(answer)
    assert (
        "From the first file to the second: one statement about Party P has another note and "
        "one entry under leverage changed." in text
    )
    assert "Leverage: threat, shift changed -10 -5" in text
    (row,) = answer.sections()[0].parts[0].tables[1].rows
    assert row[:3] == ("1", "note", "Party P values no deal at 5 points – note reworded")


def test_many_issues_settled_otherwise_are_counted():
    many = {name: f"{name}0 {name}1" for name in "abcde"}
    rise, fall = (
        scores(**{name: {f"{name}0": a, f"{name}1": b} for name in "abcde"})
        for a, b in ((0, 1), (1, 0))
    )
    none = scores(**{name: {f"{name}0": 0, f"{name}1": 0} for name in "abcde"})
    rest = {"Q": [none, "no_deal: 0"]}
    old = case_of(many, {"P": [rise, "no_deal: 0"], **rest})
    answer = diff(old, case_of(many, {"P": [fall, "no_deal: 0"], **rest}))
    assert "Another package is recommended, with 5 issues settled otherwise" in words(answer)


@pytest.mark.parametrize("seed", range(15))
def test_single_changes_against_brute_force(seed):
    """No-deal values, worths and red lines of exact parties change; packages tell who accepts."""
    old = random_exact(seed, generous=True)
    new = replace(old, players=tuple(altered(p, seed + k) for k, p in enumerate(old.players)))
    packages = old.packages[:6]
    answer = diff(named(old, packages), named(new, packages))
    assert len(answer.sections()[0].lead) <= MOST_SENTENCES
    told = {(o.proposal, o.party): o for o in answer.consequences.outcomes}
    for i, package in enumerate(packages):
        before = [player.accepts(package) for player in old.players]
        after = [player.accepts(package) for player in new.players]
        for p in range(len(old.players)):
            assert told[f"p{i}", f"P{p}"].changed == (before[p] != after[p])
        assert told[f"p{i}", "all"].changed == (all(before) != all(after))
        for party, outcome in ((o.party, o) for (name, _), o in told.items() if name == f"p{i}"):
            if outcome.changed:
                about = range(len(old.players)) if party == "all" else [int(party[1:])]
                expected = singles(old, new, about, package)
                finding, texts = because(answer, proposal=f"p{i}", party=party)
                assert finding == ("alone" if expected else "together")
                if expected:
                    assert len(texts) == expected
    assert answer.consequences.zone_changed == (bool(old.zone) != bool(new.zone))


def altered(player: Player, seed: int) -> Player:
    chance = random.Random(seed)  # noqa: S311 - cases, not secrets
    if chance.random() < 0.7:
        player = replace(player, no_deal=player.no_deal + chance.choice([-4, -2, 2, 4]))
    if chance.random() < 0.5:
        player = replace(player, red_lines=player.red_lines[1:] or (((0, 1),),))
    if player.rules and chance.random() < 0.7:
        (rule, worth), *rest = player.rules
        player = replace(player, rules=((rule, worth + chance.choice([-4, 4])), *rest))
    return player


def named(case: Exact, packages: Sequence[tuple[int, ...]]) -> Case:
    """Return an exact case with packages as its proposals."""
    built = case.case()
    lines = ["proposals:"]
    for i, package in enumerate(packages):
        settings = ", ".join(f"{issue}: {option}" for issue, option in case.named(package).items())
        lines.append(f"  p{i}: {{{settings}}}")
    empty = "detente: 1\ntitle: T\nparties: {P: P}\n"
    issues = "\n".join(
        f"  {i.name}: {{options: [{', '.join(i.options)}], status_quo: {i.status_quo}}}"
        for i in built.issues
    )
    proposals = loads(f"{empty}issues:\n{issues}\n" + "\n".join(lines) + "\n").proposals
    return replace(built, proposals=proposals)


def singles(old: Exact, new: Exact, about: Sequence[int], package: tuple[int, ...]) -> int:
    """Return how many single changes flip whether the parties in question accept the package."""
    goal = all(new.players[p].accepts(package) for p in about)
    count = 0
    for p in about:
        for player in one_step(old.players[p], new.players[p]):
            players = [player if k == p else old.players[k] for k in about]
            count += all(one.accepts(package) for one in players) == goal
    return count


def one_step(old: Player, new: Player) -> Iterator[Player]:
    """Go through the old player with each single change: red lines of the same issues pair up."""
    if old.no_deal != new.no_deal:
        yield replace(old, no_deal=new.no_deal)
    for k, (before, after) in enumerate(zip(old.rules, new.rules, strict=True)):
        if before != after:
            yield replace(old, rules=(*old.rules[:k], after, *old.rules[k + 1 :]))
    gone = [line for line in old.red_lines if line not in new.red_lines]
    come = [line for line in new.red_lines if line not in old.red_lines]
    for line in list(gone):
        alike = [one for one in come if {i for i, _ in one} == {i for i, _ in line}]
        kept = tuple(one for one in old.red_lines if one != line)
        come = [one for one in come if one not in alike[:1]]
        yield replace(old, red_lines=(*kept, *alike[:1]))
    for line in come:
        yield replace(old, red_lines=(*old.red_lines, line))


# --- what else is told ---------------------------------------------------------------------------


def test_the_lead_is_short_and_says_what_matters():
    answer = harbour()
    lead = answer.sections()[0].lead
    assert len(lead) <= MOST_SENTENCES
    assert lead[0].text == (
        "Since 1 March 2026: one statement about Dock workers' union changed, one statement about "
        "Port authority lost its source and one proposal (april draft) is new."
    )
    assert lead[1].text.startswith("March draft: all signatories now accept it in ")
    assert (
        "mainly because Dock workers' union now values no deal at 45 to 60 points" in lead[1].text
    )
    assert any(sentence.text.startswith("The new april draft is accepted") for sentence in lead)


def test_backwards_in_time_is_warned_of():
    backwards = diff(harbour().new, harbour().old)
    assert backwards.data()["older"]
    assert "From 8 March 2026 back to 1 March 2026: one statement" in words(backwards)
    assert "The second file is older than the first" in words(backwards)
    assert not harbour().data()["older"]
    assert not is_older("2026", "2026-03")
    assert not is_older("last week", "2026")


def test_different_disputes_are_refused():
    with pytest.raises(UnanswerableError, match="have no party in common, so they are about"):
        diff(load("harbour"), load("bill-and-jack"))
    new = exact("no_deal: 1")
    other = case_of({"x": "x0 x1"}, {"P": ["no_deal: 1"]})
    with pytest.raises(UnanswerableError, match="have no issue in common"):
        diff(new, other)


def test_a_party_that_came_to_contradict_itself():
    old = exact("no_deal: 5")
    answer = diff(old, exact("no_deal: 5", "no_deal: 6"))
    data = answer.data()
    assert data["unanswerable"] == [{"case": "new", "party": "P", "kind": "contradictory"}]
    assert [one["party"] for one in data["contradictions"]["appeared"]] == ["P"]
    assert data["answers"]["p"]["P"]["new"] == {
        "verdict": "contradictory",
        "share": None,
        "error": None,
    }
    assert data["answers"]["p"]["Q"]["changed"] is False
    assert data["recommended"]["new"]["reason"] == "unanswerable"
    assert because(answer, proposal="p", party="P")[0] == "alone"
    text = words(answer)
    assert "Nothing can be told of Party P in the second file" in text
    assert "These statements contradict each other now: Party P values no deal at 5" in text
    back = diff(exact("no_deal: 5", "no_deal: 6"), old)
    assert [one["party"] for one in back.data()["contradictions"]["vanished"]] == ["P"]
    assert "These statements no longer contradict each other" in words(back)


def test_a_party_of_which_too_little_is_said():
    old = case_of(ISSUES, {"P": [ENDS[0]], "Q": EASY}, more=PROPOSED)
    answer = diff(old, case_of(ISSUES, {"P": ENDS, "Q": EASY}, more=PROPOSED))
    assert answer.data()["unanswerable"] == [{"case": "old", "party": "P", "kind": "incomplete"}]
    assert answer.data()["answers"]["p"]["P"]["changed"] is True
    assert "before it could not be told" in words(answer)


def test_red_lines_newly_crossed():
    answer = diff(exact("no_deal: 5"), exact("no_deal: 5", "red_line: a == a1"))
    (crossing,) = answer.data()["red_lines"]
    assert (crossing["proposal"], crossing["line"]["party"]) == ("p", "P")
    assert "P now crosses a red line. Party P rejects any package in which a == a1." in words(
        answer
    )
    assert diff(answer.new, answer.new).data()["red_lines"] == []
    assert diff(answer.new, answer.old).data()["red_lines"] == []


def test_the_recommended_package_issue_by_issue():
    far = (scores(a={"a0": 6, "a1": 0}, b={"b0": 6, "b1": 0}), "no_deal: 0")
    old = exact("no_deal: 0", "rule: a == a1\nworth: -10", other=far)
    answer = diff(old, exact("no_deal: 0", "rule: b == b1\nworth: -10", other=far))
    told = answer.data()["recommended"]
    assert told["old"]["package"] == {"a": "a0", "b": "b1"}
    assert told["new"]["package"] == {"a": "a1", "b": "b0"}
    assert told["changed"]
    assert "The recommended package now has a a1 instead of a0 and b b0 instead of b1" in words(
        answer
    )


def test_no_package_to_recommend_any_more():
    answer = diff(exact("no_deal: 5"), exact("no_deal: 25"))
    told = answer.data()
    assert told["recommended"]["new"] == {
        "package": None,
        "reason": "none acceptable",
        "share": None,
        "error": None,
    }
    assert (told["zone"]["old"]["share"], told["zone"]["new"]["share"]) == (1.0, 0.0)
    assert told["zone"]["changed"]
    assert because(answer, about="recommended")[0] == "alone"
    assert "No package can be recommended any more: no package is acceptable" in words(answer)
    assert "There is a package to recommend now: " in words(diff(answer.new, answer.old))


def test_a_constraint_that_a_proposal_breaks_now():
    more = PROPOSED + "constraints:\n  - require: a == a0\n"
    answer = diff(exact("no_deal: 5"), exact("no_deal: 5", more=more))
    assert answer.data()["feasible"] == {"p": {"old": True, "new": False}}
    assert "breaks the constraints now; before it met them" in words(answer)


def test_a_case_without_proposals():
    answer = diff(exact("no_deal: 5", more=""), exact("no_deal: 25", more=""))
    assert answer.data()["answers"] == {}
    assert "one statement about Party P changed" in words(answer)


def test_a_perhaps_renamed_issue_is_told_as_a_guess():
    new = exact("no_deal: 5")
    text = str(
        diff(
            new,
            case_of(
                {"a": "a0 a1", "c": "b0 b1"},
                {
                    "P": [scores(a={"a0": 0, "a1": 10}, c={"b0": 0, "b1": 10}), "no_deal: 5"],
                    "Q": [scores(a={"a0": 0, "a1": 0}, c={"b0": 0, "b1": 0}), "no_deal: 0"],
                },
                more=PROPOSED,
            ),
        )
    )
    assert "A guess: 'b' is perhaps called 'c' now" in " ".join(text.split())


def test_another_view_is_not_another_answer():
    answer = diff(exact("no_deal: 15"), exact("no_deal: 15", "red_line: a == a1\nview: said"))
    assert not changed(answer)
    assert "one statement about Party P is new" in words(answer)


def test_uncertain_readings_name_the_statement():
    old = load("ukraine-2025")
    rule = (
        "    - rule: hostilities == ceasefire and alliance in (accession, open)\n"
        "      worth: less than 0\n"
        "      because: rs2025#5\n"
        "      note: Stopping gives away the main leverage before the main concern is met.\n"
    )
    new = edited("ukraine_2025", (rule, ""), ("- no_deal: 25..65", "- no_deal: 20..45"))
    answer = diff(old, new)
    assert ("ceasefire_first", "russia") in changed(answer)
    finding, texts = because(answer, proposal="ceasefire_first", party="all")
    assert finding == "alone"
    assert texts[0].startswith("counts it as worth less than 0 points")


# --- forms ---------------------------------------------------------------------------------------

NAMES = {"answers": "{proposal}", "{proposal}": "{party}", "feasible": "{proposal}"}
NAMES |= {"fresh": "{proposal}", "package": "{issue}"}


def leaves(value: Any, path: str = "", name: str = "", *, flat: bool = False) -> Iterator[Any]:
    if is_number(value) or is_statement(value):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            step = NAMES.get(name, key)
            flat = path.startswith("feasible")
            deeper = "" if flat and step == "{proposal}" else step
            yield from leaves(inner, f"{path}.{step}".lstrip("."), deeper)
    elif isinstance(value, list) and not path.endswith("because[].changes"):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    else:
        yield path, value


def test_the_json_is_documented_and_complete():
    kinds = {**documented()["In every answer"], **documented()["diff"]}
    contradictory = diff(exact("no_deal: 5"), exact("no_deal: 5", "no_deal: 6"))
    renamed = diff(
        case_of({"a": "a0 a1", "b": "b0 b1"}, {"P": EASY}),
        case_of({"a": "a0 a1", "c": "b0 b1"}, {"P": [EASY[0].replace("b:", "c:"), "no_deal: 0"]}),
    )
    crossing = diff(exact("no_deal: 5"), exact("no_deal: 5", "red_line: a == a1"))
    seen = set()
    for answer in (harbour(), contradictory, diff(contradictory.new, contradictory.old)):
        seen |= fitting(answer, kinds)
    seen |= fitting(renamed, kinds) | fitting(crossing, kinds)
    assert set(kinds) <= seen, set(kinds) - seen


def fitting(answer: Changes, kinds: Mapping[str, str]) -> set[str]:
    found = set()
    for path, value in leaves(answer.data() | {"contract": 1}):
        found.add(path)
        if value in ([], {}) and path not in kinds:
            assert any(known.startswith(path) for known in kinds), path
        elif path == "because[].changes":
            assert all(isinstance(place, int) for place in value)
        else:
            assert path in kinds, path
            assert fits(value, kinds[path]), (path, value)
    return found


@pytest.mark.parametrize("form", ["table", "json", "csv", "md"])
def test_the_command_gives_every_form(form, tmp_path):
    path = tmp_path / "new.yaml"
    text = next((ROOT / "detente" / "catalog").rglob("harbour.yaml")).read_text(encoding="utf-8")
    path.write_text(text.replace("- no_deal: 30..45", "- no_deal: 45..60"), encoding="utf-8")
    asked = ["diff", "harbour", str(path), "--format", form]
    result = CliRunner().invoke(cli.main, asked, prog_name="detente")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "45 to 60" in result.stdout


def test_no_deal_of_an_exact_party_is_a_fraction():
    answer = diff(exact(f"no_deal: {Fraction(21, 2)}"), exact("no_deal: 10"))
    assert changed(answer) == {("p", "P"), ("p", "all")}
