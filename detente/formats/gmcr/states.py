"""What ``.gmcr`` files say of states and coalitions: rankings, and states that are not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente.blocks.graph import Coalition, GraphRanking, Unseen
from detente.case import Party
from detente.document import Faults
from detente.entries import MOST_PARTIES
from detente.errors import quote
from detente.formats.gmcr.conditions import Conditions
from detente.formats.gmcr.patterns import MOST_BITS, Patterns, feasible_codes
from detente.formats.guarded_json import expect, expect_list, kind_of
from detente.number import counted

_MANUAL = ("useManualPreferenceRanking", "useManualPreferenceVectors")
_RANKINGS = ("preferenceRanking", "preferenceVector", "preferenceVectors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """One decision maker of the file; ``owned`` holds positions in the file's list of options."""

    party: Party
    path: str
    owned: tuple[int, ...]
    fields: Mapping[str, Any]


def rankings(
    top: Mapping[str, Any], makers: Sequence[Maker], infeasible: Patterns, faults: Faults
) -> list[GraphRanking]:
    """Return the manual rankings, where they are in force."""
    key = next((key for key in _MANUAL if key in top), "")
    if not key or not expect(top[key], bool, key, faults):
        return []
    n_options = sum(len(maker.owned) for maker in makers)
    exact = n_options <= MOST_BITS
    n_states = int(feasible_codes(infeasible, n_options).sum()) if exact else 2**n_options
    found = []
    for maker in makers:
        held = next((key for key in _RANKINGS if key in maker.fields), _RANKINGS[0])
        listed = expect_list(maker.fields, held, maker.path, faults, most=2**MOST_BITS)
        tiers = _tiers(listed, n_states, f"{maker.path}.{held}", faults)
        if tiers:
            much = (False,) * (len(tiers) - 1)
            found.append(GraphRanking(party=maker.party.name, tiers=tiers, much=much))
        elif held in maker.fields and not listed:
            faults.at(0, f"{maker.path}.{held}", "the ranking is empty", "name states, best first")
    return found


def _tiers(
    listed: list[Any], n_states: int, path: str, faults: Faults
) -> tuple[tuple[str, ...], ...]:
    seen: set[int] = set()
    tiers = []
    for k, entry in enumerate(listed):
        tier = []
        for state in entry if isinstance(entry, list) else (entry,):
            where = f"{path}[{k}]"
            if type(state) is not int or not 1 <= state <= n_states:
                shown = str(state) if type(state) is int else kind_of(state)
                hint = f"feasible states are numbered 1 to {counted(n_states)}"
                faults.at(0, where, f"{shown} is no state", hint)
            elif state in seen:
                faults.at(0, where, f"state {state} is ranked twice", "keep one of the two")
            else:
                seen.add(state)
                tier.append(str(state))
        if tier:
            tiers.append(tuple(tier))
        elif entry == []:
            faults.at(0, f"{path}[{k}]", "no state stands here", "take the empty list out")
    return tuple(tiers)


def unseen(makers: Sequence[Maker], conditions: Conditions) -> list[Unseen]:
    """Return the conditions on states that decision makers do not see."""
    found = []
    for maker in makers:
        entries = conditions.patterns(maker.fields, "misperceptions", maker.path)
        texts = conditions.texts(entries)
        if texts:
            found.append(Unseen(party=maker.party.name, conditions=texts))
    return found


def coalitions(top: Mapping[str, Any], makers: Sequence[Maker], faults: Faults) -> list[Coalition]:
    """Return the coalitions of two or more; with those who act alone they have to be everybody."""
    if top.get("coalitions") is None:
        return []
    found, seen = [], set()
    for k, entry in enumerate(expect_list(top, "coalitions", "", faults, most=MOST_PARTIES)):
        members = []
        for member in entry if isinstance(entry, list) else (entry,):
            path = f"coalitions[{k}]"
            if type(member) is not int or not 0 <= member < len(makers):
                shown = str(member) if type(member) is int else kind_of(member)
                hint = f"decision makers are numbered 0 to {len(makers) - 1}"
                faults.at(0, path, f"{shown} is no decision maker", hint)
            elif member in seen:
                problem = f"{quote(makers[member].party.label)} is in two coalitions"
                faults.at(0, path, problem, "keep one of the two")
            else:
                seen.add(member)
                members.append(makers[member].party.name)
        if len(members) > 1:
            found.append(Coalition(members=tuple(members)))
    if found and not faults.found and len(seen) < len(makers):
        left = next(maker for k, maker in enumerate(makers) if k not in seen)
        problem = f"{quote(left.party.label)} is in none"
        faults.at(0, "coalitions", problem, "list every decision maker once, or take this key out")
    return found
