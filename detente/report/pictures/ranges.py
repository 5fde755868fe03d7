"""Each party's value of a package against no deal, with what the statements leave open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from detente.report.palette import MARKS, Colours, Mark, Theme
from detente.report.pictures.scales import Scale, cut, round_ticks, text_width, tick_text
from detente.report.pictures.svg import Element, drawing, element, label, mark, rule
from detente.report.wording import exactly, number_text, shown
from detente.table import Column, Table

NARROW = 480
"""Widths up to this are a phone's: names stand above their bars."""

_TOP = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A number that the statements leave open: its least, central and greatest value."""

    low: float
    central: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.central <= self.high:
            message = f"range {self.low}, {self.central}, {self.high} is not in order"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeRow:
    """One party: what the package is worth to it, and what no deal is worth."""

    label: str
    value: Range
    no_deal: Range | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeBars:
    """For each party the range of its value over the readings, and under it that of no deal."""

    title: str
    description: str
    rows: tuple[RangeRow, ...]

    def to_svg(self, *, width: int = 760, theme: Theme = "page") -> str:
        """Return the drawing."""
        colours = Colours(theme=theme)
        stacked = width <= NARROW
        line, side = (62, 8.0) if stacked else (46, _side(self.rows, width))
        ticks = round_ticks(*_extent(self.rows), most=5 if stacked else 6)
        scale = Scale(low=ticks[0], high=ticks[-1], start=side, end=width - 14)
        bottom = _TOP + line * len(self.rows)
        body = [*_key(width, colours=colours), *_axis(ticks, scale, bottom=bottom, colours=colours)]
        for place, row in enumerate(self.rows):
            top = _TOP + line * place
            body += _names(row, top=top, width=width, side=side, colours=colours)
            y = top + line - 23
            colour = colours.party(place, count=len(self.rows))
            shape = MARKS[place % len(MARKS)]
            body += _value(row.value, y=y - 7, scale=scale, colour=colour, shape=shape)
            if row.no_deal is not None:
                body += _no_deal(row.no_deal, y=y + 10, scale=scale, colours=colours)
        return drawing(
            title=self.title,
            description=self.description,
            width=width,
            height=bottom + 22,
            theme=theme,
            body=body,
        )

    def table(self) -> Table:
        """Return one row for each party; gain is the central value less the central no deal."""
        numbers = (("value", "Value"), ("low", "least"), ("high", "most"))
        columns = [Column(key="party", title="Party")]
        columns += [Column(key=key, title=title, align="right") for key, title in numbers]
        columns += [
            Column(key="no_deal", title="No deal", align="right"),
            Column(key="no_deal_low", title="least", align="right"),
            Column(key="no_deal_high", title="most", align="right"),
            Column(key="gain", title="Gain", align="right", signed=True),
        ]
        return Table(title=self.title, columns=tuple(columns), rows=tuple(map(_cells, self.rows)))


def _cells(row: RangeRow) -> tuple[str | Fraction | None, ...]:
    value, no_deal = row.value, row.no_deal
    own = (exactly(value.central), exactly(value.low), exactly(value.high))
    if no_deal is None:
        return (row.label, *own, None, None, None, None)
    other = (exactly(no_deal.central), exactly(no_deal.low), exactly(no_deal.high))
    return (row.label, *own, *other, own[0] - other[0])


def _extent(rows: tuple[RangeRow, ...]) -> tuple[float, float]:
    ranges = [part for row in rows for part in (row.value, row.no_deal) if part is not None]
    if not ranges:
        return 0, 100
    return min(part.low for part in ranges), max(part.high for part in ranges)


def _key(width: float, *, colours: Colours) -> Iterator[Element]:
    """Return the line that says what the two kinds of bars are."""
    muted, ink = colours.named("muted"), colours.named("ink")
    yield rule(2, 9, 26, 9, stroke=muted, width=6)
    yield mark("circle", 14, 9, radius=4.5, fill=colours.named("surface"), stroke=ink)
    text = "value of the package" if width > NARROW else "value"
    yield label(34, 13, text, fill=muted, size=12)
    x = 34 + text_width(text, size=12) + 22
    yield rule(x, 9, x + 24, 9, stroke=muted, width=1.4)
    yield rule(x + 12, 3, x + 12, 15, stroke=ink, width=2.4)
    yield label(x + 32, 13, "no deal", fill=muted, size=12)


def _axis(
    ticks: list[float], scale: Scale, *, bottom: float, colours: Colours
) -> Iterator[Element]:
    line, muted = colours.named("line"), colours.named("muted")
    for tick in ticks:
        x = scale(tick)
        yield rule(x, _TOP, x, bottom, stroke=line)
        yield label(x, bottom + 16, tick_text(tick), fill=muted, anchor="middle", size=12)


def _side(rows: tuple[RangeRow, ...], width: float) -> float:
    widest = max((text_width(shown(row.label), bold=True) for row in rows), default=60)
    return min(max(widest, 80), width * 0.32) + 18


def _names(
    row: RangeRow, *, top: float, width: float, side: float, colours: Colours
) -> Iterator[Element]:
    """Return the party's name and gain: left of the bars, or above them on a narrow drawing."""
    ink, muted, halo = (colours.named(name) for name in ("ink", "muted", "surface"))
    gain = ""
    if row.no_deal is not None:
        over = row.value.central - row.no_deal.central
        gain = f"gain {number_text(over, with_sign=True)}"
    if width <= NARROW:
        room = width - text_width(gain) - 12
        name = cut(shown(row.label), room, bold=True)
        yield label(0, top + 18, name, fill=ink, weight=600, full=row.label, halo=halo)
        yield label(width, top + 18, gain, fill=muted, anchor="end", size=12, halo=halo)
        return
    name = cut(shown(row.label), side - 14, bold=True)
    yield label(0, top + 20, name, fill=ink, weight=600, full=row.label)
    yield label(0, top + 36, gain, fill=muted, size=12)


def _value(value: Range, *, y: float, scale: Scale, colour: str, shape: Mark) -> Iterator[Element]:
    if value.high > value.low:
        yield element(
            "path",
            d=f"M{scale(value.low):.1f} {y:.1f}H{scale(value.high):.1f}",
            stroke=colour,
            stroke_width=8,
            stroke_opacity="0.45",
            fill="none",
        )
    yield mark(
        shape,
        scale(value.central),
        y,
        radius=5.5,
        fill=colour,
        stroke="none",
        title=number_text(value.central),
    )


def _no_deal(value: Range, *, y: float, scale: Scale, colours: Colours) -> Iterator[Element]:
    ink = colours.named("ink")
    if value.high > value.low:
        muted = colours.named("muted")
        yield rule(scale(value.low), y, scale(value.high), y, stroke=muted, width=1.4)
    x = scale(value.central)
    yield rule(x, y - 7, x, y + 6, stroke=ink, width=2.4)
