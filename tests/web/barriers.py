"""What axe-core finds that keeps people from using a page (WCAG 2.0 to 2.2, A and AA)."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_FIND = """async rules => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: rules}});
  const elements = nodes => nodes.map(node => node.html.slice(0, 160)).slice(0, 3);
  return found.violations.map(one => [one.id, one.help, elements(one.nodes)]);
}"""


def barriers(page: Page) -> list[Any]:
    """Return the violations: rule, what it asks for, the first elements concerned."""
    if not page.evaluate("() => typeof axe === 'object'"):
        page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found: list[Any] = page.evaluate(_FIND, RULES)
    return found
