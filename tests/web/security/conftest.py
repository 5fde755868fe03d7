"""Workbenches that ask nobody, and such that ask for passwords."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.security import passwords
from detente.web.security.attempts import Attempts
from detente.web.security.entrance import Entrance
from detente.web.settings import Settings
from detente.web.storage.tables import SessionRow, TokenRow

EDITING, READING = "who may change cases", "who may look at them"
HASHES = {"password": passwords.hashed(EDITING), "reader_password": passwords.hashed(READING)}


@contextmanager
def workbench(settings: Settings, host: str = "http://127.0.0.1") -> Iterator[TestClient]:
    with TestClient(
        create_app(settings, asking=Here), base_url=host, follow_redirects=False
    ) as client:
        yield client


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("open")
    with workbench(Settings(database=f"sqlite:///{folder / 'workbench.db'}")) as client:
        yield client


@pytest.fixture
def client(opened: TestClient) -> TestClient:
    """A client of a workbench that asks nobody."""
    return fresh(opened)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("guarded")
    settings = Settings(database=f"sqlite:///{folder / 'workbench.db'}", **HASHES)
    with workbench(settings) as client:
        yield client


@pytest.fixture
def asked(guarded: TestClient) -> TestClient:
    """A client of a workbench that asks for passwords, and where nobody is signed in."""
    return fresh(guarded)


@pytest.fixture
def asking(settings: Settings) -> Settings:
    """Settings of a workbench that asks for passwords."""
    return replace(settings, **HASHES)


def fresh(client: TestClient) -> TestClient:
    """Return a client as it is at the first visit."""
    client.cookies.clear()
    entrance = entrance_of(client)
    entrance.attempts = Attempts()
    entrance.sessions.end_all()
    for key in entrance.keys.all():
        entrance.keys.revoke(key.id)
    return client


def entrance_of(client: TestClient) -> Entrance:
    found: Entrance = client.app.state.entrance  # type: ignore[attr-defined]  # FastAPI's own
    return found


def database_of(client: TestClient) -> str:
    found: str = entrance_of(client).settings.database
    return found


def digests(client: TestClient) -> str:
    """Return everything that is kept of cookies and keys."""
    with entrance_of(client).sessions.database.read() as session:
        kept = [session.connection().execute(select(one)).all() for one in (SessionRow, TokenRow)]
    return str(kept)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are compared without the effort that makes them hard to guess."""

    class Plain:
        def verify(self, password: str, kept: str) -> bool:
            return kept == HASHES["password" if password == EDITING else "reader_password"] and (
                password in {EDITING, READING}
            )

    monkeypatch.setattr(passwords, "_HASHING", Plain())


def sign_in(client: TestClient, password: str, after: str = "/cases") -> int:
    return client.post("/login", data={"password": password, "next": after}).status_code
