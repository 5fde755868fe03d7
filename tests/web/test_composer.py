"""The composer: what a package gives is told at once, and choosing needs nothing but a keyboard."""

from __future__ import annotations

import re
import time
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

from detente.catalog import load
from detente.formats import loads
from detente.web.settings import Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from detente.web.storage.packages import Packages
from tests.web.barriers import barriers
from tests.web.conftest import Open, Serve

DRAFT = "proposal=march_draft"


def until_ready(client: TestClient, address: str) -> str:
    """Wait until a case is ready, and return what is told of a package."""
    while True:
        text = client.get(address).text
        if 'data-state="ready"' in text:
            return text
        assert re.search(r'data-state="(waiting|working)"', text), text
        time.sleep(0.1)


def test_a_package_is_judged_from_its_address(client: TestClient, harbour: str) -> None:
    look = f"/cases/{harbour}/compose/look"
    text = until_ready(client, f"{look}?{DRAFT}")
    assert "refuses this in every reading" in text or "All signatories accept this" in text
    named = load("harbour").vocabulary
    package = named.named(named.proposals["march_draft"])
    assert client.get(f"{look}?{urlencode(package)}").text == text
    assert text.count('data-package="repair"') >= 1


def test_the_page_stands_before_the_case_is_ready(client: TestClient, harbour: str) -> None:
    page = client.get(f"/cases/{harbour}/compose").text
    for issue in load("harbour").issues:
        assert f'name="{issue.name}"' in page
    assert re.search(r'data-state="(waiting|working|ready)"', page)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("proposal=aprl", "aprl"),
        ("shift=none", "no such issue"),
        ("shifts=nonesuch", "has no option"),
        ("shifts=%00", "characters"),
        ("shifts=none&shifts=required", "settled twice"),
        ("proposal=%3Cscript%3E", "&lt;script&gt;"),
        ("view=nobody", "nobody"),
        ("proposal=" + "x" * 3000, "xxx"),
    ],
)
def test_a_hostile_address_gives_one_clear_message(
    client: TestClient, harbour: str, query: str, says: str
) -> None:
    for address in ("compose", "compose/look"):
        found = client.get(f"/cases/{harbour}/{address}?{query}")
        assert found.status_code == 400
        assert says in found.text or says in found.text.lower()
        assert "<script>alert" not in found.text
        assert "Traceback" not in found.text


def test_what_changed_meanwhile_is_said(client: TestClient, harbour: str) -> None:
    found = client.get(f"/cases/{harbour}/compose/look?.text={'0' * 64}")
    assert 'data-state="changed"' in found.text


def test_a_case_that_is_not_there_is_not_found(client: TestClient) -> None:
    assert client.get("/cases/none/compose").status_code == 404
    assert client.get("/cases/none/compose/look").status_code == 404
    assert client.get("/cases/none/packages").status_code == 404


def test_parties_that_cannot_be_answered_for_are_told_apart(
    client: TestClient, harbour: str
) -> None:
    bench = client.app.state.bench  # type: ignore[attr-defined]
    text = bench.cases.revision(harbour).text
    party = load("harbour").parties[0]
    issue = load("harbour").issues[0]
    a, b = issue.options[:2]
    orders = (f"    - order: {{{issue.name}: {x} > {y}}}\n" for x, y in ((a, b), (b, a)))
    more = "".join([f"  {party.name}:\n", *orders])
    torn = re.sub(rf"  {party.name}:\n(?=    - )", lambda _: more, text, count=1)
    assert torn != text
    made = bench.cases.create(torn, title="Torn", note="begun")
    told = until_ready(client, f"/cases/{made.case_id}/compose/look")
    assert "statements contradict each other" in told
    assert "it cannot be told whether all accept" in told
    assert told.count('scope="row"') == len(load("harbour").parties)


