"""Exact cases against brute force: zone, frontier, solutions, reasons and repairs."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from detente.answers.explain import explain
from detente.answers.repair import repair
from detente.answers.settle import settle
from tests import oracles
from tests.answers.cases import Exact, Packed, case_of, random_exact, scores

GENEROUS = [random_exact(seed, generous=True) for seed in range(40)]
STRICT = [random_exact(seed, generous=False) for seed in range(100, 160)]
EMPTY = [exact for exact in STRICT if exact.packages and not exact.zone]


def number(value: Any) -> Fraction:
    """Read a number of the JSON contract, exactly."""
    if isinstance(value, dict):
        assert float(Fraction(value["exact"])) == value["value"]
        return Fraction(value["exact"])
    return Fraction(str(value))


def frontier_of(exact: Exact) -> list[Packed]:
    kept = oracles.frontier(exact.scaled_gains(exact.zone))
    return [package for package, on in zip(exact.zone, kept, strict=True) if on]


def test_the_random_cases_are_of_every_sort():
    assert sum(bool(exact.zone) for exact in GENEROUS) > 20
    assert len(EMPTY) > 20
    assert sum(bool(exact.forbidden) for exact in GENEROUS) > 10
    assert any(player.no_deal < -6 for exact in GENEROUS for player in exact.players)


@pytest.mark.parametrize("exact", GENEROUS + STRICT)
def test_zone_and_frontier_are_those_of_brute_force(exact):
    if not exact.packages:
        return
    data = settle(exact.case()).data()
    assert data["feasible"]["packages"] == len(exact.packages)
    assert data["acceptable"]["packages"] == len(exact.zone)
    assert data["status"] == ("exact" if exact.zone else "infeasible")
    assert data["zone"] == {
        "share": float(bool(exact.zone)),
        "error": 0.0,
        "proved": True,
        "unsettled": 0,
    }
    expected = frontier_of(exact)
    frontier = data["frontier"]
    assert frontier["complete"] is True
    assert frontier["packages"] == len(expected)
    assert frontier["vectors"] == len({tuple(exact.gains(package)) for package in expected})
    listed = {tuple(item["package"].items()): item for item in frontier["items"]}
    assert set(listed) == {tuple(exact.named(package).items()) for package in expected}
    for package in expected:
        item = listed[tuple(exact.named(package).items())]
        for k, player in enumerate(exact.players):
            assert number(item["values"][f"P{k}"]) == player.value(package)
            assert number(item["gains"][f"P{k}"]) == player.gain(package)
        assert set(item["shares"].values()) == {1.0}


@pytest.mark.parametrize("exact", GENEROUS)
def test_solutions_are_those_of_brute_force_with_their_ties(exact):
    if not exact.packages:
        return
    solutions = settle(exact.case()).data()["solutions"]
    if not exact.zone:
        assert solutions == {}
        return
    for name, solve in oracles.SOLUTIONS.items():
        tied = [exact.zone[row] for row in solve(exact.scaled_gains(exact.zone))]
        found = solutions[name]
        assert found["tied"] == len(tied)
        assert found["packages"] == [exact.named(package) for package in tied][:5]
        values = [player.value(tied[0]) for player in exact.players]
        assert [number(value) for value in found["values"].values()] == values
        assert found["share"] == 1.0


@pytest.mark.parametrize("exact", GENEROUS + STRICT)
def test_what_binds_is_what_adds_packages_when_taken_away(exact):
    if not exact.packages:
        return
    expected = []
    for k, player in enumerate(exact.players):
        for line in player.red_lines:
            fewer = tuple(other for other in player.red_lines if other != line)
            players = list(exact.players)
            players[k] = replace(player, red_lines=fewer)
            added = len(replace(exact, players=tuple(players)).zone) - len(exact.zone)
            expected.append((f"P{k}", added))
    for forbidden in exact.forbidden:
        fewer = tuple(other for other in exact.forbidden if other != forbidden)
        expected.append((None, len(replace(exact, forbidden=fewer).zone) - len(exact.zone)))
    found = settle(exact.case()).data()["binding"]
    assert [(b["party"], b["would_add"]) for b in found] == [e for e in expected if e[1]]


@pytest.mark.parametrize("exact", EMPTY)
def test_an_empty_zone_names_the_smallest_excluding_sets(exact):
    empty = settle(exact.case()).data()["empty"]
    sizes = [len(group) for group in empty["excluding"]]
    assert sizes == sorted(sizes)
    expected = sorted(
        sorted(exact.requirements()[i][0] for i in group) for group in exact.excluding()
    )
    found = sorted(sorted(one["party"] for one in group) for group in empty["excluding"])
    if empty["complete"]:
        assert found == expected
    else:
        assert len(found) == 5
        assert len(expected) > 5


@pytest.mark.parametrize("exact", EMPTY)
def test_an_empty_zone_names_the_nearest_packages(exact):
    def distance(package: Packed) -> tuple[int, int, Fraction]:
        refusing = [player for player in exact.players if not player.accepts(package)]
        crossing = [player for player in exact.players if player.crosses(package)]
        short = max(max(Fraction(0), -player.gain(package)) for player in exact.players)
        return len(refusing), len(crossing), short

    nearest = settle(exact.case()).data()["empty"]["nearest"]
    ordered = sorted(exact.packages, key=distance)
    assert [near["package"] for near in nearest] == [exact.named(p) for p in ordered[:5]]
    for near, package in zip(nearest, ordered, strict=False):
        for k, player in enumerate(exact.players):
            assert (f"P{k}" in near["red_lines"]) == player.crosses(package)
            short = near["shortfalls"].get(f"P{k}", 0)
            assert number(short) == max(Fraction(0), -player.gain(package))


def test_a_zone_that_is_not_empty_has_no_reason_to_be():
    exact = next(exact for exact in GENEROUS if exact.zone)
    assert settle(exact.case()).data()["empty"] is None


@pytest.mark.parametrize("exact", GENEROUS[:20] + STRICT[:20])
def test_repairs_of_an_exact_case_are_the_nearest_acceptable_packages(exact):
    if not exact.packages:
        return
    start = exact.packages[-1]
    text = ", ".join(f"{issue} = {option}" for issue, option in exact.named(start).items())
    data = repair(exact.case(), text).data()
    assert data["proved"] is True
    assert data["shares"]["all"] in {0.0, 1.0}
    if start in exact.zone or not exact.zone:
        assert data["repairs"] == []
        return

    def changed(package: Packed) -> list[tuple[int, int]]:
        return [(k, b) for k, (a, b) in enumerate(zip(start, package, strict=True)) if a != b]

    fewest = min(len(changed(package)) for package in exact.zone)
    best = [package for package in exact.zone if len(changed(package)) == fewest]
    best.sort(key=lambda package: ([k for k, _ in changed(package)], package))
    expected = [
        {
            issue: [exact.named(start)[issue], option]
            for issue, option in exact.named(package).items()
            if option != exact.named(start)[issue]
        }
        for package in best
    ]
    assert [r["changes"] for r in data["repairs"]] == expected[:3]
    for found in data["repairs"]:
        assert found["tied"] == len(best) - 1
        assert set(found["shares"].values()) == {1.0}
    assert explain(exact.case(), text).data()["repairs"] == data["repairs"]


@pytest.mark.parametrize("exact", GENEROUS[:12])
def test_every_package_of_an_exact_case_is_explained_as_brute_force_says(exact):
    case = exact.case()
    for package in exact.packages[:4]:
        text = ", ".join(f"{issue} = {option}" for issue, option in exact.named(package).items())
        data = explain(case, text).data()
        for k, player in enumerate(exact.players):
            found = data["parties"][f"P{k}"]
            accepts = player.accepts(package)
            assert found["verdict"] == ("every" if accepts else "none")
            assert (found["share"], found["error"]) == (float(accepts), 0.0)
            assert number(found["gain"]["central"]) == player.gain(package)
            assert len(found["red_lines"]) == sum(
                player.crosses(package) and all(package[i] == o for i, o in line)
                for line in player.red_lines
            )
            parts = sum(number(part["points"]) for part in found["contributions"])
            assert parts == player.gain(package)
        everybody = all(player.accepts(package) for player in exact.players)
        assert data["all"]["share"] == float(everybody)


def test_thirds_are_told_exactly_beside_the_double():
    points = scores(a={"a0": 0, "a1": "1/3"})
    case = case_of({"a": "a0 a1"}, {"A": [points, "no_deal: 0"], "B": [points, "no_deal: 0.25"]})
    found = explain(case, "a = a1").data()["parties"]
    third = {"value": 1 / 3, "exact": "1/3"}
    assert found["A"]["value"] == {"central": third, "low": third, "high": third}
    assert found["B"]["no_deal"] == {"central": 0.25, "low": 0.25, "high": 0.25}
    assert found["B"]["gain"]["central"] == {"value": 1 / 12, "exact": "1/12"}


def test_an_affected_party_is_shown_and_decides_nothing():
    case = case_of(
        {"a": "a0 a1"},
        {
            "A": [scores(a={"a0": 0, "a1": 1}), "no_deal: 0"],
            "B": [scores(a={"a0": 0, "a1": 1}), "no_deal: 0"],
            "C": [scores(a={"a0": 5, "a1": 0}), "no_deal: 5", "red_line: a == a1"],
        },
        affected={"C"},
    )
    data = settle(case).data()
    assert data["acceptable"]["packages"] == 2
    assert data["solutions"]["nash"]["packages"] == [{"a": "a1"}]
    assert data["solutions"]["nash"]["gains"] == {"A": 1, "B": 1, "C": -5}
    explained = explain(case, "a = a1").data()
    assert explained["all"]["share"] == 1.0
    assert explained["parties"]["C"]["verdict"] == "none"
    assert explained["parties"]["C"]["signatory"] is False
    assert data["binding"] == []


def test_where_narrows_what_is_listed_and_nothing_else():
    exact = next(exact for exact in GENEROUS if len(frontier_of(exact)) > 1)
    case = exact.case()
    whole = settle(case).data()
    chosen = whole["frontier"]["items"][0]["package"]["a"]
    narrow = settle(case, where=f"a == {chosen}").data()
    kept = [i for i in whole["frontier"]["items"] if i["package"]["a"] == chosen]
    assert narrow["frontier"]["items"] == kept
    assert 0 < narrow["frontier"]["listed"] == len(kept)
    for key in ("acceptable", "solutions", "zone", "binding", "empty"):
        assert narrow[key] == whole[key]
    for key in ("vectors", "packages"):
        assert narrow["frontier"][key] == whole["frontier"][key]


def test_no_package_may_be_feasible_at_all():
    more = "constraints:\n  - require: a == a1 and a == a0\n"
    points = scores(a={"a0": 0, "a1": 1})
    case = case_of(
        {"a": "a0 a1"}, {"A": [points, "no_deal: 0"], "B": [points, "no_deal: 0"]}, more=more
    )
    answer = settle(case)
    data = answer.data()
    assert data["status"] == "infeasible"
    assert data["feasible"]["packages"] == 0
    assert data["empty"]["nearest"] == []
    assert [b["would_add"] for b in data["binding"]] == [2]
    assert "no package" in str(answer)
