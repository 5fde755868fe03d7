"""Prices and pressures against cases in which the shift is written into the statements."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis import Analysis
from detente.answers.compare import compare
from detente.answers.leverage import Persuasion, leverage
from detente.catalog import load, names
from detente.errors import ExpressionError, UnanswerableError, UnknownNameError
from detente.number import plain
from detente.pressure import Pressure
from detente.price import Price
from detente.table import Section
from detente.work import Work
from tests.answers.cases import EASY, ENDS, ISSUES, case_of, random_exact, scores, words
from tests.test_contract import documented, fits, is_number, is_statement

PROPOSAL = "proposals:\n  plan: {a: a1}\n"
PARTY = (*ENDS, "importance: a > b")


@cache
def weighed(name: str) -> Persuasion:
    return leverage(load(name))


def pressed(*entries: str, on: tuple[str, ...] = (*PARTY, "no_deal: 60")) -> Persuasion:
    """Return what some pressures do to P, who likes the plan a little; Q signs anything."""
    lines = "\n".join(f"  - {{by: Q, on: P, {entry}}}" for entry in entries)
    case = case_of(ISSUES, {"P": on, "Q": EASY}, more=f"{PROPOSAL}leverage:\n{lines}\n")
    return leverage(case)


def only(answer: Persuasion) -> tuple[Pressure, Price]:
    (one,) = answer.weighed
    return answer.pressures[0], one.prices["P"]


def verdict_at(no_deal: Fraction, on: tuple[str, ...] = PARTY) -> str:
    """Return the verdict of P where what walking away is worth is written into its statements."""
    statements = (*on, f"no_deal: {plain(no_deal)}")
    case = case_of(ISSUES, {"P": statements, "Q": EASY}, more=PROPOSAL)
    return compare(case).data()["proposals"]["plan"]["verdicts"]["P"]


# --- prices --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", names())
def test_without_pressure_shares_and_verdicts_are_those_of_compare(name):
    case = load(name)
    if not case.proposals:
        with pytest.raises(UnanswerableError, match="no proposals"):
            leverage(case)
        return
    compared, answer = compare(case).data()["proposals"], weighed(name).data()
    for proposal, prices in answer["price"].items():
        assert {k: p["verdict"] for k, p in prices.items()} == compared[proposal]["verdicts"]
        shares = {k: p["share"] for k, p in prices.items()}
        together = answer["together"][proposal]["now"]
        assert {**shares, "all": together} == compared[proposal]["shares"]


@pytest.mark.parametrize("name", ["harbour", "ukraine-2025"])
def test_paying_a_price_buys_exactly_what_it_is_the_price_of(name):
    little = Fraction(1, 10**6)
    for one in weighed(name).weighed:
        for price in one.prices.values():
            if price.every is not None:
                assert price.kind(price.every) == "every"
                assert price.kind(price.every - little) != "every"
            if price.least is not None:
                assert (price.kind(price.least) != "none") == price.attained
                assert price.kind(price.least - little) == "none"
                assert price.kind(price.least + little) != "none"
            for part, amount in ((0.5, price.half), (0.9, price.nine_tenths)):
                if amount is not None:
                    assert price.after(amount).share.value >= part
                    assert price.after(amount - little).share.value < part


def test_in_an_exact_case_every_price_is_what_is_missing():
    for seed in range(12):
        exact = random_exact(seed, generous=bool(seed % 2))
        case = exact.case()
        for package in exact.packages[::3]:
            text = ", ".join(f"{issue} = {o}" for issue, o in exact.named(package).items())
            prices = leverage(case, proposal=text).weighed[0].prices
            for k, player in enumerate(exact.players):
                price = prices[f"P{k}"]
                found = {price.central, price.half, price.nine_tenths, price.every, price.least}
                missing = None if player.crosses(package) else -player.gain(package)
                assert found == {missing}
                assert price.attained == (missing is not None)


def test_a_crossed_red_line_has_no_price():
    answer = pressed("shift: -90", on=(*PARTY, "no_deal: 60", "red_line: a == a1"))
    price = answer.data()["price"]["plan"]["P"]
    assert [price[k] for k in ("central", "half", "nine_tenths", "every", "least")] == [None] * 5
    assert price["red_lines"][0]["text"]
    assert "Empty: Party P refuses by a red line, which no pressure moves." in words(answer)


@pytest.mark.parametrize("confidence", ["low", "medium"])
def test_the_central_reading_imposes_a_red_line_as_likely_as_not(confidence):
    line = f"red_line: a == a1\nconfidence: {confidence}"
    _, price = only(pressed("shift: -9", on=(*PARTY, "no_deal: 60", line)))
    assert price.central is None


def test_what_is_proved_overrules_what_is_counted():
    """A certain tie is drawn within half a point either way; its price is 0 all the same."""
    answer = pressed("shift: 10", on=(*ENDS, "compare: no deal ~ (a = a1, b = b0)"))
    _, price = only(answer)
    assert not price.shortfalls.accepts().all()
    assert {price.half, price.nine_tenths, price.every, price.least} == {0}
    (line,) = next(s for s in sections_of(answer) if s.pictures).pictures[0].lines
    assert [p.most for p in line.points] == [1.0] + [0.0] * (len(line.points) - 1)


def test_a_red_line_that_may_be_crossed_leaves_a_price_in_some_readings():
    line = "red_line: a == a1\nconfidence: high"
    answer = pressed("shift: -90", on=(*PARTY, "no_deal: 60", line))
    price = answer.data()["price"]["plan"]["P"]
    assert price["every"] is None
    assert price["central"] is None
    assert price["half"] is None
    assert price["least"] == -40
    (pressure,) = answer.data()["pressures"]
    assert pressure["proposals"]["plan"]["verdict_full"] == {"least": "some", "most": "some"}
    assert "it is not certain that it does" in words(answer)


def test_a_party_known_by_an_order_has_no_price_in_points():
    case = case_of(
        ISSUES,
        {"P": ["priorities: [a == a1]"], "Q": EASY},
        more=f"{PROPOSAL}leverage:\n  - {{by: Q, on: P, shift: -9, cost: 2}}\n",
    )
    answer = leverage(case)
    assert answer.data()["price"]["plan"]["P"]["every"] is None
    (pressure,) = answer.data()["pressures"]
    assert pressure["proposals"]["plan"]["empty"] is None
    assert "known by an order only" in words(answer)
    assert "so a shift in points says nothing" in words(answer)
    assert "cannot be told in points" in words(answer)


def test_a_party_that_cannot_be_answered_for_is_named():
    case = case_of(
        ISSUES,
        {"P": [*ENDS, "no_deal: 1", "no_deal: 2"], "Q": EASY},
        more=f"{PROPOSAL}leverage:\n  - {{by: P, on: P, shift: -9}}\n",
    )
    answer = leverage(case)
    assert "Party P takes cannot be told: statements contradict each other" in words(answer)
    assert answer.data()["together"]["plan"]["now"] is None


# --- the credibility at which a pressure begins to work ------------------------------------------


@settings(max_examples=12)
@given(st.integers(-20, 120), st.integers(-60, 60).filter(bool))
def test_the_verdict_turns_where_a_changed_case_turns(no_deal, shift):
    """P values the plan at 50 to 100: beside the verdicts of cases with the shift written in."""
    answer = pressed(f"shift: {shift}", on=(*PARTY, f"no_deal: {no_deal}"))
    effect = answer.data()["pressures"][0]["proposals"]["plan"]
    begins = effect["begins_at"]["most"]

    def at(credibility):
        return verdict_at(no_deal + shift * credibility)

    assert at(Fraction(0)) == effect["verdict_now"]
    assert at(Fraction(1)) == effect["verdict_full"]["most"]
    if begins is None:
        assert {at(Fraction(k, 8)) for k in range(9)} == {effect["verdict_now"]}
        return
    number = begins["credibility"]
    turning = Fraction(number["exact"]) if isinstance(number, dict) else Fraction(str(number))
    little = Fraction(1, 10**6)
    if turning:
        assert at(turning - little) == effect["verdict_now"]
    assert (at(turning) != effect["verdict_now"]) == begins["included"]
    assert at(turning if begins["included"] else turning + little) == begins["verdict"]


def test_an_end_that_strict_statements_exclude_begins_just_above():
    """At most 50 is excluded: no reading values the plan at that much or more."""
    on = (*PARTY[:2], "importance: b > a", "no_deal: 60")
    answer = pressed("shift: -20", on=on)
    effect = answer.data()["pressures"][0]["proposals"]["plan"]
    assert effect["verdict_now"] == "none"
    assert effect["begins_at"]["most"] == {"credibility": 0.5, "included": False, "verdict": "some"}
    assert verdict_at(Fraction(50), on[:-1]) == "none"
    assert verdict_at(Fraction(49), on[:-1]) == "some"
    assert "at any credibility above 0.5 Party P accepts in some" in words(answer).replace(
        "At any", "at any"
    )


def test_an_end_that_needs_full_belief_and_a_little_more_never_begins():
    answer = pressed("shift: -10", on=(*PARTY[:2], "importance: b > a", "no_deal: 60"))
    effect = answer.data()["pressures"][0]["proposals"]["plan"]
    assert effect["begins_at"] == {"least": None, "most": None}
    assert "takes more than 10 points, and this brings 10 at the most" in words(answer)


@settings(max_examples=25)
@given(st.integers(40, 110), st.integers(-60, 60).filter(bool))
def test_half_of_the_readings_turn_where_it_says(no_deal, shift):
    pressure, price = only(pressed(f"shift: {shift}", on=(*PARTY, f"no_deal: {no_deal}")))
    whole = pressure.full.most
    half, little = price.halfway(whole), Fraction(1, 10**6)

    def many(credibility):
        return price.after(credibility * whole).share.value >= 0.5

    if half is None:
        assert {many(Fraction(k, 20)) for k in range(21)} == {many(Fraction(0))}
    else:
        assert many(half.credibility) != many(Fraction(0)) or not half.included
        assert many(half.credibility + little) != many(Fraction(0)) or half.credibility == 1
        if half.credibility:
            assert many(half.credibility - little) == many(Fraction(0))


@settings(max_examples=25)
@given(st.integers(0, 120), st.lists(st.integers(-60, 60), min_size=2, max_size=4))
def test_the_more_no_deal_falls_the_more_readings_accept(no_deal, falls):
    _, price = only(pressed("shift: -1", on=(*PARTY, f"no_deal: {no_deal}")))
    judged = [price.after(Fraction(fall)) for fall in sorted(falls)]
    shares = [one.share.value for one in judged]
    order = ["none", "some", "every"]
    assert shares == sorted(shares)
    assert [one.kind for one in judged] == sorted((one.kind for one in judged), key=order.index)


@pytest.mark.parametrize("name", ["harbour", "ukraine-2025"])
def test_a_fall_is_the_analysis_with_no_deal_moved(name):
    for one in weighed(name).weighed:
        for party, price in one.prices.items():
            for fall in (-7, 4, 31):
                moved = weighed(name).analysis.shifted({party: Fraction(-fall)})
                (judged,) = moved.judge([one.judged.package])
                assert price.after(Fraction(fall)) == judged.parties[party]


# --- what is told of pressures -------------------------------------------------------------------


def test_a_range_is_shown_at_both_ends():
    answer = pressed("shift: -30..-5, credibility: 0.2..0.5", on=(*PARTY, "no_deal: 90"))
    (pressure,) = answer.pressures
    assert (pressure.stated.least, pressure.stated.most) == (1, 15)
    assert (pressure.full.least, pressure.full.most) == (5, 30)
    effect = answer.data()["pressures"][0]["proposals"]["plan"]
    now, stated, full = effect["share_now"], effect["share_stated"], effect["share_full"]
    assert now < stated["least"] < stated["most"] < full["most"]
    assert stated["least"] < full["least"]


def test_a_pressure_that_makes_walking_away_better_works_against_the_proposal():
    answer = pressed("shift: 30, title: arms", on=(*PARTY, "no_deal: 40"))
    effect = answer.data()["pressures"][0]["proposals"]["plan"]
    assert (effect["verdict_now"], effect["verdict_full"]["most"]) == ("every", "some")
    begins = effect["begins_at"]["most"]
    assert begins["included"] is False
    assert begins["credibility"] == {"value": 1 / 3, "exact": "1/3"}
    text = words(answer)
    assert "It works against the proposal: walking away gets better for Party P." in text
    assert "At any credibility above 0.33 (1/3) Party P accepts in some readings" in text


def test_a_shift_of_either_sign_is_shown_both_ways():
    answer = pressed("shift: -5..10", on=(*PARTY, "no_deal: 60"))
    effect = answer.data()["pressures"][0]["proposals"]["plan"]
    assert effect["share_full"]["least"] < effect["share_now"] < effect["share_full"]["most"]
    assert "It may work either way" in words(answer)


def test_what_is_empty_is_said():
    accepting = pressed("shift: -30", on=(*PARTY, "no_deal: 40"))
    assert "Empty: Party P accepts in every reading already." in words(accepting)
    far = pressed("shift: -5, title: scorn", on=(*PARTY, "no_deal: 130"))
    assert far.data()["pressures"][0]["proposals"]["plan"]["empty"]
    assert "still refuses in every reading. To accept in any reading takes more than 30" in words(
        far
    )
    assert "Scorn (Party Q on Party P): on plan it is empty by itself." in words(far)
    faint = pressed("shift: -1/1000", on=(*PARTY, "no_deal: 60"))
    assert faint.data()["pressures"][0]["proposals"]["plan"]["empty"]
    assert "even fully believed, no verdict changes, and the share moves by no" in words(faint)


def test_the_part_of_a_stated_credibility_without_effect_is_said():
    short, long = "shift: -40, credibility: 0.1..0.2", "shift: -40, credibility: 0.1..0.9"
    on = (*PARTY, "no_deal: 120")
    assert "0.1 to 0.2, does not reach that; none of it has an effect" in words(
        pressed(short, on=on)
    )
    part = "Of the stated credibility, 0.1 to 0.9, what lies below 0.5 has no effect"
    assert part in words(pressed(long, on=on))
    beyond = "0.9, reaches that; what of it lies beyond 0.5 is not needed"
    assert beyond in words(pressed("shift: -40, credibility: 0.9", on=on))


@pytest.mark.parametrize(
    ("cost", "gain", "told"),
    [
        ("5", 8, "worth 8 more than no deal to it: worth it, if it brings about the agreement"),
        ("9", 8, "worth 8 more than no deal to it: not worth it"),
        ("5..9", 8, "worth it only toward the lower end"),
        ("1", -3, "costs Party Q 1 point; the proposal is worth 3 less than no deal to it"),
    ],
)
def test_a_cost_is_held_against_the_gain_of_the_one_who_bears_it(cost, gain, told):
    own = (scores(a={"a0": 0, "a1": gain}, b={"b0": 0, "b1": 0}), "no_deal: 0")
    case = case_of(
        ISSUES,
        {"P": (*PARTY, "no_deal: 60"), "Q": own},
        more=f"{PROPOSAL}leverage:\n  - {{by: Q, on: P, shift: -9, cost: {cost}}}\n",
    )
    answer = leverage(case)
    assert told in words(answer)
    assert answer.data()["pressures"][0]["proposals"]["plan"]["own_gain"] == gain


# --- sets, and all together ----------------------------------------------------------------------


def sections_of(answer: Persuasion) -> list[Section]:
    found = list(answer.sections())
    for section in found:
        found += section.parts
    return found


def sets_of(answer: Persuasion, level: str, basis: str) -> dict[str, object]:
    return next(s for s in answer.data()["sets"] if (s["level"], s["basis"]) == (level, basis))


def test_sets_that_suffice_are_minimal_and_the_cheapest_is_named():
    answer = pressed(
        "shift: -10, cost: 9, title: ban",
        "shift: -6, cost: 1, title: toll",
        "shift: -5, cost: 2..3, title: tax",
        "shift: 3, title: aid",
        on=(*PARTY, "no_deal: 60"),
    )
    found = sets_of(answer, "every", "full")
    assert found["needed"] == 10
    assert [one["pressures"] for one in found["minimal"]] == [[0], [1, 2]]
    assert found["cheapest"] == {
        "pressures": [1, 2],
        "fall": 11,
        "cost": {"low": 3, "high": 4},
        "withstands": False,
    }
    assert found["complete"]
    (table,) = next(part for part in sections_of(answer) if part.key == "pressures-plan-P").tables
    assert table.rows[-1][-1] == "toll with tax (cost 3 to 4) †; or ban (cost 9) †"
    assert "† no longer, if all that works against the proposal is applied as well." in words(
        answer
    )


def test_costs_count_at_their_upper_ends():
    answer = pressed("shift: -20, cost: 1..9", "shift: -20, cost: 3..4", on=(*PARTY, "no_deal: 60"))
    assert sets_of(answer, "every", "full")["cheapest"]["pressures"] == [1]


def test_sets_are_sought_as_stated_and_fully_believed():
    answer = pressed("shift: -20..-12, credibility: 0.5..0.9", on=(*PARTY, "no_deal: 60"))
    for basis, suffices in (("stated_least", 0), ("stated_most", 1), ("full", 1)):
        assert len(sets_of(answer, "every", basis)["minimal"]) == suffices


def test_where_a_party_accepts_already_no_set_is_needed():
    answer = pressed("shift: -20", on=(*PARTY, "no_deal: 40"))
    found = sets_of(answer, "every", "full")
    assert (found["needed"], found["minimal"], found["cheapest"]) == (-10, [], None)


def test_together_all_signatories_are_counted_under_all_pressures():
    """Beside the joint share of a case in which both shifts are written into the statements."""
    other = ("order: {a: a0 > a1}", "order: {b: b1 > b0}", "no_deal: 30")
    more = (
        f"{PROPOSAL}leverage:\n  - {{by: Q, on: P, shift: -20}}\n  - {{by: Q, on: P, shift: 4}}\n"
        "  - {by: P, on: Q, shift: -40, credibility: 0.5}\n"
    )
    given_pressures = case_of(ISSUES, {"P": (*PARTY, "no_deal: 90"), "Q": other}, more=more)
    found = leverage(given_pressures).data()["together"]["plan"]
    written = {"P": (*PARTY, "no_deal: 74"), "Q": (*other[:2], "no_deal: 10")}
    share = compare(case_of(ISSUES, written, more=PROPOSAL)).data()["proposals"]["plan"]["shares"]
    assert found["now"] == 0
    assert found["stated"]["least"] == found["stated"]["most"]
    assert found["stated"]["most"] == pytest.approx(share["all"], abs=0.04)
    fuller = case_of(
        ISSUES, {"P": (*PARTY, "no_deal: 74"), "Q": (*other[:2], "no_deal: -10")}, more=PROPOSAL
    )
    share = compare(fuller).data()["proposals"]["plan"]["shares"]
    assert found["full"]["most"] == pytest.approx(share["all"], abs=0.04)


# --- which pressures count, and what can be asked ------------------------------------------------


def test_a_sweetener_for_one_proposal_bears_on_no_other():
    more = (
        "proposals:\n  plan: {a: a1}\n  other: {b: b1}\n"
        "leverage:\n  - {by: Q, on: P, shift: -20, only_for: plan, title: aid}\n"
    )
    case = case_of(ISSUES, {"P": (*PARTY, "no_deal: 60"), "Q": EASY}, more=more)
    answer = leverage(case)
    assert list(answer.data()["pressures"][0]["proposals"]) == ["plan"]
    assert {one["proposal"] for one in answer.data()["sets"]} == {"plan"}
    assert "Aid (only for plan)" in words(answer)
    same = leverage(case, proposal="a = a1")
    assert list(same.data()["pressures"][0]["proposals"]) == ["a = a1"]


def test_a_pressure_belongs_to_its_view():
    case = case_of(
        ISSUES,
        {"P": (*PARTY, "no_deal: 60\nview: said", "no_deal: 70\nview: believed"), "Q": EASY},
        more=f"{PROPOSAL}leverage:\n  - {{by: Q, on: P, shift: -20, view: said}}\n",
    )
    assert leverage(case).pressures == ()
    assert len(leverage(case, work=Work(view="said")).pressures) == 1


def test_a_view_may_be_that_of_a_pressure_alone():
    case = case_of(
        ISSUES,
        {"P": (*PARTY, "no_deal: 60"), "Q": EASY},
        more=f"{PROPOSAL}leverage:\n  - {{by: Q, on: P, shift: -20, view: hawks}}\n",
    )
    assert leverage(case).pressures == ()
    assert len(leverage(case, work=Work(view="hawks")).pressures) == 1
    with pytest.raises(UnknownNameError, match="no statement has the view 'hawk'; did you mean"):
        leverage(case, work=Work(view="hawk"))


def test_without_pressures_prices_are_told_all_the_same():
    case = case_of(ISSUES, {"P": (*PARTY, "no_deal: 60"), "Q": EASY}, more=PROPOSAL)
    answer = leverage(case)
    assert answer.data()["pressures"] == []
    assert "names no pressures or sweeteners" in words(answer)
    assert "Its yes takes" in words(answer) or "to spare" in words(answer)


def test_what_is_not_feasible_is_said_to_be_so():
    more = f"constraints:\n  - require: a == a0\n{PROPOSAL}"
    answer = leverage(case_of(ISSUES, {"P": (*PARTY, "no_deal: 60"), "Q": EASY}, more=more))
    assert "It is not feasible, whatever is offered or threatened" in words(answer)


def test_a_proposal_that_does_not_exist_is_one_message():
    with pytest.raises(ExpressionError, match="no such proposal"):
        leverage(load("harbour"), proposal="april_plan")


def test_amounts_with_an_open_end_are_faults():
    with pytest.raises(Exception, match=r"leverage\[0\].shift: 'less than -4' is open at one end"):
        pressed("shift: less than -4")


# --- the contract --------------------------------------------------------------------------------

STRANGE = (
    "shift: -30..-5, credibility: 0.2..0.5, title: both ways, cost: 1/3",
    "shift: -70, only_for: plan",
)


def paths(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Go through the leaves of an answer with their documented paths."""
    if isinstance(value, dict) and not (is_number(value) or is_statement(value)):
        for key, inner in value.items():
            named = re.fullmatch(r"price|together|pressures\[\]\.proposals", path)
            step = "{proposal}" if named else "{party}" if path == "price.{proposal}" else key
            yield from paths(inner, f"{path}.{step}".lstrip("."))
    elif isinstance(value, list) and not path.endswith("sources"):
        for inner in value:
            yield from paths(inner, f"{path}[]")
    else:
        yield path, value


