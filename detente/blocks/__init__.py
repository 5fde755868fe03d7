"""Blocks: further parts of a case file, one module each, beyond the parts every case has.

The folder is the registry. A module describes its block in ``BLOCK``; the reader, the JSON Schema
and the checks of the case find it here.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from detente.blocks.block import Around, Block, Entry

_SHARED = ("arrows", "block", "graph_checks", "graph_entries", "marked", "orders")

BLOCKS: dict[str, Block] = {
    block.name: block
    for module in sorted(iter_modules(__path__), key=lambda found: found.name)
    if module.name not in _SHARED
    for block in (import_module(f"{__name__}.{module.name}").BLOCK,)
}

__all__ = ["BLOCKS", "Around", "Block", "Entry"]
