"""Improvements of one party in option form, all of them at once, best first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.factors import Ints
from detente.solvers.concept import Row
from detente.solvers.state_graph import States

_TOGETHER = 16
"""Blocks that are held at once: as many as share the same lines of memory."""


class Blocks(NamedTuple):
    """Codes between which a party can move: one block for each setting of what it cannot change.

    base : the smallest code of each block; offset : what a code of a block lies above it
    order : place in the block, worst first for the party, shape (n_blocks, n_offsets); ``last`` is
        added to a place that is the last, in this order, of those which the party ranks alike
    n_states : of each block; the codes that are no states stand first in its order
    """

    base: States
    offset: States
    order: Ints
    last: int
    n_states: Ints


class Cells(NamedTuple):
    """Places between which a party can move at will are one cell; cells, where it cannot go back.

    of : the cell of each place, shape (n_offsets,)
    put, seen : cell c is put down at ``put[put_from[c]:put_from[c + 1]]``, and sees what was put
        down at ``seen[seen_from[c]:seen_from[c + 1]]``; the two meet once exactly where one move
        leads from the one that sees to the one that was put down
    """

    of: States
    put_from: States
    put: States
    seen_from: States
    seen: States


@njit(cache=True, nogil=True)
def lower(least: Row, blocks: Blocks, cells: Cells) -> bool:
    """Lower each amount to the least that one improvement leads to; tell of any change."""
    n_blocks, n_places = blocks.order.shape
    together = min(_TOGETHER, n_blocks)
    held = np.empty((together, n_places + 16), np.int32)
    put = np.empty(len(cells.put_from) - 1, np.int32)
    lowered = False
    for begin in range(0, n_blocks, together):
        width = min(together, n_blocks - begin)
        for place in range(n_places):
            for k in range(width):
                held[k, place] = least[blocks.base[begin + k] + blocks.offset[place]]
        changed = False
        for k in range(width):
            order, n_states = blocks.order[begin + k], blocks.n_states[begin + k]
            if len(put) == 1:
                changed |= _lower_freely(held[k], order, blocks.last, n_states)
            else:
                changed |= _lower(held[k], order, blocks.last, n_states, cells, put)
        if changed:
            lowered = True
            for place in range(n_places):
                for k in range(width):
                    least[blocks.base[begin + k] + blocks.offset[place]] = held[k, place]
    return lowered


@njit(cache=True, nogil=True)
def _lower_freely(held: Row, order: Ints, last: int, n_states: int) -> bool:
    """Do so in a block where every place can be reached from every other."""
    changed = False
    seen = coming = np.iinfo(np.int32).max
    for k in range(len(order) - 1, len(order) - 1 - n_states, -1):
        place = np.int64(order[k])
        if place >= last:
            seen = min(seen, coming)
            place -= last
        if held[place] > seen:
            held[place] = seen
            changed = True
        coming = min(coming, held[place])
    return changed


@njit(cache=True, nogil=True)
def _lower(held: Row, order: Ints, last: int, n_states: int, cells: Cells, put: Row) -> bool:
    """Do so in any block: those that are ranked alike look first and are put down then."""
    changed = False
    put[:] = np.iinfo(np.int32).max
    worst = len(order) - n_states
    begun = end = len(order) - 1
    while begun >= worst:
        end = begun
        while end == begun or (end >= worst and order[end] < last):
            place = np.int64(order[end])
            place -= last if place >= last else 0
            cell = cells.of[place]
            amount = held[place]
            for ahead in range(cells.seen_from[cell], cells.seen_from[cell + 1]):
                amount = min(amount, put[cells.seen[ahead]])
            if amount < held[place]:
                held[place] = amount
                changed = True
            end -= 1
        for k in range(begun, end, -1):
            place = np.int64(order[k])
            place -= last if place >= last else 0
            cell = cells.of[place]
            for down in range(cells.put_from[cell], cells.put_from[cell + 1]):
                put[cells.put[down]] = min(put[cells.put[down]], held[place])
        begun = end
    return changed
