"""A case as GeniusWeb files, as far as they can hold it; the rest is refused by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from detente.case import Case, Party
from detente.document import Faults
from detente.errors import printable, quote
from detente.formats.additive_writing import party_points
from detente.formats.geniusweb.exact_json import written
from detente.formats.geniusweb.ordering_writing import only_compares, order_of
from detente.formats.geniusweb.profile_writing import NAME, bid, profile_of
from detente.formats.reading import STATUS_QUO, UTILITIES, left_aside, own_note, read_from
from detente.formats.refusals import KEEP, refuse_note, refuse_number
from detente.vocabulary import Issue

READ = read_from("GeniusWeb", UTILITIES, STATUS_QUO)
FREE = "No reservation bid, so no deal is worth 0 points."
SHORT = "The steps of {} end at {}, before {}."
"""What the notes of cases say that were read from such files; it need not be written."""

_MADE_ANEW = (READ, FREE, SHORT, left_aside(["{}"]))
_UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]|^[ .]|[ .]$')


def write_folder(case: Case) -> Mapping[str, str]:
    """Return a case as a domain and a profile for each party: texts by file name.

    A party whose points depend on one issue at a time becomes a ``LinearAdditiveUtilitySpace``
    where weights can be found that are decimals, one that only compares packages a
    ``DefaultPartialOrdering``, any other a ``SumOfGroupsUtilitySpace``.

    Raises
    ------
    CaseError
        The format cannot hold all of the case; everything that it cannot hold is named.
    """
    faults = Faults()
    _refuse_notes(case, faults)
    domain = _domain(case, faults)
    comparing = {party.name for party in case.parties if only_compares(case, party)}
    said = party_points(case, faults, keeps={"rules"}, format_name=NAME, leave_out=comparing)
    points = {party.party.name: party for party in said}
    files = {"domain.json": written(domain) + "\n"}
    for number, party in enumerate(case.parties, start=1):
        profile: dict[str, Any] = {}
        around = {"name": _simple_name(party, number), "domain": domain}
        if party.name in comparing:
            profile = _ordering(case, party, around, faults)
        elif party.name in points:
            profile = profile_of(case, points[party.name], around, faults)
        files[_file_name(number, party, faults)] = written(profile) + "\n"
    faults.raise_any(case.file)
    return files


def _ordering(
    case: Case, party: Party, around: Mapping[str, Any], faults: Faults
) -> dict[str, Any]:
    """Return the profile of a party that only compares packages."""
    order = order_of(case, party, faults)
    fields = {
        "bids": [bid(case, dict(enumerate(package))) for package in order.packages],
        "better": [list(map(Fraction, pair)) for pair in order.pairs],
        "reservationBid": order.no_deal and bid(case, dict(enumerate(order.no_deal))),
    }
    return {"DefaultPartialOrdering": {**around, **fields}}


def _refuse_notes(case: Case, faults: Faults) -> None:
    refuse_note(own_note(case.note, _MADE_ANEW), "", faults, name=NAME)
    for party in case.parties:
        refuse_note(own_note(party.note, _MADE_ANEW), f"parties.{party.name}", faults, name=NAME)
    for issue in case.issues:
        refuse_note(issue.note, f"issues.{issue.name}", faults, name=NAME)
        if issue.unit:
            faults.at(0, f"issues.{issue.name}.unit", f"{NAME} does not keep units", KEEP)


def _domain(case: Case, faults: Faults) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for issue in case.issues:
        path = f"issues.{issue.name}"
        if issue.label in values:
            problem = f"two issues are called {quote(issue.label)}"
            faults.at(0, path, problem, "give one of them another title")
        values[issue.label] = _values(issue, path, faults)
    return {"name": case.title, "issuesValues": values}


def _values(issue: Issue, path: str, faults: Faults) -> dict[str, Any]:
    if issue.levels is None:
        return {"values": list(issue.options)}
    steps = {high - low for low, high in pairwise(issue.levels)}
    for number in issue.levels:
        refuse_number(number, path, faults, name=NAME)
    if len(steps) > 1:
        faults.at(0, path, f"{NAME} keeps numbers that are the same step apart", KEEP)
    low, high = issue.levels[0], issue.levels[-1]
    return {"range": {"low": low, "high": high, "step": min(steps, default=Fraction(1))}}


def _file_name(number: int, party: Party, faults: Faults) -> str:
    """Return the name of a party's file, which also keeps what the party is called."""
    if _UNSAFE.search(party.label):
        problem = f"{NAME} keeps what a party is called in the name of a file, and no file can"
        hint = "give the party another title in a copy"
        faults.at(0, f"parties.{party.name}", f"{problem} be called {printable(party.label)}", hint)
    return f"{number} {party.label}.json"


def _simple_name(party: Party, number: int) -> str:
    """Return what a profile may be called: letters and digits."""
    return re.sub("[^A-Za-z0-9]", "", party.label) or f"party{number}"
