"""The answer on orders of talks: its JSON, its words, and the Ukraine case."""

from __future__ import annotations

import json
import re
from functools import cache

import numpy as np
import pytest

from detente.analysis import Analysis
from detente.answers.agenda import Agendas, agenda, reported
from detente.blocks.agenda import AFTER_FAILURE
from detente.blocks.walk_away import LASTS
from detente.catalog import load
from detente.errors import DetenteError, LimitError, UnanswerableError, UnknownNameError
from detente.formats import loads
from detente.rehearsal import Run, rehearse, some_of, some_time, whole_of
from detente.work import Work
from tests.answers.cases import case_of, large_case, report, words
from tests.answers.talks import KEPT, ON_HARBOUR, SHIFTED, exact, harbour

SHIFT = "  - {shift: -4, on: a, after: x == x1, lasts: until completion, title: A is weaker}\n"


@cache
def by_hand(text: str) -> Agendas:
    return agenda(exact(text))


@cache
def ukraine() -> Agendas:
    found = report("ukraine-2025").further["agenda"]
    assert isinstance(found, Agendas)
    return found


def of(answer: Agendas, name: str) -> dict:
    (found,) = [one for one in answer.data()["agendas"] if one["name"] == name]
    return found


# --- JSON ----------------------------------------------------------------------------------------


def test_json_by_hand():
    data = json.loads(by_hand(KEPT).json())
    assert data["answer"] == "agenda"
    assert (data["rule"], data["rule_stated"], data["no_zone_share"]) == ("end", False, 0)
    assert data["all_at_once"]["values"] == {"a": 8, "b": 6}
    (found,) = data["agendas"]
    assert found["bundles"] == [["x"], ["y"]]
    assert found["searched"] is False
    assert found["completes"] == {"share": 0, "error": 0}
    assert found["most_frequent"] is None
    assert found["values"] == {"a": 11, "b": 3}
    assert found["against_all_at_once"] == {"a": 3, "b": -3}
    assert found["refused_by"]["no_deal"]["b"]["share"] == 0
    assert found["refused_by"]["all_at_once"]["b"] == {"share": 1, "error": 0, "clearly": 1}
    assert found["refused_by"]["jointly"] == {"no_deal": [], "all_at_once": []}
    assert found["ends_at"] == [
        {"bundle": 1, "share": 1, "error": 0, "excluded": [{"parties": ["a"], "part": 1}]}
    ]
    end, aside = found["under"]
    assert (end["rule"], aside["rule"]) == ("end", "set aside")
    assert aside["values"] == {"a": 8, "b": 6}
    assert aside["package_by_issue"] == {"x": {"x0": 0, "x1": 1}, "y": {"y0": 0, "y1": 1}}
    assert aside["same_as_all_at_once"]["share"] == 1
    assert found["break_even"]["shift"] is None
    assert set(found["by_solution"]) >= {"nash", "kalai_smorodinsky", "egalitarian", "utilitarian"}
    assert found["in_first_bundle"] == {"a": 0.75, "b": 0.5}


def test_json_of_break_evens():
    (found,) = by_hand(SHIFTED).data()["agendas"]
    shift, chance = found["break_even"]["shift"], found["break_even"]["later_talks"]
    assert shift["median"] == pytest.approx(3.5, abs=0.02)
    assert shift["who"] == {"a": 1, "b": 0}
    assert shift["points"][0]["shift"] == "A is weaker"
    assert shift["points"][0]["median"] == pytest.approx(14, abs=0.1)
    assert chance["median"] == pytest.approx(2 / 7, abs=0.01)
    assert set(found["break_even"]["after"]) == {"end", "set aside"}
    never = by_hand(SHIFTED.replace(SHIFT, "")).data()["agendas"][0]["break_even"]
    assert never["shift"] is None
    assert never["later_talks"]["median"] is None
    assert never["later_talks"]["never"]["share"] == 1


def test_json_of_a_search():
    data = agenda(exact(KEPT), search=True).data()
    assert data["search"]["complete"] is True
    assert data["search"]["agendas"] == 3
    assert data["search"]["best"][0]["bundles"] == [["y"], ["x"]]
    assert [one["searched"] for one in data["agendas"]] == [False, True]
    assert by_hand(KEPT).data()["search"] is None


# --- words ---------------------------------------------------------------------------------------


