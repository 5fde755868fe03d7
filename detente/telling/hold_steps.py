"""Every step that pays and what answers it, state by state, with the flow graph that shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from detente.departing import Departing, Leaving
from detente.holding import Holding
from detente.holdings import Holdings
from detente.number import json_number, rounded
from detente.paying_steps import steps_from
from detente.report.pictures.flow import Flow, FlowArrow, FlowState
from detente.survey import Survey
from detente.telling.hold_data import steps_of_answer
from detente.telling.hold_leaving import witness
from detente.telling.hold_rests import flow_of
from detente.telling.hold_states import label_in
from detente.telling.hold_words import label_of

MOST_TOLD = 150
"""Up to so many states the steps of all are told; of larger conflicts those in the picture."""


def steps_data(holdings: Holdings, *, start_title: str) -> dict[str, Any]:
    """Return the steps from all states, or from those in the picture, for JSON.

    Beside them stand labels: in a large conflict, what is different there from the start.

    start_title : what the start is called, as in the picture
    """
    survey = holdings.survey
    flow = flow_of(holdings.analysis, survey, start_title=start_title)
    told = _told(survey, flow)
    steps = [_from(*one) for one in steps_from(holdings.analysis, survey, told)]
    return {
        "exact": survey.values.n_rows == 1,
        "complete": len(told) == survey.model.n_states,
        "states": {
            str(survey.model.number(state)): list(own)
            for state, own in zip(told, steps, strict=True)
        },
        "labels": {
            str(survey.model.number(state)): label_in(survey, state)
            for state in dict.fromkeys([*told, *_resting(survey)])
        },
        "flow": None if flow is None else asdict(flow),
    }


def flow_from(data: Mapping[str, Any]) -> Flow:
    """Return the flow graph from its JSON."""
    return Flow(
        **{
            **data,
            "movers": tuple(data["movers"]),
            "states": tuple(FlowState(**state) for state in data["states"]),
            "arrows": tuple(FlowArrow(**arrow) for arrow in data["arrows"]),
        }
    )


def _resting(survey: Survey) -> list[int]:
    """Return the states where the conflict can rest, or the nearest of them."""
    found: list[int] = survey.places()[:MOST_TOLD].tolist()
    return found


def _told(survey: Survey, flow: Flow | None) -> Sequence[int]:
    if survey.graph is None:
        return ()
    if survey.model.n_states <= MOST_TOLD:
        return range(survey.model.n_states)
    return () if flow is None else [int(state.id) - 1 for state in flow.states]


def _from(holding: Holding, leaving: Sequence[Leaving]) -> Iterator[dict[str, Any]]:
    for own in leaving:
        for way in own.departing:
            yield _step(holding, way)


def _step(holding: Holding, way: Departing) -> dict[str, Any]:
    """Return one step in numbers and as a sentence, with the answer that is its witness."""
    model = holding.model
    said, answer, left = witness(holding, way), way.example.answer, _left(holding, way)
    return {
        "party": holding.parties[way.party],
        "to": model.number(way.target),
        "gain": None if way.gain is None else json_number(way.gain.middle),
        "answered": {key: bool(share.value) for key, share in way.answered.items()},
        "answer": None if answer is None else steps_of_answer(model, answer),
        "credible": way.credible,
        "left": None if left is None else json_number(left),
        "escape": None if way.escape is None else model.number(way.escape),
        "text": f"{said.text}{_left_text(holding, way, left)}",
        "tone": said.tone,
    }


def _left(holding: Holding, way: Departing) -> Fraction | None:
    """Return what the answer leaves the party with, beside where it was; None without amounts."""
    units = holding.values.units(way.party)
    if units is None or not way.example.answer:
        return None
    own = holding.profile(0)[way.party]
    return Fraction(int(own[way.example.answer[-1].state]) - int(own[holding.state]), units)


def _left_text(holding: Holding, way: Departing, left: Fraction | None) -> str:
    """Say how far below where it was the answer leaves a party; empty where not below."""
    if left is None or left >= 0:
        return ""
    label = label_of(holding, way.party)
    return f" The answer would leave {label} {_points(-left)} below where it was."


def _points(amount: Fraction) -> str:
    text = rounded(amount)
    return f"{text} {'point' if text == '1' else 'points'}"
