"""A partial order of bids, as the fewest comparisons that say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from detente.document import Faults
from detente.entries import MOST_ENTRIES
from detente.formats.additive import Compared, Profile, refuse
from detente.formats.geniusweb.domains import Domain, whole_bid
from detente.formats.guarded_json import expect, expect_list, parse_json
from detente.vocabulary import Package

MOST_BIDS = 1_000
_MOST_PAIRS = MOST_BIDS**2

Pair = tuple[Package, Package]


def read_ordering(fields: Mapping[str, Any], domain: Domain, label: str, faults: Faults) -> Profile:
    """Return a ``DefaultPartialOrdering``; raise CaseError where it is faulty.

    A pair says that the first bid is at least as good as the second.
    """
    if type(fields.get("better")) is dict:
        pairs = _by_bid(fields["better"], domain, faults)
    else:
        pairs = _by_number(fields, domain, faults)
    faults.raise_any()
    bids = dict.fromkeys(bid for pair in pairs for bid in pair)
    if len(bids) > MOST_BIDS:
        problem = f"{len(bids):,} bids are compared, more than {MOST_BIDS:,}"
        raise refuse(problem, "better", faults, "keep fewer of them")
    position = {bid: k for k, bid in enumerate(bids)}
    known = list(bids)
    compared = [
        Compared(better=known[better], worse=known[worse], relation=relation)
        for better, relation, worse in fewest(
            len(known), ((position[better], position[worse]) for better, worse in pairs)
        )
    ]
    no_deal: Fraction | None = Fraction(0)
    if fields.get("reservationBid") is not None:
        no_deal = None
        kept = whole_bid(fields["reservationBid"], domain, "reservationBid", faults)
        compared.append(Compared(better=None, worse=kept, relation="~"))
    if len(compared) > MOST_ENTRIES:
        problem = f"the order needs {len(compared):,} comparisons, more than {MOST_ENTRIES:,}"
        raise refuse(problem, "better", faults, "keep fewer bids")
    faults.raise_any()
    return Profile(label=label, compared=tuple(compared), no_deal=no_deal)


def _by_number(fields: Mapping[str, Any], domain: Domain, faults: Faults) -> list[Pair]:
    """Return pairs that are written as positions in a list of bids."""
    listed = expect_list(fields, "bids", "", faults, most=_MOST_PAIRS)
    bids = [whole_bid(bid, domain, f"bids[{k}]", faults) for k, bid in enumerate(listed)]
    keys = [key for key in ("better", "betterlist", "betterList") if key in fields]
    key = keys[0] if keys else "better"
    found = []
    for k, pair in enumerate(expect_list(fields, key, "", faults, most=_MOST_PAIRS)):
        where = f"{key}[{k}]"
        numbers = pair if type(pair) is list else []
        if len(numbers) != 2 or not all(_is_position(number, len(bids)) for number in numbers):
            problem = f"two positions of bids are expected here, from 0 to {len(bids) - 1}"
            faults.at(0, where, problem)
            continue
        better, worse = (bids[number.numerator] for number in numbers)
        if better is not None and worse is not None:
            found.append((better, worse))
    return found


def _is_position(value: Any, count: int) -> bool:
    return type(value) is Fraction and value.denominator == 1 and 0 <= value.numerator < count


def _by_bid(better: Mapping[str, Any], domain: Domain, faults: Faults) -> list[Pair]:
    """Return pairs that are written as a mapping from each bid, as text, to all it betters."""
    found = []
    for k, (text, below) in enumerate(better.items()):
        where = f"better[{k}]"
        above = whole_bid(
            parse_json(text.encode("utf-8", "surrogatepass"), faults, fractions=True),
            domain,
            where,
            faults,
        )
        others: list[Any] = expect(below, list, where, faults) or []
        for other in others:
            worse = whole_bid(other, domain, where, faults)
            if above is not None and worse is not None:
                found.append((above, worse))
    return found


def fewest(count: int, pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, str, int]]:
    """Yield the fewest comparisons from which all pairs follow: those of the transitive reduction.

    pairs : (a, b) says that a is at least as good as b
    Yields (a, ``~``, b) for two that are as good as each other, and (a, ``>=``, b) where nothing
    stands between. Takes count^2 steps on numbers of as many bits. Source: Aho, Garey and Ullman
    (1972).

    Examples
    --------
    >>> list(fewest(3, [(0, 1), (1, 2), (0, 2)]))
    [(0, '>=', 1), (1, '>=', 2)]
    >>> list(fewest(3, [(0, 1), (1, 0), (1, 2)]))
    [(0, '~', 1), (0, '>=', 2)]
    """
    below = [1 << k for k in range(count)]
    for better, worse in pairs:
        below[better] |= 1 << worse
    for middle in range(count):
        bit, reached = 1 << middle, below[middle]
        below = [mine | reached if mine & bit else mine for mine in below]
    leader = [_leader(k, below) for k in range(count)]
    leaders = sum(1 << k for k in range(count) if leader[k] == k)
    yield from ((leader[k], "~", k) for k in range(count) if leader[k] != k)
    under = {k: below[k] & leaders & ~(1 << k) for k in range(count) if leader[k] == k}
    for better, those in under.items():
        further = 0
        for between in _bits(those):
            further |= under[between]
        yield from ((better, ">=", worse) for worse in _bits(those & ~further))


def _leader(k: int, below: list[int]) -> int:
    """Return the first of those that are as good as the one given."""
    return next(other for other in _bits(below[k]) if below[other] >> k & 1)


def _bits(number: int) -> Iterator[int]:
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low
