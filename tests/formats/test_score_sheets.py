"""Score sheets (.csv, .tsv, .xlsx): every layout, what is left aside, what is refused, and back."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from detente import settle
from detente.case import Case
from detente.catalog import load as catalogued
from detente.document import Faults
from detente.errors import CaseError, DetenteError
from detente.formats import FORMATS, dump, dumps, load, loads
from detente.formats.additive import Profile, ReadIssue, additive_case
from detente.formats.guarded_workbook import MOST_CELLS
from detente.formats.score_cells import levels_of
from detente.statements.no_deal import NoDeal
from detente.statements.red_line import RedLine
from detente.statements.scores import Scores

TABLE = """\
issue,option,Union,Port
Shifts,none,40,0
,voluntary,25,25
,required,0,30
Pay,low,0,32
,high,60,0
no deal,,30,38
"""


def sheet(text: str, file: str = "talks.csv") -> Case:
    return FORMATS["sheet"].read(text.encode(), file)


def refused(text: str | bytes, file: str = "talks.csv") -> str:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(CaseError) as caught:
        FORMATS["sheet"].read(data, file)
    return str(caught.value)


def points(case: Case) -> dict[str, dict[str, dict[str, Fraction]]]:
    """Return party -> issue -> option -> points, as written."""
    return {
        case.party(said.party).label: {
            case.issues[case.vocabulary.index[issue]].label: {
                option: bounds.low for option, bounds in score if bounds.low is not None
            }
            for issue, score in said.scores
            if isinstance(score, tuple)
        }
        for said in case.statements
        if isinstance(said, Scores)
    }


def no_deal(case: Case) -> dict[str, Fraction | None]:
    return {said.party: said.worth.low for said in case.statements if isinstance(said, NoDeal)}


def red_lines(case: Case) -> list[tuple[str, str]]:
    return [
        (said.party, said.condition.text) for said in case.statements if isinstance(said, RedLine)
    ]


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_book(data: bytes, file: str = "talks.xlsx") -> Case:
    return FORMATS["workbook"].read(data, file)


def refused_book(data: bytes) -> str:
    with pytest.raises(CaseError) as caught:
        read_book(data)
    return str(caught.value)


# --- layouts -------------------------------------------------------------------------------------


def test_one_table_of_all_parties() -> None:
    case = loads(TABLE)
    assert points(case) == {
        "Union": {
            "Shifts": {"none": 40, "voluntary": 25, "required": 0},
            "Pay": {"low": 0, "high": 60},
        },
        "Port": {
            "Shifts": {"none": 0, "voluntary": 25, "required": 30},
            "Pay": {"low": 32, "high": 0},
        },
    }
    assert no_deal(case) == {"Union": 30, "Port": 38}
    assert (
        case.note == "Read from a score sheet: The first option of every issue is its status quo."
    )


@pytest.mark.parametrize(
    "text",
    [
        TABLE.replace(",", ";"),
        TABLE.replace(",", "\t"),
        TABLE.replace("\n", "\r\n"),
        "\ufeff" + TABLE,
        "sep=;\n" + TABLE.replace(",", ";"),
        TABLE.replace("issue,option", "Issue:,Options"),
        TABLE.replace("issue,option", "TOPIC,possible outcomes"),
        TABLE.replace("issue,option", ",Option"),
        TABLE.replace("issue,option", "Issue,"),
        TABLE.replace("no deal", "BATNA"),
        TABLE.replace("no deal", "Walk-away value"),
        TABLE.replace("no deal,", ",Reservation point"),
        TABLE.replace("\n,", "\n\n,"),
        TABLE.replace("\n,voluntary", "\nShifts,voluntary").replace("\n,high", "\nPay,high"),
        TABLE.replace("Shifts,none", "Shifts\n,none").replace("Pay,low", "Pay,,,\n,low"),
        '"issue","option","Union","Port"' + TABLE[TABLE.index("\n") :],
        TABLE.replace(",25,25", ",2.5e1,50/2"),
        TABLE.replace("Pay,low", "issue,option,Union,Port\nPay,low"),
    ],
)
def test_the_same_table_in_other_dress(text: str) -> None:
    assert loads(text) == sheet(text, "-")
    assert (points(sheet(text)), no_deal(sheet(text))) == (
        points(sheet(TABLE)),
        no_deal(sheet(TABLE)),
    )


def test_issues_and_options_in_one_column() -> None:
    rows = (
        "Issue / option,Recruiter,Candidate\nBonus\n10%,0,40\n8%,10,30\nCity\nRome,0,5\nOslo,5,0\n"
    )
    assert points(sheet(rows)) == {
        "Recruiter": {"Bonus": {"10%": 0, "8%": 10}, "City": {"Rome": 0, "Oslo": 5}},
        "Candidate": {"Bonus": {"10%": 40, "8%": 30}, "City": {"Rome": 5, "Oslo": 0}},
    }


def test_a_title_stands_above_the_table() -> None:
    assert sheet(f"Night work\n\n{TABLE}").title == "Night work"
    assert sheet(TABLE, "night_work.csv").title == "night work"
    case = sheet(f"Night work,,,March\nfor instructors only\n{TABLE}")
    assert (case.title, case.note.count("the rows above the heading")) == ("Night work", 1)


def test_the_status_quo_is_marked() -> None:
    rows = "issue,option,A,Status quo\npay,low,1,\n,high,2,x\nban,yes,3,no\n,no,4,yes\n"
    case = sheet(rows)
    assert [issue.status_quo for issue in case.issues] == ["high", "no"]
    assert not case.note
    half = sheet(rows.replace("no,4,yes", "no,4,"))
    assert [issue.status_quo for issue in half.issues] == ["high", "yes"]
    assert half.note == "Read from a score sheet: The first option of ban is its status quo."


def test_points_are_read_exactly() -> None:
    numbers = ["0.1", "-3", "1/3", "−2", ".5", '"2,5"', "1200", "1.125", "0,25".join('""')]
    rows = "".join(f"i{k},a,{number}\n" for k, number in enumerate(numbers))
    found = [score["a"] for score in points(sheet(f"issue,option,A\n{rows}"))["A"].values()]
    expected = ["1/10", "-3", "1/3", "-2", "1/2", "5/2", "1200", "9/8", "1/4"]
    assert found == [Fraction(number) for number in expected]


def test_decimal_commas_beside_semicolons() -> None:
    case = sheet("issue;option;A\npay;low;1,5\n;high;-0,125\n")
    assert points(case) == {"A": {"pay": {"low": Fraction(3, 2), "high": Fraction(-1, 8)}}}


@pytest.mark.parametrize(
    "word", ["red line", "Unacceptable", "not acceptable", "X", "no-go", "VETO"]
)
def test_red_lines(word: str) -> None:
    case = sheet(f"issue,option,A\npay,low,{word}\n,middle,3\n,high,7\n")
    assert red_lines(case) == [("A", "pay == low")]
    assert points(case) == {"A": {"pay": {"low": 3, "middle": 3, "high": 7}}}
    assert "Red lines without points (A: C2) count the fewest other" in case.parties[0].note


def test_a_red_line_may_keep_its_points() -> None:
    case = sheet("issue,option,A\npay,low,-9 (red line)\n,high,7\n")
    assert (red_lines(case), points(case)["A"]["pay"]["low"]) == ([("A", "pay == low")], -9)
    assert "Red lines" not in case.note


def test_totals_are_left_aside_and_looked_at() -> None:
    case = sheet(f"{TABLE}Total,,100,62\n")
    assert "Left aside: row 8 ('Total')." in case.note
    assert "make" not in case.parties[0].note
    wrong = sheet(f"{TABLE}Maximum,,90,62\n")
    told = "C8 says 90 for Union, and its best options together make 100."
    assert told in wrong.parties[0].note
    assert not wrong.parties[1].note
    each = sheet(TABLE.replace("Pay,low", ",max,40,30\nPay,low"))
    assert points(each) == points(sheet(TABLE))
    assert "make" not in each.note
    assert "row 5 ('max')" in each.note


def test_further_columns_are_left_aside() -> None:
    rows = "issue,option,A,Notes,B,Total\npay,low,1,why,4,5\n,high,2,,3,5\n"
    case = sheet(rows)
    assert points(case) == {
        "A": {"pay": {"low": 1, "high": 2}},
        "B": {"pay": {"low": 4, "high": 3}},
    }
    assert "Left aside: the column 'Notes', the column 'Total'." in case.note


def test_a_party_may_be_called_max() -> None:
    case = sheet(TABLE.replace("Port", "Max"))
    assert [party.label for party in case.parties] == ["Union", "Max"]
    assert points(sheet(dumps(case, ".csv"))) == points(case)


def test_a_file_parted_by_tabs(tmp_path: Path) -> None:
    (tmp_path / "talks.tsv").write_text(TABLE.replace(",", "\t"))
    assert load(tmp_path / "talks.tsv") == sheet(TABLE)


@pytest.mark.parametrize(
    ("title", "party"), [("Sheet1", "talks"), ("Tabelle1", "talks"), ("Union", "Union")]
)
def test_the_name_of_an_only_worksheet(title: str, party: str) -> None:
    assert [found.label for found in read_book(workbook({title: UNION})).parties] == [party]


def test_a_note_of_the_sheet_stays() -> None:
    case = sheet(f'{TABLE}Note,"Written for a class, 2026"\n')
    assert case.note.startswith("Written for a class, 2026 Read from")


def test_own_words_behind_what_was_remarked_are_written() -> None:
    case = sheet(f"{TABLE}\nGood luck!\n")
    written = dumps(replace(case, note=f"{case.note} For Monday."), ".csv")
    assert written.endswith("Note,For Monday.\n")
    assert "Note" not in dumps(case, ".csv")


def test_lines_that_are_no_issue_are_left_aside() -> None:
    case = sheet(f"{TABLE}\nGood luck!\n")
    assert "Left aside: row 9 ('Good luck!')." in case.note


def test_options_keep_their_apostrophes_and_show_where_they_are_cut() -> None:
    long = "a fund " * 50
    case = sheet(f"issue,option,A\nx,the union's,1\n,{long}1,2\n,{long}2,3\n")
    first, second, third = case.issues[0].options
    assert first == "the union’s"
    assert second.endswith("…")
    assert third == f"{second} 2"
    assert len(third) <= 200


def test_of_two_refusals_that_of_the_score_sheet_is_told() -> None:
    noted = SCORED.replace("  a: {}", "  a: {note: why}")
    with pytest.raises(CaseError, match="a score sheet does not keep notes; convert with --bare"):
        dumps(loads(noted), ".csv")


def test_what_no_deal_is_may_be_said() -> None:
    case = sheet(TABLE.replace("no deal,,", "BATNA,go to court,"))
    assert no_deal(case) == {"Union": 30, "Port": 38}
    assert "Left aside: what no deal is (B7)." in case.note
    case = sheet(TABLE.replace("no deal,,", "BATNA (go to court),,"))
    assert no_deal(case) == {"Union": 30, "Port": 38}
    assert "Left aside: what no deal is (A7)." in case.note


def test_a_party_without_a_no_deal_value() -> None:
    assert no_deal(sheet(TABLE.replace(",30,38", ",,38"))) == {"Port": 38}


# --- numeric issues ------------------------------------------------------------------------------


def test_even_numbers_make_a_numeric_issue() -> None:
    case = sheet("issue,option,A\nterm,8 weeks,1\n,10 weeks,5\n,12 weeks,9\n")
    (issue,) = case.issues
    assert (issue.levels, issue.unit, issue.options) == ((8, 10, 12), "weeks", ("8", "10", "12"))
    assert points(case) == {"A": {"term": {"8": 1, "12": 9}}}
    assert [issue.option_label(k) for k in range(3)] == ["8 weeks", "10 weeks", "12 weeks"]


@pytest.mark.parametrize(
    "labels",
    [
        ["1", "2", "4"],
        ["3", "2", "1"],
        ["1.50", "2.50"],
        ["1 week", "2 weeks"],
        ["7"],
        ["$ 1", "$ 2"],
    ],
)
def test_other_numbers_are_options(labels: list[str]) -> None:
    rows = "".join(f"a,{label},{k}\n" for k, label in enumerate(labels))
    (issue,) = sheet(f"issue,option,A\n{rows}").issues
    assert (issue.levels, list(issue.options)) == (None, labels)


# --- messages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TABLE.replace("25,25", "25,"), "talks.csv:3: D3: the cell is empty; write points"),
        (TABLE.replace("25,25", "25,much"), "D3: 'much' is no number of points"),
        (TABLE.replace("25,25", "25,10%"), "D3: '10%' is no number of points"),
        (TABLE.replace("25,25", '25,"1,200"'), "D3: '1,200' may be 1200 or 1.2"),
        (TABLE.replace(",", ";").replace("25;25", "25;1.200"), "D3: '1.200' may be 1200 or 1.2"),
        (TABLE.replace("25,25", "25,1 200"), "D3: '1 200' is no number"),
        (TABLE.replace("25,25", "25,1/0"), "D3: '1/0' is no number"),
        (TABLE.replace(",voluntary,", ",,"), "B3: points stand here without an option"),
        (TABLE.replace(",voluntary,", ",none,"), "B3: the option 'none' of 'Shifts' stands at B2"),
        (TABLE.replace("Shifts,", ","), "A2: the option 'none' belongs to no issue"),
        (TABLE.replace("Port", "Union"), "D1: the party 'Union' has a column at C1 already"),
        (TABLE.replace("Port", ""), "D1: column D has no heading; name the party"),
        (TABLE.replace("Port", "weight"), "points count as they stand, without weights"),
        (f"{TABLE}BATNA,,1,2\n", "what no deal is worth stands in row 7 already"),
        (TABLE.replace("30,38", "30,court"), "D7: 'court' is no number of points"),
        (TABLE + ",late,1,2\n", "A8: the option 'late' belongs to no issue"),
        (TABLE.replace(",voluntary", ",max"), "B3: 'max' stands between options, and may be one"),
        ("issue,option,A\n", "no options stand below"),
        ("issue,option,Notes\na,b,c\n", "B1: no column holds points"),
        ("a,b,c\n1,2,3\n", "no table of scores stands here; write a heading"),
        ("issue,option,A,status quo\na,b,1,x\na,c,2,x\n", "has two options marked as status quo"),
        ('issue,option,A\na,"b"c,1\n', "talks.csv:2: the row cannot be read"),
        ("issue,option,A\na,b,1\x07\n", "talks.csv:2: the control character U+0007"),
        (TABLE.encode("utf-16"), "choose 'CSV UTF-8 (comma delimited)'"),
        (TABLE.replace("none", "zwölf").encode("cp1252"), "choose 'CSV UTF-8 (comma delimited)'"),
        (b"issue,option,A\n" + b"x" * (4 * 2**20), "the file is larger than 4 MiB"),
        ("issue,option,A\n" + "\n" * 100_001, "there are more than 100,000 rows"),
        (f"issue,option,A\na,b,{'1' * 41}\n", "is no number of points"),
    ],
)
def test_messages_name_the_cell(text: str | bytes, message: str) -> None:
    assert message in refused(text)


def test_every_fault_is_named_at_once() -> None:
    text = refused(TABLE.replace("25,25", "a,b").replace("60,0", "60,c"))
    assert [line.split(": ")[1] for line in text.splitlines()] == ["C3", "D3", "D6"]


# --- which file is whose -------------------------------------------------------------------------

GRAPH = "what,party,state,to\nstate,,issue,option\nmove,issue,option,points\n"


def test_conflicts_and_score_sheets_are_told_apart() -> None:
    both = [FORMATS["sheet"], FORMATS["graph-csv"]]
    assert [found.recognises(TABLE.encode()) for found in both] == [True, False]
    assert [found.recognises(GRAPH.encode()) for found in both] == [False, True]
    for text in (dumps(catalogued("harbour")), "", "a,b\n", '["issue", "option", "points"]'):
        assert [found.recognises(text.encode()) for found in both] == [False, False]


def test_a_file_of_neither_kind_hears_of_both(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b,c\n1,2,3\n")
    with pytest.raises(
        CaseError, match=r"Issue,Option,Union,Port, and a conflict with what,party,state,to"
    ):
        load(tmp_path / "x.csv")


# --- a table for each party ----------------------------------------------------------------------

UNION = [
    ["issue", "option", "points"],
    ["Shifts", "none", 40],
    [None, "required", 0],
    ["No deal", None, 30],
]
PORT = [["Topic", "Choice", "Score"], ["shifts", "Required", 30], ["shifts", "none", 0]]


def test_a_worksheet_for_each_party() -> None:
    case = read_book(workbook({"Union": UNION, "Port authority": PORT}), "night_work.xlsx")
    assert points(case) == {
        "Union": {"Shifts": {"none": 40, "required": 0}},
        "Port authority": {"Shifts": {"none": 0, "required": 30}},
    }
    assert (case.title, no_deal(case)) == ("night work", {"Union": 30})


def test_a_file_for_each_party(tmp_path: Path) -> None:
    folder = tmp_path / "night_work"
    folder.mkdir()
    for name, rows in (("party10", PORT), ("party9", UNION)):
        lines = (",".join("" if cell is None else str(cell) for cell in row) for row in rows)
        (folder / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "README.txt").write_text("For the class of 2026")
    case = load(folder)
    assert [party.label for party in case.parties] == ["party9", "party10"]
    assert case.title == "night work"
    assert "Left aside: README.txt." in case.note
    archive = tmp_path / "night_work.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in folder.iterdir():
            packed.write(file, f"night_work/{file.name}")
    assert load(archive) == case


def test_titles_of_single_tables_are_left_aside() -> None:
    case = read_book(workbook({"Union": [["Confidential"], *UNION], "Port": PORT}))
    assert case.title == "talks"
    assert "Union: Left aside: the title 'Confidential'." in case.parties[0].note
    assert "Confidential" not in case.note


def test_what_a_confidential_sheet_says_is_for_its_party_alone(tmp_path: Path) -> None:
    head = "issue,option,points\npay,low"
    union = (
        f"The fund is empty\n{head},red line\n,high,9\nnote,Win time.\ntotal,,8\nBATNA,strike,2\n"
    )
    (tmp_path / "union.csv").write_text(union)
    (tmp_path / "port.csv").write_text(f"{head},5\n,high,1\nno deal,,0\n")
    case = load(tmp_path)
    assert (
        case.note == "Read from a score sheet: The first option of every issue is its status quo."
    )
    port, own = (party.note for party in case.parties)
    assert not port
    assert own.startswith(
        "Win time. Read from a score sheet: union: Left aside: what no deal is (str"
    )
    for told in ("The fund is empty", "says 8 for union", "Red lines without points (union: C3)"):
        assert told in own
    with pytest.raises(CaseError, match="does not keep notes"):
        dumps(case, to="sheet")
    own = sheet("issue,option,A,B\npay,low,red line,3\n,high,7,0\ntotal,,9,3\n")
    assert own.parties[0].note
    assert points(sheet(dumps(own, ".csv"))) == points(own)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([*PORT[:2]], "the option 'none' of 'Shifts' is missing"),
        ([*PORT, ["shifts", "late", 4]], "Port!B4: Union has no option 'late' of 'Shifts'"),
        ([*PORT, ["pay", "low", 4]], "Port!B4: Union has no issue 'pay'"),
        ([PORT[0], ["pay", "low", 4]], "the issue 'Shifts' is missing, which Union has"),
        (
            [["issue", "option", "Union"], *PORT[1:]],
            "the party 'Union' has points in another table",
        ),
        ([PORT[0], ["shifts", "Required", None], PORT[2]], "Port!C2: the cell is empty"),
    ],
)
def test_tables_must_match(rows: list[list[object]], message: str) -> None:
    assert message in refused_book(workbook({"Union": UNION, "Port": rows}))


def test_the_status_quo_is_the_same_in_all_tables() -> None:
    mark = [["issue", "option", "points", "status quo"], ["a", "x", 1, "x"], ["a", "y", 2, None]]
    other = [mark[0], ["a", "y", 1, None], ["a", "x", 2, "x"]]
    case = read_book(workbook({"A": mark, "B": other}))
    assert [issue.status_quo for issue in case.issues] == ["x"]
    other = [mark[0], ["a", "y", 1, "x"], ["a", "x", 2, None]]
    assert "another table marks 'x' as status quo" in refused_book(
        workbook({"A": mark, "B": other})
    )


# --- workbooks -----------------------------------------------------------------------------------


def test_worksheets_without_scores_are_left_aside() -> None:
    data = workbook({"Read me first": [["Please read"]], "Union": UNION, "Empty": []})
    case = read_book(data)
    assert [party.label for party in case.parties] == ["Union"]
    assert "Left aside: the worksheet 'Read me first'." in case.note


def test_hidden_worksheets_are_left_aside() -> None:
    book = load_workbook(io.BytesIO(workbook({"Union": UNION, "Old": PORT})))
    book["Old"].sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    case = read_book(stream.getvalue())
    assert [party.label for party in case.parties] == ["Union"]
    assert "Left aside: the worksheet Old." in case.note


def test_cells_are_read_as_people_see_them() -> None:
    book = Workbook()
    page = book.active
    page.title = "Sheet1"
    for row in (
        ["Issue", "Option", "A"],
        ["Bonus", 0.1, 0.1 + 0.2],
        [None, 0.15, 2],
        ["Start", date(2026, 6, 1), 1.5],
        [None, True, "1/3"],
    ):
        page.append(row)
    page["B2"].number_format = page["B3"].number_format = "0%"
    page.merge_cells("A2:A3")
    stream = io.BytesIO()
    book.save(stream)
    case = read_book(stream.getvalue())
    assert [issue.unit for issue in case.issues] == ["%", ""]
    assert points(case) == {
        "A": {
            "Bonus": {"10": Fraction(3, 10), "15": 2},
            "Start": {"2026-06-01": Fraction(3, 2), "TRUE": Fraction(1, 3)},
        }
    }


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("=1+1", "Union!C2: the formula here has no value; open the workbook"),
        (date(2026, 1, 3), "Union!C2: '2026-01-03' is no number of points"),
        ("#REF!", "Union!C2: '#REF!' is no number of points"),
        (None, "Union!C2: the cell is empty"),
    ],
)
def test_cells_without_points(value: object, message: str) -> None:
    rows = [UNION[0], ["Shifts", "none", value], ["Shifts", "all", 2]]
    assert message in refused_book(workbook({"Union": rows, "Port": PORT}))


def test_a_formula_with_its_value_is_read() -> None:
    data = workbook({"Union": UNION})
    part = "xl/worksheets/sheet1.xml"
    data = rewritten(data, part, lambda text: text.replace(b"<v>40</v>", b"<f>20*2</f><v>40</v>"))
    assert points(read_book(data))["Union"]["Shifts"]["none"] == 40


PAIR = (Fraction(0), Fraction(1))


def test_texts_never_become_formulas(tmp_path: Path) -> None:
    texts = ["=1+1", "+x", "-x", "@x", "=cmd|' /C calc'!A0".replace("'", "")]
    case = additive_case(
        "=TITLE()",
        [ReadIssue(label=text, values=("=a", "-5", "'=b")) for text in texts[:1]]
        + [ReadIssue(label=text, values=("x", "y")) for text in texts[1:]],
        [Profile(label="=Party", points=(tuple(map(Fraction, (1, 2, 3))), *[PAIR] * 4))],
        faults=Faults(),
    )
    dump(case, tmp_path / "x.xlsx")
    cells = [cell for row in load_workbook(tmp_path / "x.xlsx").active for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [cell.value for cell in cells if str(cell.value).startswith("=T")] == ["=TITLE()"]
    assert all(cell.quotePrefix for cell in cells if str(cell.value)[:1] == "=")
    assert load(tmp_path / "x.xlsx") == case
    lines = dumps(case, ".csv").splitlines()
    assert not [line for line in lines if line[0] in "=+-@" or ",=" in line or ",@" in line]
    assert loads(dumps(case, ".csv")) == case


def rewritten(data: bytes, part: str, change: object) -> bytes:
    """Return a workbook with one part changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for entry in old.infolist():
            text = old.read(entry)
            new.writestr(entry, change(text) if entry.filename == part else text)
    return stream.getvalue()


