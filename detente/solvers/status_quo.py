"""Where a conflict can go from a state, and how soon: shortest legal paths.

Status quo analysis (Li, Kilgour & Hipel 2005) asks whether a state where a conflict could rest can
be reached at all from where it stands, and how. Paths are
:mod:`legal sequences <detente.solvers.legal_sequences>` of all decision makers. They are sought by
any moves, and by improvements only, each step of which is better for whoever takes it than the
state it leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

from detente.solvers.legal_sequences import Reached, reached
from detente.solvers.option_form import OptionForm, graph_of
from detente.solvers.state_graph import StateGraph, Values, improving_moves


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StatusQuo:
    """Where a conflict can go from a state.

    by_moves : by moves of any kind
    by_improvements : by moves that are better, for whoever makes them, than the state they leave
    """

    by_moves: Reached
    by_improvements: Reached


def status_quo(model: StateGraph | OptionForm, /, ranks: Values, *, start: int) -> StatusQuo:
    """Find the shortest legal paths from a state to all others, by moves and by improvements.

    Parameters
    ----------
    ranks : shape (n_parties, n_states); larger is better, a tie is no improvement
    start : the state where the paths begin

    Raises
    ------
    LimitError
        If a model in option form has too many moves to be written out.

    Cost: proportional to the number of moves, each of which is looked at once, and a sort of what
    is found by paths of one length. Source: Li, Kilgour & Hipel (2005).

    Examples
    --------
    The prisoner's dilemma: both cooperate in state 0, the first defects alone in 1, the second
    in 2, both do in 3. From mutual cooperation to mutual defection both are willing to go.

    >>> import numpy as np
    >>> from detente.solvers.state_graph import graph_of_moves
    >>> first, second = [(0, 1), (1, 0), (2, 3), (3, 2)], [(0, 2), (2, 0), (1, 3), (3, 1)]
    >>> graph = graph_of_moves(4, [first, second])
    >>> found = status_quo(graph, np.array([[3, 4, 1, 2], [3, 1, 4, 2]]), start=0)
    >>> found.by_improvements.path(3)
    (Step(party=0, state=1), Step(party=1, state=3))
    >>> found.by_moves.distance.tolist()
    [0, 1, 1, 2]
    """
    graph = graph_of(model)
    everybody = range(graph.n_parties)
    return StatusQuo(
        by_moves=reached(graph, everybody, start),
        by_improvements=reached(improving_moves(graph, ranks), everybody, start),
    )
