"""What it takes for a party to accept: shortfalls by reading, and sets of shifts that make them up.

A *fall* is by how many points the no-deal value of a party falls; a rise is a negative fall. An
offer that improves by as many points is the same, since a gain is value less no deal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np

from detente.drawing import MOST_EXACT, Draws, Whole
from detente.errors import LimitError
from detente.hit_and_run import Bools, Floats
from detente.packages import Choices, PackageSpace

MOST_SETS = 10_000
"""Minimal sets that are listed before the search for further ones ends."""
MOST_KEPT = 100_000
"""Sets held at once while the cheapest is sought."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shortfalls:
    """By how much a package falls short of a party's no deal in each reading.

    scale : units to a point
    units : whole numbers, shape (n_readings,) or (1,); the package is acceptable where the no-deal
        value falls by as many units or more. Negative where there is something to spare
    refused : bool, shape (n_readings,) or (1,); an imposed red line is crossed, whatever falls
    One column stands for every reading.
    """

    scale: int
    units: Whole
    refused: Bools

    def accepts(self, fall: Fraction = Fraction(0), /) -> Bools:
        """Tell in which readings the party accepts once its no deal has fallen by ``fall`` points.

        A tie accepts, as in :func:`~detente.solvers.acceptance.accepted`, whose mask this is where
        nothing falls. Shape (n_readings,), or (1,) when the same in every reading.

        Examples
        --------
        >>> import numpy as np
        >>> three = Shortfalls(scale=10, units=np.array([-5.0, 0, 20]), refused=np.zeros(1, bool))
        >>> three.accepts().tolist(), three.accepts(Fraction(2)).tolist()
        ([True, True, False], [True, True, True])
        """
        return np.asarray((self.units <= self._whole(fall)) & ~self.refused, dtype=bool)

    def asked(self, part: Fraction, /) -> Fraction | None:
        """Return the least fall with which at least ``part`` of the readings accept, in points.

        None where red lines make too many of them refuse. Negative: by how much no deal may rise.

        Examples
        --------
        >>> import numpy as np
        >>> four = Shortfalls(scale=1, units=np.array([1.0, 2, 3, 9]), refused=np.zeros(1, bool))
        >>> [four.asked(Fraction(part, 4)) for part in (1, 2, 4)]
        [Fraction(1, 1), Fraction(2, 1), Fraction(9, 1)]
        """
        units, refused = np.broadcast_arrays(self.units, self.refused)
        able = np.sort(units[~refused])
        needed = max(1, ceil(part * len(units)))
        return None if needed > len(able) else Fraction(int(able[needed - 1]), self.scale)

    def shares(self, falls: Sequence[Fraction], /) -> Floats:
        """Return in what part of the readings the party accepts after each fall; shape (n_falls,).

        Cost: one sort of the readings, then a look-up for each fall.
        """
        units, refused = np.broadcast_arrays(self.units, self.refused)
        able = np.sort(units[~refused])
        enough = np.array([self._whole(fall) for fall in falls], dtype=able.dtype)
        return np.asarray(np.searchsorted(able, enough, side="right") / len(units))

    def _whole(self, fall: Fraction) -> int:
        """Return a fall in whole units, brought into reach of a double where units are doubles."""
        whole = floor(fall * self.scale)
        if self.units.dtype == object:
            return whole
        return max(min(whole, 2 * MOST_EXACT), -2 * MOST_EXACT)


