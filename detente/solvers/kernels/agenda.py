"""Settling a bundle in every state, in one pass and without temporaries.

What is computed is what :func:`detente.solvers.tabled.settled` says.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.factors import Ints
from detente.hit_and_run import Floats
from detente.solvers.kernels.exact_comparison import compare_pairs, compare_products

NASH, KALAI_SMORODINSKY, EGALITARIAN, UTILITARIAN = 0, 1, 2, 3
CODES = {
    "nash": NASH,
    "kalai_smorodinsky": KALAI_SMORODINSKY,
    "egalitarian": EGALITARIAN,
    "utilitarian": UTILITARIAN,
}
TIED, AMBIGUOUS, ZERO, ALIVE = 1, 2, 4, 8
"""Marks of a state: see :class:`~detente.solvers.tabled.Settled`; ALIVE where it is not struck out.
"""
_NEAR = 1e-12
_HALVED = 2.0**-26


class How(NamedTuple):
    """How a table is settled.

    code : of the solution; reverse : take the last of tied option tuples
    """

    n_signatories: int
    code: int
    reverse: bool


class Scratch(NamedTuple):
    """Gains looked at, gains of the best so far, and the most each can gain."""

    own: Floats
    best: Floats
    ideal: Floats


class Where(NamedTuple):
    """Where option tuples lead; see :class:`~detente.solvers.states.Step`."""

    base: Ints
    offset: Ints
    changes: Ints


class Row(NamedTuple):
    """A bundle on the table in every state of one row.

    after : values of every state that can follow, shape (n_after, n_parties)
    stop : values when nothing is agreed, shape (n_states, n_parties)
    """

    after: Floats
    stop: Floats
    where: Where


class Tables(NamedTuple):
    """A bundle on the table in every row and state.

    after : shape (1 or n_rows, n_after, n_parties)
    stop : shape (n_rows, n_states, n_parties)
    """

    after: Floats
    stop: Floats
    where: Where


class Found(NamedTuple):
    """What comes of it, filled in; shapes (n_rows, n_states, n_parties) and (n_rows, n_states)."""

    value: Floats
    choice: Ints
    marks: Ints


class FoundInRow(NamedTuple):
    """The same of one row."""

    value: Floats
    choice: Ints
    marks: Ints


@njit(cache=True, nogil=True)
def scratch_for(n_signatories: int) -> Scratch:
    """Return room for one state."""
    return Scratch(np.zeros(n_signatories), np.zeros(n_signatories), np.zeros(n_signatories))


@njit(cache=True, nogil=True)
def settle_tables(tables: Tables, how: How, found: Found) -> None:
    """Settle a bundle in every row and state."""
    scratch = scratch_for(how.n_signatories)
    for number in range(len(tables.stop)):
        after = tables.after[number if len(tables.after) > 1 else 0]
        row = Row(after, tables.stop[number], tables.where)
        out = FoundInRow(found.value[number], found.choice[number], found.marks[number])
        settle_row(row, how, scratch, out)


@njit(cache=True, nogil=True)
def settle_row(row: Row, how: How, scratch: Scratch, found: FoundInRow) -> None:
    """Settle a bundle in every state of one row."""
    after, stop, offset, code = row.after, row.stop, row.where.offset, how.code
    own, best, ideal = scratch.own, scratch.best, scratch.ideal
    choices, all_marks = found.choice, found.marks
    for state in range(len(stop)):
        base = row.where.base[state]
        if code == KALAI_SMORODINSKY:
            _measure(row, state, own, ideal)
        chosen, winners, key, marks, several = -1, -1, -1.0, 0, False
        for option in range(len(offset)):
            there = base + offset[option]
            if after[there, 0] == -np.inf:
                continue
            marks = ALIVE
            if not _accepted(after, there, stop, state, own):
                continue
            count, criterion = _criterion(own, ideal, code)
            sign = _sign(count - winners, criterion, key)
            if sign == 0:
                sign = _compare(own, best, ideal, code)
                several |= sign == 0
            if sign > 0:
                chosen, winners, key, several = option, count, criterion, False
                for p in range(len(own)):
                    best[p] = own[p]
        if several:
            chosen, marks = _decide(row, state, how, scratch)
        choices[state], all_marks[state] = chosen, marks
    _fill(row, how.n_signatories, found)


@njit(cache=True, nogil=True)
def _fill(row: Row, n_signatories: int, found: FoundInRow) -> None:
    """Fill in what settled states are worth, and whether somebody gains nothing."""
    after, stop, base, offset = row.after, row.stop, row.where.base, row.where.offset
    value, choices, all_marks = found.value, found.choice, found.marks
    for state in range(len(stop)):
        chosen = choices[state]
        there = base[state] + offset[max(chosen, 0)]
        if chosen >= 0 and _is_indifferent(after, there, stop, state, n_signatories):
            all_marks[state] |= ZERO
        for p in range(value.shape[1]):
            value[state, p] = after[there, p] if chosen >= 0 else stop[state, p]
            if all_marks[state] == 0:
                value[state, p] = -np.inf


@njit(cache=True, nogil=True)
def _sign(ahead: int, criterion: float, key: float) -> int:
    """Compare with the best so far what doubles can compare; 0 when they cannot."""
    if ahead != 0:
        return ahead
    if criterion < key * (1.0 - _NEAR):
        return -1
    return 1 if criterion > key * (1.0 + _NEAR) else 0


@njit(cache=True, nogil=True)
def _is_indifferent(after: Floats, there: int, stop: Floats, state: int, n: int) -> bool:
    """Tell whether some signatory gains nothing by going there."""
    for p in range(n):  # noqa: SIM110 - compiled code knows no generators
        if after[there, p] == stop[state, p]:
            return True
    return False


@njit(cache=True, nogil=True)
def _accepted(after: Floats, there: int, stop: Floats, state: int, own: Floats) -> bool:
    """Fill in the gains of signatories; tell whether none of them is negative."""
    for p in range(len(own)):
        own[p] = after[there, p] - stop[state, p]
        if not own[p] >= 0.0:
            return False
    return True


@njit(cache=True, nogil=True)
def _measure(row: Row, state: int, own: Floats, ideal: Floats) -> None:
    """Fill in the most that each signatory can gain by what is acceptable."""
    after, base, offset = row.after, row.where.base[state], row.where.offset
    ideal[:] = 0.0
    for option in range(len(offset)):
        if _accepted(after, base + offset[option], row.stop, state, own):
            for p in range(len(own)):
                ideal[p] = max(ideal[p], own[p])


@njit(cache=True, nogil=True)
def _criterion(own: Floats, ideal: Floats, code: int) -> tuple[int, float]:
    """Return what comes first, and a criterion in doubles that narrows what comes second."""
    if code == NASH:
        winners, product = 0, 1.0
        for p in range(len(own)):
            if own[p] > 0.0:
                winners += 1
                product *= own[p] * _HALVED
        return winners, product
    if code == UTILITARIAN:
        return 0, float(own.sum())
    if code == EGALITARIAN:
        return 0, float(own.min())
    lowest = 1.0
    for p in range(len(own)):
        if ideal[p] > 0.0:
            lowest = min(lowest, own[p] / ideal[p])
    return 0, lowest


@njit(cache=True, nogil=True)
def _compare(own: Floats, best: Floats, ideal: Floats, code: int) -> int:
    """Return the sign of the difference of two criteria that doubles do not tell apart."""
    if _alike(own, best):
        return 0
    if code == NASH:
        return compare_products(own, best)
    if code == UTILITARIAN:
        return int(np.sign(own.sum() - best.sum()))
    if code == EGALITARIAN:
        return _compare_ascending(own, best)
    return _compare_shares(own, best, ideal, len(own))


@njit(cache=True, nogil=True)
def _alike(left: Floats, right: Floats) -> bool:
    for p in range(len(left)):  # noqa: SIM110 - compiled code knows no generators
        if left[p] != right[p]:
            return False
    return True


@njit(cache=True, nogil=True)
def _compare_ascending(own: Floats, best: Floats) -> int:
    """Compare gains lexicographically from the smallest on."""
    left, right = np.sort(own), np.sort(best)
    for p in range(len(left)):
        if left[p] != right[p]:
            return 1 if left[p] > right[p] else -1
    return 0


@njit(cache=True, nogil=True)
def _compare_shares(own: Floats, best: Floats, ideal: Floats, n_compared: int) -> int:
    """Compare shares of the ideal lexicographically from the smallest on, so many of them."""
    left, right = _ascending(own, ideal), _ascending(best, ideal)
    for place in range(min(len(left), n_compared)):
        a, b = left[place], right[place]
        sign = compare_pairs(own[a], ideal[b], best[b], ideal[a])
        if sign != 0:
            return sign
    return 0


@njit(cache=True, nogil=True)
def _ascending(gains: Floats, ideal: Floats) -> Ints:
    """Return the parties that can gain, by their share of it, smallest first."""
    order = np.empty(len(gains), np.int64)
    n_counted = 0
    for p in range(len(gains)):
        if ideal[p] > 0.0:
            place = n_counted
            while place > 0:
                before = order[place - 1]
                if compare_pairs(gains[before], ideal[p], gains[p], ideal[before]) <= 0:
                    break
                order[place] = before
                place -= 1
            order[place] = p
            n_counted += 1
    return order[:n_counted]


@njit(cache=True, nogil=True)
def _decide(row: Row, state: int, how: How, scratch: Scratch) -> tuple[int, int]:
    """Return which of tied option tuples is taken, and the marks.

    ``scratch.best`` has the gains of one of them.
    """
    after, base, offset = row.after, row.where.base[state], row.where.offset
    own, best, ideal = scratch.own, scratch.best, scratch.ideal
    if how.code != KALAI_SMORODINSKY:
        _measure(row, state, own, ideal)
    winners, key = _criterion(best, ideal, how.code)
    taken, chosen, marks = np.zeros(len(own)), -1, ALIVE | TIED
    for option in range(len(offset)):
        if not _accepted(after, base + offset[option], row.stop, state, own):
            continue
        count, criterion = _criterion(own, ideal, how.code)
        apart = _sign(count - winners, criterion, key) != 0
        if apart or _compare(own, best, ideal, how.code) != 0:
            continue
        if chosen >= 0:
            if not _alike(after[base + offset[chosen]], after[base + offset[option]]):
                marks |= AMBIGUOUS
            sign = _compare_shares(own, taken, ideal, 1)
            if sign == 0:
                sign = row.where.changes[chosen] - row.where.changes[option]
            if sign > 0 if not how.reverse else sign <= 0:
                chosen = -1
        if chosen < 0:
            chosen = option
            taken[:] = own
    return chosen, marks
