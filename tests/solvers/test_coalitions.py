"""The core against all divisions on a grid, and its proofs against adding up."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import DetenteError
from detente.solvers.bargaining_range import bargaining_range
from detente.solvers.coalitions import core, proves_empty

amounts = st.builds(Fraction, st.integers(-2, 12), st.just(12))


def coalitions(n):
    sizes = (combinations(range(n), size) for size in range(1, n + 1))
    return [frozenset(members) for members in chain.from_iterable(sizes)]


@st.composite
def games(draw):
    n = draw(st.integers(1, 4))
    named = draw(st.sets(st.sampled_from(coalitions(n))))
    return {members: draw(amounts) for members in sorted(named, key=sorted)}, n


def satisfied(shares, demands):
    return min(shares) >= 0 and all(
        sum(shares[party] for party in members) >= demand for members, demand in demands.items()
    )


@given(games(), st.builds(Fraction, st.integers(1, 18), st.just(12)))
def test_either_a_division_satisfies_everybody_or_weights_prove_that_none_does(game, pie):
    demands, n = game
    found = core(demands, n, pie=pie)
    assert found.empty == (found.needed > pie)
    if found.shares is not None:
        assert sum(found.shares) == pie
        assert satisfied(found.shares, demands)
    assert proves_empty(found.weights, demands, n, pie=pie) == found.empty
    enough = core(demands, n, pie=found.needed)
    assert enough.shares is not None
    assert satisfied(enough.shares, demands)


@given(st.lists(st.integers(0, 6), min_size=6, max_size=6))
def test_three_parties_against_all_divisions_in_twelfths(sixths):
    """Sums of two demands are halved at most, so that twelfths find every range there is."""
    demands = {
        members: Fraction(n, 6) for members, n in zip(coalitions(3)[:6], sixths, strict=True)
    }
    divisions = (
        (Fraction(a, 12), Fraction(b, 12), Fraction(12 - a - b, 12))
        for a, b in product(range(13), repeat=2)
        if a + b <= 12
    )
    assert core(demands, 3).empty != any(satisfied(shares, demands) for shares in divisions)


@given(
    st.fractions(0, 1, max_denominator=12),
    st.tuples(*[st.fractions(Fraction(-1, 4), Fraction(1, 2), max_denominator=12)] * 2),
)
def test_between_two_parties_it_is_the_bargaining_range(chance, costs):
    fighting = {frozenset({0}): chance - costs[0], frozenset({1}): 1 - chance - costs[1]}
    found = core(fighting, 2)
    both = bargaining_range(chance, costs)
    assert found.empty == both.empty
    if found.shares is not None:
        assert found.shares[0] in both


@pytest.mark.parametrize("n", [3, 4, 5])
def test_a_majority_that_takes_everything_leaves_no_core(n):
    """A majority that takes everything: weights shared evenly among the smallest majorities."""
    size = n // 2 + 1
    majorities = {m: Fraction(1) for m in coalitions(n) if size <= len(m) < n}
    found = core(majorities, n)
    assert found.empty
    assert found.needed == Fraction(n, size)
    smallest = [members for members in majorities if len(members) == size]
    even = Fraction(n, size * len(smallest))
    assert proves_empty(dict.fromkeys(smallest, even), majorities, n)


def test_each_war_wastes_and_yet_three_parties_have_no_range():
    """Each pair and the third: 3/4 + 1/10 of the pie, so a range for each, none for all."""
    pairs, alone = Fraction(3, 4), Fraction(1, 10)
    assert not bargaining_range(Fraction(17, 20), (Fraction(1, 10), Fraction(1, 20))).empty
    demands = {m: pairs if len(m) == 2 else alone for m in coalitions(3) if len(m) < 3}
    found = core(demands, 3)
    assert found.empty
    assert found.needed == Fraction(9, 8)
    assert dict(found.weights) == {m: Fraction(1, 2) for m in demands if len(m) == 2}
    two_thirds = {m: Fraction(2, 3) if len(m) == 2 else alone for m in demands}
    assert core(two_thirds, 3).shares == (Fraction(1, 3),) * 3


def test_weights_that_prove_nothing_are_seen_through():
    pairs = {m: Fraction(1) for m in coalitions(3) if len(m) == 2}
    half = dict.fromkeys(pairs, Fraction(1, 2))
    assert proves_empty(half, pairs, 3)
    assert not proves_empty(half, pairs, 3, pie=Fraction(3, 2)), "demands only meet the pie"
    assert not proves_empty(dict.fromkeys(pairs, Fraction(1)), pairs, 3), "counted twice"
    assert not proves_empty(half, {}, 3), "nobody demands anything"
    negative = {frozenset({0}): 2, frozenset({0, 1}): -1, frozenset({1}): 2, frozenset({2}): 1}
    assert not proves_empty(negative, {frozenset({0}): 1}, 3)


def test_more_may_be_demanded_of_a_coalition_than_its_parts_do():
    found = core({frozenset({0, 1}): Fraction(3, 2)}, 2)
    assert found.empty
    assert dict(found.weights) == {frozenset({0, 1}): 1}


@pytest.mark.parametrize("members", [(), (0, 3), (-1,)])
def test_coalitions_have_members_that_exist(members):
    with pytest.raises(DetenteError, match="members from 0 to 2, at least one"):
        core({frozenset(members): 1}, 3)
