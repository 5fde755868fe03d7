"""``detente analyse`` of a conflict of which only states, moves and rankings are known."""

from __future__ import annotations

from functools import cache

import pytest

from detente.answers.analyse import Report, analyse
from detente.catalog import load
from detente.formats import loads
from detente.table import Section
from detente.telling.conflict import is_conflict
from tests.answers.cases import words

BARE = """\
detente: 1
title: Bare
parties: {one: One, two: Two}
graph:
  states: [s1, s2, s3]
  moves: {one: [s1 -> s2], two: [s2 -> s3]}
  ranking: {one: s2 > s1 > s3, two: s3 > s2 > s1}
"""


@cache
def analysed(name: str) -> Report:
    return analyse(load(name))


def test_a_written_conflict_begins_with_what_it_is_and_where_it_can_rest():
    first = analysed("elmira").whole()[0]
    assert first.title == "The conflict and the answer"
    assert first.lead[0].text == (
        "A conflict written out as states and moves: Ministry of the Environment, Uniroyal and "
        "Local government can move between 9 states by 24 moves. Known is in which order parties "
        "prefer states, not what states are worth to them. It stands in state 1 (delay)."
    )
    assert first.lead[1].text.startswith("The conflict can rest in states 5, 8 and 9 of 9: ")
    (states,) = first.tables
    assert states.rows[3] == ("4", "Modified and accepted")


def test_a_conflict_of_options_shows_them_with_yes_and_no():
    first = analysed("syria-iraq").whole()[0]
    assert first.lead[0].text.startswith(
        "A conflict that goes on by moves: what Syria and Iraq can change alone makes 6 states, "
        "with 18 moves. "
    )
    (issues,) = first.tables
    assert issues.title == "What can change"
    assert ("Iraq's attack", "attack", "no, yes", "no") in issues.rows


@pytest.mark.parametrize("name", ["elmira", "syria-iraq"])
def test_nothing_empty_stands_in_the_report_of_a_conflict(name):
    sections = analysed(name).whole()
    assert [section.title for section in sections] == [
        "The conflict and the answer",
        "Where the conflict can rest",
        "Moves, rankings and sources",
    ]
    assert all(table.rows for section in sections for table in tables(section))
    page = analysed(name).page()
    for absent in ("have to accept", "Signatories", "Readings", "could be agreed", "Of 0 "):
        assert absent not in page
    assert "Which states are stable for whom" in page
    assert analysed(name).data()["settle"] is None


def tables(section: Section):
    yield from section.tables
    for part in section.parts:
        yield from tables(part)


def test_moves_and_rankings_stand_with_their_source():
    rows = next(
        table.rows
        for section in analysed("syria-iraq").whole()
        for table in tables(section)
        if table.title.startswith("What is said of moves")
    )
    assert rows[0] == (
        "Syria: alone on water, any change",
        "R. A. Kinsara, A Simple Guide to GMCR+, #table-1, line 40.",
    )
    assert rows[-1][0] == "Iraq: how it ranks the states, 2 > 4 > 6 > 1 > 5 > 3"


def test_in_short_the_answer_is_said_once():
    text = words(analysed("elmira"))
    assert text.count("The conflict can rest in states 5, 8 and 9") == 1
    assert "left out" not in text


def test_states_without_titles_are_not_listed():
    first = analyse(loads(BARE)).whole()[0]
    assert first.tables == ()
    assert first.lead[0].text.endswith("It stands in state 1.")


def test_where_something_is_said_of_packages_or_proposed_it_is_a_report_as_any():
    assert is_conflict(load("chicken"), view="")
    assert not is_conflict(load("harbour"), view="")
    text = str(analysed("harbour"))
    assert "A conflict" not in text
