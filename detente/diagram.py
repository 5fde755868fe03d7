"""Packages as paths through a layered graph, so that conditions over several issues are exact.

Issues are read one after the other. Each condition becomes a small automaton that remembers only
what still matters of the options read so far; a state of the graph is one combination of what the
open conditions remember, an arc is an option. Partial packages that end in the same state have the
same completions, with the same further values. This is a multivalued decision diagram (Bergman,
Cire, van Hoeve & Hooker 2016), or variable elimination along one order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.errors import LimitError
from detente.factors import (
    Bools,
    Choices,
    Factors,
    Formula,
    Ints,
    Whole,
    masks_of,
    restricted,
    scope,
)
from detente.ordering import reading_order

Floats = NDArray[np.float64]

MOST_ARCS = 4_000_000
"""Arcs of one layer; beyond that the conditions are too entangled for one order of issues."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """The arcs of one issue, sorted by target, then source, then option.

    source, target : states before and after, shape (n_arcs,); option : shape (n_arcs,)
    gain : what the arc adds to each party's value, shape (n_arcs, n_parties)
    start : first arc of each target, shape (n_targets + 1,)
    """

    issue: int
    source: Ints
    target: Ints
    option: Ints
    gain: Whole
    start: Ints
    n_sources: int
    n_targets: int

    @cached_property
    def weight(self) -> Floats:
        """The gains as doubles."""
        return np.ascontiguousarray(self.gain, dtype=np.float64)

    @cached_property
    def leaving(self) -> tuple[Ints, Ints]:
        """The arcs in order of their sources, and where each source's arcs begin."""
        order = np.argsort(self.source, kind="stable")
        return order, np.searchsorted(self.source[order], np.arange(self.n_sources + 1))


@dataclass(frozen=True, kw_only=True, eq=False)
class Diagram:
    """All allowed packages as paths from the one first state to the one last state.

    Every arc lies on some path: an arc without completion is left out.
    """

    factors: Factors
    layers: tuple[Layer, ...]

    @property
    def n_issues(self) -> int:
        """How many layers there are."""
        return len(self.layers)

    @property
    def empty(self) -> bool:
        """Whether no package is allowed."""
        return any(not len(layer.source) for layer in self.layers)

    @cached_property
    def n_arcs(self) -> int:
        """The arcs of all layers."""
        return sum(len(layer.source) for layer in self.layers)

    @cached_property
    def n_paths(self) -> list[NDArray[Any]]:
        """For each layer and state before it, how many completions; Python integers."""
        found: list[NDArray[Any]] = [np.array([1], dtype=object)]
        for layer in reversed(self.layers):
            ways = np.zeros(layer.n_sources, dtype=object)
            np.add.at(ways, layer.source, found[-1][layer.target])
            found.append(ways)
        return found[::-1]

    @property
    def n_allowed(self) -> int:
        """How many packages are allowed, exactly."""
        return int(self.n_paths[0][0])

    @property
    def most_added(self) -> Floats:
        """How far from 0 the issues may take each party's value together; shape (n_parties,)."""
        most = np.zeros(self.factors.n_parties)
        for layer in self.layers:
            most += np.abs(layer.weight).max(axis=0, initial=0.0)
        return most

    def best_rest(self, weights: Floats) -> list[Floats]:
        """Return the largest weighted value still to come from each state.

        weights : shape (n_weights, n_parties)

        Returns for each layer, and after the last, shape (n_weights, n_states); minus infinity
        where no completion exists.
        """
        found = [np.zeros((len(weights), 1))]
        for layer in reversed(self.layers):
            order, first = layer.leaving
            reach = np.full((len(weights), layer.n_sources), -inf)
            if len(order):
                totals = weights @ layer.weight[order].T + found[-1][:, layer.target[order]]
                filled = np.flatnonzero(np.diff(first))
                reach[:, filled] = np.maximum.reduceat(totals, first[filled], axis=1)
            found.append(reach)
        return found[::-1]

    def heaviest(self, weights: Floats) -> Choices:
        """Return an allowed package with the largest weighted value; shape (n_issues,).

        weights : shape (n_parties,)
        """
        rest = self.best_rest(weights[None])
        package = np.zeros(self.n_issues, dtype=np.int64)
        state = 0
        for layer, after in zip(self.layers, rest[1:], strict=True):
            order, first = layer.leaving
            arcs = order[first[state] : first[state + 1]]
            best = arcs[np.argmax(layer.weight[arcs] @ weights + after[0, layer.target[arcs]])]
            package[layer.issue] = layer.option[best]
            state = int(layer.target[best])
        return package

    def sample(self, n_packages: int, generator: np.random.Generator) -> Choices:
        """Draw allowed packages, each as likely as any other; shape (n_packages, n_issues)."""
        packages = np.zeros((n_packages, self.n_issues), dtype=np.int64)
        states = np.zeros(n_packages, dtype=np.int64)
        for layer, after in zip(self.layers, self.n_paths[1:], strict=True):
            order, first = layer.leaving
            ways = after[layer.target[order]]
            moved = np.zeros_like(states)
            for state in np.unique(states):
                rows = np.flatnonzero(states == state)
                arcs = order[first[state] : first[state + 1]]
                own = ways[first[state] : first[state + 1]]
                total = sum(own.tolist())
                chances = np.array([way / total for way in own.tolist()])
                drawn = arcs[generator.choice(len(arcs), size=len(rows), p=chances / chances.sum())]
                packages[rows, layer.issue] = layer.option[drawn]
                moved[rows] = layer.target[drawn]
            states = moved
        return packages


