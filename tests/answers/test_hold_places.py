"""Where a conflict can rest, with the ways there: told as the search finds them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from detente.answers.hold import Hold, hold
from detente.catalog import load
from detente.errors import UnanswerableError
from detente.formats import loads
from detente.table import Section, Table
from tests.answers.cases import words


def tables(sections: tuple[Section, ...]) -> Iterator[Table]:
    for section in sections:
        yield from section.tables
        yield from tables(section.parts)


def places(answer: Hold) -> Table:
    title = "Where the conflict can rest, nearest first"
    return next(one for one in tables(answer.sections()) if one.title == title)


def test_every_resting_place_that_moves_lead_to_has_its_shortest_ways():
    found = hold(load("elmira"))
    table = places(found)
    assert [column.key for column in table.columns] == ["state", "holds", "path", "moves"]
    assert [row[0] for row in table.rows] == ["5", "9", "8"]
    # Hipel et al. 1993: from the status quo improvements lead to state 5 only
    assert [row[2] is None for row in table.rows] == [False, True, True]
    assert table.rows[1][3] == "Uniroyal: state 9 (abandoned)"
    assert "Other moves lead to all of them." in words(found)
    rest = found.data()["rest"]
    assert (rest["n_places"], [one["id"] for one in rest["places"]]) == (3, [5, 9, 8])
    assert [one["by_improvements"] is None for one in rest["places"]] == [False, True, True]
    assert rest["places"][1]["by_moves"] == [{"party": "uniroyal", "to": 9}]


def test_a_shorter_way_that_not_everybody_gains_by_stands_beside_the_other():
    (short,) = [row for row in places(hold(load("cuban-missiles"))).rows if row[0] == "5"]
    assert str(short[2]).count("then") == 2
    assert short[3] == "Soviet Union: missiles withdrawn"


def test_places_that_no_move_leads_to_are_counted_and_not_listed():
    text = """\
detente: 1
title: Apart
parties: {a: A, b: B}
graph:
  states: [s1, s2, s3]
  moves: {a: [s1 -> s2], b: [s3 -> s1]}
  ranking: {a: s2 > s1 > s3, b: s3 > s2 > s1}
"""
    found = hold(loads(text))
    assert [(row[0], row[-1]) for row in places(found).rows] == [("2", "A: state 2")]
    assert (
        "In all, 2 of 3 states are stable; such moves do not lead to the others. Nor do"
        in words(found)
    )
    apart = found.data()["rest"]["places"][1]
    assert (apart["id"], apart["by_moves"], apart["by_improvements"]) == (3, None, None)


def test_a_move_after_the_answer_is_told_where_it_pays_after_all():
    text = """\
detente: 1
title: Once more
parties: {a: A, b: B}
graph:
  states: [s1, s2, s3, s4]
  moves: {a: [s1 -> s2, s3 -> s4], b: [s2 -> s3]}
  ranking: {a: s2 > s4 > s1 > s3, b: s3 > s1 > s2 > s4}
"""
    answer = hold(loads(text), "s1")
    assert (
        "If A moved to state 2, B would move to state 3, and A would be no better off than had it "
        "stayed. But it could move once more after any such answer and be better off after all, "
        "here by moving to state 4."
    ) in words(answer)
    (way,) = answer.data()["departures"]
    assert (way["credible"], way["escape"]) == (True, 4)
    assert (way["answered"]["SEQ"], way["answered"]["SSEQ"]) == (1, 0)
    calm = hold(loads(text.replace("s2 > s4 > s1 > s3", "s2 > s1 > s4 > s3")), "s1")
    assert "once more after any" not in words(calm)
    assert calm.data()["departures"][0]["escape"] is None


def test_two_parties_can_be_asked_to_look_further_ahead():
    case = load("prisoners-dilemma")
    told = hold(case, "1", ahead="5").data()["concepts"]
    assert list(told) == ["R", "GMR", "SMR", "SEQ", "SSEQ", "L_2", "L_3", "L_5", "NM", "SIM"]
    assert "L_5" in hold(case, ahead=5).data()["concepts"]
    assert list(hold(case, ahead=3).data()["concepts"]).count("L_3") == 1
    assert "Limited-move stability, 5 moves ahead (L_5)" in words(hold(case, ahead=5))


@pytest.mark.parametrize("ahead", ["x", "1", "-2", "1001", "2.5", "", "٣"])
def test_what_is_no_number_of_moves_is_refused(ahead):
    with pytest.raises(UnanswerableError, match="is no whole number from 2 to 1,000"):
        hold(load("prisoners-dilemma"), ahead=ahead)


def test_only_two_parties_look_ahead():
    with pytest.raises(UnanswerableError, match="is defined for two parties"):
        hold(load("elmira"), ahead=4)
