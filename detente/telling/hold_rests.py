"""Where a conflict can rest, how it gets there, and which states are stable for whom."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from detente.analysis import Analysis
from detente.factors import Ints
from detente.holdings import Holdings
from detente.number import counted
from detente.prose import capital, plural
from detente.report.pictures.flow import MOST_STATES, Flow
from detente.solvers.legal_sequences import Reached
from detente.solvers.status_quo import StatusQuo
from detente.survey import Survey, shares_of
from detente.table import Cell, Column, Section, Sentence, Table
from detente.telling.flow import flow_picture
from detente.telling.hold_states import label_in, states_table
from detente.telling.hold_words import begun, labels_of, moves_text, others_text, there

MOST_PLACES = 5
"""Places whose shares are counted, and whose paths are told."""
_PAYING = "moves that pay for whoever makes them"


def rests_section(
    analysis: Analysis,
    survey: Survey,
    *,
    key: str,
    title: str,
    start_title: str,
    whole: bool = True,
) -> Section:
    """Return where the conflict can rest from its start on, with the picture.

    start_title : what the start is, such as ``the proposal``
    whole : whether the table of states is told too
    """
    picture = flow_of(analysis, survey, start_title=start_title)
    places = _places_table(analysis, survey)
    tables = [places] if places.rows else []
    if whole:
        tables.append(states_table(analysis, survey))
    return Section(
        key=key,
        title=title,
        lead=tuple(_lead(survey, start_title)),
        tables=tuple(tables),
        pictures=() if picture is None else (picture,),
    )


def unsigned_of(holdings: Holdings) -> Survey | None:
    """Return the conflict in which nothing is signed, where that is another one than the rest."""
    unsigned, survey = holdings.unsigned, holdings.survey
    if unsigned is None:
        return None
    same = same_states(unsigned, survey) and unsigned.start == survey.start
    return None if same else unsigned


def nowhere_unsigned() -> Section:
    """Say that nothing can be told of no deal, since it breaks a constraint in any setting."""
    text = (
        "The status quo breaks a constraint, whatever those who control something make of it, so "
        "nothing can be told of it."
    )
    lead = (Sentence(text=text, tone="warn"),)
    title = "Where the conflict can rest if nothing is signed"
    return Section(key="hold-unsigned", title=title, lead=lead)


def same_states(one: Survey, other: Survey) -> bool:
    """Tell whether two surveys are of the same states: nothing else is fixed, or fixed alike."""
    return one.model.fixes(other.model.base)


def _lead(survey: Survey, start_title: str) -> Iterator[Sentence]:
    model = survey.model
    where = "on the central reading " if survey.values.n_rows > 1 else ""
    if survey.start is None:
        text = "The status quo breaks a constraint, so it is no state, and no path begins there."
        yield Sentence(text=text, tone="warn")
    elif survey.paths is None:
        yield Sentence(text="There are too many moves to look for paths.", tone="warn")
    else:
        yield Sentence(text=_drift(survey, start_title, where))
    everywhere = survey.equilibria("SEQ")
    if not len(everywhere):
        text = "There is no state in which every step would be answered by others who gain by it."
        yield Sentence(text=text, tone="warn")
    elif len(everywhere) > len(survey.rests()):
        verb = "is" if len(everywhere) == 1 else "are"
        alone = survey.paths is not None and survey.rests().tolist() == [survey.start]
        moves = f"{_PAYING} do not lead from here" if alone else "such moves do not lead"
        text = (
            f"In all, {counted(len(everywhere))} of {_states(model.n_states)} {verb} stable; "
            f"{moves} to the others."
        )
        yield Sentence(text=text + _by_any(survey))


def _by_any(survey: Survey) -> str:
    """Say to how many of the others moves lead that somebody loses by, or gains nothing."""
    if survey.paths is None:
        return ""
    others = survey.places()[len(survey.rests()) :]
    led = int((survey.paths.by_moves.distance[others] >= 0).sum())
    if not led:
        return " Nor do any other moves."
    them = "one" if led == 1 else "all" if led == len(others) else counted(led)
    return f" Other moves lead to {them} of them."


def _states(count: int) -> str:
    return plural(count, "state")


def _drift(survey: Survey, start_title: str, where: str) -> str:
    """Say where moves that are good for the mover lead."""
    rests = survey.rests().tolist()
    if survey.start in rests:
        others = len(rests) - 1
        more = ""
        if others:
            more = (
                " If somebody moved all the same, and gained by it at once, it could come to rest "
                f"in {plural(others, 'other state')}."
            )
        return begun(f"{where}{start_title} is stable itself: the conflict can rest there.{more}")
    where = where.replace("reading ", "reading, ")
    start = capital(f"{where}by {_PAYING}, the conflict can get from {start_title} to")
    if not rests:
        return f"{start} no state in which it can rest."
    nearest = there(survey.model, rests[0], survey.start)
    if len(rests) == 1:
        return f"{start} one state only in which it can rest: {nearest}."
    return f"{start} {_states(len(rests))} in which it can rest; the nearest: {nearest}."


def _led_to(survey: Survey) -> Ints:
    """Return the places of rest that moves lead to, those that all gain by first."""
    places = survey.places()
    if survey.paths is None:
        return places
    return places[survey.paths.by_moves.distance[places] >= 0]


def _places_table(analysis: Analysis, survey: Survey) -> Table:
    """Return the nearest places of rest, with paths; how often each is stable."""
    rests = _led_to(survey)
    places = rests[:MOST_PLACES].tolist()
    many = survey.values.n_rows > 1 and survey.counted
    shares = shares_of(survey, places, "SEQ", analysis.work) if many else [None] * len(places)
    detours = any(_differs(survey.paths, place) for place in places)
    rows: list[tuple[Cell, ...]] = []
    for place, share in zip(places, shares, strict=True):
        holds = capital(there(survey.model, place, survey.start))
        if place == survey.start:
            holds = "As at the start"
        cells: list[Cell] = [str(survey.model.number(place)), holds]
        if many:
            cells.append(share)
        if survey.paths is not None:
            paying = _path(analysis, survey, survey.paths.by_improvements, place)
            cells.append(paying)
            if detours:
                other = _path(analysis, survey, survey.paths.by_moves, place)
                cells.append("the same" if other == paying else other)
        rows.append(tuple(cells))
    columns = [Column(key="state", title="State"), Column(key="holds", title="What holds there")]
    if many:
        columns.append(Column(key="share", title="Stable in", align="right"))
    if survey.paths is not None:
        columns.append(Column(key="path", title="Shortest way by steps that pay"))
        if detours:
            columns.append(Column(key="moves", title="By any steps"))
    note = others_text(len(rests) - len(places), "such place")
    if many:
        note = f"The shares are of all readings, the ways are those of the central one. {note}"
    return Table(
        title="Where the conflict can rest" + ("" if survey.paths is None else ", nearest first"),
        columns=tuple(columns),
        rows=tuple(rows),
        note=note.strip(),
    )


def _differs(paths: StatusQuo | None, place: int) -> bool:
    """Tell whether any moves lead to a place sooner than those that all gain by, or they alone."""
    if paths is None:
        return False
    return int(paths.by_moves.distance[place]) != int(paths.by_improvements.distance[place])


def _path(analysis: Analysis, survey: Survey, ways: Reached, place: int) -> str | None:
    path = ways.path(place)
    if path is None or survey.start is None:
        return None
    steps = [(step.party, int(step.state)) for step in path]
    return moves_text(analysis, survey.model, survey.start, steps) or "it is there already"


def flow_of(
    analysis: Analysis, survey: Survey, *, start_title: str, most: int = MOST_STATES
) -> Flow | None:
    """Return the picture of the moves that somebody gains by; None where moves are too many.

    most : so many states are shown at the most
    """
    model = survey.model
    graph = survey.graph
    if graph is None or (survey.start is not None and survey.paths is None):
        return None
    stable = np.asarray(survey.stability.of("SEQ").all(axis=0))
    marked = "" if survey.start is None else f"; marked: {start_title}"
    where = " (central reading)" if survey.values.n_rows > 1 else ""
    return flow_picture(
        graph,
        survey.values.central,
        stable,
        parties=labels_of(analysis, model.parties),
        label=lambda state: label_in(survey, state),
        name=lambda state: str(model.number(state)),
        title=f"Moves that somebody gains by{where}{marked}",
        start=survey.start,
        start_title=start_title,
        rests="stable: leaving would be answered (SEQ)",
        most=most,
    )
