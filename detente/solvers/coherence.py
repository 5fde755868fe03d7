"""Which commitments packages can keep together, and which fewest to drop where they cannot.

Commitments are conditions over packages, and a package is allowed when no ban hits it. A *conflict*
is a set of commitments that no allowed package keeps together, while every smaller part of it can
be kept; a *correction* is a set without which the rest can be kept. Every correction meets every
conflict, and the smallest corrections are the smallest sets that do (Reiter 1987; Liffiton &
Sakallah 2008). Packages are never listed: they are paths through one diagram on which every
commitment counts one where it is kept, so that each question is one pass for a heaviest path.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detente.diagram import Diagram, Floats, Layer, diagram_of
from detente.errors import LimitError
from detente.factors import Factors, Formula, Ints, Shift, factors_of, negated, scope
from detente.irreducible import Irreducible, Items, irreducible_sets, reduced
from detente.solvers.limits import Limits, limits_of
from detente.vocabulary import Package
from detente.work import Work

MOST_CONFLICTS = 100
MOST_QUESTIONS = 10_000
MOST_CORRECTIONS = 10
_MOST_VISITS = 500_000_000
"""So many arcs of a large diagram are gone through in one search, which limits the questions."""
_FEWEST_QUESTIONS = 300
_BYTES = 24
"""What a number of an arc takes, while a heaviest path is looked for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Keeping:
    """The allowed packages, seen by which commitments they keep.

    diagram : its first ``n_commitments`` columns are 1 where a commitment is kept, 0 elsewhere; the
        last counts the issues in which a package is like the one called home
    parts : commitments apart that share no issue, not even through bans; no conflict is wider
    """

    diagram: Diagram
    n_commitments: int
    parts: tuple[tuple[int, ...], ...]

    @property
    def anything_allowed(self) -> bool:
        """Whether some package is allowed at all."""
        return not self.diagram.empty

    def together(self, items: Iterable[int], *, aside: Iterable[int] = ()) -> Items | None:
        """Return what a package keeps that keeps these and the most others; None without one.

        aside : commitments that do not count among the others
        """
        wanted = sorted(items)
        weights = np.ones(self.n_commitments + 1)
        weights[[*aside, -1]] = 0
        weights[wanted] = self.n_commitments + 1
        kept = self._kept(weights)[1]
        return kept if kept is not None and kept.issuperset(wanted) else None

    def example(self, items: Iterable[int]) -> Package | None:
        """Return a package that keeps these, as like home as any; None without one."""
        wanted = sorted(items)
        weights = np.zeros(self.n_commitments + 1)
        weights[wanted] = self.diagram.n_issues + 1
        weights[-1] = 1
        package, kept = self._kept(weights)
        return package if kept is not None and kept.issuperset(wanted) else None

    def _kept(self, weights: Floats) -> tuple[Package, Items | None]:
        """Return a heaviest package and what it keeps."""
        if self.diagram.empty:
            return (), None
        rest = np.zeros(1)
        ahead: list[Floats] = []
        for layer, (rows, which, target) in zip(self._backwards, self._steps, strict=True):
            first = layer.leaving[1]
            filled = np.flatnonzero(np.diff(first))
            totals = (rows @ weights)[which] + rest[target]
            rest = np.full(layer.n_sources, -np.inf)
            rest[filled] = np.maximum.reduceat(totals, first[filled])
            ahead.append(totals)
        package = np.zeros(self.diagram.n_issues, dtype=np.int64)
        state = 0
        for layer, totals in zip(self.diagram.layers, reversed(ahead), strict=True):
            order, first = layer.leaving
            arc = order[first[state] + np.argmax(totals[first[state] : first[state + 1]])]
            package[layer.issue] = layer.option[arc]
            state = int(layer.target[arc])
        counts = self.diagram.factors.values_of(package[None])[0, : self.n_commitments]
        return tuple(package.tolist()), frozenset(np.flatnonzero(counts).tolist())

    @property
    def _backwards(self) -> tuple[Layer, ...]:
        return self.diagram.layers[::-1]

    @cached_property
    def _steps(self) -> tuple[tuple[Floats, Ints, Ints], ...]:
        """For each layer, the last first: the different gains, and each arc's gain and target.

        Arcs stand in the order in which they leave their sources. Only few gains are different,
        since an arc settles few conditions; every gain is a row of zeros and ones.
        """
        found = []
        for layer in self._backwards:
            order = layer.leaving[0]
            packed = np.packbits(layer.gain[order].astype(bool), axis=1)
            rows, which = np.unique(packed, axis=0, return_inverse=True)
            gains = np.unpackbits(rows, axis=1, count=self.n_commitments + 1)
            found.append((gains.astype(np.float64), which.reshape(-1), layer.target[order]))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """Smallest sets to drop so that the rest can be kept together; all have the same size.

    complete : no other set of that size will do, and none is smaller. A search that was cut short
        may have found none
    """

    sets: tuple[Items, ...]
    complete: bool


