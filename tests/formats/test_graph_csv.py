"""Graphs as comma-separated values: each row says one thing, and what is wrong has its line."""

from __future__ import annotations

import itertools
import random
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.blocks.graph import (
    Coalition,
    GraphMoves,
    GraphRanking,
    GraphState,
    Misread,
    StatusQuo,
    Unknown,
    Unseen,
)
from detente.case import Case, Party
from detente.errors import CaseError, DetenteError
from detente.formats import dumps, load, loads
from detente.vocabulary import Issue

HEAD = "what,party,state,to\n"
FULL = """\
what,party,state,to
title,,Ground water,
as of,,1991-06-01
note,,"As in the book, shortened.",
party,moe,Ministry
move,moe,s1,s2
move,moe,s3,any
move,Uniroyal Ltd,s1,s3

ranking,moe,s3 > s1 ~ s2
ranking,Uniroyal Ltd,s1 >> s2
ranking,Uniroyal Ltd,s3
unknown,moe,s1,s2
unseen,moe,s3
misread,moe,s1 > s2,Uniroyal Ltd
coalition,,moe + Uniroyal Ltd
status_quo,,s2
"""


def fault(text: str) -> str:
    with pytest.raises(CaseError) as caught:
        loads(text)
    return str(caught.value)


def test_each_row_says_one_thing() -> None:
    case = loads(FULL)
    assert (case.title, case.as_of, case.note) == (
        "Ground water",
        "1991-06-01",
        "As in the book, shortened.",
    )
    assert case.parties == (
        Party(name="moe", title="Ministry"),
        Party(name="Uniroyal_Ltd", title="Uniroyal Ltd"),
    )
    assert case.issues == (Issue(name="state", options=("s1", "s2", "s3"), status_quo="s2"),)
    other = "Uniroyal_Ltd"
    assert case.blocks["graph"] == (
        *(GraphState(name=name) for name in ("s1", "s2", "s3")),
        StatusQuo(name="s2"),
        GraphMoves(party="moe", moves=(("s1", "s2"), ("s3", "any"))),
        GraphMoves(party=other, moves=(("s1", "s3"),)),
        GraphRanking(party="moe", tiers=(("s3",), ("s1", "s2")), much=(False,)),
        GraphRanking(party=other, tiers=(("s1",), ("s2",), ("s3",)), much=(True, False)),
        Unknown(party="moe", pairs=(("s1", "s2"),)),
        Unseen(party="moe", states=("s3",)),
        Misread(party="moe", of=other, tiers=(("s1",), ("s2",))),
        Coalition(members=("moe", other)),
    )


def test_it_is_the_same_as_the_case_file_that_says_so() -> None:
    case = loads(FULL)
    assert loads(dumps(case, ".csv")) == case
    assert loads(dumps(case)) == case


def test_semicolons_tabs_and_marks_of_other_programs_are_read() -> None:
    assert loads("\ufeff" + FULL.replace(",", ";").replace("book;", "book,")) == loads(FULL)
    assert loads(FULL.replace(",", "\t").replace("book\t", "book,")) == loads(FULL)
    assert loads(FULL.replace("\n", "\r\n")) == loads(FULL)


def test_states_that_are_listed_come_in_that_order_with_their_titles() -> None:
    case = loads(HEAD + "state,,b,Closed\nstate,,a\nmove,x,a,b\n")
    assert case.issues[0].options == ("b", "a")
    assert case.blocks["graph"][0] == GraphState(name="b", title="Closed")
    assert loads(dumps(case, ".csv")) == case


def test_a_file_is_known_by_its_ending_or_its_look(tmp_path: Path) -> None:
    path = tmp_path / "ground_water.csv"
    path.write_text(HEAD + "move,x,a,b\n", encoding="utf-8")
    assert load(path).title == "ground water"
    path = tmp_path / "ground_water.txt"
    path.write_text(FULL, encoding="utf-8")
    assert load(path) == loads(FULL)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("", "f.csv:1: no row names a state; write a move: move,moe,s1,s2"),
        ("mov,x,a,b", "f.csv:2: what: 'mov' says nothing here; did you mean 'move'?"),
        ("move,x,a", "f.csv:2: move: the cell under 'to' is empty"),
        ("\n\nmove,,a,b", "f.csv:4: move: the cell under 'party' is empty"),
        ("move,x,a,b\nmove,x,a,b", "f.csv:3: move: the same stands in line 2; keep one of the"),
        ("move,x,a,a", "f.csv:2: move: 'a' stands on both sides"),
        ("move,x,a,b,c", "f.csv:2: move: 5 cells under 4 columns"),
        ("move,x,a,status quo", "f.csv:2: move: 'status quo' is a word of the language"),
        ("state,,a\nmove,x,a,b", "f.csv:3: move: no such state: 'b'; known are 'a'"),
        ("as of,,June", "f.csv:2: as of: 'June' is not a date; write year-month-day"),
        ("state,,a\nstate,,a", "f.csv:3: state: the state 'a' is listed before"),
        ("state,x,a", "f.csv:2: state: 'x' stands under 'party', which says nothing here"),
        ("party,x\nparty,x", "f.csv:3: party: 'x' is listed before"),
        ("ranking,x,a > > b", "f.csv:2: ranking: '>' is not expected here"),
        ("move,x,a,b\nranking,x,a > a", "f.csv:3: ranking: the state 'a' is ranked twice"),
        ("misread,x,a >> b,y", "f.csv:2: misread: a picture of another party's ranking has no >>"),
        ("misread,x,a > b,x", "f.csv:2: misread: x cannot misread itself"),
        ("move,x,a,b\ncoalition,,x", "f.csv:3: coalition: a coalition has at least two members"),
        ("status quo,,a\nstatus quo,,b", "f.csv:3: status quo: the status quo is said before"),
        ('move,"x,a,b', "f.csv:2: the row cannot be read"),
        ("move,x,a,any\nunknown,x,a,any", "f.csv:3: unknown: no such state: 'any'"),
    ],
)
def test_faults_are_told_with_their_line(rows: str, message: str) -> None:
    with pytest.raises(CaseError) as caught:
        loads(HEAD + rows, file="f.csv")
    assert message in str(caught.value)


