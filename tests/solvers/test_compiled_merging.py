from __future__ import annotations

from itertools import pairwise
from threading import Event, Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.diagram import Layer
from detente.errors import CancelledError
from detente.solvers import merging
from detente.solvers.compiled_merging import merged
from detente.solvers.merging import Labels
from detente.work import Work
from tests import oracles

ANY = 10**9


def layer_of(arcs, n_sources, n_targets):
    """Arcs are (source, target, gain); sorted as a diagram sorts them."""
    arcs = sorted(arcs, key=lambda arc: (arc[1], arc[0]))
    target = np.array([arc[1] for arc in arcs], dtype=np.int64)
    return Layer(
        issue=0,
        source=np.array([arc[0] for arc in arcs], dtype=np.int64),
        target=target,
        option=np.arange(len(arcs)),
        gain=np.array([arc[2] for arc in arcs], dtype=np.int64).reshape(len(arcs), -1),
        start=np.searchsorted(target, np.arange(n_targets + 1)),
        n_sources=n_sources,
        n_targets=n_targets,
    )


def labels_of(states, n_parties):
    """States are lists of vectors."""
    rows = [vector for vectors in states for vector in vectors]
    values = np.array(rows, dtype=np.int64).reshape(len(rows), n_parties)
    return Labels(values=values, start=np.cumsum([0, *map(len, states)]))


def by_state(labels):
    rows = [tuple(row) for row in labels.values.tolist()]
    return [rows[low:high] for low, high in pairwise(labels.start.tolist())]


def by_definition(labels, layer, weights, need):
    found = []
    for state in range(layer.n_targets):
        candidates = {
            tuple(value + plus for value, plus in zip(label, gain, strict=True))
            for source, target, gain in zip(
                layer.source, layer.target, layer.gain.tolist(), strict=True
            )
            if target == state
            for label in by_state(labels)[source]
        }
        alive = [
            vector
            for vector in candidates
            if all(
                sum(w * v for w, v in zip(row, vector, strict=True)) >= least[state]
                for row, least in zip(weights.tolist(), need.tolist(), strict=True)
            )
        ]
        found.append({v for v in alive if not any(oracles.dominates(other, v) for other in alive)})
    return found


def no_cuts(n_parties, n_targets):
    return np.zeros((0, n_parties)), np.zeros((0, n_targets))


SCALES = [
    st.integers(0, 2),
    st.integers(-20, 20),
    st.integers(-(2**50), 2**50),
    st.sampled_from([-(2**50), 0, 1, 2, 3, 2**50]),
]


@st.composite
def steps(draw):
    """Draw labels, a layer and cuts; cuts on large values are about one party each."""
    n_parties = draw(st.integers(1, 7))
    n_sources, n_targets = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    scales = [draw(st.sampled_from(SCALES)) for _ in range(n_parties)]
    vectors = st.tuples(*scales)
    states = [draw(st.lists(vectors, max_size=12, unique=True)) for _ in range(n_sources)]
    arc = st.tuples(st.integers(0, n_sources - 1), st.integers(0, n_targets - 1), vectors)
    arcs = draw(st.lists(arc, min_size=1, max_size=6))
    single = np.eye(n_parties)[draw(st.lists(st.integers(0, n_parties - 1), max_size=2))]
    small = all(scale in SCALES[:2] for scale in scales)
    joint = st.lists(st.integers(0, 3), min_size=n_parties, max_size=n_parties)
    rows = np.array(draw(st.lists(joint, max_size=2 if small else 0)), dtype=np.float64)
    weights = np.concatenate([single, rows.reshape(-1, n_parties)])
    least = st.integers(-30, 30).map(float) | st.sampled_from([-np.inf, np.inf])
    need = [[draw(least) for _ in range(n_targets)] for _ in weights]
    return (
        labels_of(states, n_parties),
        layer_of(arcs, n_sources, n_targets),
        weights,
        np.array(need).reshape(len(weights), n_targets),
    )


@settings(deadline=None, max_examples=300)
@given(steps())
def test_is_what_the_definition_says(step):
    found = merged(*step, Work(), most=ANY)
    assert [set(state) for state in by_state(found)] == by_definition(*step)
    assert all(state == sorted(set(state), reverse=True) for state in by_state(found))


@settings(deadline=None)
@given(steps(), st.integers(0, 10))
def test_gives_up_beyond_the_most_that_may_be_kept(step, most):
    found = merged(*step, Work(), most=most)
    n_labels = sum(map(len, by_definition(*step)))
    assert (found is None) == (n_labels > most)


def unrelated(draw, shape):
    return draw.integers(0, 50, shape)


def conflict(high):
    """Return vectors of about the same sum, so that few dominate others."""

    def drawn(draw, shape):
        values = draw.standard_normal(shape)
        values -= 0.95 * values.mean(axis=1, keepdims=True)
        return np.round(values * high / 4).astype(np.int64)

    return drawn


def far_apart(draw, shape):
    """Return small differences beside a few very large ones."""
    small = conflict(60)(draw, shape)
    small[:, 1:] += draw.choice([0, 0, 0, 2**50], (shape[0], 1))
    return small


def arched(draw, shape):
    """Return vectors of which the later parties' alone make a long staircase."""
    turn = draw.uniform(0, np.pi / 2, shape[0])
    values = np.zeros(shape, dtype=np.int64)
    values[:, 0] = draw.integers(0, 1000, shape[0])
    values[:, -2] = np.round(2**40 * np.cos(turn))
    values[:, -1] = np.round(2**40 * np.sin(turn))
    return values


def blocs(draw, shape):
    """Return vectors that the first party likes the less the more all others like them."""
    values = conflict(10**9)(draw, shape) // 10_000
    values += draw.integers(0, 10**9, (shape[0], 1)) * np.array([-1] + [1] * (shape[1] - 1))
    return values


