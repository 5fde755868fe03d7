"""Who could leave a package together, to where, and whether the others would answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from detente.acting_together import MOST_PARTIES_TOGETHER, ActingTogether, joined_in
from detente.holding import Holding
from detente.holdings import Holdings
from detente.prose import capital, listed
from detente.table import Cell, Column, Section, Sentence, Share, Table, Tone
from detente.telling.hold_words import (
    cell_of,
    is_exact,
    label_of,
    labels_of,
    numbers_text,
    others_text,
    place_of,
    short_name,
    there,
)

RARE = 0.005
"""What is so in fewer readings is not told."""
_SHOWN = 4
"""Coalitions that people are shown."""
_SHARE = 2
"""The column that says in how many readings, of which there may be only one."""
CONVENTION = (
    "A coalition leaves where every member is better off, by moves that every member takes part in "
    "and that no smaller part of it could bring about. Answered: others, each gaining by its own "
    "step, leave some member no better off than it was (coalition sequential stability, CSEQ; "
    "Kilgour, Hipel, Fang & Peng 2001)."
)


CONCEPTS = {
    "CR": "Nobody could gain by leaving, alone or together",
    "CGMR": "Every such step could be answered",
    "CSMR": "… with no way out after that",
    "CSEQ": "Every such step would be answered by others who gain by it",
}
"""What the concepts for coalitions mean, in the order in which they are told."""


def together_section(holdings: Holdings) -> Section | None:
    """Return which coalitions could leave a package, and which states none would leave."""
    found = holdings.together
    section = _leaving(holdings.holding)
    tables = () if found is None else (_lasting(holdings, found),)
    lead = tuple(joined_sentences(holdings))
    if section is None and (lead or tables):
        return Section(
            key="hold-together", title="If parties leave together", lead=lead, tables=tables
        )
    if section is None:
        return None
    return replace(section, lead=(*section.lead, *lead), tables=(*section.tables, *tables))


def joined_sentences(holdings: Holdings) -> Iterator[Sentence]:
    """Say what becomes of the conflict if the parties act as one that the case joins."""
    found = holdings.together
    if found is not None:
        yield from _as_one(holdings, found)
    elif joined_in(holdings.analysis, holdings.survey.model.parties):
        text = (
            "There are too many parties, moves or states to tell what becomes of the conflict if "
            "the parties act as one that the case joins."
        )
        yield Sentence(text=text, tone="warn")


def _as_one(holdings: Holdings, found: ActingTogether) -> Iterator[Sentence]:
    """Say where it can rest then, and whether the package holds."""
    if not found.joined:
        return
    model, holding = found.survey.model, holdings.holding
    who = _joined(holdings, found)
    where = "on the central reading " if found.survey.values.n_rows > 1 else ""
    rests = numbers_text(model, found.as_one("CSEQ").tolist())
    text = f"If {who} act as one, {where}the conflict can rest in {rests}"
    if holding is None:
        yield Sentence(text=f"{text}.")
        return
    holds = place_of(holding) in found.as_one("CSEQ")
    text += f"; {short_name(holding)} {'holds' if holds else 'does not hold'} then."
    yield Sentence(text=text, tone="good" if holds else "bad")


def _joined(holdings: Holdings, found: ActingTogether) -> str:
    labels = labels_of(holdings.analysis, found.survey.model.parties)
    return ", and ".join(listed([labels[p] for p in members]) for members in found.joined)


def _lasting(holdings: Holdings, found: ActingTogether) -> Table:
    """Return by concept which states no coalition leaves, and which last if some act as one."""
    model, holding = found.survey.model, holdings.holding
    each = [("any", "So in", found.equilibria)]
    if found.joined:
        each.append(("one", f"If {_joined(holdings, found)} act as one", found.as_one))
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for key, meaning in CONCEPTS.items():
        cells: list[Cell] = [meaning]
        for _, _, lasting in each:
            states = lasting(key)
            cells.append(numbers_text(model, states.tolist()))
            if holding is not None and np.isin(place_of(holding), states):
                tones[len(rows), len(cells) - 1] = "good"
        rows.append((*cells, key))
    ticked = ""
    if holding is not None and tones:
        ticked = f" The tick says that {short_name(holding)} is among them."
    where = " On the central reading." if found.survey.values.n_rows > 1 else ""
    return Table(
        title="Which states last where parties may leave together",
        columns=(
            Column(key="meaning", title="What is asked"),
            *(Column(key=key, title=title) for key, title, _ in each),
            Column(key="concept", title="Concept"),
        ),
        rows=tuple(rows),
        tones=tones,
        note="A single party counts as a coalition too. A coalition can do whatever a part of it "
        "can, and gains where every member does (Kilgour, Hipel, Fang & Peng 2001)."
        f"{where}{ticked}",
    )


def _leaving(holding: Holding | None) -> Section | None:
    """Return which coalitions could leave a package, and in what share of the readings."""
    if holding is None or len(holding.parties) < 2:
        return None
    if holding.jumps is None:
        text = (
            f"Coalitions are not looked at: there are more than {MOST_PARTIES_TOGETHER} parties, "
            "or too many states."
        )
        lead = (Sentence(text=text, tone="warn"),)
        return Section(key="hold-together", title="Who could leave together", lead=lead)
    table, most = _table(holding)
    return Section(
        key="hold-together",
        title="Who could leave together",
        lead=_lead(holding, table, most),
        tables=(table,) if table.rows else (),
    )


def _lead(holding: Holding, table: Table, to: str) -> tuple[Sentence, ...]:
    """Say which coalition could leave most often, and to which state."""
    if not table.rows:
        text = f"No coalition could gain by leaving {short_name(holding)} together"
        if not is_exact(holding):
            text += " in more than 0.5 % of the readings"
        text += "."
        return (Sentence(text=text, tone="good"),)
    members = table.rows[0][0]
    if is_exact(holding):
        text = f"{members} could gain by leaving together, to {to}."
    else:
        share = table.rows[0][_SHARE]
        where = share.phrase() if isinstance(share, Share) else ""
        text = f"{members} could {where} gain by leaving together, most often to {to}."
    return (Sentence(text=text),)


def _table(holding: Holding) -> tuple[Table, str]:
    """Return the coalitions that could leave, and where the first of them would go, in words."""
    jumps = holding.jumps
    found: list[tuple[float, tuple[Cell, ...], Tone, str]] = []
    for place, members in enumerate(() if jumps is None else jumps.coalitions):
        if jumps is None or len(members) < 2 or not jumps.jumps[place].any():
            continue
        share = holding.share(jumps.jumps[place])
        answered = holding.share(jumps.answered("CSEQ")[place])
        if share.value < RARE:
            continue
        tone: Tone = "plain" if answered.value >= share.value else "warn"
        to = there(holding.model, int(jumps.target[place]), holding.state)
        row = (
            listed([label_of(holding, p) for p in members]),
            capital(to),
            share,
            cell_of(holding, answered),
        )
        found.append((-share.value, row, tone, to))
    found.sort(key=lambda one: one[0])
    exact = is_exact(holding)
    columns = [
        Column(key="members", title="Together"),
        Column(key="step", title="To" if exact else "To, most often"),
        Column(key="share", title="Could gain in", align="right"),
        Column(key="answered", title="Answered" if exact else "Answered in", align="right"),
    ]
    kept = [k for k in range(len(columns)) if not (exact and k == _SHARE)]
    tones: dict[tuple[int, int], Tone] = {
        (row, len(kept) - 1): tone for row, (_, _, tone, _) in enumerate(found) if tone != "plain"
    }
    table = Table(
        title="Coalitions that could gain by leaving",
        columns=tuple(columns[k] for k in kept),
        rows=tuple(tuple(row[k] for k in kept) for _, row, _, _ in found),
        tones=tones,
        note=f"{CONVENTION} {others_text(len(found) - _SHOWN, 'coalition')}".strip(),
        most=_SHOWN,
    )
    return table, found[0][3] if found else ""
