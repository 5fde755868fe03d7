"""Readings follow the law they claim, keep to the statements, and come out the same every time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest

from detente import hit_and_run
from detente.analysis import Analysis
from detente.drawing import CHAINS, KEPT, MOST_FRESH, kept_of, layout
from detente.errors import UnanswerableError
from detente.formats import load, loads
from detente.frame import NO_DEAL
from detente.imposing import TWINS
from detente.number import plain
from detente.readings import draw, share_of
from detente.solvers.gains_of_readings import gains_of_readings, shown
from detente.work import Work
from tests.answers import cases
from tests.campaigns import seeds
from tests.conftest import ROOT
from tests.strategies import ALONE, ENDS, case_of, opinions_of, readings_of

UKRAINE = ROOT / "detente/catalog/ukraine/ukraine_2025.yaml"
HARBOUR = ROOT / "detente/catalog/worked/harbour.yaml"
SURE = 4
"""So many standard errors make a test fail: for one true claim, once in 16,000 seeds."""


def drawn(statements, *, issues=ALONE, seed=0, n_chunks=1):
    """Return the draws of the one party of a case, in points, by name."""
    case = case_of(issues, statements)
    readings = readings_of(case, seed=seed, n_chunks=n_chunks)
    draws = readings.draws["P"]
    frame = readings.opinions["P"].preferences.frame
    found = {"no deal": draws.no_deal.astype(float) / draws.scale}
    column = 0
    for k, issue in enumerate(case.issues):
        for name in issue.options:
            found[name if issue.levels is None else f"{issue.name}={name}"] = (
                draws.options[:, column].astype(float) / draws.scale
            )
            column += 1
        if k in frame.best:
            best = issue.options[frame.best[k]]
            found[f"swing {issue.name}"] = found[
                best if issue.levels is None else f"{issue.name}={best}"
            ]
    for column, rule in enumerate(frame.rules):
        found[rule] = draws.worths[:, column].astype(float) / draws.scale
    return readings, found


def batches(values):
    """Return means over what is not independent: states of a chain, chains with the same doubts."""
    return values.reshape(-1, KEPT, CHAINS // TWINS, TWINS).mean(axis=(1, 3)).ravel()


def z_score(values, expected):
    """Return how many standard errors the mean is off."""
    chains = batches(values)
    return (chains.mean() - expected) / (chains.std(ddof=1) / len(chains) ** 0.5)


def check_moments(values, *, mean, variance):
    assert abs(z_score(values, mean)) < SURE
    assert abs(z_score((values - mean) ** 2, variance)) < SURE


def alike(one, other):
    """Two samples have the same mean, spread and quarters, as far as counting can tell."""
    pooled = np.concatenate([one, other])
    tests = [lambda v: v, lambda v: (v - pooled.mean()) ** 2]
    tests += [lambda v, q=q: v <= q for q in np.quantile(pooled, [0.1, 0.25, 0.5, 0.75, 0.9])]
    for statistic in tests:
        a, b = (batches(np.asarray(statistic(v), dtype=float)) for v in (one, other))
        error = (a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)) ** 0.5
        assert abs(a.mean() - b.mean()) < SURE * error


def test_swings_with_nothing_but_their_sum_are_uniform_on_the_simplex():
    """Dirichlet(1, ..., 1): mean 1/n, variance (n-1) / (n^2 (n+1)), quarters of Beta(1, n-1)."""
    n = 5
    issues = "\n".join(f"{name}: [{name}0, {name}1]" for name in "abcde")
    _, found = drawn([f"order: {{{i}: {i}1 > {i}0}}" for i in "abcde"], issues=issues, n_chunks=4)
    swings = [found[f"swing {name}"] for name in "abcde"]
    assert np.abs(sum(swings) - 100).max() < 1e-5
    for swing in swings:
        check_moments(swing / 100, mean=1 / n, variance=(n - 1) / (n**2 * (n + 1)))
        for part in (0.1, 0.5, 0.9):
            below = 1 - (1 - part) ** (1 / (n - 1))
            assert abs(z_score(swing / 100 <= below, part)) < SURE
    for one, other in pairwise(swings):
        covariance = -1 / (n**2 * (n + 1))
        assert abs(z_score((one / 100 - 1 / n) * (other / 100 - 1 / n), covariance)) < SURE


def test_the_mean_of_ordered_swings_is_the_rank_order_centroid():
    _, found = drawn([*ENDS, "importance: a > b > c"], n_chunks=3)
    for name, expected in (("a", 11 / 18), ("b", 5 / 18), ("c", 2 / 18)):
        assert abs(z_score(found[f"swing {name}"] / 100, expected)) < SURE


def test_no_deal_and_worths_are_uniform_between_their_bounds():
    rules = ["rule: a == a1 and b == b1\nworth: -20..40", "rule: c == c1\nworth: less than 0"]
    _, found = drawn([*ENDS, *rules, "no_deal: 30..45"], n_chunks=3)
    check_moments(found["no deal"], mean=37.5, variance=15**2 / 12)
    check_moments(found["a == a1 and b == b1"], mean=10, variance=60**2 / 12)
    check_moments(found["c == c1"], mean=-50, variance=100**2 / 12)
    assert abs(z_score((found["no deal"] - 37.5) * (found["c == c1"] + 50), 0)) < SURE


FOUR = "a: [a0, a1]\nb: [b0, b1]\nm: [m0, m1, m2, m3]"
FOUR_ENDS = ("order: {a: a1 > a0}", "order: {b: b1 > b0}")


def test_values_between_best_and_worst_are_uniform():
    """Unordered ones each on 0..1, ordered ones like sorted uniform numbers; swings untouched."""
    _, loose = drawn([*FOUR_ENDS, "order: {m: m3 > m0}"], issues=FOUR, n_chunks=3)
    swing = loose["swing m"]
    for name in ("m1", "m2"):
        check_moments(loose[name] / swing, mean=1 / 2, variance=1 / 12)
    product = (loose["m1"] / swing - 0.5) * (loose["m2"] / swing - 0.5)
    assert abs(z_score(product, 0)) < SURE
    _, chain = drawn([*FOUR_ENDS, "order: {m: m3 > m2 > m1 > m0}"], issues=FOUR, n_chunks=3)
    swing = chain["swing m"]
    check_moments(chain["m2"] / swing, mean=2 / 3, variance=1 / 18)
    check_moments(chain["m1"] / swing, mean=1 / 3, variance=1 / 18)
    check_moments(swing / 100, mean=1 / 3, variance=1 / 18)


@pytest.mark.parametrize("statement", ["importance: a > b", "compare: (a = a1) > (m = m3)"])
def test_options_that_nobody_uses_change_nothing(statement):
    """The same case with and without five more options between best and worst (rule 6)."""
    statements = [*FOUR_ENDS, "order: {m: m3 > m0}", "compare: no deal > (b = b1)", statement]
    few = FOUR.replace("m1, m2, ", "")
    many = FOUR.replace("m1, m2, ", "m1, m2, m4, m5, m6, ")
    _, without = drawn(statements, issues=few, seed=1, n_chunks=3)
    _, with_five = drawn(statements, issues=many, seed=2, n_chunks=3)
    for name in ("swing a", "swing b", "swing m", "no deal"):
        alike(without[name], with_five[name])


def test_numbers_of_a_direction_are_on_the_line():
    issues = ALONE.replace("c: [c0, c1]", "pay: 0..8")
    _, found = drawn([*ENDS[:2], "less_is_better: pay"], issues=issues)
    for level in range(9):
        expected = found["swing pay"] * (8 - level) / 8
        assert np.abs(found[f"pay={level}"] - expected).max() < 1e-5


HEDGED = (
    "importance: a > b > c",
    "compare: (a = a1) > (m = m2)",
    "compare: no deal > (b = b1)",
    "compare: (a = a1, b = b1, m = m3) > no deal\nby: 5..30",
    "value: {m: {m1: 20..70}}",
    "weight: {b: 10..40}",
    "no_deal: 20..70",
    "rule: a == a1 and m == m1\nworth: more than 0",
)


def test_every_draw_meets_every_certain_statement():
    case = case_of(FOUR, [*FOUR_ENDS, "order: {m: m3 > m2 > m0}", *HEDGED[1:]])
    readings = readings_of(case, n_chunks=1)
    assert readings.mixing["P"].mixed
    preferences = readings.opinions["P"].preferences
    frame, draws = preferences.frame, readings.draws["P"]
    unit = Fraction(1, draws.scale)
    for r in range(0, len(draws.no_deal), 7):
        point = {("no deal",): int(draws.no_deal[r]) * unit}
        column = 0
        for k, issue in enumerate(case.issues):
            for o in range(len(issue.options)):
                point[frame.option_unknown(k, o)] = int(draws.options[r, column]) * unit
                column += 1
            point[frame.swing_unknown(k)] = point[frame.option_unknown(k, frame.best[k])]
        for j, rule in enumerate(frame.rules):
            point[frame.worth_unknown(rule)] = int(draws.worths[r, j]) * unit
        for row in readings.opinions["P"].certain.rows:
            rounding = unit / 2 * sum(abs(c) for c in row.linear.terms.values())
            assert row.linear.at(point) >= -rounding
            assert row.relation != "==" or row.linear.at(point) <= rounding


def test_a_certain_indifference_between_packages_is_half_a_point_wide():
    _, found = drawn([*ENDS, "compare: (a = a1) ~ (b = b1)"], n_chunks=2)
    difference = found["a1"] - found["b1"]
    assert np.abs(difference).max() <= 0.5 + 1e-5
    assert abs(z_score(difference, 0)) < SURE
    check_moments(difference, mean=0, variance=1 / 12)


def test_equalities_of_other_kinds_are_exact():
    _, found = drawn([*ENDS, "importance: a ~ b", "no_deal: 40"])
    assert (found["swing a"] == found["swing b"]).all()
    assert (found["no deal"] == 40).all()
    _, found = drawn([*ENDS, "weight: {a: 30}"])
    assert np.abs(found["swing a"] - 30).max() < 1e-5
    assert np.ptp(found["swing b"]) > 50


@pytest.mark.parametrize(("confidence", "weight"), [("low", 0.5), ("medium", 0.75), ("high", 0.95)])
def test_uncertain_statements_are_imposed_as_often_as_they_are_trusted(confidence, weight):
    """Where imposed the statement holds; where not, it holds by chance: one swing of two."""
    statement = f"weight: {{a: more than 90}}\nconfidence: {confidence}"
    readings, found = drawn([*ENDS, statement], n_chunks=3)
    assert readings.mixing["P"].redrawn == 0
    expected = weight + (1 - weight) * 0.1**2
    assert abs(z_score(found["swing a"] > 90, expected)) < SURE


def test_uncertain_red_lines_are_imposed_as_often_as_they_are_trusted():
    lines = ["red_line: a == a1\nconfidence: low", "red_line: b == b1\nconfidence: high",
             "red_line: c == c1"]  # fmt: skip
    readings, _ = drawn([*ENDS, *lines], n_chunks=3)
    imposed = readings.draws["P"].red_lines
    assert abs(z_score(imposed[:, 0], 0.5)) < SURE
    assert abs(z_score(imposed[:, 1], 0.95)) < SURE
    assert imposed[:, 2].all()
    assert abs(z_score((imposed[:, 0] - 0.5) * (imposed[:, 1] - 0.95), 0)) < SURE


# --- against rejection: draw from the law without statements, keep what fits ---------------------


def rejected(seed, patterns, fits, *, shape=3):
    """Return readings by rejection: dict of columns, the share of each pattern as it is drawn.

    patterns : (weight, which statements are imposed); fits : statement -> test of columns
    """
    generator = np.random.default_rng([99, seed])
    total = sum(weight for weight, _ in patterns)
    size = 12000
    parts = []
    counts = generator.multinomial(size, [weight / total for weight, _ in patterns])
    for count, (_, imposed) in zip(counts, patterns, strict=True):
        kept, have = [], 0
        while have < count:
            swings = generator.dirichlet(np.ones(3), 20000) * 100
            columns = {f"swing {name}": swings[:, k] for k, name in enumerate("abm")}
            columns |= {"a1": swings[:, 0], "b1": swings[:, 1]}
            for k in range(shape):
                columns[f"m{k + 1}"] = swings[:, 2] * generator.random(20000)
            columns[f"m{shape}"] = swings[:, 2]
            columns["no deal"] = generator.random(20000) * 100
            columns["worth"] = generator.random(20000) * 200 - 100
            mask = np.ones(20000, dtype=bool)
            for name in imposed:
                mask &= fits[name](columns)
            kept.append({name: values[mask] for name, values in columns.items()})
            have += int(mask.sum())
        joined = {name: np.concatenate([part[name] for part in kept])[:count] for name in kept[0]}
        parts.append(joined)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def same_shares(found, expected, questions):
    for question in questions:
        mine, theirs = question(found).astype(float), question(expected).astype(float)
        chains = batches(mine)
        error = (chains.var(ddof=1) / len(chains) + theirs.var(ddof=1) / len(theirs)) ** 0.5
        assert 0.01 < theirs.mean() < 0.99
        assert abs(mine.mean() - theirs.mean()) < SURE * error


QUESTIONS = (
    lambda c: c["a1"] >= c["no deal"],
    lambda c: c["a1"] + c["m1"] >= c["no deal"],
    lambda c: c["b1"] + c["m2"] >= c["no deal"],
    lambda c: c["m2"] >= c["b1"],
    lambda c: c["swing m"] >= 30,
)


def test_shares_are_those_of_rejection_when_statements_cross_issues():
    statements = ["compare: (a = a1) > (m = m2)", "compare: no deal > (b = b1)",
                  "compare: (a = a1, m = m3) > no deal"]  # fmt: skip
    _, found = drawn([*FOUR_ENDS, "order: {m: m3 > m0}", *statements], issues=FOUR, n_chunks=4)
    fits = {
        "one": lambda c: c["a1"] > c["m2"],
        "two": lambda c: c["no deal"] > c["b1"],
        "three": lambda c: c["a1"] + c["m3"] > c["no deal"],
    }
    expected = rejected(1, [(1, ("one", "two", "three"))], fits)
    same_shares(found, expected, QUESTIONS)


def test_shares_are_those_of_rejection_when_statements_are_uncertain():
    """First what is imposed, then a uniform point of that set; with a rule and an order inside."""
    statements = ["compare: (b = b1) > (m = m2)\nconfidence: medium",
                  "compare: no deal > (a = a1, m = m1)\nconfidence: low",
                  "rule: a == a1 and m == m1\nworth: more than 0"]  # fmt: skip
    _, found = drawn(
        [*FOUR_ENDS, "order: {m: m3 > m2 > m1 > m0}", *statements], issues=FOUR, n_chunks=4
    )
    found["worth"] = found["a == a1 and m == m1"]
    fits = {
        "certain": lambda c: (c["worth"] > 0) & (c["m2"] > c["m1"]),
        "one": lambda c: c["b1"] > c["m2"],
        "two": lambda c: c["no deal"] > c["a1"] + c["m1"] + c["worth"],
    }
    patterns = [
        (0.75 * 0.5, ("certain", "one", "two")),
        (0.75 * 0.5, ("certain", "one")),
        (0.25 * 0.5, ("certain", "two")),
        (0.25 * 0.5, ("certain",)),
    ]
    expected = rejected(2, patterns, fits)
    more = (lambda c: c["a1"] + c["m1"] + c["worth"] >= c["no deal"], lambda c: c["worth"] >= 20)
    same_shares(found, expected, (*QUESTIONS, *more))


CLASH = ("importance: a > b\nconfidence: low", "importance: b > a\nconfidence: medium")


def test_uncertain_statements_that_contradict_each_other_are_drawn_again():
    """Both at once cannot be, so the other three draws share its weight; the count is told."""
    readings, found = drawn([*FOUR_ENDS, "order: {m: m3 > m0}", *CLASH], issues=FOUR, n_chunks=4)
    both, first, second, neither = 0.5 * 0.75, 0.5 * 0.25, 0.5 * 0.75, 0.5 * 0.25
    patterns = [(first, ("first",)), (second, ("second",)), (neither, ())]
    fits = {
        "first": lambda c: c["swing a"] > c["swing b"],
        "second": lambda c: c["swing b"] > c["swing a"],
    }
    expected = rejected(3, patterns, fits)
    same_shares(found, expected, (*QUESTIONS, fits["first"]))
    chains = 4 * CHAINS // TWINS
    times = chains * both / (1 - both)
    spread = (chains * both) ** 0.5 / (1 - both)
    assert abs(readings.mixing["P"].redrawn - times) < SURE * spread


def test_uncertain_statements_that_hardly_ever_agree_are_refused():
    """No draw of these leaves a reading unless all but one are left out."""
    clash = [f"no_deal: {k}\nconfidence: high" for k in range(0, 100, 12)]
    with pytest.raises(UnanswerableError, match="contradict each other in nearly every draw"):
        drawn([*ENDS, *clash])


# --- sets without volume -------------------------------------------------------------------------


def test_statements_that_say_an_equality_in_two_halves():
    """a >= b and b >= a leave a set without volume; it is sampled all the same."""
    readings, found = drawn([*ENDS, "importance: a >= b", "importance: b >= a"], n_chunks=2)
    assert readings.mixing["P"].mixed
    assert np.abs(found["swing a"] - found["swing b"]).max() < 1e-5
    check_moments(found["swing c"] / 100, mean=1 / 2, variance=1 / 12)


def test_a_swing_of_nothing():
    _, found = drawn([*ENDS[:2], "indifferent: c"], n_chunks=2)
    assert not found["c0"].any()
    assert not found["c1"].any()
    check_moments(found["swing a"] / 100, mean=1 / 2, variance=1 / 12)


def test_a_swing_that_other_statements_press_to_nothing():
    """weight c = 0 by its upper bound: values inside the issue have no room at all."""
    issues = "a: [a0, a1]\nb: [b0, b1]\nm: [m0, m1, m2]"
    statements = [*FOUR_ENDS, "order: {m: m2 >= m1 >= m0}", "weight: {m: 0}"]
    _, found = drawn(statements, issues=issues)
    assert not found["m1"].any()
    assert np.ptp(found["swing a"]) > 90


def test_an_issue_with_a_single_option():
    issues = "a: [a0, a1]\nb: [b0, b1]\nc: [c0]"
    _, found = drawn(ENDS[:2], issues=issues, n_chunks=2)
    assert not found["c0"].any()
    check_moments(found["swing a"] / 100, mean=1 / 2, variance=1 / 12)


def test_exactly_one_reading_is_not_drawn():
    weights = ["weight: {a: 50}", "weight: {b: 30}", "no_deal: 100/3"]
    readings, found = drawn([*ENDS, *weights])
    assert readings.n_readings == 1
    assert len(readings.draws["P"].no_deal) == 1
    assert found["a1"].tolist() == [50]
    assert found["c1"].tolist() == [20]
    assert Fraction(int(readings.draws["P"].no_deal[0]), readings.draws["P"].scale) == Fraction(
        100, 3
    )
    assert readings.mixing["P"].steps == 0


def test_one_value_function_with_an_uncertain_red_line():
    weights = ["weight: {a: 50}", "weight: {b: 30}", "no_deal: 40"]
    line = "red_line: a == a1\nconfidence: low"
    readings, _ = drawn([*ENDS, *weights, line], n_chunks=2)
    draws = readings.draws["P"]
    assert len(draws.no_deal) == 1
    assert readings.n_readings == len(draws.red_lines) == 2 * KEPT * CHAINS
    assert abs(z_score(draws.red_lines[:, 0], 0.5)) < SURE


def test_scores_with_ranges_are_uniform_in_their_box():
    scores = "scores:\n  a: {a0: 0, a1: 20..50}\n  b: {b0: 5..10, b1: -3}\n  c: {c0: 1/3, c1: 7}"
    _, found = drawn([scores, "no_deal: 10..20"], n_chunks=3)
    check_moments(found["a1"], mean=35, variance=30**2 / 12)
    check_moments(found["b0"], mean=7.5, variance=5**2 / 12)
    check_moments(found["no deal"], mean=15, variance=10**2 / 12)
    assert not found["a0"].any()
    assert (found["b1"] == -3).all()
    assert np.abs(found["c0"] - 1 / 3).max() < 1e-6
    assert abs(z_score((found["a1"] - 35) * (found["b0"] - 7.5), 0)) < SURE


@pytest.mark.parametrize("factor", [1, 10**6, 10**8, 10**12, 10**25])
def test_a_scale_of_other_points_changes_no_share(factor):
    """Dollars or billions of dollars: what doubles do not hold is neither rounded nor cut off."""
    statements = [
        f"""scores:
    a: {{a0: 0, a1: {10 * factor}..{40 * factor}}}
    b: {{b0: {-factor}, b1: {5 * factor}..{9 * factor}}}""",
        f"rule: b == b1\nworth: 0..{factor}",
        f"no_deal: {20 * factor}..{50 * factor}",
    ]
    case = case_of("a: [a0, a1]\nb: [b0, b1]", statements, "proposals:\n  p: {a: a1, b: b1}\n")
    analysis = Analysis(case=case, work=Work())
    generator = np.random.default_rng(1)
    value = sum(generator.uniform(*ends, 10**6) for ends in ((10, 40), (5, 9), (0, 1)))
    truth = (value >= generator.uniform(20, 50, 10**6)).mean()
    judged = analysis.judge([case.vocabulary.proposals["p"], case.vocabulary.status_quo])
    share = judged[0].together
    assert abs(share.value - truth) < 5 * share.error
    assert judged[1].together.value == 0
    marked = shown(analysis.space, "P", np.array([[1, 1]]))
    draws = analysis.readings.draws["P"]
    gains = gains_of_readings(marked, draws)[:, 0]
    assert (gains >= 0).mean() == share.value
    for reading in range(3):
        exact = int(draws.options[reading, [1, 3]].sum()) + int(draws.worths[reading, 0])
        assert int(gains[reading]) == exact - int(draws.no_deal[reading])


def test_what_rounding_may_have_moved_is_a_tie_for_large_numbers_too():
    statements = [
        f"scores:\n    a: {{a0: 0, a1: {10**20}..{4 * 10**20}}}",
        f"no_deal: 0..{5 * 10**20}",
        "compare: (a = a1) ~ no deal",
    ]
    case = case_of("a: [a0, a1]", statements, "proposals:\n  p: {a: a1}\n")
    share = Analysis(case=case, work=Work()).judge([(1,)])[0].together
    assert share.value == 1


# --- errors --------------------------------------------------------------------------------------


def chains_with_memory(generator, correlation, share):
    """Return 0-1 readings whose two states of one chain are equal with a given chance."""
    first = generator.random((1, CHAINS)) < share
    again = generator.random((1, CHAINS)) < correlation
    fresh = generator.random((1, CHAINS)) < share
    return np.concatenate([first, np.where(again, first, fresh)]).ravel()


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.5])
def test_the_stated_error_is_the_true_one(correlation, share):
    """Over 2,000 replications the truth lies within 2 errors in 93 to 97 % of them."""
    generator = np.random.default_rng([7, int(100 * correlation), int(100 * share)])
    n = 2000
    found = [share_of(chains_with_memory(generator, correlation, share)) for _ in range(n)]
    inside = np.mean([abs(one.value - share) <= 1.96 * one.error for one in found])
    assert 0.93 < inside < 0.97
    spread = np.std([one.value for one in found])
    assert np.mean([one.error for one in found]) == pytest.approx(spread, rel=0.06)
    effective = KEPT * CHAINS / (1 + correlation)
    assert np.mean([one.effective for one in found]) == pytest.approx(effective, rel=0.05)


def test_shares_that_need_no_error():
    assert share_of(np.array([True])).certain
    assert share_of(np.array([False])).value == 0
    proved = share_of(np.zeros(KEPT * CHAINS, dtype=bool), certain=True)
    assert (proved.value, proved.error, proved.certain) == (1, 0, True)
    never = share_of(np.zeros(KEPT * CHAINS, dtype=bool))
    assert (never.value, never.error, never.certain) == (0, 0, False)
    assert str(never) == "under 0.1 %"


def test_more_chunks_are_more_of_the_same():
    """The first chunk of many is the only chunk of one."""
    case = load(HARBOUR)
    one, three = readings_of(case, n_chunks=1), readings_of(case, n_chunks=3)
    for name, draws in one.draws.items():
        longer = three.draws[name]
        rows = len(draws.no_deal)
        assert (longer.no_deal[:rows] == draws.no_deal).all()
        assert (longer.options[:rows] == draws.options).all()
    assert three.n_readings == 3 * one.n_readings


# --- the same, every time ------------------------------------------------------------------------


def digest(readings):
    """Return a fingerprint of every byte drawn."""
    found = hashlib.sha256()
    for name, draws in readings.draws.items():
        found.update(name.encode())
        for array in (draws.options, draws.worths, draws.no_deal, draws.red_lines):
            found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


@pytest.fixture(scope="module")
def harbour():
    return load(HARBOUR)


def test_twice_the_same(harbour):
    assert digest(readings_of(harbour, seed=3)) == digest(readings_of(harbour, seed=3))
    assert digest(readings_of(harbour, seed=3)) != digest(readings_of(harbour, seed=4))


def test_executors_change_nothing(harbour):
    alone = digest(readings_of(harbour, n_chunks=2))
    makers = (
        lambda: ThreadPoolExecutor(1),
        lambda: ThreadPoolExecutor(2),
        lambda: ProcessPoolExecutor(2),
    )
    for make in makers:
        with make() as executor:
            work = Work(seed=0, executor=executor)
            assert digest(readings_of(harbour, n_chunks=2, work=work)) == alone


PRINT_DIGEST = """
from detente.formats import load
from tests.strategies import readings_of
from tests.test_readings import HARBOUR, digest
print(digest(readings_of(load(HARBOUR), n_chunks=1)))
"""


def test_threads_of_the_algebra_library_change_nothing(harbour):
    found = {digest(readings_of(harbour, n_chunks=1))}
    for threads in ("1", "2"):
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": threads, "PYTHONPATH": str(ROOT)}
        environment["OMP_NUM_THREADS"] = threads
        done = subprocess.run(
            [sys.executable, "-c", PRINT_DIGEST],
            env=environment, cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
        found.add(done.stdout.strip())
    assert len(found) == 1


def test_other_parties_do_not_change_a_party(harbour):
    """A party's readings depend on what is said of that party only."""
    text = HARBOUR.read_text().replace("no_deal: 38", "no_deal: 37")
    other = readings_of(loads(text))
    mine = readings_of(harbour)
    assert (other.draws["union"].options == mine.draws["union"].options).all()
    assert (other.draws["port"].no_deal != mine.draws["port"].no_deal).all()


