"""The JSON contract: every key of every answer is documented, with its type, and the other way."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from detente.answers.answer import CONTRACT
from detente.answers.check import check, faults_json
from detente.answers.compare import compare
from detente.answers.explain import explain
from detente.answers.repair import repair
from detente.answers.settle import settle
from detente.catalog import load
from detente.errors import CaseError
from detente.formats import loads
from tests.answers.cases import EASY, ENDS, ISSUES, case_of, report, scores
from tests.conftest import ROOT

COMMANDS = ("check", "settle", "explain", "repair", "compare", "analyse")
NAMED = {
    "parties": "{party}",
    "values": "{party}",
    "gains": "{party}",
    "shares": "{party}",
    "verdicts": "{party}",
    "shortfall": "{party}",
    "shortfalls": "{party}",
    "package": "{issue}",
    "packages": "{issue}",
    "changes": "{issue}",
    "proposals": "{proposal}",
    "solutions": "{solution}",
    "explain": "{proposal}",
}
"""Keys below which stand names of the case."""
VERDICTS = {"every", "some", "none", "contradictory", "incomplete"}


# --- what is documented --------------------------------------------------------------------------


@cache
def documented() -> dict[str, dict[str, str]]:
    """Return type by path for each section of the page."""
    found: dict[str, dict[str, str]] = {}
    text = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("## "):
            section = found.setdefault(line[3:].strip("`"), {})
        elif line.startswith("| `"):
            path, kind = [cell.strip().strip("`") for cell in line.split("|")[1:3]]
            section[path] = kind
    return found


def contract(command: str) -> dict[str, str]:
    pages = documented()
    own = {**pages["In every answer"], **pages[command]}
    if command == "repair":
        borrowed = ("proposal", "title", "package", "repairs", "proved", "searched")
        own |= {
            p: k
            for p, k in pages["explain"].items()
            if p.partition(".")[0].rstrip("[]") in borrowed
        }
    return own


# --- what is there -------------------------------------------------------------------------------


def leaves(value: Any, path: str = "", name: str = "") -> Iterator[tuple[str, Any]]:
    """Go through the leaves of an answer with their documented paths."""
    if is_number(value) or is_statement(value):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            total = name == "shares" and key == "all"
            step = NAMED[name] if name in NAMED and not total else key
            yield from leaves(inner, f"{path}.{step}".lstrip("."), key if step == key else "")
    elif isinstance(value, list) and not path.startswith("repairs[].changes") and name != "sources":
        for inner in value:
            yield from leaves(inner, f"{path}[]", name)
    else:
        yield path, value


def is_number(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"value", "exact"}


def is_statement(value: Any) -> bool:
    return isinstance(value, dict) and "unstated" in value and "confidence" in value


def fits(value: Any, kind: str) -> bool:
    """Tell whether a value is of a documented type."""
    if kind.endswith(" or null"):
        return value is None or fits(value, kind.removesuffix(" or null"))
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "number" and is_number(value):
        exact = Fraction(value["exact"])
        return float(exact) == value["value"] and str(exact) == value["exact"]
    return {
        "null": value is None,
        "text": isinstance(value, str),
        "true or false": isinstance(value, bool),
        "whole number": isinstance(value, int) and not isinstance(value, bool),
        "number": plain,
        "share": plain and 0 <= value <= 1,
        "error": plain and 0 <= value < 1 and math.isfinite(value),
        "list of text": isinstance(value, list) and all(isinstance(one, str) for one in value),
        "statement": is_statement(value),
    }[kind]


def strange() -> Mapping[str, list[Any]]:
    """Return answers to cases that have what the catalogue's cases have not."""
    broken = case_of(
        ISSUES,
        {
            "P": [*ENDS, "no_deal: 1", "no_deal: 2"],
            "Q": ["compare: (a = a1) > (b = b1)"],
            "R": ["priorities: [a == a1]"],
            "S": EASY,
        },
    )
    tense = case_of(
        ISSUES,
        {
            "P": [*ENDS, "no_deal: 10\nconfidence: low", "no_deal: 20\nconfidence: low"],
            "Q": EASY,
        },
    )
    ordinal = case_of(
        ISSUES,
        {
            "P": ["priorities: [a == a1]", "red_line: a == a1"],
            "Q": [scores(a={"a0": 0, "a1": "1/3"}, b={"b0": 0, "b1": 0}), "no_deal: 1/3"],
        },
        more="constraints:\n  - require: b == b0\nproposals:\n  p: {b: b1}\n",
    )
    apart = case_of(
        {"a": "a0 a1"},
        {
            "P": [scores(a={"a0": 10, "a1": 0}), "no_deal: 5"],
            "Q": [scores(a={"a0": 0, "a1": 10}), "no_deal: 5"],
        },
    )
    ranked = case_of(
        {"a": "a0 a1"},
        {
            "P": ["ranking: (a = a1) > no deal > (a = a0)"],
            "Q": [scores(a={"a0": 1, "a1": 0}), "no_deal: 1"],
        },
    )
    return {
        "check": [check(broken), check(tense)],
        "settle": [settle(ordinal), settle(apart), settle(apart, fast=True), settle(ranked)],
        "explain": [explain(broken, "a = a1"), explain(ordinal, "p"), explain(ordinal, "a = a1")],
        "repair": [repair(ordinal, "a = a1")],
        "compare": [compare(ordinal)],
        "analyse": [],
    }


