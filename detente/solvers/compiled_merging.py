"""Merging issues one at a time where there are very many labels, compiled.

What is computed is what :func:`detente.solvers.merging.merged` computes.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.diagram import Floats, Layer
from detente.solvers import merging
from detente.solvers.merging import Labels
from detente.solvers.watch import watched
from detente.work import Work


def merged(
    labels: Labels, layer: Layer, weights: Floats, need: Floats, work: Work, *, most: int
) -> Labels | None:
    """Read one more issue: add its arcs' gains and keep the undominated labels of each state.

    Parameters
    ----------
    labels
        Values int64, smaller than 2^52. In any order; those of each state are best in falling
        lexicographic order.
    weights, need
        Cuts, see :meth:`detente.solvers.merging.Cuts.need`; shapes (n_cuts, n_parties) and
        (n_cuts, n_states). No weight is negative: what dominates a label meets the cuts it meets.
    work
        Cancels, and says how many seconds this one layer may take.
    most
        How many labels may be kept.

    Returns
    -------
    labels
        The same set as from :func:`detente.solvers.merging.merged`, the labels of each state in
        falling lexicographic order; None when there are more than ``most``, or when time is over.

    Raises CancelledError when asked to stop.

    Cost: candidates are formed and ordered a slice at a time, so memory follows what is kept. Two
    parties take little more than the number of labels kept; three O(log n) for a candidate, where
    most need one comparison; four O(log^2 n) where the range of values is small. Otherwise a tree
    is searched, at worst in O(n) for a candidate.

    Examples
    --------
    >>> from detente.diagram import diagram_of
    >>> from detente.factors import factors_of
    >>> pay, shifts = [[0, 6], [2, 4], [1, 3]], [[4, 0], [0, 3]]
    >>> diagram = diagram_of(factors_of([pay, shifts], [0, 0]))
    >>> labels = merging.first_labels(diagram)
    >>> for layer in diagram.layers:
    ...     labels = merged(labels, layer, np.zeros((0, 2)), np.zeros((0, 1)), Work(), most=10)
    >>> labels.values.tolist()
    [[6, 4], [4, 6], [2, 7], [0, 9]]
    """
    if labels.values.shape[1] < 2 or not merging.candidates_of(labels, layer):
        found = merging.merged(labels, layer, weights, need, work)
        return found if len(found) <= most else None
    from detente.solvers.kernels.merging import is_ordered, merge_layer
    from detente.solvers.kernels.slices import Cuts, Limits, keys_of, units_of

    values, start = _plain(labels.values), _plain(labels.start)
    arcs = (_plain(layer.source), _plain(layer.gain), _plain(layer.start))
    cuts = Cuts(_plain(weights, np.float64), _plain(need, np.float64))
    with watched(work, what="merging issues") as stop:
        if not is_ordered(values, start):
            values = values[np.lexsort((-keys_of(values, units_of(values, values)), labels.state))]
        if not is_ordered(values, start):
            values = values[np.lexsort((*-values.T[::-1], labels.state))]
        kept, kept_start = merge_layer(values, start, arcs, cuts, Limits(most, stop))
    if stop[0] or len(kept) > most:
        return None
    return Labels(values=kept, start=kept_start)


def is_loaded() -> bool:
    """Tell whether this process has merged compiled before, so that nothing must be loaded."""
    return "detente.solvers.kernels.merging" in sys.modules


def _plain(array: NDArray[Any], kind: type = np.int64) -> NDArray[Any]:
    """Return the array as it was compiled for: contiguous, and not closed to writing."""
    return np.require(array, kind, ["C", "W"])
