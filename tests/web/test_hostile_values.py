"""Values that nobody sends by accident, in every place where a page takes one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from fastapi.testclient import TestClient

from detente.web.app import create_app
from detente.web.jobs.asking import Asked, Job
from detente.web.jobs.here import Here
from detente.web.settings import Settings
from detente.web.storage.cases import Revision
from tests.web.conftest import put

VALUES = (
    *("", "\0", "-1", "٣", "1e999", "9223372036854775808", "{{7*7}}<script>"),
    *("\u202e\r\nx: y", "../../etc/passwd", "í\xa0\x80"),
)
UNTOLD = {"at", "base", "name", "part", "seen", "text"}
"""Names that forms have which are read as a whole."""
LEFT_OUT = ("/api/", "/static/", "/login", "/logout", "/access/sessions")
"""Addresses that the description of the interface or other tests try out; and ends of sessions."""


class Queued(Here):
    """Answers nothing: every question waits."""

    def ask(self, revision: Revision, question: str, options: Mapping[str, Any]) -> Asked:
        """Return a job that never begins."""
        moment = datetime(2026, 1, 1, tzinfo=UTC)
        job = Job(
            id="0" * 16,
            case_id=revision.case_id,
            revision=revision.number,
            question=question,
            options=options,
            key="0" * 64,
            state="queued",
            doing="",
            done=0,
            total=0,
            ahead=1,
            error="",
            queued_at=moment,
            began_at=None,
            ended_at=None,
        )
        return Asked(key=job.key, contents=None, job=job)

    again = ask


@pytest.fixture
def workbench(database_url: str) -> Iterator[tuple[TestClient, str]]:
    """A workbench whose questions wait for ever, and the id of a case on it."""
    harbour = put(database_url, "harbour")
    app = create_app(Settings(database=database_url, readings=20), asking=Queued)
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client, harbour


def fields(dependant: Dependant) -> set[str]:
    """Return the names of everything that a route takes beside its address."""
    found = {one.alias for one in (*dependant.query_params, *dependant.body_params)}
    return found.union(*(fields(one) for one in dependant.dependencies))


def pages(client: TestClient) -> Iterator[tuple[str, RouteContext]]:
    """Yield the pages, those last that delete what the others are about."""
    found = [
        (method, route)
        for route in iter_route_contexts(client.app.routes)  # type: ignore[attr-defined]
        for method in route.methods or ()
        if method != "HEAD" and not str(route.path).startswith(LEFT_OUT)
    ]
    yield from sorted(found, key=lambda one: str(one[1].path).endswith("/delete"))


def test_no_value_breaks_a_page(workbench: tuple[TestClient, str]) -> None:
    client, harbour = workbench
    broken: list[str] = []
    tried = 0
    for method, route in pages(client):
        names = fields(route.dependant) | UNTOLD
        inner = set(re.findall(r"\{(\w+)", str(route.path))) - {"case_id"}
        for value in VALUES:
            for place in ("address",) * bool(inner and value) + ("fields",):
                filled = quote(value, safe="") if place == "address" else "1"
                address = str(route.path).replace("{case_id}", harbour)
                address = re.sub(r"\{\w+\}", filled, address)
                given = dict.fromkeys(names, value) if place == "fields" else {}
                if method == "GET":
                    answer = client.get(address, params=given)
                else:
                    answer = client.request(method, address, data=given)
                tried += 1
                if answer.status_code >= 500:
                    broken.append(f"{method} {route.path}: {place} {value[:30]!r}")
                assert "<script>alert" not in answer.text
                assert "\r" not in answer.headers.get("location", "")
    assert tried > 500
    assert not broken, "\n".join(broken)