def test_every_key_is_documented_with_its_type_and_the_other_way():
    kinds = {**documented()["In every answer"], **documented()["leverage"]}
    rejecting = pressed(*STRANGE, on=(*PARTY, "no_deal: 90", "red_line: a == a1\nconfidence: low"))
    answers = [weighed("harbour"), weighed("ukraine-2025"), rejecting]
    answers += [pressed(*STRANGE, on=(*PARTY, f"no_deal: {n}")) for n in (60, 110)]
    seen = {}
    for answer in answers:
        for path, value in paths(json.loads(answer.json())):
            seen[path] = value
            kind = kinds[path]
            assert fits(value, kind) or (value is None and kind == "null"), (path, value)
    assert set(kinds) == set(seen)


# --- the talks on Ukraine ------------------------------------------------------------------------


def test_the_tariff_threat_changes_no_verdict_on_the_ceasefire():
    """The range of Russia's gain reaches 200 points below no deal, and the threat weighs 12."""
    answer = weighed("ukraine-2025")
    (tariffs,) = answer.data()["pressures"]
    assert (tariffs["by"], tariffs["on"]) == ("united_states", "russia")
    effect = tariffs["proposals"]["ceasefire_first"]
    assert effect["begins_at"] == {"least": None, "most": None}
    assert effect["half_at"] == {"least": None, "most": None}
    assert (effect["verdict_now"], effect["verdict_full"]) == (
        "some",
        {"least": "some", "most": "some"},
    )
    assert answer.data()["price"]["ceasefire_first"]["russia"]["every"] > 12
    assert tariffs["proposals"]["april_plan"]["empty"]
    told = (
        "Even fully believed it changes no verdict: Russia still accepts in some readings and "
        "refuses in others."
    )
    assert told in words(answer)


def test_the_whole_shift_leaves_the_verdict_by_the_polytope_itself():
    analysis = Analysis(case=load("ukraine-2025"))
    package = analysis.case.vocabulary.proposals["ceasefire_first"]
    opinion = analysis.opinions["russia"]
    frame = opinion.preferences.frame
    gain = frame.package(package) - frame.no_deal
    assert {opinion.certain.kind(gain + fall) for fall in (0, 4, 12)} == {"some"}
