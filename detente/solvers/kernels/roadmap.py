"""Orders of items in stages, searched set by set, where going on is worth the same in any order.

Sets are bits: of items, or of blocks, which are items that come into force together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from detente.factors import Ints
from detente.hit_and_run import Floats

Words = NDArray[np.uint64]


class Sets(NamedTuple):
    """What readings share.

    items : the items of each set of blocks, shape (2^n_blocks,)
    needs : the blocks that are in no later stage, of each block; a block needs earlier ones only
    delivers : the items each signatory delivers
    marks : the items that must all be in force for an effect on walking away; 0 where any will do
    passed : time passed once a set of items is in force, shape (2^n_items,)
    largest : how many blocks a stage may have
    """

    items: Ints
    needs: Ints
    delivers: Ints
    marks: Ints
    passed: Floats
    largest: int


class Amounts(NamedTuple):
    """What differs between readings.

    start, end : walking away before anything is in force, and after completion
    effects : of each mark, shape (n_rows, n_marks, n_signatories)
    final : value of the package
    drift : of walking away, per unit of time
    """

    start: Floats
    end: Floats
    effects: Floats
    final: Floats
    drift: Floats


class Found(NamedTuple):
    """Filled in reading by reading.

    least : the smallest possible largest missing guarantee, shape (n_rows,)
    stages : of an order that needs no more, as sets of blocks, zeros behind the last; shape
        (n_rows, n_blocks)
    many : how many orders are self-enforcing: a higher and a lower word, shape (n_rows, 2)
    solved : how many readings were gone through, shape (1,)
    """

    least: Floats
    stages: Ints
    many: Words
    solved: Ints


@njit(cache=True, nogil=True)
def worth_by_set(worth: Floats, start: float, marks: Ints, effects: Floats) -> None:
    """Fill in what walking away, or an open table, is worth with each set of items in force.

    worth : shape (2^n_items,); effects : of each mark on one party. That of mark 0 comes as soon as
        anything is in force
    """
    worth[0] = start
    for force in range(1, len(worth)):
        low = force & -force
        total = worth[force ^ low]
        for mark in range(len(marks)):
            needed = marks[mark]
            if (needed & low and needed & ~force == 0) or (needed == 0 and force == low):
                total += effects[mark]
        worth[force] = total


@njit(cache=True, nogil=True)
def search(sets: Sets, amounts: Amounts, found: Found, stop: Ints) -> None:
    """Go through every reading until told to stop."""
    n_parties = len(sets.delivers)
    n_sets = len(sets.items)
    short = np.empty((n_parties, len(sets.passed)))
    least = np.empty(n_sets)
    then = np.zeros(n_sets, np.int64)
    many = np.zeros((n_sets, 2), np.uint64)
    for row in range(len(amounts.start)):
        if stop[0]:
            return
        for party in range(n_parties):
            final = amounts.final[row, party]
            worth = short[party]
            worth_by_set(
                worth, amounts.start[row, party], sets.marks, amounts.effects[row, :, party]
            )
            worth[-1] = amounts.end[row, party]
            for force in range(len(worth)):
                moved = np.rint(amounts.drift[row, party] * sets.passed[force])
                worth[force] = max(worth[force] + moved - final, 0.0)
        _fill(sets, short, least, then, many)
        found.least[row] = least[0]
        found.many[row] = many[0]
        done, place = 0, 0
        while done != n_sets - 1:
            found.stages[row, place] = then[done]
            done |= then[done]
            place += 1
        found.solved[0] += 1


@njit(cache=True, nogil=True)
def _fill(sets: Sets, short: Floats, least: Floats, then: Ints, many: Words) -> None:
    """Find, backwards for every set in force, the best way on and how many good ones there are."""
    everything = len(sets.items) - 1
    chosen = np.zeros(len(sets.needs) + 1, np.int64)
    for done in range(everything, -1, -1):
        need = 0.0
        for party in range(len(short)):
            need = max(need, short[party, sets.items[done]])
        least[done], many[done, 0], many[done, 1] = np.inf, 0, 0
        if done == everything:
            least[done], many[done, 1] = need, need == 0.0
        elif _closed(sets, done):
            stage, depth, place = _next(sets, done, chosen, (0, 0, 0))
            while depth:
                worst = max(need, _tempted(sets, short, done, stage))
                after = done | stage
                if worst == 0.0:
                    many[done, 1] += many[after, 1]
                    many[done, 0] += many[after, 0] + np.uint64(many[done, 1] < many[after, 1])
                worst = max(worst, least[after])
                if worst < least[done]:
                    least[done], then[done] = worst, stage
                stage, depth, place = _next(sets, done, chosen, (stage, depth, place))


@njit(cache=True, nogil=True)
def _closed(sets: Sets, done: int) -> bool:
    """Return whether no block is in force before one that must not come later."""
    for place in range(len(sets.needs)):
        if done >> place & 1 and sets.needs[place] & ~done:
            return False
    return True


@njit(cache=True, nogil=True)
def _next(sets: Sets, done: int, chosen: Ints, now: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return what can be the next stage after another one, as bits over blocks.

    now : the stage, how many blocks it has, and from where on another block is sought. All are 0 at
        first; no block is left in the stage once there is none after
    chosen : the blocks of the stage, filled in
    """
    stage, depth, place = now
    n_blocks = len(sets.needs)
    while True:
        while place < n_blocks and (done >> place & 1 or sets.needs[place] & ~(done | stage)):
            place += 1
        if place < n_blocks and depth < sets.largest:
            chosen[depth] = place
            return stage | 1 << place, depth + 1, place + 1
        if depth == 0:
            return 0, 0, 0
        depth -= 1
        place = chosen[depth] + 1
        stage ^= 1 << chosen[depth]


@njit(cache=True, nogil=True)
def _tempted(sets: Sets, short: Floats, done: int, stage: int) -> float:
    """Return the most that is missing inside a stage: the others deliver and one does not."""
    items, coming = sets.items[done], sets.items[stage]
    worst = 0.0
    for party in range(len(sets.delivers)):
        mine = coming & sets.delivers[party]
        if mine:
            worst = max(worst, short[party, items | (coming ^ mine)])
    return worst
