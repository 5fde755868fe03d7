"""Tables of roadmaps: items, orders, the first and last gate, and what the answer rests on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from detente.blocks.walk_away import Keeps, Lasts
from detente.implementation import Implementation
from detente.number import rounded
from detente.prose import capital, listed
from detente.reliance import inputs_of
from detente.report.wording import exactly
from detente.roadmaps import Roadmaps
from detente.table import Cell, Column, Share, Table, Tone
from detente.telling.order import entry_text, label_with_words
from detente.telling.stages import (
    by_deadline,
    deadline_text,
    is_exact,
    item_name,
    item_text,
    parties_of,
    points,
)
from detente.timing import unit_of

_HEADS: dict[Lasts, str] = {
    "while talks are open": "Ends with talks",
    "until completion": "Until completion",
    "for good": "For good",
}


def items_table(implementation: Implementation) -> Table:
    """Return the items, who delivers them, how long they take, and what has to come before."""
    case = implementation.analysis.case
    kept = {e.issue for e in inputs_of(implementation) if isinstance(e, Keeps)}
    rows: list[tuple[Cell, ...]] = []
    for k, issue in enumerate(implementation.issues):
        entry = implementation.entries.get(issue)
        by = () if entry is None else entry.delivered_by
        rows.append(
            (
                item_text(implementation, k),
                listed([case.party(party).label for party in by]) or "nobody named",
                None if entry is None or not entry.takes else rounded(entry.takes, places=2),
                _names(() if entry is None else entry.after, implementation),
                _names(() if entry is None else entry.together, implementation),
                _kept(implementation, issue) if issue in kept else "anything, nobody says",
            )
        )
    unit = unit_of(implementation.analysis)
    columns = (
        Column(key="item", title="Item"),
        Column(key="delivered_by", title="Delivered by"),
        Column(key="takes", title=f"Takes ({unit}s)" if unit else "Takes", align="right"),
        Column(key="after", title="Not before"),
        Column(key="with", title="Together with"),
        Column(key="kept", title="Stays if somebody leaves"),
    )
    filled = [k for k in range(len(columns)) if k in {0, 1, 5} or any(row[k] for row in rows)]
    return Table(
        title="What is put into force",
        columns=tuple(columns[k] for k in filled),
        rows=tuple(tuple(row[k] for k in filled) for row in rows),
    )


def _names(issues: tuple[str, ...], implementation: Implementation) -> str | None:
    own = [name.replace("_", " ") for name in issues if name in implementation.issues]
    return listed(own) or None


def _kept(implementation: Implementation, issue: str) -> str:
    """Return how much of an item stays in force when somebody leaves."""
    found = []
    for entry in inputs_of(implementation):
        if isinstance(entry, Keeps) and entry.issue == issue:
            text = _part(entry.part.low or Fraction(0), entry.part.high)
            leaver = implementation.analysis.case.party(entry.leaver).label if entry.leaver else ""
            found.append(f"{text} (if {leaver} leaves)" if leaver else text)
    return "; ".join(found)


def _part(low: Fraction, high: Fraction | None) -> str:
    high = Fraction(1) if high is None else high
    if low != high:
        return f"{_percent(low)} to {_percent(high)} %"
    return (
        {0: "nothing", 1: "all of it"}.get(int(low), "") if low in {0, 1} else f"{_percent(low)} %"
    )


def _percent(part: Fraction | int) -> str:
    return f"{float(100 * part):.0f}"


def orders_table(roadmaps: Roadmaps) -> Table:
    """Return every order shown: in what share of the readings it holds, and how long it takes."""
    implementation = roadmaps.implementation
    columns = [Column(key="order", title="Order")]
    durations = list(roadmaps.outlooks)
    for lasts in durations:
        title = "Holds in" if lasts is None else _HEADS[lasts]
        columns.append(Column(key=f"holds_{lasts or ''}".strip("_"), title=title, align="right"))
    columns.append(Column(key="needed", title=_mean(roadmaps, "Missing"), align="right"))
    if implementation.timed:
        unit = unit_of(implementation.analysis)
        columns.append(
            Column(key="takes", title=f"{unit}s".capitalize() if unit else "Takes", align="right")
        )
        if deadline_text(implementation):
            columns.append(
                Column(key="by_deadline", title=f"In force {by_deadline(implementation)}")
            )
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for k, one in enumerate(roadmaps.shown):
        cells: list[Cell] = [label_with_words(roadmaps, k)]
        for lasts in durations:
            share = roadmaps.outlooks[lasts].carried[k].holds
            if is_exact(implementation):
                tones[k, len(cells)] = "good" if share.value else "bad"
                cells.append("holds" if share.value else "breaks")
            else:
                cells.append(share)
        cells.append(exactly(roadmaps.outlook.carried[k].needed.mean))
        if implementation.timed:
            cells.append(rounded(implementation.time_of(one.stages), places=2))
            if deadline_text(implementation):
                through = implementation.through_by_deadline(one.stages) or ()
                names = [item_name(implementation, item) for item in through]
                whole = len(through) == len(implementation.items)
                cells.append("everything" if whole else listed(names) or "nothing")
        rows.append(tuple(cells))
    return Table(
        title="Which orders hold"
        if is_exact(implementation)
        else _by_duration(roadmaps, "In how many of these readings an order holds"),
        columns=tuple(columns),
        rows=tuple(rows),
        tones=tones,
        strong=frozenset({roadmaps.best}),
    )


def _mean(roadmaps: Roadmaps, title: str) -> str:
    return title if is_exact(roadmaps.implementation) else f"{title}, mean"


def _by_duration(roadmaps: Roadmaps, title: str) -> str:
    if roadmaps.told is None:
        return title
    return f"{title}, by how long the effect lasts"


def ends_table(roadmaps: Roadmaps) -> Table:
    """Return each signatory at signing and at the last gate, and the gap that these rest on."""
    implementation, ends = roadmaps.implementation, roadmaps.outlook.ends
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    exact = is_exact(implementation)
    for k, (one, label) in enumerate(zip(ends.parties, parties_of(implementation), strict=True)):
        leaves = one.stays.rest()
        if exact:
            leaves_cell: Cell = "leaves" if leaves.value else "stays"
        else:
            leaves_cell = leaves
        if one.stays.value < 0.5:
            tones[k, 1] = "bad"
        rows.append(
            (
                label,
                leaves_cell,
                exactly(one.worth),
                exactly(one.short.mean),
                exactly(one.short.most),
                exactly(one.gap.mean),
                f"{_whole(one.gap.low)} to {_whole(one.gap.high)}",
            )
        )
    columns = [
        Column(key="party", title="Party"),
        Column(key="leaves", title="Would leave" if exact else "Leaves in", align="right"),
        Column(key="worth", title=_mean(roadmaps, "Staying is worth"), align="right", signed=True),
        Column(key="missing", title=_mean(roadmaps, "Guarantee missing"), align="right"),
        Column(key="most", title="95 %", align="right"),
        Column(
            key="gap", title=_mean(roadmaps, "No deal over status quo"), align="right", signed=True
        ),
        Column(key="range", title="95 % of readings", align="right"),
    ]
    if exact:
        keep = (0, 1, 2, 3, 5)
        columns = [columns[k] for k in keep]
        rows = [tuple(row[k] for k in keep) for row in rows]
    return Table(
        title="Once everything is in force, in points",
        columns=tuple(columns),
        rows=tuple(rows),
        tones=tones,
        note="Signing holds wherever the package is accepted."
        if ends.signing_fixed and implementation.ever_accepted
        else "",
    )


def _whole(amount: float) -> str:
    return rounded(round(amount))


def reliance_table(roadmaps: Roadmaps, place: int) -> Table | None:
    """Return in what share an order holds without each thing said of leaving."""
    durations = list(roadmaps.outlooks)
    if not roadmaps.reliance or place >= len(roadmaps.reliance[0].without[durations[0]]):
        return None
    implementation = roadmaps.implementation
    exact = is_exact(implementation)

    def cell(share: Share) -> Cell:
        if not exact or share.value not in {0.0, 1.0}:
            return share
        return "holds" if share.value else "breaks"

    rows: list[tuple[Cell, ...]] = [
        (
            "Nothing",
            None,
            *(cell(roadmaps.outlooks[d].carried[place].holds) for d in durations),
        )
    ]
    for one in roadmaps.reliance:
        cited = ", ".join(str(citation) for citation in one.entry.provenance.because)
        shares = [cell(one.without[lasts][place].holds) for lasts in durations]
        text = capital(entry_text(implementation, one.entry))
        rows.append((text, cited or "no source", *shares))
    columns = [
        Column(key="without", title="Left out"),
        Column(key="source", title="Source"),
    ]
    for lasts in durations:
        title = "Holds in" if lasts is None else _HEADS[lasts]
        columns.append(Column(key=f"holds_{lasts or ''}".strip("_"), title=title, align="right"))
    return Table(
        title=_by_duration(roadmaps, "Whether it holds with one thing left out"),
        columns=tuple(columns),
        rows=tuple(rows),
        strong=frozenset({0}),
    )


def guarantees_table(roadmaps: Roadmaps) -> Table:
    """Return for every order shown what leaving would have to cost each signatory."""
    implementation = roadmaps.implementation
    rows: list[tuple[Cell, ...]] = []
    exact = is_exact(implementation)
    for k in range(len(roadmaps.shown)):
        order = roadmaps.outlook.carried[k]
        cells: list[Cell] = [label_with_words(roadmaps, k)]
        for spread in order.missing:
            if exact:
                cells.append(exactly(spread.mean) if spread.mean else None)
            else:
                told = round(spread.mean, 1) > 0 or spread.most > 0
                cells.append(_spread(spread.mean, spread.most) if told else None)
        rows.append(tuple(cells))
    columns = [Column(key="order", title="Order")]
    columns += [
        Column(key=name, title=label, align="right")
        for name, label in zip(implementation.signatories, parties_of(implementation), strict=True)
    ]
    note = "" if exact else "On average, and in brackets what suffices in 95 % of these readings. "
    note += " ".join(_yardsticks(roadmaps))
    return Table(
        title="The missing guarantee: what leaving would have to cost, in points",
        columns=tuple(columns),
        rows=tuple(rows),
        note=note.strip(),
    )


def _yardsticks(roadmaps: Roadmaps) -> Iterator[str]:
    """Say what else is worth to a party about as much as what the best order lacks."""
    implementation = roadmaps.implementation
    missing = roadmaps.outlook.carried[roadmaps.best].missing
    labels = parties_of(implementation)
    for name, label, spread in zip(implementation.signatories, labels, missing, strict=True):
        step = roadmaps.yardsticks.get(name)
        if step is not None:
            issue = implementation.analysis.case.issues[step.issue]
            yield (
                f"{points(spread.most)} of {label}: about as much as the step from "
                f"{issue.option_label(step.worse)} to {issue.option_label(step.better)} in "
                f"{issue.name.replace('_', ' ')} is worth to it ({rounded(step.worth)})."
            )


def _spread(mean: float, most: float) -> str:
    return f"{mean:.1f} ({most:.1f})"
