"""Measure the composer: from a click to painted numbers in Chromium, and many users at once.

Run ``python -m benchmarks.web_composer`` from the root of the repository; it needs Chromium. It
writes its page of the documentation; ``--quick`` prints one of few clicks.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import httpx
import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.machine import Machine, this_machine
from benchmarks.written import tell, written
from detente.case import Case
from detente.catalog import path_of
from detente.formats import loads
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "benchmarks-composer.md"
READINGS = 2000
CLICKS, FEW = 200, 20
USERS, PAUSE, ROUNDS = 50, 2.0, 10
"""So many users click so often, with so many seconds between two clicks."""
_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
_TICKS = os.sysconf("SC_CLK_TCK")
_SERVE = """
import sys, uvicorn
from detente.web.app import create_app
from detente.web.settings import Settings
if __name__ == "__main__":
    settings = Settings(database=sys.argv[1], readings=int(sys.argv[2]))
    uvicorn.run(create_app(settings), port=int(sys.argv[3]), log_level="warning")
"""
_WATCH = """() => {
  window.painted = null;
  new MutationObserver((_, watching) => {
    watching.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.painted = performance.now(); }, 0));
  }).observe(document.querySelector("#outcome"), { childList: true });
  addEventListener("pointerdown", () => { window.pressed = performance.now(); },
    { capture: true, once: true });
}"""
"""Notes when a button is pressed, and when the frame with what it changed has been painted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks:
    """Clicks in a browser: milliseconds until painted, and of the server's processor for each."""

    name: str
    packages: int
    n_clicks: int
    middle: float
    most: float
    longest: float
    processor: float
    ready: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Many users at once: milliseconds until answered, and of the processor for each click."""

    n_users: int
    n_clicks: int
    middle: float
    most: float
    longest: float
    processor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that was measured."""

    machine: Machine
    clicks: tuple[Clicks, ...]
    crowd: Crowd


def thirty_issues(*, issues: int = 30, parties: int = 4, seed: int = 1) -> str:
    """Return a made-up case: orders of all options, importance of some issues, red lines."""
    dice = random.Random(seed)  # noqa: S311 - a made-up case, no secrets
    options = {f"i{k}": "abcd"[: dice.choice([3, 4])] for k in range(issues)}
    names = list(options)
    lines = ["detente: 1", "title: Thirty issues", "parties:"]
    lines += [f"  p{p}: Party {p}" for p in range(parties)]
    lines.append("issues:")
    lines += [f"  {n}: {{options: [{', '.join(options[n])}], status_quo: a}}" for n in names]
    lines += ["proposals:", "  draft:", *(f"    {n}: {dice.choice(options[n])}" for n in names)]
    lines.append("preferences:")
    for p in range(parties):
        lines += [f"  p{p}:", "    - order:"]
        orders = {n: " > ".join(dice.sample(options[n], len(options[n]))) for n in names}
        lines += [f"        {n}: {order}" for n, order in orders.items()]
        pairs = (sorted(dice.sample(range(issues), 2)) for _ in range(12))
        lines += [f"    - importance: i{first} > i{second}" for first, second in pairs]
        one, other = dice.sample(names, 2)
        line = f"{one} == {options[one][-1]} and {other} == {options[other][-1]}"
        lines += [f"    - red_line: {line}", "    - no_deal: 35..50"]
    return "\n".join(lines) + "\n"


def measured(*, quick: bool) -> Report:
    """Measure clicks on two cases, then a crowd on the first."""
    machine = this_machine()
    n_clicks = FEW if quick else CLICKS
    texts = {
        "ukraine-2025": path_of("ukraine-2025").read_text("utf-8"),
        "thirty issues": thirty_issues(),
    }
    clicks = []
    with _served(texts) as (address, process, ids):
        for name, text in texts.items():
            tell(f"{name}: making ready")
            ready = _made_ready(f"{address}/cases/{ids[name]}/compose/look")
            tell(f"{name}: {n_clicks} clicks")
            clicks.append(
                _clicked(
                    f"{address}/cases/{ids[name]}/compose",
                    name,
                    loads(text),
                    process,
                    n_clicks,
                    ready,
                )
            )
        tell(f"{USERS} users")
        name = "ukraine-2025"
        rounds = 2 if quick else ROUNDS
        crowd = asyncio.run(
            _crowd(f"{address}/cases/{ids[name]}/compose", loads(texts[name]), process, rounds)
        )
    return Report(machine=machine, clicks=tuple(clicks), crowd=crowd)


