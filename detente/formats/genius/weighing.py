"""Points as Genius writes them: weights that sum to 1, and evaluations of each issue.

Genius divides evaluations by the largest of their issue, and takes weights as they are. So the best
options of all issues must come to 100 points, unless some issue can take up what is missing: one
that is worth nothing, or a numeric one. Every number is a decimal, and exact when it is read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm

from detente.formats.additive import POINTS
from detente.formats.numerals import MOST_DIGITS
from detente.number import is_decimal, plain

_SPARE = 18
"""So many digits more than needed, so that weights sum to 1 as far as a double can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The value of a number: ``offset + slope x (number - lowest)``, kept within 0 and 1."""

    offset: Fraction
    slope: Fraction


def whole(amounts: Sequence[Fraction]) -> list[int]:
    """Return whole numbers in the same proportion.

    Examples
    --------
    >>> whole([Fraction(1, 2), Fraction(1, 3), Fraction(0)])
    [3, 2, 0]
    """
    scale = lcm(*(amount.denominator for amount in amounts))
    found = [int(amount * scale) for amount in amounts]
    common = gcd(*found) or 1
    return [number // common for number in found]


def decimal_weights(shares: Sequence[Fraction]) -> list[str] | None:
    """Return decimals in the proportion of shares that sum to 100; None where they get too long.

    Shares that are decimals stay as they are. Others are whole numbers times one rounded decimal,
    so that their proportion is exact and their sum misses 1 by less than a double can tell.

    Examples
    --------
    >>> decimal_weights([Fraction(25), Fraction(75)])
    ['0.25', '0.75']
    >>> decimal_weights([Fraction(100, 3)] * 3)[0]
    '0.3333333333333333333'
    """
    weights = [share / POINTS for share in shares]
    if not all(map(is_decimal, weights)):
        parts = whole(shares)
        total = sum(parts)
        places = len(str(total)) + _SPARE
        unit = Fraction(round(Fraction(10**places, total)), 10**places)
        weights = [part * unit for part in parts]
    texts = [plain(weight) for weight in weights]
    return texts if max(map(_digits, texts)) <= MOST_DIGITS else None


def scales(
    rows: Sequence[Sequence[Fraction]], numeric: Sequence[Sequence[Fraction] | None]
) -> list[Fraction] | None:
    """Return the points that a value of 1 stands for in each issue; they sum to 100.

    rows : points of every option by issue, none below 0
    numeric : the levels of an issue that is a number, else None

    None where no such points exist.
    """
    found = [max(row) for row in rows]
    spare = POINTS - sum(found)
    if spare < 0:
        return None
    if spare == 0:
        return found
    nothing = [k for k, most in enumerate(found) if most == 0]
    for k in nothing or [k for k, levels in enumerate(numeric) if levels is not None]:
        levels = numeric[k]
        if levels is None or line_of(levels, rows[k], found[k] + spare) is not None:
            found[k] += spare
            return found
    return None


def line_of(levels: Sequence[Fraction], row: Sequence[Fraction], scale: Fraction) -> Line | None:
    """Return the line that gives points at levels, in decimals; None where there is none.

    scale : the points that a value of 1 stands for

    A line that is cut off at 0 or 1 runs through two levels beside each other, whatever is cut off.
    """
    values = [points / scale if scale else Fraction(0) for points in row]
    for (left, low), (right, high) in pairwise(zip(levels, values, strict=True)):
        slope = (high - low) / (right - left)
        line = Line(offset=low - slope * (left - levels[0]), slope=slope)
        fits = is_decimal(line.offset) and is_decimal(slope)
        if fits and [_at(line, level - levels[0]) for level in levels] == values:
            return line
    return None


def _at(line: Line, distance: Fraction) -> Fraction:
    return min(max(line.offset + line.slope * distance, Fraction(0)), Fraction(1))


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))