def test_digest_sees_every_array(harbour):
    readings = readings_of(harbour)
    before = digest(readings)
    readings.draws["union"].worths[0, 0] += 1
    assert digest(readings) != before


# --- from seed to seed ---------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "n_chunks"), [(UKRAINE, 1), (HARBOUR, 1)])
def test_shares_stay_within_their_stated_errors_over_six_seeds(path, n_chunks):
    """Largest deviation under 4 errors; their mean square where chance puts 99.8 % of it."""
    found = seeds.compared(load(path), n_chunks=n_chunks)
    assert sum(one.counted for one in found) >= 4
    largest, square, chance = seeds.verdict(found)
    assert largest < SURE
    assert 0.001 < chance < 0.999
    assert 0.3 < square < 2


def test_a_circle_of_doubts():
    """Eight uncertain statements, any seven of which agree; turning the circle changes nothing."""
    names = "abcdefgh"
    issues = "\n".join(f"{name}: [{name}0, {name}1]" for name in names)
    ends = [f"order: {{{name}: {name}1 > {name}0}}" for name in names]
    circle = [f"importance: {x} > {y}" for x, y in zip(names, names[1:] + "a", strict=True)]
    doubts = [f"{text}\nconfidence: low" for text in circle]
    readings, found = drawn([*ends, *doubts], issues=issues, n_chunks=2)
    assert readings.mixing["P"].mixed
    expected = 2 * CHAINS / TWINS / 2**8
    assert 0 < readings.mixing["P"].redrawn < expected + SURE * expected**0.5
    for name in names:
        assert abs(z_score(found[f"swing {name}"], 100 / 8)) < SURE


