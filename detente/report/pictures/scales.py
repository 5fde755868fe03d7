"""From values to pixels: round ticks, the width of text, labels that do not collide."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from detente.report.pictures.svg import TEXT

# Widths in parts of the text size, a little generous so that fallback fonts fit too.
_NARROW = frozenset("iljtfrI.,:;|!'()[]/ -·")
_BROAD = frozenset("mwMWOQGDHNU@%&+\N{MINUS SIGN}=<>—")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A straight map from values ``low`` to ``high`` onto pixels ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        part = (value - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)


def round_ticks(low: float, high: float, *, most: int = 6) -> list[float]:
    """Return round, evenly spaced numbers that cover ``low`` to ``high``, about ``most`` of them.

    A range of no width gets one unit either side.

    Examples
    --------
    >>> round_ticks(3, 97), round_ticks(-4.2, 11, most=4)
    ([0.0, 20.0, 40.0, 60.0, 80.0, 100.0], [-5.0, 0.0, 5.0, 10.0, 15.0])
    """
    if not high - low > 1e-9 * max(1, abs(low), abs(high)):
        low, high = low - 1, high + 1
    raw = (high - low) / max(most - 1, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.9)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(position * step, 10) for position in range(first, last + 1)]


def tick_text(tick: float) -> str:
    """Return a tick in the fewest digits, with a true minus."""
    return f"{tick:g}".replace("-", "\N{MINUS SIGN}")


def text_width(text: str, *, size: float = TEXT, bold: bool = False) -> float:
    """Return about how wide the text will be, in pixels."""
    return sum(map(_em, text)) * size * (1.14 if bold else 1)


def _em(character: str) -> float:
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.02
    if character in _NARROW:
        return 0.36
    if character in _BROAD:
        return 0.86
    return 0.7 if character.isupper() else 0.61


def wrapped(
    text: str, width: float, *, size: float = TEXT, bold: bool = False, lines: int = 2
) -> list[str]:
    """Break the text into at most ``lines`` lines of ``width`` pixels, cutting with an ellipsis."""
    result: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if not line or text_width(longer, size=size, bold=bold) <= width:
            line = longer
        else:
            result.append(line)
            line = word
    result.append(line)
    if len(result) > lines:
        result = [*result[: lines - 1], " ".join(result[lines - 1 :])]
    return [cut(line, width, size=size, bold=bold) for line in result]


def cut(text: str, width: float, *, size: float = TEXT, bold: bool = False) -> str:
    """Return the text, shortened with an ellipsis where it is wider than ``width`` pixels."""
    if text_width(text, size=size, bold=bold) <= width:
        return text
    kept = text
    while kept and text_width(kept + "…", size=size, bold=bold) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle that is taken, or that a label would take."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """Return the area that both cover."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(across, 0) * max(down, 0)

    def within(self, frame: Box) -> bool:
        """Tell whether the rectangle lies inside ``frame``."""
        return (
            self.left >= frame.left
            and self.right <= frame.right
            and self.top >= frame.top
            and self.bottom <= frame.bottom
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a label went: its box, the side its text holds on to, and whether it lies far off."""

    box: Box
    anchor: Literal["start", "middle", "end"]
    far: bool


def place_labels(
    points: Sequence[tuple[float, float, float, float]],
    *,
    frame: Box,
    taken: Iterable[Box] = (),
    gap: float = 9,
) -> list[Placed]:
    """Return a free place for each label, beside its point where there is room.

    points : x and y of each point, width and height of its label; earlier ones choose first
    taken : rectangles that labels should leave free, such as marks

    Each label takes the nearest place around its point that touches nothing, or else weighs the
    area it would cover against the distance.
    """
    occupied = list(taken)
    result = []
    for x, y, width, height in points:
        candidates = list(_candidates(x, y, width=width, height=height, gap=gap))
        inside = [place for place in candidates if place.box.within(frame)] or candidates
        costs = [
            sum(place.box.overlap(box) for box in occupied) + order * _NEARER
            for order, place in enumerate(inside)
        ]
        best = inside[costs.index(min(costs))]
        occupied.append(best.box)
        result.append(best)
    return result


def _candidates(x: float, y: float, *, width: float, height: float, gap: float) -> Iterable[Placed]:
    for ring in range(7):
        away = gap + ring * TEXT
        for across, down in _DIRECTIONS:
            left = x + across * away - (width if across < 0 else width / 2 if across == 0 else 0)
            top = y + down * away - height / 2
            if across == 0 or abs(down) < 1:
                top += down * height * 0.4
            box = Box(left=left, top=top, right=left + width, bottom=top + height)
            yield Placed(box=box, anchor=_ANCHORS[(across > 0) - (across < 0)], far=ring > 0)


_DIRECTIONS = (
    *((1.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (0.0, 1.0)),
    *((0.8, -0.8), (-0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)),
)
"""Right first, as one reads; straight before slanted."""

_ANCHORS: dict[int, Literal["start", "middle", "end"]] = {1: "start", 0: "middle", -1: "end"}
_NEARER = 1.5
"""What one place further down the list costs, in square pixels covered."""
