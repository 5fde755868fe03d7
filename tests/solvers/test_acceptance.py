from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from detente.formats import loads
from detente.packages import as_choices, enumerate_packages, package_space
from detente.solvers.acceptance import accepted, blocks, jointly_accepted
from tests.conftest import ROOT
from tests.strategies import ALONE, ENDS, case_of, readings_of

HARBOUR = ROOT / "detente/catalog/worked/harbour.yaml"


@pytest.fixture(scope="module", params=["as shipped", "with an uncertain red line"])
def readings(request):
    text = HARBOUR.read_text()
    if request.param != "as shipped":
        line = "    - red_line: pay >= 6\n      confidence: low\n    - no_deal: 38"
        text = text.replace("    - no_deal: 38", line)
    return readings_of(loads(text))


def test_is_what_the_definition_says_reading_by_reading(readings):
    """No red line in force crossed, and the value, rules and all, at least that of no deal."""
    case = readings.case
    space = package_space(case, readings.opinions)
    choices = enumerate_packages(space, most=100)[::5]
    for name, draws in readings.draws.items():
        mask = accepted(space, name, draws, choices)
        preferences = readings.opinions[name].preferences
        for r in range(0, mask.shape[1], 501):
            row = r if len(draws.no_deal) > 1 else 0
            lines = draws.red_lines[r if len(draws.red_lines) > 1 else 0]
            for k, package in enumerate(map(tuple, choices.tolist())):
                value = sum(
                    (
                        Fraction(int(draws.options[row, first + option]))
                        for first, option in zip(space.first, package, strict=True)
                    ),
                    Fraction(0),
                )
                for rule, worth in zip(
                    preferences.frame.rules.values(), draws.worths[row], strict=True
                ):
                    value += int(worth) * rule.holds(package, case.vocabulary)
                over = any(
                    on and line.condition.holds(package, case.vocabulary)
                    for on, line in zip(lines, preferences.red_lines, strict=True)
                )
                assert mask[k, r] == (value + draws.blur >= int(draws.no_deal[row]) and not over)


def test_a_party_without_doubt_has_one_column(readings):
    space = package_space(readings.case, readings.opinions)
    choices = enumerate_packages(space, most=100)
    exact = accepted(space, "port", readings.draws["port"], choices[:3])
    uncertain = len(readings.draws["port"].red_lines) > 1
    high = choices[choices[:, 1] >= 6][:3]
    wide = accepted(space, "port", readings.draws["port"], high).shape[1]
    assert exact.shape == (3, 1)
    assert wide == (readings.n_readings if uncertain else 1)


def test_all_accept_where_each_accepts():
    one = np.array([[True, False, True], [True, True, True]])
    other = np.array([[True], [False]])
    assert jointly_accepted([one, other]).tolist() == [[True, False, True], [False] * 3]
    assert jointly_accepted([one]).tolist() == one.tolist()


def test_a_tie_accepts():
    text = """
detente: 1
title: Tie
parties: {P: P}
issues:
  a:
    options: [a0, a1, a2]
    status_quo: a0
preferences:
  P:
    - scores:
        a: {a0: 1/3, a1: 1/7, a2: 10/21}
    - no_deal: 1/3
"""
    readings = readings_of(loads(text))
    space = package_space(readings.case, readings.opinions)
    choices = enumerate_packages(space, most=3)
    found = accepted(space, "P", readings.draws["P"], choices)
    assert found.tolist() == [[True], [False], [True]]


def test_blocks_are_the_whole_in_order():
    choices = np.arange(30).reshape(10, 3)
    for n_readings in (1, 1_000_000, 4_000_000, 10_000_000):
        parts = list(blocks(choices, n_readings))
        assert np.concatenate(parts).tolist() == choices.tolist()
        assert all(len(part) * n_readings <= max(4_000_000, n_readings) for part in parts)


@pytest.mark.parametrize(
    ("statement", "accepts"),
    [
        ("no_deal: 100", {(1, 1, 1): True, (1, 1, 0): False}),
        ("no_deal: 0", {(0, 0, 0): True}),
        ("no_deal: 100.00001", {(1, 1, 1): False}),
    ],
)
def test_a_tie_in_every_reading_survives_the_grid(statement, accepts):
    """The best package is worth 100 however the swings are drawn; their rounded sum may not be."""
    readings = readings_of(case_of(ALONE, [*ENDS, statement]))
    space = package_space(readings.case, readings.opinions)
    found = accepted(space, "P", readings.draws["P"], as_choices(list(accepts), 3))
    for row, expected in zip(found, accepts.values(), strict=True):
        assert row.all() == row.any() == expected
