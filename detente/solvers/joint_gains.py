"""Where joint gains lie, issue by issue: what all want, what can be traded, what is only divided.

Parties leave value on the table because they take every issue for a contest over a fixed sum
(Thompson and Hastie 1990). Three kinds of issues are told apart:

* *compatible*: one option is best for all who care, so there is nothing to give for it. Parties
  that do not see this settle on less, to the harm of both (Thompson 1991; lose-lose agreements:
  Thompson and Hrebec 1996);
* *trade*: two parties want different options, and the issue weighs more with the one than with the
  other. Each gives way where it matters less to it: logrolling (Pruitt 1981; Raiffa 1982);
* *divided*: nobody who wants something else there cares less.

An issue that weighs nothing with all but one is compatible: whoever cares can have its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["compatible", "trade", "divided", "indifferent"]
"""What an issue is to the parties; ``indifferent`` where nobody cares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueKind:
    """What one issue is to the parties.

    weights : by party, what part of the sum of its swings this issue's is: from 0 to 1
    favourites : by party, the positions of its best options
    best_for_all : options that are best for every party, whether it cares or not
    worse_for_all : options to which another of the issue is preferred by one party, and by none
        thought worse: whoever settles on one loses something for nobody's gain
    spread : the largest difference of weights between two parties that have no best option in
        common: how much there is to trade; 0 where no two differ so
    heavy, light : the parties between which that is so, those with the larger and the smaller
        weight; nothing where the spread is 0
    """

    kind: Kind
    weights: tuple[Fraction, ...]
    favourites: tuple[tuple[int, ...], ...]
    best_for_all: tuple[int, ...]
    worse_for_all: tuple[int, ...]
    spread: Fraction
    heavy: tuple[int, ...]
    light: tuple[int, ...]


def kinds_of_issues(values: NDArray[Any], first: Sequence[int], /) -> tuple[IssueKind, ...]:
    """Tell of each issue whether it is compatible, to be traded, or only to be divided.

    Parameters
    ----------
    values
        Whole numbers, shape (n_parties, n_options): what the options of all issues, side by side,
        are worth to each party. Exact: nothing is compared within a tolerance.
    first
        The position of each issue's first option.

    What rules add over several issues is left aside, and so is which packages are allowed. A party
    that cares about nothing has weight 0 everywhere. Cost O(n_parties x n_options^2 +
    n_parties^2 x n_options).

    Examples
    --------
    >>> values = np.array([[0, 30, 0, 50, 0, 20], [0, 10, 60, 0, 30, 0]])
    >>> [issue.kind for issue in kinds_of_issues(values, [0, 2, 4])]
    ['compatible', 'trade', 'trade']
    """
    parts = np.split(values, first[1:], axis=1)
    swings = [[int(max(own)) - int(min(own)) for own in part.tolist()] for part in parts]
    totals = [sum(own) for own in zip(*swings, strict=True)]
    return tuple(_kind_of(part, own, totals) for part, own in zip(parts, swings, strict=True))


def _kind_of(part: NDArray[Any], swings: list[int], totals: list[int]) -> IssueKind:
    """Return what an issue is; values by party and option."""
    values = part.tolist()
    weights = tuple(
        Fraction(swing, total) if total else Fraction(0)
        for swing, total in zip(swings, totals, strict=True)
    )
    favourites = tuple(
        tuple(k for k, value in enumerate(own) if value == max(own)) for own in values
    )
    shared = tuple(sorted(set.intersection(*map(set, favourites))))
    apart = [
        (weights[i] - weights[j], i, j)
        for i, j in permutations(range(len(weights)), 2)
        if weights[i] >= weights[j] and not set(favourites[i]) & set(favourites[j])
    ]
    spread = max((difference for difference, _, _ in apart), default=Fraction(0))
    ends = [(i, j) for difference, i, j in apart if difference == spread > 0]
    kind: Kind = "compatible"
    if not any(swings):
        kind = "indifferent"
    elif not shared:
        kind = "trade" if ends else "divided"
    return IssueKind(
        kind=kind,
        weights=weights,
        favourites=favourites,
        best_for_all=shared,
        worse_for_all=_worse_for_all(part.T),
        spread=spread,
        heavy=tuple(sorted({i for i, _ in ends})),
        light=tuple(sorted({j for _, j in ends})),
    )


def _worse_for_all(options: NDArray[Any]) -> tuple[int, ...]:
    """Return the options that another one dominates; values by option and party."""
    reached = (options[:, None, :] >= options[None, :, :]).astype(bool).all(axis=2)
    dominated = (reached & ~reached.T).any(axis=0)
    return tuple(int(k) for k in np.flatnonzero(dominated))
