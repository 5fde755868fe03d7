"""What one decision maker's preferences must be like for a state to be stable for it.

Only one thing about its ranking matters: which states it prefers to the state s in question. With
the others' rankings as they are, s is stable for i, who prefers a set B of states to it (by the
definitions of Fang, Hipel & Kilgour 1993; SSEQ: Rego & Vieira 2017),

- under R when none of its own moves q from s is in B;
- under GMR and SEQ when for each q that is in B some answer x of the others is not in B;
- under SMR and SSEQ when for each q in B some answer x is not in B, nor is any state to which i can
  move on from x.

Answers are the ends of legal sequences of the others from q, for SEQ and SSEQ of sequences in which
every step is an improvement of its mover. So s is stable if and only if of each own move q it holds
that *s is at least as good as q, or at least as good as every state of one of some groups*. Taking
states out of B never breaks this; putting states in never makes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from detente.solvers.legal_sequences import outside, reached
from detente.solvers.standing import SANCTIONS, checked
from detente.solvers.state_graph import StateGraph, Values, improving_moves

Group = tuple[int, ...]
"""States, ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What must hold of one own move: s is at least as good as its target, or an answer deters.

    move : where the move leads
    answers : groups of states; s being at least as good as every state of one of them is enough.
        A group that holds another one or the target itself adds nothing and is left out. An empty
        group is enough whatever is preferred; it is then the only one
    """

    move: int
    answers: tuple[Group, ...] = ()

    @property
    def always(self) -> bool:
        """Whether the move is answered whatever is preferred."""
        return () in self.answers

    def holds(self, better: Collection[int]) -> bool:
        """Tell whether it holds where these states are preferred to s."""
        return self.move not in better or any(
            not any(state in better for state in group) for group in self.answers
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StabilityCondition:
    """When a state is stable for a decision maker: when all clauses hold.

    state, party, concept : the state s, for whom, and in which sense
    clauses : one for each own move from s, by target
    """

    state: int
    party: int
    concept: str
    clauses: tuple[Clause, ...]

    def holds(self, better: Collection[int]) -> bool:
        """Tell whether the state is stable where these states are preferred to it."""
        return all(clause.holds(better) for clause in self.clauses)

    @property
    def relevant(self) -> Group:
        """The states whose place above or below s can matter, ascending."""
        some = [clause for clause in self.clauses if not clause.always]
        moves = {clause.move for clause in some}
        return tuple(sorted(moves.union(*(group for clause in some for group in clause.answers))))


def stability_condition(
    graph: StateGraph, ranks: Values, state: int, party: int, concept: str, /
) -> StabilityCondition:
    """Work out when a state is stable for one decision maker.

    Parameters
    ----------
    ranks : int32 or float64, shape (n_parties, n_states). Of the others' rows SEQ and SSEQ use the
        improvements; the decision maker's own row does not matter
    concept : of :data:`~detente.solvers.standing.KEYS`

    Raises
    ------
    UnknownNameError
        There is no such concept, or none with a condition of this form.

    Notes
    -----
    Cost: one search through the moves of the others for each own move, and for SMR and SSEQ the
    groups against each other.

    Examples
    --------
    A prisoner who cooperates (state 0) can defect (1), which the other can answer by defecting (3):

    >>> from detente.solvers.state_graph import graph_of_moves
    >>> row = [(0, 1), (1, 0), (2, 3), (3, 2)]
    >>> column = [(0, 2), (2, 0), (1, 3), (3, 1)]
    >>> graph = graph_of_moves(4, [row, column])
    >>> ranks = np.array([[2, 3, 0, 1], [2, 0, 3, 1]])
    >>> stability_condition(graph, ranks, 0, 0, "SEQ").clauses
    (Clause(move=1, answers=((3,),)),)
    """
    checked([concept])
    sanctions = SANCTIONS[concept]
    moves = [int(q) for q in graph.moves(party, state)]
    if sanctions.by == "nothing":
        clauses = [Clause(move=move) for move in moves]
    else:
        answering = improving_moves(graph, ranks) if sanctions.by == "improvements" else graph
        others = outside((party,), graph.n_parties)
        clauses = []
        for move in moves:
            ends = reached(answering, others, move).ends.tolist()
            groups = [{int(x)} for x in ends]
            if sanctions.countered:
                for group, x in zip(groups, ends, strict=True):
                    group.update(int(z) for z in graph.moves(party, x))
            answers = _smallest([group - {state} for group in groups if move not in group])
            clauses.append(Clause(move=move, answers=answers))
    return StabilityCondition(state=state, party=party, concept=concept, clauses=tuple(clauses))


def better_states(ranks: Values, state: int, party: int, /) -> frozenset[int]:
    """Return the states that a decision maker prefers to one.

    ranks : int32 or float64, shape (n_parties, n_states)
    """
    return frozenset(np.flatnonzero(ranks[party] > ranks[party, state]).tolist())


def _smallest(groups: Iterable[set[int]]) -> tuple[Group, ...]:
    """Return the groups that hold no other one, each ascending, small ones first."""
    kept: list[frozenset[int]] = []
    single: set[int] = set()
    for group in sorted({frozenset(group) for group in groups}, key=len):
        if len(group) <= 1:
            kept.append(group)
            single |= group
            if not group:
                return ((),)
        elif not (group & single or any(other <= group for other in kept)):
            kept.append(group)
    return tuple(sorted((tuple(sorted(group)) for group in kept), key=lambda g: (len(g), g)))
