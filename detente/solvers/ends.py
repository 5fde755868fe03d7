"""A diagram read from both ends, with the options that matter only."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from detente.diagram import Diagram, Layer, only

_PAIRS = 1_000_000
"""Pairs of arcs compared at once."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Ends:
    """A diagram to be read from both ends, without options that another one always betters.

    ahead : from the first issue on; back : the same paths from the last issue on
    """

    ahead: Diagram
    back: Diagram


def ends_of(diagram: Diagram) -> Ends:
    """Make a diagram ready to be read from both ends."""
    layers = tuple(lean(layer) for layer in diagram.layers)
    mirrored = tuple(_mirrored(layer) for layer in reversed(layers))
    factors = diagram.factors
    return Ends(
        ahead=Diagram(factors=factors, layers=layers),
        back=Diagram(factors=factors, layers=mirrored),
    )


def _mirrored(layer: Layer) -> Layer:
    """Let the arcs of a layer lead the other way."""
    turned = replace(
        layer,
        source=layer.target,
        target=layer.source,
        n_sources=layer.n_targets,
        n_targets=layer.n_sources,
    )
    return only(turned, np.lexsort((layer.option, layer.target, layer.source)))


def lean(layer: Layer) -> Layer:
    """Leave out arcs that another one between the same states betters or equals."""
    n_arcs = len(layer.source)
    worse = np.zeros(n_arcs, dtype=bool)
    changes = (np.diff(layer.source) != 0) | (np.diff(layer.target) != 0)
    group = np.concatenate([[0], np.cumsum(changes)]) if n_arcs else np.zeros(0, dtype=np.int64)
    largest = int(np.bincount(group).max(initial=0))
    at_once = max(1, _PAIRS // max(1, n_arcs))
    for step in range(1, largest, at_once):
        ahead = np.arange(n_arcs)[:, None] + np.arange(step, min(step + at_once, largest))
        first, column = np.nonzero(
            (ahead < n_arcs) & (group[np.minimum(ahead, n_arcs - 1)] == group[:, None])
        )
        second = ahead[first, column]
        one, other = layer.gain[first], layer.gain[second]
        at_least = (one >= other).astype(bool).all(axis=1)
        at_most = (one <= other).astype(bool).all(axis=1)
        worse[second[at_least]] = True
        worse[first[at_most & ~at_least]] = True
    return layer if not worse.any() else only(layer, ~worse)
