"""Acceptance under uncertainty as an answer: its JSON, its words, and how steady solutions are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest

from detente.agreement import agreement_of
from detente.analysis import Analysis
from detente.answers.acceptance import Acceptances, acceptance, acceptances
from detente.catalog import load
from detente.formats import loads
from detente.mending import repairs_of
from detente.readings import share_of
from detente.solvers.bargaining import SOLUTIONS
from detente.solvers.solutions_of_readings import solutions_of_listed
from detente.steadiness import share_among, steadiness_of
from detente.table import Section
from detente.telling.witness import aligned
from tests.answers.cases import EASY, ENDS, ISSUES, case_of, large_case, scores, words
from tests.test_contract import documented, fits, is_number, is_statement

# --- cases ---------------------------------------------------------------------------------------


@cache
def answer(name: str) -> Acceptances:
    return acceptance(load(name))


@cache
def strange() -> tuple[Acceptances, ...]:
    """Return answers to cases that have what the catalogue's cases have not."""
    broken = case_of(
        ISSUES,
        {
            "P": [*ENDS, "no_deal: 1", "no_deal: 2"],
            "Q": ["compare: (a = a1) > (b = b1)"],
            "R": ["priorities: [a == a1]"],
            "S": EASY,
        },
        more="proposals:\n  p: {a: a1}\n",
    )
    ordinal = case_of(
        ISSUES,
        {"P": ["priorities: [a == a1]"], "Q": [*ENDS, "no_deal: 10..90"]},
        more="proposals:\n  p: {a: a1}\n",
    )
    unsure = case_of(
        ISSUES,
        {
            "P": [*ENDS, "no_deal: 0", "red_line: a == a1\nconfidence: medium"],
            "Q": [scores(a={"a0": "1/3", "a1": 1}, b={"b0": 0, "b1": 0}), "no_deal: 1/3"],
            "R": [
                *ENDS,
                "weight: {a: 40..60}",
                "weight: {a: more than 50}\nconfidence: high",
                "no_deal: 10..25",
            ],
        },
        more="proposals:\n  p: {a: a1}\n",
    )
    never = case_of(ISSUES, {"P": [*ENDS, "no_deal: more than 100"], "Q": EASY})
    return tuple(acceptance(case) for case in (broken, ordinal, unsure, never))


def packages(data) -> Iterator[tuple[str, dict[str, Any]]]:
    for sort, items in data["packages"].items():
        for item in items:
            yield sort, item


def number(told) -> Fraction:
    return Fraction(told["exact"]) if isinstance(told, dict) else Fraction(repr(told))


def sentences(section: Section) -> Iterator[str]:
    yield from (sentence.text for sentence in (*section.lead, *section.points))
    for part in section.parts:
        yield from sentences(part)


# --- the contract --------------------------------------------------------------------------------

NAMED = {
    "parties": "{party}",
    "package": "{issue}",
    "options": "{issue}",
    "issues": "{issue}",
    "settled": "{issue}",
    "solutions": "{solution}",
    "{issue}": "{option}",
}
"""Keys below which stand names of the case."""


def leaves(value: Any, path: str = "", name: str = "") -> Iterator[tuple[str, Any]]:
    """Go through the leaves of the answer with their documented paths."""
    if is_number(value) or is_statement(value):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            inside = path == "packages" or name not in NAMED
            step = key if inside else NAMED[name]
            yield from leaves(inner, f"{path}.{step}".lstrip("."), step)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, f"{path}[]", "")
    else:
        yield path, value


def test_every_key_is_documented_with_its_type_and_the_other_way():
    pages = documented()
    kinds = {**pages["In every answer"], **pages["acceptance"]}
    seen = set()
    for one in (answer("harbour"), answer("bill-and-jack"), *strange()):
        data = json.loads(one.json())
        assert data["answer"] == "acceptance"
        for path, value in leaves(data):
            short = path.replace("packages.repairs", "packages.proposals")
            short = short.replace("packages.solutions", "packages.proposals")
            if value in ([], {}):
                assert any(known.startswith(short) for known in kinds), path
                continue
            assert short in kinds, path
            assert fits(value, kinds[short]) or (value is None and "null" in kinds[short]), (
                path,
                value,
            )
            seen.add(short)
    assert set(kinds) <= seen, set(kinds) - seen


