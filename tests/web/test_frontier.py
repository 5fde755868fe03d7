"""The frontier on a page: what it shows is what the answer says, and one can walk it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Locator, Page, expect

from detente.answers.settle import settle
from detente.catalog import load, path_of
from detente.formats import loads
from detente.number import signed
from detente.telling.landscape import landscape_from
from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.settings import Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from detente.work import Work
from tests.web.barriers import barriers
from tests.web.conftest import Open, Serve, put

ROW = re.compile(r'<tr role="row" data-item="([0-9]+)".*?</tr>', re.DOTALL)
CELL = re.compile(r"<t[hd] role=[^>]*>(.*?)</t[hd]>", re.DOTALL)
CIRCLE = re.compile(r'<circle data-item="([0-9]+)" cx="([-0-9.]+)" cy="([-0-9.]+)"')

ORDINAL = """detente: 1
title: Ranked
parties: {P: Party P, Q: Party Q}
issues:
  a: {options: [a0, a1, a2], status_quo: a0}
preferences:
  P: [{ranking: "(a = a2) > (a = a1) > no deal > (a = a0)"}]
  Q: [{ranking: "(a = a1) > (a = a2) > no deal > (a = a0)"}]
"""


@pytest.fixture(scope="module")
def harbour_says() -> dict[str, Any]:
    """What the answer for the harbour case says, with the readings of a workbench."""
    return settle(load("harbour"), work=Work(readings=Settings().readings)).data()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workbench for all tests of this module, which only look."""
    folder = tmp_path_factory.mktemp("frontier")
    return Settings(database=f"sqlite:///{folder / 'workbench.db'}")


@pytest.fixture(scope="module")
def here(shared: Settings) -> str:
    return f"/cases/{put(shared.database, 'harbour')}/frontier"


@pytest.fixture(scope="module")
def client(shared: Settings, here: str) -> Iterator[TestClient]:
    del here
    with TestClient(create_app(shared, asking=Here), base_url="http://127.0.0.1") as found:
        yield found


@pytest.fixture(scope="module")
def address(shared: Settings, here: str, serve_long: Serve) -> str:
    return serve_long(shared) + here


def keep(shared: Settings, text: str) -> str:
    """Put a case on the workbench by its text and return the address of its frontier."""
    database = Database(shared.database)
    made = Cases(database).create(text, title=loads(text).title, note="begun")
    database.close()
    return f"/cases/{made.case_id}/frontier"


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def rows(html: str) -> dict[int, list[str]]:
    """Return the rows of the table, in their order, by the number of the package."""
    return {
        int(row[1]): [plain(cell) for cell in CELL.findall(row[0])] for row in ROW.finditer(html)
    }


def amount(number: Any) -> Fraction:
    return Fraction(number["exact"] if isinstance(number, dict) else repr(number))


def as_number(text: str) -> float:
    return float(text.replace("\N{MINUS SIGN}", "-"))


def test_the_table_has_every_package_with_what_the_answer_says(
    client: TestClient, here: str, harbour_says: dict[str, Any]
) -> None:
    shown = rows(client.get(here).text)
    items = harbour_says["frontier"]["items"]
    assert list(shown) == list(range(len(items)))
    for number, item in enumerate(items):
        told, by, *cells = shown[number]
        gains, share = cells[:-2], cells[-2]
        wanted = [float(amount(gain)) for gain in item["gains"].values()]
        assert [as_number(gain) for gain in gains] == pytest.approx(wanted, abs=0.0501)
        assert float(share.split()[0]) == pytest.approx(100 * item["shares"]["all"], abs=0.51)
        for name, solution in harbour_says["solutions"].items():
            title = {"kalai_smorodinsky": "Kalai–Smorodinsky"}.get(name, name.capitalize())
            assert (title in by) == (item["package"] in solution["packages"])
        for issue, option in item["package"].items():
            before = {"shifts": "required", "pay": "0", "cranes": "no"}[issue]
            assert (f"{issue} {option}" in told) == (option != before)


