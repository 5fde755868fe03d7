"""Talks piece by piece: what an agenda ends in, worked out backwards.

An agenda is a list of bundles of issues, negotiated one after the other. Whoever agrees on a bundle
foresees what the later tables will give, and whoever refuses foresees what is left then (backward
induction). See the page on agendas of the documentation for definitions, sources and what follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from math import prod
from typing import NamedTuple

import numpy as np

from detente.factors import Bools, Ints
from detente.hit_and_run import Floats
from detente.solvers.backwards import FAILED, LEFT, Backwards, Rule, rows_of
from detente.solvers.states import Issues, Order, at_states, choices, step_of, time_of
from detente.solvers.tabled import solution_of
from detente.solvers.talks import Talks
from detente.work import Work

Bundles = Sequence[Sequence[int]]
_CELLS = 100_000
"""Packages times readings that are looked at together, so that they stay in the cache."""
_WHAT = "working out an agenda"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """What an agenda comes to, by reading.

    bundles : issues of each bundle, ascending
    values : at the start, shape (n_rows, n_parties)
    package : options agreed, -1 for an issue that is never settled, shape (n_rows, n_issues)
    completes : whether every issue is settled
    failed : the place of the bundle with which the process ends, -1 when it completes
    set_aside : which bundles are set aside on the way, shape (n_rows, n_bundles)
    first : value of every first step once it is agreed, -inf where it is struck out, shape
        (n_rows, n_first_options, n_parties), options in case order
    stop : value when the first bundle fails, shape (n_rows, n_parties)
    chosen : the first step agreed on, -1 when there is none
    ties, ambiguous : whether on the way a solution leaves several, and whether these differ in
        value for any party, which makes the values of earlier states depend on how ties are broken
    zero_gains : whether some signatory gains nothing by a step on the way: it is indifferent
    exact : nothing was rounded
    """

    bundles: Order
    values: Floats
    package: Ints
    completes: Bools
    failed: Ints
    set_aside: Bools
    first: Floats
    stop: Floats
    chosen: Ints
    ties: Bools
    ambiguous: Bools
    zero_gains: Bools
    exact: bool

    @property
    def n_rows(self) -> int:
        """How many readings there are."""
        return len(self.values)


def course_of(
    talks: Talks,
    bundles: Bundles,
    /,
    *,
    rule: Rule = "end",
    solution: str = "nash",
    reverse_ties: bool = False,
    work: Work | None = None,
) -> Course:
    """Work out what an agenda ends in, in every reading.

    Parameters
    ----------
    bundles
        Issues by position; together all of them, each once. Their order inside a bundle means
        nothing.
    rule
        ``end``: when nothing on a table is acceptable the process ends with the walk-away value.
        ``set aside``: its issues join the last bundle, and only failure there ends the process.
    solution
        By its name in :data:`~detente.solvers.bargaining.SOLUTIONS`.
    reverse_ties
        Take tied option tuples in the reverse order; see :func:`~detente.solvers.tabled.settled`.

    A state from which no package can be completed is struck out. When that is the start, nothing
    is agreed and the value is no deal. Signatories decide; the values of others are carried along.

    Raises UnknownNameError for a solution that is not registered; LimitError when sums of gains may
    reach 2^52; CancelledError when the work is cancelled.

    Cost: the last table visits every package; under ``end`` all tables together little more, under
    ``set aside`` up to twice as much for every bundle but the last.

    Examples
    --------
    A cake of six is shared in two slices; the first, once settled, stays settled.

    >>> from detente.solvers.talks import Term
    >>> slice_ = np.array([[[0.0, 0.0], [2.0, 1.0], [0.0, 0.0]]])
    >>> talks = Talks(
    ...     sizes=(2, 2), n_signatories=2, no_deal=np.zeros((1, 2)),
    ...     complete=np.array([[[0.0, 0.0], [1.0, 3.0], [2.0, 1.0], [3.0, 4.0]]]),
    ...     kept=(Term(places=(0,), sizes=(3,), amounts=slice_),), meanwhile=(),
    ...     status_quo=(0, 0), takes=np.zeros(2), patience=np.ones(2), later=np.ones(1),
    ...     drift=np.zeros((1, 2)))
    >>> course = course_of(talks, [[0], [1]])
    >>> course.values.tolist(), course.package.tolist(), course.first.tolist()
    ([[3.0, 4.0]], [[1, 1]], [[[1.0, 3.0], [3.0, 4.0]]])
    """
    work = work or Work()
    solution_of(solution)
    order = tuple(tuple(sorted(bundle)) for bundle in bundles)
    size = max(1, _CELLS // prod(talks.sizes))
    pieces = [
        _Piece(
            talks=rows_of(talks, slice(low, low + size)),
            bundles=order,
            rule=rule,
            solution=solution,
            reverse=reverse_ties,
        )
        for low in range(0, talks.n_rows, size)
    ]
    parts = work.run(_course, pieces, what=_WHAT)
    if len(order) > 1:
        return joined(list(parts))
    found = joined([replace(part, first=part.first[:, :0]) for part in parts])
    shape = (talks.n_rows, *talks.complete.shape[1:])
    return replace(found, first=np.broadcast_to(talks.complete, shape))


def joined(courses: Sequence[Course]) -> Course:
    """Return the course of one agenda in several lots of readings, one after the other."""
    if len(courses) == 1:
        return courses[0]
    arrays = {
        field.name: np.concatenate([getattr(course, field.name) for course in courses])
        for field in fields(Course)
        if field.name not in {"bundles", "exact"}
    }
    return Course(
        bundles=courses[0].bundles, exact=all(course.exact for course in courses), **arrays
    )


def seen_at_start(talks: Talks, course: Course, /) -> Floats:
    """Return the value of every first step as seen before the first talks, which take time.

    Shape (n_rows, n_first_options, n_parties); ``course.first`` itself where they take none.
    """
    factor = talks.patience ** time_of(talks.takes, course.bundles[0])
    if (factor == 1).all():
        return course.first
    open_table = at_states(talks.no_deal, talks.meanwhile, talks.sizes, ())
    return np.rint((1.0 - factor) * open_table + factor * course.first)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Piece:
    """Some readings of an agenda, ready to be worked out anywhere."""

    talks: Talks
    bundles: Order
    rule: Rule
    solution: str
    reverse: bool


def _course(piece: _Piece) -> Course:
    """Work out some readings: values backwards, then the way that is taken."""
    talks, order = piece.talks, piece.bundles
    tables = Backwards(talks, rule=piece.rule, solution=piece.solution, reverse=piece.reverse)
    return course_on(tables, order)


def course_on(tables: Backwards, order: Order, /) -> Course:
    """Return what an agenda ends in, from tables that agendas of the same talks may share."""
    talks = tables.talks
    start = tables.node((), order, first=True)
    n_rows, n_bundles = talks.n_rows, len(order)
    walked = _Walked(
        package=np.full((n_rows, len(talks.sizes)), -1, dtype=np.int64),
        failed=np.full(n_rows, -1, dtype=np.int64),
        set_aside=np.zeros((n_rows, n_bundles), dtype=bool),
        chosen=np.full(n_rows, -1, dtype=np.int64),
        marks=np.zeros((3, n_rows), dtype=bool),
    )
    groups = [_Group(np.arange(n_rows), np.zeros(n_rows, dtype=np.int64), (), order)]
    while groups:
        groups += _go_on(tables, order, groups.pop(), walked)
    dead = start.value[:, 0] == -np.inf  # nothing can be agreed at all
    first = tables.value(order[0], order[1:])
    return Course(
        bundles=order,
        values=np.where(dead, talks.no_deal, start.value[:, 0]),
        package=walked.package,
        completes=walked.failed < 0,
        failed=walked.failed,
        set_aside=walked.set_aside,
        first=np.broadcast_to(first, (n_rows, *first.shape[1:])),
        stop=np.where(dead, talks.no_deal, start.stop[:, 0]),
        chosen=walked.chosen,
        ties=walked.marks[0],
        ambiguous=walked.marks[1],
        zero_gains=walked.marks[2],
        exact=is_exact(talks, n_bundles),
    )


def is_exact(talks: Talks, n_bundles: int) -> bool:
    """Tell whether every value is a whole number before it is rounded to one."""
    on_time = bool(((talks.patience == 1) | (talks.takes == 0).all()).all())
    certain = n_bundles == 1 or bool((talks.later == 1).all())
    drifts = talks.drift[..., None] * talks.takes
    return on_time and certain and bool((drifts == np.rint(drifts)).all())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Walked:
    """What is met on the way, filled in as it is walked.

    marks : ties, ambiguous ties and zero gains, shape (3, n_rows)
    """

    package: Ints
    failed: Ints
    set_aside: Bools
    chosen: Ints
    marks: Bools


class _Group(NamedTuple):
    """Readings that stand before the same table, each in its state."""

    rows: Ints
    states: Ints
    done: Issues
    rest: Order


def _go_on(tables: Backwards, order: Order, group: _Group, walked: _Walked) -> Iterator[_Group]:
    """Go one table further; yield the readings whose talks go on."""
    rows, states, done, rest = group
    if not rest or not len(rows):
        return
    talks, bundle, first = tables.talks, rest[0], rest == order
    place = len(order) - len(rest)
    node = tables.node(done, rest, first=first)
    choice = node.choice[rows, states]
    agreed, failing = choice >= 0, choice == FAILED
    otherwise = tables.aside(rest)
    if otherwise is None:
        walked.failed[rows[~agreed]] = place
    else:
        walked.failed[rows[choice == LEFT]] = place
        walked.set_aside[rows[failing], place] = True
        yield _Group(rows[failing], states[failing], done, otherwise)
    rows, states, choice = rows[agreed], states[agreed], choice[agreed]
    found = node.found
    for mark, where in enumerate((found.tied, found.ambiguous, found.zero)):
        walked.marks[mark, rows] |= where[rows, states]
    walked.package[rows[:, None], list(bundle)] = choices(talks.sizes, bundle)[choice]
    if first:
        walked.chosen[rows] = choice
    step = step_of(talks.sizes, talks.status_quo, done, bundle)
    after = tuple(sorted(done + bundle))
    yield _Group(rows, step.base[states] + step.offset[choice], after, rest[1:])
