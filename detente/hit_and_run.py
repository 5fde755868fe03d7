"""Uniform sampling of a party's readings by hit-and-run in two blocks.

A reading of a stated party is a pair: *scale* (swings, worths of rules, no deal) and *shape* (the
values, 0 to 1, of the options inside each issue). The value of an option is swing x shape, so the
statements, linear in option values, are linear in either block while the other stands still. The
two blocks are moved in turn (Gibbs), each by hit-and-run (Smith 1984) in directions shaped by the
covariance of the chains, which leaves the uniform law over pairs unchanged. Parties on points have
a scale block only. An issue's shape that no row ties to anything else is moved by itself.

Many chains run side by side as arrays, from distinct starts, in a few flocks. At every step the
chains of a flock move in the same random direction, each to a place of its own on its own chord:
given the directions, which depend on no chain's present place, chains are independent of each
other, and a row's slope is one number for all of them. Were all chains one flock, what they still
remember of their starts would lean the same way; the more flocks, the less (measured over seeds).
They run until the chains have forgotten where they were at half the time, measured by the
correlation across chains, and their mean has not moved since by more than chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from detente.forgetting import drift_of, memory_of

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

FORGOTTEN, AT_REST = 0.1, 12.0
FIRST_STEPS = 64
MOST_STEPS = 8192
_APART, _CLOSE = 2, 32
"""Two kept states of a chain lie half the forgetting time apart; many lie closer, for many near
each other tell more than few that are independent, at the same cost."""
FLOCKS = 28
"""Into how many flocks the chains are divided, as far as their number allows."""
_TINY = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body:
    """The set to sample, as arrays. A pair is (scale y, shape u); v = y[swing] * u, by column.

    Three sorts of rows, each saying that something is not negative:
    ``scale_rows @ y + scale_constant``, ``mixed_scale @ y + mixed_shape @ v + mixed_constant`` and
    ``shape_rows @ u + shape_constant``.

    swing : int64, shape (n_shape,) -- column of ``y`` that multiplies each column of ``u``
    groups : int64, one for each row, scale rows first, then mixed, then shape rows -- the uncertain
        statement a row belongs to, -1 for none
    scale_basis : float64, shape (n_scale, k) -- directions that keep every equality on y
    shape_basis : float64, shape (n_shape, k)
    """

    swing: Ints
    scale_rows: Floats
    scale_constant: Floats
    mixed_scale: Floats
    mixed_shape: Floats
    mixed_constant: Floats
    shape_rows: Floats
    shape_constant: Floats
    groups: Ints
    scale_basis: Floats
    shape_basis: Floats
    alone: Alone | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alone:
    """Shapes of issues that no row ties to anything else: each issue moves by itself.

    columns : int64 -- columns of ``u`` that move, by issue
    rows : sparse, shape (n_rows, n_columns); rows @ u + constant >= 0. They stand in tiers: one row
        of every issue, then a second of those that have two, and so on, issues with most rows first
    groups : int64, shape (n_rows,) -- as in :class:`Body`
    tiers : how many rows each tier has
    column_issue : int64 -- the issue of each column, counted from 0 in the order of the tiers
    """

    columns: Ints
    rows: csr_array
    constant: Floats
    groups: Ints
    tiers: tuple[int, ...]
    column_issue: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chains:
    """Sampled pairs and how well the chains mixed.

    scale : float64, shape (n_kept, n_chains, n_scale)
    shape : float64, shape (n_kept, n_chains, n_shape)
    steps : moves of each block before the first state was kept
    memory : correlation across chains between their states at half the time before the first was
        kept and then, root mean square over the unknowns less what chance gives; 0 is best
    mixed : the chains had forgotten their past before ``MOST_STEPS``
    """

    scale: Floats
    shape: Floats
    steps: int
    memory: float
    mixed: bool


def sample(
    body: Body,
    *,
    scale: Floats,
    shape: Floats,
    imposed: Bools,
    n_kept: int,
    generator: np.random.Generator,
) -> Chains:
    """Run chains from their starts until they have forgotten them, then keep some states.

    scale, shape : starts, one row for each chain; each must meet the rows imposed on it
    imposed : bool, shape (n_chains, n_groups) -- uncertain statements in force, by chain
    n_kept : states kept of each chain: two half the forgetting time apart, or more lying closer

    Cost: a step of all chains is some passes over rows x chains.
    """
    coupled = _Run(body, scale, shape, imposed, generator)
    chains = _kept(coupled, n_kept)
    if body.alone is None:
        return chains
    single = _AloneRun(body.alone, shape, imposed, generator)
    others = _kept(single, n_kept)
    whole = chains.shape.copy()
    whole[:, :, body.alone.columns] = others.shape
    return Chains(
        scale=chains.scale,
        shape=whole,
        steps=max(chains.steps, others.steps),
        memory=max(chains.memory, others.memory),
        mixed=chains.mixed and others.mixed,
    )


class _Moving(Protocol):
    """Chains that can be moved on and looked at."""

    pattern: Ints

    @property
    def still(self) -> bool:
        """Whether nothing can move."""

    def learn(self) -> None:
        """Fit the moves to the present spread of the chains."""

    def advance(self, steps: int) -> None:
        """Move every chain."""

    def state(self) -> Floats:
        """Return what moves, shape (n_moving, n_chains)."""

    def pair(self) -> tuple[Floats, Floats]:
        """Return (scale, shape), one row for each chain."""


def _kept(run: _Moving, n_kept: int) -> Chains:
    """Move chains until they have come to rest; keep some states."""
    steps, mixed, memory = 0, run.still, 0.0
    if not run.still:
        steps = FIRST_STEPS
        run.advance(steps)
    while not mixed and steps < MOST_STEPS:
        run.learn()
        before = run.state()
        run.advance(steps)
        steps *= 2
        after = run.state()
        memory = memory_of(before, after, run.pattern)
        mixed = memory < FORGOTTEN and drift_of(before, after) < AT_REST
    apart = max(1, steps // (_APART if n_kept == 2 else _CLOSE))
    kept = [run.pair()]
    for _ in range(n_kept - 1):
        run.advance(apart)
        kept.append(run.pair())
    return Chains(
        scale=np.stack([pair[0] for pair in kept]),
        shape=np.stack([pair[1] for pair in kept]),
        steps=steps,
        memory=memory,
        mixed=mixed,
    )


class _Run:
    """The moving state of many chains; unknowns and rows run down, chains across."""

    def __init__(
        self,
        body: Body,
        scale: Floats,
        shape: Floats,
        imposed: Bools,
        generator: np.random.Generator,
    ) -> None:
        self.body, self.generator = body, generator
        self.scale = np.ascontiguousarray(scale.T)
        self.shape = np.ascontiguousarray(shape.T)
        self.scale_aim, self.shape_aim = body.scale_basis, body.shape_basis
        self.n_scale_rows, self.n_mixed = len(body.scale_rows), len(body.mixed_scale)
        self.optional, self.in_force = _optional(body.groups, imposed)
        self.pattern = _pattern(imposed)
        n_chains = self.scale.shape[1]
        self.n_flocks = gcd(n_chains, FLOCKS)
        self.room, self.slope, self.rate = (
            np.empty((len(body.groups), n_chains)) for _ in range(3)
        )
        self.shift = np.empty((max(len(self.scale), len(self.shape)), n_chains))

    @property
    def still(self) -> bool:
        return not self.scale_aim.shape[1] and not self.shape_aim.shape[1]

    def state(self) -> Floats:
        scale = self.scale[np.abs(self.body.scale_basis).any(axis=1)]
        return np.concatenate([scale, self.shape[np.abs(self.body.shape_basis).any(axis=1)]])

    def pair(self) -> tuple[Floats, Floats]:
        return self.scale.T.copy(), self.shape.T.copy()

    def learn(self) -> None:
        """Shape the directions by the present covariance of the chains."""
        self.scale_aim = _shaped(self.body.scale_basis, self.scale)
        self.shape_aim = _shaped(self.body.shape_basis, self.shape)

    def advance(self, steps: int) -> None:
        self._measure()
        for _ in range(steps):
            if self.scale_aim.shape[1]:
                self._move_scale()
            if self.shape_aim.shape[1]:
                self._move_shape()

    def _measure(self) -> None:
        """Compute every row's room afresh, so that rounding does not pile up."""
        body, mixed = self.body, self.n_scale_rows + self.n_mixed
        values = self.scale[body.swing] * self.shape
        self.room[: self.n_scale_rows] = body.scale_rows @ self.scale + body.scale_constant[:, None]
        self.room[self.n_scale_rows : mixed] = (
            body.mixed_scale @ self.scale + body.mixed_shape @ values + body.mixed_constant[:, None]
        )
        self.room[mixed:] = body.shape_rows @ self.shape + body.shape_constant[:, None]
        np.maximum(self.room, _TINY, out=self.room)

    def _move_scale(self) -> None:
        body, first = self.body, self.n_scale_rows
        direction = self._directed(self.scale_aim)
        slope = self.slope[: first + self.n_mixed]
        self._flocked(slope[:first])[...] = (body.scale_rows @ direction)[:, :, None]
        if self.n_mixed:
            moving = self._flocked(self.shape) * direction[body.swing][:, :, None]
            np.matmul(body.mixed_shape, moving.reshape(self.shape.shape), out=slope[first:])
            self._flocked(slope[first:])[...] += (body.mixed_scale @ direction)[:, :, None]
        self._go(slope, 0, direction, self.scale)

    def _move_shape(self) -> None:
        body = self.body
        direction = self._directed(self.shape_aim)
        slope = self.slope[self.n_scale_rows :]
        self._flocked(slope[self.n_mixed :])[...] = (body.shape_rows @ direction)[:, :, None]
        if self.n_mixed:
            moving = self._flocked(self.scale[body.swing]) * direction[:, :, None]
            np.matmul(body.mixed_shape, moving.reshape(self.shape.shape), out=slope[: self.n_mixed])
        self._go(slope, self.n_scale_rows, direction, self.shape)

    def _directed(self, aim: Floats) -> Floats:
        """Draw a direction for each flock, shape (n_unknowns, n_flocks)."""
        drawn: Floats = aim @ self.generator.standard_normal((aim.shape[1], self.n_flocks))
        return drawn

    def _flocked(self, by_chain: Floats) -> Floats:
        """Return a view, shape (n_rows, n_flocks, chains of a flock), of an array by chain."""
        return by_chain.reshape(len(by_chain), self.n_flocks, -1)

    def _go(self, slope: Floats, first: int, direction: Floats, moved: Floats) -> None:
        """Move every chain to a point drawn from its chord, and the rows' room along.

        first : position of the first row that ``slope`` speaks of
        """
        rows = slice(first, first + len(slope))
        room, rate = self.room[rows], self.rate[rows]
        np.divide(slope, room, out=rate)
        inside = (self.optional >= first) & (self.optional < rows.stop)
        if inside.any():
            rate[self.optional[inside] - first] *= self.in_force[inside]
        length = _drawn(rate.max(axis=0), rate.min(axis=0), self.generator)
        np.multiply(slope, length, out=rate)
        room += rate
        np.maximum(room, _TINY, out=room)
        shift = self.shift[: len(direction)]
        along = length.reshape(1, self.n_flocks, -1)
        np.multiply(direction[:, :, None], along, out=self._flocked(shift))
        moved += shift


