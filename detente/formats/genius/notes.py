"""What Genius files say, or reading them settles, that no statement holds: told in notes.

Every sentence here is known again when a case is written, so that it goes back to its place in the
file, or is left out since the next reading makes it anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from detente.formats.reading import (
    REAL_LEVELS,
    STATUS_QUO,
    UTILITIES,
    left_aside,
    own_note,
    read_from,
    real_number,
    taken,
)
from detente.number import plain, rounded

READ = read_from("Genius", UTILITIES, STATUS_QUO)
REAL = real_number("Genius")
COSTS = "Costs of options are left out."
_UNCERTAIN = (
    "In Genius an agent sees no values, only a ranking of packages that is drawn from these values "
    "by lot; its settings: {}."
)
_DISCOUNT = (
    "Discount factor {}: in Genius packages and no deal lose value by this factor over the time of "
    "the talks; it is not counted here."
)
_WEIGHTS = "The weights sum to {} and are divided by that."
_CAP = (
    "Genius counts no package above 100 points; here none comes to more than {}, by a rough bound."
)
_LEVELS = f"Real numbers are kept as {REAL_LEVELS} levels: {{}}."
_REPEATED = "Of options with the same name only the first counts: {}."

_MADE_ANEW = (READ, COSTS, _WEIGHTS, _CAP, _LEVELS, _REPEATED, left_aside(["{}"]))


def discount(factor: Fraction) -> str:
    """Tell that packages lose value over time."""
    return _DISCOUNT.format(plain(factor))


def uncertain(settings: Sequence[tuple[str, str]]) -> str:
    """Tell what an agent is shown of a party, by (name, value) of the settings in the file."""
    return _UNCERTAIN.format(", ".join(f"{name} {value}" for name, value in settings))


def weights(total: Fraction) -> str:
    """Tell that weights did not sum to 1."""
    return _WEIGHTS.format(rounded(total, 4))


def cap(most: Fraction) -> str:
    """Tell that packages may come to more than Genius counts."""
    return _CAP.format(rounded(most, 2))


def levels(issues: Sequence[str]) -> str:
    """Tell which issues are real numbers."""
    return _LEVELS.format(", ".join(issues))


def repeated(options: Sequence[str]) -> str:
    """Tell which options stand twice."""
    return _REPEATED.format(", ".join(options))


def taken_discount(note: str) -> tuple[str, str]:
    """Return the discount factor that a note tells of, empty if it tells of none, and the rest."""
    found, rest = taken(_DISCOUNT, note)
    return "".join(found), rest


def taken_settings(note: str) -> tuple[dict[str, str], str]:
    """Return the settings of an uncertain profile that a note tells of, and the rest.

    Examples
    --------
    >>> taken_settings(uncertain([("comparisons", "10"), ("errors", "0")]) + " More.")
    ({'comparisons': '10', 'errors': '0'}, 'More.')
    """
    found, rest = taken(_UNCERTAIN, note)
    pairs = (entry.partition(" ") for said in found for entry in said.split(", ") if said)
    return {name: value for name, _, value in pairs}, rest


def own(note: str) -> str:
    """Return what a note says beside the sentences that reading makes anew."""
    return own_note(note, _MADE_ANEW)
