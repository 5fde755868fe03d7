"""Every case that ships gives what its ``expect.yaml`` says, and assumes no verdict whole."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import yaml

from detente.answers.explain import Explanation
from detente.answers.settle import Settlement
from detente.catalog import load, names, path_of
from detente.errors import UnknownNameError
from detente.factors import Choices
from detente.packages import enumerate_packages
from detente.solvers.bargaining import SOLUTIONS
from detente.statements.red_line import RedLine
from tests.answers.cases import VALUED, report
from tests.conftest import ROOT

KEYS = {
    "": {"case", "packages", "feasible", "settle", "explain", "less_ready", "hold"},
    "settle": {
        "status",
        "zone_share",
        "acceptable",
        "acceptable_packages",
        "frontier",
        "solutions",
    },
    "frontier": {"vectors", "packages", "gains"},
    "solution": {"values", "count", "packages", "sum_of_gains"},
    "party": {"verdict", "if_all_hold", "share", "gain", "red_line"},
    "all": {"verdict", "share"},
    "repair": {"changes", "share"},
}


def expected(name: str) -> dict[str, Any]:
    path = path_of(name)
    beside = ROOT / "detente" / "catalog"
    (file,) = beside.rglob(path.name.replace(".yaml", ".expect.yaml"))
    found = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - ours
    assert found["case"] == name
    return found


def within(found: float, wanted: Any) -> bool:
    """Tell whether a share is the one expected, or lies in the range expected."""
    low, high = wanted if isinstance(wanted, list) else (wanted, wanted)
    return float(low) <= found <= float(high)


@pytest.mark.parametrize("name", VALUED)
def test_a_case_gives_what_is_expected_of_it(name):
    wanted = expected(name)
    assert set(wanted) <= KEYS[""]
    result = report(name)
    assert result.ok
    assert result.settlement is not None
    assert int(wanted["packages"]) == result.case.vocabulary.n_packages
    if "feasible" in wanted:
        assert int(wanted["feasible"]) == result.settlement.agreement.n_feasible
    settled(result.settlement, wanted.get("settle", {}))
    answers = dict(zip((p.name for p in result.case.proposals), result.explanations, strict=True))
    for proposal, parties in wanted["explain"].items():
        explained(answers[proposal], parties)
    for less in wanted.get("less_ready", []):
        share, other = (
            answers[less[key]].judged.parties[less["party"]].share for key in ("proposal", "than")
        )
        assert share is not None
        assert other is not None
        assert other.value - share.value > 5 * (share.error + other.error)


def settled(result: Settlement, wanted: Mapping[str, Any]) -> None:
    assert set(wanted) <= KEYS["settle"]
    data = result.data()
    if "status" in wanted:
        assert data["status"] == wanted["status"]
    if "zone_share" in wanted:
        assert within(data["zone"]["share"], wanted["zone_share"])
    if "acceptable" in wanted:
        assert data["acceptable"]["packages"] == int(wanted["acceptable"])
    if "acceptable_packages" in wanted:
        rows = acceptable(result)
        found = [result.case.vocabulary.named(tuple(row)) for row in rows.tolist()]
        assert sorted(found, key=str) == sorted(wanted["acceptable_packages"], key=str)
    frontier = wanted.get("frontier", {})
    assert set(frontier) <= KEYS["frontier"]
    for key in ("vectors", "packages"):
        if key in frontier:
            assert data["frontier"][key] == int(frontier[key])
    if "gains" in frontier:
        found = {tuple(item["gains"].items()) for item in data["frontier"]["items"]}
        assert found == {
            tuple((party, int(gain)) for party, gain in gains.items())
            for gains in frontier["gains"]
        }
    for name, solution in wanted.get("solutions", {}).items():
        assert set(solution) <= KEYS["solution"]
        solved(result, name, solution)


def acceptable(result: Settlement) -> Choices:
    """Return the packages that all signatories accept, from the list of all."""
    analysis = result.analysis
    every = enumerate_packages(analysis.space)
    accepted = analysis.valuation.acceptable(every)[:, analysis.signatory_columns]
    return every[accepted.all(axis=1)]


def solved(result: Settlement, name: str, wanted: Mapping[str, Any]) -> None:
    agreement = result.agreement
    valuation = result.analysis.valuation
    rows = acceptable(result)
    columns = result.analysis.signatory_columns
    tied = rows[SOLUTIONS[name].solve(valuation.gains(rows)[:, columns])]
    found = result.data()["solutions"][name]
    assert found["tied"] == len(tied)
    if "count" in wanted:
        assert found["tied"] == int(wanted["count"])
    if "values" in wanted:
        lists = wanted["values"] if isinstance(wanted["values"], list) else [wanted["values"]]
        vectors = {tuple(agreement.values(tuple(row))) for row in tied.tolist()}
        assert vectors == {tuple(Fraction(n) for n in values.values()) for values in lists}
        assert tuple(lists[0]) == valuation.parties
    if "sum_of_gains" in wanted:
        for row in tied.tolist():
            assert sum(agreement.gains(tuple(row))) == Fraction(wanted["sum_of_gains"])
    if "packages" in wanted:
        assert found["packages"] == wanted["packages"]


def explained(answer: Explanation, wanted: Mapping[str, Any]) -> None:
    data = answer.data()
    known = {*data["parties"], "all", "repairs"}
    assert set(wanted) <= known
    for party, of_party in wanted.items():
        if party == "repairs":
            repaired(data["repairs"], of_party)
        elif party == "all":
            assert set(of_party) <= KEYS["all"]
            assert within(data["all"]["share"], of_party["share"])
            if of_party.get("verdict") == "some":
                assert 0 < data["all"]["share"] < 1
        else:
            positioned(data["parties"][party], of_party)


def positioned(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    assert set(wanted) <= KEYS["party"]
    assert found["verdict"] == wanted["verdict"]
    if "if_all_hold" in wanted:
        assert found["if_all_hold"] == wanted["if_all_hold"]
    if "share" in wanted:
        assert within(found["share"], wanted["share"])
    if "gain" in wanted:
        assert Fraction(str(found["gain"]["central"])) == Fraction(wanted["gain"])
    if "red_line" in wanted:
        (line,) = found["red_lines"]
        assert wanted["red_line"] in line["sources"]
        assert found["decided_by"] == [line]


def repaired(found: list[Any], wanted: list[Any]) -> None:
    """Every repair expected is among those found, or its changes are part of a tied one."""
    for repair in wanted:
        assert set(repair) <= KEYS["repair"]
        (same,) = [one for one in found if one["changes"] == repair["changes"]]
        assert within(same["shares"]["all"], repair["share"])


@pytest.mark.parametrize("name", names())
def test_something_is_expected_of_a_case(name):
    assert ("explain" if name in VALUED else "hold") in expected(name)


@pytest.mark.parametrize("name", VALUED)
def test_no_single_statement_but_a_red_line_is_the_whole_reason_of_a_verdict(name):
    for answer in report(name).explanations:
        for position in answer.positions:
            assert not position.assumed
            if len(position.decided_by) == 1:
                assert isinstance(position.decided_by[0], RedLine)


@pytest.mark.parametrize("name", names())
def test_every_case_names_its_sources(name):
    case = load(name)
    assert case.sources
    cited = {c.source for s in case.statements for c in s.provenance.because}
    cited |= {c.source for constraint in case.constraints for c in constraint.provenance.because}
    entries = (entry for block in case.blocks.values() for entry in block)
    cited |= {c.source for entry in entries for c in entry.provenance.because}
    assert cited == {source.name for source in case.sources}


def test_enough_cases_ship():
    assert {"ukraine-2025", "harbour", "bill-and-jack", "panama-canal", "sport-park"} <= set(
        names()
    )


def test_an_unknown_name_brings_the_nearest_one():
    with pytest.raises(UnknownNameError, match="did you mean 'harbour'"):
        load("harbor")


def test_a_file_beside_us_comes_before_a_case_of_the_same_name(tmp_path, monkeypatch):
    text = path_of("bill-and-jack").read_text(encoding="utf-8")
    (tmp_path / "harbour").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load("harbour").title == "Bill and Jack"


def test_the_best_known_solution_is_found():
    """Nash 1950: Bill gives book, whip, ball and bat; Jack gives pen, toy and knife."""
    result = report("bill-and-jack").settlement
    assert result is not None
    (nash,) = [pick for pick in result.agreement.picks if pick.name == "nash"]
    named = result.case.vocabulary.named(nash.packages[0].package)
    assert {good for good, holder in named.items() if holder == "jack"} == {
        "book",
        "whip",
        "ball",
        "bat",
        "hat",
    }
    assert np.prod([int(gain) for gain in result.agreement.gains(nash.packages[0].package)]) == 60