def only(layer: Layer, arcs: Ints | Bools) -> Layer:
    """Return a layer with some of its arcs, in an order in which their targets ascend."""
    target = layer.target[arcs]
    return Layer(
        issue=layer.issue,
        source=layer.source[arcs],
        target=target,
        option=layer.option[arcs],
        gain=layer.gain[arcs],
        start=np.searchsorted(target, np.arange(layer.n_targets + 1)),
        n_sources=layer.n_sources,
        n_targets=layer.n_targets,
    )


def diagram_of(factors: Factors) -> Diagram:
    """Build the diagram of all allowed packages.

    Raises LimitError when a layer would have more than MOST_ARCS arcs.
    """
    order = reading_order(factors)
    formulas = [*(shift.when for shift in factors.shifts), *factors.bans]
    automata = [
        _automaton(formula, order, factors.sizes) for formula in formulas if formula is not True
    ]
    layers: list[Layer] = []
    states = _States(memory=np.zeros((1, 0), dtype=np.int64), columns=())
    conditional = {issue for automaton in automata for issue in automaton.reads}
    for issue in order:
        if issue in conditional:
            layer, states = _read(factors, automata, issue, states)
        else:
            layer = _free(factors, issue)
        layers.append(layer)
    if True in factors.bans:
        layers = [only(layer, np.zeros(0, dtype=np.int64)) for layer in layers]
    return Diagram(factors=factors, layers=tuple(_trimmed(layers) if factors.bans else layers))


@dataclass(frozen=True, slots=True, eq=False)
class _Automaton:
    """What one condition remembers while issues are read.

    reads : issue -> where each memory goes for each option, and whether the condition then holds;
        both of shape (n_memories, n_options)
    Memory 0 says that the condition is settled, memory 1 is where it begins.
    """

    reads: dict[int, tuple[Ints, Bools]]
    last: int


@dataclass(frozen=True, slots=True, eq=False)
class _States:
    """The states between two layers: what each open condition remembers.

    memory : shape (n_states, n_open); columns : which automata those are
    """

    memory: Ints
    columns: tuple[int, ...]


def _automaton(formula: Formula, order: Sequence[int], sizes: Sequence[int]) -> _Automaton:
    touched = scope(formula)
    issues = [issue for issue in order if issue in touched]
    reads: dict[int, tuple[Ints, Bools]] = {}
    known: list[Formula] = [False, formula]
    for issue in issues:
        after: dict[Formula, int] = {False: 0}
        follow = np.zeros((len(known), sizes[issue]), dtype=np.int64)
        hits = np.zeros((len(known), sizes[issue]), dtype=bool)
        for memory, left in enumerate(known):
            masks = masks_of(left, issue)
            results: dict[tuple[int, ...], Formula] = {}
            for option in range(sizes[issue]):
                sign = tuple(mask >> option & 1 for mask in masks)
                if sign not in results:
                    results[sign] = restricted(left, issue, option)
                rest = results[sign]
                hits[memory, option] = rest is True
                if rest is not True:
                    follow[memory, option] = after.setdefault(rest, len(after))
        known = list(after)
        reads[issue] = (follow, hits)
    return _Automaton(reads=reads, last=issues[-1])


