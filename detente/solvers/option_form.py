"""Conflicts in option form: a state is one setting of every axis, and moves change settings.

An axis is an option that is taken or not (Howard 1971; Fang, Hipel & Kilgour 1993), or an issue
with several options. In one move a decision maker changes any number of the axes that it controls,
each by one transition that is allowed to it, and lands on a feasible state; a move may so pass over
states that are not feasible. Axes may be controlled by several decision makers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from detente.errors import LimitError
from detente.factors import Bools, Ints
from detente.solvers.state_graph import StateGraph, States, graph_of_arrays

MOST_MOVES = 200_000_000
"""So many moves may be written out one by one."""
_AT_ONCE = 4_000_000
"""About so many are made at a time, which keeps memory small."""


@dataclass(frozen=True, kw_only=True, eq=False)
class OptionForm:
    """A conflict in option form.

    sizes : how many settings each axis has. The code of a state is the sum of setting x stride, the
        first axis having stride 1, so that it varies fastest
    allowed : for each decision maker and axis which transitions it can make, bool, shape
        (size, size), ``[old, new]``, False on the diagonal; None where it controls nothing of it
    feasible : bool, shape (n_codes,)
    States are the feasible codes, ascending, by position.
    """

    sizes: tuple[int, ...]
    allowed: tuple[tuple[Bools | None, ...], ...]
    feasible: Bools

    @property
    def n_codes(self) -> int:
        """How many settings of all axes there are, feasible or not."""
        return prod(self.sizes)

    @property
    def n_parties(self) -> int:
        """How many decision makers there are."""
        return len(self.allowed)

    @cached_property
    def codes(self) -> Ints:
        """The code of each state."""
        return np.flatnonzero(self.feasible)

    @property
    def n_states(self) -> int:
        """How many states there are."""
        return len(self.codes)

    @property
    def strides(self) -> tuple[int, ...]:
        """How far apart the settings of each axis lie."""
        return tuple(prod(self.sizes[:k]) for k in range(len(self.sizes)))

    def settings(self, states: Ints | None = None) -> Ints:
        """Return the setting of every axis in some states, all when not given.

        Shape (n_states, n_axes).
        """
        codes = self.codes if states is None else self.codes[states]
        columns = [codes // s % n for s, n in zip(self.strides, self.sizes, strict=True)]
        return np.stack(columns, axis=1) if columns else np.zeros((len(codes), 0), dtype=np.int64)

    def state_of(self, settings: Sequence[int]) -> int | None:
        """Return the state with these settings; None where it is not feasible."""
        code = sum(one * stride for one, stride in zip(settings, self.strides, strict=True))
        return int(np.searchsorted(self.codes, code)) if self.feasible[code] else None

    def transitive(self, party: int) -> bool:
        """Tell whether two moves of a decision maker in a row always make one move, or none."""
        return all(
            not (own.astype(int) @ own.astype(int) > 0)[~(own | np.eye(len(own), dtype=bool))].any()
            for own in self.allowed[party]
            if own is not None
        )


def every_transition(size: int) -> Bools:
    """Return an axis that can be set at will."""
    return ~np.eye(size, dtype=bool)


def graph_of(model: OptionForm | StateGraph) -> StateGraph:
    """Write out all moves; those of a graph are written out already.

    Raises LimitError where there are more than :data:`MOST_MOVES`.

    Cost: for each decision maker the number of its moves, of infeasible codes too.

    Examples
    --------
    >>> free = every_transition(2)
    >>> form = OptionForm(
    ...     sizes=(2, 2),
    ...     allowed=((free, None), (None, free)),
    ...     feasible=np.array([True, True, False, True]),
    ... )
    >>> graph = graph_of(form)
    >>> graph.moves(0, 0).tolist(), graph.moves(1, 0).tolist(), graph.moves(1, 1).tolist()
    ([1], [], [2])
    """
    if isinstance(model, StateGraph):
        return model
    place = np.full(model.n_codes, -1, dtype=np.int32)
    place[model.codes] = np.arange(model.n_states, dtype=np.int32)
    settings = model.settings()
    pairs = []
    written = 0
    for party, own in enumerate(model.allowed):
        ways = np.ones(model.n_states, dtype=np.int64)
        for axis, allowed in enumerate(own):
            if allowed is not None:
                ways *= (1 + allowed.sum(axis=1))[settings[:, axis]]
        ends = np.cumsum(ways)
        if len(ends) and written + int(ends[-1]) > MOST_MOVES:
            message = f"there are more than {MOST_MOVES:,} moves, too many to write out"
            raise LimitError(message)
        cuts = np.searchsorted(ends, np.arange(_AT_ONCE, ends[-1] if len(ends) else 0, _AT_ONCE))
        blocks = np.split(np.arange(model.n_states), np.unique(cuts))
        lots = [_moves_of(model, party, block, settings, place) for block in blocks]
        pairs.append((np.concatenate([o for o, _ in lots]), np.concatenate([t for _, t in lots])))
        written += len(pairs[-1][0])
    return graph_of_arrays(model.n_states, pairs)


def _moves_of(
    form: OptionForm, party: int, origin: Ints, settings: Ints, place: States
) -> tuple[States, States]:
    """Return the moves of a decision maker from some states: their origins and their targets.

    place : of every code the state that it is, -1 where it is not feasible
    """
    target = form.codes[origin]
    for axis, allowed in enumerate(form.allowed[party]):
        if allowed is None or not allowed.any():
            continue
        stay_or_go = allowed | np.eye(len(allowed), dtype=bool)
        old = settings[origin, axis]
        counts = stay_or_go.sum(axis=1)[old]
        ends = np.cumsum(counts)
        nth = np.arange(counts.sum()) - np.repeat(ends - counts, counts)
        goes_to = np.argsort(~stay_or_go, axis=1, kind="stable")
        again = np.repeat(np.arange(len(origin)), counts)
        change = goes_to[old[again], nth] - old[again]
        origin, target = origin[again], target[again] + change * form.strides[axis]
    to = place[target]
    kept = (to >= 0) & (to != origin)
    return origin[kept].astype(np.int32), to[kept]
