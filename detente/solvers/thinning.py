"""Thinning labels with a guarantee: one label stands for all in a box.

Each label dropped is matched by a kept one of the same state that falls short of it by less than
the side of a box, for every party (additive approximation; Papadimitriou & Yannakakis 2000).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from detente.diagram import Floats, in_one_number
from detente.factors import Ints
from detente.solvers.dominance import undominated
from detente.solvers.merging import Labels
from detente.solvers.thresholds import FILTERED_BOXES

_FINEST = 2**11
"""Boxes have at least this share of the spread of values as their sides."""
_LOOKED_AT = 50_000
"""Labels by which the size of boxes is first judged."""


def thinned(labels: Labels, sides: Ints) -> tuple[Labels, Floats]:
    """Keep one label of each box, and of few enough boxes those that no other box dominates.

    sides : shape (n_parties,), whole numbers of at least 1

    Returns the labels kept, and by party how far below a dropped label the one that stands for it
    may lie: one unit less than the side.
    """
    lost = (sides - 1).astype(np.float64)
    if not len(labels):
        return labels, lost
    low = labels.values.min(axis=0)
    boxes = np.asarray((labels.values - low) // sides, dtype=np.int64)
    first = _one_of_each(labels.state, boxes)
    start = np.searchsorted(labels.state[first], np.arange(len(labels.start)))
    if len(first) <= FILTERED_BOXES:
        kept = [
            first[begin:end][np.sort(undominated(boxes[first[begin:end]]))]
            for begin, end in pairwise(start)
        ]
        first = np.concatenate(kept)
        start = np.cumsum([0, *map(len, kept)])
    return Labels(values=labels.values[first], start=start), lost


def thinned_to(labels: Labels, most: int) -> tuple[Labels, Floats]:
    """Thin labels with boxes so large that no more are left, or one of each state.

    The boxes' sides are in proportion to how far each party's values spread.
    """
    if len(labels) <= most:
        return labels, np.zeros(labels.values.shape[1])
    spread = np.maximum(1, labels.values.max(axis=0) - labels.values.min(axis=0)).astype(np.int64)
    share = _FINEST
    step = max(1, len(labels) // _LOOKED_AT)
    some = Labels(values=labels.values[::step], start=-(-labels.start // step))
    while share > 1 and len(thinned(some, spread // share + 1)[0]) > most:
        share //= 2
    while True:
        found, lost = thinned(labels, spread // share + 1)
        if len(found) <= most or share <= 1:
            return found, lost
        share //= 2


def _one_of_each(state: Ints, boxes: Ints) -> Ints:
    """Return the first label of each state and box, ascending."""
    keys = in_one_number((state, *boxes.T), len(state))
    return np.sort(np.unique(keys, return_index=True)[1])
