"""Who refuses to begin, and what a first step is worth whatever the bargaining solution."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from detente.errors import CancelledError, LimitError
from detente.solvers.agenda import course_of
from detente.solvers.refusal import counted_steps, excluding, refusal
from detente.solvers.second_table import second_table_bounds
from detente.solvers.states import step_of
from detente.work import Work
from tests.solvers import agendas as plain
from tests.solvers.test_agenda import an_order


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    n_rows, n_steps, n = 7, int(rng.integers(1, 6)), int(rng.integers(1, 5))
    first = rng.integers(0, 6, (n_rows, n_steps, n)).astype(float)
    first[rng.random((n_rows, n_steps)) < 0.2] = -np.inf
    return first, rng.integers(0, 6, (n_rows, n)).astype(float), rng.integers(0, 3, n_steps)


def steps_of(first: np.ndarray, changes: np.ndarray) -> list[list[float]]:
    """Return the steps of one reading that count."""
    alive = [k for k in range(len(first)) if first[k, 0] > -np.inf]
    moving = [k for k in alive if changes[k]]
    return [first[k].tolist() for k in moving or alive]


@pytest.mark.parametrize("seed", range(60))
def test_refusals_follow_their_definition(seed: int) -> None:
    first, than, changes = drawn(seed)
    found = refusal(first, than, changes)
    sets = excluding(first, than, changes)
    n = than.shape[1]
    for row in range(len(first)):
        steps, own = steps_of(first[row], changes), than[row]
        assert counted_steps(first, changes)[row].sum() == len(steps)
        assert found.possible[row] == bool(steps)
        if not steps:
            assert not found.alone[row].any()
            assert not found.blocked[row]
            assert not sets.smallest[row].any()
            continue
        over = [[value - mine for value, mine in zip(s, own, strict=True)] for s in steps]
        assert found.margin[row].tolist() == [max(column) for column in zip(*over, strict=True)]
        assert found.alone[row].tolist() == [all(o[p] < 0 for o in over) for p in range(n)]
        assert found.joint_margin[row] == max(min(o) for o in over)
        assert found.blocked[row] == all(min(o) < 0 for o in over)

        def blocked(members, over=over) -> bool:
            return all(any(o[p] < 0 for p in members) for o in over)

        wanted = [
            members
            for size in range(1, n + 1)
            for members in combinations(range(n), size)
            if blocked(members)
            and not any(blocked(s) for k in range(1, size) for s in combinations(members, k))
        ]
        assert [sets.sets[k] for k in np.flatnonzero(sets.smallest[row])] == wanted


def test_too_many_parties_are_told() -> None:
    with pytest.raises(LimitError, match="of 11 signatories"):
        excluding(np.zeros((1, 2, 11)), np.zeros((1, 11)), np.array([0, 1]))


@pytest.mark.parametrize("seed", range(80))
def test_bounds_are_those_of_undominated_second_steps(seed: int) -> None:
    game = plain.instance(seed)
    order = an_order(game, seed, n_bundles=2)
    first, second = (sorted(bundle) for bundle in order)
    found = second_table_bounds(game.talks(2), order)
    n = game.n_signatories
    for place, options in enumerate(np.ndindex(*(game.sizes[j] for j in first))):
        state = dict(zip(first, options, strict=True))
        if not game.completes(state):
            assert (found.least[:, place] == -np.inf).all()
            assert (found.largest[:, place] == -np.inf).all()
            continue
        recursion = plain._Recursion(game, order, "end", "nash", reverse=False)
        walk, values = game.walk_away(state), []
        packages = [
            state | dict(zip(second, more, strict=True))
            for more in np.ndindex(*(game.sizes[j] for j in second))
        ]
        able = [recursion.at(p, ()).value for p in packages if game.completes(p)]
        able = [v for v in able if all(v[i] >= walk[i] for i in range(n))]
        for value in able or [walk]:
            dominated = any(
                all(o[i] >= value[i] for i in range(n)) and any(o[i] > value[i] for i in range(n))
                for o in able
            )
            if not dominated:
                values.append(before_talks(game, state, second, value, walk))
        for row in (0, 1):
            assert found.least[row, place].tolist() == [
                float(min(c)) for c in zip(*values, strict=True)
            ]
            assert found.largest[row, place].tolist() == [
                float(max(c)) for c in zip(*values, strict=True)
            ]


def before_talks(game, state, bundle, value, walk):
    time = sum(game.takes[j] for j in bundle)
    if game.deadline is not None and time + sum(game.takes[j] for j in state) > game.deadline:
        return walk
    value = [game.later * v + (1 - game.later) * w for v, w in zip(value, walk, strict=True)]
    value = [
        (1 - d**time) * m + d**time * v
        for d, m, v in zip(game.patience, game.meanwhile(state), value, strict=True)
    ]
    return walk if any(value[i] < walk[i] for i in range(game.n_signatories)) else value


@pytest.mark.parametrize("solution", list(plain.SOLUTIONS))
def test_every_solution_lies_within_the_bounds(solution: str) -> None:
    for seed in range(40):
        game = plain.instance(seed)
        talks, order = game.talks(), an_order(game, seed, n_bundles=2)
        bounds = second_table_bounds(talks, order)
        for rule in ("end", "set aside"):
            course = course_of(talks, order, rule=rule, solution=solution)
            assert (bounds.least <= course.first).all(), seed
            assert (course.first <= bounds.largest).all(), seed


def test_status_quo_is_no_step_unless_nothing_else_is_possible() -> None:
    step = step_of((2, 3), (1, 0), (), (0, 1))
    assert np.flatnonzero(step.changes == 0).tolist() == [3]
    first = np.array([[[5.0], [1.0]], [[5.0], [-np.inf]]])
    found = refusal(first, np.array([[2.0], [2.0]]), np.array([0, 1]))
    assert found.alone.tolist() == [[True], [False]]


def test_work_is_heard() -> None:
    game = plain.instance(0)
    with pytest.raises(CancelledError):
        second_table_bounds(
            game.talks(), an_order(game, 0, n_bundles=2), work=Work(cancelled=lambda: True)
        )
