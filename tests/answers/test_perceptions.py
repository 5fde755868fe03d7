"""Pictures that parties have of each other, against plain loops over all packages."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
from detente import analysis, hypergame, perception
from detente.answers.perceptions import Perceptions, perceptions
from detente.case import Case
from detente.catalog import load
from detente.errors import UnanswerableError
from detente.perception import differ
from detente.report.pictures.shares import ShareBars
from detente.solvers import counting
from detente.table import Section, Share
from detente.work import Work
from tests.answers.cases import (
    Exact,
    Packed,
    Player,
    case_of,
    random_exact,
    scores,
    spelled,
    words,
)
from tests.test_contract import contract, fits, leaves

SEEDS = st.integers(0, 10**6)
PROPOSALS = "proposals:\n  p: {a: a1}\n"


# --- plain loops ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pictured:
    """An exact case in which some parties have a picture of others.

    seen : (who sees, who is seen) -> the party as it is seen
    """

    exact: Exact
    seen: Mapping[tuple[int, int], Player]

    def player(self, party: int, *, eyes: int) -> Player:
        return self.seen.get((eyes, party), self.exact.players[party])

    @property
    def holders(self) -> list[int]:
        return sorted({eyes for eyes, _ in self.seen})

    def acceptable(self, eyes: int) -> list[Packed]:
        """Return what all accept as one party sees everyone."""
        players = [self.player(party, eyes=eyes) for party in range(len(self.exact.players))]
        return [p for p in self.exact.packages if all(player.accepts(p) for player in players)]

    def case(self, *, apart: Sequence[str] = ("believed",)) -> Case:
        """Write the case: what is believed, and what each picture holds, in views of their own.

        apart : the view of each party's own preferences, or one for all of them
        """
        case = self.exact.case()
        names = "abcd"[: len(self.exact.sizes)]
        issues = {
            issue.name: " ".join(issue.options) for issue in case.issues if issue.name in names
        }
        preferences: dict[str, list[str]] = {}
        for party, own in enumerate(self.exact.players):
            view = apart[party % len(apart)]
            lines = marked(own, names, view)
            for eyes in (eyes for eyes in self.holders if eyes != party):
                lines += marked(self.player(party, eyes=eyes), names, f"P{eyes}")
            preferences[f"P{party}"] = lines
        required = "\n".join(f"  - require: not ({spelled(f)})" for f in self.exact.forbidden)
        return case_of(issues, preferences, more=f"constraints:\n{required}\n" if required else "")


def marked(player: Player, names: str, view: str) -> list[str]:
    """Return a player's statements, each marked with a view."""
    points = {
        name: {f"{name}{option}": number for option, number in enumerate(row)}
        for name, row in zip(names, player.points, strict=True)
    }
    found = [scores(**points), f"no_deal: {player.no_deal}"]
    found += [f"red_line: {spelled(line)}" for line in player.red_lines]
    found += [f"rule: {spelled(rule)}\nworth: {worth}" for rule, worth in player.rules]
    return [f"{statement}\nview: {view}" for statement in found]


def random_pictured(seed: int) -> Pictured:
    """Return a small exact case in which pictures are wrong in no deal, red lines or points."""
    chance = random.Random(seed)  # noqa: S311 - cases, not secrets
    exact = random_exact(seed, generous=chance.random() < 0.7)
    parties = range(len(exact.players))
    seen = {}
    for eyes in parties:
        for party in parties:
            if eyes == party or chance.random() < 0.4:
                continue
            own = exact.players[party]
            wrong = [
                replace(own, no_deal=own.no_deal + chance.randint(-6, 6)),
                replace(own, red_lines=()),
                replace(own, red_lines=tuple({*own.red_lines, ((0, 0),)})),
                replace(own, points=tuple(row[::-1] for row in own.points)),
                own,
            ]
            seen[eyes, party] = chance.choice(wrong)
    return Pictured(exact=exact, seen=seen)


def number(value: Any) -> Fraction:
    return Fraction(value["exact"]) if isinstance(value, dict) else Fraction(str(value))


