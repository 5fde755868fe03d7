"""How the arrows of a flow graph run: bent no more than it takes to pass circles and each other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.report.pictures.svg import coordinate

Point = tuple[float, float]
Floats = NDArray[np.float64]

HEAD = 7.5
"""How long the head of an arrow is."""
_HALF_HEAD = 3.4
_STRAIGHT = 0.1
_BENDS = (0.0, 10.0, -10.0, 20.0, -20.0, 32.0, -32.0, 46.0, -46.0, 64.0, -64.0, 86.0, -86.0)
_SAMPLES = tuple(k / 16 for k in range(1, 16))
_PASSING = 6.0
"""How far from the rim of a circle arrows pass."""
_BESIDE = 9.0
"""How far from each other the middles of two arrows between the same circles are kept."""
_HIT, _OUT, _CLOSE, _BENT = 10.0, 1e4, 8.0, 0.012
"""What a circle in the way, a point out of the room, an arrow close by and a pixel of bend cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A circle, or a mark, that arrows end at and do not run through."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """An arrow as drawn: from its start, bent towards a point, to its tip."""

    start: Point
    towards: Point
    tip: Point

    @property
    def shaft(self) -> str:
        """The line as far as the head, in the language of SVG paths."""
        x, y = self._direction()
        end = (self.tip[0] - x * (HEAD - 1), self.tip[1] - y * (HEAD - 1))
        bent = (self.towards[0] - self.start[0]) * y - (self.towards[1] - self.start[1]) * x
        if abs(bent) < _STRAIGHT:
            return f"M{_put(self.start)}L{_put(end)}"
        return f"M{_put(self.start)}Q{_put(self.towards)} {_put(end)}"

    @property
    def head(self) -> str:
        """The head as a triangle, in the language of SVG paths."""
        x, y = self._direction()
        left = (-x * HEAD - y * _HALF_HEAD, -y * HEAD + x * _HALF_HEAD)
        across = (2 * y * _HALF_HEAD, -2 * x * _HALF_HEAD)
        return f"M{_put(self.tip)}l{_put(left)} {_put(across)}z"

    def _direction(self) -> Point:
        return _unit(self.towards, self.tip)


def routed(
    circles: Sequence[Circle],
    pairs: Sequence[tuple[int, int]],
    *,
    marks: Sequence[Circle] = (),
    frame: tuple[float, float, float, float],
) -> list[Arrow]:
    """Return an arrow for each pair of circles, in order; the shortest choose first.

    pairs : from and to, by position; several arrows between the same two are kept apart
    marks : what arrows do not run through besides
    frame : left, top, right and bottom of the room
    """
    round_ = [*circles, *marks]
    at = np.array([(one.x, one.y) for one in round_]).reshape(-1, 2)
    keep = np.array([one.radius + _PASSING for one in round_])
    found: dict[int, Arrow] = {}
    taken: dict[tuple[int, int], list[Floats]] = {}
    shared = Counter(_between(pair) for pair in pairs)
    for k in sorted(range(len(pairs)), key=lambda k: (_length(circles, pairs[k]), k)):
        pair = pairs[k]
        own, other = circles[pair[0]], circles[pair[1]]
        bends = _BENDS if shared[_between(pair)] == 1 else _BENDS[1:]
        lines = _curves(own, other, bends)
        near = np.sqrt(((lines[:, :, None] - at) ** 2).sum(axis=3)).min(axis=1)
        near[:, list(pair)] = math.inf
        costs = (_HIT * (near < keep) * (2 - near / keep).clip(min=0)).sum(axis=1)
        low, high = np.array(frame[:2]), np.array(frame[2:])
        costs += _OUT * ((lines < low) | (lines > high)).any(axis=2).sum(axis=1)
        middles = lines[:, lines.shape[1] // 2]
        beside = taken.setdefault(_between(pair), [])
        for one in beside:
            costs += _CLOSE * (np.sqrt(((middles - one) ** 2).sum(axis=1)) < _BESIDE)
        costs += _BENT * np.abs(bends)
        best = int(costs.argmin())
        beside.append(middles[best])
        found[k] = _drawn(own, other, bends[best])
    return [found[k] for k in range(len(pairs))]


def _curves(own: Circle, other: Circle, bends: Sequence[float]) -> Floats:
    """Return points along an arrow, for each way to bend it; shape (n_bends, n_samples, 2)."""
    towards = np.array([_towards(own, other, bend) for bend in bends])[:, None]
    part = np.array(_SAMPLES)[None, :, None]
    start, end = np.array([own.x, own.y]), np.array([other.x, other.y])
    found: Floats = (1 - part) ** 2 * start + 2 * part * (1 - part) * towards + part**2 * end
    return found


def _drawn(own: Circle, other: Circle, bend: float) -> Arrow:
    towards = _towards(own, other, bend)
    x, y = _unit((own.x, own.y), towards)
    u, v = _unit(towards, (other.x, other.y))
    return Arrow(
        start=(own.x + x * (own.radius + 2), own.y + y * (own.radius + 2)),
        towards=towards,
        tip=(other.x - u * (other.radius + 2), other.y - v * (other.radius + 2)),
    )


def _towards(own: Circle, other: Circle, bend: float) -> Point:
    """Return the point towards which an arrow is bent, to its left where ``bend`` is positive."""
    x, y = _unit((own.x, own.y), (other.x, other.y))
    at = _middle((own.x, own.y), (other.x, other.y))
    return at[0] + 2 * bend * y, at[1] - 2 * bend * x


def _between(pair: tuple[int, int]) -> tuple[int, int]:
    return min(pair), max(pair)


def _length(circles: Sequence[Circle], pair: tuple[int, int]) -> float:
    one, other = (circles[k] for k in pair)
    return math.dist((one.x, one.y), (other.x, other.y))


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _unit(one: Point, other: Point) -> Point:
    """Return the direction from one point to another, of length 1."""
    length = math.dist(one, other) or 1.0
    return (other[0] - one[0]) / length, (other[1] - one[1]) / length


def _put(point: Point) -> str:
    return f"{coordinate(point[0])} {coordinate(point[1])}"
