"""Sources: every claim stands under each source that it cites, and leads to its line."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import expect

from detente.case import Source
from detente.catalog import load
from detente.citations import Cited, citations
from detente.web.pages.sources import ORDERS, ordered
from detente.web.settings import Settings
from detente.web.texts import texts
from tests.web.barriers import barriers
from tests.web.conftest import Open, put
from tests.web.test_cases import stores, words

BARE = """detente: 1
title: Bare
parties: {a: A}
issues: {i: {options: [x, y], status_quo: x}}
"""


def test_every_claim_is_there_with_its_line(client: TestClient, harbour: str) -> None:
    shown = client.get(f"/cases/{harbour}/sources")
    told, found = words(shown), citations(load("harbour"))
    for one in found.cited:
        assert one.source.label in told
        for claim in one.claims:
            assert claim.text in told
            assert f'/cases/{harbour}/text?line={claim.line}"' in shown.text
    assert "4 claims without a source." in told
    lines = re.findall(r"text\?line=(\d+)", shown.text.partition('id="unsourced"')[2])
    assert [int(line) for line in lines] == [claim.line for claim in found.unsourced]


def test_of_one_party_only(client: TestClient, harbour: str) -> None:
    told = words(client.get(f"/cases/{harbour}/sources?party=port"))
    assert "Port authority values no deal at 38 points" in told
    assert "City council cares more" not in told
    wrong = client.get(f"/cases/{harbour}/sources?party=prot")
    assert wrong.status_code == 400
    assert "did you mean 'port'?" in words(wrong)
    assert client.get(f"/cases/{harbour}/sources?order=none").status_code == 422


def test_a_case_without_sources_says_what_to_do(client: TestClient) -> None:
    made = stores(client)[0].create(BARE, title="Bare", note="")
    shown = words(client.get(f"/cases/{made.case_id}/sources"))
    assert texts()("sources.empty") in shown
    assert texts()("sources.all_sourced") in shown


def test_sources_that_nothing_cites_are_named(client: TestClient) -> None:
    text = BARE + "sources:\n  lost: {title: <b>Lost</b>, url: 'https://example.org/?a=1&b=2'}\n"
    made = stores(client)[0].create(text, title="Bare", note="")
    shown = client.get(f"/cases/{made.case_id}/sources")
    assert "1 source is cited by nothing." in words(shown)
    assert "<b>" not in shown.text


def cited(*given: tuple[str, int]) -> list[Cited]:
    """Return sources of these dates with so many claims each."""
    (claim, *_) = citations(load("harbour")).unsourced
    return [
        Cited(source=Source(name=f"s{k}", date=date), claims=(claim,) * claims)
        for k, (date, claims) in enumerate(given)
    ]


def test_orders() -> None:
    given = cited(("2026-02", 1), ("", 3), ("2025", 2), ("2026-02-11", 2))
    names = {order: [one.source.name for one in ordered(given, order)] for order in ORDERS}
    assert names == {
        "file": ["s0", "s1", "s2", "s3"],
        "newest": ["s3", "s0", "s2", "s1"],
        "oldest": ["s2", "s0", "s3", "s1"],
        "most": ["s1", "s2", "s3", "s0"],
    }


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1360, "light")])
def test_a_claim_leads_to_its_line(
    address: str, open_page: Open, width: int, theme: str, settings: Settings
) -> None:
    case_id = put(settings.database, "ukraine-2025")
    page = open_page(f"{address}/cases/{case_id}/sources", width=width, theme=theme)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("About").select_option("Ukraine")
    page.get_by_role("button", name="Show").press("Enter")
    first = page.locator(".claims a").first
    line = first.inner_text().removeprefix("line ")
    first.press("Enter")
    area = page.get_by_role("textbox", name="Text of the case")
    expect(area).to_be_focused()
    before = area.evaluate("a => a.value.slice(0, a.selectionStart)")
    assert before.count("\n") + 1 == int(line)
