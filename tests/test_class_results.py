"""Tables of what groups agreed on: what is read, and every fault with its row and column."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

import detente
from detente.answers.handout import results_form
from detente.cells import Cells
from detente.class_results import LONGEST_NAME, MOST_GROUPS, Result, read_results
from detente.confidential import public
from detente.errors import CaseError, UnknownNameError
from detente.sheet import read_cells_file

HARBOUR = detente.load("harbour")
OPTIONS = [issue.options for issue in HARBOUR.issues]


def read(text: str) -> list[Result]:
    return list(read_results(HARBOUR, Cells(text=text, file="class.csv")))


def packages(text: str) -> dict[str, object]:
    return {result.group: result.package for result in read(text)}


def faults(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(CaseError) as error:
        read(text)
    assert error.value.file == "class.csv"
    return [(fault.line, fault.path, fault.problem) for fault in error.value.faults]


# --- what is read --------------------------------------------------------------------------------


def test_a_class_is_read_in_the_order_of_the_table():
    found = read(
        "# how to fill this in, in words\n"
        "note,Pay rise,group,cranes,shifts\n"
        "late,4,Red,pilot,none\n"
        ",,Blue,full,voluntary\n"
        ",,Green,, No  Deal\n"
    )
    assert found == [
        Result(group="Red", package=(0, 4, 1), line=3, note="late"),
        Result(group="Blue", package=(1, 0, 2), line=4, kept=("pay",)),
        Result(group="Green", package=None, line=5),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_separator_that_spreadsheets_write(separator):
    rows = [["group", "shifts", "pay", "cranes"], ["Red, the first", "none", "2", "no"]]
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows(rows)
    assert packages(f"\ufeff{written.getvalue()}") == {"Red, the first": (0, 2, 0)}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_form_that_a_spreadsheet_saved_again_keeps_its_remarks(separator):
    written = io.StringIO()
    rows = [*csv.reader(io.StringIO(results_form(public(HARBOUR)))), ["Red", "none", "2", "no"]]
    padded = [row + [""] * (4 - len(row)) for row in rows]
    csv.writer(written, delimiter=separator).writerows(padded)
    assert packages(written.getvalue()) == {"Red": (0, 2, 0)}


@pytest.mark.parametrize(
    ("cell", "option"),
    [("4", 4), ("4.0", 4), ("4 percent", 4), ("4%", 4), ("4 %", 4), ("8/2", 4), ("4,0", 4)],
)
def test_numbers_are_found_however_they_are_spelled(cell, option):
    assert packages(f"group;pay\nRed;{cell}\n") == {"Red": (2, option, 0)}


def test_options_are_found_as_they_are_read():
    case = detente.loads("""\
detente: 1
title: Test
parties: {A: A, B: B}
issues:
  role: {options: [part_time, Full_time, full_time], status_quo: part_time}
  strike: {options: [N, Y], status_quo: N}
""")
    found = read_results(case, Cells(text="group,role,strike\n1,Part Time,yes\n2,full_time,y\n"))
    assert [result.package for result in found] == [(0, 1), (2, 1)]
    with pytest.raises(CaseError, match="no such option: 'full time'"):
        read_results(case, Cells(text="group,role\n1,full time\n"))


def test_a_proposal_stands_for_its_options_and_may_be_varied():
    text = (
        "group,proposal,pay\nRed,march draft,\nBlue,march_draft,4\nGreen,no deal,\n"
        'White,status quo,\nPink,"march_draft, cranes = no",\n'
    )
    assert packages(text) == {
        "Red": (1, 2, 2),
        "Blue": (1, 4, 2),
        "Green": None,
        "White": (2, 0, 0),
        "Pink": (1, 2, 0),
    }


def test_names_of_issues_come_before_our_words():
    case = detente.loads("""\
detente: 1
title: Test
parties: {A: A, B: B}
issues:
  group: {title: Note, options: [a, b], status_quo: a}
  note: {title: Who pays, options: [c, d], status_quo: c}
  x: {title: Who pays, options: [e, f], status_quo: e}
