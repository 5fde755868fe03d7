from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import product
from math import log, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.diagram import diagram_of
from detente.errors import CancelledError, LimitError
from detente.factors import Every, Some, Within, factors_of
from detente.solvers.kernels.nash import BOUNDED, EMPTY, EXACT, Limits, solved
from detente.solvers.nash import graph_of, nash_of
from detente.solvers.nash_readings import Readings, nash_of_readings, shared
from detente.solvers.watch import watched
from detente.work import Work
from tests import oracles

PLENTY = Limits(most=10**6, merge=True, tolerance=1e-10)


def true_of(formula, package):
    if isinstance(formula, bool):
        return formula
    if isinstance(formula, Within):
        return bool(formula.options >> package[formula.issue] & 1)
    parts = [true_of(part, package) for part in formula.parts]
    return all(parts) if isinstance(formula, Every) else any(parts)


def acceptable(values, no_deal, shifts, bans):
    """All packages that are allowed and take nobody below no deal, with their gains."""
    for package in product(*(range(len(table)) for table in values)):
        if any(true_of(ban, package) for ban in bans):
            continue
        gains = [-worth for worth in no_deal]
        for table, option in zip(values, package, strict=True):
            gains = [gain + own for gain, own in zip(gains, table[option], strict=True)]
        for when, by in shifts:
            if true_of(when, package):
                gains = [gain + own for gain, own in zip(gains, by, strict=True)]
        if min(gains) >= 0:
            yield package, tuple(gains)


def check(best, values, no_deal, shifts, bans):
    found = dict(acceptable(values, no_deal, shifts, bans))
    rows = list(found.values())
    if not rows:
        assert (best.status, best.vectors, best.package) == ("empty", (), None)
        return
    assert best.status == "exact"
    assert best.vectors == tuple(sorted({rows[r] for r in oracles.nash(rows)}, reverse=True))
    assert found[best.package] == best.vectors[0]


@st.composite
def formulas(draw, sizes):
    issues = draw(st.lists(st.integers(0, len(sizes) - 1), min_size=1, max_size=3, unique=True))
    parts = tuple(Within(i, draw(st.integers(1, 2 ** sizes[i] - 1))) for i in sorted(issues))
    return parts[0] if len(parts) == 1 else draw(st.sampled_from([Every, Some]))(parts)


@st.composite
def cases(draw, most_parties=6):
    """Few packages; issues of one option or no weight, ties, rules and bans among them."""
    n_parties = draw(st.integers(1, most_parties))
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    low, high = draw(st.sampled_from([(0, 1), (-3, 6), (0, 0), (0, 100)]))
    amount = st.integers(low, high)
    row = st.lists(amount, min_size=n_parties, max_size=n_parties)
    values = [draw(st.lists(row, min_size=size, max_size=size)) for size in sizes]
    shifts = draw(st.lists(st.tuples(formulas(sizes), row), max_size=3))
    bans = draw(st.lists(formulas(sizes), max_size=2))
    share = draw(st.sampled_from([0.0, 0.3, 0.5, 0.7, 1.0]))
    best = [sum(max(own[p] for own in table) for table in values) for p in range(n_parties)]
    return values, [int(share * top) for top in best], shifts, bans


def solve(values, no_deal, shifts=(), bans=(), **circumstances):
    factors = factors_of(values, no_deal, shifts=shifts, bans=bans)
    return nash_of(diagram_of(factors), work=Work(**circumstances))


@settings(max_examples=300)
@given(case=cases())
def test_is_what_the_definition_says(case):
    check(solve(*case), *case)


@settings(max_examples=100)
@given(case=cases(), unit=st.sampled_from([10**16, 10**25]))
def test_numbers_beyond_doubles_are_compared_in_whole_numbers(case, unit):
    values, no_deal, shifts, bans = case
    large = (
        [[[unit * own for own in row] for row in table] for table in values],
        [unit * own for own in no_deal],
        [(when, [unit * own for own in by]) for when, by in shifts],
        bans,
    )
    check(solve(*large), *large)


