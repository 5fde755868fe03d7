"""Exact numbers: read from text as fractions, written for people and for JSON."""

from __future__ import annotations

import re
from fractions import Fraction

MOST_DIGITS = 100
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]+)?|[0-9]+/[0-9]+)", re.ASCII)


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def parse_number(text: str) -> Fraction | None:
    """Return the number that ``text`` spells, or None when it spells none.

    A number is ``[-+]?digits[.digits]`` or ``p/q`` with at most 100 digits and no exponent, so that
    no text, however hostile, makes an enormous integer.

    Examples
    --------
    >>> parse_number("0.1"), parse_number("-3/4"), parse_number("1e9"), parse_number("1/0")
    (Fraction(1, 10), Fraction(-3, 4), None, None)
    """
    text = text.strip()
    if len(text) > MOST_DIGITS + 3 or not _NUMBER.fullmatch(text):
        return None
    if sum(character.isdigit() for character in text) > MOST_DIGITS:
        return None
    numerator, _, denominator = text.partition("/")
    if denominator and int(denominator) == 0:
        return None
    return Fraction(numerator) / Fraction(denominator or 1)


def is_decimal(number: Fraction) -> bool:
    """Tell whether the number has a finite decimal form.

    Examples
    --------
    >>> is_decimal(Fraction(1, 8)), is_decimal(Fraction(1, 3))
    (True, False)
    """
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def plain(number: Fraction | int) -> str:
    """Return the number as it would be written in a case file: exact, shortest.

    Examples
    --------
    >>> plain(Fraction(5, 2)), plain(Fraction(4)), plain(Fraction(1, 3))
    ('2.5', '4', '1/3')
    """
    number = Fraction(number)
    if number.denominator == 1:
        return str(number.numerator)
    if not is_decimal(number):
        return f"{number.numerator}/{number.denominator}"
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    digits = str(abs((number * 10**places).numerator)).rjust(places + 1, "0")
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def rounded(number: Fraction | float, places: int = 1, *, zeros: bool = False) -> str:
    """Return the number for people: rounded half to even, true minus sign.

    zeros : trailing zeros are kept, for numbers that stand below one another

    Examples
    --------
    >>> rounded(Fraction(-5, 2)), rounded(Fraction(1, 3), 2), rounded(4.0), rounded(4, zeros=True)
    ('−2.5', '0.33', '4', '4.0')
    """
    whole = round(Fraction(number) * 10**places)
    before, after = divmod(abs(whole), 10**places)
    decimals = f"{after:0{places}d}" if places else ""
    decimals = decimals if zeros else decimals.rstrip("0")
    sign = "\N{MINUS SIGN}" if whole < 0 else ""
    return f"{sign}{before}.{decimals}" if decimals else f"{sign}{before}"


def counted(number: int) -> str:
    """Return a count for people: thousands apart, and by powers of ten where it is very large.

    Examples
    --------
    >>> counted(81), counted(9765625), counted(98 * 10**28)
    ('81', '9,765,625', '9.8 × 10²⁹')
    """
    if abs(number) < 10**15:
        return f"{number:,}"
    power = len(str(abs(number))) - 1
    leading = round(Fraction(number, 10**power), 2)
    if abs(leading) == 10:
        leading, power = leading / 10, power + 1
    about = "" if leading * 10**power == number else "about "
    return f"{about}{rounded(leading, 2)} × 10{str(power).translate(_RAISED)}"


def signed(number: Fraction | float, places: int = 1, *, zeros: bool = False) -> str:
    """Return the number for people with its sign: ``+3``, ``−2.5``, ``0``.

    Examples
    --------
    >>> signed(Fraction(3)), signed(Fraction(-5, 2)), signed(0), signed(3, zeros=True)
    ('+3', '−2.5', '0', '+3.0')
    """
    text = rounded(number, places, zeros=zeros)
    return text if not text.strip("0.") or text.startswith("\N{MINUS SIGN}") else f"+{text}"


def json_number(number: Fraction | int) -> int | float | dict[str, float | str]:
    """Return the number for JSON: a plain number, or one with its exact form beside it.

    Numbers are doubles. Where no finite decimal exists, or the double is not exact to the
    17 digits that JSON readers keep, the exact form goes along as ``{"value", "exact": "p/q"}``.

    Examples
    --------
    >>> json_number(Fraction(5, 2)), json_number(Fraction(4)), json_number(Fraction(1, 3))
    (2.5, 4, {'value': 0.3333333333333333, 'exact': '1/3'})
    """
    number = Fraction(number)
    if number.denominator == 1 and abs(number) < 2**53:
        return int(number)
    if is_decimal(number) and Fraction(repr(float(number))) == number:
        return float(number)
    return {"value": float(number), "exact": f"{number.numerator}/{number.denominator}"}
