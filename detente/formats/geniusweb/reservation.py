"""A package that is worth exactly so much: GeniusWeb states the worth of no deal as a bid."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm, prod

from detente.errors import LimitError

MOST_SUMS = 200_000
"""Each half of the parts comes to so many different sums at most."""

Choice = tuple[int, ...]


def choice_worth(parts: Sequence[Sequence[Fraction]], target: Fraction) -> Choice | None:
    """Return one position for each part such that the amounts there add up to a target.

    parts : the amounts of each part
    The first choice found is returned, None where there is none. The parts are divided into two
    halves whose sums are matched, so that the cost is about the root of the number of choices.
    Source: Horowitz and Sahni (1974).

    Raises LimitError where a half has more than :data:`MOST_SUMS` different sums.

    Examples
    --------
    >>> tables = [[Fraction(0), Fraction(1, 2)], [Fraction(0), Fraction(1, 4)], [Fraction(0)]]
    >>> choice_worth(tables, Fraction(3, 4)), choice_worth(tables, Fraction(1))
    ((1, 1, 0), None)
    """
    scale = lcm(target.denominator, *(a.denominator for part in parts for a in part))
    whole = [[int(amount * scale) for amount in part] for part in parts]
    wanted = int(target * scale)
    if not sum(map(min, whole)) <= wanted <= sum(map(max, whole)):
        return None
    middle = _middle([len(set(part)) for part in whole])
    left, right = _sums(whole[:middle]), _sums(whole[middle:])
    for total, choice in left.items():
        rest = right.get(wanted - total)
        if rest is not None:
            return choice + rest
    return None


def _middle(sizes: Sequence[int]) -> int:
    """Return where to divide parts so that the larger half has the fewest choices."""
    return min(range(len(sizes) + 1), key=lambda k: max(prod(sizes[:k]), prod(sizes[k:])))


def _sums(parts: Sequence[Sequence[int]]) -> dict[int, Choice]:
    """Return every sum of one amount from each part, with the first choice that gives it."""
    found: dict[int, Choice] = {0: ()}
    for part in parts:
        first = {amount: k for k, amount in reversed(list(enumerate(part)))}
        grown: dict[int, Choice] = {}
        for total, choice in found.items():
            for amount, k in first.items():
                grown.setdefault(total + amount, (*choice, k))
            if len(grown) > MOST_SUMS:
                message = f"more than {MOST_SUMS:,} different sums would have to be searched"
                raise LimitError(message)
        found = grown
    return found
