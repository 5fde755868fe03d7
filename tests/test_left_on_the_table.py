"""What packages leave on the table, and how classes do, against lists of all packages."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detente
from detente.agreement import agreement_of
from detente.analysis import Analysis
from detente.class_standing import correlation
from detente.left_on_the_table import LeftOver, Table
from detente.solvers.frontier import frontier_of
from tests.answers.cases import Exact, random_exact


def table_of(exact: Exact) -> Table:
    agreement = agreement_of(Analysis(case=exact.case()))
    assert agreement.frontier is not None
    return Table(agreement=agreement, frontier=agreement.frontier)


def check(exact: Exact, left: LeftOver, gains: list[Fraction]) -> None:
    """Compare one answer with what a list of all acceptable packages says."""
    extras = {
        package: [more - own for more, own in zip(exact.gains(package), gains, strict=True)]
        for package in exact.zone
    }
    better = {p: own for p, own in extras.items() if min(own) >= 0 and max(own) > 0}
    assert list(left.gains) == gains
    if not better:
        assert left.better is None
        assert left.extra == (0,) * len(gains)
        assert left.joint == 0
        return
    assert left.better is not None
    assert list(left.extra) == better[left.better]
    assert left.equal_extra == max(min(own) for own in better.values())
    assert sorted(left.extra) == max(sorted(own) for own in better.values())
    assert left.joint == max(sum(own) for own in better.values())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_what_is_left_is_what_a_list_of_all_packages_says(seed, generous):
    exact = random_exact(seed, generous=generous)
    table = table_of(exact)
    packages = list(product(*(range(size) for size in exact.sizes)))
    for package, left in zip(packages, table.over(packages), strict=True):
        gains = exact.gains(package)
        check(exact, left, gains)
        assert left.feasible == (package in exact.packages)
        crossed = [f"P{k}" for k, p in enumerate(exact.players) if p.crosses(package)]
        assert list(left.crossed) == crossed
        assert list(left.below) == [k for k, gain in enumerate(gains) if gain < 0]
        assert left.within_mandates == (package in exact.zone)
        on_frontier = package in exact.zone and not any(
            all(a >= b for a, b in zip(exact.gains(other), gains, strict=True))
            and exact.gains(other) != gains
            for other in exact.zone
        )
        assert left.efficient == on_frontier
        assert left.proved
    check(exact, table.over_no_deal(), [Fraction(0)] * len(exact.players))


def test_half_way_on_two_issues_leaves_a_trade_on_the_table():
    case = detente.loads("""\
detente: 1
title: Two issues
parties: {ann: Ann, bob: Bob}
issues:
  price: {options: [low, middle, high], status_quo: low}
  date: {options: [soon, later, late], status_quo: soon}
preferences:
  ann:
    - scores: {price: {low: 0, middle: 30, high: 60}, date: {soon: 0, later: 20, late: 40}}
    - no_deal: 20
  bob:
    - scores: {price: {low: 40, middle: 20, high: 0}, date: {soon: 60, later: 30, late: 0}}
    - no_deal: 20
""")
    half_way = "group,price,date\nRed,middle,later\nBlue,high,soon\nGreen,no deal,\n"
    data = detente.handout(case, results=half_way).data()["class"]
    red, blue, green = data["groups"]
    assert (red["gains"], red["equal_extra"], red["joint_extra"]) == (
        {"ann": 30, "bob": 30},
        10,
        20,
    )
    assert red["better"] == {"price": "high", "date": "soon"}
    assert blue["on_frontier"]
    assert not blue["distances"]["nash"]
    assert (green["package"], green["equal_extra"], green["distances"]) == (None, 40, {})
    assert (data["agreed"], data["no_deal"], data["on_frontier"]) == (2, 1, 1)
    assert data["mean_gains"] == {"ann": 35, "bob": 35}
    assert data["best"] == ["Blue"]
    assert data["correlations"] == {"ann": None, "bob": None}


def test_what_is_measured_against_a_part_of_the_frontier_says_so():
    analysis = Analysis(case=detente.load("bill-and-jack"))
    whole = agreement_of(analysis)
    assert whole.frontier is not None
    part = frontier_of(analysis.diagram, tolerance=(3, 3))
    assert part.status == "approximate"
    assert len(part) < len(whole.frontier)
    packages = [pick.packages[0].package for pick in whole.picks]
    proposals = list(analysis.case.vocabulary.proposals.values())
    exact = Table(agreement=whole, frontier=whole.frontier).over(packages + proposals)
    for left, sure in zip(
        Table(agreement=whole, frontier=part).over(packages + proposals), exact, strict=True
    ):
        assert not left.proved
        assert left.gains == sure.gains
        assert left.joint <= sure.joint
        assert left.equal_extra <= sure.equal_extra


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        ([1, 2, 3], [2, 4, 6], 1.0),
        ([1, 2, 3], [3, 2, 1], -1.0),
        ([1, 2, 1, 2], [1, 1, 2, 2], 0.0),
        ([1, 1, 1], [1, 2, 3], None),
        ([1, 2, 3], [5, 5, 5], None),
        ([1, 2], [1, 2], None),
    ],
)
def test_correlations(a, b, found):
    own = correlation([Fraction(x) for x in a], [Fraction(x, 3) for x in b])
    assert own == (found if found is None else pytest.approx(found, abs=1e-9))
