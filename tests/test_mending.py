"""Repairs: what the search finds is what going through every package finds, and limits are said."""

from __future__ import annotations

import random
from itertools import combinations, product

import pytest

from detente import mending
from detente.analysis import Analysis
from detente.answers.repair import repair
from detente.catalog import load
from detente.mending import repairs_of
from detente.solvers import neighbours
from tests.answers.cases import case_of, report, scores, words


@pytest.mark.parametrize("name", ["harbour", "ukraine-2025"])
def test_searching_and_listing_give_the_same_repairs(name, monkeypatch):
    explanations = report(name).explanations
    searched = [repairs_of(answer.analysis, answer.package) for answer in explanations]
    assert [answer.repairs for answer in explanations] == searched
    monkeypatch.setattr(neighbours, "MOST_PARTS", 0)
    listed = [repairs_of(answer.analysis, answer.package) for answer in explanations]
    assert searched == listed
    assert any(repairs.found for repairs in searched)


def test_a_limit_ends_the_search_and_is_said(monkeypatch):
    case = load("harbour")
    whole = repair(case, "march_draft")
    assert whole.repairs.proved
    monkeypatch.setattr(mending, "MOST_CHANGES", 1)
    monkeypatch.setattr(mending, "MOST_LISTED", 0)
    short = repair(case, "march_draft")
    assert short.data()["proved"] is False
    assert short.data()["searched"] == 1
    assert short.repairs.found == tuple(r for r in whole.repairs.found if r.n_changes == 1)
    assert "up to 1 change was looked at. None of them is better than the best" in words(short)


LARGE = 30
SIZE = 6


@pytest.fixture(scope="module")
def large():
    """Thirty issues where three certain changes are needed, and only few sets of three do."""
    chance = random.Random(7)  # noqa: S311
    points = [[[chance.randrange(8) for _ in range(SIZE)] for _ in range(LARGE)] for _ in range(2)]
    for player in points:
        for row in player:
            row[0] = 4
    issues = {f"i{k}": " ".join(f"o{n}" for n in range(SIZE)) for k in range(LARGE)}
    statements = {
        name: [
            scores(
                **{
                    f"i{k}": {f"o{n}": point for n, point in enumerate(row)}
                    for k, row in enumerate(player)
                }
            ),
            "rule: i0 == o1 and i1 == o1\nworth: 2",
            "red_line: i2 == o2",
            "no_deal: 128",
        ]
        for name, player in zip(("P", "Q"), points, strict=True)
    }
    return points, case_of(issues, statements)


def test_thirty_issues_are_no_obstacle(large):
    points, case = large

    rises = [[[point - row[0] for point in row] for row in player] for player in points]
    found = []
    for i, j, k in combinations(range(LARGE), 3):
        for a, b, c in product(range(1, SIZE), repeat=3):
            over = (2, 2) in ((i, a), (j, b), (k, c))
            worth = 2 * ((i, a, j, b) == (0, 1, 1, 1))
            if not over and all(one[i][a] + one[j][b] + one[k][c] + worth >= 8 for one in rises):
                found.append(((i, a), (j, b), (k, c)))
    assert len(found) > 3
    answer = repair(case, "i0 = o0")
    assert [r.n_changes for r in answer.repairs.found] == [3, 3, 3]
    assert [r.tied for r in answer.repairs.found] == [len(found) - 1] * 3
    assert [
        tuple((k, option) for k, option in enumerate(r.judged.package) if option)
        for r in answer.repairs.found
    ] == found[:3]
    assert answer.repairs.proved


def test_where_three_changes_do_not_suffice_that_much_is_proved(large):
    _, case = large
    answer = repair(case, ", ".join(f"i{k} = o1" for k in range(LARGE)))
    assert answer.judged.together.value == 0
    assert not answer.repairs.found
    assert (answer.repairs.searched, answer.repairs.proved) == (3, False)
    assert "No package with up to 3 changes is accepted by all in more readings." in words(answer)
    assert "With more changes there are too many to look at each." in words(answer)


def test_the_signatories_alone_decide():
    """An affected party decides nothing, so what it refuses is offered all the same."""
    case = case_of(
        {"a": "a0 a1"},
        {
            "P": [scores(a={"a0": 0, "a1": 5}), "no_deal: 1"],
            "Q": [scores(a={"a0": 5, "a1": 0}), "no_deal: 1"],
        },
        affected=["Q"],
    )
    repairs = repairs_of(Analysis(case=case), (0,))
    assert [r.judged.package for r in repairs.found] == [(1,)]
