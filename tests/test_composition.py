"""A case made ready tells of every package what analysing and mending it tells, only sooner."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente import analysis as analysing
from detente.analysis import Analysis
from detente.case import Case
from detente.catalog import load
from detente.composition import Composition, composition_of
from detente.errors import UnanswerableError
from detente.formats import loads
from detente.mending import Repairs, repairs_of
from detente.position import position_of
from detente.vocabulary import Package
from detente.work import Work


def made_ready(case: Case, *, readings: int = 100) -> Composition:
    """Return a case made ready, as it arrives from another process."""
    ready = composition_of(Analysis(case=case, work=Work(readings=readings)))
    found: Composition = pickle.loads(pickle.dumps(ready))  # noqa: S301 - our own
    return found


@cache
def catalogued(name: str) -> Composition:
    """Return a case of the catalogue made ready, once for all tests that only look."""
    return made_ready(load(name))


def outlined(repairs: Repairs | None) -> list[object]:
    """Return of repairs what is proved in passing: the packages, and what all together make."""
    assert repairs is not None
    found = [(one.judged.package, one.judged.together, one.n_changes) for one in repairs.found]
    return [repairs.searched, repairs.proved, *found, *(one.tied for one in repairs.found)]


def some_packages(case: Case, number: int, *, seed: int = 1) -> Iterator[Package]:
    dice = random.Random(seed)  # noqa: S311 - samples, no secrets
    yield case.vocabulary.status_quo
    yield from case.vocabulary.proposals.values()
    for _ in range(number):
        yield tuple(dice.randrange(len(issue.options)) for issue in case.issues)


@pytest.mark.parametrize(
    ("name", "number"), [("harbour", 6), ("ukraine-2025", 0), ("three-claimants", 6)]
)
def test_it_tells_what_analysing_and_mending_tell(name: str, number: int) -> None:
    ready = catalogued(name)
    case, analysis = ready.case, Analysis(case=ready.case, work=Work(readings=100))
    n_repairs = 0
    for package in some_packages(case, number):
        look = ready.look(package)
        assert look.judged == analysis.judge([package])[0]
        assert ready.repairs(package) == repairs_of(analysis, package)
        assert outlined(look.repairs) == outlined(ready.repairs(package))
        for party in case.parties:
            own, worth = look.judged.parties[party.name], look.worths[party.name]
            position = position_of(analysis, party, own, package)
            assert look.crossed[party.name] == position.red_lines
            assert (worth is None) == (position.value is None)
            if worth and position.value and position.no_deal and position.gain:
                assert worth.value == position.value.central
                assert worth.no_deal == position.no_deal.central
                assert worth.gain == position.gain.central
        n_repairs += len(look.repairs.found if look.repairs else ())
    assert n_repairs or name == "three-claimants"


MADE_UP = """\
detente: 1
title: Made up
parties:
  north: North
  south: South
  city: {{title: City, signatory: false}}
issues:
  land: {{options: [a, b, c], status_quo: a}}
  pay: {{range: 0..4, step: 1, status_quo: 0}}
  law: {{options: [old, new], status_quo: old}}
constraints:
  - require: not (land == {barred} and law == new)
preferences:
  north:
    - order: {{land: {north}, pay: 0 > 4, law: new > old}}
    - no_deal: {low}..{high}
    - red_line: pay == {line}
      confidence: {confidence}
  south:
    - scores:
        land: {{a: {x}, b: {y}, c: 10}}
        pay: {{0: 0, 4: {z}}}
        law: {{old: 5, new: 0}}
    - no_deal: {floor}
  city:
    - ranking: (land = c) > no deal > (land = a)