def _free(factors: Factors, issue: int) -> Layer:
    """Read an issue that no condition speaks of; such issues come last, when nothing is open."""
    size = factors.sizes[issue]
    nowhere = np.zeros(size, dtype=np.int64)
    return Layer(
        issue=issue,
        source=nowhere,
        target=nowhere,
        option=np.arange(size),
        gain=factors.values[issue],
        start=np.array([0, size]),
        n_sources=1,
        n_targets=1,
    )


def _read(
    factors: Factors, automata: Sequence[_Automaton], issue: int, states: _States
) -> tuple[Layer, _States]:
    """Read one issue: the arcs from every state, and the states they lead to."""
    n_sources, size = len(states.memory), factors.sizes[issue]
    if n_sources * size > MOST_ARCS:
        raise LimitError(
            f"the conditions of this case are too entangled: {n_sources:,} combinations would have "
            "to be remembered at once; use conditions over fewer issues, or merge options"
        )
    source = np.repeat(np.arange(n_sources), size)
    option = np.tile(np.arange(size), n_sources)
    gain = factors.values[issue][option]
    allowed = np.ones(len(source), dtype=bool)
    memories = {a: states.memory[source, c] for c, a in enumerate(states.columns)}
    for a, automaton in enumerate(automata):
        if issue not in automaton.reads:
            continue
        follow, hits = automaton.reads[issue]
        before = memories.pop(a, np.ones(len(source), dtype=np.int64))
        hit = hits[before, option]
        if a < len(factors.shifts):
            gain[hit] = gain[hit] + factors.shifts[a].by
        else:
            allowed &= ~hit
        if automaton.last != issue:
            memories[a] = follow[before, option]
    columns = tuple(memories)
    kept = np.stack([*(memories[a][allowed] for a in columns)], axis=1) if columns else None
    target, memory = _numbered(kept, int(allowed.sum()))
    layer = Layer(
        issue=issue,
        source=source[allowed],
        target=target,
        option=option[allowed],
        gain=gain[allowed],
        start=np.zeros(len(memory) + 1, dtype=np.int64),
        n_sources=n_sources,
        n_targets=len(memory),
    )
    in_order = np.lexsort((layer.option, layer.source, layer.target))
    return only(layer, in_order), _States(memory=memory, columns=columns)


def _numbered(rows: Ints | None, n_rows: int) -> tuple[Ints, Ints]:
    """Number the different rows; return each row's number, and the different rows."""
    if rows is None or not n_rows:
        width = 0 if rows is None else rows.shape[1]
        return np.zeros(n_rows, dtype=np.int64), np.zeros((1, width), dtype=np.int64)
    keys = in_one_number(rows.T, n_rows)
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    return number, rows[first]


def in_one_number(columns: Iterable[Ints], n_rows: int) -> Ints:
    """Return a number for each row, equal for equal rows and in their lexicographic order.

    columns : whole numbers from 0, the one that counts most first; at least one row

    Examples
    --------
    >>> in_one_number([np.array([1, 0, 1]), np.array([2, 7, 2])], 3).tolist()
    [10, 7, 10]
    """
    keys, reach = np.zeros(n_rows, dtype=np.int64), 1
    for column in columns:
        size = int(column.max()) + 1
        if reach * size >= 2**62:
            keys = np.unique(keys, return_inverse=True)[1]
            reach = int(keys.max()) + 1
        keys = keys * size + column
        reach *= size
    return keys


def _trimmed(layers: Sequence[Layer]) -> list[Layer]:
    """Leave out arcs from which the last state cannot be reached."""
    found: list[Layer] = []
    alive = np.ones(1, dtype=bool)
    for layer in reversed(layers):
        kept = alive[layer.target]
        found.append(layer if kept.all() else only(layer, np.flatnonzero(kept)))
        alive = np.zeros(layer.n_sources, dtype=bool)
        alive[layer.source[kept]] = True
    reached = np.ones(1, dtype=bool)
    forward: list[Layer] = []
    for layer in reversed(found):
        kept = reached[layer.source]
        forward.append(layer if kept.all() else only(layer, np.flatnonzero(kept)))
        reached = np.zeros(layer.n_targets, dtype=bool)
        reached[layer.target[kept]] = True
    return forward
