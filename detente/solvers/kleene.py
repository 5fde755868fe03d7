"""Kleene's three-valued logic on arrays: what a formula says where some of its atoms are not known.

Truth is ordered: no < unknown < yes. *And* is the least of its parts, *or* the greatest, *not*
turns the order round (Kleene 1952, section 64, the strong tables). Whoever builds a formula has
drawn its negations into the atoms (negation normal form), so that it is all least and greatest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

NO, UNKNOWN, YES = 0, 1, 2
Truth: TypeAlias = NDArray[np.int8]
"""One of NO, UNKNOWN and YES for each row."""
Atoms = Callable[[int], Truth]
"""From the number of an atom to its truth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """An atom, by its number."""

    atom: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conjunction:
    """Every part holds: the least of them."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disjunction:
    """At least one part holds: the greatest of them."""

    parts: tuple[Formula, ...]


Formula = Leaf | Conjunction | Disjunction


def truth(formula: Formula, atoms: Atoms, /) -> Truth:
    """Return the truth of a formula in every row.

    Parameters
    ----------
    atoms
        Truth of each atom, int8, shape (n_rows,). It is asked as often as the atom occurs.

    Returns
    -------
    truth : int8, shape (n_rows,)
        YES (or NO) only where the formula is true (or false) whatever the unknown atoms are. The
        reverse does not hold: ``a or not a`` is UNKNOWN where ``a`` is.

    Examples
    --------
    >>> table = np.array([[YES, NO, UNKNOWN], [UNKNOWN, UNKNOWN, NO]], dtype=np.int8)
    >>> truth(Disjunction(parts=(Leaf(atom=0), Leaf(atom=1))), table.__getitem__).tolist()
    [2, 1, 1]
    """
    if isinstance(formula, Leaf):
        return atoms(formula.atom)
    pick = np.minimum if isinstance(formula, Conjunction) else np.maximum
    whole = truth(formula.parts[0], atoms)
    for part in formula.parts[1:]:
        whole = pick(whole, truth(part, atoms))
    return whole


def left_out(formula: Formula, atoms: Atoms, /) -> Iterator[Truth]:
    """Yield the truth of the formula without each of its members, one member at a time.

    A member of a conjunction left out counts as YES, one of a disjunction as NO, which is the
    truth of the formula from which it is struck.

    Members come in the order of the text, each before the members inside it. Above a member all
    is least and greatest, so the whole is ``max(low, min(high, member))`` for two arrays that are
    carried along; the members beside it enter by how many of them are YES, and how many are not
    NO. So the cost is that of evaluating the formula once for each level of nesting, not once for
    each member, and no more than one array for each level is held.
    """
    n_rows = len(truth(_any_leaf(formula), atoms))
    low, high = np.full(n_rows, NO, dtype=np.int8), np.full(n_rows, YES, dtype=np.int8)
    yield from _without(formula, atoms, low, high)


def _any_leaf(formula: Formula) -> Leaf:
    while not isinstance(formula, Leaf):
        formula = formula.parts[0]
    return formula


def _without(formula: Formula, atoms: Atoms, low: Truth, high: Truth) -> Iterator[Truth]:
    if isinstance(formula, Leaf):
        return
    both = isinstance(formula, Conjunction)
    # Counted from NO upwards for a disjunction, from YES downwards for a conjunction.
    full, half = np.zeros(len(low), dtype=np.int32), np.zeros(len(low), dtype=np.int32)
    for part in formula.parts:
        reach = _reach(truth(part, atoms), both=both)
        full += reach == YES
        half += reach >= UNKNOWN
    for part in formula.parts:
        reach = _reach(truth(part, atoms), both=both)
        others = (full > (reach == YES)).astype(np.int8) + (half > (reach >= UNKNOWN))
        rest = _reach(others, both=both)
        yield np.maximum(low, np.minimum(high, rest))
        if both:
            yield from _without(part, atoms, low, np.minimum(high, rest))
        else:
            yield from _without(part, atoms, np.maximum(low, np.minimum(high, rest)), high)


def _reach(found: Truth, *, both: bool) -> Truth:
    return (YES - found).astype(np.int8) if both else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Smallest sets of leaves that settle a formula by themselves.

    sets : leaves by position in the text, the smallest sets first
    total : how many such sets there are; more than ``sets`` when these were cut
    """

    sets: tuple[tuple[int, ...], ...]
    total: int


def grounds(formula: Formula, leaves: Sequence[int], /, *, most: int = 8) -> Grounds:
    """Find the irreducible sets of leaves that make a formula what it is, YES or NO.

    A set is enough when the formula keeps its truth whatever the other leaves are, and
    irreducible when no proper subset is enough: a prime implicant of the formula, or of its
    negation, among the leaves as they stand (Quine 1952; "sufficient reason" in Darwiche and Hirth
    2020). Every occurrence of a comparison counts as a leaf of its own. Then parts share no
    leaves, so a set for *and* is made of one set for each part, and a set for *or* is a set for
    one part that holds; every set made so is irreducible, and there are no others.

    Parameters
    ----------
    leaves
        Truth of every leaf in the order of the text.
    most
        So many sets are kept, the smallest, ties by place in the text; ``total`` counts all.

    Raises
    ------
    ValueError
        The formula is UNKNOWN, so that nothing settles it.

    Examples
    --------
    >>> one, two, three = (Leaf(atom=k) for k in range(3))
    >>> formula = Conjunction(parts=(one, Disjunction(parts=(two, three))))
    >>> grounds(formula, [YES, YES, YES]).sets
    ((0, 1), (0, 2))
    >>> grounds(formula, [NO, NO, NO]).sets
    ((0,), (1, 2))
    """
    value, found, _ = _grounds(formula, leaves, 0, most)
    if value == UNKNOWN:
        message = "an unknown formula has no grounds"
        raise ValueError(message)
    return found


_NONE = Grounds(sets=(), total=0)


def _grounds(
    formula: Formula, leaves: Sequence[int], start: int, most: int
) -> tuple[int, Grounds, int]:
    """Return the truth, its grounds, and the position after the last leaf."""
    if isinstance(formula, Leaf):
        return leaves[start], Grounds(sets=((start,),), total=1), start + 1
    pick: Callable[[int, int], int] = min if isinstance(formula, Conjunction) else max
    decisive = NO if isinstance(formula, Conjunction) else YES
    value, parts = YES - decisive, []
    for part in formula.parts:
        inner, found, start = _grounds(part, leaves, start, most)
        value = pick(value, inner)
        parts.append((inner, found))
    if value == UNKNOWN:
        return value, _NONE, start
    if value == decisive:
        return value, _union([found for inner, found in parts if inner == value], most), start
    return value, _product([found for _, found in parts], most), start


def _union(parts: Sequence[Grounds], most: int) -> Grounds:
    sets = sorted((one for part in parts for one in part.sets), key=_size)[:most]
    return Grounds(sets=tuple(sets), total=sum(part.total for part in parts))


def _product(parts: Sequence[Grounds], most: int) -> Grounds:
    sets: list[tuple[int, ...]] = [()]
    total = 1
    for part in parts:
        joined = [one + other for one in sets for other in part.sets]
        sets = sorted(joined, key=_size)[:most]
        total *= part.total
    return Grounds(sets=tuple(sets), total=total)


def _size(one: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    return len(one), one
