"""The Pareto frontier of acceptable packages, without listing packages.

Issues are merged one at a time (see :mod:`~detente.solvers.merging`). What that costs follows the
number of different values on the frontier, not the number of packages. Small whole numbers are
merged on a grid, many candidates by compiled code; where memory or time run out, labels are thinned
and the answer says by how much it may fall short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from time import monotonic
from typing import Literal

import numpy as np

from detente.diagram import Diagram, Floats, Layer
from detente.factors import Bools, Ints, Whole
from detente.solvers import compiled_merging
from detente.solvers.ends import lean
from detente.solvers.grid import Boxes, Grid, boxes_of, grid_of, moved
from detente.solvers.merging import Cuts, Labels, candidates_of, cuts_of, first_labels, merged
from detente.solvers.thinning import thinned, thinned_to
from detente.solvers.thresholds import (
    COMPILED_CANDIDATES,
    COMPILED_CANDIDATES_LOADED,
    COMPILED_CANDIDATES_OF_MANY,
    COPIES,
    FEWEST,
    GRID_CELLS_PER_CANDIDATE,
    GRID_MEMORY_SHARE,
    JOINT_CUTS,
    THIN_EVERY,
    THINNED_SHARE,
)
from detente.work import Work

_FEW_PARTIES = 12
"""Of more parties only pairs are weighed."""

Status = Literal["exact", "approximate"]
Reason = Literal["", "asked", "memory", "time"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Frontier:
    """The different vectors of values on the frontier, and how they were reached.

    vectors : whole numbers, shape (n_vectors, n_parties), the largest first (lexicographically)
    status : ``exact``: these are all, and nothing else. ``approximate``: every acceptable package
        is matched by one of these within ``shortfall`` for every party; each is the value of an
        allowed package, but some may lie below a no-deal value, and some be dominated
    shortfall : by party, in the units of the values; 0 when exact
    reason : why it is approximate
    reached : what partial packages are worth after each layer
    """

    diagram: Diagram
    vectors: Whole
    status: Status
    shortfall: tuple[int, ...]
    reason: Reason
    reached: tuple[Labels | Grid, ...]

    def __len__(self) -> int:
        return len(self.vectors)

    @property
    def gains(self) -> Whole:
        """The vectors less the no-deal values."""
        gains: Whole = self.vectors - self.diagram.factors.no_deal
        return gains

    @property
    def acceptable(self) -> Bools:
        """Which vectors are worth no less than no deal for every party; all when exact."""
        return np.asarray((self.gains >= 0).all(axis=1), dtype=bool)


def frontier_of(
    diagram: Diagram, /, *, work: Work | None = None, tolerance: Sequence[int] | None = None
) -> Frontier:
    """Return the Pareto frontier of the acceptable packages.

    A package is acceptable when it is allowed and worth no less than no deal to every party; it is
    on the frontier when no other acceptable package is worth more to one party and no less to any.

    Parameters
    ----------
    work
        Progress, cancellation, and the limits of time and memory. When a limit is reached the
        result is approximate.
    tolerance
        By party, how far a package may be missed, in the units of the values. The result is then
        approximate with at most that shortfall, and often far smaller.

    Packages with equal values are one vector here; :mod:`~detente.solvers.replay` tells them apart.

    Examples
    --------
    >>> from detente.diagram import diagram_of
    >>> from detente.factors import factors_of
    >>> pay = [[0, 6], [2, 4], [5, 0]]
    >>> shifts = [[4, 0], [0, 3]]
    >>> frontier_of(diagram_of(factors_of([pay, shifts], [4, 2]))).vectors.tolist()
    [[6, 4], [4, 6]]
    """
    run = _Run(diagram, work or Work(), tolerance)
    labels: Labels | Grid = first_labels(diagram)
    reached = [labels]
    if diagram.empty or run.cuts.hopeless:
        return run.result(np.zeros((0, diagram.factors.n_parties), diagram.factors.dtype), reached)
    for depth in range(1, diagram.n_issues + 1):
        run.work.step("merging issues", depth - 1, diagram.n_issues)
        labels = run.read(labels, depth)
        reached.append(labels)
    run.work.step("merging issues", diagram.n_issues, diagram.n_issues)
    last = labels.labels() if isinstance(labels, Grid) else labels
    return run.result(last.values, reached)


class _Run:
    """One run over the layers; it changes its method as labels grow, and counts what is lost."""

    def __init__(self, diagram: Diagram, work: Work, tolerance: Sequence[int] | None) -> None:
        self.diagram, self.work = diagram, work
        self.sides = None if tolerance is None else _sides(tolerance, diagram.n_issues)
        self.reason: Reason = "" if tolerance is None else "asked"
        self.lost = np.zeros(diagram.factors.n_parties)
        self.cuts = _acceptability(diagram)
        self.boxes = boxes_of(diagram) if tolerance is None else None
        self.layers = [lean(layer) for layer in diagram.layers]
        self.ends = None if work.seconds is None else monotonic() + work.seconds
        self.held = 0

    def read(self, labels: Labels | Grid, depth: int) -> Labels | Grid:
        """Read the next issue by the method that is cheapest now."""
        if isinstance(labels, Grid) and self._late:
            labels = labels.labels()
        layer = self.layers[depth - 1]
        boxes = self.boxes
        if boxes and isinstance(labels, Labels) and self._grid_pays(boxes, labels, layer, depth):
            labels = grid_of(labels, boxes, depth - 1)
        if isinstance(labels, Grid):
            found: Labels | Grid = moved(labels, layer, self.work)
        else:
            found = self._thinned(self._merged(labels, layer, depth), depth)
        self.held += found.n_bytes
        return found

    def result(self, values: Whole, reached: Sequence[Labels | Grid]) -> Frontier:
        """Return the frontier from the vectors of whole packages."""
        factors = self.diagram.factors
        if not self.reason:
            values = values[np.asarray((values >= factors.no_deal).all(axis=1), dtype=bool)]
        return Frontier(
            diagram=self.diagram,
            vectors=_falling(values),
            status="approximate" if self.reason else "exact",
            shortfall=tuple(int(lost) for lost in self.lost),
            reason=self.reason,
            reached=tuple(reached),
        )

    @property
    def _late(self) -> bool:
        return self.ends is not None and monotonic() > self.ends

    def _left(self) -> Work:
        """Return the circumstances with the time that is left."""
        if self.ends is None:
            return self.work
        return replace(self.work, seconds=max(0.0, self.ends - monotonic()))

    @property
    def _room(self) -> int:
        """How many labels may be kept within the memory limit."""
        bytes_each = 8 * self.diagram.factors.n_parties
        return max(FEWEST, (self.work.memory - self.held) // (COPIES * bytes_each))

    def _grid_pays(self, boxes: Boxes, labels: Labels, layer: Layer, depth: int) -> bool:
        remaining = range(depth, self.diagram.n_issues + 1)
        memory = sum(boxes.cells[d].sum() for d in remaining) * boxes.kind.itemsize
        if memory > GRID_MEMORY_SHARE * self.work.memory:
            return False
        moves = sum(boxes.cells[d][self.diagram.layers[d - 1].target].sum() for d in remaining)
        candidates = candidates_of(labels, layer) * len(remaining)
        return bool(moves <= GRID_CELLS_PER_CANDIDATE * candidates)

    @property
    def _many(self) -> int:
        """From how many candidates on compiled merging pays."""
        many = (
            COMPILED_CANDIDATES
            if self.diagram.factors.n_parties <= 4
            else COMPILED_CANDIDATES_OF_MANY
        )
        if self.sides is None and compiled_merging.is_loaded():
            return min(many, COMPILED_CANDIDATES_LOADED)
        return many

    def _merged(self, labels: Labels, layer: Layer, depth: int) -> Labels:
        """Merge; where the result would not fit, thin what there is and try again."""
        while True:
            need = self.cuts.need(depth, self.lost)
            weights = self.cuts.weights
            few = candidates_of(labels, layer) < self._many or len(labels) <= FEWEST
            if few or labels.values.dtype == object:
                return merged(labels, layer, weights, need, self.work)
            found = compiled_merging.merged(
                labels, layer, weights, need, self._left(), most=self._room
            )
            if found is not None:
                return found
            self.reason = "time" if self._late else "memory"
            most = FEWEST if self._late else int(len(labels) * THINNED_SHARE)
            labels = self._thin(labels, most)

    def _thinned(self, labels: Labels, depth: int) -> Labels:
        """Thin labels where that was asked for, or where memory or time make it necessary."""
        if self.sides is not None and (self.diagram.n_issues - depth) % THIN_EVERY == 0:
            labels, lost = thinned(labels, self.sides)
            self.lost = self.lost + lost
        most = FEWEST if self._late else self._room
        if len(labels) > most and depth < self.diagram.n_issues:
            self.reason = "time" if self._late else "memory"
            labels = self._thin(labels, int(most * THINNED_SHARE))
        return labels

    def _thin(self, labels: Labels, most: int) -> Labels:
        labels, lost = thinned_to(labels, most)
        self.lost = self.lost + lost
        return labels


def _falling(vectors: Whole) -> Whole:
    """Return vectors in falling lexicographic order, in which compiled merging leaves them."""
    if len(vectors) < 2:
        return vectors
    steps = vectors[:-1] - vectors[1:]
    where = np.asarray(steps != 0, dtype=bool).argmax(axis=1)
    if (steps[np.arange(len(steps)), where] >= 0).all():
        return vectors
    if vectors.dtype == object:
        rows = sorted(range(len(vectors)), key=lambda row: tuple(vectors[row]), reverse=True)
        return vectors[rows]
    return vectors[np.lexsort(vectors.T[::-1])[::-1]]


def _sides(tolerance: Sequence[int], n_layers: int) -> Ints:
    """Return the sides of boxes with which all thinnings together lose no more than a tolerance."""
    times = -(-n_layers // THIN_EVERY)
    return np.array([int(t) // times + 1 for t in tolerance], dtype=np.int64)


def _acceptability(diagram: Diagram) -> Cuts:
    """Return bounds that every acceptable package meets.

    Each party's own, where its no-deal value is not below everything; and the tightest weighted
    sums of several parties, tightness being what is left over no deal at best, where each party's
    own best gain counts as one.
    """
    n_parties = diagram.factors.n_parties
    no_deal = diagram.factors.no_deal.astype(np.float64)
    single = np.eye(n_parties)
    if not n_parties or diagram.empty:
        return cuts_of(diagram, single, no_deal)
    best = diagram.best_rest(single)[0][:, 0] - no_deal
    worst = -diagram.best_rest(-single)[0][:, 0] - no_deal
    binding = worst < 0
    if not binding.any() or (best < 0).any():
        return cuts_of(diagram, single[binding], no_deal[binding])
    joint = _lattice(n_parties) / np.maximum(best, 1.0)
    left = diagram.best_rest(joint)[0][:, 0] - joint @ no_deal
    tightest = joint[np.argsort(left, kind="stable")[:JOINT_CUTS]]
    weights = np.concatenate([single[binding], tightest])
    return cuts_of(diagram, weights, weights @ no_deal)


def _lattice(n_parties: int) -> Floats:
    """Return weights of two parties and more that sum to 1, in steps."""
    steps = {2: 16, 3: 7, 4: 5}.get(n_parties, 3 if n_parties <= _FEW_PARTIES else 2)
    chosen = combinations_with_replacement(range(n_parties), steps)
    rows = sorted([who.count(p) for p in range(n_parties)] for who in chosen if len(set(who)) > 1)
    return np.array(rows, dtype=np.float64).reshape(len(rows), n_parties) / steps
