"""``.nfg``: payoffs become an order of states, exactly, and faults are told with their line."""

from __future__ import annotations

import itertools
import random
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis import Analysis
from detente.blocks.control import Control
from detente.blocks.graph import GraphRanking
from detente.case import Case
from detente.errors import CaseError, DetenteError
from detente.formats import dumps, load, loads
from detente.modelling import model_of
from detente.work import Work

DILEMMA = """\
NFG 1 R "Prisoners' dilemma" { "Row player" "Column \\"player\\"" }

{ { "Silent" "Confess" }
{ "Silent" "Confess" }
}
"Luce and Raiffa tell it of two prisoners."

-1 -1 0 -10 -10 0 -6 -6
"""
# Profiles, the first player's strategy varying fastest: 1 (S, S), 2 (C, S), 3 (S, C), 4 (C, C).

OUTCOMES = """\
NFG 1 D "Three" { "A" "B" "C" }
{ { "1" "2" } { "1" "2" } { "x" "y" "z" } }
{
{ "nothing won" 0, 0, 0 }
{ "" 1.5 2/4, -3 }
}
1 2 0 2 1 1 2 2
0 0 0
1
"""


def tiers(case: Case) -> list[tuple[tuple[str, ...], ...]]:
    return [e.tiers for e in case.blocks["graph"] if isinstance(e, GraphRanking)]


def fault(text: str) -> str:
    with pytest.raises(CaseError) as caught:
        loads(text)
    return str(caught.value)


def test_the_prisoners_dilemma() -> None:
    case = loads(DILEMMA)
    assert case.title == "Prisoners' dilemma"
    assert case.note.startswith("Luce and Raiffa tell it")
    assert "of its payoffs only the order is kept" in case.note
    assert [(p.name, p.title) for p in case.parties] == [
        ("Row_player", "Row player"),
        ("Column_player", 'Column "player"'),
    ]
    assert [(i.name, i.options, i.label) for i in case.issues] == [
        ("strategy_1", ("Silent", "Confess"), "Strategy of Row player"),
        ("strategy_2", ("Silent", "Confess"), 'Strategy of Column "player"'),
    ]
    assert case.blocks["control"] == (
        Control(party="Row_player", issue="strategy_1", moves=None),
        Control(party="Column_player", issue="strategy_2", moves=None),
    )
    assert tiers(case) == [
        (("2",), ("1",), ("4",), ("3",)),
        (("3",), ("1",), ("4",), ("2",)),
    ]
    assert loads(dumps(case)) == case


def test_three_players_with_outcomes_and_ties() -> None:
    case = loads(OUTCOMES)
    # Outcome 0 pays everybody nothing, as outcome 1 does; outcome 2 pays 1.5, 0.5 and -3.
    better = ("2", "4", "7", "8")
    rest = tuple(str(k) for k in range(1, 13) if str(k) not in better)
    assert tiers(case) == [(better, rest), (better, rest), (rest, better)]
    assert [len(issue.options) for issue in case.issues] == [2, 2, 3]


def test_states_are_numbered_as_profiles_are() -> None:
    case = loads('NFG 1 R "" { "A" "B" "C" } { 2 3 2 } ' + " ".join(["0 0 0"] * 12))
    model = model_of(Analysis(case=case, work=Work()), case.vocabulary.status_quo)
    profiles = [tuple(p[::-1]) for p in itertools.product(range(2), range(3), range(2))]
    assert [tuple(row) for row in model.packages().tolist()] == profiles


def test_numbers_are_exact() -> None:
    third = "333333333333333333333333333333333333"
    text = f'NFG 1 R "t" {{ "A" }} {{ 5 }} 1/3 0.{third} .5 5e-1 +1E+2'
    assert tiers(loads(text)) == [(("5",), ("3", "4"), ("1",), ("2",))]


def test_strategies_may_be_counted_alone_or_beside_names() -> None:
    case = loads('NFG 1 R "t" { "A" "" } { 1 { "any" "" "no deal" "no deal" } } 1 2 3 4 5 6 7 8')
    assert [i.options for i in case.issues] == [
        ("1",),
        ("any 2", "option 2", "no deal 2", "no deal 3"),
    ]
    assert [p.name for p in case.parties] == ["A", "player_2"]


