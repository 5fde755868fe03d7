"""Hostile use: what was tried against a workbench, and has to stay mended."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from shutil import copy

import pytest
import uvicorn
from fastapi.testclient import TestClient

from detente.formats import loads
from detente.web.serving import impatience
from detente.web.settings import Settings
from detente.web.storage import database
from detente.web.storage.cases import Cases
from detente.web.storage.troubles import StorageError

HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"


async def _answers(scope: object, receive: object, send: object) -> None:
    """Answer every request with an empty page."""
    del scope, receive
    await send({"type": "http.response.start", "status": 204, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body"})  # type: ignore[operator]


async def _held(begun: bytes, *, more: bytes) -> bytes:
    """Return what comes on a connection that says something, and then never comes to an end."""
    config = uvicorn.Config(
        _answers, port=0, lifespan="off", log_level="critical", http=impatience.Impatient
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server tells it no other way
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(begun)

    async def drip() -> None:
        while more:
            writer.write(more)
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    try:
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        dripping.cancel()
        writer.close()
        server.should_exit = True
        await running


@pytest.mark.parametrize("begun", [b"", HEAD, HEAD + b"\r\n", HEAD + b"\r\n" + HEAD])
@pytest.mark.parametrize("more", [b"", b"X: y\r\n"])
def test_a_connection_that_asks_for_nothing_is_closed(
    begun: bytes, more: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impatience, "PATIENCE", 0.3)
    sent = begun if begun or not more else HEAD
    with ThreadPoolExecutor(1) as apart:  # where no browser keeps a loop of its own
        came = apart.submit(lambda: asyncio.run(_held(sent, more=more))).result()
    assert came.count(b"HTTP/1.1 ") == begun.count(b"\r\n\r\n")


# --- cases that nobody would write ---------------------------------------------------------------

ONE = """\
detente: 1
title: Nothing to choose
parties: {a: Ada}
issues: {i: {options: [o], status_quo: o}}
"""


@pytest.mark.parametrize("parties", ["{a: Ada}", "{a: Ada, b: Bo}"])
@pytest.mark.parametrize("options", ["[o]", "[o, p]"])
def test_a_case_without_moves_is_told_how_to_say_them(
    client: TestClient, parties: str, options: str
) -> None:
    text = ONE.replace("{a: Ada}", parties).replace("[o]", options)
    made = client.post("/api/v1/cases", json={"text": text})
    shown = client.get(f"/cases/{made.json()['case_id']}/stability").text
    block = unescape(shown.partition("<pre><code>")[2].partition("</code>")[0])
    assert block.startswith("control:\n  a:\n    i: ")
    loads(text + block)


# --- many at once --------------------------------------------------------------------------------


def test_many_who_write_at_once_are_all_served(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite itself is told not to wait, so that whoever comes to it out of turn is refused."""
    impatient = tuple(one.replace("=10000", "=0") for one in database._PRAGMAS)
    assert impatient != database._PRAGMAS
    kept = database.Database(settings.database)
    kept.migrate()
    monkeypatch.setattr(database, "_PRAGMAS", impatient)
    kept.close()

    def write(_number: int) -> bool:
        with kept.begin():
            time.sleep(0.005)
        return True

    with ThreadPoolExecutor(40) as many:
        assert all(many.map(write, range(80)))
    monkeypatch.setattr(database, "_PATIENCE", 20)
    with kept.begin(), ThreadPoolExecutor(1) as one:
        refused = one.submit(write, 0).exception()
    assert "many are writing; try again" in str(refused)
    assert write(0)
    kept.close()


# --- the database goes, or becomes another one ---------------------------------------------------


def test_nothing_is_confirmed_once_the_file_is_gone(settings: Settings, harbour: str) -> None:
    kept = database.Database(settings.database)
    cases = Cases(kept)
    file = kept.file
    assert file is not None
    text = cases.revision(harbour).text
    file.rename(file.with_suffix(".moved"))
    for attempt in (lambda: cases.create(text, title="Lost", note=""), cases.all):
        with pytest.raises(StorageError, match="there is no such file"):
            attempt()
    copy(file.with_suffix(".moved"), file)
    cases.delete(harbour)
    kept.close()
    assert not Cases(database.Database(settings.database)).all()


@pytest.mark.parametrize("at", ["text", "packages"])
def test_what_cannot_be_kept_is_shown_to_whom_wrote_it(
    client: TestClient, settings: Settings, harbour: str, at: str
) -> None:
    file = Path(settings.database.removeprefix("sqlite:///"))
    file.rename(file.with_suffix(".moved"))
    written = "\n<b>mine</b> & nobody else's"
    sent = client.post(f"/cases/{harbour}/{at}", data={"text": written, "base": "1", "name": "n"})
    assert sent.status_code == 503
    shown = sent.text.partition("<textarea")[2].partition(">\n")[2].partition("</textarea>")[0]
    assert unescape(shown).replace("\r\n", "\n") == written