@pytest.mark.parametrize("column", ["union", "port", "city", "all"])
@pytest.mark.parametrize("rising", [False, True])
def test_the_table_is_put_in_order(
    column: str,
    rising: bool,  # noqa: FBT001 - as parametrised
    client: TestClient,
    here: str,
    harbour_says: dict[str, Any],
) -> None:
    html = client.get(here, params={"sort": column, "rising": "yes" if rising else ""}).text
    items = harbour_says["frontier"]["items"]
    kind = "shares" if column == "all" else "gains"
    shown = [amount(items[number][kind][column]) for number in rows(html)]
    assert shown == sorted(shown, reverse=not rising)
    assert html.count(f'aria-sort="{"ascending" if rising else "descending"}"') == 1


@pytest.mark.parametrize(("x", "y"), [("union", "port"), ("port", "union")])
def test_points_stand_where_their_values_are(
    x: str, y: str, client: TestClient, here: str, harbour_says: dict[str, Any]
) -> None:
    html = client.get(here, params={"x": x, "y": y}).text
    found = [(int(n), float(cx), float(cy)) for n, cx, cy in CIRCLE.findall(html)]
    items = harbour_says["frontier"]["items"]
    assert len(found) == 3 * len(items)
    for width in range(3):
        points = found[width * len(items) : (width + 1) * len(items)]
        across = [(amount(items[n]["values"][x]), cx) for n, cx, _ in points]
        upwards = [(amount(items[n]["values"][y]), -cy) for n, _, cy in points]
        for places in (across, upwards):
            ordered = sorted(places)
            assert [drawn for _, drawn in ordered] == sorted(drawn for _, drawn in places)
    order = re.search(r'data-order="([0-9,]+)"', html)
    assert order is not None
    walked = [amount(items[int(n)]["values"][x]) for n in order[1].split(",")]
    assert walked == sorted(walked)


def test_axes_that_are_none_are_chosen(client: TestClient, here: str) -> None:
    for query in ("", "?x=nobody&y=", "?x=union&y=union", "?y=port&x=port", "?x=city"):
        html = client.get(here + query).text
        chosen = re.findall(r'<option value="(\w+)" selected', html.partition("</form>")[0] + html)
        assert len(set(chosen) & {"union", "port"}) == 2


def test_a_package_is_told_issue_by_issue(
    client: TestClient, here: str, harbour_says: dict[str, Any]
) -> None:
    for number, item in enumerate(harbour_says["frontier"]["items"]):
        html = client.get(f"{here}/package", params={"pick": number}).text
        told = plain(html)
        for party, gain in item["gains"].items():
            assert signed(amount(gain)) in told, party
        address = unescape(html)
        for issue, option in item["package"].items():
            assert f"{issue}={option}" in address
            assert f"{issue}+%3D+{option}" in address or f"{issue}%20%3D%20{option}" in address


@pytest.mark.parametrize("pick", ["", "11", "99999999", "-1", "x", "999999999999999999"])
def test_a_package_that_is_none_is_told(pick: str, client: TestClient, here: str) -> None:
    answer = client.get(f"{here}/package", params={"pick": pick})
    assert answer.status_code == 404
    assert client.get(here, params={"pick": pick}).status_code == 200


def test_the_list_is_narrowed_by_a_condition(
    client: TestClient, here: str, harbour_says: dict[str, Any]
) -> None:
    html = client.get(here, params={"where": "cranes == pilot"}).text
    wanted = [i for i in harbour_says["frontier"]["items"] if i["package"]["cranes"] == "pilot"]
    assert 0 < len(wanted) < len(harbour_says["frontier"]["items"])
    assert len(rows(html)) == len(wanted)
    assert 'value="cranes == pilot"' in html
    none = client.get(here, params={"where": "pay == 8 and cranes == full"}).text
    assert "No package on the frontier meets this." in none
    assert not rows(none)


@pytest.mark.parametrize("where", ["cranes ==", "boats == 2", "<script>alert(1)</script>", "("])
def test_a_condition_that_is_none_is_told_and_kept(
    where: str, client: TestClient, here: str
) -> None:
    answer = client.get(here, params={"where": where})
    assert answer.status_code == 200
    assert answer.text.count("verdict bad") == 1
    field = re.search(r'name="where" value="([^"]*)"', answer.text)
    assert field is not None
    assert unescape(field[1]) == where
    assert "<script>alert" not in answer.text


