"""The frontier of acceptable packages, its packages and its approximations, against brute force."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from detente.diagram import diagram_of
from detente.errors import CancelledError
from detente.factors import Factors, Shift, factors_of
from detente.solvers import frontier as frontier_module
from detente.solvers import merging, thresholds
from detente.solvers.counting import n_acceptable
from detente.solvers.frontier import frontier_of
from detente.solvers.grid import Grid
from detente.solvers.replay import counts_behind, packages_behind
from detente.work import Work
from tests import oracles
from tests.solvers.instances import Problem, problem

SEEDS = range(60)
METHODS = {"grid": 10**9, "labels": 0, "both": thresholds.GRID_CELLS_PER_CANDIDATE}


def gains_of(frontier):
    return [tuple(int(gain) for gain in row) for row in frontier.gains]


def large(n_issues: int = 12, n_options: int = 5, n_parties: int = 3, seed: int = 1) -> Factors:
    """Return an instance of opposed interests with many packages and a large frontier."""
    drawn = np.random.default_rng(seed).normal(size=(n_issues, n_options, n_parties))
    drawn -= 0.9 * drawn.mean(axis=2, keepdims=True)
    values = np.clip(np.rint(50 + 25 * drawn), 0, 100).astype(int)
    no_deal = values.max(axis=1).sum(axis=0) // 2
    return factors_of(values.tolist(), no_deal.tolist())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_frontier_is_what_brute_force_says(seed, method, monkeypatch):
    monkeypatch.setattr(frontier_module, "GRID_CELLS_PER_CANDIDATE", METHODS[method])
    given = problem(seed, most_packages=300)
    diagram = diagram_of(given.factors)
    frontier = frontier_of(diagram)
    assert frontier.status == "exact"
    assert not any(frontier.shortfall)
    assert gains_of(frontier) == list(given.frontier)
    rows = np.arange(len(frontier))
    assert counts_behind(frontier, rows).tolist() == [len(p) for p in given.frontier.values()]
    packages, owner = packages_behind(frontier, rows)
    for row, expected in zip(rows, given.frontier.values(), strict=True):
        assert [tuple(p) for p in packages[owner == row].tolist()] == expected
    assert n_acceptable(diagram) == len(given.acceptable)


@pytest.mark.parametrize("seed", range(30))
def test_python_integers_give_the_same(seed):
    given = problem(seed, most_packages=200)
    plain = given.factors
    factors = Factors(
        values=tuple(table.astype(object) * 10**20 for table in plain.values),
        no_deal=plain.no_deal.astype(object) * 10**20,
        shifts=tuple(Shift(s.when, s.by.astype(object) * 10**20) for s in plain.shifts),
        bans=plain.bans,
    )
    frontier = frontier_of(diagram_of(factors))
    scaled = [tuple(gain * 10**20 for gain in row) for row in given.frontier]
    assert gains_of(frontier) == scaled
    rows = np.arange(len(frontier))
    assert counts_behind(frontier, rows).tolist() == [len(p) for p in given.frontier.values()]


@pytest.mark.parametrize("seed", range(300))
def test_large_numbers_that_cancel_lose_nothing(seed):
    """What is left over no deal lies far below what doubles can tell of the numbers added up."""
    generator = np.random.default_rng(seed)
    unit, n_parties = 10 ** int(generator.integers(12, 40)), int(generator.integers(1, 4))

    def numbers(most: int) -> list[int]:
        near = generator.integers(-1, 2, n_parties).tolist()
        far = generator.integers(-most, most + 1, n_parties).tolist()
        return [unit * f + n for f, n in zip(far, near, strict=True)]

    values = [[numbers(3) for _ in range(generator.integers(1, 5))] for _ in range(4)]
    no_deal = numbers(int(generator.integers(0, 2)))
    sums = [tuple(map(sum, zip(*rows, strict=True))) for rows in product(*values)]
    met = {row for row in sums if all(v >= n for v, n in zip(row, no_deal, strict=True))}
    kept = oracles.frontier([list(row) for row in met])
    diagram = diagram_of(factors_of(values, no_deal))
    assert n_acceptable(diagram) == sum(row in met for row in sums)
    found = [tuple(row) for row in frontier_of(diagram).vectors.tolist()]
    assert found == sorted((row for row, on in zip(met, kept, strict=True) if on), reverse=True)


@pytest.mark.parametrize("n_parties", [12, 13, 40])
def test_there_may_be_many_parties(n_parties):
    generator = np.random.default_rng(n_parties)
    values = generator.integers(0, 10, (2, 4, n_parties))
    totals = (values[0][:, None] + values[1][None]).reshape(16, n_parties)
    no_deal = totals.min(axis=0)
    no_deal[0] = np.sort(totals[:, 0])[3]
    met = totals[(totals >= no_deal).all(axis=1)].tolist()
    assert 0 < len(met) < 16
    kept = [row for row, on in zip(met, oracles.frontier(met), strict=True) if on]
    diagram = diagram_of(factors_of(values.tolist(), no_deal.tolist()))
    assert frontier_of(diagram).vectors.tolist() == sorted(kept, reverse=True)


def shortfall_of(frontier, given: Problem) -> list[tuple[int, ...]]:
    """Return for each frontier package by how much the nearest vector falls short of it."""
    rows = gains_of(frontier)
    return [
        min(
            (tuple(max(0, t - g) for t, g in zip(target, row, strict=True)) for row in rows),
            key=lambda short: [s > f for s, f in zip(short, frontier.shortfall, strict=True)],
        )
        for target in given.frontier
    ]


@pytest.mark.parametrize("seed", range(80))
def test_an_approximation_keeps_its_promise(seed):
    given = problem(seed, most_packages=300)
    tolerance = [1 + (seed * (p + 3)) % 40 for p in range(len(given.no_deal))]
    frontier = frontier_of(diagram_of(given.factors), tolerance=tolerance)
    assert frontier.status == "approximate"
    assert frontier.reason == "asked"
    assert all(lost <= t for lost, t in zip(frontier.shortfall, tolerance, strict=True))
    for short in shortfall_of(frontier, given):
        assert all(s <= lost for s, lost in zip(short, frontier.shortfall, strict=True))
    allowed = {given.gains(package) for package in given.allowed}
    assert set(gains_of(frontier)) <= allowed
    assert frontier.acceptable.tolist() == [min(row) >= 0 for row in gains_of(frontier)]


def exact_large():
    return frontier_of(diagram_of(large()))


@pytest.mark.parametrize("limit", ["time", "memory"])
def test_at_a_limit_the_answer_is_approximate_and_says_how_far(limit, monkeypatch):
    monkeypatch.setattr(frontier_module, "FEWEST", 200)
    monkeypatch.setattr(frontier_module, "GRID_CELLS_PER_CANDIDATE", 0)
    work = Work(seconds=0.0) if limit == "time" else Work(memory=200_000)
    found = frontier_of(diagram_of(large()), work=work)
    assert found.status == "approximate"
    assert found.reason == limit
    assert any(found.shortfall)
    exact = exact_large().vectors
    for vector in exact[:: max(1, len(exact) // 200)]:
        assert ((found.vectors >= vector - np.array(found.shortfall)).all(axis=1)).any()
    rows = np.flatnonzero(found.acceptable)[:20]
    packages, owner = packages_behind(found, rows)
    values = found.diagram.factors.values_of(packages)
    assert (values == found.vectors[rows[owner]]).all()


def test_a_large_frontier_is_the_same_on_a_grid_and_from_labels(monkeypatch):
    by_grid = exact_large()
    assert isinstance(by_grid.reached[-1], Grid)
    monkeypatch.setattr(frontier_module, "GRID_CELLS_PER_CANDIDATE", 0)
    by_labels = exact_large()
    assert len(by_grid) > 10_000
    assert np.array_equal(by_grid.vectors, by_labels.vectors)
    rows = np.arange(0, len(by_grid), 97)
    assert np.array_equal(counts_behind(by_grid, rows), counts_behind(by_labels, rows))


def test_blocks_of_candidates_change_nothing(monkeypatch):
    monkeypatch.setattr(frontier_module, "GRID_CELLS_PER_CANDIDATE", 0)
    diagram = diagram_of(large(8))
    whole = frontier_of(diagram)
    monkeypatch.setattr(merging, "_BLOCK", 50)
    assert np.array_equal(frontier_of(diagram).vectors, whole.vectors)


def test_ties_are_counted_where_they_are_too_many_to_list():
    table = [[1, 0], [0, 1], [1, 0]]
    nobody_cares = [[0, 0]] * 10
    factors = factors_of([table, *[nobody_cares] * 30], [0, 0])
    frontier = frontier_of(diagram_of(factors))
    assert frontier.vectors.tolist() == [[1, 0], [0, 1]]
    assert counts_behind(frontier, np.array([0, 1])).tolist() == [2 * 10**30, 10**30]
    packages, owner = packages_behind(frontier, np.array([0]), most=7)
    assert len(packages) == 7
    assert len(set(map(tuple, packages.tolist()))) == 7
    assert set(owner.tolist()) == {0}


def test_asking_to_stop_stops():
    with pytest.raises(CancelledError):
        frontier_of(diagram_of(large()), work=Work(cancelled=lambda: True))


def test_progress_is_told_layer_by_layer():
    told = []
    frontier_of(diagram_of(large(6)), work=Work(progress=lambda *step: told.append(step)))
    assert told == [("merging issues", done, 6) for done in range(7)]


def test_counting_gives_up_rather_than_take_forever(monkeypatch):
    from detente.solvers import counting

    diagram = diagram_of(large(8))
    exact = n_acceptable(diagram)
    choices = np.indices(diagram.factors.sizes).reshape(8, -1).T
    values = diagram.factors.values_of(choices)
    assert exact == int((values >= diagram.factors.no_deal).all(axis=1).sum())
    monkeypatch.setattr(counting, "COUNTED_LABELS", 100)
    assert n_acceptable(diagram) is None


def test_one_demand_more_and_nothing_is_left():
    factors = large(6)
    best = frontier_of(diagram_of(factors)).vectors[:, 0].max()
    demanding = factors.no_deal.copy()
    demanding[0] = best + 1
    assert not len(frontier_of(diagram_of(replace(factors, no_deal=demanding))))
