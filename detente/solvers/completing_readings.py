"""A search of many readings at once for a package that all accept, through partial packages.

A partial package is given up when weights of the parties show that no completion can be worth
enough (a Lagrangian bound: Geoffrion 1974), or when an option is left out because another one of
the same issue is worth no less to anybody. What is left is followed to its end, the most promising
first (Land & Doig 1960), so that memory stays small.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.drawing import Draws
from detente.factors import Bools, Choices, Ints
from detente.solvers.paths_of_readings import Amounts, Paths, Step, rests_of, worth_of

Floats = NDArray[np.float64]

_BLOCK = 2**13
"""Partial packages that are completed together."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Partial:
    """Partial packages, each in one reading.

    gains : shape (n_cuts, n), weighted gain so far; options : shape (n, n_issues)
    """

    depth: int
    reading: Ints
    state: Ints
    gains: Floats
    options: NDArray[np.int32]

    def at(self, rows: Ints | Bools | slice) -> _Partial:
        return _Partial(
            depth=self.depth,
            reading=self.reading[rows],
            state=self.state[rows],
            gains=self.gains[:, rows],
            options=self.options[rows],
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Cuts:
    """Sets of weights by which partial packages are given up.

    weights : shape (n_cuts, n_parties, n_readings)
    slack : more than rounding can add to a weighted gain
    """

    weights: Floats
    slack: float


def complete(
    paths: Paths,
    amounts: Amounts,
    draws: Sequence[Draws],
    cuts: Cuts,
    accepts: Callable[[Choices, Ints], Bools],
    *,
    most: int,
) -> tuple[Bools, Bools]:
    """Tell in which readings a package is accepted by all, and which were given up.

    draws : of each party, in the readings of ``amounts``
    accepts : tells exactly of packages whether all accept them, each in a reading of its own; also
        called now and then without packages, so that it may stop the search
    most : partial packages that one reading may cost

    Returns two masks of shape (n_readings,): found, given up. Where both are False there is none.
    """
    rests = [rests_of(paths, amounts, weights) for weights in cuts.weights]
    worths = [
        [worth_of(step, paths, amounts, weights) for step in paths.steps]
        for weights in cuts.weights
    ]
    left_out = [_left_out(step, paths, draws, amounts.n_readings) for step in paths.steps]
    n_readings = amounts.n_readings
    found = np.zeros(n_readings, dtype=bool)
    given_up = np.zeros(n_readings, dtype=bool)
    spent = np.zeros(n_readings, dtype=np.int64)
    start = _Partial(
        depth=0,
        reading=np.arange(n_readings),
        state=np.zeros(n_readings, dtype=np.int64),
        gains=-(cuts.weights * amounts.no_deal).sum(axis=1),
        options=np.zeros((n_readings, paths.n_issues), dtype=np.int32),
    )
    waiting = [start]
    while waiting:
        block = waiting.pop()
        block = block.at(~(found | given_up)[block.reading])
        if block.depth == paths.n_issues:
            hits = accepts(block.options.astype(np.int64), block.reading)
            found[block.reading[hits]] = True
            continue
        accepts(block.options[:0].astype(np.int64), block.reading[:0])
        spent += np.bincount(block.reading, minlength=n_readings)
        given_up = (spent > most) & ~found
        depth = block.depth
        longer = _longer(
            block,
            paths.steps[depth],
            [worth[depth] for worth in worths],
            [rest[depth + 1] for rest in rests],
            left_out[depth],
            cuts.slack,
        )
        waiting += [longer.at(slice(k, k + _BLOCK)) for k in range(0, len(longer.reading), _BLOCK)]
    return found, given_up


def _longer(
    block: _Partial,
    step: Step,
    worths: Sequence[Floats],
    rests: Sequence[Floats],
    left_out: Bools | None,
    slack: float,
) -> _Partial:
    """Return what one more issue makes of partial packages, the most promising last."""
    parts = []
    for place in range(len(step.kind)):
        usable = step.real[place, block.state]
        if left_out is not None:
            usable = usable & ~left_out[place, block.reading]
        rows = np.flatnonzero(usable)
        gains: Floats = np.zeros((0, len(rows)))
        for cut, (worth, rest) in enumerate(zip(worths, rests, strict=True)):
            reading, state = block.reading[rows], block.state[rows]
            gain = block.gains[cut, rows] + worth[step.kind[place, state], reading]
            most = gain + rest[step.target[place, state], reading]
            kept = most >= -slack
            gains = np.concatenate([gains, gain[None]])[:, kept]
            rows = rows[kept]
            if not cut:
                bound = most
            bound = bound[kept]
        options = block.options[rows]
        options[:, step.issue] = step.option[place, block.state[rows]]
        longer = _Partial(
            depth=block.depth + 1,
            reading=block.reading[rows],
            state=step.target[place, block.state[rows]],
            gains=gains,
            options=options,
        )
        parts.append((bound, longer))
    order = np.argsort(np.concatenate([bound for bound, _ in parts]), kind="stable")
    return _Partial(
        depth=block.depth + 1,
        reading=np.concatenate([part.reading for _, part in parts])[order],
        state=np.concatenate([part.state for _, part in parts])[order],
        gains=np.concatenate([part.gains for _, part in parts], axis=1)[:, order],
        options=np.concatenate([part.options for _, part in parts])[order],
    )


def _left_out(step: Step, paths: Paths, draws: Sequence[Draws], n_readings: int) -> Bools | None:
    """Tell which arcs of a single state another arc replaces; shape (n_places, n_readings).

    Replaced: the other leads to the same state, makes the same conditions true, and its option is
    worth no less to any party, or as much and comes first.
    """
    if step.kind.shape[1] > 1:
        return None
    kind, target = step.kind[:, 0], step.target[:, 0]
    met = np.zeros((len(step.column), len(step.met)), dtype=bool)
    for k, (_, kinds) in enumerate(step.met):
        met[kinds, k] = True
    found = np.zeros((len(kind), n_readings), dtype=bool)
    tables = [part.options[:, step.column[kind]].T for part in draws]
    for one in range(len(kind)):
        for other in range(len(kind)):
            alike = target[one] == target[other] and (met[kind[one]] == met[kind[other]]).all()
            if one == other or not alike:
                continue
            no_less = np.ones(n_readings, dtype=bool)
            as_much = np.ones(n_readings, dtype=bool)
            for table in tables:
                no_less &= np.asarray(table[other] >= table[one], dtype=bool)
                as_much &= np.asarray(table[other] == table[one], dtype=bool)
            found[one] |= no_less & (~as_much if other > one else True)
    return found
