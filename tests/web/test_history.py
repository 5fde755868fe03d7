"""What a case was, what changed between any two revisions, and the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from detente.catalog import path_of
from detente.web.settings import Settings
from detente.web.storage.cases import Cases, digest_of
from detente.web.storage.database import Database
from detente.web.storage.drafts import Drafts
from tests.web.conftest import Open, Serve

HARBOUR = path_of("harbour").read_text("utf-8")
RETITLED = HARBOUR.replace("title: Harbour dispute\n", "title: <b>Other</b> dispute\n")
REMARKED = RETITLED.replace("issues:\n", "issues:  # what it is about\n")
assert len({HARBOUR, RETITLED, REMARKED}) == 3


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database=database_url)


@pytest.fixture
def cases(settings: Settings) -> Iterator[Cases]:
    database = Database(settings.database)
    database.migrate()
    yield Cases(database)
    database.close()


@pytest.fixture
def case_id(cases: Cases) -> str:
    made = cases.create(HARBOUR, title="Harbour dispute", note="begun").case_id
    for number, text in enumerate([RETITLED, REMARKED], start=1):
        cases.revise(made, base=number, text=text, title="Other", note=f"change {number} <i>")
    return made


def plain(page: str) -> str:
    """Return what a page says, without its marks."""
    said = re.sub(r"<script.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL)
    return " ".join(said.split())


def test_the_revisions_are_listed_with_what_they_changed(client: TestClient, case_id: str) -> None:
    page = client.get(f"/cases/{case_id}/history").text
    assert re.findall(r'/history/(\d+)"', page) == ["3", "2", "1"]
    assert "change 1 &lt;i&gt;" in page
    said = plain(page)
    assert "+1 −1 1 line came, 1 went" in said
    assert f"+{HARBOUR.count(chr(10))} −0" in said
    assert "From revision 2 to revision 3" in said, "the last change is shown first"


def test_any_two_revisions_are_compared_in_words_and_in_their_text(
    client: TestClient, case_id: str
) -> None:
    page = client.get(f"/cases/{case_id}/history", params={"from": 1, "to": 3}).text
    said = plain(page)
    assert "Title changed Harbour dispute &lt;b&gt;Other&lt;/b&gt; dispute" in said
    assert "<b>Other" not in page
    assert "2 lines came and 2 went" in said
    assert "− gone: title: Harbour dispute" in said
    assert "+ new: issues: # what it is about" in said
    assert "4 lines as they were" in said
    backwards = plain(client.get(f"/cases/{case_id}/history?from=3&to=1").text)
    assert "+ new: title: Harbour dispute" in backwards


def test_a_change_of_comments_alone_is_told_as_such(client: TestClient, case_id: str) -> None:
    said = plain(client.get(f"/cases/{case_id}/history?from=2&to=3").text)
    assert "Nothing changed in what the case says, only in how it is written" in said
    same = plain(client.get(f"/cases/{case_id}/history?from=2&to=2").text)
    assert "Both revisions have the same text" in same


def test_a_case_with_one_revision_has_nothing_to_compare(client: TestClient, cases: Cases) -> None:
    made = cases.create(HARBOUR, title="One", note="").case_id
    page = client.get(f"/cases/{made}/history").text
    assert "the only revision so far" in page
    assert "No note" in page
    assert "<button class=" not in page


def test_revisions_that_this_version_cannot_read_are_compared_as_texts(
    client: TestClient, cases: Cases
) -> None:
    made = cases.create("from another time", title="Old", note="").case_id
    cases.revise(made, base=1, text=HARBOUR, title="New", note="")
    page = client.get(f"/cases/{made}/history").text
    assert "One of the two is no sound case for this version" in page
    assert "from another time" in page


def test_a_long_history_is_shown_by_pages(
    client: TestClient, cases: Cases, case_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("detente.web.pages.history.PAGE", 2)
    page = client.get(f"/cases/{case_id}/history").text
    assert re.findall(r'/history/(\d+)"', page) == ["3", "2"]
    (further,) = re.findall(r"history\?(before=\d+)", page)
    earlier = client.get(f"/cases/{case_id}/history?{further}").text
    assert re.findall(r'/history/(\d+)"', earlier) == ["1"]
    assert "Newest revisions" in earlier
    assert client.get(f"/cases/{case_id}/history?before=99999999999999999999").status_code == 200
    assert cases.get(case_id).head == 3


def test_a_difference_without_end_is_cut(
    client: TestClient, case_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("detente.web.pages.history.comparison.MOST_LINES", 5)
    page = client.get(f"/cases/{case_id}/history?from=1&to=3").text
    assert page.count('<li class="line') == 4
    assert "further lines are not shown" in page


def test_an_old_revision_is_read_and_downloaded(client: TestClient, case_id: str) -> None:
    page = client.get(f"/cases/{case_id}/history/1").text
    assert "title: Harbour dispute" in page
    assert digest_of(HARBOUR) in page
    answer = client.get(f"/cases/{case_id}/history/2/file")
    assert answer.content.decode() == RETITLED
    assert (
        answer.headers["content-disposition"] == "attachment; filename*=UTF-8''Other%20-%202.yaml"
    )
    assert answer.headers["content-type"].startswith("application/yaml")


def test_an_old_revision_is_brought_back_as_a_new_one(
    client: TestClient, cases: Cases, case_id: str
) -> None:
    page = client.get(f"/cases/{case_id}/history/1").text
    assert "It becomes revision 4" in page
    (base,) = re.findall(r'name="base" value="(\d+)"', page)
    address = f"/cases/{case_id}/history/1/restore"
    answer = client.post(address, data={"base": base}, follow_redirects=False)
    assert answer.status_code == 303
    head = cases.revision(case_id)
    assert (head.number, head.text, head.note) == (4, HARBOUR, "Restored revision 1")
    assert cases.get(case_id).title == "Harbour dispute"
    assert [cases.revision(case_id, n).text for n in (1, 2, 3)] == [HARBOUR, RETITLED, REMARKED]
    assert "It becomes" not in client.get(f"/cases/{case_id}/history/4").text


def test_bringing_back_does_not_pass_over_what_was_not_seen(
    client: TestClient, cases: Cases, case_id: str
) -> None:
    address = f"/cases/{case_id}/history/1/restore"
    assert client.post(address, data={"base": "2"}).status_code == 409
    assert cases.get(case_id).head == 3


@pytest.mark.parametrize(
    "address",
    [
        "/cases/nosuch/history",
        "/cases/{0}/history?from=9&to=1",
        "/cases/{0}/history?to=0",
        "/cases/{0}/history/9",
        "/cases/{0}/history/-1",
        "/cases/{0}/history/9/file",
        "/cases/{0}/history?from=99999999999999999999",
        "/cases/{0}/history/99999999999999999999/file",
    ],
)
def test_revisions_that_are_not_there_are_not_found(
    client: TestClient, case_id: str, address: str
) -> None:
    assert client.get(address.format(case_id)).status_code == 404


def test_looking_changes_nothing(client: TestClient, cases: Cases, case_id: str) -> None:
    before = cases.get(case_id)
    for address in ("history", "history?from=1&to=2", "history/1", "history/1/file"):
        assert client.get(f"/cases/{case_id}/{address}").status_code == 200
    assert cases.get(case_id) == before
    assert client.get(f"/cases/{case_id}/history/1/restore").status_code == 405


@pytest.mark.browser
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("width", "theme"), [(1360, "light"), (390, "dark")])
def test_the_history_is_walked_in_a_browser(
    settings: Settings, case_id: str, serve: Serve, open_page: Open, width: int, theme: str
) -> None:
    page = open_page(f"{serve(settings)}/cases/{case_id}/history", width=width, theme=theme)
    page.get_by_label("Compare from revision 1").check()
    page.get_by_role("button", name="Compare").press("Enter")
    page.get_by_role("heading", name="From revision 1 to revision 3").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="Open revision 1").click()
    page.get_by_role("button", name="Restore this revision").click()
    page.get_by_text("Restored revision 1").wait_for()


@pytest.mark.browser
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("width", [1360, 390])
def test_what_is_written_in_a_conflict_is_kept_as_it_is_written(
    settings: Settings, cases: Cases, case_id: str, serve: Serve, open_page: Open, width: int
) -> None:
    drafts = Drafts(cases.database)
    drafts.keep("mine", case_id, base=2, text=f"{RETITLED}# mine\n")
    address = f"{serve(settings)}/cases/{case_id}/conflict?draft=mine"
    page = open_page(address, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with page.expect_response(lambda answer: answer.url.endswith("/conflict/keep")) as kept:
        page.get_by_label("Your text").fill(f"{REMARKED}# both\n")
    assert kept.value.status == 204
    assert drafts.one(case_id, "mine").text == f"{REMARKED}# both\n"
    page.get_by_role("button", name="Save this text").click()
    page.wait_for_url(f"**/cases/{case_id}")
    assert cases.revision(case_id).text == f"{REMARKED}# both\n"
