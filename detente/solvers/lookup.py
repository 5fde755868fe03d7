"""Looking vectors of values up among labels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import count

import numpy as np
from numpy.typing import NDArray

from detente.diagram import in_one_number
from detente.factors import Bools, Ints, Whole
from detente.solvers.merging import Labels

Keys = NDArray[np.uint64]

_MIXED_BY = 0x9E3779B97F4A7C15
"""An odd number of 64 bits; keys are mixed by multiplying with it (Knuth 1973, section 6.4)."""
_PRIME = 2**61 - 1
"""What is left of numbers of any size after division by it becomes part of keys."""


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """Labels made ready to be looked up.

    keys : one number for each label, ascending; different labels have different ones
    state, values : of the labels, in the order of their keys
    salt : how vectors become numbers
    """

    keys: Keys
    state: Ints
    values: Whole
    salt: int

    def holds(self, state: Ints, vectors: Whole) -> Bools:
        """Tell which vectors are among the labels of a state."""
        found = np.zeros(len(vectors), dtype=bool)
        if not len(self.keys):
            return found
        keys = _keys(state, vectors, self.salt)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        likely = np.flatnonzero(self.keys[at] == keys)
        at = at[likely]
        same = np.asarray((self.values[at] == vectors[likely]).all(axis=1), dtype=bool)
        found[likely] = same & (self.state[at] == state[likely])
        return found


def lookup_of(labels: Labels) -> Lookup:
    """Make labels ready to be looked up."""
    return next(ready for ready in map(partial(_numbered, labels), count()) if ready is not None)


def _numbered(labels: Labels, salt: int) -> Lookup | None:
    """Return labels by their keys; None where different ones have the same."""
    keys = _keys(labels.state, labels.values, salt)
    order = np.argsort(keys)
    keys, state, values = keys[order], labels.state[order], labels.values.take(order, axis=0)
    again = np.flatnonzero(keys[1:] == keys[:-1])
    same = (values[again] == values[again + 1]).all() and (state[again] == state[again + 1]).all()
    return Lookup(keys, state, values, salt) if same else None


def _keys(state: Ints, vectors: Whole, salt: int) -> Keys:
    """Return a number for each state and vector; rarely one number for two of them."""
    by = np.uint64(_MIXED_BY + 2 * salt)
    keys = state.astype(np.uint64)
    for column in vectors.T:
        part = column % (_PRIME - salt) if column.dtype == object else column
        keys = (keys ^ (keys >> np.uint64(32))) * by + part.astype(np.int64).astype(np.uint64)
    return keys


def distinct(state: Ints, vectors: Whole) -> tuple[Ints, Whole, Ints]:
    """Return the different pairs of state and vector, ascending, and which of them each row is."""
    if not len(state):
        return state, vectors, np.zeros(0, dtype=np.int64)
    keys = in_one_number((state, *map(_ranked, vectors.T)), len(state))
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    return state[first], vectors[first], number


def _ranked(column: Whole) -> Ints:
    """Return numbers from 0 in the order of a column's values."""
    if column.dtype != object:
        low, high = int(column.min()), int(column.max())
        if high - low <= 4 * len(column):
            return np.asarray(column - low, dtype=np.int64)
    return np.unique(column, return_inverse=True)[1]
