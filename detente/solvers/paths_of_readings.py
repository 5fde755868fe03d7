"""The best package of every reading at once, for weights of the parties that differ by reading.

All readings share the packages and the conditions, so one diagram serves them: an arc names the
option that it takes and the conditions that become true on it. What these are worth differs from
reading to reading; a red line that only some readings impose costs there more than anything gains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.diagram import Diagram, Layer, diagram_of
from detente.drawing import Draws
from detente.factors import Bools, Choices, Formula, Ints, Whole, factors_of, negated
from detente.packages import PackageSpace, formula_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """The arcs of one issue, by source: ``place`` n of a source is its n-th arc.

    option, target, kind : shape (n_places, n_sources); a source with fewer arcs repeats its last,
        and one without has any, since no arc leads to it
    real : shape (n_places, n_sources), False for such repetitions
    kind : which row of ``column`` the arc is; arcs of one kind are worth the same
    column : shape (n_kinds,), the position of the option among those of all issues
    met : conditions with the kinds on which they become true
    """

    issue: int
    option: Ints
    target: Ints
    kind: Ints
    real: Bools
    column: Ints
    met: tuple[tuple[int, Ints], ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Paths:
    """All packages that some reading allows, and where conditions become true.

    parties : those who must accept
    rules : for each condition that is a rule, whose it is (by position) and which
    red_lines : the conditions after those, red lines that only some readings impose, likewise
    steps : one for each issue, in the order of the diagram; empty when nothing is ever allowed
    """

    parties: tuple[str, ...]
    rules: tuple[tuple[int, int], ...]
    red_lines: tuple[tuple[int, int], ...]
    steps: tuple[Step, ...]

    @cached_property
    def n_states(self) -> int:
        """The states of all layers."""
        return sum(step.option.shape[1] for step in self.steps)

    @property
    def n_issues(self) -> int:
        """How many issues there are."""
        return len(self.steps)


def paths_of(space: PackageSpace, draws: Mapping[str, Draws], parties: Sequence[str]) -> Paths:
    """Return the packages that meet the constraints and cross no red line of every reading.

    Raises LimitError when the conditions are too entangled for a diagram.
    """
    imposed = [draws[name].red_lines.all(axis=0) for name in parties]
    rules = [(p, k) for p, name in enumerate(parties) for k in range(len(space.rules[name]))]
    unsure = [(p, int(k)) for p, always in enumerate(imposed) for k in np.flatnonzero(~always)]
    certain = {name: np.flatnonzero(on).tolist() for name, on in zip(parties, imposed, strict=True)}
    vocabulary = space.vocabulary
    conditions = [space.rules[parties[p]][k] for p, k in rules]
    conditions += [space.red_lines[parties[p]][k] for p, k in unsure]
    formulas = [formula_of(factor.what, vocabulary) for factor in conditions]
    diagram = _diagram(space, formulas, bans_of(space, certain))
    steps = () if diagram.empty else tuple(_step(layer, space) for layer in diagram.layers)
    return Paths(parties=tuple(parties), rules=tuple(rules), red_lines=tuple(unsure), steps=steps)


def bans_of(space: PackageSpace, red_lines: Mapping[str, Sequence[int]]) -> list[Formula]:
    """Return the conditions of packages that break a constraint or cross one of the red lines.

    red_lines : by party, numbers of its red lines
    """
    vocabulary = space.vocabulary
    return [
        *(negated(formula_of(c.what, vocabulary), space.sizes) for c in space.constraints),
        *(
            formula_of(space.red_lines[name][k].what, vocabulary)
            for name, numbers in red_lines.items()
            for k in numbers
        ),
    ]


def anything_allowed(space: PackageSpace, parties: Sequence[str]) -> bool:
    """Tell whether a package meets the constraints and crosses no certain red line of the parties.

    Certain: its statement holds in every reading, not only in those that were drawn.
    """
    certain = {
        name: [k for k, line in enumerate(space.red_line_statements[name]) if line.certain]
        for name in parties
    }
    return not _diagram(space, [], bans_of(space, certain)).empty


def _diagram(
    space: PackageSpace, conditions: Sequence[Formula], bans: Sequence[Formula]
) -> Diagram:
    """Return the diagram whose "values" count, for each condition by itself, whether it is true."""
    n = len(conditions)
    nothing = [[[0] * n] * size for size in space.sizes]
    shifts = [
        (formula, [int(k == own) for k in range(n)]) for own, formula in enumerate(conditions)
    ]
    return diagram_of(factors_of(nothing, [0] * n, shifts=shifts, bans=bans))


def _step(layer: Layer, space: PackageSpace) -> Step:
    order, first = layer.leaving
    n_arcs = np.diff(first)
    place = np.arange(n_arcs.max())[:, None]
    last = np.maximum(first[:-1] + n_arcs - 1, 0)
    arcs = order[np.where(place < n_arcs, first[:-1] + place, last)]
    looks = np.column_stack([layer.option, layer.gain]).astype(np.int64)
    kinds, kind = np.unique(looks, axis=0, return_inverse=True)
    return Step(
        issue=layer.issue,
        option=layer.option[arcs],
        target=layer.target[arcs],
        kind=kind.reshape(-1)[arcs],
        real=place < n_arcs,
        column=space.first[layer.issue] + kinds[:, 0],
        met=tuple(
            (int(c), np.flatnonzero(kinds[:, 1 + c]))
            for c in np.flatnonzero(kinds[:, 1:].any(axis=0))
        ),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Amounts:
    """What options and rules are worth in some readings, as doubles; a reading is a column.

    Every party's numbers are divided by the largest sum that they can form, so that they and their
    sums lie within -1..1, with a relative error of 2^-52 at the most.

    options : by party, shape (n_options, n_readings), or one column for all
    worths : by condition of :attr:`Paths.rules`, shape (n_readings,) or (1,)
    refused : by condition of :attr:`Paths.red_lines`, shape (n_readings,) or (1,): minus infinity
        where the red line is imposed, otherwise 0
    no_deal : shape (n_parties, n_readings), what is demanded, blur taken off
    """

    options: tuple[Floats, ...]
    worths: tuple[Floats, ...]
    refused: tuple[Floats, ...]
    no_deal: Floats

    @property
    def n_readings(self) -> int:
        """How many readings."""
        return int(self.no_deal.shape[1])

    def at(self, readings: Ints) -> Amounts:
        """Return some of the readings."""
        return Amounts(
            options=tuple(_columns(table, readings) for table in self.options),
            worths=tuple(_columns(row, readings) for row in self.worths),
            refused=tuple(_columns(row, readings) for row in self.refused),
            no_deal=self.no_deal[:, readings],
        )


def amounts_of(paths: Paths, draws: Mapping[str, Draws], n_readings: int) -> Amounts:
    """Return what the draws of the parties say, as doubles."""
    own = [draws[name] for name in paths.parties]
    scales = [_largest(part) for part in own]
    demanded = [
        _scaled(part.no_deal - part.blur, scale) for part, scale in zip(own, scales, strict=True)
    ]
    return Amounts(
        options=tuple(
            np.ascontiguousarray(_scaled(part.options, scale).T)
            for part, scale in zip(own, scales, strict=True)
        ),
        worths=tuple(_scaled(own[p].worths[:, k], scales[p]) for p, k in paths.rules),
        refused=tuple(np.where(own[p].red_lines[:, k], -inf, 0.0) for p, k in paths.red_lines),
        no_deal=np.stack([np.broadcast_to(row, n_readings) for row in demanded]),
    )


def _largest(draws: Draws) -> Any:
    """Return a number that no sum of a party's amounts exceeds."""
    parts = (draws.options, draws.worths, draws.no_deal[:, None])
    total = sum(np.abs(part).max(axis=0, initial=0).sum() for part in parts)
    return max(total + draws.blur, 1)


