"""Stability where some preferences are unknown, or some are much stronger than others.

Nash stability (R), GMR, SMR and SEQ need two things of preferences: to which states the decision
maker would move, and which states deter it. Where a comparison is unknown, an *attitude* says what
it does (Li, Hipel, Kilgour & Fang 2004; for several decision makers and as products of matrices Xu,
Hipel & Kilgour 2009):

=========  ===================================  ==============================================
attitude   it would move to                     it is deterred by
=========  ===================================  ==============================================
a          better or unknown states             states known to be no better
b          better states                        states known to be no better
c          better or unknown states             states known to be no better, and unknown ones
d          better states                        states known to be no better, and unknown ones
=========  ===================================  ==============================================

All comparisons are with the state that it leaves. In SMR an own counter-move undoes an answer when
it leads to a state that does not deter. In SEQ the others answer by steps to states that are better
for the one who makes it, or not known not to be: under every attitude the decision maker reckons
with moves of others that it cannot rule out. Where nothing is unknown, the four are one.

A state that is stable by GMR, SMR or SEQ is *strongly* stable when every improvement has an answer
in a state much worse than the one left; in SMR all own counter-moves from there lead to much worse
states too (Hamouda, Kilgour & Hipel 2004; Xu, Hipel & Kilgour 2009). Otherwise it is *weakly*
stable. A state without improvements is strongly stable, there being nothing to answer. Only what is
known to be much worse deters strongly, under every attitude: what is unknown may be hardly worse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from detente.errors import DetenteError, UnknownNameError, did_you_mean, quote
from detente.factors import Bools, Ints
from detente.solvers.option_form import OptionForm, graph_of
from detente.solvers.relations import Relations
from detente.solvers.state_graph import StateGraph

Attitude = Literal["a", "b", "c", "d"]
ATTITUDES: Mapping[Attitude, tuple[bool, bool]] = {
    "a": (True, False),
    "b": (False, False),
    "c": (True, True),
    "d": (False, True),
}
"""Whether a decision maker moves to unknown states, and whether these deter it."""

UNCERTAIN = ("R", "GMR", "SMR", "SEQ")
"""The concepts that are told of relations."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UncertainStability:
    """Which states are stable by relations instead of ranks.

    attitude : towards unknown preferences, of every decision maker
    stable : for each of :data:`UNCERTAIN`, bool, shape (n_parties, n_states)
    strong : likewise for GMR, SMR and SEQ: stable by answers that are much worse
    """

    attitude: Attitude
    stable: Mapping[str, Bools]
    strong: Mapping[str, Bools]

    def of(self, concept: str) -> Bools:
        """Return which states are stable for each decision maker, shape (n_parties, n_states)."""
        return _named(self.stable, concept)

    def strongly(self, concept: str) -> Bools:
        """Return which are strongly stable; by Nash stability nothing is strong or weak."""
        return _named(self.strong, concept)

    def weakly(self, concept: str) -> Bools:
        """Return which are stable, but not strongly."""
        return self.of(concept) & ~self.strongly(concept)

    def equilibria(self, concept: str) -> Ints:
        """Return the states that are stable for every decision maker."""
        return np.flatnonzero(self.of(concept).all(axis=0))

    def strong_equilibria(self, concept: str) -> Ints:
        """Return those that are strongly stable for every decision maker."""
        return np.flatnonzero(self.strongly(concept).all(axis=0))

    def weak_equilibria(self, concept: str) -> Ints:
        """Return the equilibria that are weakly stable for one decision maker at least."""
        return np.setdiff1d(self.equilibria(concept), self.strong_equilibria(concept))


