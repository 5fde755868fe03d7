"""Sections as one self-contained page, and as a fragment for notebooks.

The page holds everything it shows: no script, no font and no picture comes from elsewhere, and its
content security policy allows nothing but its own style sheet.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from detente.report.palette import properties
from detente.report.wording import SIGNS, TONE_WORDS, column_texts, is_number, pieces, shown
from detente.table import Picture, Section, Sentence, Share, Table, Tone

WIDE, NARROW = 760, 342
"""Widths at which pictures are drawn: for a column of text, and for a phone."""

MOST_ACROSS = 4
"""Tables with more columns than this are laid out row by row on phones."""

_DEEPEST = 6
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def page(
    sections: Sequence[Section],
    *,
    title: str,
    subtitle: str = "",
    facts: Sequence[tuple[str, str]] = (),
    footer: str = "",
    language: str = "en",
) -> str:
    """Return one self-contained HTML file.

    facts : short pairs under the subtitle, such as ("As of", "2026-03-01")
    footer : closing sentence, for instance what made the page
    language : language tag of the text, such as ``en``

    Raises
    ------
    ValueError
        If ``language`` is not a language tag.
    """
    if not _LANGUAGE.fullmatch(language):
        message = f"{language!r} is not a language tag"
        raise ValueError(message)
    frame = _Frame(title=title, subtitle=subtitle, facts=facts, footer=footer, language=language)
    return _page(sections, frame, page_style())


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Whom a page is for; stands above its title and at the foot of every printed page.

    sheet : the page is a sheet to hand out: larger type, and no list of contents
    """

    text: str
    sheet: bool = False


