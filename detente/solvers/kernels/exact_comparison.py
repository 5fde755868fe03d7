"""Comparing products of whole numbers that doubles hold, exactly."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from detente.hit_and_run import Floats

Digits = NDArray[np.uint64]
"""A whole number to the base 2^32, lowest first."""

_SPLIT = 134217729.0  # 2^27 + 1: cuts a double into two halves whose products are exact
_DIGIT = np.uint64(2**32 - 1)
_SHIFT = np.uint64(32)
_NOTHING = np.uint64(0)


@njit(cache=True, nogil=True)
def compare_pairs(a: float, b: float, c: float, d: float) -> int:
    """Return the sign of a * b - c * d, for whole numbers below 2^53.

    Rounding keeps order, so two products that round apart are apart; of two that round alike the
    errors of rounding, which are doubles themselves, decide (Dekker 1971).
    """
    one, other = a * b, c * d
    if one != other:
        return 1 if one > other else -1
    left, right = _error(a, b, one), _error(c, d, other)
    if left != right:
        return 1 if left > right else -1
    return 0


@njit(cache=True, nogil=True)
def _error(a: float, b: float, rounded: float) -> float:
    """Return a * b less what it was rounded to."""
    high_a = a * _SPLIT
    high_a = high_a - (high_a - a)
    low_a = a - high_a
    high_b = b * _SPLIT
    high_b = high_b - (high_b - b)
    low_b = b - high_b
    return ((high_a * high_b - rounded) + high_a * low_b + low_a * high_b) + low_a * low_b


@njit(cache=True, nogil=True)
def compare_products(left: Floats, right: Floats) -> int:
    """Return the sign of the difference of two products, of the positive factors of each.

    left, right : whole numbers >= 0 below 2^53, equally many
    """
    one, other = _product(left), _product(right)
    for place in range(len(one) - 1, -1, -1):
        if one[place] != other[place]:
            return 1 if one[place] > other[place] else -1
    return 0


@njit(cache=True, nogil=True)
def _product(factors: Floats) -> Digits:
    digits = np.zeros(2 * len(factors) + 2, np.uint64)
    digits[0] = np.uint64(1)
    for factor in factors:
        if factor > 0.0:
            whole = np.uint64(factor)
            product = np.zeros(len(digits), np.uint64)
            _add(product, digits, whole & _DIGIT, 0)
            _add(product, digits, whole >> _SHIFT, 1)
            digits = product
    return digits


@njit(cache=True, nogil=True)
def _add(total: Digits, digits: Digits, factor: np.uint64, first: int) -> None:
    """Add some digits times a factor below 2^32, moved up by ``first`` places."""
    carry = _NOTHING
    for place in range(len(digits) - first):
        step = digits[place] * factor + total[place + first] + carry
        total[place + first] = step & _DIGIT
        carry = step >> _SHIFT
