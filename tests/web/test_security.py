"""What keeps a workbench to those who may use it: passwords, cookies, keys, and what is refused."""

from __future__ import annotations

import http.client
import json
import logging
import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from starlette.datastructures import Headers

from detente.catalog import path_of
from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.security import bodies, passwords
from detente.web.security.attempts import ALL, EACH, MOST_ADDRESSES, Attempts
from detente.web.security.bodies import HEARD_OUT
from detente.web.security.entrance import Entrance
from detente.web.security.headers import HEADERS
from detente.web.security.origins import made_elsewhere, own_address, sent_to_loopback
from detente.web.settings import Limits, Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from detente.web.storage.tables import SessionRow, TokenRow
from tests.web.conftest import Open, Serve, put

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


# --- passwords and sessions ----------------------------------------------------------------------


def test_passwords_are_kept_as_argon2id_hashes_and_tell_roles(asked: TestClient) -> None:
    assert all(kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$") for kept in HASHES.values())
    assert sign_in(asked, READING) == 303
    assert asked.get("/cases").status_code == 200
    assert asked.get("/access").status_code == 403
    assert sign_in(asked, EDITING) == 303
    assert asked.get("/access").status_code == 200


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("password", ["", "wrong", EDITING + "\n", "x" * 2000, "\0", "$argon2id$x"])
def test_a_wrong_password_is_always_answered_the_same_way(password: str, asked: TestClient) -> None:
    refused = asked.post("/login", data={"password": password})
    assert refused.status_code == 422
    assert "This is not the password" in refused.text
    assert "set-cookie" not in refused.headers
    assert refused.text == asked.post("/login", data={"password": "another"}).text


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_cookie_is_for_this_host_and_no_script(scheme: str, asking: Settings) -> None:
    with workbench(asking, f"{scheme}://bench.example") as client:
        https = scheme == "https"
        answer = client.post("/login", data={"password": EDITING})
        name, _, rest = answer.headers["set-cookie"].partition("=")
        value, *attributes = rest.split("; ")
        assert name == ("__Host-detente" if https else "detente")
        assert len(value) == 43
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=604800"} <= set(attributes)
        assert ("Secure" in attributes) == https
        assert not any(one.lower().startswith("domain") for one in attributes)
        assert value not in digests(client)
        assert client.get("/cases").status_code == 200
        tossed = {"cookie": f"detente={value}" if https else f"__Host-detente={value}"}
        client.cookies.clear()
        assert client.get("/cases", headers=tossed).status_code == 303


@pytest.mark.usefixtures("quick")
def test_whoever_signs_out_is_out_and_others_are_not(asked: TestClient) -> None:
    sign_in(asked, READING)
    first = asked.cookies["detente"]
    asked.cookies.clear()
    sign_in(asked, EDITING)
    second = asked.cookies["detente"]
    assert first != second
    assert asked.post("/logout").headers["location"] == "/login"
    asked.cookies.clear()
    assert asked.get("/cases", headers={"cookie": f"detente={second}"}).status_code == 303
    assert asked.get("/cases", headers={"cookie": f"detente={first}"}).status_code == 200


@pytest.mark.usefixtures("quick")
def test_signing_in_again_ends_what_was_before(asked: TestClient) -> None:
    sign_in(asked, EDITING)
    before = asked.cookies["detente"]
    sign_in(asked, EDITING)
    asked.cookies.clear()
    assert asked.get("/cases", headers={"cookie": f"detente={before}"}).status_code == 303


@pytest.mark.usefixtures("quick")
def test_editors_sign_everybody_out(asked: TestClient) -> None:
    sign_in(asked, READING)
    reader = asked.cookies["detente"]
    asked.cookies.clear()
    sign_in(asked, EDITING)
    assert "2 browsers are signed in" in asked.get("/access").text
    assert asked.post("/access/sessions/end").status_code == 303
    assert asked.get("/access").status_code == 303
    asked.cookies.clear()
    assert asked.get("/cases", headers={"cookie": f"detente={reader}"}).status_code == 303


@pytest.mark.usefixtures("quick")
def test_sessions_end_after_their_time_and_with_their_password(asking: Settings) -> None:
    with workbench(asking) as client:
        sign_in(client, EDITING)
        cookie = {"cookie": f"detente={client.cookies['detente']}"}
    with workbench(asking) as again:
        assert again.get("/cases", headers=cookie).status_code == 200
    with workbench(replace(asking, password=HASHES["password"] + "x")) as changed:
        assert changed.get("/cases", headers=cookie).status_code == 303
    with workbench(asking) as later:
        database = Database(asking.database)
        with database.begin() as session:
            session.connection().exec_driver_sql("UPDATE sessions SET expires_at = '2020-01-01'")
        database.close()
        assert later.get("/cases", headers=cookie).status_code == 303


def test_at_most_two_passwords_are_checked_at_a_time(
    asked: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood of tries takes neither the memory nor the threads that pages need."""
    now: list[int] = []
    most: list[int] = []
    hold = threading.Event()

    class Slow:
        def verify(self, *_given: str) -> bool:
            now.append(1)
            most.append(len(now))
            hold.wait(20)
            now.pop()
            return False

    monkeypatch.setattr(passwords, "_HASHING", Slow())
    with ThreadPoolExecutor(int(EACH.at_once)) as pool:
        tries = [pool.submit(sign_in, asked, "wrong") for _ in range(int(EACH.at_once))]
        while len(now) < passwords.AT_A_TIME:
            assert not any(one.done() for one in tries)
        assert asked.get("/health").status_code == 200
        hold.set()
        assert {one.result(30) for one in tries} == {422}
    assert max(most) == passwords.AT_A_TIME


def test_a_part_of_a_page_is_refused_to_who_is_signed_out(asked: TestClient) -> None:
    """A script that fetches a part would else put the sign-in page in its place."""
    assert asked.get("/cases", headers={"sec-fetch-mode": "navigate"}).status_code == 303
    for mode in ("cors", "same-origin", "no-cors"):
        answer = asked.get("/cases", headers={"sec-fetch-mode": mode})
        assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/login")


# --- how often a password may be tried -----------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_who_tries_too_often_has_to_wait_also_with_the_right_password(asked: TestClient) -> None:
    assert {sign_in(asked, "wrong") for _ in range(int(EACH.at_once))} == {422}
    for password in ("wrong", EDITING):
        refused = asked.post("/login", data={"password": password})
        assert refused.status_code == 429
        assert "too many tries" in refused.text
        assert 0 < int(refused.headers["retry-after"]) <= EACH.seconds
    assert asked.get("/cases").status_code == 303


@pytest.mark.usefixtures("quick")
def test_the_right_password_uses_up_no_try(asked: TestClient) -> None:
    for _ in range(int(EACH.at_once) + 5):
        assert sign_in(asked, EDITING) == 303


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "192.0.2.1", "2001:db8::1"]), st.integers(0, 40)),
        max_size=120,
    )
)
def test_no_more_tries_than_allowed_in_any_span(steps: list[tuple[str, int]]) -> None:
    """Against the definition: in every span there are at most the first tries and those gained."""
    moment = 0.0
    attempts = Attempts(lambda: moment)
    taken: list[tuple[str, float]] = []
    for address, pause in steps:
        moment += pause
        wait = attempts.take(address)
        if wait == 0:
            taken.append((address, moment))
        else:
            moment += wait
            assert attempts.take(address) == 0
            taken.append((address, moment))
    for allowance, only in ((ALL, None), *((EACH, one) for one in {a for a, _ in taken})):
        times = [at for address, at in taken if only in (None, address)]
        for first, begin in enumerate(times):
            for last, end in enumerate(times[first:], first):
                allowed = allowance.at_once + (end - begin) / allowance.seconds
                assert last - first + 1 <= allowed + 1e-6


def test_addresses_of_one_network_count_as_one_and_few_are_remembered() -> None:
    attempts = Attempts(lambda: 0.0)
    for k in range(int(EACH.at_once)):
        assert attempts.take(f"2001:db8::{k}") == 0
    assert attempts.take("2001:db8::ffff") > 0
    assert attempts.take("2001:db8:0:1::1") == 0
    for k in range(MOST_ADDRESSES + 100):
        attempts.take(f"10.0.{k // 256}.{k % 256}")
    assert len(attempts._each) == MOST_ADDRESSES


# --- keys for programs ---------------------------------------------------------------------------


def made_key(client: TestClient, role: str) -> str:
    answer = client.post("/access/keys", data={"name": "nightly", "role": role})
    assert answer.status_code == 201
    (key,) = re.findall(r'class="key">(detente_[\w-]{43})<', answer.text)
    return key


@pytest.mark.usefixtures("quick")
def test_a_key_opens_what_its_role_may_and_is_shown_once(asked: TestClient) -> None:
    sign_in(asked, EDITING)
    keys = {role: made_key(asked, role) for role in ("reader", "editor")}
    page = asked.get("/access").text
    for key in keys.values():
        assert key not in page
        assert key not in digests(asked)
    asked.cookies.clear()
    case = {"text": "detente: 1"}
    for role, key in keys.items():
        headers = {"authorization": f"Bearer {key}"}
        assert asked.get("/api/v1/cases", headers=headers).status_code == 200
        refused = asked.post("/api/v1/cases", headers=headers, json=case).status_code
        assert refused == (403 if role == "reader" else 422)
    reader, editor = ({"authorization": f"bearer {key}"} for key in keys.values())
    (revoke,) = {key.id for key in entrance_of(asked).keys.all() if key.role == "reader"}
    assert asked.post(f"/access/keys/{revoke}/revoke", headers=editor).status_code == 303
    assert asked.post(f"/access/keys/{revoke}/revoke", headers=editor).status_code == 404
    assert asked.get("/api/v1/cases", headers=reader).status_code == 401
    assert asked.get("/api/v1/cases", headers=editor).status_code == 200


def test_a_wrong_key_opens_nothing_also_where_nobody_is_asked(client: TestClient) -> None:
    for wrong in ("Bearer", "Bearer x", "Bearer detente_" + "A" * 43, "bearer \xff"):
        answer = client.get("/api/v1/cases", headers={"authorization": wrong.encode("latin-1")})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": "", "role": "reader"}, "give the key a name"),
        ({"name": "x" * 201, "role": "reader"}, "at most 200"),
        ({"name": "a\nb", "role": "reader"}, "give the key a name"),
        ({"name": "x", "role": "visitor"}, "for a reader or an editor"),
        ({"name": "x", "role": "root"}, "for a reader or an editor"),
    ],
)
def test_what_is_no_key_is_not_made(form: dict[str, str], said: str, client: TestClient) -> None:
    answer = client.post("/access/keys", data=form)
    assert answer.status_code == 400
    assert said in answer.text
    assert "There are no keys yet" in client.get("/access").text


@pytest.mark.usefixtures("quick")
def test_a_cookie_reads_over_the_interface_and_changes_nothing(asked: TestClient) -> None:
    sign_in(asked, EDITING)
    assert asked.get("/api/v1/cases").status_code == 200
    answer = asked.post("/api/v1/cases", json={"text": "detente: 1"})
    assert answer.status_code == 401
    assert "Bearer KEY" in answer.json()["detail"]


# --- which name a request was sent to, and what made it ------------------------------------------


@pytest.mark.parametrize(
    ("host", "local"),
    [
        *((one, True) for one in ("localhost", "LOCALHOST:1", "127.0.0.1:8642", "127.9.9.9")),
        *((one, True) for one in ("[::1]", "[::1]:80")),
        *((one, False) for one in ("", "evil.example", "localhost.evil.example", "10.0.0.1")),
        *((one, False) for one in ("127.0.0.1.nip.example", "10.0.0.1:80", "[::]", "::1")),
        *((one, False) for one in ("127.0.0.1@evil", "x/login?", "localhost:x", "localhost ")),
        *((one, False) for one in ("2130706433", "localhost,evil", "127.0.0.1#", "[::1]evil")),
    ],
)
def test_only_names_of_this_machine_reach_an_open_workbench(
    host: str, client: TestClient, *, local: bool
) -> None:
    assert sent_to_loopback(Headers({"host": host})) == local
    answer = client.get("/cases", headers={"host": host})
    assert (answer.status_code == 200) == local
    assert answer.status_code in {200, 400, 421}


def test_a_host_that_hides_an_address_opens_nothing(asked: TestClient) -> None:
    """Put together from host and path, this would be the address of the sign-in page."""
    answer = asked.get("/cases", headers={"host": "127.0.0.1/login?x="})
    assert answer.status_code == 400


HERE = {"host": "bench.example:8642"}


@pytest.mark.parametrize(
    ("method", "headers", "refused"),
    [
        ("POST", {}, False),
        ("POST", {"sec-fetch-site": "same-origin"}, False),
        ("POST", {"sec-fetch-site": "none"}, False),
        ("POST", {"sec-fetch-site": "same-site"}, True),
        ("POST", {"sec-fetch-site": "cross-site"}, True),
        ("POST", {"sec-fetch-site": "cross-site", "origin": "http://bench.example:8642"}, True),
        ("POST", {"sec-fetch-site": "anything"}, True),
        ("POST", {"origin": "http://bench.example:8642"}, False),
        ("POST", {"origin": "https://BENCH.example:8642"}, False),
        ("POST", {"origin": "http://bench.example"}, True),
        ("POST", {"origin": "http://evil.example"}, True),
        ("POST", {"origin": "null"}, True),
        ("POST", {"origin": ""}, True),
        ("POST", {"origin": "http://["}, True),
        ("DELETE", {"sec-fetch-site": "cross-site"}, True),
        ("PROPFIND", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, True),
        ("GET", {}, False),
        ("GET", {"origin": "http://evil.example"}, False),
        ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, True),
        ("GET", {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}, True),
        (
            "GET",
            {
                "sec-fetch-site": "cross-site",
                "sec-fetch-mode": "navigate",
                "sec-fetch-dest": "document",
            },
            False,
        ),
        (
            "GET",
            {
                "sec-fetch-site": "cross-site",
                "sec-fetch-mode": "navigate",
                "sec-fetch-dest": "iframe",
            },
            True,
        ),
        ("GET", {"sec-fetch-site": "same-origin", "sec-fetch-mode": "no-cors"}, False),
    ],
)
def test_what_another_site_had_a_browser_send(
    method: str, headers: dict[str, str], *, refused: bool
) -> None:
    assert made_elsewhere(method, Headers({**HERE, **headers})) == refused


class Elsewhere(BaseHTTPRequestHandler):
    """Another site, whose page has visitors send something to the workbench."""

    target = ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        page = (
            f'<!doctype html><form method="post" action="{self.target}/access/keys">'
            '<input name="name" value="x"><button>Win</button></form>'
        )
        self.wfile.write(page.encode())

    def log_message(self, *_said: object) -> None:
        pass


@pytest.mark.browser
def test_a_browser_is_refused_what_another_site_had_it_send(
    browser: Browser, serve: Serve, settings: Settings
) -> None:
    Elsewhere.target = serve(settings)
    site = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    page = browser.new_page()
    for host in ("localhost", "127.0.0.1"):
        page.goto(f"http://{host}:{site.server_address[1]}/")
        with page.expect_response("**/access/keys") as sent:
            page.get_by_role("button", name="Win").click()
        assert sent.value.status == 403
        page.get_by_text("Another site sent this request").wait_for()
    page.goto(f"{Elsewhere.target}/access")
    page.get_by_text("There are no keys yet").wait_for()
    page.close()
    site.shutdown()
    site.server_close()


@pytest.mark.parametrize(
    "headers",
    [
        {"x-http-method-override": "DELETE"},
        {"x-http-method": "DELETE"},
        {"x-method-override": "DELETE"},
    ],
)
def test_no_header_makes_another_method_of_a_request(
    headers: dict[str, str], client: TestClient
) -> None:
    harbour = put(database_of(client), "harbour")
    client.get(f"/api/v1/cases/{harbour}", headers=headers)
    client.post(f"/cases/{harbour}?_method=DELETE", headers=headers, data={"_method": "DELETE"})
    assert client.get(f"/cases/{harbour}/history").status_code == 200


# --- addresses -----------------------------------------------------------------------------------

ELSEWHERE = (
    *(
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:x",
    ),
    *("/\t/evil.example", " //evil.example", "evil.example", "", "/x\r\nset-cookie: a=b", "/x\\y"),
)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("after", ELSEWHERE)
def test_signing_in_leads_to_no_other_site(after: str, asked: TestClient) -> None:
    answer = asked.post("/login", data={"password": EDITING, "next": after})
    assert answer.headers["location"] == "/"
    assert 'name="next" value="/"' in asked.get("/login", params={"next": after}).text


@given(st.text())
def test_an_own_address_stays_on_its_host(text: str) -> None:
    found = urlsplit("http://bench.example" + own_address("/" + text))
    assert found.netloc == "bench.example"
    assert not urlsplit(own_address(text)).netloc


@pytest.mark.parametrize(
    ("referer", "leads_to"),
    [
        ("http://127.0.0.1/cases?a=b", "/cases?a=b"),
        ("http://127.0.0.1", "/"),
        ("http://evil.example/cases", "/"),
        ("http://127.0.0.1//evil.example", "/"),
        ("http://127.0.0.1/\\evil.example", "/"),
        ("http://[", "/"),
        ("", "/"),
    ],
)
def test_a_theme_leads_back_to_its_page(referer: str, leads_to: str, client: TestClient) -> None:
    answer = client.post("/theme", data={"theme": "dark"}, headers={"referer": referer})
    assert (answer.status_code, answer.headers["location"]) == (303, leads_to)
    assert answer.headers["set-cookie"].startswith("theme=dark;")
    assert 'data-theme="dark"' in client.get("/cases").text


@pytest.mark.parametrize("theme", ["", "blue", "dark\r\nset-cookie: a=b", "x" * 5000, "\0"])
def test_what_is_no_theme_is_refused(theme: str, client: TestClient) -> None:
    answer = client.post("/theme", data={"theme": theme})
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "cookie",
    [
        b"theme=\xff\xfe",
        b"theme",
        b"=;;=",
        b'theme="<script>',
        b"detente=\x7f",
        b"\xf0\x9f",
        b"a" * 9000,
    ],
)
def test_garbage_for_cookies_does_no_harm(
    cookie: bytes, asked: TestClient, client: TestClient
) -> None:
    page = client.get("/cases", headers={"cookie": cookie})
    assert page.status_code == 200
    assert 'data-theme="system"' in page.text
    assert asked.get("/cases", headers={"cookie": cookie}).status_code == 303


@pytest.mark.parametrize(
    "address",
    [
        *("/static/../settings.py", "/static/%2e%2e/settings.py", "/static/..%2fsettings.py"),
        *(
            "/static/js/../../shell.py",
            "/static/",
            "/static/css",
            "/static/app.css/",
            "/static/.css",
        ),
        *(
            "/static/js/..%5c..%5cx.js",
            "/static/%00.css",
            "/static/app.css%00.js",
            "/static//app.css",
        ),
        *(
            "/static/%ff.css",
            "/static/a%0d%0ab.css",
            "/static/css/10-base.css%20",
            "/static/none.js",
        ),
    ],
)
def test_static_files_are_those_of_the_workbench(address: str, client: TestClient) -> None:
    answer = client.get(address)
    assert answer.status_code in {400, 404}
    assert "import" not in answer.text


def test_no_file_elsewhere_on_the_machine_is_served(client: TestClient, tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("of the machine", "utf-8")
    for lead in ("/static/", "/static//", "/static/css/" + "../" * 12):
        answer = client.get(lead + str(secret))
        assert answer.status_code == 404
        assert "of the machine" not in answer.text


@pytest.mark.parametrize(
    "address",
    ["/%ff%fe", "/cases/%00", "/cases/%0a", "/cases?x=%00", "/cases/" + "x" * 4000, "/%F0%9F"],
)
def test_odd_addresses_are_told_calmly(address: str, client: TestClient) -> None:
    answer = client.get(address)
    assert answer.status_code in {200, 400, 404}
    assert client.get("/api/v1/cases/%00").status_code == 400


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


def test_a_database_that_is_gone_is_told_as_that(settings: Settings) -> None:
    with workbench(settings) as client:
        file = settings.sqlite_file
        assert file is not None
        client.app.state.bench.database.close()  # type: ignore[attr-defined]  # FastAPI's own
        for one in file.parent.glob("workbench.db*"):
            one.unlink()
        answer = client.get("/health")
        assert answer.status_code in {400, 503}
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


@pytest.mark.browser
def test_signing_in_by_keyboard_and_out_again(
    open_page: Open, serve: Serve, asking: Settings
) -> None:
    put(asking.database, "harbour")
    address = serve(asking)
    page = open_page(f"{address}/cases?sort=title", width=390, tolerated=("422",))
    assert page.title() == "Sign in – Detente"
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    page.keyboard.type(READING)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases?sort=title")
    assert page.locator('a[href="/access"]').count() == 0
    page.get_by_text("Settings").click()
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Sign out").is_visible()
    page.get_by_text("Settings").click()
    page.get_by_label("Appearance").select_option("dark")
    page.wait_for_url("**/cases?sort=title")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_text("Settings").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")
    page.goto(f"{address}/access")
    assert page.title() == "Sign in – Detente"
