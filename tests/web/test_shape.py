"""The shape of the workbench: what its parts may import, and that every word stands in texts."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from detente.web.texts import texts

WEB = Path(__file__).resolve().parents[2] / "detente" / "web"
LADDER = (
    *("settings", "texts", "storage", "jobs", "analysts", "bench", "shell", "security"),
    *("pages", "api", "app", "serving"),
)
"""The parts of the workbench; imports point only to earlier ones, or stay inside a folder."""

FILES = sorted(WEB.rglob("*.py"))
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SCRIPTS = sorted((WEB / "static" / "js").rglob("*.js"))


def part(file: Path) -> str:
    return file.relative_to(WEB).with_suffix("").parts[0]


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(WEB)))
def test_imports_point_down(file: Path) -> None:
    here = part(file)
    if here == "__init__":
        return
    assert here in LADDER
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("detente.web."):
            other = str(node.module).split(".")[2]
            lazily = (here, other) == ("shell", "pages")  # the navigation lists the screens
            assert LADDER.index(other) <= LADDER.index(here) or lazily, f"{here} imports {other}"


def asked_for(text: str) -> set[str]:
    """Return the keys of texts that a template or module names outright."""
    return set(re.findall(r"""\b(?:t|words|texts\(\))\(\s*["']([a-z0-9_.]+)["']\s*[,)]""", text))


def test_every_text_that_is_asked_for_is_there() -> None:
    known = texts().keys()
    missing = {
        f"{file.name}: {key}"
        for file in (*TEMPLATES, *FILES)
        for key in asked_for(file.read_text("utf-8"))
        if key not in known
    }
    assert not missing


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda f: f.name)
def test_templates_hold_no_words_of_their_own(file: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", file.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"<[^>]*>", " ", text)
    assert not re.findall(r"[A-Za-z]{2,}", text)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda f: f.name)
def test_templates_need_no_inline_script_or_style(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
