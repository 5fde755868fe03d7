"""The steps that nothing in two coordinates betters, kept in order while vectors come in.

A step is a pair (y, z); along the staircase y rises and z falls. Steps lie in blocks of at most
_ROOM, so that a new one moves few others; blocks are found through the highest y of each.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.diagram import Ints

_ROOM = 64


class Staircase(NamedTuple):
    """Blocks of steps.

    y, z : shape (n_blocks, _ROOM); size : steps of each block
    order : blocks by rising y; reach : highest y of each block in that order
    n_blocks : shape (1,), how many of the blocks are in use
    """

    y: Ints
    z: Ints
    size: Ints
    order: Ints
    reach: Ints
    n_blocks: Ints


@njit(cache=True, nogil=True)
def empty_staircase(n_blocks: int) -> Staircase:
    """Return a staircase without steps, with room for some blocks."""
    return Staircase(
        np.empty((n_blocks, _ROOM), np.int64),
        np.empty((n_blocks, _ROOM), np.int64),
        np.zeros(n_blocks, np.int64),
        np.arange(n_blocks),
        np.empty(n_blocks, np.int64),
        np.zeros(1, np.int64),
    )


@njit(cache=True, nogil=True)
def climbed(stairs: Staircase, y: int, z: int) -> tuple[bool, Staircase]:
    """Tell whether some step is at least (y, z) in both; if none is, make (y, z) a step."""
    n_blocks = stairs.n_blocks[0]
    reach = stairs.reach
    low, width = 0, n_blocks
    while width > 0:
        half = width >> 1
        middle = low + half
        if reach[middle] < y:
            low = middle + 1
            width -= half + 1
        else:
            width = half
    if low < n_blocks:
        block = stairs.order[low]
        at = 0
        for k in range(stairs.size[block]):
            at += stairs.y[block, k] < y
        if stairs.z[block, at] >= z:
            return True, stairs
        return False, _set(stairs, low, at, y, z)
    return False, _appended(stairs, y, z)


@njit(cache=True, nogil=True)
def _appended(stairs: Staircase, y: int, z: int) -> Staircase:
    """Add a step beyond all others."""
    n_blocks = stairs.n_blocks[0]
    if not n_blocks:
        stairs.n_blocks[0] = 1
        block = stairs.order[0]
        stairs.y[block, 0] = y
        stairs.z[block, 0] = z
        stairs.size[block] = 1
        stairs.reach[0] = y
        return stairs
    return _set(stairs, n_blocks - 1, stairs.size[stairs.order[n_blocks - 1]], y, z)


@njit(cache=True, nogil=True)
def _set(stairs: Staircase, low: int, at: int, y: int, z: int) -> Staircase:
    """Put a step at a place of a block, and take away the steps it betters."""
    block = stairs.order[low]
    steps_y, steps_z, size = stairs.y[block], stairs.z[block], stairs.size[block]
    begin, end = at, at
    if end < size and steps_y[end] == y:
        end += 1
    while begin > 0 and steps_z[begin - 1] <= z:
        begin -= 1
    if begin == 0:
        low -= _cleared(stairs, low, z)
    if begin == end:
        if size == _ROOM:
            return _set_in_halves(stairs, low, at, y, z)
        for k in range(size, at, -1):
            steps_y[k] = steps_y[k - 1]
            steps_z[k] = steps_z[k - 1]
    elif end - begin > 1:
        gone = end - begin - 1
        for k in range(end, size):
            steps_y[k - gone] = steps_y[k]
            steps_z[k - gone] = steps_z[k]
    steps_y[begin] = y
    steps_z[begin] = z
    size += 1 - (end - begin)
    stairs.size[block] = size
    stairs.reach[low] = steps_y[size - 1]
    return stairs


@njit(cache=True, nogil=True)
def _cleared(stairs: Staircase, low: int, z: int) -> int:
    """Take away the bettered steps of the blocks below one; return how many blocks went."""
    below = low
    while below > 0:
        block = stairs.order[below - 1]
        steps_z, size = stairs.z[block], stairs.size[block]
        while size > 0 and steps_z[size - 1] <= z:
            size -= 1
        if size:
            stairs.size[block] = size
            stairs.reach[below - 1] = stairs.y[block, size - 1]
            break
        below -= 1
    gone = low - below
    if gone:
        n_blocks = stairs.n_blocks[0]
        freed = stairs.order[below:low].copy()
        for k in range(low, n_blocks):
            stairs.order[k - gone] = stairs.order[k]
            stairs.reach[k - gone] = stairs.reach[k]
        stairs.order[n_blocks - gone : n_blocks] = freed
        stairs.n_blocks[0] = n_blocks - gone
    return gone


@njit(cache=True, nogil=True)
def _set_in_halves(stairs: Staircase, low: int, at: int, y: int, z: int) -> Staircase:
    """Split a full block, then put the step."""
    n_blocks = stairs.n_blocks[0]
    if n_blocks == len(stairs.order):
        stairs = _grown(stairs)
    block, other, half = stairs.order[low], stairs.order[n_blocks], _ROOM // 2
    for k in range(n_blocks, low + 1, -1):
        stairs.order[k] = stairs.order[k - 1]
        stairs.reach[k] = stairs.reach[k - 1]
    stairs.order[low + 1] = other
    stairs.y[other, : _ROOM - half] = stairs.y[block, half:]
    stairs.z[other, : _ROOM - half] = stairs.z[block, half:]
    stairs.size[block], stairs.size[other] = half, _ROOM - half
    stairs.reach[low + 1] = stairs.reach[low]
    stairs.reach[low] = stairs.y[block, half - 1]
    stairs.n_blocks[0] = n_blocks + 1
    if at > half:
        low, at, block = low + 1, at - half, other
    steps_y, steps_z, size = stairs.y[block], stairs.z[block], stairs.size[block]
    for k in range(size, at, -1):
        steps_y[k] = steps_y[k - 1]
        steps_z[k] = steps_z[k - 1]
    steps_y[at] = y
    steps_z[at] = z
    stairs.size[block] = size + 1
    stairs.reach[low] = steps_y[size]
    return stairs


@njit(cache=True, nogil=True)
def _grown(stairs: Staircase) -> Staircase:
    """Return the same staircase with twice the room."""
    n_blocks = len(stairs.order)
    more = empty_staircase(2 * n_blocks)
    more.y[:n_blocks] = stairs.y
    more.z[:n_blocks] = stairs.z
    more.size[:n_blocks] = stairs.size
    more.order[:n_blocks] = stairs.order
    more.reach[:n_blocks] = stairs.reach
    more.n_blocks[0] = stairs.n_blocks[0]
    return more