def test_packages_come_as_a_table_for_spreadsheets(
    client: TestClient, here: str, harbour_says: dict[str, Any]
) -> None:
    link = re.search(r'href="(/answers/[0-9a-f]+/frontier\.csv)"', client.get(here).text)
    assert link is not None
    found = list(csv.DictReader(io.StringIO(client.get(link[1]).text)))
    items = harbour_says["frontier"]["items"]
    assert len(found) == len(items)
    for row, item in zip(found, items, strict=True):
        assert {name: row[name] for name in item["package"]} == item["package"]
        for party, gain in item["gains"].items():
            assert float(row[f"gain_{party}"]) == pytest.approx(float(amount(gain)))
        for who, share in item["shares"].items():
            assert float(row[f"share_{who}"]) == pytest.approx(share, abs=1e-5)


def test_where_nothing_is_acceptable_the_reasons_and_the_nearest_are_shown(
    client: TestClient, shared: Settings
) -> None:
    case_id = put(shared.database, "three-claimants")
    case = load("three-claimants")
    says = settle(case).data()["empty"]
    assert says["excluding"]
    assert says["nearest"]
    html = unescape(client.get(f"/cases/{case_id}/frontier").text)
    words = plain(html)
    for group in says["excluding"]:
        for one in group:
            assert f"{case.party(one['party']).label} : {one['requirement']}" in words
    for near in says["nearest"]:
        link = "&".join(f"{issue}={option}" for issue, option in near["package"].items())
        assert f"/compose?{link}" in html
        for party, missing in near["shortfalls"].items():
            told = signed(amount(missing)).removeprefix("+")
            assert f"{case.party(party).label}: {told} points short of no deal" in words


def test_parties_known_by_an_order_have_a_list_and_no_picture(
    client: TestClient, shared: Settings
) -> None:
    html = client.get(keep(shared, ORDINAL)).text
    items = settle(loads(ORDINAL)).data()["frontier"]["items"]
    assert len(rows(html)) == len(items) == 2
    assert "of Party P, Party Q only an order of packages is known" in html
    assert "data-picture" not in html
    assert "order only" in html


def test_one_signatory_alone_is_said_plainly(client: TestClient, shared: Settings) -> None:
    text = path_of("harbour").read_text("utf-8")
    alone = text.replace(
        "    name: Port authority\n", "    name: Port authority\n    signatory: false\n"
    )
    html = client.get(keep(shared, alone)).text
    assert "There is one signatory only" in html
    assert "data-picture" not in html
    assert rows(html)


def test_only_states_that_rank_lead_to_stability(client: TestClient, shared: Settings) -> None:
    case_id = put(shared.database, "elmira")
    html = client.get(f"/cases/{case_id}/frontier").text
    assert html.count("verdict bad") == 1
    assert f'href="/cases/{case_id}/stability"' in html


def test_a_landscape_is_drawn_alike_after_it_was_kept() -> None:
    answer = settle(load("harbour"), work=Work(readings=50))
    kept = landscape_from(json.loads(answer.files()["landscape.json"]))
    [drawn] = [p for section in answer.sections() for part in section.parts for p in part.pictures]
    assert kept.scatter(*kept.opposed) == drawn


def test_of_a_large_landscape_some_is_kept_and_everything_with_a_name() -> None:
    answer = settle(load("ukraine-2025"), work=Work(readings=50))
    text = answer.files()["landscape.json"]
    kept = landscape_from(json.loads(text))
    assert len(text) < 60_000
    parties = len(kept.parties)
    assert parties == 4
    pairs = [(x, y) for x in range(parties) for y in range(parties) if x != y]
    values = {item["name"]: item for item in json.loads(text)["clouds"]}
    assert len(values["Frontier"]["points"]) == answer.data()["frontier"]["vectors"]
    for x, y in pairs:
        drawn = {one.name: one for one in kept.scatter(x, y).series}
        for name in ("Solutions", "Proposals"):
            points = [(point[x], point[y]) for point in values[name]["points"]]
            assert list(drawn[name].points) == points
            assert list(drawn[name].names) == values[name]["names"]


# --- in the browser -------------------------------------------------------------------------------


def slider(page: Page) -> Locator:
    return page.locator("#walk")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), [(1360, "light"), (390, "dark")])
