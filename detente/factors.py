"""Values of packages as sums of small parts, so that packages need not be listed.

A package's value to a party is a sum over issues, plus amounts that come with conditions over a few
issues (rules), and some packages are banned by conditions (constraints, red lines). Negotiation
theory calls this a utility hypergraph, decision theory generalised additive independence (Fishburn
1967; Bacchus & Grove 1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[Any]
"""Whole numbers: int64 or float64 where those hold every sum, otherwise Python integers."""
Choices = NDArray[np.int64]
"""Packages as rows of option positions, shape (n_packages, n_issues)."""
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

MOST_EXACT = 2**52
"""Doubles hold whole numbers exactly up to here, with room for a sum."""


@dataclass(frozen=True, slots=True)
class Within:
    """The issue takes one of the options; ``options`` has bit o set for option o."""

    issue: int
    options: int


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple[Formula, ...]


Formula = bool | Within | Every | Some
"""A condition over issues by position, negations pushed into the options."""


def within(issue: int, options: Sequence[bool]) -> Formula:
    """Return the condition that an issue takes one of the options marked."""
    if all(options):
        return True
    return (
        Within(issue, sum(1 << o for o, on in enumerate(options) if on)) if any(options) else False
    )


def every(parts: Sequence[Formula]) -> Formula:
    """Return the condition that all parts hold."""
    return _joined(parts, Every, neutral=True)


def some(parts: Sequence[Formula]) -> Formula:
    """Return the condition that at least one part holds."""
    return _joined(parts, Some, neutral=False)


def _joined(parts: Sequence[Formula], kind: type[Every | Some], *, neutral: bool) -> Formula:
    flat: dict[Formula, None] = {}
    for part in parts:
        if isinstance(part, bool):
            if part is not neutral:
                return part
        elif isinstance(part, kind):
            flat.update(dict.fromkeys(part.parts))
        else:
            flat[part] = None
    if not flat:
        return neutral
    return next(iter(flat)) if len(flat) == 1 else kind(tuple(flat))


def negated(formula: Formula, sizes: Sequence[int]) -> Formula:
    """Return the condition that holds where another does not."""
    if isinstance(formula, bool):
        return not formula
    if isinstance(formula, Within):
        left = ~formula.options & ((1 << sizes[formula.issue]) - 1)
        return Within(formula.issue, left) if left else False
    parts = [negated(part, sizes) for part in formula.parts]
    return some(parts) if isinstance(formula, Every) else every(parts)


def restricted(formula: Formula, issue: int, option: int) -> Formula:
    """Return what is left of a condition once an issue takes an option."""
    if isinstance(formula, bool):
        return formula
    if isinstance(formula, Within):
        return bool(formula.options >> option & 1) if formula.issue == issue else formula
    parts = [restricted(part, issue, option) for part in formula.parts]
    return every(parts) if isinstance(formula, Every) else some(parts)


def scope(formula: Formula) -> frozenset[int]:
    """Return the issues that a condition speaks of."""
    if isinstance(formula, bool):
        return frozenset()
    if isinstance(formula, Within):
        return frozenset({formula.issue})
    return frozenset().union(*(scope(part) for part in formula.parts))


def masks_of(formula: Formula, issue: int) -> list[int]:
    """Return the sets of options of one issue that a condition tells apart, as bits."""
    if isinstance(formula, Within):
        return [formula.options] if formula.issue == issue else []
    if isinstance(formula, bool):
        return []
    return [mask for part in formula.parts for mask in masks_of(part, issue)]


def holds(formula: Formula, choices: Choices) -> Bools:
    """Tell of which packages a condition holds; shape (n_packages,)."""
    if isinstance(formula, bool):
        return np.full(len(choices), formula)
    if isinstance(formula, Within):
        column = choices[:, formula.issue]
        size = int(column.max(initial=0)) + 1
        table = np.array([formula.options >> o & 1 for o in range(size)], dtype=bool)
        return np.asarray(table[column], dtype=bool)
    parts = [holds(part, choices) for part in formula.parts]
    join = np.logical_and if isinstance(formula, Every) else np.logical_or
    return np.asarray(join.reduce(parts), dtype=bool)


@dataclass(frozen=True, slots=True, eq=False)
class Shift:
    """Amounts added to the parties' values where a condition holds; ``by`` shape (n_parties,)."""

    when: Formula
    by: Whole


