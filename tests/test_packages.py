from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.formats import load, loads
from detente.grammar import parse_condition
from detente.packages import (
    Factor,
    as_choices,
    central_valuation,
    condition_mask,
    enumerate_packages,
    near_packages,
    package_space,
)
from tests.conftest import ROOT
from tests.strategies import ALONE, ENDS, case_of, opinions_of, readings_of

HARBOUR = ROOT / "detente/catalog/worked/harbour.yaml"
SHIPPED = [
    path
    for path in sorted((ROOT / "detente/catalog").rglob("*.yaml"))
    if not path.name.endswith(".expect.yaml")
]


VALUED = [path for path in SHIPPED if load(path).statements]
"""Those in which it is said what packages are worth; of the others only how states rank."""


@pytest.fixture(scope="module")
def harbour():
    return load(HARBOUR)


def every_package(case):
    return list(product(*(range(len(issue.options)) for issue in case.issues)))


def space_of(case):
    return package_space(case, opinions_of(case))


TESTS = ("shifts == none", "shifts != voluntary", "shifts in (none, required)", "pay < 3",
         "pay <= 3.0", "pay > 6", "pay >= 8", "pay == 4", "cranes in (pilot)",
         "cranes not in (no, full)")  # fmt: skip
conditions = st.recursive(
    st.sampled_from(TESTS),
    lambda inner: st.one_of(
        inner.map("not ({})".format),
        st.builds("({}) and ({})".format, inner, inner),
        st.builds("({}) or ({})".format, inner, inner),
    ),
    max_leaves=6,
)


@given(conditions)
def test_a_condition_holds_of_a_table_as_it_holds_of_each_package(text):
    case = load(HARBOUR)
    packages = every_package(case)
    choices = as_choices(packages, 3)
    condition = parse_condition(text)
    mask = condition_mask(condition, choices, case.vocabulary)
    expected = [holds(text, *package) for package in packages]
    assert mask.tolist() == expected
    assert [condition.holds(package, case.vocabulary) for package in packages] == expected
    space = space_of(case)
    factor = Factor(scope=condition.scope(case.vocabulary), what=condition)
    assert space.holds(factor, choices).tolist() == expected


def holds(text, shifts, pay, cranes):
    """Evaluate a condition as Python, where names stand for positions."""
    names = {"none": 0, "voluntary": 1, "required": 2, "no": 0, "pilot": 1, "full": 2}
    names["None_"] = 0
    for issue in ("shifts", "cranes"):
        for word in ("none", "voluntary", "required", "no", "pilot", "full"):
            for before, after in ((" == ", ""), (" != ", "")):
                text = text.replace(
                    f"{issue}{before}{word}{after}", f"{issue}{before}{names[word]}"
                )
    text = text.replace("(none, required)", "(0, 2)").replace("(pilot)", "(1,)")
    text = text.replace("(no, full)", "(0, 2)")
    return eval(text, {}, {"shifts": shifts, "pay": pay, "cranes": cranes})  # noqa: S307


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_list_of_packages_is_that_of_the_definition(path):
    case = load(path)
    expected = [
        package
        for package in every_package(case)
        if all(c.condition.holds(package, case.vocabulary) for c in case.constraints)
    ]
    choices = enumerate_packages(space_of(case))
    assert [tuple(row) for row in choices.tolist()] == expected


@pytest.mark.parametrize("path", VALUED, ids=lambda path: path.stem)
def test_factors_value_packages_as_the_valuation_does(path):
    case = load(path)
    opinions = opinions_of(case)
    space = package_space(case, opinions)
    valuation = central_valuation(space, opinions, readings_of(case).central, opinions)
    columns = range(len(valuation.parties))
    factors = valuation.factors(columns)
    choices = enumerate_packages(space)[::7]
    allowed = ~valuation.crossed(choices).any(axis=1)
    assert factors.allowed(choices).tolist() == allowed.tolist()
    assert (factors.values_of(choices) == valuation.values(choices)).all()
    assert (factors.no_deal == valuation.no_deal).all()
    free = valuation.factors(columns, red_lines=(), demanding=())
    assert free.allowed(choices).all()
    assert (free.values_of(choices) >= free.no_deal).all()


@pytest.mark.parametrize("n_changes", range(5))
def test_near_packages_are_those_that_differ_in_so_many_issues(harbour, n_changes):
    space = space_of(harbour)
    for start in harbour.vocabulary.proposals.values():
        found = [tuple(row) for row in near_packages(space, start, n_changes=n_changes).tolist()]
        expected = [
            package
            for package in every_package(harbour)
            if sum(a != b for a, b in zip(package, start, strict=True)) == n_changes
            and all(c.condition.holds(package, harbour.vocabulary) for c in harbour.constraints)
        ]
        assert sorted(found) == sorted(expected)
        assert len(found) == len(set(found))


