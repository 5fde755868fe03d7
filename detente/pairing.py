"""Which statement of one case is which of another: by what they say, not by where they stand.

Two statements *say the same* when nothing but what they rest on, and where and with how many blanks
they are written, sets them apart. They *speak of the same* when they are of one kind, about one
party, and about the same issues, packages or condition.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Generic, TypeVar

from detente.expression import Chain, Comparison, Condition, Formula, Word
from detente.sequence import Bundles
from detente.statements import Statement
from detente.statements.compare import Compare
from detente.statements.direction import KINDS as DIRECTIONS
from detente.statements.importance import Importance
from detente.statements.indifferent import Indifferent
from detente.statements.no_deal import NoDeal
from detente.statements.order import Order
from detente.statements.ordinal import Priorities, Ranking
from detente.statements.red_line import RedLine
from detente.statements.rule import Rule
from detente.statements.scores import Scores
from detente.statements.statement import Provenance
from detente.statements.within import Value, Weight

Thing = TypeVar("Thing")
Key = Callable[[Any], Hashable]
"""What things must share to be paired; None for a thing that is not paired so."""

_SPELLING = {
    Word: "column",
    Chain: "text",
    Comparison: "text",
    Condition: "text",
    Bundles: "text",
    Formula: "text",
    Ranking: "text",
}
"""Fields that say how something is written, not what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair(Generic[Thing]):
    """One thing in two cases; None where it is not there."""

    old: Thing | None
    new: Thing | None


def pairs_of(
    old: Sequence[Thing], new: Sequence[Thing], keys: Sequence[Key]
) -> tuple[Pair[Thing], ...]:
    """Pair things of two cases: as many as can be by the first key, then by the next, and so on.

    Among things with equal keys the first is paired with the first. As each key cuts the things
    into classes, pairing class by class gives as many pairs as there can be. What is in ``new``
    comes in its order; what is only in ``old`` comes after, in its own.

    Examples
    --------
    >>> pairs = pairs_of(["ab", "c"], ["c", "ax"], [lambda text: text, lambda text: text[0]])
    >>> [(pair.old, pair.new) for pair in pairs]
    [('c', 'c'), ('ab', 'ax')]
    """
    partner: dict[int, int] = {}
    left = list(range(len(old)))
    right = list(range(len(new)))
    for key in keys:
        waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for j in right:
            waiting[key(new[j])].append(j)
        for i in left:
            found = key(old[i])
            if found is not None and waiting[found]:
                partner[waiting[found].popleft()] = i
        taken = set(partner.values())
        left = [i for i in left if i not in taken]
        right = [j for j in right if j not in partner]
    kept = [
        Pair(old=old[partner[j]] if j in partner else None, new=thing)
        for j, thing in enumerate(new)
    ]
    return (*kept, *(Pair(old=old[i], new=None) for i in left))


def statement_pairs(
    old: Sequence[Statement], new: Sequence[Statement]
) -> tuple[Pair[Statement], ...]:
    """Pair the statements of two cases.

    Equal ones first, then those that say the same and rest on something else, then those that speak
    of the same in the same view: first with the same sources, then with any.
    """
    return pairs_of(
        old,
        new,
        (
            lambda s: (s.party, says(s), basis(s.provenance)),
            lambda s: (s.party, says(s), s.provenance.view),
            lambda s: (s.party, says(s)),
            lambda s: (s.party, subject(s), s.provenance.view, frozenset(s.provenance.because)),
            lambda s: (s.party, subject(s), s.provenance.view),
        ),
    )


def says(statement: Statement) -> Hashable:
    """Return what a statement says, apart from who says it and how it is written."""
    parts = [
        meaning(getattr(statement, field.name))
        for field in fields(statement)
        if field.name not in {"party", "provenance", _SPELLING.get(type(statement), "")}
    ]
    # statements with the same words for a condition speak of the same worth, others do not
    named = statement.name if isinstance(statement, Rule) else ""
    return (statement.KEY, named, *parts)


def subject(statement: Statement) -> Hashable:
    """Return what a statement speaks of: two of the same subject are one that has changed."""
    about: Hashable
    match statement:
        case Order(chains=named) | Value(values=named) | Weight(weights=named):
            about = frozenset(entry[0] for entry in named)
        case Importance(issues=issues) | Indifferent(issues=issues):
            about = frozenset(issues)
        case Compare(comparison=comparison):
            about = frozenset(meaning(side) for side in comparison.sides)
        case Rule(name=name):
            about = name
        case RedLine(condition=condition):
            about = frozenset(test.issue.text for test in condition.tests())
        case NoDeal() | Scores() | Priorities() | Ranking():
            about = ()
        case _ if isinstance(statement, DIRECTIONS):
            return ("direction", frozenset(statement.issues))
        case _:
            about = says(statement)
    return (statement.KEY, about)


def basis(provenance: Provenance) -> Hashable:
    """Return what a statement rests on; the order of its sources does not count."""
    return (
        frozenset(provenance.because),
        provenance.confidence,
        provenance.note,
        provenance.view,
    )


def meaning(value: Any) -> Hashable:
    """Return a part of a case without how and where it is written, to be held against another.

    Examples
    --------
    >>> from detente.grammar import parse_condition
    >>> meaning(parse_condition("pay >= 4")) == meaning(parse_condition("(pay  >= 4)"))
    True
    """
    if isinstance(value, Provenance):
        return basis(value)
    if is_dataclass(value) and not isinstance(value, type):
        spelling = _SPELLING.get(type(value), "")
        kept = (field.name for field in fields(value) if field.compare and field.name != spelling)
        return (type(value).__name__, *(meaning(getattr(value, name)) for name in kept))
    if isinstance(value, Mapping):
        return frozenset((key, meaning(inner)) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return tuple(meaning(inner) for inner in value)
    return value if isinstance(value, Hashable) else repr(value)
