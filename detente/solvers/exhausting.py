"""A search for an acceptable package through all partial packages that might become one.

Partial packages are merged issue by issue; those that another one betters, or that no completion can
make acceptable, are left out. How many remain depends on how well the weights cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.diagram import Diagram, Floats
from detente.solvers.merging import Labels, candidates_of, cuts_of, first_labels, merged
from detente.work import Work

MOST_CANDIDATES = 4_000_000
"""The search ends where one issue would form more partial packages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What an exhaustive search came to.

    package : acceptable to every party; None when none was found
    n_partial : how many partial packages were kept
    complete : nothing was left out that might have become acceptable
    """

    package: tuple[int, ...] | None
    n_partial: int
    complete: bool


def exhaust(
    diagram: Diagram, weights: Floats, /, *, work: Work, most_candidates: int = MOST_CANDIDATES
) -> Search:
    """Search for an allowed package worth no less than no deal to every party.

    weights : shape (n_weights, n_parties), not negative; what misses a weighted no-deal value is cut

    Cost: candidates times the logarithm of their number, for three parties and more somewhat above.
    """
    no_deal = diagram.factors.no_deal
    weights = np.vstack([np.eye(len(no_deal)), weights])
    cuts = cuts_of(diagram, weights, weights @ no_deal.astype(np.float64))
    reached = [first_labels(diagram)]
    n_partial = 0
    for depth, layer in enumerate(diagram.layers, start=1):
        work.step("searching partial packages", depth - 1, diagram.n_issues)
        if candidates_of(reached[-1], layer) > most_candidates:
            return Search(package=None, n_partial=n_partial, complete=False)
        need = cuts.need(depth, np.zeros(len(no_deal)))
        reached.append(merged(reached[-1], layer, weights, need, work))
        n_partial += len(reached[-1])
    fine = np.flatnonzero((reached[-1].values >= no_deal).all(axis=1))
    package = _followed(diagram, reached, int(fine[0])) if len(fine) else None
    return Search(package=package, n_partial=n_partial, complete=True)


def _followed(diagram: Diagram, reached: Sequence[Labels], label: int) -> tuple[int, ...]:
    """Return a package behind a label after the last issue."""
    package = [0] * diagram.n_issues
    state = 0
    wanted = reached[-1].values[label]
    for layer, before in zip(reversed(diagram.layers), reversed(reached[:-1]), strict=True):
        for arc in range(int(layer.start[state]), int(layer.start[state + 1])):
            source = int(layer.source[arc])
            rest = wanted - layer.gain[arc]
            labels = before.values[before.start[source] : before.start[source + 1]]
            if (labels == rest).all(axis=1).any():
                package[layer.issue] = int(layer.option[arc])
                state, wanted = source, rest
                break
    return tuple(package)
