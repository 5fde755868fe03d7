"""How time and chance are told, which every verdict on agendas and roadmaps takes as said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from detente.analysis import Analysis
from detente.deadline import Deadline
from detente.document import bounds_text
from detente.linear import Bounds
from detente.number import json_number, plain
from detente.prose import listed
from detente.table import Sentence
from detente.timing import implementing_of, talking_of, unit_of


def talks_sentence(analysis: Analysis) -> Sentence:
    """Say whether later talks are sure, and what time costs, as the case has it."""
    said = talking_of(analysis)
    parts = ["later talks are sure"]
    if said.later_talks.low != 1:
        parts = [f"later talks take place with a chance of {bounds_text(said.later_talks)}"]
    takes = {name: amount for name, amount in said.takes.items() if amount}
    if takes:
        others = "every other issue" if len(said.takes) > 1 else "each issue"
        amounts = [
            f"{plain(amount)} {_unit(analysis)} on {name or others}"
            for name, amount in takes.items()
        ]
        parts.append(f"talks take {listed(amounts)}")
    parts += _patience_words(analysis, said.patience)
    if not takes:
        parts.append("time in talks is not counted")
    elif said.deadline is not None:
        parts.append(
            f"a table that would end after the deadline ({said.deadline.text}) is not held"
        )
    return Sentence(text=f"Taken as said: {'; '.join(parts)}.")


def roadmap_sentence(analysis: Analysis) -> Iterator[Sentence]:
    """Say how sure the next stage is, and what waiting costs, where the case says so."""
    said = implementing_of(analysis)
    parts: list[str] = []
    if said.next_stage.low != 1:
        chance = bounds_text(said.next_stage)
        parts.append(f"the next stage is delivered with a chance of {chance}")
    parts += _patience_words(analysis, {**talking_of(analysis).patience, **said.patience})
    if parts:
        yield Sentence(text=f"Taken as said: {'; '.join(parts)}.")


def talks_data(analysis: Analysis) -> dict[str, Any]:
    """Return the chance of later talks and how time passes in talks, for JSON."""
    said = talking_of(analysis)
    otherwise = said.takes.get("", Fraction(0))
    return {
        "later_talks": _bounds_data(said.later_talks),
        "takes": {
            issue.name: json_number(said.takes.get(issue.name, otherwise))
            for issue in analysis.case.issues
        },
        "patience": _patience_data(analysis, said.patience),
        "deadline": _deadline_data(analysis, said.deadline),
    }


def roadmap_data(analysis: Analysis) -> dict[str, Any]:
    """Return the chance of the next stage and the patience of parties, for JSON."""
    said = implementing_of(analysis)
    patience = {**talking_of(analysis).patience, **said.patience}
    return {
        "next_stage": _bounds_data(said.next_stage),
        "patience": _patience_data(analysis, patience),
    }


def _patience_words(analysis: Analysis, patience: Mapping[str, Fraction]) -> Iterator[str]:
    labels = {party.name: party.label for party in analysis.case.parties}
    own = [f"{plain(factor)} for {labels[name]}" for name, factor in patience.items() if factor < 1]
    if own:
        yield f"what comes a {_unit(analysis, one=True)} later counts {listed(own)}"


def _unit(analysis: Analysis, *, one: bool = False) -> str:
    unit = unit_of(analysis) or "unit of time"
    return unit if one else "units of time" if unit == "unit of time" else f"{unit}s"


def _bounds_data(chance: Bounds) -> dict[str, Any]:
    return {
        "low": None if chance.low is None else json_number(chance.low),
        "high": None if chance.high is None else json_number(chance.high),
    }


def _patience_data(analysis: Analysis, patience: Mapping[str, Fraction]) -> dict[str, Any]:
    return {
        party.name: json_number(patience.get(party.name, Fraction(1)))
        for party in analysis.case.parties
    }


def _deadline_data(analysis: Analysis, deadline: Deadline | None) -> Any:
    if deadline is None:
        return None
    return json_number(deadline.after(analysis.case.as_of, unit_of(analysis)))
