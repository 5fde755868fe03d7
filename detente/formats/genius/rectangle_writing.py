"""Rules on numbers as hyper-rectangles."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from detente.expression import All, Condition, Not, Test, Tree, allowed
from detente.formats.additive import POINTS
from detente.formats.genius.weighing import whole
from detente.vocabulary import Vocabulary

Bounds = tuple[tuple[int, int, int], ...]


def bounds_of(condition: Condition, vocabulary: Vocabulary) -> tuple[str, Bounds] | None:
    """Return a condition as (INCLUDES or EXCLUDES, bounds: issue, lowest, highest option).

    None where it is no range of numbers in each of its issues.
    """
    tree, tag = condition.tree, "INCLUDES"
    if isinstance(tree, Not):
        tree, tag = tree.part, "EXCLUDES"
    within: dict[int, set[int]] = {}
    for test in _tests(tree):
        if test is None:
            return None
        k = vocabulary.index[test.issue.text]
        flags = allowed(test, vocabulary.issues[k])
        held = {option for option, inside in enumerate(flags) if inside}
        within[k] = within.get(k, held) & held
    found = []
    for k, options in sorted(within.items()):
        if not options or max(options) - min(options) >= len(options):
            return None
        found.append((k, min(options), max(options)))
    return tag, tuple(found)


def amounts(always: Fraction, worths: Sequence[Fraction]) -> tuple[list[int], int]:
    """Return the utility of each rectangle, that of every package first, and ``maxutility``."""
    numbers = whole([Fraction(POINTS), always, *worths])
    return numbers[1:], numbers[0]


def _tests(tree: Tree) -> list[Test | None]:
    parts = tree.parts if isinstance(tree, All) else (tree,)
    return [part if isinstance(part, Test) else None for part in parts]