def _scaled(numbers: Whole, scale: Any) -> Floats:
    """Divide, rounding once; Python integers of any size."""
    return np.asarray(numbers / scale, dtype=np.float64)


def _columns(numbers: Floats, readings: Ints) -> Floats:
    return numbers if numbers.shape[-1] == 1 else numbers[..., readings]


def worth_of(step: Step, paths: Paths, amounts: Amounts, weights: Floats) -> Floats:
    """Return what each kind of arc adds to the weighted value; shape (n_kinds, n_readings).

    weights : shape (n_parties, n_readings)
    """
    worth = np.zeros((len(step.column), weights.shape[1]))
    for table, weight in zip(amounts.options, weights, strict=True):
        worth += weight * table[step.column]
    for condition, kinds in step.met:
        if condition < len(paths.rules):
            party, _ = paths.rules[condition]
            worth[kinds] += weights[party] * amounts.worths[condition]
        else:
            worth[kinds] += amounts.refused[condition - len(paths.rules)]
    return worth


def rests_of(paths: Paths, amounts: Amounts, weights: Floats) -> list[Floats]:
    """Return the largest weighted value still to come; by depth, shape (n_states, n_readings).

    weights : shape (n_parties, n_readings)
    """
    found = [np.zeros((1, weights.shape[1]))]
    for step in reversed(paths.steps):
        worth = worth_of(step, paths, amounts, weights)
        best = worth[step.kind[0]] + found[-1][step.target[0]]
        for kind, target in zip(step.kind[1:], step.target[1:], strict=True):
            np.maximum(best, worth[kind] + found[-1][target], out=best)
        found.append(best)
    return found[::-1]


