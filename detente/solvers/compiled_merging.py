"""Merging issues one at a time where there are very many labels: the same, compiled.

See :mod:`detente.solvers.merging` for what is computed.
"""

from __future__ import annotations

import numpy as np

from detente.diagram import Floats, Layer
from detente.factors import Ints
from detente.solvers.merging import Labels
from detente.work import Work

_KEY_BITS = 62


def merged(
    labels: Labels, layer: Layer, weights: Floats, need: Floats, work: Work, *, most: int
) -> Labels | None:
    from detente.solvers.kernels.merging import merge_layer

    values = np.ascontiguousarray(labels.values, dtype=np.int64)
    gain = np.ascontiguousarray(layer.gain, dtype=np.int64)
    start = np.ascontiguousarray(labels.start, dtype=np.int64)
    values = _in_order(values, start)
    stop = np.zeros(1, dtype=np.int64)
    kept, kept_start = merge_layer(
        values,
        start,
        np.ascontiguousarray(layer.source, dtype=np.int64),
        gain,
        np.ascontiguousarray(layer.start, dtype=np.int64),
        np.ascontiguousarray(weights, dtype=np.float64),
        np.ascontiguousarray(need, dtype=np.float64),
        _units(values, gain),
        most,
        stop,
    )
    if len(kept) > most:
        return None
    return Labels(values=kept.copy(), start=kept_start)


def _in_order(values: Ints, start: Ints) -> Ints:
    """Put the labels of each state in falling lexicographic order, if they are not."""
    if len(values) < 2:
        return values
    state = np.repeat(np.arange(len(start) - 1), np.diff(start))
    later = np.diff(state) > 0
    for column in values.T:
        step = np.diff(column)
        if (~later & (step > 0)).any():
            order = np.lexsort((*(-values.T[::-1]), state))
            return values[order]
        later |= step < 0
        if later.all():
            break
    return values


def _units(values: Ints, gain: Ints) -> Ints:
    """Return what each party's value counts in a key that orders lexicographically."""
    unit = np.zeros(values.shape[1], dtype=np.int64)
    if not len(values) or not len(gain):
        return unit
    spans = np.ptp(values, axis=0) + np.ptp(gain, axis=0)
    left = _KEY_BITS
    for p, span in enumerate(spans.tolist()):
        left -= span.bit_length()
        if left < 0:
            break
        unit[p] = 1 << left
    return unit