class _AloneRun:
    """The moving shapes of issues that are tied to nothing; every issue has a chord of its own."""

    def __init__(
        self, alone: Alone, shape: Floats, imposed: Bools, generator: np.random.Generator
    ) -> None:
        self.alone, self.generator = alone, generator
        self.shape = np.ascontiguousarray(shape[:, alone.columns].T)
        self.spread = np.ones((len(alone.columns), 1))
        self.pattern = _pattern(imposed)
        self.optional, self.in_force = _optional(alone.groups, imposed)

    @property
    def still(self) -> bool:
        return not len(self.alone.columns)

    def state(self) -> Floats:
        return self.shape.copy()

    def learn(self) -> None:
        self.spread = np.maximum(self.shape.std(axis=1, keepdims=True), 1e-9)

    def pair(self) -> tuple[Floats, Floats]:
        return np.zeros((self.shape.shape[1], 0)), self.shape.T.copy()

    def advance(self, steps: int) -> None:
        alone = self.alone
        room = np.maximum(alone.rows @ self.shape + alone.constant[:, None], _TINY)
        n_flocks = gcd(room.shape[1], FLOCKS)
        slope, rate = np.empty_like(room), np.empty_like(room)
        flocked = slope.reshape(len(slope), n_flocks, -1)
        ends = np.cumsum(alone.tiers).tolist()
        tiers = [(slice(end - n, end), n) for end, n in zip(ends, alone.tiers, strict=True)]
        extremes = (max(alone.tiers), room.shape[1])
        for _ in range(steps):
            direction = self.spread * self.generator.standard_normal((len(self.spread), n_flocks))
            flocked[...] = (alone.rows @ direction)[:, :, None]
            np.divide(slope, room, out=rate)
            rate[self.optional] *= self.in_force
            back, forth = np.zeros(extremes), np.zeros(extremes)
            for rows, n in tiers:
                np.maximum(back[:n], rate[rows], out=back[:n])
                np.minimum(forth[:n], rate[rows], out=forth[:n])
            length = _drawn(back, forth, self.generator)
            along = length[alone.column_issue].reshape(len(direction), n_flocks, -1)
            self.shape += (direction[:, :, None] * along).reshape(self.shape.shape)
            for rows, n in tiers:
                np.multiply(slope[rows], length[:n], out=rate[rows])
            room += rate
            np.maximum(room, _TINY, out=room)


