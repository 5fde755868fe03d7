"""What the states of a conflict are worth to each party, in every reading and on the central one.

A party's preferences over states are its values of the packages that they are; or the order that
``priorities`` or ``ranking`` give; or the ranking of states that the block ``graph`` writes down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from detente.analysis import Analysis
from detente.blocks.arrows import Tiers
from detente.drawing import MOST_EXACT, Draws
from detente.errors import UnanswerableError
from detente.factors import Ints
from detente.graph_model import GraphModel, state_called
from detente.hit_and_run import Floats
from detente.modelling import ranked
from detente.packages import Choices, PackageSpace
from detente.solvers.concept import Ranks, ranks_of
from detente.statements.ordinal import Priorities

_CELLS = 8_000_000
"""Values of states that are made at a time."""


@dataclass(frozen=True, kw_only=True, eq=False)
class OwnValues:
    """States as one party values them.

    units : units to a point; None where there is only an order
    draws : its readings; None where it has only one
    fixed : float64, shape (n_states,), the values of its only reading
    """

    units: int | None
    draws: Draws | None
    fixed: Floats | None


@dataclass(frozen=True, kw_only=True, eq=False)
class StateValues:
    """States as every party of a model values them; larger is better.

    own : by party, in the order of the model
    central : ranks on the central reading, equal for equal values
    n_rows : how many readings there are; 1 where all are the same
    """

    model: GraphModel
    space: PackageSpace
    own: tuple[OwnValues, ...]
    central: Ranks
    n_rows: int

    def units(self, party: int) -> int | None:
        """Return how many units make a point to a party; None where it only orders states."""
        return self.own[party].units

    def values(self, rows: Ints) -> Floats:
        """Return the values of all states in some readings, exactly.

        Whole numbers as doubles, each party on its own scale; shape (n_rows, n_parties, n_states).
        """
        found = np.empty((len(rows), len(self.own), self.model.n_states))
        for p, own in enumerate(self.own):
            if own.draws is None:
                found[:, p] = own.fixed
            else:
                found[:, p] = self._drawn(p, own.draws, rows)
        return found

    def _drawn(self, party: int, draws: Draws, rows: Ints) -> Floats:
        some = draws.at(rows)
        shown = self._shown[party]
        worth = np.concatenate([some.options, some.worths], axis=1).astype(np.float64)
        columns: Floats = worth @ shown
        return columns

    def within(self, model: GraphModel) -> StateValues:
        """Return the values of a part of the model only."""
        if model is self.model:
            return self
        place = self.model.place_of(model.in_whole)
        own = tuple(
            replace(one, fixed=None if one.fixed is None else one.fixed[place]) for one in self.own
        )
        return replace(self, model=model, own=own, central=self.central[:, place])

    @cached_property
    def _shown(self) -> Mapping[int, Floats]:
        """By party, 0-1 columns over the options and its rules, one for each state."""
        choices = self.model.packages()
        options = self.space.one_hot(choices)
        return {
            p: np.concatenate(
                [options, self.space.rule_truth(self.model.parties[p], choices)], axis=1
            ).T.astype(np.float64)
            for p, own in enumerate(self.own)
            if own.draws is not None
        }


def state_values_of(analysis: Analysis, model: GraphModel) -> StateValues:
    """Return what states are worth to the parties of a model.

    Raises UnanswerableError where nothing is said of a party by which it could compare states, or
    what is said is incomplete or contradicts itself.

    Cost: one sort of the states for each party; readings are valued when asked for.
    """
    case = analysis.case
    silent = [name for name in model.parties if ranked(analysis, name) is None]
    for name in silent if model.explicit else ():
        if not analysis.opinions[name].preferences.statements:
            label = case.party(name).label
            message = f"nothing says how {label} ranks the states; add graph.ranking.{name}"
            raise UnanswerableError(message)
    analysis.require([case.party(name) for name in silent])
    stated = _Stated(analysis, model.packages()) if silent else None
    own: list[OwnValues] = []
    central = np.empty((len(model.parties), model.n_states), dtype=np.int32)
    for p, name in enumerate(model.parties):
        ranking = ranked(analysis, name)
        if ranking is not None:
            central[p] = places_of(model, ranking.tiers)
            found = OwnValues(units=None, draws=None, fixed=central[p].astype(np.float64))
        elif stated is not None:
            found, central[p] = stated.of(name)
        own.append(found)
    drawn = [o.draws.n_rows for o in own if o.draws is not None]
    return StateValues(
        model=model,
        space=model.space if stated is None else analysis.space,
        own=tuple(own),
        central=central,
        n_rows=max(drawn, default=1),
    )


def central_only(analysis: Analysis, values: StateValues) -> StateValues:
    """Return the same with one reading only, the central one.

    Where doubles do not hold exact amounts, states are only ordered.
    """
    if all(own.draws is None for own in values.own):
        return values
    valuation = analysis.valuation
    exactly = valuation.values(values.model.packages())
    found = []
    for p, own in enumerate(values.own):
        if own.draws is None:
            found.append(own)
            continue
        amounts = exactly[:, valuation.parties.index(values.model.parties[p])]
        large = amounts.dtype == object and max(abs(amount) for amount in amounts) >= MOST_EXACT
        fixed = values.central[p] if large else amounts
        found.append(
            OwnValues(
                units=None if large else valuation.scale,
                draws=None,
                fixed=fixed.astype(np.float64),
            )
        )
    return replace(values, own=tuple(found), n_rows=1)


def places_of(model: GraphModel, tiers: Tiers) -> Ranks:
    """Return a ranking as numbers; states that it does not name are below all that it does."""
    found = np.zeros(model.n_states, dtype=np.int32)
    for height, tier in enumerate(reversed(tiers), start=1):
        for name in tier:
            found[state_called(model, name)] = height
    return found


class _Stated:
    """States as statements value them."""

    def __init__(self, analysis: Analysis, choices: Choices) -> None:
        self._analysis, self._choices = analysis, choices

    @cached_property
    def _exactly(self) -> NDArray[np.float64]:
        """The exact value of each state to each party on the central reading."""
        values: NDArray[np.float64] = self._analysis.valuation.values(self._choices)
        return values

    def of(self, party: str) -> tuple[OwnValues, Ranks]:
        """Return the states as a party values them, and their ranks on the central reading."""
        analysis = self._analysis
        opinion = analysis.opinions[party]
        order = next((s for s in opinion.preferences.statements if isinstance(s, Priorities)), None)
        if order is not None:
            ranks = _by_priorities(analysis.space, party, self._choices)
            return OwnValues(units=None, draws=None, fixed=ranks.astype(np.float64)), ranks
        values = self._exactly[:, analysis.valuation.parties.index(party)]
        central = ranks_of(values[None])[0]
        draws = analysis.readings.draws[party]
        if not opinion.ordinal and len(draws.no_deal) > 1:
            return OwnValues(units=draws.scale, draws=draws, fixed=None), central
        large = values.dtype == object and max(abs(v) for v in values) >= MOST_EXACT
        if opinion.ordinal or large:
            return OwnValues(units=None, draws=None, fixed=central.astype(np.float64)), central
        units = analysis.valuation.scale
        return OwnValues(units=units, draws=None, fixed=values.astype(np.float64)), central


def _by_priorities(space: PackageSpace, party: str, choices: Choices) -> Ranks:
    """Rank states by conditions in order: the first in which two differ decides."""
    truth = space.rule_truth(party, choices)
    order = np.lexsort(truth.T[::-1])
    steps = (truth[order[1:]] != truth[order[:-1]]).any(axis=1)
    ranks = np.empty(len(choices), dtype=np.int32)
    ranks[order] = np.concatenate([[0], np.cumsum(steps)])
    return ranks


def pieces_of(values: StateValues) -> list[partial[Floats]]:
    """Return what makes the values of some readings at a time, in the order of the readings."""
    size = max(1, _CELLS // max(1, values.model.n_states * len(values.own)))
    every = np.arange(values.n_rows)
    return [
        partial(values.values, every[begin : begin + size])
        for begin in range(0, values.n_rows, size)
    ]
