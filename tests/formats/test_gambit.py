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


# --- writing ------------------------------------------------------------------------------------

PRICES = """\
detente: 1
title: Prices
note: A market.
parties: {row: Row & Co, col: {name: Column, note: late}}
issues:
  ads: {title: Advertise, options: [yes, no], status_quo: no, note: costly}
  price: {range: 0..1, step: 0.5, status_quo: 0.5, unit: euro}
preferences:
  row:
    - scores: {ads: {yes: 1/3, no: 0}, price: 2*x}
    - rule: ads == yes and price > 0.5
      worth: -2
control: {row: {price: any}, col: {ads: any}}
graph: {ranking: {col: 3 > 2 ~ 1}}
"""
# States count ads first: 1 (yes, 0), 2 (no, 0), 3 (yes, 0.5), 4 (no, 0.5), 5 (yes, 1), 6 (no, 1).


def payoffs(text: str) -> list[list[Fraction]]:
    """Return the numbers of a game that has payoffs, a row for each profile."""
    rows = text.rpartition('"\n\n')[2] if '"\n\n' in text else text.rpartition("}\n\n")[2]
    return [[Fraction(word) for word in row.split()] for row in rows.splitlines()]


def test_points_are_paid_exactly_and_rankings_as_ranks() -> None:
    text = dumps(loads(PRICES), ".nfg")
    assert text.startswith('NFG 1 R "Prices" { "Row & Co" "Column" }\n\n{ { "0" "0.5" "1" }')
    third = Fraction(1, 3)
    assert payoffs(text) == [  # the price varies fastest: it is the first player's
        [third, 1],
        [third + 1, 2],
        [third + 2 - 2, 0],
        [0, 1],
        [1, 0],
        [2, 0],
    ]
    again = loads(text)
    before = loads(PRICES)
    assert again.parties == before.parties
    assert again.issues == before.issues[::-1]
    assert again.note.startswith("A market. Read from a game")
    assert tiers(again) == [
        (("6",), ("2",), ("5",), ("1", "3"), ("4",)),
        (("2",), ("1", "4"), ("3", "5", "6")),
    ]
    assert dumps(again, ".nfg").count("detente: ") == 1


def test_a_game_that_names_nothing_else_keeps_nothing_in_its_comment() -> None:
    text = dumps(loads(DILEMMA), ".nfg")
    assert '"Luce and Raiffa tell it of two prisoners."' in text
    assert loads(text) == loads(DILEMMA)
    assert payoffs(text) == [[2, 2], [3, 0], [0, 3], [1, 1]]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("price: any", "price: [0 -> 1]", "a player can always change its strategy"),
        ("row: {price: any}, ", "", "issues.price: 0 parties control price; in a game every"),
        ("col: {ads: any}", "col: {ads: any, price: any}", "2 parties control price"),
        ("3 > 2 ~ 1", "3 >> 2 ~ 1", "does not keep how much a state is preferred; write > for >>"),
        ("3 > 2 ~ 1", "9 > 2 ~ 1", "no such state: '9'; states count to 6"),
        ("col: 3 > 2 ~ 1", "row: 3 > 2 ~ 1", "nothing says what states are worth to col"),
        ("    - rule", "    - no_deal: 1\n    - rule", "it keeps no 'no_deal'"),
        ("    - rule", "    - red_line: ads == no\n    - rule", ".nfg does not keep 'red_line'"),
        ("worth: -2", "worth: -2..0", ".nfg keeps single numbers, not ranges"),
        ("worth: -2", "worth: -2\n      note: hm", "this format does not keep 'note'"),
        ("1/3", "1/" + "7" * 60, ".nfg keeps numbers of at most 40 digits"),
        ("preferences:", "proposals: {p: {ads: yes}}\npreferences:", "does not keep proposals"),
        ("preferences:", "as_of: 2026-01-01\npreferences:", "the date of the case"),
        ("preferences:", "constraints: [{require: ads == yes}]\npreferences:", "no constraints"),
        ("{name: Column, note: late}", "{signatory: no}", "a party that does not sign"),
        ("graph: {ranking", "graph: {unseen: {row: [1]}, ranking", "nothing else of a graph"),
        ("step: 0.5", "step: 0.000001", "a game has at most 262,144 profiles"),
    ],
)
def test_what_a_game_cannot_hold(old: str, new: str, message: str) -> None:
    text = PRICES.replace(old, new)
    if old == "step: 0.5":
        text = PRICES.replace("range: 0..1, step: 0.5, status_quo: 0.5", OPTIONS)
        text = text.replace("price: 2*x", "price: 0").replace("and price > 0.5", "")
        text = text.replace("options: [yes, no], status_quo: no", OPTIONS).replace(
            "{yes: 1/3, no: 0}", "0"
        )
        text = text.replace("ads == yes", "ads == 1")
    with pytest.raises(CaseError) as caught:
        dumps(loads(text), ".nfg")
    assert message in str(caught.value)


OPTIONS = "range: 0..1000, step: 1, status_quo: 0"


