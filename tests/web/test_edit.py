"""Editing by form: every kind of entry, errors at their fields, conflicts, undo, two tabs."""

from __future__ import annotations

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from detente.catalog import names, path_of
from detente.formats import loads
from detente.spans import spans
from detente.statements import KINDS
from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.pages.edit.forms import fields_of, kind_at
from detente.web.pages.edit.given import edits_of
from detente.web.security.access import Role, role_of
from detente.web.settings import Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from tests.web.barriers import barriers
from tests.web.conftest import Open, put

HARBOUR = path_of("harbour").read_text("utf-8")
Given = dict[str, str]
PARTS = ("parties", "issues", "sources", "constraints", "proposals")


def fields_on(html: str) -> Given:
    """The fields of the form of an entry, with what stands in them."""
    form = re.search(r'<form class="entry".*?</form>', html, re.DOTALL)
    assert form is not None
    found: Given = {}
    for tag in re.findall(r"<input[^>]*>", form.group()):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name is not None:
            found[name.group(1)] = unescape(value.group(1)) if value is not None else ""
    for name, text in re.findall(
        r'<textarea[^>]* name="([^"]*)"[^>]*>\n(.*?)</textarea>', form.group(), re.DOTALL
    ):
        found[name] = unescape(text)
    for name, choices in re.findall(
        r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form.group(), re.DOTALL
    ):
        chosen = re.search(r'<option value="([^"]*)" selected', choices)
        found[name] = unescape(chosen.group(1)) if chosen is not None else ""
    return found


def form(client: TestClient, case_id: str, at: str) -> Given:
    answer = client.get(f"/cases/{case_id}/edit", params={"at": at})
    assert answer.status_code == 200
    return fields_on(answer.text)


def text_of(client: TestClient, case_id: str) -> str:
    return client.get(f"/cases/{case_id}/case.yaml").text


def send(client: TestClient, case_id: str, action: str, fields: Given, *, status: int = 303) -> str:
    answer = client.post(f"/cases/{case_id}/{action}", data=fields, follow_redirects=False)
    assert answer.status_code == status, answer.text
    if status != 303:
        return answer.text
    shown = client.get(answer.headers["location"])
    assert shown.status_code == 200
    return shown.text


def places(text: str) -> list[str]:
    found = ["case"]
    for place in spans(text).root.all():
        head, deep = (place.steps[0] if place.steps else ""), len(place.steps)
        if (deep == 2 and head != "preferences") or (deep == 3 and head == "preferences"):
            found.append(place.path)
    return found


@pytest.mark.parametrize("name", names())
def test_a_form_saved_as_it_was_opened_changes_nothing(name: str) -> None:
    text = path_of(name).read_text("utf-8")
    case, found = loads(text), spans(text)
    for at in places(text):
        if kind_at(at) == "block" and found.at(at).kind == "text":
            continue
        place = found.root if at == "case" else found.at(at)
        fields = fields_of(kind_at(at), case, found, place)
        given = {field.name: field.value.replace("\n", "\r\n") for field in fields}
        assert edits_of(case, found, at, given, seen="") == (), at


def test_every_entry_has_a_form(client: TestClient, harbour: str) -> None:
    for at in places(HARBOUR):
        shown = form(client, harbour, at)
        assert shown["at"] == at
        assert send(client, harbour, "edit", shown)
    assert text_of(client, harbour) == HARBOUR


ADDED = [
    ("parties", {"title": "Tug masters: all", "signatory": "no", "note": "no"},
     "  tug_masters_all:\n    name: 'Tug masters: all'\n    signatory: no\n    note: no\n"),
    ("parties", {"title": "Crews", "short": "crews", "signatory": "yes"}, "  crews: Crews\n"),
    ("sources", {"title": "A memo, short", "short": "memo", "date": "2026-03"},
     "  memo:\n    title: A memo, short\n    date: 2026-03\n"),
    ("proposals", {"title": "", "short": "quiet", "terms.shifts": "none", "terms.pay": ""},
     "  quiet:\n    shifts: none\n"),
    ("proposals", {"title": "Loud", "because": "press12#1, press12#2", "terms.pay": "3"},
     "  loud:\n    title: Loud\n    because: [press12#1, press12#2]\n    terms:\n      pay: 3\n"),
    ("constraints", {"require": "pay <= 6", "because": "sheet4#9"},
     "  - require: pay <= 6\n    because: sheet4#9\n"),
    ("preferences.city",
     {"says": "rule: pay >= 4\r\nworth: 2..3", "confidence": "low", "view": "said"},
     "    - rule: pay >= 4\n      worth: 2..3\n      confidence: low\n      view: said\n"),
    ("leverage", {"text": "by: union\r\non: port\r\nshift: -2"},
     "  - by: union\n    on: port\n    shift: -2\n"),
    ("time", {"text": "unit: month"}, "time:\n  unit: month\n"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "fields", "written"), ADDED)
