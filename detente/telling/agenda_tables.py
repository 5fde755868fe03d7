"""Agendas side by side: the picture, and tables to compare them by."""

from __future__ import annotations

from fractions import Fraction

from detente.doubts import Gap
from detente.gathering import Ends
from detente.negotiation import Negotiation, Outlook, stake_of
from detente.orders import Agenda, Way
from detente.prose import brief_sources, capital, plural
from detente.report.pictures.agendas import Agenda as Column_
from detente.report.pictures.agendas import AgendaGrid, Settled
from detente.resting import Rest
from detente.statements import Statement
from detente.table import Cell, Column, Share, Table
from detente.telling.agenda_words import (
    begins_words,
    bundle_words,
    chance_words,
    order_words,
    shares_words,
    who_alone,
    who_together,
)

MOST_RESTING = 8
"""Things left out that people are shown for one agenda."""


def grid_picture(negotiation: Negotiation) -> AgendaGrid:
    """Return the picture of what each agenda ends in, under the case's own way."""
    case, way = negotiation.analysis.case, negotiation.way
    columns = [
        Column_(
            title="All at once",
            bundles=("everything",),
            completes=negotiation.whole.completes,
            refuses=(),
            shares=_settled(negotiation.whole),
        )
    ]
    for outlook in negotiation.outlooks:
        ends = outlook.ends[way]
        refuses = [*who_alone(negotiation, ends.no_deal), *who_together(negotiation, ends.no_deal)]
        columns.append(
            Column_(
                title=capital(outlook.agenda.title),
                bundles=bundle_words(case, outlook.agenda),
                completes=ends.completes,
                refuses=tuple(refuses),
                shares=_settled(ends),
            )
        )
    failing = "ends the process" if way.rule == "end" else "sets the bundle aside"
    description = (
        f"What each order of talks ends in, where failure {failing}: how often it completes, who "
        "would rather have no deal than begin, and what each issue is settled at."
    )
    return AgendaGrid(
        title="What each order of talks ends in",
        description=description,
        issues=tuple(
            Settled(
                label=issue.label,
                options=tuple(issue.option_label(k) for k in range(len(issue.options))),
            )
            for issue in case.issues
        ),
        agendas=tuple(columns),
    )


def _settled(ends: Ends) -> tuple[tuple[Share, ...], ...]:
    """Return options as shares of all readings that count, completing or not."""
    return tuple(
        tuple(
            Share(
                value=share.value * ends.completes.value,
                error=share.error,
                effective=share.effective,
            )
            if not (ends.completes.certain and share.certain)
            else share
            for share in shares
        )
        for shares in ends.options
    )


def compare_table(negotiation: Negotiation) -> Table:
    """Return the agendas side by side: completing, refusing, and break-evens."""
    own = negotiation.way
    other = next(way for way in negotiation.ways if way.rule != own.rule and way.lasts == own.lasts)
    titles = {"end": "If failure ends it", "set aside": "If set aside"}
    shifted = any(outlook.shift for outlook in negotiation.outlooks)
    columns = [
        Column(key="agenda", title="Talks"),
        Column(key="completes", title=f"Completes: {titles[own.rule].lower()}", align="right"),
        Column(key="completes_other", title=f"{titles[other.rule]}", align="right"),
        Column(key="no_deal", title="Rather no deal than begin"),
        Column(key="all_at_once", title="Rather all at once"),
        *([Column(key="shift", title="Refused from shifts ×")] if shifted else []),
        Column(key="later_talks", title="Refused below chance"),
    ]
    rows: list[tuple[Cell, ...]] = [
        (
            "All at once",
            negotiation.whole.completes,
            negotiation.whole.completes,
            *(None for _ in columns[3:]),
        )
    ]
    for outlook in negotiation.outlooks:
        ends = outlook.ends[own]
        refusing = [*who_alone(negotiation, ends.no_deal), *who_together(negotiation, ends.no_deal)]
        shift = outlook.shift.get(own.rule)
        chance = outlook.later_talks[own.rule]
        rows.append(
            (
                capital(outlook.agenda.title),
                ends.completes,
                outlook.ends[other].completes,
                shares_words(refusing),
                shares_words(who_alone(negotiation, ends.all_at_once)),
                *([None if shift is None else begins_words(shift)] if shifted else []),
                chance_words(chance),
            )
        )
    note = (
        "Refused from: by how much the stated shifts would have to be multiplied, and below which "
        "chance of later talks, until a first party refuses to begin: median and middle half of "
        "the readings."
    )
    return Table(
        title="Orders of talks side by side", columns=tuple(columns), rows=tuple(rows), note=note
    )


def durations_table(negotiation: Negotiation, ways: tuple[Way, ...]) -> Table:
    """Return what changes when shifts last only while talks are open."""
    columns = (
        Column(key="agenda", title="Talks"),
        Column(key="lasts", title="Shifts last"),
        Column(key="completes", title="Completes", align="right"),
        Column(key="same", title="As all at once", align="right"),
        Column(key="no_deal", title="Rather no deal than begin"),
        Column(key="all_at_once", title="Rather all at once"),
    )
    rows: list[tuple[Cell, ...]] = []
    for outlook in negotiation.outlooks:
        for k, way in enumerate(ways):
            ends = outlook.ends[way]
            rows.append(
                (
                    "" if k else capital(outlook.agenda.title),
                    way.lasts if way.lasts != "until completion" else f"{way.lasts}, or for good",
                    ends.completes,
                    ends.same,
                    shares_words(who_alone(negotiation, ends.no_deal)),
                    shares_words(who_alone(negotiation, ends.all_at_once)),
                )
            )
    return Table(title="How long shifts last", columns=columns, rows=tuple(rows))


