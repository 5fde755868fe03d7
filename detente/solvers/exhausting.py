"""A search for an acceptable package through all partial packages that might become one.

Partial packages are merged issue by issue; those that another one betters, or that no completion
can make acceptable, are left out. How many remain depends on how well the weights cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np

from detente.diagram import Diagram, Floats
from detente.solvers.merging import Labels, cuts_of, first_labels, merged
from detente.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a search through partial packages came to.

    package : acceptable to every party; None when none was found
    n_partial : how many partial packages were kept
    complete : nothing was left out that might have become acceptable
    """

    package: tuple[int, ...] | None
    n_partial: int
    complete: bool


def exhaust(
    diagram: Diagram, weights: Floats, /, *, most: int, work: Work, ends: float | None = None
) -> Search:
    """Search for an allowed package worth no less than no deal to every party.

    weights : shape (n_weights, n_parties), not negative, of comparable size; partial packages that
        cannot be completed to the weighted no-deal values are cut
    most : partial packages kept after each issue; of more the most promising stay
    ends : the monotonic time after which the search is given up

    Cost: ``most`` times options times issues, and filtering what is dominated.
    """
    no_deal = diagram.factors.no_deal
    cuts = cuts_of(diagram, weights, weights @ no_deal.astype(np.float64))
    reached = [first_labels(diagram)]
    n_partial = 0
    complete = True
    for depth, layer in enumerate(diagram.layers, start=1):
        work.step("searching partial packages", depth - 1, diagram.n_issues)
        if ends is not None and monotonic() > ends:
            return Search(package=None, n_partial=n_partial, complete=False)
        need = cuts.need(depth, np.zeros(len(no_deal)))
        labels = merged(reached[-1], layer, weights, need, work)
        if len(labels) > most:
            labels = _most_promising(labels, weights, need, most)
            complete = False
        reached.append(labels)
        n_partial += len(labels)
    fine = np.flatnonzero((reached[-1].values >= no_deal).all(axis=1))
    package = _followed(diagram, reached, int(fine[0])) if len(fine) else None
    return Search(package=package, n_partial=n_partial, complete=complete)


def _most_promising(labels: Labels, weights: Floats, need: Floats, most: int) -> Labels:
    """Keep the labels that clear the bounds by most."""
    state = labels.state
    clear = (labels.values.astype(np.float64) @ weights.T - need.T[state]).min(axis=1)
    kept = np.sort(np.argpartition(-clear, most)[:most])
    bounds = np.searchsorted(state[kept], np.arange(len(labels.start)))
    return Labels(values=labels.values[kept], start=bounds)


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
