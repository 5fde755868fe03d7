"""The Nash bargaining solution of many readings at once.

What readings share, the conditions and which package meets which, becomes one diagram; what
differs, the amounts and which red lines are imposed, is filled in reading by reading in compiled
code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from detente.diagram import Diagram, diagram_of, only
from detente.errors import CancelledError, LimitError
from detente.factors import MOST_EXACT, Bools, Choices, Factors, Formula, Ints, Shift, Whole
from detente.solvers.best import Best
from detente.solvers.nash import WHAT, best_of, graph_of, most_labels
from detente.solvers.watch import CANCELLED, watched
from detente.work import Work

if TYPE_CHECKING:
    from detente.solvers.kernels.nash import Limits
    from detente.solvers.kernels.nash_readings import Amounts, Answers, Shape

_PIECE = 32
"""Readings solved between two looks at the work."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shared:
    """What readings share.

    diagram : all packages that some reading may allow. Its factors are marks, one column for each
        condition, so that a package's values count how often each condition comes true.
    """

    diagram: Diagram

    @property
    def n_conditions(self) -> int:
        """How many conditions there are."""
        return self.diagram.factors.n_parties


def shared(
    sizes: Sequence[int], conditions: Sequence[Formula] = (), bans: Sequence[Formula] = ()
) -> Shared:
    """Prepare what readings share.

    sizes : how many options each issue has
    conditions : what amounts, and bans of some readings, depend on
    bans : what no reading allows

    Raises LimitError when the conditions are too entangled; see
    :func:`~detente.diagram.diagram_of`.
    """
    marks = np.eye(len(conditions), dtype=np.int64)
    always = np.array([when is True for when in conditions], dtype=np.int64)
    values = [np.zeros((size, len(conditions)), dtype=np.int64) for size in sizes]
    values[0] += always
    factors = Factors(
        values=tuple(values),
        no_deal=np.zeros(len(conditions), dtype=np.int64),
        shifts=tuple(
            Shift(when, mark)
            for when, mark in zip(conditions, marks, strict=True)
            if not isinstance(when, bool)
        ),
        bans=tuple(dict.fromkeys(ban for ban in bans if ban is not False)),
    )
    return Shared(diagram=diagram_of(factors))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Readings:
    """The amounts of many readings; whole numbers, of which every sum is below 2^52.

    values : options of the first issue, then of the second, and so on; shape
        (n_readings, n_options, n_parties)
    no_deals : shape (n_readings, n_parties)
    shifts : what each condition adds where it holds, shape (n_readings, n_conditions, n_parties);
        none when left out
    banned : whether a condition forbids, shape (n_readings, n_conditions); none when left out
    """

    values: Whole
    no_deals: Whole
    shifts: Whole | None = None
    banned: Bools | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BestOfEach:
    """The best package of each reading.

    proved : that nothing is better, or that no package is acceptable; shape (n_readings,)
    found : whether there is a package, shape (n_readings,)
    gains : over no deal, shape (n_readings, n_parties), zeros where there is no package
    packages : shape (n_readings, n_issues), zeros where there is no package
    """

    proved: Bools
    found: Bools
    gains: Ints
    packages: Choices


def nash_of_readings(common: Shared, readings: Readings, *, work: Work | None = None) -> BestOfEach:
    """Maximise the product of gains over no deal in every reading.

    As :func:`~detente.solvers.nash.nash_of` for each. Of gains that are equally good the
    lexicographically largest are returned. Pieces run on ``work.executor``; threads do not hinder
    each other.

    Raises LimitError when sums may reach 2^52; CancelledError when the work is cancelled.

    Cost: about 0.3 ms for a reading with 30 issues of 10 options and 6 parties.

    Examples
    --------
    >>> options = [[6, 1], [3, 3], [1, 6], [1, 0], [0, 2]]
    >>> two = Readings(values=np.array([options, options]), no_deals=np.array([[1, 0], [0, 4]]))
    >>> best = nash_of_readings(shared([3, 2]), two)
    >>> best.gains.tolist(), best.packages.tolist()
    ([[5, 3], [2, 2]], [[0, 1], [2, 0]])
    """
    from detente.solvers.kernels.nash import EMPTY, EXACT, Limits
    from detente.solvers.kernels.nash_readings import UNDECIDED

    work = work or Work()
    n_readings, n_parties = readings.no_deals.shape
    found = BestOfEach(
        proved=np.ones(n_readings, dtype=bool),
        found=np.zeros(n_readings, dtype=bool),
        gains=np.zeros((n_readings, n_parties), dtype=np.int64),
        packages=np.zeros((n_readings, common.diagram.n_issues), dtype=np.int64),
    )
    if common.diagram.empty:
        return found
    shape, amounts = _shape(common), _amounts(common, readings)
    limits = Limits(most=most_labels(n_parties, work), merge=True, tolerance=1e-10)
    status = np.full(n_readings, UNDECIDED)
    with watched(work, what=WHAT) as stop:
        pieces = [
            _Piece(low, shape, _rows(amounts, low, low + _PIECE), limits, stop)
            for low in range(0, n_readings, _PIECE)
        ]
        heeding = replace(work, cancelled=lambda: bool(stop[0]))
        try:
            for piece, part in zip(pieces, heeding.run(_solve, pieces, what=WHAT), strict=True):
                rows = slice(piece.first, piece.first + len(part.status))
                status[rows], found.found[rows] = part.status, part.found
                found.gains[rows], found.packages[rows] = part.gains, part.packages
        except CancelledError:
            if not stop[0]:
                raise
            if stop[0] == CANCELLED:
                return found  # which ends the watch, and that raises what there is to raise
        found.proved[:] = (status == EXACT) | (status == EMPTY)
        for row in np.flatnonzero(status == UNDECIDED).tolist():
            _enter(found, row, _one(common, amounts, row, limits.most, stop))
    return found


