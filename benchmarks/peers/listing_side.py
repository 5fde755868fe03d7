"""How listing every package and filtering with moocore answers, see :mod:`benchmarks.listing`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks.listing import frontier
from benchmarks.peers.way import Way, Ways


def ways() -> Ways:
    """Return the one question that listing answers."""
    return {"frontier": Way(prepare=_instance, solve=frontier, answer=_said)}


def _instance(given: Any) -> Any:
    """Return a problem as arrays of whole units, which doubles hold exactly."""
    values, no_deal = (np.array(given[name], dtype=np.float64) for name in ("values", "no_deal"))
    return SimpleNamespace(values=values, no_deal=no_deal)


def _said(_: Any, vectors: Any) -> Any:
    return {"vectors": vectors.astype(np.int64).tolist()}
