"""Shortfalls against acceptance reading by reading; sets of shifts against all subsets."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import LimitError
from detente.packages import enumerate_packages, package_space
from detente.solvers import leverage
from detente.solvers.acceptance import accepted
from detente.solvers.leverage import Shortfalls, cheapest_set, shortfalls, sufficient_sets
from tests.strategies import case_of, opinions_of, readings_of

numbers = st.builds(Fraction, st.integers(-6, 6), st.integers(1, 3))
shifts = st.lists(numbers, max_size=7)


# --- sets of shifts ------------------------------------------------------------------------------


def subsets(n: int):
    return (s for size in range(n + 1) for s in combinations(range(n), size))


def suffices(falls, chosen, needed):
    return sum((falls[k] for k in chosen), Fraction(0)) >= needed


@given(shifts, numbers)
def test_minimal_sets_are_those_from_which_nothing_can_be_left_out(falls, needed):
    found = sufficient_sets(falls, needed)
    enough = [s for s in subsets(len(falls)) if suffices(falls, s, needed)]
    minimal = [s for s in enough if not any(set(o) < set(s) for o in enough)]
    assert found.sets == tuple(minimal)
    assert found.complete


@given(shifts, numbers, st.integers(1, 3))
def test_a_search_that_ends_early_says_so(falls, needed, most):
    everything = sufficient_sets(falls, needed).sets
    some = sufficient_sets(falls, needed, most=most)
    assert len(some.sets) == min(most, len(everything))
    assert set(some.sets) <= set(everything)
    assert some.complete == (len(everything) <= most)


@given(st.data(), shifts, numbers)
def test_the_cheapest_set_is_the_cheapest_of_all_subsets(data, falls, needed):
    """Of shifts that help; ties go to the fewest members, then to the order of the file."""
    costs = data.draw(st.lists(numbers, min_size=len(falls), max_size=len(falls)))
    helping = [s for s in subsets(len(falls)) if all(falls[k] > 0 for k in s)]
    enough = [s for s in helping if suffices(falls, s, needed)]
    best = min(enough, key=lambda s: (sum(costs[k] for k in s), len(s), s), default=None)
    assert cheapest_set(falls, costs, needed) == best


def test_the_cheapest_need_not_be_the_smallest():
    falls = [Fraction(10), Fraction(6), Fraction(5)]
    assert sufficient_sets(falls, Fraction(10)).sets == ((0,), (1, 2))
    assert cheapest_set(falls, [Fraction(9), Fraction(1), Fraction(2)], Fraction(10)) == (1, 2)


def test_too_many_sets_to_hold_are_refused_by_name(monkeypatch):
    monkeypatch.setattr(leverage, "MOST_KEPT", 8)
    powers = [Fraction(2**k) for k in range(6)]
    with pytest.raises(LimitError, match="cheapest of 6 pressures"):
        cheapest_set(powers, powers, Fraction(50))


# --- shortfalls ----------------------------------------------------------------------------------

THREE = "a: [a0, a1]\nb: [b0, b1]\nc: [c0, c1]"
BEST = ("order: {a: a1 > a0}", "order: {b: b1 > b0}", "order: {c: c1 > c0}")
CASES = {
    "stated": (*BEST, "no_deal: 20..80"),
    "uncertain red line and a rule": (
        *BEST,
        "rule: a == a1 and b == b1\nworth: -30..10",
        "red_line: b == b1\nconfidence: low",
    ),
    "exact, uncertain red line": (
        "scores:\n  a: {a0: 0, a1: 1/3}\n  b: {b0: 0, b1: 2/3}\n  c: {c0: 0, c1: 0}",
        "no_deal: 1",
        "red_line: a == a1\nconfidence: medium",
    ),
    "exact, beyond doubles": (
        f"scores:\n  a: {{a0: 0, a1: {10**25}}}\n  b: {{b0: 0, b1: 1/7}}\n  c: {{c0: 0, c1: 0}}",
        f"no_deal: {10**25}",
    ),
    "ties that rounding to the grid breaks": (*BEST, "no_deal: 100"),
    "ordinal": ("priorities: [b == b1, a == a1]",),
}


@pytest.mark.parametrize("name", CASES)
def test_without_a_shift_it_is_acceptance_itself(name):
    readings = readings_of(case_of(THREE, CASES[name]))
    space = package_space(readings.case, opinions_of(readings.case))
    choices = enumerate_packages(space)
    mask = accepted(space, "P", readings.draws["P"], choices)
    for row, one in enumerate(shortfalls(space, "P", readings.draws["P"], choices)):
        assert np.array_equal(*np.broadcast_arrays(one.accepts(), mask[row]))


@st.composite
def any_shortfalls(draw):
    n = draw(st.integers(1, 8))
    whole = st.integers(-20, 20)
    kind = draw(st.sampled_from([np.float64, object]))
    units = np.array(draw(st.lists(whole, min_size=n, max_size=n)), dtype=kind)
    wide = draw(st.booleans())
    refused = draw(st.lists(st.booleans(), min_size=n if wide else 1, max_size=n if wide else 1))
    if draw(st.booleans()):
        units = units[:1]
    return Shortfalls(scale=draw(st.integers(1, 7)), units=units, refused=np.array(refused))


@given(any_shortfalls(), st.builds(Fraction, st.integers(-60, 60), st.integers(1, 9)))
def test_a_reading_accepts_when_the_fall_makes_up_what_it_lacks(missing, fall):
    units, refused = np.broadcast_arrays(missing.units, missing.refused)
    by_hand = [
        not no and Fraction(int(unit), missing.scale) <= fall
        for unit, no in zip(units, refused, strict=True)
    ]
    found = missing.accepts(fall)
    assert np.broadcast_to(found, units.shape).tolist() == by_hand
    assert missing.shares([fall, Fraction(0)])[0] == sum(by_hand) / len(by_hand)


@given(any_shortfalls(), st.builds(Fraction, st.integers(1, 8), st.just(8)))
def test_what_is_asked_is_the_least_fall_with_that_share(missing, part):
    asked = missing.asked(part)
    units, refused = np.broadcast_arrays(missing.units, missing.refused)
    falls = sorted({Fraction(int(unit), missing.scale) for unit in units})
    enough = [f for f in falls if np.broadcast_to(missing.accepts(f), units.shape).mean() >= part]
    assert asked == min(enough, default=None)
    if asked is None:
        assert 1 - refused.mean() < part


@given(any_shortfalls(), st.lists(numbers, min_size=2, max_size=5).map(sorted))
def test_a_larger_fall_never_lowers_the_share(missing, falls):
    shares = missing.shares(falls)
    assert (np.diff(shares) >= 0).all()
    masks = [missing.accepts(fall) for fall in falls]
    assert all((small <= large).all() for small, large in pairwise(masks))


@settings(max_examples=30)
@given(st.integers(0, 10**40))
def test_falls_beyond_every_double_are_compared_as_they_are(huge):
    units = np.array([10**40, -(10**40)], dtype=object)
    big = Shortfalls(scale=1, units=units, refused=np.zeros(1, dtype=bool))
    assert big.accepts(Fraction(huge)).tolist() == [huge >= 10**40, True]
    small = Shortfalls(scale=10**6, units=np.array([5.0]), refused=np.zeros(1, dtype=bool))
    assert small.accepts(Fraction(10**300)).tolist() == [True]
    assert small.accepts(Fraction(-(10**300))).tolist() == [False]
