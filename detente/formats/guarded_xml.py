"""XML from anywhere: what is malformed or hostile is refused in one calm message.

A document type is refused before anything in it is read. So there are no entities to expand, no
other files and no addresses to fetch. What is left is read by expat, and limits bound it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from detente.composer import decode
from detente.document import Faults
from detente.errors import CaseError, Fault, quote

MOST_BYTES = 16 * 2**20
MOST_DEPTH = 50
MOST_ELEMENTS = 200_000
MOST_ATTRIBUTES = 100
MOST_CHARACTERS = 10_000
"""So many characters a name, an attribute, or the text of an element has at most."""

_HINT = "check that this is the right file"
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "windows-1252": "cp1252",
}
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_BYTE_ORDER = b"\xef\xbb\xbf"
_DECLARED = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.-]{1,40})["']""")
_PROLOG = re.compile(r"\ufeff?(?>\s+|<!--(?>.*?-->))*+(?P<declaration><\?xml\s[^>]*>)?", re.DOTALL)
_BARE = re.compile(r"&(?!#[0-9]|#x[0-9A-Fa-f]|[A-Za-z_][\w.-]{0,40};)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_ENDLESS = re.compile(rf"<[^<]{{{2 * MOST_ATTRIBUTES * MOST_CHARACTERS}}}")
_EARLY = frozenset({3, 5, 20})
_UNESCAPED = frozenset({4, 11})


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element with all that is inside it.

    text : its own text, that of its children left out, without blanks around it
    line : where it begins, from 1
    """

    tag: str
    attributes: Mapping[str, str]
    children: tuple[Element, ...]
    text: str
    line: int

    def each(self, tag: str) -> Iterator[Element]:
        """Yield the children with a tag, in order."""
        return (child for child in self.children if child.tag == tag)

    def first(self, tag: str) -> Element | None:
        """Return the first child with a tag."""
        return next(self.each(tag), None)

    def get(self, name: str) -> str:
        """Return an attribute without blanks around it; empty text where it is missing."""
        return self.attributes.get(name, "").strip()


def parse_xml(data: bytes, faults: Faults) -> Element:
    """Return the outermost element of an XML text.

    Two things that other programs write are allowed: blank lines and comments before the
    declaration, and a bare ``&``, which stands for itself. The text is UTF-8, or what its
    declaration names: ISO-8859-1, windows-1252, UTF-16.

    Raises
    ------
    CaseError
        The text is no XML, has a document type, or is larger than a limit of this module.

    Examples
    --------
    >>> root = parse_xml(b'<a><b c="1"> two </b></a>', Faults())
    >>> [(child.tag, child.get("c"), child.text) for child in root.children]
    [('b', '1', 'two')]
    """
    text = _text(data, faults)
    builder = _Builder(faults=faults)
    _feed(builder, text, faults)
    return builder.root


def opening(data: bytes, *, most: int = 2**16) -> str:
    """Return the tag of the outermost element, judged by how a file begins; else empty text.

    most : how many bytes are looked at

    Examples
    --------
    >>> opening(b"<?xml version='1.0'?><a b='1'><c>"), opening(b"a: 1")
    ('a', '')
    """
    look = _Look()
    faults = Faults()
    begun = data[:most]
    try:
        text = begun.decode("utf-16" if data.startswith(_WIDE) else "utf-8")
    except UnicodeError:
        text = begun.decode("latin-1")
    with suppress(CaseError):
        _feed(look, _without_declaration(text), faults)
    return look.tag


def _text(data: bytes, faults: Faults) -> str:
    """Return a file as text that has no declaration any more."""
    if len(data) > MOST_BYTES:
        _refuse(faults, f"the file is larger than {MOST_BYTES // 2**20} MiB", _HINT)
    if data.startswith(_WIDE):
        try:
            data = data.decode("utf-16").encode("utf-8")
        except UnicodeError:
            _refuse(faults, "the file is not UTF-16 text", "save it with the encoding UTF-8")
    elif not data.startswith(_BYTE_ORDER):
        data = _as_utf8(data, faults)
    text = decode(data, faults, most=2 * MOST_BYTES, hint=_HINT)
    faults.raise_any()
    text = _BARE.sub("&amp;", text or "")
    endless = _ENDLESS.search(text)
    if endless is not None:
        line = text.count("\n", 0, endless.start()) + 1
        _refuse(faults, "what begins here is too long for one element", _HINT, line)
    return _without_declaration(text)


def _without_declaration(text: str) -> str:
    """Return a text whose declaration is blank, so that its lines stay where they are."""
    begun = _PROLOG.match(text)
    if begun is not None and begun["declaration"] is not None:
        start, end = begun.span("declaration")
        text = text[:start] + re.sub(r"[^\r\n]", " ", text[start:end]) + text[end:]
    return text.removeprefix("\ufeff")


def _as_utf8(data: bytes, faults: Faults) -> bytes:
    declared = _DECLARED.search(data[:1024])
    if declared is None:
        return data
    name = declared[1].decode("ascii").lower()
    encoding = _ENCODINGS.get(name)
    if encoding is None:
        problem = f"the file says that its encoding is {quote(name)}, and it cannot be read so"
        _refuse(faults, problem, "save it with the encoding UTF-8")
    if encoding == "utf-8":
        return data
    return data.decode(encoding, "replace").encode("utf-8")


def _feed(builder: _Builder | _Look, text: str, faults: Faults) -> None:
    """Let expat read a text; what it refuses becomes one fault."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: builder.start(
        tag, attributes, parser.CurrentLineNumber
    )
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters

    def refuse_type(*_: object) -> None:
        problem = "a document type (<!DOCTYPE ...>) stands here, which is not read"
        _refuse(faults, problem, "take it out", line=parser.CurrentLineNumber)

    parser.StartDoctypeDeclHandler = refuse_type
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003 - takes no keywords
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        if error.code in _EARLY:
            problem, hint = "the file ends before its first element is closed", _HINT
        else:
            problem = f"the file is not XML: {reason}, column {error.offset + 1}"
            hint = "in XML, & is written &amp; and < is written &lt;"
            hint = hint if error.code in _UNESCAPED else ""
        _refuse(faults, problem, hint, line=error.lineno)


