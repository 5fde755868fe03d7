"""Moments, told as people tell them: how long ago, and exactly when."""

from __future__ import annotations

from datetime import UTC, datetime

from detente.web.texts import texts

_UNITS = (("minute", 60), ("hour", 3600), ("day", 86400))
_WEEK = 7


def ago(moment: datetime, now: datetime | None = None) -> str:
    """Return how long ago something was; the day, where that is more than a week.

    Examples
    --------
    >>> from datetime import timedelta
    >>> now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> [ago(now - timedelta(seconds=s), now) for s in (-5, 59, 60, 7200, 86400, 10**6)]
    ['just now', 'just now', '1 minute ago', '2 hours ago', '1 day ago', '17 February 2026']
    """
    words = texts()
    passed = ((now or datetime.now(UTC)) - moment).total_seconds()
    for unit, seconds in reversed(_UNITS):
        count = int(passed // seconds)
        if unit == "day" and count > _WEEK:
            return day(moment)
        if count >= 1:
            return words.counted(f"moments.{unit}", count)
    return words("moments.just_now")


def day(moment: datetime) -> str:
    """Return the day of a moment: ``17 February 2026``."""
    words = texts()
    month = words(f"moments.month_{moment.month}")
    return words("moments.day_form", day=moment.day, month=month, year=moment.year)


def exactly(moment: datetime) -> str:
    """Return when something was, to the minute: ``17 February 2026, 22:13 UTC``."""
    utc = moment.astimezone(UTC)
    return texts()("moments.exact_form", day=day(utc), time=f"{utc:%H:%M}")
