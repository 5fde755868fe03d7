"""Orders of talks: those that a case names, or the one asked for, and under what they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from detente.analysis import Analysis
from detente.blocks.agenda import AFTER_FAILURE
from detente.blocks.orders import Order as Declared
from detente.blocks.walk_away import LASTS, Lasts, Shift
from detente.errors import UnanswerableError
from detente.sequence import parse_sequence
from detente.solvers.backwards import Rule
from detente.solvers.states import Order
from detente.timing import entries_of, talking_of

Kind = Literal["declared", "asked", "found"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """Issues in bundles, the bundles in the order in which they are negotiated.

    entry : where the case declares it; None otherwise
    """

    name: str
    title: str
    order: Order
    text: str
    kind: Kind
    entry: Declared | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Under what an agenda is worked out: the rule after failure, and how long shifts last."""

    rule: Rule
    lasts: Lasts


def agendas_of(analysis: Analysis, order: str | None) -> tuple[Agenda, ...]:
    """Return the orders of talks that a case names, or the one that is asked for.

    order : an order in words, or the name of one that the case names

    Raises ExpressionError where it cannot be read; UnanswerableError where there is none, or none
    with more than one table.
    """
    case = analysis.case
    names = [issue.name for issue in case.issues]
    declared = [
        Agenda(
            name=entry.name,
            title=entry.label,
            order=entry.sequence.over(names),
            text=entry.sequence.written,
            kind="declared",
            entry=entry,
        )
        for entry in entries_of(analysis, "agenda", Declared)
    ]
    if order is not None:
        declared = [one for one in declared if one.name == order] or [_asked(order, names)]
    if len(names) == 1:
        raise UnanswerableError("the case has one issue, so there is no order of talks to choose")
    return tuple(one for one in declared if len(one.order) > 1)


def _asked(text: str, names: Sequence[str]) -> Agenda:
    sequence = parse_sequence(text)
    for fault in sequence.check(names):
        raise fault
    gap = sequence.left_out(names)
    if gap is not None:
        raise gap
    written = sequence.written
    return Agenda(
        name=written,
        title=written.replace("_", " "),
        order=sequence.over(names),
        text=written,
        kind="asked",
    )


def ways_of(analysis: Analysis) -> tuple[Way, ...]:
    """Return under what agendas are worked out: both rules, and each duration that is left open.

    Until completion and for good are the same for an agenda, which ends with completion.
    """
    own: Rule = talking_of(analysis).after_failure or "end"
    rules = sorted(AFTER_FAILURE, key=lambda rule: rule != own)
    open_ = undated_shifts(analysis)
    durations: tuple[Lasts, ...] = (LASTS[1], LASTS[0]) if open_ else (LASTS[1],)
    return tuple(Way(rule=rule, lasts=lasts) for lasts in durations for rule in rules)


def undated_shifts(analysis: Analysis) -> tuple[Shift, ...]:
    """Return the shifts after something settled of which nobody says how long they last."""
    shifts = entries_of(analysis, "walk_away", Shift)
    return tuple(shift for shift in shifts if shift.lasts is None and shift.after is not None)