def with_part(data: bytes, part: str, text: bytes) -> bytes:
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr(part, text)
    return stream.getvalue()


GOOD = workbook({"Union": UNION})
SHEET = "xl/worksheets/sheet1.xml"
WIDE = b'<c r="ZZZ4"><v>1</v></c></row>'
HOSTILE = {
    "entities": (
        rewritten(GOOD, SHEET, lambda text: b'<!DOCTYPE x [<!ENTITY a "b">]>' + text),
        "declares entities",
    ),
    "entities in UTF-16": (
        with_part(GOOD, "xl/x.xml", '<!DOCTYPE x [<!ENTITY a "b">]>'.encode("utf-16")),
        "declares entities",
    ),
    "macros": (with_part(GOOD, "xl/vbaProject.bin", b"x"), "the workbook holds macros"),
    "other workbooks": (
        with_part(GOOD, "xl/externalLinks/externalLink1.xml", b"<x/>"),
        "takes cells from other workbooks",
    ),
    "a bomb": (with_part(GOOD, "xl/x.xml", b" " * 2**23), "unpacks to far more than its size"),
    "a far row": (
        rewritten(GOOD, SHEET, lambda text: text.replace(b'r="A4"', b'r="A1048576"')),
        "a cell stands at A1048576, beyond row 25,000 and column DP",
    ),
    "a far column": (
        rewritten(
            GOOD, SHEET, lambda text: text.replace(b"</row></sheetData>", WIDE + b"</sheetData>")
        ),
        "a cell stands at ZZZ4, beyond",
    ),
    "many rows": (
        rewritten(
            GOOD,
            SHEET,
            lambda text: text.replace(b"</sheetData>", b"<row/>" * 30_000 + b"</sheetData>"),
        ),
        "more than 25,000 rows",
    ),
    "many cells": (
        rewritten(
            GOOD,
            SHEET,
            lambda text: text.replace(
                b"</sheetData>", b"<row>" + b"<c/>" * (MOST_CELLS + 1) + b"</row></sheetData>"
            ),
        ),
        "more than 200,000 cells",
    ),
    "a spoiled directory": (
        b"PK\x03\x04" + with_part(GOOD, "x", b"")[4:].replace(b"PK\x01\x02", b"PK\x01\x03"),
        "the archive is damaged",
    ),
    "a damaged sheet": (rewritten(GOOD, SHEET, lambda text: text[:-40]), "the workbook is damaged"),
    "a lost part": (rewritten(GOOD, SHEET, lambda _: b""), "the workbook is damaged"),
    "no scores": (workbook({"A": [["nothing"]]}), "no table of scores stands here"),
    "the older kind": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "of the older kind (.xls)",
    ),
    "text": (b"issue,option,A\n", "this is no workbook (.xlsx)"),
    "half a file": (GOOD[: len(GOOD) // 2], "the archive is damaged"),
    "another kind": (with_part(GOOD, "content.xml", b"<x/>"), "of another kind (.ods)"),
    "a binary workbook": (with_part(GOOD, "xl/workbook.bin", b"x"), "a binary workbook (.xlsb)"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_damaged_and_hostile_workbooks(name: str) -> None:
    data, message = HOSTILE[name]
    text = refused_book(data)
    assert message in text
    assert len(text.splitlines()) == 1


def test_a_row_far_below_without_cells_costs_nothing() -> None:
    far = rewritten(
        GOOD,
        SHEET,
        lambda text: text.replace(b"</sheetData>", b'<row r="9999999999"/></sheetData>'),
    )
    assert read_book(far) == read_book(GOOD)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("x.ods", None, r"another kind \(.ods\)"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"older kind \(.xls\)"),
        ("x.xlsm", with_part(GOOD, "xl/vbaProject.bin", b"x"), "holds macros"),
    ],
)
def test_other_workbooks_are_known_by_their_look(
    tmp_path: Path, name: str, data: bytes | None, message: str
) -> None:
    if data is None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as packed:
            packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            packed.writestr("content.xml", "<x/>")
        data = stream.getvalue()
    (tmp_path / name).write_bytes(data)
    with pytest.raises(CaseError, match=message):
        load(tmp_path / name)


def test_a_workbook_of_another_name_is_read(tmp_path: Path) -> None:
    (tmp_path / "scores").write_bytes(GOOD)
    assert load(tmp_path / "scores") == read_book(GOOD, "scores")


def test_mutated_workbooks_are_read_or_refused() -> None:
    data = FORMATS["workbook"].write(sheet(TABLE))
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = [name for name in book.namelist() if name.endswith(".xml")]
    dice = random.Random(7)  # noqa: S311 - spoils files
    read = 0
    for _ in range(150):
        part, place = dice.choice([SHEET, *parts]), dice.random()
        change = dice.choice(
            [b"", b"<", b'"', b"9", b"</c>", b"&#0;", b'r="A1"', b"1e999", b"\xff"]
        )

        def spoil(text: bytes, place: float = place, change: bytes = change) -> bytes:
            at = int(place * len(text))
            return text[:at] + change + text[at + 1 :]

        with suppress(DetenteError):
            read_book(rewritten(data, part, spoil))
            read += 1
    assert read > 20


def test_mutated_sheets_are_read_or_refused() -> None:
    dice = random.Random(8)  # noqa: S311 - spoils files
    read = 0
    for _ in range(1500):
        place = dice.randrange(len(TABLE))
        change = dice.choice(
            ["", ",", "\n", ";", '"', "x", "9", "\t", "no deal", "%", "\ufeff", "'"]
        )
        text = TABLE[:place] + change + TABLE[place + dice.randint(0, 2) :]
        with suppress(DetenteError):
            case = sheet(text)
            read += 1
            again = sheet(dumps(case, ".csv"))
            assert points(again) == points(case)
    assert read > 100


# --- writing -------------------------------------------------------------------------------------


def test_a_sheet_is_tidy(tmp_path: Path) -> None:
    dump(sheet(TABLE), tmp_path / "x.xlsx")
    page = load_workbook(tmp_path / "x.xlsx").active
    assert [[cell.value for cell in row] for row in page["A1:E4"]] == [
        ["talks", None, None, None, None],
        ["Issue", "Option", "Union", "Port", "Status quo"],
        ["Shifts", "none", 40, 0, "x"],
        ["Shifts", "voluntary", 25, 25, None],
    ]
    assert page["A2"].font.bold
    assert page.freeze_panes == "C3"


def test_one_case_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = FORMATS["workbook"].write(sheet(TABLE))
    monkeypatch.setattr("time.localtime", lambda *_: (1999, 1, 1, 0, 0, 0, 4, 1, 0))
    assert FORMATS["workbook"].write(sheet(TABLE)) == first
    with zipfile.ZipFile(io.BytesIO(first)) as book:
        core = book.read("docProps/core.xml")
    assert b"Detente" in core
    assert b"created" not in core
    assert b"modified" not in core


def test_the_text_of_a_sheet() -> None:
    assert dumps(sheet(TABLE), ".csv") == (
        "talks\nIssue,Option,Union,Port,Status quo\nShifts,none,40,0,x\nShifts,voluntary,25,25,\n"
        "Shifts,required,0,30,\nPay,low,0,32,x\nPay,high,60,0,\nNo deal,,30,38,\n"
    )


LABELS = [
    "Pay",
    "Pay, rise",
    'say "a"',
    "a;b",
    "=1+1",
    "-x",
    "'=y",
    "Total",
    "max",
    "Ünï",
    "sep=;",
    "12",
]
OPTIONS = ["yes", "no", "a, b", "=x", "-3", "total", "max", "x", "12", "é;ü", "+", "50%", "no go"]


@st.composite
def scored(draw: st.DrawFn) -> Case:
    """Return any case that a score sheet holds, with names as a reader gives them."""
    number = st.builds(Fraction, st.integers(-500, 5000), st.sampled_from((1, 2, 3, 5, 12)))
    issues = []
    for label in draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=4, unique=True)):
        if draw(st.booleans()):
            start, step = draw(number), Fraction(draw(st.integers(4, 12)), 4)
            size = draw(st.integers(2, 4))
            levels = tuple(start + step * k for k in range(size))
            issues.append(ReadIssue(label=label, levels=levels))
        else:
            options = st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=4, unique=True)
            values = draw(options.filter(lambda texts: levels_of(texts) is None))
            issues.append(ReadIssue(label=label, values=tuple(values)))
    profiles = []
    names = st.sampled_from([*LABELS[:6], "Union"])
    for label in draw(st.lists(names, min_size=1, max_size=4, unique=True)):
        cells = [(k, option) for k, issue in enumerate(issues) for option in range(issue.size)]
        refuses = draw(st.lists(st.sampled_from(cells), max_size=2, unique=True))
        points = tuple(tuple(draw(number) for _ in range(issue.size)) for issue in issues)
        worth = draw(st.none() | number)
        profiles.append(
            Profile(label=label, points=points, no_deal=worth, refused=tuple(sorted(refuses)))
        )
    kept = tuple(draw(st.integers(0, issue.size - 1)) for issue in issues)
    title, note = (
        draw(st.sampled_from(LABELS)),
        draw(st.sampled_from(["", "Says, a\nteacher", "=x"])),
    )
    return additive_case(title, issues, profiles, faults=Faults(), note=note, status_quo=kept)


