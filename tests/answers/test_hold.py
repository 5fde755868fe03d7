"""Whether a package holds: its words, its JSON, and where it cannot be told."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from detente.analysis import Analysis
from detente.answers.hold import QUESTION, Hold, hold, reported
from detente.catalog import load
from detente.errors import ExpressionError, UnanswerableError, UnknownNameError
from detente.formats import loads
from detente.table import Section, Table
from detente.telling.hold_lead import unanswered, weighty_first
from detente.telling.hold_words import numbers_text, step_text
from detente.work import Work
from tests.answers.cases import words
from tests.conftest import ROOT
from tests.test_contract import documented, fits

DILEMMA = """\
detente: 1
title: Prisoners' dilemma
parties:
  row: Row
  column: Column
graph:
  states:
    silent: both stay silent
    row_talks: Row confesses
    column_talks: Column confesses
    talks: both confess
  moves:
    row: [silent <-> row_talks, column_talks <-> talks]
    column: [silent <-> column_talks, row_talks <-> talks]
  ranking:
    row: row_talks > silent > talks > column_talks
    column: column_talks > silent > talks > row_talks
"""
FEAR = """\
detente: 1
title: Fear
parties:
  one: One
  two: Two
graph:
  states: {ss: both disarm, ds: One arms, sd: Two arms, dd: both arm}
  status_quo: dd
  moves:
    one: [ss <-> ds, sd <-> dd]
    two: [ss <-> sd, ds <-> dd]
  ranking:
    one: ss > dd >> ds > sd
    two: ss > dd > sd > ds
  misread:
    two: {one: ds > ss > dd > sd}
  unseen:
    one: [ds]
"""
TOGETHER = """\
detente: 1
title: Together
parties: {a: A, b: B}
graph:
  states: [s1, s2, s3, s4]
  moves: {a: [s1 -> s2, s3 -> s4], b: [s1 -> s3, s2 -> s4]}
  ranking: {a: s4 > s1 > s2 > s3, b: s4 > s1 > s2 > s3}
"""
DOUBT = DILEMMA.replace("  ranking:\n", "  unknown:\n    column: [silent ? talks]\n  ranking:\n")
EXACT = """\
detente: 1
title: Exact
parties:
  north: Northland
  south: Southland
  league:
    name: The League
    signatory: false
issues:
  fire: {options: [goes_on, ceases], status_quo: goes_on}
  pledge: {options: [none, given], status_quo: none}
  patrol: {options: [none, sent], status_quo: none}
constraints:
  - require: pledge == none or fire == ceases or patrol == sent or patrol == none
proposals:
  accord: {fire: ceases, pledge: given}
preferences:
  north:
    - scores:
        fire: {goes_on: 10, ceases: 0}
        pledge: {none: 0, given: 30}
        patrol: {none: 0, sent: -12}
    - no_deal: 20
  south:
    - scores:
        fire: {goes_on: 0, ceases: 20}
        pledge: {none: 8, given: 0}
        patrol: {none: 0, sent: 5}
    - no_deal: 10
  league:
    - scores:
        fire: {goes_on: 0, ceases: 25}
        pledge: {none: 0, given: 5}
        patrol: {none: 10, sent: 0}
    - rule: fire == goes_on and patrol == sent
      worth: 15
    - no_deal: 0
control:
  north:
    fire: [ceases -> goes_on]
  league:
    patrol: any
