"""Every screen in a real browser: both themes, phone and desk, no barrier, nothing sticks out."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import CDPSession, Page

from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.pages import registered
from detente.web.settings import Settings
from tests.web.barriers import barriers
from tests.web.conftest import Open, Serve, put

pytestmark = pytest.mark.browser

MOST_KILOBYTES = 150
"""What a page may weigh on the wire, with style, script and font."""
SCREENS = [
    *(screen.path for screen in registered() if screen.place),
    *("/questions/settle", "/questions/explain?proposal=march_draft"),
]
LOOKS = [(390, "light"), (390, "dark"), (1360, "light"), (1360, "dark")]

STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > width) found.push("the page scrolls sideways");
  for (const node of document.querySelectorAll("main *")) {
    const box = node.getBoundingClientRect();
    const apart = node.closest(".scroll, .scrolls, .hidden, .skip, svg, details:not([open]) > *");
    if (!apart && box.width && box.right > width + 1) found.push(node.outerHTML.slice(0, 120));
  }
  return found.slice(0, 5);
}"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workbench for all tests of this module, which only look."""
    folder = tmp_path_factory.mktemp("screens")
    return Settings(database=f"sqlite:///{folder / 'workbench.db'}")


@pytest.fixture(scope="module")
def case_id(shared: Settings) -> str:
    return put(shared.database, "harbour")


@pytest.fixture(scope="module")
def place(shared: Settings, case_id: str, serve_long: Serve) -> str:
    """The address of the case, whose every screen was asked for: no browser need wait for it."""
    with TestClient(create_app(shared, asking=Here), base_url="http://127.0.0.1") as first:
        for path in SCREENS:
            first.get(f"/cases/{case_id}{path}").raise_for_status()
    return f"{serve_long(shared)}/cases/{case_id}"


def settled(page: Page) -> Page:
    """Wait until every answer of a page is there."""
    page.wait_for_load_state("networkidle")
    page.locator(".job[data-state=queued], .job[data-state=running]").first.wait_for(
        state="detached", timeout=60_000
    )
    return page


@pytest.mark.parametrize(("width", "theme"), LOOKS)
@pytest.mark.parametrize("path", SCREENS)
def test_a_screen(path: str, width: int, theme: str, place: str, open_page: Open) -> None:
    page = settled(open_page(f"{place}{path}", width=width, theme=theme))
    assert barriers(page) == []
    assert page.evaluate(STICKING_OUT) == []
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    if path:
        assert page.locator("nav [aria-current=page]").count() == 1


class Weighed:
    """Counts what a page takes from the wire."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        session: CDPSession = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._add)

    def _add(self, event: dict[str, float]) -> None:
        self.bytes += int(event["encodedDataLength"])


@pytest.mark.parametrize("path", SCREENS)
def test_a_screen_weighs_little(path: str, place: str, open_page: Open) -> None:
    page = open_page("about:blank")
    weighed = Weighed(page)
    page.goto(f"{place}{path}")
    settled(page)
    assert 10_000 < weighed.bytes < MOST_KILOBYTES * 1000
