"""Any question of the registry, asked about a case, and its answer: a new one is here by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import unescape
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from detente.answers import commands, question
from detente.answers.answer import Option, Question
from detente.case import Case
from detente.errors import DetenteError
from detente.expression import as_word
from detente.web.bench import Bench, Workbench, case_of
from detente.web.chapters import folded, without
from detente.web.jobs.asking import Asked, BusyError
from detente.web.jobs.options import (
    LONGEST,
    LONGEST_FILE,
    Given,
    about_one_case,
    missing,
    offered,
    options_of,
    question_named,
)
from detente.web.jobs.products import FRAGMENT
from detente.web.pages import Screen
from detente.web.security.access import READER
from detente.web.shell import in_html, page, trusted
from detente.web.storage.cases import Revision, UnknownError
from detente.web.texts import texts

router = APIRouter(dependencies=[READER])

THE_RECOMMENDED = "the recommended package"
"""What addresses say for the package that is recommended; no proposal can be called so."""
OWN = "own"
"""Field of a form for a package in words, beside the proposals to choose from."""

FIRST = (
    *("compare", "explain", "repair", "settle", "acceptance", "leverage", "hold", "roadmap"),
    *("agenda", "ask", "assumptions", "check", "coherence", "perceptions", "analyse", "handout"),
)
"""Questions in the order in which they are usually asked; others follow."""

_HEADING = re.compile(r'<h([23]) id="([^"]+)-title">(.*?)</h\1>', re.DOTALL)
_FIGURE = re.compile(r"<figure>.*?</figure>", re.DOTALL)
_TAG = re.compile(r'<span class="place">[^<]*</span>|<[^>]*>')
_SOURCE = re.compile(r'<small class="source">.*?</small>', re.DOTALL)
_LINE = re.compile(r"\bline ([0-9]+)")
_LINE_CELL = re.compile(r'(data-label="Line"><span class="value"><bdi>)([0-9]+)(?=</bdi>)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Posed:
    """A question as it was put, and what came of it.

    address : of the page that shows it
    asked : None where it was not asked, or not taken
    refused : why it was not taken; empty where it was
    answer : for people, empty while it is not there
    pictures : those of the answer that are put above it
    outline : the headings of the answer: (level, anchor, words)
    """

    question: str
    address: str
    options: Mapping[str, str | bool]
    asked: Asked | None = None
    refused: str = ""
    answer: Markup | str = ""
    pictures: Markup | str = ""
    outline: tuple[tuple[int, str, str], ...] = ()


def pose(
    bench: Workbench, revision: Revision, name: str, options: Mapping[str, str | bool], address: str
) -> Posed:
    """Ask a question, unless something is missing without which it cannot be asked."""
    posed = Posed(question=name, address=address, options=options)
    if any(missing(question(name), options)):
        return posed
    try:
        asked = bench.asking.ask(revision, name, options)
    except (BusyError, UnknownError):
        raise
    except DetenteError as error:
        return replace(posed, refused=str(error))
    if asked.contents is None:
        return replace(posed, asked=asked)
    html = bench.results.file(asked.key, FRAGMENT).decode()
    answer = trusted(folded(with_lines(html, f"/cases/{revision.case_id}/text")))
    return replace(posed, asked=asked, answer=answer, outline=outline_of(html))


def pictures_first(posed: Posed, most: int = 1, *, headline: bool = True) -> Posed:
    """Return the same with the first pictures of the answer put above it.

    headline : the answer in short is told above them, and therefore not once more below
    """
    html = str(posed.answer)
    found = _FIGURE.findall(html)[:most]
    if not found:
        return posed
    rest = _FIGURE.sub("", html, count=most)
    if headline and posed.asked is not None and posed.asked.contents is not None:
        told = [in_html(one["text"]) for one in posed.asked.contents["headline"]]
        rest = without(rest, frozenset(told))
    return replace(posed, pictures=trusted("".join(found)), answer=trusted(rest))


def outline_of(html: str) -> tuple[tuple[int, str, str], ...]:
    """Return the headings of an answer: (level, anchor, words)."""
    return tuple(
        (int(level), anchor, " ".join(unescape(_TAG.sub("", words)).split()))
        for level, anchor, words in _HEADING.findall(html)
    )


def with_lines(html: str, editor: str) -> str:
    """Return an answer in which lines of the case lead to the editor of its text."""

    def link(found: re.Match[str]) -> str:
        return _LINE.sub(rf'<a href="{editor}?line=\1">line \1</a>', found[0])

    cells = _LINE_CELL.sub(rf'\1<a href="{editor}?line=\2">\2</a>', html)
    return _SOURCE.sub(link, cells)


def canonical(path: str, options: Mapping[str, str | bool]) -> str:
    """Return the address of a page with options, written in one way only."""
    written = {name: "yes" if value is True else value for name, value in sorted(options.items())}
    return f"{path}?{urlencode(written)}" if written else path


def chosen(request: Request, asked: Question) -> tuple[Given, dict[str, str], str]:
    """Return the options in an address, the fields as they were filled in, and what is wrong."""
    fields = dict(request.query_params)
    own = fields.pop(OWN, "").strip()
    if own:
        fields["proposal"] = own
    try:
        return options_of(asked, fields), fields, ""
    except DetenteError as error:
        return {}, fields, str(error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One option as a field of a form.

    kind : proposal, flag, file or text
    """

    option: Option
    kind: str
    label: str
    value: str
    longest: int


