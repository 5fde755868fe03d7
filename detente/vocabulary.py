"""What is on the table: issues, their options, and packages named by them.

A package is a tuple of option positions, one for each issue in the order of the case. The
vocabulary turns names into such tuples and back; statements and conditions are read against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import prod

from detente.errors import CaseError, Fault
from detente.number import parse_number, plain

Package = tuple[int, ...]
"""One option for every issue: the option's position within its issue, in case order."""

MOST_OPTIONS = 1001
_ANSWERS = {"N": "no", "Y": "yes", "no": "no", "yes": "yes"}
"""Options that answer the question that their issue asks, and what people read."""
RESERVED = ("no deal", "status quo", "whatever else", "and", "or", "not", "in")
"""Words of the language; nothing in a case may be named so."""


@dataclass(frozen=True, kw_only=True)
class Issue:
    """A question to settle: exactly one of its options is chosen.

    levels : for a numeric issue the number behind each option, ascending; otherwise None
    status_quo : name of the option that holds as long as nothing is agreed
    """

    name: str
    options: tuple[str, ...]
    status_quo: str
    title: str = ""
    unit: str = ""
    note: str = ""
    levels: tuple[Fraction, ...] | None = None

    def __post_init__(self) -> None:
        path = f"issues.{self.name}"
        if not self.options:
            raise CaseError([Fault(path=f"{path}.options", problem="an issue needs an option")])
        if len(set(self.options)) < len(self.options):
            raise CaseError([Fault(path=f"{path}.options", problem="an option is listed twice")])
        if self.status_quo not in self.options:
            raise CaseError(
                [Fault(path=f"{path}.status_quo", problem="the status quo is not an option")]
            )

    @classmethod
    def numeric(
        cls,
        *,
        name: str,
        low: Fraction,
        high: Fraction,
        step: Fraction,
        status_quo: str,
        **more: str,
    ) -> Issue:
        """Build an issue whose options are the numbers low, low + step, ..., high."""
        count = int((high - low) / step) + 1
        levels = tuple(low + step * k for k in range(count))
        return cls(
            name=name,
            options=tuple(plain(level) for level in levels),
            status_quo=status_quo,
            levels=levels,
            **more,
        )

    @property
    def label(self) -> str:
        """What people read: the title, or the name when there is none."""
        return self.title or self.name

    def option_label(self, option: int) -> str:
        """Return an option as people read it: its name, or a number with the issue's unit."""
        name = self.options[option]
        if self.levels is None:
            return _ANSWERS[name] if self.asks else name.replace("_", " ")
        return f"{name} {self.unit}" if self.unit else name

    @property
    def asks(self) -> bool:
        """Whether the options are yes and no, also in the short form of other programs."""
        return len(self.options) > 1 and all(name in _ANSWERS for name in self.options)

    def setting(self, option: int) -> str:
        """Return the issue with an option within a sentence: ``pay 2 percent``, ``strike: yes``."""
        link = ":" if self.asks else ""
        return f"{self.name.replace('_', ' ')}{link} {self.option_label(option)}"

    def position(self, option: str) -> int | None:
        """Return the option's position, or None; numbers are found however they are spelled."""
        if option in self._by_name:
            return self._by_name[option]
        number = parse_number(option) if self.levels is not None else None
        return None if number is None else self._by_number.get(number)

    @cached_property
    def _by_name(self) -> dict[str, int]:
        return {option: k for k, option in enumerate(self.options)}

    @cached_property
    def _by_number(self) -> dict[Fraction, int]:
        return {level: k for k, level in enumerate(self.levels or ())}


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The issues of a case and the packages that have names in it.

    proposals : name -> package, already completed with the status quo
    """

    issues: tuple[Issue, ...]
    proposals: Mapping[str, Package] = field(default_factory=dict)

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each issue by name."""
        return {issue.name: k for k, issue in enumerate(self.issues)}

    @cached_property
    def status_quo(self) -> Package:
        """The package in which every issue keeps its status quo option."""
        return tuple(issue.options.index(issue.status_quo) for issue in self.issues)

    @cached_property
    def n_packages(self) -> int:
        """How many packages there are, feasible or not."""
        return prod(len(issue.options) for issue in self.issues)

    def complete(self, chosen: Mapping[int, int], *, base: Package | None = None) -> Package:
        """Return the package that takes ``chosen`` (issue -> option) and keeps ``base`` elsewhere.

        base : the status quo when not given
        """
        start = self.status_quo if base is None else base
        return tuple(chosen.get(k, option) for k, option in enumerate(start))

    def label(self, package: Package, *, only: Iterable[int] | None = None) -> str:
        """Return the package within a sentence: ``shifts voluntary and pay 2 percent``."""
        shown = range(len(self.issues)) if only is None else only
        parts = [self.issues[k].setting(package[k]) for k in shown]
        return " and ".join([*([", ".join(parts[:-1])] if len(parts) > 1 else []), *parts[-1:]])

    def changes(self, old: Package, new: Package) -> dict[str, tuple[str, str]]:
        """Return the issues in which two packages differ: name -> (old option, new option)."""
        return {
            issue.name: (issue.options[a], issue.options[b])
            for issue, a, b in zip(self.issues, old, new, strict=True)
            if a != b
        }

    def named(self, package: Package) -> dict[str, str]:
        """Return the package by names: issue -> option."""
        return {
            issue.name: issue.options[option]
            for issue, option in zip(self.issues, package, strict=True)
        }