def test_what_is_added(
    client: TestClient, harbour: str, part: str, fields: Given, written: str
) -> None:
    empty = client.get(f"/cases/{harbour}/add", params={"part": part})
    assert empty.status_code == 200
    assert set(fields) <= set(fields_on(empty.text))
    html = send(client, harbour, "add", {"part": part, **fields})
    after = text_of(client, harbour)
    assert written in after
    assert after.replace(written, "", 1) == HARBOUR
    assert "Saved as revision 2" in html


def test_an_issue_is_added_where_nobody_is_on_points(
    client: TestClient, settings: Settings
) -> None:
    case_id = put(settings.database, "ukraine-2025")
    before = text_of(client, case_id)
    fields = {"title": "Prisoners", "options": "held\r\nfreed", "status_quo": "held"}
    send(client, case_id, "add", {"part": "issues", **fields})
    written = (
        "  prisoners:\n    title: Prisoners\n    options: [held, freed]\n    status_quo: held\n"
    )
    assert text_of(client, case_id).replace(written, "", 1) == before
    fields = {"title": "Years", "range": "0..10", "step": "2", "unit": "years", "status_quo": "4"}
    send(client, case_id, "add", {"part": "issues", **fields})
    issue = loads(text_of(client, case_id)).issues[-1]
    assert (issue.name, issue.options[-1], issue.unit) == ("years", "10", "years")


CHANGED = [
    ("case", {"note": "One\r\ntwo"}, ("", "note: 'One\n\n  two'\n")),
    ("parties.union", {"title": "Dockers"}, ("Dock workers' union", "Dockers")),
    ("parties.city", {"signatory": "yes"}, ("    signatory: false\n", "")),
    ("preferences.union[3]", {"confidence": "certain"}, ("      confidence: medium\n", "")),
    ("preferences.union[5]", {"says": "red_line: cranes == full"},
     ("red_line: cranes == full and shifts == required", "red_line: cranes == full")),
    ("preferences.union[6]", {"says": "indifferent: pay", "note": ""}, None),
    ("proposals.march_draft", {"terms.pay": "3"}, ("pay: 2, cranes: full", "pay: 3, cranes: full")),
    ("proposals.march_draft", {"title": "March"},
     ("{shifts: voluntary, pay: 2, cranes: full}",
      "{title: March, terms: {shifts: voluntary, pay: 2, cranes: full}}")),
    ("proposals.march_draft", {"terms.pay": "", "terms.shifts": "", "terms.cranes": ""},
     ("  march_draft: {shifts: voluntary, pay: 2, cranes: full}", "  march_draft: {}")),
    ("constraints[0]", {"require": "cranes != full or pay >= 2"}, ("pay >= 1", "pay >= 2")),
    ("leverage[0]", {"text": "by: port\non: union\nshift: -5"}, None),
    ("leverage", {"text": "- by: port\n  on: union\n  shift: -5"}, None),
]  # fmt: skip


@pytest.mark.parametrize(("at", "fields", "change"), CHANGED)
def test_what_is_changed(
    client: TestClient, harbour: str, at: str, fields: Given, change: tuple[str, str] | None
) -> None:
    send(client, harbour, "edit", {**form(client, harbour, at), **fields})
    after = text_of(client, harbour)
    assert after != HARBOUR
    if change is None:
        return
    old, new = change
    back = after.replace(new, old, 1) if new else after
    assert back == (HARBOUR if new else HARBOUR.replace(old, "", 1))


def test_names_are_followed(client: TestClient, harbour: str) -> None:
    send(client, harbour, "edit", {**form(client, harbour, "parties.union"), "short": "dockers"})
    issue = form(client, harbour, "issues.shifts")
    assert issue["options"] == "none\nvoluntary\nrequired"
    fields = {**issue, "short": "nights", "options": "none\r\nchosen\r\nrequired"}
    html = send(client, harbour, "edit", fields)
    case = loads(text_of(client, harbour))
    assert [party.name for party in case.parties] == ["dockers", "port", "city"]
    assert case.issues[0].name == "nights"
    assert case.issues[0].options == ("none", "chosen", "required")
    assert len(case.statements) == 14
    assert "none, then chosen, then required" in html


