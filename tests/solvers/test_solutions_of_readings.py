"""What solutions pick in every reading, against brute force in fractions, reading by reading."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis import Analysis
from detente.catalog import load
from detente.errors import CancelledError, LimitError
from detente.solvers.gains_of_readings import gains_of_readings, shown
from detente.solvers.solutions_of_readings import nash_of_all_readings, solutions_of_listed
from detente.work import Work
from tests import oracles
from tests.answers.cases import EASY, ENDS, ISSUES, case_of, random_exact, scores


def signing(analysis):
    return {p.name: analysis.readings.draws[p.name] for p in analysis.case.signatories}


def some(draws, rows):
    """Keep some readings of every party."""
    return {name: part.at(np.array(rows)) for name, part in draws.items()}


def gain(analysis, name, draws, reading, package):
    """Return one gain in points, added up one option and one rule at a time."""
    row = min(reading, len(draws.no_deal) - 1)
    units = -int(draws.no_deal[row])
    for first, option in zip(analysis.space.first, package, strict=True):
        units += int(draws.options[row, first + option])
    rules = analysis.space.rules[name]
    for column, rule in enumerate(rules):
        if rule.what.holds(tuple(package), analysis.case.vocabulary):
            units += int(draws.worths[row, column])
    if abs(units) <= draws.blur:
        units = 0
    return Fraction(units, draws.scale)


def crosses(analysis, name, draws, reading, package):
    row = min(reading, len(draws.red_lines) - 1)
    lines = analysis.space.red_line_statements[name]
    return any(
        on and line.condition.holds(tuple(package), analysis.case.vocabulary)
        for line, on in zip(lines, draws.red_lines[row].tolist(), strict=True)
    )


def brute(analysis, draws, reading):
    """Return the acceptable packages of a reading, and what each solution picks of them."""
    vocabulary = analysis.case.vocabulary
    feasible = [
        tuple(int(o) for o in row)
        for row in np.ndindex(*(len(i.options) for i in vocabulary.issues))
        if all(c.condition.holds(tuple(row), vocabulary) for c in analysis.case.constraints)
    ]
    zone, table = [], []
    for package in feasible:
        own = [gain(analysis, n, d, reading, package) for n, d in draws.items()]
        if min(own) >= 0 and not any(
            crosses(analysis, n, d, reading, package) for n, d in draws.items()
        ):
            zone.append(package)
            table.append(own)
    unit = np.lcm.reduce([g.denominator for own in table for g in own] or [1])
    whole = [[int(g * int(unit)) for g in own] for own in table]
    picks = {n: {zone[r] for r in solve(whole)} for n, solve in oracles.SOLUTIONS.items() if zone}
    return zone, dict(zip(zone, table, strict=True)), picks


def check(analysis, draws, found, reading):
    zone, gains, picks = brute(analysis, draws, reading)
    assert found.zone[reading] == bool(zone)
    for name, own in found.picks.items():
        here = np.flatnonzero(own.reading == reading)
        packages = [tuple(found.packages[own.package[k]].tolist()) for k in here]
        assert len(set(packages)) == len(packages)
        assert set(packages) == picks.get(name, set())
        for k, package in zip(here.tolist(), packages, strict=True):
            assert own.gains[k].tolist() == pytest.approx([float(g) for g in gains[package]])


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), generous=st.booleans())
def test_exact_cases_with_their_ties(seed, generous):
    analysis = Analysis(case=random_exact(seed, generous=generous).case())
    draws = signing(analysis)
    found = solutions_of_listed(analysis.space, draws, analysis.listed)
    assert found.zone.shape == (1,)
    check(analysis, draws, found, 0)


UNSURE = case_of(
    {"a": "a0 a1 a2", "b": "b0 b1", "c": "c0 c1 c2"},
    {
        "P": [
            "order: {a: a2 > a1 > a0, b: b1 > b0, c: c0 > c1 > c2}",
            "no_deal: 20..60",
            "rule: a == a1 and c == c1\nworth: -10..20",
            "red_line: b == b0 and c == c2\nconfidence: medium",
        ],
        "Q": [
            "order: {a: a0 > a1 > a2, b: b0 > b1, c: c2 > c1 > c0}",
            "importance: c > a\nconfidence: high",
            "no_deal: 10..70",
            "red_line: a == a2",
        ],
        "R": [
            scores(
                a={"a0": 0, "a1": "1/3", "a2": 2},
                b={"b0": 1, "b1": 0},
                c={"c0": 0, "c1": 1, "c2": 0},
            ),
            "no_deal: 1/7",
            "red_line: c == c0\nconfidence: low",
        ],
    },
    more="constraints:\n  - require: not (a == a0 and c == c2)\n",
)
EVERY_SO_OFTEN = list(range(0, 2240, 37))


@pytest.fixture(scope="module")
def unsure():
    return Analysis(case=UNSURE)


def test_drawn_readings_with_rules_and_uncertain_red_lines(unsure):
    draws = some(signing(unsure), EVERY_SO_OFTEN)
    found = solutions_of_listed(unsure.space, draws, unsure.listed)
    assert 0 < found.zone.sum() < len(EVERY_SO_OFTEN)
    for reading in range(len(EVERY_SO_OFTEN)):
        check(unsure, draws, found, reading)


def test_nash_without_a_list_is_the_same(unsure):
    for analysis in (unsure, Analysis(case=load("harbour"))):
        draws = signing(analysis)
        listed = solutions_of_listed(analysis.space, draws, analysis.listed, names=["nash"])
        assert list(listed.picks) == ["nash"]
        alone = nash_of_all_readings(analysis.space, draws)
        assert alone.zone.tolist() == listed.zone.tolist()
        assert not alone.unsettled.any()
        own, other = listed.picks["nash"], alone.picks["nash"]
        assert len(np.unique(own.reading)) == len(own.reading)
        assert own.reading.tolist() == other.reading.tolist()
        assert listed.packages[own.package].tolist() == alone.packages[other.package].tolist()
        assert np.allclose(own.gains, other.gains, atol=1e-4)


def test_numbers_beyond_doubles_stay_exact():
    """Gains of 10^20 that differ by one: doubles could not tell which is larger."""
    big = 10**20
    case = case_of(
        ISSUES,
        {
            "P": [scores(a={"a0": 0, "a1": 0}, b={"b0": big, "b1": big + 1}), "no_deal: 0"],
            "Q": [scores(a={"a0": big + 1, "a1": big}, b={"b0": 0, "b1": 0}), "no_deal: 0"],
        },
    )
    analysis = Analysis(case=case)
    draws = signing(analysis)
    found = solutions_of_listed(analysis.space, draws, analysis.listed)
    check(analysis, draws, found, 0)
    assert found.packages.tolist() == [[0, 1]]
    with pytest.raises(LimitError, match="2\\^52"):
        nash_of_all_readings(analysis.space, draws)


def test_nothing_is_picked_where_nothing_is_acceptable():
    case = case_of(ISSUES, {"P": [*ENDS, "no_deal: more than 100"], "Q": EASY})
    analysis = Analysis(case=case)
    found = solutions_of_listed(analysis.space, signing(analysis), analysis.listed)
    assert not found.zone.any()
    assert found.packages.shape == (0, 2)
    assert all(len(own.reading) == 0 for own in found.picks.values())
    alone = nash_of_all_readings(analysis.space, signing(analysis))
    assert not alone.zone.any()


def test_a_red_line_on_everything_leaves_nothing():
    case = case_of(ISSUES, {"P": [*ENDS, "red_line: a in (a0, a1)"], "Q": EASY})
    analysis = Analysis(case=case)
    found = solutions_of_listed(analysis.space, signing(analysis), analysis.listed)
    assert not found.zone.any()


def test_pieces_executors_and_inputs_change_nothing(unsure, monkeypatch):
    draws = signing(unsure)
    whole = solutions_of_listed(unsure.space, draws, unsure.listed)
    monkeypatch.setattr("detente.solvers.solutions_of_readings._CELLS", 700)
    before = {name: part.options.copy() for name, part in draws.items()}
    with ThreadPoolExecutor(2) as executor:
        cut = solutions_of_listed(unsure.space, draws, unsure.listed, work=Work(executor=executor))
    assert whole.packages.tolist() == cut.packages.tolist()
    for name, own in whole.picks.items():
        assert own.reading.tolist() == cut.picks[name].reading.tolist()
        assert own.package.tolist() == cut.picks[name].package.tolist()
    assert all((draws[n].options == kept).all() for n, kept in before.items())


def test_work_is_heard(unsure):
    told = []
    work = Work(progress=lambda what, done, total: told.append((what, done, total)))
    solutions_of_listed(unsure.space, signing(unsure), unsure.listed, work=work)
    assert told[0][1] == 0
    assert told[-1][1] == told[-1][2]
    with pytest.raises(CancelledError):
        solutions_of_listed(
            unsure.space, signing(unsure), unsure.listed, work=Work(cancelled=lambda: True)
        )


def test_a_gain_that_rounding_can_have_moved_off_nothing_is_nothing(unsure):
    draws = signing(unsure)["P"]
    marked = shown(unsure.space, "P", unsure.listed[:1])
    value = gains_of_readings(marked, replace(draws, no_deal=0 * draws.no_deal, blur=0))[:, 0]
    for off, expected in ((draws.blur, 0), (-draws.blur, 0), (draws.blur + 1, draws.blur + 1)):
        level = replace(draws, no_deal=value - off)
        assert set(gains_of_readings(marked, level)[:, 0].tolist()) == {expected}
