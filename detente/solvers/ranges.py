"""Writing ranges out as single elements, block by block."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from detente.factors import Ints


def written_out(sizes: Ints, block: int) -> Iterator[tuple[Ints, Ints]]:
    """Go through the elements of ranges in order, at most so many at once.

    sizes : how many elements each range has

    Yields for each element the position of its range, and its place within the range. There is at
    least one block, which may be empty.

    >>> [pair for which, place in written_out(np.array([2, 0, 2]), 3)
    ...     for pair in zip(which.tolist(), place.tolist())]
    [(0, 0), (0, 1), (2, 0), (2, 1)]
    """
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    for start in range(0, max(total, 1), block):
        stop = min(start + block, total)
        low, high = np.searchsorted(ends, [start, stop - 1], side="right") if total else (0, -1)
        starts = ends[low : high + 1] - sizes[low : high + 1]
        first = np.maximum(starts, start)
        own = np.minimum(ends[low : high + 1], stop) - first
        which = np.repeat(np.arange(low, high + 1), own)
        place = np.arange(start, stop) - np.repeat(starts, own)
        yield which, place
