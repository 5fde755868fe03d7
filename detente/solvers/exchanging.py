"""Better packages by changing two issues at once, for the party that gains least.

A package that is heaviest for good weights is nearly accepted by all; what is missing is often a
pair of changes that takes from one party and gives to another (local search over pairs of moves,
as Croes 1958 did for tours). Only issues that no condition joins are changed together, so that what
the changes do adds up.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detente.factors import Bools, Choices
from detente.packages import PackageSpace

Floats = NDArray[np.float64]


def apart(space: PackageSpace) -> Bools:
    """Tell of which pairs of options the issues differ and no condition speaks of both.

    Shape (n_options, n_options), over the options of all issues.
    """
    n_issues = len(space.sizes)
    joined = np.eye(n_issues, dtype=bool)
    own = [*space.rules.values(), *space.red_lines.values()]
    for factor in [*space.constraints, *(factor for factors in own for factor in factors)]:
        joined[np.ix_(factor.scope, factor.scope)] = True
    issue = np.repeat(np.arange(n_issues), space.sizes)
    return np.asarray(~joined[np.ix_(issue, issue)])


def changed(space: PackageSpace, packages: Choices) -> Choices:
    """Return packages with each option of each issue in turn; shape (n, n_options, n_issues)."""
    issue = np.repeat(np.arange(len(space.sizes)), space.sizes)
    option = np.concatenate([np.arange(size) for size in space.sizes])
    found = np.repeat(packages[:, None, :], len(issue), axis=1)
    found[:, np.arange(len(issue)), issue] = option
    return found


def best_pair(gains: Floats, changes: Floats, together: Bools) -> tuple[int, int]:
    """Return the two changes after which the smallest gain of any party is largest.

    gains : shape (n_parties,)
    changes : what each change adds, shape (n_parties, n_changes); minus infinity if not allowed
    together : shape (n_changes, n_changes), which pairs may be taken

    Examples
    --------
    >>> changes = np.array([[0.0, 4.0, 0.0, -2.0], [0.0, -4.0, 0.0, 1.0]])
    >>> together = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 0, 0]], dtype=bool)
    >>> best_pair(np.array([-2.0, 3.0]), changes, together)
    (1, 3)
    """
    least = np.where(together, np.inf, -np.inf)
    for gain, own in zip(gains, changes, strict=True):
        np.minimum(least, (gain + own)[:, None] + own[None, :], out=least)
    first, second = np.unravel_index(int(least.argmax()), least.shape)
    return int(first), int(second)


def taken(package: Choices, changes: Sequence[int], space: PackageSpace) -> Choices:
    """Return a package after changes, each an option by position among those of all issues."""
    found = package.copy()
    for change in changes:
        issue = int(np.searchsorted(space.first, change, side="right")) - 1
        found[issue] = change - space.first[issue]
    return found