@pytest.mark.parametrize("name", ["harbour", "ukraine-2025"])
def test_the_sums_of_the_json_can_be_checked_from_its_own_numbers(name):
    looked_at = 0
    for _, item in packages(answer(name).data()):
        for told in item["parties"].values():
            for side in ("accepting", "refusing", "extreme"):
                witness = told[side]
                if witness is None:
                    continue
                looked_at += 1
                options = witness["reading"]["options"]
                total = sum(number(options[i][o]) for i, o in item["package"].items())
                worths = {r["rule"]: number(r["points"]) for r in witness["reading"]["rules"]}
                total += sum(worths[p["rule"]] for p in witness["parts"] if p["rule"])
                assert total == number(witness["value"])
                gain = total - number(witness["no_deal"])
                assert gain == number(witness["gain"])
                if side != "extreme":
                    assert (gain >= 0) == (side == "accepting")
            assert (told["accepting"] is not None) == (told["verdict"] == "some")
            assert bool(told["decided_by"]) == (told["verdict"] in {"every", "none"})
    assert looked_at > 30


def test_every_proposal_repair_and_solution_is_there():
    analysis = Analysis(case=load("harbour"))
    data = acceptances(analysis).data()
    case, vocabulary = analysis.case, analysis.case.vocabulary
    proposals = [item["proposal"] for item in data["packages"]["proposals"]]
    assert proposals == [proposal.name for proposal in case.proposals]
    wanted = [
        (name, vocabulary.named(repair.judged.package))
        for name, package in vocabulary.proposals.items()
        for repair in repairs_of(analysis, package).found
    ]
    assert [(i["repair_of"], i["package"]) for i in data["packages"]["repairs"]] == wanted
    picks = agreement_of(analysis, fast=True).picks
    assert [i["solution"] for i in data["packages"]["solutions"]] == [
        pick.name for pick in picks for _ in pick.packages
    ]


# --- how steady solutions are --------------------------------------------------------------------


@pytest.fixture(scope="module")
def harbour():
    analysis = Analysis(case=load("harbour"))
    return analysis, steadiness_of(agreement_of(analysis, fast=True))


def found_in(analysis):
    draws = {p.name: analysis.readings.draws[p.name] for p in analysis.case.signatories}
    return solutions_of_listed(analysis.space, draws, analysis.listed)


def test_shares_count_readings_with_a_zone_and_ties_in_equal_parts(harbour):
    analysis, steady = harbour
    found = found_in(analysis)
    assert [one.name for one in steady.solutions] == list(SOLUTIONS)
    for one in steady.solutions:
        picks = found.picks[one.name]
        counts: dict[tuple[int, ...], Fraction] = {}
        options: dict[tuple[int, int], Fraction] = {}
        for reading in np.flatnonzero(found.zone).tolist():
            own = found.packages[picks.package[picks.reading == reading]].tolist()
            assert own
            for package in own:
                part = Fraction(1, len(own))
                counts[tuple(package)] = counts.get(tuple(package), Fraction(0)) + part
                for k, option in enumerate(package):
                    options[k, option] = options.get((k, option), Fraction(0)) + part
        total = int(found.zone.sum())
        assert one.n_packages == len(counts)
        for picked in one.packages:
            assert picked.share.value == pytest.approx(float(counts[picked.package] / total))
        shown = [picked.share.value for picked in one.packages]
        assert shown == sorted(shown, reverse=True)
        for k, shares in enumerate(one.options):
            assert sum(share.value for share in shares) == pytest.approx(1)
            for option, share in enumerate(shares):
                wanted = options.get((k, option), Fraction(0)) / total
                assert share.value == pytest.approx(float(wanted))


def test_the_recommended_package_is_held_against_every_reading(harbour):
    analysis, steady = harbour
    found, recommended = found_in(analysis), steady.recommended
    (nash,) = [p for p in agreement_of(analysis, fast=True).picks if p.name == "nash"]
    assert recommended.judged.package == nash.packages[0].package
    first = np.array(analysis.space.first) + np.array(recommended.judged.package)
    losses, accepted = [], 0
    for reading in np.flatnonzero(found.zone).tolist():
        here = found.picks["nash"].reading == reading
        own = []
        for party in analysis.case.signatories:
            draws = analysis.readings.draws[party.name]
            row = min(reading, len(draws.no_deal) - 1)
            gain = draws.options[row, first].sum() - draws.no_deal[row]
            rules = analysis.space.rule_truth(party.name, np.array([recommended.judged.package]))
            own.append(float(gain + (rules[0] * draws.worths[row]).sum()) / draws.scale)
        losses.append(
            min(
                max(g - o for g, o in zip(row, own, strict=True))
                for row in found.picks["nash"].gains[here].tolist()
            )
        )
        accepted += min(own) >= 0
    assert recommended.shortfall == pytest.approx(float(np.median(losses)), abs=1e-4)
    assert recommended.accepted.value == pytest.approx(accepted / len(losses), abs=1e-3)
    assert min(losses) >= -1e-4