@contextmanager
def _served(texts: dict[str, str]) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Serve cases in a process of its own; yield its address, its number and the cases' ids."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/workbench.db"
        database = Database(url)
        database.migrate()
        cases = Cases(database)
        ids = {n: cases.create(t, title=n, note="measured").case_id for n, t in texts.items()}
        database.close()
        script = Path(folder) / "serve.py"
        script.write_text(_SERVE, "utf-8")
        port = random.SystemRandom().randrange(20_000, 60_000)
        command = [sys.executable, str(script), url, str(READINGS), str(port)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen(command, env=environment) as process:  # noqa: S603 - ourselves
            try:
                address = f"http://127.0.0.1:{port}"
                while not _answers(address):
                    time.sleep(0.1)
                yield address, process.pid, ids
            finally:
                process.terminate()


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/cases").is_success
    except httpx.TransportError:
        return False


def _made_ready(look: str) -> float:
    """Wait until a case is ready; return the seconds that it took."""
    began = time.perf_counter()
    while 'data-state="ready"' not in httpx.get(look, timeout=60).text:
        time.sleep(0.2)
    return time.perf_counter() - began


def _processor(process: int) -> float:
    """Return the milliseconds that a process has computed."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / _TICKS


def _clicked(
    compose: str, name: str, case: Case, process: int, n_clicks: int, ready: float
) -> Clicks:
    """Click options at random in Chromium, each time until the numbers are painted."""
    chromium = which("chromium") or which("chromium-browser") or which("google-chrome")
    dice = random.Random(1)  # noqa: S311 - clicks, no secrets
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=_FLAGS)
        context = browser.new_context(viewport={"width": 1360, "height": 900}, bypass_csp=True)
        page = context.new_page()
        page.goto(compose)
        page.wait_for_selector("#outcome [data-state=ready]")
        page.wait_for_selector(".around")
        before = _processor(process)
        times = [_painted(page, dice) for _ in range(n_clicks)]
        after = _processor(process)
        browser.close()
    middle, most = np.percentile(times, [50, 95])
    return Clicks(
        name=name,
        packages=case.vocabulary.n_packages,
        n_clicks=n_clicks,
        middle=float(middle),
        most=float(most),
        longest=max(times),
        processor=(after - before) / n_clicks,
        ready=ready,
    )


def _painted(page: Page, dice: random.Random) -> float:
    """Click an option that is not chosen; return the milliseconds until it is painted."""
    issues = page.locator("#package fieldset")
    others = issues.nth(dice.randrange(issues.count())).locator("label:not(:has(input:checked))")
    option = others.nth(dice.randrange(others.count()))
    page.evaluate(_WATCH)
    option.click()
    page.wait_for_function("window.painted !== null")
    painted: float = page.evaluate("window.painted - window.pressed")
    return painted


async def _crowd(compose: str, case: Case, process: int, rounds: int) -> Crowd:
    """Have users click, each every few seconds, on one process."""
    limits = httpx.Limits(max_connections=USERS)
    async with httpx.AsyncClient(limits=limits, timeout=30) as client:
        page = (await client.get(compose)).text
        found = re.search(r'data-digest="(\w+)"', page)
        digest = found.group(1) if found else ""
        before = _processor(process)
        addresses = [list(_addresses(compose, case, digest, k, rounds)) for k in range(USERS)]
        users = await asyncio.gather(*(_user(client, own) for own in addresses))
        after = _processor(process)
        times = [took for own in users for took in own]
    middle, most = np.percentile(times, [50, 95])
    return Crowd(
        n_users=USERS,
        n_clicks=len(times),
        middle=float(middle),
        most=float(most),
        longest=max(times),
        processor=(after - before) / len(times),
    )


def _addresses(compose: str, case: Case, digest: str, number: int, rounds: int) -> Iterator[str]:
    """Go through the packages of one user, each differing from the last in one issue."""
    dice = random.Random(number)  # noqa: S311 - clicks, no secrets
    package = list(case.vocabulary.status_quo)
    for _ in range(rounds):
        issue = dice.randrange(len(package))
        package[issue] = dice.randrange(len(case.issues[issue].options))
        query = {**case.vocabulary.named(tuple(package)), ".text": digest}
        yield f"{compose}/look?{urlencode(query)}"


async def _user(client: httpx.AsyncClient, addresses: list[str]) -> list[float]:
    """Click as one user does; return the milliseconds until each answer."""
    times = []
    await asyncio.sleep(PAUSE * random.SystemRandom().random())
    for address in addresses:
        began = time.perf_counter()
        (await client.get(address)).raise_for_status()
        took = time.perf_counter() - began
        times.append(1000 * took)
        await asyncio.sleep(max(0.0, PAUSE - took))
    return times


def page(report: Report) -> str:
    """Return what was measured as a page of the documentation."""
    machine, crowd = report.machine, report.crowd
    lines = "\n".join(
        f"| {one.name} | {one.packages:,} | {one.ready:.1f} | {one.n_clicks} | {one.middle:.0f} | "
        f"{one.most:.0f} | {one.longest:.0f} | {one.processor:.1f} |"
        for one in report.clicks
    )
    quiet = "Other work ran beside it" if machine.busy else "Nothing else ran"
    return f"""\
# The composer, measured

Written by `python -m benchmarks.web_composer`.

- On {machine.processor}, {machine.cores} cores, {machine.memory:.0f} GiB, {machine.system}, on
  {machine.date}. {quiet} (load {machine.load:.2f}).
- {READINGS:,} readings, one process that serves, SQLite, server and browser on the same machine.

## From a click to painted numbers

In Chromium, from the button that is pressed to the frame that shows verdict, values, shares, red
lines and, where packages can be listed, the smallest repairs. The processor is that of the server,
in milliseconds for each click. Ready: seconds until the first click is answered.

| case | packages | ready, s | clicks | median, ms | 95 %, ms | longest, ms | processor, ms |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
{lines}

## Many users at once

{crowd.n_users} users on ukraine-2025, each clicking every {PAUSE:.0f} seconds on packages of their
own: {crowd.n_clicks:,} clicks, half of them answered within {crowd.middle:.0f} ms, 95 % within
{crowd.most:.0f} ms, the longest in {crowd.longest:.0f} ms; each took {crowd.processor:.1f} ms of
the processor.
"""


def main(arguments: list[str] | None = None) -> int:
    """Measure, and write the page or print it."""
    written(
        arguments, measured, page, name="web_composer", small="few clicks and rounds", path=PAGE
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
