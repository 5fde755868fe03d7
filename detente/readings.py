"""Readings: value functions drawn from all those that fit what was said of each party.

Each party is drawn independently of the others; reading number r takes draw r of every party, so
joint shares count readings. A party whose statements leave exactly one value function is not drawn
but kept exact. Draws are whole numbers on a grid, so that what is computed from them is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from detente.case import Case
from detente.central import central_reading
from detente.drawing import (
    CHAINS,
    Draws,
    Mixing,
    Piece,
    exact_draws,
    exact_point,
    joined,
    kept_of,
    layout,
    ordinal_draws,
    pieces,
    red_line_draws,
    run,
)
from detente.hit_and_run import Bools, Floats
from detente.imposing import TWINS
from detente.opinion import Opinion
from detente.polytope import Point
from detente.table import Share
from detente.work import Work

MOST_CHUNKS = 64
PER_CHUNK = 1000
"""How many independent readings a chunk is expected to be worth, with a margin."""
LEAST_STEP = 0.01
"""A share that moves by less is not told to have changed."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Readings:
    """The readings of every party that can be answered for.

    draws, mixing : by party name; parties that cannot be answered for are left out
    n_chunks : how much was drawn of every party that is not exact, see :func:`drawing.layout`
    shifts : points by which the no-deal value of a party is moved in ``draws``, over what was said
    """

    case: Case
    opinions: Mapping[str, Opinion]
    draws: Mapping[str, Draws]
    mixing: Mapping[str, Mixing]
    work: Work
    n_chunks: int
    shifts: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def sampled(self) -> bool:
        """Whether anything had to be drawn."""
        return self.n_readings > 1

    @property
    def n_readings(self) -> int:
        """How many readings there are."""
        return max((draws.n_rows for draws in self.draws.values()), default=1)

    @cached_property
    def central(self) -> Mapping[str, Point]:
        """The central reading of every party that is not ordinal, without the shifts."""
        return {
            name: central_reading(self.opinions[name], self.as_said(name))
            for name in self.draws
            if not self.opinions[name].ordinal
        }

    def as_said(self, party: str) -> Draws:
        """Return the readings of a party without the shifts."""
        shift = self.shifts.get(party, Fraction(0))
        return self.draws[party].shifted(-shift) if shift else self.draws[party]

    def shifted(self, shifts: Mapping[str, Fraction]) -> Readings:
        """Return the same readings with the no-deal values of some parties moved instead."""
        if shifts == self.shifts:
            return self
        said = {name: self.as_said(name) for name in self.draws}
        draws = {
            name: own.shifted(shifts[name]) if shifts.get(name) else own
            for name, own in said.items()
        }
        return replace(self, draws=draws, shifts=dict(shifts))


def draw(
    case: Case,
    opinions: Mapping[str, Opinion],
    work: Work,
    *,
    n_chunks: int | None = None,
    known: Readings | None = None,
    taken: Readings | None = None,
) -> Readings:
    """Draw readings of every party that can be answered for.

    n_chunks : as many readings as so many chunks of 2,240 hold, or a few more; when not given, as
        many as ``work.readings`` is expected to need
    known : fewer readings of the same case and seed, drawn before; only the rest is drawn
    taken : as many readings of a case that differs; parties with the very same opinion keep theirs

    Same case, seed and number of chunks: same readings, however and wherever they are drawn.
    """
    chunks = n_chunks or min(MOST_CHUNKS, -(-work.readings // PER_CHUNK))
    fresh, n_kept = layout(chunks)
    if known is not None and layout(known.n_chunks)[1] != n_kept:
        known = None
    missing = range(0 if known is None else known.n_chunks, fresh)
    draws: dict[str, Draws] = {}
    mixing: dict[str, Mixing] = {}
    waiting: list[str] = []
    todo: list[Piece] = []
    for name, opinion in opinions.items():
        if not opinion.answerable:
            continue
        if taken is not None and taken.opinions.get(name) is opinion:
            draws[name], mixing[name] = taken.as_said(name), taken.mixing[name]
            continue
        single = _single(opinion)
        if single is None:
            waiting.append(name)
            todo += pieces(opinion, seed=work.seed, chunks=missing, n_kept=n_kept)
            continue
        mixing[name] = Mixing()
        n_readings = fresh * n_kept * CHAINS
        imposed = red_line_draws(opinion.preferences, seed=work.seed, n_readings=n_readings)
        draws[name] = replace(single, red_lines=imposed)
    results = list(work.run(run, todo, what="drawing readings"))
    for k, name in enumerate(waiting):
        own = results[k * len(missing) : (k + 1) * len(missing)]
        if known is not None:
            own = [(known.draws[name], known.mixing[name]), *own]
        draws[name] = joined([part for part, _ in own])
        mixing[name] = _together([one for _, one in own])
    ordered = {party.name: draws[party.name] for party in case.parties if party.name in draws}
    return Readings(
        case=case, opinions=opinions, draws=ordered, mixing=mixing, work=work, n_chunks=chunks
    )


def _single(opinion: Opinion) -> Draws | None:
    """Return the one value function of a party that has no other, or None."""
    if opinion.ordinal:
        return ordinal_draws(opinion.preferences)
    point = exact_point(opinion)
    return None if point is None else exact_draws(opinion.preferences, point)


def _together(parts: Sequence[Mixing]) -> Mixing:
    return Mixing(
        steps=max(part.steps for part in parts),
        memory=max(part.memory for part in parts),
        mixed=all(part.mixed for part in parts),
        redrawn=sum(part.redrawn for part in parts),
    )


def share_of(mask: Bools | Floats, *, certain: bool | None = None) -> Share:
    """Return the share of readings in which something is true, with its standard error.

    mask : bool, shape (n_readings,), in the order of the readings, or numbers from 0 to 1 that
        count readings in parts; or shape (1,) when the same in every reading (a part then has no
        error, and is not certain either)
    certain : the proved verdict where there is one; the share is then exactly 0 or 1

    The error comes from the means of pairs of chains (batch means): pairs are independent of each
    other, where the states of one chain, and chains that impose the same statements, need not be.
    """
    if certain is not None:
        return Share(value=float(certain), certain=True)
    if len(mask) == 1:
        same = float(mask[0])
        return Share(value=same, certain=same in {0.0, 1.0})
    batches = mask.reshape(-1, kept_of(len(mask)), CHAINS // TWINS, TWINS).mean(axis=(1, 3)).ravel()
    value = float(batches.mean())
    variance = float(batches.var(ddof=1)) / len(batches)
    limit = float(len(mask))
    effective = min(limit, value * (1 - value) / variance) if variance > 0 else limit
    return Share(value=value, error=variance**0.5, effective=effective)


def is_visible(step: float, error: float) -> bool:
    """Tell whether a share that moved by ``step`` changed by more than an accident of the drawing.

    It moved by at least one point, and by more than twice the standard error of the step.

    Examples
    --------
    >>> is_visible(-0.18, 0.01), is_visible(0.04, 0.03), is_visible(0.009, 0.0)
    (True, False, False)
    """
    return abs(step) >= LEAST_STEP and abs(step) > 2 * error


def thinnest(shares: Iterable[Share | None], enough: float) -> float:
    """Return the fewest independent readings behind any share that is in doubt.

    enough : returned when no share rests on fewer

    Shares under 2 % and over 98 % are left out: so few readings differ there that the number of
    independent ones cannot be told; their standard errors are small all the same.
    """
    doubtful = (s for s in shares if s is not None and not s.certain and 0.02 < s.value < 0.98)
    return min((share.effective for share in doubtful), default=enough)
