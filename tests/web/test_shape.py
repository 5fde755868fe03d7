"""The shape of the workbench: what its parts may import, and that every word stands in texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

from detente.web.shell import environment
from detente.web.texts import texts

WEB = Path(__file__).resolve().parents[2] / "detente" / "web"
LADDER = (
    *("settings", "texts", "storage", "jobs", "analysts", "bench", "chapters", "sent", "revising"),
    *("shell", "security", "pages", "api", "app", "serving"),
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


def test_the_map_names_every_part_in_order() -> None:
    text = (WEB.parents[1] / "docs" / "architecture.md").read_text("utf-8")
    section = text.partition("**Inside `web/`**")[2].partition("\n## ")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \| \S", section, flags=re.MULTILINE)) == LADDER


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


def spoken_of(file: Path) -> Iterator[str]:
    """Go through patterns of all texts in a template or module; what is filled in has no dot."""
    text = file.read_text("utf-8")
    if file.suffix == ".html":
        tree = environment().parse(text)
        yield from (re.escape(str(node.value)) for node in tree.find_all(nodes.Const))
        for joined in tree.find_all(nodes.Concat):
            yield "".join(
                re.escape(str(part.value)) if isinstance(part, nodes.Const) else "[^.]+"
                for part in joined.nodes
            )
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant):
            yield re.escape(str(node.value))
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[^.]+"
                for part in node.values
            )


def test_every_text_that_is_there_is_asked_for() -> None:
    known = texts().keys()
    begins = tuple({re.escape(f"{key.partition('.')[0]}.") for key in known})
    patterns = {
        pattern
        for file in (*TEMPLATES, *FILES)
        for pattern in spoken_of(file)
        if pattern.startswith(begins)
    }
    asked = re.compile("|".join(f"{pattern}(\\.one|\\.other)?" for pattern in patterns))
    assert not [key for key in known if not asked.fullmatch(key)]


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
