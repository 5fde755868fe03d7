"""What every test shares: where the repository is, and the browser that looks at pages."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
REQUIRED = os.environ.get("DETENTE_REQUIRE_BROWSER", "") not in {"", "0"}

# A shared machine may be slow without being wrong, and the same tree is judged the same way twice.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")


def find_browser() -> str | None:
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program; only tests marked ``browser`` may ask for it."""
    found = find_browser()
    assert found, f"no browser found; looked for {', '.join(BROWSERS)}"
    return found


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the browser tests out where there is no browser, unless they are demanded."""
    if REQUIRED or find_browser():
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
    config.stash[LEFT_OUT] = [item.nodeid for item in left_out]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what this process left out to the one that reports, where tests run in several."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(LEFT_OUT, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a process left out; each leaves out the same."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", [])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say clearly which tests did not run."""
    left_out = config.stash.get(LEFT_OUT, [])
    if left_out:
        terminalreporter.section("left out: no Chromium on this machine")
        for name in left_out:
            terminalreporter.line(name)
        terminalreporter.line("")
        terminalreporter.line("Install Chromium to run them too.")


LEFT_OUT = pytest.StashKey[list[str]]()
