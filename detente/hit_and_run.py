"""Uniform sampling of a party's readings by hit-and-run in two blocks.

A reading of a stated party is a pair: *scale* (swings, worths of rules, no deal) and *shape* (the
values, 0 to 1, of the options inside each issue). The value of an option is swing x shape, so the
statements, linear in option values, are linear in either block while the other stands still. The
two blocks are moved in turn (Gibbs), each by hit-and-run (Smith 1984) in directions shaped by the
covariance of the chains, which leaves the uniform law over pairs unchanged. Parties on points have
a scale block only.

Many chains run side by side as arrays, from distinct starts. They run until the chains have
forgotten where they were at half the time, measured by the correlation across chains.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

FORGOTTEN = 0.1
FIRST_STEPS = 64
MOST_STEPS = 8192
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chains:
    """Sampled pairs and how well the chains mixed.

    scale : float64, shape (n_kept, n_chains, n_scale)
    shape : float64, shape (n_kept, n_chains, n_shape)
    steps : moves of each block before the first state was kept
    memory : correlation across chains between two successive kept states, root mean square over the
        unknowns less what chance gives; 0 is best
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
    n_kept : states kept of each chain, half the forgetting time apart at least

    Cost: a step of all chains is a few small matrix products and passes over rows x chains.
    """
    if not body.scale_basis.shape[1] and not body.shape_basis.shape[1]:
        return Chains(
            scale=np.repeat(scale[None], n_kept, axis=0),
            shape=np.repeat(shape[None], n_kept, axis=0),
            steps=0,
            memory=0.0,
            mixed=True,
        )
    run = _Run(body, scale, shape, imposed, generator)
    steps, mixed, memory = FIRST_STEPS, False, 1.0
    run.advance(steps)
    while not mixed and steps < MOST_STEPS:
        run.learn()
        before = run.state()
        run.advance(steps)
        steps *= 2
        memory = run.memory(before)
        mixed = memory < FORGOTTEN
    kept = [run.pair()]
    for _ in range(n_kept - 1):
        before = run.state()
        run.advance(steps // 2)
        memory = run.memory(before)
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
        optional = np.flatnonzero(body.groups >= 0)
        self.optional = optional
        self.in_force = imposed.T[body.groups[optional]].astype(np.float64)
        _, self.pattern = np.unique(imposed, axis=0, return_inverse=True)
        self.room = np.empty((len(body.groups), self.scale.shape[1]))

    def state(self) -> Floats:
        return np.concatenate([self.scale, self.shape])

    def pair(self) -> tuple[Floats, Floats]:
        return self.scale.T.copy(), self.shape.T.copy()

    def memory(self, before: Floats) -> float:
        """Return the root mean square correlation across chains, less what chance gives.

        Chains that impose the same statements are compared with each other; those that impose
        others live in different sets and never meet.
        """
        a, b = self._within(before), self._within(self.state())
        spread = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
        moving = spread > _TINY * a.shape[1]
        if not moving.any():
            return 0.0
        correlation = (a * b).sum(axis=1)[moving] / spread[moving]
        chance = 1 / max(1, a.shape[1] - 1 - int(self.pattern.max(initial=0)))
        return float(np.sqrt(max(0.0, float(np.mean(correlation**2)) - chance)))

    def _within(self, state: Floats) -> Floats:
        """Return the state less the mean over the chains that impose the same statements."""
        pattern = self.pattern.ravel()
        counts = np.bincount(pattern)
        means = np.stack([np.bincount(pattern, weights=row) / counts for row in state])
        centred: Floats = state - means[:, pattern]
        return centred

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
        body = self.body
        direction = self.scale_aim @ self._normal(self.scale_aim.shape[1])
        slope = np.concatenate(
            [
                body.scale_rows @ direction,
                body.mixed_scale @ direction
                + body.mixed_shape @ (direction[body.swing] * self.shape),
            ]
        )
        self.scale += direction * self._go(slope, 0)

    def _move_shape(self) -> None:
        body = self.body
        direction = self.shape_aim @ self._normal(self.shape_aim.shape[1])
        slope = np.concatenate(
            [
                body.mixed_shape @ (self.scale[body.swing] * direction),
                body.shape_rows @ direction,
            ]
        )
        self.shape += direction * self._go(slope, self.n_scale_rows)

    def _normal(self, count: int) -> Floats:
        return self.generator.standard_normal((count, self.scale.shape[1]))

    def _go(self, slope: Floats, first: int) -> Floats:
        """Draw a point of every chord, move the rows' room along, and return how far.

        first : position of the first row that ``slope`` speaks of
        """
        room = self.room[first : first + len(slope)]
        rate = slope / room
        inside = (self.optional >= first) & (self.optional < first + len(slope))
        if inside.any():
            rate[self.optional[inside] - first] *= self.in_force[inside]
        back, forth = rate.max(axis=0), rate.min(axis=0)
        bounded = (back > 0) & (forth < 0)
        back = -1 / np.where(bounded, back, np.inf)
        forth = -1 / np.where(bounded, forth, -np.inf)
        length = back + (forth - back) * self.generator.random(len(back))
        room += slope * length
        np.maximum(room, _TINY, out=room)
        return length


def _shaped(basis: Floats, points: Floats) -> Floats:
    """Return ``basis`` turned and stretched so that random directions follow the covariance."""
    k = basis.shape[1]
    if not k:
        return basis
    covariance = np.atleast_2d(np.cov(basis.T @ points))
    floor = 1e-9 * max(float(np.trace(covariance)) / k, _TINY)
    aim: Floats = basis @ np.linalg.cholesky(covariance + floor * np.eye(k))
    return aim
