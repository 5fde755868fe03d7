from __future__ import annotations

from fractions import Fraction

import pytest

from detente.central import central_reading
from detente.formats import load
from detente.frame import NO_DEAL
from tests.conftest import ROOT
from tests.strategies import ALONE, ENDS, case_of, readings_of

CASES = sorted((ROOT / "detente/catalog").rglob("*.yaml"))
SHIPPED = [path for path in CASES if not path.name.endswith(".expect.yaml")]


def central_of(statements, *, issues=ALONE):
    readings = readings_of(case_of(issues, statements))
    return readings, readings.central["P"]


def places(number):
    """Return how many decimals a number has; a large number when it has no end of them."""
    return next((k for k in range(20) if (number * 10**k).denominator == 1), 99)


def swings(point):
    return {u[1]: value for u, value in point.items() if u[0] == "swing"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_certain_statements_hold_exactly_in_every_shipped_case(path):
    readings = readings_of(load(path))
    for name, point in readings.central.items():
        for row in readings.opinions[name].certain.rows:
            assert row.holds(point)
        if readings.opinions[name].preferences.manner == "stated":
            assert sum(swings(point).values()) == 100


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_package_is_valued_at_the_mean_of_its_values(path):
    """The value function is linear; rounding moves each unknown by half of 0.01 at most."""
    case = load(path)
    readings = readings_of(case)
    for name, point in readings.central.items():
        draws, frame = readings.draws[name], readings.opinions[name].preferences.frame
        for package in case.vocabulary.proposals.values():
            columns, column = [], 0
            for issue, option in zip(case.issues, package, strict=True):
                columns.append(column + option)
                column += len(issue.options)
            mean = draws.options[:, columns].astype(float).sum(axis=1).mean() / draws.scale
            value = frame.package(package).at(point) - frame.rules_of(package).at(point)
            assert float(value) == pytest.approx(mean, abs=0.005 * 2 * len(point))


def test_rounded_to_a_hundredth_of_a_point():
    _, point = central_of([*ENDS, "importance: a > b > c", "no_deal: 30..45"])
    assert max(places(value) for value in point.values()) <= 2
    assert sum(swings(point).values()) == 100
    assert swings(point)["a"] == pytest.approx(61.1, abs=2)


def test_three_thirds_are_thirds():
    _, point = central_of([*ENDS, "importance: a ~ b ~ c", "no_deal: 30..45"])
    assert swings(point) == dict.fromkeys("abc", Fraction(100, 3))
    assert places(point[NO_DEAL]) <= 2


def test_refined_only_as_far_as_a_strict_statement_needs():
    """No deal between 40 and 40.001 cannot be said in hundredths; thousandths do not help."""
    _, point = central_of([*ENDS, "no_deal: 40..40.001", "compare: no deal > (a = a1)"])
    assert 40 <= point[NO_DEAL] <= Fraction(40001, 1000)
    _, point = central_of([*ENDS, "no_deal: 40..40.001", "rule: a == a1\nworth: 0.0002..0.0004"])
    assert places(point[("worth", "a == a1")]) == 4
    assert point[("worth", "a == a1")] == Fraction(3, 10000)


def test_what_no_rounding_can_say_falls_back_to_a_reading():
    """A worth within a thousand-billionth: the mean cannot be rounded into it, the middle can."""
    low, high = "0.00000000000011", "0.00000000000012"
    readings, point = central_of([*ENDS, f"rule: a == a1\nworth: {low}..{high}"])
    assert Fraction(low) <= point[("worth", "a == a1")] <= Fraction(high)
    assert all(row.holds(point) for row in readings.opinions["P"].certain.rows)


def test_one_reading_is_its_own_centre():
    readings, point = central_of([*ENDS, "weight: {a: 100/7}", "weight: {b: 1/3}", "no_deal: 2/11"])
    assert readings.n_readings == 1
    assert point[("swing", "a")] == Fraction(100, 7)
    assert point[NO_DEAL] == Fraction(2, 11)
    assert sum(swings(point).values()) == 100


def test_uncertain_statements_shift_the_centre_and_bind_it_to_nothing():
    certain = [*ENDS, "no_deal: 30..45"]
    _, plain = central_of(certain)
    _, leaning = central_of([*certain, "weight: {a: more than 80}\nconfidence: high"])
    assert swings(leaning)["a"] > swings(plain)["a"] + 30
    _, free = central_of([*certain, "weight: {a: more than 80}\nconfidence: low"])
    assert swings(free)["a"] < 80


def test_the_centre_is_a_function_of_the_draws():
    readings, point = central_of([*ENDS, "no_deal: 30..45"])
    again = central_reading(readings.opinions["P"], readings.draws["P"])
    assert again == point


@pytest.mark.parametrize("factor", [4 * 10**7, 10**9, 10**13, 10**21])
def test_the_mean_of_large_numbers_is_their_mean(factor):
    """Sums of many large numbers exceed 64 bits long before the numbers themselves do."""
    statement = f"scores:\n    a: {{a0: 0, a1: {factor}..{4 * factor}}}"
    case = case_of("a: [a0, a1]", [statement, f"no_deal: {2 * factor}..{10 * factor}"])
    readings = readings_of(case, n_chunks=12)
    draws, point = readings.draws["P"], readings.central["P"]
    for unknown, column in ((NO_DEAL, draws.no_deal), (("option", "a", "a1"), draws.options[:, 1])):
        mean = Fraction(sum(map(int, column.tolist())), len(column) * draws.scale)
        assert abs(point[unknown] - mean) <= Fraction(1, 100)
        assert all(draws.scale * factor <= n <= draws.scale * 10 * factor for n in column.tolist())
