"""Every agenda at once: what each ends in, over many readings.

Agendas that end alike share the tables that they end with, so that the search costs little more
than its last tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from detente.errors import LimitError
from detente.factors import Bools, Ints
from detente.hit_and_run import Floats
from detente.solvers import thresholds
from detente.solvers.agenda import course_on, is_exact
from detente.solvers.backwards import Backwards, Rule, check_size, is_late, rows_of
from detente.solvers.partitions import Allowed, agendas_of, extent_of, issues_of
from detente.solvers.programme_of_tables import geometry_of, tables_of
from detente.solvers.refusal import refusal
from detente.solvers.states import Order, at_all_states, step_of, time_of
from detente.solvers.tabled import COMPILED, plain, solution_of
from detente.solvers.talks import Talks
from detente.work import Work

if TYPE_CHECKING:
    from detente.solvers.kernels.agendas import Clock, Reading

_POSITIONS = 30_000_000
"""Numbers that the compiled search may hold to find its way among states."""
_CELLS = 10_000_000
"""Cells that are searched together in one piece of work."""
_WHAT = "searching agendas"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Search:
    """What every agenda ends in, over all readings given. Row k is the same agenda in each array.

    allowed : which agendas were looked at
    orders : bundles as sets (bit j is issue j), 0 after the last, shape (n_agendas, most_bundles);
        the first agenda is all at once
    n_rows : how many readings there are
    values : mean at the start, shape (n_agendas, n_parties)
    completes : in how many readings the agenda completes
    begins : in how many some first step leaves no signatory below no deal; staying as it is counts
        as a step only where nothing else is on the table
    refuses : in how many readings every first step leaves a signatory below no deal, shape
        (n_agendas, n_signatories)
    better, worse : in how many a party is better or worse off than all at once, shape
        (n_agendas, n_parties)
    complete : whether there are no other agendas of these issues
    exact : nothing was rounded
    """

    allowed: Allowed
    orders: Ints
    n_rows: int
    values: Floats
    completes: Ints
    begins: Ints
    refuses: Ints
    better: Ints
    worse: Ints
    complete: bool
    exact: bool

    def __len__(self) -> int:
        return len(self.orders)

    def order(self, agenda: int) -> Order:
        """Return the bundles of an agenda.

        Examples
        --------
        >>> from detente.solvers.talks import Talks
        >>> talks = Talks(
        ...     sizes=(2, 2), n_signatories=2, no_deal=np.zeros((1, 2)), kept=(), meanwhile=(),
        ...     complete=np.array([[[0.0, 0.0], [1.0, 3.0], [2.0, 1.0], [3.0, 4.0]]]),
        ...     status_quo=(0, 0), takes=np.zeros(2), patience=np.ones(2), later=np.ones(1),
        ...     drift=np.zeros((1, 2)))
        >>> found = search(talks)
        >>> [found.order(k) for k in range(len(found))]
        [((0, 1),), ((0,), (1,)), ((1,), (0,))]
        """
        return tuple(issues_of(int(chosen)) for chosen in self.orders[agenda] if chosen)


def within_reach(allowed: Allowed, sizes: Sequence[int], n_rows: int, *, compiled: bool) -> Allowed:
    """Return how much of what is allowed can be searched: all, or fewer bundles.

    Everything while cells times readings stay below a limit, otherwise at most three bundles, and
    at most two where that is still too much.

    Examples
    --------
    >>> within_reach(Allowed(n_issues=6), [3] * 6, 200, compiled=True).most
    6
    >>> within_reach(Allowed(n_issues=8), [3] * 8, 200, compiled=True).most
    3
    """
    most_cells = thresholds.SEARCHED_CELLS if compiled else thresholds.SEARCHED_CELLS_PLAIN
    for most in (allowed.most, 3):
        tried = replace(allowed, most_bundles=min(most, allowed.most))
        extent = extent_of(tried, sizes)
        fits = extent.cells * n_rows <= most_cells and extent.states <= thresholds.SEARCHED_STATES
        if fits:
            return tried
    return replace(allowed, most_bundles=min(2, allowed.most))


def search(
    talks: Talks,
    allowed: Allowed | None = None,
    /,
    *,
    rule: Rule = "end",
    solution: str = "nash",
    work: Work | None = None,
) -> Search:
    """Work out every agenda that is allowed, in every reading.

    allowed : every agenda when not given; see :func:`within_reach` for how much is wise
    rule, solution : as for :func:`~detente.solvers.agenda.course_of`

    Pieces of readings run on ``work.executor``.

    Raises UnknownNameError for a solution that is not registered; LimitError when sums of gains may
    reach 2^52; CancelledError when the work is cancelled.

    Cost: :func:`~detente.solvers.partitions.extent_of` says how many cells a reading has; about
    5 ns for each in compiled code, which knows the four solutions that come with the package.
    """
    work = work or Work()
    solution_of(solution)
    allowed = allowed or Allowed(n_issues=len(talks.sizes))
    compiled = solution in COMPILED and prod(size + 2 for size in talks.sizes) <= _POSITIONS
    n_together = max(1, _CELLS // extent_of(allowed, talks.sizes).cells)
    pieces = [
        _Piece(
            talks=rows_of(talks, slice(low, low + n_together)),
            allowed=allowed,
            rule=rule,
            solution=solution,
        )
        for low in range(0, talks.n_rows, n_together)
    ]
    counted = None
    for part in work.run(_compiled if compiled else _plain, pieces, what=_WHAT):
        counted = part if counted is None else counted.plus(part)
    if counted is None:
        raise LimitError("there are no readings to search agendas in")
    return _search(talks, allowed, counted)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Piece:
    """Some readings, ready to be searched anywhere."""

    talks: Talks
    allowed: Allowed
    rule: Rule
    solution: str


class _Counts(NamedTuple):
    """What is told of every agenda, added up over readings; see :class:`Search`."""

    values: Floats
    completes: Ints
    begins: Ints
    refuses: Ints
    better: Ints
    worse: Ints

    def plus(self, other: _Counts) -> _Counts:
        """Add up two lots of readings."""
        return _Counts(
            values=self.values + other.values,
            completes=self.completes + other.completes,
            begins=self.begins + other.begins,
            refuses=self.refuses + other.refuses,
            better=self.better + other.better,
            worse=self.worse + other.worse,
        )


def _counted(values: Floats, completes: Bools, begins: Bools, refuses: Bools) -> _Counts:
    """Add up; shapes (n_rows, n_agendas) and, for values and refuses, parties behind."""
    return _Counts(
        values=values.sum(axis=0),
        completes=completes.sum(axis=0),
        begins=begins.sum(axis=0),
        refuses=refuses.sum(axis=0),
        better=(values > values[:, :1]).sum(axis=0),
        worse=(values < values[:, :1]).sum(axis=0),
    )


def _search(talks: Talks, allowed: Allowed, counted: _Counts) -> Search:
    orders = tables_of(allowed, talks.sizes, "end").orders
    return Search(
        allowed=allowed,
        orders=orders,
        n_rows=talks.n_rows,
        values=counted.values / talks.n_rows,
        completes=counted.completes,
        begins=counted.begins,
        refuses=counted.refuses,
        better=counted.better,
        worse=counted.worse,
        complete=allowed.is_everything,
        exact=is_exact(talks, 1 if len(orders) == 1 else 2),
    )


def _plain(piece: _Piece) -> _Counts:
    """Search some readings agenda by agenda, with the tables that they share."""
    talks = piece.talks
    tables = Backwards(talks, rule=piece.rule, solution=piece.solution)
    parts = []
    for order in agendas_of(piece.allowed):
        course = course_on(tables, order)
        step = step_of(talks.sizes, talks.status_quo, (), order[0])
        own, no_deal = course.first[..., : talks.n_signatories], talks.no_deal
        found = refusal(own, no_deal[:, : talks.n_signatories], step.changes)
        begins = found.possible & ~found.blocked
        parts.append((course.values, course.completes, begins, found.alone))
    return _counted(*(np.stack(column, axis=1) for column in zip(*parts, strict=True)))


def _compiled(piece: _Piece) -> _Counts:
    """Search some readings in compiled code."""
    from detente.solvers.kernels import agendas as kernel
    from detente.solvers.kernels.agenda import CODES, How

    talks = piece.talks
    check_size(talks)
    listed = tables_of(piece.allowed, talks.sizes, piece.rule)
    geometry = geometry_of(talks.sizes, talks.status_quo)
    how = How(talks.n_signatories, CODES[piece.solution], reverse=False)
    facts = (geometry, _clock(talks), how)
    shape = (talks.n_rows, len(listed.orders))
    values = np.empty((*shape, talks.n_parties))
    completes, begins = np.empty(shape, dtype=bool), np.empty(shape, dtype=bool)
    refuses = np.empty((*shape, talks.n_signatories), dtype=bool)
    most = int(geometry.n_states.max())
    room = kernel.Room(
        np.zeros((listed.n_states, talks.n_parties)),
        np.zeros(listed.n_states, dtype=bool),
        np.zeros(most, dtype=np.int64),
        np.zeros(most, dtype=np.int64),
    )
    for row, reading in enumerate(_readings(talks, geometry.n_states)):
        told = kernel.Told(values[row], completes[row], begins[row], refuses[row])
        kernel.run_programme(listed.programme, facts, reading, room, told)
    dead = values[..., 0] == -np.inf
    values = np.where(dead[..., None], talks.no_deal[:, None], values)
    return _counted(values, completes, begins, refuses)


def _clock(talks: Talks) -> Clock:
    from detente.solvers.kernels.agendas import Clock

    sets = [issues_of(chosen) for chosen in range(1 << len(talks.sizes))]
    factor = np.array([talks.patience ** time_of(talks.takes, issues) for issues in sets])
    late = np.array([is_late(talks, issues) for issues in sets])
    return Clock(factor, late, patient=bool((factor == 1).all()))


def _readings(talks: Talks, n_states: Ints) -> Iterator[Reading]:
    """Yield each reading as the compiled code takes it; its arrays are overwritten by the next."""
    from detente.solvers.kernels.agendas import Reading

    sets = [issues_of(chosen) for chosen in range(1 << len(talks.sizes))]
    passed = np.repeat([time_of(talks.takes, issues) for issues in sets], n_states)
    for row in range(talks.n_rows):
        one = rows_of(talks, slice(row, row + 1))
        drifted = np.rint(one.drift[0] * passed[:, None])
        walk = at_all_states(one.no_deal, one.kept, talks.sizes)[0]
        free = [term for term in one.kept if term.nature != "guarantee"]
        stranded = at_all_states(one.no_deal, free, talks.sizes)[0]
        meanwhile = at_all_states(one.no_deal, one.meanwhile, talks.sizes)[0]
        yield Reading(
            plain(one.complete[0]),
            plain(one.no_deal[0]),
            walk + drifted,
            stranded + drifted,
            meanwhile,
            float(one.later[0]),
        )
