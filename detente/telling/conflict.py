"""A conflict of which only states, moves and rankings are known: what it is, to begin a report.

Nothing can be said of what could be agreed where it is known only in which order parties prefer
states. Such a report leads with who can move, and with what is said of moves and rankings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from detente.blocks.graph import GraphState, StatusQuo
from detente.case import Case
from detente.graph_model import GraphModel
from detente.prose import capital, listed, plural, provenance_text
from detente.survey import Survey
from detente.table import Cell, Column, Section, Sentence, Table
from detente.telling.hold_words import numbered
from detente.telling.on_the_table import issues_table
from detente.telling.unsourced import entry_text

_MOST = 40
"""States, and entries, that are listed for people."""


def is_conflict(case: Case, *, view: str) -> bool:
    """Tell whether nothing is known but moves, and how all who sign rank states."""
    return not case.proposals and all(
        case.only_ranked(party.name, view=view) for party in case.signatories
    )


def conflict_section(case: Case, survey: Survey, *, answer: Sequence[Sentence]) -> Section:
    """Return what the conflict is, where it stands, and what was found.

    answer : what was found, in a few sentences
    """
    model = survey.model
    note = [Sentence(text=case.note)] if case.note else []
    table = _states_table(model) if model.explicit else issues_table(case, title="What can change")
    return Section(
        key="asked",
        title="The conflict and the answer",
        lead=(Sentence(text=_what(case, survey)), *note, *answer),
        tables=() if table is None else (table,),
    )


def _what(case: Case, survey: Survey) -> str:
    model = survey.model
    movers = listed([case.party(name).label for name in model.parties])
    states = plural(model.n_states, "state")
    moves = "" if survey.graph is None else f" by {plural(survey.graph.n_moves, 'move')}"
    text = f"A conflict written out as states and moves: {movers} can move between {states}{moves}."
    if not model.explicit:
        text = (
            f"A conflict that goes on by moves: what {movers} can change alone makes {states}"
            f"{moves and ', with' + moves.removeprefix(' by')}."
        )
    text += " Known is in which order parties prefer states, not what states are worth to them."
    if survey.start is None:
        return text
    start = model.number(survey.start)
    what = "" if numbered(model, survey.start) else f" ({model.label(survey.start)})"
    return f"{text} It stands in state {start}{what}."


def _states_table(model: GraphModel) -> Table | None:
    """Return the states with their titles; None where they have none."""
    states = range(model.n_states)
    if all(numbered(model, state) for state in states):
        return None
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            str(model.number(state)),
            capital(model.label(state)),
            model.names[state].replace("_", " "),
        )
        for state in states
    )
    columns = (
        Column(key="state", title="State"),
        Column(key="label", title="What holds there"),
        Column(key="name", title="In short"),
    )
    alike = all(
        model.names[state].casefold()
        in {str(1 + state), f"s{1 + state}", model.label(state).casefold()}
        for state in states
    )
    return Table(
        title="The states",
        columns=columns[:2] if alike else columns,
        rows=tuple(row[:2] for row in rows) if alike else rows,
        most=_MOST,
    )


def moves_section(case: Case, *, view: str) -> Section:
    """Return what is said of moves and rankings, each with its source."""
    rows = tuple(_entries(case, view))
    return Section(
        key="moves",
        title="Moves and rankings",
        tables=(
            Table(
                title="What is said of moves and states, with its source",
                columns=(
                    Column(key="said", title="What is said"),
                    Column(key="source", title="Where, and how sure"),
                ),
                rows=rows,
                most=_MOST,
            ),
        ),
    )


def _entries(case: Case, view: str) -> Iterator[tuple[Cell, ...]]:
    for block in ("control", "graph"):
        entries: Sequence[Any] = case.blocks.get(block, ())
        for entry in entries:
            if entry.applies(view) and not isinstance(entry, GraphState | StatusQuo):
                where = capital(provenance_text(case, entry.provenance))
                yield capital(entry_text(case, entry)), f"{where}."
