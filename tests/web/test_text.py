"""The case as text: faults at their lines while one writes, and nothing that is written is lost."""

from __future__ import annotations

import html
import re
import time

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Locator, Page, expect

from detente.catalog import path_of
from detente.formats import loads
from detente.proofreading import proofread
from detente.web.pages.text.writing import HELP, TURNS
from detente.web.sent import as_line_ends
from detente.web.settings import Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from detente.web.storage.drafts import Drafts
from detente.web.texts import texts
from tests.web.barriers import barriers
from tests.web.conftest import Open
from tests.web.test_cases import stores, words

TEXT = path_of("harbour").read_text("utf-8")
FAULTY = TEXT.replace("pay: 8", "pay: 99").replace("more_is_better: pay", "more_is_bettr: pay")
CLASH = TEXT.replace(
    "- order: {cranes: no", "- order: {cranes: full > no > pilot}\n    - order: {cranes: no"
)


def in_the_area(page: str) -> str:
    """Return what the text area of a page holds, as a browser would have it."""
    found = re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def test_the_help_is_a_sound_case_file() -> None:
    code = "\n".join(texts()(f"text.help.{name}.code") for name in HELP)
    assert len(loads(code).statements) == 10


def test_the_text_is_shown_to_the_letter(client: TestClient, harbour: str) -> None:
    assert in_the_area(client.get(f"/cases/{harbour}/text").text) == TEXT
    odd = "\n\n# </textarea><script>\n" + TEXT
    made = stores(client)[0].create(odd, title="T", note="")
    shown = client.get(f"/cases/{made.case_id}/text")
    assert in_the_area(shown.text) == odd
    assert "<script>\n" not in shown.text


def test_every_fault_is_told_with_its_line(client: TestClient, harbour: str) -> None:
    shown = client.post(f"/cases/{harbour}/text/check", data={"text": FAULTY})
    faults = proofread(FAULTY).faults
    assert faults
    assert f"{len(faults)} faults" in words(shown)
    lines = [int(line) for line in re.findall(r'data-line="(\d+)"', shown.text)]
    assert lines == [fault.line for fault in faults if fault.line]
    assert "data-sound" not in shown.text
    assert "data-sound" in client.post(f"/cases/{harbour}/text/check", data={"text": TEXT}).text
    assert client.post("/cases/none/text/check", data={"text": TEXT}).status_code == 404


def test_what_statements_say_together(client: TestClient, harbour: str) -> None:
    shown = client.post(f"/cases/{harbour}/text/findings", data={"text": CLASH})
    assert "cannot hold together" in words(shown)
    assert 'data-tone="bad"' in shown.text
    assert not client.post(f"/cases/{harbour}/text/findings", data={"text": FAULTY}).text.strip()
    with TURNS.taken() as turn:
        assert turn
        busy = client.post(f"/cases/{harbour}/text/findings", data={"text": TEXT})
    assert words(busy) == texts()("text.busy")
    assert "data-busy" in busy.text


def test_a_sound_text_is_saved_with_a_note(client: TestClient, harbour: str) -> None:
    cases, drafts = stores(client)
    drafts.keep("d1", harbour, base=1, text="x")
    drafts.keep("d0", harbour, base=1, text="y")
    text = TEXT.replace("Harbour dispute", "Harbour talks").replace("\n", "\r\n")
    fields = {"base": 1, "text": text, "note": " New \n title ", "draft": "d1", "instead": "d0"}
    shown = client.post(f"/cases/{harbour}/text", data=fields)
    assert "Saved as revision 2." in words(shown)
    head = cases.revision(harbour)
    assert (head.number, head.note, cases.get(harbour).title) == (2, "New title", "Harbour talks")
    assert head.text == text.replace("\r\n", "\n")
    assert drafts.of(harbour) == []


def test_a_faulty_text_stays_a_draft(client: TestClient, harbour: str) -> None:
    cases, drafts = stores(client)
    shown = client.post(f"/cases/{harbour}/text", data={"base": 1, "text": FAULTY, "draft": "d1"})
    assert shown.status_code == 422
    assert texts()("text.not_saved") in words(shown)
    assert in_the_area(shown.text) == FAULTY
    assert cases.get(harbour).head == 1
    (draft,) = drafts.of(harbour)
    assert (draft.id, draft.text) == ("d1", FAULTY)


def test_a_text_that_cannot_be_saved_is_kept(client: TestClient, harbour: str) -> None:
    text = TEXT.replace("Harbour dispute", "long " * 5000)
    answer = client.post(f"/cases/{harbour}/text", data={"base": 1, "text": text, "draft": "a"})
    assert answer.status_code == 400
    assert "the title is too large" in words(answer)
    (draft,) = stores(client)[1].of(harbour)
    assert draft.text == text


