"""What would have to be true for a state to be stable, and what would be enough to break it.

The inverse of stability analysis (Kinsara, Kilgour & Hipel 2015) asks which rankings make a state
stable. This asks for the nearest ones: how few states would have to change places with s, in one
decision maker's ranking, for s to become stable for it, or to cease to be. The condition is a set
of clauses (:mod:`~detente.solvers.stability_condition`), and the fewest changes that meet it, or
break it, are found by integer programming and checked against it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from detente.solvers.legal_sequences import Values
from detente.solvers.stability_condition import (
    WITHOUT_PREFERENCES_OF_OTHERS,
    Group,
    StabilityCondition,
    better_states,
    stability_condition,
)
from detente.solvers.state_graph import StateGraph, States

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
    others : further sets of the same size
    complete : whether there are no more of that size
    """

    state: int
    party: int
    makes: bool
    states: Group
    others: tuple[Group, ...] = ()
    complete: bool = True

    @property
    def size(self) -> int:
        """How many states have to change places with the state."""
        return len(self.states)


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
        return self.concept in WITHOUT_PREFERENCES_OF_OTHERS

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
    concept : R, GMR, SMR, SEQ or SSEQ

    Raises
    ------
    DetenteError
        The inverse of the concept is not known.

    Notes
    -----
    Cost: as for the condition, then two small integer programmes for each party and one more for
    each further smallest change that is listed.

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

    There always is such a change: once no own move is preferred, the state is stable. Cost: an
    integer programme with an unknown for each state and each group in the clauses that fail.
    """
    unstable = [clause for clause in condition.clauses if not clause.holds(better)]
    programme = _Programme()
    for clause in unstable:
        enough = {("state", (clause.move,))}
        for group in clause.answers:
            falling = [("state", (one,)) for one in group if one in better]
            if len(falling) == 1:
                enough.add(falling[0])
                continue
            together = ("group", group)
            enough.add(together)
            for one in falling:
                programme.at_least({one: 1, together: -1}, 0)
        programme.at_least(dict.fromkeys(enough, 1), 1)
    found = _listed(programme)
    if found is None or not all(condition.holds(set(better) - set(each)) for each in found[0]):
        message = "a state is stable for a party that prefers none of its own moves"
        raise AssertionError(message)
    return _change(condition, found, makes=True)


def smallest_breaking(condition: StabilityCondition, better: Collection[int], /) -> Change | None:
    """Find the fewest states that have to rise for a state to cease to be stable for a party.

    better : the states that it prefers to the state as things are

    None where no ranking of its own can do it: it has no move, or every move is answered by the
    state itself. Cost: an integer programme with an unknown for each state of the condition.
    """
    programme = _Programme()
    if condition.holds(better):
        able = [clause for clause in condition.clauses if not clause.always]
        programme.at_least({("clause", (clause.move,)): 1 for clause in able}, 1)
        for clause in able:
            broken = ("clause", (clause.move,))
            for group in ((clause.move,), *clause.answers):
                if not any(one in better for one in group):
                    programme.at_least({broken: -1, **{("state", (one,)): 1 for one in group}}, 0)
    found = _listed(programme)
    if found is None:
        return None
    if any(condition.holds(set(better) | set(each)) for each in found[0]):
        message = "a state is not stable where a move is preferred and every answer to it too"
        raise AssertionError(message)
    return _change(condition, found, makes=False)


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


# --- fewest states -------------------------------------------------------------------------------

_Unknown = tuple[str, Group]
"""Whether states change places; "state" where it is a single one, which counts."""


class _Programme:
    """Rows over unknowns that are 0 or 1; as few states as possible change places."""

    def __init__(self) -> None:
        self.unknowns: dict[_Unknown, int] = {}
        self.rows: list[tuple[dict[_Unknown, int], int]] = []

    def at_least(self, row: dict[_Unknown, int], bound: int) -> None:
        """Require a sum to be at least this."""
        for unknown in row:
            self.unknowns.setdefault(unknown, len(self.unknowns))
        self.rows.append((row, bound))

    def solved(self) -> Group | None:
        """Return a smallest set of states, ascending; None where no set does it."""
        if not self.rows:
            return ()
        if not self.unknowns:
            return None
        from scipy.optimize import Bounds, LinearConstraint, milp  # takes most of a second to load
        from scipy.sparse import csr_array

        entries = [
            (coefficient, r, self.unknowns[unknown])
            for r, (row, _) in enumerate(self.rows)
            for unknown, coefficient in row.items()
        ]
        values, rows, columns = zip(*entries, strict=True)
        shape = (len(self.rows), len(self.unknowns))
        matrix = csr_array((values, (rows, columns)), shape=shape, dtype=float)
        cost = [float(kind == "state") for kind, _ in self.unknowns]
        found = milp(
            cost,
            integrality=np.ones(len(cost)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, lb=[bound for _, bound in self.rows]),
            options={"mip_rel_gap": 0},
        )
        if found.x is None:
            return None
        chosen = np.round(found.x).astype(bool)
        changed = [
            what for (kind, what), at in self.unknowns.items() if kind == "state" and chosen[at]
        ]
        return tuple(sorted(one for (one,) in changed))


def _listed(programme: _Programme) -> tuple[list[Group], bool] | None:
    """Return smallest sets of states, as many as are listed, and whether those are all."""
    found = [] if (first := programme.solved()) is None else [first]
    if not found:
        return None
    while found[0] and len(found) < MOST_LISTED + 1:
        programme.at_least({("state", (one,)): -1 for one in found[-1]}, 1 - len(found[-1]))
        further = programme.solved()
        if further is None or len(further) > len(found[0]):
            break
        found.append(further)
    return sorted(found[:MOST_LISTED]), len(found) <= MOST_LISTED


def _change(
    condition: StabilityCondition, found: tuple[list[Group], bool], *, makes: bool
) -> Change:
    (first, *others), complete = found
    return Change(
        state=condition.state,
        party=condition.party,
        makes=makes,
        states=first,
        others=tuple(others),
        complete=complete,
    )
