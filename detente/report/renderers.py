"""Output formats by the name that people type; adding one touches this file."""

from __future__ import annotations

from typing import Protocol

from detente.report import markdown, separated, text
from detente.report.wording import Content


class Renderer(Protocol):
    """Turns sections and tables into one text."""

    def __call__(self, content: Content, *, width: int = 80, colour: bool = False) -> str:
        """Return the content in this format, ending in a newline."""


RENDERERS: dict[str, Renderer] = {
    "table": text.render,
    "csv": separated.render,
    "md": markdown.render,
}
