"""Thinning labels with a guarantee: one label stands for all in a box.

Each label dropped is matched by a kept one of the same state that falls short of it by less than
the side of a box, for every party (additive approximation; Papadimitriou & Yannakakis 2000).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from detente.diagram import Floats
from detente.factors import Ints, Whole
from detente.solvers.dominance import undominated
from detente.solvers.merging import Labels


def thinned(labels: Labels, sides: Ints) -> tuple[Labels, Floats]:
    """Keep one label of each box, and of the boxes those that no other box dominates.

    sides : shape (n_parties,), whole numbers of at least 1

    Returns the labels kept, and by party how far below a dropped label the one that stands for it
    may lie: one unit less than the side.
    """
    kept: list[Ints] = []
    start = [0]
    for low, high in pairwise(labels.start):
        boxes = _boxes(labels.values[low:high], sides)
        rows = low + undominated(boxes) if high > low else np.zeros(0, dtype=np.int64)
        kept.append(rows)
        start.append(start[-1] + len(rows))
    values = labels.values[np.concatenate(kept)]
    return Labels(values=values, start=np.array(start)), (sides - 1).astype(np.float64)


def thinned_to(labels: Labels, most: int) -> tuple[Labels, Floats]:
    """Thin labels with ever larger boxes until so many are left, or one of each state.

    The boxes' sides are in proportion to how far each party's values spread.
    """
    if len(labels) <= most:
        return labels, np.zeros(labels.values.shape[1])
    spread = np.maximum(1, labels.values.max(axis=0) - labels.values.min(axis=0)).astype(np.int64)
    share = 2048
    while True:
        sides = spread // share + 1
        found, lost = thinned(labels, sides)
        if len(found) <= most or share <= 1:
            return found, lost
        share //= 2


def _boxes(values: Whole, sides: Ints) -> Whole:
    return np.asarray(values // sides, dtype=np.int64)
