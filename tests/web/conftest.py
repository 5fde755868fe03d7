"""A workbench of one's own for each test, asked without a browser or driven in Chromium."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from detente.catalog import load, path_of
from detente.web.app import Begin, create_app
from detente.web.jobs.here import Here
from detente.web.settings import Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from tests.web import postgres as postgresql

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]


def put(database_url: str, name: str) -> str:
    """Put a case of the catalogue on a workbench and return its id."""
    database = Database(database_url)
    database.migrate()
    text = path_of(name).read_text("utf-8")
    made = Cases(database).create(text, title=load(name).title, note="begun", origin=name)
    database.close()
    return made.case_id


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server, one for all tests of a process."""
    with postgresql.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database; what asks for it is tested on SQLite and PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'workbench.db'}"
        return
    with postgresql.fresh(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database with all its tables, on SQLite and on PostgreSQL."""
    found = Database(database_url)
    found.migrate()
    yield found
    found.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a workbench that keeps its database in the folder of the test."""
    return Settings(database=f"sqlite:///{tmp_path / 'workbench.db'}")


@pytest.fixture
def harbour(settings: Settings) -> str:
    """The id of the harbour case, which is on the workbench."""
    return put(settings.database, "harbour")


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    """A client of the workbench, in this process."""
    with TestClient(create_app(settings, asking=Here), base_url="http://127.0.0.1") as found:
        yield found


Serve = Callable[..., str]


def serving() -> Iterator[Serve]:
    """Start workbenches that a browser can reach; returns their addresses.

    They answer while one waits, unless ``asking`` says otherwise.
    """
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(settings: Settings, asking: Begin = Here) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        config = uvicorn.Config(
            create_app(settings, asking=asking),
            port=port,
            log_level="warning",
            ws="none",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        running.append((server, thread))
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.02)
        return f"http://127.0.0.1:{port}"

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(10)


serve = pytest.fixture(serving)
serve_long = pytest.fixture(serving, scope="module")


@pytest.fixture
def address(settings: Settings, harbour: str, serve: Serve) -> str:
    """The address of a workbench with the harbour case."""
    del harbour
    return serve(settings)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """The Chromium of this machine."""
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=chromium, args=FLAGS)
        yield found
        found.close()


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open pages; at the end none may have complained or asked any other host for anything."""
    contexts: list[BrowserContext] = []
    heard: list[str] = []

    def start(
        url: str, *, width: int = 1360, theme: str = "light", tolerated: tuple[str, ...] = ()
    ) -> Page:
        height = 900 if width > 600 else 844
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)

        def complain(kind: str, text: str) -> None:
            if kind in {"error", "warning"} and not any(word in text for word in tolerated):
                heard.append(text)

        def watch(request: Request) -> None:
            if urlsplit(request.url).hostname not in {"127.0.0.1", None}:
                heard.append(f"asked {request.url}")

        page.on("console", lambda message: complain(message.type, message.text))
        page.on("pageerror", lambda error: complain("error", str(error)))
        page.on("request", watch)
        page.goto(url)
        return page

    yield start
    for context in contexts:
        context.close()
    assert not heard
