"""What a question tells about a verdict: mutual information over readings, in bits."""

from __future__ import annotations

from math import log2

import numpy as np

from detente.hit_and_run import Bools


def information(verdict: Bools, answer: Bools | None, /) -> tuple[float, float]:
    """Return how much an answer is expected to tell of a verdict, and how uncertain that is now.

    verdict : shape (n_readings,), whether the verdict is yes
    answer : shape (n_readings,), whether the question is answered by yes; None for no question

    The uncertainty of a verdict that is yes in a share s of the readings is -s log s - (1 - s) log
    (1 - s), in bits (Shannon 1948); the information is what an answer takes off it on average
    (Lindley 1956). Both are 0 or more, and the first at most the second.

    Examples
    --------
    >>> verdict = np.array([True, True, False, False])
    >>> information(verdict, verdict), information(verdict, np.array([True, False, True, False]))
    ((1.0, 1.0), (0.0, 1.0))
    """
    now = entropy(float(verdict.mean()))
    if answer is None:
        return 0.0, now
    weight = float(np.mean(answer))
    if weight in {0.0, 1.0}:
        return 0.0, now
    after = weight * entropy(float(verdict[answer].mean()))
    after += (1 - weight) * entropy(float(verdict[~answer].mean()))
    return max(0.0, now - after), now


def entropy(share: float, /) -> float:
    """Return the uncertainty of a yes-or-no matter with a share of yes, in bits.

    Examples
    --------
    >>> entropy(0.5), entropy(0.0)
    (1.0, 0.0)
    """
    return float(-sum(part * log2(part) for part in (share, 1 - share) if part > 0)) + 0.0
