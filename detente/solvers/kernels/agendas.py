"""Every agenda of one reading: all tables, one after the other.

What is computed for a table is what :class:`detente.solvers.backwards.Backwards` says.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.factors import Bools, Ints
from detente.hit_and_run import Floats
from detente.solvers.kernels.agenda import (
    FoundInRow,
    How,
    Row,
    Where,
    scratch_for,
    settle_row,
)


class Geometry(NamedTuple):
    """How states over sets of issues lie; a set is a number, bit j for issue j.

    n_states : of each set; position : where the option tuples of one set stand in the states of
        another that contains it, from ``position_from[the other, the one]``
    changes : of the option tuples of each set, and its states among all states : from
        ``state_from[set]``
    """

    n_states: Ints
    position: Ints
    position_from: Ints
    changes: Ints
    state_from: Ints


class Programme(NamedTuple):
    """Tables in an order in which each finds what it needs; all of the same length.

    settled, bundle : what is settled when the bundle comes on the table, as sets
    after, stop, own : where in the room the values stand of what follows, of failure, and its own;
        -1 for packages, and for walking away
    agenda : which agenda begins with this table, -1 for none
    """

    settled: Ints
    bundle: Ints
    after: Ints
    stop: Ints
    own: Ints
    agenda: Ints


class Clock(NamedTuple):
    """What time does, by set of issues.

    factor : discounts the value before talks on a bundle, shape (n_sets, n_parties)
    late : whether talks on these issues together end after the deadline
    patient : whether every factor is 1
    """

    factor: Floats
    late: Bools
    patient: bool


class Reading(NamedTuple):
    """One reading: packages, no deal; then by set and state.

    walk : of walking away; stranded : when talks come to nothing; meanwhile : of an open table
    """

    complete: Floats
    no_deal: Floats
    walk: Floats
    stranded: Floats
    meanwhile: Floats
    later: float


class Room(NamedTuple):
    """Values of states, and whether the process completes from there; and room for one table."""

    value: Floats
    completes: Bools
    choice: Ints
    marks: Ints


class Told(NamedTuple):
    """What is told of every agenda; see :class:`~detente.solvers.agendas.Search`."""

    value: Floats
    completes: Bools
    begins: Bools
    refuses: Bools


class Table(NamedTuple):
    """One table of the programme, with the values that it is about.

    settled, bundle : sets; walk, stranded, meanwhile : of its states
    after_completes, stop_completes : empty where packages follow, and where failure ends it all
    """

    settled: int
    bundle: int
    is_first: bool
    row: Row
    walk: Floats
    stranded: Floats
    meanwhile: Floats
    after_completes: Bools
    stop_completes: Bools


@njit(cache=True, nogil=True)
def run_programme(
    programme: Programme,
    facts: tuple[Geometry, Clock, How],
    reading: Reading,
    room: Room,
    told: Told,
) -> None:
    """Work out all tables of one reading."""
    geometry, clock, how = facts
    scratch = scratch_for(how.n_signatories)
    for number in range(len(programme.own)):
        table = _table(programme, number, geometry, reading, room)
        low = programme.own[number]
        n_states = len(table.walk)
        found = FoundInRow(
            room.value[low : low + n_states], room.choice[:n_states], room.marks[:n_states]
        )
        completes = room.completes[low : low + n_states]
        settle_row(table.row, how, scratch, found)
        _enter_completes(table, found, completes)
        _in_time(table, clock, how, reading.later, found.value, completes)
        if table.is_first:
            agenda = programme.agenda[number]
            told.value[agenda] = found.value[0]
            told.completes[agenda] = completes[0]
            _begin(table.row, reading.no_deal, how, agenda, told)


@njit(cache=True, nogil=True)
def _table(
    programme: Programme, number: int, geometry: Geometry, reading: Reading, room: Room
) -> Table:
    settled, bundle = programme.settled[number], programme.bundle[number]
    union = settled | bundle
    n_states, n_options, n_after = (
        geometry.n_states[settled],
        geometry.n_states[bundle],
        geometry.n_states[union],
    )
    first = geometry.position_from[union, settled]
    base = geometry.position[first : first + n_states]
    first = geometry.position_from[union, bundle]
    offset = geometry.position[first : first + n_options]
    first = geometry.state_from[bundle]
    changes = geometry.changes[first : first + n_options]
    first = geometry.state_from[settled]
    walk = reading.walk[first : first + n_states]
    stranded = reading.stranded[first : first + n_states]
    meanwhile = reading.meanwhile[first : first + n_states]
    after, after_completes = reading.complete, room.completes[:0]
    first = programme.after[number]
    if first >= 0:
        after = room.value[first : first + n_after]
        after_completes = room.completes[first : first + n_after]
    stop, stop_completes = walk, room.completes[:0]
    first = programme.stop[number]
    if first >= 0:
        stop = room.value[first : first + n_states]
        stop_completes = room.completes[first : first + n_states]
    row = Row(after, stop, Where(base, offset, changes))
    is_first = programme.agenda[number] >= 0
    return Table(
        settled, bundle, is_first, row, walk, stranded, meanwhile, after_completes, stop_completes
    )


@njit(cache=True, nogil=True)
def _enter_completes(table: Table, found: FoundInRow, completes: Bools) -> None:
    """Fill in from which states the process completes once this table is settled, or fails."""
    base, offset = table.row.where.base, table.row.where.offset
    after, stop = table.after_completes, table.stop_completes
    for state in range(len(completes)):
        choice = found.choice[state]
        if choice >= 0:
            completes[state] = len(after) == 0 or after[base[state] + offset[choice]]
        else:
            completes[state] = len(stop) > 0 and stop[state]


@njit(cache=True, nogil=True)
def _in_time(
    table: Table, clock: Clock, how: How, later: float, value: Floats, completes: Bools
) -> None:
    """Turn values of what is agreed into values before the talks on it."""
    walk, stranded, meanwhile = table.walk, table.stranded, table.meanwhile
    late = clock.late[table.settled | table.bundle]
    factor = clock.factor[table.bundle]
    chance = 1.0 if table.is_first else later
    for state in range(len(value)):
        if value[state, 0] == -np.inf:
            continue
        left = late
        for p in range(value.shape[1]):
            if chance != 1.0:
                value[state, p] = np.rint(
                    chance * value[state, p] + (1.0 - chance) * stranded[state, p]
                )
            if not clock.patient:
                value[state, p] = np.rint(
                    (1.0 - factor[p]) * meanwhile[state, p] + factor[p] * value[state, p]
                )
            if p < how.n_signatories and value[state, p] < walk[state, p]:
                left = True
        if left:
            completes[state] = False
            for p in range(value.shape[1]):
                value[state, p] = stranded[state, p] if late else walk[state, p]


@njit(cache=True, nogil=True)
def _begin(row: Row, no_deal: Floats, how: How, agenda: int, told: Told) -> None:
    """Fill in who refuses every first step but the status quo, and whether some step passes."""
    after, offset, changes = row.after, row.where.offset, row.where.changes
    moving, possible = False, False
    for option in range(len(offset)):
        alive = after[offset[option], 0] > -np.inf
        possible |= alive
        moving |= alive and changes[option] > 0
    told.begins[agenda] = False
    told.refuses[agenda] = possible
    for option in range(len(offset)):
        if after[offset[option], 0] == -np.inf or (moving and changes[option] == 0):
            continue
        passes = True
        for p in range(how.n_signatories):
            if after[offset[option], p] >= no_deal[p]:
                told.refuses[agenda, p] = False
            else:
                passes = False
        told.begins[agenda] |= passes
