"""Merging issues one at a time: the undominated values of partial packages, state by state.

Labels are the different vectors of values that partial packages reach. Reading one more issue adds
its arcs' gains; of the results only those stay that no other in the same state dominates and from
which an acceptable package can still be completed. A partial package dominated in its state cannot
be part of a frontier package, since exchanging it would better the whole (dynamic programming with
dominance: Villarreal & Karwan 1981; on decision diagrams: Bergman & Cire 2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from detente.diagram import Diagram, Floats, Layer
from detente.factors import Bools, Ints, Whole
from detente.solvers.dominance import undominated
from detente.work import Work

_BLOCK = 1_000_000
"""Candidates formed at once."""
_SLACK = 1e-9
"""Bounds are computed in doubles; what misses one by less than this share of it, or of the values
that are added up on the way, stays."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labels:
    """The vectors of values that partial packages reach, grouped by state.

    values : shape (n_labels, n_parties); start : first label of each state, shape (n_states + 1,)
    """

    values: Whole
    start: Ints

    def __len__(self) -> int:
        return len(self.values)

    @property
    def n_bytes(self) -> int:
        """The memory the labels take."""
        return int(self.values.nbytes)

    @property
    def state(self) -> Ints:
        """The state of each label."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))


@dataclass(frozen=True, kw_only=True, eq=False)
class Cuts:
    """Linear bounds that a partial package must be able to meet once it is completed.

    weights : shape (n_cuts, n_parties); least : shape (n_cuts,), the weighted value demanded of the
        whole package
    size : shape (n_cuts,); no partial package's weighted value is farther from 0
    rest : for each layer and after the last, shape (n_cuts, n_states): the most that can still come
    """

    weights: Floats
    least: Floats
    size: Floats
    rest: Sequence[Floats]

    def need(self, depth: int, allowance: Floats) -> Floats:
        """Return what a label must be worth after so many layers; shape (n_cuts, n_states).

        allowance : shape (n_parties,), how far below a label may be for what was thinned out
        """
        least = self.least - self.weights @ allowance
        slack = _SLACK * (1 + np.abs(least) + np.abs(self.weights).sum(axis=1) + self.size)
        return np.asarray((least - slack)[:, None] - self.rest[depth])

    @property
    def hopeless(self) -> bool:
        """Whether no package at all can meet the bounds."""
        at_start = self.need(0, np.zeros(self.weights.shape[1]))[:, 0]
        return bool((at_start > 0).any())


def cuts_of(diagram: Diagram, weights: Floats, least: Floats) -> Cuts:
    """Return the bounds that a package's weighted values be at least so much."""
    size = np.abs(weights) @ diagram.most_added
    return Cuts(weights=weights, least=least, size=size, rest=diagram.best_rest(weights))


def first_labels(diagram: Diagram) -> Labels:
    """Return the one label before any issue is read."""
    n_parties = diagram.factors.n_parties
    values = np.zeros((1, n_parties), dtype=diagram.factors.dtype)
    return Labels(values=values, start=np.array([0, 1]))


def candidates_of(labels: Labels, layer: Layer) -> int:
    """Count the labels that reading an issue forms, before any is dropped."""
    return int(np.diff(labels.start)[layer.source].sum())


def merged(labels: Labels, layer: Layer, weights: Floats, need: Floats, work: Work) -> Labels:
    """Read one more issue: add its arcs' gains and keep the undominated labels of each state.

    weights : shape (n_cuts, n_parties); need : shape (n_cuts, n_states), see :meth:`Cuts.need`

    Cost: what filtering the candidates costs, see :func:`~detente.solvers.dominance.undominated`.
    """
    sizes = np.diff(labels.start)[layer.source]
    bounds = _cut_into_blocks(sizes)
    kept: list[Whole] = []
    states: list[Ints] = []
    for low, high in pairwise(bounds):
        work.check()
        arcs = np.repeat(np.arange(low, high), sizes[low:high])
        within = np.arange(len(arcs)) - np.repeat(
            np.cumsum(sizes[low:high]) - sizes[low:high], sizes[low:high]
        )
        parents = labels.start[layer.source[arcs]] + within
        values = labels.values[parents] + layer.gain[arcs]
        target = layer.target[arcs]
        alive = _meets(values, target, weights, need)
        kept.append(values[alive])
        states.append(target[alive])
        if len(kept) > 1 and sum(map(len, kept)) > 2 * _BLOCK:
            values, target = _filtered(np.concatenate(kept), np.concatenate(states), work)
            kept, states = [values], [target]
    values, target = _filtered(np.concatenate(kept), np.concatenate(states), work)
    return Labels(values=values, start=np.searchsorted(target, np.arange(layer.n_targets + 1)))


def _cut_into_blocks(sizes: Ints) -> list[int]:
    """Return bounds between which arcs together form about one block of candidates."""
    number = np.cumsum(sizes) // _BLOCK
    return [0, *(int(n) + 1 for n in np.flatnonzero(np.diff(number))), len(sizes)]


def _meets(values: Whole, target: Ints, weights: Floats, need: Floats) -> Bools:
    """Tell which labels may still be completed so that every bound is met."""
    alive = np.ones(len(values), dtype=bool)
    doubles = values.astype(np.float64)
    for row, least in zip(weights, need, strict=True):
        alive &= doubles @ row >= least[target]
    return alive


def _filtered(values: Whole, target: Ints, work: Work) -> tuple[Whole, Ints]:
    """Keep the undominated labels of each state, states in order."""
    order = np.argsort(target, kind="stable")
    values, target = values[order], target[order]
    states, first = np.unique(target, return_index=True)
    kept = []
    for low, high in pairwise([*first, len(target)]):
        work.check()
        kept.append(low + undominated(values[low:high]))
    rows = np.concatenate(kept) if len(states) else np.zeros(0, dtype=np.int64)
    return values[rows], target[rows]
