"""On what it was measured."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_LIBRARIES = ("numpy", "scipy", "numba", "moocore")
_CALM = 0.25
"""Load for each processor from which a machine counts as busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The machine, what runs on it, and how busy it was before anything was timed.

    memory : GiB; load : processes waiting or running in the last minute, on average
    """

    processor: str
    cores: int
    memory: float
    system: str
    versions: tuple[tuple[str, str], ...]
    date: str
    load: float

    @property
    def busy(self) -> bool:
        """Whether other work may have slowed what was measured."""
        return self.load > _CALM * self.cores


def this_machine() -> Machine:
    """Describe the machine this runs on, now."""
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        memory=pages / 2**30,
        system=f"{platform.system()} {platform.machine()}",
        versions=(
            ("Python", platform.python_version()),
            *((name, found) for name in _LIBRARIES if (found := _version(name))),
        ),
        date=datetime.now(UTC).date().isoformat(),
        load=os.getloadavg()[0],
    )


def _processor() -> str:
    """Return the processor's name and what vectors it knows, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    facts: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        facts.setdefault(name.strip(), value.strip())
    widest = next((w for w in ("avx512f", "avx2") if w in facts.get("flags", "").split()), "")
    parts = [facts.get("model name", "unknown processor"), widest.upper().removesuffix("F")]
    return ", ".join(part for part in parts if part)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
