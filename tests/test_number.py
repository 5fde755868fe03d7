from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.number import is_decimal, json_number, parse_number, plain, rounded, signed

whole = st.integers(-(10**12), 10**12)
fractions = st.builds(Fraction, whole, st.integers(1, 10**6))
short = st.builds(lambda n, k: Fraction(n, 10**k), whole, st.integers(0, 9))


@given(fractions)
def test_plain_is_read_back_exactly(number):
    assert parse_number(plain(number)) == number


@given(short)
def test_decimals_are_written_without_a_fraction_bar_or_spare_zeros(number):
    text = plain(number)
    assert "/" not in text
    assert "." not in text or not text.endswith("0")


@given(fractions)
def test_json_keeps_every_number(number):
    written = json.loads(json.dumps(json_number(number)))
    if isinstance(written, dict):
        assert Fraction(written["exact"]) == number
        assert written["value"] == float(number)
    else:
        assert Fraction(repr(written)) == number
        assert is_decimal(number)


@given(st.text(max_size=40))
def test_no_text_is_read_otherwise_than_python_reads_it(text):
    number = parse_number(text)
    if number is not None:
        assert Fraction(text.strip()) == number


NO_NUMBER = (
    *["", " ", "1e5", "1_000", "1/0", "1/-2", ".5", "5.", "--1", "0x1", "1/2/3", "1.5/2"],
    *["9" * 101, "nan", "inf", "1 000", "\N{ARABIC-INDIC DIGIT ONE}"],
)  # fmt: skip


@pytest.mark.parametrize("text", NO_NUMBER)
def test_what_spells_no_number(text):
    assert parse_number(text) is None


@pytest.mark.parametrize("text", ["9" * 30, "-" + "9" * 30, "+0.1", "007", " 5 ", "3/4"])
def test_what_spells_a_number(text):
    assert parse_number(text) == Fraction(text.strip())


@given(fractions)
def test_rounded_is_within_half_a_place(number):
    for places in (0, 1, 2):
        text = rounded(number, places).replace("\N{MINUS SIGN}", "-")
        assert abs(Fraction(text) - number) <= Fraction(1, 2 * 10**places) + Fraction(1, 10**4)


@given(fractions)
def test_signed_shows_the_sign(number):
    text = signed(number)
    shown = Fraction(text.replace("\N{MINUS SIGN}", "-"))
    assert (shown > 0) == text.startswith("+")
    assert (shown < 0) == text.startswith("\N{MINUS SIGN}")
