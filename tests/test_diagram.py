"""Packages as paths: the same packages and values as in the list, whatever the conditions."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

import detente.diagram
from detente.diagram import diagram_of
from detente.errors import LimitError
from detente.factors import every, factors_of, holds, negated, restricted, some, within
from tests.solvers.instances import formula, problem, true

SEEDS = range(60)


def paths(diagram):
    """Return every path as a package with what its arcs gain, in plain loops."""
    found = [({}, 0, (0,) * diagram.factors.n_parties)]
    for layer in diagram.layers:
        found = [
            (
                {**package, layer.issue: int(layer.option[arc])},
                int(layer.target[arc]),
                tuple(int(v) + int(g) for v, g in zip(value, layer.gain[arc], strict=True)),
            )
            for package, state, value in found
            for arc in range(len(layer.source))
            if layer.source[arc] == state
        ]
    return {tuple(p[k] for k in sorted(p)): value for p, _, value in found}


@pytest.mark.parametrize("seed", SEEDS)
def test_paths_are_the_allowed_packages_with_their_values(seed):
    given = problem(seed, most_packages=120)
    diagram = diagram_of(given.factors)
    gains = {p: tuple(v - n for v, n in zip(value, given.no_deal, strict=True))
             for p, value in paths(diagram).items()}  # fmt: skip
    assert gains == {package: given.gains(package) for package in given.allowed}
    assert diagram.n_allowed == len(given.allowed)
    assert diagram.empty == (not given.allowed)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_most_still_to_come_is_what_some_package_has(seed):
    given = problem(seed, most_packages=120)
    diagram = diagram_of(given.factors)
    weights = np.random.default_rng(seed).integers(-3, 9, (4, len(given.no_deal))).astype(float)
    best = diagram.best_rest(weights)[0][:, 0]
    allowed = np.array(given.allowed, dtype=int).reshape(-1, len(given.sizes))
    values = given.factors.values_of(allowed)
    totals = weights @ values.T
    assert best.tolist() == totals.max(axis=1, initial=-np.inf).tolist()
    if given.allowed:
        chosen = diagram.heaviest(weights[0])
        assert tuple(chosen.tolist()) in given.allowed
        assert weights[0] @ given.factors.values_of(chosen[None])[0] == best[0]


def test_drawing_is_even():
    ban = every([within(0, [True, False]), within(1, [True, False, False])])
    table = [[0], [0]]
    diagram = diagram_of(factors_of([table, [[0], [0], [0]]], [0], bans=[ban]))
    drawn = diagram.sample(6000, np.random.default_rng(1))
    counts = Counter(map(tuple, drawn.tolist()))
    assert set(counts) == {(0, 1), (0, 2), (1, 0), (1, 1), (1, 2)}
    assert all(abs(count - 1200) < 5 * 1200**0.5 for count in counts.values())


def test_long_conjunctions_need_few_states():
    n_issues, size = 12, 9
    chosen = every([within(k, [o == 0 for o in range(size)]) for k in range(n_issues)])
    table = [[o] for o in range(size)]
    diagram = diagram_of(factors_of([table] * n_issues, [0], shifts=[(chosen, [5])]))
    assert max(layer.n_targets for layer in diagram.layers) == 2
    assert diagram.n_allowed == size**n_issues


def test_entangled_conditions_are_refused_with_a_way_out(monkeypatch):
    monkeypatch.setattr(detente.diagram, "MOST_ARCS", 10)
    same = [
        some([every([within(a, [o == v for o in range(3)]), within(b, [o == v for o in range(3)])])
              for v in range(3)])
        for a in range(5) for b in range(a)
    ]  # fmt: skip
    with pytest.raises(LimitError, match=r"too entangled.*fewer issues"):
        diagram_of(factors_of([[[0], [1], [2]]] * 5, [0], bans=same))


@pytest.mark.parametrize("seed", SEEDS)
def test_conditions_hold_as_they_read(seed):
    given = problem(seed, most_packages=120)
    choices = np.indices(given.sizes).reshape(len(given.sizes), -1).T
    for condition in [*given.bans, *(when for when, _ in given.shifts)]:
        tree = formula(condition, given.sizes)
        expected = [true(condition, tuple(row)) for row in choices.tolist()]
        assert holds(tree, choices).tolist() == expected
        assert holds(negated(tree, given.sizes), choices).tolist() == [not on for on in expected]
        for row, on in zip(choices[:20].tolist(), expected, strict=False):
            left = tree
            for issue, option in enumerate(row):
                left = restricted(left, issue, option)
            assert left is on


def test_conditions_that_always_or_never_hold_are_settled_at_once():
    yes, no = within(0, [True, True]), within(0, [False, False])
    assert yes is True
    assert no is False
    assert every([yes, no]) is False
    assert some([no, yes]) is True
    plain = factors_of([[[1], [2]]], [0], shifts=[(True, [5]), (False, [7])], bans=[False])
    assert plain.values[0].tolist() == [[6], [7]]
    assert not plain.shifts
    assert not plain.bans
    assert diagram_of(factors_of([[[1], [2]]], [0], bans=[True])).empty


def test_numbers_beyond_doubles_stay_whole():
    big = 10**30
    factors = factors_of([[[big, 1], [big + 1, 0]]], [big, 0])
    assert factors.dtype == object
    assert factors.values_of(np.array([[1]])).tolist() == [[big + 1, 0]]