def check_pictures(pictured: Pictured, data: Mapping[str, Any]) -> None:
    """Hold what packages each picture misjudges against plain loops."""
    exact = pictured.exact
    found = {(one["by"], one["of"]): one for one in data["pictures"]}
    parties = range(len(exact.players))
    assert set(found) == {
        (f"P{eyes}", f"P{party}") for eyes in pictured.holders for party in parties if eyes != party
    }
    for (by, of), one in found.items():
        eyes, party = int(by[1:]), int(of[1:])
        seen, own = pictured.player(party, eyes=eyes), exact.players[party]
        offered = [p for p in exact.packages if seen.accepts(p) and not own.accepts(p)]
        given_up = [p for p in exact.packages if own.accepts(p) and not seen.accepts(p)]
        assert one["compared"] == {"packages": len(exact.packages), "complete": True}
        for key, packages in (("wrongly_offered", offered), ("wrongly_given_up", given_up)):
            assert one[key]["packages"] == len(packages)
            if not packages:
                assert one[key]["package"] is None
                continue
            worth = exact.players[eyes].value
            best = max(packages, key=worth)
            assert one[key]["package"] == exact.named(best)
        if seen == own:
            assert one["moves"] == []


def check_offers(pictured: Pictured, data: Mapping[str, Any], *, listed: bool) -> None:
    """Hold each party's best offer, and the best that is accepted, against plain loops."""
    exact = pictured.exact
    assert [one["by"] for one in data["offers"]] == [f"P{eyes}" for eyes in pictured.holders]
    for one in data["offers"]:
        eyes = int(one["by"][1:])
        own = exact.players[eyes]
        for key, packages in (
            ("best_offer", pictured.acceptable(eyes)),
            ("best_true", exact.zone),
        ):
            found = one[key]
            if not packages:
                assert (found["status"], found["package"]) == ("empty", None)
                continue
            top = max(map(own.value, packages))
            tied = [p for p in packages if own.value(p) == top]
            named = [exact.named(package) for package in tied]
            assert found["status"] == "exact"
            assert found["package"] in named
            if listed:
                assert found["package"] == named[0]
            package = tied[named.index(found["package"])]
            assert number(found["value"]) == top
            assert number(found["gain"]) == top - own.no_deal
            assert found["tied"] == len(tied)
            if key == "best_offer":
                assert found["tied_accepted"] == sum(p in exact.zone for p in tied)
                refusing = [f"P{k}" for k, q in enumerate(exact.players) if not q.accepts(package)]
                assert found["refused_by"] == refusing
            for k, player in enumerate(exact.players):
                judged = found["parties"][f"P{k}"]
                seen = pictured.player(k, eyes=eyes)
                for side, who in (("own", player), ("picture", seen)):
                    accepts = who.accepts(package)
                    assert judged[side]["verdict"] == ("every" if accepts else "none")
                    assert judged[side]["share"] == float(accepts)
        offer, true = one["best_offer"], one["best_true"]
        assert one["stands"] == (offer["package"] is not None and not offer["refused_by"])
        brought = number(offer["gain"]) if one["stands"] else 0
        possible = number(true["gain"]) if true["package"] else 0
        assert number(one["costs"]) == possible - brought
        assert number(one["costs"]) >= 0


@settings(max_examples=60)
@given(seed=SEEDS)
def test_offers_and_misjudged_packages_are_those_of_plain_loops(seed):
    pictured = random_pictured(seed)
    if not pictured.exact.packages or not pictured.holders:
        return
    answer = perceptions(pictured.case())
    check_pictures(pictured, answer.data())
    check_offers(pictured, answer.data(), listed=True)
    assert str(answer)


@settings(max_examples=15)
@given(seed=SEEDS)
def test_a_party_itself_is_what_its_own_view_says_of_it(seed):
    pictured = random_pictured(seed)
    if not pictured.exact.packages or not pictured.holders:
        return
    own = [f"P{party}" for party in range(len(pictured.exact.players))]
    case = pictured.case(apart=own)
    everybody = Pictured(
        exact=pictured.exact,
        seen=pictured.seen
        | {
            (eyes, party): pictured.player(party, eyes=eyes)
            for eyes in pictured.holders
            for party in range(len(own))
            if eyes != party
        },
    )
    data = perceptions(case).data()
    assert {one["own_view"] for one in data["pictures"]} <= set(own)
    check_pictures(everybody, data)
    check_offers(everybody, data, listed=True)


@settings(max_examples=40)
@given(seed=SEEDS)
def test_searching_without_a_list_gives_the_same(seed):
    pictured = random_pictured(seed)
    if not pictured.exact.packages or not pictured.holders:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analysis, "LISTED_PACKAGES", 0)
        data = perceptions(pictured.case()).data()
    check_pictures(pictured, data)
    check_offers(pictured, data, listed=False)


