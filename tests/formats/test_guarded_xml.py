"""Guarded XML: what is well-formed and small is read exactly, all else is one calm message."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET
from contextlib import suppress
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.document import Faults
from detente.errors import CaseError
from detente.formats import guarded_xml
from detente.formats.guarded_xml import Element, opening, parse_xml

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE laughs [
  <!ENTITY a "ha">
  <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
]>
<laughs>&b;</laughs>
"""
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'
PARAMETER = b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://localhost/x"> %x;]><a/>'


def root(data: bytes | str) -> Element:
    return parse_xml(data if isinstance(data, bytes) else data.encode(), Faults())


def fault(data: bytes | str) -> str:
    with pytest.raises(CaseError) as caught:
        root(data)
    assert len(caught.value.faults) == 1
    return str(caught.value)


def test_elements_have_tags_attributes_children_text_and_lines() -> None:
    found = root('<a x=" 1 "\n y="">\n  one <b/>\n  <b>two</b> three\n  <c/></a>')
    assert (found.tag, found.line, found.get("x"), found.get("z")) == ("a", 1, "1", "")
    assert dict(found.attributes) == {"x": " 1 ", "y": ""}
    assert [(b.text, b.line) for b in found.each("b")] == [("", 3), ("two", 4)]
    assert found.first("c") == found.children[2]
    assert found.first("d") is None
    assert found.text.split() == ["one", "three"]
    with pytest.raises(FrozenInstanceError):
        found.tag = "b"  # type: ignore[misc]  # that is what must fail


def test_blank_lines_and_comments_may_stand_before_the_declaration_and_lines_still_count() -> None:
    text = "\ufeff\n\n<!-- a > b -->\n<?xml version='1.0'\n encoding='UTF-8' ?>\n<a/>"
    assert root(text).line == 6
    assert opening(text.encode()) == "a"


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [
        ("utf-8", "utf-8"),
        ("UTF-8", "utf-8-sig"),
        ("ISO-8859-1", "latin-1"),
        ("windows-1252", "cp1252"),
        ("UTF-16", "utf-16"),
    ],
)
def test_encodings(encoding: str, codec: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?>\n<a é="ü">ö</a>'.encode(codec)
    found = root(data)
    assert (found.tag, found.get("é"), found.text, found.line) == ("a", "ü", "ö", 2)
    assert opening(data) == "a"


def test_a_bare_ampersand_stands_for_itself_and_escapes_are_read() -> None:
    found = root('<a b="R & D &amp; &lt; &#38; &#x26; &co">a&b</a>')
    assert (found.get("b"), found.text) == ("R & D & < & & &co", "a&b")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (LAUGHS, "line 2: a document type (<!DOCTYPE ...>) stands here, which is not read"),
        (OUTSIDE, "line 1: a document type"),
        (PARAMETER, "line 1: a document type"),
        (b'<!DOCTYPE a SYSTEM "http://localhost/a.dtd"><a/>', "line 1: a document type"),
        (b"<a>\n&b;</a>", "line 2: the file is not XML: undefined entity"),
        (b"", "the file ends before its first element is closed"),
        (b"  \n ", "the file ends before its first element is closed"),
        (b"<a><b>", "the file ends before its first element is closed"),
        (b'<a b="', "the file ends before its first element is closed"),
        (b"<a>\n</b>", "line 2: the file is not XML: mismatched tag, column 3"),
        (b"<a/><b/>", "the file is not XML: junk after document element"),
        (b'<a b="1" b="2"/>', "the file is not XML: duplicate attribute"),
        (b'<a b="<"/>', "in XML, & is written &amp; and < is written &lt;"),
        (b"1, 2", "the file is not XML: syntax error"),
        (b"<a>\n\0</a>", "line 2: the control character U+0000 stands here"),
        (b"<a>&#1;</a>", "the file is not XML: reference to invalid character number"),
        (b'<a>\n<b c="&#x85;"/></a>', "line 2: the control character U+0085 stands here"),
        (b"<a>.&#x2028;.</a>", "line 1: the control character U+2028 stands here"),
        (b"<a>\n\xe9</a>", "line 2: the file is not UTF-8 text; save it with the encoding UTF-8"),
        (b"\xff\xfea", "the file is not UTF-16 text"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "its encoding is 'utf-7'"),
        (b'<?xml version="1.0" encoding="rot13"?><a/>', "its encoding is 'rot13'"),
    ],
)
def test_what_is_no_xml_is_one_message(data: bytes, said: str) -> None:
    assert said in fault(data)