def test_a_file_is_known_by_its_ending_or_its_look(tmp_path: Path) -> None:
    path = tmp_path / "game.nfg"
    path.write_text(DILEMMA, encoding="utf-8")
    assert load(path) == loads(DILEMMA)
    path = tmp_path / "game.txt"
    path.write_text(DILEMMA, encoding="utf-8")
    assert load(path) == loads(DILEMMA)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('NFG 2 R "t"', "-:1: '1' is expected here, not '2'; a game begins with NFG 1 R"),
        ('NFG 1 Q "t"', "-:1: R or D is expected here"),
        ("NFG 1 R t", "-:1: a text in quotes is expected here, not 't'"),
        ('NFG 1 R "t" { }', "-:1: a game has at least one player"),
        ('NFG 1 R\n"t', "-:2: a quote is opened here and not closed"),
        ('NFG 1 R "t" { "A" }\n{ 2 2 } 1 2', "-:2: strategies are listed for 2 players"),
        ('NFG 1 R "t" { "A" }\n{ 0 }', "-:2: a number of strategies lies between 1 and 1,001"),
        ('NFG 1 R "t" { "A" }\n{ { } }', "-:2: a player has at least one strategy"),
        ('NFG 1 R "t" { "A" }\n{ 2 }\n1', "-:3: a number is expected here, not the end of the"),
        ('NFG 1 R "t" { "A" }\n{ 2 }\n\n1 2 3', "-:4: '3' stands after the last number"),
        ('NFG 1 R "t" { "A" } { 2 } 1 1/0', "-:1: a number is expected here, not '1/0'"),
        ('NFG 1 R "t" { "A" } { 2 } 1 1e999', "-:1: a number is expected here, not '1e999'"),
        ('NFG 1 R "t" { "A" } { 2 } 1 ' + "9" * 99, "at most 40 digits"),
        ('NFG 1 R "t" { "A" } { 2 } { { "o" 1 } } 1 2', "an outcome lies between 0 and 1, not 2"),
        ('NFG 1 R "t" { "A" } { 2 } { { "o" 1 2 } } 1 2', "'}' is expected here, not '2'"),
        ('NFG 1 R "t" { "A" } { 2 } { { "o" 1', "'}' is expected here, not the end of the file"),
        ('NFG 1 R "t" { "A" "B" "C" } { 999 999 999 }', "more than 262,144 profiles"),
    ],
)
def test_a_malformed_file_gives_one_message(text: str, message: str) -> None:
    assert message in fault(text)


def test_mutated_files_give_a_case_or_a_message() -> None:
    source = random.Random(6)  # noqa: S311 - the same mutations every time
    accepted = 0
    for _ in range(600):
        words = source.choice([DILEMMA, OUTCOMES]).split(" ")
        for _ in range(source.randint(1, 2)):
            place = source.randrange(len(words))
            change = source.choice(["", "{", "}", '"', "2", "1/2", "-", "NFG", "\\", "99999999999"])
            words[place] = change
        with suppress(DetenteError):
            loads("NFG " + " ".join(words).removeprefix("NFG "))
            accepted += 1
    assert accepted > 20


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_payoffs_become_their_order(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    n_profiles = 1
    for size in sizes:
        n_profiles *= size
    payoff = st.fractions(-2, 2, max_denominator=3)
    rows = [[data.draw(payoff) for _ in sizes] for _ in range(n_profiles)]
    players = " ".join(f'"P{k}"' for k in range(len(sizes)))
    numbers = " ".join(str(value) for row in rows for value in row)
    case = loads(f'NFG 1 R "t" {{ {players} }} {{ {" ".join(map(str, sizes))} }} {numbers}')
    for k, ranking in enumerate(tiers(case)):
        rank = {state: -place for place, tier in enumerate(ranking) for state in tier}
        for a, b in itertools.combinations(range(n_profiles), 2):
            better = Fraction(rows[a][k]) > Fraction(rows[b][k])
            level = rows[a][k] == rows[b][k]
            assert (rank[str(a + 1)] > rank[str(b + 1)]) == better
            assert (rank[str(a + 1)] == rank[str(b + 1)]) == level
