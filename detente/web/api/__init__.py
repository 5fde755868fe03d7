"""The interface for programs: JSON under ``/api/v1``, described as OpenAPI 3.1.

One module for each kind of thing, found by being in this folder; each has ``ROUTER``. Everything
that the pages do can be done here, by the same functions.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from fastapi import APIRouter

from detente.web.api.parameters import KNOWN
from detente.web.api.problem import PROBLEMS
from detente.web.security.access import READER

PREFIX = "/api/v1"


@cache
def api() -> APIRouter:
    """Return all routes of the interface."""
    found = APIRouter(prefix=PREFIX, dependencies=[READER, KNOWN], responses=PROBLEMS)
    for name in sorted(module.name for module in iter_modules(__path__)):
        module = import_module(f"{__name__}.{name}")
        if hasattr(module, "ROUTER"):
            found.include_router(module.ROUTER)
    return found
