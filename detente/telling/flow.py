"""Where a conflict goes if everybody makes the moves that are good for it, as a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from detente.hit_and_run import Bools
from detente.number import counted
from detente.prose import listed, plural
from detente.report.pictures.flow import MOST_STATES, Flow, FlowArrow, FlowState
from detente.solvers.flow import FlowPart, flow_part
from detente.solvers.state_graph import StateGraph, Values

_MOST_NAMED = 12
"""Stable states that are named one by one in words."""

_NUMBERS = " “The same as a table” tells what each number is."
BEST_ONLY = "Of each party only the moves to what it likes best are drawn."


def flow_picture(  # noqa: PLR0913 - a conflict, and the words for it
    graph: StateGraph,
    ranks: Values,
    stable: Bools,
    *,
    parties: Sequence[str],
    label: Callable[[int], str],
    name: Callable[[int], str] = lambda state: str(state + 1),
    title: str,
    start: int | None = None,
    start_title: str = "where the conflict stands",
    rests: str = "stable",
    most: int = MOST_STATES,
) -> Flow:
    """Return the flow graph of a conflict, or of the part that can be reached from its start.

    ranks : whole numbers, shape (n_parties, n_states); larger is better
    stable : bool, shape (n_states,), the states that are marked as stable
    parties : what each decision maker is called
    label, name : what holds in a state, in words; and its number or short name
    start_title : what the start is, such as ``the proposal``
    rests : what it means to be marked, such as ``stable: nobody gains by leaving``
    """
    part = flow_part(graph, ranks, stable, start=start, most=most)
    shown = part.states.tolist()
    names = [name(state) for state in shown]
    resting = [name(state) for state in shown if stable[state]]
    at = None if start is None else shown.index(start)
    told = _part(part, f"state {name(start or 0)}")
    return Flow(
        title=title,
        description=_description(part, resting, start=None if at is None else names[at])
        + ("" if all(_bare(n, label(s)) for n, s in zip(names, shown, strict=True)) else _NUMBERS),
        movers=tuple(parties),
        states=tuple(
            FlowState(id=own, label=label(state), before=before, stable=bool(stable[state]))
            for state, own, before in zip(shown, names, part.before.tolist(), strict=True)
        ),
        arrows=tuple(
            FlowArrow(mover=mover, origin=origin, target=target)
            for mover, origin, target in zip(
                part.mover.tolist(), part.origin.tolist(), part.target.tolist(), strict=True
            )
        ),
        start=at,
        start_title=start_title,
        rests=rests,
        part=told,
    )


def _bare(name: str, label: str) -> bool:
    """Tell whether what holds in a state says no more than its number."""
    return label.casefold() in {name, f"state {name}", f"s{name}"}


def _description(part: FlowPart, resting: Sequence[str], *, start: str | None) -> str:
    """Return the picture in words, for people who do not see it."""
    n_shown = len(part.states)
    states = plural(n_shown, "state") if part.complete else f"{n_shown} of {part.n_states:,} states"
    moves = plural(len(part.mover), "move")
    rest = "No state shown is stable."
    if resting:
        few = len(resting) <= _MOST_NAMED
        rest = f"Stable: {listed(resting)}." if few else f"Of these, {len(resting)} are stable."
    begins = "" if start is None else f" It starts from {start}."
    gains = "gains most by" if part.best_only else "gains by"
    return f"{states} and, as arrows, {moves} that somebody {gains}. {rest}{begins}"


def _part(part: FlowPart, start: str) -> str:
    """Return which part of a conflict is shown; empty where all is."""
    if part.complete:
        return BEST_ONLY if part.best_only else ""
    n_shown, n_led = len(part.states), len(part.states) - part.n_beside
    whole = f"{counted(part.n_states)} states"
    gains = "gains most by" if part.best_only else "gains by"
    led = f"that can be reached from {start} by moves that somebody {gains}"
    if part.n_reached > n_led:
        told = f"Shown are the {n_led} nearest of the {counted(part.n_reached)} states {led}"
        told += f", out of {whole}."
    elif part.n_beside:
        near = plural(part.n_beside, "other")
        told = f"Shown are {n_shown} of {whole}: {start} itself"
        told += f", the {n_led - 1} {led}" if n_led > 1 else ""
        told += f", and {near} near it."
    else:
        told = f"Shown are the {n_shown} of {whole} {led}, itself included."
    if part.n_leaving:
        noun = plural(part.n_leaving, "such move")
        told += f" {noun} {'leads' if part.n_leaving == 1 else 'lead'} to states not shown."
    return f"{told} {BEST_ONLY}" if part.best_only else told