def test_what_people_read_of_what_stays_settled():
    told = words(by_hand(KEPT))
    start = (
        "What to negotiate first What should be negotiated first, or everything together? All on"
    )
    assert re.sub("─+ ", "", told).startswith(f"{start} one table is agreed in every reading.")
    assert "'x first' completes in no reading." in told
    assert "It fails in every reading at the talks on y, where nothing suits A." in told
    assert "Nobody would rather have no deal than begin." in told
    assert "every order ends in what all at once would" in told
    assert "A share counts readings" not in told
    assert "%" not in told[told.index("On the table") : told.index("party by party")]


def test_what_people_read_of_a_break_even():
    told = words(by_hand(SHIFTED))
    begins = "once 'A is weaker' weighs about 3.5 times what the case assumes, or once later talks"
    assert f"A would rather have no deal than begin it {begins} are less likely than 29 %." in told
    assert "As the case stands it is refused by nobody." in told
    assert "Here failure on one bundle ends the whole process (as the case says)" in told
    assert "in half of the readings" not in told


def test_a_verdict_that_repeats_one_input_says_so():
    told = words(agenda(exact(SHIFTED.replace("shift: -4", "shift: -15"))))
    assert "repeats one thing that is put in, without which it is not so: A is weaker" in told


def test_without_something_an_exact_case_has_many_readings():
    # without B's no deal it is drawn: a share over readings, and no verdict on a single one
    (found,) = by_hand(SHIFTED).data()["agendas"]
    drawn = [one["completes"] for one in found["without"] if 0 < one["completes"]["share"] < 1]
    assert drawn
    assert all(share["error"] > 0 for share in drawn)


def test_everything_on_one_table_is_not_held_against_itself():
    refused = by_hand(KEPT).data()["all_at_once"]["refused_by"]["all_at_once"]
    assert {name: one["share"] for name, one in refused.items()} == {"a": 0, "b": 0}


def test_where_there_is_nothing_to_choose_that_is_all():
    # with nothing that stays, and no shift, both solve to (8, 6)
    answer = agenda(exact(KEPT.replace("part: 1", "part: 0").replace("no_deal: 5", "no_deal: 0")))
    (section,) = answer.sections()
    told = words(answer)
    assert "There is nothing to choose: every order of talks ends in what all at once" in told
    assert section.parts == ()
    assert section.tables == ()
    assert answer.headline()[0].text.startswith("There is nothing to choose")


def test_a_case_that_says_nothing_of_leaving_is_a_placeholder():
    text = KEPT[: KEPT.index("walk_away")] + KEPT[KEPT.index("agenda:") :]
    (section,) = agenda(exact(text)).sections()
    assert section.lead[0].text.startswith("Nobody said what stays when talks end")
    assert "Nobody said what stays" not in words(by_hand(KEPT))


def test_what_each_order_ends_in_is_told_issue_by_issue():
    (section,) = by_hand(SHIFTED).sections()
    (table,) = [one for one in section.tables if one.title.startswith("What each order ends in")]
    rows = [tuple(str(cell) for cell in row) for row in table.rows]
    assert rows == [("X", "x1", "every", "every"), ("Y", "y1", "every", "every")]


def test_orders_that_are_all_alike_need_no_table():
    text = KEPT.replace("part: 1", "part: 0").replace("no_deal: 5", "no_deal: 0")
    told = words(agenda(exact(text), search=True))
    assert "The 2 best are all alike: they complete in 100 % of these" in told
    assert "The best orders found" not in told


def test_command_and_report_tell_the_same_break_evens():
    case = harbour()
    there, here = agenda(case, order="cranes_first"), reported(Analysis(case=case))
    assert (
        of(there, "cranes_first")["break_even"]["shift"]
        == of(here, "cranes_first")["break_even"]["shift"]
    )
    assert there.negotiation.n_part == here.negotiation.n_part


def test_an_order_has_few_points():
    (section,) = ukraine().sections()
    for part in section.parts:
        if part.key.startswith("agenda-ceasefire"):
            assert 2 <= len(part.points) <= 6


def test_a_refusal_that_repeats_that_later_talks_never_come():
    text = SHIFTED.replace("  after_failure: end\n", "  after_failure: end\n  later_talks: 0\n")
    told = words(agenda(exact(text)))
    assert "The refusals repeat what is put in: that later talks never take place." in told