@cache
def answers() -> Mapping[str, list[dict[str, Any]]]:
    """Return answers of every command, read back from their JSON."""
    whole = [report("harbour"), report("ukraine-2025"), report("bill-and-jack")]
    found = {name: list(given) for name, given in strange().items()}
    found["check"] += [one.check for one in whole]
    found["settle"] += [one.settlement for one in whole]
    found["explain"] += [answer for one in whole for answer in one.explanations]
    found["compare"] += [one.comparison for one in whole]
    found["repair"] += [repair(load("harbour"), "march_draft")]
    found["analyse"] += whole
    return {name: [json.loads(answer.json()) for answer in given] for name, given in found.items()}


# --- tests ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS[:-1])
def test_every_key_is_documented_with_its_type(command):
    kinds = contract(command)
    for answer in answers()[command]:
        assert answer["answer"] == command
        for path, value in leaves(answer):
            if value in ([], {}):
                assert any(known.startswith(path) for known in kinds), path
            else:
                assert path in kinds, path
                assert fits(value, kinds[path]) or (value is None and kinds.get(path) == "null"), (
                    path,
                    value,
                )


@pytest.mark.parametrize("command", COMMANDS[:-1])
def test_every_documented_key_is_there(command):
    seen = {path for answer in answers()[command] for path, _ in leaves(answer)}
    wanted = set(contract(command))
    if command == "check":
        wanted -= {path for path in wanted if path.startswith("faults")}
    assert wanted <= seen, wanted - seen


def test_a_statement_has_exactly_the_documented_keys():
    kinds = documented()["A statement"]
    looked_at = 0
    for command in COMMANDS[:-1]:
        for answer in answers()[command]:
            for _, value in leaves(answer):
                if is_statement(value):
                    assert set(value) == set(kinds)
                    assert all(fits(value[key], kind) for key, kind in kinds.items())
                    assert (value["line"] is None) == value["unstated"]
                    looked_at += 1
    assert looked_at > 50


def test_analyse_holds_the_other_answers_as_they_are():
    kinds = contract("analyse")
    for answer in answers()["analyse"]:
        assert set(answer) == {path.partition(".")[0] for path in kinds}
        assert answer["contract"] == CONTRACT == 1
        for name in ("check", "settle", "compare"):
            own = {"contract": CONTRACT, **answer[name]}
            assert own in answers()[name]
        for name in ("acceptance", "ask", "assumptions", "coherence", "leverage", "perceptions"):
            assert answer[name] is None or answer[name]["answer"] == name
        assert answer["left_out"] == {}
        for explained in answer["explain"].values():
            assert {"contract": CONTRACT, **explained} in answers()["explain"]


def test_the_words_of_the_contract():
    for answer in answers()["settle"]:
        assert answer["status"] in {"exact", "bounded", "approximate", "infeasible"}
        if answer["solutions"]:
            assert list(answer["solutions"]) == [
                "nash",
                "kalai_smorodinsky",
                "egalitarian",
                "utilitarian",
            ]
    for answer in answers()["explain"]:
        for party in answer["parties"].values():
            assert party["verdict"] in VERDICTS
            proved = {"every": 1.0, "none": 0.0}
            if party["verdict"] in proved:
                assert (party["share"], party["error"]) == (proved[party["verdict"]], 0.0)
            if party["verdict"] in {"contradictory", "incomplete"}:
                assert party["share"] is None
                assert party["decided_by"] == []
    for answer in answers()["check"]:
        for party in answer["parties"].values():
            assert party["readings"] in {"none", "one", "many", "unknown"}
            assert (party["readings"] == "one") <= (party["dimension"] == 0)


def test_the_faults_of_a_file_come_in_the_form_of_a_check():
    with pytest.raises(CaseError) as error:
        loads("detente: 1\ntitle: T\npartys: {}\n")
    data = json.loads(faults_json(error.value))
    assert data["ok"] is False
    assert len(data["faults"]) > 1
    kinds = documented()["check"]
    for path, value in leaves(data):
        if path.startswith("faults"):
            assert fits(value, kinds[path])
    for key in ("missing", "contradictions", "unsourced", "unstated", "parties"):
        assert not data[key]
    assert set(data) == {*answers()["check"][0]} - {"case", "seed", "view", "complete"}


def test_json_is_strict():
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    for given in (report("harbour"), report("ukraine-2025")):
        json.loads(given.json(), parse_constant=refuse)
