"""Legal sequences of moves in large conflicts: the loops of :mod:`detente.solvers.sequences`."""

from __future__ import annotations

from numba import njit

from detente.solvers import sequences

ascend = njit(cache=True, nogil=True)(sequences.ascend)
enter = njit(cache=True, nogil=True)(sequences.enter)
search = njit(cache=True, nogil=True)(sequences.search)