"""


@st.composite
def made_up(draw: st.DrawFn) -> Case:
    """Return a small case with a party in statements, one on points, and one in an order."""
    low = draw(st.integers(0, 60))
    return loads(
        MADE_UP.format(
            barred=draw(st.sampled_from("abc")),
            north=" > ".join(draw(st.permutations("abc"))),
            low=low,
            high=low + draw(st.integers(0, 30)),
            line=draw(st.integers(0, 4)),
            confidence=draw(st.sampled_from(["certain", "medium"])),
            x=draw(st.integers(0, 20)),
            y=draw(st.integers(0, 20)),
            z=draw(st.integers(0, 20)),
            floor=draw(st.integers(0, 40)),
        )
    )


@settings(max_examples=15, deadline=None)
@given(case=made_up(), seed=st.integers(0, 9))
def test_any_case_is_told_alike(case: Case, seed: int) -> None:
    ready = made_ready(case, readings=20)
    analysis = Analysis(case=case, work=Work(readings=20))
    for package in some_packages(case, 4, seed=seed):
        look = ready.look(package)
        assert look.judged == analysis.judge([package])[0]
        assert ready.repairs(package) == repairs_of(analysis, package)
        assert outlined(look.repairs) == outlined(ready.repairs(package))
        met = {constraint for constraint in case.constraints if constraint not in look.broken}
        assert met == {
            constraint
            for constraint in case.constraints
            if constraint.condition.holds(package, case.vocabulary)
        }


def test_a_glance_proves_nothing_and_contradicts_nothing() -> None:
    case = load("harbour")
    ready, other = catalogued("harbour"), made_ready(case)
    unproved = 0
    for package in some_packages(case, 40):
        glance, look = other.glance(package), ready.look(package)
        assert look.proved
        for name, judgement in glance.judged.parties.items():
            proved = look.judged.parties[name]
            if glance.proved:
                assert judgement == proved
            elif judgement != proved:
                assert judgement.kind == "some"
                assert judgement.share is not None
                assert judgement.share.value in {0, 1}
                unproved += 1
    assert unproved


def test_where_packages_are_too_many_repairs_are_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    case = load("harbour")
    listed = catalogued("harbour")
    monkeypatch.setattr(analysing, "LISTED_PACKAGES", 10)
    searched = made_ready(case)
    assert listed.listed
    assert not searched.listed
    package = case.vocabulary.status_quo
    assert searched.look(package).repairs is None
    assert searched.repairs(package) == listed.repairs(package)


def test_a_contradiction_leaves_the_others_answered_for() -> None:
    text = MADE_UP.format(
        barred="a", north="a > b > c", low=20, high=30, line=4, confidence="certain",
        x=1, y=2, z=9, floor=5,
    )  # fmt: skip
    torn = text.replace("    - no_deal: 5", "    - no_deal: 5\n    - no_deal: 90")
    ready = made_ready(loads(torn), readings=20)
    look = ready.look(ready.case.vocabulary.status_quo)
    assert look.judged.parties["south"].kind == "contradictory"
    assert look.worths["south"] is None
    assert look.judged.parties["north"].share is not None
    assert look.judged.together is None
    assert look.repairs is None
    with pytest.raises(UnanswerableError, match="South"):
        ready.repairs(ready.case.vocabulary.status_quo)


def test_bars_hold_every_value() -> None:
    ready = catalogued("ukraine-2025")
    for package in some_packages(ready.case, 50):
        for name, worth in ready.worths(package).items():
            if worth is not None:
                low, high = ready.ends[name]
                assert low <= min(worth.value, worth.no_deal)
                assert max(worth.value, worth.no_deal) <= high


def test_a_case_that_answers_for_nobody_can_be_looked_at() -> None:
    text = """\
detente: 1
title: Nobody is described soundly
parties: {a: Ada}
issues: {i: {options: [o, p], status_quo: o}}
preferences:
  a: [{order: {i: o > p}}, {order: {i: p > o}}]
"""
    ready = made_ready(loads(text))
    assert "contradict each other" in ready.unanswerable
    assert not ready.look((1,)).judged.parties["a"].share
