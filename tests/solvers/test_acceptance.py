from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.drawing import Draws
from detente.formats import loads
from detente.packages import as_choices, enumerate_packages, package_space
from detente.solvers import acceptance
from detente.solvers.acceptance import accepted, accepted_each, blocks, jointly_accepted
from tests.conftest import ROOT
from tests.strategies import ALONE, ENDS, case_of, opinions_of, readings_of

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
    choices = enumerate_packages(space)[::5]
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
    choices = enumerate_packages(space)
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
    choices = enumerate_packages(space)
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


# --- whole numbers of every size -----------------------------------------------------------------

RULED = case_of(
    ALONE,
    [
        *ENDS,
        "rule: a == a0 and b == b1\nworth: 1",
        "rule: c == c0\nworth: 2",
        "red_line: a == a1 and c == c1\nconfidence: low",
        "red_line: b == b0 and c == c1",
        "no_deal: 50",
    ],
)
SPACE = package_space(RULED, opinions_of(RULED))
EVERYTHING = enumerate_packages(SPACE)
UNITS = (1, 2**17, 2**22, 2**30, 10**40)
"""Single precision holds sums of the first two, doubles those of the next, nothing the last."""


def drawn(seed, unit, *, n_rows, n_lines):
    generator = np.random.default_rng(seed)
    kind = object if unit > 2**50 else np.float64

    def whole(*shape):
        return generator.integers(-9, 10, shape).astype(kind) * unit + generator.integers(
            0, 2, shape
        ).astype(kind)

    return Draws(
        scale=1,
        options=whole(n_rows, 6),
        worths=whole(n_rows, 2),
        no_deal=whole(n_rows),
        red_lines=generator.random((n_lines, 2)) < 0.5,
        blur=int(generator.integers(0, 3)),
    )


def by_definition(draws, package, reading, blur):
    row = reading if len(draws.no_deal) > 1 else 0
    a, b, c = package
    value = sum(int(draws.options[row, column]) for column in (a, 2 + b, 4 + c))
    value += int(draws.worths[row, 0]) * (a == 0 and b == 1) + int(draws.worths[row, 1]) * (c == 0)
    first, second = draws.red_lines[reading if len(draws.red_lines) > 1 else 0]
    crossed = (first and a == 1 and c == 1) or (second and b == 0 and c == 1)
    return value >= int(draws.no_deal[row]) + blur and not crossed


@pytest.mark.parametrize("unit", UNITS)
@given(seed=st.integers(0, 10**6), surely=st.booleans(), cells=st.integers(1, 40))
@settings(max_examples=20)
def test_is_exact_whatever_the_size_of_the_numbers(unit, seed, surely, cells):
    generator = np.random.default_rng(seed)
    n_rows, n_lines = generator.choice([1, 7], 2).tolist()
    draws = drawn(seed, unit, n_rows=n_rows, n_lines=n_lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acceptance, "_TILE_CELLS", cells)
        mask = accepted(SPACE, "P", draws, EVERYTHING, surely=surely)
    blur = draws.blur if surely else -draws.blur
    expected = [
        [by_definition(draws, package, reading, blur) for reading in range(7)]
        for package in EVERYTHING.tolist()
    ]
    assert mask.shape[1] in {1, max(n_rows, n_lines)}
    assert np.broadcast_to(mask, (8, 7)).tolist() == expected


@pytest.mark.parametrize("unit", UNITS)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=20)
def test_each_package_in_a_reading_of_its_own(unit, seed):
    generator = np.random.default_rng(seed)
    n_rows, n_lines = generator.choice([1, 7], 2).tolist()
    draws = drawn(seed, unit, n_rows=n_rows, n_lines=n_lines)
    rows, own = generator.integers(0, 8, 20), generator.integers(0, 7, 20)
    found = accepted_each(SPACE, "P", draws, EVERYTHING[rows], own)
    expected = [
        by_definition(draws, EVERYTHING[row].tolist(), reading, -draws.blur)
        for row, reading in zip(rows.tolist(), own.tolist(), strict=True)
    ]
    assert found.tolist() == expected


def test_the_largest_sums_of_single_precision_are_told_apart():
    """Half a unit beyond 2^24 would be lost; such numbers are taken in doubles."""
    for largest in (2**24 - 1, 2**24, 2**24 + 1, 2**25 + 1, 2**51 + 1):
        options = np.array([[0.0, largest, 0.0, 0.0, 0.0, 0.0]])
        draws = replace(
            drawn(0, 1, n_rows=1, n_lines=1),
            options=options,
            worths=np.zeros((1, 2)),
            red_lines=np.zeros((1, 2), dtype=bool),
            blur=0,
        )
        for no_deal, expected in ((largest, True), (largest + 1, False)):
            own = replace(draws, no_deal=np.array([float(no_deal)]))
            found = accepted(SPACE, "P", own, as_choices([(1, 0, 0)], 3))
            assert found.tolist() == [[expected]]


def test_no_packages_are_no_rows():
    draws = drawn(0, 1, n_rows=7, n_lines=7)
    assert accepted(SPACE, "P", draws, EVERYTHING[:0]).shape == (0, 7)
