"""Why nothing is acceptable and what binds: looking at every package and searching must agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from detente import reckoning
from detente.analysis import Analysis
from detente.case import Case
from detente.number import parse_number
from detente.packages import as_choices
from detente.reckoning import Reckoning
from detente.solvers.certificate import Certificate, Exhausted, Outweighed, verify
from detente.table import Section, Table
from detente.vocabulary import Package
from detente.work import Work
from detente.zone import Emptiness, binding, emptiness
from tests.answers.cases import EASY, ISSUES, case_of, random_exact, scores

Distance = tuple[int, int, Fraction]

STRICT = [random_exact(seed, generous=False) for seed in range(100, 190)]
EMPTY = [exact.case() for exact in STRICT if exact.packages and not exact.zone]
CASES = [exact.case() for exact in STRICT if exact.packages]


def analysed(case: Case, **work: Any) -> Analysis:
    analysis = Analysis(case=case, work=Work(**work))
    analysis.require(case.signatories)
    return analysis


def sets_of(empty: Emptiness) -> set[frozenset[tuple[str, str]]]:
    return {frozenset((r.party, r.text) for r in group) for group in empty.sets}


def refused(analysis: Analysis, package: Package) -> tuple[frozenset[int], Distance]:
    """Return which signatories refuse a package, and how far it is from being acceptable."""
    row = as_choices([package], len(package))
    gains = [analysis.valuation.in_points(gain) for gain in analysis.valuation.gains(row)[0]]
    crossed = analysis.valuation.crossed(row)[0].tolist()
    who = frozenset(p for p, gain in enumerate(gains) if gain < 0 or crossed[p])
    return who, (len(who), sum(crossed), max(max(-gain, Fraction(0)) for gain in gains))


@pytest.mark.parametrize("case", EMPTY)
def test_searching_finds_the_sets_that_exclude_each_other(case):
    analysis = analysed(case)
    looked, searched = emptiness(analysis, analysis.listed), emptiness(analysis, None)
    assert searched.feasible
    if looked.complete:
        assert searched.complete
        assert sets_of(searched) == sets_of(looked)
    else:
        assert [len(group) for group in searched.sets] == [len(group) for group in looked.sets]


@pytest.mark.parametrize("case", EMPTY)
def test_searching_finds_the_nearest_package_of_every_set_of_signatories(case):
    analysis = analysed(case)
    assert analysis.listed is not None
    best: dict[frozenset[int], Distance] = {}
    for row in analysis.listed.tolist():
        who, distance = refused(analysis, tuple(row))
        best[who] = min(distance, best.get(who, distance))
    fewest = min(map(len, best))
    wanted = sorted(distance for who, distance in best.items() if len(who) == fewest)
    empty = emptiness(analysis, None)
    assert empty.nearest_proved
    found = [refused(analysis, near.package) for near in empty.nearest]
    assert [distance for _, distance in found] == wanted[:5]
    assert len({who for who, _ in found}) == len(found)
    assert all(best[who] == distance for who, distance in found)


@pytest.mark.parametrize("case", CASES)
def test_searching_finds_what_binds(case):
    analysis = analysed(case)
    looked, searched = binding(analysis, analysis.listed), binding(analysis, None)
    assert [replace(b, n_added=None) for b in looked] == list(searched)


def test_the_cases_have_every_sort_of_reason():
    found = [(a := analysed(case), emptiness(a, a.listed)) for case in EMPTY]
    sizes = {len(group) for _, empty in found for group in empty.sets}
    assert {1, 2, 3} <= sizes
    assert any(binding(analysis, None) for analysis, _ in found)


@pytest.mark.parametrize("case", EMPTY)
def test_the_certificate_proves_it(case):
    analysis = analysed(case)
    told = emptiness(analysis, analysis.listed).reckoning
    assert told is not None
    assert verify(told.certificate, analysis.diagram.factors)


# --- the certificate for people ------------------------------------------------------------------


def tables(section: Section) -> list[Table]:
    return [*section.tables, *(table for part in section.parts for table in tables(part))]


def exact(text: Any) -> Fraction:
    number = parse_number(str(text).replace("\N{MINUS SIGN}", "-"))
    assert number is not None, text
    return number


def test_the_sums_that_are_shown_add_up():
    n_tables = 0
    for case in EMPTY:
        analysis = analysed(case)
        told = emptiness(analysis, analysis.listed).reckoning
        assert told is not None
        data = told.data(case)["cases"]
        weighed = [one for one in data if one["weights"]][: reckoning.MOST_SHOWN]
        shown = tables(told.section(case))
        assert len(shown) == min(len(weighed), len(shown))
        for table, one in zip(shown, weighed, strict=False):
            weights = [entry["weight"] for entry in one["weights"]]
            *parts, together, no_deal = [[exact(cell) for cell in row[2:]] for row in table.rows]
            assert [sum(column) for column in zip(*parts, strict=True)] == together
            for row in (*parts, together, no_deal):
                values, weighted = (row[:-1], row[-1]) if sum(weights) > 1 else (row, row[0])
                assert weighted == sum(w * v for w, v in zip(weights, values, strict=True))
            assert together[-1] < no_deal[-1]
            n_tables += 1
    assert n_tables > 20


def pulled_apart() -> Case:
    """Two parties who could only meet half way, where there is no half way."""
    both = {"a0": 10, "a1": 0, "a2": 4}, {"a0": 0, "a1": 10, "a2": 4}
    calm = {"b0": 0, "b1": 0}
    return case_of(
        {"a": "a0 a1 a2", "b": "b0 b1"},
        {party: [scores(a=a, b=calm), "no_deal: 5"] for party, a in zip("PQ", both, strict=True)},
    )


def test_cases_are_told_apart_where_one_sum_does_not_suffice():
    case = pulled_apart()
    analysis = analysed(case)
    told = emptiness(analysis, analysis.listed).reckoning
    assert told is not None
    section = told.section(case)
    titles = [part.title for part in section.parts]
    assert all(title.startswith("If a is ") for title in titles)
    assert len(titles) > 1
    assert not section.tables
    cases = told.data(case)["cases"]
    options = [option for one in cases for option in one["where"][-1]["options"]]
    assert sorted(options) == ["a0", "a1", "a2"]


def test_a_certificate_of_many_cases_shows_some(monkeypatch):
    monkeypatch.setattr(reckoning, "MOST_SHOWN", 1)
    monkeypatch.setattr(reckoning, "MOST_DATA", 1)
    case = pulled_apart()
    analysis = analysed(case)
    told = emptiness(analysis, analysis.listed).reckoning
    assert told is not None
    assert len(tables(told.section(case))) == 1
    data = told.data(case)
    assert data["leaves"] > data["listed"] == len(data["cases"]) == 1
    assert "The first 1 are shown" in " ".join(s.text for s in told.section(case).lead)


def test_a_party_alone_is_told_without_weights():
    case = case_of(
        ISSUES,
        {"P": [scores(a={"a0": 1, "a1": 2}, b={"b0": 0, "b1": "1/3"}), "no_deal: 3"], "Q": EASY},
    )
    analysis = analysed(case)
    told = emptiness(analysis, analysis.listed).reckoning
    assert told is not None
    section = told.section(case)
    text = "However the issues are settled, Party P comes to 7/3 points at the most"
    assert section.lead[-1].text == f"{text}; no deal is worth 3."
    (table,) = section.tables
    assert [column.key for column in table.columns] == ["issue", "settled", "P"]


def test_ranks_are_not_weighed():
    case = case_of(
        {"a": "a0 a1"},
        {
            "P": ["ranking: (a = a1) > no deal > (a = a0)"],
            "Q": [scores(a={"a0": 1, "a1": 0}), "no_deal: 1"],
        },
    )
    analysis = analysed(case)
    empty = emptiness(analysis, analysis.listed)
    assert empty.reckoning is None
    assert empty.data(case)["certificate"] is None
    assert sets_of(empty) == sets_of(emptiness(analysis, None))


def test_conditions_that_leave_nothing_are_told():
    lines = ["red_line: a == a0", "red_line: a == a1 and b == b0", "red_line: b == b1"]
    case = case_of(ISSUES, {"P": [*EASY, *lines], "Q": EASY})
    analysis = analysed(case)
    empty = emptiness(analysis, analysis.listed)
    assert empty.feasible
    assert empty.reckoning is not None
    (sentence,) = empty.reckoning.section(case).lead[1:]
    assert sentence.text == "Constraints and red lines leave no combination of a and b here."
    (one,) = empty.reckoning.data(case)["cases"]
    assert one == {"where": [], "weights": [], "parts": [], "most": None, "no_deal": None}


def test_an_exhausted_search_is_told_as_one():
    case = pulled_apart()
    certificate = Certificate(proof=Exhausted(n_partial=1234))
    told = Reckoning(certificate=certificate, parties=("P", "Q"), no_deal=(5, 5), scale=1)
    (sentence,) = told.section(case).lead
    assert "up to 1,234 of them at once" in sentence.text
    assert told.data(case) == {"searched": 1234, "leaves": 0, "listed": 0, "cases": []}


# --- any size, and limits ------------------------------------------------------------------------


def large(no_deal: int) -> Case:
    """Sixteen issues between three parties, of whom each wants what the others do not."""
    issues = {f"i{k}": "x y z" for k in range(16)}
    points: Mapping[str, tuple[int, int, int]] = {"P": (9, 0, 3), "Q": (0, 9, 3), "R": (1, 2, 6)}
    more = "constraints:\n  - require: i0 != x or i1 != x\n"
    return case_of(
        issues,
        {
            party: [
                scores(**{name: dict(zip("xyz", own, strict=True)) for name in issues}),
                f"no_deal: {no_deal}",
                *(["red_line: i2 == x"] if party == "Q" else []),
            ]
            for party, own in points.items()
        },
        more=more,
    )


def test_reasons_are_given_at_any_size():
    case = large(80)
    analysis = analysed(case)
    assert analysis.listed is None
    empty = emptiness(analysis, None)
    worth = "the package is worth no less than no deal"
    pairs = [("P", "Q"), ("P", "R"), ("Q", "R")]
    assert sets_of(empty) == {frozenset({(a, worth), (b, worth)}) for a, b in pairs}
    assert empty.complete
    assert empty.nearest_proved
    factors = analysis.diagram.factors
    found = [refused(analysis, near.package) for near in empty.nearest]
    assert {who for who, _ in found} == {frozenset({0, 1}), frozenset({0, 2}), frozenset({1, 2})}
    for (_, distance), near in zip(found, empty.nearest, strict=True):
        assert max(short for short in near.shortfalls.values() if short is not None) == distance[2]
    assert empty.reckoning is not None
    assert verify(empty.reckoning.certificate, factors)
    assert isinstance(empty.reckoning.certificate.proof, Outweighed)


def test_what_binds_is_found_at_any_size_without_counting():
    found = binding(analysed(large(40)), None)
    assert [(b.party, b.n_added) for b in found] == [("Q", None), (None, None)]
    assert not binding(analysed(large(80)), None)


def test_past_the_time_nothing_is_claimed():
    analysis = analysed(large(80), seconds=0.0)
    empty = emptiness(analysis, None)
    assert not empty.complete
    assert not empty.nearest_proved
    assert not empty.sets
    assert not empty.nearest
    assert empty.feasible
    text = " ".join(sentence.text for sentence in empty.section(analysis.case).lead)
    assert "no package is acceptable to all" in text
