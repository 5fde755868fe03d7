"""The steps that nothing in two coordinates betters, kept in order while vectors come in.

A step is a pair (y, z); along the staircase y rises and z falls. Steps lie in blocks of at most
_ROOM, so that a new one moves few others; blocks are found through the highest y of each. Most
pairs need no search: y is divided into strips, and each strip knows the highest z of the strips
above it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.factors import Ints
from detente.solvers.kernels.slices import Shade

_ROOM = 64
_BLOCKS = 4
"""Blocks at first."""
_LOWEST = -(2**62)


class Staircase(NamedTuple):
    """Blocks of steps.

    y, z : the steps of each block from _ROOM x block; size : how many steps each block has
    order : blocks by rising y; reach : highest y of each block in that order
    n_blocks : shape (1,), how many of the blocks are in use
    shade : for each strip, the highest z of the steps in the strips above
    """

    y: Ints
    z: Ints
    size: Ints
    order: Ints
    reach: Ints
    n_blocks: Ints
    shade: Shade


@njit(cache=True, nogil=True)
def empty_staircase(reach: Ints, n_strips: int) -> Staircase:
    """Return a staircase without steps.

    reach : the smallest and largest y, shape (2,)
    n_strips : into how many strips y is divided at most; without any there is no shade
    """
    low, high = reach
    coarse = 0
    while n_strips and (high - low) >> coarse >= n_strips:
        coarse += 1
    return Staircase(
        np.empty(_BLOCKS * _ROOM, np.int64),
        np.empty(_BLOCKS * _ROOM, np.int64),
        np.zeros(_BLOCKS, np.int64),
        np.arange(_BLOCKS),
        np.empty(_BLOCKS, np.int64),
        np.zeros(1, np.int64),
        Shade(np.full(n_strips, _LOWEST), low, coarse),
    )


@njit(cache=True, nogil=True)
def widened(stairs: Staircase) -> Staircase:
    """Return the same staircase with room for twice as many blocks."""
    n_blocks = len(stairs.order)
    more = Staircase(
        np.empty(2 * n_blocks * _ROOM, np.int64),
        np.empty(2 * n_blocks * _ROOM, np.int64),
        np.zeros(2 * n_blocks, np.int64),
        np.arange(2 * n_blocks),
        np.empty(2 * n_blocks, np.int64),
        np.zeros(1, np.int64),
        stairs.shade,
    )
    more.y[: n_blocks * _ROOM] = stairs.y
    more.z[: n_blocks * _ROOM] = stairs.z
    more.size[:n_blocks] = stairs.size
    more.order[:n_blocks] = stairs.order
    more.reach[:n_blocks] = stairs.reach
    more.n_blocks[0] = stairs.n_blocks[0]
    return more


@njit(cache=True, nogil=True)
def is_below(stairs: Staircase, y: int, z: int) -> bool:
    """Tell whether some step is at least (y, z) in both."""
    rank, at = _place(stairs, y)
    return bool(rank < stairs.n_blocks[0] and stairs.z[at] >= z)


@njit(cache=True, nogil=True)
def climb(stairs: Staircase, y: int, z: int) -> None:
    """Make (y, z), which is not below the staircase, a step; there must be room for a block."""
    rank, at = _place(stairs, y)
    if rank == stairs.n_blocks[0]:
        if not rank:
            stairs.n_blocks[0] = 1
            stairs.size[stairs.order[0]] = 0
        rank = max(rank - 1, 0)
        at = _ROOM * stairs.order[rank] + stairs.size[stairs.order[rank]]
    first = _ROOM * stairs.order[rank]
    last = first + stairs.size[stairs.order[rank]]
    begin, end = at, at
    if end < last and stairs.y[end] == y:
        end += 1
    while begin > first and stairs.z[begin - 1] <= z:
        begin -= 1
    if begin == first:
        rank -= _cleared(stairs, rank, z)
    if begin == end and last == first + _ROOM:
        _halve(stairs, rank)
        if begin > first + _ROOM // 2:
            rank += 1
            begin += _ROOM * stairs.order[rank] - first - _ROOM // 2
        end = begin
    _put(stairs, rank, begin, end - begin)
    stairs.y[begin] = y
    stairs.z[begin] = z
    block = stairs.order[rank]
    stairs.reach[rank] = stairs.y[_ROOM * block + stairs.size[block] - 1]
    height, strip = stairs.shade.height, ((y - stairs.shade.low) >> stairs.shade.coarse) - 1
    while strip >= 0 and height[strip] < z:
        height[strip] = z
        strip -= 1


@njit(cache=True, nogil=True)
def _put(stairs: Staircase, rank: int, begin: int, n_gone: int) -> None:
    """Make one place in a block where so many steps were."""
    block = stairs.order[rank]
    last = _ROOM * block + stairs.size[block]
    if n_gone == 0:
        for k in range(last, begin, -1):
            stairs.y[k] = stairs.y[k - 1]
            stairs.z[k] = stairs.z[k - 1]
    elif n_gone > 1:
        for k in range(begin + n_gone, last):
            stairs.y[k - n_gone + 1] = stairs.y[k]
            stairs.z[k - n_gone + 1] = stairs.z[k]
    stairs.size[block] += 1 - n_gone


@njit(cache=True, nogil=True)
def _place(stairs: Staircase, y: int) -> tuple[int, int]:
    """Find the first step that is not lower: its block's rank, and where it is."""
    rank, width = 0, stairs.n_blocks[0]
    n_blocks = width
    while width > 1:
        half = width >> 1
        rank += half if stairs.reach[rank + half - 1] < y else 0
        width -= half
    if n_blocks:
        rank += stairs.reach[rank] < y
    if rank == n_blocks:
        return rank, 0
    block = stairs.order[rank]
    at, width = _ROOM * block, stairs.size[block]
    while width > 1:
        half = width >> 1
        at += half if stairs.y[at + half - 1] < y else 0
        width -= half
    return rank, at


