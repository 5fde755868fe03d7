"""What every party requires of a package that is near another, as sums over the changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.drawing import MOST_EXACT, Draws, Whole
from detente.packages import PackageSpace
from detente.solvers.interactions import Bools, Changes, Ints, Truth, truth_of

_MOST_NARROW = 2**31
"""Whole numbers below this are kept in 32 bits, which are compared fastest."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Requirement:
    """Something that must not be negative: a gain, with what rounding to the grid may move it.

    start : before any change, shape (n_rows,); one row stands for every reading
    steps : what each change adds alone, shape (n_changes + 1, n_rows)
    rules : conditions whose worth counts while they hold; worths : shape (n_rules, n_rows)
    """

    changes: Changes
    start: Whole
    steps: Whole
    rules: tuple[Truth, ...]
    worths: Whole

    @property
    def certain(self) -> bool:
        """Whether it is the same in every reading."""
        return len(self.start) == 1

    @cached_property
    def stirred(self) -> Bools:
        """Whether a rule makes two changes, or a third one, add more or less than each alone."""
        found = np.zeros((len(self.steps),) * 2, dtype=bool)
        for rule in self.rules:
            table = (rule.joint != 0) | (rule.least < 0) | (rule.most > 0)
            found |= table[rule.place[:, None], rule.place]
        return found

    def after(self, first: Ints, second: Ints) -> Whole:
        """Return what it is after two changes each, exactly; shape (n_pairs, n_rows)."""
        total: Whole = self.steps[first] + self.steps[second]
        total += self.start
        if self.stirred[first, second].any():
            for rule, worth in zip(self.rules, self.worths, strict=True):
                _add(total, rule.joint[rule.place[first], rule.place[second]], worth)
        return total

    def at_most(self, first: Ints, second: Ints) -> Whole:
        """Return a bound after two changes of the same two issues and any third one.

        All pairs are of the same two issues. The largest step of any other issue is added, and what
        the rules may add beyond it.
        """
        total = self.after(first, second)
        total += self._largest_without(self.changes.issue[first[0]], self.changes.issue[second[0]])
        if self.stirred[first, second].any():
            for k, rule in enumerate(self.rules):
                place = rule.place[first], rule.place[second]
                _add(total, rule.most[place], self._above[k])
                _add(total, rule.least[place], self._below[k])
        return total

    @cached_property
    def _above(self) -> Whole:
        return np.maximum(self.worths, 0)

    @cached_property
    def _below(self) -> Whole:
        return np.minimum(self.worths, 0)

    def met_with(self, first: int, second: int, thirds: Ints) -> Bools:
        """Tell where it is met after two changes and each of some thirds; (n_thirds, n_rows)."""
        so_far = self.after(np.array([first]), np.array([second]))[0]
        steps: Whole = self.steps.take(thirds, axis=0)
        if self.stirred[first, second]:
            for rule, worth in zip(self.rules, self.worths, strict=True):
                place = rule.place[first], rule.place[second]
                _add(steps, rule.third[place][rule.place[thirds]], worth)
        return np.asarray(steps >= -so_far, dtype=bool)

    @cached_property
    def _peaks(self) -> tuple[Whole, Ints]:
        """The three largest steps in each row, of different issues, and those issues."""
        starts = np.unique(self.changes.issue[:-1], return_index=True)[1]
        issues = self.changes.issue[starts]
        largest = np.maximum.reduceat(self.steps[:-1], starts, axis=0)
        order = np.argsort(-largest, axis=0, kind="stable")[:3]
        return np.take_along_axis(largest, order, axis=0), issues[order]

    def _largest_without(self, one: int, other: int) -> Whole:
        values, of = self._peaks
        best: Whole = values[-1]
        for value, issue in zip(values[-2::-1], of[-2::-1], strict=True):
            best = np.where((issue != one) & (issue != other), value, best)
        return best


@dataclass(frozen=True, kw_only=True, eq=False)
class Requirements:
    """All that has to be met.

    gains : one for each party, those that are the same in every reading first, then those that
        are met in the fewest readings before any change
    forbidden : conditions that must not hold: constraints and red lines of every reading
    lines : conditions that must not hold in some readings, and in which; shape (n_readings,)
    """

    gains: tuple[Requirement, ...]
    forbidden: tuple[Truth, ...]
    lines: tuple[tuple[Truth, Bools], ...]
    n_readings: int


def requirements_of(
    space: PackageSpace, draws: Mapping[str, Draws], changes: Changes
) -> Requirements:
    """Return what parties require of the packages near one.

    draws : of the parties who have to accept

    Raises
    ------
    LimitError
        A condition is too wide to be tabulated.
    """
    n_readings = max((part.n_rows for part in draws.values()), default=1)
    gains = sorted(
        (_gain(space, name, part, changes) for name, part in draws.items()),
        key=lambda gain: (not gain.certain, float((gain.start >= 0).mean())),
    )
    found = [truth_of(space, factor, changes, holds=False) for factor in space.constraints]
    lines: list[tuple[Truth, Bools]] = []
    for name, part in draws.items():
        for column, factor in enumerate(space.red_lines[name]):
            imposed = part.red_lines[:, column]
            truth = truth_of(space, factor, changes) if imposed.any() else None
            if imposed.all():
                found.append(truth)
            elif truth is not None:
                lines.append((truth, imposed))
    return Requirements(
        gains=tuple(gains),
        forbidden=tuple(truth for truth in found if truth is not None),
        lines=tuple(lines),
        n_readings=n_readings,
    )


def _gain(space: PackageSpace, party: str, draws: Draws, changes: Changes) -> Requirement:
    own = np.array(space.first) + np.array(changes.package)
    issue, option = changes.issue[:-1], changes.option[:-1]
    steps: Whole = np.zeros((len(changes.issue), len(draws.options)), dtype=draws.options.dtype)
    for change, column in enumerate((np.array(space.first)[issue] + option).tolist()):
        steps[change] = draws.options[:, column] - draws.options[:, own[issue[change]]]
    start: Whole = draws.options[:, own].sum(axis=1) - draws.no_deal + draws.blur
    rules, worths = [], []
    for column, factor in enumerate(space.rules[party]):
        truth = truth_of(space, factor, changes)
        if truth is None:
            continue
        worth = draws.worths[:, column]
        start = start + worth * int(truth.holds[0, 0, 0])
        alone = truth.alone[truth.place]
        for change in np.flatnonzero(alone).tolist():
            steps[change] += worth * int(alone[change])
        rules.append(truth)
        worths.append(worth)
    table: Whole = np.stack(worths) if worths else np.zeros((0, len(start)), dtype=start.dtype)
    start, steps, table = _exactly(start, steps, table)
    return Requirement(changes=changes, start=start, steps=steps, rules=tuple(rules), worths=table)


def _add(total: Whole, times: NDArray[np.int8], worth: Whole) -> None:
    """Add a worth to the rows of a table, so many times to each."""
    for time in set(times.tolist()) - {0}:
        total[times == time] += worth * time


def _exactly(*tables: Whole) -> Iterator[Whole]:
    """Yield tables in a type that holds every sum of a start, three steps and interactions."""
    start, steps, worths = tables
    if start.dtype == object:
        yield from tables
        return
    largest = np.abs(start).max() + 4 * np.abs(steps).max()
    largest += 4 * np.abs(worths).sum(axis=0).max() if len(worths) else 0
    for table in tables:
        if largest < _MOST_NARROW:
            yield table.astype(np.int32)
        elif largest < MOST_EXACT:
            yield table
        else:
            yield table.astype(np.int64).astype(object)
