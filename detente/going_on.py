"""What becomes of an order of stages: going on against walking away, in every reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.blocks.walk_away import Lasts
from detente.hit_and_run import Bools, Floats
from detente.implementation import Implementation, mean_of_counted
from detente.solvers.roadmap import Gate, Gates, Stages, gates_of, of_signatories
from detente.solvers.roadmap_listing import Worths
from detente.solvers.talks import Steps
from detente.steadiness import share_among
from detente.table import Share

_HELD = 2**24
"""Amounts held at a time while orders are summed up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """An amount over the readings, in points.

    share : in what share of the readings it is more than 0
    most : in 95 % of the readings it is no more
    """

    share: Share
    mean: float
    median: float
    most: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Carried:
    """What becomes of one order, over the readings that count.

    gates : in the order in which they come; the lists by gate below have one entry for each
    holds : in what share nobody has a reason to leave at any gate
    leaves : by gate and signatory, in what share walking away is worth more; None where it has no
        such choice
    short : by gate and signatory, what leaving would have to cost there
    missing : by signatory, what leaving would have to cost so that it never leaves
    needed : the same for the signatory that lacks most
    going_on, walking_away : in the mean of these readings, in points, shape
        (n_gates, n_signatories); walking away is -inf where there is no choice
    holding : shape (n_rows,), in which readings it holds
    exact : False when values were rounded because somebody discounts, or the next stage may fail
    """

    stages: Stages
    gates: tuple[Gate, ...]
    holds: Share
    leaves: tuple[tuple[Share | None, ...], ...]
    short: tuple[tuple[Spread | None, ...], ...]
    missing: tuple[Spread, ...]
    needed: Spread
    going_on: Floats
    walking_away: Floats
    holding: Bools
    exact: bool

    @property
    def slack(self) -> Floats:
        """By how much going on is worth more in the mean reading; inf without a choice."""
        return self.going_on - self.walking_away

    @property
    def tightest(self) -> tuple[int, int]:
        """The gate and signatory with the smallest slack in the mean reading; the first one."""
        gate, party = np.unravel_index(int(self.slack.argmin()), self.slack.shape)
        return int(gate), int(party)

    @property
    def weakest(self) -> tuple[int, int] | None:
        """The gate and signatory that leaves in most readings; None when none ever does."""
        told = [
            (share.value, -gate, -party)
            for gate, row in enumerate(self.leaves)
            for party, share in enumerate(row)
            if share is not None and share.value > 0
        ]
        if not told:
            return None
        _, gate, party = max(told)
        return -gate, -party

    @property
    def holds_on_average(self) -> bool:
        """Whether nobody has a reason to leave in the mean reading."""
        return bool((self.slack >= 0).all())


def carried(
    implementation: Implementation,
    orders: Sequence[Stages],
    lasts: Lasts | None,
) -> list[Carried]:
    """Follow some orders through every reading.

    Readings are worked on in chunks, orders as many at a time as fit into memory.

    Raises CancelledError.
    """
    cells = implementation.walk.n_rows * len(implementation.signatories)
    widest = max((2 * len(stages) + 1 for stages in orders), default=1)
    at_a_time = max(1, _HELD // (cells * widest))
    chunks = list(implementation.chunks(lasts))
    middle = mean_of_counted(chunks)
    work = implementation.analysis.work
    found: list[Carried] = []
    for first in range(0, len(orders), at_a_time):
        some = tuple(orders[first : first + at_a_time])
        pieces = [Followed(steps=steps, orders=some) for _, steps in chunks]
        parts = list(work.run(follow, pieces, what="following orders"))
        for k, stages in enumerate(some):
            own = [part[k] for part in parts]
            found.append(_carried(implementation, own, gates_of(middle, stages)))
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Followed:
    """Some orders to be followed in some readings."""

    steps: Steps
    orders: tuple[Stages, ...]


def follow(piece: Followed) -> list[Gates]:
    """Work out every gate of some orders."""
    return [gates_of(piece.steps, stages) for stages in piece.orders]


def holding(
    implementation: Implementation, orders: Sequence[Stages], lasts: Lasts | None
) -> list[Bools]:
    """Tell in which readings some orders hold, and nothing else about them.

    Raises CancelledError.
    """
    pieces = [
        Followed(steps=steps, orders=tuple(orders)) for _, steps in implementation.chunks(lasts)
    ]
    parts = list(implementation.analysis.work.run(held, pieces, what="following orders"))
    return [np.concatenate([part[k] for part in parts]) for k in range(len(orders))]


def held(piece: Followed) -> list[Bools]:
    """Tell in which readings some orders hold."""
    worths = Worths(steps=of_signatories(piece.steps))
    return [np.asarray(~worths.missing(stages).any(axis=1)) for stages in piece.orders]


def _carried(implementation: Implementation, parts: Sequence[Gates], middle: Gates) -> Carried:
    among, points = implementation.among, implementation.points
    slack = np.concatenate([part.slack for part in parts]) / points
    short = np.maximum(-slack, 0.0)
    holding = np.asarray((slack >= 0.0).all(axis=(1, 2)))
    n_gates, n_parties = slack.shape[1:]
    choice = np.isfinite(slack[0])
    return Carried(
        stages=middle.stages,
        gates=middle.gates,
        holds=shared(holding, among),
        leaves=tuple(
            tuple(
                shared(slack[:, gate, party] < 0, among) if choice[gate, party] else None
                for party in range(n_parties)
            )
            for gate in range(n_gates)
        ),
        short=tuple(
            tuple(
                spread_of(short[:, gate, party], among) if choice[gate, party] else None
                for party in range(n_parties)
            )
            for gate in range(n_gates)
        ),
        missing=tuple(
            spread_of(short[:, :, party].max(axis=1), among) for party in range(n_parties)
        ),
        needed=spread_of(short.max(axis=(1, 2)), among),
        going_on=middle.going_on[0] / points,
        walking_away=middle.walking_away[0] / points,
        holding=holding,
        exact=all(part.exact for part in parts),
    )


def shared(mask: Bools, among: Bools) -> Share:
    """Return in what share of the readings that count something is true."""
    found = share_among(np.broadcast_to(mask, among.shape), among)
    return Share(value=0.0) if found is None else found


def spread_of(amounts: Floats, among: Bools) -> Spread:
    """Return how an amount spreads over the readings that count."""
    own = np.broadcast_to(amounts, among.shape)[among]
    return Spread(
        share=shared(amounts > 0, among),
        mean=float(own.mean()),
        median=float(np.median(own)),
        most=float(np.quantile(own, 0.95, method="higher")),
    )
