"""Trials: what is changed in a case to see how far its answers rest on one assumption.

An assumption is a statement, a bound that nobody stated, or a pressure that might be applied. Each
is left out where that can be done, and taken at the ends of its range where it has one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from detente.blocks.leverage import Leverage
from detente.case import Case
from detente.frame import NO_DEAL, TOTAL
from detente.linear import Bounds
from detente.preferences import Preferences, Unstated, preferences_of, scale_of
from detente.statements import Statement
from detente.statements.no_deal import NoDeal
from detente.statements.rule import Rule

Assumption = Statement | Unstated | Leverage
Kind = Literal["without", "turned", "low", "high", "wider", "narrower", "applied"]
"""``without`` it; ``turned`` round, where leaving it out would leave open which option is best;
at the ``low`` or ``high`` end of its range; an unstated bound moved out (``wider``) or in
(``narrower``); a pressure ``applied`` at its stated credibility, at one end of its range."""

ROOM = Fraction(1, 4)
"""By how much of the scale, from worst to best package, an unstated bound is moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One change of a case that bears on the readings of one party.

    amount : what the assumption says in the trial, in words, such as ``25``; empty when left out
    shift : points by which the party's no-deal value is moved besides
    """

    kind: Kind
    party: str
    case: Case
    amount: str = ""
    shift: Fraction = Fraction(0)


def assumptions_of(case: Case, *, view: str) -> tuple[Assumption, ...]:
    """Return everything that the answers to a case may rest on, as one view has it.

    First each party's statements in the order of the file and the bounds that nobody stated of it,
    then the pressures.
    """
    found: list[Assumption] = []
    for party in case.parties:
        preferences = _preferences(case, party.name, view)
        found += [*preferences.statements, *preferences.unstated]
    found += [
        entry
        for entry in case.blocks.get("leverage", ())
        if isinstance(entry, Leverage) and entry.applies(view)
    ]
    return tuple(found)


def trials_of(case: Case, assumption: Assumption, *, view: str) -> Iterator[Trial]:
    """Go through the trials of one assumption."""
    if isinstance(assumption, Leverage):
        yield from _applied(case, assumption)
    elif isinstance(assumption, Unstated):
        yield from _moved(case, assumption, view)
    else:
        yield from _left_out(case, assumption, view)
        yield from _at_ends(case, assumption)


def _left_out(case: Case, statement: Statement, view: str) -> Iterator[Trial]:
    without = _replaced(case, statement, None)
    before = _preferences(case, statement.party, view)
    after = _preferences(without, statement.party, view)
    if len(after.missing) <= len(before.missing) and before.manner == after.manner:
        yield Trial(kind="without", party=statement.party, case=without)
        return
    opposite = statement.turned_round()
    if opposite is not None:
        turned = _replaced(case, statement, opposite)
        yield Trial(kind="turned", party=statement.party, case=turned)


def _at_ends(case: Case, statement: Statement) -> Iterator[Trial]:
    kinds: tuple[tuple[Kind, bool], ...] = (("low", False), ("high", True))
    for kind, high in kinds:
        narrowed = statement.at_end(high=high)
        if narrowed is not None:
            changed = _replaced(case, statement, narrowed)
            amount = narrowed.sentence(case.vocabulary)
            yield Trial(
                kind=kind,
                party=statement.party,
                case=changed,
                amount=amount,
            )


def _moved(case: Case, bound: Unstated, view: str) -> Iterator[Trial]:
    preferences = _preferences(case, bound.party, view)
    (row,) = next(group.rows for group in preferences.groups if group.origin == bound)
    from_below = row.linear.terms[bound.unknown] > 0
    end = -row.linear.constant if from_below else row.linear.constant
    low, high = scale_of(preferences.statements, preferences.frame)
    room = (high - low if high > low else Fraction(TOTAL)) * ROOM
    kinds: tuple[Kind, Kind] = ("wider", "narrower")
    for kind, way in zip(kinds, (-1, 1) if from_below else (1, -1), strict=True):
        moved = end + way * room
        worth = Bounds(low=moved) if from_below else Bounds(high=moved)
        stated: Statement
        if bound.unknown == NO_DEAL:
            stated = NoDeal(party=bound.party, worth=worth)
        else:
            condition = preferences.frame.rules[bound.unknown[1]]
            stated = Rule(party=bound.party, condition=condition, worth=worth)
        changed = replace(case, statements=(*case.statements, stated))
        amount = stated.sentence(case.vocabulary)
        yield Trial(kind=kind, party=bound.party, case=changed, amount=amount)


def _applied(case: Case, pressure: Leverage) -> Iterator[Trial]:
    """Apply a pressure at its least and its largest effect: shift x credibility, each at its ends.

    Of equal effects only one is tried.
    """
    shifts = (pressure.shift.low, pressure.shift.high)
    credibilities = (pressure.credibility.low, pressure.credibility.high)
    effects = {s * c for s in shifts for c in credibilities if s is not None and c is not None}
    for effect in sorted({min(effects), max(effects)}) if effects else ():
        yield Trial(kind="applied", party=pressure.on, case=case, shift=effect)


def _replaced(case: Case, statement: Statement, by: Statement | None) -> Case:
    """Return the case with one statement replaced or left out: that very one, not its equals."""
    kept = [by if s is statement else s for s in case.statements]
    return replace(case, statements=tuple(s for s in kept if s is not None))


def _preferences(case: Case, party: str, view: str) -> Preferences:
    return preferences_of(party, case.statements_of(party, view=view), case.vocabulary)