@settings(max_examples=120, deadline=None)
@given(scored())
def test_any_scored_case_survives_as_csv(case: Case) -> None:
    assert loads(dumps(case, to="sheet")) == case


@settings(max_examples=30, deadline=None)
@given(scored())
def test_any_scored_case_survives_as_a_workbook(case: Case) -> None:
    assert read_book(FORMATS["workbook"].write(case)) == case


def test_units_survive() -> None:
    case = sheet("issue,option,A\nterm,8 weeks,1\n,10 weeks,5\nshare,0%,1\n,5%,2\n")
    assert [issue.unit for issue in case.issues] == ["weeks", "%"]
    again = sheet(dumps(case, ".csv"))
    assert again.issues == case.issues
    assert again.statements == case.statements


def test_notes_of_the_reader_are_not_written() -> None:
    case = sheet(TABLE)
    assert case.note
    assert not sheet(dumps(case, ".csv")).note


SCORED = """\
detente: 1
title: T
parties:
  a: {}
  b: {}
issues:
  pay: {options: [low, high], status_quo: low}
preferences:
  a:
    - scores:
        pay: {low: 0, high: 5}
  b:
    - scores:
        pay: {low: 3, high: 0}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("high: 5", "high: 5..6", "keeps single numbers, not ranges"),
        (
            "  b:\n    - scores",
            "  b:\n    - rule: pay == low\n      worth: 3\n    - scores",
            "'rule'",
        ),
        (
            "  b:\n    - scores",
            "  b:\n    - red_line: not (pay == low)\n    - scores",
            "red lines on",
        ),
        ("  a: {}", "  a: Points", "parties.a: 'Points' is the heading of another column"),
        ("  a: {}", "  a: {note: why}", "does not keep notes; convert with --bare"),
        ("pay: {opt", "pay: {title: BATNA, opt", "'BATNA' is the name of another row"),
        ("pay: {opt", "pay: {note: why, opt", "does not keep notes; convert with --bare"),
        ("  a: {}", "  a: b", "two are called 'b'"),
        ("  a: {}\n  b: {}", "  a: {}\n  b: {signatory: false}", "a party that does not sign"),
        ("high: 5", f"high: {'7' * 50}", "keeps numbers of at most 40 digits"),
        ("preferences", "constraints:\n  - require: pay == low\npreferences", "constraints"),
        ("preferences", "proposals:\n  one: {pay: low}\npreferences", "proposals"),
        ("title: T", "title: T\nas_of: 2026-01-01", "the date of the case"),
        ("low", "l" * 195, "options of at most 190 characters"),
    ],
)
def test_what_a_sheet_cannot_hold_is_refused_by_name(old: str, new: str, message: str) -> None:
    case = loads(SCORED.replace(old, new))
    for name in ("sheet", "workbook"):
        with pytest.raises(CaseError) as caught:
            FORMATS[name].write(case)
        assert message in str(caught.value)


def test_a_case_of_statements_is_refused_by_name() -> None:
    with pytest.raises(CaseError) as caught:
        FORMATS["sheet"].write(catalogued("harbour"))
    for part in ("constraints", "proposals", "sources", "'order'"):
        assert part in str(caught.value)


def test_answers_are_those_of_the_case_file() -> None:
    case = loads(SCORED)
    again = loads(dumps(case, ".csv"))
    assert dumps(again) == dumps(case)
    assert settle(again).data() == settle(case).data()


def test_bytes_are_no_text() -> None:
    with pytest.raises(DetenteError, match="is no text"):
        dumps(sheet(TABLE), ".xlsx")
