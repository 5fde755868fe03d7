"""A long answer in chapters: nothing is lost by folding, and what leads to a chapter opens it."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import expect

from detente.answers import question
from detente.catalog import load
from detente.report import html
from detente.web.chapters import MOST_ROWS, folded, without
from detente.web.jobs.runner import Runner
from detente.web.pages.report import findings
from detente.web.settings import Settings
from tests.web.barriers import barriers
from tests.web.conftest import Open, Serve

ROADMAP = "/roadmap?order=pay+then+rest&proposal=march_draft"
ADDED = re.compile(r"<details class=\"chapter\"><summary>(.*?)</summary>", re.DOTALL)


def plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def long_answer() -> str:
    return html.body(
        question("roadmap").ask(load("harbour"), "march_draft", order="pay then rest").sections()
    )


def test_folding_takes_nothing_away() -> None:
    whole = long_answer()
    found = folded(whole)
    assert found.count('<details class="chapter">') > 2

    def undone(opening: re.Match[str]) -> str:
        return opening[1].partition(" <span")[0] if opening[1].startswith("<h3") else ""

    assert plain(ADDED.sub(undone, found)) == plain(whole)
    assert found.count("<details") == found.count("</details>")
    assert found.count("<section") == found.count("</section>") == whole.count("<section")
    for anchor in re.findall(r' id="([^"]+)"', whole):
        assert found.count(f' id="{anchor}"') == 1


def test_a_chapter_says_foremost_its_verdict_or_a_figure() -> None:
    row = "<tr ></tr>" * (MOST_ROWS + 1)

    def told(lines: str) -> str:
        head = '<section id="a" aria-labelledby="a-title"><h2 id="a-title">A</h2>'
        part = f'<section id="a-b"><h3 id="a-b-title">B</h3>{lines}</section>'
        return folded(f"{head}{part}</section>{row}").partition('class="teaser">')[2]

    plain_line, figure = '<p class="lead ">First.</p>', "<li>It holds in 15 %.</li>"
    verdict = '<p class="lead verdict bad">No <a href="/x">line 1</a></p>'
    assert told(plain_line).startswith("First.</span>")
    assert told(plain_line + figure).startswith("It holds in 15 %.</span>")
    assert told(plain_line + figure + verdict).startswith("No line 1</span>")
    assert told("") == ""


def test_a_short_answer_stays_as_it_is() -> None:
    short = '<section id="a"><h2 id="a-title">A</h2><section id="b"><h3 id="b">B</h3></section>'
    assert folded(short) == short


def test_what_is_told_above_is_not_told_again() -> None:
    one, two = (f'<p class="lead "><span><bdi>{words}</bdi></span></p>' for words in "ab")
    assert without(one + two, frozenset({"a"})) == two
    assert without(one + two, frozenset()) == one + two


def test_findings_stand_with_their_proposal() -> None:
    case = load("harbour")
    label = case.proposals[0].label
    name = label[:1].upper() + label[1:]
    texts = ("Whole.", f"{name}. It fails.", "Smallest change that helps: x.", "Then.", "Last.")
    found = findings(case, [{"text": text, "tone": "plain"} for text in texts])
    told = [(one.title, [said["text"] for said in one.said]) for one in found]
    assert told == [
        ("", ["Whole."]),
        (name, ["It fails.", "Smallest change that helps: x."]),
        ("", ["Then.", "Last."]),
    ]


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1360])
def test_what_leads_to_a_chapter_opens_it(
    width: int, address: str, client: TestClient, harbour: str, open_page: Open
) -> None:
    place = f"/cases/{harbour}{ROADMAP}"
    client.get(place)  # so that the browser need not wait for it
    page = open_page(f"{address}{place}", width=width)
    chapters = page.locator("details.chapter")
    assert chapters.count() > 2
    assert page.locator("details.chapter[open]").count() == 0
    if width < 1120:
        page.locator(".outline summary").press("Enter")
    link = page.locator(".outline .level-3 a:visible").last
    link.press("Enter")
    expect(page.locator("details.chapter[open]")).to_have_count(1)
    expect(page.locator("details.chapter[open] > summary")).to_be_focused()
    page.get_by_role("button", name="Open everything").click()
    expect(page.locator("details.chapter:not([open])")).to_have_count(0)
    assert barriers(page) == []
    page.get_by_role("button", name="Close everything").press("Enter")
    expect(page.locator("details.chapter[open]")).to_have_count(0)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.chapter:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.chapter[open]").count() == 0
    anchor = link.get_attribute("href")
    page.goto("about:blank")
    page.goto(f"{address}{place}{anchor}")
    expect(page.locator("details.chapter[open]")).to_have_count(1)


@pytest.mark.browser
@pytest.mark.parametrize("screen", ["frontier", "questions/check"])
def test_an_answer_comes_in_place_and_who_waited_goes_on_there(
    screen: str, settings: Settings, harbour: str, serve: Serve, open_page: Open
) -> None:
    page = open_page(f"{serve(settings, asking=Runner)}/cases/{harbour}/{screen}")
    bar = page.locator("job-bar button")
    if bar.count():
        bar.focus()
    expect(page.locator("job-bar")).to_have_count(0, timeout=60_000)
    expect(page.locator(".downloads")).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="The answer is here")).to_have_count(1)
    assert page.evaluate("document.activeElement.id") in {"answer", "result"}
    assert barriers(page) == []
