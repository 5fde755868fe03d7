"""Screens in the states that they only come to in use: opened, refused, compared, undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from detente.catalog import path_of
from detente.web.security.passwords import hashed
from detente.web.settings import Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from tests.web.barriers import barriers
from tests.web.conftest import Open, Serve, put

pytestmark = pytest.mark.browser
HARBOUR = path_of("harbour").read_text("utf-8")
PHONE: dict[str, Any] = {"width": 390, "theme": "dark"}
DESK: dict[str, Any] = {"width": 1360, "theme": "light"}
WORD = "a long word for a test"
REFUSED = ("status of 401", "status of 404", "status of 409", "status of 422")


@pytest.fixture
def cases(settings: Settings) -> Iterator[Cases]:
    """The cases of the workbench, changed behind the back of who looks at them."""
    database = Database(settings.database)
    yield Cases(database)
    database.close()


def is_sound(page: Page) -> None:
    """Nothing keeps anybody out, nothing sticks out."""
    assert barriers(page) == []
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.id")
    return found


def test_what_is_refused(address: str, open_page: Open) -> None:
    page = open_page(f"{address}/cases/new", **PHONE, tolerated=REFUSED)
    page.get_by_label("Title").fill("Talks")
    page.get_by_label("Parties").fill("One\nTwo")
    page.get_by_label("Issues").fill("Pay")
    page.get_by_role("button", name="Begin the case").click()
    expect(page.get_by_label("Issues")).to_have_attribute("aria-invalid", "true")
    assert focused(page) == "issues"
    is_sound(page)
    page.goto(f"{address}/cases/nonesuch")
    is_sound(page)
    page.get_by_text("Settings").click()
    is_sound(page)
    page.keyboard.press("Escape")
    expect(page.locator("details.own")).not_to_have_attribute("open", "")
    page.goto(f"{address}/cases?q=nonesuch")
    is_sound(page)


def test_forms_of_a_case(address: str, harbour: str, open_page: Open) -> None:
    page = open_page(f"{address}/cases/{harbour}", **PHONE, tolerated=REFUSED)
    for part in ("proposals", "sources"):
        page.locator(f"#{part} tbody a.open").first.click()
        expect(page.locator("#h-panel")).to_be_focused()
        is_sound(page)
    page.locator("#f-short").fill("no name!")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#f-short")).to_be_focused()
    is_sound(page)
    page.keyboard.press("Escape")
    expect(page.locator("#sources tbody a.open").first).to_be_focused()
    page.get_by_role("link", name="Title, day and note").click()
    page.get_by_role("textbox", name="Note").fill("Talks by the harbour.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#told")).to_contain_text("Saved as revision 2")
    is_sound(page)


def test_long_lists_begin_folded(settings: Settings, serve: Serve, open_page: Open) -> None:
    case_id = put(settings.database, "ukraine-2025")
    page = open_page(f"{serve(settings)}/cases/{case_id}", **DESK)
    expect(page.locator("#of-ukraine details.fold")).not_to_have_attribute("open", "")
    page.locator("#of-ukraine summary").press("Enter")
    is_sound(page)
    page.locator("#of-ukraine a.open").first.press("Enter")
    page.get_by_label("Note").fill("As far as is known.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#told")).to_contain_text("Saved as revision 2")
    # What was unfolded stays so, and what was changed is in view and has the focus.
    expect(page.locator("#of-ukraine details.fold")).to_have_attribute("open", "")
    expect(page.locator("#of-ukraine a.open").first).to_be_focused()
    # An address that points into a folded list unfolds it.
    line = page.locator("#of-russia li").nth(2).get_attribute("id")
    page.goto(f"{page.url.partition('?')[0]}#{line}")
    page.reload()
    expect(page.locator(f"#{line}")).to_be_in_viewport()


def test_a_conflict_and_what_remains_of_it(
    address: str, harbour: str, cases: Cases, open_page: Open
) -> None:
    page = open_page(f"{address}/cases/{harbour}/text", **PHONE, tolerated=REFUSED)
    area = page.get_by_role("textbox", name="Text of the case")
    area.fill(HARBOUR.replace("title: ", "title: My ", 1))
    theirs = HARBOUR.replace("title: ", "title: Their ", 1)
    cases.revise(harbour, base=1, text=theirs, title="Theirs", note="elsewhere")
    page.get_by_role("button", name="Save as a new revision").click()
    page.locator(".conflict-ways").wait_for()
    is_sound(page)
    page.goto(f"{address}/cases/{harbour}/text")
    expect(page.locator(".drafts")).to_be_visible()
    is_sound(page)
    page.goto(f"{address}/cases/{harbour}/history?from=1&to=2")
    expect(page.locator(".compared .marked")).to_be_visible()
    is_sound(page)
    page.goto(f"{address}/cases/{harbour}/history/1")
    is_sound(page)


def test_a_repair_applied(address: str, harbour: str, open_page: Open) -> None:
    page = open_page(f"{address}/cases/{harbour}/packages", **PHONE)
    is_sound(page)
    page.goto(f"{address}/cases/{harbour}/compose?proposal=march_draft")
    page.locator("#mendings a[data-package]").first.click()
    expect(page.locator("[data-undo]")).to_be_focused()
    for fold in page.locator("main details").all():
        fold.evaluate("node => { node.open = true; }")
    is_sound(page)
    # On a phone the strip at the bottom covers nothing that has the focus.
    for name in page.locator("#package fieldset input:checked").all():
        name.focus()
        box, strip = name.bounding_box(), page.locator(".strip").bounding_box()
        assert box is not None
        assert strip is None or box["y"] + box["height"] <= strip["y"] + 1


def test_signing_in(settings: Settings, serve: Serve, open_page: Open) -> None:
    asking = replace(settings, password=hashed(WORD))
    page = open_page(f"{serve(asking)}/cases", **DESK, tolerated=REFUSED)
    expect(page.get_by_label("Password")).to_be_focused()
    is_sound(page)
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_focused()
    is_sound(page)
    page.get_by_label("Password").fill(WORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cases")).to_be_visible()
    is_sound(page)
    page.goto(page.url.partition("/cases")[0] + "/access")
    page.get_by_label("Which program it is for").fill("Notebook")
    page.get_by_role("button", name="Make a key").click()
    expect(page.locator("code.key")).to_be_visible()
    is_sound(page)
