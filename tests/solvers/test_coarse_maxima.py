from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detente.solvers.kernels.coarse_maxima import (
    BELOW,
    FREE,
    UNTOLD,
    empty_coarse_maxima,
    enter,
    told,
)

TRIPLES = st.lists(st.tuples(*[st.integers(-9, 9)] * 3), min_size=1, max_size=30)
REACH = np.array([[-9, -9], [9, 9]])


def is_below(vector, others):
    return any(all(o >= v for o, v in zip(other, vector, strict=True)) for other in others)


@given(TRIPLES, st.integers(1, 400))
def test_tells_nothing_that_is_not_so(triples, n_vectors):
    maxima = empty_coarse_maxima(REACH, n_vectors)
    for k, triple in enumerate(triples):
        verdict = told(maxima, *triple)
        assert verdict == UNTOLD or (verdict == BELOW) == is_below(triple, triples[:k])
        enter(maxima, *triple)


@given(TRIPLES)
def test_with_a_cell_for_each_pair_only_ties_are_untold(triples):
    maxima = empty_coarse_maxima(REACH, 32 * 32)
    for k, triple in enumerate(triples):
        lower = (triple[0] + 1, triple[1] + 1, triple[2])
        if is_below(lower, triples[:k]):
            assert told(maxima, *triple) == BELOW
        elif not is_below(triple, triples[:k]):
            assert told(maxima, *triple) == FREE
        enter(maxima, *triple)


def test_a_grid_that_was_written_too_often_calls_nothing_free():
    maxima = empty_coarse_maxima(REACH, 4)
    assert told(maxima, 9, 9, 0) == FREE
    for height in range(100):
        enter(maxima, 9, 9, height)
    assert told(maxima, 9, 9, 1000) == UNTOLD
    assert told(maxima, -9, -9, 0) == BELOW
