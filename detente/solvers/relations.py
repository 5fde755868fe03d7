"""Preferences as relations: how two states compare may be unknown, or how much better one is said.

Ranks say of any two states that one is better or both are equal. Here each decision maker has three
relations between states instead:

- *better*: known to prefer the one;
- *unknown*: nobody knows how it compares the two (Li, Hipel, Kilgour & Fang 2004);
- *much better*: known to prefer the one by far (Hamouda, Kilgour & Hipel 2004), a part of better.

Where neither holds, the other state is known to be equal or worse. Nothing need be transitive: that
c > b > a is known, but not how c compares with a, is allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.errors import LimitError
from detente.factors import Bools

MOST_STATES = 1_500
"""So many states may be compared two by two."""

Tiers = Sequence[Sequence[int]]
"""States, best first, those of one tier equally good."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relations:
    """How every decision maker compares any two states.

    better, unknown, much_better : bool, shape (n_parties, n_states, n_states),
        ``[party, state, other]``: does the party find the other better than the state, is that
        unknown, is it much better. No pair is both better and unknown, much better is better, and
        unknown goes both ways
    """

    better: Bools
    unknown: Bools
    much_better: Bools

    @property
    def n_parties(self) -> int:
        """How many decision makers there are."""
        return len(self.better)

    @property
    def n_states(self) -> int:
        """How many states there are."""
        return int(self.better.shape[1])

    @property
    def known_no_better(self) -> Bools:
        """Whether the other is known to be equal to the state or worse, shaped as the relations."""
        return ~(self.better | self.unknown)

    @property
    def much_worse(self) -> Bools:
        """Whether the other is known to be much worse than the state, shaped as the relations."""
        return self.much_better.transpose(0, 2, 1)


def relations_of(
    n_states: int,
    tiers: Sequence[Tiers],
    /,
    *,
    much: Sequence[Sequence[bool]] = (),
    unknown: Sequence[Sequence[tuple[int, int]]] = (),
) -> Relations:
    """Return the relations that rankings, gaps and unknown pairs say.

    A state is much better than another when one of the gaps between their tiers is wide: a much
    better than b, and b better than c, make a much better than c. A pair that is unknown is not
    compared, whatever the tiers say of it; what they say of other pairs is kept.

    Parameters
    ----------
    tiers : for each decision maker its states, best first; states that are not named lie below
        all that are, in one tier
    much : for each decision maker which gaps are wide, one for each two tiers that follow each
        other; none when left out. A gap that is not named, such as the one above the states that
        are not, is not wide
    unknown : for each decision maker pairs of states, in either order

    Raises
    ------
    LimitError
        There are more than :data:`MOST_STATES` states.

    Cost: three tables of n_parties x n_states x n_states.

    Examples
    --------
    >>> found = relations_of(4, [[[0], [1, 2], [3]]], much=[[False, True]], unknown=[[(0, 1)]])
    >>> found.better[0, 3].tolist(), found.much_better[0, 3].tolist()
    ([True, True, True, False], [True, True, True, False])
    >>> found.better[0, 1].tolist(), found.unknown[0, 1].tolist()
    ([False, False, False, False], [True, False, False, False])
    """
    if n_states > MOST_STATES:
        message = (
            f"unknown and strong preferences compare states two by two; {n_states:,} states are "
            f"too many, {MOST_STATES:,} are not"
        )
        raise LimitError(message)
    shape = (len(tiers), n_states, n_states)
    better, missing, far = (np.zeros(shape, dtype=bool) for _ in range(3))
    for party, own in enumerate(tiers):
        tier = np.full(n_states, len(own))
        for k, states in enumerate(own):
            tier[list(states)] = k
        wide = np.zeros(len(own) + 1, dtype=np.int64)
        for k, gap in enumerate(much[party] if much else ()):
            wide[k + 1] = gap
        crossed = np.cumsum(wide)[tier]
        better[party] = tier[None, :] < tier[:, None]
        far[party] = crossed[None, :] < crossed[:, None]
        for one, other in unknown[party] if unknown else ():
            missing[party, one, other] = missing[party, other, one] = one != other
    return Relations(better=better & ~missing, unknown=missing, much_better=far & ~missing)
