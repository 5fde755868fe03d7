from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.solvers.bargaining import (
    SOLUTIONS,
    egalitarian,
    kalai_smorodinsky,
    nash,
    utilitarian,
)
from tests import oracles
from tests.strategies import gains

EVERY = pytest.mark.parametrize("name", sorted(SOLUTIONS))


def test_every_solution_has_an_oracle():
    assert set(SOLUTIONS) == set(oracles.SOLUTIONS)


@EVERY
@given(values=gains())
def test_is_what_the_definition_says(name, values):
    assert SOLUTIONS[name].solve(values).tolist() == oracles.SOLUTIONS[name](values.tolist())


@EVERY
@given(values=gains(at_least=1))
def test_is_on_the_frontier_unless_it_counts_some_parties_only(name, values):
    """Efficiency. Parties that cannot gain leave the count in Kalai-Smorodinsky, ties and all."""
    picked = SOLUTIONS[name].solve(values)
    assert len(picked)
    mask = np.array(oracles.frontier(values.tolist()))
    if name in {"kalai_smorodinsky", "nash"}:
        assert mask[picked].any()
    else:
        assert mask[picked].all()
    counted = (values > 0).astype(bool).all(axis=1)
    if counted.any():
        assert mask[picked].all()


@EVERY
@given(values=gains())
def test_names_of_parties_do_not_matter(name, values):
    """Symmetry (anonymity): parties in another order, same packages."""
    solve = SOLUTIONS[name].solve
    assert solve(values[:, ::-1]).tolist() == solve(values).tolist()


@EVERY
@given(values=gains())
def test_order_of_packages_does_not_matter(name, values):
    solve = SOLUTIONS[name].solve
    backwards = [len(values) - 1 - row for row in solve(values[::-1]).tolist()]
    assert sorted(backwards) == solve(values).tolist()


@pytest.mark.parametrize("name", ["nash", "kalai_smorodinsky"])
@given(values=gains(), factors=st.lists(st.integers(1, 10**12), min_size=4, max_size=4))
def test_units_of_a_party_do_not_matter(name, values, factors):
    """Scale invariance, promised by Nash and Kalai-Smorodinsky."""
    scaled = values.astype(object) * np.array(factors[: values.shape[1]], dtype=object)
    solve = SOLUTIONS[name].solve
    assert solve(scaled).tolist() == solve(values).tolist()


@pytest.mark.parametrize("name", ["nash", "egalitarian", "utilitarian"])
@given(values=gains(at_least=1), data=st.data())
def test_packages_not_chosen_may_vanish(name, values, data):
    """Independence of irrelevant alternatives, among ties too: the survivors of a tie stay tied."""
    solve = SOLUTIONS[name].solve
    chosen = solve(values).tolist()
    stays = data.draw(st.sampled_from(chosen))
    kept = sorted({stays, *data.draw(st.sets(st.integers(0, len(values) - 1)))})
    again = [kept[row] for row in solve(values[kept]).tolist()]
    assert again == [row for row in chosen if row in kept]


def test_kalai_smorodinsky_depends_on_the_ideal():
    """It gives up independence: the package that sets an ideal moves the choice."""
    values = np.array([[4, 4], [6, 3], [12, 0]])
    assert kalai_smorodinsky(values).tolist() == [1]
    assert kalai_smorodinsky(values[:2]).tolist() == [1]
    assert kalai_smorodinsky(np.array([[4, 4], [6, 3], [6, 0]])).tolist() == [1]
    assert kalai_smorodinsky(np.array([[4, 4], [6, 3], [0, 8]])).tolist() == [0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[0, 0], [0, 0]], [0, 1]),  # nobody gains
        ([[0, 9], [5, 0], [0, 9]], [0, 2]),  # one gains: the largest product of one
        ([[9, 0, 9], [1, 1, 1]], [1]),  # number of winners before the product
        ([[9, 9, 0], [9, 0, 9], [80, 0, 1]], [0, 1]),
        ([[1, 6], [2, 3], [3, 2], [6, 1]], [0, 1, 2, 3]),
    ],
)
def test_nash_counts_winners_first(values, expected):
    assert nash(np.array(values)).tolist() == expected


def test_nash_tells_products_apart_that_a_double_does_not():
    base = 10**30
    values = np.array([[base, base], [base - 1, base + 1]], dtype=object)
    assert nash(values).tolist() == [0]
    assert nash(np.full((2, 6), 2**40, dtype=np.int64)).tolist() == [0, 1]


def test_kalai_smorodinsky_leaves_out_who_cannot_gain():
    assert kalai_smorodinsky(np.array([[0, 2, 3], [0, 3, 2], [0, 3, 3]])).tolist() == [2]
    assert kalai_smorodinsky(np.array([[0, 0], [0, 0]])).tolist() == [0, 1]


def test_kalai_smorodinsky_tells_ratios_apart_that_a_double_does_not():
    base = 10**30
    values = np.array([[base, 0], [0, base], [base // 2, base // 2], [base // 2 + 1, base // 2]])
    assert kalai_smorodinsky(values.astype(object)).tolist() == [3]


def test_egalitarian_breaks_ties_of_the_smallest_by_the_next():
    assert egalitarian(np.array([[1, 5, 5], [1, 6, 4], [5, 1, 5]])).tolist() == [0, 2]


def test_utilitarian_sums_beyond_64_bits():
    top = np.iinfo(np.int64).max
    values = np.array([[top, top], [top, top - 1], [0, 5]], dtype=np.int64)
    assert utilitarian(values).tolist() == [0]


@EVERY
@pytest.mark.parametrize("kind", [np.int64, np.float64, object])
def test_input_is_only_read(name, kind):
    values = np.array([[6, 1], [3, 3], [1, 6]], dtype=kind)
    values.flags.writeable = False
    before = values.tolist()
    SOLUTIONS[name].solve(values)
    assert values.tolist() == before


@EVERY
def test_without_packages(name):
    assert SOLUTIONS[name].solve(np.zeros((0, 2))).tolist() == []


@EVERY
def test_numbers_beyond_every_double(name):
    huge = 10**400
    values = np.array([[huge, huge], [huge + 1, huge], [0, 1]], dtype=object)
    assert SOLUTIONS[name].solve(values).tolist() == [1]
