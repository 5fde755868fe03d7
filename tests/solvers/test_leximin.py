from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from detente.diagram import diagram_of
from detente.errors import CancelledError
from detente.factors import every, factors_of, within
from detente.solvers import bargaining, halves, limits, raising
from detente.solvers.leximin import egalitarian_of, kalai_smorodinsky_of
from detente.work import Work
from tests.solvers.instances import problem

SOLVERS = {"egalitarian": egalitarian_of, "kalai_smorodinsky": kalai_smorodinsky_of}
SEEDS = range(60)
HUGE = 10**17 + 3

both = pytest.mark.parametrize("name", SOLVERS)


def solved(name, given):
    return SOLVERS[name](diagram_of(given.factors), work=Work())


def check(name, given, best):
    wanted = given.solution(name)
    assert best.status == ("exact" if wanted else "empty")
    assert list(best.vectors) == wanted
    if wanted:
        assert best.package in given.allowed
        assert given.gains(best.package) == wanted[0]


def opposed(seed, n_parties, n_issues, n_options, top=100):
    """Tables in which what one party gains another tends to lose."""
    noise = np.random.default_rng(seed).normal(size=(n_issues, n_options, n_parties))
    noise -= 0.9 * noise.mean(axis=2, keepdims=True)
    return np.clip(top / 2 + top / 4 * noise, 0, top).round().astype(int)


def all_gains(tables, no_deal):
    """The gains of all packages, by adding up."""
    gains = -np.array(no_deal)[None]
    for table in tables:
        gains = (gains[:, None] + table[None]).reshape(-1, table.shape[1])
    return gains[(gains >= 0).all(axis=1)]


def half_of(tables):
    return (tables.max(axis=1).sum(axis=0) * 45 // 100).tolist()


def listed(name, gains):
    rows = bargaining.SOLUTIONS[name].solve(gains)
    return tuple(sorted({tuple(row) for row in gains[rows].tolist()}, reverse=True))


@both
@pytest.mark.parametrize("seed", SEEDS)
def test_is_what_the_definition_says(name, seed):
    given = problem(seed)
    check(name, given, solved(name, given))


@both
@pytest.mark.parametrize("seed", range(12))
def test_is_what_the_definition_says_of_numbers_beyond_doubles(name, seed):
    given = problem(seed)
    huge = replace(
        given,
        values=[[[v * HUGE for v in option] for option in table] for table in given.values],
        shifts=[(when, [v * HUGE for v in by]) for when, by in given.shifts],
        no_deal=[v * HUGE for v in given.no_deal],
    )
    assert huge.factors.dtype == object
    check(name, huge, solved(name, huge))


@both
@pytest.mark.parametrize(("n_parties", "n_issues"), [(2, 8), (3, 7), (4, 7), (5, 6), (6, 6)])
@pytest.mark.parametrize("top", [6, 100])
def test_is_what_enumeration_finds(name, n_parties, n_issues, top):
    tables = opposed(n_parties, n_parties, n_issues, 5, top)
    factors = factors_of(tables.tolist(), half_of(tables))
    best = SOLVERS[name](diagram_of(factors), work=Work())
    assert best.status == "exact"
    assert best.vectors == listed(name, all_gains(tables, half_of(tables)))


@both
@pytest.mark.parametrize("most", [1, 20])
@pytest.mark.parametrize("seed", SEEDS[::3])
def test_says_what_is_proved_when_it_may_not_hold_all(monkeypatch, name, most, seed):
    monkeypatch.setattr(limits, "MOST_LABELS", most)
    monkeypatch.setattr(raising, "_FIRST", 2)
    given = problem(seed)
    best = solved(name, given)
    if best.status == "bounded":
        rows = [given.gains(package) for package in given.acceptable]
        assert set(best.vectors) <= set(rows)
        ideal = [max(column) for column in zip(*rows, strict=True)]
        shares = [
            min(Fraction(g, i if name == "kalai_smorodinsky" else 1)
                for g, i in zip(row, ideal, strict=True) if i or name == "egalitarian")
            for row in rows if any(ideal)
        ]  # fmt: skip
        assert all(best.bound >= share for share in shares)
    else:
        check(name, given, best)


@both
@pytest.mark.parametrize("first", [3, 30])
def test_holding_few_at_once_changes_nothing(monkeypatch, name, first):
    monkeypatch.setattr(raising, "_FIRST", first)
    monkeypatch.setattr(raising, "_MET", 1)
    monkeypatch.setattr(halves, "_MANY", 1)
    monkeypatch.setattr(halves, "_CHUNK", 3)
    monkeypatch.setattr(halves, "_TOO_MANY", 5)
    for seed in SEEDS[:20]:
        given = problem(seed)
        check(name, given, solved(name, given))


@both
def test_where_one_party_cares_for_little_the_others_are_raised_further(monkeypatch, name):
    monkeypatch.setattr(limits, "MOST_LABELS", 400)
    monkeypatch.setattr(raising, "_FIRST", 100)
    tables = opposed(3, 4, 7, 5)
    tables[2:, :, 0] = 0
    no_deal = [0, *half_of(tables)[1:]]
    best = SOLVERS[name](diagram_of(factors_of(tables.tolist(), no_deal)), work=Work())
    assert best.status == "exact"
    assert best.vectors == listed(name, all_gains(tables, no_deal))


def test_a_cake_of_many_pieces_is_cut_evenly():
    piece = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    diagram = diagram_of(factors_of([piece] * 60, [0, 0, 0]))
    for solve in SOLVERS.values():
        assert solve(diagram, work=Work()).vectors == ((20, 20, 20),)


def test_conditions_over_many_issues_are_met():
    piece = [[1, 0], [0, 1]]
    never = [every([within(k, [True, False]), within(k + 1, [True, False])]) for k in range(29)]
    best = egalitarian_of(diagram_of(factors_of([piece] * 30, [0, 0], bans=never)), work=Work())
    assert best.vectors == ((15, 15),)
    assert all(a + b >= 1 for a, b in zip(best.package, best.package[1:], strict=False))


def test_parties_that_cannot_gain_are_left_out_of_shares():
    table = [[[5, 0, 3], [5, 3, 0], [5, 2, 2]]]
    best = kalai_smorodinsky_of(diagram_of(factors_of(table, [5, 0, 0])), work=Work())
    assert best.vectors == ((0, 2, 2),)
    nobody = kalai_smorodinsky_of(diagram_of(factors_of(table, [5, 3, 0])), work=Work())
    assert (nobody.status, nobody.vectors, nobody.package) == ("exact", ((0, 0, 0),), (1,))


@both
def test_nothing_allowed_is_said(name):
    factors = factors_of([[[1, 1]]], [0, 0], bans=[True])
    assert SOLVERS[name](diagram_of(factors), work=Work()).status == "empty"


@both
def test_stops_when_asked(name):
    tables = opposed(1, 6, 25, 10)
    diagram = diagram_of(factors_of(tables.tolist(), half_of(tables)))
    begun = time.monotonic()
    work = Work(cancelled=lambda: time.monotonic() > begun + 0.5)
    with pytest.raises(CancelledError):
        SOLVERS[name](diagram, work=work)


@both
def test_without_time_only_a_bound_is_given(name):
    tables = opposed(1, 6, 25, 10)
    diagram = diagram_of(factors_of(tables.tolist(), half_of(tables)))
    best = SOLVERS[name](diagram, work=Work(seconds=0.0))
    assert best.status == "bounded"
    assert best.bound is not None