def test_moves_removals_and_undo(client: TestClient, harbour: str) -> None:
    at = "preferences.union[1]"
    fields = {name: form(client, harbour, at)[name] for name in ("at", "seen")}
    html = send(client, harbour, "move", {**fields, "to": "0"})
    assert "statement about Dock workers&#39; union moved" in html
    moved = text_of(client, harbour)
    assert moved.index("more_is_better: pay") < moved.index("order: {shifts")
    at = "preferences.union[0]"
    fields = {name: form(client, harbour, at)[name] for name in ("at", "seen")}
    send(client, harbour, "remove", fields)
    assert "more_is_better" not in text_of(client, harbour)
    html = send(client, harbour, "undo", {"revision": "3"})
    assert text_of(client, harbour) == moved
    assert "taken back" in html
    send(client, harbour, "undo", {"revision": "3"}, status=409)
    assert text_of(client, harbour) == moved


def test_a_party_goes_with_its_statements_and_not_where_it_is_spoken_of(
    client: TestClient, harbour: str
) -> None:
    fields = {name: form(client, harbour, "parties.city")[name] for name in ("at", "seen")}
    send(client, harbour, "remove", fields)
    assert "council7#5" not in text_of(client, harbour)
    before = text_of(client, harbour)
    fields = {name: form(client, harbour, "parties.union")[name] for name in ("at", "seen")}
    html = send(client, harbour, "remove", fields, status=422)
    assert "leverage[0].on: no such party: &#39;union&#39;" in html
    assert text_of(client, harbour) == before


UNION, ISSUE = "preferences.union", "issues"
WRONG: list[tuple[str, Given, str, str]] = [
    ("parties", {"title": "", "short": ""}, "title", "Give it a title"),
    ("parties", {"title": "A", "short": "port"}, "short", "is there already"),
    ("parties", {"title": "A", "short": "a b"}, "short", "cannot be used"),
    ("sources", {"title": "A", "url": "x"}, "url", "is not a web address"),
    ("sources", {"title": "A", "date": "May"}, "date", "is not a date"),
    (ISSUE, {"title": "A", "options": "a\r\nb"}, "status_quo", "missing"),
    ("constraints", {"require": "pay >"}, "require", "^"),
    (UNION, {"says": ""}, "says", "Nothing is said yet"),
    (UNION, {"says": "hello"}, "says", "No colon"),
    (UNION, {"says": "importance: shifts > crane"}, "says", "did you mean &#39;cranes&#39;?"),
    (UNION, {"says": "order: {shifts"}, "says", "is not closed"),
    (UNION, {"says": "no_deal: 3", "because": "press13#1"}, "because", "No such source"),
    (UNION, {"says": "no_deal: 3", "confidence": "very"}, "confidence", "not a confidence"),
    ("leverage", {"text": "by: port"}, "text", "is missing"),
    ("proposals", {"short": "p", "terms.pay": "77"}, "terms.pay", "ay has no"),
]


@pytest.mark.parametrize(("part", "fields", "field", "message"), WRONG)
def test_an_error_stands_at_its_field_and_nothing_typed_is_lost(
    client: TestClient, harbour: str, part: str, fields: Given, field: str, message: str
) -> None:
    html = send(client, harbour, "add", {"part": part, **fields}, status=422)
    said = re.search(rf'id="f-{re.escape(field)}-error"[^>]*>(.*?)</p>', html, re.DOTALL)
    assert said is not None, unescape(re.sub("<[^>]*>", " ", html))
    assert message in said.group(1)
    kept = fields_on(html)
    for name, value in fields.items():
        if name in {"confidence", "terms.pay"}:
            continue  # chosen, not typed
        assert kept[name].replace("\r", "") == value.replace("\r", "")
    assert text_of(client, harbour) == HARBOUR


def test_two_people_edit_different_entries_and_both_are_kept(
    client: TestClient, harbour: str
) -> None:
    first = form(client, harbour, "preferences.union[3]")
    second = form(client, harbour, "preferences.union[0]")
    send(client, harbour, "remove", {name: second[name] for name in ("at", "seen")})
    send(client, harbour, "edit", {**first, "note": "kept"})
    after = text_of(client, harbour)
    assert "importance: shifts > cranes > pay\n      because: press12#5\n" in after
    assert after.count("note: kept") == 1
    assert after.count("shifts: none > voluntary") == 1