def test_two_at_once_lose_nothing(client: TestClient, harbour: str) -> None:
    cases, drafts = stores(client)
    mine, theirs = (
        TEXT.replace("Harbour dispute", "Mine"),
        TEXT.replace("Harbour dispute", "Theirs"),
    )
    client.post(f"/cases/{harbour}/text", data={"base": 1, "text": theirs, "draft": "a"})
    late = client.post(f"/cases/{harbour}/text", data={"base": 1, "text": mine, "draft": "b"})
    assert late.status_code == 409
    assert cases.revision(harbour).text == theirs
    (draft,) = drafts.of(harbour)
    assert (draft.text, draft.base) == (mine, 1)
    opened = client.get(f"/cases/{harbour}/text?draft={draft.id}")
    assert in_the_area(opened.text) == mine
    assert texts()("text.head_moved", head=2, base=1) in words(opened)


def test_drafts_are_offered_kept_and_thrown_away(client: TestClient, harbour: str) -> None:
    _, drafts = stores(client)
    url = f"/cases/{harbour}/text"
    kept = client.post(f"{url}/draft", data={"base": 1, "text": "one", "draft": "a"})
    assert kept.status_code == 204
    assert "Begun from revision 1, last changed just now" in words(client.get(url))
    client.post(f"{url}/draft", data={"base": 1, "text": "two", "draft": "b", "instead": "a"})
    assert [draft.text for draft in drafts.of(harbour)] == ["two"]
    assert in_the_area(client.get(f"{url}?draft=b").text) == "two"
    client.post(f"{url}/drafts/b/drop")
    assert drafts.of(harbour) == []
    gone = client.get(f"{url}?draft=b")
    assert in_the_area(gone.text) == TEXT
    assert texts()("text.no_draft") in words(gone)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"base": 9, "text": "x", "draft": "a"}, 404),
        ({"base": 10**30, "text": "x", "draft": "a"}, 422),
        ({"base": 1, "text": "x\0y", "draft": "a"}, 400),
        ({"base": 1, "text": "x" * (2**20 + 1), "draft": "a"}, 400),
        ({"base": 1, "text": "x", "draft": "../a"}, 400),
        ({"text": "x", "draft": "a"}, 422),
    ],
)
def test_drafts_that_cannot_be_kept_are_told(
    client: TestClient, harbour: str, fields: dict[str, str | int], status: int
) -> None:
    for path in ("/draft", ""):
        answer = client.post(f"/cases/{harbour}/text{path}", data=fields)
        assert answer.status_code == status, words(answer)
    assert stores(client)[1].of(harbour) == []


def test_a_draft_of_another_case_is_out_of_reach(client: TestClient, harbour: str) -> None:
    cases, drafts = stores(client)
    other = cases.create(TEXT, title="Other", note="").case_id
    drafts.keep("theirs", other, base=1, text="x")
    assert in_the_area(client.get(f"/cases/{harbour}/text?draft=theirs").text) == TEXT
    client.post(f"/cases/{harbour}/text/drafts/theirs/drop")
    fields = {"base": 1, "text": "y", "draft": "mine", "instead": "theirs"}
    client.post(f"/cases/{harbour}/text/draft", data=fields)
    assert drafts.one(other, "theirs").text == "x"


def test_line_ends_stay_as_they_were(client: TestClient) -> None:
    cases, _ = stores(client)
    windows = TEXT.replace("\n", "\r\n")
    made = cases.create(windows, title="T", note="")
    changed = windows.replace("Harbour dispute", "Harbour talks")
    client.post(f"/cases/{made.case_id}/text", data={"base": 1, "text": changed, "draft": "a"})
    assert cases.revision(made.case_id).text == changed
    assert as_line_ends(windows, TEXT) == TEXT


def area_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Text of the case")


@pytest.mark.browser
def test_faults_show_at_their_lines_while_one_writes(
    address: str, harbour: str, open_page: Open
) -> None:
    page = open_page(f"{address}/cases/{harbour}/text")
    area = area_of(page)
    expect(page.locator("#findings")).to_contain_text("without a source")
    area.fill(FAULTY)
    line = next(fault.line for fault in proofread(FAULTY).faults if fault.line)
    link = page.locator(f"#checked a[data-line='{line}']").first
    expect(page.locator("#said")).to_have_text(re.compile("^[0-9]+ faults?$"))
    assert barriers(page) == []
    link.press("Enter")
    expect(area).to_be_focused()
    picked = area.evaluate("a => a.value.slice(a.selectionStart, a.selectionEnd)")
    assert picked == FAULTY.splitlines()[line - 1]
    expect(page.locator(".numbers .bad").first).to_have_text(str(line))
    area.fill(CLASH)
    expect(page.locator("#findings")).to_contain_text("cannot hold together")
    expect(page.locator("#checked .faults")).to_have_count(0)
    expect(page.locator("#said")).to_have_text("The text is sound.")


