"""Agendas side by side: the picture, and tables to compare them by."""

from __future__ import annotations

from fractions import Fraction

from detente.doubts import Gap
from detente.gathering import Ends
from detente.negotiation import Negotiation, Outlook, stake_of
from detente.orders import Agenda
from detente.prose import capital, listed, plural
from detente.report.pictures.agendas import Agenda as Column_
from detente.report.pictures.agendas import AgendaGrid, Settled
from detente.resting import Rest
from detente.statements import Statement
from detente.table import Cell, Column, Share, Table
from detente.telling.agenda_words import (
    bundle_words,
    is_told,
    order_words,
    shares_words,
    titles_of,
    who_alone,
    who_together,
)

_OPEN = "What is missing to all of the readings is not settled."
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
    """Return the agendas side by side: completing, and who would rather have all at once."""
    own = negotiation.way
    other = next(way for way in negotiation.ways if way.rule != own.rule and way.lasts == own.lasts)
    titles = {"end": "if failure ends it", "set aside": "if failure sets aside"}
    columns = (
        Column(key="agenda", title="Talks"),
        Column(key="completes", title=f"Completes {titles[own.rule]}", align="right"),
        Column(key="completes_other", title=f"Completes {titles[other.rule]}", align="right"),
        Column(key="as_it_is", title="First bundle stays as it is", align="right"),
        Column(key="all_at_once", title="Rather all at once"),
    )
    whole = negotiation.whole.completes
    rows: list[tuple[Cell, ...]] = [("All at once", whole, whole, None, None)]
    for outlook in negotiation.outlooks:
        ends = outlook.ends[own]
        rows.append(
            (
                capital(outlook.agenda.title),
                ends.completes,
                outlook.ends[other].completes,
                ends.as_it_is,
                shares_words(who_alone(negotiation, ends.all_at_once)),
            )
        )
    note = (
        "Who refuses to begin refuses every first step but leaving all as it is; then the first "
        "bundle stays as it is, and talks on the rest may still complete."
    )
    return Table(title="Orders of talks side by side", columns=columns, rows=tuple(rows), note=note)


def issues_table(negotiation: Negotiation) -> Table:
    """Return what each agenda ends in, issue by issue: options that are ever settled at."""
    case, way = negotiation.analysis.case, negotiation.way
    all_ends = [negotiation.whole, *(outlook.ends[way] for outlook in negotiation.outlooks)]
    settled = [_settled(ends) for ends in all_ends]
    rows: list[tuple[Cell, ...]] = []
    for k, issue in enumerate(case.issues):
        told = [
            (issue.option_label(option), [shares[k][option] for shares in settled])
            for option in range(len(issue.options))
        ]
        shown = [one for one in told if any(is_told(share) for share in one[1])]
        rows += [
            ("" if place else capital(issue.label), option, *shares)
            for place, (option, shares) in enumerate(shown)
        ]
    titles = [capital(outlook.agenda.title) for outlook in negotiation.outlooks]
    return Table(
        title="What each order ends in, issue by issue",
        columns=(
            Column(key="issue", title="Issue"),
            Column(key="option", title="Option"),
            *(
                Column(key=f"agenda_{place}", title=title, align="right")
                for place, title in enumerate(("All at once", *titles), start=1)
            ),
        ),
        rows=tuple(rows),
        note="" if all(one.completes.value >= 1 for one in all_ends) else _OPEN,
    )


def unmoved(negotiation: Negotiation) -> list[Outlook]:
    """Return the agendas that come to the same however long shifts last."""
    return [
        outlook
        for outlook in negotiation.outlooks
        if len({cells[1:] for cells in _duration_rows(negotiation, outlook)}) == 1
    ]


def _duration_rows(negotiation: Negotiation, outlook: Outlook) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for way in negotiation.ways:
        if way.rule == negotiation.way.rule:
            ends = outlook.ends[way]
            rows.append(
                (
                    "after talks end" if way.lasts == "until completion" else way.lasts,
                    str(ends.completes),
                    str(ends.same),
                    shares_words(who_alone(negotiation, ends.no_deal)),
                    shares_words(who_alone(negotiation, ends.all_at_once)),
                )
            )
    return rows


def durations_table(negotiation: Negotiation) -> Table:
    """Return what changes when shifts last only while talks are open, where it changes anything."""
    columns = (
        Column(key="agenda", title="Talks"),
        Column(key="lasts", title="Shifts last"),
        Column(key="completes", title="Completes", align="right"),
        Column(key="same", title="As all at once", align="right"),
        Column(key="no_deal", title="Refused by"),
        Column(key="all_at_once", title="Rather all at once"),
    )
    still = unmoved(negotiation)
    rows: list[tuple[Cell, ...]] = []
    for outlook in negotiation.outlooks:
        if outlook not in still:
            rows += [
                ("" if k else capital(outlook.agenda.title), *cells)
                for k, cells in enumerate(_duration_rows(negotiation, outlook))
            ]
    names = listed(list(titles_of(still)))
    verb = "comes" if len(still) == 1 else "come"
    note = f"{names} {verb} to the same either way." if still else ""
    return Table(title="How long shifts last", columns=columns, rows=tuple(rows), note=note)


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
        ("nothing: all as said", "", base.completes, base.no_deal, base.all_at_once),
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
    n_rows, n_part = len(negotiation.zone), negotiation.n_part
    note = ""
    if n_part < n_rows:
        note = (
            f"Worked out in {n_part:,} of the {n_rows:,} readings, so the first row may differ a "
            "little from the tables above. "
        )
    if len(changing) > MOST_RESTING:
        note += f"{len(changing) - MOST_RESTING} more change something. "
    note += "Lines are those of the case file. "
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
    provenance = rest.left_out.provenance
    cited = ", ".join(str(citation) for citation in provenance.because) or "no source"
    return f"{cited}; line {provenance.line}" if provenance.line else cited


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
