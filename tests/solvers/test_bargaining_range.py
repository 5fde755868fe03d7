"""Ranges against all shares on a grid, and against the inequalities as they were published."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import DetenteError
from detente.solvers.bargaining_range import (
    PowerShift,
    bargaining_range,
    break_even,
    prospect,
    unappeased,
)

TENTH, HALF = Fraction(1, 10), Fraction(1, 2)
tenths = st.builds(Fraction, st.integers(0, 10), st.just(10))
chances = st.fractions(0, 1, max_denominator=12)
costs = st.tuples(*[st.fractions(0, Fraction(1, 2), max_denominator=12)] * 2)
parts = st.fractions(0, 1, max_denominator=4)
shifts = st.builds(
    PowerShift,
    before=chances,
    after=chances,
    costs=costs,
    discount=st.fractions(Fraction(1, 4), 1, max_denominator=8),
    later=st.fractions(Fraction(1, 2), 5, max_denominator=4),
)
parties = st.sampled_from((0, 1))


# --- one day -------------------------------------------------------------------------------------


def test_a_hundred_dollars_fearon1995():
    """Rationalist explanations for war, page 387: 50 per cent, $20 each, every split from $30."""
    found = bargaining_range(HALF, (Fraction(20, 100), Fraction(20, 100)))
    agreed = [dollars for dollars in range(101) if Fraction(dollars, 100) in found]
    assert agreed == list(range(30, 71))


@given(tenths, st.tuples(*[st.builds(Fraction, st.integers(-10, 10), st.just(10))] * 2))
def test_a_share_is_in_the_range_if_neither_party_would_rather_fight(chance, cost):
    found = bargaining_range(chance, cost)
    fighting = chance - cost[0], 1 - chance - cost[1]
    for share in (Fraction(n, 20) for n in range(21)):
        assert (share in found) == (share >= fighting[0] and 1 - share >= fighting[1])


@given(chances, costs)
def test_two_parties_that_lose_by_fighting_always_have_a_range(chance, cost):
    found = bargaining_range(chance, cost)
    assert not found.empty
    assert chance in found
    assert found.at(0) == found.low <= found.at(HALF) <= found.at(1) == found.high


def test_a_range_is_empty_where_fighting_is_liked():
    assert bargaining_range(HALF, (-TENTH, 0)).empty
    assert not bargaining_range(HALF, (-TENTH, TENTH)).empty


@pytest.mark.parametrize("chance", [Fraction(-1, 10), Fraction(11, 10)])
def test_a_chance_lies_between_0_and_1(chance):
    with pytest.raises(DetenteError, match="lies between 0 and 1"):
        bargaining_range(chance, (0, 0))


# --- two days ------------------------------------------------------------------------------------


def deals(shift):
    """Every share of today with every share of later that both accept later, in fortieths."""
    later = [x for x in (Fraction(n, 40) for n in range(41)) if x in shift.tomorrow]
    return [(now, then) for now, then in product((Fraction(n, 40) for n in range(41)), later)]


coarse = st.builds(
    PowerShift,
    before=tenths,
    after=tenths,
    costs=st.tuples(*[st.builds(Fraction, st.integers(0, 4), st.just(10))] * 2),
    discount=st.sampled_from((HALF, Fraction(1))),
    later=st.sampled_from((Fraction(1), Fraction(2))),
)


@given(coarse)
def test_somebody_fights_whatever_is_offered_if_no_pair_of_shares_satisfies_both(shift):
    weight = shift.discount * shift.later
    fighting = (
        shift.before * (1 + weight) - shift.costs[0],
        (1 - shift.before) * (1 + weight) - shift.costs[1],
    )
    worths = [(now + weight * then, 1 - now + weight * (1 - then)) for now, then in deals(shift)]
    assert worths
    agreed = any(worth[0] >= fighting[0] and worth[1] >= fighting[1] for worth in worths)
    assert agreed == (not unappeased(shift))
    for party in (0, 1):
        seen = prospect(shift, party)
        assert seen.fighting == fighting[party]
        assert seen.best_offer == max(worth[party] for worth in worths)


@given(st.fractions(0, Fraction(9, 10), max_denominator=10), chances, chances, costs)
def test_preventive_war_fearon1995(discount, before, after, cost):
    """A pie in each period for ever, and the stronger demands all it can: p2 d - p1 > c (1 - d)^2.

    As long as what it demands is a share, which page 406 takes for granted.
    """
    if not discount or after + cost[1] * (1 - discount) > 1:
        return
    shift = PowerShift(
        before=before, after=after, costs=cost, discount=discount, later=1 / (1 - discount)
    )
    fights = prospect(shift, 1, part=0).no_offer_suffices
    assert fights == (discount * after - before > cost[1] * (1 - discount) ** 2)


@given(shifts)
def test_war_as_a_commitment_problem_powell2006(shift):
    """What one gets by fighting today and the other by fighting tomorrow exceeds what there is."""
    locked_in = shift.before * shift.total - shift.costs[0]
    tomorrow = max(Fraction(0), (1 - shift.after) * shift.later - shift.costs[1])
    exceeded = locked_in + shift.discount * tomorrow > shift.total
    assert prospect(shift).no_offer_suffices == exceeded


@given(shifts)
def test_without_a_shift_there_is_always_an_offer(shift):
    still = PowerShift(
        before=shift.before,
        after=shift.before,
        costs=shift.costs,
        discount=shift.discount,
        later=shift.later,
    )
    assert not unappeased(still)
    assert not prospect(still, part=0).no_offer_suffices


@given(shifts)
def test_only_a_party_whose_chances_fall_is_beyond_offers(shift):
    found = unappeased(shift)
    assert len(found) <= 1
    if found:
        own = shift.seen_by(found[0])
        assert own.after < own.before


@given(shifts, parties, parts)
def test_a_larger_fall_than_the_break_even_leaves_no_offer(shift, party, part):
    fall = break_even(shift, party, part=part)
    own = shift.seen_by(party)
    assert 0 <= fall <= own.before

    def after(chance):
        moved = PowerShift(
            before=own.before,
            after=chance,
            costs=own.costs,
            discount=own.discount,
            later=own.later,
        )
        return prospect(moved, part=part)

    at = after(own.before - fall)
    assert not at.no_offer_suffices
    if fall < own.before:
        assert at.missing == 0
        assert at.fighting == at.best_offer
        for more in (Fraction(1, 1000), (own.before - fall) / 2, own.before - fall):
            assert after(max(Fraction(0), own.before - fall - more)).no_offer_suffices


@given(shifts, parties, parts)
def test_what_is_missing_would_suffice_as_a_guarantee(shift, party, part):
    seen = prospect(shift, party, part=part)
    assert (seen.missing > 0) == seen.no_offer_suffices
    assert seen.fighting - seen.missing <= seen.best_offer


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"before": Fraction(2)}, "chance of prevailing is 2"),
        ({"after": Fraction(-1)}, "chance of prevailing is -1"),
        ({"discount": Fraction(3, 2)}, "discount is 3/2"),
        ({"discount": Fraction(0)}, "more than 0"),
        ({"later": Fraction(0)}, "more than 0"),
        ({"costs": (TENTH, -TENTH)}, "cost of fighting is -1/10"),
    ],
)
def test_what_cannot_be_is_refused(change, told):
    with pytest.raises(DetenteError, match=told):
        PowerShift(**{"before": HALF, "after": HALF, "costs": (TENTH, TENTH), **change})


def test_a_part_of_the_range_lies_between_0_and_1():
    shift = PowerShift(before=HALF, after=HALF, costs=(TENTH, TENTH))
    with pytest.raises(DetenteError, match="part of the range is 2"):
        prospect(shift, part=2)
    with pytest.raises(DetenteError, match="part of the range is -1"):
        break_even(shift, part=-1)
