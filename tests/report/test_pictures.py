"""Drawings: their size, their words, their colours and the tables beside them."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.report.html import page_style
from detente.report.pictures.agendas import AgendaGrid
from detente.report.pictures.flow import Flow
from detente.report.pictures.gains import GainBars, GainRow
from detente.report.pictures.gates import Course
from detente.report.pictures.lanes import Lanes
from detente.report.pictures.options import OptionBars, OptionRow
from detente.report.pictures.ranges import Range, RangeBars
from detente.report.pictures.scales import (
    Box,
    cut,
    place_labels,
    round_ticks,
    text_width,
    wrapped,
)
from detente.report.pictures.scatter import MOST_LISTED, Scatter, Series
from detente.report.pictures.shares import ShareBars, ShareRow
from detente.table import Picture, Share
from tests.report import sample

PICTURES = {
    "scatter": sample.scatter(),
    "shares": sample.shares(),
    "gains": sample.gains(),
    "ranges": sample.ranges(),
    "options": sample.options(),
    "lanes": sample.lanes(),
    "agendas": sample.agendas(),
    "flow": sample.flow(),
}
EMPTY = {
    "scatter": Scatter(title="t", description="d", x_title="x", y_title="y", series=()),
    "shares": ShareBars(title="t", description="d", parties=(), rows=()),
    "gains": GainBars(title="t", description="d", rows=()),
    "ranges": RangeBars(title="t", description="d", rows=()),
    "options": OptionBars(title="t", description="d", rows=()),
    "lanes": Lanes(title="t", description="d", course=Course(parties=("a",), gates=())),
    "agendas": AgendaGrid(title="t", description="d", issues=(), agendas=()),
    "flow": Flow(title="t", description="d", movers=(), states=(), arrows=()),
}
SVG = "{http://www.w3.org/2000/svg}"
each = pytest.mark.parametrize("name", PICTURES)


@each
def test_a_picture_keeps_the_promise_of_the_protocol(name):
    picture = PICTURES[name]
    assert isinstance(picture, Picture)
    assert picture.table().rows
    assert picture.table().title == picture.title


@each
@pytest.mark.parametrize("width", [340, 480, 760, 1100])
def test_a_picture_is_as_wide_as_asked_and_its_words_are_legible(name, width):
    root = ET.fromstring(PICTURES[name].to_svg(width=width))  # noqa: S314 - our own drawing
    assert root.get("width") == str(width)
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == PICTURES[name].title
    assert root.findtext(f"{SVG}desc") == PICTURES[name].description
    sizes = [float(part.get("font-size", "12.5")) for part in root.iter(f"{SVG}text")]
    assert all(12 <= size <= 13 for size in sizes)
    for part in root.iter(f"{SVG}text"):
        assert -1 <= float(part.get("x", "")) <= width + 1
        assert part.get("unicode-bidi") == "isolate"


@each
def test_page_colours_are_properties_of_the_style_sheet(name):
    drawn = PICTURES[name].to_svg(theme="page")
    assert not re.search(r'(fill|stroke)="#', drawn)
    for used in re.findall(r"var\((--[a-z0-9-]+)\)", drawn):
        assert f"{used}:" in page_style()


@each
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_drawings_that_stand_alone_have_plain_colours(name, theme):
    drawn = PICTURES[name].to_svg(theme=theme)
    assert "var(" not in drawn
    assert ("#ffffff" if theme == "light" else "#1c2027") in drawn


@each
def test_the_same_picture_is_the_same_bytes(name):
    assert PICTURES[name].to_svg() == PICTURES[name].to_svg()


@pytest.mark.parametrize("name", EMPTY)
@pytest.mark.parametrize("width", [340, 760])
def test_a_picture_of_nothing_can_be_drawn(name, width):
    ET.fromstring(EMPTY[name].to_svg(width=width))  # noqa: S314 - our own drawing
    assert EMPTY[name].table().rows == ()


def test_thousands_of_points_stay_small():
    assert len(sample.scatter(4000).to_svg()) < 60_000


def test_points_on_the_same_half_pixel_are_drawn_once():
    series = Series(name="s", role="background", points=((1, 1),) * 1000 + ((9, 9),))
    drawn = Scatter(title="t", description="d", x_title="x", y_title="y", series=(series,))
    assert drawn.to_svg().count("h0") == 2


def test_solutions_at_the_same_place_share_a_mark_and_keep_both_names():
    drawn = sample.scatter().to_svg()
    assert drawn.count("<title>Kalai-Smorodinsky, egalitarian</title>") >= 1
    assert ">egalitarian<" in drawn


@pytest.mark.parametrize("width", [316, 760])
def test_points_to_be_picked_stand_on_their_dots(width):
    points = ((10.0, 20.0), (50.0, 80.0), (90.0, 40.0))
    series = Series(name="s", role="solution", points=points, names=("a", "b", "c"), shape="circle")
    picture = Scatter(title="t", description="d", x_title="x", y_title="y", series=(series,))
    bare, drawn = picture.to_svg(width=width), picture.to_svg(width=width, picked=points)
    assert drawn.startswith(bare.removesuffix("</svg>"))
    marks = re.findall('<circle cx="([^"]+)" cy="([^"]+)"', bare)
    picks = re.findall('<circle data-item="([^"]+)" cx="([^"]+)" cy="([^"]+)"', drawn)
    assert [place for _, *place in picks] == [list(mark) for mark in marks]
    assert [item for item, *_ in picks] == ["0", "1", "2"]


def test_the_scatter_lists_what_is_named_and_counts_the_rest():
    table = sample.scatter().table()
    assert [row[0] for row in table.rows[:4]] == [*sample.PROPOSALS, "Nash"]
    assert len(table.rows) <= 7 + MOST_LISTED
    assert "every package" in table.note


def test_the_ranges_say_gain_in_their_table():
    rows = sample.ranges().table().rows
    assert rows[1][-1] == Fraction(-17)
    assert rows[0][1:4] == (72, 55, Fraction(177, 2))


def test_a_range_out_of_order_is_refused():
    with pytest.raises(ValueError, match="not in order"):
        Range(low=2, central=1, high=3)


def test_a_row_with_too_few_shares_is_refused():
    row = ShareRow(label="April", shares=())
    with pytest.raises(ValueError, match="0 shares for 1 parties"):
        ShareBars(title="t", description="d", parties=("a",), rows=(row,))


def test_shares_say_every_none_and_percent():
    drawn = sample.shares().to_svg()
    for words in (">every<", ">none<", ">72 %<", ">under 0.1 %<"):
        assert words in drawn


def test_a_proved_share_has_no_whisker():
    def paths(share):
        bars = ShareBars(
            title="t", description="d", parties=("a",), rows=(ShareRow(label="r", shares=(share,)),)
        )
        return bars.to_svg().count("<path")

    proved = Share(value=1.0, certain=True)
    assert paths(Share(value=0.5, error=0.05)) > paths(proved)


def test_signs_of_gains_are_written():
    drawn = sample.gains().to_svg()
    assert ">+9<" in drawn
    assert ">−21.5<" in drawn


def test_gains_of_one_sign_leave_no_empty_half():
    rows = (GainRow(label="a", value=4), GainRow(label="b", value=2))
    drawn = GainBars(title="t", description="d", rows=rows).to_svg()
    assert "gains" in drawn
    assert "loses" not in drawn


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.integers(3, 9))
def test_ticks_cover_the_range_evenly_and_are_few(low, span, most):
    ticks = round_ticks(low, low + span, most=most)
    assert ticks[0] <= low + 1e-6 * max(abs(low), 1)
    assert ticks[-1] >= low + span - 1e-6 * max(abs(low + span), 1)
    assert 2 <= len(ticks) <= most + 3


@given(st.text(max_size=80), st.floats(20, 400))
def test_cut_text_fits(text, width):
    for bold in (False, True):
        most = max(width, text_width("…", bold=bold))
        assert text_width(cut(text, width, bold=bold), bold=bold) <= most
        lines = wrapped(text, width, bold=bold)
        assert len(lines) <= 2
        assert all(text_width(line, bold=bold) <= most for line in lines)


@given(
    st.lists(
        st.tuples(
            st.floats(60, 660),
            st.floats(60, 360),
            st.floats(20, 120),
            st.sampled_from([15.0, 30.0]),
        ),
        max_size=6,
    )
)
def test_a_few_labels_never_touch(points):
    frame = Box(left=0, top=0, right=760, bottom=420)
    placed = place_labels(points, frame=frame)
    for one, other in itertools.combinations(placed, 2):
        assert one.box.overlap(other.box) <= 30
    assert all(place.box.within(frame) for place in placed)


def boxes(drawn):
    """Return left edge and width of the parts of bars, with what they say."""
    root = ET.fromstring(drawn)  # noqa: S314 - our own drawing
    return [
        (part.findtext(f"{SVG}title"), float(part.get("x")), float(part.get("width")))
        for part in root.iter(f"{SVG}rect")
        if part.find(f"{SVG}title") is not None
    ]


def test_a_bar_is_divided_by_how_often_options_are_picked():
    drawn = boxes(PICTURES["options"].to_svg(width=760))
    assert [text.partition(":")[0] for text, _, _ in drawn] == [
        *("pledge", "binding promise of neutrality", "open door", "accession"),
        *("none", "kept", "lifted"),
    ]
    widths = [width for _, _, width in drawn]
    assert widths[4] == 760
    assert widths[0] / widths[1] == pytest.approx(0.55 / 0.4, rel=0.02)
    assert sum(widths[:4]) == pytest.approx(760, abs=12)
    for (_, left, width), (_, other, _) in itertools.pairwise(drawn[:4]):
        assert other > left + width


@pytest.mark.parametrize("width", [200, 360, 760])
def test_every_option_of_a_bar_is_in_words(width):
    """Colour and length say nothing that is not written too: inside the bar or below it."""
    picture = PICTURES["options"]
    root = ET.fromstring(picture.to_svg(width=width))  # noqa: S314 - our own drawing
    written = " ".join("".join(part.itertext()) for part in root.iter(f"{SVG}text"))
    for row in picture.rows[:2]:
        for option in row.options:
            assert option.split()[0] in written
    assert "Not picked" in written


def test_an_option_that_is_called_none_is_told_from_never():
    assert "none always" in PICTURES["options"].to_svg()


def test_options_and_shares_go_together():
    with pytest.raises(ValueError, match="1 shares for 2 options"):
        OptionRow(label="x", options=("a", "b"), shares=(Share(value=1.0),))
