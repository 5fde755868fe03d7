"""Looking vectors up among labels, against sets of Python numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detente.factors import Ints, Whole
from detente.solvers.lookup import distinct, lookup_of
from detente.solvers.merging import Labels

SMALL = st.integers(-3, 3)
ANY = st.one_of(
    SMALL,
    st.integers(-(2**51), 2**51),
    st.integers(-3, 3).map(lambda n: n * 2**50),
    st.integers(-3, 3).map(lambda n: n * (2**61 - 1)),
    st.integers(-(10**40), 10**40),
)

Row = tuple[int, tuple[int, ...]]


def rows(number: st.SearchStrategy[int]) -> st.SearchStrategy[list[Row]]:
    """Return lists of states and vectors of three values."""
    return st.lists(st.tuples(st.integers(0, 2), st.tuples(number, number, number)), max_size=30)


def arrays(found: list[Row], beside: list[Row]) -> tuple[Ints, Whole]:
    """Return states and vectors as arrays: int64 where that holds all, else Python integers."""
    large = any(abs(n) > 2**52 for _, vector in [*found, *beside] for n in vector)
    values = np.array([vector for _, vector in found], dtype=object if large else np.int64)
    return np.array([state for state, _ in found], dtype=np.int64), values.reshape(-1, 3)


@given(rows(SMALL) | rows(ANY), rows(SMALL) | rows(ANY))
def test_exactly_the_labels_of_a_state_are_found(held: list[Row], asked: list[Row]) -> None:
    held.sort(key=lambda row: row[0])
    state, values = arrays(held, asked)
    labels = Labels(values=values, start=np.searchsorted(state, np.arange(4)))
    asked = [*asked, *held]
    found = lookup_of(labels).holds(*arrays(asked, held))
    assert found.tolist() == [row in held for row in asked]


def test_labels_whose_keys_coincide_at_first_are_told_apart() -> None:
    far = 2**61 - 1
    values = np.array([[0, 0], [far, 0], [0, far], [2 * far, far]], dtype=object)
    ready = lookup_of(Labels(values=values, start=np.array([0, 4])))
    assert len(set(ready.keys.tolist())) == 4
    asked = np.array([[0, 0], [far, far], [2 * far, far]], dtype=object)
    assert ready.holds(np.zeros(3, dtype=np.int64), asked).tolist() == [True, False, True]


@given(rows(SMALL) | rows(ANY))
def test_different_pairs_come_once_in_ascending_order(found: list[Row]) -> None:
    state, values, number = distinct(*arrays(found, found))
    pairs = [
        (s, tuple(map(int, row))) for s, row in zip(state.tolist(), values.tolist(), strict=True)
    ]
    assert pairs == sorted(set(found))
    assert [pairs[n] for n in number.tolist()] == found
