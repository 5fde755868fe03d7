"""How the options of an issue are offered: side by side, in a list, or along a scale."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from detente.case import Case
from detente.number import is_decimal, plain
from detente.vocabulary import Issue, Package

MOST_BESIDE = 5
"""Options that stand side by side; more are offered in a list."""
WIDEST = 64
"""Letters of all options together that fit side by side."""
MOST_LEVELS = 8
"""Levels of a numeric issue that are offered one by one; more as a scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option; ``today`` is the status quo's."""

    value: str
    label: str
    chosen: bool
    today: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One issue with its options.

    step : between two levels of a scale
    """

    name: str
    label: str
    note: str
    unit: str
    form: Literal["beside", "list", "scale"]
    options: tuple[Option, ...]
    step: str = ""

    @property
    def chosen(self) -> Option:
        """The option of the package that is shown."""
        return next(option for option in self.options if option.chosen)

    @property
    def today(self) -> Option:
        """The option of the status quo."""
        return next(option for option in self.options if option.today)


def choices_of(case: Case, package: Package) -> list[Choice]:
    """Return every issue with its options, those of a package chosen."""
    found = []
    for issue, place, today in zip(case.issues, package, case.vocabulary.status_quo, strict=True):
        options = tuple(
            Option(
                value=name,
                label=issue.option_label(k),
                chosen=k == place,
                today=k == today,
            )
            for k, name in enumerate(issue.options)
        )
        step = _step(issue)
        found.append(
            Choice(
                name=issue.name,
                label=issue.label,
                note=issue.note,
                unit=issue.unit,
                form="scale" if step else _form(options),
                options=options,
                step=step,
            )
        )
    return found


def _form(options: tuple[Option, ...]) -> Literal["beside", "list"]:
    letters = sum(len(option.label) for option in options)
    return "beside" if len(options) <= MOST_BESIDE and letters <= WIDEST else "list"


def _step(issue: Issue) -> str:
    """Return the step of a numeric issue with many even levels; nothing for any other issue."""
    levels = issue.levels or ()
    if len(levels) <= MOST_LEVELS:
        return ""
    steps = {high - low for low, high in pairwise(levels)}
    even = len(steps) == 1 and all(is_decimal(level) for level in levels)
    return plain(steps.pop()) if even else ""
