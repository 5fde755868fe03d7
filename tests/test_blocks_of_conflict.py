"""What case files say of moves and states: reading, checks, differences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from detente.analysis import Analysis
from detente.answers.analyse import analyse
from detente.answers.check import check
from detente.answers.diff import diff
from detente.answers.explain import explain
from detente.answers.settle import settle
from detente.blocks.arrows import (
    MOST_MOVES,
    pairs_text,
    parse_tiers,
    parse_transition,
    parse_unknown,
    tiers_text,
)
from detente.blocks.control import Control
from detente.blocks.graph import (
    Coalition,
    GraphMoves,
    GraphRanking,
    GraphState,
    Merged,
    Misread,
    StatusQuo,
    Unknown,
    Unseen,
)
from detente.case import Case, Party
from detente.difference import difference_of
from detente.errors import CaseError, ExpressionError, UnanswerableError
from detente.expression import as_word
from detente.formats import loads
from detente.schema import case_schema
from detente.statements.statement import Citation, Provenance
from detente.vocabulary import MOST_OPTIONS, RESERVED, Issue
from detente.work import Work
from tests.answers.cases import words

HEAD = """\
detente: 1
title: Groundwater
sources: {book: The Graph Model, press: Local paper}
parties: {moe: Ministry, uniroyal: Company, local: Local government}
"""
WRITTEN_OUT = f"""\
{HEAD}graph:
  because: book#1
  states:
    s1: Nobody moves
    s2: {{title: Order modified, note: After the appeal.}}
    s3: The order is accepted
    shut down: The company leaves
  status_quo: s2
  moves:
    moe: [s1 -> s2, "any -> 'shut down'"]
    uniroyal: {{moves: [s1 <-> s3], because: press#2}}
    local: any
  ranking:
    moe: s3 > s1 ~ s2
    uniroyal: [s1 >> s2, s3]
    local:
      - {{ranking: s2 > s1, view: said}}
      - {{ranking: s1 > s2, view: believed, because: press#4}}
  unknown:
    local:
      - s1 ? s2 ? s3
  unseen: {{moe: [s3, "'shut down'"]}}
  misread: {{moe: {{uniroyal: s1 > s2 ~ s3}}}}
  coalitions: [[moe, local]]
"""
DERIVED = f"""\
{HEAD}issues:
  hostilities: {{options: [continue, ceasefire], status_quo: continue}}
  pay: {{range: 0..2, step: 1, status_quo: 0}}
  rest: {{options: [a, on call], status_quo: a}}
proposals: {{truce: {{hostilities: ceasefire}}}}
preferences:
  moe:
    - order: {{hostilities: ceasefire > continue}}
    - more_is_better: pay
    - order: {{rest: 'a > "on call"'}}
    - no_deal: 40
control:
  moe:
    hostilities: [ceasefire -> continue]
    pay: {{moves: [0 -> 1, 2 -> any], because: press#3, note: Once only.}}
  uniroyal:
    hostilities: ceasefire -> continue
    rest: any
  local:
    pay:
      - {{moves: any, view: said}}
      - {{moves: [0 <-> 1], view: believed}}
graph:
  ranking: {{uniroyal: 3 > 1 ~ 2}}
  unseen: {{local: [pay == 2 or rest == a, 4]}}
  misread: {{moe: {{uniroyal: [1, 2]}}}}
  merge:
    - {{when: hostilities == continue, title: War, because: book#9}}
"""


def entries(text: str, block: str, kind: type[Any] = object) -> list[Any]:
    return [entry for entry in loads(text).blocks[block] if isinstance(entry, kind)]


def faults(text: str) -> list[str]:
    with pytest.raises(CaseError) as caught:
        loads(text)
    return [f"{fault.path}: {fault.problem}" for fault in caught.value.faults]


# Arrows, rankings, pairs --------------------------------------------------------------------------


NAMES = st.text(
    st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp"), blacklist_characters="\"'"),
    min_size=1,
    max_size=12,
).filter(lambda name: name == name.strip() and name.casefold() not in RESERVED)


@given(old=NAMES, new=NAMES)
def test_a_transition_is_read_as_it_was_written(old: str, new: str) -> None:
    assert parse_transition(pairs_text([(old, new)])) == ((old, new),)
    both = parse_transition(f"{as_word(old)}<->{as_word(new)}")
    assert both == ((old, new), (new, old))


@given(
    tiers=st.lists(st.lists(NAMES, min_size=1, max_size=3), min_size=1, max_size=4), data=st.data()
)
def test_a_ranking_is_read_as_it_was_written(tiers: list[list[str]], data: st.DataObject) -> None:
    wide = data.draw(st.tuples(*[st.booleans()] * (len(tiers) - 1)))
    whole = tuple(map(tuple, tiers))
    assert parse_tiers(tiers_text(whole, wide)) == (whole, wide)


@given(text=st.text(max_size=30))
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    for parse in (parse_transition, parse_tiers, parse_unknown):
        refused: list[ExpressionError] = []
        try:
            parse(text)
        except ExpressionError as error:
            refused.append(error)
        assert all(0 <= error.column <= len(text) for error in refused)


@pytest.mark.parametrize(
    ("text", "problem", "column"),
    [
        ("a - b", "'-' is not expected here", 2),
        ("a -> ", "the text ends too early", 4),
        ("-> a", "'->' is not expected here", 0),
        ("", "the text is empty", 0),
        ("a b -> c", "'b' is not expected here", 2),
        ("'a -> b", "a quote is opened here and not closed", 0),
        ("a > b", "'>' is not expected here", 2),
        ("a -> b -> c", "a transition has two sides", 11),
        ("a" * 5000, "the text is longer than 4,000 characters", 4000),
    ],
)
def test_what_is_no_transition_is_refused_where_it_goes_wrong(
    text: str, problem: str, column: int
) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_transition(text)
    assert (caught.value.problem, caught.value.column) == (problem, column)


# What a file says ---------------------------------------------------------------------------------


def test_control_is_read() -> None:
    moe, pay, uniroyal, rest, said, believed = entries(DERIVED, "control", Control)
    assert (moe.party, moe.issue, moe.moves) == ("moe", "hostilities", (("ceasefire", "continue"),))
    assert pay.moves == (("0", "1"), ("2", "any"))
    assert pay.provenance.because == (Citation(source="press", locator="3"),)
    assert (pay.provenance.note, pay.provenance.path) == ("Once only.", "control.moe.pay")
    assert (uniroyal.moves, rest.moves) == (moe.moves, None)
    assert (said.moves, said.applies("believed")) == (None, False)
    assert (believed.moves, believed.applies("believed")) == ((("0", "1"), ("1", "0")), True)


def test_what_is_said_of_states_that_follow_from_control_is_read() -> None:
    ranking, unseen, misread, merged = entries(DERIVED, "graph")
    assert isinstance(ranking, GraphRanking)
    assert (ranking.party, ranking.tiers, ranking.much) == (
        "uniroyal",
        (("3",), ("1", "2")),
        (False,),
    )
    assert isinstance(unseen, Unseen)
    assert unseen.states == ("4",)
    assert [condition.text for condition in unseen.conditions] == ["pay == 2 or rest == a"]
    assert isinstance(misread, Misread)
    assert (misread.party, misread.of, misread.tiers) == ("moe", "uniroyal", (("1",), ("2",)))
    assert isinstance(merged, Merged)
    assert (merged.condition.text, merged.title) == ("hostilities == continue", "War")
    assert merged.provenance.because == (Citation(source="book", locator="9"),)


def test_a_graph_that_is_written_out_is_read() -> None:
    states = entries(WRITTEN_OUT, "graph", GraphState)
    assert [(state.name, state.title) for state in states] == [
        ("s1", "Nobody moves"),
        ("s2", "Order modified"),
        ("s3", "The order is accepted"),
        ("shut down", "The company leaves"),
    ]
    assert [entry.name for entry in entries(WRITTEN_OUT, "graph", StatusQuo)] == ["s2"]
    assert {entry.party: entry.moves for entry in entries(WRITTEN_OUT, "graph", GraphMoves)} == {
        "moe": (("s1", "s2"), ("any", "shut down")),
        "uniroyal": (("s1", "s3"), ("s3", "s1")),
        "local": (("any", "any"),),
    }
    rankings = entries(WRITTEN_OUT, "graph", GraphRanking)
    assert [(entry.party, entry.tiers, entry.much) for entry in rankings] == [
        ("moe", (("s3",), ("s1", "s2")), (False,)),
        ("uniroyal", (("s1",), ("s2",), ("s3",)), (True, False)),
        ("local", (("s2",), ("s1",)), (False,)),
        ("local", (("s1",), ("s2",)), (False,)),
    ]
    (unknown,) = entries(WRITTEN_OUT, "graph", Unknown)
    assert unknown.pairs == (("s1", "s2"), ("s1", "s3"), ("s2", "s3"))
    (unseen,) = entries(WRITTEN_OUT, "graph", Unseen)
    assert (unseen.states, unseen.conditions) == (("s3", "shut down"), ())
    (misread,) = entries(WRITTEN_OUT, "graph", Misread)
    assert misread.tiers == (("s1",), ("s2", "s3"))
    (coalition,) = entries(WRITTEN_OUT, "graph", Coalition)
    assert coalition.members == ("moe", "local")


def test_marks_beside_the_states_hold_where_there_are_no_others() -> None:
    cited = {
        (type(entry).__name__, getattr(entry, "party", ""), entry.provenance.view): [
            str(citation) for citation in entry.provenance.because
        ]
        for entry in entries(WRITTEN_OUT, "graph")
    }
    assert cited["GraphMoves", "moe", ""] == ["book#1"]
    assert cited["GraphMoves", "uniroyal", ""] == ["press#2"]
    assert cited["GraphRanking", "local", "said"] == ["book#1"]
    assert cited["GraphRanking", "local", "believed"] == ["press#4"]
    assert cited["Coalition", "", ""] == ["book#1"]
    notes = [state.provenance.note for state in entries(WRITTEN_OUT, "graph", GraphState)]
    assert notes == ["", "After the appeal.", "", ""]


def test_the_states_take_the_place_of_issues() -> None:
    case = loads(WRITTEN_OUT)
    (issue,) = case.issues
    assert (issue.name, issue.options) == ("state", ("s1", "s2", "s3", "shut down"))
    assert issue.status_quo == "s2"
    first = loads(WRITTEN_OUT.replace("  status_quo: s2\n", ""))
    assert first.issues[0].status_quo == "s1"
    deal = loads(WRITTEN_OUT + "proposals: {deal: {state: s3}}\n")
    assert deal.vocabulary.proposals == {"deal": (2,)}


def test_states_may_be_numbers_or_a_bare_list() -> None:
    text = (
        f"{HEAD}graph: {{states: [1, 2, 3], moves: {{moe: [1 -> 2]}}, ranking: {{moe: 2 > 1}}}}\n"
    )
    assert loads(text).issues[0].options == ("1", "2", "3")


def test_issues_may_be_written_beside_states_where_they_say_the_same() -> None:
    issue = "issues: {outcome: {options: [s1, s2, s3, shut down], status_quo: s2}}\n"
    assert loads(WRITTEN_OUT + issue).issues[0].name == "outcome"


def test_a_case_can_be_built_without_a_file() -> None:
    states = tuple(GraphState(name=name) for name in ("s1", "s2"))
    sound = Case(
        title="Two states",
        parties=(Party(name="p"),),
        issues=(Issue(name="state", options=("s1", "s2"), status_quo="s1"),),
        blocks={"graph": (*states, GraphMoves(party="p", moves=(("s1", "s2"),)))},
    )
    assert sound.issues[0].options == ("s1", "s2")
    wrong = GraphMoves(party="p", moves=(("s1", "s3"),))
    with pytest.raises(CaseError, match="no such state: 's3'"):
        replace(sound, blocks={"graph": (*states, wrong)})


@pytest.mark.parametrize("text", [WRITTEN_OUT, DERIVED])
def test_the_schema_knows_it(text: str) -> None:
    data = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - the loader makes text only
    validator = jsonschema.Draft202012Validator(case_schema())
    assert [error.json_path for error in validator.iter_errors(data)] == []
    del data["graph"]["ranking"]
    data["graph"]["rankings"] = {}
    assert [error.json_path for error in validator.iter_errors(data)] == ["$.graph"]


def test_the_schema_asks_for_issues_or_states() -> None:
    validator = jsonschema.Draft202012Validator(case_schema())
    bare: dict[str, Any] = {"detente": "1", "title": "T", "parties": {"p": "P"}}
    assert not validator.is_valid(bare)
    assert not validator.is_valid({**bare, "graph": {"ranking": {}}})
    assert validator.is_valid({**bare, "graph": {"states": ["a"]}})


# What is wrong ------------------------------------------------------------------------------------


def test_without_states_and_control_there_is_nothing_to_rank() -> None:
    issues = "issues: {a: {options: [x, y], status_quo: x}}\n"
    assert faults(f"{HEAD}{issues}graph: {{ranking: {{moe: 1 > 2}}}}\n") == [
        "graph.ranking.moe: there are no states to speak of"
    ]


def test_there_are_limits() -> None:
    many = ", ".join(f"s{k}" for k in range(MOST_OPTIONS + 1))
    assert faults(f"{HEAD}graph: {{states: [{many}]}}\n") == [
        "graph.states: a graph has at most 1,001 states, not 1,002"
    ]
    pairs = ", ".join(f"s{k} -> s{k + 1}" for k in range(MOST_MOVES + 1))
    text = f"{HEAD}graph:\n  states: [s1, s2]\n  moves: {{moe: [{pairs}]}}\n"
    assert faults(text) == ["graph.moves.moe: more than 10,000 of them stand here"]
    apart = " ? ".join(f"s{k}" for k in range(101))
    text = f"{HEAD}graph:\n  states: [s1, s2]\n  unknown:\n    moe:\n      - {apart}\n"
    assert faults(text) == ["graph.unknown.moe[0]: more than 100 states stand here"]
    parties = ", ".join(f"p{k}: s1" for k in range(101))
    text = f"{HEAD}graph:\n  states: [s1, s2]\n  ranking: {{{parties}}}\n"
    assert faults(text) == ["graph.ranking: more than 100 parties stand here"]


def test_what_names_a_faulty_issue_is_not_reported_as_well() -> None:
    text = DERIVED.replace("range: 0..2, step: 1", "range: 0..2, step: 3")
    assert faults(text) == ["issues.pay.step: steps of 3 from 0 do not end at 2"]


@pytest.mark.parametrize("number", ["0", "01", "-1", "1.5", "x", "9" * 5000])
def test_states_beside_control_are_numbers_from_1(number: str) -> None:
    text = DERIVED.replace("pay == 2 or rest == a, 4", f"'{number}'")
    (fault,) = faults(text)
    assert fault.startswith("graph.unseen.local: ")
    assert fault.endswith("is not the number of a state")


def test_two_views_may_say_two_things_and_one_may_not() -> None:
    assert len(entries(DERIVED, "control")) == 6
    (fault,) = faults(DERIVED.replace(", view: said}", "}"))
    assert fault == "control.local.pay[1]: what local can do of pay stands here before"


# Check, and the other questions -------------------------------------------------------------------


def test_the_check_of_a_graph_is_calm() -> None:
    answer = check(loads(WRITTEN_OUT))
    assert answer.ok
    page = words(answer)
    assert "It holds 3 parties, 4 states and 3 rankings of states." in page
    assert (
        "Of Ministry, Company and Local government only rankings of states are known; "
        "'detente hold' answers from them." in page
    )
    assert "Every statement names a source, and no bound had to be assumed." in page
    assert answer.data()["missing"] == answer.data()["unstated"] == []


def test_what_nobody_sourced_of_moves_is_an_unexamined_assumption() -> None:
    answer = check(loads(DERIVED))
    told = [f"{one['block']}: {one['text']}" for one in answer.data()["unsourced_entries"]]
    assert told == [
        "control: Ministry: alone on hostilities, from ceasefire to continue",
        "control: Company: alone on hostilities, from ceasefire to continue",
        "control: Company: alone on rest, any change",
        "control: Local government: alone on pay, from 0 to 1 and 1 to 0",
        "graph: Company: how it ranks the states, 3 > 1 ~ 2",
        "graph: Local government: what it does not see, 4, pay == 2 or rest == a",
        "graph: Ministry: its picture of Company, 1 > 2",
    ]
    page = words(answer)
    assert "7 entries on moves and states without a source" in page
    assert "control of 3 issues" in page


def test_a_party_of_whom_nothing_at_all_is_said_is_still_asked_for() -> None:
    answer = check(loads(DERIVED))
    assert not answer.ok
    assert {one["party"] for one in answer.data()["missing"]} == {"local"}


def test_a_ranking_counts_only_in_its_view() -> None:
    case = loads(
        WRITTEN_OUT.replace("view: believed, ", "view: said, ").replace(
            "s2 > s1, view: said", "s2 > s1, view: x"
        )
    )
    assert not check(case).ok
    assert check(case, work=Work(view="said")).ok


def test_other_questions_say_once_what_is_not_known() -> None:
    message = (
        "Company: it is known only how states rank, not what packages are worth; "
        "'detente hold' answers from that"
    )
    case = loads(
        DERIVED.replace("parties: {", "parties: {local: {name: L, signatory: no}, ").replace(
            ", local: Local government", ""
        )
    )
    with pytest.raises(UnanswerableError) as caught:
        settle(case)
    assert str(caught.value) == message
    report = analyse(case)
    assert report.settlement is None
    assert report.withheld == message
    assert "It is known only how this party ranks states" in words(explain(case, "truce"))
    assert report.page().startswith("<!doctype html>")


def test_a_graph_alone_can_be_analysed() -> None:
    report = analyse(loads(WRITTEN_OUT))
    assert report.ok
    assert report.withheld.startswith("Ministry, Company, Local government: it is known only")
    assert "Ministry" in report.page()


def test_statements_count_beside_a_ranking() -> None:
    text = WRITTEN_OUT + "preferences:\n  moe:\n    - order: {state: s3 > s1}\n"
    case = loads(text)
    assert not case.only_ranked("moe", view="believed")
    assert case.only_ranked("uniroyal", view="believed")
    assert Analysis(case=case).opinions["moe"].answerable


# Differences --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "old", "new", "told"),
    [
        (
            DERIVED,
            "moves: [0 -> 1, 2 -> any]",
            "moves: [0 -> any]",
            ["control changed moves: 0 -> 1, 2 -> any > 0 -> any"],
        ),
        (
            DERIVED,
            "rest: any",
            "rest: [a -> 'on call']",
            ['control changed moves: any > a -> "on call"'],
        ),
        (DERIVED, "    rest: any\n", "", ["control removed"]),
        (
            DERIVED,
            "because: press#3",
            "because: press#9",
            ["control basis because: press#3 > press#9"],
        ),
        (DERIVED, "3 > 1 ~ 2", "3 >> 1 ~ 2", ["graph changed ranking: 3 > 1 ~ 2 > 3 >> 1 ~ 2"]),
        (DERIVED, "3 > 1 ~ 2", "[3, 1~2]", []),
        (
            DERIVED,
            "pay == 2 or rest == a",
            "pay==2 or (rest == a)",
            [
                # the same condition, spelled otherwise
            ],
        ),
        (
            DERIVED,
            "or rest == a, 4",
            "or rest == a, 5",
            ["graph changed states: 4, pay == 2 or rest == a > 5, pay == 2 or rest == a"],
        ),
        (DERIVED, "[1, 2]", "[2, 1]", ["graph changed ranking: 1 > 2 > 2 > 1"]),
        (DERIVED, "title: War", "title: Strife", ["graph changed title: War > Strife"]),
        (
            WRITTEN_OUT,
            "status_quo: s2",
            "status_quo: s3",
            [
                "issue changed state status_quo: s2 > s3",
                "graph changed s2 state: s2 > s3",
            ],
        ),
        (
            WRITTEN_OUT,
            "s1: Nobody moves",
            "s1: All wait",
            ["graph changed s1 title: Nobody moves > All wait"],
        ),
        (
            WRITTEN_OUT,
            "[s1 <-> s3]",
            "[s1 -> s3]",
            ["graph changed moves: s1 -> s3, s3 -> s1 > s1 -> s3"],
        ),
        (
            WRITTEN_OUT,
            "s2 > s1, view: said",
            "s2 ~ s1, view: said",
            ["graph changed ranking: s2 > s1 > s2 ~ s1"],
        ),
        (
            WRITTEN_OUT,
            "- s1 ? s2 ? s3",
            "- s1 ? s2",
            ["graph changed pairs: s1 ? s2, s1 ? s3, s2 ? s3 > s1 ? s2"],
        ),
        (
            WRITTEN_OUT,
            "[[moe, local]]",
            "[[moe, uniroyal]]",
            ["graph changed members: moe, local > moe, uniroyal"],
        ),
        (WRITTEN_OUT, "  coalitions: [[moe, local]]\n", "", ["graph removed"]),
    ],
)
def test_what_changed_is_told(text: str, old: str, new: str, told: list[str]) -> None:
    assert text.count(old) == 1
    changes = difference_of(loads(text), loads(text.replace(old, new))).changes
    found = [
        " ".join(filter(None, (c.what, c.kind, c.name)))
        + "".join(f" {d.key}: {d.old} > {d.new}" for d in c.details)
        for c in changes
    ]
    assert found == told


def test_a_difference_of_graphs_is_told_without_alarm() -> None:
    later = WRITTEN_OUT.replace("3 > s1 ~ s2", "3 > s1 > s2")
    page = words(diff(loads(WRITTEN_OUT), loads(later)))
    assert "one entry under graph changed" in page
    assert (
        "Of Ministry, Company and Local government only rankings of states are known, "
        "not of packages." in page
    )
    assert "Nothing can be told" not in page


def test_a_move_is_no_pair_that_nobody_can_compare() -> None:
    first = f"{HEAD}graph:\n  states: [a, b]\n  moves:\n    moe:\n      - a -> b\n"
    second = first.replace("moves:", "unknown:").replace("->", "?")
    changes = difference_of(loads(first), loads(second)).changes
    assert sorted((change.what, change.kind) for change in changes) == [
        ("graph", "added"),
        ("graph", "removed"),
    ]


def test_labels_say_what_an_entry_speaks_of() -> None:
    provenance = Provenance(view="said")
    control = Control(party="p", issue="night_work", moves=None, provenance=provenance)
    assert control.label == "alone on night work"
    assert GraphState(name="all_out").label == "all out"
    assert Merged(condition=entries(DERIVED, "graph", Merged)[0].condition).label == (
        "states that are one"
    )
