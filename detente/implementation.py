"""A package to be put into force: its items, who delivers them, and the readings that count.

What is counted is counted among the readings in which all signatories accept the package, since in
the others nothing is ever signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from detente.analysis import Analysis, Judged
from detente.blocks.roadmap import Item
from detente.blocks.walk_away import Lasts
from detente.errors import LimitError, UnanswerableError
from detente.factors import Ints
from detente.hit_and_run import Bools, Floats
from detente.leaving import walk_away_of
from detente.packages import as_choices
from detente.solvers.orderings import Precedence
from detente.solvers.roadmap import Stages, duration_of, in_force_by, some_rows
from detente.solvers.talks import Steps
from detente.steadiness import where_signed
from detente.timing import Timing, entries_of, time_of_roadmap
from detente.vocabulary import Package
from detente.walk_away import WalkAway, items_of

MOST_ITEMS = 20
"""So many issues a package may move for its stages to be looked at."""
_ROWS = 1120
"""Readings worked on at a time."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Implementation:
    """A package to be put into force.

    asked : the package as it was asked for; name : what people read
    items : positions of the issues that it moves
    entries : what the case says of items, by issue
    judged : who accepts the package
    among : shape (n_rows,), the readings that count: those in which all signatories accept it; all
        when they never do
    timing : of the items
    allowed : which orders the case allows
    """

    analysis: Analysis
    asked: str
    name: str
    package: Package
    items: tuple[int, ...]
    entries: Mapping[str, Item]
    judged: Judged
    walk: WalkAway
    timing: Timing
    among: Bools
    allowed: Precedence

    @property
    def issues(self) -> tuple[str, ...]:
        """The names of the items."""
        return tuple(self.analysis.case.issues[k].name for k in self.items)

    @property
    def signatories(self) -> tuple[str, ...]:
        """The names of those who may walk away."""
        return self.walk.parties[: self.walk.n_signatories]

    @property
    def timed(self) -> bool:
        """Whether the case says of some item how long it takes."""
        return bool(self.timing.takes.any())

    @property
    def ever_accepted(self) -> bool:
        """Whether all signatories accept the package in some reading."""
        return self.judged.together is None or self.judged.together.value > 0

    @property
    def points(self) -> float:
        """How many units make a point."""
        return float(self.walk.units * self.walk.fine)

    def durations(self) -> tuple[Lasts | None, ...]:
        """Return for how long shifts of which the case does not say may last; None when it says."""
        return durations_of(self.walk)

    def steps(self, rows: Ints, lasts: Lasts | None, early: frozenset[int] = frozenset()) -> Steps:
        """Return the items in some readings."""
        return self.walk.steps(
            self.package, rows, self.timing, lasts=lasts or "until completion", early=early
        )

    def chunks(self, lasts: Lasts | None) -> Iterator[tuple[Bools, Steps]]:
        """Go through the readings, some at a time, with which of them count."""
        n_rows = self.walk.n_rows
        for first in range(0, n_rows, _ROWS):
            rows = np.arange(first, min(first + _ROWS, n_rows), dtype=np.int64)
            yield self.among[rows], self.steps(rows, lasts)

    def central(self, lasts: Lasts | None) -> Steps:
        """Return the items in one reading, the mean of those that count, rounded to the unit."""
        return mean_of_counted(self.chunks(lasts))

    def time_of(self, stages: Stages) -> Fraction:
        """Return how many units of time an order takes."""
        return duration_of(self._clock, stages)

    def through_by_deadline(self, stages: Stages) -> tuple[int, ...] | None:
        """Return which items are in force by the deadline; None where there is none."""
        if self.timing.deadline is None:
            return None
        return in_force_by(self._clock, stages, self.timing.deadline)

    @cached_property
    def _clock(self) -> Steps:
        return self.steps(np.zeros(1, dtype=np.int64), None)