@settings(max_examples=40)
@given(seed=SEEDS)
def test_errors_that_all_go_one_way_do_what_the_theory_says(seed):
    """Nothing wrongly offered: the offer stands. Nothing wrongly given up: it asks for enough."""
    pictured = random_pictured(seed)
    if not pictured.exact.packages or not pictured.holders:
        return
    data = perceptions(pictured.case()).data()
    for one in data["offers"]:
        mine = [picture for picture in data["pictures"] if picture["by"] == one["by"]]
        if not any(picture["wrongly_offered"]["packages"] for picture in mine):
            assert one["stands"] == (one["best_offer"]["package"] is not None)
        if not any(picture["wrongly_given_up"]["packages"] for picture in mine):
            gains = (one[key]["gain"] for key in ("best_offer", "best_true"))
            offer, true = (None if gain is None else number(gain) for gain in gains)
            assert true is None or (offer is not None and offer >= true)
            assert not one["stands"] or number(one["costs"]) == 0


def test_the_random_cases_are_of_every_sort():
    cases = [random_pictured(seed) for seed in range(60)]
    found = [
        one
        for pictured in cases
        if pictured.exact.packages and pictured.holders
        for one in perceptions(pictured.case()).data()["offers"]
    ]
    assert sum(one["stands"] for one in found) > 10
    assert sum(bool(one["best_offer"]["refused_by"]) for one in found) > 5
    assert any(one["stands"] and number(one["costs"]) > 0 for one in found)
    assert any(one["best_offer"]["package"] is None for one in found)
    assert any(one["best_true"]["package"] is None for one in found)
    assert any((one["best_offer"]["tied"] or 0) > 1 for one in found)


# --- the worked case, by hand --------------------------------------------------------------------


@pytest.fixture(scope="module")
def cable() -> Perceptions:
    return perceptions(load("replaced-cable"))


def test_what_is_said_of_belmark_is_not_what_is_believed(cable):
    """The speech draws a red line at other patrols; the cable knows only of a no-deal value."""
    arvania, belmark = cable.data()["reported"]
    assert (arvania["party"], belmark["party"]) == ("arvania", "belmark")
    verdicts = {
        name: (one["said"]["verdict"], one["believed"]["verdict"], one["differ"])
        for name, one in belmark["proposals"].items()
    }
    assert verdicts == {
        "april_plan": ("none", "every", True),
        "small_step": ("every", "every", False),
        "open_bridge": ("every", "every", False),
        "free_bridge": ("none", "some", True),
    }
    # worth 50 to Belmark, and no deal is worth 40..56: 10 of 16
    share = belmark["proposals"]["free_bridge"]["believed"]
    assert abs(share["share"] - 10 / 16) < 5 * share["error"]
    assert [s["sources"] for s in belmark["statements"]["said"]] == [["speech#5"], ["speech#2"]]
    assert [s["sources"] for s in belmark["statements"]["believed"]] == [["cable#4"]]
    # no deal is worth 60 to Arvania by its radio, 40 by its council
    assert arvania["moves"] == [{"what": "No deal", "from": "", "said": 60, "believed": 40}]
    printed = words(cable)
    assert "April plan: by what it says, Belmark refuses it in every reading; it is" in printed
    assert "it is believed to accept it in every reading." in printed
    assert "it is believed to accept it in 6" in printed


def test_arvania_gives_up_what_belmark_never_asked_for(cable):
    """Believing the paper, it offers 45 points to itself where joint patrols without fee bring 90.

    Belmark accepts 48 or more: of the packages with other patrols than its own, joint patrols with
    (fee, hours) full and day 70, full and always 90, half and day 55, half and always 75, none and
    always 50; Arvanian patrols with full and always 60. With its own patrols it accepts, by the
    paper, 65 or more, in truth also (none, always), which is 60. That makes 7.
    """
    (picture,) = [p for p in cable.data()["pictures"] if p["by"] == "arvania"]
    assert picture["wrongly_offered"] == {"packages": 0, "package": None}
    assert picture["wrongly_given_up"]["packages"] == 7
    assert picture["compared"] == {"packages": 18, "complete": True}
    offer = cable.data()["offers"][0]
    assert (offer["by"], offer["stands"], offer["costs"]) == ("arvania", True, 45)
    assert offer["best_offer"]["package"] == {
        "patrols": "belmark",
        "fee": "half",
        "hours": "always",
    }
    assert (offer["best_offer"]["value"], offer["best_offer"]["gain"]) == (45, 5)
    assert offer["best_true"]["package"] == {"patrols": "joint", "fee": "none", "hours": "always"}
    assert (offer["best_true"]["value"], offer["best_true"]["tied"]) == (90, 1)
    printed = words(cable)
    assert "By its error Arvania gives up 45 points." in printed
    assert "the central one among them" in printed