def fields_of(asked: Question, filled: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the form of a question."""
    return tuple(
        Field(
            option=option,
            kind=_kind(option),
            label=_worded(f"questions.option.{option.name}", option.name.capitalize()),
            value=filled.get(option.name, ""),
            longest=LONGEST_FILE if option.file else LONGEST,
        )
        for option in offered(asked)
    )


def _kind(option: Option) -> str:
    if option.flag:
        return "flag"
    if option.file:
        return "file"
    return "proposal" if option.name == "proposal" else "text"


def title_of(name: str) -> str:
    """Return what a question is called; by its own first sentence where nobody named it."""
    return _worded(f"questions.name.{name}", commands().get(name, name).rstrip("."))


def help_of(name: str) -> str:
    """Return what a question is about in a sentence; its own unless the command line is in it."""
    return _worded(f"questions.says.{name}", commands()[name])


def _worded(key: str, otherwise: str) -> str:
    words = texts()
    known = words.keys()
    return words(key) if key in known else otherwise


def proposals_of(case: Case) -> list[tuple[str, str]]:
    """Return the proposals of a case to choose from: (name, what people read)."""
    return [(proposal.name, proposal.label) for proposal in case.proposals]


def example_of(case: Case) -> str:
    """Return an example of a package in words."""
    issue = case.issues[0]
    moved = next((one for one in issue.options if one != issue.status_quo), issue.status_quo)
    first = [case.proposals[0].name] if case.proposals else []
    return ", ".join([*first, f"{issue.name} = {as_word(moved)}"])


@router.get("/cases/{case_id}/questions", response_class=HTMLResponse)
def listing(request: Request, bench: Bench, case_id: str) -> HTMLResponse:
    """Show every question that can be asked."""
    case = bench.cases.get(case_id)
    found = [(name, title_of(name), help_of(name)) for name in commands()]
    found.sort(key=lambda one: FIRST.index(one[0]) if one[0] in FIRST else len(FIRST))
    here = [one for one in found if about_one_case(question(one[0]))]
    elsewhere = [one for one in found if one not in here]
    return page(
        request,
        "questions.html",
        case=case,
        here="questions",
        questions=here,
        elsewhere=elsewhere,
    )


@router.get("/cases/{case_id}/questions/{name}", response_class=HTMLResponse)
def ask(request: Request, bench: Bench, case_id: str, name: str) -> Response:
    """Ask a question and show its answer, or how far it is."""
    case, revision = bench.cases.get(case_id), bench.cases.revision(case_id)
    asked = question_named(name)
    options, filled, wrong = chosen(request, asked)
    address = canonical(request.url.path, options)
    if not wrong and address != f"{request.url.path}?{request.query_params}".rstrip("?"):
        return RedirectResponse(address, status_code=303)
    posed = Posed(question=name, address=address, options=options, refused=wrong)
    if not wrong:
        posed = pose(bench, revision, name, options, address)
    return page(
        request,
        "question.html",
        status=400 if wrong else 200,
        case=case,
        here="questions",
        title=title_of(name),
        help=help_of(name),
        fields=fields_of(asked, filled),
        proposals=proposals_of(case_of(revision)),
        example=example_of(case_of(revision)),
        posed=posed,
    )


SCREEN = Screen(
    name="questions", title="questions.title", router=router, path="/questions", place=10
)
