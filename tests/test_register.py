"""Registers: what is read from comma-separated values, and every fault with its line."""

from __future__ import annotations

import csv
import io
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.catalog import load_register
from detente.errors import CaseError, UnknownNameError
from detente.register import Column, Register, tidy, write_value
from detente.sheet import LONGEST_CELL, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, read_register


def faults(text: str | bytes) -> list[tuple[int, str]]:
    with pytest.raises(CaseError) as error:
        read_register(text, file="states.csv")
    return [(fault.line, fault.text()) for fault in error.value.faults]


def cells(register: Register, name: str) -> list[object]:
    column = register.columns[register.index[name]]
    return [None if code < 0 else column.levels[code] for code in column.codes.tolist()]


# --- what is read --------------------------------------------------------------------------------


def test_types_are_stated_or_read_off_the_values():
    register = read_register(
        "country,members:number,since,armed,region,code:text,empty\n"
        "Aster,1/3,2011-05-02,Yes,North,01,\n"
        "Brume,-2.50,2012-02-29,no,=1+1,2,\n"
        "Corvel,,,,,,\n"
    )
    assert [(c.name, c.kind, c.inferred) for c in register.columns] == [
        ("country", "text", False),
        ("members", "number", False),
        ("since", "date", True),
        ("armed", "yes/no", True),
        ("region", "text", True),
        ("code", "text", False),
        ("empty", "text", True),
    ]
    assert register.subjects == ("Aster", "Brume", "Corvel")
    assert register.noun == "country"
    assert cells(register, "members") == [Fraction(1, 3), Fraction(-5, 2), None]
    assert cells(register, "since") == [date(2011, 5, 2), date(2012, 2, 29), None]
    assert cells(register, "armed") == [True, False, None]
    assert cells(register, "region") == ["North", "=1+1", None]
    assert cells(register, "code") == ["01", "2", None]
    assert register.columns[-1].n_unknown == 3


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separators_line_ends_and_byte_order_marks(separator, end, mark):
    rows = [["name", "note"], ["Ash", f'"a{separator}b ""c"""'], ["Elm", '"two\nlines"'], ["", ""]]
    text = mark + end.join(separator.join(row) for row in rows)
    register = read_register(text.encode())
    assert register.subjects == ("Ash", "Elm")
    assert cells(register, "note") == [tidy(f'a{separator}b "c"'), "two lines"]


def test_composed_and_decomposed_characters_are_the_same():
    register = read_register("name,region\nA,Cafe\u0301\nB,Caf\u00e9\n")
    assert register.columns[1].levels == ("Caf\u00e9",)


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=12
).map(tidy)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=6, unique_by=lambda row: row[0]))
def test_what_the_csv_module_writes_is_read_back(rows):
    rows = [(name or "x", note) for name, note in rows]
    if len({name for name, _ in rows}) < len(rows):
        return
    buffer = io.StringIO()
    csv.writer(buffer).writerows([("name:text", "note:text"), *rows])
    register = read_register(buffer.getvalue())
    assert register.subjects == tuple(name for name, _ in rows)
    assert cells(register, "note") == [note or None for _, note in rows]


def test_values_are_written_as_they_are_read():
    written = [write_value(value) for value in (True, False, Fraction(5, 2), date(2026, 3, 1), "x")]
    assert written == ["yes", "no", "2.5", "2026-03-01", "x"]


# --- faults --------------------------------------------------------------------------------------


