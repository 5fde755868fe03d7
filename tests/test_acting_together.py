"""What lasts where parties may leave together, or act as one."""

from __future__ import annotations

import numpy as np
import pytest

from detente import acting_together
from detente.acting_together import ActingTogether, acting_together_of
from detente.analysis import Analysis
from detente.answers.hold import hold, reported
from detente.catalog import load
from detente.formats import loads
from detente.holdings import holdings_of
from detente.work import Work
from tests.answers.cases import words
from tests.answers.test_hold import DILEMMA, EXACT

ANSWERED = """\
detente: 1
title: Answered
parties: {a: A, b: B, c: C}
graph:
  states: [s1, s2, s3, s4]
  moves: {a: [s1 -> s2, s3 -> s4], b: [s1 -> s3, s2 -> s4], c: [s4 -> s1]}
  ranking: {a: s4 > s1 > s2 > s3, b: s4 > s1 > s2 > s3, c: s1 > s4 > s2 > s3}
"""
JOINED = f"{ANSWERED}  coalitions: [[b, a]]\n"


def together(text: str) -> ActingTogether:
    found = holdings_of(Analysis(case=loads(text), work=Work()), None).together
    assert found is not None
    return found


def test_a_state_lasts_where_every_coalition_stays():
    found = together(ANSWERED)
    # from s1 A and B reach s4 together, C would go back to s1, and they could go again;
    # from s4 C goes to s1, and A or B could answer there at its own cost
    lasting = {key: (found.equilibria(key) + 1).tolist() for key in found.stable}
    assert lasting == {"CR": [], "CGMR": [1, 4], "CSMR": [4], "CSEQ": [1]}
    assert found.joined == ()


def test_coalitions_of_one_are_the_parties_alone():
    analysis = Analysis(case=load("elmira"), work=Work())
    found = holdings_of(analysis, None)
    assert found.together is not None
    for ours, theirs in (("CR", "R"), ("CGMR", "GMR"), ("CSMR", "SMR"), ("CSEQ", "SEQ")):
        alone = np.stack([found.together.of(ours, (party,)) for party in range(3)])
        assert (alone == found.survey.stability.of(theirs)).all()


def test_elmira_rests_where_no_coalition_leaves_as_published():
    # Kilgour, Hipel, Fang & Peng 2001: of the equilibria 5, 8 and 9 a coalition leaves 5 for 8
    found = holdings_of(Analysis(case=load("elmira"), work=Work()), "5")
    assert found.together is not None
    assert (found.together.equilibria("CSEQ") + 1).tolist() == [8, 9]


def test_parties_that_act_as_one_are_not_asked_alone():
    text = f"{DILEMMA}  coalitions: [[row, column]]\n"
    found = together(text)
    assert found.joined == ((0, 1),)
    assert found.equilibria("CR").tolist() == []
    assert (found.as_one("CR") + 1).tolist() == [1, 2, 3]
    told = words(hold(loads(text), "talks"))
    assert (
        "If Row and Column act as one, the conflict can rest in states 1, 2 and 3; "
        "state 4 does not hold then."
    ) in told
    assert "the conflict can rest in states 1, 2 and 3." in words(hold(loads(text)))
    data = hold(loads(text), "talks").data()["together"]
    assert data["concepts"]["CR"] == {"equilibria": [], "as_one": [1, 2, 3]}
    assert [(one["parties"], one["joined"]) for one in data["coalitions"]] == [
        (["row", "column"], True)
    ]


def test_members_that_can_do_nothing_are_left_out():
    text = ANSWERED.replace("c: C}", "c: C, d: D}") + "  coalitions: [[c, d]]\n"
    assert together(text).joined == ()
    assert together(JOINED).joined == ((0, 1),)


def test_too_many_states_are_said_where_the_case_joins_parties(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(acting_together, "_MOST_WORK", 10)
    assert acting_together_of(*_asked(JOINED)) is None
    assert "too many parties, moves or states to tell" in words(hold(loads(JOINED), "s1"))
    assert "too many parties, moves or states to tell" in words(hold(loads(JOINED)))
    assert "too many parties, moves or states to tell" not in words(hold(loads(ANSWERED)))
    assert hold(loads(JOINED)).data()["together"] is None


def test_a_report_tells_what_lasts_if_parties_act_as_one():
    text = f"{EXACT}graph:\n  coalitions: [[north, league]]\n"
    (chapter,) = reported(Analysis(case=loads(text), work=Work())).chapter()
    told = " ".join(sentence.text for sentence in chapter.lead)
    assert "If Northland and The League act as one, the conflict can rest in state" in told


def _asked(text: str):
    analysis = Analysis(case=loads(text), work=Work())
    return analysis, holdings_of(analysis, None).survey