def keeping_of(
    commitments: Sequence[Formula],
    *,
    sizes: Sequence[int],
    bans: Sequence[Formula],
    home: Package,
    memory: int = 2 * 1024**3,
) -> Keeping:
    """Prepare to answer which commitments can be kept together.

    sizes : how many options each issue has
    bans : conditions under which a package is not allowed
    home : the package that examples are to be like, shape (n_issues,)
    memory : bytes that the diagram may hold

    Raises LimitError when the conditions are too entangled for one diagram of that size.

    Cost: one diagram of the commitments and bans; it grows with how many conditions are open at
    once while issues are read, not with the number of packages.
    """
    n = len(commitments)
    n_arcs = diagram_of(_bare(sizes, bans=bans, told_apart=commitments)).n_arcs
    if n_arcs * (n + 1) * _BYTES > memory:
        raise LimitError(
            f"{n} conditions are too entangled to be held against each other within the memory "
            "limit"
        )
    nothing = [0] * n
    values = [
        [[*nothing, int(option == here)] for option in range(size)]
        for size, here in zip(sizes, home, strict=True)
    ]
    shifts = [
        (formula, [int(i == k) for i in range(n)] + [0]) for k, formula in enumerate(commitments)
    ]
    factors = factors_of(values, [*nothing, 0], shifts=shifts, bans=bans)
    parts = _parts([scope(formula) for formula in commitments], [scope(ban) for ban in bans])
    return Keeping(diagram=diagram_of(factors), n_commitments=n, parts=parts)


