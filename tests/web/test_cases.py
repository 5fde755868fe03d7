"""The list of cases: begin, bring in, copy, hand out, delete; only what is sound is taken."""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from detente.catalog import load, path_of
from detente.errors import CaseError, Fault
from detente.exchange import hand_out, outlets
from detente.formats import FORMATS, bare, loads
from detente.starter import STARTER
from detente.web.pages.cases.listing import ON_A_SHEET, SEARCHED_FROM
from detente.web.storage.cases import Cases
from detente.web.storage.drafts import Drafts
from detente.web.storage.packages import Packages
from detente.web.texts import texts
from detente.web.texts.moments import ago
from tests.formats.test_formats_together import HOLDS
from tests.web.barriers import barriers
from tests.web.conftest import Open

FAULTY = STARTER.replace("  range: 0..6", "  range: 6..0").replace("week: four", "weak: four")


def stores(client: TestClient) -> tuple[Cases, Drafts]:
    bench = client.app.state.bench  # type: ignore[attr-defined]  # FastAPI's own
    return bench.cases, bench.drafts


def send(client: TestClient, *files: tuple[str, bytes]) -> Response:
    """Bring files in, and follow to the page that shows what became of them."""
    return client.post("/cases/import", files=[("files", file) for file in files])


def only(client: TestClient) -> str:
    (case,) = stores(client)[0].all()
    return case.id


def words(answer: Response) -> str:
    """Return what a page says, without its tags."""
    text = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def test_without_cases_the_list_says_what_to_do(client: TestClient) -> None:
    for case in stores(client)[0].all():
        client.post(f"/cases/{case.id}/delete")
    shown = client.get("/cases")
    assert texts()("cases.empty") in words(shown)
    assert 'href="/cases/new#catalogue"' in shown.text


def test_the_list_tells_what_each_case_holds(client: TestClient, harbour: str) -> None:
    shown = words(client.get("/cases"))
    assert "Harbour dispute Dock workers' union , Port authority , City council" in shown
    assert "3 issues" in shown
    assert "1 revision" in shown
    assert "Changed just now" in shown
    assert f"/cases/{harbour}/export" in client.get("/cases").text


def test_many_cases_are_searched_and_shown_sheet_by_sheet(client: TestClient) -> None:
    cases, _ = stores(client)
    for k in range(ON_A_SHEET + 5):
        cases.create(STARTER, title=f"Case {k:02} <b>", note="")
    first, second = client.get("/cases"), client.get("/cases?sheet=2")
    assert first.text.count('class="title"') == ON_A_SHEET
    every = len(cases.all())
    assert second.text.count('class="title"') == every - ON_A_SHEET
    assert "<b>" not in first.text
    found = client.get("/cases?q=case+07")
    assert found.text.count('class="title"') == 1
    assert "1 case found" in words(found)
    nothing = client.get('/cases?q="><script>alert(1)</script>')
    assert "<script>alert" not in nothing.text
    assert client.get("/cases?sheet=99999999999999999999").status_code == 200
    assert every >= SEARCHED_FROM


def test_a_case_from_a_few_words(client: TestClient) -> None:
    given = {"title": "Port talks", "parties": "Union\r\nPort", "issues": "Pay: 0..6 percent"}
    answer = client.post("/cases/new/words", data=given)
    assert answer.status_code == 200
    revision = stores(client)[0].revision(newest(client))
    assert loads(revision.text).title == "Port talks"
    faulty = client.post("/cases/new/words", data=given | {"issues": "Pay\r\n: x, <y>"})
    assert faulty.status_code == 422
    assert "Line 1: 'Pay' needs two options or more" in words(faulty)
    assert "Line 2: the issue has no name" in words(faulty)
    assert ">\nPay\r\n: x, &lt;y&gt;</textarea>" in faulty.text
    assert "Port talks" in faulty.text


def newest(client: TestClient) -> str:
    return stores(client)[0].all()[0].id


def test_a_case_from_the_starter_keeps_its_notes(client: TestClient) -> None:
    client.post("/cases/new/starter")
    assert stores(client)[0].revision(newest(client)).text == STARTER


