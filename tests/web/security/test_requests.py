"""What requests bring along, and what responses carry: bounded, calm, and never taken for code."""

from __future__ import annotations

import http.client
import json
import logging
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from detente.catalog import path_of
from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.security import bodies
from detente.web.security.bodies import HEARD_OUT
from detente.web.security.headers import HEADERS
from detente.web.settings import Limits, Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from tests.web.conftest import Serve
from tests.web.security.conftest import (
    database_of,
    workbench,
)

# --- what a request brings -----------------------------------------------------------------------


@pytest.fixture
def narrow(settings: Settings) -> Settings:
    """Settings of a workbench that takes little at once."""
    return replace(settings, limits=Limits(upload=2000))


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    database = f"sqlite:///{tmp_path_factory.mktemp('little') / 'workbench.db'}"
    with workbench(Settings(database=database, limits=Limits(upload=2000))) as client:
        yield client


def pieces(number: int) -> Iterator[bytes]:
    for _ in range(number):
        yield b"x" * 100


FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("address", ["/theme", "/api/v1/check"])
@pytest.mark.parametrize("announced", [True, False])
def test_what_is_too_long_is_refused_whether_announced_or_not(
    address: str, little: TestClient, *, announced: bool
) -> None:
    for size, refused in ((19, False), (20, False), (21, True), (500, True)):
        content = b"".join(pieces(size)) if announced else pieces(size)
        answer = little.post(address, content=content, headers=FORM)
        assert (answer.status_code == 413) == refused
        if refused:
            assert "more than the workbench takes at once, which is 2 KB" in answer.text
            kind = "application/problem+json" if "/api/" in address else "text/html"
            assert answer.headers["content-type"].startswith(kind)


def test_a_browser_hears_why_its_upload_was_refused(serve: Serve, narrow: Settings) -> None:
    """The whole body is sent before the answer is read, as browsers do."""
    where = urlsplit(serve(narrow))
    for size in (2001, 2000 * HEARD_OUT - 50):
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)
        connection.request("POST", "/theme", b"x" * size, FORM)
        answer = connection.getresponse()
        assert answer.status == 413
        assert b"takes at once" in answer.read()
        connection.close()
    # A body without end is not read to its end.
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=20) as sent:
        sent.sendall(
            b"POST /theme HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n"
            b"content-type: application/x-www-form-urlencoded\r\n\r\n"
        )
        for _ in range(HEARD_OUT + 2):
            sent.sendall(b"7d0\r\n" + b"x" * 2000 + b"\r\n")
        assert b"413" in sent.recv(200)


def test_a_body_that_does_not_come_is_not_waited_for(
    serve: Serve, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.2)
    where = urlsplit(serve(settings))
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=20) as sent:
        sent.sendall(
            b"POST /theme HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 10\r\n"
            b"content-type: application/x-www-form-urlencoded\r\n\r\ntheme"
        )
        assert b"408" in sent.recv(200)


# --- what every response carries -----------------------------------------------------------------


def test_every_response_says_what_a_browser_may_do(asked: TestClient) -> None:
    refused = {"host": "x/y"}
    answers = [
        *(asked.get(one) for one in ("/login", "/cases", "/nothing", "/health", "/api/v1/cases")),
        asked.get("/static/nothing.js"),
        asked.get("/static/app.css"),
        asked.get("/login", headers=refused),
        asked.post("/login", content=b"x" * 5_000_000),
        asked.post("/theme", headers={"origin": "http://evil.example"}),
        asked.put("/login"),
    ]
    assert {one.status_code for one in answers} == {200, 303, 400, 401, 403, 404, 405, 413}
    for answer in answers:
        for name, value in HEADERS.items():
            if (name, answer.url.path) != ("cache-control", "/static/app.css"):
                assert answer.headers[name] == value, (answer.url, name)
        assert "server" not in answer.headers
    policy = dict(part.split(" ", 1) for part in HEADERS["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert not re.search(r"unsafe|\*|http", str(policy))


def test_an_answer_of_our_own_fault_is_calm_and_the_log_has_the_rest(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings, asking=Here)

    def broken() -> None:
        raise ZeroDivisionError("a secret of the inside")

    app.add_api_route("/broken", broken)
    app.add_api_route("/api/v1/broken", broken)
    with TestClient(app, base_url="http://127.0.0.1") as client, caplog.at_level(logging.ERROR):
        for address, kind in (
            ("/broken", "text/html"),
            ("/api/v1/broken", "application/problem+json"),
        ):
            answer = client.get(address)
            assert answer.status_code == 500
            assert answer.headers["content-type"].startswith(kind)
            assert "Something went wrong on our side" in answer.text
            assert "secret" not in answer.text
            assert answer.headers["cache-control"] == "no-store"
    assert "a secret of the inside" in caplog.text


def test_a_database_that_is_gone_is_told_as_that(settings: Settings, tmp_path: Path) -> None:
    with workbench(settings) as client:
        client.app.state.bench.database.close()  # type: ignore[attr-defined]  # FastAPI's own
        for one in tmp_path.glob("workbench.db*"):
            one.unlink()
        for address in ("/health", "/cases", "/api/v1/cases"):
            answer = client.get(address)
            assert answer.status_code == 503, address
            assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "address", ["/nothing", "/cases/nothing", "/api/v1/nothing", "/api/nothing"]
)
def test_what_is_not_there_is_told_in_the_right_form(address: str, client: TestClient) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    kind = "application/problem+json" if address.startswith("/api/") else "text/html"
    assert answer.headers["content-type"].startswith(kind)


# --- hostile contents ----------------------------------------------------------------------------

HOSTILE = "{{7*7}}{% raw %}<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def test_names_of_a_case_stay_names(client: TestClient) -> None:
    database = Database(database_of(client))
    title = "title: " + json.dumps(HOSTILE)
    text = re.sub(r"(?m)^title: .*$", lambda _: title, path_of("harbour").read_text("utf-8"))
    case_id = Cases(database).create(text, title=HOSTILE, note=HOSTILE).case_id
    database.close()
    for screen in ("", "/history", "/delete", "/export", "/sources", "/text", "/questions"):
        answer = client.get(f"/cases/{case_id}{screen}")
        assert answer.status_code == 200, screen
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "{{7*7}}" in answer.text
    assert "{{7*7}}" in client.get("/cases").text
