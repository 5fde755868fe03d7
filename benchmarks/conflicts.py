"""Made-up conflicts of any size, in option form and on graphs, with strict rankings."""

from __future__ import annotations

import numpy as np

from detente.solvers.concept import Ranks
from detente.solvers.option_form import OptionForm, every_transition
from detente.solvers.state_graph import StateGraph, graph_of_arrays

ONE_WAY = np.array([[False, True], [False, False]])


def in_options(
    n_parties: int, n_options: int, *, one_way: int = 0, missing: float = 0.0
) -> tuple[OptionForm, Ranks]:
    """Return a conflict whose options are shared out evenly, and a random ranking of each party.

    n_options : of all parties together
    one_way : so many options of each party cannot be given up once they are taken
    missing : share of the settings that are not feasible
    """
    draw = np.random.default_rng(n_options)
    allowed = [[None] * n_options for _ in range(n_parties)]
    for party, options in enumerate(np.array_split(np.arange(n_options), n_parties)):
        for place, option in enumerate(options):
            allowed[party][option] = ONE_WAY if place < one_way else every_transition(2)
    feasible = draw.random(2**n_options) >= missing
    form = OptionForm(sizes=(2,) * n_options, allowed=tuple(map(tuple, allowed)), feasible=feasible)
    return form, _ranks(draw, n_parties, int(np.count_nonzero(feasible)))


def on_graph(n_parties: int, n_states: int, n_moves: int) -> tuple[StateGraph, Ranks]:
    """Return a conflict in which each party has so many moves from each state, to anywhere."""
    draw = np.random.default_rng(n_states)
    moves = [
        tuple(draw.integers(0, n_states, n_states * n_moves, dtype=np.int32) for _ in range(2))
        for _ in range(n_parties)
    ]
    return graph_of_arrays(n_states, moves), _ranks(draw, n_parties, n_states)


def _ranks(draw: np.random.Generator, n_parties: int, n_states: int) -> Ranks:
    return np.stack([draw.permutation(n_states).astype(np.int32) for _ in range(n_parties)])
