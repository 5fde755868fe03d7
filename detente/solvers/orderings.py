"""Orders of items in stages, some of which must not come later than others.

"a before b" means that a is in no later stage than b; the same stage is allowed. Items that must be
together are each before the other. What is in force after a stage is then a set that holds, with
every item, all that must not come later; an order is a rising chain of such sets from none to all.
Unrestricted orders of n items number 1, 3, 13, 75, 541, 4,683, ... (Fubini numbers).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import comb

from detente.solvers.roadmap import Stages


@dataclass(frozen=True, kw_only=True)
class Precedence:
    """Which orders of items are allowed.

    before : pairs; the first is in no later stage than the second
    together : items of which all are in the same stage
    largest : how many blocks a stage may have, any number when None. A *block* is an item, or items
        that must be together
    """

    n_items: int
    before: tuple[tuple[int, int], ...] = ()
    together: tuple[tuple[int, ...], ...] = ()
    largest: int | None = None

    @cached_property
    def needed(self) -> tuple[int, ...]:
        """For each item the items that are in no later stage, itself among them; sets as bits."""
        needed = [1 << item for item in range(self.n_items)]
        for first, second in self.before:
            needed[second] |= 1 << first
        for group in self.together:
            for item in group:
                needed[item] |= sum(1 << other for other in set(group))
        for middle in range(self.n_items):
            for item in range(self.n_items):
                if needed[item] >> middle & 1:
                    needed[item] |= needed[middle]
        return tuple(needed)

    @cached_property
    def blocks(self) -> tuple[int, ...]:
        """The items of each block, as bits; no block needs a later one."""
        same = {
            sum(1 << b for b in range(self.n_items) if mine >> b & 1 and self.needed[b] == mine)
            for mine in self.needed
        }
        rank = {block: self.needed[members(block)[0]].bit_count() for block in same}
        return tuple(sorted(same, key=lambda block: (rank[block], members(block))))

    @cached_property
    def blocks_needed(self) -> tuple[int, ...]:
        """For each block the other blocks that are in no later stage, as bits over blocks."""
        return tuple(
            sum(
                1 << place
                for place, other in enumerate(self.blocks)
                if other != block and self.needed[members(block)[0]] & other
            )
            for block in self.blocks
        )

    @property
    def n_blocks(self) -> int:
        """How many blocks there are."""
        return len(self.blocks)

    def items_of(self, blocks: int) -> int:
        """Return the items, as bits, of some blocks, as bits."""
        return sum(block for place, block in enumerate(self.blocks) if blocks >> place & 1)

    def stages_after(self, done: int) -> Iterator[int]:
        """Yield what can be the next stage once some blocks are in force; all as bits over blocks.

        Examples
        --------
        >>> allowed = Precedence(n_items=3, before=((0, 1), (1, 2)), largest=2)
        >>> [bin(stage) for stage in allowed.stages_after(0)]
        ['0b1', '0b11']
        """
        largest = self.largest or self.n_blocks

        def grown(stage: int, first: int, room: int) -> Iterator[int]:
            for place in range(first, self.n_blocks) if room else ():
                bit = 1 << place
                if not done & bit and self.blocks_needed[place] & ~(done | stage) == 0:
                    yield stage | bit
                    yield from grown(stage | bit, place + 1, room - 1)

        return grown(0, 0, largest)

    def admits(self, order: Stages) -> bool:
        """Return whether an order of the items is allowed.

        Examples
        --------
        >>> allowed = Precedence(n_items=3, before=((0, 1),))
        >>> allowed.admits(((0, 1), (2,))), allowed.admits(((1,), (0, 2)))
        (True, False)
        """
        done = 0
        for stage in order:
            coming = sum(1 << item for item in stage)
            done |= coming
            n_blocks = sum(1 for block in self.blocks if block & coming)
            if any(self.needed[item] & ~done for item in stage):
                return False
            if self.largest is not None and n_blocks > self.largest:
                return False
        return True

    def n_steps(self, largest: int | None = None) -> int:
        """Return an upper bound on the pairs of a set in force and a next stage."""
        n, most = self.n_blocks, largest or self.largest or self.n_blocks
        return sum(
            comb(n, left) * sum(comb(left, size) for size in range(1, min(most, left) + 1))
            for left in range(1, n + 1)
        )


def orders_of(allowed: Precedence, *, most: int) -> tuple[tuple[Stages, ...], bool]:
    """List the allowed orders, at most so many, and say whether these are all.

    Examples
    --------
    >>> orders_of(Precedence(n_items=2), most=10)
    ((((0,), (1,)), ((0, 1),), ((1,), (0,))), True)
    >>> orders_of(Precedence(n_items=2, before=((1, 0),)), most=1)
    ((((1,), (0,)),), False)
    """
    found = tuple(islice(_orders(allowed, 0), most + 1))
    return found[:most], len(found) <= most


def _orders(allowed: Precedence, done: int) -> Iterator[Stages]:
    if done == (1 << allowed.n_blocks) - 1:
        yield ()
        return
    for stage in allowed.stages_after(done):
        items = members(allowed.items_of(stage))
        for rest in _orders(allowed, done | stage):
            yield (items, *rest)


def n_orders(allowed: Precedence) -> int:
    """Count the allowed orders.

    Cost: where blocks need nothing O(n_blocks^2); otherwise one step for every pair of a set in
    force and a next stage.

    Examples
    --------
    >>> n_orders(Precedence(n_items=8)), n_orders(Precedence(n_items=8, largest=1))
    (545835, 40320)
    >>> n_orders(Precedence(n_items=3, before=((0, 1),), together=((1, 2),)))
    2
    """
    n = allowed.n_blocks
    largest = allowed.largest or n
    if not any(allowed.blocks_needed):
        free = [1]
        for left in range(1, n + 1):
            sizes = range(1, min(largest, left) + 1)
            free.append(sum(comb(left, size) * free[left - size] for size in sizes))
        return free[n]
    counts = {(1 << n) - 1: 1}

    def count(done: int) -> int:
        if done not in counts:
            counts[done] = sum(count(done | stage) for stage in allowed.stages_after(done))
        return counts[done]

    return count(0)


def members(items: int) -> tuple[int, ...]:
    """Return the places of the bits of a set, ascending."""
    return tuple(place for place in range(items.bit_length()) if items >> place & 1)
