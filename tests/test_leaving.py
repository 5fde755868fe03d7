"""The unit in which walking away is reckoned: fine enough, exact where it can be, not too fine."""

from __future__ import annotations

import pytest

from detente.analysis import Analysis
from detente.answers.roadmap import roadmap
from detente.case import Case
from detente.errors import LimitError
from detente.leaving import walk_away_of
from tests.answers.cases import case_of

ISSUES = {"war": "on off", "land": "x y", "flag": "red blue"}
EXACT = {
    "a": ["scores: {war: {on: 0, off: 4}, land: {x: 0, y: 3}, flag: {red: 1, blue: 1}}"],
    "b": ["scores: {war: {on: 0, off: 9}, land: {x: 5, y: 0}, flag: {red: 0, blue: 2}}"],
}
PARTS = "".join(f"  - {{keeps: {issue}, part: 0}}\n" for issue in ISSUES)


def dispute(*entries: str, more: str = "", no_deal: int = 2) -> Case:
    preferences = {party: [*said, f"no_deal: {no_deal}"] for party, said in EXACT.items()}
    stated = "".join(f"  - {entry}\n" for entry in entries)
    return case_of(ISSUES, preferences, more=f"walk_away:\n{PARTS}{stated}{more}")


def shifts_in_points(case: Case) -> list[list[float]]:
    walk = walk_away_of(Analysis(case=case))
    return [[walk.in_points(float(amount)) for amount in set(one.amount)] for one in walk.shifts]


def test_small_and_odd_shifts_of_an_exact_case_are_not_rounded() -> None:
    case = dispute(
        "{shift: -0.0001, on: a, after: war == off}",
        "{shift: 1/3, on: b, after: war == off}",
        "{shift: 1/7, on: b, of: land, after: war == off}",
    )
    walk = walk_away_of(Analysis(case=case))
    whole = walk.units * walk.fine
    amounts = [float(shift.amount[0]) for shift in walk.shifts]
    assert amounts == [-whole / 10_000, whole // 3, whole // 7 * 5]
    assert 3 * amounts[1] == whole
    assert 7 * amounts[2] == 5 * whole


def test_a_share_of_an_issue_that_moves_nobody_is_nothing() -> None:
    case = dispute(
        "{shift: more than 0, on: a, of: flag, after: war == off, would_take: (war = off)}"
    )
    assert shifts_in_points(case) == [[0.0]]


@pytest.mark.parametrize(
    "entry",
    [
        "{shift: -999999999999999999999999999999, on: a, after: war == off}",
        "{shift: -5..999999999999999999999999999999, on: a, after: war == off}",
        "{guarantee: 999999999999999999999999999999, against: a}",
        "{drift: 999999999999999999999999999999, on: a}",
    ],
)
def test_more_than_doubles_hold_is_refused(entry: str) -> None:
    with pytest.raises(LimitError, match="moves a by too much"):
        walk_away_of(Analysis(case=dispute(entry)))


def test_large_amounts_leave_a_coarser_unit() -> None:
    large = dispute("{shift: 10000000000, on: a, after: war == off}")
    assert shifts_in_points(large) == [[10_000_000_000.0]]


def test_what_takes_as_long_as_there_is_time_is_in_force_by_the_deadline() -> None:
    more = "roadmap:\n  items: {war: {takes: 0.1}, land: {takes: 0.2}}\n  deadline: 0.3\n"
    case = dispute(more=f"{more}  orders: {{one: war then land}}\n")
    told = roadmap(case, "war = off, land = y").data()
    assert told["given"][0]["in_force_by_deadline"] == ["war", "land"]


def test_a_count_beyond_reading_is_told_in_powers_of_ten() -> None:
    issues = {f"i{k}": "o0 o1 o2 o3" for k in range(50)}
    case = case_of(issues, {"p": [f"order: {{{name}: o1 > o0}}" for name in issues]})
    with pytest.raises(LimitError, match=r"about 1\.27 × 10³⁰ packages"):
        walk_away_of(Analysis(case=case))