def parties_table(negotiation: Negotiation, outlook: Outlook) -> Table:
    """Return what an agenda means to each party, under the case's own way."""
    ends, case = outlook.ends[negotiation.way], negotiation.analysis.case
    columns = (
        Column(key="party", title="Party"),
        Column(key="value", title="Value", align="right"),
        Column(key="against", title="Against all at once", align="right", signed=True),
        Column(key="worse", title="Worse off than all at once", align="right"),
        Column(key="no_deal", title="Rather no deal", align="right"),
        Column(key="clearly", title="By over 2 points", align="right"),
        Column(key="all_at_once", title="Rather all at once", align="right"),
        Column(key="stake", title="In the first bundle", align="right"),
    )
    rows: list[tuple[Cell, ...]] = []
    for p, name in enumerate(negotiation.walk.parties):
        party = case.party(name)
        refusing: tuple[Cell, ...] = (None, None, None)
        if p < len(ends.no_deal.alone):
            refusing = (
                ends.no_deal.alone[p],
                ends.no_deal.clearly[p],
                ends.all_at_once.alone[p],
            )
        rows.append(
            (
                party.label + ("" if party.signatory else " (affected only)"),
                Fraction(ends.values[p]),
                Fraction(ends.against[p]),
                ends.worse[p],
                *refusing,
                f"{100 * outlook.stake[p]:.0f} %",
            )
        )
    note = (
        "Values are means in points. In the first bundle: how much of what can move a party is "
        "settled there."
    )
    return Table(
        title=f"{capital(outlook.agenda.title)}, party by party",
        columns=columns,
        rows=tuple(rows),
        note=note,
    )


def rests_table(negotiation: Negotiation, outlook: Outlook) -> Table:
    """Return what an agenda comes to without single things that are said."""
    changing = sorted(
        (rest for rest in outlook.rests if rest.changed),
        key=lambda rest: -max(abs(change) for change in rest.changed.values()),
    )
    base = outlook.by_solution[negotiation.solution]
    rows: list[tuple[Cell, ...]] = [
        ("nothing", "", base.completes, base.no_deal, base.all_at_once),
        *(
            (
                input_words(negotiation, rest),
                _source(rest),
                rest.solved.completes,
                rest.solved.no_deal,
                rest.solved.all_at_once,
            )
            for rest in changing[:MOST_RESTING]
        ),
    ]
    still = len(outlook.rests) - len(changing)
    note = (
        f"{len(changing) - MOST_RESTING} more change something. "
        if len(changing) > MOST_RESTING
        else ""
    )
    if still:
        verb = "changes" if still == 1 else "change"
        note += f"{plural(still, 'other')} {verb} none of the three by more than chance."
    return Table(
        title=f"{capital(outlook.agenda.title)}: what it comes to without",
        columns=(
            Column(key="left_out", title="Left out"),
            Column(key="source", title="Source"),
            Column(key="completes", title="Completes", align="right"),
            Column(key="no_deal", title="Rather no deal", align="right"),
            Column(key="all_at_once", title="Rather all at once", align="right"),
        ),
        rows=tuple(rows),
        strong=frozenset({0}),
        note=note.strip(),
    )


def input_words(negotiation: Negotiation, rest: Rest) -> str:
    """Return in words what was left out."""
    case, left_out = negotiation.analysis.case, rest.left_out
    if isinstance(left_out, Statement):
        return f"{case.party(left_out.party).label} {left_out.sentence(case.vocabulary)}"
    return str(getattr(left_out, "label", ""))


def _source(rest: Rest) -> str:
    left_out = rest.left_out
    if isinstance(left_out, Statement):
        return brief_sources([left_out])
    cited = ", ".join(str(citation) for citation in left_out.provenance.because) or "no source"
    line = left_out.provenance.line
    return f"{cited} (line {line})" if line else cited


def gaps_table(negotiation: Negotiation, gaps: tuple[Gap, ...]) -> Table:
    """Return by how much no deal differs from signing that all stays as it is."""
    case = negotiation.analysis.case
    return Table(
        title="No deal, against the status quo signed",
        columns=(
            Column(key="party", title="Party"),
            Column(key="median", title="Median", align="right", signed=True),
            Column(key="low", title="Lower quarter", align="right", signed=True),
            Column(key="high", title="Upper quarter", align="right", signed=True),
            Column(key="above", title="No deal worth more", align="right"),
        ),
        rows=tuple(
            (
                case.party(gap.party).label,
                Fraction(gap.quartiles[1]),
                Fraction(gap.quartiles[0]),
                Fraction(gap.quartiles[2]),
                gap.above,
            )
            for gap in gaps
        ),
    )


def found_table(negotiation: Negotiation) -> Table | None:
    """Return the best agendas of a search."""
    searched, case = negotiation.searched, negotiation.analysis.case
    if searched is None:
        return None
    names = negotiation.walk.parties
    rows: list[tuple[Cell, ...]] = []
    for one in searched.best:
        agenda = Agenda(name="", title="", order=one.order, text="", kind="found")
        worst = max(range(len(names)), key=lambda p: one.worse[p])
        stake = max(stake_of(negotiation.walk, one.order))
        rows.append(
            (
                order_words(case, agenda),
                f"{100 * one.completes:.0f} %",
                f"{100 * one.begins:.0f} %",
                f"{case.party(names[worst]).label} {100 * one.worse[worst]:.0f} %",
                f"{100 * stake:.0f} %",
            )
        )
    return Table(
        title="The best orders found",
        columns=(
            Column(key="agenda", title="Talks"),
            Column(key="completes", title="Completes", align="right"),
            Column(key="begins", title="Some first step suits all", align="right"),
            Column(key="worse", title="Most often worse off than all at once"),
            Column(key="stake", title="In the first bundle, at most", align="right"),
        ),
        rows=tuple(rows),
    )
