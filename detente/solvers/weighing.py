"""The largest weighted value of any allowed package, while some options are not looked at.

Issues that no condition joins are looked at separately, so that this is a matter of microseconds
where conditions are few. Groups of issues with few combinations are listed; the others go through
their layers of the diagram.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from detente.diagram import Diagram, Floats, Layer
from detente.factors import Bools, Choices, Factors, Ints, Whole, scope
from detente.solvers.certificate import Part

MOST_COMBINATIONS = 2000
"""Groups of issues with so many allowed combinations are listed."""
_WIDEST_SUM = 2**62


def joined(factors: Factors) -> list[frozenset[int]]:
    """Return the groups of issues that conditions join, directly or through others.

    Examples
    --------
    >>> from detente.factors import Within, every, factors_of
    >>> both = every([Within(0, 1), Within(2, 1)])
    >>> [sorted(group) for group in joined(factors_of([[[0]]] * 3, [0], bans=[both]))]
    [[0, 2], [1]]
    """
    groups: list[frozenset[int]] = [frozenset({issue}) for issue in range(len(factors.sizes))]
    for formula in [*(shift.when for shift in factors.shifts), *factors.bans]:
        touched = scope(formula)
        together = [group for group in groups if group & touched]
        if len(together) > 1:
            rest = [group for group in groups if not group & touched]
            groups = [*rest, frozenset().union(*together)]
    return sorted(groups, key=min)


@dataclass(frozen=True, kw_only=True, eq=False)
class Region:
    """The packages that are looked at.

    open : which options of which issue, shape (n_issues, most options)
    rows : the listed combinations among them; group : whose they are; first : where each begins
    filled : each group has one
    """

    open: Bools
    rows: Ints
    group: Ints
    first: Ints
    filled: bool

    def holds(self, packages: Choices) -> Bools:
        """Tell which packages lie within; shape (n_packages,)."""
        issues = np.arange(packages.shape[1])
        return np.asarray(self.open[issues, packages].all(axis=1), dtype=bool)


class Weighing:
    """Finds allowed packages of the largest weighted value, in doubles and in whole numbers.

    diagram : must have a package; it reads issues that conditions join one after the other
    """

    def __init__(self, diagram: Diagram) -> None:
        factors = diagram.factors
        self.factors = factors
        self.n_issues = diagram.n_issues
        self.largest = _largest(factors)
        self.listed: list[tuple[int, ...]] = []
        self.layered: list[tuple[Layer, ...]] = []
        rows: list[Whole] = []
        choices: list[Choices] = []
        place = {layer.issue: depth for depth, layer in enumerate(diagram.layers)}
        for group in joined(factors):
            depths = sorted(place[issue] for issue in group)
            layers = diagram.layers[depths[0] : depths[-1] + 1]
            ways = diagram.n_paths[depths[0]][0] // diagram.n_paths[depths[-1] + 1][0]
            if ways > MOST_COMBINATIONS:
                self.layered.append(layers)
                continue
            values, options = _listed(layers, factors)
            whole = np.full((len(options), self.n_issues), -1, dtype=np.int64)
            whole[:, [layer.issue for layer in layers]] = options
            self.listed.append(tuple(layer.issue for layer in layers))
            rows.append(values)
            choices.append(whole)
        none = np.zeros((0, factors.n_parties), dtype=factors.dtype)
        self.values: Whole = np.concatenate([none, *rows])
        self.doubles: Floats = self.values.astype(np.float64)
        self.choices: Choices = np.concatenate(
            [np.zeros((0, self.n_issues), dtype=np.int64), *choices]
        )
        self.group = np.repeat(np.arange(len(rows)), [len(part) for part in rows])

    def everything(self) -> Region:
        """Return the region of all packages."""
        sizes = np.array(self.factors.sizes)
        open_options = np.arange(sizes.max())[None, :] < sizes[:, None]
        return self._region(open_options, np.arange(len(self.group)))

    def narrowed(self, region: Region, issue: int, options: Sequence[int]) -> Region:
        """Return the part of a region in which an issue takes one of the options."""
        open_options = region.open.copy()
        open_options[issue] = False
        open_options[issue, list(options)] = region.open[issue, list(options)]
        chosen = self.choices[region.rows, issue]
        return self._region(open_options, region.rows[(chosen < 0) | open_options[issue, chosen]])

    def _region(self, open_options: Bools, rows: Ints) -> Region:
        group = self.group[rows]
        bounds = np.searchsorted(group, np.arange(len(self.listed) + 1))
        return Region(
            open=open_options,
            rows=rows,
            group=group,
            first=bounds[:-1],
            filled=bool((np.diff(bounds) > 0).all()),
        )

    def gap(self, region: Region) -> tuple[int, ...] | None:
        """Return joined issues of which a region has no allowed combination; None without any."""
        if not region.filled:
            counts = np.bincount(region.group, minlength=len(self.listed))
            return self.listed[int(counts.argmin())]
        nothing = np.zeros(self.factors.n_parties)
        for layers in self.layered:
            if not _heaviest_arcs(layers, [layer.weight for layer in layers], nothing, region.open):
                return tuple(layer.issue for layer in layers)
        return None

    def heaviest(self, weights: Floats, region: Region) -> tuple[Choices, Floats]:
        """Return a package with the largest weighted value, and its values.

        weights : shape (n_parties,); region : must have a package, see :meth:`gap`
        """
        rows = self._heaviest_rows(self.doubles, weights, region)
        package = self.choices[rows].max(axis=0, initial=-1)
        values = self.doubles[rows].sum(axis=0)
        for layers in self.layered:
            arcs = _heaviest_arcs(layers, [layer.weight for layer in layers], weights, region.open)
            for layer, arc in zip(layers, arcs, strict=True):
                package[layer.issue] = layer.option[arc]
                values = values + layer.weight[arc]
        return package, values

    def parts(self, weights: Sequence[int], region: Region) -> list[Part]:
        """Return what a heaviest package of a region consists of, exactly, in case order.

        region : must have a package
        """
        fits = self.largest * sum(weights) < _WIDEST_SUM
        exact = np.array(weights, dtype=np.int64 if fits else object)
        found = []
        rows = self._heaviest_rows(self.values.astype(exact.dtype), exact, region)
        for issues, row in zip(self.listed, rows, strict=True):
            options = self.choices[row, list(issues)].tolist()
            found.append(_part(issues, options, self.values[row].tolist(), weights))
        for layers in self.layered:
            gains = [layer.gain.astype(exact.dtype) for layer in layers]
            arcs = _heaviest_arcs(layers, gains, exact, region.open)
            options = [int(layer.option[arc]) for layer, arc in zip(layers, arcs, strict=True)]
            added = [gain[arc].tolist() for gain, arc in zip(gains, arcs, strict=True)]
            values = [sum(column) for column in zip(*added, strict=True)]
            found.append(_part(tuple(layer.issue for layer in layers), options, values, weights))
        return sorted(found, key=lambda part: min(part.issues))

    def _heaviest_rows(self, values: Whole, weights: Whole, region: Region) -> Ints:
        """Return the heaviest listed combination of each group."""
        if not len(self.listed):
            return np.zeros(0, dtype=np.int64)
        totals = values[region.rows] @ weights
        best = np.maximum.reduceat(totals, region.first)
        hits = np.flatnonzero(totals == best[region.group])
        first = np.searchsorted(region.group[hits], np.arange(len(self.listed)))
        return np.asarray(region.rows[hits[first]])


def _largest(factors: Factors) -> int:
    """Return what no value or no-deal value exceeds, whatever its sign."""
    parts = [*factors.values, *(shift.by for shift in factors.shifts), factors.no_deal]
    return sum(int(np.abs(part).max(initial=0)) for part in parts)


def _part(
    issues: tuple[int, ...], options: list[int], values: list[Any], weights: Sequence[int]
) -> Part:
    whole = tuple(int(value) for value in values)
    weighted = sum(weight * value for weight, value in zip(weights, whole, strict=True))
    return Part(issues=issues, options=tuple(options), values=whole, weighted=weighted)


def _listed(layers: Sequence[Layer], factors: Factors) -> tuple[Whole, Choices]:
    """List the combinations that some layers allow: their values, and their options."""
    values: Whole = np.zeros((1, factors.n_parties), dtype=factors.dtype)
    options = np.zeros((1, 0), dtype=np.int64)
    states = np.zeros(1, dtype=np.int64)
    for layer in layers:
        order, first = layer.leaving
        sizes = np.diff(first)[states]
        rows = np.repeat(np.arange(len(states)), sizes)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        arcs = order[first[states[rows]] + within]
        values = values[rows] + layer.gain[arcs]
        options = np.column_stack([options[rows], layer.option[arcs]])
        states = layer.target[arcs]
    return values, options


def _heaviest_arcs(
    layers: Sequence[Layer], gains: Sequence[Whole], weights: Whole, open_options: Bools
) -> list[int]:
    """Return the arcs of a heaviest path through open options; none when there is no path."""
    reach: Whole = np.zeros(1, dtype=weights.dtype)
    alive = np.ones(1, dtype=bool)
    passes = []
    for layer, gain in zip(layers, gains, strict=True):
        usable = open_options[layer.issue, layer.option] & alive[layer.source]
        arcs = np.flatnonzero(usable)
        if not len(arcs):
            return []
        target = layer.target[arcs]
        totals = gain[arcs] @ weights + reach[layer.source[arcs]]
        first = np.flatnonzero(np.concatenate([[True], target[1:] != target[:-1]]))
        reach = np.zeros(layer.n_targets, dtype=weights.dtype)
        reach[target[first]] = np.maximum.reduceat(totals, first)
        alive = np.zeros(layer.n_targets, dtype=bool)
        alive[target] = True
        passes.append((arcs, target, totals))
    state = 0
    path = []
    for layer, (arcs, target, totals) in zip(reversed(layers), reversed(passes), strict=True):
        low, high = np.searchsorted(target, [state, state + 1])
        arc = int(arcs[low + int(np.argmax(totals[low:high]))])
        path.append(arc)
        state = int(layer.source[arc])
    return path[::-1]
