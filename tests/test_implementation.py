"""What roadmaps of a package give over the readings, against plain loops and by hand."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import numpy as np
import pytest

from detente.analysis import Analysis
from detente.case import Case
from detente.catalog import load
from detente.errors import LimitError, UnanswerableError
from detente.executors import opened
from detente.formats import loads
from detente.going_on import carried
from detente.implementation import Implementation, implementation_of
from detente.roadmaps import Roadmaps, roadmaps_of
from detente.signing import ends_of
from detente.solvers.orderings import orders_of
from detente.solvers.roadmap import gates_of
from detente.staging import staging_of
from detente.work import Work

ACCORD = """\
detente: 1
title: A ceasefire and a pledge
parties:
  north: Northland
  south: Southland
issues:
  fire: {options: [goes_on, ceases], status_quo: goes_on}
  pledge: {options: [none, given], status_quo: none}
proposals:
  accord: {fire: ceases, pledge: given}
preferences:
  north:
    - scores:
        fire: {goes_on: 0, ceases: 0}
        pledge: {none: 0, given: 30}
    - no_deal: 20
  south:
    - scores:
        fire: {goes_on: 0, ceases: 20}
        pledge: {none: 10, given: 10}
    - no_deal: 10
time: {unit: month}
walk_away:
  - keeps: fire
    part: 0
  - keeps: pledge
    part: 0
  - shift: 15
    on: north
    after: fire == ceases
    lasts: until completion
roadmap:
  items:
    fire: {delivered_by: [north, south], takes: 1}
    pledge: {delivered_by: [south], takes: 2}
  deadline: 2
  orders:
    ceasefire_first: fire then pledge
    pledge_first: pledge then fire
"""
"""Once the fire ceases Northland would sooner walk away (35) than take the accord (30)."""

DRAWN = (
    ACCORD.replace("no_deal: 20", "no_deal: 10..35")
    .replace("no_deal: 10\n", "no_deal: 5..25\n")
    .replace("part: 0\n", "part: 0..0.8\n", 1)
    .replace("shift: 15", "shift: 0..25")
)
"""The same, with amounts that are known as ranges only."""

LEAVING = """\
time: {unit: month}
walk_away:
  - keeps: hostilities
    part: 0..0.3
    because: rs2025#5
  - keeps: alliance
    part: 0.3..0.9
  - keeps: eu_membership
    part: 0.3..0.9
  - keeps: governance
    part: 0.3..0.9
  - shift: -20..-5
    on: russia
    after: hostilities == ceasefire
    because: rs2025#5
  - shift: 5..20
    on: ukraine
    after: hostilities == ceasefire
    because: rs2025#5
roadmap:
  items:
    hostilities: {delivered_by: [russia, ukraine], takes: 0.5}
    alliance: {delivered_by: [united_states, europe], takes: 1}
    eu_membership: {delivered_by: [russia], takes: 0.5}
    governance: {delivered_by: [ukraine], after: [eu_membership], takes: 2}
  deadline: 2025-09-01
  orders:
    ceasefire_first: hostilities then alliance + eu_membership then governance
    framework_first: alliance + eu_membership + governance then hostilities