def test_a_case_of_the_catalogue(client: TestClient) -> None:
    client.post("/cases/new/catalogue", data={"name": "elmira"})
    case = stores(client)[0].get(newest(client))
    assert (case.title, case.origin) == ("Elmira", "elmira")
    wrong = client.post("/cases/new/catalogue", data={"name": "../../etc/passwd"})
    assert wrong.status_code == 400
    assert "no such case in the catalogue" in words(wrong)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_comes_in_and_goes_out(client: TestClient, name: str) -> None:
    case = loads(HOLDS[name])
    out = hand_out(case, name)
    answer = send(client, (out.name, out.data))
    assert answer.status_code == 200, words(answer)
    kept = stores(client)[0].revision(newest(client))
    assert len(loads(kept.text).parties) == len(case.parties)
    if name == "native":
        assert kept.text.encode() == out.data
    else:
        assert answer.url.path.endswith("/brought")
    for bared in ("false", "true"):
        back = client.get(f"/cases/{kept.case_id}/export/{name}?bare={bared}")
        expected = loads(kept.text) if bared == "false" else bare(loads(kept.text))
        if back.status_code == 200:
            assert back.content == hand_out(expected, name).data
            assert back.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
        else:
            assert (back.status_code, bared) == (422, "false")


def test_what_a_reader_noted_is_told(client: TestClient) -> None:
    out = hand_out(loads(HOLDS["genius"]), "genius")
    archive = zipfile.ZipFile(io.BytesIO(out.data))
    files = [(name, archive.read(name)) for name in archive.namelist()]
    answer = send(client, *files, ("README.md", b"About these files"))
    assert "Left aside: README.md." in words(answer)
    assert "Read from Genius" in words(answer)


def test_a_file_of_our_own_is_kept_to_the_letter(client: TestClient) -> None:
    text = "# Über\r\n" + STARTER.replace("\n", "\r\n")
    answer = send(client, ("../../über.yaml", text.encode("utf-8-sig")))
    assert answer.status_code == 200
    kept = stores(client)[0].revision(newest(client))
    assert kept.text == text
    given = client.get(f"/cases/{kept.case_id}/case.yaml")
    assert given.content == text.encode()
    assert client.get(f"/cases/{kept.case_id}/case.yaml?revision=1").content == given.content
    assert client.get(f"/cases/{kept.case_id}/case.yaml?revision=9").status_code == 404
    assert client.get(f"/cases/{kept.case_id}/case.yaml?revision={10**30}").status_code == 422


