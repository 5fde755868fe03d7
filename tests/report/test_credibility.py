"""The picture of belief: its lines, marks, shading and table."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest

from detente.report.html import page_style
from detente.report.palette import DASHES
from detente.report.pictures.credibility import Believed, CredibilityLine, CredibilityLines
from detente.table import Picture

SVG = "{http://www.w3.org/2000/svg}"


def line(label: str, *, spread: float = 0.0, stated: tuple[float, float] = (0.25, 0.5)):
    at = sorted({0.0, 0.5, 1.0, *stated})
    points = tuple(
        Believed(credibility=c, least=0.2 + (0.4 - spread) * c, most=0.2 + 0.4 * c) for c in at
    )
    return CredibilityLine(label=label, points=points, stated=stated)


def picture(*lines: CredibilityLine) -> CredibilityLines:
    return CredibilityLines(title="Belief", description="One line a pressure.", lines=lines)


TWO = picture(line("tariffs on <everything>", spread=0.3), line("aid", stated=(0.8, 0.8)))


def test_it_keeps_the_promise_of_the_protocol():
    assert isinstance(TWO, Picture)
    assert TWO.table().title == TWO.title


def test_its_table_holds_the_ends_of_what_is_stated():
    rows = TWO.table().rows
    assert [row[:2] for row in rows] == [
        *(("tariffs on <everything>", c) for c in ("0", "0.25", "0.5", "1")),
        *(("aid", c) for c in ("0", "0.8", "1")),
    ]
    assert float(rows[3][2]) == pytest.approx(30)
    assert float(rows[3][3]) == pytest.approx(60)
    assert isinstance(rows[0][2], Fraction)


@pytest.mark.parametrize("width", [340, 480, 760, 1100])
@pytest.mark.parametrize("theme", ["page", "light", "dark"])
def test_it_is_as_wide_as_asked_and_its_words_are_legible(width, theme):
    root = ET.fromstring(TWO.to_svg(width=width, theme=theme))  # noqa: S314 - our own drawing
    assert root.get("width") == str(width)
    for part in root.iter(f"{SVG}text"):
        assert -1 <= float(part.get("x", "")) <= width + 1
        assert 12 <= float(part.get("font-size", "12.5")) <= 13
    drawn = TWO.to_svg(width=width, theme=theme)
    if theme == "page":
        assert not re.search(r'(fill|stroke)="#', drawn)
        for used in re.findall(r"var\((--[a-z0-9-]+)\)", drawn):
            assert f"{used}:" in page_style()
    else:
        assert "var(" not in drawn


def test_lines_differ_by_dash_and_mark_and_not_by_colour_alone():
    drawn = TWO.to_svg(theme="light")
    assert f'stroke-dasharray="{DASHES[1]}"' in drawn
    assert drawn.count("<circle") == 3
    assert drawn.count("<title>aid: credibility 0.8</title>") == 1


def test_only_ranges_are_shaded():
    def areas(*lines: CredibilityLine) -> int:
        return picture(*lines).to_svg(theme="light").count("fill-opacity")

    assert areas(line("a", stated=(0.5, 0.5))) == 0
    assert areas(line("a")) == 1
    assert areas(line("a", spread=0.2)) == 2


def test_what_is_stated_is_told_in_the_legend_however_long_the_title():
    drawn = picture(line("a very long title " * 9)).to_svg(width=340)
    assert "…, stated 0.25 to 0.5" in drawn
    assert "stated 0.8<" in TWO.to_svg()


def test_the_words_of_one_half_keep_out_of_the_way():
    def side(*shares: float) -> str:
        points = tuple(
            Believed(credibility=c, least=s, most=s)
            for c, s in zip((0.0, 0.5, 1.0), shares, strict=True)
        )
        one = CredibilityLine(label="a", points=points, stated=(0.5, 0.5))
        root = ET.fromstring(picture(one).to_svg())  # noqa: S314 - our own drawing
        words = next(t for t in root.iter(f"{SVG}text") if t.text == "half of the readings")
        return words.get("text-anchor") or "start"

    assert side(0.1, 0.3, 0.52) == "start"
    assert side(0.52, 0.3, 0.1) == "end"


def test_a_picture_of_nothing_can_be_drawn():
    ET.fromstring(picture().to_svg(width=340))  # noqa: S314 - our own drawing
    assert picture().table().rows == ()