@dataclass(slots=True)
class _Open:
    """An element that has not ended yet."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list[Element]
    text: list[str]


class _Builder:
    """Builds elements as expat tells of them, and stops at the first limit."""

    def __init__(self, *, faults: Faults) -> None:
        self._faults = faults
        self._open: list[_Open] = []
        self._count = 0
        self._root: Element | None = None

    @property
    def root(self) -> Element:
        """The outermost element; there is one in every text that expat accepts."""
        if self._root is None:
            _refuse(self._faults, "the file holds no XML", _HINT)
        return self._root

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:
        """An element begins."""
        self._count += 1
        if self._count > MOST_ELEMENTS:
            problem = f"there are more than {MOST_ELEMENTS:,} elements"
            _refuse(self._faults, problem, _HINT, line=line)
        if len(self._open) >= MOST_DEPTH:
            problem = f"elements are nested more than {MOST_DEPTH} deep"
            _refuse(self._faults, problem, _HINT, line=line)
        if len(attributes) > MOST_ATTRIBUTES:
            problem = f"an element has {len(attributes):,} attributes, more than {MOST_ATTRIBUTES}"
            _refuse(self._faults, problem, _HINT, line=line)
        for name in (tag, *attributes):
            self._check(name, "a name", line)
        for name, value in attributes.items():
            self._check(value, f"the attribute {quote(name)}", line)
        self._open.append(_Open(tag, attributes, line, [], []))

    def characters(self, text: str) -> None:
        """Text stands between two tags."""
        self._open[-1].text.append(text)

    def end(self, _: str) -> None:
        """An element ends."""
        done = self._open.pop()
        text = "".join(done.text).strip()
        self._check(text, "a text", done.line)
        element = Element(
            tag=done.tag,
            attributes=done.attributes,
            children=tuple(done.children),
            text=text,
            line=done.line,
        )
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element

    def _check(self, text: str, what: str, line: int) -> None:
        if len(text) > MOST_CHARACTERS:
            problem = f"{what} has {len(text):,} characters, more than {MOST_CHARACTERS:,}"
            _refuse(self._faults, problem, _HINT, line=line)
        refused = _CONTROL.search(text)
        if refused is not None:
            name = f"U+{ord(refused.group()):04X}"
            _refuse(self._faults, f"the control character {name} stands here", "remove it", line)


class _Look:
    """Sees the first tag, and stops there."""

    def __init__(self) -> None:
        self.tag = ""

    def start(self, tag: str, _: dict[str, str], line: int) -> None:
        """Keep the tag."""
        self.tag = tag
        raise CaseError([Fault(path="", problem="this is enough", line=line)])

    def characters(self, _: str) -> None:
        """Nothing is kept."""

    def end(self, _: str) -> None:
        """Nothing is kept."""


def _refuse(faults: Faults, problem: str, hint: str = "", line: int = 0) -> NoReturn:
    faults.at(line, "", problem, hint)
    raise CaseError(faults.found)
