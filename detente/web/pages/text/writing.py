"""What goes along with writing a case as text: line ends, turns, and a short help."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

HELP = (
    *("case", "parties", "issues", "sources", "constraints", "proposals", "orders", "weights"),
    *("lines", "no_deal", "numbers", "marks", "leverage"),
)
"""The patterns of the short help; together they are a sound case file."""

_PATIENCE = 2.0


class Turns:
    """Work that is done for one text at a time, so that no number of writers slows the others."""

    def __init__(self) -> None:
        self._free = Semaphore(1)

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Wait for the turn for a short while; yields whether it came."""
        turn = self._free.acquire(timeout=_PATIENCE)
        try:
            yield turn
        finally:
            if turn:
                self._free.release()


TURNS = Turns()
