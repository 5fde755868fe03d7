"""The case screen: where to start, and every entry in plain words with what it rests on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from detente.catalog import names, path_of
from detente.composer import compose
from detente.document import Faults
from detente.formats import loads
from detente.web.pages.case import outline, starting
from detente.web.settings import Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from tests.web.conftest import put


def page_of(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def without_tags(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.parametrize("name", names())
def test_every_entry_of_a_case_is_there_with_its_place(name: str) -> None:
    text = path_of(name).read_text("utf-8")
    case, places = loads(text), compose(text, Faults()).lines
    said = outline.said_of_parties(case)
    assert sum(len(party.rows) for party in said) == len(case.statements)
    told = [row for party in said for row in party.rows]
    told += [*outline.constraint_rows(case)]
    told += [row for block in outline.further(case, places) for row in block.rows]
    for row in told:
        assert places[row.at] == row.line
        assert row.text
    blocks = {block.name for block in outline.further(case, places)}
    assert blocks.isdisjoint(name for name, _ in outline.absent(places))
    total = sum(outline.cited(case).values())
    entries: list[Any] = [*case.statements, *case.constraints, *case.proposals]
    entries += [entry for block in case.blocks.values() for entry in block]
    assert total == sum(len(entry.provenance.because) for entry in entries)


def test_conditions_are_told_in_plain_words(client: TestClient, harbour: str) -> None:
    words = without_tags(page_of(client, f"/cases/{harbour}"))
    assert "Rejects any package in which New cranes is full and Night shifts is required" in words
    assert "New cranes is not full or Pay rise is at least 1 percent" in words
    assert "S1 #3" in words
    assert "==" not in words


def test_where_to_start_follows_the_case(client: TestClient, harbour: str) -> None:
    html = page_of(client, f"/cases/{harbour}")
    address = f"/cases/{harbour}"
    for screen in ("compose?proposal=march_draft", "frontier", "stability", "roadmap",
                   "assumptions", "report", "compose?proposal=union_opening"):  # fmt: skip
        assert f'href="{address}/{screen}"' in html
    assert f'href="{address}/agenda"' not in re.sub(r"<nav.*?</nav>", "", html, flags=re.DOTALL)
    keys = [start.key for start in starting.starts(loads(path_of("ukraine-2025").read_text()))]
    assert keys == ["why", "agree", "hold", "stages", "agenda", "rest", "report"]


def test_parts_without_entries_say_what_to_do(client: TestClient, settings: Settings) -> None:
    text = (
        "detente: 1\ntitle: Bare\nparties: {a: A, b: B}\n"
        "issues: {x: {options: [p, q], status_quo: p}}\n"
    )
    database = Database(settings.database)
    made = Cases(database).create(text, title="Bare", note="begun")
    database.close()
    words = without_tags(page_of(client, f"/cases/{made.case_id}"))
    assert "What is a package worth to each party?" in words
    assert words.count("Nothing is said of this party yet.") == 2
    for text in ("No package is ruled out.", "No proposal is on the table", "No source is listed"):
        assert text in words
    standing = without_tags(page_of(client, f"/cases/{made.case_id}/standing"))
    assert "A: which option of x is its best and worst is not known." in standing


def test_contradictions_stand_on_top_with_links(client: TestClient, settings: Settings) -> None:
    text = path_of("harbour").read_text("utf-8").replace(
        "    - no_deal: 30..45", "    - importance: pay > cranes\n    - importance: cranes > pay\n"
        "    - no_deal: 30..45"
    )  # fmt: skip
    database = Database(settings.database)
    made = Cases(database).create(text, title="Torn", note="begun")
    database.close()
    html = page_of(client, f"/cases/{made.case_id}/standing")
    line = text.split("\n").index("    - importance: pay > cranes") + 1
    assert f'href="#line-{line}"' in html
    assert "2 statements about Dock workers" in html
    assert f'id="line-{line}"' in page_of(client, f"/cases/{made.case_id}")


def test_hostile_titles_are_shown_as_they_are(client: TestClient, settings: Settings) -> None:
    nasty = "<script>alert(1)</script>{{ 7*7 }}"
    text = path_of("harbour").read_text("utf-8").replace("City council", f'"{nasty}"')
    database = Database(settings.database)
    made = Cases(database).create(text, title=nasty, note=nasty)
    database.close()
    html = page_of(client, f"/cases/{made.case_id}?done=1")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in html


def test_a_case_that_is_not_there(client: TestClient) -> None:
    for address in ("/cases/none", "/cases/none/standing", "/cases/none/edit?at=case"):
        assert client.get(address).status_code == 404


def test_a_large_case_stays_light(client: TestClient, settings: Settings) -> None:
    case_id = put(settings.database, "ukraine-2025")
    html = page_of(client, f"/cases/{case_id}")
    assert len(html.encode()) < 150_000