def test_two_people_edit_the_same_entry_and_neither_is_lost(
    client: TestClient, harbour: str
) -> None:
    opened = form(client, harbour, "preferences.union[3]")
    send(client, harbour, "edit", {**opened, "confidence": "low"})
    html = send(client, harbour, "edit", {**opened, "note": "mine"}, status=409)
    assert "confidence: low" in html
    again = fields_on(html)
    assert again["note"] == "mine"
    send(client, harbour, "edit", again)
    after = text_of(client, harbour)
    assert "note: mine" in after
    assert "confidence: medium" in after
    send(client, harbour, "remove", {name: again[name] for name in ("at", "seen")}, status=409)
    opened = form(client, harbour, "preferences.union[3]")
    send(client, harbour, "remove", {name: opened[name] for name in ("at", "seen")})
    html = send(client, harbour, "edit", {**opened, "note": "late"}, status=409)
    assert fields_on(html)["note"] == "late"


def test_what_is_typed_is_checked_while_it_is_typed(client: TestClient, harbour: str) -> None:
    def told(**fields: str) -> str:
        answer = client.post(f"/cases/{harbour}/edit/check", data=fields)
        assert answer.status_code == 200
        return " ".join(unescape(re.sub("<[^>]*>", " ", answer.text)).split())

    part = "preferences.union"
    assert told(part=part, says="importance: pay > cranes") == (
        "In words: Cares more about Pay rise than about New cranes"
    )
    assert "did you mean 'cranes'?" in told(part=part, says="importance: pay > crane")
    caret = client.post(
        f"/cases/{harbour}/edit/check", data={"part": "constraints", "require": "pay >> 3"}
    ).text
    assert re.search(r"<pre>    pay &gt;&gt; 3\n     +\^</pre>", caret)
    assert "New cranes is full" in told(part="constraints", require="cranes == full")
    assert told(part=part, says="") == "This can be read."
    assert text_of(client, harbour) == HARBOUR


def test_every_kind_of_statement_is_offered_with_an_example(
    client: TestClient, harbour: str
) -> None:
    html = client.get(f"/cases/{harbour}/add", params={"part": "preferences.city"}).text
    for key, kind in KINDS.items():
        assert f'<option value="{key}"' in html
        assert f"<pre>{kind.EXAMPLE}</pre>" in unescape(html)


def test_a_statement_can_be_written_without_knowing_the_file(
    client: TestClient, harbour: str
) -> None:
    html = client.get(f"/cases/{harbour}/add", params={"part": "preferences.city"}).text
    assert "<dt><code>shifts</code></dt><dd>none, voluntary, required</dd>" in html
    assert "<dt><code>pay</code></dt><dd>0..8</dd>" in html


def test_the_title_of_a_page_is_spelled_as_its_heading(client: TestClient, harbour: str) -> None:
    html = client.get(f"/cases/{harbour}/add", params={"part": "preferences.union"}).text
    title = re.search(r"<title>(.*?)</title>", html)
    assert title is not None
    assert "Dock workers' union" in unescape(title.group(1))


def test_a_page_that_answered_a_form_says_so_when_it_is_loaded_anew(client: TestClient) -> None:
    answer = client.get("/cases/new/words")
    assert answer.status_code == 405
    assert "answered a form" in answer.text


def test_places_that_are_not_there(client: TestClient, harbour: str) -> None:
    nowhere = ["edit?at=parties.nobody", "edit?at=", "edit?at=preferences", "add?part="]
    nowhere += ["add?part=preferences", "add?part=preferences.nobody", "add?part=detente"]
    for address in nowhere:
        assert client.get(f"/cases/{harbour}/{address}").status_code == 404, address
    for action in ("edit", "add", "remove", "move"):
        answer = client.post(f"/cases/{harbour}/{action}", data={"at": "x", "part": "y", "to": "1"})
        assert 400 <= answer.status_code < 500
    assert text_of(client, harbour) == HARBOUR


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from([*PARTS, "preferences.union", "leverage", "time", "graph"]),
    st.dictionaries(
        st.sampled_from(
            ["title", "short", "says", "text", "require", "because", "options", "note"]
        ),
        st.text(max_size=30),
    ),
)
def test_whatever_is_typed_is_answered_with_words(
    client: TestClient, harbour: str, part: str, fields: Given
) -> None:
    for action in ("edit/check", "add"):
        sent = {"part": part, **fields}
        answer = client.post(f"/cases/{harbour}/{action}", data=sent, follow_redirects=False)
        assert answer.status_code in {200, 303, 422}, answer.text
    loads(text_of(client, harbour))