@njit(cache=True, nogil=True)
def _cleared(stairs: Staircase, rank: int, z: int) -> int:
    """Take away the bettered steps of the blocks below one; return how many blocks went."""
    below = rank
    while below > 0:
        block = stairs.order[below - 1]
        size = stairs.size[block]
        while size > 0 and stairs.z[_ROOM * block + size - 1] <= z:
            size -= 1
        if size:
            stairs.size[block] = size
            stairs.reach[below - 1] = stairs.y[_ROOM * block + size - 1]
            break
        below -= 1
    gone = rank - below
    if gone:
        n_blocks = stairs.n_blocks[0]
        freed = stairs.order[below:rank].copy()
        for k in range(rank, n_blocks):
            stairs.order[k - gone] = stairs.order[k]
            stairs.reach[k - gone] = stairs.reach[k]
        stairs.order[n_blocks - gone : n_blocks] = freed
        stairs.n_blocks[0] = n_blocks - gone
    return gone


@njit(cache=True, nogil=True)
def _halve(stairs: Staircase, rank: int) -> None:
    """Move the upper half of a full block to a block of its own."""
    n_blocks = stairs.n_blocks[0]
    block, other = stairs.order[rank], stairs.order[n_blocks]
    for k in range(n_blocks, rank + 1, -1):
        stairs.order[k] = stairs.order[k - 1]
        stairs.reach[k] = stairs.reach[k - 1]
    half = _ROOM // 2
    for k in range(_ROOM - half):
        stairs.y[_ROOM * other + k] = stairs.y[_ROOM * block + half + k]
        stairs.z[_ROOM * other + k] = stairs.z[_ROOM * block + half + k]
    stairs.order[rank + 1] = other
    stairs.reach[rank + 1] = stairs.reach[rank]
    stairs.reach[rank] = stairs.y[_ROOM * block + half - 1]
    stairs.size[block], stairs.size[other] = half, _ROOM - half
    stairs.n_blocks[0] = n_blocks + 1