"""


@cache
def truce() -> Hold:
    """The case of the how-to page, with many readings."""
    page = (ROOT / "docs" / "how-to" / "see-whether-a-deal-holds.md").read_text(encoding="utf-8")
    text = page.partition("```yaml truce.yaml\n")[2].partition("```")[0]
    return hold(loads(text), "accord")


@cache
def exact(proposal: str | None = "accord") -> Hold:
    return hold(loads(EXACT), proposal)


@cache
def dilemma(state: str | None = None) -> Hold:
    return hold(loads(DILEMMA), state)


def flat(sections: tuple[Section, ...]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from flat(section.parts)


def keys(answer: Hold) -> list[str]:
    return [section.key for section in flat(answer.sections())]


# --- words ---------------------------------------------------------------------------------------


def test_many_readings_begin_with_the_share_in_which_it_holds():
    first, weakest, *_ = truce().sections()[0].lead
    begin = "In every reading somebody, acting alone, could gain by leaving “accord”. "
    assert first.text.startswith(begin)
    share = truce().holdings.holding.holds("SEQ")
    assert f"It holds all the same in {share} of the readings" in first.text
    assert weakest.text.startswith("The weakest link is Northland: in ")
    assert weakest.text.endswith("most often by changing fire from ceases to goes on.")
    assert truce().headline() == (first,)


def test_a_step_and_its_answer_stand_in_one_sentence():
    text = words(exact())
    assert (
        "If Northland changed fire from ceases to goes on (+10 points), The League would change "
        "patrol from none to sent, and Northland would be no better off than had it stayed."
    ) in text
    assert (
        "The package “accord” holds: acting alone, Northland could gain by leaving it, but others "
        "would answer every such step"
    ) in text
    assert "The League could not gain by any step taken alone." in text
    assert "Southland controls nothing, and so cannot leave, nor answer." in text


def test_what_deters_is_told_in_points():
    (row,) = next(
        table.rows
        for section in flat(exact().sections())
        for table in section.tables
        if table.title.startswith("What an answer has to cost")
    )
    assert row == ("Northland", "Fire goes on", "10", "12", None)


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        (
            "goes_on: 10, c",
            "goes_on: 0, c",
            "The package “accord” holds: nobody, acting alone, could gain by leaving it.",
        ),
        (
            "worth: 15",
            "worth: 5",
            "The package “accord” holds by threats only: acting alone, Northland",
        ),
        (
            "sent: -12",
            "sent: -2",
            "The package “accord” does not hold: acting alone, Northland could gain by leaving",
        ),
    ],
)
def test_the_verdict_where_there_is_one_reading(old, new, verdict):
    answer = hold(loads(EXACT.replace(old, new)), "accord")
    assert answer.headline()[0].text.startswith(verdict)
    told = next(s for s in flat(answer.sections()) if s.key == "hold-leaving")
    if "worth: 5" in new:
        assert "Somebody would have to act against its own interest: The League" in words(answer)
        assert told.points[0].tone == "bad"
    if "sent: -2" in new:
        assert "nothing that anybody could do would undo its gain." in told.points[0].text
        assert "They deter Northland least: after its changing fire" in words(answer)


def test_nothing_is_told_in_shares_or_points_where_there_is_only_an_order():
    text = words(dilemma("silent"))
    assert "State 1 (both stay silent) holds: acting alone, Row and Column could gain" in text
    assert "%" not in text
    assert "hold-strength" not in keys(dilemma("silent"))
    assert "only the order of states is known" in text


def test_a_written_graph_is_told_by_numbers_and_names():
    text = words(dilemma("2"))
    assert "State 2 (Row confesses) does not hold: acting alone, Column could gain by" in text
    assert (
        "If Row moved to state 2 (Row confesses), Column would move to state 4 (both confess), and "
        "Row would be no better off than had it stayed."
    ) in words(dilemma("silent"))
    assert words(dilemma("2")) == words(dilemma("row_talks")).replace("row_talks", "2")


def test_without_a_package_it_is_told_where_the_conflict_can_rest():
    (lead,) = dilemma().headline()
    assert lead.text.startswith("The conflict can rest in states 1 and 4 of 4: ")
    assert lead.text.endswith("In state 4 nobody could gain by leaving at all.")
    assert "hold-leaving" not in keys(dilemma())
    assert dilemma().holdings.holding is None


def test_two_parties_are_told_what_holds_for_those_who_look_ahead():
    table = next(
        table
        for section in flat(dilemma().sections())
        for table in section.tables
        if table.title == "Which states are stable for whom"
    )
    assert [column.key for column in table.columns][2:] == [
        *("R", "GMR", "SMR", "SEQ", "SSEQ", "L_2", "L_3", "NM"),
    ]
    assert table.rows[0] == ("1", "Both stay silent", None, *["all"] * 7)
    assert table.rows[1][2:] == ("Row",) * 8


def test_the_status_quo_is_told_apart_from_the_package():
    titles = [section.title for section in flat(exact().sections())]
    assert "Where the conflict can rest from “accord” on" in titles
    assert "Where the conflict can rest if nothing is signed" in titles
    titles = [section.title for section in flat(dilemma("talks").sections())]
    assert "Where the conflict can rest from the status quo (state 1) on" in titles
    assert "hold-unsigned" not in keys(dilemma("silent"))


def test_a_status_quo_that_is_no_state_is_said():
    begin = "constraints:\n  - require: patrol == sent or fire == ceases\n"
    text = EXACT.replace("constraints:\n", begin)
    assert "The status quo breaks a constraint, so it is no state" in words(hold(loads(text)))
    text = EXACT.replace("constraints:\n", "constraints:\n  - require: pledge == given\n")
    found = words(hold(loads(text), "accord"))
    assert "The status quo breaks a constraint, whatever those who control something" in found
    with pytest.raises(UnanswerableError, match="no state is feasible"):
        hold(loads(text))


def test_parties_that_misread_each_other_are_told_of():
    answer = hold(loads(FEAR), "dd")
    section = next(s for s in flat(answer.sections()) if s.key == "hold-own-games")
    assert section.lead[0].text.startswith("As each party sees the conflict, ")
    (table,) = section.tables
    assert [row[:3] for row in table.rows] == [("One", "state 2", None), ("Two", None, "One")]
    strong = next(s for s in flat(answer.sections()) if s.key == "hold-comparisons")
    assert strong.title == "How strongly answers deter"
    (degrees,) = strong.tables
    assert [column.title for column in degrees.columns[1:3]] == ["One", "Two"]
    # nobody gains by leaving dd alone, so that nothing has to be answered
    assert [row[1:3] for row in degrees.rows] == [("strongly", "strongly")] * 3
    data = answer.data()["comparisons"]["attitudes"]["a"]
    assert data["R"]["strong"] is None
    assert all(4 in states for states in data["SEQ"]["strong"].values())
    assert "hold-own-games" not in keys(dilemma("silent"))


def test_what_nobody_knows_changes_the_verdict_and_it_is_said_how():
    lead = hold(loads(DOUBT), "silent").sections()[0].lead
    unknown = next(s.text for s in lead if s.text.startswith("Nobody knows"))
    assert "holds if a party moves" in unknown
    table = next(
        table
        for section in flat(hold(loads(DOUBT), "silent").sections())
        for table in section.tables
        if table.columns[0].key == "attitude"
    )
    assert [row[1] for row in table.rows] == ["not for Column", "not for Column", "yes", "yes"]
    assert any("Nobody knows" in s.text for s in hold(loads(DOUBT)).sections()[0].lead)


def test_coalitions_are_told_with_their_convention():
    section = next(
        s for s in flat(hold(loads(TOGETHER), "s1").sections()) if s.key == "hold-together"
    )
    assert section.lead[0].text == "A and B could gain by leaving together, to state 4."
    table, lasting = section.tables
    assert table.rows == (("A and B", "State 4", "no"),)
    assert [row[1] for row in lasting.rows] == ["state 4"] * 4
    assert "Kilgour, Hipel, Fang & Peng 2001" in table.note


def table_of(answer: Hold, title: str) -> Table:
    tables = (table for section in flat(answer.sections()) for table in section.tables)
    return next(table for table in tables if table.title == title)


def test_a_tick_is_announced_only_where_one_stands():
    lasting = "Which states last where parties may leave together"
    assert "tick" not in table_of(hold(load("elmira"), "s5"), lasting).note
    ticked = table_of(hold(load("elmira"), "s8"), lasting)
    assert ticked.note.endswith("The tick says that state 8 is among them.")
    assert ticked.tones[0, 1] == "good"


def test_short_names_in_cells_are_explained_and_one_that_is_missing_is_named():
    stable = "Which states are stable for whom"
    assert table_of(hold(load("elmira")), stable).note.endswith(
        "Written short: moe for Ministry of the Environment and local for Local government."
    )
    cells = {cell for row in table_of(hold(load("garrison")), stable).rows for cell in row}
    assert "all but support" in cells
    assert "opposition, canada, ijc" not in cells


def test_a_written_state_has_its_title_once_and_its_number_after_that():
    titles = [section.title for section in flat(dilemma("silent").sections())]
    assert titles[:2] == [
        "Would it hold: state 1 (both stay silent)",
        "Who could gain by leaving state 1",
    ]


def test_steps_and_states_in_words():
    model = exact().holdings.survey.model
    verbs = ("change", "move")
    assert step_text(model, 1, 2, verbs=verbs) == (
        "change fire from ceases to goes on and patrol from none to sent"
    )
    written = dilemma().holdings.survey.model
    assert step_text(written, 0, 3, verbs=verbs) == "move to state 4 (both confess)"
    assert numbers_text(written, []) == "no state"
    assert numbers_text(written, [0, 2]) == "states 1 and 3"
    assert numbers_text(written, list(range(4)) * 3) == "12 states"


# --- a report ------------------------------------------------------------------------------------


def test_a_report_tells_the_proposal_that_most_accept_and_compares_the_others():
    more = "  silence: {fire: ceases}\n  accord:"
    answer = reported(Analysis(case=loads(EXACT.replace("  accord:", more))))
    assert answer.holdings.holding.asked == "accord"
    (chapter,) = answer.chapter()
    table = next(t for t in chapter.tables if t.columns[0].key == "proposal")
    assert [row[0] for row in table.rows] == ["Accord", "Silence"]
    titles = ["Would it hold: silence", "What is taken for granted here"]
    assert [part.title for part in chapter.parts] == titles
    assert chapter.parts[-1].points[-1].text.startswith("Not looked at: how likely a step is")
    assert chapter.pictures
    assert [one["title"] for one in answer.data()["others"]] == ["silence"]


def test_a_case_that_says_nothing_of_moves_is_left_out_of_reports():
    bare = loads(EXACT.partition("control:")[0])
    with pytest.raises(UnanswerableError, match="does not say who can move"):
        reported(Analysis(case=bare))


# --- what cannot be told -------------------------------------------------------------------------


def test_without_control_one_message_says_what_to_add():
    bare = loads(EXACT.partition("control:")[0])
    with pytest.raises(UnanswerableError, match="add a block control, such as"):
        hold(bare, "accord")


def test_states_that_are_not_there_are_named():
    with pytest.raises(UnknownNameError, match="there is no state 9; states are numbered 1 to 4"):
        dilemma("9")
    with pytest.raises(UnknownNameError, match="did you mean 'silent'"):
        dilemma("silnet")
    with pytest.raises(ExpressionError):
        exact("fire = stops")


def test_a_package_that_breaks_a_constraint_is_no_state():
    text = EXACT.replace("constraints:\n", "constraints:\n  - require: fire == goes_on\n")
    with pytest.raises(UnanswerableError, match="accord breaks a constraint, so it is no state"):
        hold(loads(text), "accord")


def test_the_question():
    assert QUESTION.name == "hold"
    proposal, ahead = QUESTION.options
    assert proposal.positional
    assert not ahead.positional


# --- JSON ----------------------------------------------------------------------------------------


def test_the_json_has_the_shape_that_was_agreed():
    found = exact().data()
    assert found["answer"] == "hold"
    assert found["state"]["id"] == 2
    assert {"id": 1, "label": "fire goes on and patrol none"} in found["states"]
    assert set(found["concepts"]) == {"R", "GMR", "SMR", "SEQ", "SSEQ", "L_2", "L_3", "NM", "SIM"}
    sequential = found["concepts"]["SEQ"]
    assert set(sequential["stable"]) == {"north", "league"}
    both = set(sequential["stable"]["north"]) & set(sequential["stable"]["league"])
    assert both == set(sequential["equilibria"])
    assert found["verdicts"]["R"]["all"] == 0
    assert found["verdicts"]["SEQ"]["parties"]["north"]["margin"]["middle"] == 2
    (way,) = found["departures"]
    assert (way["party"], way["to"], way["gain"]["middle"], way["credible"]) == (
        *("north", 1, 10.0),
        True,
    )
    assert way["answer"] == [{"party": "league", "to": 3}]
    assert found["inverse"]["parties"]["north"]["breaking"]["states"] == [3]


def test_a_state_keeps_its_number_where_only_a_part_can_be_reached():
    found = exact("fire = goes_on").data()
    assert found["state"]["id"] == 1
    near = exact().holdings.holding.model
    assert [near.number(k) for k in range(near.n_states)] == [1, 2, 3, 4]
    assert hold(loads(DILEMMA), "4").data()["state"] == {"id": 4, "label": "both confess"}


CONCEPTS = {"R", "GMR", "SMR", "SEQ", "SSEQ", "L_2", "L_3", "NM", "SIM"}
CONCEPTS |= {"CR", "CGMR", "CSMR", "CSEQ"}
PATHS = {"path", "answer", "by_moves", "by_improvements"}
BELOW = {"parties": "{party}", "stable": "{party}", "strong": "{party}", "package": "{issue}"}


def leaves(value: Any, path: str = "", name: str = "") -> Iterator[tuple[str, Any]]:
    """Go through the parts of an answer with their documented paths."""
    if isinstance(value, dict) and set(value) != {"low", "middle", "high"}:
        for key, inner in value.items():
            step = BELOW.get(name, key)
            if key in CONCEPTS:
                step = "{concept}"
            elif name == "attitudes":
                step = "{attitude}"
            yield from leaves(inner, f"{path}.{step}".lstrip("."), key if step == key else "")
    elif isinstance(value, list) and value and name not in PATHS and not is_plain(value[0]):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    else:
        yield path, value


def is_plain(value: Any) -> bool:
    return not isinstance(value, dict | list)


def is_path(value: Any) -> bool:
    return isinstance(value, list) and all(set(step) == {"party", "to"} for step in value)


def suits(value: Any, kind: str) -> bool:
    """Tell whether a value is of a documented type, those of this answer included."""
    if kind.endswith(" or null"):
        return value is None or suits(value, kind.removesuffix(" or null"))
    if kind == "range":
        return value is None or value["low"] <= value["middle"] <= value["high"]
    if kind == "path":
        return is_path(value)
    if kind == "list of numbers":
        return isinstance(value, list) and all(isinstance(one, int) for one in value)
    if kind == "list":
        return isinstance(value, list)
    return fits(value, kind)


def asked() -> Iterator[dict[str, Any]]:
    """Answers of every kind, a report's among them."""
    published = (("elmira", "5"), ("cuban-missiles", "1"))
    yield from (hold(load(name), state).data() for name, state in published)
    more = "  silence: {fire: ceases}\n  accord:"
    yield from (one.data() for one in (truce(), exact(), dilemma(), dilemma("2")))
    joined = f"{TOGETHER}  coalitions: [[a, b]]\n"
    cases = (DOUBT, FEAR.replace("one: [ds]", "one: [ss]"), TOGETHER, joined)
    yield from (hold(loads(text), "1").data() for text in cases)
    yield reported(Analysis(case=loads(EXACT.replace("  accord:", more)))).data()


