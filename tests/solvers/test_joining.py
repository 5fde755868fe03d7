from __future__ import annotations

import numpy as np
import pytest

from detente.solvers import joining
from detente.solvers.joining import Side, pairs_meeting
from detente.solvers.ranges import written_out

SIZES = [[], [0], [3], [0, 4, 0, 1, 0], [1, 1, 1, 7]]


def sides(seed, kind):
    """Halves whose weighted sum of sums falls short of a bound by what their rooms say."""
    numbers = np.random.default_rng(seed)
    n_demands = int(numbers.integers(1, 5))
    multipliers = numbers.integers(0, 3, n_demands).astype(float)
    first = numbers.integers(-9, 10, (90, n_demands))
    last = numbers.integers(-9, 10, (80, n_demands))
    states = numbers.integers(0, 3, 90), numbers.integers(0, 3, 80)
    least = numbers.integers(-4, 9, n_demands).tolist()
    best = np.array([(last[states[1] == s] @ multipliers).max() for s in range(3)])
    room = first @ multipliers + best[states[0]] - multipliers @ least
    lost = best[states[1]] - last @ multipliers
    near = room >= 0
    return (
        Side(sums=first[near].astype(kind), state=states[0][near], room=room[near]),
        Side(sums=last.astype(kind), state=states[1], room=lost),
        least,
        multipliers,
    )


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("classes", [1, 5])
@pytest.mark.parametrize("kind", [np.int64, object])
def test_finds_all_pairs_that_meet_the_demands(monkeypatch, seed, classes, kind):
    monkeypatch.setattr(joining, "_CLASSES", ((1e9, classes),))
    monkeypatch.setattr(joining, "_CHUNK", 37)
    monkeypatch.setattr(joining, "_BLOCK", 11)
    monkeypatch.setattr(joining, "_FEW", 0.0)
    first, last, least, multipliers = sides(seed, kind)
    anything = np.full(len(least), np.inf)
    found = [
        (int(a), int(b))
        for i, j, _ in pairs_meeting(first, last, least, multipliers, anything)
        for a, b in zip(i, j, strict=True)
    ]
    wanted = [
        (a, b)
        for a in range(len(first))
        for b in range(len(last))
        if first.state[a] == last.state[b]
        and all(x + y >= z for x, y, z in zip(first.sums[a], last.sums[b], least, strict=True))
    ]
    assert sorted(found) == wanted


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("block", [1, 2, 3, 100])
def test_ranges_are_written_out_in_order(sizes, block):
    blocks = list(written_out(np.array(sizes, dtype=np.int64), block))
    assert blocks
    assert all(len(which) <= block for which, _ in blocks)
    pairs = [(w, p) for which, place in blocks for w, p in zip(which, place, strict=True)]
    assert pairs == [(w, p) for w, size in enumerate(sizes) for p in range(size)]
