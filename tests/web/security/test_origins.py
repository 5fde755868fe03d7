"""Where requests come from, which names they are sent to, and where answers may lead."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser
from starlette.datastructures import Headers

from detente.web.security.origins import made_elsewhere, own_address, sent_to_loopback
from detente.web.settings import Settings
from tests.web.conftest import Serve, put
from tests.web.security.conftest import (
    EDITING,
    database_of,
)

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
