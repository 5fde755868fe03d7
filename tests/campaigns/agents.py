"""Do real agents bargain over what they are given, and end the same whatever the seed?

Run by hand, where NegMAS 0.16 is installed: ``python -m tests.campaigns.agents [NEGOTIATE]``, with
the path of its program ``negotiate`` where that is neither beside Python nor on the PATH; ten
minutes or so.

Over random exact cases of two and three parties every strategy plays itself and MiCRO, which draws
lots, twice under one seed and once under another. That values arrive as they were written is
checked in every negotiation. Counted is how many end in agreement, on the frontier, and below no
deal, and how many end elsewhere under the other seed; a difference under the same seed, or any
failure, ends the campaign with exit status 1.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable

from detente.answers.simulate import simulate
from detente.case import Case
from detente.strategies import STRATEGIES
from detente.talks_end import End
from detente.work import Work
from tests.answers.cases import random_exact

CASES = 2
SEEDS = (0, 0, 20261125)


def ends_of(case: Case, name: str, seed: int, program: str | None) -> list[End]:
    names = ",".join(dict.fromkeys([name, "micro"]))
    answer = simulate(case, strategies=names, program=program, work=Work(seed=seed))
    return list(answer.simulation.ends)


def n_differing(first: Iterable[End], second: Iterable[End]) -> int:
    pairs = zip(first, second, strict=True)
    return sum((a.package, a.round) != (b.package, b.round) for a, b in pairs)


def main(program: str | None) -> int:
    cases = [exact for exact in (random_exact(n, generous=True) for n in range(60)) if exact.zone]
    found: dict[str, Counter[str]] = {name: Counter() for name in STRATEGIES}
    differing = elsewhere = n_runs = 0
    begun = time.monotonic()
    for exact in cases[:CASES]:
        for name, counts in found.items():
            first, again, other = (ends_of(exact.case(), name, s, program) for s in SEEDS)
            differing += n_differing(first, again)
            elsewhere += n_differing(first, other)
            n_runs += 3 * len(first)
            for end in first:
                counts[end.kind] += 1
                counts["on the frontier"] += end.on_frontier
                counts["below no deal"] += bool(end.refused_by)
    for name, counts in found.items():
        print(f"{name} and MiCRO: {dict(counts)}")
    each = (time.monotonic() - begun) / n_runs
    print(f"{n_runs} negotiations, {each:.1f} s each")
    print(f"{differing} differ under the same seed, {elsewhere} under another")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else None))