def test_a_faulty_file_is_refused_and_can_be_mended(client: TestClient) -> None:
    before = len(stores(client)[0].all())
    answer = send(client, ("<i>talks.yaml", FAULTY.encode()))
    assert answer.status_code == 422
    told = words(answer)
    assert "Line 30 " in told
    assert "issues.pay.range" in told
    assert "<i>" not in answer.text
    assert len(stores(client)[0].all()) == before
    found = re.search(r'<textarea name="text"[^>]*>\n(.*?)</textarea>', answer.text, re.DOTALL)
    assert found
    text = html.unescape(found[1])
    fields = {"name": (None, "<i>talks.yaml"), "text": (None, text.replace("\n", "\r\n"))}
    opened = client.post("/cases/mend", files=fields)
    assert opened.status_code == 200
    assert opened.url.path.endswith("/text")
    case = stores(client)[0].get(newest(client))
    (draft,) = stores(client)[1].of(case.id)
    assert draft.text == FAULTY
    assert "talks.yaml, to be mended" in case.title
    assert "Line 30" in words(opened)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.yaml", b"", "there is nothing in the file"),
        ("a.yaml", b"\xff\xfe\x00", "not UTF-8"),
        ("a.zip", b"PK\x03\x04 broken", "damaged"),
        ("a.xml", b"<utility_space>", "line 1"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_told_and_changes_nothing(
    client: TestClient, name: str, data: bytes, told: str
) -> None:
    before = stores(client)[0].all()
    answer = send(client, (name, data))
    assert answer.status_code == 422
    assert told.lower() in words(answer).lower()
    assert stores(client)[0].all() == before


def test_no_file_and_too_many(client: TestClient) -> None:
    assert client.post("/cases/import", data={"a": "b"}).status_code == 400
    many = [("files", (f"{k}.yaml", b"")) for k in range(1200)]
    answer = client.post("/cases/import", files=many)
    assert answer.status_code == 400
    assert texts()("cases.upload_broken", most=400) in words(answer)
    large = client.post("/cases/import", files={"files": ("a.yaml", b" " * (5 * 2**20))})
    assert large.status_code == 413


def test_a_copy_is_a_case_of_its_own(client: TestClient, harbour: str) -> None:
    cases, _ = stores(client)
    packages = Packages(cases.database)
    packages.keep(harbour, "ours", {"pay": "5"})
    client.post(f"/cases/{harbour}/duplicate")
    made = cases.get(newest(client))
    assert [one.choice for one in packages.of(made.id)] == [{"pay": "5"}]
    assert made.id != harbour
    assert made.title == "Copy of Harbour dispute"
    text = cases.revision(made.id).text
    assert loads(text).title == made.title
    original = path_of("harbour").read_text("utf-8")
    assert text.replace("'Copy of Harbour dispute'", "Harbour dispute") == original
    assert client.post("/cases/none/duplicate").status_code == 404


def test_deleting_is_asked_for_once_more(client: TestClient, harbour: str) -> None:
    cases, drafts = stores(client)
    drafts.keep("d1", harbour, base=1, text="x")
    asked = client.get(f"/cases/{harbour}/delete")
    assert cases.get(harbour)
    assert "its 1 revision" in words(asked)
    assert "1 text that is not saved yet" in words(asked)
    done = client.post(f"/cases/{harbour}/delete")
    assert texts()("cases.deleted") in words(done)
    assert client.get(f"/cases/{harbour}").status_code == 404
    assert drafts.of(harbour) == []


def test_what_a_format_cannot_hold_is_listed(client: TestClient, harbour: str) -> None:
    refused = client.get(f"/cases/{harbour}/export/genius")
    assert refused.status_code == 422
    told = words(refused)
    assert "Genius cannot hold all of this case." in told
    assert "--bare" not in told
    assert texts()("cases.bare_hint") in told
    assert client.get(f"/cases/{harbour}/export/none").status_code == 400
    offered = client.get(f"/cases/{harbour}/export")
    for form in outlets():
        assert f"/export/{form.name}?" in offered.text


def test_moments_are_told_in_words() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert ago(now - timedelta(days=7), now) == "7 days ago"
    assert ago(now - timedelta(days=8), now) == "21 February 2026"


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1360, "light")])
def test_the_pages_have_no_barriers(
    address: str, harbour: str, open_page: Open, width: int, theme: str
) -> None:
    page = open_page(f"{address}/cases", width=width, theme=theme)
    for path in ("/cases", "/cases/new", f"/cases/{harbour}/export", f"/cases/{harbour}/delete"):
        page.goto(address + path)
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_a_file_is_brought_in_mended_and_deleted(
    address: str, open_page: Open, tmp_path: Path
) -> None:
    file = tmp_path / "talks.yaml"
    file.write_text(STARTER.replace("  range: 0..6", "  range: 6..0"), encoding="utf-8")
    page = open_page(f"{address}/cases", tolerated=("422",))
    page.get_by_role("link", name="Bring in a file").click()
    page.get_by_label("Files").set_input_files(file)
    page.get_by_role("button", name="Bring it in").click()
    page.get_by_text("talks.yaml holds no sound case.").wait_for()
    assert barriers(page) == []
    page.get_by_role("button", name="Open it as text to mend it").click()
    area = page.get_by_role("textbox", name="Text of the case")
    area.fill(area.input_value().replace("6..0", "0..6"))
    page.get_by_text("The text is sound.").first.wait_for()
    page.get_by_role("button", name="Save as a new revision").click()
    page.get_by_text("Saved as revision 2.").wait_for()
    page.goto(f"{address}/cases")
    page.get_by_role("link", name="Delete A dispute over a new working week").click()
    page.get_by_role("button", name="Delete the case").press("Enter")
    page.get_by_text("The case was deleted.").wait_for()
    assert page.get_by_role("link", name="Harbour dispute", exact=True).is_visible()
    assert page.get_by_text("working week").count() == 0


@pytest.mark.browser
def test_a_case_is_handed_out(address: str, harbour: str, open_page: Open) -> None:
    page = open_page(f"{address}/cases/{harbour}/export", tolerated=("422",))
    with page.expect_download() as found:
        page.get_by_role("link", name="Download the text (.yaml)").click()
    assert found.value.suggested_filename == "harbour-dispute.yaml"
    assert Path(found.value.path()).read_bytes() == path_of("harbour").read_bytes()
    page.get_by_role("row", name="Genius .xml").get_by_role("link").first.click()
    page.get_by_text("Genius cannot hold all of this case.").wait_for()
    assert page.locator("#refused li").count() == len(_refusals())


def _refusals() -> tuple[Fault, ...]:
    with pytest.raises(CaseError) as caught:
        hand_out(load("harbour"), "genius")
    return caught.value.faults