def test_the_frontier_is_walked_by_keys(
    width: int,
    theme: str,
    address: str,
    open_page: Open,
    harbour_says: dict[str, Any],
) -> None:
    page = open_page(address, width=width, theme=theme)
    items = harbour_says["frontier"]["items"]
    order = (slider(page).get_attribute("data-order") or "").split(",")
    slider(page).focus()
    page.keyboard.press("Home")
    for step, number in enumerate(order, start=1):
        gains = items[int(number)]["gains"]
        told = re.compile(
            rf"^Package {step} of {len(order)}.*: .*Dock workers' union "
            rf"{re.escape(signed(amount(gains['union']), zeros=True))}, Port authority "
            rf"{re.escape(signed(amount(gains['port']), zeros=True))}"
        )
        expect(slider(page)).to_have_attribute("aria-valuetext", told)
        lit = page.locator(".picks .picked")
        assert {one.get_attribute("data-item") for one in lit.all()} == {number}
        current = page.locator("tr[aria-current]")
        expect(current).to_have_attribute("data-item", number)
        page.keyboard.press("ArrowRight")
    expect(page.locator("#picked h2")).to_have_text(
        f"Package {len(order)} of {len(order)} along the frontier"
    )
    assert page.evaluate("document.activeElement.id") == "walk"
    assert f"pick={order[-1]}" in page.url
    page.keyboard.press("Home")
    expect(page.locator("#picked h2")).to_have_text(f"Package 1 of {len(order)} along the frontier")
    assert barriers(page) == []


@pytest.mark.browser
def test_axes_change_in_place_and_the_package_stays(address: str, open_page: Open) -> None:
    page = open_page(address)
    expect(page.locator("#picked h2")).to_contain_text("along the frontier")
    before = page.locator("#picked .lines").inner_text()
    slider(page).focus()
    page.keyboard.press("End")
    expect(page.locator("#picked .lines")).not_to_have_text(before)
    package = page.locator("#picked .lines").inner_text()
    was = page.locator("#axis-x").input_value()
    page.locator("#axis-x").focus()
    page.locator("#axis-x").select_option({"union": "port", "port": "union"}[was])
    expect(page.locator(".at-820 svg > title")).to_have_text(re.compile("Port authority and Dock"))
    assert "x=" in page.url
    expect(page.locator("#picked .lines")).to_have_text(package, use_inner_text=True)
    assert page.evaluate("document.activeElement.id") == "axis-x"


@pytest.mark.browser
def test_points_and_rows_pick_a_package(address: str, open_page: Open) -> None:
    page = open_page(address)
    point = page.locator(".at-820 .picks circle").first
    number = point.get_attribute("data-item") or ""
    box = point.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("tr[aria-current]")).to_have_attribute("data-item", number)
    assert page.evaluate("document.activeElement.id") == "walk"
    row = page.locator(".frontier-table tbody tr").last
    wanted = row.get_attribute("data-item") or ""
    row.locator("th a").click()
    expect(page.locator("tr[aria-current]")).to_have_attribute("data-item", wanted)
    expect(page).to_have_url(re.compile(f"pick={wanted}$"))
    page.reload()
    expect(page.locator("tr[aria-current]")).to_have_attribute("data-item", wanted)


@pytest.mark.browser
def test_sorting_happens_in_place(
    address: str, open_page: Open, harbour_says: dict[str, Any]
) -> None:
    page = open_page(address)
    page.locator("#sort-port").focus()
    page.keyboard.press("Enter")
    head = page.locator("th:has(#sort-port)")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert page.evaluate("document.activeElement.id") == "sort-port"
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    items = harbour_says["frontier"]["items"]
    least = min(range(len(items)), key=lambda n: amount(items[n]["gains"]["port"]))
    first = page.locator(".frontier-table tbody tr").first
    assert int(first.get_attribute("data-item") or -1) == least


@pytest.mark.browser
def test_what_is_open_and_picked_looks_right_without_barriers_where_nothing_is_acceptable(
    shared: Settings, address: str, open_page: Open
) -> None:
    case_id = put(shared.database, "three-claimants")
    page = open_page(f"{address.partition('/cases')[0]}/cases/{case_id}/frontier", width=390)
    expect(page.locator(".empty-zone h2")).to_be_visible()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
