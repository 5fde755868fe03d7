"""A text that is written is told its faults, and then what its statements say together."""

from __future__ import annotations

import pytest

from detente.answers.check import check
from detente.catalog import load, names, path_of
from detente.errors import CaseError
from detente.formats import loads
from detente.preferences import Unstated
from detente.proofreading import MOST_STATEMENTS, findings, proofread

CONTRADICTS = """detente: 1
title: T
parties: {a: The first, b: {}}
issues:
  i: {options: [x, y], status_quo: x}
  j: {options: [x, y], status_quo: x}
preferences:
  a:
    - order: {i: x > y}
    - order: {j: x > y}
    - importance: i > j
    - importance: j > i
"""


def test_faults_are_those_of_the_reader() -> None:
    text = "detente: 1\ntitle: T\nparties: {a: A}\nissues: {i: {options: [x]}}\nnonsense: 1\n"
    with pytest.raises(CaseError) as caught:
        loads(text)
    proof = proofread(text)
    assert proof.faults == caught.value.faults
    assert {fault.line for fault in proof.faults} >= {4, 5}
    assert proof.case is None


def test_contradictions_come_first_with_their_lines() -> None:
    proof = proofread(CONTRADICTS)
    assert proof.case is not None
    found = findings(proof.case)
    clash = next(one for one in found if "cannot hold together" in one.text)
    assert [point.line for point in clash.points] == [11, 12]
    assert clash.tone == "bad"
    assert clash.text.startswith("The first:")
    missing = [one for one in found if "is not known" in one.text]
    assert len(missing) == 2
    tones = [one.tone for one in found]
    assert tones == sorted(tones, key=["bad", "warn", "plain"].index)


@pytest.mark.parametrize("name", names())
def test_findings_are_those_of_check(name: str) -> None:
    case, told = load(name), check(load(name))
    found = findings(case)
    lines = [point.line for one in found if "without a source" in one.text for point in one.points]
    assert lines == [s.provenance.line for s in told.unsourced]
    sets = [one for one in found if "hold" in one.text.partition(":")[2]]
    expected = [
        [0 if isinstance(o, Unstated) else o.provenance.line for o in c.origins]
        for c in sorted(told.contradictions, key=lambda c: not c.certain)
    ]
    assert [[point.line for point in one.points] for one in sets] == expected
    assert any(one.tone == "bad" for one in found) == (not told.ok)


def test_very_long_cases_are_not_looked_at_while_somebody_types() -> None:
    text = path_of("harbour").read_text("utf-8").partition("preferences:")[0]
    text += "preferences:\n  union:\n" + "    - more_is_better: pay\n" * (MOST_STATEMENTS + 1)
    proof = proofread(text)
    assert proof.case is not None
    (only,) = findings(proof.case)
    assert only.tone == "plain"
    assert "501 statements" in only.text
