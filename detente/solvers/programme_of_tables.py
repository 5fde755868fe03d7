"""Every table that a set of agendas needs, once, in an order in which each finds what it needs.

Compiled code then works through the list reading by reading (:mod:`detente.solvers.agendas`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from detente.factors import Ints
from detente.solvers.backwards import Rule
from detente.solvers.partitions import Allowed, issues_of, last_bundles
from detente.solvers.states import Issues, step_of

if TYPE_CHECKING:
    from detente.solvers.kernels.agendas import Geometry, Programme

Sets = tuple[int, ...]
"""Bundles in the order in which they are negotiated, as numbers: bit j is issue j."""
WALK_AWAY = PACKAGES = -1
"""No place among the values of states."""
START = 0
"""The place of the value of an agenda itself, which no other table needs."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Listed:
    """The tables, the agendas that begin with one, and the states that have to be held.

    orders : bundles of each agenda as sets, 0 after the last, shape (n_agendas, most_bundles)
    """

    programme: Programme
    orders: Ints
    n_states: int


@lru_cache(maxsize=4)
def geometry_of(sizes: Issues, status_quo: Issues) -> Geometry:
    """Return how states over all sets of issues lie.

    Cost: as many numbers as the product of the sizes plus two.
    """
    from detente.solvers.kernels.agendas import Geometry

    n_sets = 1 << len(sizes)
    members = [issues_of(chosen) for chosen in range(n_sets)]
    n_states = np.array([prod(sizes[j] for j in issues) for issues in members])
    first = np.zeros((n_sets, n_sets), dtype=np.int64)
    position, changes, used = [], [], 0
    for union in range(n_sets):
        chosen = union
        while True:
            step = step_of(sizes, status_quo, members[union ^ chosen], members[chosen])
            first[union, chosen] = used
            position.append(step.offset)
            used += len(step.offset)
            if not chosen:
                break
            chosen = (chosen - 1) & union
        changes.append(step_of(sizes, status_quo, (), members[union]).changes)
    return Geometry(
        n_states=n_states,
        position=np.concatenate(position),
        position_from=first,
        changes=np.concatenate(changes),
        state_from=np.cumsum(n_states) - n_states,
    )


@lru_cache(maxsize=8)
def tables_of(allowed: Allowed, sizes: Issues, rule: Rule) -> Listed:
    """List the tables that the agendas allowed need, agendas in the order of ``agendas_of``.

    Under ``end`` what stands at a depth of the search is overwritten by the next; under ``set
    aside`` every value is held, because it may be what another bundle's failure leads to.
    """
    from detente.solvers.kernels.agendas import Programme

    listing = _Listing(allowed, sizes, rule)
    listing.search((1 << allowed.n_issues) - 1, ())
    columns = np.array(listing.tables, dtype=np.int64).reshape(-1, 6).T
    return Listed(
        programme=Programme(*(np.ascontiguousarray(column) for column in columns)),
        orders=np.array(listing.orders, dtype=np.int64),
        n_states=listing.n_states,
    )


@dataclass(slots=True)
class _Listing:
    """The tables listed so far."""

    allowed: Allowed
    sizes: Issues
    rule: Rule
    tables: list[tuple[int, int, int, int, int, int]] = field(default_factory=list)
    orders: list[list[int]] = field(default_factory=list)
    n_states: int = START + 1
    _places: dict[tuple[int, Sets], int] = field(default_factory=dict)
    _depths: list[int] = field(default_factory=list)

    def search(self, open_issues: int, tail: Sets) -> None:
        """List every agenda that ends with these bundles."""
        for bundle in last_bundles(self.allowed, open_issues):
            before, rest = open_issues ^ bundle, (bundle, *tail)
            if not before:
                self._begin(rest)
            elif len(rest) < self.allowed.most:
                self._place(before, rest)
                self.search(before, rest)

    def _begin(self, rest: Sets) -> None:
        after, stop = self._after(0, rest), self._stop(0, rest)
        self.tables.append((0, rest[0], after, stop, START, len(self.orders)))
        self.orders.append([*rest, *[0] * (self.allowed.most - len(rest))])

    def _place(self, settled: int, rest: Sets) -> int:
        """Return where the values of a table stand; list it when it is not yet."""
        if self.rule == "end":
            after = self._after(settled, rest)
            own = self._depth(len(rest))
            self.tables.append((settled, rest[0], after, WALK_AWAY, own, -1))
            return own
        if (settled, rest) not in self._places:
            after, stop = self._after(settled, rest), self._stop(settled, rest)
            own = self._room(prod(self.sizes[j] for j in issues_of(settled)))
            self.tables.append((settled, rest[0], after, stop, own, -1))
            self._places[settled, rest] = own
        return self._places[settled, rest]

    def _after(self, settled: int, rest: Sets) -> int:
        if len(rest) == 1:
            return PACKAGES
        if self.rule == "end":
            return self._depth(len(rest) - 1)
        return self._place(settled | rest[0], rest[1:])

    def _stop(self, settled: int, rest: Sets) -> int:
        if self.rule == "end" or len(rest) == 1:
            return WALK_AWAY
        return self._place(settled, (*rest[1:-1], rest[-1] | rest[0]))

    def _room(self, n_states: int) -> int:
        self.n_states += n_states
        return self.n_states - n_states

    def _depth(self, n_bundles: int) -> int:
        """Return where values stand before so many bundles; enough for any that can be settled."""
        while len(self._depths) < n_bundles:
            most = len(self.sizes) - len(self._depths) - 1
            n_states = prod(sorted(self.sizes, reverse=True)[:most])
            self._depths.append(self._room(n_states))
        return self._depths[n_bundles - 1]
