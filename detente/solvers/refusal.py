"""Who refuses to begin: first steps held against what parties have without them.

A first step is a way to settle the first bundle. "All stays as it is" is no step, unless nothing
else is possible. A party refuses alone when every step leaves it below what it compares with; when
nobody does and still no step suits all, smallest sets of parties exclude each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from detente.errors import LimitError
from detente.factors import Bools, Ints
from detente.hit_and_run import Floats

MOST_SIGNATORIES = 10
"""Sets of so many parties are listed at most."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Refusal:
    """Who refuses every first step, by reading; refusals cover signatories only.

    possible : whether there is any first step, shape (n_rows,); nobody refuses where there is none
    alone : whether every step leaves a signatory below what it compares with, shape
        (n_rows, n_signatories)
    blocked : whether no step suits all, shape (n_rows,)
    margin : what the best step for a signatory leaves it above what it compares with, below where
        negative, shape (n_rows, n_signatories); -inf where there is no step
    joint_margin : the most by which some step leaves every signatory above, shape (n_rows,)
    """

    possible: Bools
    alone: Bools
    blocked: Bools
    margin: Floats
    joint_margin: Floats


def counted_steps(first: Floats, changes: Ints, /) -> Bools:
    """Tell which first steps count, by reading.

    first : value of each step, -inf where it is struck out, shape (n_rows, n_steps, n_parties)
    changes : in how many issues each step differs from the status quo, shape (n_steps,)

    Examples
    --------
    >>> first = np.array([[[1.0], [2.0]], [[1.0], [-np.inf]]])
    >>> counted_steps(first, np.array([0, 1])).tolist()
    [[False, True], [True, False]]
    """
    alive = first[..., 0] > -np.inf
    moving = alive & (changes > 0)
    return np.asarray(np.where(moving.any(axis=1, keepdims=True), moving, alive), dtype=bool)


def refusal(first: Floats, than: Floats, changes: Ints, /) -> Refusal:
    """Tell who refuses to begin.

    Parameters
    ----------
    first
        Value of each first step for signatories, shape (n_rows, n_steps, n_signatories), as seen
        when parties decide whether to begin; -inf where it is struck out.
    than
        What they compare with, shape (n_rows, n_signatories): no deal, or the value of all at once.
    changes
        In how many issues each step differs from the status quo, shape (n_steps,).

    Equal is not below.

    Examples
    --------
    >>> first = np.array([[[9.0, 9.0], [6.0, 1.0], [4.0, 3.0]]])
    >>> found = refusal(first, np.array([[5.0, 2.0]]), np.array([0, 1, 1]))
    >>> found.alone.tolist(), found.blocked.tolist(), found.joint_margin.tolist()
    ([[False, False]], [True], [-1.0])
    """
    counted = counted_steps(first, changes)
    over = np.where(counted[..., None], first - than[:, None, :], -np.inf)
    possible = np.asarray(counted.any(axis=1), dtype=bool)
    margin = over.max(axis=1)
    joint = over.min(axis=2).max(axis=1)
    return Refusal(
        possible=possible,
        alone=(margin < 0) & possible[:, None],
        blocked=(joint < 0) & possible,
        margin=margin,
        joint_margin=joint,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Excluding:
    """Smallest sets of signatories that exclude each other.

    sets : every set of signatories, smaller ones first
    smallest : whether no step suits all of a set while some step suits all of every smaller one in
        it, shape (n_rows, n_sets); a set of one refuses alone
    """

    sets: tuple[tuple[int, ...], ...]
    smallest: Bools


def excluding(first: Floats, than: Floats, changes: Ints, /) -> Excluding:
    """Find all smallest sets of signatories whose acceptable first steps exclude each other.

    As :func:`refusal`; all such sets are found, and none of them contains another.

    Raises LimitError for more than :data:`MOST_SIGNATORIES` signatories.

    Cost: 2^n for n signatories, for each reading.

    Examples
    --------
    >>> first = np.array([[[9.0, 9.0], [6.0, 1.0], [4.0, 3.0]]])
    >>> found = excluding(first, np.array([[5.0, 2.0]]), np.array([0, 1, 1]))
    >>> [found.sets[k] for k in np.flatnonzero(found.smallest[0])]
    [(0, 1)]
    """
    n_rows, _, n = first.shape
    if n > MOST_SIGNATORIES:
        raise LimitError(
            f"which of {n} signatories exclude each other is worked out for {MOST_SIGNATORIES} at "
            "most"
        )
    counted = counted_steps(first, changes)
    suits = ((first >= than[:, None, :]) & counted[..., None]) @ (1 << np.arange(n))
    suited = np.zeros((n_rows, 1 << n), dtype=bool)
    suited[np.arange(n_rows)[:, None], suits] = counted
    suited[:, 0] = True
    for party in range(n):
        halves = suited.reshape(n_rows, -1, 2, 1 << party)
        halves[:, :, 0] |= halves[:, :, 1]
    blocked = ~suited & counted.any(axis=1, keepdims=True)
    sets = tuple(members for size in range(1, n + 1) for members in combinations(range(n), size))
    smallest = np.zeros((n_rows, len(sets)), dtype=bool)
    for place, members in enumerate(sets):
        chosen = sum(1 << party for party in members)
        smallest[:, place] = blocked[:, chosen]
        for party in members:
            smallest[:, place] &= ~blocked[:, chosen ^ 1 << party]
    return Excluding(sets=sets, smallest=smallest)
