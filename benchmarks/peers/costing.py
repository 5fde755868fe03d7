"""Run one command and print what it cost: ``python -m benchmarks.peers.costing WORD ...``.

A small process of its own does it, since the system counts the memory of whoever starts a command
as the command's own. Nothing but the standard library is imported.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence

KIBIBYTES = 1024


def cost(words: Sequence[str]) -> dict[str, float | str]:
    """Return seconds, MiB at the peak, and the last line of why it failed, if it did."""
    began = time.perf_counter()
    try:
        ran = subprocess.run(  # noqa: S603 - the command that is to be timed
            words, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except OSError as error:
        return {"wall": 0.0, "memory": 0.0, "problem": f"{type(error).__name__}: {error.strerror}"}
    wall = time.perf_counter() - began
    said = ran.stderr.decode(errors="replace").strip().rpartition("\n")[2] or "failed"
    return {
        "wall": wall,
        "memory": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KIBIBYTES,
        "problem": said if ran.returncode else "",
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(cost(sys.argv[1:])))
