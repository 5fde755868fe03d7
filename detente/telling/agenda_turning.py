"""Who refuses to begin, and from which shift or doubt on: one row for each order of talks."""

from __future__ import annotations

from detente.negotiation import Negotiation
from detente.prose import capital
from detente.solvers.backwards import Rule
from detente.table import Cell, Column, Table
from detente.telling.agenda_words import (
    begins_words,
    chance_words,
    how_often,
    shares_words,
    who_alone,
    who_together,
)
from detente.timing import talking_of

_MOST_TOGETHER = 2


def begin_table(negotiation: Negotiation, rule: Rule) -> Table:
    """Return break-evens after a rule; without who refuses now where it is not the case's own."""
    own = rule == negotiation.way.rule
    shifted = any(outlook.shift for outlook in negotiation.outlooks)
    columns = [
        Column(key="agenda", title="Talks"),
        *([Column(key="no_deal", title="Now refused by")] if own else []),
        *([Column(key="unshifted", title="Without the shifts", align="right")] if shifted else []),
        *([Column(key="shift", title="From × the shifts")] if shifted else []),
        Column(key="later_talks", title="If later talks are less likely than"),
        Column(key="sure", title="Even if they were sure", align="right"),
    ]
    rows: list[tuple[Cell, ...]] = []
    for outlook in negotiation.outlooks:
        refused = outlook.ends[negotiation.way].no_deal
        together = who_together(negotiation, refused)[:_MOST_TOGETHER]
        who = shares_words([*who_alone(negotiation, refused), *together])
        shift, chance = outlook.shift.get(rule), outlook.later_talks[rule]
        multiples: list[Cell] = [None, None]
        if shift is not None:
            multiples = [how_often(shift.already), begins_words(shift)]
        rows.append(
            (
                capital(outlook.agenda.title),
                *([who] if own else []),
                *(multiples if shifted else []),
                chance_words(chance),
                how_often(chance.already),
            )
        )
    return Table(
        title="Who refuses to begin, and from where" if own else _ASIDE[rule],
        columns=tuple(columns),
        rows=tuple(rows),
        note=_note(negotiation, own=own),
    )


_ASIDE: dict[Rule, str] = {
    "set aside": "If failure sets the bundle aside: who would rather have it last, and from where",
    "end": "If failure ends the process: who would rather have no deal, and from where",
}


def _note(negotiation: Negotiation, *, own: bool) -> str:
    n_rows, n_part = len(negotiation.zone), negotiation.n_part
    if n_rows == 1:
        return ""
    text = "In brackets: the middle half of the readings."
    if n_part < n_rows:
        which = "All but who refuses now is" if own else "This is"
        text += f" {which} worked out in {n_part:,} of the {n_rows:,} readings."
        if own and talking_of(negotiation.analysis).later_talks.low == 1:
            text += " Later talks are sure as the case stands: the last column is now, in these."
    return text
