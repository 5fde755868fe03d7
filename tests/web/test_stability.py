"""Stability on a page: verdicts and sentences are the answer's, and states can be picked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page, expect

from detente.answers.hold import Hold, hold
from detente.catalog import load
from detente.formats import loads
from detente.solvers.stability import stability
from detente.solvers.state_graph import StateGraph, improving_moves
from detente.telling.hold_steps import flow_from
from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.settings import Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from detente.work import Work
from tests.web.barriers import barriers
from tests.web.conftest import Open, Serve, put

SMALL = ("elmira", "cuban-missiles", "prisoners-dilemma", "chicken", "syria-iraq", "lake-gisborne")
ROW = re.compile(r'<tr data-state="([0-9]+)".*?</tr>', re.DOTALL)
TICK = re.compile(r'<td class="tick.*?</td>', re.DOTALL)
ARTICLE = re.compile(r'<article data-state="([0-9]+)".*?</article>', re.DOTALL)
WAY = re.compile(r'<li data-to="([0-9]+)" data-ends="([0-9,]*)">(.*?)</li>', re.DOTALL)

VALUED = """detente: 1
title: Valued
parties: {P: Party P, Q: Party Q}
issues:
  arms: {options: [no, yes], status_quo: no}
  peace: {options: [no, yes], status_quo: yes}
proposals:
  quiet: {arms: no, peace: yes}
preferences:
  P: [{no_deal: 0}, {scores: {arms: {no: 0, yes: 10}, peace: {no: 0, yes: 25}}}]
  Q: [{no_deal: 0}, {scores: {arms: {no: 10, yes: 0}, peace: {no: 0, yes: 5}}},
      {rule: arms == yes and peace == no, worth: 20}]
