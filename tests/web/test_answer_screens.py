"""The screens of answers: roadmap, agenda, assumptions, report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from detente.catalog import load
from detente.sequence import Bundles, parse_sequence
from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.pages.assumptions import turning
from detente.web.pages.questions import THE_RECOMMENDED, Posed, pictures_first
from detente.web.pages.roadmap import moved, rows_of
from detente.web.settings import Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from tests.web.barriers import barriers
from tests.web.conftest import Open, Serve, put
from tests.web.test_every_screen import STICKING_OUT

BARE = """\
detente: 1
title: Bare
parties:
  a: A
  b: B
issues:
  pay: {options: [low, high], status_quo: low}
preferences:
  a:
    - scores: {pay: {low: 0, high: 10}}
    - no_deal: 8
  b:
    - scores: {pay: {low: 5, high: 1}}
    - no_deal: 4
"""
"""A case without proposals, in which nothing can be agreed."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workbench for all tests of this module, which only look."""
    return Settings(database=f"sqlite:///{tmp_path_factory.mktemp('answers') / 'workbench.db'}")


@pytest.fixture(scope="module")
def cases(shared: Settings) -> dict[str, str]:
    """The addresses of the cases on it."""
    found = {name: f"/cases/{put(shared.database, name)}" for name in ("harbour", "power-shift")}
    database = Database(shared.database)
    made = Cases(database).create(BARE, title="Bare", note="begun")
    database.close()
    return {**found, "bare": f"/cases/{made.case_id}"}


@pytest.fixture(scope="module")
def looker(shared: Settings, cases: dict[str, str]) -> Iterator[TestClient]:
    """A client that answers at once, for all tests of this module."""
    del cases
    with TestClient(create_app(shared, asking=Here), base_url="http://127.0.0.1") as found:
        yield found


@pytest.fixture(scope="module")
def place(shared: Settings, cases: dict[str, str], serve_long: Serve) -> str:
    """The address of the workbench for a browser."""
    del cases
    return serve_long(shared)


def test_a_roadmap_begins_with_the_first_proposal(
    looker: TestClient, cases: dict[str, str]
) -> None:
    text = looker.get(f"{cases['harbour']}/roadmap").text
    assert '<option value="march_draft" selected>' in text
    assert "how to put march draft into force" in text
    assert text.index("<figure>") < text.index("how to put march draft into force</bdi></h2>")
    assert "roadmap:\n  items:\n    shifts: {delivered_by: union, takes: 1}" in text


def test_an_order_of_ones_own_is_judged_beside_the_others(
    looker: TestClient, cases: dict[str, str]
) -> None:
    query = {"proposal": "march_draft", "order": "pay then rest"}
    text = looker.get(f"{cases['harbour']}/roadmap", params=query).text
    assert "pay, then shifts + cranes" in text
    assert 'value="pay then rest"' in text
    assert re.findall(r'data-name="(\w+)"', text) == ["pay", "shifts", "cranes"]


def test_an_order_that_cannot_be_read_is_told_and_kept(
    looker: TestClient, cases: dict[str, str]
) -> None:
    query = {"proposal": "march_draft", "order": "pay then wages"}
    found = looker.get(f"{cases['harbour']}/roadmap", params=query)
    assert found.status_code == 200
    assert "no such issue: &#39;wages&#39;" in found.text
    assert 'value="pay then wages"' in found.text
    unknown = looker.get(f"{cases['harbour']}/roadmap", params={"orders": "x"})
    assert unknown.status_code == 400
    assert "did you mean &#39;order&#39;" in unknown.text


def test_the_recommended_package_is_found_and_put_into_words(
    looker: TestClient, cases: dict[str, str]
) -> None:
    query = {"proposal": THE_RECOMMENDED, "order": "pay then rest"}
    found = looker.get(f"{cases['harbour']}/roadmap", params=query)
    assert found.url.params["proposal"] == "shifts = voluntary, pay = 4, cranes = pilot"
    assert found.url.params["order"] == "pay then rest"
    assert "how to put this package into force" in found.text