def shortfalls(space: PackageSpace, party: str, draws: Draws, choices: Choices) -> list[Shortfalls]:
    """Return what each package lacks in each reading of a party; one result for each package.

    Counted in whole units, so that what follows is exact. Rounding to the grid is forgiven as in
    :func:`~detente.solvers.acceptance.accepted`: the ``blur`` of the draws is taken off.
    """
    truth, crossed = space.rule_truth(party, choices), space.crossed(party, choices)
    first = np.array(space.first)
    found = []
    for package, rules, lines in zip(choices, truth, crossed, strict=True):
        values: Whole = draws.options[:, package + first].sum(axis=1)
        values = values + draws.worths[:, rules].sum(axis=1)
        found.append(
            Shortfalls(
                scale=draws.scale,
                units=draws.no_deal - values - draws.blur,
                refused=(draws.red_lines & lines).any(axis=1),
            )
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Sufficient:
    """Sets of shifts that together make up what is needed, none of which can be left out.

    sets : positions of the shifts, ascending; sets with fewest members first, then in order
    complete : there are no further such sets
    """

    sets: tuple[tuple[int, ...], ...]
    complete: bool


def sufficient_sets(
    falls: Sequence[Fraction], needed: Fraction, /, *, most: int = MOST_SETS
) -> Sufficient:
    """Return every minimal set of shifts whose falls sum to at least ``needed``.

    falls : in points, one for each shift; one that is not positive is never needed
    most : after as many sets the search ends

    Sets are built from the largest fall to the smallest and end where the sum suffices. The last
    member is then the smallest, and without it the sum did not suffice; so without any it does
    not. Each minimal set is met once, and a branch that can no longer suffice is left. Cost: at
    most one step for each member of each set found, and one for each branch left.

    Examples
    --------
    >>> sufficient_sets([Fraction(4), Fraction(-2), Fraction(7), Fraction(3)], Fraction(7)).sets
    ((2,), (0, 3))
    >>> sufficient_sets([Fraction(4)], Fraction(5)).sets, sufficient_sets([], Fraction(0)).sets
    ((), ((),))
    """
    if needed <= 0:
        return Sufficient(sets=((),), complete=True)
    order = sorted((k for k, fall in enumerate(falls) if fall > 0), key=lambda k: (-falls[k], k))
    rest = [sum((falls[k] for k in order[at:]), Fraction(0)) for at in range(len(order) + 1)]
    found: list[tuple[int, ...]] = []
    open_ones: list[tuple[int, tuple[int, ...], Fraction]] = [(0, (), needed)]
    while open_ones and len(found) < most:
        at, chosen, missing = open_ones.pop()
        if rest[at] < missing:
            continue
        k = order[at]
        open_ones.append((at + 1, chosen, missing))
        if falls[k] >= missing:
            found.append(tuple(sorted((*chosen, k))))
        else:
            open_ones.append((at + 1, (*chosen, k), missing - falls[k]))
    complete = all(rest[at] < missing for at, _, missing in open_ones)
    return Sufficient(sets=tuple(sorted(found, key=lambda s: (len(s), s))), complete=complete)


def cheapest_set(
    falls: Sequence[Fraction], costs: Sequence[Fraction], needed: Fraction, /
) -> tuple[int, ...] | None:
    """Return the set of shifts with the least total cost whose falls sum to at least ``needed``.

    falls, costs : in points, one for each shift; only shifts with a positive fall are chosen from.
        A cost may be negative

    None where all of them together do not suffice. Ties: fewest members, then in order. Exact.

    Shift by shift the sets are kept that no other set betters in both fall and cost (Nemhauser and
    Ullmann 1969); a fall beyond what is needed counts as no more than needed. Cost: the number of
    such sets, which is small in practice and doubles with every shift at the worst.

    Raises
    ------
    LimitError
        There are more than 100,000 such sets.

    Examples
    --------
    >>> falls = [Fraction(4), Fraction(7), Fraction(3)]
    >>> cheapest_set(falls, [Fraction(1), Fraction(5), Fraction(1)], Fraction(7))
    (0, 2)
    """
    target = max(needed, Fraction(0))
    kept: list[tuple[Fraction, int, tuple[int, ...], Fraction]] = [(Fraction(0), 0, (), Fraction())]
    for k, (fall, cost) in enumerate(zip(falls, costs, strict=True)):
        if fall <= 0:
            continue
        more = [
            (paid + cost, size + 1, (*chosen, k), min(target, reached + fall))
            for paid, size, chosen, reached in kept
        ]
        together, kept = sorted([*kept, *more]), []
        for one in together:
            if not kept or one[3] > kept[-1][3]:
                kept.append(one)
        if len(kept) > MOST_KEPT:
            raise LimitError(
                f"the cheapest of {len(falls)} pressures cannot be found: more than {MOST_KEPT:,} "
                "sets would have to be held; leave some out"
            )
    return next((chosen for _, _, chosen, reached in kept if reached >= target), None)
