"""Who may come in: by passwords and cookies, not too often, and programs by keys."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

from detente.web.security import passwords
from detente.web.security.attempts import ALL, EACH, MOST_ADDRESSES, Attempts
from detente.web.settings import Settings
from detente.web.storage.database import Database
from tests.web.conftest import Open, Serve, put
from tests.web.security.conftest import (
    EDITING,
    HASHES,
    READING,
    digests,
    entrance_of,
    sign_in,
    workbench,
)

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
    assert said in answer.text.lower()
    assert "There are no keys yet" in client.get("/access").text


@pytest.mark.usefixtures("quick")
def test_a_cookie_reads_over_the_interface_and_changes_nothing(asked: TestClient) -> None:
    sign_in(asked, EDITING)
    assert asked.get("/api/v1/cases").status_code == 200
    answer = asked.post("/api/v1/cases", json={"text": "detente: 1"})
    assert answer.status_code == 401
    assert "Bearer KEY" in answer.json()["detail"]


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
