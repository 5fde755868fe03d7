"""Made-up disputes of a given size, the same everywhere, for measuring work on readings."""

from __future__ import annotations

import random

from detente.case import Case
from detente.formats import loads

ENTRIES_AT_LEAST = 2
"""Entries that every party has: the orders of all issues, and what no deal is worth."""


def dispute(
    *, issues: int, parties: int, statements: int, proposals: int = 3, seed: int = 1
) -> Case:
    """Return a dispute with three options an issue, whose statements leave much open.

    Every party orders the options of all issues in one statement and gives a range for no deal;
    further statements say which of two issues matters more, a third of them with medium confidence.
    They never contradict each other: an issue of a smaller number is the more important one.
    """
    generator = random.Random(seed)  # noqa: S311 - made-up cases, no secrets
    names = [f"i{k}" for k in range(issues)]
    lines = ["detente: 1", "title: A made-up dispute", "parties:"]
    lines += [f"  p{p}: Party {p}" for p in range(parties)]
    lines.append("issues:")
    for name in names:
        lines += [f"  {name}:", "    options: [a, b, c]", "    status_quo: a"]
    lines.append("proposals:")
    for draft in range(proposals):
        lines.append(f"  draft{draft}:")
        lines += [f"    {name}: {generator.choice('abc')}" for name in names]
    lines.append("preferences:")
    for p in range(parties):
        lines += [f"  p{p}:", "    - order:"]
        for name in names:
            order = generator.sample("abc", 3)
            lines.append(f"        {name}: {' > '.join(order)}")
        own = statements // parties + (p < statements % parties)
        for number in range(own - ENTRIES_AT_LEAST):
            first, second = sorted(generator.sample(range(issues), 2))
            lines.append(f"    - importance: i{first} > i{second}")
            if number % 3 == 2:
                lines.append("      confidence: medium")
        lines.append("    - no_deal: 30..60")
    return loads("\n".join(lines) + "\n")