def test_gains_of_nothing_are_indifference():
    # B gets nothing from x1, and from y1 with x1 settled: it is indifferent, it does not "accept"
    text = SHIFTED.replace("x: {x0: 0, x1: 5}", "x: {x0: 0, x1: 0}").replace(
        "y: {y0: 0, y1: 5, y2: 15}", "y: {y0: 0, y1: 0, y2: 0}"
    )
    told = words(agenda(exact(text)))
    assert "some party gains nothing on one of the tables: it is indifferent there" in told


def test_nothing_to_agree_on_is_told_first_and_alone():
    told = words(agenda(exact(KEPT.replace("no_deal: 5", "no_deal: 50"))))
    assert "Nothing can be agreed in any reading looked at" in told
    assert "completes" not in told


def test_shifts_without_duration_are_asked_for():
    answer = agenda(harbour(), order="cranes_first")
    told = words(answer)
    assert "Nobody says how long 'cranes without crews' lasts" in told
    assert "In talks it matters only whether the effect is gone once somebody walks out" in told
    tables = [table for part in answer.sections()[0].parts for table in part.tables]
    assert "How long shifts last" in [table.title for table in tables]
    dated = harbour(ON_HARBOUR.replace("title: cranes", "lasts: for good, title: cranes"))
    assert "Nobody says how long" not in words(agenda(dated, order="cranes_first"))


def test_unstated_residues_are_told_as_assumptions():
    told = words(agenda(harbour(), order="cranes_first"))
    assert "Nobody says what stays of shifts and cranes if somebody walks out" in told
    assert "'cranes without crews' counts beside what stays of cranes" in told


def test_a_small_report_has_the_agendas_side_by_side():
    answer = reported(Analysis(case=exact(SHIFTED)))
    (chapter,) = answer.chapter()
    assert chapter.pictures
    assert [part.key for part in chapter.parts] == ["agenda-rests"]
    told = " ".join(sentence.text for sentence in answer.headline())
    assert told.startswith("'x first' completes in every reading. A would rather have no deal")


# --- what cannot be asked -------------------------------------------------------------------------


def test_a_case_without_orders_says_what_to_give():
    with pytest.raises(UnanswerableError, match="--order 'shifts then rest'"):
        agenda(load("harbour"))
    with pytest.raises(UnanswerableError, match="names no order"):
        reported(Analysis(case=load("harbour")))
    together = exact(KEPT.replace("x_first: x then y", "together: x + y"))
    with pytest.raises(UnanswerableError, match="names no order of talks with more than one table"):
        agenda(together)
    with pytest.raises(UnanswerableError, match="'rest' puts all issues on one table"):
        agenda(exact(KEPT), order="rest")
    with pytest.raises(UnknownNameError):
        agenda(exact(KEPT), solution="")


def test_a_party_without_amounts_is_named():
    case = case_of({"a": "a0 a1", "b": "b0 b1"}, {"R": ["ranking: [(a = a1), no deal]"]})
    with pytest.raises(DetenteError):
        agenda(case, order="a then b")


def test_too_many_packages_are_refused():
    case = loads(large_case(30, 10, 2))
    first = case.issues[0].name
    with pytest.raises(LimitError, match="packages"):
        agenda(case, order=f"{first} then rest")


def test_contradictory_statements_are_told():
    text = KEPT.replace("    - no_deal: 5\n", "    - no_deal: 5\n    - no_deal: 6\n")
    with pytest.raises(UnanswerableError, match="contradict"):
        agenda(loads(text))


# --- Ukraine -------------------------------------------------------------------------------------


def test_ceasefire_first_is_refused_by_russia_alone_and_by_shifts():
    found = of(ukraine(), "ceasefire_first")
    refused = found["refused_by"]["no_deal"]
    assert refused["russia"]["share"] > 0.1
    assert refused["russia"]["clearly"] < refused["russia"]["share"]
    assert max(refused[p]["share"] for p in ("ukraine", "united_states", "europe")) < 0.01
    # worse than all at once is the wider claim
    assert found["refused_by"]["all_at_once"]["russia"]["share"] > refused["russia"]["share"]
    even = found["break_even"]
    assert even["shift"]["who"]["russia"] > 0.9
    assert even["shift"]["low"] < even["shift"]["median"] < even["shift"]["high"]
    assert 0 < even["later_talks"]["median"] < 1
    # alone, as a whole deal, Russia would refuse it nearly always
    itself = found["first_by_itself"]["refused_by"]["russia"]["share"]
    assert itself > found["refused_by"]["all_at_once"]["russia"]["share"]


