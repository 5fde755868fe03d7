"""The first visit: from a question to its answer, what mends it and the report by three clicks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from detente.web.jobs.runner import Runner
from detente.web.settings import Settings
from tests.web.conftest import Open, Serve

pytestmark = pytest.mark.browser


def first_card(page: Page) -> None:
    page.get_by_role("link", name="Why would “march draft” fail").click()
    page.locator("#mendings a[data-package]").first.wait_for(timeout=60_000)


def test_three_clicks_lead_from_the_question_to_the_report(
    settings: Settings, serve: Serve, harbour: str, open_page: Open
) -> None:
    address = serve(settings, asking=Runner)
    page = open_page(f"{address}/")
    expect(page).to_have_url(f"{address}/cases/{harbour}")
    first_card(page)
    verdict = page.locator("#verdict .words")
    before = verdict.inner_text()
    page.locator("#mendings").get_by_role("link", name="Apply").first.click()
    expect(verdict).not_to_have_text(before, timeout=60_000)
    page.locator("main").get_by_role("link", name="Report").click()
    page.wait_for_url(re.compile(f"/cases/{harbour}/report[?]proposal="), timeout=60_000)
    expect(
        page.locator(".job").or_(page.get_by_role("link", name="Open the report"))
    ).to_be_visible()
    expect(page.locator("main")).to_contain_text("The package from the composer")


def test_the_smallest_repair_comes_first_and_numbers_stand_below_one_another(
    address: str, open_page: Open
) -> None:
    page = open_page(f"{address}/")
    first_card(page)
    seen = page.locator("#mendings > ul > li").all_inner_texts()
    changes = [int(re.findall(r"(\d+) changes?", text)[0]) for text in seen]
    assert changes == sorted(changes)
    assert changes[0] == 1
    gains = page.locator("#mendings > ul .each-gain .gain-of").all_inner_texts()
    cells = page.locator(".stand td.number:not(.accepts)").all_inner_texts()
    numbers = [text.partition("(")[0].strip() for text in cells]
    assert gains
    assert numbers
    for text in gains + numbers:
        assert re.search(r"(^|[ +−])\d+\.\d$", text), text