def test_all_faults_come_at_once_with_their_lines():
    found = faults(
        "country,members:number,since:date,armed:yes/no,members,,x:colour\n"
        'Aster,"1,200",2026-02-30,maybe,1,2,3\n'
        "\n"
        "Brume,1\n"
        "Aster,1,,,,,\n"
        ",1,,,,,\n"
        'Corvel,1e9,,,,,a"b\n'
        'Dun,1,"2020-01-01"x,,,,\n'
    )
    assert [line for line, _ in found] == [1, 1, 1, 2, 2, 2, 4, 5, 6, 7, 7, 8]
    said = "\n".join(text for _, text in found)
    for words in (
        "column 6 has no name",
        "members: two columns have this name",
        "x: no such type: 'colour'; a column's type is text, number, date or yes/no",
        "members: '1,200' is not a number; write it without thousands separators",
        "since: '2026-02-30' is not a date; write year-month-day: 2026-03-01",
        "armed: 'maybe' is not yes or no; write yes or no",
        "line 4: 2 cells under 7 columns",
        "line 5: country: 'Aster' is named in line 2 already",
        "line 6: country: the row names no subject",
        "members: '1e9' is not a number; write digits, a decimal point or p/q",
        "a quote stands inside the cell 'a\"b'",
        "'x' stands after the end of a quoted cell",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("Aster\n", "line 2: 1 cell under 2 columns"),
        ("Aster,1,2\n", "line 2: 3 cells under 2 columns"),
        (",1\n", "line 2: country: the row names no subject"),
        ('"Aster,1\n', "line 2: a quote is opened here and not closed"),
    ],
)
def test_rows_with_faults_are_told_of_and_not_that_there_are_none(rows, says):
    found = faults(f"country,a\n{rows}")
    assert len(found) == 1
    assert says in found[0][1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "states.csv:1: there is nothing in the file; the first row names the columns"),
        ("\n ,\n", "there is nothing in the file"),
        ("country,armed\n", "the register names no subject"),
        ("country:number\n1\n", "the first column names the subjects, so it is text"),
        ('country\n"Aster\nBrume\n', "states.csv:2: a quote is opened here and not closed"),
        ('country\nAster, "B, C"\n', "a quote stands inside the cell"),
        ('country,a\nAster,"1 200"\nBrume,3\n', "or name the column a:text"),
        ("country;a\nAster;1,5\nBrume;2\n", "with a decimal point: 1200 or 1.5"),
        ("country,a\nAster,2026-02-30\n", "'2026-02-30' is not a date"),
        ('country,"a\'b"""\nAster,1\n', "cannot be written in a clause"),
        (b"country\n\xff\xfeAster\n", "states.csv:2: the file is not UTF-8 text"),
        ("country\nA\0ster\n", "states.csv:2: the control character U+0000 stands here"),
        ("country\nA" + "x" * LONGEST_CELL + "\n", "the cell holds 1,001 characters"),
        (",".join(f"c{k}" for k in range(10**5)) + "\n", "100,000 columns are more than 500"),
        (b"x" * (MOST_BYTES + 1), "the file is larger than 4 MiB; a register has at most 100,000"),
    ],
)
def test_malformed_and_hostile_files_are_refused_in_one_message(text, says):
    with pytest.raises(CaseError, match=r"^states\.csv") as error:
        read_register(text, file="states.csv")
    assert says in str(error.value)
    assert len(str(error.value)) < 2000


def test_the_limits_are_the_last_that_is_read():
    names = ",".join(f"c{k}" for k in range(MOST_COLUMNS))
    assert len(read_register(f"{names}\nA{',' * (MOST_COLUMNS - 1)}\n").columns) == MOST_COLUMNS
    rows = "\n".join(map(str, range(MOST_ROWS)))
    assert len(read_register(f"n\n{rows}\n").subjects) == MOST_ROWS
    (found,) = faults(f"n\n{rows}\none more\n")
    assert found[0] == MOST_ROWS + 2
    assert "there are more than 100,000 rows" in found[1]


def test_very_many_faults_are_cut():
    found = faults("n,a:number\n" + "".join(f"s{k},x\n" for k in range(5000)))
    assert len(found) == 101
    assert "there are 100 faults or more" in found[0][1]


def test_a_register_is_sound_or_does_not_exist():
    name = Column.of(name="n", kind="text", values=["a", "b"])
    with pytest.raises(ValueError, match="does not name every subject once"):
        Register(columns=(Column.of(name="n", kind="text", values=["a", "a"]),))
    with pytest.raises(ValueError, match="same name"):
        Register(columns=(name, name))
    with pytest.raises(ValueError, match="different lengths"):
        Register(columns=(name, Column.of(name="m", kind="text", values=["a"])))
    with pytest.raises(ValueError, match="read-only"):
        name.codes[0] = 1


# --- where it comes from -------------------------------------------------------------------------


def test_a_file_comes_before_the_catalogue(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(load_register("coastal-states").subjects) == 22
    (tmp_path / "coastal-states").write_text("n\nonly\n", encoding="utf-8")
    assert load_register("coastal-states").subjects == ("only",)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("nowhere.csv", "no such file: nowhere.csv"),
        ("costal-states", "did you mean 'coastal-states'"),
        ("bad\0name.csv", "no such file"),
    ],
)
def test_what_is_not_there_is_named(source, says):
    with pytest.raises(UnknownNameError, match=says):
        load_register(source)


def test_a_folder_is_no_register(tmp_path):
    with pytest.raises(CaseError, match="this is a folder"):
        load_register(tmp_path)