@settings(max_examples=100)
@given(case=cases(), unit=st.sampled_from([10**16, 10**25]), rest=st.integers(1, 3))
def test_gains_that_differ_beyond_doubles_are_told_apart_or_said_to_be_bounded(case, unit, rest):
    values, no_deal, shifts, bans = case
    mixed = (
        [[[unit * v + rest * o for v in row] for o, row in enumerate(table)] for table in values],
        [unit * own for own in no_deal],
        [(when, [unit * own - rest for own in by]) for when, by in shifts],
        bans,
    )
    best = solve(*mixed)
    if best.status == "bounded":
        rows = [gains for _, gains in acceptable(*mixed)]
        truth = rows[oracles.nash(rows)[0]]
        assert log(prod(gain for gain in truth if gain > 0)) <= best.bound + 1e-9
        assert set(best.vectors) <= set(rows)
    else:
        check(best, *mixed)


def conflict(seed, n_parties, n_issues, n_options, share=0.5):
    """Options that one party likes and others do not, and what a share of all is worth."""
    generator = np.random.default_rng(seed)
    likes = generator.standard_normal((n_issues, n_options, n_parties))
    likes -= 0.9 * likes.mean(axis=2, keepdims=True)
    values = np.rint(np.clip(50 + 25 * likes, 0, 100)).astype(np.int64)
    return values, np.floor(share * values.max(axis=1).sum(axis=0)).astype(np.int64)


@pytest.mark.parametrize("n_parties", range(2, 7))
@pytest.mark.parametrize("share", [0.4, 0.55, 0.65])
def test_many_packages_agree_with_listing_them(n_parties, share):
    for seed in range(3):
        values, no_deal = conflict(seed, n_parties, 7, 5, share)
        factors = factors_of(values.tolist(), no_deal.tolist())
        packages = np.indices(factors.sizes).reshape(7, -1).T
        gains = factors.values_of(packages) - factors.no_deal
        gains = gains[(gains >= 0).all(axis=1)]
        best = nash_of(diagram_of(factors))
        if not len(gains):
            assert best.status == "empty"
            continue
        near = gains[np.argsort(-gains.prod(axis=1, dtype=np.float64))[:50]].tolist()
        assert best.status == "exact"
        assert set(best.vectors) == {tuple(near[r]) for r in oracles.nash(near)}


def test_large_numbers_with_small_gains_are_no_obstacle():
    values = [[[2**70 + 3, 0], [2**70, 3], [2**70 + 2, 2]], [[0, 0], [1, 0], [0, 1]]]
    assert solve(values, [2**70, 0]).vectors == ((3, 2), (2, 3))


def test_a_search_cut_short_says_so_and_bounds_the_product():
    values, no_deal = conflict(4, 4, 40, 10)
    whole = solve(values.tolist(), no_deal.tolist())
    short = solve(values.tolist(), no_deal.tolist(), memory=0)
    assert (whole.status, short.status) == ("exact", "bounded")
    assert prod(short.vectors[0]) < prod(whole.vectors[0])
    assert log(prod(whole.vectors[0])) <= short.bound


def test_a_stopped_kernel_returns_what_it_has():
    diagram = diagram_of(factors_of([[[1, 0], [0, 1]]] * 3, [0, 0]))
    gain = np.ascontiguousarray(np.concatenate([layer.weight for layer in diagram.layers]).T)
    graph = graph_of(diagram.layers, gain, np.zeros(2))
    assert solved(graph, PLENTY, np.zeros(1, dtype=np.int64)).status == EXACT
    assert solved(graph, PLENTY, np.ones(1, dtype=np.int64)).status == BOUNDED
    none = graph_of(diagram.layers, gain, np.full(2, -2.0))
    assert solved(none, PLENTY, np.zeros(1, dtype=np.int64)).status == EMPTY


def wait(work):
    with watched(work, what="searching") as stop:
        while not stop[0]:
            pass


def test_cancelled_work_is_noticed_while_a_block_runs():
    answers = iter([False, False, True])
    with pytest.raises(CancelledError, match="while searching"):
        wait(Work(cancelled=lambda: next(answers)))
    with pytest.raises(CancelledError):
        solve([[[1, 1]]], [0, 0], cancelled=lambda: True)


def test_a_failing_question_is_raised_where_the_work_is_done():
    answers = {0: False}
    with pytest.raises(KeyError):
        wait(Work(cancelled=lambda: answers.pop(0)))


