"""Every step that pays from each state of a conflict, and what answers it, on the central reading.

What :mod:`detente.departing` tells of one package in all readings, for many states in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from detente.analysis import Analysis
from detente.departing import Leaving, leaving_of
from detente.holding import CONCEPTS, Holding
from detente.solvers.standing import standing_of_readings
from detente.state_values import StateValues, central_only, pieces_of
from detente.survey import Survey


def steps_from(
    analysis: Analysis, survey: Survey, states: Iterable[int]
) -> Iterator[tuple[Holding, tuple[Leaving, ...]]]:
    """Go through states with what each party could do alone from there.

    The moves of the survey have to be few enough to be written out.

    Cost: for each state a local search for each step that pays.
    """
    values = central_only(analysis, survey.values)
    for state in states:
        holding = _held(analysis, values, state)
        yield holding, leaving_of(holding, most=survey.model.n_states)


def _held(analysis: Analysis, values: StateValues, state: int) -> Holding:
    model = values.model
    number = str(model.number(state))
    return Holding(
        analysis=analysis,
        asked=number,
        name=f"state {number}",
        package=None if model.explicit else model.package(state),
        everywhere=values,
        model=model,
        values=values,
        state=state,
        judged=None,
        among=np.ones(1, dtype=bool),
        standing=standing_of_readings(model.graph, state, pieces_of(values), CONCEPTS),
        jumps=None,
    )
