"""Conditions on yes-or-no options as patterns, as tools of the graph model keep them.

A literal is an option with the answer that it has to have; a pattern is some literals that hold
together; a condition is some patterns of which one holds (its disjunctive normal form).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from detente.errors import LimitError
from detente.expression import Either, Not, Test, Tree, allowed, as_word
from detente.vocabulary import Issue, Vocabulary

if TYPE_CHECKING:
    from detente.hit_and_run import Bools

Literal = tuple[int, bool]
"""An option's position, and whether it has to be taken: its second answer rather than its first."""
Pattern = tuple[Literal, ...]
Patterns = tuple[Pattern, ...]

MOST_PATTERNS = 1000
MOST_BITS = 20
"""The states of so many options at most are listed."""


def patterns_text(patterns: Patterns, issues: Sequence[Issue]) -> str:
    """Return a condition as a case file spells it.

    Examples
    --------
    >>> a, b = (Issue(name=name, options=("N", "Y"), status_quo="N") for name in "ab")
    >>> patterns_text((((0, True), (1, False)), ((1, True),)), (a, b))
    '(a == Y and b == N) or b == Y'
    """
    texts = [
        " and ".join(
            f"{as_word(issues[k].name)} == {as_word(issues[k].options[taken])}"
            for k, taken in pattern
        )
        for pattern in patterns
    ]
    if len(texts) == 1:
        return texts[0]
    pairs = zip(patterns, texts, strict=True)
    return " or ".join(f"({text})" if len(pattern) > 1 else text for pattern, text in pairs)


def patterns_of(tree: Tree, vocabulary: Vocabulary, *, negated: bool = False) -> Patterns:
    """Return a condition, or its opposite, as patterns; every issue has two options.

    No pattern at all means that the condition never holds, an empty one that it always does.

    Raises
    ------
    LimitError
        It comes to more than :data:`MOST_PATTERNS` patterns.

    Examples
    --------
    >>> from detente.grammar import parse_condition
    >>> issues = tuple(Issue(name=name, options=("N", "Y"), status_quo="N") for name in "ab")
    >>> tree = parse_condition("not (a == Y and b == N)").tree
    >>> patterns_of(tree, Vocabulary(issues=issues))
    (((0, False),), ((1, True),))
    """
    if isinstance(tree, Not):
        return patterns_of(tree.part, vocabulary, negated=not negated)
    if isinstance(tree, Test):
        k = vocabulary.index[tree.issue.text]
        first, second = (holds != negated for holds in allowed(tree, vocabulary.issues[k]))
        if first and second:
            return ((),)
        return (((k, second),),) if first or second else ()
    parts = [patterns_of(part, vocabulary, negated=negated) for part in tree.parts]
    if isinstance(tree, Either) != negated:
        return _limited(pattern for part in parts for pattern in part)
    found: Patterns = ((),)
    for part in parts:
        found = _limited(_joined(left, right) for left in found for right in part)
    return found


def _joined(left: Pattern, right: Pattern) -> Pattern:
    return tuple(dict.fromkeys((*left, *right)))


def _limited(patterns: Iterable[Pattern]) -> Patterns:
    found: dict[Pattern, None] = {}
    for pattern in patterns:
        found[pattern] = None
        if len(found) > MOST_PATTERNS:
            message = f"a condition comes to more than {MOST_PATTERNS:,} cases; divide it"
            raise LimitError(message)
    return tuple(found)


def feasible_codes(infeasible: Patterns, n_options: int) -> Bools:
    """Tell which settings of the options meet no pattern; bool, shape (2**n_options,).

    A setting's code is the sum of 2**k over the options k that are taken.
    """
    import numpy as np

    codes = np.arange(2**n_options, dtype=np.uint32)
    mask = np.ones(len(codes), dtype=bool)
    for pattern in infeasible:
        if any((k, not taken) in pattern for k, taken in pattern):
            continue
        cared = sum(1 << k for k, _ in set(pattern))
        wanted = sum(1 << k for k, taken in set(pattern) if taken)
        mask &= (codes & cared) != wanted
    return mask


def same(patterns: Patterns) -> frozenset[frozenset[Literal]]:
    """Return a condition without the order of its parts, to find one that is there twice."""
    return frozenset(frozenset(pattern) for pattern in patterns)
