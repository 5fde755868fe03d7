"""A job as people see it: survives reloading, tells how far it is, can be stopped and repeated."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

from detente.web.app import create_app
from detente.web.jobs.asking import Asking, Job
from detente.web.jobs.runner import Runner
from detente.web.jobs.telling import counted, said
from detente.web.jobs.watching import Watch
from detente.web.settings import Limits, Settings
from detente.web.storage.cases import UnknownError
from detente.web.storage.database import now
from tests.web import slow_tasks
from tests.web.barriers import barriers
from tests.web.conftest import Open, Serve

SLOW = partial(Runner, entry=slow_tasks.ENTRY, preload=["tests.web.slow_tasks"])


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, limits=Limits(jobs=1, queue=2))


@pytest.fixture
def slow(settings: Settings) -> Iterator[TestClient]:
    """A client of a workbench whose questions are slow."""
    app = create_app(settings, asking=SLOW)
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as found:
        yield found


def asked(client: TestClient, case: str, task: str) -> str:
    """Ask a question and return the job that its page shows."""
    shown = client.get(f"/cases/{case}/questions/settle?where={task}")
    assert shown.status_code == 200
    return re.findall(r'data-job="([0-9a-f]+)"', shown.text)[0]


def test_a_page_that_is_loaded_again_shows_the_same_job(slow: TestClient, harbour: str) -> None:
    job = asked(slow, harbour, "compiled")
    assert asked(slow, harbour, "compiled") == job
    page = slow.get(f"/jobs/{job}")
    assert page.status_code == 200
    assert f'data-job="{job}"' in page.text
    assert "What could be agreed?" in page.text
    assert slow.get(f"/jobs/{job}/state").json()["state"] in {"queued", "running"}
    slow.post(f"/jobs/{job}/cancel")
    assert "Ask again" in slow.get(f"/cases/{harbour}/questions/settle?where=compiled").text


def test_a_job_is_told_of_to_its_end(slow: TestClient, harbour: str) -> None:
    job = asked(slow, harbour, "steps")
    with slow.stream("GET", f"/jobs/{job}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in stream.iter_lines() if line.startswith("data:")]
    told = [json.loads(line.removeprefix("data:")) for line in lines]
    assert told[-1]["state"] == "done"
    assert any(one["count"].startswith(f"{one['done']} of 100") for one in told if one["total"])
    assert {one["said"] for one in told} >= {"Counting", "Done"}
    assert "To the answer" in slow.get(f"/jobs/{job}").text
    with slow.stream("GET", f"/jobs/{job}/events") as stream:
        assert "done" in next(stream.iter_lines())


def test_stopping_leads_back_to_where_one_was(slow: TestClient, harbour: str) -> None:
    job = asked(slow, harbour, "compiled")
    here = f"/cases/{harbour}/questions/settle?where=compiled"
    stop, again = f"/jobs/{job}/cancel", f"/jobs/{job}/again"
    came = {"referer": f"http://127.0.0.1{here}"}
    for address in (stop, again, stop):
        back = slow.post(address, headers=came)
        assert (back.status_code, back.headers["location"]) == (303, here)
    for elsewhere in ("https://example.org/x", "http://127.0.0.1//example.org", ""):
        back = slow.post(stop, headers={"referer": elsewhere})
        assert (back.status_code, back.headers["location"]) == (303, f"/jobs/{job}")
    assert slow.post(stop, headers={"hx-request": "true"}).status_code == 204


def test_asking_again_begins_a_new_job(slow: TestClient, harbour: str) -> None:
    job = asked(slow, harbour, "compiled")
    slow.post(f"/jobs/{job}/cancel")
    assert asked(slow, harbour, "compiled") == job
    made = slow.post(f"/jobs/{job}/again").headers["location"]
    assert made.startswith("/jobs/")
    assert made != f"/jobs/{job}"
    assert f"/jobs/{asked(slow, harbour, 'compiled')}" == made
    slow.post(f"{made}/cancel")


def test_why_a_job_failed_is_said_and_no_markup(slow: TestClient, harbour: str) -> None:
    job = asked(slow, harbour, "refused")
    with slow.stream("GET", f"/jobs/{job}/events") as stream:
        stream.read()
    page = slow.get(f"/jobs/{job}").text
    assert "there is no answer to &lt;this&gt;" in page
    assert "Ask again" in page


@pytest.mark.parametrize("way", ["", "/state", "/events"])
def test_a_job_that_is_not_there(slow: TestClient, way: str) -> None:
    assert slow.get(f"/jobs/0123456789abcdef{way}").status_code == 404
    assert slow.post("/jobs/0123456789abcdef/cancel").status_code == 404
    assert slow.post("/jobs/0123456789abcdef/again").status_code == 404


def test_a_full_queue_says_when_to_come_back(slow: TestClient, harbour: str) -> None:
    jobs = [asked(slow, harbour, "compiled")]
    while slow.get(f"/jobs/{jobs[0]}/state").json()["state"] != "running":
        pass
    jobs += [asked(slow, harbour, f"steps:{k}") for k in range(2)]
    page = slow.get(f"/cases/{harbour}/questions/settle?where=steps:9")
    body = {"question": "settle", "options": {"where": "steps:9"}}
    program = slow.post(f"/api/v1/cases/{harbour}/ask", json=body)
    for refused in (page, program):
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "60"
        assert "2 questions are waiting already" in refused.text
    assert slow.get(f"/jobs/{jobs[2]}/state").json()["said"] == "Waiting; one question before it"
    for job in jobs:
        slow.post(f"/jobs/{job}/cancel")


def job(**about: object) -> Job:
    plain = {
        "id": "j",
        "case_id": "c",
        "revision": 1,
        "question": "q",
        "options": {},
        "key": "k",
        "state": "running",
        "doing": "",
        "done": 0,
        "total": 0,
        "ahead": 0,
        "error": "",
        "queued_at": now(),
        "began_at": None,
        "ended_at": None,
    }
    return Job(**{**plain, **about})  # type: ignore[arg-type]  # the fields of a job


def test_how_far_it_is_in_words() -> None:
    assert said(job(state="queued")) == "Waiting for its turn"
    assert said(job(state="queued", ahead=1200)) == "Waiting; 1,200 questions before it"
    assert said(job()) == "Starting"
    assert said(job(doing="drawing readings")) == "Drawing readings"
    assert counted(job()) == ""
    half = {"doing": "x", "done": 1000, "total": 2000}
    assert counted(job(**half)) == "1,000 of 2,000"
    assert counted(job(**half, seconds_left=0.2)) == "1,000 of 2,000, about 1 s more for this step"
    assert counted(job(**half, seconds_left=150)).endswith("about 2 min more for this step")
    assert counted(job(doing="x", done=5, total=5, seconds_left=9)) == "5 of 5"


class Counted:
    """Jobs that count how often they are looked at; each ends after a few looks."""

    def __init__(self) -> None:
        self.looks = 0

    def unfinished(self) -> dict[str, Job]:
        self.looks += 1
        running = {f"j{k}": job(id=f"j{k}", done=self.looks, total=9) for k in range(60)}
        return running if self.looks < 4 else {}

    def job(self, job_id: str) -> Job:
        if job_id == "deleted":
            raise UnknownError("there is no such job")
        return job(id=job_id, state="done")


def test_many_watchers_cost_what_one_does() -> None:
    jobs = Counted()
    asking: Asking = jobs  # type: ignore[assignment]  # the part of it that is used

    async def one(watch: Watch, job_id: str) -> list[str]:
        return ["gone" if seen is None else seen.state async for seen in watch.follow(job_id)]

    async def all_of_them() -> list[list[str]]:
        watch = Watch(asking)
        names = [*(f"j{k}" for k in range(60)), "j0", "j0", "deleted"]
        return await asyncio.gather(*(one(watch, name) for name in names))

    with ThreadPoolExecutor(1) as apart:  # where no browser keeps a loop of its own
        found = apart.submit(lambda: asyncio.run(all_of_them())).result()
    assert jobs.looks < 10  # each watcher alone would look as often
    assert found[-1] == ["gone"]
    assert all(states[-1] == "done" and set(states[:-1]) <= {"running"} for states in found[:-1])


@pytest.fixture
def at(settings: Settings, harbour: str, serve: Serve) -> str:
    """The address of a slow question on a workbench that a browser can reach."""
    return f"{serve(settings, asking=SLOW)}/cases/{harbour}/questions/settle"


@pytest.mark.browser
def test_the_answer_comes_in_place(at: str, open_page: Open) -> None:
    page = open_page(f"{at}?where=steps")
    expect(page.locator(".job-said")).to_have_text("Counting")
    expect(page.locator(".job-count")).to_contain_text("of 100")
    page.reload()
    expect(page.locator(".answer")).to_contain_text("settle about", timeout=30_000)
    expect(page.locator("job-bar")).to_have_count(0)


@pytest.mark.browser
def test_a_job_is_stopped_and_asked_again_by_keyboard(at: str, open_page: Open) -> None:
    page = open_page(f"{at}?where=compiled", width=390, theme="dark")
    page.get_by_role("button", name="Cancel").press("Enter")
    page.get_by_role("button", name="Ask again").press("Enter")
    page.get_by_role("button", name="Cancel").press("Enter")
    expect(page.locator(".job-said")).to_have_text("Stopped before it was done")
    expect(page.get_by_role("status")).to_have_text("Stopped before it was done")
    expect(page.get_by_role("button", name="Ask again")).to_be_focused()


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1360])
def test_nothing_keeps_anybody_from_using_it(
    at: str, open_page: Open, width: int, theme: str
) -> None:
    page = open_page(f"{at}?where=compiled", width=width, theme=theme)
    job = page.locator("job-bar").get_attribute("data-job")
    assert barriers(page) == []
    page.goto(f"{at.partition('/cases')[0]}/jobs/{job}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Ask again")).to_be_visible()
    assert barriers(page) == []


@pytest.mark.browser
def test_a_stream_that_breaks_is_replaced_by_looking(at: str, open_page: Open) -> None:
    page = open_page("about:blank", tolerated=("404",))
    page.route("**/events", lambda route: route.fulfill(status=404, body=""))
    page.goto(f"{at}?where=steps")
    expect(page.locator(".answer")).to_contain_text("settle about", timeout=30_000)


@pytest.mark.browser
def test_it_works_without_a_script(at: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{at}?where=compiled")
    page.get_by_role("link", name="See how far it is").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Ask again").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Stopped before it was done")).to_be_visible()
    context.close()