control:
  P: {arms: any}
  Q: {peace: any}
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workbench for all tests of this module, which only look."""
    folder = tmp_path_factory.mktemp("stability")
    return Settings(database=f"sqlite:///{folder / 'workbench.db'}", readings=100)


@pytest.fixture(scope="module")
def places(shared: Settings) -> dict[str, str]:
    """The address of the screen for each case."""
    names = (*SMALL, "harbour", "ukraine-2025")
    found = {name: put(shared.database, name) for name in names}
    database = Database(shared.database)
    found["valued"] = Cases(database).create(VALUED, title="Valued", note="begun").case_id
    database.close()
    return {name: f"/cases/{case_id}/stability" for name, case_id in found.items()}


@pytest.fixture(scope="module")
def client(shared: Settings, places: dict[str, str]) -> Iterator[TestClient]:
    del places
    with TestClient(create_app(shared, asking=Here), base_url="http://127.0.0.1") as found:
        yield found


@pytest.fixture(scope="module")
def address(shared: Settings, places: dict[str, str], serve_long: Serve) -> str:
    del places
    return serve_long(shared)


@cache
def says(name: str) -> Hold:
    return hold(load(name), work=Work(readings=100))


@cache
def steps_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(says(name).files()["steps.json"])
    return found


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def rows(html: str) -> dict[int, list[str]]:
    """Return the verdicts of each state, in the order of the table."""
    return {
        int(row[1]): [plain(tick) for tick in TICK.findall(row[0])] for row in ROW.finditer(html)
    }


def told(html: str) -> dict[int, list[tuple[int, list[int], str]]]:
    """Return the steps that are told of each state: to where, through where answered, and how."""
    return {
        int(article[1]): [
            (int(to), [int(end) for end in ends.split(",") if end], plain(words))
            for to, ends, words in WAY.findall(article[0])
        ]
        for article in ARTICLE.finditer(html)
    }


@pytest.mark.parametrize("name", SMALL)
def test_verdicts_are_those_of_the_answer(
    name: str, client: TestClient, places: dict[str, str]
) -> None:
    data = says(name).data()
    html = client.get(places[name]).text
    shown = rows(html)
    assert sorted(shown) == [state["id"] for state in data["states"]]
    case = load(name)
    for place, (key, concept) in enumerate(data["concepts"].items()):
        for number, ticks in shown.items():
            own = [p for p, states in concept["stable"].items() if number in states]
            if number in concept["equilibria"]:
                assert ticks[place].endswith("stable for everybody"), key
            elif own:
                assert all(case.party(party).label in ticks[place] for party in own)
                assert f"{len(own)}/{len(concept['stable'])}" in ticks[place]
            else:
                assert ticks[place].endswith("stable for nobody")
    resting = data["concepts"]["SEQ"]["equilibria"]
    assert set(list(shown)[: len(resting)]) == set(resting)


def test_verdicts_for_one_party(client: TestClient, places: dict[str, str]) -> None:
    data = says("elmira").data()
    for party in data["concepts"]["R"]["stable"]:
        shown = rows(client.get(places["elmira"], params={"for": party}).text)
        for place, concept in enumerate(data["concepts"].values()):
            for number, ticks in shown.items():
                stable = number in concept["stable"][party]
                assert ticks[place].endswith("not stable") != stable
    assert "stable for everybody" in client.get(places["elmira"], params={"for": "nobody"}).text


def improvements(answer: Hold) -> tuple[StateGraph, StateGraph]:
    survey = answer.holdings.survey
    graph = survey.model.graph
    return graph, improving_moves(graph, survey.values.central)


@pytest.mark.parametrize("name", [*SMALL, "garrison"])
def test_every_step_that_pays_is_told_with_an_answer_that_is_one(name: str) -> None:
    """Definitions as an oracle: moves from the graph, values from the ranks, sanctions walked."""
    answer = says(name)
    graph, better = improvements(answer)
    survey = answer.holdings.survey
    ranks = survey.values.central
    verdicts = stability(graph, ranks)
    steps = steps_of(name)
    assert steps["complete"]
    parties = list(survey.model.parties)
    for state in range(graph.n_states):
        found = steps["states"][str(state + 1)]
        for p, party in enumerate(parties):
            own = [step for step in found if step["party"] == party]
            assert sorted(step["to"] - 1 for step in own) == better.moves(p, state).tolist()
            for key in ("GMR", "SMR", "SEQ", "SSEQ"):
                met = all(step["answered"][key] for step in own)
                assert met == bool(verdicts.of(key)[p, state]), (key, state, party)
            for step in own:
                check_answer(step, state, p, answer)


def check_answer(step: dict[str, Any], state: int, party: int, answer: Hold) -> None:
    """Walk the answer to a step by the graph, and see that it leaves the party no better off."""
    if step["answer"] is None:
        assert not step["answered"]["GMR"]
        return
    graph, better = improvements(answer)
    parties = answer.holdings.survey.model.parties
    at, before = step["to"] - 1, party
    for move in step["answer"]:
        mover, to = parties.index(move["party"]), move["to"] - 1
        assert mover not in {party, before}
        moves = (better if step["credible"] else graph).moves(mover, at)
        assert to in moves.tolist()
        at, before = to, mover
    ranks = answer.holdings.survey.values.central[party]
    assert ranks[at] <= ranks[state]
    assert step["credible"] == step["answered"]["SEQ"]


@pytest.mark.parametrize("name", SMALL)
def test_sentences_are_the_answers_own(
    name: str, client: TestClient, places: dict[str, str]
) -> None:
    steps = steps_of(name)
    shown = told(client.get(places[name]).text)
    assert sorted(shown) == sorted(int(number) for number in steps["states"])
    for number, ways in shown.items():
        wanted = steps["states"][str(number)]
        assert [to for to, _, _ in ways] == [step["to"] for step in wanted]
        for (_, ends, words), step in zip(ways, wanted, strict=True):
            assert words.endswith(step["text"])
            assert ends == [one["to"] for one in step["answer"] or ()]


def test_what_an_answer_costs_is_said_in_points() -> None:
    answer = hold(loads(VALUED))
    survey = answer.holdings.survey
    steps = json.loads(answer.files()["steps.json"])["states"]
    start = str(survey.model.number(survey.start or 0))
    arms = next(step for step in steps[start] if step["party"] == "P")
    # P gains 10 by arms; then Q gains 15 by ending the peace, which takes 25 from P
    assert (arms["gain"], arms["left"]) == (10, -15)
    assert [move["party"] for move in arms["answer"]] == ["Q"]
    assert arms["credible"]
    assert "Party P would be no better off" in arms["text"]
    assert arms["text"].endswith("The answer would leave Party P 15 points below where it was.")


@pytest.mark.parametrize("name", [*SMALL, "ukraine-2025"])
def test_a_flow_graph_is_the_same_after_it_was_kept(name: str) -> None:
    answer = says(name)
    [section] = answer.sections()
    drawn = next(p for part in section.parts for p in part.pictures)
    kept = steps_of(name)["flow"]
    assert flow_from(kept) == drawn


def test_the_picture_names_its_arrows_and_states(
    client: TestClient, places: dict[str, str]
) -> None:
    html = client.get(places["elmira"]).text
    _, better = improvements(says("elmira"))
    wanted = sorted(
        (origin + 1, target + 1, mover)
        for mover in range(better.n_parties)
        for origin, target in zip(
            better.origin(mover).tolist(), better.target[mover].tolist(), strict=True
        )
    )
    named = re.findall(r'data-from="(\d+)" data-to="(\d+)" data-mover="(\d+)"', html)
    assert sorted(tuple(map(int, one)) for one in named) == sorted(wanted * 3)


def test_a_large_conflict_has_rows_for_what_matters(
    client: TestClient, places: dict[str, str]
) -> None:
    data = says("ukraine-2025").data()
    html = client.get(places["ukraine-2025"]).text
    shown = rows(html)
    assert len(shown) == 40 < data["n_states"]
    assert f"40 of {data['n_states']} states" in html
    near = [place["id"] for place in data["rest"]["places"]]
    assert set(near) <= set(shown)
    resting = set(data["concepts"]["SEQ"]["equilibria"])
    for number, ticks in shown.items():
        assert ticks[3].endswith("stable for everybody") == (number in resting)
    steps = steps_of("ukraine-2025")["states"]
    ways = told(html)
    assert all(ways[int(number)] for number, found in steps.items() if found)
    quiet = next(number for number in shown if str(number) not in steps)
    assert f"?proposal={quiet}" in html


def test_a_package_is_asked_about(client: TestClient, places: dict[str, str]) -> None:
    answer = hold(loads(VALUED), "quiet")
    html = client.get(places["valued"], params={"proposal": "quiet"}).text
    words = plain(html)
    for sentence in answer.headline():
        assert sentence.text in words
    number = answer.data()["state"]["id"]
    assert re.search(rf'name="state" value="{number}" checked', html)
    settings = ", ".join(f"{k} = {v}" for k, v in answer.data()["package"].items())
    same = client.get(places["valued"], params={"proposal": "", "own": settings}).text
    assert re.search(rf'name="state" value="{number}" checked', same)
    assert f'value="{settings}"' in same


@pytest.mark.parametrize(
    "query",
    [{"proposal": "nobody knows"}, {"own": "999999999"}, {"ahead": "0"}, {"proposal": "<b>="}],
)
def test_what_cannot_be_asked_is_told_in_one_message(
    query: dict[str, str], client: TestClient, places: dict[str, str]
) -> None:
    answer = client.get(places["chicken"], params=query)
    assert answer.status_code == 200
    assert answer.text.count("verdict bad") == 1
    assert "<b>=" not in answer.text
    [given] = query.values()
    assert f'value="{given}"' in unescape(answer.text)


@pytest.mark.parametrize("state", ["", "x", "0", "-3", "77", "9" * 40])
def test_a_state_that_is_none_picks_another(
    state: str, client: TestClient, places: dict[str, str]
) -> None:
    html = client.get(places["chicken"], params={"state": state}).text
    assert html.count(" checked") == 1
    assert len(re.findall(r"<article data-state[^>]*(?<! hidden)>", html)) == 1


def test_a_case_that_says_nothing_of_moves_is_told_what_to_add(
    client: TestClient, places: dict[str, str], shared: Settings
) -> None:
    html = client.get(places["harbour"]).text
    assert "does not say who can move" in html
    found = re.search(r"<pre><code>(.*?)</code></pre>", html, re.DOTALL)
    assert found is not None
    assert places["harbour"].replace("stability", "text") in html
    database = Database(shared.database)
    case = Cases(database).get(places["harbour"].split("/")[2])
    text = Cases(database).revision(case.id).text
    database.close()
    assert (
        hold(loads(f"{text}\n{unescape(found[1])}"), work=Work(readings=50)).data()["n_states"] > 1
    )


# --- in the browser -------------------------------------------------------------------------------


def lit(page: Page, kind: str) -> set[tuple[str, str]]:
    """Return the arrows that are lit up, by their ends, where the picture is shown."""
    found = page.locator(f".at-680 [data-from].{kind}").all()
    return {
        (one.get_attribute("data-from") or "", one.get_attribute("data-to") or "") for one in found
    }


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), [(1360, "dark"), (390, "light")])
def test_states_are_walked_by_keys(
    width: int, theme: str, address: str, places: dict[str, str], open_page: Open
) -> None:
    page = open_page(address + places["elmira"], width=width, theme=theme)
    steps = steps_of("elmira")["states"]
    order = [one.get_attribute("value") or "" for one in page.locator("[name=state]").all()]
    page.locator("[name=state]:checked").focus()
    start = order.index("1")
    for number in (*order[start + 1 :], *order[: start + 1]):
        page.keyboard.press("ArrowDown")
        article = page.locator("article:not([hidden])")
        expect(article).to_have_attribute("data-state", number)
        words = article.inner_text()
        assert all(step["text"] in " ".join(words.split()) for step in steps[number])
        assert lit(page, "lit") == {(number, str(step["to"])) for step in steps[number]}
        drawn = {(a, b) for a, b in lit(page, "answer")}
        answers = {
            pair
            for step in steps[number]
            for path in [[step["to"], *(move["to"] for move in step["answer"] or ())]]
            for pair in zip(map(str, path), map(str, path[1:]), strict=False)
        }
        assert drawn <= answers
        expect(page.locator(".flow .picked").first).to_have_attribute("data-state", number)
    expect(page.locator("#state-said")).to_contain_text("State 1: delay")
    assert "state=1" in page.url
    assert barriers(page) == []


@pytest.mark.browser
def test_a_state_is_picked_in_the_picture_and_stays_picked(
    address: str, places: dict[str, str], open_page: Open
) -> None:
    page = open_page(address + places["elmira"])
    page.locator(".at-680 [data-state='6']").click()
    expect(page.locator("article:not([hidden])")).to_have_attribute("data-state", "6")
    expect(page.locator("[name=state]:checked")).to_have_value("6")
    way = page.locator("article:not([hidden]) [data-to='8']")
    way.hover()
    assert lit(page, "lit") == {("6", "8")}
    page.locator("[name=for]").select_option("uniroyal")
    expect(page.locator("#states .tick.good").first).to_contain_text("stable")
    expect(page.locator("[name=state]:checked")).to_have_value("6")
    page.reload()
    expect(page.locator("article:not([hidden])")).to_have_attribute("data-state", "6")


@pytest.mark.browser
def test_an_empty_screen_has_no_barriers(
    address: str, places: dict[str, str], open_page: Open
) -> None:
    page = open_page(address + places["harbour"], width=390, theme="dark")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