def test_every_key_is_documented_with_its_type_and_the_other_way():
    kinds = {**documented()["In every answer"], **documented()["hold"]}
    seen = set()
    for found in asked():
        answer = {"contract": 1, **found}
        unsigned, others = answer.pop("unsigned"), answer.pop("others")
        places = [(f"rest.{p}", v) for p, v in leaves(unsigned)] if unsigned else []
        places += [place for other in others for place in leaves(other)]
        for path, value in [*leaves(answer), *places]:
            seen.add(path)
            if value in ([], {}) or value is None:
                assert any(known.startswith(path) for known in kinds), path
            else:
                assert suits(value, kinds[path]), (path, value)
    assert set(kinds) - {"unsigned", "others[]"} <= seen


def test_the_same_bytes_again():
    assert hold(truce().case, "accord").json() == truce().json()


def test_a_state_is_also_asked_by_its_number_where_states_are_packages():
    text = words(exact("2"))
    assert "State 2 holds: acting alone, Northland could gain" in text
    assert "State 2: fire ceases and patrol none." in text
    assert "Nobody controls pledge; that stays as in the status quo." in text
    assert "that stays as in the package." in words(exact())


# --- many rows, and kinder names -----------------------------------------------------------------


def test_of_many_ways_of_leaving_people_see_the_first_of_each_party_and_all_unanswered():
    answer = hold(load("ukraine-2025"), "framework", work=Work(readings=200))
    every = [way for own in answer.holdings.leaving for way in own.departing]
    table = table_of(answer, "Who could gain by leaving, and what answers that")
    assert len(table.rows) == len(every) > table.most
    ways, n_shown = weighty_first(every, firsts=True)
    assert n_shown == table.most
    assert {way.party for way in ways[:n_shown]} == {way.party for way in every}
    assert not any(unanswered(way) for way in ways[n_shown:])
    short, n_short = weighty_first(every, firsts=False)
    assert n_short == sum(unanswered(way) > 0 for way in every) < n_shown
    assert {id(way) for way in short} == {id(way) for way in every}
    page = str(answer)
    assert f"{len(every) - n_short} further steps, whose answers cost enough, are not shown." in (
        " ".join(page.split())
    )
    counts = table_of(answer, "How many of 576 states are stable")
    stable = answer.data()["concepts"]["SEQ"]
    row = next(row for row in counts.rows if row[0] == "SEQ")
    assert row[1:] == (len(stable["equilibria"]), *map(len, stable["stable"].values()))