def test_where_nothing_can_be_agreed_none_is_recommended(
    looker: TestClient, cases: dict[str, str]
) -> None:
    text = looker.get(f"{cases['bare']}/roadmap").text
    assert "No package is recommended" in text
    assert "Choose a proposal" in text


def test_an_agenda_shows_the_orders_of_the_case(looker: TestClient, cases: dict[str, str]) -> None:
    path = f"{cases['power-shift']}/agenda"
    text = looker.get(path).text
    assert "First now and later afterwards" in text
    assert '<h2 id="agenda-title">' in text
    name = re.findall(r'href="[^"]*/agenda\?order=([^"]+)"', text)[0]
    one = looker.get(f"{path}?order={name}").text
    assert f'href="{path}?order={name}" aria-current="true"' in one
    assert re.findall(r'<li data-name="(\w+)"', one) == ["now", "later"]


def test_a_case_without_orders_of_talks_says_what_to_add(
    looker: TestClient, cases: dict[str, str]
) -> None:
    path = f"{cases['harbour']}/agenda"
    text = looker.get(path).text
    assert "agenda:\n  orders:\n    shifts_first: shifts then rest" in text
    assert 'class="answer card"' not in text
    tried = looker.get(path, params={"order": "shifts then rest"}).text
    assert 'class="answer card"' in tried
    refused = looker.get(path, params={"order": "shifts then rest", "solution": "mean"})
    assert refused.status_code == 200
    assert 'class="card refusal"' in refused.text


def test_what_turns_something_stands_first_and_leads_to_its_line(
    looker: TestClient, cases: dict[str, str]
) -> None:
    path = f"{cases['harbour']}/assumptions"
    text = looker.get(path).text
    first, _, rest = text.partition('id="ledger-answer"')
    assert "What turns on a single assumption" in first
    assert "Without any one of 2 more, another package is recommended" in first
    assert f'{cases["harbour"]}/text?line=58">line 58</a>' in first
    assert "How far the share that accepts" in rest
    assert "What to ask next" in rest


def entry(**more: Any) -> dict[str, Any]:
    return {"statement": "S", "line": 3, "sources": [], "flips": [], "trials": [], **more}


def test_assumptions_that_turn_nothing_are_left_to_the_ledger() -> None:
    case = load("harbour")
    flip = {"package": "march_draft", "party": "union", "old": "none", "new": "some"}
    flips = [flip, {**flip, "party": "all", "old": "every"}]
    other = {"trouble": None, "recommended": {"pay": "2"}}
    ledger = {
        "recommended": {"pay": "1"},
        "ledger": [
            entry(),
            entry(trials=[{"trouble": "contradictory", "recommended": None}]),
            entry(statement="T", flips=flips),
            entry(statement="R", line=None, sources=["a#1"], trials=[other]),
        ],
    }
    found, union = list(turning(case, ledger)), "Dock workers' union"
    assert [one.statement for one in found] == ["T", "R"]
    assert found[0].turns == (
        "march draft: all signatories accept it in every reading, and otherwise in some readings.",
        f"march draft: {union} accepts it in no reading, and otherwise in some readings.",
    )
    assert not found[1].turns


def test_of_what_turns_much_a_part_is_told() -> None:
    flips = [
        {"package": p, "party": who, "old": "none", "new": "every"}
        for p in ("march_draft", "port_opening")
        for who in ("union", "port", "all")
    ]
    (found,) = turning(load("harbour"), {"recommended": None, "ledger": [entry(flips=flips)]})
    assert len(found.turns) == 3
    assert found.more == 3


