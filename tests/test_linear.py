from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.linear import Bounds, Linear, Row, related
from tests.strategies import UNKNOWNS, linear_of

number = st.builds(Fraction, st.integers(-9, 9), st.integers(1, 5))
linears = st.builds(linear_of, st.lists(number, min_size=3, max_size=3), number)
points = st.builds(
    lambda values: dict(zip(UNKNOWNS, values, strict=True)),
    st.lists(number, min_size=3, max_size=3),
)


@given(linears, linears, number, points)
def test_arithmetic_agrees_with_the_arithmetic_of_values(a, b, factor, point):
    assert (a + b).at(point) == a.at(point) + b.at(point)
    assert (a - b).at(point) == a.at(point) - b.at(point)
    assert (-a).at(point) == -a.at(point)
    assert (a * factor).at(point) == (factor * a).at(point) == factor * a.at(point)
    assert (a + factor).at(point) == a.at(point) + factor
    assert (a - factor).at(point) == a.at(point) - factor


@given(linears, linears, number)
def test_no_coefficient_of_nothing_is_kept(a, b, factor):
    for linear in (a + b, a - b, a - a, a * factor, a * 0):
        assert all(linear.terms.values())


@given(linears, points)
def test_rows_hold_exactly(linear, point):
    value = linear.at(point)
    assert Row(linear=linear, relation=">").holds(point) == (value > 0)
    assert Row(linear=linear, relation=">=").holds(point) == (value >= 0)
    assert Row(linear=linear, relation="==").holds(point) == (value == 0)


@given(linears, linears, points, st.sampled_from([">", ">=", "~"]), st.booleans())
def test_related(better, worse, point, relation, certain):
    a, b = better.at(point), worse.at(point)
    near = abs(a - b) <= 1
    true = {">": a > b, ">=": a >= b, "~": a == b if certain else near}[relation]
    rows = list(related(better, relation, worse, certain=certain))
    assert all(row.holds(point) for row in rows) == true


@pytest.mark.parametrize(
    ("bounds", "inside", "outside"),
    [
        (Bounds(low=Fraction(3), high=Fraction(3)), [3], [2, 4]),
        (Bounds(low=Fraction(3), high=Fraction(5)), [3, 4, 5], [2, 6]),
        (Bounds(low=Fraction(3), strict=True), [4, 99], [3, 2]),
        (Bounds(high=Fraction(3), strict=True), [2, -99], [3, 4]),
        (Bounds(), [-99, 99], []),
    ],
)
def test_bounds(bounds, inside, outside):
    unknown = UNKNOWNS[0]
    rows = list(bounds.rows(Linear.of(unknown)))
    for value in inside:
        assert all(row.holds({unknown: Fraction(value)}) for row in rows)
    for value in outside:
        assert not all(row.holds({unknown: Fraction(value)}) for row in rows)
