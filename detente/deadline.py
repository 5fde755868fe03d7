"""A deadline: so many units of time from the day of the case, or a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from detente.errors import UnanswerableError
from detente.number import parse_number, plain

DAYS = {
    "day": Fraction(1),
    "week": Fraction(7),
    "month": Fraction(36525, 1200),
    "quarter": Fraction(36525, 400),
    "year": Fraction(36525, 100),
}
"""How many days each unit of time has; a month is a twelfth of a year of 365.25 days."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The time by which something has to be done: one of the two is given.

    units : units of time from the day of the case
    date : year-month-day, empty when units are given
    """

    units: Fraction | None = None
    date: str = ""

    def __post_init__(self) -> None:
        if (self.units is None) != _is_day(self.date):
            message = f"units of time, or a day such as 2025-09-01, and not {self.date!r}"
            raise ValueError(message)

    @property
    def text(self) -> str:
        """The deadline as a case file spells it."""
        return plain(self.units) if self.units is not None else self.date

    def after(self, as_of: str, unit: str) -> Fraction:
        """Return how many units of time after the day of the case the deadline is, exactly.

        as_of : the day of the case, year-month-day
        unit : the unit of time of the case, one of ``DAYS``; empty where it names none

        Raises UnanswerableError for a date in a case without a day or a unit of time.

        Examples
        --------
        >>> Deadline(date="2025-09-01").after("2025-07-18", "day")
        Fraction(45, 1)
        >>> Deadline(units=Fraction(6)).after("", "")
        Fraction(6, 1)
        """
        if self.units is not None:
            return self.units
        lacking = self.lacking(as_of, unit)
        if lacking:
            problem, hint = lacking
            message = f"{problem}; {hint}"
            raise UnanswerableError(message)
        days = date.fromisoformat(self.date) - date.fromisoformat(as_of)
        return days.days / DAYS[unit]

    def lacking(self, as_of: str, unit: str) -> tuple[str, str] | None:
        """Return what keeps a date from being counted in units, and what to add; None if nothing.

        Examples
        --------
        >>> Deadline(date="2025-09-01").lacking("", "month")[1]
        'add as_of: year-month-day to the case'
        """
        if self.units is not None:
            return None
        if not _is_day(as_of):
            problem = f"the deadline {self.date} is a date, and the case has no day to count from"
            return problem, "add as_of: year-month-day to the case"
        if unit not in DAYS:
            problem = f"the deadline {self.date} is a date, and the case has no unit of time"
            return problem, "add time: {unit: month}"
        if date.fromisoformat(self.date) <= date.fromisoformat(as_of):
            problem = f"the deadline {self.date} is not after {as_of}, the day of the case"
            return problem, "write a later day"
        return None


def parse_deadline(text: str) -> Deadline | None:
    """Return the deadline that a text states, or None when it states none.

    Examples
    --------
    >>> parse_deadline("6").units, parse_deadline("2025-09-01").date, parse_deadline("2025-09-31")
    (Fraction(6, 1), '2025-09-01', None)
    """
    units = parse_number(text)
    if units is not None:
        return Deadline(units=units)
    return Deadline(date=text) if _is_day(text) else None


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False
