"""How far one share moves when assumptions are changed one at a time, the widest on top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from detente.report.palette import Colours, Theme
from detente.report.pictures.scales import Scale, cut, text_width, wrapped
from detente.report.pictures.svg import Element, drawing, element, label, mark, rule
from detente.report.wording import shown
from detente.table import Column, Share, Table

NARROW = 480
"""Widths up to this are a phone's: names stand above their bars."""
_TOP = 56
_LINE = 15.5
_BAR = 13.0
_GAP = 13.0
_SMALL = 12.0
_LEAST_SIDE, _MOST_SIDE = 90.0, 0.46
_LOW_ROOM, _HIGH_ROOM = 36.0, 42.0
"""Room left of 0 and right of 100 %, for the numbers beside the bars."""
_SAFE = 0.94
"""How much of a narrow drawing a name takes at the most, since widths of text are estimates."""
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TornadoRow:
    """One assumption: between which shares the answer lies while it is changed.

    low, high : 0 to 1, the answer as it stands included
    detail : how it is borne out, in a word or two, such as ``no source``
    sourced : whether any source bears it out; the others' bars are hollow and dashed
    """

    label: str
    detail: str
    low: float
    high: float
    sourced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tornado:
    """Bars around a share as it stands, one for each assumption.

    stands : the share as it stands, 0 to 1
    """

    title: str
    description: str
    stands: float
    rows: tuple[TornadoRow, ...]

    def to_svg(self, *, width: int = 760, theme: Theme = "page") -> str:
        """Return the drawing."""
        colours = Colours(theme=theme)
        stacked = width <= NARROW
        widest = max((text_width(shown(row.label)) for row in self.rows), default=0)
        side = min(max(widest + 4, _LEAST_SIDE), width * _MOST_SIDE)
        start = _LOW_ROOM if stacked else side + _LOW_ROOM
        scale = Scale(low=0, high=1, start=start, end=width - _HIGH_ROOM)
        rows: list[Element] = []
        bands: list[tuple[float, float]] = []
        y = float(_TOP)
        for row in self.rows:
            room = width * _SAFE if stacked else side
            name = wrapped(shown(row.label), room)
            height = (len(name) + 1) * _LINE
            rows += _names(row, name, top=y, room=room, colours=colours)
            middle = y + (height + _BAR / 2 + 5 if stacked else height / 2 + 1)
            rows += _bar(row, self.stands, middle=middle, scale=scale, colours=colours)
            bands.append((middle - _BAR, middle + _BAR))
            y += height + _GAP + (_BAR + 5 if stacked else 0)
        bottom = max(y - _GAP + 8, float(_TOP))
        if not stacked:
            bands = [(_TOP - 8.0, bottom)]
        return drawing(
            title=self.title,
            description=self.description,
            width=width,
            height=bottom + 20,
            theme=theme,
            body=[
                *_key(colours),
                *_axis(scale, bands, bottom=bottom, colours=colours),
                *rows,
                *_standing(self.stands, bands, scale=scale, colours=colours),
            ],
        )

    def table(self) -> Table:
        """Return one row for each assumption."""
        return Table(
            title=self.title,
            columns=(
                Column(key="assumption", title="Assumption"),
                Column(key="sources", title="Borne out by"),
                Column(key="low", title="Least", align="right"),
                Column(key="stands", title="As it stands", align="right"),
                Column(key="high", title="Most", align="right"),
            ),
            rows=tuple(
                (
                    row.label,
                    row.detail,
                    Share(value=row.low),
                    Share(value=self.stands),
                    Share(value=row.high),
                )
                for row in self.rows
            ),
        )


def _key(colours: Colours) -> Iterator[Element]:
    x = 1.0
    for text, sourced in (("a source", True), ("no source", False)):
        yield _box(x, x + 20, middle=8.0, sourced=sourced, colours=colours)
        yield label(x + 27, 12, text, fill=colours.named("muted"), size=_SMALL)
        x += 27 + text_width(text, size=_SMALL) + 22


def _standing(
    stands: float, bands: Sequence[tuple[float, float]], *, scale: Scale, colours: Colours
) -> Iterator[Element]:
    """Mark the share as it stands by a line through all bars, named above."""
    x, ink = scale(stands), colours.named("ink")
    text = f"as it stands {_percent(stands)} %"
    right = x + 12 + text_width(text, size=_SMALL) <= scale.end + _HIGH_ROOM
    yield mark("diamond", x, _TOP - 18, radius=5, fill=ink, stroke="none")
    yield label(
        x + 12 if right else x - 12,
        _TOP - 14,
        text,
        fill=ink,
        anchor="start" if right else "end",
        size=_SMALL,
    )
    for top, bottom in bands:
        yield rule(x, top, x, bottom, stroke=ink, width=1.6)


def _axis(
    scale: Scale, bands: Sequence[tuple[float, float]], *, bottom: float, colours: Colours
) -> Iterator[Element]:
    """Draw the ticks where bars are, not through the names that stand above them."""
    for tick in _TICKS:
        x = scale(tick)
        for upper, lower in bands:
            yield rule(x, upper, x, lower, stroke=colours.named("line"))
        text = f"{round(100 * tick)} %"
        fill = colours.named("muted")
        yield label(x, bottom + 15, text, fill=fill, anchor="middle", size=_SMALL)


def _names(
    row: TornadoRow, name: list[str], *, top: float, room: float, colours: Colours
) -> Iterator[Element]:
    ink, muted, halo = (colours.named(each) for each in ("ink", "muted", "surface"))
    for place, line in enumerate(name):
        y = top + 12 + place * _LINE
        yield label(0, y, line, fill=ink, full=shown(row.label) if place == 0 else "", halo=halo)
    detail = cut(shown(row.detail), room, size=_SMALL)
    y = top + 12 + len(name) * _LINE
    yield label(0, y, detail, fill=muted, size=_SMALL, full=shown(row.detail), halo=halo)


def _bar(
    row: TornadoRow, stands: float, *, middle: float, scale: Scale, colours: Colours
) -> Iterator[Element]:
    """Draw a bar, with the numbers at those of its ends that are not the share as it stands."""
    start, end = scale(row.low), scale(row.high)
    yield _box(start, end, middle=middle, sourced=row.sourced, colours=colours)
    ends: tuple[tuple[float, float, Literal["start", "end"]], ...] = (
        (start - 5, row.low, "end"),
        (end + 5, row.high, "start"),
    )
    for x, share, anchor in ends:
        if share != stands:
            yield label(
                x,
                middle + 4.3,
                _percent(share),
                fill=colours.named("ink"),
                anchor=anchor,
                size=_SMALL,
                halo=colours.named("surface"),
            )


def _box(start: float, end: float, *, middle: float, sourced: bool, colours: Colours) -> Element:
    """Return a bar: solid where a source bears the assumption out, hollow where none does."""
    return element(
        "rect",
        x=start,
        y=middle - _BAR / 2,
        width=max(end - start, 1.5),
        height=_BAR,
        fill=colours.named("gain" if sourced else "warn-tint"),
        stroke=colours.named("gain" if sourced else "warn"),
        stroke_width=1 if sourced else 1.6,
        stroke_dasharray=None if sourced else "4 2",
        rx=2,
    )


def _percent(share: float) -> str:
    """Return a share in percent without the sign: ``0``, ``<0.1``, ``0.4``, ``64``."""
    if share in {0, 1}:
        return "100" if share else "0"
    text = str(Share(value=share)).removesuffix(" %")
    return text.replace("under ", "<").replace("over ", ">")
