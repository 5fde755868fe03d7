"""How long something still takes, judged by how fast it went so far."""

from __future__ import annotations

_SOONEST = 1.0
"""Seconds that have to pass before anything is said."""


class Pace:
    """The pace of one thing after another; each begins anew."""

    def __init__(self) -> None:
        self._doing = ""
        self._from, self._done, self._total = 0.0, 0, 0

    def seconds_left(self, doing: str, done: int, total: int, *, at: float) -> float | None:
        """Return how long what is being done still takes; None while that cannot be told.

        at : this moment, in seconds from any moment

        Examples
        --------
        >>> pace = Pace()
        >>> pace.seconds_left("counting", 0, 10, at=0), pace.seconds_left("counting", 2, 10, at=3)
        (None, 12.0)
        """
        if (doing, total) != (self._doing, self._total) or done < self._done:
            self._doing, self._total = doing, total
            self._from, self._done = at, done
        passed, n_done = at - self._from, done - self._done
        if passed < _SOONEST or n_done < 1:
            return None
        return passed / n_done * max(0, total - done)
