"""Any question of the registry, asked through its page: whatever is in the registry is tested."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from detente.answers import commands, question
from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.jobs.options import askable, offered
from detente.web.pages.questions import outline_of, with_lines
from detente.web.settings import Settings
from tests.web.conftest import Open, Serve, put

HOSTILE = (
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "'; drop table cases; --",
    "../../../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "\N{RIGHT-TO-LEFT OVERRIDE}no deal",
    "9" * 400,
    "-1",
    "no deal",
)
OPTIONS = [(name, option.name) for name in askable() for option in offered(question(name))]
NEEDED = {"proposal": "march_draft"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workbench for all tests of this module, which only look."""
    return Settings(database=f"sqlite:///{tmp_path_factory.mktemp('questions') / 'workbench.db'}")


@pytest.fixture(scope="module")
def harbour_here(shared: Settings) -> str:
    return put(shared.database, "harbour")


@pytest.fixture(scope="module")
def looker(shared: Settings) -> Iterator[TestClient]:
    """A client that answers at once, for all tests of this module."""
    with TestClient(create_app(shared, asking=Here), base_url="http://127.0.0.1") as found:
        yield found


@pytest.fixture(scope="module")
def at(harbour_here: str) -> str:
    return f"/cases/{harbour_here}/questions"


def needed(name: str) -> dict[str, str]:
    return {o.name: NEEDED[o.name] for o in question(name).options if o.required}


@pytest.mark.parametrize("name", askable())
def test_every_question_is_asked_through_its_page(name: str, looker: TestClient, at: str) -> None:
    found = looker.get(f"{at}/{name}", params=needed(name))
    assert found.status_code == 200
    assert found.text.count("<h1") == 1
    assert ('class="answer card"' in found.text) != ('class="card refusal"' in found.text)
    for option in offered(question(name)):
        assert f'name="{option.name}"' in found.text
    assert f'href="{at}/{name}"' in looker.get(at).text


def test_the_list_names_every_command(looker: TestClient, at: str) -> None:
    text = looker.get(at).text
    for name, help_ in commands().items():
        assert escape(help_, quote=False).replace("'", "&#39;") in text or name == "analyse"
    assert "--output" not in text


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_hostile_options_give_a_message(
    name: str, option: str, looker: TestClient, at: str
) -> None:
    for value in HOSTILE:
        found = looker.get(f"{at}/{name}", params={**needed(name), option: value})
        assert found.status_code in {200, 400}
        assert "<script>alert" not in found.text
        assert "{{" not in value or value in found.text
    long = looker.get(f"{at}/{name}", params={**needed(name), option: "a" * 40_100})
    assert long.status_code == 400
    assert 'role="alert"' in long.text
    assert looker.get(f"{at}/{name}", params={option: "a\x00b"}).status_code == 400


@pytest.mark.parametrize("value", HOSTILE)
def test_unknown_options_are_refused(value: str, looker: TestClient, at: str) -> None:
    found = looker.get(f"{at}/check", params={value: "1"})
    assert found.status_code == 400
    assert "check has no options" in found.text
    assert "<script>alert" not in found.text


def test_a_program_cannot_be_named_from_a_browser(looker: TestClient, at: str) -> None:
    found = looker.get(f"{at}/simulate", params={"program": "/bin/true"})
    assert found.status_code == 400
    assert "is not set from here" in found.text
    assert 'name="program"' not in looker.get(f"{at}/simulate").text


@pytest.mark.parametrize("name", ["nothing", "diff", "scope", "answer", "__init__", "%2e%2e"])
def test_there_is_no_such_question(name: str, looker: TestClient, at: str) -> None:
    assert looker.get(f"{at}/{name}").status_code == 404


def test_a_question_with_something_missing_waits_for_it(looker: TestClient, at: str) -> None:
    text = looker.get(f"{at}/explain").text
    assert "Fill in what is asked about" in text
    assert 'class="answer card"' not in text
    assert text.count("<option") >= 4 + 3  # a proposal to choose, and the appearances


def test_the_address_carries_the_options_in_one_way(looker: TestClient, at: str) -> None:
    typed = {"where": " pay = 2 ", "fast": "on"}
    found = looker.get(f"{at}/settle", params=typed, follow_redirects=False)
    assert found.status_code == 303
    assert found.headers["location"] == f"{at}/settle?fast=yes&where=pay+%3D+2"
    text = looker.get(found.headers["location"]).text
    assert 'value="pay = 2"' in text
    assert 'value="yes" checked' in text


