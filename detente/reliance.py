"""What a verdict on an order of stages rests on: the same without each thing said of leaving."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from detente.blocks import Entry
from detente.blocks.walk_away import Drift, Guarantee, Keeps, Lasts, Shift
from detente.going_on import Carried, holding, shared
from detente.hit_and_run import Bools
from detente.implementation import Implementation
from detente.leaving import walk_away_of, without_entry
from detente.readings import is_visible
from detente.solvers.roadmap import Stages
from detente.steadiness import share_among
from detente.table import Share

WEIGHTY = 0.05
"""An input weighs when leaving it out moves a share by so much."""

Input = Keeps | Shift | Guarantee | Drift


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """One order with one thing unsaid.

    holds : in what share of the readings the order then holds
    step : by how much that is more
    visible : by more than an accident of the drawing
    """

    holds: Share
    step: float
    visible: bool


@dataclass(frozen=True, kw_only=True)
class Reliance:
    """What becomes of some orders without one thing said of leaving.

    without : by duration, one for each order
    """

    entry: Input
    without: Mapping[Lasts | None, tuple[Without, ...]]

    @property
    def sourced(self) -> bool:
        """Whether a source is given for it."""
        return bool(self.entry.provenance.because)

    def weighs(self, order: int, lasts: Lasts | None) -> bool:
        """Tell whether an order holds in clearly more, or fewer, readings without it."""
        one = self.without[lasts][order]
        return one.visible and abs(one.step) >= WEIGHTY


def inputs_of(implementation: Implementation) -> tuple[Input, ...]:
    """Return what the case says of leaving and that bears on the items of a package."""
    analysis, items = implementation.analysis, implementation.items
    vocabulary = analysis.case.vocabulary
    moved = {implementation.analysis.case.issues[k].name for k in items}

    def bears(entry: Entry) -> bool:
        if isinstance(entry, Keeps):
            return entry.issue in moved
        if isinstance(entry, Shift | Guarantee) and entry.after is not None:
            return bool(set(entry.after.scope(vocabulary)) & set(items))
        return isinstance(entry, Shift | Guarantee | Drift)

    return tuple(
        entry
        for entry in analysis.case.blocks.get("walk_away", ())
        if isinstance(entry, Keeps | Shift | Guarantee | Drift)
        and entry.provenance.applies(analysis.work.view)
        and bears(entry)
    )


def reliance_of(
    implementation: Implementation,
    shown: Mapping[Lasts | None, Sequence[Carried]],
) -> tuple[Reliance, ...]:
    """Follow orders again without each thing said of leaving, on the same readings.

    shown : by duration, the orders as they are with everything said

    A duration is left out where it no longer differs.
    """
    found = []
    for entry in inputs_of(implementation):
        without = _without(implementation, entry)
        shares = {lasts: tuple(_compared(without, own, lasts)) for lasts, own in shown.items()}
        found.append(Reliance(entry=entry, without=shares))
    return tuple(found)


def _without(implementation: Implementation, entry: Entry) -> Implementation:
    """Return the same with one entry of the case left out."""
    analysis = implementation.analysis
    walk = walk_away_of(analysis.altered(without_entry(analysis.case, entry)))
    timing, among = implementation.timing, implementation.among
    if walk.n_rows != len(among):  # the one reading, drawn with other amounts or without
        among = np.full(walk.n_rows, among[0])
        timing = replace(timing, chance=np.resize(timing.chance, walk.n_rows))
    return replace(implementation, walk=walk, timing=timing, among=among)


def _compared(
    implementation: Implementation, before: Sequence[Carried], lasts: Lasts | None
) -> Iterator[Without]:
    orders: list[Stages] = [one.stages for one in before]
    among = implementation.among
    for old, new in zip(before, holding(implementation, orders, lasts), strict=True):
        step, error = _step(old.holding, new, among)
        yield Without(holds=shared(new, among), step=step, visible=is_visible(step, error))


def _step(old: Bools, new: Bools, among: Bools) -> tuple[float, float]:
    """Return by how much a share moved, with the standard error of that."""
    before = old if len(old) == len(new) else np.full(len(among), old.mean())
    moved = share_among(new.astype(float) - before, among)
    return (0.0, 0.0) if moved is None else (moved.value, moved.error)