MANY = [
    (2, conflict(10**9), 9000),
    (2, arched, 9000),
    (2, unrelated, 9000),
    (3, conflict(200), 9000),
    (3, conflict(10**12), 9000),
    (3, arched, 9000),
    (3, far_apart, 4000),
    (4, conflict(100), 4000),
    (4, conflict(10**9), 3000),
    (4, conflict(6), 4000),
    (4, blocs, 3000),
    (4, far_apart, 2000),
    (5, conflict(60), 2000),
    (5, conflict(10**10), 1500),
    (6, conflict(10**6), 800),
    (6, far_apart, 800),
    (17, conflict(40), 300),
]


def drawn_step(n_parties, kind, n_labels, seed=0):
    draw = np.random.default_rng(seed)
    states = [np.unique(kind(draw, (n_labels // n, n_parties)), axis=0).tolist() for n in (1, 2, 4)]
    gains = kind(draw, (12, n_parties)) // 7
    arcs = [(k % 3, k // 3 % 2, gain.tolist()) for k, gain in enumerate(gains)]
    return labels_of(states, n_parties), layer_of(arcs, 3, 2)


@pytest.mark.parametrize(("n_parties", "kind", "n_labels"), MANY)
def test_many_labels_are_kept_as_without_compiling(n_parties, kind, n_labels):
    labels, layer = drawn_step(n_parties, kind, n_labels)
    cuts = no_cuts(n_parties, 2)
    found = merged(labels, layer, *cuts, Work(), most=ANY)
    expected = merging.merged(labels, layer, *cuts, Work())
    assert by_state(found) == [sorted(state, reverse=True) for state in by_state(expected)]
    again = merged(found, layer_of([(0, 0, [0] * n_parties)], 2, 1), *cuts, Work(), most=ANY)
    assert by_state(again) == by_state(found)[:1]


@pytest.mark.parametrize(
    ("n_parties", "kind", "n_labels"), [case for case in MANY if case[1] is not unrelated]
)
def test_many_labels_are_cut_as_without_compiling(n_parties, kind, n_labels):
    labels, layer = drawn_step(n_parties, kind, n_labels, seed=1)
    uncut = merged(labels, layer, *no_cuts(n_parties, 2), Work(), most=ANY)
    weights = np.concatenate([np.eye(n_parties), np.ones((1, n_parties))])
    need = np.repeat(np.quantile(uncut.values @ weights.T, 0.05, axis=0)[:, None], 2, axis=1)
    need[0, 1] = -np.inf
    found = merged(labels, layer, weights, need, Work(), most=ANY)
    expected = merging.merged(labels, layer, weights, need, Work())
    assert by_state(found) == [sorted(state, reverse=True) for state in by_state(expected)]
    assert 0 < len(found) < len(uncut)


def test_labels_need_not_be_undominated():
    states = [[(5, 1), (4, 4), (3, 3), (4, 2), (2, 5), (5, 0)]]
    layer = layer_of([(0, 0, (0, 0)), (0, 0, (1, -1))], 1, 1)
    found = merged(labels_of(states, 2), layer, *no_cuts(2, 1), Work(), most=ANY)
    assert by_state(found) == [[(6, 0), (5, 3), (4, 4), (2, 5)]]


def test_nothing_is_merged_to_nothing():
    nothing = labels_of([[], []], 3)
    layer = layer_of([(0, 0, (1, 2, 3)), (1, 1, (0, 0, 0))], 2, 2)
    found = merged(nothing, layer, *no_cuts(3, 2), Work(), most=0)
    assert by_state(found) == [[], []]


def test_everything_may_be_cut():
    labels, layer = drawn_step(4, conflict(100), 500)
    weights, need = np.ones((1, 4)), np.full((1, 2), 1e9)
    found = merged(labels, layer, weights, need, Work(), most=0)
    assert by_state(found) == [[], []]


def test_input_is_left_as_it_was():
    labels, layer = drawn_step(3, conflict(100), 500)
    values, gain = labels.values.copy(), layer.gain.copy()
    labels.values.flags.writeable = layer.gain.flags.writeable = False
    merged(labels, layer, *no_cuts(3, 2), Work(), most=ANY)
    assert np.array_equal(labels.values, values)
    assert np.array_equal(layer.gain, gain)


def test_work_that_is_cancelled_does_not_begin():
    labels, layer = drawn_step(3, conflict(100), 500)
    with pytest.raises(CancelledError, match="merging"):
        merged(labels, layer, *no_cuts(3, 2), Work(cancelled=lambda: True), most=ANY)


@pytest.mark.parametrize("n_parties", [3, 4, 6])
def test_work_can_be_cancelled_or_run_out_of_time_inside(n_parties):
    """With no end in sight: hundreds of millions of candidates, and their order is of no help.

    Two parties are left out: whole runs of candidates are skipped there, and the end comes soon.
    """
    draw = np.random.default_rng(0)
    values = np.unique(conflict(10**9)(draw, (200_000, n_parties)), axis=0)
    gains = conflict(10**9)(draw, (3000, n_parties)) // 100
    labels = Labels(values=values, start=np.array([0, len(values)]))
    layer = layer_of([(0, 0, gain.tolist()) for gain in gains], 1, 1)
    cuts = no_cuts(n_parties, 1)
    assert merged(labels, layer, *cuts, Work(seconds=0.05), most=ANY) is None
    asked = Event()
    outcome = []

    def run():
        try:
            merged(labels, layer, *cuts, Work(cancelled=asked.is_set), most=ANY)
        except CancelledError as error:
            outcome.append(error)

    thread = Thread(target=run)
    thread.start()
    asked.set()
    thread.join(timeout=30)
    assert outcome
