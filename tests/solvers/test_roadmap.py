"""Roadmaps against their definition in exact fractions, over all orders of small random ones."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import roadmaps as measuring
from detente.errors import LimitError
from detente.solvers import roadmap_repairs, roadmaps
from detente.solvers.best_order import best_order
from detente.solvers.orderings import Precedence, n_orders, orders_of
from detente.solvers.roadmap import (
    Gate,
    duration_of,
    gates_of,
    in_force_by,
    of_signatories,
    plain_steps,
    ticks_of,
)
from detente.solvers.roadmap_labels import best_by_labels
from detente.solvers.roadmap_listing import list_orders
from detente.solvers.roadmap_repairs import in_halves, payments_of, repairs_of, snapping_back
from detente.solvers.roadmap_sets import best_by_sets, fits
from detente.solvers.roadmaps import count_orders, search_orders
from detente.solvers.talks import Term
from detente.work import Work
from tests.solvers.roads import Effect, Road, partitions, precedence_of, readings, road, steps_of

seeds = st.integers(0, 10**6)
few = settings(max_examples=25, deadline=None)
"""Each example goes over all orders."""


@given(seeds)
@few
def test_gates_are_those_of_the_definition(seed: int):
    given_road = road(seed)
    steps = steps_of([given_road])
    for order in given_road.orders[:: max(1, len(given_road.orders) // 40)]:
        gates = gates_of(steps, order)
        assert gates.missing[0].tolist() == [float(g) for g in given_road.missing(order)]
        assert gates.self_enforcing.tolist() == [given_road.good(order)]
        for party in range(given_road.n_signatories):
            found = gates.slack[0, :, party]
            expected = sorted(given_road.slacks(party, order))
            assert sorted(found[np.isfinite(found)]) == [float(slack) for slack in expected]
            assert found[gates.binds[0, party]] == expected[0]


@given(seeds)
@few
def test_readings_do_not_mix(seed: int):
    roads = readings(seed, 4)
    steps = steps_of(roads)
    for order in roads[0].orders[:20]:
        expected = [[float(g) for g in one.missing(order)] for one in roads]
        assert gates_of(steps, order).missing.tolist() == expected


def test_orders_are_counted_as_fubini_did():
    assert [n_orders(Precedence(n_items=n)) for n in range(7)] == [1, 1, 3, 13, 75, 541, 4683]
    for n in range(5):
        assert set(orders_of(Precedence(n_items=n), most=100)[0]) == set(partitions(range(n)))


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=3),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=1),
)
def test_precedence_leaves_the_orders_that_keep_to_it(before, together):
    allowed = Precedence(n_items=4, before=tuple(before), together=tuple(together))
    listed, whole = orders_of(allowed, most=75)
    kept = []
    for order in partitions(range(4)):
        stage = {item: number for number, items in enumerate(order) for item in items}
        good = all(stage[a] <= stage[b] for a, b in before)
        if good and all(stage[a] == stage[b] for a, b in together):
            kept.append(order)
        assert allowed.admits(order) == (order in kept)
    assert whole
    assert sorted(listed) == sorted(kept)
    assert n_orders(allowed) == len(kept)


def test_a_stage_of_one_block_holds_what_must_be_together():
    allowed = Precedence(n_items=3, together=((0, 2),), largest=1)
    assert orders_of(allowed, most=9) == ((((1,), (0, 2)), ((0, 2), (1,))), True)
    assert not allowed.admits(((0, 1, 2),))


@given(seeds)
@few
def test_every_search_finds_what_brute_force_finds(seed: int):
    given_road = road(seed)
    steps, allowed = steps_of([given_road]), precedence_of(given_road)
    missing = {order: given_road.missing(order) for order in given_road.orders}
    largest = min(max(need) for need in missing.values())
    summed = min(sum(need) for need in missing.values())
    good = sum(not any(need) for need in missing.values())
    listing = list_orders(steps, tuple(given_road.orders))
    assert listing.n_good.tolist() == [not any(need) for need in missing.values()]
    assert listing.largest.many == (good,)
    for found, sought in ((listing.largest, largest), (best_by_labels(steps, allowed), largest)):
        assert found.complete
        assert found.least[0] == sought
        assert max(missing[found.orders[0]]) == sought
        assert found.found[0] == (good > 0)
    for found in (listing.summed, best_by_labels(steps, allowed, summed=True)):
        assert found.complete
        assert found.least[0] == summed
        assert sum(missing[found.orders[0]]) == summed
    if fits(steps, allowed):
        found = best_by_sets(steps, allowed)
        assert found.many == (good,)
        assert found.least[0] == largest
        assert max(missing[found.orders[0]]) == largest


@given(seeds)
@few
def test_single_items_may_drift_and_still_be_searched_by_sets(seed: int):
    one = road(seed, plain=True)
    one = replace(one, drift=[2**16 * (k - 1) for k in range(len(one.final))], together=[])
    allowed = precedence_of(one, largest=1)
    orders = [order for order in one.orders if all(len(stage) == 1 for stage in order)]
    found = best_by_sets(steps_of([one]), allowed)
    assert found.least[0] == min(max(one.missing(order)) for order in orders)
    assert found.many == (sum(one.good(order) for order in orders),)


@given(seeds)
@few
def test_few_labels_bound_what_they_do_not_decide(seed: int):
    given_road = road(seed)
    least = min(max(given_road.missing(order)) for order in given_road.orders)
    found = best_by_labels(steps_of([given_road]), precedence_of(given_road), most=1)
    assert found.bound[0] <= least <= found.least[0]
    assert max(given_road.missing(found.orders[0])) == found.least[0]


def test_labels_that_are_cut_say_that_they_are_bounded():
    cut = [
        best_by_labels(steps_of([one]), precedence_of(one), most=1)
        for one in (road(seed, n_items=5) for seed in range(60))
    ]
    assert 0 < sum(not found.complete for found in cut) < len(cut)


@given(seeds)
@few
def test_the_one_order_good_in_most_readings(seed: int):
    roads = readings(seed, 7)
    steps, allowed = steps_of(roads), precedence_of(roads[0])
    good = {order: [one.good(order) for one in roads] for order in roads[0].orders}
    most = max(sum(holds) for holds in good.values())
    found = best_order(steps, allowed)
    assert found.complete
    assert found.n_good == most
    if most:
        assert good[found.stages] == found.good.tolist()
    cut = best_order(steps, allowed, most=2)
    assert cut.n_good <= most <= cut.bound
    for most_orders in (10**6, 1):
        searched = search_orders(steps, allowed, most_orders=most_orders, sums=True)
        assert searched.complete
        assert searched.n_orders == len(good)
        assert searched.best.n_good == most
        some = [any(holds[row] for holds in good.values()) for row in range(7)]
        assert searched.some_order_holds.tolist() == some


def test_some_order_in_each_reading_is_not_one_order_in_all():
    # The first signatory's item must come first in one reading, and last in the other.
    steps = plain_steps(
        final=[[5, 5], [5, 5]],
        no_deal=[[0, 0], [0, 0]],
        kept=[[[9, 0], [-9, 0]], [[-9, 0], [9, 0]]],
    )
    found = search_orders(steps, Precedence(n_items=2, largest=1))
    assert found.some_order_holds.tolist() == [True, True]
    assert found.best.n_good == 1


@given(seeds)
@few
def test_signing_and_the_last_gate_are_the_same_in_every_order(seed: int):
    one = road(seed, plain=True)
    steps = steps_of([one])
    ends = {
        tuple(map(tuple, gates_of(steps, order).slack[0, [0, -1]].tolist())) for order in one.orders
    }
    assert len(ends) == 1
    found = repairs_of(steps, one.orders[0])
    assert found.missing_at_ends.tolist() == [np.maximum(-np.array(*ends).min(axis=0), 0).tolist()]
    if found.no_order_mends[0]:
        assert not any(map(one.good, one.orders))
    else:
        assert not found.missing_at_ends.any()


@given(seeds)
@few
def test_where_everything_is_irreversible_the_last_gate_tests_an_input_only(seed: int):
    one = road(seed, plain=True)
    parties = range(len(one.final))
    status_quo = [3 * 2**16 * (k - 1) for k in parties]
    at_end = [one.final[k] - status_quo[k] for k in parties]  # the package's whole effect is kept
    one = replace(one, at_end=at_end)
    slack = gates_of(steps_of([one]), one.orders[-1]).slack[0, -1]
    for party in range(one.n_signatories):
        assert slack[party] == status_quo[party] - one.no_deal[party]


@given(seeds)
@few
def test_repairs_do_what_they_say(seed: int):
    roads = readings(seed, 3)
    steps, allowed = steps_of(roads), precedence_of(roads[0])
    order = roads[0].orders[seed % len(roads[0].orders)]
    found = repairs_of(steps, order, allowed=allowed, variants=[("none", steps)])
    before = np.array([[float(g) for g in one.missing(order)] for one in roads])
    places = [roadmap_repairs.KINDS.index(repair.kind) for repair in found.repairs]
    assert places == sorted(places)
    for repair in found.repairs:
        if repair.kind in ("swap", "bundle", "variant"):
            assert allowed.admits(repair.stages)
            after = np.array([[float(g) for g in one.missing(repair.stages)] for one in roads])
        elif repair.kind == "snap back":
            after = gates_of(snapping_back(steps, *repair.places), order).missing
        elif repair.kind == "split":
            after = gates_of(in_halves(steps, *repair.places), repair.stages).missing
        else:
            after = np.zeros_like(before)
        assert (repair.missing == after).all()
        assert (repair.falls == before.max(axis=1) - after.max(axis=1)).all()
        assert (repair.mends == (before.any(axis=1) & ~after.any(axis=1))).all()


@given(seeds)
@few
def test_an_item_snaps_back_as_one_whose_effects_are_not_kept(seed: int):
    one = road(seed)
    item = seed % one.n_items
    goes = [item in effect.items and effect.nature == "residue" for effect in one.kept]
    gone = [
        replace(effect, amounts=[0] * len(one.final)) if lost else effect
        for effect, lost in zip(one.kept, goes, strict=True)
    ]
    lost = [
        sum(effect.amounts[k] for effect, lost in zip(one.kept, goes, strict=True) if lost)
        for k in range(len(one.final))
    ]
    at_end = [a - b for a, b in zip(one.at_end, lost, strict=True)]
    expected = replace(one, kept=gone, at_end=at_end)
    order = one.orders[-1]
    missing = gates_of(snapping_back(steps_of([one]), item), order).missing[0]
    assert missing.tolist() == [float(g) for g in expected.missing(order)]


def test_an_item_that_snaps_back_leaves_the_shift_that_it_brought():
    steps = plain_steps(final=[[9, 9]], no_deal=[[0, 0]], kept=[[[3, 0]], [[2, 0]]])
    amounts = np.array([[[0.0, 0.0], [8.0, 0.0]]])
    shift = Term(places=(0,), sizes=(2,), amounts=amounts, nature="shift")
    steps = replace(steps, kept=(*steps.kept, shift))  # until completion: not part of kept_at_end
    before, after = (gates_of(s, [(0,), (1,)]) for s in (steps, snapping_back(steps, 0)))
    assert before.walking_away[0, :, 0].tolist() == [0, 11, 5]
    assert after.walking_away[0, :, 0].tolist() == [0, 8, 2]


def test_who_is_left_alone_pays_no_guarantee():
    """So that a guarantee of what is missing is enough, however unsure the next stage is."""
    steps = plain_steps(final=[[10]], no_deal=[[0]], kept=[[[20]], [[-20]]])
    steps = replace(steps, comes=np.array([0.5]))
    order = [(0,), (1,)]
    missing = gates_of(steps, order).missing[0, 0]
    assert missing == 5
    amounts = np.array([[[0.0], [-missing]]])
    guarantee = Term(places=(0,), sizes=(2,), amounts=amounts, nature="guarantee")
    mended = replace(steps, kept=(*steps.kept, guarantee), kept_at_end=steps.kept_at_end - missing)
    assert gates_of(mended, order).slack[0, :, 0].tolist() == [8, 0, 15]
    assert best_by_labels(mended, Precedence(n_items=2, largest=1)).found.all()


def test_what_dates_from_signing_is_not_halved_with_an_item():
    steps = plain_steps(final=[[9]], no_deal=[[0]], kept=[[[6]]])
    amounts = np.array([[[-4.0]]])
    guarantee = Term(places=(), sizes=(), amounts=amounts, nature="guarantee")
    steps = replace(steps, kept=(*steps.kept, guarantee), kept_at_end=steps.kept_at_end - 4)
    assert gates_of(steps, [(0,)]).walking_away[0, :, 0].tolist() == [0, 2]
    halves = gates_of(in_halves(steps, 0), [(0,), (1,)])
    assert halves.walking_away[0, :, 0].tolist() == [0, -1, 2]


def test_twenty_items_with_a_guarantee_from_signing():
    n_items = 20
    steps = plain_steps(
        final=[[9]], no_deal=[[0]], kept=[[[12 * (item == 7)]] for item in range(n_items)]
    )
    guarantee = Term(places=(), sizes=(), amounts=np.array([[[-4.0]]]), nature="guarantee")
    steps = replace(steps, kept=(*steps.kept, guarantee), kept_at_end=steps.kept_at_end - 4)
    found = best_by_sets(steps, Precedence(n_items=n_items, largest=1))
    assert found.many == (factorial(n_items),)


def test_half_an_item_counts_half():
    one = Road(
        n_signatories=2,
        final=[8, 8],
        no_deal=[0, 0],
        kept=[Effect(items=(0,), amounts=[6, -2]), Effect(items=(0, 1), amounts=[4, 2])],
        at_end=[10, 0],
        meanwhile=[],
        delivers=[set(), set()],
        takes=[2, 1],
        patience=[Fraction(1)] * 2,
        comes=Fraction(1),
        drift=[0, 0],
    )
    halves = in_halves(steps_of([one]), 0)
    gates = gates_of(halves, [(0,), (1,), (2,)])
    assert gates.walking_away[0].tolist() == [[0, 0], [3, -1], [5, 0], [10, 0]]
    assert duration_of(halves, [(0,), (1,), (2,)]) == 3


@given(seeds)
@few
def test_payments_make_everybody_go_on_and_are_no_larger_than_that(seed: int):
    one = road(seed)
    steps = steps_of([one])
    order = one.orders[seed % len(one.orders)]
    gates = gates_of(steps, order)
    due = payments_of(steps, gates)[0]
    own = of_signatories(steps)
    promised = np.zeros(one.n_signatories)
    for after in reversed(range(len(order) + 1)):
        here = [place for place, gate in enumerate(gates.gates) if gate.after == after]
        if after < len(order):
            promised = promised * own.patience ** own.takes[list(order[after])].max()
            promised = promised * float(one.comes)
        promised = promised + due[here].sum(axis=0)
        slack = gates.slack[0, here].min(axis=0) + promised
        assert (slack >= 0).all()
        paid = due[here].sum(axis=0) > 0
        assert (slack[paid] < 1).all()
    if one.comes == 1 and set(one.patience) == {Fraction(1)}:
        assert due.sum(axis=0).tolist() == gates.missing[0].tolist()


def test_inside_a_stage_only_who_delivers_a_part_can_fail_to():
    steps = plain_steps(
        final=[[4, 4, 4]],
        no_deal=[[0, 0, 0]],
        kept=[[[-5, 9, 9]], [[9, -5, 9]], [[0, 0, -18]]],
        delivered_by=[[True, False, False], [False, True, False], [False, False, False]],
    )
    gates = gates_of(steps, [(0, 1), (2,)])
    assert gates.gates == (Gate(after=0), Gate(after=0, inside=True), Gate(after=1), Gate(after=2))
    assert gates.walking_away[0, 1].tolist() == [9, 9, -np.inf]
    assert gates.missing.tolist() == [[5, 5, 14]]
    assert gates.binds.tolist() == [[1, 1, 2]]


def test_an_item_several_deliver_is_not_there_without_one_of_them():
    steps = plain_steps(
        final=[[4, 4]],
        no_deal=[[0, 0]],
        kept=[[[20, 0]], [[3, 0]]],
        delivered_by=[[True, True], [False, True]],
    )
    gates = gates_of(steps, [(0, 1)])
    assert gates.walking_away[0, 1].tolist() == [3, -np.inf]


def test_who_is_no_signatory_cannot_walk_away():
    steps = plain_steps(final=[[4, -9]], no_deal=[[0, 0]], kept=[[[1, 1]]])
    assert gates_of(replace(steps, n_signatories=1), [(0,)]).self_enforcing.tolist() == [True]
    assert gates_of(steps, [(0,)]).self_enforcing.tolist() == [False]


def test_a_tie_holds():
    steps = plain_steps(final=[[4, 4]], no_deal=[[4, 0]], kept=[[[0, 4]]])
    gates = gates_of(steps, [(0,)])
    assert gates.slack.min() == 0
    assert gates.self_enforcing.tolist() == [True]


def test_values_that_need_rounding_are_rounded_to_the_unit():
    steps = replace(
        plain_steps(final=[[10, 10]], no_deal=[[0, 0]], kept=[[[0, 0]]], takes=[1]),
        patience=np.array([0.93, 1.0]),
    )
    gates = gates_of(steps, [(0,)])
    assert gates.going_on[0, 0].tolist() == [9, 10]
    assert not gates.exact
    assert gates_of(replace(steps, patience=np.ones(2)), [(0,)]).exact


def test_times_add_up_in_any_order():
    takes = [0.1, 0.2, 0.7, 1 / 3]
    steps = plain_steps(final=[[0]], no_deal=[[0]], kept=[[[0]]] * 4, takes=takes)
    lasts = {duration_of(steps, [(k,) for k in order]) for order in permutations(range(4))}
    assert lasts == {Fraction(4, 3)}
    assert in_force_by(steps, [(0,), (1, 2), (3,)], Fraction(8, 10)) == (0, 1, 2)
    assert in_force_by(steps, [(0,), (1, 2), (3,)], 0) == ()
    assert ticks_of(np.array(takes)) == ([3, 6, 21, 10], 30)


@pytest.mark.parametrize("stages", [[(0,)], [(0, 1), (1,)], [(0,), (), (1,)], [(0,), (2,)]])
def test_stages_that_are_no_order_are_refused(stages):
    steps = plain_steps(final=[[0]], no_deal=[[0]], kept=[[[0]]] * 2)
    with pytest.raises(ValueError, match="no order of 2 items"):
        gates_of(steps, stages)


def test_too_many_items_are_refused():
    steps = plain_steps(final=[[0]], no_deal=[[0]], kept=[[[0]]] * 23)
    with pytest.raises(LimitError, match="23 items"):
        search_orders(steps, Precedence(n_items=23))


@pytest.mark.parametrize("slow", [False, True])
def test_stages_are_made_smaller_where_there_are_too_many_and_it_is_said(monkeypatch, slow):
    steps = plain_steps(final=[[1]], no_deal=[[0]], kept=[[[0]]] * 4)
    steps = replace(steps, comes=np.array([0.5])) if slow else steps
    monkeypatch.setattr(roadmaps, "ROADMAP_STEPS", 60)
    monkeypatch.setattr(roadmaps, "ROADMAP_ARCS", 60)
    found = search_orders(steps, Precedence(n_items=4), most_orders=1)
    assert (found.largest, found.all_sizes, found.n_orders) == (2, False, 66)
    assert not found.complete


def test_a_search_without_time_is_bounded():
    steps = plain_steps(final=[[1]], no_deal=[[0]], kept=[[[3]]] * 4)
    for found in (
        best_by_sets(steps, Precedence(n_items=4), work=Work(seconds=0.0)),
        best_by_labels(steps, Precedence(n_items=4), work=Work(seconds=0.0)),
    ):
        assert found.orders == (None,)
        assert not found.complete
        assert found.bound[0] <= 11


def test_compiled_counts_are_those_of_plain_ones(monkeypatch):
    allowed = Precedence(n_items=6, before=((0, 3), (1, 3)), together=((4, 5),))
    plain = count_orders(allowed)
    monkeypatch.setattr(roadmaps, "COUNTED_STEPS", 0)
    assert count_orders(allowed) == plain == n_orders(allowed)


def test_counts_pass_what_64_bits_hold():
    nothing = plain_steps(final=[[0]], no_deal=[[0]], kept=[[[0]]] * 21)
    assert best_by_sets(nothing, Precedence(n_items=21, largest=1)).many == (factorial(21),)


def test_the_benchmark_works_out_again_what_it_measured():
    steps = measuring.roadmap(5, slow=True)
    least = best_by_labels(steps, Precedence(n_items=5, largest=1))
    measuring._check(steps, least)
    with pytest.raises(ArithmeticError, match="something else"):
        measuring._check(steps, replace(least, least=least.least + 1))