def test_packages_are_saved_compared_renamed_proposed_and_thrown_away(
    client: TestClient, harbour: str
) -> None:
    until_ready(client, f"/cases/{harbour}/compose/look")
    named = load("harbour").vocabulary
    draft = named.named(named.proposals["march_draft"])
    today = named.named(named.status_quo)
    packages = f"/cases/{harbour}/packages"
    for name, package in (("As it is", today), ("<b>Ours</b>", draft)):
        saved = client.post(packages, data={".name": name, **package}, follow_redirects=False)
        assert saved.status_code == 303
        assert saved.headers["location"].startswith(f"/cases/{harbour}/compose?")
    page = client.get(packages).text
    assert "&lt;b&gt;Ours&lt;/b&gt;" in page
    assert "<b>Ours" not in page
    assert page.count('class="differs"') == sum(today[issue] != draft[issue] for issue in today)
    bench = client.app.state.bench  # type: ignore[attr-defined]
    first, second = bench.packages.of(harbour)
    client.post(f"{packages}/{second.id}/rename", data={".name": "Ours"})
    assert [one.name for one in bench.packages.of(harbour)] == ["As it is", "Ours"]
    client.post(f"{packages}/{second.id}/propose")
    case = client.get(f"/cases/{harbour}").text
    assert "Ours" in case
    revision = bench.cases.revision(harbour)
    assert revision.number == 2
    assert "ours:" in revision.text
    client.post(f"{packages}/{first.id}/drop")
    assert [one.name for one in bench.packages.of(harbour)] == ["Ours"]
    assert client.post(f"{packages}/{first.id}/drop").status_code == 404


def test_a_package_goes_into_the_case_at_once(client: TestClient, harbour: str) -> None:
    bench = client.app.state.bench  # type: ignore[attr-defined]
    named = load("harbour").vocabulary
    choice = {**named.named(named.status_quo), "pay": "3"}
    sent = {".name": "Three percent", ".propose": "yes", **choice}
    client.post(f"/cases/{harbour}/packages", data=sent, follow_redirects=False)
    assert not bench.packages.of(harbour)
    proposals = loads(bench.cases.revision(harbour).text).vocabulary.proposals
    assert named.named(proposals["three_percent"]) == choice


def test_a_saved_package_outlives_its_issues(client: TestClient, harbour: str) -> None:
    bench = client.app.state.bench  # type: ignore[attr-defined]
    bench.packages.keep(harbour, "Old", {"gone": "yes", "shifts": "none"})
    page = client.get(f"/cases/{harbour}/packages").text
    assert "gone = yes" in page
    assert client.get(f"/cases/{harbour}/compose").status_code == 200


SCALES = """\
detente: 1
title: Scales
parties: {north: North, south: South}
issues:
  view: {options: [near, far], status_quo: near}
  pay: {range: 0..10, step: 0.5, status_quo: 0, unit: percent}
  law: {options: [one, two, three, four, five, six], status_quo: one}
preferences:
  north:
    - order: {view: far > near, pay: 0 > 10, law: one > two > three > four > five > six}
    - no_deal: 20..40
  south:
    - order: {view: near > far, pay: 10 > 0, law: six > five > four > three > two > one}
    - no_deal: 20..40
"""


def scaled(database_url: str) -> str:
    """Put a case with a scale, a list and an awkward name on a workbench."""
    database = Database(database_url)
    database.migrate()
    made = Cases(database).create(SCALES, title="Scales", note="begun")
    database.close()
    return made.case_id


