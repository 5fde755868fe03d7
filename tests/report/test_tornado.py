"""The tornado: bars around a share as it stands, nothing on top of anything else."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.report.html import page_style
from detente.report.pictures.scales import text_width
from detente.report.pictures.tornado import NARROW, Tornado, TornadoRow
from detente.table import Picture, Share
from tests.report import hostile, sample

SVG = "{http://www.w3.org/2000/svg}"
WIDTHS = (340, 390, 480, 760, 1100)


def row(label="a", *, low=0.2, high=0.8, sourced=True, detail="1 source"):
    return TornadoRow(label=label, detail=detail, low=low, high=high, sourced=sourced)


def tornado(*rows, stands=0.5):
    return Tornado(title="Title", description="What it is.", stands=stands, rows=rows)


def root_of(picture, **given):
    return ET.fromstring(picture.to_svg(**given))  # noqa: S314 - our own drawing


def texts(picture, **given):
    return [part.text for part in root_of(picture, **given).iter(f"{SVG}text")]


def boxes(root):
    """Return each text's rectangle: its words, left, right, top and bottom."""
    found = []
    for part in root.iter(f"{SVG}text"):
        size = float(part.get("font-size", "12.5"))
        width = text_width(part.text or "", size=size)
        x, y = float(part.get("x", "")), float(part.get("y", ""))
        anchor = part.get("text-anchor", "start")
        left = x - {"start": 0, "middle": width / 2, "end": width}[anchor]
        found.append((part.text, left, left + width, y - size * 0.75, y + size * 0.2))
    return found


def bars(root):
    """Return the bars of the rows, without those of the key: left, right, top, bottom, dashes."""
    found = []
    for part in root.iter(f"{SVG}rect"):
        if part.get("rx") and float(part.get("y", "")) > 20:
            x, y, w, h = (float(part.get(key, "")) for key in ("x", "y", "width", "height"))
            found.append((x, x + w, y, y + h, part.get("stroke-dasharray")))
    return found


def test_it_keeps_the_promise_of_the_protocol():
    picture = sample.tornado()
    assert isinstance(picture, Picture)
    assert picture.table().title == picture.title


def test_its_table_says_what_it_draws():
    table = tornado(row(low=0.1, high=0.6), row("b", sourced=False, detail="no source")).table()
    assert table.rows[0] == (
        "a",
        "1 source",
        Share(value=0.1),
        Share(value=0.5),
        Share(value=0.6),
    )
    assert [column.key for column in table.columns] == [
        "assumption",
        "sources",
        "low",
        "stands",
        "high",
    ]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", ["page", "light", "dark"])
def test_it_is_as_wide_as_asked_and_its_words_are_legible(width, theme):
    root = root_of(sample.tornado(), width=width, theme=theme)
    assert root.get("width") == str(width)
    for part in root.iter(f"{SVG}text"):
        assert 12 <= float(part.get("font-size", "12.5")) <= 13
        assert part.get("unicode-bidi") == "isolate"
    for _, left, right, top, bottom in boxes(root):
        assert left >= -1
        assert right <= width + 1
        assert top >= 0
        assert bottom <= float(root.get("height", ""))


def test_page_colours_are_properties_of_the_style_sheet():
    drawn = sample.tornado().to_svg(theme="page")
    assert not re.search(r'(fill|stroke)="#', drawn)
    for used in re.findall(r"var\((--[a-z0-9-]+)\)", drawn):
        assert f"{used}:" in page_style()
    assert "var(" not in sample.tornado().to_svg(theme="dark")


def overlap(one, other):
    _, left, right, top, bottom = one
    _, left_2, right_2, top_2, bottom_2 = other
    return min(right, right_2) - max(left, left_2) > 1 and (
        min(bottom, bottom_2) - max(top, top_2) > 1
    )


shares = st.floats(0, 1)
labels = st.one_of(st.text(alphabet="aeimnrst ,", max_size=160), st.sampled_from(hostile.ATTACKS))
rows_of = st.lists(st.tuples(labels, shares, shares, st.booleans()), max_size=6)


@given(rows_of, shares, st.sampled_from(WIDTHS))
def test_no_words_lie_on_others_or_on_bars(given_rows, stands, width):
    rows = [
        row(label, low=min(a, b, stands), high=max(a, b, stands), sourced=sourced)
        for label, a, b, sourced in given_rows
    ]
    root = root_of(tornado(*rows, stands=stands), width=width)
    words = [box for box in boxes(root) if (box[0] or "").strip()]
    for place, one in enumerate(words):
        for other in words[place + 1 :]:
            assert not overlap(one, other), (one, other)
        for left, right, top, bottom, _ in bars(root):
            assert not overlap(one, ("bar", left, right, top, bottom))


def test_bars_reach_from_the_least_to_the_most_and_the_mark_stands_between():
    root = root_of(tornado(row(low=0.25, high=0.75)))
    ((left, right, *_),) = bars(root)
    ticks = {text: (a + b) / 2 for text, a, b, *_ in boxes(root) if text and text.endswith(" %")}
    assert left == pytest.approx(ticks["25 %"], abs=0.2)
    assert right == pytest.approx(ticks["75 %"], abs=0.2)
    lines = [part.get("d", "") for part in root.iter(f"{SVG}path")]
    middle = f"M{ticks['50 %']:.1f}".removesuffix(".0")
    assert sum(line.startswith(middle) for line in lines) == 3, "a tick, the mark, its line"


def test_what_has_no_source_is_told_by_more_than_a_colour():
    root = root_of(tornado(row(), row("b", sourced=False)))
    assert [dash for *_, dash in bars(root)] == [None, "4 2"]
    assert {"a source", "no source"} <= set(texts(tornado(row())))


def test_only_ends_that_differ_from_what_stands_have_a_number():
    assert "20" in texts(tornado(row(low=0.2, high=0.5)))
    assert "50" not in texts(tornado(row(low=0.2, high=0.5)))
    assert "as it stands 50 %" in texts(tornado(row()))


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0"), (1.0, "100"), (0.004, "0.4"), (0.0004, "<0.1"), (0.9999, ">99.9"), (0.643, "64")],
)
def test_shares_are_told_as_elsewhere(share, text):
    assert f"as it stands {text} %" in texts(tornado(row(), stands=share))


def test_names_stand_above_their_bars_on_a_phone():
    for width, above in ((NARROW, True), (NARROW + 1, False)):
        root = root_of(tornado(row("some name")), width=width)
        ((_, _, top, _, _),) = bars(root)
        (name,) = (box for box in boxes(root) if box[0] == "some name")
        assert (name[4] <= top) == above


def test_long_names_take_two_lines_and_are_whole_on_hover():
    long = "a very long name " * 20
    root = root_of(tornado(row(long)))
    parts = [part for part in root.iter(f"{SVG}text") if part.findtext(f"{SVG}title")]
    assert [part.findtext(f"{SVG}title") for part in parts] == [long]
    assert sum((part.text or "").startswith("a very") for part in root.iter(f"{SVG}text")) >= 1


@pytest.mark.parametrize("width", WIDTHS)
def test_a_tornado_of_nothing_can_be_drawn(width):
    assert "as it stands 50 %" in texts(tornado(), width=width)
    assert tornado().table().rows == ()


def test_the_same_picture_is_the_same_bytes():
    assert sample.tornado().to_svg() == sample.tornado().to_svg()
