"""Random roadmaps against brute force over all orders, many more than the suite has time for.

Run it with ``python -m tests.campaigns.roadmaps [roadmaps] [first seed]``; it stops at the first
disagreement. Gates of every order, every search, counts, and the best single order of several
readings are held against the definition in exact fractions.
"""

from __future__ import annotations

import sys
from collections import Counter

from detente.solvers.best_order import best_order
from detente.solvers.orderings import n_orders, orders_of
from detente.solvers.roadmap import gates_of
from detente.solvers.roadmap_labels import best_by_labels
from detente.solvers.roadmap_listing import list_orders
from detente.solvers.roadmap_sets import best_by_sets, fits
from tests.campaigns.counted import campaign
from tests.solvers.roads import precedence_of, readings, steps_of

N_ROWS = 3


def check(seed: int) -> Counter[str]:
    """Hold everything against brute force on one roadmap in a few readings."""
    roads = readings(seed, N_ROWS)
    first = roads[0]
    steps, allowed = steps_of(roads), precedence_of(first)
    orders, whole = orders_of(allowed, most=10**6)
    assert whole, seed
    assert sorted(orders) == sorted(first.orders), seed
    assert n_orders(allowed) == len(orders), seed
    missing = {order: [one.missing(order) for one in roads] for order in orders}
    for order in orders:
        gates = gates_of(steps, order)
        expected = [[float(need) for need in row] for row in missing[order]]
        assert gates.missing.tolist() == expected, (seed, order)
        assert gates.self_enforcing.tolist() == [not any(row) for row in expected], (seed, order)
    many = tuple(sum(not any(rows[k]) for rows in missing.values()) for k in range(N_ROWS))
    largest = [min(max(rows[k]) for rows in missing.values()) for k in range(N_ROWS)]
    summed = [min(sum(rows[k]) for rows in missing.values()) for k in range(N_ROWS)]
    listing = list_orders(steps, orders)
    assert listing.largest.least.tolist() == largest, seed
    assert listing.summed.least.tolist() == summed, seed
    assert listing.largest.many == many, seed
    labels = best_by_labels(steps, allowed)
    assert labels.complete, seed
    assert labels.least.tolist() == largest, seed
    assert best_by_labels(steps, allowed, summed=True).least.tolist() == summed, seed
    by_sets = fits(steps, allowed)
    if by_sets:
        found = best_by_sets(steps, allowed)
        assert found.least.tolist() == largest, seed
        assert found.many == many, seed
    top = max(sum(not any(row) for row in rows) for rows in missing.values())
    best = best_order(steps, allowed)
    assert best.complete, seed
    assert best.n_good == top, seed
    some = sum(count > 0 for count in many)
    return Counter(
        {
            "roadmaps": 1,
            "orders": len(orders),
            "gates of an order in a reading": len(orders) * N_ROWS,
            "of these self-enforcing": sum(many),
            "readings in which some order holds": some,
            "roadmaps with no one order good in all of those": top < some,
            "roadmaps searched by sets": by_sets,
            "roadmaps with discounting, chance or drift": not by_sets,
            "roadmaps with a party that signs nothing": first.n_signatories < len(first.final),
        }
    )


if __name__ == "__main__":
    sys.exit(campaign(check, otherwise=1000))