def test_a_share_among_some_readings():
    generator = np.random.default_rng(1)
    mask, among = generator.random(2240) < 0.3, generator.random(2240) < 0.8
    share = share_among(mask, among)
    assert share.value == pytest.approx((mask & among).sum() / among.sum())
    assert share.error == pytest.approx((0.3 * 0.7 / among.sum()) ** 0.5, rel=0.2)
    everywhere = share_among(mask, np.ones(2240, dtype=bool))
    assert (everywhere.value, everywhere.error) == pytest.approx(
        (share_of(mask).value, share_of(mask).error)
    )
    assert share_among(mask, np.zeros(2240, dtype=bool)) is None
    alone = share_among(np.array([0.5]), np.array([True]))
    assert (alone.value, alone.certain, str(alone)) == (0.5, False, "50 %")


def test_an_option_that_a_certain_red_line_excludes_is_proved_never_to_be_picked():
    steady = answer("ukraine-2025").steadiness
    forces = steady.nash.options[1]
    assert [(share.value, share.certain) for share in forces] == [
        (1.0, True),
        (0.0, True),
        (0.0, True),
    ]
    assert not steady.nash.options[5][1].certain


def test_too_many_packages_leave_the_nash_solution():
    found = acceptance(loads(large_case(9, 4, 2)))
    data = found.data()["solutions"]
    assert data["nash"]["withheld"] is None
    assert data["nash"]["packages"][0]["share"] == 1
    for name in ("kalai_smorodinsky", "egalitarian", "utilitarian"):
        assert data[name]["withheld"] == "there are too many packages to list"
        assert (data[name]["packages"], data[name]["issues"]) == ([], {})


def test_numbers_too_large_for_the_search_are_said_so():
    """A no-deal value with 17 decimals needs a unit so fine that doubles cannot hold the sums."""
    text = large_case(9, 4, 2).replace("no_deal: ", "no_deal: 0.00000000000001", 1)
    data = acceptance(loads(text)).data()
    assert "2^52" in data["solutions"]["nash"]["withheld"]
    assert data["recommended"]["is_solution_share"] is None


# --- words ---------------------------------------------------------------------------------------


def test_where_no_package_stands_out_the_issues_lead():
    text = words(answer("ukraine-2025"))
    assert "No single package stands out" in text
    assert (
        "Settled alike in at least 90 % of them: Western forces in Ukraine: none (always)" in text
    )
    assert "Open: Ukraine and NATO (pledge" in text
    assert text.index("Settled alike") < text.index("The package recommended")


def test_where_one_package_stands_out_it_leads():
    text = words(answer("harbour"))
    assert "One package stands out: the Nash solution is, in 5" in text
    assert "No single package" not in text


def test_verdicts_are_told_with_their_reasons():
    text = words(answer("harbour"))
    assert "Even in the reading least favourable to it, it is 55 points over no deal." in text
    assert "In every reading it is 38 points short of no deal." in text
    assert "It crosses a red line; what else the package holds" in text
    assert "What separates the two most: shifts voluntary (" in text


def test_a_sum_on_the_page_adds_up():
    (section,) = answer("ukraine-2025").sections()
    tables = [t for p in section.parts for q in p.parts for t in q.tables]
    assert len(tables) > 10
    for table in tables:
        for column in range(2, len(table.columns)):
            cells = [str(row[column]).replace("\N{MINUS SIGN}", "-") for row in table.rows]
            *parts, value, no_deal, gain = map(Fraction, cells)
            assert sum(parts) == value
            assert value - no_deal == gain


def test_what_only_a_red_line_decides_is_told_as_such():
    text = words(strange()[2])
    assert "It refuses only where the red line 'a == a1' counts" in text
    assert "Where it refuses" not in text


def test_parties_without_values_are_told_so():
    broken, ordinal, _, never = map(words, strange())
    assert "No solutions: Party P: the statements contradict each other" in broken
    assert "What is said of this party contradicts itself" in broken
    assert "Best or worst options are not known" in broken
    assert "they need cardinal statements from Party P" in ordinal
    assert "In no reading that was drawn is there a package that all signatories accept" in never


def test_one_reading_leaves_nothing_to_vary():
    text = words(answer("bill-and-jack"))
    assert "There is one reading only, so nothing varies" in text
    assert "stands out" not in text


def test_a_report_tells_the_short_form():
    (chapter,) = answer("ukraine-2025").chapter()
    lead = [sentence.text for sentence in chapter.lead]
    assert 4 <= len(lead) <= 6
    assert set(lead) <= set(sentences(answer("ukraine-2025").sections()[0]))
    assert strange()[0].chapter() == ()


def test_numbers_stand_as_they_are_added_up():
    assert aligned([Fraction(3), Fraction(-1, 8)]) == ["3.000", "\N{MINUS SIGN}0.125"]
    assert aligned([Fraction(100, 7)]) == ["100/7"]
    about = aligned([Fraction(1, 10**6 + 3)])
    assert about == ["\N{ALMOST EQUAL TO} 0"]
