"""What an answer leaves behind: JSON, HTML, pages, pictures and tables, as files by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from detente.answers import question
from detente.answers.answer import Answer, Filed, Paged
from detente.errors import DetenteError, quote
from detente.formats import loads
from detente.report import html, separated
from detente.table import Picture, Section, Table
from detente.web.jobs.options import missing, offered
from detente.work import Work

JSON, FRAGMENT, PAGE = "answer.json", "answer.html", "report.html"
"""Names of the files that answers have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Products:
    """The files of an answer, and what is in them.

    contents : ``{"ok", "headline", "pictures": [{"title", "name"}], "tables": [{"title", "name"}],
        "files": [name], "page": whether there is one}``; a picture is ``NAME.svg``, with
        ``NAME-light.svg`` and ``NAME-dark.svg`` complete in themselves, and its numbers
        ``NAME.csv``; a table is ``NAME.csv``
    """

    contents: dict[str, Any]
    files: Mapping[str, bytes]


def answered(text: str, name: str, options: Mapping[str, Any], work: Work) -> Products:
    """Ask a question about the case that a text holds, and return what the answer leaves behind.

    options : by the option's name; required ones among them

    Raises
    ------
    DetenteError
        The case is faulty, or the question has no answer.
    """
    asked = question(name)
    known = {option.name for option in offered(asked)}
    for unknown in sorted(set(options) - known):
        raise DetenteError(f"{name} has no option {quote(unknown)} that can be given here")
    for option in missing(asked, options):
        raise DetenteError(f"{name} needs to be told {option.name}: {option.help}")
    given = dict(options)
    required = [given.pop(option.name) for option in asked.options if option.required]
    answer = asked.ask(loads(text), *required, **given, work=work)
    return products_of(answer)


def products_of(answer: Answer) -> Products:
    """Return what an answer leaves behind."""
    sections = answer.sections()
    files = {
        JSON: answer.json().encode("utf-8", "surrogatepass"),
        FRAGMENT: html.body(sections).encode("utf-8", "replace"),
    }
    told = sections
    if isinstance(answer, Paged):
        files[PAGE] = answer.page().encode("utf-8", "replace")
        told = answer.whole()
    extra = answer.files() if isinstance(answer, Filed) else {}
    files |= {name: text.encode("utf-8", "replace") for name, text in extra.items()}
    pictures = []
    for k, picture in enumerate(_pictures(told), start=1):
        name = f"picture-{k}"
        files[f"{name}.svg"] = picture.to_svg().encode()
        files[f"{name}-light.svg"] = picture.to_svg(theme="light").encode()
        files[f"{name}-dark.svg"] = picture.to_svg(theme="dark").encode()
        files[f"{name}.csv"] = separated.render(picture.table()).encode("utf-8", "replace")
        pictures.append({"title": picture.title, "name": name})
    tables = []
    for k, table in enumerate(_tables(told), start=1):
        name = f"table-{k}"
        files[f"{name}.csv"] = separated.render(table).encode("utf-8", "replace")
        tables.append({"title": table.title, "name": name})
    contents = {
        "ok": answer.ok,
        "headline": [{"text": s.text, "tone": s.tone} for s in answer.headline()],
        "pictures": pictures,
        "tables": tables,
        "files": sorted(extra),
        "page": PAGE in files,
    }
    return Products(contents=contents, files=files)


def _every(sections: Iterable[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _every(section.parts)


def _pictures(sections: Iterable[Section]) -> Iterator[Picture]:
    for section in _every(sections):
        yield from section.pictures


def _tables(sections: Iterable[Section]) -> Iterator[Table]:
    for section in _every(sections):
        yield from section.tables
