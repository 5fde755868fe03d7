"""For whom a package holds, by which idea of holding; and what deterring has to be worth."""

from __future__ import annotations

from detente.departing import Departing
from detente.holding import CONCEPTS, Holding
from detente.holdings import Holdings
from detente.number import rounded
from detente.prose import capital, plural, share_tone
from detente.table import Cell, Column, Section, Sentence, Share, Table, Tone
from detente.telling.hold_lead import unanswered, weighty_first
from detente.telling.hold_words import (
    DOING,
    MEANINGS,
    cell_of,
    concept_text,
    is_exact,
    label_of,
    labels_of,
    range_text,
    short_name,
    step_text,
    there,
)


def verdict_table(holding: Holding, *, explained: bool = False) -> Table:
    """Return in what share of the readings it holds, by concept, for all and for each party.

    explained : whether it is told elsewhere what the letters of the concepts mean
    """
    columns = [
        Column(key="meaning", title="What is asked"),
        Column(key="all", title="For all", align="right"),
    ]
    columns += [
        Column(key=party, title=label, align="right")
        for party, label in zip(
            holding.parties, labels_of(holding.analysis, holding.parties), strict=True
        )
    ]
    columns.append(Column(key="concept", title="Concept"))
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for key, meaning in MEANINGS.items():
        shares = [holding.holds(key), *(holding.holds(key, p) for p in _every(holding))]
        for k, share in enumerate(shares, start=1):
            tones[len(rows), k] = _tone(holding, share)
        rows.append((meaning, *(cell_of(holding, share) for share in shares), key))
    names = "; ".join(concept_text(key) for key in CONCEPTS)
    return Table(
        title=f"Does {short_name(holding)} hold, and for whom",
        columns=tuple(columns),
        rows=tuple(rows),
        tones=tones,
        strong=frozenset({list(MEANINGS).index("SEQ")}),
        note="What the letters mean is told at the end."
        if explained
        else f"The ideas of the Graph Model for Conflict Resolution: {names}.",
    )


def _every(holding: Holding) -> range:
    return range(len(holding.parties))


def _tone(holding: Holding, share: Share) -> Tone:
    if is_exact(holding):
        return "good" if share.value else "bad"
    return share_tone(share)


def strength_section(holdings: Holdings) -> Section | None:
    """Return what answers have to be worth so that they deter; None without points."""
    holding = holdings.holding
    if holding is None:
        return None
    ways = [way for own in holdings.leaving for way in own.departing if way.gain is not None]
    tables = [_strength_table(holding, ways)] if ways else []
    margins = _margin_table(holding)
    if margins.rows:
        tables.append(margins)
    if not tables:
        return None
    return Section(
        key="hold-strength",
        title="What the strength that deters must be worth",
        lead=tuple(_strength_lead(holding, ways)),
        tables=tuple(tables),
    )


def _strength_lead(holding: Holding, ways: list[Departing]) -> list[Sentence]:
    text = (
        "An answer deters when it takes from whoever left at least what leaving brought it, in "
        "that party's own points."
    )
    found = [Sentence(text=text)]
    short = [way for way in ways if way.lacks is not None and unanswered(way)]
    worst = max(short, key=unanswered, default=None)
    if worst is not None and worst.lacks is not None:
        amount = rounded(worst.lacks.middle)
        unit = "point" if amount == "1" else "points"
        step = step_text(holding.model, holding.state, worst.target, verbs=DOING)
        label = label_of(holding, worst.party)
        where = ""
        if not is_exact(holding):
            share = Share(value=unanswered(worst), error=worst.answered["SEQ"].error)
            where = f"{share.phrase()}, and then, in the middle, "
        text = (
            f"They deter {label} least: after its {step} they fall short {where}by {amount} {unit}."
            " Strength that is to deter it has to be worth that much more."
        )
        found.append(Sentence(text=text, tone="warn"))
    return found


def _strength_table(holding: Holding, ways: list[Departing]) -> Table:
    ways, n_shown = weighty_first(ways, firsts=False)
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for way in ways:
        lacks = way.lacks if unanswered(way) else None
        if lacks is not None:
            tones[len(rows), 4] = "bad"
        rows.append(
            (
                label_of(holding, way.party),
                capital(there(holding.model, way.target, holding.state)),
                range_text(way.gain),
                range_text(way.costs),
                range_text(lacks),
            )
        )
    return Table(
        title="What an answer has to cost, and what it costs, in points",
        columns=(
            Column(key="party", title="Party"),
            Column(key="step", title="Step"),
            Column(key="needed", title="Has to cost it", align="right"),
            Column(key="costs", title="The worst answer costs", align="right"),
            Column(key="lacks", title="Falls short by", align="right"),
        ),
        rows=tuple(rows),
        tones=tones,
        note=_ranges(holding)
        + "Costs are those of the worst answer that others gain by; the last column counts only "
        "where that does not deter." + _dear(len(ways) - n_shown),
        most=n_shown,
    )


def _dear(count: int) -> str:
    """Say of how many steps nothing is shown, since what answers them costs enough."""
    if not count:
        return ""
    return f" {plural(count, 'further step')}, whose answers cost enough, {_are(count)} not shown."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _ranges(holding: Holding) -> str:
    if is_exact(holding):
        return ""
    return "In the middle of the readings, and from the lowest to the highest 5 %. "


def _margin_table(holding: Holding) -> Table:
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for party in _every(holding):
        margins = [holding.margin(key, party) for key in CONCEPTS]
        if all(margin is None for margin in margins):
            continue
        for k, margin in enumerate(margins, start=1):
            if margin is not None and margin.middle < 0:
                tones[len(rows), k] = "bad"
        middle: list[Cell] = [None if m is None else m.middle for m in margins]
        sequential = range_text(holding.margin("SEQ", party), with_sign=True)
        rows.append((label_of(holding, party), *middle, sequential))
    columns = [Column(key="party", title="Party")]
    columns += [Column(key=key, title=key, align="right", signed=True) for key in CONCEPTS]
    columns.append(Column(key="range", title="SEQ, low to high", align="right"))
    if is_exact(holding):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return Table(
        title="By how much it holds, in points",
        columns=tuple(columns),
        rows=tuple(rows),
        tones=tones,
        note="What staying is worth over the most that the party can secure by leaving; negative "
        "where it would leave.",
    )