"""


def worked_out(case: Case, asked: str, order: str | None = None, **given: object) -> Roadmaps:
    work = Work(**given)  # type: ignore[arg-type]
    return roadmaps_of(implementation_of(Analysis(case=case, work=work), asked), order)


@cache
def accord() -> Roadmaps:
    return worked_out(loads(ACCORD), "accord")


@cache
def drawn() -> Implementation:
    return implementation_of(Analysis(case=loads(DRAWN), work=Work(readings=200)), "accord")


def ukraine_case(leaving: str) -> Case:
    """Return the case with what is said of leaving replaced, whatever its file says."""
    text = (files("detente") / "catalog/ukraine/ukraine_2025.yaml").read_text(encoding="utf-8")
    for block in ("time", "walk_away", "agenda", "roadmap"):
        text = re.sub(rf"^{block}:.*\n(?:[ #].*\n|\n)*", "", text, flags=re.MULTILINE)
    return loads(text + leaving)


@cache
def ukraine() -> Roadmaps:
    return worked_out(ukraine_case(LEAVING), "framework")


def position(roadmaps: Roadmaps, name: str) -> int:
    return next(
        k for k, one in enumerate(roadmaps.shown) if one.proposed and one.proposed.name == name
    )


# --- by hand -------------------------------------------------------------------------------------


def test_a_ceasefire_first_breaks_where_the_sum_says():
    order = accord().outlook.carried[position(accord(), "ceasefire_first")]
    gate, party = order.tightest
    assert (order.gates[gate].after, order.gates[gate].inside, party) == (1, False, 0)
    assert (order.going_on[gate, party], order.walking_away[gate, party]) == (30, 35)
    assert [spread.mean for spread in order.missing] == [5, 0]
    assert (order.holds.value, order.holds.certain, order.exact) == (0, True, True)


def test_the_other_orders_hold_and_the_swap_mends():
    found = accord()
    staging = found.outlook.staging
    assert (staging.total, staging.searched, staging.complete) == (3, 3, True)
    assert (staging.average, staging.everywhere, staging.some.value) == (2, 2, 1)
    assert staging.best == (((0, 1),), ((1,), (0,)), ((0,), (1,)))  # at once meets the deadline
    assert staging.leaders == (((0, 1),), ((1,), (0,)))
    assert staging.worst == 0
    mending = found.mendings[position(found, "ceasefire_first")]
    swap = mending.changes[0]
    assert (swap.kind, swap.stages, swap.holds.value) == ("swap", ((1,), (0,)), 1)
    guarantee = mending.changes[-1]
    assert (guarantee.kind, guarantee.guarantees) == ("guarantee", (5, 0))
    (paid,) = next(one.payments for one in mending.changes if one.kind == "pay")
    assert (paid.party, paid.gate.after, paid.amount.mean) == ("north", 1, 5)
    assert mending.fixed.value == 0


def test_the_last_gate_fails_in_every_order_once_the_shift_is_for_good():
    found = worked_out(loads(ACCORD.replace("until completion", "for good")), "accord")
    north, south = found.outlook.ends.parties
    assert (north.stays.value, north.worth, north.short.mean) == (0, -5, 5)
    assert (south.stays.value, south.worth) == (1, 20)
    assert not any(order.holds.value for order in found.outlook.carried)
    assert all(mending.fixed.value == 1 for mending in found.mendings.values())


def test_the_gap_of_the_status_quo_is_told_apart():
    north, south = accord().outlook.ends.parties
    assert (north.gap.mean, south.gap.mean) == (20, 0)  # 20 - 0, and 10 - 10
    assert not north.hangs


def test_with_everything_irreversible_the_last_gate_tests_the_gap_alone():
    text = ACCORD.replace("part: 0\n", "part: 1\n")
    north, south = worked_out(loads(text), "accord").outlook.ends.parties
    assert (north.worth, north.same, north.hangs) == (-20, True, True)
    assert (north.by_gap.value, north.alone) == (1, True)
    assert (south.worth, south.same, south.hangs) == (0, True, False)


def test_time_and_what_is_in_force_by_the_deadline():
    implementation = accord().implementation
    assert implementation.time_of(((0,), (1,))) == 3
    assert implementation.time_of(((0, 1),)) == 2
    assert implementation.through_by_deadline(((0,), (1,))) == (0,)
    assert implementation.through_by_deadline(((0, 1),)) == (0, 1)


def test_leaving_out_the_shift_mends_what_it_broke():
    found = accord()
    place = position(found, "ceasefire_first")
    shift = found.reliance[-1]
    assert shift.without[None][place].holds.value == 1
    assert shift.weighs(place, None)
    assert not shift.sourced


# --- over readings -------------------------------------------------------------------------------


@pytest.mark.parametrize("stages", [((0,), (1,)), ((1,), (0,)), ((0, 1),)])
def test_shares_are_those_of_a_plain_loop(stages):
    implementation = drawn()
    (order,) = carried(implementation, [stages], None)
    rows = np.flatnonzero(implementation.among)
    assert 0 < len(rows) < len(implementation.among)
    gates = [gates_of(implementation.steps(np.array([row]), None), stages) for row in rows]
    assert order.holds.value == pytest.approx(np.mean([g.self_enforcing[0] for g in gates]))
    for party in range(2):
        lacking = [g.missing[0, party] / implementation.points for g in gates]
        assert order.missing[party].mean == pytest.approx(np.mean(lacking))
        assert order.missing[party].median == pytest.approx(np.median(lacking))
        below = np.mean(np.array(lacking) <= order.missing[party].most)
        assert below >= 0.95
    for k in range(len(order.gates)):
        for party, share in enumerate(order.leaves[k]):
            if share is not None:
                leaves = np.mean([g.slack[0, k, party] < 0 for g in gates])
                assert share.value == pytest.approx(leaves)


def test_some_order_in_each_reading_is_not_one_order_in_every_reading():
    implementation = drawn()
    staging = staging_of(implementation, None)
    orders, _ = orders_of(implementation.allowed, most=10)
    held = np.array([one.holding for one in carried(implementation, orders, None)])
    own = held[:, implementation.among]
    assert staging.some.value == pytest.approx(own.any(axis=0).mean())
    shares = dict(zip(orders, own.mean(axis=1), strict=True))
    assert shares[staging.best[0]] == max(shares.values())
    assert staging.everywhere == sum(own.all(axis=1))


def test_chunks_of_readings_make_no_difference(monkeypatch):
    implementation = drawn()
    (whole,) = carried(implementation, [((0,), (1,))], None)
    monkeypatch.setattr("detente.implementation._ROWS", 100)
    monkeypatch.setattr("detente.going_on._HELD", 1)
    again = carried(implementation, [((0,), (1,)), ((0, 1),)], None)[0]
    assert again.holds == whole.holds
    assert again.missing == whole.missing
    assert (again.going_on == whole.going_on).all()


def test_many_orders_are_searched_in_some_readings(monkeypatch):
    implementation = drawn()
    whole = staging_of(implementation, None)
    monkeypatch.setattr("detente.staging.MOST_LISTED", 1)
    found = staging_of(implementation, None, [((0,), (1,))])
    assert (found.total, found.complete) == (3, False)
    assert 0 < found.sampled <= 200
    assert found.undecided == 0
    assert abs(found.some.value - whole.some.value) < 5 * found.some.error + 0.02
    assert set(found.best) <= {((0,), (1,)), ((1,), (0,)), ((0, 1),)}
    assert found.worst is None
    again = staging_of(implementation, None, [], [((0, 1),), ((1,), (0,)), ((0,), (1,))])
    alone = staging_of(implementation, None)
    assert (again.best[0], again.leaders) == (alone.best[0], alone.leaders)


def test_it_is_the_same_on_any_executor():
    text = loads(DRAWN)
    here = worked_out(text, "accord", readings=50)
    with opened("processes:2") as executor:
        there = worked_out(text, "accord", readings=50, executor=executor)
    assert [one.holds for one in here.outlook.carried] == [
        one.holds for one in there.outlook.carried
    ]
    assert here.mendings == there.mendings
    assert here.outlook.staging.best == there.outlook.staging.best


# --- the framework for Ukraine -------------------------------------------------------------------


def test_every_duration_is_worked_out_where_none_is_stated():
    found = ukraine()
    assert list(found.outlooks) == ["while talks are open", "until completion", "for good"]
    assert found.told == "until completion"
    for lasts, outlook in found.outlooks.items():
        assert outlook.ends == ends_of(found.implementation, lasts)
        for order in outlook.carried:
            assert order.holds.value <= outlook.ends.stays.value + 1e-9
        assert outlook.best[0].holds.value <= outlook.staging.some.value + 1e-9
        assert outlook.staging.complete


def test_shifts_that_end_with_the_talks_or_with_completion_leave_the_last_gate_alone():
    talks, completion, _ = (outlook.ends for outlook in ukraine().outlooks.values())
    assert talks == completion


def test_shifts_that_end_with_the_talks_are_as_good_as_none():
    bare = re.sub(r"  - shift:(?:.*\n){4}", "", LEAVING)
    assert "shift" not in bare
    found = worked_out(ukraine_case(bare), "framework")
    assert list(found.outlooks) == [None]
    talks = ukraine().outlooks["while talks are open"]
    for name in ("ceasefire_first", "framework_first"):
        one = found.outlook.carried[position(found, name)]
        assert one.holds == talks.carried[position(ukraine(), name)].holds


def test_how_long_the_shift_lasts_turns_the_order_round():
    found = ukraine()
    ceasefire, framework = (
        position(found, name) for name in ("ceasefire_first", "framework_first")
    )
    until = found.outlooks["until completion"].carried
    good = found.outlooks["for good"].carried
    assert until[ceasefire].holds.value < until[framework].holds.value
    assert good[ceasefire].holds.value > good[framework].holds.value
    ukrainian = found.implementation.signatories.index("ukraine")
    assert until[ceasefire].missing[ukrainian].mean > until[framework].missing[ukrainian].mean


def test_what_fits_before_september():
    found = ukraine()
    through = [
        found.implementation.through_by_deadline(one.stages)
        for one in found.shown
        if one.proposed is not None
    ]
    issues = found.implementation.issues
    told = [None if one is None else {issues[k] for k in one} for one in through]
    assert told == [{"hostilities"}, set(), set()]


# --- what cannot be answered ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "asked", "says"),
    [
        (ACCORD, "fire = goes_on", "leaves everything as it is"),
        (
            ACCORD + "constraints:\n  - require: fire != ceases or pledge != given\n",
            "accord",
            "accord is not feasible: it breaks the constraint",
        ),
    ],
)
def test_packages_that_have_no_roadmap(text, asked, says):
    with pytest.raises(UnanswerableError, match=says):
        implementation_of(Analysis(case=loads(text)), asked)


def test_a_package_of_too_many_items_is_refused(monkeypatch):
    monkeypatch.setattr("detente.implementation.MOST_ITEMS", 1)
    with pytest.raises(LimitError, match="moves 2 issues; stages are worked out up to 1"):
        implementation_of(Analysis(case=loads(ACCORD)), "accord")


def test_ordinal_signatories_have_no_walk_away_values():
    text = ACCORD[: ACCORD.index("  south:\n    - scores")] + (
        "  south:\n    - ranking: (fire = ceases) > no deal\n"
    )
    with pytest.raises(UnanswerableError, match="cardinal statements from Southland"):
        implementation_of(Analysis(case=loads(text)), "fire = ceases")


def test_a_package_that_nobody_accepts_is_told_over_all_readings():
    found = worked_out(load("ukraine-2025"), "april_plan", readings=50).implementation
    assert not found.ever_accepted
    assert found.among.all()
