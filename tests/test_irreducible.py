from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.irreducible import irreducible_sets, reduced
from detente.linear import Row
from tests import oracles
from tests.strategies import UNKNOWNS, in_a_box, linear_of, polytope_of, random_groups


def excluding(bad):
    """Items can hold together unless one of the bad sets is among them."""

    def witness(items):
        return None if any(one <= items for one in bad) else items

    return witness


bad_sets = st.lists(st.frozensets(st.integers(0, 5), min_size=1, max_size=4), max_size=5)


@given(bad_sets)
def test_finds_all_of_them_and_the_smallest_first(bad):
    found = irreducible_sets(6, excluding(bad), most=100)
    assert found.complete
    assert len(set(found.sets)) == len(found.sets)
    assert set(found.sets) == oracles.irreducible(
        6, lambda items: excluding(bad)(items) is not None
    )
    assert [len(one) for one in found.sets] == sorted(len(one) for one in found.sets)


@given(bad_sets)
def test_a_witness_may_bring_more_items_along(bad):
    """The answer does not depend on how much a witness tells beyond what it was asked."""

    def generous(items):
        if excluding(bad)(items) is None:
            return None
        for item in range(6):
            if excluding(bad)(items | {item}) is not None:
                items = items | {item}
        return items

    found = irreducible_sets(6, generous, most=100)
    assert set(found.sets) == set(irreducible_sets(6, excluding(bad), most=100).sets)


@given(bad_sets, st.integers(1, 3))
def test_stopping_early_is_said(bad, most):
    everything = irreducible_sets(6, excluding(bad), most=100).sets
    found = irreducible_sets(6, excluding(bad), most=most)
    assert len(found.sets) == min(most, len(everything))
    assert set(found.sets) <= set(everything)
    assert sorted(map(len, found.sets)) == sorted(map(len, everything))[: len(found.sets)]
    assert found.complete == (len(everything) <= most)


def test_nothing_to_hold_together():
    assert irreducible_sets(0, lambda items: items).sets == ()
    alone = irreducible_sets(2, excluding([frozenset({1})]))
    assert alone.sets == (frozenset({1}),)


@given(bad_sets.filter(bool))
def test_reduced_leaves_an_irreducible_set(bad):
    def blamed(items):
        kept = frozenset(items)
        return next((one for one in bad if one <= kept), None)

    kept = frozenset(reduced(range(6), blamed))
    assert blamed(kept) is not None
    assert all(blamed(kept - {item}) is None for item in kept)


def systems():
    """Go through small systems of strict, weak and equal rows, most of them contradictory."""
    chance = random.Random(20261122)  # noqa: S311 - instances, not secrets
    while True:
        n = chance.choice([1, 2, 2])
        yield n, random_groups(chance, n, chance.randint(4, 6))


def contradictory(count):
    found = []
    for n, groups in systems():
        if not polytope_of(in_a_box(n), groups).consistent:
            found.append((n, groups))
        if len(found) == count:
            return found
    raise AssertionError


@pytest.mark.parametrize("part", range(4))
def test_contradicting_sets_are_those_of_brute_force(part):
    """Every subset of every system is decided by listing vertices; 60 systems."""
    for n, groups in contradictory(60)[part::4]:
        base = in_a_box(n)

        def together(items, base=base, groups=groups):
            return oracles.consistent([*base, *(row for g in items for row in groups[g])])

        found = polytope_of(base, groups).contradictions(most=100)
        assert found.complete
        assert set(found.sets) == oracles.irreducible(len(groups), together)
        assert [len(one) for one in found.sets] == sorted(len(one) for one in found.sets)


def test_a_cycle_of_strict_rows():
    x, y, z = (linear_of([int(k == j) for k in range(3)], 0) for j in range(3))
    groups = [[Row(linear=a - b, relation=">")] for a, b in ((x, y), (y, z), (z, x), (x, z))]
    found = polytope_of(in_a_box(3), groups).contradictions()
    assert found.sets == (frozenset({2, 3}), frozenset({0, 1, 2}))
    assert len(UNKNOWNS) == 3