def test_a_report_is_opened_downloaded_and_taken_apart(
    looker: TestClient, cases: dict[str, str]
) -> None:
    text = looker.get(f"{cases['harbour']}/report").text
    assert "The recommended package: shifts voluntary; pay 4 percent; cranes pilot." in text
    (page,) = set(re.findall(r'href="(/answers/[0-9a-f]+/report\.html)"', text))
    assert 'download="harbour-dispute.html"' in text
    whole = looker.get(page).text
    for anchor, words in re.findall(rf'href="{page}#([^"]+)"[^>]*><bdi>([^<]+)<', text):
        assert f'id="{anchor}"' in whole
        assert words in whole
    assert len(re.findall(r"picture-\d+-light\.svg", text)) == whole.count("<figure>")
    assert "Statements and sources" in text
    for address in re.findall(r'href="(/answers/[^"]*\.(?:csv|svg|json)[^"]*)"', text)[:12]:
        assert looker.get(address.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize(
    ("proposal", "told"),
    [
        ("march_draft", "It is march draft, a proposal of the case"),
        ("march_draft, pay = 4", "It is no proposal of the case"),
        ("nonsense <b>", "nonsense"),
    ],
)
def test_a_report_says_whether_a_package_is_in_it(
    proposal: str, told: str, looker: TestClient, cases: dict[str, str]
) -> None:
    found = looker.get(f"{cases['harbour']}/report", params={"proposal": proposal})
    assert found.status_code == 200
    assert told in found.text
    assert "<b>" not in found.text


@pytest.mark.parametrize("screen", ["roadmap", "agenda", "assumptions", "report", "questions"])
def test_there_is_no_screen_of_a_case_that_is_not_there(screen: str, looker: TestClient) -> None:
    assert looker.get(f"/cases/0123456789abcdef/{screen}").status_code == 404


NAMES = ["shifts", "pay", "cranes"]
ORDERS = st.lists(st.sampled_from(NAMES), unique=True, max_size=3).flatmap(
    lambda names: st.lists(st.booleans(), min_size=len(names), max_size=len(names)).map(
        lambda cuts: _bundles(names, cuts)
    )
)


def _bundles(names: list[str], cuts: list[bool]) -> list[list[str]]:
    bundles: list[list[str]] = []
    for name, cut in zip(names, cuts, strict=True):
        if cut or not bundles:
            bundles.append([])
        bundles[-1].append(name)
    return bundles


@given(bundles=ORDERS, rest=st.booleans())
def test_the_list_shows_what_an_order_means(bundles: list[list[str]], *, rest: bool) -> None:
    case = load("harbour")
    written = Bundles.of([*bundles, []], rest=len(bundles)) if rest or not bundles else None
    text = (written or Bundles.of(bundles)).text
    stages: list[list[str]] = []
    for row in rows_of(case, NAMES, text):
        if not row.joined:
            stages.append([])
        stages[-1].append(row.name)
    again = parse_sequence(Bundles.of(stages).text)
    assert again.over(NAMES) == parse_sequence(text).over(NAMES)
    assert {row.label for row in rows_of(case, NAMES, text)} == {i.label for i in case.issues}


@pytest.mark.parametrize("order", ["", "pay then", "pay then wages", "pay then pay", "+", '"'])
def test_what_is_no_order_leaves_the_list_as_the_case_has_it(order: str) -> None:
    rows = rows_of(load("harbour"), NAMES, order)
    assert [(row.name, row.joined) for row in rows] == [(name, False) for name in NAMES]


def test_only_what_a_package_moves_is_ordered() -> None:
    case = load("harbour")
    assert moved(case, "pay = 4, shifts = voluntary") == ["shifts", "pay"]
    assert moved(case, "status quo") == NAMES
    assert moved(case, "??") == NAMES


def test_an_answer_without_a_picture_stays_as_it_is() -> None:
    bare = Posed(question="check", address="/", options={}, answer="<p>text</p>")
    assert pictures_first(bare) is bare
    drawn = pictures_first(
        Posed(question="x", address="/", options={}, answer="a<figure>b</figure>c")
    )
    assert (drawn.pictures, drawn.answer) == ("<figure>b</figure>", "ac")
    several = "<figure>1</figure>a<figure>2</figure>b<figure>3</figure>"
    first = pictures_first(Posed(question="x", address="/", options={}, answer=several), 2)
    assert first.pictures == "<figure>1</figure><figure>2</figure>"
    assert first.answer == "ab<figure>3</figure>"


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1360, "light")])
def test_an_order_is_put_together_by_keyboard(
    width: int, theme: str, place: str, cases: dict[str, str], open_page: Open
) -> None:
    page = open_page(f"{place}{cases['harbour']}/roadmap", width=width, theme=theme)
    page.get_by_text("Judge an order of your own").press("Enter")
    words = page.get_by_label("The order in words")
    up = page.get_by_role("button", name="Move New cranes up")
    up.press("Enter")
    expect(words).to_have_value("shifts then cranes then pay")
    expect(up).to_be_focused()
    up.press("Enter")
    expect(words).to_have_value("cranes then shifts then pay")
    down = page.get_by_role("button", name="Move New cranes down")
    expect(down).to_be_focused()  # it is the first now, and cannot go further up
    expect(page.locator(".ordering [role=status]")).to_have_text(
        "New cranes: place 1 of 3, Stage 1"
    )
    page.get_by_role("checkbox", name="Together with the one above for Pay rise").press("Space")
    expect(words).to_have_value("cranes then shifts + pay")
    assert barriers(page) == []
    assert page.evaluate(STICKING_OUT) == []
    page.get_by_role("button", name="Judge the orders").press("Enter")
    page.get_by_role("heading", name="cranes, then shifts + pay").first.wait_for()
    expect(page.get_by_label("The order in words")).to_have_value("cranes then shifts + pay")