class _Piece(NamedTuple):
    """Some readings to solve, ready to run anywhere.

    first : where they stand among all
    stop : as in :mod:`detente.solvers.watch`; in another process a copy, which nobody turns
    """

    first: int
    shape: Shape
    amounts: Amounts
    limits: Limits
    stop: Ints


def _rows(amounts: Amounts, low: int, high: int) -> Amounts:
    return type(amounts)(
        amounts.values[low:high],
        amounts.shifts[low:high],
        amounts.banned[low:high],
        amounts.no_deals[low:high],
    )


def _solve(piece: _Piece) -> Answers:
    """Solve the readings of one piece."""
    from detente.solvers.kernels.nash_readings import UNDECIDED, Answers, solve_readings

    n_readings, n_parties = piece.amounts.no_deals.shape
    answers = Answers(
        np.full(n_readings, UNDECIDED),
        np.zeros(n_readings, dtype=bool),
        np.zeros((n_readings, n_parties), dtype=np.int64),
        np.zeros((n_readings, len(piece.shape.issue)), dtype=np.int64),
    )
    rows = np.arange(n_readings)
    solve_readings(piece.shape, piece.amounts, rows, answers, piece.limits, piece.stop)
    return answers


def _shape(common: Shared) -> Shape:
    from detente.solvers.kernels.nash_readings import Shape

    layers = common.diagram.layers
    marks = np.concatenate([layer.gain for layer in layers])
    before = np.cumsum([0, *common.diagram.factors.sizes])
    option = np.concatenate([layer.option for layer in layers])
    return Shape(
        graph=graph_of(layers, np.zeros((1, len(option))), np.zeros(1)),
        value=option
        + np.repeat(
            [before[layer.issue] for layer in layers], [len(layer.option) for layer in layers]
        ),
        condition=np.nonzero(marks)[1],
        first=np.cumsum([0, *np.count_nonzero(marks, axis=1)]),
        option=option,
        issue=np.array([layer.issue for layer in layers]),
    )


def _amounts(common: Shared, readings: Readings) -> Amounts:
    from detente.solvers.kernels.nash_readings import Amounts

    n_readings, n_parties = readings.no_deals.shape
    n_conditions = common.n_conditions
    shifts, banned = readings.shifts, readings.banned
    if shifts is None:
        shifts = np.zeros((n_readings, n_conditions, n_parties))
    if banned is None:
        banned = np.zeros((n_readings, n_conditions), dtype=bool)
    n_issues = common.diagram.n_issues
    most = n_issues * _largest(readings.values) + n_conditions * _largest(shifts)
    if most + _largest(readings.no_deals) >= MOST_EXACT:
        raise LimitError("values of readings may reach 2^52; use a coarser unit")
    return Amounts(
        np.ascontiguousarray(readings.values, dtype=np.float64),
        np.ascontiguousarray(shifts, dtype=np.float64),
        np.ascontiguousarray(banned, dtype=np.bool_),
        np.ascontiguousarray(readings.no_deals, dtype=np.float64),
    )


def _largest(amounts: Whole) -> int:
    return max(int(amounts.max(initial=0)), -int(amounts.min(initial=0)))


def _one(common: Shared, amounts: Amounts, row: int, most: int, stop: Ints) -> Best:
    """Decide one reading in whole numbers."""
    values, shifts = amounts.values[row].astype(np.int64), amounts.shifts[row].astype(np.int64)
    before = np.cumsum([0, *common.diagram.factors.sizes])
    layers = []
    for layer in common.diagram.layers:
        gain = values[before[layer.issue] + layer.option] + layer.gain @ shifts
        kept = np.flatnonzero(~layer.gain[:, amounts.banned[row]].any(axis=1))
        layers.append(only(replace(layer, gain=gain), kept))
    return best_of(layers, amounts.no_deals[row].astype(np.int64), most, stop)


def _enter(found: BestOfEach, row: int, best: Best) -> None:
    found.proved[row] = best.status != "bounded"
    found.found[row] = best.package is not None
    if best.package is not None:
        found.gains[row], found.packages[row] = best.vectors[0], best.package