@dataclass(frozen=True, kw_only=True, eq=False)
class Factors:
    """The values of all packages of one reading to several parties, as a sum of parts.

    values : for each issue, shape (n_options, n_parties)
    shifts : amounts that come with conditions
    bans : conditions under which a package is not allowed
    no_deal : shape (n_parties,), what an acceptable package is worth at least
    Whole numbers of one unit, int64 or (when a sum may exceed 2^52) Python integers. Larger is
    better.
    """

    values: tuple[Whole, ...]
    no_deal: Whole
    shifts: tuple[Shift, ...] = ()
    bans: tuple[Formula, ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many options each issue has."""
        return tuple(len(table) for table in self.values)

    @property
    def n_parties(self) -> int:
        """How many parties there are."""
        return len(self.no_deal)

    @property
    def n_packages(self) -> int:
        """How many packages there are, banned ones among them."""
        return prod(self.sizes)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The kind of number that holds every value."""
        return np.dtype(self.no_deal.dtype)

    def allowed(self, choices: Choices) -> Bools:
        """Tell which packages no ban hits; shape (n_packages,)."""
        mask = np.ones(len(choices), dtype=bool)
        for ban in self.bans:
            mask &= ~holds(ban, choices)
        return mask

    def values_of(self, choices: Choices) -> Whole:
        """Return each package's value to each party; shape (n_packages, n_parties)."""
        total: Whole = np.zeros((len(choices), self.n_parties), dtype=self.dtype)
        for issue, table in enumerate(self.values):
            total = total + table[choices[:, issue]]
        for shift in self.shifts:
            mask = holds(shift.when, choices)
            total[mask] = total[mask] + shift.by
        return total


def factors_of(
    values: Sequence[Sequence[Sequence[int]]],
    no_deal: Sequence[int],
    *,
    shifts: Sequence[tuple[Formula, Sequence[int]]] = (),
    bans: Sequence[Formula] = (),
) -> Factors:
    """Build factors from whole numbers of any size.

    values : by issue, option and party

    Shifts that never come or change nothing are left out, those with one condition are added up,
    and those that always come go to the first issue.
    """
    together: dict[Formula, list[int]] = {True: [0] * len(no_deal)}
    for when, by in shifts:
        if when is not False:
            known = together.setdefault(when, [0] * len(no_deal))
            together[when] = [int(a) + int(b) for a, b in zip(known, by, strict=True)]
    always = together.pop(True)
    first = [[int(v) + a for v, a in zip(row, always, strict=True)] for row in values[0]]
    values = [first, *values[1:]]
    largest = sum(
        max((abs(int(v)) for option in table for v in option), default=0) for table in values
    )
    largest += sum(max(map(abs, by), default=0) for by in together.values())
    largest += max((abs(int(v)) for v in no_deal), default=0)
    kind: Any = np.int64 if largest < MOST_EXACT else object
    return Factors(
        values=tuple(_whole(table, kind, len(no_deal)) for table in values),
        no_deal=np.array([int(v) for v in no_deal], dtype=kind),
        shifts=tuple(
            Shift(when, np.array(by, dtype=kind)) for when, by in together.items() if any(by)
        ),
        bans=tuple(dict.fromkeys(ban for ban in bans if ban is not False)),
    )


def _whole(table: Sequence[Sequence[int]], kind: Any, n_parties: int) -> Whole:
    numbers = [[int(v) for v in option] for option in table]
    return np.array(numbers, dtype=kind).reshape(len(table), n_parties)