def reaches_of(paths: Paths, amounts: Amounts, weights: Floats, depth: int) -> Floats:
    """Return the largest weighted value with which each state of a depth is reached.

    weights : shape (n_parties, n_readings)

    Shape (n_states, n_readings); minus infinity where a state is not reached.
    """
    reach = np.zeros((1, weights.shape[1]))
    n_states = [*(step.kind.shape[1] for step in paths.steps), 1]
    for step, n_targets in zip(paths.steps[:depth], n_states[1:], strict=False):
        worth = worth_of(step, paths, amounts, weights)
        place, source = np.nonzero(step.real)
        order = np.argsort(step.target[place, source], kind="stable")
        place, source = place[order], source[order]
        totals = worth[step.kind[place, source]] + reach[source]
        targets, first = np.unique(step.target[place, source], return_index=True)
        reach = np.full((n_targets, weights.shape[1]), -inf)
        reach[targets] = np.maximum.reduceat(totals, first, axis=0)
    return reach


def heaviest(paths: Paths, amounts: Amounts, weights: Floats) -> tuple[Floats, Choices]:
    """Return the package with the largest weighted value in each reading, and that value.

    weights : shape (n_parties, n_readings)

    Returns values of shape (n_readings,), minus infinity where nothing is allowed, and packages of
    shape (n_readings, n_issues), one of those where several are as heavy.

    Cost: arcs of the diagram times readings.
    """
    n_readings = weights.shape[1]
    rest = np.zeros((1, n_readings))
    taken: list[NDArray[np.int32]] = []
    for step in reversed(paths.steps):
        worth = worth_of(step, paths, amounts, weights)
        best = worth[step.kind[0]] + rest[step.target[0]]
        choice = np.zeros(best.shape, dtype=np.int32)
        for place in range(1, len(step.kind)):
            total = worth[step.kind[place]] + rest[step.target[place]]
            better = total > best
            np.copyto(best, total, where=better)
            np.copyto(choice, np.int32(place), where=better)
        taken.append(choice)
        rest = best
    packages = np.zeros((n_readings, paths.n_issues), dtype=np.int64)
    readings = np.arange(n_readings)
    state = np.zeros(n_readings, dtype=np.int64)
    for step, choice in zip(paths.steps, reversed(taken), strict=True):
        arcs = choice[state, readings], state
        packages[:, step.issue] = step.option[arcs]
        state = step.target[arcs]
    return rest[0], packages
