"""Mutual information in bits, held against plain loops."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.solvers.information import entropy, information

pairs = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)


def by_definition(both: list[tuple[bool, bool]]) -> float:
    """Sum p(x, y) log p(x, y) / p(x) p(y) over the four cells."""
    n, total = len(both), 0.0
    for x in (False, True):
        for y in (False, True):
            joint = sum(pair == (x, y) for pair in both) / n
            own = sum(a == x for a, _ in both) / n
            other = sum(b == y for _, b in both) / n
            if joint:
                total += joint * log2(joint / (own * other))
    return total


@given(pairs)
def test_information_is_that_of_the_definition(both):
    verdict, answer = (np.array(column) for column in zip(*both, strict=True))
    told, open_before = information(verdict, answer)
    assert told == pytest.approx(by_definition(both), abs=1e-12)
    share = verdict.mean()
    parts = [p for p in (share, 1 - share) if p]
    assert open_before == pytest.approx(-sum(p * log2(p) for p in parts), abs=1e-12)


@given(pairs)
def test_information_lies_between_nothing_and_all_that_is_open(both):
    verdict, answer = (np.array(column) for column in zip(*both, strict=True))
    told, open_before = information(verdict, answer)
    assert 0 <= told <= open_before + 1e-12
    assert open_before <= 1
    assert information(verdict, verdict)[0] == pytest.approx(open_before, abs=1e-12)
    assert information(verdict, ~answer)[0] == pytest.approx(told, abs=1e-12)
    assert information(answer, verdict)[0] == pytest.approx(told, abs=1e-12)


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.integers(1, 4), st.integers(1, 4))
def test_an_answer_that_has_nothing_to_do_with_it_tells_nothing(verdict, yes, no):
    """Every verdict occurs with every answer in the same proportion."""
    both = [(v, a) for v in verdict for a in [True] * yes + [False] * no]
    first, answer = (np.array(column) for column in zip(*both, strict=True))
    assert information(first, answer)[0] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("answer", [None, [True] * 4, [False] * 4])
def test_no_question_and_one_with_a_single_answer_tell_nothing(answer):
    verdict = np.array([True, True, False, False])
    asked = None if answer is None else np.array(answer)
    assert information(verdict, asked) == (0.0, 1.0)


@pytest.mark.parametrize(("share", "bits"), [(0, 0), (1, 0), (0.5, 1), (0.25, 0.811278)])
def test_entropy(share, bits):
    assert entropy(share) == pytest.approx(bits, abs=1e-6)
    assert str(entropy(share))[0] != "-"
