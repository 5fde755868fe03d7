"""The best order of a roadmap where going on is worth what the stages still to come make it worth.

With discounting or chance, or walking away that drifts, what holds at a gate depends on the rest of
the order: a programme that keeps one number for each set in force would be wrong. Backwards from
completion each state keeps the undominated pairs of what going on is worth to every signatory and
what is missing later (label setting, Martins 1984). Giving more to all after a stage gives no less
to anybody before it, so what is dominated may go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import time
from typing import TYPE_CHECKING

import numpy as np

from detente.errors import LimitError
from detente.hit_and_run import Floats
from detente.solvers.orderings import Precedence, members
from detente.solvers.roadmap import (
    Stages,
    discount_of,
    drifts,
    of_signatories,
    some_rows,
    ticks_of,
)
from detente.solvers.roadmap_sets import Least, delivers_of, effects_of
from detente.solvers.talks import Steps, Term
from detente.solvers.thresholds import BEAM_LABELS, ROADMAP_ARCS, ROADMAP_LABELS
from detente.solvers.watch import watched
from detente.work import Work

if TYPE_CHECKING:
    from detente.solvers.kernels.roadmap_labels import Lattice, Row


def best_by_labels(
    steps: Steps,
    allowed: Precedence,
    *,
    summed: bool = False,
    most: int = ROADMAP_LABELS,
    work: Work | None = None,
) -> Least:
    """Find for each reading the order whose missing guarantee is smallest.

    Parameters
    ----------
    steps, allowed
        The items, and which orders there are.
    summed
        Make the sum of the signatories' missing guarantees smallest, not the largest of them.
    most
        How many labels a state may keep; with more the rest are left out, and the answer is bounded
        instead of exact.
    work
        Pieces of the readings run on its executor. Past its seconds answers are bounded.

    Returns
    -------
    least
        ``least`` is what the orders given need, ``bound`` what no order falls below; equal where
        the search was complete. Orders are not counted.

    Raises LimitError with more than ``ROADMAP_ARCS`` pairs of a state and a next stage;
    CancelledError.

    Cost: for each reading, the labels after every stage, compared with those kept. 12 items one by
    one with three signatories: some seconds.

    Examples
    --------
    >>> from detente.solvers.roadmap import plain_steps
    >>> steps = plain_steps(final=[[9, 9]], no_deal=[[0, 0]], kept=[[[20, -1]], [[-12, 2]]])
    >>> from dataclasses import replace
    >>> slow = replace(steps, comes=np.array([0.5]))
    >>> best = best_by_labels(slow, Precedence(n_items=2))
    >>> best.orders, best.least.tolist(), best.complete
    ((((0, 1),),), [0.0], True)
    """
    work = work or Work()
    steps = of_signatories(steps)
    lattice = lattice_of(steps, allowed)
    until = None if work.seconds is None else time() + work.seconds
    share = None if work.seconds is None else max(SHARE_OF_TIME * work.seconds / steps.n_rows, 1.0)
    pieces = [
        Piece(
            steps=some_rows(steps, slice(row, row + 1)),
            lattice=lattice,
            summed=summed,
            most=most,
            seconds=share,
            until=until,
        )
        for row in range(steps.n_rows)
    ]
    parts = list(work.run(_solved, pieces, what="searching orders"))
    return Least(
        least=np.array([part.least for part in parts]),
        bound=np.array([part.bound for part in parts]),
        orders=tuple(part.stages for part in parts),
        many=(None,) * len(parts),
    )


SHARE_OF_TIME = 4
"""One reading may take so many times its share of the time, and a second in any case."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """One reading to be searched, for so long and until a time; see :func:`best_by_labels`."""

    steps: Steps
    lattice: Lattice
    summed: bool
    most: int
    seconds: float | None
    until: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """What was found in it."""

    least: float
    bound: float
    stages: Stages | None


def _solved(piece: Piece) -> Part:
    """Search a reading: with few labels, then for an order that lacks nothing, then for the best.

    What an order found so far needs is a limit for the next search, which keeps fewer labels.
    """
    from detente.solvers.kernels.roadmap_labels import Limits, bounds, search

    row = _row(piece.steps)
    bound = float(bounds(piece.lattice, row)[int(piece.summed)])
    least, order = np.inf, None
    seconds = piece.seconds
    if seconds is not None and piece.until is not None:
        seconds = min(seconds, max(piece.until - time(), 0.0))
    with watched(Work(seconds=seconds)) as stop:
        tries = [(np.inf, min(BEAM_LABELS, piece.most)), (1.0, piece.most), (np.inf, piece.most)]
        for below, most in tries:
            if bound >= min(below, least):
                continue
            limits = Limits(piece.summed, min(below, least), most, stop)
            need, stages, whole = search(piece.lattice, row, limits)
            if need < least:
                least = float(need)
                order = tuple(members(int(stage)) for stage in stages)
            if whole:
                bound = max(bound, min(least, limits.below))
    return Part(least=least, bound=bound, stages=order)


def _row(steps: Steps) -> Row:
    from detente.solvers.kernels.roadmap_labels import Row

    leave, stranded, table = (
        _by_set(steps, terms) for terms in (steps.kept, steps.stranded, steps.meanwhile)
    )
    leave[:, -1] = (steps.no_deal + steps.kept_at_end)[0]
    return Row(
        leave=leave,
        stranded=stranded,
        open=table,
        final=steps.final[0].copy(),
        drift=steps.drift[0].copy(),
        kept=np.array([discount_of(steps, [item]) for item in range(steps.n_items)]),
        comes=float(steps.comes[0]),
    )


def _by_set(steps: Steps, terms: Sequence[Term]) -> Floats:
    """Return no deal and some terms by signatory and set in force."""
    from detente.solvers.kernels.roadmap import worth_by_set

    marks, effects = effects_of(terms, steps)
    worth = np.empty((steps.n_signatories, 1 << steps.n_items))
    for party in range(steps.n_signatories):
        worth_by_set(
            worth[party], float(steps.no_deal[0, party]), marks, effects[0, :, party].copy()
        )
    return worth


def lattice_of(steps: Steps, allowed: Precedence) -> Lattice:
    """Return the states of all orders and the stages between them.

    A state is a set of blocks in force; where walking away drifts, also the time passed.

    Raises LimitError with more than ``ROADMAP_ARCS`` stages.
    """
    from detente.solvers.kernels.roadmap_labels import Lattice

    ticks, per_unit = ticks_of(steps.takes)
    timed = drifts(steps)
    arcs: dict[tuple[int, int], list[tuple[tuple[int, int], int, int]]] = {}
    todo, n_arcs = [(0, 0)], 0
    while todo:
        state = todo.pop()
        if state in arcs:
            continue
        arcs[state] = []
        for stage in allowed.stages_after(state[0]):
            items = allowed.items_of(stage)
            longest = max(members(items), key=lambda item: ticks[item])
            after = (state[0] | stage, state[1] + (ticks[longest] if timed else 0))
            arcs[state].append((after, items, longest))
            todo.append(after)
        n_arcs += len(arcs[state])
        if n_arcs > ROADMAP_ARCS:
            message = f"more than {ROADMAP_ARCS:,} stages that may follow something; allow fewer"
            raise LimitError(message)
    states = sorted(arcs, key=lambda state: (-state[0].bit_count(), state))
    number = {state: place for place, state in enumerate(states)}
    flat = [arc for state in states for arc in arcs[state]]
    return Lattice(
        items=np.array([allowed.items_of(done) for done, _ in states], dtype=np.int64),
        passed=np.array([time for _, time in states]) / per_unit,
        first=np.cumsum([0, *(len(arcs[state]) for state in states)]).astype(np.int64),
        to=np.array([number[after] for after, _, _ in flat], dtype=np.int64),
        coming=np.array([items for _, items, _ in flat], dtype=np.int64),
        longest=np.array([longest for _, _, longest in flat], dtype=np.int64),
        delivers=delivers_of(steps),
    )
