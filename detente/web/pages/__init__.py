"""The screens: one module for each, found by being in this folder.

A module has ``SCREEN``: its routes, and its place in the navigation of a case.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from fastapi import APIRouter


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One screen.

    title : key of its name in the navigation
    path : its address behind that of the case, such as ``/compose``
    place : its place in the navigation, 1 first; 0 for none
    """

    name: str
    title: str
    router: APIRouter
    path: str = ""
    place: int = 0


@cache
def registered() -> tuple[Screen, ...]:
    """Return all screens in the order of the navigation."""
    names = sorted(module.name for module in iter_modules(__path__))
    found = [import_module(f"{__name__}.{name}").SCREEN for name in names]
    return tuple(sorted(found, key=lambda screen: screen.place))
