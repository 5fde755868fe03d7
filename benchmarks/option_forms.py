"""Made-up conflicts in option form, and readings of what their states are worth."""

from __future__ import annotations

import numpy as np

from detente.hit_and_run import Floats
from detente.solvers.option_form import OptionForm, every_transition


def form_of(n_parties: int, n_options: int) -> OptionForm:
    """Return a conflict in which each party has so many options that it can take and drop."""
    free = every_transition(2)
    n_axes = n_parties * n_options
    allowed = [
        tuple(free if axis // n_options == party else None for axis in range(n_axes))
        for party in range(n_parties)
    ]
    feasible = np.ones(2**n_axes, dtype=bool)
    return OptionForm(sizes=(2,) * n_axes, allowed=tuple(allowed), feasible=feasible)


def readings_of(n_parties: int, n_options: int, n_readings: int, seed: int) -> Floats:
    """Return whole values of every state, shape (n_readings, n_parties, n_states).

    Each option is worth -100 to 100 to everybody, a party's own more often than not a cost, and
    each state up to 60 more.
    """
    draw = np.random.default_rng(seed)
    n_axes = n_parties * n_options
    settings = np.arange(2**n_axes)[:, None] >> np.arange(n_axes) & 1
    worth = draw.integers(-100, 101, (n_readings, n_parties, n_axes)).astype(np.float64)
    own = np.arange(n_axes) // n_options == np.arange(n_parties)[:, None]
    values: Floats = (worth - 40.0 * own) @ settings.T.astype(np.float64)
    values += draw.integers(0, 61, values.shape, dtype=np.uint8)
    return values