def implementation_of(analysis: Analysis, asked: str) -> Implementation:
    """Return a package with everything that its stages are judged by.

    Raises
    ------
    ExpressionError
        The package cannot be read or names something unknown.
    UnanswerableError
        It is the status quo or breaks a constraint, or a signatory has no amounts.
    LimitError
        It moves more than :data:`MOST_ITEMS` issues.
    """
    case = analysis.case
    package, name = analysis.package(asked)
    items = items_of(analysis.space, package)
    if not items:
        message = f"{name} leaves everything as it is, so there is nothing to put into force"
        raise UnanswerableError(message)
    if len(items) > MOST_ITEMS:
        message = (
            f"{name} moves {len(items)} issues; stages are worked out up to {MOST_ITEMS} of them"
        )
        raise LimitError(message)
    choices = as_choices([package], len(case.issues))
    for constraint, factor in zip(case.constraints, analysis.space.constraints, strict=True):
        if not analysis.space.holds(factor, choices)[0]:
            message = f"{name} is not feasible: it breaks the constraint that {constraint.label}"
            raise UnanswerableError(message)
    walk = walk_away_of(analysis)
    entries = {item.issue: item for item in entries_of(analysis, "roadmap", Item)}
    issues = [case.issues[k].name for k in items]
    return Implementation(
        analysis=analysis,
        asked=asked,
        name=name,
        package=package,
        items=items,
        entries=entries,
        judged=analysis.judge([package])[0],
        walk=walk,
        timing=time_of_roadmap(analysis, issues, walk.parties, walk.n_rows),
        among=where_signed(analysis, package, walk.n_rows),
        allowed=_allowed(issues, entries),
    )


def durations_of(walk: WalkAway) -> tuple[Lasts | None, ...]:
    """Return the durations to be told apart: all, where a shift that counts states none."""
    said = [shift.lasts("until completion") == shift.lasts("for good") for shift in walk.shifts]
    return (None,) if all(said) else ("while talks are open", "until completion", "for good")


def mean_of_counted(chunks: Iterable[tuple[Bools, Steps]]) -> Steps:
    """Return the mean of the readings that count.

    chunks : some readings at a time, and which of them count
    """
    return mean_reading(some_rows(steps, np.flatnonzero(own)) for own, steps in chunks if own.any())


def mean_reading(parts: Iterable[Steps]) -> Steps:
    """Return the items in one reading, the mean of all, rounded to the unit.

    Examples
    --------
    >>> from detente.solvers.roadmap import plain_steps
    >>> two = plain_steps(final=[[9], [12]], no_deal=[[0], [4]], kept=[[[2], [4]]])
    >>> mean_reading([two, two]).final.tolist()
    [[10.0]]
    """
    total: Steps | None = None
    for steps in parts:
        own = _each(steps, lambda array: array.sum(axis=0, keepdims=True))
        count = steps.n_rows
        if total is None:
            total, n_rows = own, count
        else:
            total, n_rows = _added(total, own), n_rows + count
    if total is None:
        message = "there are no readings"
        raise ValueError(message)
    mean = _each(total, lambda array: np.rint(array / n_rows))
    return replace(mean, comes=total.comes / n_rows)


def _each(steps: Steps, change: Callable[[Floats], Floats]) -> Steps:
    """Return steps with everything that differs between readings changed."""
    return replace(
        steps,
        final=change(steps.final),
        no_deal=change(steps.no_deal),
        kept=tuple(replace(term, amounts=change(term.amounts)) for term in steps.kept),
        kept_at_end=change(steps.kept_at_end),
        meanwhile=tuple(replace(term, amounts=change(term.amounts)) for term in steps.meanwhile),
        comes=change(steps.comes),
        drift=change(steps.drift),
    )


def _added(first: Steps, second: Steps) -> Steps:
    """Return the sum of two sums over readings."""
    pairs = (
        zip(first.kept, second.kept, strict=True),
        zip(first.meanwhile, second.meanwhile, strict=True),
    )
    kept, meanwhile = (
        tuple(replace(a, amounts=a.amounts + b.amounts) for a, b in pair) for pair in pairs
    )
    return replace(
        first,
        final=first.final + second.final,
        no_deal=first.no_deal + second.no_deal,
        kept=kept,
        kept_at_end=first.kept_at_end + second.kept_at_end,
        meanwhile=meanwhile,
        comes=first.comes + second.comes,
        drift=first.drift + second.drift,
    )


def _allowed(issues: Sequence[str], entries: Mapping[str, Item]) -> Precedence:
    """Return which orders of the items the case allows; other issues do not count."""
    place = {name: k for k, name in enumerate(issues)}
    own = [(place[name], entries[name]) for name in issues if name in entries]
    return Precedence(
        n_items=len(issues),
        before=tuple((place[name], k) for k, item in own for name in item.after if name in place),
        together=tuple(
            (k, *(place[name] for name in item.together if name in place))
            for k, item in own
            if any(name in place for name in item.together)
        ),
    )
