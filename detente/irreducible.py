"""Irreducible sets: demands that cannot hold together, none of which can be left out.

The same search serves statements that contradict each other and requirements that leave no package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Items = frozenset[int]
Witness = Callable[[Items], Items | None]
"""Given items that should hold together: None when they cannot, otherwise a set of items, these
among them, that do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Irreducible:
    """Irreducible sets, the smallest first, ties by position.

    complete : no other irreducible set exists
    """

    sets: tuple[Items, ...]
    complete: bool


def irreducible_sets(
    n_items: int, witness: Witness, /, *, most: int = 10, most_questions: int = 2000
) -> Irreducible:
    """Find the irreducible sets of items that cannot hold together, the smallest first.

    A set is irreducible when its items cannot hold together and all proper subsets can. The search
    alternates between a smallest set that meets the complement of every maximal consistent set
    found so far, and a question whether that set is consistent (implicit hitting sets: Liffiton &
    Sakallah 2008; Ignatiev, Previti, Liffiton & Marques-Silva 2015).

    most, most_questions : stop after so many sets, or questions; then ``complete`` is False

    Examples
    --------
    >>> def together(items):  # at most two of three
    ...     return items if len(items) < 3 else None
    >>> irreducible_sets(3, together).sets
    (frozenset({0, 1, 2}),)
    """
    corrections: list[Items] = []
    found: list[Items] = []
    everything = frozenset(range(n_items))
    questions = 0
    while True:
        candidate = _smallest_hitting_set(n_items, corrections, found)
        if candidate is None:
            return Irreducible(sets=tuple(found), complete=True)
        if len(found) >= most or questions >= most_questions:
            return Irreducible(sets=tuple(found), complete=False)
        questions += 1
        holding = witness(candidate)
        if holding is None:
            found.append(candidate)
            continue
        for item in range(n_items):
            if item not in holding:
                questions += 1
                larger = witness(holding | {item})
                holding = holding if larger is None else larger
        corrections.append(everything - holding)


def reduced(items: Sequence[int], consistent: Callable[[Sequence[int]], Items | None]) -> list[int]:
    """Shrink items that cannot hold together to an irreducible set by deletion.

    consistent : given items, None when they can hold together, otherwise those of them that already
        cannot (itself or a smaller set)

    Items are left out one at a time from the end, so earlier ones tend to stay.
    """
    kept = list(items)
    tried: set[int] = set()
    while True:
        item = next((i for i in reversed(kept) if i not in tried), None)
        if item is None:
            return kept
        tried.add(item)
        blamed = consistent([i for i in kept if i != item])
        if blamed is not None:
            kept = [i for i in kept if i in blamed]


def _smallest_hitting_set(
    n_items: int, corrections: Sequence[Items], blocked: Sequence[Items]
) -> Items | None:
    """Return a smallest set that meets every correction and contains no blocked set."""
    for size in range(n_items + 1):
        hit = next(_hitting_sets(frozenset(), frozenset(), corrections, blocked, size), None)
        if hit is not None:
            return hit
    return None


def _hitting_sets(
    chosen: Items,
    refused: Items,
    corrections: Sequence[Items],
    blocked: Sequence[Items],
    size: int,
) -> Iterator[Items]:
    """Go through the sets of at most so many items that meet every correction.

    refused : items with which all sets were gone through before, or that would fill a blocked set
    """
    if any(block <= chosen for block in blocked):
        return
    open_ones: list[Items] = [correction for correction in corrections if not correction & chosen]
    if not open_ones:
        yield chosen
        return
    refused |= {next(iter(rest)) for block in blocked if len(rest := block - chosen) == 1}
    apart: Items = frozenset()
    n_apart = len(chosen)
    for correction in sorted(open_ones, key=len):
        if correction <= refused:
            return
        if not correction & apart:
            apart |= correction
            n_apart += 1
    if n_apart > size:
        return
    shortest = min(len(correction) for correction in open_ones)
    for item in sorted(next(c for c in open_ones if len(c) == shortest) - refused):
        yield from _hitting_sets(chosen | {item}, refused, open_ones, blocked, size)
        refused |= {item}