@pytest.mark.browser
def test_what_is_typed_shows_in_the_list_and_what_is_dragged_in_words(
    place: str, cases: dict[str, str], open_page: Open
) -> None:
    page = open_page(f"{place}{cases['harbour']}/agenda")
    words = page.get_by_label("The order in words")
    words.fill("pay + cranes then rest")
    items = page.locator(".ordering li")
    assert _names(page) == ["pay", "cranes", "shifts"]
    expect(items.nth(1).get_by_role("checkbox")).to_be_checked()
    words.fill("pay + wages")  # what is not there is left until it is
    assert _names(page) == ["pay", "cranes", "shifts"]
    words.fill("pay then rest")
    assert _names(page) == ["pay", "cranes", "shifts"]
    grip = items.nth(2).locator(".grip").bounding_box()
    above = items.nth(0).bounding_box()
    assert grip is not None
    assert above is not None
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(grip["x"] + 8, above["y"] + 4, steps=6)
    page.mouse.up()
    assert _names(page) == ["shifts", "pay", "cranes"]
    expect(words).to_have_value(re.compile("^shifts"))


def _names(page: Page) -> list[str]:
    found: list[str] = page.locator(".ordering li").evaluate_all(
        "all => all.map(o => o.dataset.name)"
    )
    return found


@pytest.mark.browser
@pytest.mark.parametrize("look", [(390, "light"), (1360, "dark")])
@pytest.mark.parametrize(
    "path",
    [
        "harbour/roadmap?proposal=march_draft&order=pay+then+rest",
        "harbour/roadmap?proposal=nonsense",
        "harbour/agenda",
        "power-shift/agenda?search=yes",
        "harbour/report?proposal=march_draft",
        "harbour/questions/handout",
    ],
)
def test_what_screens_may_show_is_free_of_barriers(
    path: str,
    look: tuple[int, str],
    place: str,
    cases: dict[str, str],
    looker: TestClient,
    open_page: Open,
) -> None:
    name, _, rest = path.partition("/")
    looker.get(f"{cases[name]}/{rest}")  # so that the browser need not wait for it
    page = open_page(f"{place}{cases[name]}/{rest}", width=look[0], theme=look[1])
    for fold in page.locator("main details:not(.outline details)").all()[:6]:
        fold.evaluate("node => { node.open = true; }")
    assert barriers(page) == []
    assert page.evaluate(STICKING_OUT) == []
