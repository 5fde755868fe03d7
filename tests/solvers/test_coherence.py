"""Conflicts and corrections against every package and every subset, and on a case of any size."""

from __future__ import annotations

import random
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import CancelledError, LimitError
from detente.factors import Within, every, holds, negated, some, within
from detente.solvers.coherence import (
    conflicts_of,
    fewest_dropped,
    keeping_of,
    resting_on,
    unmeetable,
)
from detente.work import Work
from tests import oracles

WORK = Work()


@st.composite
def formulas(draw, sizes):
    """Return a condition over up to three issues; always and never true ones too."""
    issues = draw(st.lists(st.integers(0, len(sizes) - 1), max_size=3, unique=True))
    parts = [
        within(k, draw(st.lists(st.booleans(), min_size=sizes[k], max_size=sizes[k])))
        for k in issues
    ]
    return draw(st.sampled_from([every, some]))(parts)


@st.composite
def tables(draw):
    """Return sizes of issues, commitments, constraints, and a package to be like."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    commitments = draw(st.lists(formulas(sizes), max_size=6))
    constraints = draw(st.lists(formulas(sizes), max_size=2))
    home = tuple(draw(st.integers(0, size - 1)) for size in sizes)
    return sizes, commitments, constraints, home


class Listed:
    """Everything by going through all packages and all subsets."""

    def __init__(self, sizes, commitments, constraints):
        packages = np.array(list(product(*map(range, sizes))), dtype=np.int64)
        allowed = np.ones(len(packages), dtype=bool)
        for constraint in constraints:
            allowed &= holds(constraint, packages)
        self.packages = packages[allowed]
        self.kept = [holds(c, self.packages) for c in commitments]

    def keeping(self, items):
        mask = np.ones(len(self.packages), dtype=bool)
        for item in items:
            mask &= self.kept[item]
        return self.packages[mask]

    def together(self, items):
        return len(self.keeping(items)) > 0

    def corrections(self):
        n = len(self.kept)
        for size in range(n + 1):
            found = [
                frozenset(dropped)
                for dropped in combinations(range(n), size)
                if self.together(set(range(n)) - set(dropped))
            ]
            if found:
                return found
        return []


def prepared(sizes, commitments, constraints, home):
    bans = [negated(constraint, sizes) for constraint in constraints]
    return keeping_of(commitments, sizes=sizes, bans=bans, home=home)


@given(tables())
def test_conflicts_are_those_of_brute_force(table):
    sizes, commitments, constraints, home = table
    listed = Listed(sizes, commitments, constraints)
    found = conflicts_of(prepared(*table), work=WORK)
    assert found.complete
    assert set(found.sets) == oracles.irreducible(len(commitments), listed.together)
    assert list(found.sets) == sorted(set(found.sets), key=lambda one: (len(one), sorted(one)))
    assert len(home) == len(sizes)


@given(tables())
def test_the_fewest_to_drop_are_those_of_brute_force(table):
    sizes, commitments, constraints, _ = table
    listed = Listed(sizes, commitments, constraints)
    found = fewest_dropped(prepared(*table), work=WORK, most=100)
    assert found.complete
    assert list(found.sets) == listed.corrections()


@given(tables())
def test_the_smallest_corrections_are_the_smallest_sets_that_meet_every_conflict(table):
    """Reiter's theorem, on what the two searches find independently of each other."""
    keeping = prepared(*table)
    conflicts = conflicts_of(keeping, work=WORK).sets
    dropped = fewest_dropped(keeping, work=WORK, most=100).sets
    n = keeping.n_commitments
    meeting = [
        frozenset(items)
        for size in range(n + 1)
        for items in combinations(range(n), size)
        if all(conflict & set(items) for conflict in conflicts)
    ]
    fewest = min(map(len, meeting), default=0)
    assert list(dropped) == [items for items in meeting if len(items) == fewest]


@given(tables(), st.integers(1, 4))
def test_stopping_early_is_said_and_keeps_the_first(table, most):
    keeping = prepared(*table)
    for search in (conflicts_of, fewest_dropped):
        whole = search(keeping, work=WORK, most=100)
        cut = search(keeping, work=WORK, most=most)
        assert cut.sets == whole.sets[:most]
        assert cut.complete == (len(whole.sets) <= most)


@given(tables())
def test_what_no_package_meets(table):
    sizes, commitments, constraints, _ = table
    listed = Listed(sizes, commitments, constraints)
    expected = [k for k in range(len(commitments)) if not listed.together({k})]
    assert list(unmeetable(prepared(*table))) == expected


@given(tables(), st.sets(st.integers(0, 5)))
def test_an_example_keeps_what_it_should_and_is_as_like_home_as_any(table, wanted):
    sizes, commitments, constraints, home = table
    items = {item for item in wanted if item < len(commitments)}
    package = prepared(*table).example(items)
    near = Listed(sizes, commitments, constraints).keeping(items)
    if package is None:
        assert not len(near)
        return
    assert list(package) in near.tolist()
    likeness = (near == np.array(home)).sum(axis=1)
    assert sum(a == b for a, b in zip(package, home, strict=True)) == likeness.max()


@given(tables())
def test_the_constraints_that_a_conflict_rests_on_are_needed_each(table):
    sizes, commitments, constraints, home = table
    found = conflicts_of(prepared(sizes, commitments, constraints, home), work=WORK).sets
    for conflict in filter(None, found):
        conditions = [commitments[item] for item in conflict]
        numbers = resting_on(conditions, constraints, sizes=sizes)
        whole = [constraints[k] for k in numbers]
        assert not len(Listed(sizes, [], [*conditions, *whole]).packages)
        for k in range(len(whole)):
            rest = [*conditions, *whole[:k], *whole[k + 1 :]]
            assert len(Listed(sizes, [], rest).packages)