def handed_out(
    sections: Sequence[Section],
    *,
    title: str,
    subtitle: str,
    notice: Notice,
    facts: Sequence[tuple[str, str]] = (),
    footer: str = "",
) -> str:
    """Return one self-contained HTML file that is meant for some readers only."""
    frame = _Frame(title=title, subtitle=subtitle, facts=facts, footer=footer, notice=notice)
    foot = f"@media print{{@page{{@bottom-left{{content:{_css_text(notice.text)}}}}}}}"
    return _page(sections, frame, f"{page_style()}\n{_file('sheet.css')}\n{foot}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What stands around the sections of a page."""

    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    footer: str
    language: str = "en"
    notice: Notice | None = None


def _page(sections: Sequence[Section], frame: _Frame, style_sheet: str) -> str:
    style = Markup(style_sheet)  # noqa: S704 - our own files, and a notice spelled by number
    return (
        _environment()
        .get_template("page.html")
        .render(
            sections=_numbered(sections, prefix=""),
            title=frame.title,
            subtitle=frame.subtitle,
            facts=frame.facts,
            footer=frame.footer,
            language=frame.language,
            notice=frame.notice.text if frame.notice else "",
            sheet=frame.notice is not None and frame.notice.sheet,
            style=style,
            style_hash=_hash(style),
        )
    )


def fragment(sections: Sequence[Section] | Section | Table) -> str:
    """Return the sections as a piece of HTML with its own styles, for ``_repr_html_``.

    Anchors carry a digest of the content, so that several fragments can stand in one document.
    """
    content = pieces(sections)
    parts = [
        Section(key="table", title="", tables=(part,)) if isinstance(part, Table) else part
        for part in content
    ]
    digest = hashlib.sha256(repr(content).encode("utf-8", "replace")).hexdigest()[:8]
    style = Markup(fragment_style())  # noqa: S704 - our own file
    template = _environment().get_template("fragment.html")
    return template.render(sections=_numbered(parts, prefix=f"d{digest}-"), style=style)


def body(sections: Sequence[Section], *, prefix: str = "", numbers: bool = False) -> str:
    """Return the sections as HTML without any style, for a page that has its own.

    prefix : begins every anchor, so that several answers can stand in one page
    """
    template = _environment().get_template("body.html")
    return template.render(sections=_numbered(sections, prefix=prefix), numbers=numbers)


@cache
def page_style() -> str:
    """Return the style sheet of a page."""
    return f"{_colours()}\n{_file('style.css')}\n{_file('page.css')}"


def _css_text(text: str) -> str:
    r"""Return a text as CSS writes it; what is not a plain letter or digit is spelled by number.

    Examples
    --------
    >>> _css_text("For A")
    '"For\\20 A"'
    """
    spelled = (c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in shown(text))
    return f'"{"".join(spelled)}"'


@cache
def fragment_style() -> str:
    """Return the style sheet of a fragment; every rule is confined to it."""
    return f"{_colours()}\n{_file('style.css')}"


def _file(name: str) -> str:
    return files("detente.report").joinpath(name).read_text("utf-8")


def _colours() -> str:
    light, dark = properties("light"), properties("dark")
    return (
        f".detente{{{light};color-scheme:light}}\n"
        f"@media screen and (prefers-color-scheme:dark){{.detente{{{dark};color-scheme:dark}}}}"
    )


def _hash(style: str) -> str:
    digest = hashlib.sha256(style.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


_PERCENT = re.compile(r"(?<=[0-9]) %")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbered:
    """A section with its place in the page."""

    section: Section
    anchor: str
    number: str
    level: int
    parts: tuple[_Numbered, ...]


def _numbered(
    sections: Iterable[Section], *, prefix: str, number: str = "", level: int = 2
) -> tuple[_Numbered, ...]:
    result: list[_Numbered] = []
    used: set[str] = set()
    for place, section in enumerate(sections, start=1):
        anchor = prefix + _unique(_slug(section.key) or f"s{place}", used)
        own = f"{number}{place}"
        parts = _numbered(section.parts, prefix=f"{anchor}-", number=f"{own}.", level=level + 1)
        result.append(
            _Numbered(
                section=section,
                anchor=anchor,
                number=own,
                level=min(level, _DEEPEST),
                parts=parts,
            )
        )
    return tuple(result)


def _slug(key: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", key.casefold()).strip("_")


def _unique(name: str, used: set[str]) -> str:
    candidate, count = name, 1
    while candidate in used:
        count += 1
        candidate = f"{name}.{count}"
    used.add(candidate)
    return candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """One cell as the template needs it."""

    text: str
    tone: Tone
    align: str
    number: bool


def _rows(table: Table) -> list[list[_Cell]]:
    table = table.cut()
    columns = [column_texts(table, place) for place in range(len(table.columns))]
    return [
        [
            _Cell(
                text=columns[k][i],
                tone=table.tones.get((i, k), "plain"),
                align=column.align,
                number=is_number(table.rows[i][k]) or isinstance(table.rows[i][k], Share),
            )
            for k, column in enumerate(table.columns)
        ]
        for i in range(len(table.rows))
    ]


def _stacks(table: Table) -> bool:
    """Tell whether the table turns into stacked rows on a phone: it is wide, or full of words."""
    words = sum(column.align == "left" for column in table.columns)
    return len(table.columns) > MOST_ACROSS or words >= MOST_ACROSS - 1


def _svg(picture: Picture, width: int) -> Markup:
    return Markup(picture.to_svg(width=width, theme="page"))  # noqa: S704 - escapes its own text


def _unbroken(words: str) -> str:
    """Return text as it is shown, with a number kept on one line with its percent sign."""
    return _PERCENT.sub("\N{NO-BREAK SPACE}%", shown(words))


def _lead_tone(sentence: Sentence) -> str:
    return f"verdict {sentence.tone}" if sentence.tone != "plain" else ""


def equip(environment: Environment) -> None:
    """Give an environment what the templates of sections need."""
    environment.filters.update(
        shown=_unbroken, rows=_rows, stacks=_stacks, svg=_svg, lead_tone=_lead_tone
    )
    environment.globals.update(SIGNS=SIGNS, TONE_WORDS=TONE_WORDS, WIDE=WIDE, NARROW=NARROW)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("detente.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    equip(environment)
    return environment