def test_issues_may_be_called_as_our_own_parameters(client: TestClient, settings: Settings) -> None:
    case_id = scaled(settings.database)
    look = f"/cases/{case_id}/compose/look"
    near = until_ready(client, f"{look}?view=near&pay=2.5&law=two")
    assert client.get(f"{look}?view=near&pay=2.50&law=two").text == near
    assert client.get(f"{look}?view=far&pay=2.5&law=two").text != near
    assert client.get(f"{look}?view=said").status_code == 400
    page = client.get(f"/cases/{case_id}/compose?.view=said")
    assert page.status_code == 200
    assert 'type="range"' in page.text
    assert '<select id="list-law"' in page.text


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_keyboard_is_enough(address: str, harbour: str, open_page: Open, theme: str) -> None:
    page = open_page(f"{address}/cases/{harbour}/compose?{DRAFT}", theme=theme)
    expect(page.locator("#outcome [data-state=ready]")).to_be_visible()
    expect(page.locator(".around")).to_be_visible()
    verdict, said = page.locator("#verdict .words"), page.locator("#announced")
    before = verdict.inner_text()

    # Arrows choose; the focus stays where it was.
    radio = page.locator("#package input:checked").first
    radio.focus()
    name, value = radio.get_attribute("name"), radio.input_value()
    page.keyboard.press("ArrowRight")
    expect(page.locator(f"#package input[name={name}]:checked")).not_to_have_value(value)
    expect(page.locator(f"#package input[name={name}]:checked")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(verdict).to_have_text(before)

    # A repair is applied, and taken back, without losing the place.
    repair = page.locator("#mendings a[data-package]").first
    while not repair.evaluate("node => node === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    undo = page.locator("[data-undo]")
    expect(undo).to_be_focused()
    expect(verdict).not_to_have_text(before)
    expect(said).to_have_text(verdict.inner_text())
    changed = page.url
    page.keyboard.press("Enter")
    expect(verdict).to_have_text(before)
    page.go_back()
    assert page.url == changed
    expect(verdict).not_to_have_text(before)

    # The package is saved under a name and stands among those to begin from.
    page.locator("#keep input[type=text]").focus()
    page.keyboard.type("Our plan")
    page.keyboard.press("Enter")
    chip = page.locator("#starts a", has_text="Our plan")
    expect(chip).to_have_attribute("aria-current", "true")


@pytest.mark.browser
def test_the_address_says_it_all(address: str, harbour: str, open_page: Open) -> None:
    page = open_page(f"{address}/cases/{harbour}/compose?{DRAFT}")
    expect(page.locator("#outcome [data-state=ready]")).to_be_visible()
    chosen = page.locator("#package input[type=radio]:not(:checked)").first
    name, value = chosen.get_attribute("name"), chosen.input_value()
    chosen.check(force=True)
    expect(page).to_have_url(re.compile(f"{name}={value}"))
    expect(page.locator("#announced")).not_to_be_empty()
    verdict = page.locator("#verdict .words").inner_text()
    place = page.locator(".wide .picks circle").get_attribute("cx")
    other = open_page(page.url)
    expect(other.locator("#verdict .words")).to_have_text(verdict)
    expect(other.locator(f"#package input[name={name}]:checked")).to_have_value(str(value))
    assert other.locator(".wide .picks circle").get_attribute("cx") == place


@pytest.mark.browser
def test_a_phone_shows_the_verdict_all_the_time(
    address: str, harbour: str, open_page: Open
) -> None:
    page = open_page(f"{address}/cases/{harbour}/compose?{DRAFT}", width=390)
    strip = page.locator(".strip")
    strip.wait_for(timeout=60_000)
    expect(strip).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    box = strip.bounding_box()
    assert box is not None
    assert box["height"] <= 100
    strip.click()
    expect(page.locator("#repairs")).to_be_in_viewport()
    verdict = page.locator("#verdict .words")
    before = verdict.inner_text()
    page.locator("#mendings a[data-package]").first.click()
    expect(verdict).not_to_have_text(before)
    expect(strip.locator(".words")).to_have_text(verdict.inner_text())


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1360, "light")])
def test_packages_beside_each_other_bar_nobody(
    settings: Settings, address: str, harbour: str, open_page: Open, width: int, theme: str
) -> None:
    database = Database(settings.database)
    named = load("harbour").vocabulary
    for name, package in named.proposals.items():
        Packages(database).keep(harbour, name, named.named(package))
    database.close()
    page = open_page(f"{address}/cases/{harbour}/packages", width=width, theme=theme)
    expect(page.locator("#comparison tr.strong")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert not barriers(page)


@pytest.mark.browser
def test_scales_and_lists_work(settings: Settings, serve: Serve, open_page: Open) -> None:
    case_id = scaled(settings.database)
    page = open_page(f"{serve(settings)}/cases/{case_id}/compose")
    expect(page.locator("#outcome [data-state=ready]")).to_be_visible()
    page.locator("input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".scale output")).to_have_text("0.5 percent")
    expect(page).to_have_url(re.compile(r"pay=0\.5"))
    page.locator("select[name=law]").select_option("six")
    expect(page).to_have_url(re.compile("law=six"))
    expect(page.locator("#outcome [data-state=ready]")).to_be_visible()


@pytest.mark.browser
def test_without_a_script_the_form_still_answers(
    address: str, harbour: str, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/cases/{harbour}/compose?{DRAFT}")
    expect(page.locator("#verdict")).to_be_visible(timeout=20_000)
    page.locator("#package input[name=shifts][value=none]").check(force=True)
    page.locator("#package .without-script button").click()
    assert "shifts=none" in page.url
    expect(page.locator("#verdict")).to_be_visible()
    context.close()