def uncertain_stability(
    model: StateGraph | OptionForm, relations: Relations, /, *, attitude: Attitude
) -> UncertainStability:
    """Return which states are stable under an attitude, and which of them strongly.

    The states that others can lead to are those at the ends of legal sequences: steps by others,
    nobody twice in a row. As matrices, with M the moves of a decision maker i, J those of others
    by legal sequences, D whether the second state deters i at the first, and every product that of
    truth values, an improvement from s to q is answered where (D J')[s, q] holds; for SMR those
    pairs of D are left out where (not D) M' holds.

    Parameters
    ----------
    model : the moves
    relations : the preferences
    attitude : one of :data:`ATTITUDES`, for every decision maker

    Raises
    ------
    DetenteError
        The relations are about another number of decision makers or states.
    LimitError
        There are too many moves to write out. (States beyond what relations hold do not occur.)

    Cost: for each decision maker about 8 products of n_states x n_states tables, in single
    precision, which is exact up to 16 million states; with more than two decision makers as many
    more for each step of the longest shortest sequence. 500 states take a second or less,
    1,500 states with four decision makers a quarter of a minute.

    Examples
    --------
    One move up to a state of unknown worth, from which the other can lead down.

    >>> from detente.solvers.relations import relations_of
    >>> from detente.solvers.state_graph import graph_of_moves
    >>> graph = graph_of_moves(3, [[(0, 1)], [(1, 2)]])
    >>> known = relations_of(3, [[[0], [1, 2]], [[2], [1], [0]]], unknown=[[(0, 1)], []])
    >>> [bool(uncertain_stability(graph, known, attitude=k).of("R")[0, 0]) for k in "abcd"]
    [False, True, False, True]
    >>> uncertain_stability(graph, known, attitude="a").weakly("SEQ")[0].tolist()
    [True, False, False]
    """
    graph = graph_of(model)
    held = (graph.n_parties, graph.n_states)
    if held != (relations.n_parties, relations.n_states):
        message = (
            f"the preferences are of {relations.n_parties} parties over {relations.n_states} "
            f"states, the moves of {held[0]} over {held[1]}"
        )
        raise DetenteError(message)
    goes_to_unknown, unknown_deters = ATTITUDES[attitude]
    moves = np.stack([_table(graph, party) for party in range(graph.n_parties)])
    possible = relations.better | relations.unknown
    improving = moves & possible
    attracts = possible if goes_to_unknown else relations.better
    deters = ~relations.better if unknown_deters else relations.known_no_better
    stable = {key: np.zeros(held, dtype=bool) for key in UNCERTAIN}
    strong = {key: np.zeros(held, dtype=bool) for key in UNCERTAIN[1:]}
    for party in range(graph.n_parties):
        wanted = moves[party] & attracts[party]
        others = np.arange(graph.n_parties) != party
        reached, answering = legal_ends(moves[others]), legal_ends(improving[others])
        stable["R"][party] = ~wanted.any(axis=1)
        for found, by in ((stable, deters[party]), (strong, relations.much_worse[party])):
            lasting = by & ~_product(~by, moves[party].T)
            for key, deterred, ends in (
                ("GMR", by, reached),
                ("SMR", lasting, reached),
                ("SEQ", by, answering),
            ):
                found[key][party] = ~(wanted & ~_product(deterred, ends.T)).any(axis=1)
    return UncertainStability(attitude=attitude, stable=stable, strong=strong)


def legal_ends(moves: Bools, /) -> Bools:
    """Return which states lie at the end of legal sequences from which, shape (n_states, n_states).

    A sequence has one step at least, each a move of one of those whose moves are given, and nobody
    moves twice in a row; A, B, A is legal. A state lies at the end of a sequence from itself only
    when one leads back.

    Parameters
    ----------
    moves : bool, shape (n_movers, n_states, n_states), ``[mover, from, to]``

    Examples
    --------
    >>> moves = np.zeros((2, 4, 4), dtype=bool)
    >>> moves[0, 0, 1] = moves[0, 1, 2] = moves[1, 1, 3] = True
    >>> np.flatnonzero(legal_ends(moves)[0]).tolist()
    [1, 3]
    """
    n_movers = len(moves)
    ends = moves.copy()
    while n_movers > 1:
        longer = ends.copy()
        for mover in range(n_movers):
            after = ends[np.arange(n_movers) != mover].any(axis=0)
            longer[mover] |= _product(moves[mover], after)
        if np.array_equal(longer, ends):
            break
        ends = longer
    return np.asarray(ends.any(axis=0), dtype=bool)


def _table(graph: StateGraph, party: int) -> Bools:
    """Return the moves of one decision maker, shape (n_states, n_states)."""
    table = np.zeros((graph.n_states, graph.n_states), dtype=bool)
    table[graph.origin(party), graph.target[party]] = True
    return table


def _product(one: Bools, other: Bools) -> Bools:
    """Return the product of tables of truth values."""
    return np.asarray(one.astype(np.float32) @ other.astype(np.float32) > 0, dtype=bool)


def _named(found: Mapping[str, Bools], concept: str) -> Bools:
    if concept not in found:
        message = f"{quote(concept)} is not told here; {did_you_mean(concept, list(found))}"
        raise UnknownNameError(message)
    return found[concept]