def test_belmark_offers_what_arvania_refuses(cable):
    """By its brief 20 points are enough for Arvania: 20, 25, 30 and 35 are not."""
    (picture,) = [p for p in cable.data()["pictures"] if p["by"] == "belmark"]
    assert picture["wrongly_offered"]["packages"] == 4
    assert picture["wrongly_given_up"]["packages"] == 0
    offer = cable.data()["offers"][1]
    assert (offer["by"], offer["stands"]) == ("belmark", False)
    assert offer["best_offer"]["package"] == {
        "patrols": "belmark",
        "fee": "full",
        "hours": "always",
    }
    assert offer["best_offer"]["refused_by"] == ["arvania"]
    assert offer["best_true"]["package"] == {"patrols": "joint", "fee": "full", "hours": "always"}
    assert (offer["best_offer"]["value"], offer["best_true"]["value"]) == (100, 90)
    # 90 less no deal, about 48 on the central reading
    assert abs(float(number(offer["costs"])) - 42) < 0.5
    printed = words(cable)
    assert "By its own preferences Arvania refuses it: the offer fails." in printed
    assert "That is 10 points less than Belmark hopes for with its offer." in printed


def test_verdicts_and_shares_are_those_of_explain_under_each_view(cable):
    case = load("replaced-cable")
    for one in cable.data()["reported"]:
        for proposal, judged in one["proposals"].items():
            for view in ("said", "believed"):
                whole = detente.explain(case, proposal, work=Work(view=view)).data()
                for key in ("verdict", "share", "error"):
                    assert judged[view][key] == whole["parties"][one["party"]][key]


def test_the_bars_are_the_table():
    (root,) = perceptions(load("replaced-cable")).sections()

    def walk(section: Section) -> list[Section]:
        return [section, *(inner for part in section.parts for inner in walk(part))]

    drawn = [one for one in walk(root) if one.pictures]
    assert len(drawn) == 4
    for section in drawn:
        (bars,) = section.pictures
        assert isinstance(bars, ShareBars)
        assert bars.table().rows == section.tables[0].rows
        assert bars.to_svg().startswith("<svg")


# --- edges ---------------------------------------------------------------------------------------

POINTS = scores(a={"a0": 0, "a1": 10})
OTHER = scores(a={"a0": 10, "a1": 0})


def test_equal_pictures_change_nothing():
    case = case_of(
        {"a": "a0 a1"},
        {
            "P": [POINTS, "no_deal: 5"],
            "Q": [OTHER, "no_deal: 0\nview: believed", "no_deal: 0\nview: P"],
        },
        more=PROPOSALS,
    )
    answer = perceptions(case)
    (picture,) = answer.data()["pictures"]
    assert not any(one["differ"] for one in picture["proposals"].values())
    assert picture["moves"] == []
    for key in ("wrongly_offered", "wrongly_given_up"):
        assert picture[key] == {"packages": 0, "package": None}
    (offer,) = answer.data()["offers"]
    assert offer["best_true"].items() <= offer["best_offer"].items()
    assert offer["costs"] == 0
    printed = words(answer)
    assert "there is none of which Party P has Party Q wrong" in printed
    assert "its error costs it nothing" in printed
    assert "On no proposal does it change whether Party Q accepts." in printed


def test_a_picture_of_one_party_holds_everyone():
    """Of C nothing is marked with P: P knows of it what every view holds, not what is believed."""
    case = case_of(
        {"a": "a0 a1"},
        {
            "P": [POINTS, "no_deal: 5"],
            "B": [OTHER, "no_deal: 0\nview: believed", "no_deal: 8\nview: P"],
            "C": [POINTS, "no_deal: 0", "red_line: a == a1\nview: believed"],
        },
    )
    answer = perceptions(case)
    by = {one["of"]: one for one in answer.data()["pictures"]}
    assert set(by) == {"B", "C"}
    assert by["C"]["wrongly_offered"] == {"packages": 1, "package": {"a": "a1"}}
    assert "As Party P sees it: nothing beyond what every view holds." in words(answer)


def test_nobody_has_a_picture_of_itself_only():
    case = case_of({"a": "a0 a1"}, {"P": [POINTS, "no_deal: 5\nview: P"], "Q": [OTHER]})
    with pytest.raises(UnanswerableError, match="no statement is marked"):
        perceptions(case)