def test_few_ways_of_leaving_are_all_shown():
    ways = [way for own in exact().holdings.leaving for way in own.departing]
    assert weighty_first(ways, firsts=False) == (ways, len(ways))


def test_a_way_that_pays_and_is_the_shortest_of_all_is_told_once():
    table = table_of(hold(load("elmira")), "Where the conflict can rest, nearest first")
    assert [row[0] for row in table.rows] == ["5", "9", "8"]
    assert table.rows[0][2:] == ("Local government: state 5 (delay, insisting)", "the same")
    assert table.rows[1][2:] == (None, "Uniroyal: state 9 (abandoned)")


def test_yes_and_no_are_said_in_words():
    old, new = "patrol: {options: [none, sent], status_quo: none}", "patrol: {options: [N, Y]}"
    text = EXACT.replace(old, new.replace("}", ", status_quo: N}"))
    text = text.replace("patrol: {none: 0, sent: ", "patrol: {N: 0, Y: ")
    text = text.replace("patrol: {none: 10, sent: 0}", "patrol: {N: 10, Y: 0}")
    text = text.replace("patrol == none", "patrol == N").replace("patrol == sent", "patrol == Y")
    answer = hold(loads(text), "accord")
    told = words(answer)
    assert "The League would change patrol from no to yes, and Northland would be" in told
    assert "The League: patrol: yes" in told
    assert "patrol N" not in told
    assert {s["label"] for s in answer.data()["states"]} >= {"fire ceases and patrol: yes"}


def test_a_word_that_is_no_proposal_reminds_of_the_numbers_of_states():
    with pytest.raises(ExpressionError, match="; a state's number works too\n"):
        hold(loads(EXACT), "acord")
    with pytest.raises(ExpressionError) as caught:
        hold(loads(EXACT), "fire = ceased")
    assert "number" not in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "title", "told"),
    [
        ("status quo", "Would it hold: status quo", "leaving the status quo"),
        ("fire = ceases", "Would it hold: this package", "leaving this package"),
        ("4", "Would it hold: state 4", "leaving state 4"),
    ],
)
def test_what_has_no_name_of_its_own_stands_without_quotes(asked, title, told):
    sections = hold(loads(EXACT), asked).sections()
    assert sections[0].title == title
    assert f"Who could gain by {told}" in [section.title for section in flat(sections)]
