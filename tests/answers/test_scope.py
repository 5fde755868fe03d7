"""Scope: whom a clause covers, told to people and to programs alike."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from detente import cli
from detente.answers.scope import scope
from detente.catalog import load_register
from detente.errors import CancelledError
from detente.report import markdown, separated
from detente.sheet import read_register
from detente.work import Work
from tests.answers.cases import words
from tests.test_contract import documented, fits, leaves

CLAUSE = "attacked == yes or hosts == Lantern or (supports == Lantern and since >= 2015-01-01)"
WORDING = "attacked == yes or hosts in (Lantern, Ember) and supports != none"


@pytest.fixture(scope="module")
def answer():
    return scope(load_register("coastal-states"), CLAUSE, against=WORDING)


def ask(*arguments: str, given: str | bytes | None = None):
    return CliRunner().invoke(cli.main, ["scope", *arguments], input=given)


# --- a worked example, followed by hand ----------------------------------------------------------

TALKS = """\
group,side:text,armed:yes/no,members:number
Ash,north,yes,10
Birch,north,no,20
Cedar,south,yes,30
Elm,south,no,
Fir,,no,5
"""


def test_the_answer_for_programs():
    data = scope(
        read_register(TALKS, file="talks.csv"),
        "side == north and members > 5 or armed == yes",
        against="side in (north, south)",
    ).data()
    assert data["register"] == {"file": "talks.csv", "subjects": 5}
    assert data["columns"][1] == {
        "name": "side",
        "type": "text",
        "inferred": False,
        "not_known": 1,
    }
    assert data["covered"] == ["Ash", "Birch", "Cedar"]
    assert data["unknown"] == []  # whatever side Fir is on, 5 is not more than 5
    assert data["counts"] == {"covered": 3, "not_covered": 2, "unknown": 0}
    assert [(part["text"], part["kind"]) for part in data["parts"]] == [
        ("(side == north and members > 5)", "or"),
        ("armed == yes", "or"),
        ("side == north", "and"),
        ("members > 5", "and"),
    ]
    first, second, third, fourth = data["parts"]
    assert first["drops_if_left_out"] == ["Birch"]  # Ash is armed as well
    assert second["drops_if_left_out"] == ["Cedar"]
    assert second["adds_if_left_out"] == second["unclear_if_left_out"] == []
    assert third["adds_if_left_out"] == []
    assert third["unclear_if_left_out"] == ["Elm"]  # nothing is left but the members
    assert fourth["unclear_if_left_out"] == ["Fir"]  # nothing is left but the side
    assert fourth["within"] == "side == north and members > 5"
    assert data["breakdown"][0] == {
        "column": "side",
        "groups": [
            {"value": "north", "covered": 2, "not_covered": 0, "unknown": 0},
            {"value": "south", "covered": 1, "not_covered": 1, "unknown": 0},
            {"value": None, "covered": 0, "not_covered": 1, "unknown": 0},
        ],
    }
    against = data["against"]
    assert (against["added"], against["dropped"]) == (["Elm"], [])
    assert against["unclear"] == ["Fir"]
    assert against["unknown"] == [{"subject": "Fir", "columns": ["side"]}]
    by_part = [(one["found_in"], one["covers"], one["parts"]) for one in against["by_part"]]
    assert by_part == [
        ("wording", True, ["side in (north, south)"]),
        ("clause", False, ["side == north", "armed == yes"]),
    ]
    assert all(one["subjects"] == one["alone"] == ["Elm"] for one in against["by_part"])
    assert against["complete"]


def test_the_answer_for_people(answer):
    said = " ".join(words(answer).split())
    for sentence in (
        "The clause covers 12 of the 22 in the register: Aster, Brume,",
        (
            "Of 3 it cannot be told, because something is not known of them: Hallow (attacked), "
            "Lorne (hosts) and Quill (since)."
        ),
        "Types read off the values: region is text, hosts is text and supports is text.",
        "The words 'or (supports == Lantern and since >= 2015-01-01)' bring in 7 of the 12: ",
        "The words 'attacked == yes or' bring in 1 of the 12: Aster.",
        (
            "The words 'supports == Lantern and' keep out 2: Pell and Rathe. "
            "Without them, it could no longer be told of 4: Dunmere,"
        ),
        "It adds 1: Rathe.",
        "It drops 8: Brume,",
        "In the other wording, 'hosts in (Lantern, Ember)' and 'supports != none' let in the one",
        (
            "In the clause, the one added meets none of 'attacked == yes', 'hosts == Lantern' and "
            "'supports == Lantern': Rathe."
        ),
        (
            "In the other wording, 1 of the 8 dropped meets neither 'attacked == yes' nor "
            "'supports != none': Brume."
        ),
    ):
        assert sentence in said, said


@pytest.mark.parametrize(
    ("clause", "says"),
    [
        ("armed == yes", "The clause is a single comparison; nothing in it can be left out."),
        ("side in (north, west)", "No group has side = west."),
        ("side == nort", "No group has side = nort; did you mean 'north'?"),
        ("members > 99", "The clause covers 0 of the 5 in the register."),
        (
            "side in (north, south)",
            "The value 'north' of 'side in (north, south)' brings in 2 of the 4: Ash and Birch.",
        ),
        (
            "side not in (north, south)",
            "The value 'north' of 'side not in (north, south)' keeps out 2: Ash and Birch.",
        ),
        (
            "armed == yes or members >= 10 or members > 9",
            "Leaving out just one of 'armed == yes or', 'or members >= 10' and 'or members > 9'",
        ),
        (
            "members > 9 and side == south",
            "The words 'and side == south' keep out 2: Ash and Birch.",
        ),
    ],
)
def test_how_it_is_told(clause, says):
    register = read_register(TALKS)
    assert says in " ".join(words(scope(register, clause)).split())


def test_a_part_that_only_makes_it_unclear():
    register = read_register(TALKS.replace("Fir,,no,5", "Fir,north,,5"))
    said = words(scope(register, "armed == no and members < 10 and side == north"))
    assert "The words 'armed == no and' bring in nobody and keep out nobody for certain." in said
    assert "for certain. Without them, it could be told of 1: Fir." in said


def test_whom_one_comparison_of_the_other_wording_explains_in_full():
    said = words(scope(read_register(TALKS), "armed == yes", against="side == north"))
    assert "It adds 1: Birch. It drops 1: Cedar." in said
    assert "In the other wording, 'side == north' lets in the one added: Birch." in said
    assert "In the clause, the one added does not meet 'armed == yes': Birch." in said
    both = words(scope(read_register(TALKS), "members < 9", against="armed == yes and members > 9"))
    assert "In the clause, the 2 added do not meet 'members < 9': Ash and Cedar." in both


def test_a_long_list_is_cut_for_people_and_whole_for_programs():
    register = read_register("name,a:number\n" + "".join(f"s{k},{k % 3}\n" for k in range(300)))
    listed = ",".join(map(str, range(900)))
    answer = scope(register, f"a in ({listed}) or a == 7", against="a == 1 or a == 2")
    data = answer.data()
    assert len(data["covered"]) == 300
    assert len(data["parts"]) == 902
    said = words(answer)
    assert "s18, s19 and 280 more." in " ".join(said.split())
    assert "The first 30 of 300 rows; --format csv has all." in said
    assert "s29 " in said
    assert "s30 " not in said
    assert len(said) < 20_000
    assert len(markdown.render(answer.sections())) < 40_000
    assert answer._repr_html_().count("<tr") < 100
    rows = list(csv.reader(io.StringIO(separated.render(answer.sections()))))
    assert [row[0] for row in rows[-300:]] == [f"s{k}" for k in range(300)]


def test_formula_like_cells_are_text_and_leave_as_text():
    answer = scope(read_register("name,note\n=cmd(),+1+1\n@b,x\n"), 'note == "+1+1"')
    assert answer.data()["covered"] == ["=cmd()"]
    assert "'=cmd(),covered" in separated.render(answer.sections())


def test_nothing_hostile_reaches_the_terminal():
    answer = scope(read_register("name,a\nx\u202ey,<b>\n"), "a == '<b>'")
    assert "\u202e" not in words(answer)
    assert "<b>" not in answer._repr_html_()


# --- the contract --------------------------------------------------------------------------------


def test_every_key_is_documented_with_its_type(answer):
    pages = documented()
    kinds = {k: v for k, v in pages["In every answer"].items() if k in {"contract", "answer"}}
    kinds |= pages["scope"]
    register = read_register(TALKS)
    answers = [
        answer,
        scope(register, "side == wst or armed == yes"),
        scope(register, "armed == no"),
    ]
    seen = set()
    for one in answers:
        for path, value in leaves(json.loads(one.json())):
            if value in ([], {}):
                assert any(known.startswith(path) for known in kinds), path
                continue
            assert path in kinds, path
            assert fits(value, kinds[path]) or (value is None and path == "against"), path
            seen.add(path)
    assert set(kinds) - seen <= {"against.unmatched[].column", "against.unmatched[].value"} | {
        "against.unmatched[].hint"
    }


# --- the command ---------------------------------------------------------------------------------


def test_the_command_reads_a_file_the_catalogue_and_standard_input(tmp_path):
    file = tmp_path / "talks.csv"
    file.write_text(TALKS, encoding="utf-8")
    from_file = json.loads(ask(str(file), "armed == yes", "--format", "json").stdout)
    from_input = json.loads(ask("-", "armed == yes", "--format", "json", given=TALKS).stdout)
    assert from_file["covered"] == from_input["covered"] == ["Ash", "Cedar"]
    assert (from_file["register"]["file"], from_input["register"]["file"]) == (str(file), "-")
    shown = ask("coastal-states", CLAUSE, "--against", WORDING)
    assert shown.exit_code == 0
    assert "The clause covers 12 of the 22" in shown.stdout


@pytest.mark.parametrize(
    ("given", "clause", "says"),
    [
        ("a,b:number\nx,many\n", "b > 1", "-:2: b: 'many' is not a number"),
        (TALKS, "armd == yes", "no such column: 'armd'; did you mean 'armed'?"),
        (TALKS, "side > north", "side holds text"),
        (b"a\n\xff", "a == x", "-:2: the file is not UTF-8 text"),
    ],
)
def test_what_is_to_be_put_right_ends_with_1(given, clause, says):
    result = ask("-", clause, given=given)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert says in result.stderr


def test_a_fault_of_the_other_wording_is_told():
    result = ask("-", "armed == yes", "--against", "armed == maybe", given=TALKS)
    assert result.exit_code == 1
    assert "'maybe' is not yes or no" in result.stderr


def test_work_stops_when_asked():
    work = Work(cancelled=lambda: True)
    register = read_register(TALKS)
    with pytest.raises(CancelledError, match="stopped while leaving out the parts"):
        scope(register, "armed == yes or side == north", work=work)
    with pytest.raises(CancelledError, match="stopped while finding what decides"):
        scope(register, "armed == yes", against="side == north", work=work)


def test_the_executor_changes_nothing(answer):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as executor:
        work = Work(executor=executor)
        again = scope(load_register("coastal-states"), CLAUSE, against=WORDING, work=work)
    assert again.json() == answer.json()