def test_a_case_without_marks_says_how_to_mark_one():
    case = load("harbour")
    with pytest.raises(UnanswerableError) as error:
        perceptions(case)
    message = str(error.value)
    assert "\n" not in message
    line = "- {red_line: shifts == none, view: said}"
    assert f"add, for instance, under preferences.union: {line};" in message
    assert "'view: port' the picture that party has of it" in message
    text = "".join(f"    {s}\n" for s in ("- order: {a: a1 > a0}", line.replace("shifts", "a")))
    alone = detente.loads(
        "detente: 1\ntitle: T\nparties: {P: P}\nissues:\n"
        "  a: {options: [a0, a1, none], status_quo: a0}\npreferences:\n  P:\n" + text
    )
    assert [one["party"] for one in perceptions(alone).data()["reported"]] == ["P"]


def test_a_lone_party_is_told_of_no_other():
    case = case_of({"a": "a0 a1"}, {"P": [POINTS]})
    with pytest.raises(UnanswerableError) as error:
        perceptions(case)
    assert str(error.value).endswith("'view: believed' what is believed of it")


def test_another_view_is_refused():
    with pytest.raises(UnanswerableError, match="leave the view out"):
        perceptions(load("replaced-cable"), work=Work(view="said"))


def test_what_cannot_be_answered_under_one_view_is_said():
    contradictory = ["no_deal: 1\nview: P", "no_deal: 2\nview: P"]
    case = case_of(
        {"a": "a0 a1"},
        {
            "P": [POINTS, "no_deal: 5"],
            "Q": [OTHER, "no_deal: 0\nview: believed", *contradictory],
            "R": [
                "order: {a: a1 > a0}\nview: believed",
                "no_deal: 40\nview: believed",
                "no_deal: 50\nview: said",
            ],
        },
        more=PROPOSALS,
    )
    answer = perceptions(case)
    data = answer.data()
    by = {one["of"]: one for one in data["pictures"]}
    assert by["Q"]["wrongly_offered"] is None
    assert "contradict" in by["Q"]["withheld"]
    assert by["Q"]["proposals"]["p"]["picture"] == {
        "verdict": "contradictory",
        "share": None,
        "error": None,
    }
    (offer,) = data["offers"]
    assert (offer["best_offer"], offer["best_true"], offer["costs"]) == (None, None, None)
    assert "under the view 'P': Party Q" in offer["withheld"]
    said = {one["party"]: one for one in data["reported"]}["R"]
    assert said["proposals"]["p"]["said"]["verdict"] == "incomplete"
    printed = words(answer)
    assert "'detente check --view said' tells where" in printed
    assert "What Party P would offer by its picture cannot be told" in printed
    incomplete = {one["of"]: one for one in data["pictures"]}["R"]
    assert incomplete["withheld"].startswith("as Party P sees it")


def test_a_party_that_signs_nothing_has_a_picture_and_makes_no_offer():
    case = case_of(
        {"a": "a0 a1"},
        {
            "P": [POINTS, "no_deal: 5"],
            "Q": [OTHER, "no_deal: 0\nview: believed", "no_deal: 8\nview: P"],
        },
        affected={"P"},
    )
    data = perceptions(case).data()
    assert len(data["pictures"]) == 1
    assert data["offers"] == []


ORDINAL = ["ranking: (a = a1) > (a = a0) > no deal > (a = a2)"]
THREE = {"a": "a0 a1 a2"}


@pytest.mark.parametrize(
    ("own", "seen", "stands", "says"),
    [
        ("a == a1", "a == a1", True, "its error costs it nothing"),
        ("a == a2", "a == a1", True, "Party P ranks it higher than its offer."),
        ("a == a1", "a == a2", False, "the offer fails"),
    ],
)
def test_an_ordinal_party_has_offers_but_no_points(own, seen, stands, says):
    points = scores(a={"a0": 0, "a1": 0, "a2": 0})
    case = case_of(
        THREE,
        {
            "P": ORDINAL,
            "Q": [
                points,
                "no_deal: 0",
                f"red_line: {own}\nview: believed",
                f"red_line: {seen}\nview: P",
            ],
        },
    )
    answer = perceptions(case)
    (offer,) = answer.data()["offers"]
    assert offer["stands"] is stands
    assert (offer["best_offer"]["value"], offer["best_offer"]["gain"]) == (None, None)
    assert offer["costs"] is None
    assert says in words(answer)
    assert "Party P ranks no such package higher." in words(answer)


