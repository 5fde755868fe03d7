"""Offers against a plain recursion over the game, shares of endless talks, and their limit."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import DetenteError
from detente.solvers.alternating_offers import (
    alternating_offers,
    asymmetric_nash,
    bargaining_power,
    rubinstein,
)

HALF = Fraction(1, 2)
patiences = st.tuples(*[st.fractions(0, Fraction(9, 10), max_denominator=10)] * 2)
without = st.tuples(*[st.fractions(0, HALF, max_denominator=6)] * 2)


# --- finite --------------------------------------------------------------------------------------


def settled(rounds, patience, meanwhile, mover, unit):
    """Every offer on a grid, and the best of those that the other does not refuse.

    Waiting means another round, after which nothing is left but what each has meanwhile.
    """
    if not rounds:
        return meanwhile
    waiting = [
        d * v + (1 - d) * m
        for d, v, m in zip(
            patience,
            settled(rounds - 1, patience, meanwhile, 1 - mover, unit),
            meanwhile,
            strict=True,
        )
    ]
    other = 1 - mover
    accepted = [
        share for share in (n * unit for n in range(int(1 / unit) + 1)) if share >= waiting[other]
    ]
    best = 1 - min(accepted)
    if best < waiting[mover]:
        return tuple(waiting)
    return (best, 1 - best) if mover == 0 else (1 - best, best)


@given(
    st.integers(0, 4),
    st.tuples(*[st.sampled_from((Fraction(0), HALF, Fraction(1)))] * 2),
    st.tuples(*[st.sampled_from((Fraction(0), Fraction(1, 4), HALF))] * 2),
)
def test_backward_induction_over_all_offers(rounds, patience, meanwhile):
    """With halves and quarters four rounds stay on a grid of 128ths."""
    found = alternating_offers(rounds, patience, meanwhile=meanwhile)
    assert found == settled(rounds, patience, meanwhile, 0, Fraction(1, 128))


@given(st.integers(0, 12), patiences)
def test_a_last_round_moves_shares_by_what_is_left_of_it(rounds, patience):
    """After 2m rounds L (1 - e^m), after 2m + 1 L + (1 - L) e^m, with e the product of patience."""
    limit, left = rubinstein(patience)[0], (patience[0] * patience[1]) ** (rounds // 2)
    found = alternating_offers(rounds, patience)[0]
    assert found == (limit + (1 - limit) * left if rounds % 2 else limit * (1 - left))


# --- endless -------------------------------------------------------------------------------------


def test_shares_with_equal_patience_rubinstein1982():
    """Equal patience d: 1 / (1 + d) to the party that proposes first."""
    for tenths in range(10):
        d = Fraction(tenths, 10)
        assert rubinstein((d, d)) == (1 / (1 + d), d / (1 + d))


def test_who_does_not_lose_by_waiting_gets_everything_rubinstein1982():
    assert rubinstein((Fraction(1), HALF)) == (1, 0)
    assert rubinstein((HALF, Fraction(1))) == (0, 1)


@given(patiences, without)
def test_nobody_gains_by_offering_less_or_by_refusing(patience, meanwhile):
    """Each proposer leaves the other what waiting for its own offer is worth, no less, no more."""
    first = rubinstein(patience, meanwhile=meanwhile)
    second = rubinstein(patience[::-1], meanwhile=meanwhile[::-1])[::-1]
    for proposed, waited, other in ((first, second, 1), (second, first, 0)):
        d, m = patience[other], meanwhile[other]
        assert proposed[other] == d * waited[other] + (1 - d) * m
        assert sum(proposed) == 1
        assert proposed[1 - other] >= waited[1 - other]


@given(patiences, without)
def test_endless_talks_are_the_limit_of_ended_ones(patience, meanwhile):
    limit = rubinstein(patience, meanwhile=meanwhile)[0]
    found = alternating_offers(400, patience, meanwhile=meanwhile)[0]
    assert abs(found - limit) <= Fraction(1, 10**9)


# --- the Nash solution ---------------------------------------------------------------------------


@given(st.tuples(*[st.integers(0, 4)] * 2).filter(any), without)
def test_the_asymmetric_nash_solution_has_the_largest_product(weights, no_deal):
    def worth(share):
        return (share - no_deal[0]) ** weights[0] * (1 - share - no_deal[1]) ** weights[1]

    found = asymmetric_nash(weights, no_deal=no_deal)
    assert sum(found) == 1
    shares = (Fraction(n, 60) for n in range(61))
    rational = [share for share in shares if no_deal[0] <= share <= 1 - no_deal[1]]
    assert all(worth(found[0]) >= worth(share) for share in rational)


rates = st.tuples(*[st.fractions(Fraction(1, 100), HALF, max_denominator=100)] * 2)


@given(rates, without)
def test_fast_offers_lead_to_the_nash_solution_binmore1986(impatience, meanwhile):
    """Ever shorter turns come ever nearer, whoever proposes first."""
    aim = asymmetric_nash(bargaining_power(impatience), no_deal=meanwhile)
    for first in (0, 1):
        distances = []
        for turns in (1, 10, 100, 1000):
            patience = tuple(1 - rate / turns for rate in impatience)
            if first == 0:
                found = rubinstein(patience, meanwhile=meanwhile)[0]
            else:
                found = rubinstein(patience[::-1], meanwhile=meanwhile[::-1])[1]
            distances.append(abs(found - aim[0]))
        assert distances == sorted(distances, reverse=True)
        assert distances[-1] <= Fraction(1, 1000)


def test_a_chance_of_breaking_off_leads_to_the_nash_solution_binmore1986():
    """The same small chance for both that the next round is lost: the symmetric solution."""
    breakdown = (Fraction(1, 10), Fraction(3, 10))
    steady = 1 - Fraction(1, 10**6)
    found = rubinstein((steady, steady), meanwhile=breakdown)
    assert abs(found[0] - asymmetric_nash((1, 1), no_deal=breakdown)[0]) < Fraction(1, 10**6)
    assert asymmetric_nash((1, 1), no_deal=breakdown) == (Fraction(4, 10), Fraction(6, 10))


# --- what cannot be ------------------------------------------------------------------------------


def test_what_cannot_be_is_refused():
    with pytest.raises(DetenteError, match="-1 rounds"):
        alternating_offers(-1, (HALF, HALF))
    with pytest.raises(DetenteError, match="lies between 0 and 1"):
        alternating_offers(2, (HALF, Fraction(3, 2)))
    with pytest.raises(DetenteError, match="lies between 0 and 1"):
        rubinstein((-HALF, HALF))
    with pytest.raises(DetenteError, match="more than the pie"):
        rubinstein((HALF, HALF), meanwhile=(HALF, Fraction(2, 3)))
    with pytest.raises(DetenteError, match="neither party loses by waiting"):
        rubinstein((Fraction(1), Fraction(1)))
    with pytest.raises(DetenteError, match="the weights are 0 and 0"):
        asymmetric_nash((0, 0))
    with pytest.raises(DetenteError, match="the weights are -1 and 2"):
        asymmetric_nash((-1, 2))
