"""What parties settle one bundle of issues at, in every state in which it can be on the table.

Acceptable is what leaves no signatory below what it has when this table fails; among that a
bargaining solution picks. Gains are whole numbers in doubles. Floating point narrows the field;
what it cannot tell apart is decided in whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from detente.errors import UnknownNameError, did_you_mean, quote
from detente.factors import Bools, Ints
from detente.hit_and_run import Floats
from detente.solvers import thresholds
from detente.solvers.bargaining import SOLUTIONS
from detente.solvers.states import Step

COMPILED = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian")
"""Solutions that the compiled code knows."""
_NEAR = 1e-12
"""Criteria in doubles that are further apart than this share of them are in the right order."""
_HALVED = 2.0**-26
"""A gain times this is near 1 in size, so that products of many gains stay within doubles."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """A bundle on the table, in some readings and states.

    after : value of every state that settling the bundle leads to, shape
        (n_rows, n_after, n_parties), signatories first; -inf for all where it is struck out
    stop : value when nothing is agreed, shape (n_rows, n_states, n_parties)
    step : which state each option tuple leads to
    """

    after: Floats
    stop: Floats
    step: Step
    n_signatories: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Settled:
    """What comes of a table; everything by reading and state.

    value : shape (n_rows, n_states, n_parties): of what is agreed, of stopping where nothing is
        acceptable, -inf where every option tuple is struck out
    choice : the option tuple agreed on, -1 where nothing is
    tied : whether the solution leaves several
    ambiguous : whether these differ in value for any party
    zero : whether some signatory gains nothing by what is agreed
    """

    value: Floats
    choice: Ints
    tied: Bools
    ambiguous: Bools
    zero: Bools


def settled(table: Table, solution: str, *, reverse: bool = False) -> Settled:
    """Settle a bundle in every state.

    solution : by its name in :data:`~detente.solvers.bargaining.SOLUTIONS`
    reverse : take the last of tied option tuples instead of the first

    Tied option tuples stand in this order: larger smallest gain, over signatories that can gain, in
    shares of the most each can gain here; fewer changes from the status quo; case order.

    Raises UnknownNameError when there is no such solution.

    Cost: a few passes over all cells (rows times states times option tuples); cells in which
    floating point leaves several are decided one by one.

    Examples
    --------
    >>> from detente.solvers.states import step_of
    >>> after = np.array([[[6.0, 1.0], [3.0, 3.0], [1.0, 6.0]]])
    >>> step = step_of((3,), (0,), (), (0,))
    >>> table = Table(after=after, stop=np.array([[[0.0, 2.0]]]), step=step, n_signatories=2)
    >>> found = settled(table, "nash")
    >>> found.choice.tolist(), found.value.tolist(), found.tied.tolist()
    ([[2]], [[[1.0, 6.0]]], [[False]])
    """
    solve = solution_of(solution)
    n_cells = len(table.stop) * len(table.step.base) * len(table.step.offset)
    if n_cells >= thresholds.COMPILED_CELLS and solution in COMPILED:
        return settled_compiled(table, solution, reverse=reverse)
    places = table.step.base[:, None] + table.step.offset
    after = table.after[:, places]
    after = np.broadcast_to(after, (len(table.stop), *after.shape[1:]))
    possible = after[..., 0] > -np.inf
    alive = np.asarray(possible.any(axis=2), dtype=bool)
    stop = np.where(alive[..., None], table.stop, 0.0)
    n = table.n_signatories
    gains = after[..., :n] - stop[:, :, None, :n]
    accepted = np.asarray((gains >= 0).all(axis=3), dtype=bool)
    left: Bools = np.logical_and(accepted, _narrowed(gains, accepted, solution))
    choice = np.where(left.any(axis=2), left.argmax(axis=2), -1)
    tied = np.zeros(choice.shape, dtype=bool)
    ambiguous = np.zeros(choice.shape, dtype=bool)
    for row, state in np.argwhere(left.sum(axis=2) > 1).tolist():
        options = np.flatnonzero(accepted[row, state])
        own = gains[row, state, options]
        members = picked(own, table.step.changes[options], solve, reverse=reverse)
        choice[row, state] = options[members[0]]
        tied[row, state] = len(members) > 1
        values = after[row, state, options[members]]
        ambiguous[row, state] = (values != values[0]).any()
    taken = np.maximum(choice, 0)[..., None, None]
    value = np.take_along_axis(after, taken, axis=2)[:, :, 0]
    lowest = np.take_along_axis(gains, taken, axis=2)[:, :, 0].min(axis=2)
    agreed = np.asarray(choice >= 0, dtype=bool)
    value = np.where(agreed[..., None], value, stop)
    value = np.where(alive[..., None], value, -np.inf)
    return Settled(
        value=value, choice=choice, tied=tied, ambiguous=ambiguous, zero=agreed & (lowest == 0)
    )


def settled_compiled(table: Table, solution: str, *, reverse: bool) -> Settled:
    """Do the same as :func:`settled` in compiled code, which decides everything exactly at once.

    solution : one of :data:`COMPILED`
    """
    from detente.solvers.kernels import agenda as kernel

    step = table.step
    shape = (len(table.stop), len(step.base))
    value = np.empty((*shape, table.stop.shape[2]))
    choice, marks = np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.int64)
    kernel.settle_tables(
        kernel.Tables(
            plain(table.after),
            plain(table.stop),
            kernel.Where(step.base, step.offset, step.changes),
        ),
        kernel.How(table.n_signatories, kernel.CODES[solution], reverse),
        kernel.Found(value, choice, marks),
    )
    return Settled(
        value=value,
        choice=choice,
        tied=(marks & kernel.TIED) != 0,
        ambiguous=(marks & kernel.AMBIGUOUS) != 0,
        zero=(marks & kernel.ZERO) != 0,
    )


def plain(array: Floats) -> Floats:
    """Return the array as it was compiled for: contiguous, and not closed to writing."""
    return np.require(array, np.float64, ["C", "W"])


def solution_of(name: str) -> Callable[[Floats], Ints]:
    """Return how a registered solution picks among gains.

    Raises UnknownNameError when there is no such solution.
    """
    if name not in SOLUTIONS:
        raise UnknownNameError(
            f"no bargaining solution is called {quote(name)}; {did_you_mean(name, list(SOLUTIONS))}"
        )
    return SOLUTIONS[name].solve


def picked(
    gains: Floats, changes: Ints, solve: Callable[[Floats], Ints], *, reverse: bool = False
) -> Ints:
    """Return what a solution picks among acceptable option tuples, in the order of preference.

    gains : whole numbers >= 0, shape (n_options, n_signatories); changes : shape (n_options,)

    Examples
    --------
    >>> solve = solution_of("nash")
    >>> picked(np.array([[6.0, 1.0], [2.0, 3.0], [3.0, 2.0]]), np.array([0, 2, 1]), solve).tolist()
    [2, 0, 1]
    """
    members = solve(gains)
    if len(members) == 1:
        return members
    most = [int(amount) for amount in gains.max(axis=0)]
    counted = [p for p, amount in enumerate(most) if amount > 0]

    def place(member: int) -> tuple[Fraction, int, int]:
        shares = [Fraction(int(gains[member, p]), most[p]) for p in counted]
        return -min(shares, default=Fraction(0)), int(changes[member]), member

    return np.array(sorted(members.tolist(), key=place, reverse=reverse), dtype=np.int64)


def _narrowed(gains: Floats, accepted: Bools, solution: str) -> Bools:
    """Mark what may be best by the solution's first criterion; never too little.

    gains : shape (n_rows, n_states, n_options, n_signatories)
    """
    if solution == "nash":
        positive = (gains > 0) & accepted[..., None]
        winners = np.where(accepted, positive.sum(axis=3), -1)
        most = winners == winners.max(axis=2, keepdims=True)
        products = np.where(positive, gains * _HALVED, 1.0).prod(axis=3)
        return _near_the_top(np.where(accepted & most, products, -1.0))
    if solution == "egalitarian":
        return _near_the_top(np.where(accepted, gains.min(axis=3), -1.0))
    if solution == "utilitarian":
        return _near_the_top(np.where(accepted, gains.sum(axis=3), -1.0))
    if solution == "kalai_smorodinsky":
        kept = np.where(accepted[..., None], gains, 0.0)
        ideal = kept.max(axis=2, keepdims=True)
        counted = ideal > 0
        shares = np.where(counted, kept / np.where(counted, ideal, 1.0), np.inf).min(axis=3)
        return _near_the_top(np.where(accepted, np.minimum(shares, 1.0), -1.0))
    return accepted


def _near_the_top(criterion: Floats) -> Bools:
    top = criterion.max(axis=2, keepdims=True)
    return np.asarray(criterion >= top - np.abs(top) * _NEAR, dtype=bool)