def test_a_package_in_words_goes_before_the_chosen_one(looker: TestClient, at: str) -> None:
    query = {"proposal": "march_draft", "own": "march_draft, pay = 4"}
    found = looker.get(f"{at}/explain", params=query)
    assert found.url.query.decode() == urlencode({"proposal": "march_draft, pay = 4"})
    assert '<option value="march_draft, pay = 4" selected>' in found.text
    assert "March draft with pay = 4" in found.text


def test_what_cannot_be_answered_says_why_and_leads_to_the_text(
    looker: TestClient, at: str
) -> None:
    text = looker.get(f"{at}/coherence").text
    assert "the case has no commitments; add under commitments.union" in text
    assert f'href="{at.removesuffix("questions")}text"' in text


def test_sheets_of_a_class_are_files_to_open_and_download(looker: TestClient, at: str) -> None:
    results = "group,shifts,pay,cranes\nA,voluntary,4,pilot\nB,no deal,,\n"
    found = looker.get(f"{at}/handout", params={"results": results})
    assert "<bdi>Groups" in found.text or "groups" in found.text
    for name in ("general.html", "union.html", "port.html", "debrief.html", "results.csv"):
        assert f'download="{name}"' in found.text
    assert "B,no deal" in found.text  # what was filled in is still there
    faulty = looker.get(f"{at}/handout", params={"results": "group,shifts\nA,sometimes\n"})
    assert 'class="card refusal"' in faulty.text
    assert "sometimes" in faulty.text


def test_an_answer_leaves_files_that_are_there(looker: TestClient, at: str) -> None:
    text = looker.get(f"{at}/explain", params=NEEDED).text
    start = text.index("/answers/")
    key = text[start:].split("/")[2]
    assert looker.get(f"/answers/{key}/answer.json").json()["answer"] == "explain"
    assert looker.get(f"/answers/{key}/picture-1.csv").status_code == 200
    assert f"/answers/{key}/picture-1-light.svg" in text
    assert f"/answers/{key}/table-1.csv" in text


def test_lines_of_the_case_lead_to_its_text(looker: TestClient, at: str) -> None:
    text = looker.get(f"{at}/assumptions").text
    editor = f"{at.removesuffix('questions')}text"
    assert f'<a href="{editor}?line=58">line 58</a>' in text
    assert f'<bdi><a href="{editor}?line=58">58</a></bdi>' in text


def test_only_sources_and_columns_of_lines_become_links() -> None:
    html = '<p>line 3</p><small class="source"><bdi>no source given, line 12</bdi></small>'
    found = with_lines(html, "/text")
    assert found.startswith("<p>line 3</p>")
    assert found.endswith('no source given, <a href="/text?line=12">line 12</a></bdi></small>')


def test_the_headings_of_an_answer_are_its_outline() -> None:
    html = (
        '<h2 id="a-title"><span class="place">1</span> <bdi>Ends &amp; means</bdi></h2>'
        '<h3 id="a-b-title"><bdi>Of\nit</bdi></h3><h4 id="c-title">deep</h4>'
    )
    assert outline_of(html) == ((2, "a", "Ends & means"), (3, "a-b", "Of it"))


@pytest.mark.browser
def test_a_file_is_read_into_its_field(
    shared: Settings, harbour_here: str, serve: Serve, open_page: Open
) -> None:
    page = open_page(f"{serve(shared)}/cases/{harbour_here}/questions/handout", width=390)
    content = "group,shifts,pay,cranes\nA,voluntary,4,pilot\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "results.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    field = page.get_by_label("Results of the class")
    page.wait_for_load_state()
    assert (
        field.evaluate("node => new Promise(r => setTimeout(() => r(node.value), 200))") == content
    )
    page.get_by_role("button", name="Ask").click()
    page.get_by_text("Group", exact=False).first.wait_for()
    assert "results=group" in page.url


@pytest.mark.browser
def test_a_question_is_asked_by_keyboard(
    shared: Settings, harbour_here: str, serve: Serve, open_page: Open
) -> None:
    page = open_page(f"{serve(shared)}/cases/{harbour_here}/questions/explain")
    page.get_by_label("Package", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="March draft").wait_for()
    outline = page.get_by_role("navigation", name="On this page")
    outline.get_by_role("link", name="Port authority").press("Enter")
    assert page.url.endswith("_port")
