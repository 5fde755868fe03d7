"""The packages behind vectors of values, and how many there are.

Merging keeps vectors only. A package with a frontier vector passes, layer by layer, through vectors
that were kept (otherwise exchanging its first issues would better it), so going backwards through
what was kept finds all packages, and only those.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.diagram import Layer
from detente.factors import Choices, Ints, Whole
from detente.solvers.frontier import Frontier
from detente.solvers.grid import Grid
from detente.solvers.lookup import Lookup, distinct, lookup_of
from detente.solvers.merging import Labels
from detente.work import Work

_BLOCK = 500_000
"""Arcs looked back along at once."""


def packages_behind(
    frontier: Frontier, rows: Ints, *, most: int = 1000, work: Work | None = None
) -> tuple[Choices, Ints]:
    """Return the packages with given vectors, in case order, at most so many of each.

    rows : positions of the vectors

    Returns packages, shape (n_packages, n_issues), and for each the place in ``rows`` of its
    vector, ascending. Where a vector has more than ``most`` packages, some of them are returned;
    where it has no more, all.
    """
    work = work or Work()
    diagram = frontier.diagram
    owner = np.arange(len(rows))
    vectors = frontier.vectors[rows]
    state = np.zeros(len(rows), dtype=np.int64)
    packages = np.zeros((len(rows), diagram.n_issues), dtype=np.int64)
    if not len(rows):
        return packages, owner
    for depth in range(diagram.n_issues, 0, -1):
        layer = diagram.layers[depth - 1]
        before = _ready(frontier.reached[depth - 1])
        parts = list(_looked_back(layer, before, state, vectors, work))
        row = np.concatenate([part.row for part in parts])
        arc = np.concatenate([part.arc for part in parts])
        order = np.lexsort((layer.option[arc], row))
        row, arc = row[order], arc[order]
        kept = _first_of_each(owner[row], most)
        row, arc = row[kept], arc[kept]
        packages = packages[row]
        packages[:, layer.issue] = layer.option[arc]
        owner, state = owner[row], layer.source[arc]
        vectors = vectors[row] - layer.gain[arc]
    order = np.lexsort((*packages.T[::-1], owner))
    return packages[order], owner[order]


def counts_behind(frontier: Frontier, rows: Ints, *, work: Work | None = None) -> NDArray[Any]:
    """Count the packages with given vectors, exactly; Python integers, shape (n_rows,).

    rows : positions of different vectors

    Cost: one look back from every different vector that some of the packages pass through.
    """
    work = work or Work()
    diagram = frontier.diagram
    vectors = frontier.vectors[rows]
    state = np.zeros(len(rows), dtype=np.int64)
    steps: list[tuple[Ints, Ints]] = []
    sizes = [len(rows)]
    if not len(rows):
        return np.zeros(0, dtype=object)
    for depth in range(diagram.n_issues, 0, -1):
        work.step("counting packages", diagram.n_issues - depth, diagram.n_issues)
        layer = diagram.layers[depth - 1]
        before = _ready(frontier.reached[depth - 1])
        parts = list(_looked_back(layer, before, state, vectors, work))
        row = np.concatenate([part.row for part in parts])
        arc = np.concatenate([part.arc for part in parts])
        state, vectors, number = distinct(layer.source[arc], vectors[row] - layer.gain[arc])
        steps.append((row, number))
        sizes.append(len(state))
    small = diagram.n_allowed < 2**62
    ways: NDArray[Any] = np.ones(len(state), dtype=np.int64 if small else object)
    for (row, number), size in zip(reversed(steps), reversed(sizes[:-1]), strict=True):
        total: NDArray[Any] = np.zeros(size, dtype=ways.dtype)
        np.add.at(total, row, ways[number])
        ways = total
    return ways.astype(object)


@dataclass(frozen=True, slots=True, eq=False)
class _Back:
    """Arcs that lead to vectors: the vector's place and the arc's."""

    row: Ints
    arc: Ints


def _looked_back(
    layer: Layer, before: Lookup | Grid, state: Ints, vectors: Whole, work: Work
) -> Iterator[_Back]:
    """Find the arcs along which each vector may have been reached."""
    yield _Back(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    block = max(1, _BLOCK // max(1, int(np.diff(layer.start).max(initial=0))))
    for low in range(0, len(state), block):
        work.check("looking packages up")
        own = state[low : low + block]
        sizes = layer.start[own + 1] - layer.start[own]
        row = np.repeat(np.arange(len(own)), sizes)
        arc = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        arc += np.repeat(layer.start[own], sizes)
        parents = vectors.take(low + row, axis=0) - layer.gain.take(arc, axis=0)
        held = before.holds(layer.source[arc], parents)
        yield _Back(low + row[held], arc[held])


def _first_of_each(owner: Ints, most: int) -> Ints:
    """Return positions of the first so many rows of each owner; owners need not be sorted."""
    order = np.argsort(owner, kind="stable")
    sorted_owner = owner[order]
    first = np.searchsorted(sorted_owner, sorted_owner)
    return np.sort(order[np.arange(len(order)) - first < most])


def _ready(reached: Labels | Grid) -> Lookup | Grid:
    return reached if isinstance(reached, Grid) else lookup_of(reached)
