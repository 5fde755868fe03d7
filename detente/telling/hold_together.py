"""Who could leave a package together, to where, and whether the others would answer."""

from __future__ import annotations

from detente.holding import MOST_PARTIES_TOGETHER, Holding
from detente.holdings import Holdings
from detente.prose import capital, listed
from detente.table import Cell, Column, Section, Sentence, Share, Table, Tone
from detente.telling.hold_words import cell_of, is_exact, label_of, name_of, there

RARE = 0.005
"""What is so in fewer readings is not told."""
_SHARE = 2
"""The column that says in how many readings, of which there may be only one."""
CONVENTION = (
    "A coalition leaves where every member is better off, by moves that every member takes part in "
    "and that no smaller part of it could bring about. Answered: others, each gaining by its own "
    "step, leave some member no better off than it was (coalition sequential stability, CSEQ; "
    "Kilgour, Hipel, Fang & Peng 2001)."
)


def together_section(holdings: Holdings) -> Section | None:
    """Return which coalitions could leave, and in what share of the readings."""
    holding = holdings.holding
    if holding is None or len(holding.parties) < 2:
        return None
    if holding.jumps is None:
        text = (
            f"Coalitions are not looked at: there are more than {MOST_PARTIES_TOGETHER} parties, "
            "or too many states."
        )
        lead = (Sentence(text=text, tone="warn"),)
        return Section(key="hold-together", title="Who could leave together", lead=lead)
    table = _table(holding)
    return Section(
        key="hold-together",
        title="Who could leave together",
        lead=_lead(holding, table),
        tables=(table,) if table.rows else (),
    )


def _lead(holding: Holding, table: Table) -> tuple[Sentence, ...]:
    if not table.rows:
        text = f"No coalition could gain by leaving {name_of(holding)} together"
        if not is_exact(holding):
            text += " in more than 0.5 % of the readings"
        text += "."
        return (Sentence(text=text, tone="good"),)
    members, step = table.rows[0][0], table.rows[0][1]
    to = f"{str(step)[:1].lower()}{str(step)[1:]}"
    if is_exact(holding):
        text = f"{members} could gain by leaving together, to {to}."
    else:
        share = table.rows[0][_SHARE]
        where = share.phrase() if isinstance(share, Share) else ""
        text = f"{members} could {where} gain by leaving together, most often to {to}."
    return (Sentence(text=text),)


def _table(holding: Holding) -> Table:
    jumps = holding.jumps
    found: list[tuple[float, tuple[Cell, ...], Tone]] = []
    for place, members in enumerate(() if jumps is None else jumps.coalitions):
        if jumps is None or len(members) < 2 or not jumps.jumps[place].any():
            continue
        share = holding.share(jumps.jumps[place])
        answered = holding.share(jumps.answered("CSEQ")[place])
        if share.value < RARE:
            continue
        tone: Tone = "plain" if answered.value >= share.value else "warn"
        row = (
            listed([label_of(holding, p) for p in members]),
            capital(there(holding.model, int(jumps.target[place]), holding.state)),
            share,
            cell_of(holding, answered),
        )
        found.append((-share.value, row, tone))
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
        (row, len(kept) - 1): tone for row, (_, _, tone) in enumerate(found) if tone != "plain"
    }
    return Table(
        title="Coalitions that could gain by leaving",
        columns=tuple(columns[k] for k in kept),
        rows=tuple(tuple(row[k] for k in kept) for _, row, _ in found),
        tones=tones,
        note=CONVENTION,
    )
