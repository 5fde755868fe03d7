"""Shares under other measures equal those of sampling by those measures outright."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.analysis import Analysis
from detente.packages import as_choices
from detente.solvers.measures import MEASURES, densities, weighted_share
from detente.spreads import ENOUGH, spreads_of, weights_of
from detente.work import Work
from tests.answers.cases import EASY, case_of, scores

ISSUES = {"a": "a0 a1", "b": "b0 b1", "m": "m0 m1 m2 m3"}
ENDS = ("order: {a: a1 > a0}", "order: {b: b1 > b0}", "order: {m: m3 > m0}")
STATEMENTS = (*ENDS, "importance: a > b", "value: {m: {m2: 30..100}}", "no_deal: 20..60")
PROPOSALS = "proposals:\n  one: {a: a1}\n  two: {b: b1, m: m2}\n  three: {m: m1}\n"
EASY_THREE = (
    scores(a={"a0": 0, "a1": 0}, b={"b0": 0, "b1": 0}, m={f"m{k}": 0 for k in range(4)}),
    "no_deal: 0",
)
PACKAGES = ((1, 0, 0), (0, 1, 2), (0, 0, 1))


def analysed(statements=STATEMENTS, *, other=EASY_THREE, readings=4000, issues=None):
    case = case_of(issues or ISSUES, {"P": statements, "Q": other}, more=PROPOSALS)
    return Analysis(case=case, work=Work(seed=1, readings=readings))


def spread_shares(analysis, packages=PACKAGES):
    """Return the shares of one signatory P under each measure."""
    choices = as_choices(packages, len(analysis.case.issues))
    names = [p.name for p in analysis.case.signatories]
    masks = dict(zip(names, analysis.masks(choices, analysis.case.signatories), strict=True))
    return {s.measure.name: s.shares for s in spreads_of(analysis, masks)}


def sampled(name: str, n: int, seed: int):
    """Draw readings by a measure outright, and throw away those that the statements exclude."""
    chance = np.random.default_rng(seed)
    if name == "option_values":
        # Even over (swings, values of m1 and m2 in points): swings as on the simplex, values up to
        # the largest possible swing, those over the swing thrown away.
        swings = chance.dirichlet([1, 1, 1], n) * 100
        middle = chance.random((n, 2)) * 100
        kept = (middle <= swings[:, 2:]).all(axis=1)
        swings, middle = swings[kept], middle[kept]
    else:
        swings = chance.dirichlet(np.full(3, {"lopsided": 0.75, "balanced": 2.0}[name]), n) * 100
        middle = chance.random((n, 2)) * swings[:, 2:]
    no_deal = 20 + 40 * chance.random(len(swings))
    a, b, m = swings.T
    kept = (a > b) & (middle[:, 1] >= 0.3 * m)
    values = np.stack([a, b + middle[:, 1], middle[:, 0]])[:, kept]
    return (values >= no_deal[kept]).mean(axis=1), kept.sum()


@pytest.mark.parametrize("name", [measure.name for measure in MEASURES])
def test_weighted_shares_are_those_of_drawing_by_the_measure(name):
    shares = spread_shares(analysed())[name]
    expected, n_kept = sampled(name, 400_000, seed=7)
    assert n_kept > 10_000
    for share, right in zip(shares, expected, strict=True):
        assert share == pytest.approx(right, abs=0.03)


def test_the_measures_differ_here():
    """Or the test above would not tell them apart."""
    found = spread_shares(analysed())
    for one, other in (("option_values", "balanced"), ("lopsided", "balanced")):
        gaps = [abs(a - b) for a, b in zip(found[one], found[other], strict=True)]
        assert max(gaps) > 0.06


def test_an_option_stated_exactly_does_not_weigh_an_issue():
    """Its value is a fixed part of the swing, so it adds no way to spread readings."""
    exactly = [*ENDS, "value: {m: {m1: 40, m2: 60}}", "no_deal: 20..60"]
    level = [*ENDS, "order: {m: m3 > m1 ~ m2 > m0}", "no_deal: 20..60"]
    measure = next(m for m in MEASURES if m.name == "option_values")
    flat = weights_of(analysed(exactly, readings=300), "P", measure)
    assert flat.max() == flat.min() == 1
    analysis = analysed(level, readings=300)
    draws = analysis.readings.draws["P"]
    swing = draws.options[:, 7] / draws.scale
    assert weights_of(analysis, "P", measure) == pytest.approx(swing / swing.max())


def test_parties_are_independent_so_their_shares_multiply():
    statements = [*ENDS, "no_deal: 10..50"]
    both = spread_shares(analysed(STATEMENTS, other=statements, readings=500))
    first = spread_shares(analysed(STATEMENTS, readings=500))
    case = case_of(ISSUES, {"P": EASY_THREE, "Q": statements}, more=PROPOSALS)
    second = spread_shares(Analysis(case=case, work=Work(seed=1, readings=500)))
    for name, shares in both.items():
        product = [a * b for a, b in zip(first[name], second[name], strict=True)]
        assert shares == pytest.approx(product, abs=0.05)


def test_where_nothing_is_spread_there_is_nothing_to_spread_otherwise():
    exact = (EASY[0], "no_deal: 0")
    two = {"a": "a0 a1", "b": "b0 b1"}
    case = case_of(two, {"P": exact, "Q": EASY})
    analysis = Analysis(case=case, work=Work())
    accepts = dict(
        zip("PQ", analysis.masks(as_choices([(1, 0)], 2), case.signatories), strict=True)
    )
    assert spreads_of(analysis, accepts) == ()


def test_a_share_that_too_few_readings_carry_is_not_told():
    """Twelve issues of five options each: by option values a single reading outweighs the rest."""
    issues = {f"i{k}": " ".join(f"i{k}o{o}" for o in range(5)) for k in range(12)}
    statements = [f"order: {{i{k}: i{k}o4 > i{k}o0}}" for k in range(12)]
    case = case_of(issues, {"P": [*statements, "no_deal: 20..60"]})
    analysis = Analysis(case=case, work=Work(readings=300))
    choices = as_choices([(4,) * 6 + (0,) * 6], 12)
    accepts = {"P": analysis.masks(choices, case.signatories)[0]}
    found = {s.measure.name: s.shares for s in spreads_of(analysis, accepts)}
    assert found["option_values"] == (None,)
    weights = weights_of(analysis, "P", MEASURES[0])
    assert weighted_share(accepts["P"][0], weights)[1] < ENOUGH
    assert found["lopsided"][0] is not None


weights_strategy = st.lists(st.floats(0.001, 1), min_size=1, max_size=30)


@given(weights_strategy, st.data())
def test_the_effective_size_is_kish_and_a_share_is_a_weighted_mean(weights, data):
    mask = data.draw(st.lists(st.booleans(), min_size=len(weights), max_size=len(weights)))
    share, effective = weighted_share(np.array(mask), np.array(weights))
    total = sum(weights)
    assert share == pytest.approx(
        sum(w for w, m in zip(weights, mask, strict=True) if m) / total, abs=1e-12
    )
    assert effective == pytest.approx(total**2 / sum(w * w for w in weights))
    assert 1 - 1e-9 <= effective <= len(weights) + 1e-9
    assert 0 <= share <= 1


def test_equal_weights_are_worth_all_readings():
    assert weighted_share(np.array([True, False, True, True]), np.full(4, 0.3)) == (
        pytest.approx(0.75),
        pytest.approx(4),
    )


@pytest.mark.parametrize("measure", MEASURES, ids=lambda m: m.name)
def test_densities_are_relative_and_never_infinite(measure):
    swings = np.array([[100.0, 0.0], [60.0, 40.0], [0.0, 100.0]])
    found = densities(swings, np.array([1, 2]), measure)
    assert found.max() == 1
    assert (found >= 0).all()
    assert np.isfinite(found).all()
    assert densities(swings / 7, np.array([1, 2]), measure) == pytest.approx(found)


def test_densities_are_the_powers_that_they_claim():
    swings = np.array([[20.0, 80.0], [50.0, 50.0]])
    parts = swings / 100
    expected = {
        "option_values": parts[:, 0] ** 3 * parts[:, 1],
        "lopsided": (parts[:, 0] * parts[:, 1]) ** -0.25,
        "balanced": parts[:, 0] * parts[:, 1],
    }
    for measure in MEASURES:
        right = expected[measure.name] / expected[measure.name].max()
        assert densities(swings, np.array([3, 1]), measure) == pytest.approx(right)


def test_without_issues_that_matter_every_reading_counts_alike():
    assert densities(np.zeros((3, 0)), np.zeros(0, dtype=int), MEASURES[0]).tolist() == [1, 1, 1]
