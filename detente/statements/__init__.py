"""Statements: what sources say about a party's preferences, one module for each kind.

The folder is the registry. A module lists its kinds in ``KINDS``; everything else (the reader, the
JSON Schema, the reference page, the tests) finds them here.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from detente.statements.statement import Statement

KINDS: dict[str, type[Statement]] = {
    kind.KEY: kind
    for module in sorted(iter_modules(__path__), key=lambda found: found.name)
    if module.name != "statement"
    for kind in import_module(f"{__name__}.{module.name}").KINDS
}

__all__ = ["KINDS", "Statement"]