def test_chains_are_checked_however_many_draws_of_doubts_there_are():
    """With 22 doubts hardly two draws are alike; a chain of its own set each would never be seen
    to lag behind. The mean of no deal is that of chains that run eight times as long.
    """
    names = "abcdefgh"
    issues = "\n".join(f"{name}: [{name}0, {name}m, {name}1]" for name in names)
    ends = [f"order: {{{name}: {name}1 > {name}0}}" for name in names]
    doubts = [f"importance: {x} > {y}" for x, y in combinations(names, 2)][:20]
    doubts += ["compare: (a = a1) > no deal", "compare: no deal > (h = h1, g = g1)"]
    uncertain = [f"{text}\nconfidence: low" for text in doubts]
    readings, found = drawn([*ends, *uncertain], issues=issues, n_chunks=2)
    assert readings.mixing["P"].mixed
    assert readings.mixing["P"].steps >= 256
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hit_and_run, "FIRST_STEPS", 8 * hit_and_run.FIRST_STEPS)
        _, longer = drawn([*ends, *uncertain], issues=issues, n_chunks=2, seed=1)
    for name in ("swing a", "swing d", "swing h", "no deal"):
        alike(found[name], longer[name])


# --- how much is drawn, what is taken over, and moved no-deal values -----------------------------