@pytest.mark.parametrize("path", VALUED, ids=lambda path: path.stem)
def test_values_are_those_of_the_frame_exactly(path):
    case = load(path)
    readings = readings_of(case)
    space = package_space(case, readings.opinions)
    parties = list(readings.central)
    valuation = central_valuation(space, readings.opinions, readings.central, parties)
    packages = list(case.vocabulary.proposals.values()) + every_package(case)[::97]
    choices = as_choices(packages, len(case.issues))
    values, gains = valuation.values(choices), valuation.gains(choices)
    crossed, acceptable = valuation.crossed(choices), valuation.acceptable(choices)
    for r, package in enumerate(packages):
        for p, name in enumerate(parties):
            preferences = readings.opinions[name].preferences
            point = readings.central[name]
            value = preferences.frame.package(package).at(point)
            gain = value - preferences.frame.no_deal.at(point)
            assert valuation.in_points(values[r, p]) == value
            assert valuation.in_points(gains[r, p]) == gain
            over = any(
                line.condition.holds(package, case.vocabulary)
                for line in preferences.red_lines
                if line.weight * 2 >= 1
            )
            assert crossed[r, p] == over
            assert acceptable[r, p] == (gain >= 0 and not over)


def test_one_hot_marks_the_options_of_a_package(harbour):
    space = space_of(harbour)
    choices = as_choices([(1, 4, 2)], 3)
    names = [option for issue in harbour.issues for option in issue.options]
    marked = [name for name, on in zip(names, space.one_hot(choices)[0], strict=True) if on]
    assert marked == ["voluntary", "4", "full"]


LARGE = "999999999999999989"
HUGE = f"""
detente: 1
title: Huge
parties:
  P: P
issues:
  a:
    options: [a0, a1, a2]
    status_quo: a0
  b:
    options: [b0, b1]
    status_quo: b0
preferences:
  P:
    - scores:
        a: {{a0: 0, a1: 1/{LARGE}, a2: 1/999999999999999967}}
        b: {{b0: 0, b1: 1/7}}
    - rule: a == a2 and b == b1
      worth: -1/3
    - no_deal: 1/{LARGE}
"""


def test_denominators_beyond_a_double_lose_nothing():
    case = loads(HUGE)
    readings = readings_of(case)
    space = package_space(case, readings.opinions)
    valuation = central_valuation(space, readings.opinions, readings.central, ["P"])
    choices = as_choices(every_package(case), 2)
    assert valuation.options.dtype == object
    assert valuation.scale == int(LARGE) * 999999999999999967 * 7 * 3
    a = [Fraction(0), Fraction(1, int(LARGE)), Fraction(1, 999999999999999967)]
    b = [Fraction(0), Fraction(1, 7)]
    expected = [
        x + y - Fraction(int((i, j) == (2, 1)), 3) for i, x in enumerate(a) for j, y in enumerate(b)
    ]
    values = valuation.values(choices)
    assert [valuation.in_points(row[0]) for row in values] == expected
    assert valuation.acceptable(choices)[:, 0].tolist() == [
        value >= Fraction(1, int(LARGE)) for value in expected
    ]
    draws = readings.draws["P"]
    assert draws.options.dtype == object
    assert int(draws.options[0, 1]) * Fraction(1, draws.scale) == a[1]


ORDINAL = """
detente: 1
title: Ordinal
parties:
  P: P
  Q: Q
issues:
  a:
    options: [a0, a1, a2]
    status_quo: a0
  b:
    options: [b0, b1]
    status_quo: b0
proposals:
  deal: {a: a1, b: b1}
preferences:
  P:
    - priorities:
        - a == a1
        - b == b1
        - a == a2
  Q:
    - ranking: deal ~ (a = a2) > no deal > status quo
    - red_line: a == a2
"""


def test_ordinal_parties_are_compared_by_rank():
    """Among priorities the first condition in which packages differ decides."""
    case = loads(ORDINAL)
    opinions = opinions_of(case)
    space = package_space(case, opinions)
    valuation = central_valuation(space, opinions, {}, ["P", "Q"])
    packages = every_package(case)
    choices = as_choices(packages, 2)
    values, accepted = valuation.values(choices), valuation.acceptable(choices)
    met = [(a == 1, b == 1, a == 2) for a, b in packages]
    for i in range(len(packages)):
        for j in range(len(packages)):
            assert (values[i, 0] > values[j, 0]) == (met[i] > met[j])
        assert accepted[i, 0] == (met[i] >= (False, False, False))
    ranks = {(1, 1): 3, (2, 0): 3, (0, 0): 1}
    assert values[:, 1].tolist() == [ranks.get(package, 0) for package in packages]
    assert accepted[:, 1].tolist() == [package == (1, 1) for package in packages]


def test_input_is_only_read(harbour):
    space = space_of(harbour)
    choices = enumerate_packages(space)
    choices.flags.writeable = False
    space.feasible(choices)
    space.one_hot(choices)
    space.crossed("union", choices)
    assert space.rule_truth("union", choices).shape == (len(choices), 1)


@pytest.mark.parametrize(("confidence", "imposed"), [("low", True), ("medium", True)])
def test_the_centre_imposes_red_lines_of_one_half_and_more(confidence, imposed):
    line = f"red_line: a == a1\nconfidence: {confidence}"
    readings = readings_of(case_of(ALONE, [*ENDS, line, "no_deal: 0"]))
    space = package_space(readings.case, readings.opinions)
    valuation = central_valuation(space, readings.opinions, readings.central, ["P"])
    choices = as_choices([(0, 1, 1), (1, 1, 1)], 3)
    assert valuation.acceptable(choices)[:, 0].tolist() == [True, not imposed]
    assert np.issubdtype(valuation.crossed(choices).dtype, np.bool_)