def conflicts_of(
    keeping: Keeping, *, work: Work, most: int = MOST_CONFLICTS, questions: int = MOST_QUESTIONS
) -> Irreducible:
    """Return the smallest sets of commitments that cannot be kept together, smallest first.

    Ties stand in the order of the commitments. Where no package is allowed the one conflict is the
    empty set.

    most, questions : stop after so many conflicts, or questions; then, and when the time of
        ``work`` is over, the result is not complete. What it holds is right all the same

    Cost: one pass over the diagram for a question; the number of conflicts can be exponential in
    that of the commitments.

    Sources: Reiter (1987); Liffiton & Sakallah (2008); for the order, see
    :func:`~detente.irreducible.irreducible_sets`.

    Examples
    --------
    >>> from detente.factors import Within
    >>> low, high, any_ = Within(0, 0b001), Within(0, 0b100), Within(0, 0b111)
    >>> keeping = keeping_of([low, high, any_], sizes=[3], bans=[], home=(0,))
    >>> conflicts_of(keeping, work=Work()).sets
    (frozenset({0, 1}),)
    >>> fewest_dropped(keeping, work=Work()).sets
    (frozenset({0}), frozenset({1}))
    """
    limits = limits_of(work)
    if not keeping.anything_allowed:
        return Irreducible(sets=(frozenset(),), complete=True)
    found: list[Items] = []
    complete = True
    affordable = max(_FEWEST_QUESTIONS, _MOST_VISITS // keeping.diagram.n_arcs)
    for part in keeping.parts:
        asking = _Asking(keeping, part, limits)
        within = irreducible_sets(
            len(part), asking.together, most=most, most_questions=min(questions, affordable)
        )
        found += [frozenset(part[i] for i in items) for items in within.sets]
        complete = complete and within.complete and not asking.stopped
    found.sort(key=lambda items: (len(items), sorted(items)))
    return Irreducible(sets=tuple(found[:most]), complete=complete and len(found) <= most)


class _Asking:
    """Answers which commitments of one part can be kept together, as long as there is time."""

    def __init__(self, keeping: Keeping, part: Sequence[int], limits: Limits) -> None:
        self.keeping, self.part, self.limits = keeping, part, limits
        self.place = {item: i for i, item in enumerate(part)}
        self.last: Items | None = None
        self.stopped = False

    def together(self, items: Items) -> Items | None:
        """Return the most that some package keeps which keeps these; None without one."""
        self.stopped = self.stopped or self.limits.over()
        if self.stopped:
            # that all can be kept leaves nothing further to be asked, which ends the search
            return frozenset(self.place.values())
        if self.last is not None and self.last < items:
            return None  # the last answer was a largest set
        kept = self.keeping.together(self.part[i] for i in items)
        if kept is None:
            return None
        self.last = frozenset(self.place[item] for item in kept if item in self.place)
        return self.last


def fewest_dropped(keeping: Keeping, *, work: Work, most: int = MOST_CORRECTIONS) -> Corrections:
    """Return the smallest sets of commitments without which the rest can be kept together.

    The sets stand in lexicographic order of positions; all of them, or the first ``most``. When all
    can be kept together the only one is the empty set; when no package is allowed there is none.

    A heaviest path tells the most commitments that any package keeps. Then commitments are dropped
    or kept one after the other, in every way that still leads to a package keeping that many, so
    that no branch of the search is in vain.

    Cost: at most one pass over the diagram for each commitment and each set returned, and one more.

    Source: a correction of least size is the complement of a largest set that can be kept
    (Liffiton & Sakallah 2008, section 2).
    """
    n, limits = keeping.n_commitments, limits_of(work)
    best = keeping.together(())
    if best is None:
        return Corrections(sets=(), complete=True)
    found: list[Items] = []
    # what is dropped of the commitments settled so far, and what a package in line with that keeps
    ahead: list[tuple[int, Items, Items]] = [(0, frozenset(), best)]
    while ahead:
        item, dropped, kept = ahead.pop()
        if len(found) == most or limits.over():
            return Corrections(sets=tuple(found), complete=False)
        if item == n:
            found.append(dropped)
            continue
        for gone in (dropped, dropped | {item}):
            if (item in gone) == (item not in kept):
                ahead.append((item + 1, gone, kept))
            elif len(gone) <= n - len(best):
                stays = [i for i in range(item + 1) if i not in gone]
                other = keeping.together(stays, aside=gone)
                if other is not None and len(other - gone) == len(best):
                    ahead.append((item + 1, gone, other))
    return Corrections(sets=tuple(found), complete=True)


def unmeetable(keeping: Keeping) -> tuple[int, ...]:
    """Return the commitments that no allowed package keeps, whatever becomes of the others.

    Examples
    --------
    >>> keeping = keeping_of([True, False], sizes=[2], bans=[], home=(0,))
    >>> unmeetable(keeping)
    (1,)
    """
    return tuple(i for i in range(keeping.n_commitments) if keeping.together((i,)) is None)


def resting_on(
    conditions: Sequence[Formula], constraints: Sequence[Formula], *, sizes: Sequence[int]
) -> tuple[int, ...]:
    """Return a smallest part of the constraints under which no package meets the conditions.

    conditions, constraints : conditions that no package meets together

    No member of the part can be left out; there may be other parts. Earlier constraints are
    preferred. Empty when the conditions exclude each other by themselves.

    Examples
    --------
    >>> from detente.factors import Within
    >>> first, second = Within(0, 0b01), Within(1, 0b01)
    >>> resting_on([first], [second, Within(0, 0b10)], sizes=[2, 2])
    (1,)
    """

    def consistent(numbers: Sequence[int]) -> Items | None:
        wanted = [*conditions, *(constraints[k] for k in numbers)]
        return None if _any_package(wanted, sizes) else frozenset(numbers)

    if not _any_package(conditions, sizes):
        return ()
    return tuple(sorted(reduced(_linked(conditions, constraints), consistent)))


def _any_package(conditions: Sequence[Formula], sizes: Sequence[int]) -> bool:
    bans = [negated(condition, sizes) for condition in conditions]
    return not diagram_of(_bare(sizes, bans=bans)).empty


def _bare(
    sizes: Sequence[int], *, bans: Sequence[Formula], told_apart: Sequence[Formula] = ()
) -> Factors:
    """Return packages without values, some of them banned.

    told_apart : conditions that a diagram of them has to remember all the same
    """
    return Factors(
        values=tuple(np.zeros((size, 0), dtype=np.int64) for size in sizes),
        no_deal=np.zeros(0, dtype=np.int64),
        shifts=tuple(
            Shift(condition, np.zeros(0, dtype=np.int64))
            for condition in told_apart
            if not isinstance(condition, bool)
        ),
        bans=tuple(ban for ban in bans if ban is not False),
    )


def _parts(
    scopes: Sequence[frozenset[int]], joining: Sequence[frozenset[int]]
) -> tuple[tuple[int, ...], ...]:
    """Return the groups of scopes that share issues, directly or through others."""
    groups: list[tuple[frozenset[int], tuple[int, ...]]] = []
    own = [(issues, (k,)) for k, issues in enumerate(scopes)]
    for issues, items in [*own, *((issues, ()) for issues in joining)]:
        met = [group for group in groups if group[0] & issues]
        groups = [group for group in groups if not group[0] & issues]
        together = sorted(items + tuple(item for _, others in met for item in others))
        groups.append((issues.union(*(known for known, _ in met)), tuple(together)))
    return tuple(sorted(items for _, items in groups if items))


def _linked(conditions: Sequence[Formula], constraints: Sequence[Formula]) -> list[int]:
    """Return the constraints that speak of issues which the conditions reach, at any remove."""
    reach = frozenset().union(*map(scope, conditions))
    left = dict(enumerate(map(scope, constraints)))
    while near := [k for k, issues in left.items() if issues & reach]:
        reach = reach.union(*(left.pop(k) for k in near))
    return [k for k in range(len(constraints)) if k not in left]
