"""The plain way: list every package, keep the acceptable ones, filter with moocore.

Anybody can write it in a few lines and it is quick while packages are few, so it is the fair
measure of what working without a list is worth.
"""

from __future__ import annotations

from typing import Any

import moocore
import numpy as np

from benchmarks.instances import Instance, instance_of
from benchmarks.side import Answer, Side, Sides, digest_of


def sides() -> Sides:
    """Return the one question that listing answers."""
    return {"frontier": Side(prepare=instance_of, solve=frontier, answer=said)}


def frontier(instance: Instance) -> Any:
    """List the values of all packages of an instance without interactions, and filter them."""
    n_issues, n_parties, _ = instance.values.shape
    totals = np.zeros((1, n_parties))
    for issue in range(n_issues):
        table = instance.values[issue].T
        totals = (totals[:, None, :] + table[None, :, :]).reshape(-1, n_parties)
    acceptable = totals[(totals >= instance.no_deal).all(axis=1)]
    kept = moocore.is_nondominated(acceptable, maximise=True, keep_weakly=False)
    return acceptable[kept]


def said(_: Instance, vectors: Any) -> Answer:
    """Say the frontier."""
    return Answer(status="exact", size=len(vectors), digest=digest_of(vectors))