def test_three_that_hold_in_pairs():
    """The exclusive or of three: any two can be kept, not all; dropping any one will do."""
    a, b = Within(0, 0b10), Within(1, 0b10)
    differ = some([every([a, Within(1, 0b01)]), every([b, Within(0, 0b01)])])
    keeping = keeping_of([a, b, differ], sizes=[2, 2], bans=[], home=(0, 0))
    assert conflicts_of(keeping, work=WORK).sets == (frozenset({0, 1, 2}),)
    assert [set(one) for one in fewest_dropped(keeping, work=WORK).sets] == [{0}, {1}, {2}]
    assert keeping.parts == ((0, 1, 2),)


def test_what_shares_no_issue_is_looked_at_apart():
    """Forty issues with a pair of opposites each: 2^40 ways to keep the most, 40 conflicts."""
    opposites = [Within(k, mask) for k in range(40) for mask in (0b01, 0b10)]
    keeping = keeping_of(opposites, sizes=[2] * 40, bans=[], home=(0,) * 40)
    found = conflicts_of(keeping, work=WORK)
    assert found.complete
    assert found.sets == tuple(frozenset({2 * k, 2 * k + 1}) for k in range(40))
    dropped = fewest_dropped(keeping, work=WORK, most=5)
    assert not dropped.complete
    assert [len(one) for one in dropped.sets] == [40] * 5
    assert dropped.sets[0] == frozenset(range(0, 80, 2))


def test_bans_join_what_shares_no_issue():
    joined = every([Within(0, 0b10), Within(1, 0b10)])
    keeping = keeping_of(
        [Within(0, 0b10), Within(1, 0b10), Within(2, 0b10)],
        sizes=[2, 2, 2],
        bans=[joined],
        home=(0, 0, 0),
    )
    assert keeping.parts == ((0, 1), (2,))
    assert conflicts_of(keeping, work=WORK).sets == (frozenset({0, 1}),)


def test_nothing_allowed_and_nothing_promised():
    nowhere = keeping_of([True, False], sizes=[2], bans=[True], home=(0,))
    assert not nowhere.anything_allowed
    assert conflicts_of(nowhere, work=WORK).sets == (frozenset(),)
    assert fewest_dropped(nowhere, work=WORK).sets == ()
    assert unmeetable(nowhere) == (0, 1)
    assert nowhere.example(()) is None
    silent = keeping_of([], sizes=[2], bans=[], home=(1,))
    assert conflicts_of(silent, work=WORK).sets == ()
    assert fewest_dropped(silent, work=WORK).sets == (frozenset(),)
    assert silent.example(()) == (1,)


def large(seed):
    """Return 30 commitments over up to 3 of 30 issues with 6 options, and some constraints."""
    dice = random.Random(seed)  # noqa: S311 - instances, not secrets

    def condition(n):
        parts = [
            Within(k, sum(1 << o for o in dice.sample(range(6), dice.randint(1, 3))))
            for k in dice.sample(range(30), n)
        ]
        return dice.choice([every, some])(parts)

    commitments = [condition(dice.randint(1, 3)) for _ in range(30)]
    bans = [every([condition(1), condition(1)]) for _ in range(8)]
    return commitments, bans


@pytest.mark.parametrize("seed", [1, 2])
def test_packages_beyond_listing(seed):
    """6^30 packages; what is found is held against the definitions, which need no listing."""
    commitments, bans = large(seed)
    sizes, home = [6] * 30, (0,) * 30
    keeping = keeping_of(commitments, sizes=sizes, bans=bans, home=home)
    found = conflicts_of(keeping, work=WORK)
    dropped = fewest_dropped(keeping, work=WORK)
    assert found.complete
    assert found.sets

    def possible(items):
        asked = [commitments[item] for item in items]
        return keeping_of(
            [], sizes=sizes, bans=[*bans, *(negated(a, sizes) for a in asked)], home=home
        ).anything_allowed

    for conflict in found.sets:
        assert not possible(conflict)
        assert all(possible(conflict - {item}) for item in conflict)
    for drop in dropped.sets:
        assert possible(set(range(30)) - drop)
        assert all(drop & conflict for conflict in found.sets)
    assert dropped.complete or len(dropped.sets) == 10


def test_the_limits_are_kept_and_said():
    commitments, bans = large(1)
    given = {"sizes": [6] * 30, "bans": bans, "home": (0,) * 30}
    keeping = keeping_of(commitments, **given)
    timeless = Work(seconds=1e-9)
    for search in (conflicts_of, fewest_dropped):
        hurried = search(keeping, work=timeless)
        assert not hurried.complete
        assert hurried.sets == ()
    few = conflicts_of(keeping, work=WORK, questions=40)
    assert not few.complete
    assert set(few.sets) < set(conflicts_of(keeping, work=WORK).sets)
    with pytest.raises(LimitError, match="30 conditions are too entangled"):
        keeping_of(commitments, **given, memory=1000)
    with pytest.raises(CancelledError):
        conflicts_of(keeping, work=Work(cancelled=lambda: True))


def test_constraints_that_reach_a_conflict_through_others():
    """The first constraint leads from issue 0 to 1, the last forbids that; the second is idle."""
    first = some([Within(0, 0b01), Within(1, 0b10)])
    idle, last = Within(2, 0b01), Within(1, 0b01)
    numbers = resting_on([Within(0, 0b10)], [first, idle, last], sizes=[2, 2, 2])
    assert numbers == (0, 2)
