"""A partial order of bids, as the fewest comparisons that say the same."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from detente.document import Faults
from detente.entries import MOST_ENTRIES
from detente.formats.additive import Compared, Profile
from detente.formats.geniusweb.domains import Domain, whole_bid
from detente.formats.geniusweb.partial_order import fewest
from detente.formats.guarded_json import expect, expect_list, parse_json, refusal
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
    bids = sorted({bid for pair in pairs for bid in pair})
    if len(bids) > MOST_BIDS:
        problem = f"{len(bids):,} bids are compared, more than {MOST_BIDS:,}"
        raise refusal(faults, problem, "keep fewer of them", path="better")
    place = {bid: k for k, bid in enumerate(bids)}
    numbered = ((place[better], place[worse]) for better, worse in pairs)
    compared = [
        Compared(better=bids[better], worse=bids[worse], relation=relation)
        for better, relation, worse in fewest(len(bids), numbered)
    ]
    no_deal: Fraction | None = Fraction(0)
    if fields.get("reservationBid") is not None:
        no_deal = None
        kept = whole_bid(fields["reservationBid"], domain, "reservationBid", faults)
        compared.append(Compared(better=None, worse=kept, relation="~"))
    if len(compared) > MOST_ENTRIES:
        problem = f"the order needs {len(compared):,} comparisons, more than {MOST_ENTRIES:,}"
        raise refusal(faults, problem, "keep fewer bids", path="better")
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
