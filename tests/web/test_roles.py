"""Every route, asked by everybody: who gets in is written here, and every route has to be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx import Response

from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.security.access import Role, is_public
from detente.web.security.entrance import Entrance
from detente.web.security.passwords import digest
from detente.web.settings import Settings

PUBLIC, READER, EDITOR = Role.VISITOR, Role.READER, Role.EDITOR

ROUTES = {
    "GET /": READER,
    "GET /access": EDITOR,
    "POST /access/keys": EDITOR,
    "POST /access/keys/{key_id}/revoke": EDITOR,
    "POST /access/sessions/end": EDITOR,
    "GET /answers/{key}/{name}": READER,
    "GET /cases": READER,
    "POST /cases/import": EDITOR,
    "POST /cases/mend": EDITOR,
    "GET /cases/new": READER,
    "POST /cases/new/catalogue": EDITOR,
    "POST /cases/new/starter": EDITOR,
    "POST /cases/new/words": EDITOR,
    "GET /cases/{case_id}": READER,
    "GET /cases/{case_id}/add": READER,
    "POST /cases/{case_id}/add": EDITOR,
    "GET /cases/{case_id}/agenda": READER,
    "GET /cases/{case_id}/assumptions": READER,
    "GET /cases/{case_id}/brought": READER,
    "GET /cases/{case_id}/case.yaml": READER,
    "GET /cases/{case_id}/compose": READER,
    "POST /cases/{case_id}/compose/again": READER,
    "GET /cases/{case_id}/compose/look": READER,
    "GET /cases/{case_id}/compose/repairs": READER,
    "GET /cases/{case_id}/compose/surroundings": READER,
    "GET /cases/{case_id}/conflict": READER,
    "POST /cases/{case_id}/conflict": EDITOR,
    "POST /cases/{case_id}/conflict/keep": EDITOR,
    "GET /cases/{case_id}/delete": READER,
    "POST /cases/{case_id}/delete": EDITOR,
    "POST /cases/{case_id}/duplicate": EDITOR,
    "GET /cases/{case_id}/edit": READER,
    "POST /cases/{case_id}/edit": EDITOR,
    "POST /cases/{case_id}/edit/check": READER,
    "GET /cases/{case_id}/export": READER,
    "GET /cases/{case_id}/export/{form}": READER,
    "GET /cases/{case_id}/frontier": READER,
    "GET /cases/{case_id}/frontier/package": READER,
    "GET /cases/{case_id}/history": READER,
    "GET /cases/{case_id}/history/{number}": READER,
    "GET /cases/{case_id}/history/{number}/file": READER,
    "POST /cases/{case_id}/history/{number}/restore": EDITOR,
    "POST /cases/{case_id}/move": EDITOR,
    "GET /cases/{case_id}/packages": READER,
    "POST /cases/{case_id}/packages": EDITOR,
    "POST /cases/{case_id}/packages/{package_id}/drop": EDITOR,
    "POST /cases/{case_id}/packages/{package_id}/propose": EDITOR,
    "POST /cases/{case_id}/packages/{package_id}/rename": EDITOR,
    "GET /cases/{case_id}/questions": READER,
    "GET /cases/{case_id}/questions/{name}": READER,
    "POST /cases/{case_id}/remove": EDITOR,
    "GET /cases/{case_id}/report": READER,
    "GET /cases/{case_id}/roadmap": READER,
    "GET /cases/{case_id}/sources": READER,
    "GET /cases/{case_id}/stability": READER,
    "GET /cases/{case_id}/standing": READER,
    "GET /cases/{case_id}/text": READER,
    "POST /cases/{case_id}/text": EDITOR,
    "POST /cases/{case_id}/text/check": READER,
    "POST /cases/{case_id}/text/draft": EDITOR,
    "POST /cases/{case_id}/text/drafts/{draft_id}/drop": EDITOR,
    "POST /cases/{case_id}/text/findings": READER,
    "POST /cases/{case_id}/undo": EDITOR,
    "GET /health": PUBLIC,
    "GET /jobs/{job_id}": READER,
    "POST /jobs/{job_id}/again": READER,
    "POST /jobs/{job_id}/cancel": READER,
    "GET /jobs/{job_id}/events": READER,
    "GET /jobs/{job_id}/state": READER,
    "GET /login": PUBLIC,
    "POST /login": PUBLIC,
    "POST /logout": READER,
    "GET /static/{name:path}": PUBLIC,
    "POST /theme": PUBLIC,
    "GET /api/v1/backup": EDITOR,
    "GET /api/v1/cases": READER,
    "POST /api/v1/cases": EDITOR,
    "POST /api/v1/cases/import": EDITOR,
    "GET /api/v1/cases/{case_id}": READER,
    "DELETE /api/v1/cases/{case_id}": EDITOR,
    "POST /api/v1/cases/{case_id}/ask": READER,
    "GET /api/v1/cases/{case_id}/compose": READER,
    "GET /api/v1/cases/{case_id}/drafts": READER,
    "GET /api/v1/cases/{case_id}/drafts/{draft_id}": READER,
    "PUT /api/v1/cases/{case_id}/drafts/{draft_id}": EDITOR,
    "DELETE /api/v1/cases/{case_id}/drafts/{draft_id}": EDITOR,
    "POST /api/v1/cases/{case_id}/duplicate": EDITOR,
    "POST /api/v1/cases/{case_id}/edits": EDITOR,
    "GET /api/v1/cases/{case_id}/export/{name}": READER,
    "GET /api/v1/cases/{case_id}/packages": READER,
    "POST /api/v1/cases/{case_id}/packages": EDITOR,
    "PATCH /api/v1/cases/{case_id}/packages/{package_id}": EDITOR,
    "DELETE /api/v1/cases/{case_id}/packages/{package_id}": EDITOR,
    "GET /api/v1/cases/{case_id}/revisions": READER,
    "POST /api/v1/cases/{case_id}/revisions": EDITOR,
    "GET /api/v1/cases/{case_id}/revisions/{number}": READER,
    "GET /api/v1/cases/{case_id}/revisions/{old}/difference/{new}": READER,
    "GET /api/v1/cases/{case_id}/seen": READER,
    "POST /api/v1/check": READER,
    "GET /api/v1/formats": READER,
    "GET /api/v1/jobs/{job_id}": READER,
    "POST /api/v1/jobs/{job_id}/cancel": READER,
    "GET /api/v1/jobs/{job_id}/events": READER,
    "GET /api/v1/keys": EDITOR,
    "POST /api/v1/keys": EDITOR,
    "DELETE /api/v1/keys/{key_id}": EDITOR,
    "GET /api/v1/openapi.json": READER,
    "GET /api/v1/questions": READER,
    "GET /api/v1/results/{key}": READER,
    "GET /api/v1/results/{key}/{name}": READER,
}

RANKS = (PUBLIC, READER, EDITOR)
HASHES = {Role.EDITOR: "$argon2id$of the editors", Role.READER: "$argon2id$of the readers"}
"""Stand for hashes; nobody gives a password here."""


def routes(settings: Settings) -> set[str]:
    """Return every route of the workbench as METHOD ADDRESS, those inside of others too."""
    return {
        f"{method} {route.path}"
        for route in iter_route_contexts(create_app(settings, asking=Here).routes)
        for method in (route.methods or ["ANY"])
        if method != "HEAD"
    }


def test_every_route_is_in_the_table(settings: Settings) -> None:
    found = routes(settings)
    missing = "\n".join(f'    "{route}": EDITOR,' for route in sorted(found - set(ROUTES)))
    assert not missing, f"say in ROUTES who may use these, EDITOR, READER or PUBLIC:\n{missing}"
    assert not set(ROUTES) - found, "these are in ROUTES, and nowhere else"


def test_what_keeps_something_is_for_editors_unless_it_says_why_not() -> None:
    lenient = {
        route
        for route, needed in ROUTES.items()
        if needed is not EDITOR and not route.startswith("GET ")
    }
    assert lenient == set(KEEPS_NOTHING)


KEEPS_NOTHING = {
    "POST /cases/{case_id}/compose/again": "begins work on what the composer needs",
    "POST /cases/{case_id}/edit/check": "tells what a form would do",
    "POST /cases/{case_id}/text/check": "tells what is wrong in a text",
    "POST /cases/{case_id}/text/findings": "the same",
    "POST /jobs/{job_id}/again": "readers ask questions",
    "POST /jobs/{job_id}/cancel": "and may stop what they asked",
    "POST /login": "lets somebody in",
    "POST /logout": "signs out",
    "POST /theme": "is kept in the browser",
    "POST /api/v1/cases/{case_id}/ask": "readers ask questions",
    "POST /api/v1/check": "tells what is wrong in a text",
    "POST /api/v1/jobs/{job_id}/cancel": "and may stop what they asked",
}
"""Routes that are not for editors alone though their method could change something, and why."""


@pytest.fixture(scope="module")
def asked_for_passwords(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    yield from _client(tmp_path_factory.mktemp("asked"), asks=True)


@pytest.fixture(scope="module")
def open_to_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    yield from _client(tmp_path_factory.mktemp("open"), asks=False)


def _client(folder: Path, *, asks: bool) -> Iterator[TestClient]:
    settings = Settings(
        database=f"sqlite:///{folder / 'workbench.db'}",
        password=HASHES[Role.EDITOR] if asks else "",
        reader_password=HASHES[Role.READER] if asks else "",
    )
    app = create_app(settings, asking=Here)
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client


def entrance(client: TestClient) -> Entrance:
    found: Entrance = client.app.state.entrance  # type: ignore[attr-defined]  # FastAPI's own
    return found


def ask(client: TestClient, route: str, **headers: str) -> Response:
    """Ask for a route: about things that are not there, and with nothing filled in."""
    method, address = route.split(" ")
    form = (
        "application/json" if address.startswith("/api/") else "application/x-www-form-urlencoded"
    )
    content = "{}" if address.startswith("/api/") else ""
    given = {"content-type": form, **{name.replace("_", "-"): v for name, v in headers.items()}}
    client.cookies.clear()
    address = re.sub(r"\{[^}]*\}", "1", address)
    if method == "GET":
        return client.get(address, headers=given)
    return client.request(method, address, headers=given, content=content)


def with_cookie(client: TestClient, role: Role) -> dict[str, str]:
    cookie = f"cookie-{role}"
    sessions = entrance(client).sessions
    sessions.end([digest(cookie, HASHES[role])])
    sessions.begin(digest(cookie, HASHES[role]), role, lasts=timedelta(minutes=5))
    return {"cookie": f"detente={cookie}"}


def with_key(client: TestClient, role: Role) -> dict[str, str]:
    _, text = entrance(client).make_key("matrix", role)
    return {"authorization": f"Bearer {text}"}


def stopped(route: str, answer: Response) -> int:
    """Return the status of a refusal, 0 where the request went through to the route."""
    to_sign_in = answer.headers.get("location", "").startswith("/login")
    if route.startswith("GET ") and answer.status_code == 303 and to_sign_in:
        return 303
    return answer.status_code if answer.status_code in {401, 403, 421} else 0


def is_api(route: str) -> bool:
    return "/api/" in route


@pytest.mark.parametrize("route", ROUTES)
def test_visitors(route: str, asked_for_passwords: TestClient) -> None:
    found = stopped(route, ask(asked_for_passwords, route))
    safe = route.startswith("GET ") and not is_api(route)
    assert found == (0 if ROUTES[route] is PUBLIC else 303 if safe else 401)
    assert is_public(re.sub(r"\{[^}]*\}", "1", route.split(" ")[1])) == (ROUTES[route] is PUBLIC)


@pytest.mark.parametrize("role", [READER, EDITOR])
@pytest.mark.parametrize("route", ROUTES)
def test_people_and_programs(route: str, role: Role, asked_for_passwords: TestClient) -> None:
    client = asked_for_passwords
    due = 0 if RANKS.index(role) >= RANKS.index(ROUTES[route]) else 403
    assert stopped(route, ask(client, route, **with_key(client, role))) == due
    if is_api(route) and not route.startswith("GET "):
        due = 401
    assert stopped(route, ask(client, route, **with_cookie(client, role))) == due


@pytest.mark.parametrize("route", ROUTES)
def test_where_nobody_is_asked(route: str, open_to_all: TestClient) -> None:
    assert not stopped(route, ask(open_to_all, route))
    due = 403 if ROUTES[route] is EDITOR else 0
    assert stopped(route, ask(open_to_all, route, **with_key(open_to_all, READER))) == due
    assert stopped(route, ask(open_to_all, route, host="bench.example")) == 421


@pytest.mark.parametrize("route", ROUTES)
def test_other_sites(route: str, open_to_all: TestClient, asked_for_passwords: TestClient) -> None:
    editor = with_cookie(asked_for_passwords, EDITOR)
    for client, known in ((open_to_all, {}), (asked_for_passwords, editor)):
        for site in ("cross-site", "same-site"):
            headers = {**known, "sec-fetch-site": site, "sec-fetch-mode": "no-cors"}
            assert stopped(route, ask(client, route, **headers)) == 403
        if not route.startswith("GET "):
            for origin in ("https://other.example", "null", "http://127.0.0.1:1"):
                assert stopped(route, ask(client, route, **known, origin=origin)) == 403