def opened(page: Page) -> Page:
    expect(page.locator("#panel form.entry")).to_be_visible()
    return page


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), [(1360, "light"), (390, "dark")])
def test_a_case_is_edited_in_place(
    address: str, harbour: str, open_page: Open, width: int, theme: str
) -> None:
    page = open_page(f"{address}/cases/{harbour}", width=width, theme=theme)
    page.get_by_role("link", name="Add a party").click()
    opened(page)
    assert barriers(page) == []
    page.get_by_label("What people call it").fill("Tug masters")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#told")).to_contain_text("party added: Tug masters")
    expect(page.locator("#parties")).to_contain_text("tug_masters")
    expect(page.locator("#announce")).to_contain_text("party added")

    page.get_by_role("link", name="Add a statement about Tug masters").click()
    opened(page)
    page.get_by_label("Kind of statement").select_option("importance")
    expect(page.get_by_label("What is said")).to_have_value("importance: shifts > cranes > pay")
    page.get_by_label("What is said").fill("importance: shifts > crane")
    expect(page.locator("#checked")).to_contain_text("did you mean 'cranes'?")
    assert barriers(page) == []
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#f-says-error")).to_be_visible()
    expect(page.get_by_label("What is said")).to_be_focused()
    page.get_by_label("What is said").fill("importance: shifts > cranes")
    expect(page.locator("#checked")).to_contain_text("Cares more about Night shifts")
    page.get_by_role("button", name="Add", exact=True).click()
    said = page.locator("#of-tug_masters li")
    expect(said).to_contain_text("Cares more about Night shifts than about New cranes")

    said.get_by_role("link").first.click()
    opened(page)
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("#told")).to_contain_text("removed")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#of-tug_masters li")).to_have_count(1)


@pytest.mark.browser
def test_a_statement_is_edited_by_keyboard_alone(
    address: str, harbour: str, open_page: Open
) -> None:
    page = open_page(f"{address}/cases/{harbour}")
    link = page.locator("#of-union a.open").nth(1)
    link.focus()
    page.keyboard.press("Enter")
    opened(page)
    expect(page.locator("#h-panel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    opened(page)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "note":
            break
    page.keyboard.type("Said twice.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("Saved as revision 2")
    expect(page.locator("#of-union a.open").nth(1)).to_be_focused()
    expect(page.locator("#of-union")).to_contain_text("Said twice.")


@pytest.mark.browser
def test_two_tabs(address: str, harbour: str, open_page: Open) -> None:
    first, second = (open_page(f"{address}/cases/{harbour}") for _ in range(2))
    for page, k in ((first, 0), (second, 1)):
        page.locator("#of-union a.open").nth(k).click()
        opened(page)
        page.get_by_label("Note").fill(f"tab {k}")
    for page in (first, second):
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#told")).to_contain_text("Saved as revision")
    expect(second.locator("#of-union")).to_contain_text("tab 0")
    expect(second.locator("#of-union")).to_contain_text("tab 1")

    for page, word in ((first, "mine"), (second, "theirs")):
        page.goto(f"{address}/cases/{harbour}")
        page.locator("#of-union a.open").nth(2).click()
        opened(page)
        page.get_by_label("Note").fill(word)
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.locator("#told")).to_contain_text("Saved as revision")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.get_by_role("alert")).to_contain_text("note: theirs")
    expect(first.get_by_label("Note")).to_have_value("mine")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.locator("#of-union")).to_contain_text("mine")


@pytest.mark.browser
def test_an_entry_that_is_gone_is_told(
    address: str, harbour: str, open_page: Open, settings: Settings
) -> None:
    page = open_page(f"{address}/cases/{harbour}", tolerated=("status of 404", "status of 409"))
    page.locator("#constraints a.open").click()
    opened(page)
    page.get_by_label("Note").fill("x")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#told")).to_contain_text("Saved as revision 2")
    database = Database(settings.database)
    cases = Cases(database)
    without = re.sub(r"constraints:\n(  .*\n)+", "", HARBOUR)
    cases.revise(harbour, base=2, text=without, title="Harbour dispute", note="elsewhere")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text("the case has been changed since")
    page.go_back()
    page.goto(f"{address}/cases/{harbour}")
    page.locator("#proposals a.open").first.click()
    opened(page)
    cases.revise(
        harbour, base=3, text=without.replace("march_draft", "draft"), title="T", note="elsewhere"
    )
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody removed this entry")
    page.get_by_role("link", name="Close").click()
    page.locator("#proposals a.open").first.click()
    expect(page.locator("main")).to_contain_text("there is no such entry")
    database.close()


def test_readers_see_the_form_and_cannot_send_it(settings: Settings, harbour: str) -> None:
    app = create_app(settings, asking=Here)
    app.dependency_overrides[role_of] = lambda: Role.READER
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert client.get(f"/cases/{harbour}/edit?at=parties.union").status_code == 200
        answer = client.post(f"/cases/{harbour}/edit", data={"at": "parties.union", "title": "X"})
        assert answer.status_code == 403
