"""Drawing one party's value functions: from its polytopes to integers on a grid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from detente.body import Columns, body_of
from detente.frame import NO_DEAL
from detente.hit_and_run import Body, Bools, Floats, sample
from detente.imposing import corners, impose, spread
from detente.opinion import Opinion
from detente.polytope import Point
from detente.preferences import Preferences
from detente.statements.ordinal import Priorities, Ranking

CHAINS = 1120
KEPT = 2
MOST_FRESH = 4
"""Chunks that begin afresh; where more readings are wanted, the chains of these run on instead."""
GRID = 10**6
"""Units to a point; fewer where values are so large that doubles could not hold their sums."""
_ROUNDINGS = 16
"""Units in the last place of a double by which a gain may be off where doubles do not hold it."""
MOST_EXACT = 2**52
"""Doubles hold whole numbers exactly up to here, with room for a sum."""

Whole = NDArray[Any]
"""Whole numbers: float64 where a double holds them, Python integers (dtype object) otherwise."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """One party's value functions in whole units of 1/scale points. Row r is reading r.

    options : shape (n_rows, n_options), the options of all issues side by side
    worths : shape (n_rows, n_rules)
    no_deal : shape (n_rows,)
    red_lines : bool, shape (n_rows, n_red_lines), which are imposed
    blur : units by which rounding to the grid may move a gain; 0 for an exact party
    An exact party has one row, which stands for every reading.
    """

    scale: int
    options: Whole
    worths: Whole
    no_deal: Whole
    red_lines: Bools
    blur: int = 0

    @property
    def n_rows(self) -> int:
        """How many readings differ for this party; 1 when all are the same."""
        return max(len(self.no_deal), len(self.red_lines))

    def at(self, rows: NDArray[np.int64]) -> Draws:
        """Return some readings only; parts that are the same in every reading stay as they are."""
        same = len(self.no_deal) == 1
        return Draws(
            scale=self.scale,
            options=self.options if same else self.options[rows],
            worths=self.worths if same else self.worths[rows],
            no_deal=self.no_deal if same else self.no_deal[rows],
            red_lines=self.red_lines if len(self.red_lines) == 1 else self.red_lines[rows],
            blur=self.blur,
        )

    def shifted(self, points: Fraction) -> Draws:
        """Return the readings with the no-deal value moved by some points.

        Exact where the party is; where readings are on a grid the shift is rounded to it, and
        ``blur`` widened by that. Shifting back gives the same readings again.
        """
        units = points * self.scale
        if units.denominator == 1:
            return replace(self, no_deal=_moved(self.no_deal, int(units)))
        if self.blur:
            moved = _moved(self.no_deal, round(units))
            return replace(self, no_deal=moved, blur=self.blur + 1)
        finer = units.denominator
        return replace(
            self,
            scale=self.scale * finer,
            options=_finer(self.options, finer),
            worths=_finer(self.worths, finer),
            no_deal=_finer(self.no_deal, finer) + int(units * finer),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixing:
    """How well the chains of a party mixed, and what was drawn again.

    steps : moves before the first kept state; 0 for an exact party
    memory : correlation left between kept states, 0 is best
    mixed : the chains forgot their starts within the limit
    redrawn : draws of uncertain statements that contradicted each other and were drawn again
    """

    steps: int = 0
    memory: float = 0.0
    mixed: bool = True
    redrawn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """One chunk of a party's chains, ready to run anywhere."""

    body: Body
    scale: Floats
    shape: Floats
    imposed: Bools
    n_kept: int
    red_lines: Bools
    expand: Expansion
    seed: tuple[int, ...]
    redrawn: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expansion:
    """From the columns of a body to the options of all issues.

    direct : float64, shape (n_options, n_scale); through : float64, shape (n_options, n_shape)
    worths, no_deal : columns of the scale block
    grid : units to a point
    large : doubles cannot hold every gain, even so
    blur : units by which rounding to the grid may move a gain
    """

    direct: Floats
    through: Floats
    worths: tuple[int, ...]
    no_deal: int
    grid: int
    large: bool
    blur: int


