"""Sections and tables in a terminal."""

from __future__ import annotations

from fractions import Fraction

from rich.cells import cell_len

from detente.report.terminal import wrap
from detente.report.text import render
from detente.report.text_table import table_lines
from detente.table import Column, Section, Sentence, Share, Table
from tests.report import sample

SMALL = Table(
    title="April plan",
    columns=(
        Column(key="party", title="Party"),
        Column(key="value", title="Value", align="right"),
        Column(key="gain", title="Gain", align="right", signed=True),
        Column(key="share", title="Accepts in", align="right"),
    ),
    rows=(
        ("Ukraine", Fraction(72), Fraction(51, 2), Share(value=0.72)),
        ("北京市", Fraction(47, 2), Fraction(-17), Share(value=0, certain=True)),
        ("Smallest", None, Fraction(-17), None),
    ),
    tones={(1, 3): "bad"},
    strong=frozenset({2}),
    note="Scales are each party's own.",
)


def test_a_section_with_a_table_reads_so():
    section = Section(
        key="april",
        title="April plan",
        lead=(Sentence(text="Refused in every reading.", tone="bad", source="press12#3"),),
        points=(Sentence(text="One red line is crossed."), Sentence(text="Mended", tone="good")),
        tables=(SMALL,),
        parts=(Section(key="more", title="More", lead=(Sentence(text="Nothing."),)),),
    )
    expected = """\
April plan
──────────

✕ Refused in every reading.
  [press12#3]

– One red line is crossed.
✓ Mended

April plan
Party     Value   Gain  Accepts in
──────────────────────────────────
Ukraine    72.0  +25.5        72 %
北京市     23.5  −17.0      ✕ none
──────────────────────────────────
Smallest      –  −17.0           –
Scales are each party's own.

More
Nothing.
"""
    assert render(section, width=60) == expected


def test_wide_characters_count_as_two():
    lines = render(SMALL, width=60).split("\n")[1:6]
    assert {cell_len(line) for line in lines} == {34}


def test_long_cells_wrap_in_their_column():
    made = render(sample.statements(), width=80)
    assert max(map(cell_len, made.split("\n"))) <= 80
    lines = made.split("\n")
    first = next(line for line in lines if line.startswith(" 112"))
    column = first.index("rejects")
    assert lines[lines.index(first) + 1][:column].split() in ([], ["Federation"])
    assert lines[lines.index(first) + 1][column] != " "


def test_a_table_too_wide_for_the_terminal_is_stacked():
    made = render(sample.comparison(), width=40)
    assert "April plan\n" in made
    assert "  Russian Federation: ✕ none" in made
    assert max(map(cell_len, made.split("\n"))) <= 40


def test_pictures_appear_as_their_tables_where_a_section_has_no_other():
    alone = Section(key="a", title="A", pictures=(sample.gains(),))
    assert "Foreign forces" in render(alone)
    beside = Section(key="a", title="A", pictures=(sample.gains(),), tables=(SMALL,))
    assert "Foreign forces" not in render(beside)


def test_an_empty_table_says_its_title():
    assert render(Table(title="Nothing", columns=(), rows=())) == "Nothing\n"
    none = Table(title="None", columns=(Column(key="a", title="A"),), rows=(), note="No rows.")
    assert render(none) == "None\nA\n─\nNo rows.\n"


def test_colour_is_off_unless_asked_for():
    assert "\x1b" not in render(SMALL)
    assert "\x1b[33m" in render(SMALL, colour=True)


def test_a_whole_answer_fits_eighty_cells():
    made = render(sample.sections(), width=80)
    assert max(map(cell_len, made.split("\n"))) <= 80
    assert made.endswith("signatory.\n")


def test_the_sign_of_a_tone_stays_with_its_word_in_a_narrow_cell():
    columns = (Column(key="a", title="A"), Column(key="b", title="B"))
    rows = tuple(("long words that take all the room there is " * 3, "all") for _ in range(2))
    table = Table(title="T", columns=columns, rows=rows, tones={(0, 1): "good"})
    first = next(line for line in table_lines(table, width=40, colour=False) if "✓" in line)
    assert first.endswith("✓ all")
    assert list(wrap("✓ all but one", 5)) == ["✓ all", "but", "one"]
    assert list(wrap("one ✓ two", 5)) == ["one ✓", "two"]
