"""One table: both forms of the arithmetic decide what doubles cannot, as whole numbers do."""

from __future__ import annotations

import random
from fractions import Fraction
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.solvers.kernels.exact_comparison import compare_pairs, compare_products
from detente.solvers.states import Step
from detente.solvers.tabled import Table, settled, settled_compiled
from tests.solvers.agendas import SOLUTIONS

whole = st.integers(0, 2**53 - 1)


def near_ties(seed: int, n_parties: int) -> np.ndarray:
    """Return large gains of which many are equal or as good as equal by every criterion."""
    rng = random.Random(seed)  # noqa: S311 - instances, not secrets
    big = rng.choice([6, 2**20, 2**45])
    own = [rng.randrange(1, big) * 2 for _ in range(n_parties)]
    rows = []
    for _ in range(rng.randint(1, 12)):
        row = list(own)
        change = rng.randrange(5)
        a, b = rng.sample(range(n_parties), 2)
        if change == 0:
            rng.shuffle(row)
        elif change == 1:
            row[a], row[b] = row[a] + 1, row[b] - 1
        elif change == 2:
            row[a], row[b] = row[a] * 2, row[b] // 2
        elif change == 3:
            row[a] = rng.choice([0, row[a] + rng.randint(-1, 1)])
        rows.append(row)
    return np.array(rows, dtype=np.float64)


@pytest.mark.parametrize("solution", list(SOLUTIONS))
@pytest.mark.parametrize("n_parties", [2, 3, 5])
@pytest.mark.parametrize("reverse", [False, True])
def test_near_ties_are_decided_in_whole_numbers(
    solution: str, n_parties: int, *, reverse: bool
) -> None:
    n_tied = 0
    for seed in range(60):
        gains = near_ties(seed, n_parties)
        rng = random.Random(seed)  # noqa: S311 - instances, not secrets
        changes = np.array([rng.randint(0, 2) for _ in gains])
        stop = np.array([[[float(rng.randint(-9, 9)) for _ in range(n_parties)]]])
        step = Step(base=np.zeros(1, np.int64), offset=np.arange(len(gains)), changes=changes)
        table = Table(after=(gains + stop[0])[None], stop=stop, step=step, n_signatories=n_parties)

        lists = [[int(gain) for gain in row] for row in gains]
        best = SOLUTIONS[solution](lists)
        most = [max(column) for column in zip(*lists, strict=True)]

        def order(k: int, lists=lists, most=most, changes=changes) -> tuple[Fraction, int, int]:
            shares = [Fraction(g, m) for g, m in zip(lists[k], most, strict=True) if m]
            return -min(shares, default=Fraction(0)), int(changes[k]), k

        chosen = sorted(best, key=order, reverse=reverse)[0]
        differ = any(lists[k] != lists[chosen] for k in best)
        n_tied += len(best) > 1
        for found in (
            settled(table, solution, reverse=reverse),
            settled_compiled(table, solution, reverse=reverse),
        ):
            assert found.choice.tolist() == [[chosen]], seed
            assert found.tied.tolist() == [[len(best) > 1]], seed
            assert found.ambiguous.tolist() == [[differ]], seed
            assert found.zero.tolist() == [[0 in lists[chosen]]], seed
    assert n_tied > 5


@given(st.lists(st.tuples(whole, whole), min_size=1, max_size=10))
@settings(max_examples=200, deadline=None)
def test_products_are_compared_exactly(pairs: list[tuple[int, int]]) -> None:
    left, right = (list(column) for column in zip(*pairs, strict=True))
    for one, other in ((left, right), (left, left[::-1]), ([1, *left], [2, *left])):
        sign = np.sign(
            float(
                (prod(f for f in one if f) > prod(f for f in other if f))
                - (prod(f for f in one if f) < prod(f for f in other if f))
            )
        )
        found = compare_products(np.array(one, dtype=float), np.array(other, dtype=float))
        assert found == sign


@given(whole, whole, st.integers(-2, 2), st.integers(-2, 2))
@settings(max_examples=300, deadline=None)
def test_pairs_are_compared_exactly(a: int, b: int, more: int, less: int) -> None:
    c, d = min(max(a + more, 0), 2**53 - 1), min(max(b + less, 0), 2**53 - 1)
    assert compare_pairs(float(a), float(b), float(c), float(d)) == (a * b > c * d) - (
        a * b < c * d
    )
    assert compare_pairs(float(a), float(b), float(b), float(a)) == 0
