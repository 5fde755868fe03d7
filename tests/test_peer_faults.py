"""What the nearest program answers wrongly, answered rightly.

NegMAS 0.16.0 gives a wrong or a surprising answer in seventeen ways. Each has a small case here, by
the number it has in the list of them, and the answer that follows from the definition.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from detente import load
from detente.analysis import Analysis
from detente.answers.settle import Settlement, settle
from detente.case import Case
from detente.vocabulary import Package
from tests import oracles
from tests.answers.cases import case_of, scores, words

PRICES = scores(price={"low": 0, "mid": 1, "high": 2}, inspect={"no": 3, "yes": 0})
COSTS = scores(price={"low": 2, "mid": 1, "high": 0}, inspect={"no": 0, "yes": 0})
SALE = {"price": "low mid high", "inspect": "no yes"}


def options_worth(
    *packages: Sequence[float | str], no_deal: Sequence[float | str] = (), more: str = ""
) -> Case:
    """Return a case of one issue, each option of which is worth so much to each party."""
    names = [f"x{k}" for k in range(len(packages))]
    lost = no_deal or (0,) * len(packages[0])
    statements = {
        party: [scores(x=dict(zip(names, column, strict=True))), f"no_deal: {lost[p]}"]
        for p, (party, column) in enumerate(
            zip("abc"[: len(lost)], zip(*packages, strict=True), strict=True)
        )
    }
    return case_of({"x": " ".join(names)}, statements, more=more)


def frontier(case: Case) -> list[Package]:
    """Return every package of the frontier, in case order."""
    found = settle(case)
    assert found.status == "exact"
    assert found.listing.n_matching == len(found.listing.packages)
    return sorted(found.listing.packages)


def picked(found: Settlement) -> dict[str, list[Package]]:
    """Return the packages that each solution picks."""
    for pick in found.agreement.picks:
        assert pick.n_tied == len(pick.packages)
        assert pick.proved
    return {
        pick.name: [judged.package for judged in pick.packages] for pick in found.agreement.picks
    }


def values(case: Case) -> dict[Package, tuple[Fraction, ...]]:
    """Return what every package is worth to each party, in points."""
    packages = list(product(*(range(len(issue.options)) for issue in case.issues)))
    worth = settle(case).agreement.worth(packages)
    return {package: tuple(own) for package, (own, _) in zip(packages, worth, strict=True)}


def no_deal(case: Case) -> list[Fraction]:
    """Return what no deal is worth to each party, in points."""
    valuation = Analysis(case=case).valuation
    return [valuation.in_points(number) for number in valuation.no_deal]


# --- what is acceptable, and what is efficient ---------------------------------------------------


def test_no_package_of_the_frontier_crosses_a_red_line():
    """1: three packages were given, two of which cross the line."""
    buyer = [COSTS, "no_deal: 0", "red_line: inspect == no"]
    case = case_of(SALE, {"seller": [PRICES, "no_deal: 0"], "buyer": buyer})
    assert frontier(case) == [(0, 1), (1, 1), (2, 1)]


def test_everything_is_told_of_a_case_with_a_red_line():
    """2: the full statistics failed with a ValueError."""
    buyer = [COSTS, "no_deal: 0", "red_line: inspect == no"]
    found = settle(case_of(SALE, {"seller": [PRICES, "no_deal: 0"], "buyer": buyer}))
    assert picked(found)["nash"] == [(1, 1)]
    assert "3 packages that all accept" in words(found)
    told = json.loads(found.json())
    assert (told["feasible"]["packages"], told["acceptable"]["packages"]) == (6, 3)


def test_a_constraint_on_packages_is_kept():
    """3: a package that the constraint forbids was given."""
    wishes = {"a": [PRICES, "no_deal: 0"], "b": [COSTS, "no_deal: 0"]}
    assert frontier(case_of(SALE, wishes)) == [(0, 0), (1, 0), (2, 0)]
    inspected = "constraints:\n  - require: inspect == yes\n"
    assert frontier(case_of(SALE, wishes, more=inspected)) == [(0, 1), (1, 1), (2, 1)]


def test_of_packages_with_equal_values_all_are_listed():
    """4: of packages that are tied one was listed, any of them."""
    same = scores(x={"x0": 1, "x1": 2, "x2": 2}, y={"y0": 0, "y1": 1, "y2": 1})
    other = scores(x={"x0": 2, "x1": 1, "x2": 1}, y={"y0": 0, "y1": 1, "y2": 1})
    wishes = {"a": [same, "no_deal: 0"], "b": [other, "no_deal: 0"]}
    case = case_of({"x": "x0 x1 x2", "y": "y0 y1 y2"}, wishes)
    worth = values(case)
    marked = oracles.frontier([list(own) for own in worth.values()])
    expected = [package for package, on in zip(worth, marked, strict=True) if on]
    assert frontier(case) == expected == [(x, y) for x in range(3) for y in (1, 2)]


def test_rounding_neither_adds_to_the_frontier_nor_takes_away():
    """5: 0.1 + 0.2 is more than 0.3 in doubles; as single floats 1 and 1 + 1e-9 are the same."""
    first = scores(x={"x0": 0.1, "x1": 0.3}, y={"y0": 0.2, "y1": 0})
    second = scores(x={"x0": 0, "x1": 1}, y={"y0": 0, "y1": 0})
    wishes = {"a": [first, "no_deal: 0"], "b": [second, "no_deal: 0"]}
    apart = "constraints:\n  - require: not (x == x1 and y == y0)\n"
    assert frontier(case_of({"x": "x0 x1", "y": "y0 y1"}, wishes, more=apart)) == [(1, 1)]
    near = options_worth((1, "1.000000001"), ("1.000000001", 1), (1, 1))
    assert frontier(near) == [(0,), (1,)]


# --- solutions -----------------------------------------------------------------------------------


def test_nash_counts_gains_over_the_no_deal_value_that_is_given():
    """6: a no-deal value below the worst package was replaced by that package."""
    found = settle(options_worth((1, 0.6), (0.74, 0.74), (0.5, 1)))
    assert picked(found)["nash"] == [(0,)]


def test_kalai_smorodinsky_makes_the_smallest_relative_gain_as_large_as_can_be():
    """7: the least spread of relative gains was taken for it."""
    found = settle(options_worth((0.9, 0.205), (0.2, 0.21), (0, 1), (1, 0)))
    assert picked(found)["kalai_smorodinsky"] == [(0,)]


def test_the_ideal_is_over_acceptable_packages():
    """7: it was over all packages; then the second one would be picked."""
    found = settle(options_worth((10, -1), (4, 2), (3, 2.6), (2, 4), (5, 1)))
    assert picked(found)["kalai_smorodinsky"] == [(2,)]


def test_a_party_that_is_indifferent_to_everything_decides_nothing():
    """8: the whole frontier was then given for every solution."""
    found = settle(options_worth((1, 3, 5), (3, 1, 5), (2, 2.5, 5), no_deal=(0, 0, 5)))
    assert set(map(tuple, picked(found).values())) == {((2,),)}
    assert frontier(options_worth((1, 3, 5), (3, 1, 5), (2, 2.5, 5))) == [(0,), (1,), (2,)]


@pytest.mark.parametrize("unit", ["1000000", "1", "1e-9"])
def test_ties_do_not_depend_on_the_unit(unit):
    """9: products that differ by less than 1e-12 were tied, whatever the unit."""
    packages = [("2", "6"), ("3", "4"), ("4", "3"), ("2.4", "4.9999999999999")]
    scaled = [[str(Fraction(own) * Fraction(unit)) for own in package] for package in packages]
    assert picked(settle(options_worth(*scaled)))["nash"] == [(0,), (1,), (2,)]


def test_relative_gains_are_over_no_deal_above_and_below():
    """10: they were gains over the worst package in parts of those over no deal."""
    packages = [(10, 4), (8, 6), (7, 7), (4, 10), (0, 10)]
    found = settle(options_worth(*packages, no_deal=(4, 0)))
    assert picked(found)["kalai_smorodinsky"] == [(1,)]


def test_where_nothing_is_acceptable_it_is_told_why():
    """11: empty lists were given."""
    seller = [PRICES, "no_deal: 0", "red_line: price == low"]
    buyer = [COSTS, "no_deal: 0", "red_line: price in (mid, high)"]
    found = settle(case_of(SALE, {"seller": seller, "buyer": buyer}))
    assert picked(found) == {}
    empty = found.agreement.empty
    assert empty is not None
    (clash,) = empty.sets
    assert [(one.party, one.text) for one in clash] == [
        ("seller", "its red line, price == low, is not crossed"),
        ("buyer", "its red line, price in (mid, high), is not crossed"),
    ]
    assert empty.nearest[0].crossed == ("seller",)
    told = words(found)
    assert "There is no package that all signatories can accept" in told
    assert "Party seller (red line)" in told


# --- files of other programs ---------------------------------------------------------------------

LAPTOP = {
    "Laptop": {"Dell": 12, "Macintosh": 20, "HP": 30},
    "Disk": {"60 Gb": 30, "80 Gb": 20, "120 Gb": 9},
}


def objective(issues: str, weights: str = "", index: int = 0) -> str:
    """Return the tree of a Genius file."""
    return (
        f'<objective index="{index}" name="all" type="objective" etype="objective">'
        f"{issues}{weights}</objective>"
    )


def discrete(index: int, name: str, evaluations: Mapping[str, int], *, valued: bool) -> str:
    """Return an issue of a Genius file."""
    items = "".join(
        f'<item index="{k}" value="{label}"' + (f' evaluation="{number}"' * valued) + "/>"
        for k, (label, number) in enumerate(evaluations.items(), start=1)
    )
    return f'<issue index="{index}" name="{name}" type="discrete">{items}</issue>'


def integer(evaluator: str = "") -> str:
    """Return an issue from 8 to 14."""
    around = 'index="1" name="Price" type="integer" lowerbound="8" upperbound="14"'
    return f"<issue {around}>{evaluator}</issue>"


def genius(folder: Path, domain: str, *profiles: str, kind: str = "") -> Case:
    """Return a folder of Genius files as a case."""
    around = f"<negotiation_template><utility_space>{domain}</utility_space></negotiation_template>"
    (folder / "domain.xml").write_text(around, encoding="utf-8")
    for k, profile in enumerate(profiles, start=1):
        text = f"<utility_space{kind}>{profile}</utility_space>"
        (folder / f"prof{k}.xml").write_text(text, encoding="utf-8")
    return load(folder)


def laptop(folder: Path, *, first: int = 1, more: str = "") -> Case:
    """Return two parties who want the same laptop, whose issues are numbered from ``first`` on."""
    weights = f'<weight index="{first}" value="0.6"/><weight index="{first + 1}" value="0.4"/>'
    numbered = list(enumerate(LAPTOP.items(), start=first))
    plain, valued = (
        "".join(discrete(k, name, found, valued=v) for k, (name, found) in numbered)
        for v in (False, True)
    )
    profile = objective(valued, weights, first - 1) + more
    return genius(folder, objective(plain, index=first - 1), profile, profile)


def test_a_reservation_value_stays_where_packages_lose_value_over_time(tmp_path):
    """12: it became minus infinity."""
    more = '<discount_factor value="0.8"/><reservation value="0.5"/>'
    case = laptop(tmp_path, more=more)
    assert no_deal(case) == [50, 50]
    assert all("0.8" in party.note for party in case.parties)


def test_evaluations_are_divided_by_the_largest_of_their_issue(tmp_path):
    """13: they were taken as they stand, so that the reservation value excluded nothing."""
    case = laptop(tmp_path, more='<reservation value="0.5"/>')
    worth = values(case)
    assert worth[2, 0] == (100, 100)
    assert worth[0, 2] == (36, 36)
    found = settle(case)
    accepted = [package for package, own in worth.items() if min(own) >= 50]
    assert found.agreement.n_acceptable == len(accepted) < len(worth)


def test_whole_numbers_count_from_their_lower_bound(tmp_path):
    """14: the number itself was multiplied, which gave -0.2 and -1.1 for 1 and 0.1."""
    buyer = integer('<evaluator ftype="linear" offset="1.0" slope="-0.15"/>')
    seller = integer('<evaluator ftype="linear" offset="-0.1" slope="0.2"/>')
    weight = '<weight index="1" value="1"/>'
    profiles = [objective(text, weight) for text in (buyer, seller)]
    worth = values(genius(tmp_path, objective(integer()), *profiles))
    assert worth[0,] == (100, 0)
    assert worth[3,] == (55, 50)
    assert worth[6,] == (10, 100)


def test_rectangles_may_exclude_and_are_divided_by_the_largest_utility(tmp_path):
    """15: EXCLUDES was read as INCLUDES, and utilities ran to 536."""
    bounds = '<{0} index="1" min="8" max="10"/>'
    utility = (
        '<utility maxutility="200"><ufun type="PlainUfun" aggregation="sum">'
        f'<hyperRectangle utility="120">{bounds.format("INCLUDES")}</hyperRectangle>'
        f'<hyperRectangle utility="60">{bounds.format("EXCLUDES")}</hyperRectangle>'
        "</ufun></utility>"
    )
    profile = objective(integer() + utility) + '<reservation value="0.25"/>'
    case = genius(tmp_path, objective(integer()), profile, profile, kind=' type="nonlinear"')
    worth = [own for own, _ in values(case).values()]
    assert worth == [60, 60, 60, 30, 30, 30, 30]
    assert no_deal(case) == [25, 25]


@pytest.mark.parametrize(
    ("listed", "numbered"),
    [
        ("DiscreteValueSetUtilities", "NumberValueSetUtilities"),
        ("discreteutils", "numberutils"),
    ],
)
def test_both_spellings_of_utilities_and_numbers_are_read(tmp_path, listed, numbered):
    """16: only one spelling was, and no numbers were."""
    domain: dict[str, Any] = {
        "name": "lease",
        "issuesValues": {
            "pets": {"values": ["none", "cats"]},
            "rent": {"range": {"low": 10, "high": 12, "step": 0.5}},
        },
    }
    ends = {"lowValue": 10, "lowUtility": 1, "highValue": 12, "highUtility": 0}
    tenant = {
        "name": "tenant",
        "domain": domain,
        "issueWeights": {"pets": 0.25, "rent": 0.75},
        "issueUtilities": {
            "pets": {listed: {"valueUtilities": {"none": 0, "cats": 1}}},
            "rent": {numbered: ends},
        },
        "reservationBid": {"issuevalues": {"pets": "none", "rent": 11}},
    }
    owner = {**tenant, "name": "owner"}
    (tmp_path / "lease.json").write_text(json.dumps(domain), encoding="utf-8")
    for k, profile in enumerate((tenant, owner), start=1):
        text = json.dumps({"LinearAdditiveUtilitySpace": profile})
        (tmp_path / f"lease{k}.json").write_text(text, encoding="utf-8")
    case = load(tmp_path)
    assert [len(issue.options) for issue in case.issues] == [2, 5]
    assert values(case)[1, 1] == (Fraction("81.25"), Fraction("81.25"))
    assert no_deal(case) == [Fraction("37.5"), Fraction("37.5")]


def test_issues_may_be_numbered_from_two(tmp_path):
    """17: such files were refused, or got an issue that nobody wrote."""
    case = laptop(tmp_path, first=2)
    assert [issue.label for issue in case.issues] == list(LAPTOP)
    assert values(case)[2, 0] == (100, 100)
    assert values(case)[2, 2] == (72, 72)
