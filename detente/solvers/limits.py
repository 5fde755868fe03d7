"""How long and how widely a search for the best package may look."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from time import monotonic

from detente.work import Work

MOST_LABELS = 3_000_000
"""Partial packages from one end that a search may hold."""
_BYTES_A_LABEL = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how widely a search may look.

    until : on the monotonic clock; most : labels held at once
    """

    work: Work
    until: float
    most: int

    def over(self) -> bool:
        """Tell whether the time is over; raise CancelledError when asked to stop."""
        self.work.check("looking for the best package")
        return monotonic() > self.until


def limits_of(work: Work) -> Limits:
    """Return the limits that a piece of work sets, time counted from now."""
    until = inf if work.seconds is None else monotonic() + work.seconds
    return Limits(work=work, until=until, most=min(MOST_LABELS, work.memory // _BYTES_A_LABEL))
