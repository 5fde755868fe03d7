"""Who accepts which package in which reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from detente.drawing import Draws, Whole
from detente.hit_and_run import Bools
from detente.packages import Choices, PackageSpace

_BLOCK_CELLS = 4_000_000


def accepted(
    space: PackageSpace, party: str, draws: Draws, choices: Choices, *, surely: bool = False
) -> Bools:
    """Tell in which readings a party accepts each package.

    Accepting: no imposed red line is crossed and the value is at least the no-deal value. A tie
    accepts, also one that rounding to the grid has moved by a few millionths of a point.

    surely : count only what rounding to the grid cannot have made acceptable

    Returns
    -------
    mask : bool, shape (n_packages, n_readings), or (n_packages, 1) for a party whose every reading
        is the same
    """
    kind = draws.options.dtype
    values: Whole = space.one_hot(choices).astype(kind) @ draws.options.T
    truth = space.rule_truth(party, choices)
    if truth.shape[1]:
        values = values + truth.astype(int).astype(kind) @ draws.worths.T
    mask = np.asarray(
        values >= draws.no_deal[None, :] + (draws.blur if surely else -draws.blur), dtype=bool
    )
    crossed = space.crossed(party, choices)
    if crossed.any():
        rejects = (crossed.astype(np.float32) @ draws.red_lines.T.astype(np.float32)) > 0
        mask = mask & ~rejects
    return mask


def blocks(rows: NDArray[np.int64], n_readings: int) -> Iterator[NDArray[np.int64]]:
    """Cut packages, one a row, into parts small enough to be held against every reading at once."""
    size = max(1, _BLOCK_CELLS // max(1, n_readings))
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def jointly_accepted(masks: Sequence[Bools]) -> Bools:
    """Tell where all parties accept; masks with one column stand for every reading."""
    joint = masks[0]
    for mask in masks[1:]:
        joint = joint & mask
    return joint