def test_ceasefire_first_under_both_rules_and_all_durations():
    answer = ukraine()
    walk = some_of(answer.negotiation.walk, np.arange(280))
    timing = some_time(answer.negotiation.timing, np.arange(280))
    (order,) = [
        outlook.agenda.order
        for outlook in answer.negotiation.outlooks
        if outlook.agenda.name == "ceasefire_first"
    ]
    ways = [(rule, lasts) for rule in AFTER_FAILURE for lasts in LASTS]
    runs = [Run(order=order, rule=rule, lasts=lasts) for rule, lasts in ways]
    found = rehearse(walk, timing, runs, Work())
    by_way = dict(zip(ways, found.played, strict=True))
    for rule in AFTER_FAILURE:
        gone, stays, for_good = (by_way[rule, lasts] for lasts in LASTS)
        assert (stays.course.values == for_good.course.values).all()
        # a shift that is gone with the talks cannot be held against what is signed
        assert gone.no_deal.alone[:, 0].sum() < stays.no_deal.alone[:, 0].sum()
    whole = rehearse(walk, timing, [Run(order=whole_of(walk))], Work()).played[0].course
    for lasts in LASTS:
        aside, end = (by_way[rule, lasts].course for rule in ("set aside", "end"))
        same = (aside.package == whole.package).all(axis=1)
        assert same[found.zone].mean() > 0.98
        assert end.completes.sum() < aside.completes.sum()
    told = {(one["rule"], one["lasts"]) for one in of(answer, "ceasefire_first")["under"]}
    assert len(told) == 3


def test_other_orders_lose_less_than_a_ceasefire_first():
    names = ("ceasefire_first", "territory_first", "framework_first", "framework_then_ceasefire")
    found = {name: of(ukraine(), name) for name in names}
    complete = {name: one["completes"]["share"] for name, one in found.items()}
    assert complete["territory_first"] == max(complete.values())
    assert complete["framework_then_ceasefire"] == min(complete.values())
    # against Russia, the framework is the better beginning
    assert (
        found["framework_first"]["against_all_at_once"]["russia"]
        > found["ceasefire_first"]["against_all_at_once"]["russia"]
    )
    # looking best is easy for a bundle that holds little
    stakes = {name: max(one["in_first_bundle"].values()) for name, one in found.items()}
    assert stakes["territory_first"] < stakes["framework_first"]


def test_security_first_is_refused_jointly():
    found = of(ukraine(), "security_first")["refused_by"]
    assert max(one["share"] for one in found["no_deal"].values()) < 0.01
    assert found["jointly"]["no_deal"][0]["parties"] == ["russia", "ukraine"]


def test_ukraine_leads_with_break_evens():
    (section,) = ukraine().chapter()
    told = [sentence.text for sentence in section.lead]
    assert "nothing can be agreed at all" in told[0]
    assert told[0].startswith("What should be negotiated first, or everything together? In 4 %")
    assert "nobody refuses to begin 'The framework first'" in told[1]
    assert told[2].startswith("Piece by piece, 'Territory first' completes most often")
    assert told[3].startswith("'A ceasefire first' is the most contested: Russia would rather")
    assert "once 'Russia gives up its main leverage' and 'Ukraine recovers" in told[3]
    assert "Nobody alone refuses to begin 'The framework first'" in told[4]
    assert len(told) <= 10
    assert len(ukraine().headline()) == 2


def test_the_share_without_a_shift_falls_short_of_that_with_it():
    found = of(ukraine(), "ceasefire_first")
    base = found["by_solution"]["nash"]["no_deal"]["share"]
    without = {one["left_out"]: one for one in found["without"]}
    assert without["Russia gives up its main leverage"]["no_deal"]["share"] < base
    assert without["Russia gives up its main leverage"]["changed"]["no_deal"] < 0


def test_seeds_differ_by_no_more_than_their_errors():
    case = harbour()
    shares = []
    for seed in range(4):
        analysis = Analysis(case=case, work=Work(seed=seed))
        shares.append(of(reported(analysis), "one_by_one")["completes"])
    spread = max(s["share"] for s in shares) - min(s["share"] for s in shares)
    assert spread < 6 * max(0.001, *(s["error"] for s in shares))