# --- many readings -------------------------------------------------------------------------------


def readings_of(values, no_deal, shifts, bans, n_readings, generator):
    """Readings that share conditions; bans, too, are imposed in some readings only."""
    n_parties, n_options = len(no_deal), sum(map(len, values))
    conditions = [when for when, _ in shifts] + list(bans)
    banned = np.zeros((n_readings, len(conditions)), dtype=bool)
    banned[:, len(shifts) :] = generator.random((n_readings, len(bans))) < 0.5
    readings = Readings(
        values=np.array([row for table in values for row in table], dtype=np.int64)
        + generator.integers(-2, 3, (n_readings, n_options, n_parties)),
        no_deals=np.array(no_deal) + generator.integers(-2, 3, (n_readings, n_parties)),
        shifts=generator.integers(-5, 6, (n_readings, len(conditions), n_parties)),
        banned=banned,
    )
    return shared([len(table) for table in values], conditions), readings, conditions


@settings(max_examples=60)
@given(case=cases(), seed=st.integers(0, 1000), always=st.booleans())
def test_every_reading_is_solved_as_if_alone(case, seed, always):
    values, no_deal, shifts, bans = case
    shifts = [*shifts, (True, no_deal), (False, no_deal)] if always else shifts
    common, readings, conditions = readings_of(
        values, no_deal, shifts, bans, 4, np.random.default_rng(seed)
    )
    found = nash_of_readings(common, readings)
    assert found.proved.all()
    ends = np.cumsum([len(table) for table in values])[:-1]
    for reading in range(4):
        alone = (
            [table.tolist() for table in np.split(readings.values[reading], ends)],
            readings.no_deals[reading].tolist(),
            list(zip(conditions, readings.shifts[reading].tolist(), strict=True)),
            [c for c, on in zip(conditions, readings.banned[reading], strict=True) if on],
        )
        packages = dict(acceptable(*alone))
        rows = list(packages.values())
        assert found.found[reading] == bool(rows)
        if rows:
            gains = tuple(found.gains[reading].tolist())
            assert gains == max(rows[r] for r in oracles.nash(rows))
            assert packages[tuple(found.packages[reading].tolist())] == gains


def many(n_readings=70):
    values, no_deal = conflict(1, 4, 12, 6)
    noise = np.random.default_rng(5).integers(-20, 21, (n_readings, 72, 4))
    own = values.reshape(72, 4) + noise
    return shared([6] * 12), Readings(values=own, no_deals=np.tile(no_deal, (n_readings, 1)))


def test_threads_change_nothing():
    common, readings = many()
    alone = nash_of_readings(common, readings)
    with ThreadPoolExecutor(2) as executor:
        threaded = nash_of_readings(common, readings, work=Work(executor=executor))
    assert alone.proved.all()
    assert alone.found.any()
    assert alone.gains.tolist() == threaded.gains.tolist()
    assert alone.packages.tolist() == threaded.packages.tolist()


def test_a_banned_option_is_taken_in_the_other_readings_only():
    common = shared([2], [Within(0, 1)])
    values = np.tile(np.array([[5, 5], [1, 1]]), (2, 1, 1))
    readings = Readings(
        values=values, no_deals=np.zeros((2, 2), np.int64), banned=np.array([[False], [True]])
    )
    assert nash_of_readings(common, readings).packages.tolist() == [[0], [1]]


def test_readings_of_which_no_package_is_allowed():
    common, readings = many(3)
    none = shared([6] * 12, bans=[True])
    found = nash_of_readings(none, readings)
    assert found.proved.all()
    assert not found.found.any()
    assert not nash_of_readings(
        common, Readings(values=readings.values, no_deals=readings.no_deals + 1000)
    ).found.any()


def test_readings_that_doubles_cannot_add_up_are_refused():
    readings = Readings(values=np.full((1, 2, 2), 2**51), no_deals=np.zeros((1, 2), np.int64))
    with pytest.raises(LimitError, match=r"2\^52"):
        nash_of_readings(shared([1, 1]), readings)


def test_cancelled_readings_stop():
    common, readings = many()
    with pytest.raises(CancelledError):
        nash_of_readings(common, readings, work=Work(cancelled=lambda: True))
