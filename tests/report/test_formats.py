"""CSV, Markdown and the list of formats."""

from __future__ import annotations

from fractions import Fraction

import pytest

from detente.report.renderers import RENDERERS
from detente.report.separated import safe, value
from detente.table import Share
from tests.report import sample
from tests.report.test_text import SMALL


def test_csv_golden():
    expected = """\
party,value,gain,share
Ukraine,72,25.5,0.72
北京市,23.5,-17,0
Smallest,,-17,
"""
    assert RENDERERS["csv"](SMALL) == expected


def test_several_csv_tables_carry_their_titles():
    made = RENDERERS["csv"]([SMALL, SMALL])
    assert made.startswith("April plan\nparty,value")
    assert "\n\nApril plan\nparty,value" in made


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (-3, "-3"),
        (Fraction(1, 3), "0.3333333333333333"),
        (Fraction(-5, 4), "-1.25"),
        (Share(value=0.123456), "0.123456"),
        (Share(value=1.0, certain=True), "1"),
        ("plain", "plain"),
        ("-3", "'-3"),
        (" =1", "' =1"),
        ("\t=1", "' =1"),
        ("\r\n@x", "'  @x"),
        ("\N{NO-BREAK SPACE}+1", "'\N{NO-BREAK SPACE}+1"),
    ],
)
def test_csv_cells(cell, text):
    assert value(cell) == text


def test_text_in_the_middle_of_a_cell_may_hold_signs():
    assert safe("a = b") == "a = b"


def test_markdown_golden():
    expected = """\
**April plan**

| Party | Value | Gain | Accepts in |
| --- | ---: | ---: | ---: |
| Ukraine | 72.0 | +25.5 | 72 % |
| 北京市 | 23.5 | −17.0 | ✕ none |
| **Smallest** | **–** | **−17.0** | **–** |

Scales are each party's own.
"""
    assert RENDERERS["md"](SMALL) == expected


def test_markdown_headings_follow_the_parts():
    made = RENDERERS["md"](sample.sections())
    assert "\n## The proposals one by one\n\n### April plan\n" in made


@pytest.mark.parametrize("name", RENDERERS)
def test_every_format_renders_sections_and_tables_and_ends_its_last_line(name):
    for content in (SMALL, sample.sections(), sample.sections()[0], [SMALL, SMALL]):
        made = RENDERERS[name](content, width=72, colour=False)
        assert made == RENDERERS[name](content, width=72, colour=False)
        assert made == "" or made.endswith("\n")
        assert not made.endswith("\n\n")
