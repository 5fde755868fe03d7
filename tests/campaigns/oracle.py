"""Thousands of random polytopes and systems against brute force, beyond the time of the suite.

Run it with ``python -m tests.campaigns.oracle [minutes]``; it stops at the first disagreement.
"""

from __future__ import annotations

import itertools
import random
import sys
import time

from tests import oracles
from tests.strategies import in_a_box, polytope_of, random_groups
from tests.test_polytope import bare_instances, check, written_instances


def contradictions(seed: int) -> str:
    """Hold the contradicting sets of one random system against all subsets."""
    chance = random.Random(seed)  # noqa: S311 - instances, not secrets
    n = chance.choice([1, 2, 2])
    base = in_a_box(n)
    groups = random_groups(chance, n, chance.randint(4, 7))

    def together(items: frozenset[int]) -> bool:
        return oracles.consistent([*base, *(row for g in items for row in groups[g])])

    found = polytope_of(base, groups).contradictions(most=1000)
    assert found.complete
    assert set(found.sets) == oracles.irreducible(len(groups), together), seed
    return f"{len(found.sets)} sets"


def main(minutes: float) -> int:
    """Check instances in turn until the time is up, and print how many of each kind there were."""
    end = time.monotonic() + 60 * minutes
    bare, written = bare_instances(), written_instances()
    counts: dict[str, int] = {}
    for seed in itertools.count():
        if time.monotonic() > end:
            break
        for kind in (
            "bare " + check(*next(bare)),
            "written " + check(*next(written)),
            "contradictory: " + contradictions(seed),
        ):
            counts[kind] = counts.get(kind, 0) + 1
    for kind in sorted(counts):
        print(f"{counts[kind]:6} {kind}")
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10))