def test_a_file_without_the_right_header_is_refused(tmp_path: Path) -> None:
    for text, message in (
        (
            "",
            "there is nothing in the file; a score sheet begins with a row such as Issue",
        ),
        ("a,b\n", "'a,b' is no header"),
    ):
        path = tmp_path / "x.csv"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(CaseError, match=message):
            load(path)


def test_very_many_states_are_refused() -> None:
    rows = "".join(f"state,,s{k}\n" for k in range(1002))
    assert "a graph has at most 1,001 states, not 1,002" in fault(HEAD + rows + "party,x")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("sources: {s: S}", "does not keep sources"),
        ("constraints: [{require: state == a}]", "does not keep constraints"),
        ("preferences: {x: [{priorities: [state == a]}]}", "does not keep 'priorities'"),
        ("proposals: {p: {state: b}}", "does not keep proposals"),
        ("issues: {state: {options: [a, b], status_quo: a, title: T}}", "keeps nothing of the"),
    ],
)
def test_what_the_format_cannot_hold_is_refused_by_name(more: str, message: str) -> None:
    text = "detente: 1\ntitle: T\nparties: {x: X}\ngraph: {states: [a, b], moves: {x: [a -> b]}}\n"
    assert loads(dumps(loads(text), ".csv")) == loads(text)
    with pytest.raises(CaseError, match=message):
        dumps(loads(text + more), ".csv")


def test_a_case_that_writes_no_states_out_is_refused() -> None:
    text = "detente: 1\ntitle: T\nparties: {x: X}\nissues: {a: {options: [n, y], status_quo: n}}\n"
    with pytest.raises(CaseError, match="conflicts that are written out as states"):
        dumps(loads(text), ".csv")


def test_mutated_files_give_a_case_or_a_message() -> None:
    source = random.Random(6)  # noqa: S311 - the same mutations every time
    accepted = 0
    for _ in range(500):
        text = FULL
        for _ in range(source.randint(1, 3)):
            place = source.randrange(len(text))
            change = source.choice(["", ",", '"', "\n", "any", ">", "s1", "\t", ";", "~", "é"])
            text = text[:place] + change + text[place + 1 :]
        with suppress(DetenteError):
            case = loads(text)
            accepted += 1
            assert loads(dumps(case, ".csv")) == case
    assert accepted > 20


names = st.sampled_from(["a", "b", "s 1", "2", "é-ü", "x.y"])


@st.composite
def graphs(draw: st.DrawFn) -> Case:
    """Return any conflict that is written out, with two parties."""
    states = draw(st.lists(names, min_size=2, max_size=5, unique=True))
    pair = st.lists(st.sampled_from(states), min_size=2, max_size=2, unique=True).map(tuple)
    entries: list[object] = [
        GraphState(name=name, title=draw(st.sampled_from(["", "A, b", 'say "x"', "=1"])))
        for name in states
    ]
    status_quo = draw(st.sampled_from(states))
    entries.append(StatusQuo(name=status_quo))
    for party in ("x", "y"):
        moves = draw(st.lists(pair, min_size=1, max_size=4, unique=True))
        entries.append(GraphMoves(party=party, moves=tuple(moves)))
    for party in ("x", "y"):
        order = draw(st.permutations(states))
        cut = draw(st.integers(1, len(states)))
        tiers = (tuple(order[:cut]), *((state,) for state in order[cut:]))
        much = tuple(draw(st.booleans()) for _ in tiers[1:])
        entries.append(GraphRanking(party=party, tiers=tiers, much=much))
    if draw(st.booleans()):
        entries.append(Unknown(party="x", pairs=(draw(pair),)))
        entries.append(Unseen(party="y", states=(states[0],)))
        entries.append(Misread(party="x", of="y", tiers=((states[1],), (states[0],))))
        entries.append(Coalition(members=("x", "y")))
    return Case(
        title="Any",
        parties=(Party(name="x"), Party(name="y", title="The other, one")),
        issues=(Issue(name="state", options=tuple(states), status_quo=status_quo),),
        blocks={"graph": tuple(entries)},  # type: ignore[arg-type] - they are entries
    )


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_any_graph_survives_writing_and_reading(case: Case) -> None:
    assert loads(dumps(case, ".csv")) == case
    assert loads(dumps(case)) == case


def test_a_long_ranking_is_divided() -> None:
    states = [f"state_number_{k}" for k in range(600)]
    rows = "".join(f"move,x,{a},{b}\n" for a, b in itertools.pairwise(states))
    case = loads(HEAD + rows)
    ranking = GraphRanking(
        party="x", tiers=tuple((state,) for state in states), much=(False,) * 599
    )
    long = Case(
        title=case.title,
        parties=case.parties,
        issues=case.issues,
        blocks={"graph": (*case.blocks["graph"], ranking)},
    )
    assert loads(dumps(long, ".csv")) == long
    assert loads(dumps(long)) == long


@pytest.mark.parametrize("row", ["mov,x,a,b", "move,x,a", "move,,a,b", "move,x,a,a"])
def test_one_faulty_row_is_one_fault(row: str) -> None:
    with pytest.raises(CaseError) as caught:
        loads(f"{HEAD}{row}\n")
    assert len(caught.value.faults) == 1
