"""All states of a conflict on the central reading: where it can rest, and how it gets there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detente.errors import LimitError
from detente.factors import Ints
from detente.graph_model import GraphModel
from detente.readings import share_of
from detente.solvers.concept import Concept, Model
from detente.solvers.horizon import NON_MYOPIC, looking_ahead
from detente.solvers.stability import BASIC, CONCEPTS, Stability, stability
from detente.solvers.standing import standing_of_readings
from detente.solvers.state_graph import StateGraph
from detente.solvers.status_quo import StatusQuo, status_quo
from detente.state_values import StateValues, pieces_of
from detente.table import Share
from detente.work import Work

MOST_PATHS = 4_000_000
"""So many moves at most among which paths are sought."""
HORIZONS = (2, 3)
"""So many moves ahead two parties look, besides the one of R and the many of NM: one that sees the
answer to its move, and one that sees its own next move too."""
MOST_WRITTEN = 2**16
"""Up to so many states concepts are asked for which all moves have to be written out."""

MOST_COUNTED = 3_000_000_000
"""So many moves, times readings, at most where readings are gone through for single states."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Survey:
    """The states of one model, judged by every concept that is defined for it.

    start : where paths begin; None where there is no such state
    """

    model: GraphModel
    values: StateValues
    stability: Stability
    start: int | None

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """What states were judged by."""
        return self.stability.concepts

    def equilibria(self, key: str) -> Ints:
        """Return the states that are stable for everybody."""
        return self.stability.equilibria(key)

    @cached_property
    def graph(self) -> StateGraph | None:
        """All moves; None where they are too many to be written out."""
        try:
            return self.model.graph
        except LimitError:
            return None

    @cached_property
    def paths(self) -> StatusQuo | None:
        """The shortest ways from the start to every state; None where moves are too many."""
        graph = self.graph
        if self.start is None or graph is None or graph.n_moves > MOST_PATHS:
            return None
        return status_quo(graph, self.values.central, start=self.start)

    @property
    def counted(self) -> bool:
        """Whether readings are gone through for single states; not where that takes minutes."""
        if self.graph is None:
            return False
        return self.graph.n_moves * self.values.n_rows <= MOST_COUNTED

    def rests(self, key: str = "SEQ") -> Ints:
        """Return the equilibria that improving moves lead to from the start, nearest first."""
        if self.paths is None:
            return self.equilibria(key)
        distance = self.paths.by_improvements.distance
        found = self.equilibria(key)
        found = found[distance[found] >= 0]
        return found[np.argsort(distance[found], kind="stable")]

    def places(self, key: str = "SEQ") -> Ints:
        """Return all equilibria: those of :meth:`rests`, then others that any moves lead to.

        Nearest first each, and last those that no moves lead to.
        """
        found, near = self.equilibria(key), self.rests(key)
        if self.paths is None:
            return found
        others = np.setdiff1d(found, near, assume_unique=True)
        distance = self.paths.by_moves.distance[others]
        far = np.where(distance < 0, self.model.n_states, distance)
        return np.concatenate([near, others[np.argsort(far, kind="stable")]])


def shares_of(survey: Survey, places: Sequence[int], key: str, work: Work) -> list[Share | None]:
    """Return in what share of all readings each of some states is stable for everybody.

    None where that would take minutes, see :attr:`Survey.counted`.

    key : R, GMR, SMR, SEQ or SSEQ
    """
    if not survey.counted:
        return [None] * len(places)
    found: list[Share | None] = []
    for place in places:
        near = survey.model.reachable(place)
        state = int(near.place_of(place))
        values = survey.values.within(near)
        judged = standing_of_readings(near.graph, state, pieces_of(values), (key,), work=work)
        found.append(share_of(np.asarray(judged.stable[key].all(axis=1), dtype=bool)))
    return found


def survey_of(
    model: GraphModel,
    values: StateValues,
    *,
    start: int | None,
    keys: Sequence[str] | None = None,
    ahead: int | None = None,
    work: Work,
) -> Survey:
    """Judge every state of a model on the central reading.

    keys : the concepts; when not given all that are defined for such a model, of the limited-move
        ones those of :data:`HORIZONS`, and of a large model only those that are defined for any
    ahead : another horizon besides, where there are two parties

    Cost: that of :func:`detente.solvers.stability.stability`; paths are sought when asked for.
    """
    conflict = model.conflict
    asked = _fitting(conflict, ahead) if keys is None else keys
    try:
        found = stability(conflict, values.central, asked, work=work)
    except LimitError:
        if keys is not None:
            raise
        found = stability(conflict, values.central, BASIC, work=work)
    return Survey(model=model, values=values, stability=found, start=start)


def _fitting(conflict: Model, ahead: int | None) -> list[str]:
    """Return the concepts that are defined for a conflict of this kind and size."""
    horizons = sorted({*HORIZONS, *([] if ahead is None else [ahead])} - {1})
    every = [*BASIC, *map(looking_ahead, horizons), NON_MYOPIC, *CONCEPTS.values()]
    asked = BASIC if conflict.n_states > MOST_WRITTEN else every
    return list(dict.fromkeys(one.key for one in asked if one.fits(conflict)))