def layout(n_chunks: int) -> tuple[int, int]:
    """Return how many chunks begin afresh for so many chunks' worth of readings, and states kept.

    A fresh chunk first forgets its start, which takes most of the time; so beyond a few chunks more
    states of each chain are kept instead. The number of readings, chunks x CHAINS x kept, tells the
    layout.

    Examples
    --------
    >>> layout(3), layout(8), layout(45)
    ((3, 2), (4, 4), (4, 24))
    """
    return min(n_chunks, MOST_FRESH), KEPT * -(-n_chunks // MOST_FRESH)


def kept_of(n_readings: int) -> int:
    """Return how many states of each chain were kept, from the number of readings drawn."""
    return layout(n_readings // (CHAINS * KEPT))[1]


def pieces(opinion: Opinion, *, seed: int, chunks: range, n_kept: int = KEPT) -> list[Piece]:
    """Prepare the chunks of a party's chains: starts, and which statements each chain imposes."""
    preferences = opinion.preferences
    body, columns = body_of(opinion.certain, opinion.whole if opinion.has_uncertain_rows else None)
    expand = _expansion(preferences, columns)
    base_seed = (seed, *preferences.party.encode())
    ends = corners(opinion.whole or opinion.certain, base_seed)
    found = []
    for chunk in chunks:
        chunk_seed = (*base_seed, chunk)
        generator = np.random.default_rng([1, *chunk_seed])
        imposed, redrawn, starts = impose(opinion, generator, columns, n_chains=CHAINS)
        scale, shape = (
            spread(ends, columns, generator, n_chains=CHAINS) if starts is None else starts
        )
        weights = [float(line.weight) for line in preferences.red_lines]
        red = generator.random((n_kept * CHAINS, len(weights))) < np.array(weights)
        found.append(
            Piece(
                body=body,
                scale=scale,
                shape=shape,
                imposed=imposed,
                n_kept=n_kept,
                red_lines=red,
                expand=expand,
                seed=chunk_seed,
                redrawn=redrawn,
            )
        )
    return found


def run(piece: Piece) -> tuple[Draws, Mixing]:
    """Draw one chunk; the same piece gives the same draws wherever it runs."""
    with threadpool_limits(limits=1):
        chains = sample(
            piece.body,
            scale=piece.scale,
            shape=piece.shape,
            imposed=piece.imposed,
            n_kept=piece.n_kept,
            generator=np.random.default_rng([2, *piece.seed]),
        )
    scale = chains.scale.reshape(piece.n_kept * CHAINS, -1)
    shape = chains.shape.reshape(piece.n_kept * CHAINS, -1)
    through = scale[:, piece.body.swing] * shape
    options = scale @ piece.expand.direct.T + through @ piece.expand.through.T
    draws = _on_grid(
        piece,
        options=options,
        worths=scale[:, list(piece.expand.worths)],
        no_deal=scale[:, piece.expand.no_deal],
    )
    mixing = Mixing(
        steps=chains.steps, memory=chains.memory, mixed=chains.mixed, redrawn=piece.redrawn
    )
    return draws, mixing


def _on_grid(piece: Piece, *, options: Floats, worths: Floats, no_deal: Floats) -> Draws:
    """Round points to the grid."""
    grid, blur = piece.expand.grid, piece.expand.blur
    columns: list[Whole] = [np.rint(points * grid) for points in (options, worths, no_deal)]
    if piece.expand.large:
        columns = [_finer(column, 1) for column in columns]
    return Draws(
        scale=grid,
        options=columns[0],
        worths=columns[1],
        no_deal=columns[2],
        red_lines=piece.red_lines,
        blur=blur,
    )


def exact_point(opinion: Opinion) -> Point | None:
    """Return the only reading when the statements leave exactly one, otherwise None."""
    if opinion.has_uncertain_rows or opinion.ordinal:
        return None
    point, _ = opinion.certain.interior
    return point if opinion.certain.dimension == 0 else None


def exact_draws(preferences: Preferences, point: Point) -> Draws:
    """Return the one row of a party with exactly one reading."""
    frame = preferences.frame
    options = [
        frame.option(k, option).at(point)
        for k, issue in enumerate(frame.vocabulary.issues)
        for option in range(len(issue.options))
    ]
    worths = [point[frame.worth_unknown(rule)] for rule in frame.rules]
    return _single_row(preferences, options, worths, point[NO_DEAL])


def ordinal_draws(preferences: Preferences) -> Draws:
    """Return the one row of an ordinal party, with ranks in place of values.

    Priorities give the n-th condition from the end the worth 2^n, so that sums compare like the
    conditions in order; a ranking gives each package its tier. No deal counts as the status quo
    among priorities, and has its own tier in a ranking.
    """
    frame = preferences.frame
    n_options = sum(len(issue.options) for issue in frame.vocabulary.issues)
    order = next(s for s in preferences.statements if isinstance(s, Priorities | Ranking))
    if isinstance(order, Ranking):
        worths = [Fraction(height) for _, height in order.ranks(frame.vocabulary)]
        no_deal = Fraction(order.no_deal_rank)
    else:
        worths = [Fraction(2**k) for k in reversed(range(len(order.conditions)))]
        met = [c.holds(frame.vocabulary.status_quo, frame.vocabulary) for c in order.conditions]
        no_deal = sum((w for w, holds in zip(worths, met, strict=True) if holds), Fraction(0))
    return _single_row(preferences, [Fraction(0)] * n_options, worths, no_deal)


def joined(draws: list[Draws]) -> Draws:
    """Put chunks one after the other."""
    return Draws(
        scale=draws[0].scale,
        options=np.concatenate([part.options for part in draws]),
        worths=np.concatenate([part.worths for part in draws]),
        no_deal=np.concatenate([part.no_deal for part in draws]),
        red_lines=np.concatenate([part.red_lines for part in draws]),
        blur=draws[0].blur,
    )


def red_line_draws(preferences: Preferences, *, seed: int, n_readings: int) -> Bools:
    """Draw which red lines are imposed for a party whose values are exact."""
    weights = np.array([float(line.weight) for line in preferences.red_lines])
    if (weights == 1).all():
        return np.ones((1, len(weights)), dtype=bool)
    generator = np.random.default_rng([3, seed, *preferences.party.encode()])
    drawn: Bools = generator.random((n_readings, len(weights))) < weights
    return drawn


def _single_row(
    preferences: Preferences, options: list[Fraction], worths: list[Fraction], no_deal: Fraction
) -> Draws:
    """Return one exact row: in doubles where those hold every sum, otherwise in Python integers."""
    everything = [*options, *worths, no_deal]
    scale = lcm(*(value.denominator for value in everything))
    small = sum(abs(value) for value in everything) * scale < MOST_EXACT

    def whole(values: list[Fraction]) -> Whole:
        numbers = [int(value * scale) for value in values]
        return np.array(numbers, dtype=np.float64 if small else object)

    return Draws(
        scale=scale,
        options=whole(options)[None],
        worths=whole(worths)[None],
        no_deal=whole([no_deal]),
        red_lines=np.ones((1, len(preferences.red_lines)), dtype=bool),
    )


def _moved(numbers: Whole, by: int) -> Whole:
    """Return numbers moved by a whole number, as Python integers where doubles would round."""
    largest = max(abs(int(numbers.max())), abs(int(numbers.min())))
    exact = numbers.dtype == object or largest + abs(by) < MOST_EXACT
    moved: Whole = (numbers if exact else _finer(numbers, 1)) + by
    return moved


def _finer(numbers: Whole, factor: int) -> Whole:
    """Return numbers in smaller units, as Python integers so that every sum is exact."""
    finer = [int(number) * factor for number in numbers.ravel().tolist()]
    return np.array(finer, dtype=object).reshape(numbers.shape)


def _expansion(preferences: Preferences, columns: Columns) -> Expansion:
    frame = preferences.frame
    scale = {unknown: k for k, unknown in enumerate(columns.scale)}
    shape = {unknown: k for k, unknown in enumerate(columns.shape)}
    n_options = sum(len(issue.options) for issue in frame.vocabulary.issues)
    direct = np.zeros((n_options, len(scale)))
    through = np.zeros((n_options, len(shape)))
    options = (
        frame.option(k, option)
        for k, issue in enumerate(frame.vocabulary.issues)
        for option in range(len(issue.options))
    )
    for row, linear in enumerate(options):
        for unknown, part in linear.terms.items():
            if unknown in shape:
                through[row, shape[unknown]] = float(part)
            elif unknown in scale:
                direct[row, scale[unknown]] = float(part)
    n_terms = len(frame.vocabulary.issues) + len(frame.rules) + 1
    largest = n_terms * _reach(preferences)
    grid = GRID
    while grid > 1 and largest * grid >= MOST_EXACT:
        grid //= 10
    return Expansion(
        direct=direct,
        through=through,
        worths=tuple(scale[frame.worth_unknown(rule)] for rule in frame.rules),
        no_deal=scale[NO_DEAL],
        grid=grid,
        large=largest * grid >= MOST_EXACT,
        blur=n_terms // 2 + 1 + int(largest * grid / MOST_EXACT) * _ROUNDINGS,
    )


def _reach(preferences: Preferences) -> Fraction:
    """Return a number of points that no unknown exceeds in either direction.

    Every unknown lies between two bounds, each of which a row states with that unknown alone; those
    of stated parties' options are at most their swing, and so the total of all swings.
    """
    rows = [*preferences.base, *(row for group in preferences.groups for row in group.rows)]
    return max(abs(row.linear.constant) for row in rows)