def test_labels_are_plain_and_the_comment_keeps_what_they_were() -> None:
    text = PRICES.replace("Row & Co", "Zoë  & Co").replace("Column", "Zoe & Co")
    text = text.replace("title: Prices", "title: Prïces").replace("A market.", "Ein Märkt.")
    text = text.replace("yes", "señal").replace("no}", "не}").replace(": no,", ": не,")
    case = loads(text.replace("[señal, no]", "[señal, не]").replace("no: 0", "не: 0"))
    written = dumps(case, ".nfg")
    assert written.isascii()
    assert written.startswith('NFG 1 R "Prices" { "Zoe & Co" "Zoe & Co 2" }')
    assert '{ "senal" "strategy 2" }' in written
    again = loads(written)
    assert (again.parties, again.issues) == (case.parties, case.issues[::-1])
    assert again.title == "Prïces"
    assert again.note.startswith("Ein Märkt. Read from")
    assert "options that ads does not have" in fault(written.replace("se\\\\u00f1al\\\\t", ""))


def test_a_ranking_stands_alone() -> None:
    text = PRICES.replace("col: 3 > 2 ~ 1", "col: 3 > 2 ~ 1, row: 1 > 2")
    with pytest.raises(CaseError, match="row has a ranking, and a game keeps no 'scores' beside"):
        dumps(loads(text), ".nfg")


def test_a_comment_that_was_changed_by_hand() -> None:
    text = dumps(loads(PRICES), ".nfg")
    assert "the comment names 1 parties, not 2" in fault(
        text.replace('{\\"name\\": \\"row\\", \\"title\\": \\"Row & Co\\"}, ', "")
    )
    assert "options that price does not have" in fault(text.replace('"0.5" "1"', '"0.4" "1"'))
    assert "options that price does not have" in fault(
        text.replace('{ "0" "0.5" "1" }', '{ "low" "0.5" "1" }')
    )
    broken = loads(text.replace('\\"numeric\\"', '\\"numerals\\"'))
    assert "detente:" in broken.note
    assert broken.issues[0].name == "strategy_1"
    assert "cannot be used as a name" in fault(
        text.replace('\\"name\\": \\"ads\\"', '\\"name\\": \\"a b\\"')
    )


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_games_read_back_as_they_were_written(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 3))
    order = data.draw(st.permutations(range(n)))  # issue k belongs to party order[k]
    sizes = [data.draw(st.integers(1, 3)) for _ in range(n)]
    options = [[f"o{o}" for o in range(size)] for size in sizes]
    lines = ["detente: 1", "title: T", f"parties: {{{', '.join(f'P{p}: {{}}' for p in range(n))}}}"]
    lines.append("issues:")
    for k in range(n):
        quo = data.draw(st.sampled_from(options[k]))
        lines.append(f"  i{k}: {{options: [{', '.join(options[k])}], status_quo: {quo}}}")
    number = st.fractions(-3, 3, max_denominator=4)
    points = {
        p: [[data.draw(number) for _ in range(size)] for size in sizes]
        for p in range(n)
        if data.draw(st.booleans())
    }
    lines += ["preferences:"] if points else []
    for p, columns in points.items():
        scores = ", ".join(
            f"i{k}: {{{', '.join(f'o{o}: {v}' for o, v in enumerate(column))}}}"
            for k, column in enumerate(columns)
        )
        lines += [f"  P{p}:", f"    - scores: {{{scores}}}"]
    packages = [package[::-1] for package in itertools.product(*map(range, sizes[::-1]))]
    ranked = {
        p: data.draw(st.lists(st.integers(0, 2), min_size=len(packages), max_size=len(packages)))
        for p in range(n)
        if p not in points
    }
    lines += ["control:", *(f"  P{order[k]}: {{i{k}: any}}" for k in range(n))]
    lines += ["graph:", "  ranking:"] if ranked else []
    for p, heights in ranked.items():
        worst_last = sorted(set(heights), reverse=True)
        joined = (
            " ~ ".join(str(s) for s, h in enumerate(heights, start=1) if h == height)
            for height in worst_last
        )
        lines.append(f"    P{p}: {' > '.join(joined)}")
    case = loads("\n".join(lines))
    text = dumps(case, ".nfg")
    rows = payoffs(text)
    owner = [order.index(p) for p in range(n)]  # the issue of each party
    profiles = [
        profile[::-1] for profile in itertools.product(*(range(sizes[k]) for k in owner[::-1]))
    ]
    for row, profile in zip(rows, profiles, strict=True):
        package = tuple(profile[order[k]] for k in range(n))
        for p in range(n):
            if p in points:
                assert row[p] == sum(points[p][k][package[k]] for k in range(n))
            else:
                height = ranked[p][packages.index(package)]
                assert row[p] == sorted(set(ranked[p])).index(height)
    again = loads(text)
    assert again.parties == case.parties
    assert again.issues == tuple(case.issues[k] for k in owner)
    assert loads(dumps(again, ".nfg")) == again
    assert payoffs(dumps(again, ".nfg")) == [
        [Fraction(sorted({r[p] for r in rows}).index(row[p])) for p in range(n)] for row in rows
    ]
