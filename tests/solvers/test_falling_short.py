"""What an outcome misses of the frontier and of a solution, against the definitions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.solvers.falling_short import distance, ideal_of, shortfall

gains = st.lists(st.integers(0, 6), min_size=3, max_size=3)


@given(st.lists(gains, max_size=8), gains, st.sampled_from([float, object, np.int64]))
def test_what_is_missed_is_what_the_definition_says(rows, own, dtype):
    frontier = np.array(rows, dtype=dtype).reshape(len(rows), 3)
    better = [
        n
        for n, row in enumerate(rows)
        if all(a >= b for a, b in zip(row, own, strict=True)) and row != own
    ]
    left = tuple(max([rows[n][p] - own[p] for n in better], default=0) for p in range(3))
    found = shortfall(own, frontier)
    assert (list(found.better), found.left) == (better, left)
    assert all(type(most) is int for most in found.left)
    assert ideal_of(frontier).tolist() == [max([0, *(row[p] for row in rows)]) for p in range(3)]


def test_large_whole_numbers_stay_exact():
    huge = 10**30
    frontier = np.array([[huge + 1, 5]], dtype=object)
    assert shortfall([huge, 5], frontier).left == (1, 0)


positive = st.integers(1, 9).map(Fraction)


@given(st.lists(st.tuples(positive, positive, positive), min_size=1, max_size=4), positive)
def test_the_distance_does_not_depend_on_units(parties, unit):
    own, other, ideal = (list(column) for column in zip(*parties, strict=True))
    scaled = [[n * unit for n in column] for column in (own, other, ideal)]
    assert distance(*scaled) == distance(own, other, ideal) == distance(other, own, ideal)
    assert (distance(own, other, ideal) == 0) == (own == other)


def test_a_party_that_cannot_gain_does_not_count():
    zero, one = Fraction(0), Fraction(1)
    assert distance([zero, one], [zero, zero], [zero, Fraction(4)]) == Fraction(1, 4)
    assert distance([one], [zero], [zero]) == 0
    with pytest.raises(ValueError, match="zip"):
        distance([one], [zero, one], [one, one])
