"""States of talks: which issues are settled, and at which options.

A state over some settled issues is a number: the options of these issues, in case order, read as
digits, the last issue fastest. Settling a bundle leads from a state to others; where they stand is
a sum of a base, by state, and an offset, by the options of the bundle, so that nothing is ever
transposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, prod

import numpy as np

from detente.factors import Ints
from detente.hit_and_run import Floats
from detente.solvers.talks import Term

Issues = tuple[int, ...]
"""Positions of issues, ascending."""
Order = tuple[Issues, ...]
"""Bundles, each ascending, in the order in which they are negotiated."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """From the states over some settled issues to those over these and one bundle more.

    base : shape (n_states,); offset : by the option tuples of the bundle in case order, shape
        (n_options,); state s and option tuple b lead to state ``base[s] + offset[b]``
    changes : in how many issues an option tuple differs from the status quo, shape (n_options,)
    """

    base: Ints
    offset: Ints
    changes: Ints


@lru_cache(maxsize=4096)
def step_of(sizes: Issues, status_quo: Issues, settled: Issues, bundle: Issues) -> Step:
    """Return where settling a bundle leads.

    sizes, status_quo : how many options each issue has, and which of them is its status quo

    Examples
    --------
    >>> step = step_of((2, 3, 2), (0, 0, 0), (1,), (0, 2))
    >>> (step.base[:, None] + step.offset).tolist()
    [[0, 1, 6, 7], [2, 3, 8, 9], [4, 5, 10, 11]]
    >>> step.changes.tolist()
    [0, 1, 1, 2]
    """
    together = tuple(sorted(settled + bundle))
    strides = {
        issue: prod(sizes[later] for later in together[place + 1 :])
        for place, issue in enumerate(together)
    }
    options = choices(sizes, bundle)
    return Step(
        base=_sums(strides, sizes, settled),
        offset=_sums(strides, sizes, bundle),
        changes=(options != np.array([status_quo[j] for j in bundle])).sum(axis=1),
    )


def choices(sizes: Sequence[int], issues: Issues) -> Ints:
    """Return every way to settle some issues, in order, shape (n_ways, n_issues).

    Examples
    --------
    >>> choices([2, 9, 2], (0, 2)).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    if not issues:
        return np.zeros((1, 0), dtype=np.int64)
    grid = np.indices([sizes[j] for j in issues], dtype=np.int64)
    return grid.reshape(len(issues), -1).T


def _sums(strides: dict[int, int], sizes: Issues, issues: Issues) -> Ints:
    return choices(sizes, issues) @ np.array([strides[j] for j in issues], dtype=np.int64)


def time_of(takes: Floats, issues: Iterable[int]) -> float:
    """Return how long talks on some issues take; it depends on which, not on their order."""
    return fsum(takes[j] for j in issues)


def at_states(base: Floats, terms: Sequence[Term], sizes: Sequence[int], settled: Issues) -> Floats:
    """Return a value in every state over the settled issues: a base and the terms.

    base : shape (n_rows, n_parties); one row stands for all
    terms : see :class:`~detente.solvers.talks.Term`; issues that are not settled have their last
        standing

    As :func:`~detente.solvers.talks.summed` gives for each state. Shape
    (n_rows, n_states, n_parties); one row when everything has one.

    Cost: a term is added as soon as the last issue it depends on is read, to the few states there
    are by then.

    Examples
    --------
    >>> term = Term(places=(0,), sizes=(3,), amounts=np.array([[[0.0], [-5.0], [9.0]]]))
    >>> at_states(np.array([[30.0]]), [term], [2, 2], (0, 1)).tolist()
    [[[30.0], [30.0], [25.0], [25.0]]]
    >>> at_states(np.array([[30.0]]), [term], [2, 2], (1,)).tolist()
    [[[39.0], [39.0]]]
    """
    parts = [_of_settled(term, settled) for term in terms]
    return _spread(base, parts, sizes, settled)


def at_all_states(base: Floats, terms: Sequence[Term], sizes: Sequence[int]) -> Floats:
    """Return a value in every state over every set of settled issues.

    As :func:`at_states`, set by set: the empty one first, then every set as a number of which bit j
    says that issue j is settled. Shape (n_rows, product of sizes plus one, n_parties).

    Examples
    --------
    >>> term = Term(places=(0,), sizes=(3,), amounts=np.array([[[0.0], [-5.0], [9.0]]]))
    >>> at_all_states(np.array([[30.0]]), [term], [2, 2])[0, :, 0].tolist()
    [39.0, 30.0, 25.0, 39.0, 39.0, 30.0, 30.0, 25.0, 25.0]
    """
    parts = [(term.places, term.amounts) for term in terms]
    standings = tuple(size + 1 for size in sizes)
    total = _spread(base, parts, standings, tuple(range(len(sizes))))
    return total[:, _by_set(tuple(sizes))]


@lru_cache(maxsize=16)
def _by_set(sizes: Issues) -> Ints:
    """Return where the states over every set of issues stand among all standings."""
    strides = {j: prod(size + 1 for size in sizes[j + 1 :]) for j in range(len(sizes))}
    places = []
    for chosen in range(1 << len(sizes)):
        settled = tuple(j for j in range(len(sizes)) if chosen >> j & 1)
        unsettled = sum(sizes[j] * strides[j] for j in range(len(sizes)) if not chosen >> j & 1)
        places.append(_sums(strides, sizes, settled) + unsettled)
    return np.concatenate(places)


def _spread(
    base: Floats, parts: Sequence[tuple[Issues, Floats]], sizes: Sequence[int], settled: Issues
) -> Floats:
    """Add up parts over the grid of the settled issues, each as soon as it can be added."""
    due: dict[Issues, Floats] = {}
    for places, amounts in parts:
        due[places] = due[places] + amounts if places in due else amounts
    total = base[:, None, :]
    if () in due:
        total = total + due.pop(())
    for n_read, issue in enumerate(settled, start=1):
        total = np.repeat(total, sizes[issue], axis=1)
        grid = [sizes[j] for j in settled[:n_read]]
        for places in [places for places in due if places[-1] == issue]:
            amounts = due.pop(places)
            shape = [sizes[j] if j in places else 1 for j in settled[:n_read]]
            part = amounts.reshape(len(amounts), *shape, amounts.shape[-1])
            added = total.reshape(len(total), *grid, total.shape[-1]) + part
            total = added.reshape(len(added), -1, added.shape[-1])
    return total


def _of_settled(term: Term, settled: Issues) -> tuple[Issues, Floats]:
    """Return the part of a term that settled issues decide: which, and amounts by their options."""
    amounts = term.amounts.reshape(len(term.amounts), *term.sizes, term.amounts.shape[-1])
    kept = tuple(
        slice(size - 1) if place in settled else size - 1
        for place, size in zip(term.places, term.sizes, strict=True)
    )
    places = tuple(place for place in term.places if place in settled)
    found = amounts[(slice(None), *kept)]
    return places, found.reshape(len(found), -1, found.shape[-1])
