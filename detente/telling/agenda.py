"""How agendas are told: what the order of talks does, agenda by agenda, and what it rests on."""

from __future__ import annotations

from dataclasses import replace

from detente.doubts import gaps_of, overlaps_of, unfit_shifts, unstated_residues
from detente.negotiation import Negotiation
from detente.orders import undated_shifts
from detente.prose import capital, listed, plural
from detente.table import Section, Sentence, Table
from detente.telling.agenda_each import outlook_section
from detente.telling.agenda_lead import lead, nothing_to_choose
from detente.telling.agenda_method import method_section
from detente.telling.agenda_tables import (
    compare_table,
    durations_table,
    found_table,
    gaps_table,
    grid_picture,
    issues_table,
    unmoved,
)
from detente.telling.agenda_turning import begin_table
from detente.telling.agenda_words import percent

_TITLE = "What to negotiate first"


def sections(negotiation: Negotiation) -> tuple[Section, ...]:
    """Return everything about agendas for people."""
    (whole,) = chapter(negotiation)
    if not negotiation.zone.any():
        return (whole,)
    searched = _searched_section(negotiation)
    if nothing_to_choose(negotiation):
        return (replace(whole, parts=searched),)
    own, *others = dict.fromkeys(way.rule for way in negotiation.ways)
    further = [begin_table(negotiation, rule) for rule in others if negotiation.thorough]
    tables = [compare_table(negotiation), issues_table(negotiation)] if negotiation.outlooks else []
    found = [table for table in (begin_table(negotiation, own), *tables, *further) if table.rows]
    parts = [outlook_section(negotiation, outlook) for outlook in negotiation.outlooks]
    parts += [
        _rests_section(negotiation, gaps_table(negotiation, gaps_of(negotiation.walk))),
        method_section(negotiation),
    ]
    return (replace(whole, tables=tuple(found), parts=(*searched, *parts)),)


def chapter(negotiation: Negotiation) -> tuple[Section, ...]:
    """Return agendas as a part of a report: the answer, who refuses, and what it rests on."""
    whole = Section(key="agenda", title=_TITLE, lead=tuple(lead(negotiation)))
    if not negotiation.zone.any() or nothing_to_choose(negotiation):
        return (whole,)
    table = begin_table(negotiation, negotiation.way.rule)
    return (
        replace(
            whole,
            tables=(table,) if table.rows else (),
            pictures=(grid_picture(negotiation),),
            parts=(_rests_section(negotiation),),
        ),
    )


def _rests_section(negotiation: Negotiation, *tables: Table) -> Section:
    analysis = negotiation.analysis
    points = []
    unstated = unstated_residues(analysis)
    if unstated:
        names = listed([name.replace("_", " ") for name in unstated])
        settled = "it is settled" if len(unstated) == 1 else "they are settled"
        text = (
            f"Nobody says what stays of {names} if somebody walks out after {settled}; anything "
            "from nothing to everything is taken, a different part in each reading."
        )
        points.append(Sentence(text=text, tone="warn"))
    for overlap in overlaps_of(analysis):
        issues = listed([issue.replace("_", " ") for issue in overlap.issues])
        text = (
            f"'{overlap.entry.label}' counts beside what stays of {issues}; is what it adds not in "
            "that already?"
        )
        points.append(Sentence(text=text, tone="warn"))
    for unfit in unfit_shifts(negotiation.walk):
        text = (
            f"{capital(unfit.share.phrase())} no size of '{unfit.entry.label}' fits all that is "
            "said of it; the nearest is taken."
        )
        points.append(Sentence(text=text, tone="warn"))
    moves = len(unmoved(negotiation)) < len(negotiation.outlooks)
    lasting = (durations_table(negotiation),) if undated_shifts(analysis) and moves else ()
    text = (
        "No deal and the status quo signed describe much the same world and are valued apart. "
        "Where they differ much, the last table has to make up for it."
    )
    return Section(
        key="agenda-rests",
        title="What this rests on",
        lead=(Sentence(text=text),) if tables else (),
        points=tuple(points),
        tables=(*tables, *lasting),
    )


def _searched_section(negotiation: Negotiation) -> tuple[Section, ...]:
    searched = negotiation.searched
    table = found_table(negotiation)
    if searched is None or table is None:
        return ()
    looked = f"All {searched.n_agendas:,} orders of talks were looked at"
    if not searched.complete:
        looked = (
            f"Of {searched.of_all:,} orders of talks the {searched.n_agendas:,} with at most "
            f"{plural(searched.most_bundles, 'table')} were looked at"
        )
    rows = plural(searched.n_rows, "reading")
    best = searched.best
    kinds = {(one.completes, one.begins, one.worse) for one in best}
    if len(best) > 1 and len(kinds) == 1:
        text = (
            f"{looked}, in {rows}. The {len(best)} best are all alike: they complete in "
            f"{percent(best[0].completes)} of these, and in {percent(best[0].begins)} some first "
            "step suits all."
        )
        lead_ = (Sentence(text=text),)
        return (Section(key="agenda-search", title="Orders found", lead=lead_),)
    text = (
        f"{looked}, in {rows}. Best is what completes most often; then, what can begin most often; "
        "then, what leaves fewest parties worse off than all at once. An order whose first bundle "
        "holds little looks good because it decides little."
    )
    return (
        Section(
            key="agenda-search", title="Orders found", lead=(Sentence(text=text),), tables=(table,)
        ),
    )
