"""Campaigns that check one instance for each seed, and count what they met."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping


def campaign(check: Callable[[int], Mapping[str, int]], *, otherwise: int) -> int:
    """Check instances in turn and print how many of each kind there were.

    The command line says how many, and the first seed; ``otherwise`` is how many when it does not.
    """
    given = [int(text) for text in sys.argv[1:]]
    n_instances, first = given + [otherwise, 0][len(given) :]
    counts: Counter[str] = Counter()
    for seed in range(first, first + n_instances):
        counts.update(check(seed))
    for kind, count in counts.items():
        print(f"{count:9,} {kind}")
    print("no disagreement")
    return 0
