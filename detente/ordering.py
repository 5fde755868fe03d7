"""In which order issues are read, so that little has to be remembered at once.

What must be remembered after some issues is what the open conditions, those read in part, still
need to know. The smallest peak over all orders is akin to the pathwidth of the graph of conditions;
finding it is hard, and greedy orders do well (min-fill and its kin: Dechter 2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from detente.factors import Factors, masks_of, scope

_STARTS = 12
"""Orders tried, each beginning with another issue."""


def reading_order(factors: Factors) -> list[int]:
    """Order the issues so that few combinations have to be remembered at once.

    Greedy: next comes the issue after which the open conditions remember least, begun at several
    issues; the order with the smallest peak is taken. Issues without conditions come last.
    """
    formulas = [*(shift.when for shift in factors.shifts), *factors.bans]
    scopes = [touched for formula in formulas if (touched := scope(formula))]
    classes = [1.0] * len(factors.sizes)
    for issue in range(len(factors.sizes)):
        masks = {m for f in formulas for m in masks_of(f, issue)}
        classes[issue] = log(min(factors.sizes[issue], 2 ** len(masks))) if masks else 0.0
    about: dict[int, list[int]] = {}
    for f, touched in enumerate(scopes):
        for issue in touched:
            about.setdefault(issue, []).append(f)
    ranked = sorted(about, key=lambda issue: (len(about[issue]), issue))
    runs = [_greedy(start, about, scopes, classes) for start in ranked[:_STARTS]]
    best = min(runs, default=(0.0, []))[1]
    free = [issue for issue in range(len(factors.sizes)) if issue not in about]
    return best + sorted(free, key=lambda issue: -factors.sizes[issue])


def _greedy(
    start: int,
    about: dict[int, list[int]],
    scopes: Sequence[frozenset[int]],
    classes: Sequence[float],
) -> tuple[float, list[int]]:
    """Return the peak of what is remembered, as a logarithm summed over layers, and the order."""
    done: set[int] = set()
    order: list[int] = []
    left = set(about)
    peak = 0.0
    following: int | None = start
    while left:
        near = {j for i in done for f in about[i] if not scopes[f] <= done for j in scopes[f]}
        candidates = [following] if following is not None else sorted((near & left) or left)
        cost, issue = min((_open(done | {c}, about, scopes, classes), c) for c in candidates)
        peak = max(peak, cost)
        done.add(issue)
        order.append(issue)
        left.discard(issue)
        following = None
    return peak, order


def _open(
    done: set[int],
    about: dict[int, list[int]],
    scopes: Sequence[frozenset[int]],
    classes: Sequence[float],
) -> float:
    """Return the logarithm of how many combinations may have to be remembered."""
    waiting = {f for i in done for f in about[i] if not scopes[f] <= done}
    by_issue = sum(classes[i] for i in done if any(f in waiting for f in about[i]))
    return min(by_issue, len(waiting) * log(2))