def _drawn(back: Floats, forth: Floats, generator: np.random.Generator) -> Floats:
    """Draw how far to go, evenly between the ends that the fastest closing rows leave."""
    bounded = (back > 0) & (forth < 0)
    if not bounded.all():
        back, forth = np.where(bounded, back, np.inf), np.where(bounded, forth, -np.inf)
    low = -1 / back
    drawn: Floats = low + (-1 / forth - low) * generator.random(low.shape)
    return drawn


def _pattern(imposed: Bools) -> Ints:
    """Number the chains by what they impose."""
    _, pattern = np.unique(imposed, axis=0, return_inverse=True)
    return np.asarray(pattern.ravel(), dtype=np.int64)


def _optional(groups: Ints, imposed: Bools) -> tuple[Ints, Floats]:
    """Return the rows not in force in every chain, and by chain whether they are."""
    rows = np.flatnonzero(groups >= 0)
    return rows, imposed.T[groups[rows]].astype(np.float64)


def _shaped(basis: Floats, points: Floats) -> Floats:
    """Return ``basis`` turned and stretched so that random directions follow the covariance."""
    k = basis.shape[1]
    if not k:
        return basis
    covariance = np.atleast_2d(np.cov(basis.T @ points))
    floor = 1e-9 * max(float(np.trace(covariance)) / k, _TINY)
    aim: Floats = basis @ np.linalg.cholesky(covariance + floor * np.eye(k))
    return aim
