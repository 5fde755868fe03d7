"""Kleene's logic against tables and enumeration; members left out against rewritten formulas."""

from __future__ import annotations

from itertools import chain, combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.solvers.kleene import (
    NO,
    UNKNOWN,
    YES,
    Conjunction,
    Disjunction,
    Leaf,
    grounds,
    left_out,
    truth,
)

VALUES = (NO, UNKNOWN, YES)


def whole(formula, row):
    """Return the truth of a formula for one row, straight from the definition."""
    if isinstance(formula, Leaf):
        return row[formula.atom]
    parts = [whole(part, row) for part in formula.parts]
    return min(parts) if isinstance(formula, Conjunction) else max(parts)


def rewritten(formula):
    """Yield the formula without each member, in the order of the text; outer members first."""
    if isinstance(formula, Leaf):
        return
    kind = type(formula)
    for k, part in enumerate(formula.parts):
        before, after = formula.parts[:k], formula.parts[k + 1 :]
        rest = before + after
        yield rest[0] if len(rest) == 1 else kind(parts=rest)
        yield from (kind(parts=(*before, inner, *after)) for inner in rewritten(part))


def renumbered(formula, numbers):
    """Return the same formula with every leaf an atom of its own."""
    if isinstance(formula, Leaf):
        return Leaf(atom=next(numbers))
    return type(formula)(parts=tuple(renumbered(part, numbers) for part in formula.parts))


def leaves_of(formula):
    if isinstance(formula, Leaf):
        return [formula.atom]
    return list(chain.from_iterable(map(leaves_of, formula.parts)))


formulas = st.recursive(
    st.builds(Leaf, atom=st.integers(0, 4)),
    lambda inner: st.builds(
        lambda kind, parts: kind(parts=tuple(parts)),
        st.sampled_from([Conjunction, Disjunction]),
        st.lists(inner, min_size=2, max_size=3),
    ),
    max_leaves=8,
)
ROWS = list(product(VALUES, repeat=5))
TABLE = np.array(ROWS, dtype=np.int8).T


def test_the_strong_tables_of_kleene_1952():
    one, two = Leaf(atom=0), Leaf(atom=1)
    pairs = np.array(list(product(VALUES, repeat=2)), dtype=np.int8).T
    both = truth(Conjunction(parts=(one, two)), pairs.__getitem__).tolist()
    either = truth(Disjunction(parts=(one, two)), pairs.__getitem__).tolist()
    assert both == [NO, NO, NO, NO, UNKNOWN, UNKNOWN, NO, UNKNOWN, YES]
    assert either == [NO, UNKNOWN, YES, UNKNOWN, UNKNOWN, YES, YES, YES, YES]


@given(formulas)
def test_truth_is_that_of_every_row(formula):
    found = truth(formula, TABLE.__getitem__).tolist()
    assert found == [whole(formula, row) for row in ROWS]


@given(formulas)
def test_members_left_out_are_formulas_rewritten(formula):
    found = [one.tolist() for one in left_out(formula, TABLE.__getitem__)]
    assert found == [truth(shorter, TABLE.__getitem__).tolist() for shorter in rewritten(formula)]


@given(formulas, st.sampled_from(ROWS))
def test_grounds_are_all_the_irreducible_sets(formula, row):
    numbers = iter(range(100))
    alone = renumbered(formula, numbers)
    leaves = [row[atom] for atom in leaves_of(formula)]
    value = whole(alone, leaves)
    if value == UNKNOWN:
        with pytest.raises(ValueError, match="no grounds"):
            grounds(alone, leaves)
        return
    places = [k for k, leaf in enumerate(leaves) if leaf == value]
    opposite = YES - value
    enough = [
        set(chosen)
        for size in range(len(places) + 1)
        for chosen in combinations(places, size)
        # Whatever else holds: monotone, so the worst case is the opposite everywhere else.
        if whole(alone, [value if k in chosen else opposite for k in range(len(leaves))]) == value
    ]
    least = [one for one in enough if not any(other < one for other in enough)]
    found = grounds(alone, leaves, most=1000)
    assert sorted(map(sorted, least)) == sorted(map(list, found.sets))
    assert found.total == len(least)
    assert [len(one) for one in found.sets] == sorted(len(one) for one in found.sets)


def test_many_grounds_are_counted_and_the_smallest_kept():
    pair = Disjunction(parts=(Leaf(atom=0), Leaf(atom=0)))
    formula = Disjunction(parts=(Conjunction(parts=(pair,) * 60), Leaf(atom=0)))
    found = grounds(formula, [YES] * 121, most=3)
    assert found.total == 2**60 + 1
    assert found.sets[0] == (120,)
    assert [len(one) for one in found.sets] == [1, 60, 60]