def test_where_a_limit_is_reached_it_is_said(monkeypatch):
    pictured = next(p for p in map(random_pictured, range(100)) if p.holders and p.exact.zone)
    monkeypatch.setattr(analysis, "LISTED_PACKAGES", 0)
    monkeypatch.setattr(counting, "COUNTED_LABELS", 0)
    answer = perceptions(pictured.case())
    picture = answer.data()["pictures"][0]
    assert picture["compared"] == {"packages": 2000, "complete": False}
    assert "2,000 feasible packages drawn evenly from all" in words(answer)
    assert answer.data()["offers"][0]["best_true"]["tied"] is None
    assert "Whether other packages are worth as much to it was not settled." in words(answer)


@pytest.mark.parametrize("known", [True, False])
def test_a_search_that_a_limit_ended_is_not_proved(monkeypatch, known):
    found = hypergame.favourite_of

    def cut_short(*given: Any, work: Work) -> Any:
        whole = found(*given, work=work)
        short = replace(whole, status="bounded")
        return short if known else replace(short, gain=None, package=None)

    monkeypatch.setattr(analysis, "LISTED_PACKAGES", 0)
    monkeypatch.setattr(hypergame, "favourite_of", cut_short)
    answer = perceptions(load("replaced-cable"))
    offer = answer.data()["offers"][0]
    assert offer["best_offer"]["status"] == offer["best_true"]["status"] == "bounded"
    if known:
        assert (offer["costs"], offer["best_offer"]["tied"]) == (45, None)
        assert "It is the best found, not proved the best." in words(answer)
    else:
        assert offer["costs"] is None
        assert "Within the limits no package was found" in words(answer)


def test_counted_shares_differ_beyond_their_errors_only():
    def judged(value: float, kind: str = "some") -> perception.Judgement:
        return perception.Judgement(kind=kind, share=Share(value=value, error=0.01))

    assert not differ(judged(0.5), judged(0.52))
    assert differ(judged(0.5), judged(0.6))
    assert differ(judged(1.0, "every"), judged(0.999))
    nothing = perception.Judgement(kind="incomplete", share=None)
    assert not differ(nothing, nothing)


def test_moves_are_told_issue_by_issue_and_rule_by_rule():
    case = case_of(
        {"a": "a0 a1", "b": "b0 b1"},
        {
            "P": [
                scores(a={"a0": 0, "a1": 10}, b={"b0": 0, "b1": 5}) + "\nview: said",
                scores(a={"a0": 1, "a1": 4}, b={"b0": 0, "b1": 5}) + "\nview: believed",
                "rule: a == a1 and b == b1\nworth: 3\nview: believed",
                "no_deal: 2",
            ],
        },
    )
    (one,) = perceptions(case).data()["reported"]
    assert one["moves"] == [
        {"what": "a", "from": "a1 instead of a0", "said": 10, "believed": 3},
        {"what": "Rule: a == a1 and b == b1", "from": "", "said": 0, "believed": 3},
        {"what": "Status quo, if signed", "from": "", "said": 0, "believed": 1},
    ]


# --- the contract --------------------------------------------------------------------------------


def contracted() -> list[dict[str, Any]]:
    odd = case_of(
        {"a": "a0 a1"},
        {
            "P": [POINTS, "no_deal: 5"],
            "Q": [
                OTHER,
                "no_deal: 0\nview: believed",
                "no_deal: 1\nview: P",
                "no_deal: 2\nview: P",
            ],
        },
        more=PROPOSALS,
    )
    nothing = case_of(
        {"a": "a0 a1"},
        {
            "P": [POINTS, "no_deal: 5"],
            "Q": [OTHER, "no_deal: 0\nview: P", "no_deal: 8\nview: believed"],
        },
    )
    never = case_of(
        {"a": "a0 a1"},
        {"P": [POINTS, "no_deal: 5"], "Q": [OTHER, "no_deal: 8\nview: P", "no_deal: 0\nview: Q"]},
    )
    cases = [load("replaced-cable"), odd, nothing, never]
    return [json.loads(perceptions(case).json()) for case in cases]


def test_every_key_is_documented_with_its_type_and_is_there():
    kinds = contract("perceptions")
    seen = set()
    for answer in contracted():
        for path, value in leaves(answer):
            seen.add(path)
            if value in ([], {}):
                assert any(known.startswith(path) for known in kinds), path
            else:
                assert path in kinds, path
                assert fits(value, kinds[path]), (path, value)
    assert set(kinds) <= seen, set(kinds) - seen
