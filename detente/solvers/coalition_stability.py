"""Coalition stability: whether a coalition could jump from a state, and what would answer it.

A *coalition improvement* of H from s is a state of R_H(s), where a legal sequence of its members
ends, that every member prefers to s. A state is, for H (Kilgour, Hipel, Fang & Peng 2001; Inohara &
Hipel 2008),

- CR stable when there is none;
- CGMR stable when from each of them a legal sequence of those outside leads to a state that *some*
  member does not prefer to s;
- CSMR stable when from each of them one leads to such a state x from which H has no way out: no
  state of R_H(x) is one that every member prefers to s;
- CSEQ stable when from each of them a legal sequence of those outside, every step of it an
  improvement of its own mover over the state it leaves, leads to a state that some member does not
  prefer to s.

With a coalition of one these are R, GMR, SMR and SEQ. Whatever is looked at is compared with s,
never with the state before it. Those outside answer by turns, each by moves of its own; Inohara and
Hipel also let subsets of them answer by improvements that they share. An older tool makes one
player of each coalition of a partition. It changes all its options in one step, and so passes over
states that are not feasible; and a way out of an answer counts there only if every member gains
over the answer as well.

Ties count as not better. A grand coalition has nobody outside: whatever it can improve it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from detente.errors import LimitError, UnknownNameError, did_you_mean, quote
from detente.factors import Bools
from detente.solvers.legal_sequences import Words, leads_to, outside, packed, unpacked
from detente.solvers.state_graph import StateGraph, Values, improving_moves

Coalition = tuple[int, ...]
"""Decision makers by number from 0, ascending."""
MOST_PARTIES = 10
"""Coalitions are listed up to so many decision makers: 1,023 of them."""
CONCEPTS = ("CR", "CGMR", "CSMR", "CSEQ")
"""What coalition stability there is, by key."""
WORDS = 4_000_000
"""So many words of 64 bits a set of moves may hold at a time."""


def coalitions_of(n_parties: int, /, *, least: int = 1) -> tuple[Coalition, ...]:
    """List the coalitions with at least so many members, small ones first.

    Raises LimitError beyond :data:`MOST_PARTIES` decision makers.

    Examples
    --------
    >>> coalitions_of(3, least=2)
    ((0, 1), (0, 2), (1, 2), (0, 1, 2))
    """
    if n_parties > MOST_PARTIES:
        message = f"coalitions of {n_parties} parties are too many; the limit is {MOST_PARTIES}"
        raise LimitError(message)
    sizes = range(least, n_parties + 1)
    return tuple(found for size in sizes for found in combinations(range(n_parties), size))


def known(concept: str) -> str:
    """Return the key of a concept; raise UnknownNameError where there is no such concept."""
    if concept not in CONCEPTS:
        hint = did_you_mean(concept, CONCEPTS)
        raise UnknownNameError(f"no concept of coalitions is called {quote(concept)}; {hint}")
    return concept


def coalitionally_stable(graph: StateGraph, ranks: Values, concept: str, /) -> Bools:
    """Mark for each coalition the states that are stable for it.

    Parameters
    ----------
    ranks : int32 or float64, shape (n_parties, n_states)
    concept : CR, CGMR, CSMR or CSEQ

    Returns
    -------
    stable : bool, shape (n_coalitions, n_states)
        Coalitions as :func:`coalitions_of` lists them. A state where every row is True is a
        *coalitional equilibrium*.

    Raises
    ------
    LimitError
        There are more than 10 decision makers.
    UnknownNameError
        There is no such concept.

    Notes
    -----
    Cost: for each coalition a few rounds through the moves, times a 64th of the states. Meant for
    models of up to a few thousand states.

    Examples
    --------
    Mutual defection among prisoners is stable for each alone, and not for both:

    >>> from detente.solvers.state_graph import graph_of_moves
    >>> row = [(0, 1), (1, 0), (2, 3), (3, 2)]
    >>> column = [(0, 2), (2, 0), (1, 3), (3, 1)]
    >>> graph = graph_of_moves(4, [row, column])
    >>> ranks = np.array([[2, 3, 0, 1], [2, 0, 3, 1]])
    >>> coalitionally_stable(graph, ranks, "CR")[:, 3].tolist()
    [True, True, False]
    """
    known(concept)
    coalitions = coalitions_of(graph.n_parties)
    improving = improving_moves(graph, ranks)
    stable = np.ones((len(coalitions), graph.n_states), dtype=bool)
    size = 64 * max(1, WORDS // max(1, graph.n_moves))
    for begin in range(0, graph.n_states, size):
        states = np.arange(begin, min(begin + size, graph.n_states))
        gains = [packed(own[:, None] > own[states]) for own in ranks]
        for row, coalition in enumerate(coalitions):
            better = np.bitwise_and.reduce([gains[party] for party in coalition])
            free = unanswered(graph, coalition, better, concept, improving=improving)
            leaving = unpacked(leads_to(graph, coalition, free), len(states))
            stable[row, states] = ~leaving[states, np.arange(len(states))]
    return stable


def unanswered(
    graph: StateGraph,
    coalition: Coalition,
    better: Words,
    concept: str,
    /,
    *,
    improving: StateGraph | Mapping[int, Words],
) -> Words:
    """Return which improvements of a coalition nobody answers, for many questions at once.

    Parameters
    ----------
    better : the states that every member prefers to the one in question, shape (n_states, n_words);
        a bit for each question
    improving : for CSEQ the moves that are improvements of their movers: as a graph where they are
        the same in every question, else as for
        :func:`~detente.solvers.legal_sequences.leads_to`

    Returns
    -------
    free : shape (n_states, n_words)
        The better states from which no answer leads to one that deters.
    """
    if concept == "CR":
        return better
    deterring = ~better
    if concept == "CSMR":
        deterring &= ~leads_to(graph, coalition, better)
    others = outside(coalition, graph.n_parties)
    if concept != "CSEQ":
        return better & ~leads_to(graph, others, deterring)
    if isinstance(improving, StateGraph):
        return better & ~leads_to(improving, others, deterring)
    return better & ~leads_to(graph, others, deterring, allowed=improving)
