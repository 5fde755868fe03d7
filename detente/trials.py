"""Trials: what is changed in a case to see how far its answers rest on one assumption.

An assumption is a statement, a bound that nobody stated, or a pressure that might be applied. Each
is left out where that can be done, and taken at the ends of its range where it has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from detente.blocks.leverage import Leverage
from detente.case import Case
from detente.errors import CaseError
from detente.frame import NO_DEAL, TOTAL
from detente.linear import Bounds
from detente.preferences import Unstated, manner_of, preferences_of, scale_of
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

    case : the changed case, as far as it bears on them: see :func:`alone_in`
    amount : what the assumption says in the trial, in words; empty when it is left out
    shift : points by which the party's no-deal value is moved besides
    only_for : the proposal on which alone it bears; empty when it bears on every package
    """

    kind: Kind
    party: str
    case: Case
    amount: str = ""
    shift: Fraction = Fraction(0)
    only_for: str = ""


def assumptions_of(case: Case, *, view: str) -> tuple[Assumption, ...]:
    """Return everything that the answers to a case may rest on, as one view has it.

    First each party's statements in the order of the file and the bounds that nobody stated of it,
    then the pressures.
    """
    found: list[Assumption] = []
    for party in case.parties:
        own = case.statements_of(party.name, view=view)
        preferences = preferences_of(party.name, own, case.vocabulary)
        found += [*preferences.statements, *preferences.unstated]
    found += [
        entry
        for entry in case.blocks.get("leverage", ())
        if isinstance(entry, Leverage) and entry.applies(view)
    ]
    return tuple(found)


def trials_of(case: Case, assumption: Assumption, *, view: str) -> Iterator[Trial]:
    """Go through the trials of one assumption; changes that leave no sound case are left out."""
    if isinstance(assumption, Leverage):
        yield from _applied(case, assumption, view)
    elif isinstance(assumption, Unstated):
        yield from _moved(case, assumption, view)
    else:
        yield from _left_out(case, assumption, view)
        yield from _at_ends(case, assumption, view)


def alone_in(case: Case, party: str, statements: Iterable[Statement]) -> Case:
    """Return a case in which one party has to accept, and nobody else is there.

    statements : what is said of the party; they are unmarked, so that they belong to every view

    Parties are drawn independently of each other, from seeds of their own, so the party has the
    same readings there as in the whole case.
    """
    unmarked = tuple(replace(s, provenance=replace(s.provenance, view="")) for s in statements)
    only = replace(case.party(party), signatory=True)
    return replace(case, parties=(only,), statements=unmarked, blocks={})


def _left_out(case: Case, statement: Statement, view: str) -> Iterator[Trial]:
    party = statement.party
    own = case.statements_of(party, view=view)
    without = _replaced(case, own, statement, None)
    if without is not None:
        before = preferences_of(party, own, case.vocabulary)
        after = preferences_of(party, without.statements, case.vocabulary)
        if len(after.missing) <= len(before.missing) and before.manner == after.manner:
            yield Trial(kind="without", party=party, case=without)
            return
    opposite = statement.turned_round()
    turned = None if opposite is None else _replaced(case, own, statement, opposite)
    if turned is not None:
        yield Trial(kind="turned", party=party, case=turned)


def _at_ends(case: Case, statement: Statement, view: str) -> Iterator[Trial]:
    kinds: tuple[tuple[Kind, bool], ...] = (("low", False), ("high", True))
    own = case.statements_of(statement.party, view=view)
    for kind, high in kinds:
        narrowed = statement.at_end(high=high)
        changed = None if narrowed is None else _replaced(case, own, statement, narrowed)
        if narrowed is not None and changed is not None:
            amount = narrowed.sentence(case.vocabulary)
            yield Trial(kind=kind, party=statement.party, case=changed, amount=amount)


def _moved(case: Case, bound: Unstated, view: str) -> Iterator[Trial]:
    own = case.statements_of(bound.party, view=view)
    preferences = preferences_of(bound.party, own, case.vocabulary)
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
        changed = alone_in(case, bound.party, (*own, stated))
        amount = stated.sentence(case.vocabulary)
        yield Trial(kind=kind, party=bound.party, case=changed, amount=amount)


def _applied(case: Case, pressure: Leverage, view: str) -> Iterator[Trial]:
    """Apply a pressure at its least and its largest effect: shift x credibility, each at its ends.

    Of equal effects only one is tried. A party known by an order only has no points to move.
    """
    shifts = (pressure.shift.low, pressure.shift.high)
    credibilities = (pressure.credibility.low, pressure.credibility.high)
    effects = {s * c for s in shifts for c in credibilities if s is not None and c is not None}
    own = case.statements_of(pressure.on, view=view)
    if manner_of(own) == "ordinal":
        return
    alone = alone_in(case, pressure.on, own)
    for effect in sorted({min(effects), max(effects)}):
        yield Trial(
            kind="applied",
            party=pressure.on,
            case=alone,
            shift=effect,
            only_for=pressure.only_for,
        )


def _replaced(
    case: Case, own: Iterable[Statement], statement: Statement, by: Statement | None
) -> Case | None:
    """Return the case with one statement replaced or left out: that very one, not its equals.

    None where that leaves a case which is not sound, such as a party on points with an issue that
    it does not score.
    """
    kept = [by if s is statement else s for s in own]
    try:
        return alone_in(case, statement.party, (s for s in kept if s is not None))
    except CaseError:
        return None