@pytest.mark.parametrize("n_chunks", range(1, 65))
def test_the_layout_holds_what_was_asked_for_and_can_be_told_from_the_count(n_chunks):
    fresh, n_kept = layout(n_chunks)
    assert fresh <= n_chunks
    assert fresh <= MOST_FRESH
    assert n_kept % KEPT == 0
    assert n_chunks * KEPT <= fresh * n_kept < n_chunks * KEPT + MOST_FRESH * KEPT
    n_readings = fresh * n_kept * CHAINS
    assert kept_of(n_readings) == n_kept


def test_long_samples_are_as_many_as_their_layout_says_and_shares_know_it():
    n_chunks = MOST_FRESH + 1
    fresh, n_kept = layout(n_chunks)
    readings, found = drawn([*ENDS, "importance: a > b > c"], n_chunks=n_chunks)
    assert readings.n_chunks == n_chunks
    assert readings.n_readings == fresh * n_kept * CHAINS
    largest = found["swing a"] / 100
    share = share_of(largest > 0.6)
    pairs = (largest > 0.6).reshape(fresh, n_kept, CHAINS // TWINS, TWINS).mean(axis=(1, 3)).ravel()
    assert share.error == pytest.approx(pairs.std(ddof=1) / len(pairs) ** 0.5)
    centroid = (largest - 11 / 18).reshape(fresh, n_kept, CHAINS // TWINS, TWINS)
    means = centroid.mean(axis=(1, 3)).ravel()
    assert abs(means.mean()) < SURE * means.std(ddof=1) / len(means) ** 0.5


def two_parties(no_deal="20..60"):
    """Return a case of one drawn and one exact party."""
    return cases.case_of(
        cases.ISSUES,
        {
            "P": [*cases.ENDS, f"no_deal: {no_deal}"],
            "Q": [cases.scores(a={"a0": 3, "a1": 0}, b={"b0": 0, "b1": "1/3"}), "no_deal: 1"],
        },
    )


def test_readings_of_unchanged_parties_are_taken_over():
    case = two_parties()
    opinions = opinions_of(case)
    before = draw(case, opinions, Work(seed=4), n_chunks=1)
    other = {**opinions_of(two_parties("30..50")), "Q": opinions["Q"]}
    after = draw(case, other, Work(seed=4), n_chunks=1, taken=before)
    assert after.draws["Q"] is before.draws["Q"]
    assert after.draws["P"] is not before.draws["P"]
    anew = draw(case, other, Work(seed=4), n_chunks=1)
    for name in ("P", "Q"):
        for part in ("options", "worths", "no_deal", "red_lines"):
            one, same = (getattr(readings.draws[name], part) for readings in (after, anew))
            assert np.array_equal(one, same)


def test_readings_are_taken_over_as_they_were_said_without_shifts():
    case = two_parties()
    opinions = opinions_of(case)
    before = draw(case, opinions, Work(seed=4), n_chunks=1)
    moved = before.shifted({"P": Fraction(3), "Q": Fraction(-2)})
    after = draw(case, opinions, Work(seed=4), n_chunks=1, taken=moved)
    for name in ("P", "Q"):
        assert np.array_equal(after.draws[name].no_deal, before.draws[name].no_deal)


SHIFTS = [Fraction(3), Fraction(-1, 3), Fraction(1, 7 * 10**6), Fraction(0), Fraction(-(10**30), 7)]


@pytest.mark.parametrize("shift", SHIFTS, ids=str)
def test_an_exact_party_is_moved_exactly(shift):
    draws = readings_of(two_parties()).draws["Q"]
    moved = draws.shifted(shift)

    def in_points(numbers, scale):
        return [Fraction(int(number), scale) for number in numbers.ravel()]

    expected = [number + shift for number in in_points(draws.no_deal, draws.scale)]
    assert in_points(moved.no_deal, moved.scale) == expected
    assert in_points(moved.options, moved.scale) == in_points(draws.options, draws.scale)
    back = moved.shifted(-shift)
    assert in_points(back.no_deal, back.scale) == in_points(draws.no_deal, draws.scale)
    assert moved.blur == 0


@pytest.mark.parametrize("shift", SHIFTS, ids=str)
def test_drawn_readings_are_moved_on_their_grid_and_back(shift):
    draws = readings_of(two_parties()).draws["P"]
    moved = draws.shifted(shift)
    assert moved.scale == draws.scale
    assert moved.options is draws.options
    apart = {int(a) - int(b) for a, b in zip(moved.no_deal, draws.no_deal, strict=True)}
    assert apart == {round(shift * draws.scale)}
    whole = (shift * draws.scale).denominator == 1
    assert moved.blur == draws.blur + (0 if whole else 1)
    back = moved.shifted(-shift)
    assert [int(n) for n in back.no_deal] == [int(n) for n in draws.no_deal]


def test_moving_some_no_deal_values_puts_back_the_others():
    readings = readings_of(two_parties())
    once = readings.shifted({"P": Fraction(5)})
    twice = once.shifted({"Q": Fraction(2)})
    assert once.shifted({"P": Fraction(5)}) is once
    assert np.array_equal(twice.draws["P"].no_deal, readings.draws["P"].no_deal)
    assert twice.draws["Q"].no_deal - readings.draws["Q"].no_deal == 2 * readings.draws["Q"].scale
    assert twice.central == readings.central == once.central


@pytest.mark.parametrize("shift", [Fraction(0), Fraction(15), Fraction(-15), Fraction(-1, 3)])
def test_verdicts_with_a_moved_no_deal_value_are_those_of_that_value_stated(shift):
    """Of both parties: one whose values are drawn but whose no deal is exact, and an exact one."""
    packages = [(0, 0), (1, 0), (0, 1), (1, 1)]

    def preferences(p, q):
        points = cases.scores(a={"a0": 3, "a1": 0}, b={"b0": 0, "b1": 12})
        return {"P": [*cases.ENDS, f"no_deal: {p}"], "Q": [points, f"no_deal: {q}"]}

    base = Analysis(case=cases.case_of(cases.ISSUES, preferences(50, 3)), work=Work(seed=2))
    moved = base.shifted({"P": shift, "Q": shift})
    case = cases.case_of(cases.ISSUES, preferences(plain(50 + shift), plain(3 + shift)))
    stated = Analysis(case=case, work=Work(seed=2), n_chunks=base.readings.n_chunks)
    for one, other in zip(moved.judge(packages), stated.judge(packages), strict=True):
        for name in ("P", "Q"):
            assert one.parties[name].kind == other.parties[name].kind
            own, same = one.parties[name].share, other.parties[name].share
            assert abs(own.value - same.value) <= SURE * (own.error**2 + same.error**2) ** 0.5
    q_verdicts = [one.parties["Q"].kind for one in moved.judge(packages)]
    points = (3, 0, 15, 12)
    assert q_verdicts == ["every" if value >= 3 + shift else "none" for value in points]
    assert moved.walk_away("Q").at({NO_DEAL: Fraction(3)}) == 3 + shift
