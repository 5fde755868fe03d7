"""Statements as the case file spells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from detente.expression import Formula
from detente.linear import Bounds
from detente.number import plain
from detente.statements import Statement
from detente.statements.compare import Compare
from detente.statements.direction import LessIsBetter, MoreIsBetter
from detente.statements.importance import Importance
from detente.statements.indifferent import Indifferent
from detente.statements.no_deal import NoDeal
from detente.statements.order import Order
from detente.statements.ordinal import Priorities, Ranking
from detente.statements.red_line import RedLine
from detente.statements.rule import Rule
from detente.statements.scores import Scores
from detente.statements.statement import CONFIDENCE, Provenance
from detente.statements.within import Value, Weight


def amount(bounds: Bounds) -> str:
    """Return an amount as a case file spells it.

    Examples
    --------
    >>> from fractions import Fraction
    >>> amount(Bounds(low=Fraction(30), high=Fraction(45))), amount(Bounds(low=Fraction(1, 3)))
    ('30..45', 'more than 1/3')
    """
    if bounds.low is None:
        return f"less than {plain(bounds.high or 0)}"
    if bounds.high is None:
        return f"more than {plain(bounds.low)}"
    low, high = plain(bounds.low), plain(bounds.high)
    return low if low == high else f"{low}..{high}"


def marks(provenance: Provenance) -> dict[str, Any]:
    """Return what an entry rests on, as far as something is said of it."""
    said: dict[str, Any] = {}
    cited = [str(citation) for citation in provenance.because]
    if cited:
        said["because"] = cited if len(cited) > 1 else cited[0]
    if provenance.confidence in CONFIDENCE and provenance.confidence != "certain":
        said["confidence"] = provenance.confidence
    texts = {"note": provenance.note, "view": provenance.view}
    return {**said, **{key: text for key, text in texts.items() if text}}


def _one_or_more(names: tuple[str, ...]) -> Any:
    return names[0] if len(names) == 1 else list(names)


def _compare(statement: Compare) -> dict[str, Any]:
    by = {} if statement.by is None else {"by": amount(statement.by)}
    return {"compare": statement.comparison.text, **by}


def _ranking(statement: Ranking) -> dict[str, Any]:
    """Return one chain, or the tiers one by one where they were written so."""
    if " > ".join(_tiers(statement)) != statement.text:
        return {"ranking": statement.text}
    return {"ranking": _tiers(statement)}


def _tiers(statement: Ranking) -> list[str]:
    return [" ~ ".join(side.text for side in tier) for tier in statement.tiers]


def _scores(statement: Scores) -> dict[str, Any]:
    return {
        "scores": {
            issue: score.text
            if isinstance(score, Formula)
            else {option: amount(bounds) for option, bounds in score}
            for issue, score in statement.scores
        }
    }


def _value(statement: Value) -> dict[str, Any]:
    found: dict[str, dict[str, str]] = {}
    for issue, option, bounds in statement.values:
        found.setdefault(issue, {})[option] = amount(bounds)
    return {"value": found}


SPELLED: Mapping[type[Statement], Callable[[Any], dict[str, Any]]] = {
    Compare: _compare,
    Importance: lambda one: {"importance": one.chain.text},
    Indifferent: lambda one: {"indifferent": _one_or_more(one.issues)},
    LessIsBetter: lambda one: {"less_is_better": _one_or_more(one.issues)},
    MoreIsBetter: lambda one: {"more_is_better": _one_or_more(one.issues)},
    NoDeal: lambda one: {"no_deal": amount(one.worth)},
    Order: lambda one: {"order": {issue: chain.text for issue, chain in one.chains}},
    Priorities: lambda one: {"priorities": [condition.text for condition in one.conditions]},
    Ranking: _ranking,
    RedLine: lambda one: {"red_line": one.condition.text},
    Rule: lambda one: {"rule": one.condition.text, "worth": amount(one.worth)},
    Scores: _scores,
    Value: _value,
    Weight: lambda one: {"weight": {issue: amount(bounds) for issue, bounds in one.weights}},
}
"""For each kind of statement, what its entry holds beside its marks."""


def spelled_statement(statement: Statement) -> dict[str, Any]:
    """Return a statement as an entry under ``preferences``."""
    return {**SPELLED[type(statement)](statement), **marks(statement.provenance)}
