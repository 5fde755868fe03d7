"""A conflict as a flow: states as circles, improving moves as arrows, rest in the last column."""

from __future__ import annotations

from dataclasses import dataclass

MOST_STATES = 40
"""States that one picture can hold; of larger conflicts a part is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowState:
    """One state.

    id : its number, or a short name, as it stands in the circle
    label : what holds in it, in words; shown on hover and in the table
    before : how many columns it stands before the last; 0 for a stable state
    stable : whether the conflict can rest there
    """

    id: str
    label: str
    before: int
    stable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowArrow:
    """An improving move.

    mover : position of the party in ``movers``; origin, target : positions of states
    """

    mover: int
    origin: int
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The improving moves of a conflict, or of a part of it.

    movers : all parties that can move, so that each keeps its colour from picture to picture
    start : the state where the conflict stands, or the proposal, by position; None for neither
    start_title : what the start is, such as ``the proposal``
    rests : what is said of a stable state, such as ``stable: nobody gains by leaving``
    part : what is said where this is only a part, such as ``24 of 4,096 states are shown: ...``
    """

    title: str
    description: str
    movers: tuple[str, ...]
    states: tuple[FlowState, ...]
    arrows: tuple[FlowArrow, ...]
    start: int | None = None
    start_title: str = "where the conflict stands"
    rests: str = "stable"
    part: str = ""
