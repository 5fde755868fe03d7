"""Where joint gains lie: against the definitions, word by word, and a case in Thompson's form."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.solvers.joint_gains import kinds_of_issues


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[list[int]]], bool]:
    """Return values by issue, party and option, with many ties; and whether they are huge."""
    parties = draw(st.integers(1, 3))
    return [
        [draw(st.lists(st.integers(-2, 3), min_size=size, max_size=size)) for _ in range(parties)]
        for size in draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    ], draw(st.booleans())


@given(tables())
def test_every_part_is_as_defined(drawn):
    issues, huge = drawn
    unit = 10**20 if huge else 1
    n_parties = len(issues[0])
    values = np.array(
        [[unit * v for issue in issues for v in issue[p]] for p in range(n_parties)],
        dtype=object if huge else np.float64,
    )
    first = [sum(len(issue[0]) for issue in issues[:k]) for k in range(len(issues))]
    swings = [[max(own) - min(own) for own in issue] for issue in issues]
    totals = [sum(column) for column in zip(*swings, strict=True)]
    for k, found in enumerate(kinds_of_issues(values, first)):
        issue = issues[k]
        options = range(len(issue[0]))
        weights = tuple(
            Fraction(swing, total) if total else 0
            for swing, total in zip(swings[k], totals, strict=True)
        )
        assert found.weights == weights
        assert found.favourites == tuple(
            tuple(o for o in options if all(own[o] >= own[x] for x in options)) for own in issue
        )
        best = [o for o in options if all(own[o] >= own[x] for own in issue for x in options)]
        assert list(found.best_for_all) == best
        assert list(found.worse_for_all) == [
            o
            for o in options
            if any(
                all(own[x] >= own[o] for own in issue) and any(own[x] > own[o] for own in issue)
                for x in options
            )
        ]
        apart = {
            (i, j): weights[i] - weights[j]
            for i in range(n_parties)
            for j in range(n_parties)
            if not set(found.favourites[i]) & set(found.favourites[j])
        }
        assert found.spread == max([0, *apart.values()])
        ends = [pair for pair, difference in apart.items() if difference == found.spread > 0]
        assert set(found.heavy) == {i for i, _ in ends}
        assert set(found.light) == {j for _, j in ends}
        if not any(swings[k]):
            assert found.kind == "indifferent"
        elif best:
            assert found.kind == "compatible"
        else:
            assert found.kind == ("trade" if any(d > 0 for d in apart.values()) else "divided")


RECRUIT = {
    "start": ((0, 6, 12), (0, 6, 12)),
    "salary": ((0, 30, 60), (60, 30, 0)),
    "bonus": ((0, 20, 40), (16, 8, 0)),
    "holidays": ((0, 8, 16), (40, 20, 0)),
}
"""Four issues in the form of Thompson's task: compatible, divided, and two to trade (ours)."""


def test_a_task_with_a_compatible_a_divided_and_two_tradable_issues():
    values = np.array([[v for issue in RECRUIT.values() for v in issue[p]] for p in range(2)])
    start, salary, bonus, holidays = kinds_of_issues(values, [0, 3, 6, 9])
    assert (start.kind, start.best_for_all, start.worse_for_all) == ("compatible", (2,), (0, 1))
    assert (salary.kind, salary.worse_for_all) == ("divided", ())
    assert bonus.kind == holidays.kind == "trade"
    assert bonus.spread == holidays.spread == Fraction(24, 128)
    assert (bonus.heavy, bonus.light) == ((0,), (1,))
    assert (holidays.heavy, holidays.light) == ((1,), (0,))


def test_parties_that_want_the_same_have_nothing_to_trade_with_each_other():
    alike = [[0, 50, 50, 0], [0, 10, 90, 0], [40, 0, 60, 0]]
    first, _ = kinds_of_issues(np.array(alike), [0, 2])
    assert first.kind == "trade"
    assert (first.heavy, first.light) == ((2,), (1,))
    assert first.spread == Fraction(30, 100)


@pytest.mark.parametrize("size", [1, 5])
def test_an_issue_that_one_party_cares_about_is_no_contest(size):
    values = np.array([list(range(size)), [7] * size])
    (found,) = kinds_of_issues(values, [0])
    assert found.kind == ("compatible" if size > 1 else "indifferent")
