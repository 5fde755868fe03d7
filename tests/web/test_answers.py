"""The files of answers: of the right type, under readable names, and harmless."""

from __future__ import annotations

import csv
import json
import struct
import sys
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import resvg_py
from fastapi.testclient import TestClient

from detente.report.pictures.svg import element, label
from detente.web.jobs.raster import png
from detente.web.pages.answers import readable
from detente.web.security.headers import attached
from detente.web.settings import Settings
from detente.web.storage.database import Database
from detente.web.storage.results import Results
from tests.web.conftest import Open

HOSTILE = b"<title>calm</title><script>document.title = 'wild'</script><p>A report</p>"


@pytest.fixture
def key(client: TestClient, harbour: str) -> str:
    """The name of the answer to the question that has pictures and tables."""
    body = {"question": "settle", "options": {}}
    asked = client.post(f"/api/v1/cases/{harbour}/ask", json=body).json()
    assert asked["contents"]["pictures"]
    assert asked["contents"]["tables"]
    return str(asked["result"])


@pytest.fixture
def contents(client: TestClient, key: str) -> dict[str, list[dict[str, str]]]:
    found = client.app.state.bench.results.contents(key)  # type: ignore[attr-defined]  # ours
    assert found is not None
    return found


def test_every_table_leaves_as_values(
    client: TestClient, key: str, contents: dict[str, list[dict[str, str]]]
) -> None:
    for one in (*contents["tables"], *contents["pictures"]):
        got = client.get(f"/answers/{key}/{one['name']}.csv")
        assert got.headers["content-type"] == "text/csv; charset=utf-8"
        rows = list(csv.reader(got.text.splitlines()))
        assert len(rows) > 1
        assert not any(cell[:1] in {"=", "@", "\t"} for row in rows for cell in row)


def test_every_picture_leaves_complete_in_itself(
    client: TestClient, key: str, contents: dict[str, list[dict[str, str]]]
) -> None:
    for one in contents["pictures"]:
        for theme in ("light", "dark"):
            got = client.get(f"/answers/{key}/{one['name']}-{theme}.svg")
            assert got.headers["content-type"] == "image/svg+xml; charset=utf-8"
            root = ET.fromstring(got.text)  # noqa: S314 - our own picture
            assert "var(--" not in got.text
            drawn = client.get(f"/answers/{key}/{one['name']}-{theme}.png")
            assert drawn.headers["content-type"] == "image/png"
            assert drawn.content.startswith(b"\x89PNG")
            size = struct.unpack(">II", drawn.content[16:24])
            assert size == tuple(2 * round(float(root.attrib[k])) for k in ("width", "height"))


def test_a_file_is_shown_harmlessly_or_taken_along(client: TestClient, key: str) -> None:
    shown = client.get(f"/answers/{key}/answer.html")
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert "script-src" not in shown.headers["content-security-policy"]
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "content-disposition" not in shown.headers
    taken = client.get(f"/answers/{key}/answer.json", params={"save": "Häfen: was gilt?"})
    assert taken.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''h%C3%A4fen-was-gilt.json"
    )
    assert taken.headers["content-type"] == "application/json"
    assert json.loads(taken.text)["answer"] == "settle"


def test_a_name_never_leaves_its_header() -> None:
    for title in ('a"; x=1', "a\r\nset-cookie: x", "../../etc/passwd", "\0", "=1+1", "文" * 300):
        (header,) = attached(readable(title, "table-1.csv")).values()
        assert header.isascii()
        assert header.isprintable()
        assert '"' not in header
        assert header.count(";") == 1
        assert "/" not in header
    assert readable("", "table-1.csv") == readable("?!", "table-1.csv") == "table-1.csv"


def put(settings: Settings, files: dict[str, bytes]) -> str:
    """Put the files of an answer on the workbench and return its name."""
    database, key = Database(settings.database), "a" * 64
    database.migrate()
    Results(database).put(key, question="x", contents={}, files=files)
    database.close()
    return key


def test_what_is_not_there_is_not_found(client: TestClient, settings: Settings) -> None:
    key = put(settings, {"answer.json": b"{}"})
    assert client.get(f"/answers/{key}/answer.json").status_code == 200
    names = ["answer", "answer.exe", ".json", "nothing.json", "nothing.png", "nothing-light.png"]
    names += ["..%2Fanswer.json", "answer.json%00", "%2e%2e", "a" * 400 + ".csv"]
    for name in names:
        assert client.get(f"/answers/{key}/{name}").status_code in {400, 404}
    for other in ("0" * 64, key.upper(), "a", "%2e%2e"):
        assert client.get(f"/answers/{other}/answer.json").status_code == 404


@pytest.mark.browser
def test_a_report_runs_no_script(settings: Settings, address: str, open_page: Open) -> None:
    key = put(settings, {"report.html": HOSTILE})
    page = open_page(f"{address}/answers/{key}/report.html", tolerated=("script",))
    assert page.get_by_text("A report").is_visible()
    assert page.title() == "calm"


def test_what_no_browser_shows_is_only_taken_along(client: TestClient, settings: Settings) -> None:
    key = put(settings, {"odd.js": b"alert(1)", "sheet.md": b"# A"})
    odd = client.get(f"/answers/{key}/odd.js")
    assert odd.headers["content-type"] == "application/octet-stream"
    assert odd.headers["content-disposition"].startswith("attachment")
    assert client.get(f"/answers/{key}/sheet.md").headers["content-type"].startswith("text/")


def test_text_is_drawn_without_any_typeface_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = resvg_py.svg_to_bytes

    def without(**options: Any) -> bytes:
        return bytes(draw(**options, skip_system_fonts=True))

    monkeypatch.setattr(resvg_py, "svg_to_bytes", without)

    def drawn(text: str, weight: int = 400) -> bytes:
        return png(
            '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30" '
            "font-family=\"Inter, system-ui, 'Segoe UI', sans-serif\">"
            f'<text x="4" y="20" font-weight="{weight}">{text}</text></svg>'
        )

    pictures = [drawn(text) for text in ("", "Šárka", "Київ", "Ελλάς", "−5 – 7", "\ue000")]
    assert len(set(pictures)) == len(pictures)
    assert drawn("Šárka", 650) == drawn("Šárka", 600) != drawn("Šárka", 400)


def test_the_arrow_of_an_axis_takes_no_words_into_another_face(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draw = resvg_py.svg_to_bytes
    axis = label(80, 20, "Pay →", fill="#000", anchor="end", weight=600, full="Pay")
    picture = element("svg", axis, xmlns="http://www.w3.org/2000/svg", width=90, height=30).markup()
    drawn = png(picture)

    def without(**options: Any) -> bytes:
        return bytes(draw(**options, skip_system_fonts=True))

    monkeypatch.setattr(resvg_py, "svg_to_bytes", without)
    assert png(picture) == drawn


def test_what_draws_pictures_may_be_missing(
    client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = put(settings, {"picture-1.svg": b"<svg/>"})
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    refused = client.get(f"/answers/{key}/picture-1.png")
    assert refused.status_code == 400
    assert "pip install" in refused.text
