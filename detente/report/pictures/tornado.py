"""How far one share moves when assumptions are changed one at a time, the widest on top."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from detente.report.palette import Colours, Theme
from detente.report.pictures.scales import Scale, cut, text_width
from detente.report.pictures.svg import Element, drawing, element, label, mark, rule
from detente.report.wording import shown
from detente.table import Column, Share, Table

NARROW = 480
"""Widths up to this are a phone's: names stand above their bars."""
_TOP = 44
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TornadoRow:
    """One assumption: between which shares the answer lies while it is changed.

    low, high : 0 to 1, the answer as it stands included
    detail : how it is borne out, in a word or two, such as ``no source``
    sourced : whether any source bears it out; others are drawn hatched
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
        line = 52 if stacked else 38
        side = 10.0 if stacked else min(max(_widest(self.rows), 120), width * 0.52) + 16
        scale = Scale(low=0, high=1, start=side, end=width - 22)
        bottom = _TOP + line * len(self.rows)
        body = [*_key(width, colours), *_axis(scale, bottom, colours)]
        for place, row in enumerate(self.rows):
            top = _TOP + line * place
            room = width - 4 if stacked else side - 14
            body += _names(row, top=top, room=room, colours=colours, stacked=stacked)
            y = top + (34 if stacked else 9)
            body += _bar(row, y=y, scale=scale, colours=colours)
        x, ink = scale(self.stands), colours.named("ink")
        body.append(rule(x, _TOP - 6, x, bottom, stroke=ink, width=1.6))
        body.append(mark("diamond", x, _TOP - 10, radius=5, fill=ink, stroke="none"))
        return drawing(
            title=self.title,
            description=self.description,
            width=width,
            height=bottom + 24,
            theme=theme,
            body=body,
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


def _widest(rows: tuple[TornadoRow, ...]) -> float:
    return max((text_width(shown(row.label)) for row in rows), default=0)


def _key(width: float, colours: Colours) -> Iterator[Element]:
    muted = colours.named("muted")
    x = 2.0
    for text, sourced in (("a source", True), ("no source", False)):
        yield _box(x, x + 18, 2.0, 11.0, sourced=sourced, colours=colours)
        yield label(x + 25, 12, text, fill=muted, size=12)
        x += 25 + text_width(text, size=12) + 20
    if width > NARROW:
        yield mark("diamond", x + 6, 8, radius=5, fill=colours.named("ink"), stroke="none")
        yield label(x + 18, 12, "as it stands", fill=muted, size=12)


def _box(
    start: float, end: float, y: float, height: float, *, sourced: bool, colours: Colours
) -> Element:
    """Return a bar: solid where a source bears the assumption out, hollow where none does."""
    return element(
        "rect",
        x=start,
        y=y,
        width=max(end - start, 1.5),
        height=height,
        fill=colours.named("gain" if sourced else "warn-tint"),
        stroke=colours.named("gain" if sourced else "warn"),
        stroke_width=1 if sourced else 1.6,
        stroke_dasharray=None if sourced else "4 2",
        rx=2,
    )


def _axis(scale: Scale, bottom: float, colours: Colours) -> Iterator[Element]:
    line, muted = colours.named("line"), colours.named("muted")
    for tick in _TICKS:
        x = scale(tick)
        yield rule(x, _TOP - 2, x, bottom, stroke=line)
        text = f"{round(100 * tick)} %"
        yield label(x, bottom + 16, text, fill=muted, anchor="middle", size=12)


def _names(
    row: TornadoRow, *, top: float, room: float, colours: Colours, stacked: bool
) -> Iterator[Element]:
    ink, muted, halo = (colours.named(name) for name in ("ink", "muted", "surface"))
    name = cut(shown(row.label), room)
    yield label(0, top + 13, name, fill=ink, full=row.label, halo=halo)
    if stacked:
        yield label(0, top + 27, row.detail, fill=muted, size=11.5, halo=halo)
    else:
        yield label(0, top + 28, row.detail, fill=muted, size=11.5)


def _bar(row: TornadoRow, *, y: float, scale: Scale, colours: Colours) -> Iterator[Element]:
    start, end = scale(row.low), scale(row.high)
    yield _box(start, end, y, 13.0, sourced=row.sourced, colours=colours)
    muted, halo = colours.named("muted"), colours.named("surface")
    if end - start > 0.02 * (scale.end - scale.start):
        yield label(
            max(start - 4, 0),
            y + 11,
            _percent(row.low),
            fill=muted,
            anchor="end",
            size=11,
            halo=halo,
        )
        yield label(end + 4, y + 11, _percent(row.high), fill=muted, size=11, halo=halo)


def _percent(share: float) -> str:
    return str(round(100 * Fraction(share)))