def wait_for_a_draft(drafts: Drafts, case_id: str, beginning: str) -> None:
    """Wait until what a browser sent while it left a page has arrived."""
    end = time.monotonic() + 15
    while not any(draft.text.startswith(beginning) for draft in drafts.of(case_id)):
        assert time.monotonic() < end, "the draft did not arrive"
        time.sleep(0.05)


@pytest.mark.browser
def test_what_is_written_survives_a_reload(
    address: str, harbour: str, open_page: Open, settings: Settings
) -> None:
    page = open_page(f"{address}/cases/{harbour}/text")
    area = area_of(page)
    area.press("Control+Home")
    area.press_sequentially("# first\n")
    expect(page.locator("#kept")).to_contain_text("Kept at")
    page.reload()
    assert area.input_value().startswith("# first\n")
    area.press("Control+Home")
    area.press_sequentially("# second\n")
    page.goto(f"{address}/cases")
    database = Database(settings.database)
    wait_for_a_draft(Drafts(database), harbour, "# second\n")
    page.goto(f"{address}/cases/{harbour}/text")
    page.get_by_role("link", name="Go on with it").first.click()
    assert area.input_value().startswith("# second\n# first\n")
    page.get_by_label("What did you do?").fill("Two notes")
    area.press("Control+s")
    page.get_by_text("Saved as revision 2.").wait_for()
    assert page.get_by_role("link", name="Go on with it").count() == 0
    saved = Cases(database).revision(harbour)
    assert (saved.text, saved.note) == ("# second\n# first\n" + TEXT, "Two notes")
    assert Drafts(database).of(harbour) == []
    database.close()


@pytest.mark.browser
def test_the_keyboard_leads_in_and_out(address: str, harbour: str, open_page: Open) -> None:
    page = open_page(f"{address}/cases/{harbour}/text")
    area = area_of(page)
    area.fill("a:")
    area.press("End")
    area.press("Enter")
    area.press_sequentially("b: c")
    area.press("Enter")
    area.press("Tab")
    area.press_sequentially("d")
    assert area.input_value() == "a:\n  b: c\n    d"
    area.press("Control+a")
    area.press("Shift+Tab")
    assert area.input_value() == "a:\nb: c\n  d"
    area.press("Tab")
    assert area.input_value() == "  a:\n  b: c\n    d"
    area.press("Control+z")
    assert area.input_value() == "a:\nb: c\n  d"
    area.press("Escape")
    area.press("Shift+Tab")
    expect(area).not_to_be_focused()
    page.keyboard.press("Tab")
    expect(area).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_label("What did you do?")).to_be_focused()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1360, "light")])
def test_a_line_is_shown_that_was_asked_for(
    address: str, harbour: str, open_page: Open, width: int, theme: str
) -> None:
    page = open_page(f"{address}/cases/{harbour}/text?line=42", width=width, theme=theme)
    area = area_of(page)
    expect(area).to_be_focused()
    picked = area.evaluate("a => a.value.slice(a.selectionStart, a.selectionEnd)")
    assert picked == TEXT.splitlines()[41]
    numbers = page.locator(".numbers").inner_text().split()
    assert "42" in numbers
    page.locator(".helps summary").click()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_the_largest_text_can_be_written(address: str, harbour: str, open_page: Open) -> None:
    page = open_page(f"{address}/cases/{harbour}/text")
    area = area_of(page)
    filled = "# " + "note " * 15
    large = TEXT + f"{filled}\n" * ((2**20 - len(TEXT)) // (len(filled) + 1) - 10)
    area.evaluate("(a, text) => { a.value = text; a.dispatchEvent(new Event('input')); }", large)
    expect(page.locator("#kept")).to_contain_text("Kept at", timeout=15_000)
    area.press("Control+End")
    area.press_sequentially("# end")
    expect(page.locator(".numbers span").last).to_have_text(str(large.count("\n") + 1))
    area.press("Control+s")
    page.get_by_text("Saved as revision 2.").wait_for()
    assert area.input_value() == large + "# end"
