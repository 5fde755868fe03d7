from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given

from detente.solvers import dominance as module
from detente.solvers.dominance import undominated
from tests import oracles
from tests.strategies import gains


def is_on_frontier(values):
    """Mark the vectors that none dominates, equal ones alike."""
    kept = {tuple(values[row].tolist()) for row in undominated(values)}
    assert len(kept) == len(undominated(values)), "of equal vectors one is kept"
    return np.array([tuple(row) in kept for row in values.tolist()], dtype=bool)


@given(gains())
def test_is_what_the_definition_says(values):
    assert is_on_frontier(values).tolist() == oracles.frontier(values.tolist())


@given(gains(at_least=1))
def test_every_package_off_the_frontier_is_dominated_from_the_frontier(values):
    mask = is_on_frontier(values)
    front = values[mask].tolist()
    assert front
    for row in values[~mask].tolist():
        assert any(oracles.dominates(kept, row) for kept in front)


@given(gains())
def test_order_of_packages_and_parties_does_not_matter(values):
    mask = is_on_frontier(values)
    assert is_on_frontier(values[::-1])[::-1].tolist() == mask.tolist()
    assert is_on_frontier(values[:, ::-1]).tolist() == mask.tolist()


@pytest.mark.parametrize("kind", [np.int64, np.float64, object])
def test_longer_than_a_block(kind):
    values = np.array(list(product(range(-9, 9), repeat=3)), dtype=kind)
    plane = values[np.array([sum(row) < 5 for row in values.tolist()])]
    assert len(plane) > 4 * module._BLOCK
    expected = [sum(row) == 4 or not any_better(row) for row in plane.tolist()]
    assert is_on_frontier(plane).tolist() == expected


def any_better(row):
    """Another number of -9..8 in some place would keep the sum below 5."""
    return any(number < 8 and sum(row) + 1 < 5 for number in row)


def test_sums_that_a_double_cannot_tell_apart():
    """10^20 + 1 and 10^20 are one double; the better of them may stand a block behind."""
    large = 10**20
    anchors = [[large + 2 * k, large - 2 * k] for k in range(1, module._BLOCK + 100)]
    values = np.array([*anchors, *([a, b + 1] for a, b in anchors)], dtype=object)
    half = len(anchors)
    assert is_on_frontier(values).tolist() == [False] * half + [True] * half


def test_whole_numbers_at_the_end_of_64_bits():
    top = np.iinfo(np.int64).max
    values = np.array([[top, top], [top - 1, top], [0, 0]], dtype=np.int64)
    assert is_on_frontier(values).tolist() == [True, False, False]


def test_without_packages_or_parties():
    assert is_on_frontier(np.zeros((0, 3))).tolist() == []
    assert is_on_frontier(np.zeros((2, 0))).tolist() == [True, True]


@pytest.mark.parametrize("kind", [np.int64, np.float64, object])
def test_input_is_only_read(kind):
    values = np.array([[3, 1], [1, 3], [1, 1], [3, 1]], dtype=kind)
    values.flags.writeable = False
    assert is_on_frontier(values).tolist() == [True, True, False, True]


def test_numbers_beyond_every_double():
    huge = 10**400
    values = np.array([[huge, huge], [huge + 1, huge], [0, 1]], dtype=object)
    assert is_on_frontier(values).tolist() == [False, True, False]


def test_broken_numbers_whose_sums_round_alike():
    """Doubles that are no whole numbers: a better vector comes first also when the sums tie."""
    better = [[1e16 + 4 * k, 1.0, -4e0 * k] for k in range(600)]
    values = np.array([*([a, b - 0.5, c] for a, b, c in better), *better])
    assert is_on_frontier(values).tolist() == [False] * 600 + [True] * 600
