"""What an agenda ends in, held against plain recursion in fractions and what must follow."""

from __future__ import annotations

import random
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import CancelledError, LimitError, UnknownNameError
from detente.solvers import agenda as agenda_module
from detente.solvers import tabled, thresholds
from detente.solvers.agenda import Course, course_of, joined, seen_at_start
from detente.solvers.backwards import rows_of, walk_away
from detente.solvers.bargaining import SOLUTIONS, Solution
from detente.solvers.talks import Talks, summed
from detente.work import Work
from tests.solvers import agendas as plain

seeds = st.integers(0, 10**9)
rules = st.sampled_from(["end", "set aside"])
solutions = st.sampled_from(list(plain.SOLUTIONS))


@pytest.fixture(params=["arrays", "compiled"])
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What holds for one form of the arithmetic holds for the other."""
    least = 0 if request.param == "compiled" else 10**18
    monkeypatch.setattr(thresholds, "COMPILED_CELLS", least)
    return str(request.param)


def an_order(game: plain.Instance, seed: int, *, n_bundles: int | None = None) -> plain.Bundles:
    orders = list(plain.partitions(range(len(game.sizes))))
    if n_bundles is not None:
        orders = [order for order in orders if len(order) == n_bundles]
    return random.Random(seed).choice(orders)  # noqa: S311 - instances, not secrets


def same(one: Course, other: Course) -> bool:
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        for field in fields(Course)
        if field.name not in {"bundles", "exact"}
    )


@pytest.mark.usefixtures("form")
@pytest.mark.parametrize("solution", list(plain.SOLUTIONS))
@pytest.mark.parametrize("rule", ["end", "set aside"])
def test_agendas_end_as_plain_recursion_says(rule: str, solution: str) -> None:
    for seed in range(40):
        game = plain.instance(seed)
        bundles = an_order(game, seed)
        for reverse in (False, True):
            wanted = plain.ending(game, bundles, rule=rule, solution=solution, reverse=reverse)
            course = course_of(
                game.talks(2), bundles, rule=rule, solution=solution, reverse_ties=reverse
            )
            for row in (0, 1):
                assert plain.told(course, row) == plain.expected(game, wanted), (seed, bundles)
            if game.completes({}):
                assert course.stop[0].tolist() == list(map(float, wanted.stop)), (seed, bundles)


@pytest.mark.usefixtures("form")
@pytest.mark.parametrize("rule", ["end", "set aside"])
def test_first_steps_are_worth_what_plain_recursion_says(rule: str) -> None:
    for seed in range(60):
        game = plain.instance(seed)
        bundles = an_order(game, seed)
        course = course_of(game.talks(), bundles, rule=rule)
        wanted = plain.first_steps(game, bundles, rule=rule, solution="nash")
        lost = [Fraction(-1)] * game.n_parties
        told = [
            lost if first[0] == -np.inf else [Fraction(v) for v in first]
            for first in course.first[0].tolist()
        ]
        assert told == [lost if first is None else first for first in wanted], (seed, bundles)


def test_the_instances_have_what_goes_wrong_most_easily() -> None:
    endings = [
        (game, plain.ending(game, an_order(game, seed), rule="set aside"))
        for seed in range(300)
        for game in [plain.instance(seed)]
    ]
    assert sum(not found.completes for _, found in endings) > 30
    assert sum(found.zero for _, found in endings) > 30
    assert sum(found.tie for _, found in endings) > 10
    assert any(found.ambiguous for _, found in endings)
    assert sum(bool(found.set_aside) for _, found in endings) > 10
    assert any(game.n_signatories < game.n_parties for game, _ in endings)
    assert any(game.forbidden and not game.completes({}) for game, _ in endings)
    assert any(game.deadline is not None for game, _ in endings)
    assert any(any(game.drift) for game, _ in endings)


@given(seeds, rules, solutions)
@settings(max_examples=60, deadline=None)
def test_nobody_is_ever_below_walking_away(seed: int, rule: str, solution: str) -> None:
    """So refusal below no deal needs a first step that lowers the walk-away value (fact 1)."""
    game = plain.instance(seed)
    bundles = an_order(game, seed)
    talks, n = game.talks(), game.n_signatories
    course = course_of(talks, bundles, rule=rule, solution=solution)
    assert (course.values >= talks.no_deal)[:, :n].all()
    if len(bundles) > 1:
        alive = course.first[..., 0] > -np.inf
        above = (course.first >= walk_away(talks, tuple(sorted(bundles[0]))))[..., :n].all(axis=2)
        assert above[alive].all()


@given(seeds, rules)
@settings(max_examples=60, deadline=None)
def test_with_nash_order_matters_only_through_walking_away_and_time(seed: int, rule: str) -> None:
    """Full snap-back, no shift, no delay: all ends like all at once, up to ties (fact 2)."""
    drawn = plain.instance(seed)
    nothing = [[[0] * size for size in drawn.sizes] for _ in drawn.values]
    game = replace(
        drawn,
        kept=nothing,
        shifts=[],
        guarantees=[],
        takes=[0] * len(drawn.sizes),
        later=Fraction(1),
        drift=[0] * drawn.n_parties,
        deadline=None,
    )
    talks = game.talks()
    at_once = course_of(talks, [range(len(game.sizes))])
    course = course_of(talks, an_order(game, seed), rule=rule)
    n = game.n_signatories
    if not at_once.ties[0]:
        assert course.values[0, :n].tolist() == at_once.values[0, :n].tolist()
        if (at_once.values > talks.no_deal)[0, :n].any():
            assert course.package.tolist() == at_once.package.tolist()


@given(seeds, solutions)
@settings(max_examples=60, deadline=None)
def test_with_full_residue_what_was_settled_is_sunk(seed: int, solution: str) -> None:
    """Additive values, nothing forbidden: the last table gains the same in every state (fact 3)."""
    drawn = plain.instance(seed)
    effects = [
        [[value - row[q] for value in row] for row, q in zip(own, drawn.status_quo, strict=True)]
        for own in drawn.values
    ]
    game = replace(
        drawn,
        worths=[],
        forbidden=set(),
        kept=effects,
        shifts=[],
        guarantees=[],
        takes=[0] * len(drawn.sizes),
        later=Fraction(1),
    )
    talks, bundles = game.talks(), an_order(game, seed, n_bundles=2)
    course = course_of(talks, bundles, solution=solution)
    gained = course.first - walk_away(talks, tuple(sorted(bundles[0])))
    assert (gained == gained[:, :1]).all()


def many(game: plain.Instance, n_rows: int) -> Talks:
    """Return talks of so many readings that differ in no deal and in what is kept."""
    talks = game.talks(n_rows)
    rng = np.random.default_rng(n_rows)
    amounts = rng.integers(-3, 4, (n_rows, *talks.kept[0].amounts.shape[1:])) * plain.UNIT
    changed = replace(talks.kept[0], amounts=talks.kept[0].amounts + amounts)
    no_deal = talks.no_deal + rng.integers(-3, 4, talks.no_deal.shape) * plain.UNIT
    return replace(talks, kept=(changed, *talks.kept[1:]), no_deal=no_deal)


def test_readings_do_not_depend_on_what_is_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    game = plain.instance(3)
    bundles, talks = an_order(game, 4), many(game, 23)
    whole = course_of(talks, bundles, rule="set aside")
    assert len(np.unique(whole.values, axis=0)) > 5
    alone = [
        course_of(rows_of(talks, slice(r, r + 1)), bundles, rule="set aside") for r in range(23)
    ]
    assert same(joined(alone), whole)
    chosen = np.array([5, 2, 19])
    assert course_of(rows_of(talks, chosen), bundles).values.tolist() == (
        course_of(talks, bundles).values[chosen].tolist()
    )
    monkeypatch.setattr(agenda_module, "_CELLS", 1)
    assert same(course_of(talks, bundles, rule="set aside"), whole)
    with ThreadPoolExecutor(2) as executor:
        work = Work(executor=executor)
        assert same(course_of(talks, bundles, rule="set aside", work=work), whole)


def test_memory_follows_the_piece_not_the_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thresholds, "COMPILED_CELLS", 10**18)
    rng = np.random.default_rng(0)
    talks = Talks(
        sizes=(3,) * 6,
        n_signatories=2,
        complete=rng.integers(0, 99, (1, 729, 2)).astype(float),
        no_deal=rng.integers(0, 50, (800, 2)).astype(float),
        kept=(),
        meanwhile=(),
        status_quo=(0,) * 6,
        takes=np.zeros(6),
        patience=np.ones(2),
        later=np.ones(1),
        drift=np.zeros((1, 2)),
    )

    def peak(n_together: int) -> int:
        monkeypatch.setattr(agenda_module, "_CELLS", 729 * n_together)
        tracemalloc.start()
        course_of(talks, [[0], [1], [2, 3, 4, 5]])
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert 10 * peak(8) < peak(800)


def test_talks_that_nobody_can_complete_end_where_they_begin() -> None:
    game = plain.instance(1)
    everything = set(np.ndindex(*game.sizes))
    talks = replace(game, forbidden=everything).talks()
    for order in plain.partitions(range(len(game.sizes))):
        course = course_of(talks, order, rule="set aside")
        assert course.values.tolist() == talks.no_deal.tolist()
        assert not course.completes[0]
        assert course.failed.tolist() == [0]
        assert (course.first == -np.inf).all()


def test_values_are_exact_unless_time_or_chance_rounds_them() -> None:
    game = replace(
        plain.instance(1), takes=[1] * len(plain.instance(1).sizes), patience=[Fraction(1)] * 3
    )
    talks = replace(game.talks(), patience=np.ones(game.n_parties), later=np.ones(1))
    order = an_order(game, 1, n_bundles=2)
    assert course_of(talks, order).exact
    impatient = replace(talks, patience=np.array([0.9] + [1.0] * (game.n_parties - 1)))
    assert not course_of(impatient, order).exact
    doubtful = replace(talks, later=np.array([0.5]))
    assert not course_of(doubtful, order).exact
    assert course_of(doubtful, [range(len(game.sizes))]).exact
    assert not course_of(replace(talks, drift=talks.drift + 0.5), order).exact


def test_first_steps_are_seen_through_the_time_that_they_take() -> None:
    talks = plain.instance(1).talks()
    n_parties = talks.n_parties
    timed = replace(
        talks, takes=np.ones(len(talks.sizes)), patience=np.full(n_parties, 0.5), deadline=None
    )
    order = an_order(plain.instance(1), 2, n_bundles=2)
    course = course_of(timed, order)
    factor = 0.5 ** len(order[0])
    wanted = np.rint((1 - factor) * timed.no_deal[:, None] + factor * course.first)
    assert seen_at_start(timed, course).tolist() == wanted.tolist()
    at_leisure = course_of(replace(talks, takes=np.zeros(len(talks.sizes))), order)
    assert seen_at_start(replace(talks, takes=np.zeros(len(talks.sizes))), at_leisure) is (
        at_leisure.first
    )


def test_values_in_states_are_the_sums_they_stand_for() -> None:
    for seed in range(30):
        game = plain.instance(seed)
        talks = many(game, 3)
        chosen = tuple(j for j in range(len(game.sizes)) if (seed >> j) & 1)
        ways = np.array(list(np.ndindex(*(game.sizes[j] for j in chosen))), dtype=np.int64)
        standings = np.tile(np.array(game.sizes), (max(1, len(ways)), 1))
        standings[:, list(chosen)] = ways.reshape(len(standings), len(chosen))
        passed = sum(game.takes[j] for j in chosen)
        wanted = summed(talks.no_deal + talks.drift * passed, talks.kept, standings)
        assert walk_away(talks, chosen).tolist() == wanted.tolist()


def test_any_registered_solution_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def dictator(gains: np.ndarray) -> np.ndarray:
        return np.flatnonzero(gains[:, 0] == gains[:, 0].max())

    own = Solution(
        name="dictator",
        title="Dictator",
        says="what the first party likes best",
        source="",
        solve=dictator,
        search=SOLUTIONS["nash"].search,
    )
    monkeypatch.setitem(SOLUTIONS, "dictator", own)
    monkeypatch.setitem(
        plain.SOLUTIONS, "dictator", lambda gains: dictator(np.array(gains)).tolist()
    )
    for seed in range(30):
        game = plain.instance(seed)
        order = an_order(game, seed)
        wanted = plain.ending(game, order, rule="set aside", solution="dictator")
        course = course_of(game.talks(), order, rule="set aside", solution="dictator")
        assert plain.told(course, 0) == plain.expected(game, wanted), seed


def test_the_compiled_code_knows_the_solutions_it_says() -> None:
    from detente.solvers.kernels.agenda import CODES

    assert tuple(CODES) == tabled.COMPILED
    assert set(tabled.COMPILED) <= set(SOLUTIONS)


def test_bad_input_is_told() -> None:
    talks = plain.instance(1).talks()
    order = an_order(plain.instance(1), 1)
    with pytest.raises(UnknownNameError, match="did you mean"):
        course_of(talks, order, solution="nahs")
    large = np.where(np.isfinite(talks.complete), 2.0**51, -np.inf)
    with pytest.raises(LimitError, match="2\\^52"):
        course_of(replace(talks, complete=large), order)
    with pytest.raises(CancelledError):
        course_of(talks, order, work=Work(cancelled=lambda: True))
