"""Whatever a party calls itself, it stays text on every face."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from detente.report import markdown, separated, text
from detente.report.html import fragment, page
from detente.report.wording import shown
from tests.report import hostile

VOID = {"meta", "link", "br", "img", "input", "hr"}
DRAWN = {"svg", "title", "desc", "text", "path", "rect", "circle"}
FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200f]")


class Outline(HTMLParser):
    """The tags of a page in order, its text, and whether every tag is closed."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@given(hostile.names)
def test_a_page_has_the_same_tags_whatever_the_names(name):
    sections = [hostile.section(name)]
    facts = [(name, name)]
    made = Outline(page(sections, title=name, subtitle=name or "-", facts=facts, footer=name))
    plain = page(
        [hostile.section(name and "x")],
        title="x",
        subtitle="x",
        facts=[("x", "x")],
        footer=name and "x",
    )
    assert made.open == []
    assert made.tags == Outline(plain).tags
    assert shown(name) in "".join(made.words)


@given(hostile.names)
def test_a_page_with_pictures_is_balanced_and_holds_no_script(name):
    made = page([hostile.section(name, with_pictures=True)], title=name)
    outline = Outline(made)
    assert outline.open == []
    for tag, attributes in outline.tags:
        assert tag not in {"script", "img", "iframe", "object", "foreignobject", "a href"}
        assert not [known for known in attributes if known.startswith("on") or known == "style"]
    assert not FORBIDDEN.search(made.replace("\n", ""))


@given(hostile.names)
def test_a_fragment_is_balanced(name):
    assert Outline(fragment(hostile.section(name, with_pictures=True))).open == []
    assert Outline(fragment(hostile.table(name))).open == []


@given(hostile.names, st.sampled_from([340, 760]), st.sampled_from(["page", "light", "dark"]))
def test_drawings_are_xml_and_hold_only_shapes_and_words(name, width, theme):
    for picture in hostile.pictures(name):
        drawn = picture.to_svg(width=width, theme=theme)
        root = ET.fromstring(drawn)  # noqa: S314 - our own drawing
        for part in root.iter():
            assert part.tag.removeprefix("{http://www.w3.org/2000/svg}") in DRAWN
            assert not [key for key in part.attrib if key.startswith("on") or "href" in key]
        assert root.findtext("{http://www.w3.org/2000/svg}title", default="") == shown(name)
        assert not FORBIDDEN.search(drawn)


@given(hostile.names, st.integers(24, 120))
def test_terminal_text_holds_no_control_characters_and_keeps_to_the_width(name, width):
    made = text.render(hostile.section(name, with_pictures=True), width=width)
    for line in made.split("\n"):
        assert line.isprintable()
        assert cell_len(line) <= width


@given(hostile.names)
def test_colour_changes_no_words(name):
    content = hostile.section(name)
    coloured = text.render(content, width=60, colour=True)
    stripped = re.sub(r"\x1b\[[0-9]+m", "", coloured)
    plain = text.render(content, width=60)
    lines = [line.rstrip() for line in stripped.split("\n")]
    assert lines == [line.rstrip() for line in plain.split("\n")]


@given(hostile.names)
def test_no_cell_of_a_csv_file_is_a_formula(name):
    rows = list(csv.reader(io.StringIO(separated.render(hostile.table(name)), newline="")))
    assert [len(row) for row in rows] == [3, 3, 3]
    for cell in (rows[0][0], rows[1][0], rows[2][0]):
        assert not cell.lstrip().startswith(
            ("=", "+", "-", "@", "\t", "\uff1d", "\uff0b", "\uff0d", "\uff20")
        )
    assert [row[1:] for row in rows[1:]] == [["2.5", "0.72"], ["-3", ""]]


@given(hostile.names)
def test_markdown_keeps_its_columns_and_holds_no_html(name):
    made = markdown.render(hostile.section(name))
    assert "<" not in made
    rows = [line for line in made.split("\n") if line.startswith("|")]
    assert len(rows) == 4
    for row in rows:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 4
    assert not FORBIDDEN.search(made.replace("\n", ""))
