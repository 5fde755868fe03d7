from __future__ import annotations

from dataclasses import replace

import pytest

from detente.diagram import diagram_of
from detente.factors import factors_of
from detente.solvers import halves, limits, raising
from detente.solvers.linear_optimum import ideals_of, utilitarian_of
from detente.work import Work
from tests.solvers.instances import problem
from tests.solvers.test_leximin import HUGE, all_gains, half_of, listed, opposed

SEEDS = range(80)


def check_sum(given, best):
    wanted = given.solution("utilitarian")
    assert best.status == ("exact" if wanted else "empty")
    assert list(best.vectors) == wanted
    if wanted:
        assert best.package in given.allowed
        assert given.gains(best.package) == wanted[0]


def check_ideals(given, ideals):
    rows = [given.gains(package) for package in given.acceptable]
    assert ideals.status == ("exact" if rows else "empty")
    assert ideals.gains == tuple(max(column) for column in zip(*rows, strict=True))
    for party, package in enumerate(ideals.packages):
        assert package in given.acceptable
        assert given.gains(package)[party] == ideals.gains[party]


@pytest.mark.parametrize("seed", SEEDS)
def test_is_what_the_definition_says(seed):
    given = problem(seed)
    diagram = diagram_of(given.factors)
    check_sum(given, utilitarian_of(diagram, work=Work()))
    check_ideals(given, ideals_of(diagram, work=Work()))


@pytest.mark.parametrize("seed", range(12))
def test_is_what_the_definition_says_of_numbers_beyond_doubles(seed):
    given = problem(seed)
    huge = replace(
        given,
        values=[[[v * HUGE for v in option] for option in table] for table in given.values],
        shifts=[(when, [v * HUGE for v in by]) for when, by in given.shifts],
        no_deal=[v * HUGE for v in given.no_deal],
    )
    diagram = diagram_of(huge.factors)
    check_sum(huge, utilitarian_of(diagram, work=Work()))
    check_ideals(huge, ideals_of(diagram, work=Work()))


@pytest.mark.parametrize(("n_parties", "n_issues"), [(2, 8), (3, 7), (4, 7), (5, 6), (6, 6)])
@pytest.mark.parametrize("top", [3, 100])
def test_is_what_enumeration_finds(n_parties, n_issues, top):
    tables = opposed(n_parties, n_parties, n_issues, 5, top)
    diagram = diagram_of(factors_of(tables.tolist(), half_of(tables)))
    gains = all_gains(tables, half_of(tables))
    best = utilitarian_of(diagram, work=Work())
    assert best.status == "exact"
    assert best.vectors == listed("utilitarian", gains)
    ideals = ideals_of(diagram, work=Work())
    assert ideals.status == "exact"
    assert ideals.gains == tuple(gains.max(axis=0).tolist())


@pytest.mark.parametrize("most", [1, 4, 40])
@pytest.mark.parametrize("seed", SEEDS[::3])
def test_says_what_is_proved_when_it_may_not_hold_all(monkeypatch, most, seed):
    monkeypatch.setattr(limits, "MOST_LABELS", most)
    monkeypatch.setattr(raising, "_FIRST", 2)
    given = problem(seed)
    rows = [given.gains(package) for package in given.acceptable]
    diagram = diagram_of(given.factors)
    best = utilitarian_of(diagram, work=Work())
    if best.status == "bounded":
        assert set(best.vectors) <= set(rows)
        assert all(best.bound >= sum(row) for row in rows)
    else:
        check_sum(given, best)
    ideals = ideals_of(diagram, work=Work())
    if ideals.status == "bounded":
        for row in rows:
            assert all(b >= gain for b, gain in zip(ideals.bound, row, strict=True))
    else:
        check_ideals(given, ideals)


def test_listing_whole_packages_changes_nothing(monkeypatch):
    monkeypatch.setattr(raising, "_MET", 1)
    monkeypatch.setattr(halves, "_MANY", 1)
    for seed in SEEDS[:20]:
        given = problem(seed)
        check_sum(given, utilitarian_of(diagram_of(given.factors), work=Work()))


def test_all_ways_to_share_out_the_same_sum_are_listed():
    piece = [[1, 0], [0, 1]]
    best = utilitarian_of(diagram_of(factors_of([piece] * 50, [10, 5])), work=Work())
    assert best.status == "exact"
    assert best.vectors == tuple((gain, 35 - gain) for gain in range(35, -1, -1))


def test_too_many_ways_to_list_leave_the_sum_proved(monkeypatch):
    monkeypatch.setattr(raising, "_TIES", 20)
    piece = [[1, 0], [0, 1]]
    best = utilitarian_of(diagram_of(factors_of([piece] * 50, [10, 5])), work=Work())
    assert best.status == "bounded"
    assert best.bound == 35
    assert all(sum(vector) == 35 for vector in best.vectors)


def test_nothing_allowed_is_said():
    diagram = diagram_of(factors_of([[[1, 1]]], [0, 0], bans=[True]))
    assert utilitarian_of(diagram, work=Work()).status == "empty"
    assert ideals_of(diagram, work=Work()).status == "empty"
