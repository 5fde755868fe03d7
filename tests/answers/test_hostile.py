"""Names that try to become something else stay text on their way through every answer."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from html.parser import HTMLParser

import pytest

from detente.answers.analyse import analyse
from detente.answers.repair import repair
from detente.case import Case
from detente.formats import loads
from detente.report import markdown, separated
from detente.work import Work
from tests.report.test_hostile import FORBIDDEN, Outline

ATTACKS = (
    "<script>alert(1)</script>",
    "]]></style>",
    "</svg></title><img src=x onerror=alert(1)>",
    "safe\u202egnp.exe\u2066\u200f",
    "=cmd|' /C calc'!A0",
    "{{ 7*7 }} &lt;b&gt;",
    "a|b `e` **f** [g](javascript:alert(1))",
)


def quoted(text: str) -> str:
    return json.dumps(text)


def hostile_case(name: str) -> Case:
    """Return a case in which everything that may be named freely is named so."""
    option = name.replace("'", "").replace('"', "")[:100]
    return loads(f"""\
detente: 1
title: {quoted(name)}
as_of: 2026-01-02
note: {quoted(name)}
sources:
  s: {{title: {quoted(name)}, date: 2026-01-02, note: {quoted(name)}}}
parties:
  A: {quoted(name)}
  B: {{name: {quoted(name)}, note: {quoted(name)}}}
  C: {{name: {quoted(name)}, signatory: false}}
issues:
  a:
    title: {quoted(name)}
    options: [x, {quoted(option)}, y]
    status_quo: x
  n: {{title: {quoted(name)}, unit: {quoted(name)}, range: 0..2, step: 1, status_quo: 0}}
constraints:
  - require: {quoted(f"a != '{option}' or n >= 1")}
    title: {quoted(name)}
    because: {quoted(f"s#{name}")}
proposals:
  p:
    title: {quoted(name)}
    terms: {{a: {quoted(option)}, n: 0}}
  q: {{a: {quoted(option)}, n: 1}}
preferences:
  A:
    - order: {{a: {quoted(f"y > '{option}' > x")}}}
      because: {quoted(f"s#{name}")}
      note: {quoted(name)}
    - more_is_better: n
    - red_line: {quoted(f"a == '{option}' and n == 1")}
      because: {quoted(f"s#{name}")}
    - rule: {quoted(f"a == '{option}'")}
      worth: more than 0
      confidence: medium
  B:
    - scores:
        a: {{x: 2, {quoted(option)}: 1, y: 0}}
        n: {{0: 0, 2: 1}}
    - no_deal: 1
  C:
    - order: {{a: {quoted(f"x > '{option}' > y")}}}
    - less_is_better: n
    - no_deal: 1
    - no_deal: 2
""")


@cache
def plain() -> Outline:
    """Return the page of the same case with harmless names."""
    return Outline(analyse(hostile_case("name"), work=Work(readings=1)).page())


def vocabulary(page: Outline) -> set[tuple[str, str]]:
    """Return every tag of a page with every attribute that it has somewhere."""
    return {(tag, known) for tag, attributes in page.tags for known in ("", *attributes)}


class Words(HTMLParser):
    """The text of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(markup)

    def handle_data(self, data: str) -> None:
        self.found.append(data)


@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_names_stay_text_in_every_answer(name):
    case = hostile_case(name)
    work = Work(readings=1)
    whole = analyse(case, work=work)
    answers = [whole, whole.check, whole.settlement, whole.comparison, *whole.explanations]
    answers.append(repair(case, "p", work=work))
    for answer in answers:
        shown = answer._repr_html_()
        assert Outline(shown).open == []
        assert not FORBIDDEN.search(shown.replace("\n", ""))
        for line in str(answer).split("\n"):
            assert line.isprintable()
        assert "<" not in markdown.render(answer.sections())
        for row in csv.reader(io.StringIO(separated.render(answer.sections()), newline="")):
            for cell in row:
                number = re.fullmatch(r"-?[0-9.e+-]+", cell)
                assert number or not cell.startswith(("=", "+", "-", "@"))
        assert json.loads(answer.json())["case"] == {"title": name, "as_of": "2026-01-02"}
    page = Outline(whole.page())
    assert page.open == []
    assert vocabulary(page) <= vocabulary(plain())


def test_what_is_not_hostile_is_shown_as_it_is():
    """The name is on the page, letter for letter."""
    name = "<script>alert(1)</script>"
    page = analyse(hostile_case(name), work=Work(readings=1)).page()
    assert name not in page
    assert name in "".join(Words(page).found)