""")
    found = read_results(case, Cells(text="group,group,note,x\nRed,b,d,f\n"))
    assert [result.package for result in found] == [(1, 1, 1)]
    with pytest.raises(CaseError, match="no issue is called 'Who pays'"):
        read_results(case, Cells(text="group,Who pays\nRed,d\n"))


@given(
    st.lists(
        st.one_of(st.none(), st.tuples(*(st.integers(0, len(o) - 1) for o in OPTIONS))),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_entered_into_the_form_is_read_back(agreed):
    form = results_form(public(HARBOUR))
    written = io.StringIO()
    rows = csv.writer(written)
    for k, package in enumerate(agreed):
        cells = [names[o] for names, o in zip(OPTIONS, package or (), strict=False)]
        rows.writerow([f"#{k}", *(cells or ["no deal", "", ""])])
    found = read(form + written.getvalue())
    assert [result.package for result in found] == agreed
    assert [result.group for result in found] == [f"#{k}" for k in range(len(agreed))]
    assert not any(result.kept for result in found)


# --- faults --------------------------------------------------------------------------------------


def test_every_fault_is_named_with_its_row_and_column():
    text = (
        "group,shifts,pay,cranes\n"
        "Red,nome,9,pilot\n"
        ",none,1,no\n"
        "Red,none,1,no\n"
        "Blue,,,\n"
        "Pink,no deal,2,\n"
        "Grey,none,1\n"
    )
    assert faults(text) == [
        (2, "pay", "no such option: '9'"),
        (2, "shifts", "no such option: 'nome'"),
        (3, "group", "the row names no group"),
        (4, "group", "'Red' is named in line 2 already"),
        (5, "Blue", "the row does not say what was agreed"),
        (6, "pay", "'2' stands beside no deal"),
        (7, "", "3 cells under 4 columns"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(1, "", "there is nothing in the table")]),
        ("# a remark\n", [(1, "", "there is nothing in the table")]),
        ("group,pay\n", [(1, "", "the table names no group")]),
        ("group,wage\n", [(1, "wage", "no issue is called 'wage'")]),
        ("group,note\n", [(1, "", "no column tells what was agreed")]),
        ("pay,cranes\n1,no\n", [(1, "", "no column is called 'group'")]),
        ("group,pay,Pay rise\nRed,1,1\n", [(1, "Pay rise", "two columns tell this")]),
        ("group,pay,\nRed,1,x\n", [(1, "", "column 3 has no name")]),
        ('group,pay\nRed,"1\n', [(2, "", "a quote is opened here and not closed")]),
        ("group,proposal\nRed,april draft\n", None),
        (f"group,pay\n{'x' * (LONGEST_NAME + 1)},1\n", None),
    ],
)  # fmt: skip
def test_tables_that_cannot_be_read(text, found):
    told = faults(text)
    if found is not None:
        assert told == found
    else:
        assert len(told) == 1
        assert told[0][0] == 2


def test_a_thousand_separator_is_not_taken_for_a_decimal_comma():
    assert faults("group;pay\nRed;1,000\n") == [(2, "pay", "no such option: '1,000'")]


def test_there_is_a_limit_to_the_number_of_groups():
    rows = "".join(f"g{k},1\n" for k in range(MOST_GROUPS + 1))
    assert "more than 1,000 groups" in faults(f"group,pay\n{rows}")[0][2]


def test_files_that_hold_no_table(tmp_path):
    with pytest.raises(UnknownNameError):
        read_cells_file(tmp_path / "none.csv")
    (tmp_path / "bad.csv").write_bytes(b"group,pay\n\xff\xfe,1\n")
    with pytest.raises(CaseError, match=r"bad\.csv:2: the file is not UTF-8 text"):
        read_cells_file(tmp_path / "bad.csv")


@given(st.text(alphabet='group,pay;\t\n\r"#1 no deal', max_size=60))
def test_any_text_is_read_or_refused(text):
    with suppress(CaseError):
        assert read(text)
