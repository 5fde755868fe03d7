"""Whether a package holds once it is signed: the answer of ``hold`` for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detente.holding import Holding
from detente.holdings import Holdings
from detente.prose import capital
from detente.survey import Survey
from detente.table import Cell, Column, Section, Table, Tone
from detente.telling.hold_changes import changes_section
from detente.telling.hold_comparisons import comparisons_section
from detente.telling.hold_lead import headline_of, lead_of, short_lead
from detente.telling.hold_leaving import leaving_section, leaving_table
from detente.telling.hold_method import method_of, taken_for_granted
from detente.telling.hold_own_games import own_games_section
from detente.telling.hold_rests import (
    flow_of,
    nowhere_unsigned,
    rests_section,
    same_states,
    unsigned_of,
)
from detente.telling.hold_steps import steps_data
from detente.telling.hold_tables import strength_section, verdict_table
from detente.telling.hold_together import joined_sentences, together_section
from detente.telling.hold_words import (
    MEANINGS,
    cell_of,
    heading_of,
    is_exact,
    short_name,
)

_IN_CHAPTER = 2
"""Ways of leaving that a report tells of each party."""
_PICTURED, _BESIDE = 16, 10
"""States in the picture of a report, and in those of its other proposals that could be signed."""

__all__ = ["chapter_of", "headline_of", "sections_of", "steps_of"]


def sections_of(holdings: Holdings) -> tuple[Section, ...]:
    """Return the whole answer."""
    holding = holdings.holding
    return (
        Section(
            key="hold",
            title=_title(holding),
            lead=lead_of(holdings),
            tables=() if holding is None else (verdict_table(holding, explained=True),),
            parts=tuple(_parts(holdings)),
        ),
    )


def steps_of(holdings: Holdings) -> dict[str, Any]:
    """Return every step that pays and what answers it, with the flow graph, for JSON."""
    start, holding = holdings.survey, holdings.holding
    return steps_data(
        holdings, start_title=_start(start) if holding is None else short_name(holding)
    )


def _title(holding: Holding | None) -> str:
    if holding is None:
        return "Where the conflict can rest"
    return f"Would it hold: {heading_of(holding)}"


def _parts(holdings: Holdings) -> Iterator[Section]:
    about = (
        leaving_section(holdings),
        strength_section(holdings),
        changes_section(holdings),
        together_section(holdings),
        own_games_section(holdings),
        comparisons_section(holdings),
    )
    yield from (section for section in about if section is not None)
    analysis, holding = holdings.analysis, holdings.holding
    start = _start(holdings.survey) if holding is None else short_name(holding)
    yield rests_section(
        analysis,
        holdings.survey,
        key="hold-rests",
        title=f"Where the conflict can rest from {start} on",
        start_title=start,
    )
    unsigned = unsigned_of(holdings)
    if unsigned is not None:
        alike = same_states(unsigned, holdings.survey)
        start = _start(unsigned)
        yield rests_section(
            analysis,
            unsigned,
            key="hold-unsigned",
            title="Where the conflict can rest "
            + (f"from {start} on" if alike else "if nothing is signed"),
            start_title=start,
            whole=not alike,
        )
    elif holding is not None and holdings.unsigned is None:
        yield nowhere_unsigned()
    yield method_of(holdings)


def _start(survey: Survey) -> str:
    """Return what the status quo is called."""
    if survey.start is not None:
        return f"the status quo (state {survey.model.number(survey.start)})"
    return "the status quo"


def chapter_of(holdings: Holdings) -> tuple[Section, ...]:
    """Return the answer as a chapter of a report: in short, with the other proposals beside it."""
    holding = holdings.holding
    if holding is None:
        return sections_of(holdings)
    tables = [verdict_table(holding)]
    ways = leaving_table(holding, holdings.leaving, most=_IN_CHAPTER)
    tables += [ways] if ways.rows else []
    tables += [_comparison(holdings)] if holdings.others else []
    picture = flow_of(
        holdings.analysis, holdings.survey, start_title=short_name(holding), most=_PICTURED
    )
    return (
        Section(
            key="hold",
            title="Would it hold once it is signed",
            lead=(*short_lead(holdings), *joined_sentences(holdings)),
            tables=tuple(tables),
            pictures=() if picture is None else (picture,),
            parts=(*_others(holdings), taken_for_granted(holdings)),
        ),
    )


def _comparison(holdings: Holdings) -> Table:
    """Return all proposals by concepts."""
    every = (holdings, *holdings.others)
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for one in every:
        holding = one.holding
        if holding is None:
            continue
        cells: list[Cell] = [capital(heading_of(holding))]
        for key in MEANINGS:
            share = holding.holds(key)
            if is_exact(holding):
                tones[len(rows), len(cells)] = "good" if share.value else "bad"
            cells.append(cell_of(holding, share))
        rows.append(tuple(cells))
    counted = (
        "Each is counted over the readings in which all signatories accept it, or over all where "
        "they never do."
    )
    if all(one.holding is None or is_exact(one.holding) for one in every):
        counted = ""
    return Table(
        title="Which proposals hold, for all parties",
        columns=(
            Column(key="proposal", title="Proposal"),
            *(Column(key=key, title=key, align="right") for key in MEANINGS),
        ),
        rows=tuple(rows),
        tones=tones,
        note=counted,
    )


def _others(holdings: Holdings) -> Iterator[Section]:
    """Go through the other proposals, with a picture of those that could be signed."""
    for place, one in enumerate(holdings.others):
        holding = one.holding
        if holding is None:
            continue
        picture = None
        if holding.ever_accepted or is_exact(holding):
            picture = flow_of(
                one.analysis, one.survey, start_title=short_name(holding), most=_BESIDE
            )
        yield Section(
            key=f"hold-other-{place + 1}",
            title=f"Would it hold: {heading_of(holding)}",
            lead=short_lead(one),
            pictures=() if picture is None else (picture,),
        )
