"""Looking vectors of values up among labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.factors import Bools, Ints, Whole
from detente.solvers.merging import Labels


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """Labels made ready to be looked up.

    keys : one number for each label, ascending
    low, high : between which values labels lie; step : how vectors become numbers
    """

    keys: NDArray[Any]
    low: Whole
    high: Whole
    step: NDArray[Any]

    def holds(self, state: Ints, vectors: Whole) -> Bools:
        """Tell which vectors are among the labels of a state."""
        if not len(self.keys):
            return np.zeros(len(vectors), dtype=bool)
        inside = np.asarray(
            ((vectors >= self.low) & (vectors <= self.high)).all(axis=1), dtype=bool
        )
        near = np.where(inside[:, None], vectors, self.low)
        keys = _keys(state, near, self.low, self.step)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        found: Bools = inside & np.asarray(self.keys[at] == keys, dtype=bool)
        return found


def lookup_of(labels: Labels) -> Lookup:
    """Make labels ready to be looked up."""
    values = labels.values
    if not len(values):
        none = np.zeros(values.shape[1], dtype=values.dtype)
        return Lookup(np.zeros(0), none, none, none)
    low, high = values.min(axis=0), values.max(axis=0)
    step, reach = [], 1
    for span in (high - low + 1).tolist()[::-1]:
        step.append(reach)
        reach *= int(span)
    step.append(reach)
    n_states = len(labels.start)
    kind: Any = np.int64 if reach * n_states < 2**62 else object
    steps = np.array(step[::-1], dtype=kind)
    keys = _keys(labels.state, values, low, steps)
    return Lookup(np.sort(keys), low, high, steps)


def _keys(state: Ints, vectors: Whole, low: Whole, step: NDArray[Any]) -> NDArray[Any]:
    """Return one number for each state and vector; the state counts most."""
    keys = state.astype(step.dtype) * step[0]
    for p in range(vectors.shape[1]):
        keys = keys + (vectors[:, p] - low[p]).astype(step.dtype) * step[p + 1]
    return np.asarray(keys)


def distinct(state: Ints, vectors: Whole) -> tuple[Ints, Whole, Ints]:
    """Return the different pairs of state and vector, and which of them each row is."""
    if not len(state):
        return state, vectors, np.zeros(0, dtype=np.int64)
    index = lookup_of(Labels(values=vectors, start=np.array([0, len(vectors)])))
    step = index.step
    if step.dtype != object and int(step[0]) * (int(state.max()) + 1) >= 2**62:
        step = step.astype(object)
    keys = _keys(state, vectors, index.low, step)
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    return state[first], vectors[first], number
