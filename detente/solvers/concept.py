"""What makes a party stay where it is: the form in which every such idea is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.factors import Bools
from detente.solvers.option_form import OptionForm
from detente.solvers.state_graph import StateGraph
from detente.work import Work

Ranks: TypeAlias = NDArray[np.int32]
"""How each party ranks each state, shape (n_parties, n_states): larger is better, ties equal."""

Row: TypeAlias = NDArray[np.int32]
"""An amount for each state, or for each code of an option form."""

Model: TypeAlias = StateGraph | OptionForm
"""The states of a conflict and everybody's moves."""

Stable: TypeAlias = Callable[[Model, Ranks, Work], Bools]
"""Tells which states are stable for each party, shape (n_parties, n_states)."""


def ranks_of(values: NDArray[Any]) -> Ranks:
    """Return ranks for values, which they replace wherever order alone counts: 0 is the least.

    What is int32 is ranks already.

    Examples
    --------
    >>> ranks_of(np.array([[2.5, 7.0, 2.5], [1e12, 0.0, -1.0]])).tolist()
    [[0, 1, 0], [2, 1, 0]]
    """
    if values.dtype == np.int32:
        return values
    rows = [np.unique(row, return_inverse=True)[1] for row in values]
    return np.array(rows, dtype=np.int32).reshape(values.shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sanctions:
    """What a party that thinks of an improvement takes into account of the others.

    by : nothing; any legal sequence of their moves; or those in which every step is an improvement
        of the one who makes it
    countered : whether it also thinks of its own best move after that
    """

    by: Literal["nothing", "moves", "improvements"]
    countered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One idea of when a state is stable for a party.

    key : its letters in the literature; name : in words
    source : where it was defined, author and year
    meaning : what it says of the party, for people, after "the party"
    parties : the number of parties that it is defined for; None for any
    needs_option_form : whether it needs to know which options a move changes
    stable : the sanctions that count, where these are the whole idea; else the function that tells
    """

    key: str
    name: str
    source: str
    meaning: str
    parties: int | None = None
    needs_option_form: bool = False
    stable: Stable | Sanctions

    def fits(self, model: Model) -> bool:
        """Tell whether this conflict is one that the concept is defined for."""
        if self.needs_option_form and not isinstance(model, OptionForm):
            return False
        return self.parties in {None, model.n_parties}
