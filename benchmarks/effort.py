"""What it costs to do something in this process: time, and memory at the peak.

Nothing but the standard library is imported, so that processes of any interpreter can use it.
"""

from __future__ import annotations

import ctypes
import gc
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

_STATUS = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")
MEBIBYTE = 1024
THREADS = ("NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""What tells a process, as it starts, how many threads to use."""
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What one answer cost: seconds by the clock and of all processors; MiB added at the peak."""

    wall: float
    cpu: float
    memory: float | None


def with_effort(task: Callable[[], Result]) -> tuple[Result, Effort]:
    """Do something in this process; return what it gives and what it cost."""
    _tidy()
    before = _reset_peak()
    cpu, wall = time.process_time(), time.perf_counter()
    result = task()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    after = _resident("VmHWM")
    memory = None if before is None or after is None else max(0.0, after - before)
    return result, Effort(wall=wall, cpu=cpu, memory=memory)


def _tidy() -> None:
    """Collect what is no longer used and, where that is possible, hand it back to the system."""
    gc.collect()
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _reset_peak() -> float | None:
    """Let the peak of resident memory begin anew, where the system can; return memory in use."""
    try:
        _RESET.write_text("5", encoding="ascii")
    except OSError:
        return None
    return _resident("VmRSS")


def _resident(name: str) -> float | None:
    """Return an entry of the process's memory in MiB, where the system tells it."""
    try:
        lines = _STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(x.split()[1]) / MEBIBYTE for x in lines if x.startswith(f"{name}:")), None)
