"""How many packages are acceptable."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.diagram import Diagram
from detente.factors import Ints, Whole
from detente.solvers.lookup import distinct
from detente.solvers.merging import first_labels
from detente.solvers.thresholds import COUNTED_LABELS
from detente.work import Work


def n_acceptable(diagram: Diagram, /, *, work: Work | None = None) -> int | None:
    """Count the acceptable packages; None when that would take too long.

    A package is acceptable when it is allowed and worth no less than no deal to every party.
    Counting them is as hard as counting the solutions of knapsack problems, so the count is given
    up once more than ``COUNTED_LABELS`` different values of partial packages would be kept.

    Partial packages with equal values are counted together; those whose every completion is
    acceptable are counted at once, those without any are dropped.

    Examples
    --------
    >>> from detente.diagram import diagram_of
    >>> from detente.factors import factors_of
    >>> n_acceptable(diagram_of(factors_of([[[0, 6], [2, 4]], [[4, 2], [0, 3]]], [2, 4])))
    3
    """
    work = work or Work()
    factors = diagram.factors
    if diagram.empty:
        return 0
    units = np.eye(factors.n_parties)
    most = [rest.T for rest in diagram.best_rest(units)]
    least = [-rest.T for rest in diagram.best_rest(-units)]
    slack = 1e-9 * (1 + diagram.most_added)
    values = first_labels(diagram).values
    state = np.zeros(1, dtype=np.int64)
    ways = np.ones(1, dtype=np.int64 if diagram.n_allowed < 2**62 else object)
    total = 0
    for depth, layer in enumerate(diagram.layers, start=1):
        work.step("counting acceptable packages", depth - 1, diagram.n_issues)
        order, first = layer.leaving
        sizes = first[state + 1] - first[state]
        if int(sizes.sum()) > COUNTED_LABELS:
            return None
        row = np.repeat(np.arange(len(state)), sizes)
        arc = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        arc = order[arc + np.repeat(first[state], sizes)]
        values, state, ways = values[row] + layer.gain[arc], layer.target[arc], ways[row]
        short = np.asarray(values - factors.no_deal, dtype=np.float64)
        hopeful = (short + most[depth][state] >= -slack).all(axis=1)
        safe = (short + least[depth][state] >= slack).all(axis=1)
        completions = diagram.n_paths[depth].astype(ways.dtype)
        total += int((ways[safe] * completions[state[safe]]).sum())
        left = np.flatnonzero(hopeful & ~safe)
        values, state, ways = _together(values[left], state[left], ways[left])
    acceptable = np.asarray((values >= factors.no_deal).all(axis=1), dtype=bool)
    return total + int(ways[acceptable].sum())


def _together(values: Whole, state: Ints, ways: NDArray[Any]) -> tuple[Whole, Ints, NDArray[Any]]:
    """Add up the ways of labels with the same state and values."""
    state, values, number = distinct(state, values)
    total = np.zeros(len(state), dtype=ways.dtype)
    np.add.at(total, number, ways)
    return values, state, total
