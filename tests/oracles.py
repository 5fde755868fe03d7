"""Slow answers written straight from the definitions, to hold the fast ones against.

Nothing here shares a method with the package: packages are compared pair by pair, and linear
programmes are answered by listing every vertex. Only the objects that say what is asked, such as
:class:`~detente.linear.Row`, are common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import prod

from detente.linear import Linear, Row, Unknown

Numbers = Sequence[Sequence[int]]
Point = dict[Unknown, Fraction]


# --- packages ------------------------------------------------------------------------------------


def dominates(a: Sequence[int], b: Sequence[int]) -> bool:
    """No party has less in a, and some party has more."""
    return all(x >= y for x, y in zip(a, b, strict=True)) and any(
        x > y for x, y in zip(a, b, strict=True)
    )


def frontier(values: Numbers) -> list[bool]:
    return [not any(dominates(other, own) for other in values) for own in values]


def nash(gains: Numbers) -> list[int]:
    """Most parties with a positive gain, then the largest product of the positive gains."""
    keys = [
        (sum(gain > 0 for gain in row), prod(int(gain) for gain in row if gain > 0))
        for row in gains
    ]
    return [r for r, key in enumerate(keys) if key == max(keys)]


def kalai_smorodinsky(gains: Numbers) -> list[int]:
    """Lexicographic max-min of gain over ideal gain; parties whose ideal is nothing drop out."""
    if not gains:
        return []
    ideal = [max(int(row[p]) for row in gains) for p in range(len(gains[0]))]
    keys = [
        sorted(Fraction(int(row[p]), ideal[p]) for p in range(len(ideal)) if ideal[p] > 0)
        for row in gains
    ]
    return [r for r, key in enumerate(keys) if key == max(keys)]


def egalitarian(gains: Numbers) -> list[int]:
    """The largest smallest gain, then the largest second smallest, and so on."""
    keys = [sorted(int(gain) for gain in row) for row in gains]
    return [r for r, key in enumerate(keys) if key == max(keys)]


def utilitarian(gains: Numbers) -> list[int]:
    totals = [sum(int(gain) for gain in row) for row in gains]
    return [r for r, total in enumerate(totals) if total == max(totals)]


SOLUTIONS: dict[str, Callable[[Numbers], list[int]]] = {
    "nash": nash,
    "kalai_smorodinsky": kalai_smorodinsky,
    "egalitarian": egalitarian,
    "utilitarian": utilitarian,
}


# --- linear programmes ---------------------------------------------------------------------------

Vector = tuple[list[Fraction], Fraction]
"""Coefficients and constant of ``a x + b``."""


def vertices(rows: Iterable[Row]) -> list[Point]:
    """Return every vertex of the closed set, strict rows taken as not strict.

    Equalities are solved first; then every choice of as many rows as there are dimensions left is
    solved, and kept if the solution meets all rows.
    """
    kept = list(rows)
    unknowns = sorted({u for row in kept for u in row.linear.terms})
    free, express = _solved([row.linear for row in kept if row.relation == "=="], unknowns)
    if express is None:
        return []
    halves = []
    for row in kept:
        if row.relation == "==":
            continue
        a, b = [Fraction(0)] * len(free), row.linear.constant
        for u, c in row.linear.terms.items():
            part, constant = express[u]
            a = [x + c * y for x, y in zip(a, part, strict=True)]
            b += c * constant
        halves.append((a, b))
    found: dict[tuple[Fraction, ...], None] = {}
    for corner in _corners(halves, len(free)):
        if all(_at(half, corner) >= 0 for half in halves):
            found.setdefault(tuple(corner))
    return [{u: _at(express[u], list(corner)) for u in unknowns} for corner in found]


def consistent(rows: Iterable[Row]) -> bool:
    """Tell whether some point meets every row of a bounded set, the strict ones strictly.

    The mean of all vertices does, if any point does: a row that is 0 at every vertex is 0
    throughout.
    """
    kept = list(rows)
    corners = vertices(kept)
    if not corners:
        return False
    strict = [row.linear for row in kept if row.relation == ">"]
    return all(any(linear.at(corner) > 0 for corner in corners) for linear in strict)


def bounds(linear: Linear, rows: Iterable[Row]) -> tuple[Fraction, Fraction]:
    """Return the least and the largest value over a bounded set that has a point."""
    values = [linear.at(corner) for corner in vertices([*rows, *_mention(linear)])]
    return min(values), max(values)


def verdict(gain: Linear, rows: Sequence[Row]) -> str:
    """Every, some or no point of a bounded set has ``gain`` >= 0, by the definition."""
    accepting = consistent([*rows, Row(linear=gain, relation=">=")])
    refusing = consistent([*rows, Row(linear=-gain, relation=">")])
    return {(True, False): "every", (True, True): "some", (False, True): "none"}[
        accepting, refusing
    ]


def box(unknowns: Iterable[Unknown], reach: int = 10**9) -> list[Row]:
    """Return rows that keep every unknown within a reach; beyond it nothing new happens."""
    return [
        Row(linear=Linear.of(u) * sign + reach, relation=">=") for u in unknowns for sign in (1, -1)
    ]


def irreducible(n_items: int, together: Callable[[frozenset[int]], bool]) -> set[frozenset[int]]:
    """Return all sets that cannot hold together while all their proper subsets can."""
    found: set[frozenset[int]] = set()
    for size in range(n_items + 1):
        for chosen in map(frozenset, combinations(range(n_items), size)):
            if not any(smaller <= chosen for smaller in found) and not together(chosen):
                found.add(chosen)
    return found


def _mention(linear: Linear) -> list[Row]:
    """Return rows that say nothing, so that a vertex has a value for every unknown asked about."""
    return [Row(linear=Linear({u: Fraction(0)}, Fraction(0)), relation=">=") for u in linear.terms]


def _at(vector: Vector, point: list[Fraction]) -> Fraction:
    return vector[1] + sum((a * x for a, x in zip(vector[0], point, strict=True)), Fraction(0))


def _solved(
    equalities: Sequence[Linear], unknowns: Sequence[Unknown]
) -> tuple[list[Unknown], dict[Unknown, Vector] | None]:
    """Solve equalities: which unknowns stay free, and every unknown in terms of those."""
    table = [[eq.terms.get(u, Fraction(0)) for u in unknowns] + [eq.constant] for eq in equalities]
    pivots: dict[int, list[Fraction]] = {}
    for line in table:
        current = line
        for k, pivot in pivots.items():
            factor = current[k]
            current = [x - factor * y for x, y in zip(current, pivot, strict=True)]
        k = next((k for k in range(len(unknowns)) if current[k]), None)
        if k is None:
            if current[-1]:
                return [], None
            continue
        current = [x / current[k] for x in current]
        pivots = {
            j: [x - pivot[k] * y for x, y in zip(pivot, current, strict=True)]
            for j, pivot in pivots.items()
        }
        pivots[k] = current
    places = [k for k in range(len(unknowns)) if k not in pivots]
    express: dict[Unknown, Vector] = {}
    for k, u in enumerate(unknowns):
        if k in pivots:
            express[u] = ([-pivots[k][j] for j in places], -pivots[k][-1])
        else:
            express[u] = ([Fraction(int(j == k)) for j in places], Fraction(0))
    return [unknowns[k] for k in places], express


def _corners(halves: Sequence[Vector], n: int) -> Iterator[list[Fraction]]:
    """Go through the solutions of every choice of n independent rows set to 0."""
    lines = list({(*a, b): None for a, b in halves if any(a)})
    yield from _choose([list(line) for line in lines], [], n)


def _choose(
    lines: Sequence[list[Fraction]], chosen: list[tuple[int, list[Fraction]]], n: int
) -> Iterator[list[Fraction]]:
    if len(chosen) == n:
        point = [Fraction(0)] * n
        for k, line in reversed(chosen):
            point[k] = -line[-1] - sum(
                (line[j] * point[j] for j in range(n) if j != k), Fraction(0)
            )
        yield point
        return
    for i, line in enumerate(lines):
        k = next((k for k in range(n) if line[k]), None)
        if k is None:
            continue
        pivot = [x / line[k] for x in line]
        rest = [
            [x - other[k] * y for x, y in zip(other, pivot, strict=True)] if other[k] else other
            for other in lines[i + 1 :]
        ]
        yield from _choose(rest, [*chosen, (k, pivot)], n)