def test_every_limit_is_named() -> None:
    most = guarded_xml
    assert "larger than 16 MiB" in fault(b" " * (20 * 2**20))
    assert "nested more than 50 deep" in fault("<a>" * 100_000)
    deep = "<a>" * most.MOST_DEPTH + "</a>" * most.MOST_DEPTH
    assert root(deep).tag == "a"
    assert "more than 200,000 elements" in fault("<a>" + "<b/>" * most.MOST_ELEMENTS + "</a>")
    many = " ".join(f'a{k}=""' for k in range(101))
    assert "an element has 101 attributes, more than 100" in fault(f"<a {many}/>")
    assert root(f"<a {many[: many.rindex(' ')]}/>").tag == "a"
    endless = " ".join(f'a{k}=""' for k in range(10**6))
    assert "what begins here is too long" in fault(f"\n<a {endless}/>")
    long = "x" * 10_001
    assert "the attribute 'b' has 10,001 characters" in fault(f'<a b="{long}"/>')
    assert "a name has 10,001 characters" in fault(f"<{long}/>")
    assert "a name has 10,001 characters" in fault(f'<a {long}=""/>')
    assert "a text has 10,001 characters" in fault(f"<a>{long[1:]}<b/>x</a>")
    assert root(f'<a b="{long[1:]}"/>').get("b") == long[1:]


def test_opening_looks_at_the_beginning_only() -> None:
    assert opening(b"<a><b>" + b"\xff" * 100) == "a"
    assert opening(b"<?xml-stylesheet href='x'?><a") == ""
    assert opening("<é".encode() + b" " * 2**17 + b"/>") == ""
    assert opening(LAUGHS) == ""
    assert opening(b"a: 1") == ""
    assert opening(b"") == ""
    assert opening(b'<?xml version="1.0" encoding="x-none"?><a>') == "a"


TEXTS = st.text(st.sampled_from("ab<>&\"' é\U0001f600"), max_size=5)
Tree = tuple[str, str, str, list[Any]]
TREES: st.SearchStrategy[Tree] = st.recursive(
    st.tuples(st.sampled_from("abc"), TEXTS, TEXTS, st.just([])),
    lambda inner: st.tuples(st.sampled_from("abc"), TEXTS, TEXTS, st.lists(inner, max_size=4)),
    max_leaves=12,
)


def built(tree: Tree) -> ET.Element:
    tag, attribute, text, inner = tree
    element = ET.Element(tag, {"x": attribute})
    element.text = text
    element.extend(built(child) for child in inner)
    return element


def same(mine: Element, theirs: ET.Element) -> bool:
    return (
        mine.tag == theirs.tag
        and dict(mine.attributes) == theirs.attrib
        and mine.text == (theirs.text or "").strip()
        and len(mine.children) == len(theirs)
        and all(map(same, mine.children, theirs))
    )


@given(TREES)
def test_what_another_writer_writes_is_read(tree: Tree) -> None:
    theirs = built(tree)
    for encoding in ("utf-8", "utf-16", "iso-8859-1"):
        data = ET.tostring(theirs, encoding=encoding, xml_declaration=True)
        assert same(root(data), theirs)
        assert opening(data) == theirs.tag


@settings(max_examples=300)
@given(st.randoms(use_true_random=False))
def test_damaged_files_are_read_or_refused_in_one_message(draw: random.Random) -> None:
    data = bytearray(draw.choice((LAUGHS, OUTSIDE, b'<?xml version="1.0"?><a b="1">&lt;<c/></a>')))
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(data))
        data[at : at + draw.randint(0, 6)] = bytes(draw.choices(b'<>&;"!?/-[]\0\xff\xe9 a', k=3))
    assert isinstance(opening(bytes(data)), str)
    with suppress(CaseError):
        assert root(bytes(data)).line >= 1
