"""What would have to be true for a state to be stable, and what would be enough to break it.

The inverse of stability analysis (Kinsara, Kilgour & Hipel 2015) asks which rankings make a state
stable. This asks for the nearest ones: how few states would have to change places with s, in one
decision maker's ranking, for s to become stable for it, or to cease to be. The condition is a set
of clauses (:mod:`~detente.solvers.stability_condition`), and the fewest changes that meet it, or
break it, are the smallest sets that satisfy it, or contradict it; each is checked against it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from detente.solvers.smallest_sets import smallest_sets
from detente.solvers.stability_condition import (
    Group,
    StabilityCondition,
    better_states,
    stability_condition,
)
from detente.solvers.standing import SANCTIONS
from detente.solvers.state_graph import StateGraph, States, Values

MOST_LISTED = 10
"""So many smallest changes are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The smallest change of one ranking that makes a state stable for a party, or breaks it.

    state, party : of whose ranking it is, and what state the others are compared with
    makes : whether the change makes the state stable; otherwise it breaks it
    states : a smallest set of states that have to fall from above it to at most level with it
        (``makes``), or to rise from at most level with it to above; empty where nothing has to
        change
    others : further sets of the same size, up to :data:`MOST_LISTED` in all
    many : how many sets of that size there are; None where they were not counted
    """

    state: int
    party: int
    makes: bool
    states: Group
    others: tuple[Group, ...] = ()
    many: int | None = 1

    @property
    def size(self) -> int:
        """How many states have to change places with the state."""
        return len(self.states)

    @property
    def complete(self) -> bool:
        """Whether every smallest set is listed."""
        return self.many == 1 + len(self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyInverse:
    """How far one party's ranking is from making a state stable, and from breaking it.

    condition : what makes the state stable for it
    making : the smallest change that does; of size 0 where it is stable already
    breaking : the smallest change after which it is not; of size 0 where it is not stable, None
        where it is stable whatever the party prefers
    """

    condition: StabilityCondition
    making: Change
    breaking: Change | None

    @property
    def party(self) -> int:
        """Whose ranking it is."""
        return self.condition.party

    @property
    def stable(self) -> bool:
        """Whether the state is stable for it as things are."""
        return self.making.size == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Inverse:
    """How far all rankings together are from making a state an equilibrium, and from breaking it.

    state, concept : which state, and in which sense
    parties : one by one, each with the others' rankings as they are
    """

    state: int
    concept: str
    parties: tuple[PartyInverse, ...]

    @property
    def independent(self) -> bool:
        """Whether a party's condition is the same whatever the others prefer.

        If so, the parties' smallest changes together are the smallest joint change. If not (SEQ,
        SSEQ) each is the smallest while the others' rankings stay as they are.
        """
        return SANCTIONS[self.concept].by != "improvements"

    @property
    def equilibrium(self) -> bool:
        """Whether the state is stable for all as things are."""
        return all(party.stable for party in self.parties)

    def making(self, varied: Collection[int] | None = None) -> tuple[Change, ...] | None:
        """Return the smallest changes that make the state an equilibrium, a party each.

        varied : parties whose rankings may change, all when not given. None where the state is not
            stable for another one
        """
        needed = [party.making for party in self.parties if not party.stable]
        if varied is not None and any(change.party not in varied for change in needed):
            return None
        return tuple(needed)

    def breaking(self, varied: Collection[int] | None = None) -> Change | None:
        """Return the smallest change that breaks the equilibrium: one party's is enough.

        varied : as for making. None where no change of theirs can
        """
        able = [
            party.breaking
            for party in self.parties
            if party.breaking is not None and (varied is None or party.party in varied)
        ]
        return min(able, key=lambda change: change.size, default=None)


def inverse(graph: StateGraph, ranks: Values, state: int, concept: str, /) -> Inverse:
    """Work out how little would make a state an equilibrium, and how little would break it.

    Parameters
    ----------
    ranks : int32 or float64, shape (n_parties, n_states)
    concept : of :data:`~detente.solvers.standing.KEYS`

    Raises
    ------
    UnknownNameError
        There is no such concept, or none with a condition of this form.

    Notes
    -----
    Cost: as for the condition, then that of finding smallest sets for each party.

    Examples
    --------
    Mutual cooperation (state 0) is no Nash equilibrium of two prisoners. It would be if neither
    liked to defect alone (1, 2) better. Foresight makes it one as it is; that breaks as soon as
    one of them prefers mutual defection (3):

    >>> from detente.solvers.state_graph import graph_of_moves
    >>> row = [(0, 1), (1, 0), (2, 3), (3, 2)]
    >>> column = [(0, 2), (2, 0), (1, 3), (3, 1)]
    >>> graph = graph_of_moves(4, [row, column])
    >>> ranks = np.array([[2, 3, 0, 1], [2, 0, 3, 1]])
    >>> [change.states for change in inverse(graph, ranks, 0, "R").making()]
    [(1,), (2,)]
    >>> found = inverse(graph, ranks, 0, "SEQ")
    >>> found.equilibrium, found.breaking().states
    (True, (3,))
    """
    parties = []
    for party in range(graph.n_parties):
        condition = stability_condition(graph, ranks, state, party, concept)
        better = better_states(ranks, state, party)
        parties.append(
            PartyInverse(
                condition=condition,
                making=smallest_making(condition, better),
                breaking=smallest_breaking(condition, better),
            )
        )
    return Inverse(state=state, concept=concept, parties=tuple(parties))


def smallest_making(condition: StabilityCondition, better: Collection[int], /) -> Change:
    """Find the fewest states that have to fall for a state to become stable for a party.

    better : the states that it prefers to the state as things are

    There always is such a change: once no own move is preferred, the state is stable. Cost: see
    :func:`~detente.solvers.smallest_sets.smallest_sets`; a requirement for each clause that fails.
    """
    fails = [clause for clause in condition.clauses if not clause.holds(better)]
    found = smallest_sets(
        [
            frozenset(
                frozenset(one for one in group if one in better)
                for group in ((clause.move,), *clause.answers)
            )
            for clause in fails
        ],
        most=MOST_LISTED,
    )
    if found is None or not all(condition.holds(set(better) - set(each)) for each in found.sets):
        message = "a state is stable for a party that prefers none of its own moves"
        raise AssertionError(message)
    return _change(condition, found.sets, found.many, makes=True)


def smallest_breaking(condition: StabilityCondition, better: Collection[int], /) -> Change | None:
    """Find the fewest states that have to rise for a state to cease to be stable for a party.

    better : the states that it prefers to the state as things are

    None where no ranking of its own can do it: it has no move, or every move is answered by the
    state itself. Cost: for each clause that of
    :func:`~detente.solvers.smallest_sets.smallest_sets`, with a requirement for each answer.
    """
    if not condition.holds(better):
        return _change(condition, ((),), 1, makes=False)
    each = []
    for clause in condition.clauses:
        groups = ((clause.move,), *clause.answers)
        unmet = [group for group in groups if not any(one in better for one in group)]
        found = smallest_sets(
            [frozenset(frozenset({one}) for one in group) for group in unmet], most=MOST_LISTED
        )
        if found is not None:
            each.append(found)
    if not each:
        return None
    size = min(found.size for found in each)
    best = [found for found in each if found.size == size]
    sets = sorted({rising for found in best for rising in found.sets})
    if any(condition.holds(set(better) | set(rising)) for rising in sets):
        message = "a state is not stable where a move is preferred and every answer to it too"
        raise AssertionError(message)
    if len(best) == 1:
        many = best[0].many
    else:
        whole = all(found.many == len(found.sets) for found in best)
        many = len(sets) if whole else None
    return _change(condition, tuple(sets[:MOST_LISTED]), many, makes=False)


def altered(row: Values, change: Change, /) -> States:
    """Return a ranking in which the states of a change have changed places with its state.

    All others stay where they are; those that fall go just below the state and what is level with
    it, those that rise just above, in their old order.

    row : ranks or values of the party, shape (n_states,)

    Examples
    --------
    >>> change = Change(state=1, party=0, makes=True, states=(3,))
    >>> altered(np.array([0, 1, 2, 3]), change).tolist()
    [0, 2, 3, 1]
    """
    place = 2 * np.sign(row - row[change.state]).astype(np.int64)
    place[list(change.states)] = -1 if change.makes else 1
    _, ranks = np.unique(np.stack([place, row]), axis=1, return_inverse=True)
    return np.asarray(ranks.reshape(-1), dtype=np.int32)


def _change(
    condition: StabilityCondition, sets: tuple[Group, ...], many: int | None, *, makes: bool
) -> Change:
    first, *others = sets
    return Change(
        state=condition.state,
        party=condition.party,
        makes=makes,
        states=first,
        others=tuple(others),
        many=many,
    )
