"""The smallest sets that meet requirements, each of which can be met in one of several ways.

A *requirement* is a set of ways, a way a set of things; it is met by a set that holds all things of
one of its ways. Where every way is a single thing, a set that meets all requirements is a hitting
set, and to find a smallest one is hard in general (Karp 1972). Here requirements mostly share
little. What has only one way is taken, requirements that share nothing are met apart, and what is
left is an integer programme.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product
from math import prod

import numpy as np

Way = frozenset[int]
"""Things that are enough together."""
Requirement = frozenset[Way]
"""Ways, one of which is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallestSets:
    """The smallest sets that meet all requirements.

    sets : as many as were asked for, each ascending, in ascending order
    many : how many there are; None where they were not counted
    """

    sets: tuple[tuple[int, ...], ...]
    many: int | None

    @property
    def size(self) -> int:
        """How many things they have."""
        return len(self.sets[0])


def smallest_sets(requirements: Iterable[Requirement], /, *, most: int) -> SmallestSets | None:
    """Find smallest sets that meet all requirements; None where one of them has no way.

    most : list no more than so many. All are counted where that takes no more

    Cost: instant where no two requirements share anything; otherwise an integer programme with a
    row for each requirement, and another for each set that is listed.

    Examples
    --------
    >>> def way(*things):
    ...     return frozenset(things)
    >>> found = smallest_sets([way(way(1), way(2)), way(way(2), way(3, 4)), way(way(5))], most=5)
    >>> found.sets, found.many
    (((2, 5),), 1)
    """
    left = set(requirements)
    taken: set[int] = set()
    while True:
        only = {thing for ways in left if len(ways) == 1 for way in ways for thing in way}
        if not only:
            break
        taken |= only
        rest = ({frozenset(way - only) for way in ways} for ways in left)
        left = {frozenset(ways) for ways in rest if frozenset() not in ways}
    if frozenset() in left:
        return None
    parts = [_of_part(part, most) for part in apart(left)]
    chosen = islice(product(*(part.sets for part in parts)), most)
    sets = sorted(tuple(sorted(taken.union(*choice))) for choice in chosen)
    counts = [part.many for part in parts]
    many = None if None in counts else prod(count for count in counts if count is not None)
    return SmallestSets(sets=tuple(sets), many=many)


def things(requirements: Iterable[Requirement]) -> set[int]:
    """Return everything that requirements speak of."""
    return {thing for ways in requirements for way in ways for thing in way}


def apart(requirements: Iterable[Requirement]) -> Iterator[frozenset[Requirement]]:
    """Split requirements into those that share something, directly or through others.

    Examples
    --------
    >>> def single(*things):
    ...     return frozenset(frozenset({thing}) for thing in things)
    >>> sorted(map(len, apart([single(1, 2), single(3), single(2, 4)])))
    [1, 2]
    """
    at: dict[int, list[Requirement]] = {}
    for ways in requirements:
        for thing in things([ways]):
            at.setdefault(thing, []).append(ways)
    waiting = dict.fromkeys(requirements)
    while waiting:
        first = next(iter(waiting))
        del waiting[first]
        together, todo = {first}, [first]
        while todo:
            for thing in things([todo.pop()]):
                for ways in at.pop(thing, ()):
                    if ways not in together:
                        together.add(ways)
                        todo.append(ways)
                        del waiting[ways]
        yield frozenset(together)


def _of_part(part: Collection[Requirement], most: int) -> SmallestSets:
    """Find smallest sets where all requirements hang together."""
    if len(part) == 1:
        [ways] = part
        size = min(map(len, ways))
        every = sorted(tuple(sorted(way)) for way in ways if len(way) == size)
        return SmallestSets(sets=tuple(every[:most]), many=len(every))
    programme = _Programme(part)
    found = [programme.solved()]
    while len(found) <= most:
        programme.forbid(found[-1])
        further = programme.solved()
        if not further or len(further) > len(found[0]):
            return SmallestSets(sets=tuple(sorted(found)), many=len(found))
        found.append(further)
    return SmallestSets(sets=tuple(sorted(found[:most])), many=None)


class _Programme:
    """Unknowns that are 0 or 1: whether a thing is taken, and whether a way of several is."""

    def __init__(self, part: Collection[Requirement]) -> None:
        in_order = sorted(part, key=lambda ways: sorted(map(sorted, ways)))
        self.things = sorted(things(in_order))
        unknowns: dict[Way, int] = {frozenset({one}): k for k, one in enumerate(self.things)}
        self.rows: list[tuple[dict[int, int], int]] = []
        for ways in in_order:
            for way in sorted(ways, key=sorted):
                if way not in unknowns:
                    unknowns[way] = len(unknowns)
                    self.rows += [
                        ({unknowns[frozenset({one})]: 1, unknowns[way]: -1}, 0) for one in way
                    ]
            self.rows.append(({unknowns[way]: 1 for way in ways}, 1))
        self.n_unknowns = len(unknowns)

    def forbid(self, found: tuple[int, ...]) -> None:
        """Require that one of these is not taken."""
        places = np.searchsorted(self.things, found)
        self.rows.append(({int(k): -1 for k in places}, 1 - len(found)))

    def solved(self) -> tuple[int, ...]:
        """Return a smallest set, ascending; nothing where no set is left."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # takes most of a second to load
        from scipy.sparse import csr_array

        entries = [(a, r, k) for r, (row, _) in enumerate(self.rows) for k, a in row.items()]
        values, rows, columns = zip(*entries, strict=True)
        shape = (len(self.rows), self.n_unknowns)
        matrix = csr_array((values, (rows, columns)), shape=shape, dtype=float)
        cost = np.zeros(self.n_unknowns)
        cost[: len(self.things)] = 1
        found = milp(
            cost,
            integrality=np.ones(self.n_unknowns),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, lb=[least for _, least in self.rows]),
            options={"mip_rel_gap": 0},
        )
        if found.x is None:
            return ()
        return tuple(one for k, one in enumerate(self.things) if found.x[k] > 0.5)
