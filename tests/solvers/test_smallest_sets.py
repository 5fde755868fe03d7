"""Smallest sets that meet requirements, against going through every set."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from detente.solvers.smallest_sets import apart, smallest_sets, things

ways = st.frozensets(st.integers(0, 9), min_size=1, max_size=3)
requirements = st.lists(st.frozensets(ways, min_size=1, max_size=4), max_size=5)


def by_going_through(asked):
    every = sorted(things(asked))
    for size in range(len(every) + 1):
        found = [
            chosen
            for chosen in combinations(every, size)
            if all(any(way <= set(chosen) for way in ways) for ways in asked)
        ]
        if found:
            return found
    return []


@given(requirements, st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_smallest_sets_are_those_found_by_going_through_all(asked, most):
    found = smallest_sets(asked, most=most)
    expected = by_going_through(asked)
    assert found.size == len(expected[0])
    assert set(found.sets) <= set(expected)
    assert list(found.sets) == sorted(set(found.sets))
    assert len(found.sets) == min(most, len(expected))
    assert found.many in {None, len(expected)}
    assert found.many is not None or len(expected) > most


def test_sets_are_counted_without_being_listed_where_requirements_share_nothing():
    asked = [frozenset(frozenset({2 * k + one}) for one in (0, 1)) for k in range(100)]
    found = smallest_sets(asked, most=3)
    assert (found.size, len(found.sets), found.many) == (100, 3, 2**100)


def test_nothing_meets_a_requirement_that_has_no_way():
    assert smallest_sets([frozenset({frozenset({1})}), frozenset()], most=5) is None
    nothing = smallest_sets([], most=5)
    assert (nothing.sets, nothing.many) == (((),), 1)


@given(requirements)
@settings(max_examples=100, deadline=None)
def test_parts_share_nothing_and_hang_together(asked):
    parts = list(apart(asked))
    assert sorted(map(hash, (ways for part in parts for ways in part))) == sorted(
        map(hash, set(asked))
    )
    for part, other in combinations(parts, 2):
        assert not things(part) & things(other)
    for part in parts:
        reached, more = set(), things([next(iter(part))])
        while more - reached:
            reached |= more
            more = things(ways for ways in part if things([ways]) & reached)
        assert reached == things(part)
