"""How many rankings of a decision maker make a state stable, exactly.

Of all strict rankings of n states those in which exactly the states of a set B are preferred to s
are |B|! (n - 1 - |B|)!: B in any order above s, the others in any order below. Only the m states of
the condition matter, and among them and s every order is equally frequent, so with c_j the number
of sets B of j of them that make s stable,

    share of the rankings = sum over j of c_j j! (m - j)! / (m + 1)!

The c_j are counted without going through the sets: the condition is split where clauses share no
state, and decided state by state where they do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import comb, factorial

from detente.errors import LimitError
from detente.solvers.smallest_sets import Requirement, Way, apart, things
from detente.solvers.stability_condition import StabilityCondition

MOST_RELEVANT = 200
"""So many states may bear on a condition that is counted."""
MOST_CASES = 20_000
"""So many cases may have to be told apart."""

_Counts = tuple[int, ...]
"""How many sets there are of each size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StableRankings:
    """In how many strict rankings of all states one of them is stable for a decision maker.

    relevant : how many other states bear on it
    sets : how many sets of them, of each size from 0 to ``relevant``, may be preferred to it
    n_states : how many states are ranked
    """

    relevant: int
    sets: tuple[int, ...]
    n_states: int

    @property
    def share(self) -> Fraction:
        """The share of all strict rankings."""
        orders = sum(
            many * factorial(size) * factorial(self.relevant - size)
            for size, many in enumerate(self.sets)
        )
        return Fraction(orders, factorial(self.relevant + 1))

    @property
    def total(self) -> int:
        """The number of all strict rankings."""
        return factorial(self.n_states)

    @property
    def stable(self) -> int:
        """The number of those that make the state stable."""
        return int(self.total * self.share)


def stable_rankings(condition: StabilityCondition, n_states: int, /) -> StableRankings:
    """Count the strict rankings of all states that make one of them stable for a party.

    Raises
    ------
    LimitError
        More than 200 states bear on the condition, or too many cases have to be told apart.

    Notes
    -----
    Cost: linear in the states where clauses share none; exponential in how far they are entangled.

    Examples
    --------
    Two moves, neither answered: the state has to be the best of three, in a third of the rankings.

    >>> from detente.solvers.stability_condition import Clause
    >>> condition = StabilityCondition(
    ...     state=0, party=0, concept="R", clauses=(Clause(move=1), Clause(move=2))
    ... )
    >>> found = stable_rankings(condition, 6)
    >>> found.stable, found.total, str(found.share)
    (240, 720, '1/3')
    """
    clauses = frozenset(
        frozenset({frozenset({clause.move}), *map(frozenset, clause.answers)})
        for clause in condition.clauses
        if not clause.always
    )
    relevant = len(things(clauses))
    if relevant > MOST_RELEVANT:
        message = (
            f"{relevant} states bear on whether the state is stable; rankings are counted up to "
            f"{MOST_RELEVANT}"
        )
        raise LimitError(message)
    counts = _Counting().of(clauses)
    sets = (*counts, *[0] * (relevant + 1 - len(counts)))
    return StableRankings(relevant=relevant, sets=sets, n_states=n_states)


@dataclass(slots=True)
class _Counting:
    """Counts the sets of states that may be preferred, remembering what was counted.

    A requirement says of which states none may be preferred: of those of one of its ways.
    """

    known: dict[frozenset[Requirement], _Counts] = field(default_factory=dict)

    def of(self, clauses: frozenset[Requirement]) -> _Counts:
        """Return how many sets of the states in some clauses meet them all, by size."""
        counts: _Counts = (1,)
        for part in apart(clauses):
            if part not in self.known:
                if len(self.known) >= MOST_CASES:
                    message = f"more than {MOST_CASES:,} cases would have to be told apart"
                    raise LimitError(message)
                self.known[part] = self._split(part)
            counts = _product(counts, self.known[part])
        return counts

    def _split(self, clauses: frozenset[Requirement]) -> _Counts:
        """Count by one of the states: where it is preferred, and where it is not."""
        states = things(clauses)
        if len(clauses) == 1 and all(len(group) == 1 for groups in clauses for group in groups):
            return tuple(comb(len(states), size) for size in range(len(states)))
        clause = min(clauses, key=lambda groups: (len(groups), min(map(sorted, groups))))
        smallest: Way = min(clause, key=lambda way: (len(way), sorted(way)))
        one = min(smallest)
        preferred = frozenset(
            frozenset(group for group in groups if one not in group) for groups in clauses
        )
        not_preferred = frozenset(
            _shortest(frozenset(group - {one} for group in groups))
            for groups in clauses
            if frozenset({one}) not in groups
        )
        above: _Counts = (0,)
        if all(preferred):
            above = (0, *self._free(preferred, len(states) - 1))
        return _sum(self._free(not_preferred, len(states) - 1), above)

    def _free(self, clauses: frozenset[Requirement], n_states: int) -> _Counts:
        """Count sets among so many states, those that are in no clause being free."""
        free = n_states - len(things(clauses))
        return _product(self.of(clauses), tuple(comb(free, k) for k in range(free + 1)))


def _shortest(groups: Requirement) -> Requirement:
    """Leave out groups that hold another one."""
    return frozenset(g for g in groups if not any(other < g for other in groups))


def _sum(one: _Counts, other: _Counts) -> _Counts:
    long, short = sorted((one, other), key=len, reverse=True)
    return tuple(
        a + b for a, b in zip(long, (*short, *[0] * (len(long) - len(short))), strict=True)
    )


def _product(one: _Counts, other: _Counts) -> _Counts:
    """Return the counts of sets put together from two kinds of states."""
    found = [0] * (len(one) + len(other) - 1)
    for j, a in enumerate(one):
        for k, b in enumerate(other):
            found[j + k] += a * b
    return tuple(found)
