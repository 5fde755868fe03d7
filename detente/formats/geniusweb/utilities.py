"""Utilities in GeniusWeb profiles: numbers between 0 and 1, which become points of 100."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from detente.document import Faults
from detente.errors import quote
from detente.formats.additive import Profile
from detente.formats.geniusweb.domains import Domain, number_of, read_bid
from detente.formats.guarded_json import expect
from detente.number import plain


def wrapped(
    value: Any, names: tuple[str, ...], path: str, faults: Faults
) -> Mapping[str, Any] | None:
    """Return what stands under one of some names, which are spellings of the same."""
    fields: Mapping[str, Any] | None = expect(value, dict, path, faults)
    if fields is None:
        return None
    name = next((name for name in names if name in fields), None)
    if name is None:
        written = f", not {quote(next(iter(fields)))}" if fields else ""
        faults.at(0, path, f"'{names[0]}' is expected here{written}")
        return None
    return expect(fields[name], dict, path, faults)


def utility(value: Any, path: str, faults: Faults) -> Fraction:
    """Return a utility; what is no number from 0 to 1 is a fault."""
    found = number_of(value, path, faults)
    if found is not None and not 0 <= found <= 1:
        problem = f"a utility lies between 0 and 1, and this is {plain(found)}"
        faults.at(0, path, problem, "GeniusWeb takes no other")
    return found or Fraction(0)


def with_no_deal(
    profile: Profile, fields: Mapping[str, Any], domain: Domain, faults: Faults
) -> Profile:
    """Add what no deal is worth: as much as the reservation bid; without one, nothing.

    An issue that the bid leaves out adds nothing, and so does a group of which it leaves one out.
    """
    if fields.get("reservationBid") is None:
        return replace(profile, no_deal=Fraction(0))
    bid = read_bid(fields["reservationBid"], domain, "reservationBid", faults) or {}
    faults.raise_any()
    worth = sum(((profile.points or ())[k][option] for k, option in bid.items()), Fraction(0))
    for box in profile.boxes:
        if all(bid.get(k) in options for k, options in box.within):
            worth += box.worth
    return replace(profile, no_deal=worth)
