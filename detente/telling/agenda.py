"""How agendas are told: what the order of talks does, agenda by agenda, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from detente.doubts import gaps_of, overlaps_of, undated_shifts, unfit_shifts, unstated_residues
from detente.negotiation import Negotiation, Outlook
from detente.prose import (
    PERCENT_NOTE,
    capital,
    listed,
    opening,
    plural,
)
from detente.table import Section, Sentence
from detente.telling.agenda_each import outlook_section
from detente.telling.agenda_method import method_section
from detente.telling.agenda_tables import (
    compare_table,
    durations_table,
    found_table,
    gaps_table,
    grid_picture,
)
from detente.telling.agenda_words import (
    FAILED,
    begin_sentences,
    inside,
    is_told,
    nobody_begins,
    party_words,
)
from detente.turning import MULTIPLES

_MOST_LED = 6
"""Agendas that the first sentences tell of."""


def headline(negotiation: Negotiation) -> tuple[Sentence, ...]:
    """Return in a sentence or two what the order of talks does."""
    if not negotiation.zone.any():
        return ()
    way = negotiation.way
    ranked = sorted(negotiation.outlooks, key=lambda one: one.ends[way].completes.value)
    worst, best = ranked[0], ranked[-1]
    failing = "ends the whole process" if way.rule == "end" else "sets that bundle aside"
    text = (
        f"Order of talks, where failure on one bundle {failing}: "
        f"'{worst.agenda.title}' completes {worst.ends[way].completes.phrase()} in which anything "
        "can be agreed"
    )
    if best is not worst:
        text += f", '{best.agenda.title}' {best.ends[way].completes.phrase()}"
    found = [Sentence(text=f"{text}.")]
    refused = max(negotiation.outlooks, key=lambda one: one.ends[way].no_deal.anybody.value)
    if is_told(refused.ends[way].no_deal.anybody):
        first = next(begin_sentences(negotiation, refused, way.rule), "")
        if first:
            found.append(Sentence(text=f"{refused.agenda.title}: {inside(first)}"))
    return tuple(found)


def sections(negotiation: Negotiation) -> tuple[Section, ...]:
    """Return everything about agendas for people."""
    whole = chapter(negotiation)[0]
    if not negotiation.zone.any():
        return (whole,)
    parts = [outlook_section(negotiation, outlook) for outlook in negotiation.outlooks]
    parts += [_rests_section(negotiation), method_section(negotiation)]
    return (
        Section(
            key=whole.key,
            title=whole.title,
            lead=whole.lead,
            tables=whole.tables,
            pictures=whole.pictures,
            parts=(*_searched_section(negotiation), *parts),
        ),
    )


def chapter(negotiation: Negotiation) -> tuple[Section, ...]:
    """Return agendas as a part of a report: side by side, and what they rest on."""
    key, title = "agenda", "Piece by piece, or all at once"
    if not negotiation.zone.any():
        lead = (_no_zone(negotiation),)
        return (Section(key=key, title=title, lead=lead),)
    return (
        Section(
            key=key,
            title=title,
            lead=tuple(_lead(negotiation)),
            tables=(compare_table(negotiation),) if negotiation.outlooks else (),
            pictures=(grid_picture(negotiation),),
            parts=(_rests_section(negotiation),),
        ),
    )


def _lead(negotiation: Negotiation) -> Iterator[Sentence]:
    way = negotiation.way
    yield _no_zone(negotiation)
    if not negotiation.outlooks:
        yield Sentence(text="Every order given puts all issues on one table.", tone="warn")
    for outlook in negotiation.outlooks[:_MOST_LED]:
        told = " ".join(_in_short(negotiation, outlook))
        yield Sentence(text=f"{capital(outlook.agenda.title)}. {told}")
    yield _rule_sentence(negotiation)
    if undated_shifts(negotiation.analysis):
        yield _duration_sentence(negotiation)
    if not all(outlook.ends[way].exact for outlook in negotiation.outlooks):
        text = "Values that wait, or may never come, are rounded to a billionth of a point or less."
        yield Sentence(text=text)
    if len(negotiation.zone) < negotiation.analysis.readings.n_readings:
        text = f"There are so many packages that {len(negotiation.zone):,} readings are looked at."
        yield Sentence(text=text, tone="warn")
    yield Sentence(text=PERCENT_NOTE)


def _no_zone(negotiation: Negotiation) -> Sentence:
    share = negotiation.no_zone
    if not negotiation.zone.any():
        text = (
            "Nothing can be agreed in any reading looked at, not even with everything on one "
            "table, so no order of talks leads to an agreement; 'detente settle' says what is in "
            "the way."
        )
        return Sentence(text=text, tone="bad")
    if not is_told(share):
        text = "Something can be agreed, with everything on one table, in every reading looked at."
        return Sentence(text=text)
    text = (
        f"{opening(share)} nothing can be agreed even with everything on one table; all that "
        "follows counts the other readings."
    )
    return Sentence(text=text, tone="warn")


def _in_short(negotiation: Negotiation, outlook: Outlook) -> Iterator[str]:
    """Go through the few sentences that tell one agenda."""
    rule, ends = negotiation.way.rule, outlook.ends[negotiation.way]
    if nobody_begins(outlook, rule):
        most = f"up to {MULTIPLES[-1]:.0f} times the stated shifts and " if outlook.shift else ""
        yield f"Nobody alone refuses to begin, {most}however doubtful later talks are."
    else:
        yield from begin_sentences(negotiation, outlook, rule)
    if ends.no_deal.jointly:
        members, share = ends.no_deal.jointly[0]
        yield f"{opening(share)} no first step suits {party_words(negotiation, members)} together."
    yield f"It completes {ends.completes.phrase()}."


def _rule_sentence(negotiation: Negotiation) -> Sentence:
    own = negotiation.way.rule
    other = next(way for way in negotiation.ways if way.rule != own)
    said = (
        "as the case says" if negotiation.rule_stated else "the case does not say, so this is taken"
    )
    text = (
        f"When talks on a bundle fail, {FAILED[own]} ({said}). If instead {FAILED[other.rule]}"
        f"{' and comes last' if other.rule == 'set aside' else ''}, "
    )
    apart = [
        f"'{outlook.agenda.title}' completes {outlook.ends[other].completes.phrase()}"
        for outlook in negotiation.outlooks
        if abs(outlook.ends[other].completes.value - outlook.ends[negotiation.way].completes.value)
        >= 0.01
    ]
    same = all(outlook.ends[other].same.value >= 0.99 for outlook in negotiation.outlooks)
    if same and other.rule == "set aside":
        text += (
            "every order ends in what all at once would: whoever would lose by an order lets it "
            "fail, and waits."
        )
    elif apart:
        text += f"{listed(apart)}."
    else:
        text += "they complete as often."
    return Sentence(text=text)


def _duration_sentence(negotiation: Negotiation) -> Sentence:
    shifts = undated_shifts(negotiation.analysis)
    names = listed([f"'{shift.label}'" for shift in shifts])
    lasts, stay = ("lasts", "it stays") if len(shifts) == 1 else ("last", "they stay")
    text = (
        f"Nobody says how long {names} {lasts}. Here {stay} when somebody walks out: until "
        "completion and for good come to the same in talks. A table tells what changes if it is "
        "only while talks are open."
    )
    return Sentence(text=text, tone="warn")


def _rests_section(negotiation: Negotiation) -> Section:
    analysis = negotiation.analysis
    points = []
    unstated = unstated_residues(analysis)
    if unstated:
        names = listed([name.replace("_", " ") for name in unstated])
        text = (
            f"Nobody says what stays of {names} if somebody walks out after it is settled; "
            "anything from nothing to all is taken, a different part in each reading."
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
    tables = [gaps_table(negotiation, gaps_of(negotiation.walk))]
    ways = tuple(way for way in negotiation.ways if way.rule == negotiation.way.rule)
    if len(ways) > 1:
        tables.append(durations_table(negotiation, ways))
    text = (
        "No deal and the status quo signed describe much the same world and are valued apart; "
        "where they differ much, the last table has to make up for it."
    )
    return Section(
        key="agenda-rests",
        title="What this rests on",
        lead=(Sentence(text=text),),
        points=tuple(points),
        tables=tuple(tables),
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
    text = (
        f"{looked}, in {plural(searched.n_rows, 'reading')}. Best is what completes most often; "
        "then, what can begin most often; then, what leaves fewest parties worse off than all at "
        "once. An order whose first bundle holds little looks good because it decides little."
    )
    return (
        Section(
            key="agenda-search", title="Orders found", lead=(Sentence(text=text),), tables=(table,)
        ),
    )
