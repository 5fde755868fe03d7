"""Partial orders: all that follows from some comparisons, and the fewest that say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def closure(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Return for each element all that it is at least as good as, itself among them, as bits.

    pairs : (a, b) says that a is at least as good as b
    Takes count^2 steps on numbers of as many bits. Source: Warshall (1962).

    Examples
    --------
    >>> [bin(bits) for bits in closure(3, [(0, 1), (1, 2)])]
    ['0b111', '0b110', '0b100']
    """
    below = [1 << k for k in range(count)]
    for better, worse in pairs:
        below[better] |= 1 << worse
    for middle in range(count):
        bit, reached = 1 << middle, below[middle]
        below = [mine | reached if mine & bit else mine for mine in below]
    return below


def fewest(count: int, pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, str, int]]:
    """Yield the fewest comparisons from which all pairs follow: those of the transitive reduction.

    pairs : (a, b) says that a is at least as good as b
    Yields (a, ``~``, b) for two that are as good as each other, and (a, ``>=``, b) where nothing
    stands between; those of the best come first. Source: Aho, Garey and Ullman (1972).

    Examples
    --------
    >>> list(fewest(3, [(0, 1), (1, 2), (0, 2)]))
    [(0, '>=', 1), (1, '>=', 2)]
    >>> list(fewest(3, [(0, 1), (1, 0), (1, 2)]))
    [(0, '~', 1), (0, '>=', 2)]
    """
    below = closure(count, pairs)
    leader = [next(k for k in bits(below[one]) if below[k] >> one & 1) for one in range(count)]
    leaders = sum(1 << k for k in range(count) if leader[k] == k)
    under = {k: below[k] & leaders & ~(1 << k) for k in range(count) if leader[k] == k}
    for better in sorted(under, key=lambda k: (-below[k].bit_count(), k)):
        yield from ((better, "~", k) for k in range(count) if k != better == leader[k])
        further = 0
        for between in bits(under[better]):
            further |= under[between]
        yield from ((better, ">=", worse) for worse in bits(under[better] & ~further))


def bits(number: int) -> Iterator[int]:
    """Yield the positions of the bits that are set, ascending."""
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low
