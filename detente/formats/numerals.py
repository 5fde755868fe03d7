"""Numbers as other programs write them, powers of ten among them: read exactly, or not at all."""

from __future__ import annotations

import re
from fractions import Fraction

MOST_DIGITS = 40
MOST_POWER = 99

_NUMBER = re.compile(
    r"(?P<whole>[-+]?[0-9]+)/(?P<parts>[0-9]+)|"
    r"(?P<decimal>[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eE](?P<power>[-+]?[0-9]+))?",
    re.ASCII,
)


def exact(text: str) -> Fraction | None:
    """Return the number that a text spells, exactly; None for any other text.

    Examples
    --------
    >>> exact("-3/4"), exact(".5"), exact("1e-2"), exact("1e999"), exact("two")
    (Fraction(-3, 4), Fraction(1, 2), Fraction(1, 100), None, None)
    """
    match = _NUMBER.fullmatch(text)
    if match is None or sum(map(str.isdigit, text)) > MOST_DIGITS:
        return None
    if match["parts"]:
        below = int(match["parts"])
        return Fraction(int(match["whole"]), below) if below else None
    power = int(match["power"] or 0)
    if abs(power) > MOST_POWER:
        return None
    return Fraction(match["decimal"].rstrip(".")) * Fraction(10) ** power
