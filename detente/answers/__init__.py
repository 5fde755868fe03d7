"""Answers: one module for each question of a user, which is also a command.

The folder is the registry. A module describes its command in ``QUESTION``; the first sentence of
its docstring is the command's help, so that ``--help`` need not import the mathematics.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.answers.answer import Question

__all__ = ["commands", "question"]


@lru_cache(maxsize=1)
def commands() -> dict[str, str]:
    """Return the commands with the first sentence of each, without importing them."""
    found = {}
    for module in sorted(iter_modules(__path__), key=lambda module: module.name):
        if module.name != "answer":
            source = Path(__path__[0], f"{module.name}.py").read_text(encoding="utf-8")
            doc = ast.get_docstring(ast.parse(source)) or ""
            found[module.name] = doc.split("\n\n")[0].replace("\n", " ")
    return found


def question(name: str) -> Question:
    """Return a command by name."""
    found: Question = import_module(f"{__name__}.{name}").QUESTION
    return found
