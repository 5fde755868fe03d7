"""What each issue adds to or takes from a party's gain: bars either side of zero."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.report.palette import Colours, Theme
from detente.report.pictures.scales import Scale, cut, text_width
from detente.report.pictures.svg import Element, bar, drawing, label, rule
from detente.report.wording import exactly, number_text, shown
from detente.table import Cell, Column, Table

NARROW = 480
"""Widths up to this are a phone's: names stand above their bars."""

_TOP = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class GainRow:
    """One contribution; ``detail`` says what it comes from, such as the option chosen."""

    label: str
    value: float
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GainBars:
    """Contributions to one party's gain and their total, centred at zero."""

    title: str
    description: str
    rows: tuple[GainRow, ...]
    total: GainRow | None = None

    def to_svg(self, *, width: int = 760, theme: Theme = "page") -> str:
        """Return the drawing."""
        colours = Colours(theme=theme)
        rows = [*self.rows, *((self.total,) if self.total else ())]
        layout = _layout(rows, width=width)
        body: list[Element] = []
        top = float(_TOP)
        for row in self.rows:
            body += _row(row, top=top, layout=layout, colours=colours)
            top += layout.line
        if self.total is not None:
            body.append(rule(0, top + 2, width, top + 2, stroke=colours.named("control")))
            top += 5
            body += _row(self.total, top=top, layout=layout, colours=colours, strong=True)
            top += layout.line
        body = [*_directions(layout.scale, colours=colours), *body]
        return drawing(
            title=self.title,
            description=self.description,
            width=width,
            height=top + 4,
            theme=theme,
            body=body,
        )

    def table(self) -> Table:
        """Return the contributions in order, the total last."""
        rows = [*self.rows, *((self.total,) if self.total else ())]
        cells: tuple[tuple[Cell, ...], ...] = tuple(
            (row.label, row.detail, exactly(row.value)) for row in rows
        )
        return Table(
            title=self.title,
            columns=(
                Column(key="part", title="Part"),
                Column(key="detail", title="From"),
                Column(key="gain", title="Gain", align="right", signed=True),
            ),
            rows=cells,
            strong=frozenset({len(rows) - 1} if self.total else ()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where names and bars go: side by side, or names above on a narrow drawing."""

    scale: Scale
    line: float
    room: float
    stacked: bool


def _layout(rows: list[GainRow], *, width: float) -> _Layout:
    if width <= NARROW:
        return _Layout(scale=_scale(rows, start=0, end=width), line=44, room=width, stacked=True)
    texts = [text for row in rows for text in (shown(row.label), shown(row.detail))]
    side = min(max((text_width(text) for text in texts), default=60), width * 0.4) + 16
    return _Layout(
        scale=_scale(rows, start=side, end=width),
        line=40 if any(row.detail for row in rows) else 30,
        room=side - 16,
        stacked=False,
    )


def _scale(rows: list[GainRow], *, start: float, end: float) -> Scale:
    """Return a scale with room for the numbers at the ends of the bars."""
    low = min(0, *(row.value for row in rows), 0)
    high = max(0, *(row.value for row in rows), 0)
    if low == high:
        low, high = -1, 1
    left = max((_end_width(row) for row in rows if row.value < 0), default=6)
    right = max((_end_width(row) for row in rows if row.value >= 0), default=6)
    return Scale(low=low, high=high, start=start + left, end=end - right)


def _end_width(row: GainRow) -> float:
    return 10 + text_width(number_text(row.value, with_sign=True), bold=True)


def _directions(scale: Scale, *, colours: Colours) -> Iterator[Element]:
    x, muted = scale(0), colours.named("muted")
    less, more = "◂ loses", "gains ▸"
    if x - scale.start > text_width(less):
        yield label(x - 8, 13, less, fill=muted, anchor="end", size=12)
    if scale.end - x > text_width(more):
        yield label(x + 8, 13, more, fill=muted, size=12)


def _row(
    row: GainRow, *, top: float, layout: _Layout, colours: Colours, strong: bool = False
) -> Iterator[Element]:
    ink, muted = colours.named("ink"), colours.named("muted")
    y = top + layout.line - 13 if layout.stacked else top + layout.line / 2
    yield from _names(row, top=top, layout=layout, colours=colours, strong=strong)
    zero, end = layout.scale(0), layout.scale(row.value)
    reach = 12 if layout.stacked else layout.line / 2
    yield rule(zero, y - reach, zero, y + reach, stroke=muted)
    text = number_text(row.value, with_sign=True)
    weight = 650 if strong else 500
    if row.value == 0:
        yield label(end + 6, y + 4, text, fill=muted)
        return
    fill = ink if strong else colours.named("gain" if row.value > 0 else "loss")
    yield bar(zero, end, y, height=14, fill=fill)
    if row.value > 0:
        yield label(end + 6, y + 4, text, fill=ink, weight=weight)
    else:
        yield label(end - 6, y + 4, text, fill=ink, anchor="end", weight=weight)


def _names(
    row: GainRow, *, top: float, layout: _Layout, colours: Colours, strong: bool
) -> Iterator[Element]:
    weight = 650 if strong else None
    ink, muted, halo = (colours.named(name) for name in ("ink", "muted", "surface"))
    if layout.stacked:
        text = f"{row.label}: {row.detail}" if row.detail else row.label
        name = cut(shown(text), layout.room, bold=strong)
        yield label(0, top + 16, name, fill=ink, weight=weight, full=text, halo=halo)
        return
    middle = top + layout.line / 2
    if row.detail:
        name, detail = cut(shown(row.label), layout.room), cut(shown(row.detail), layout.room)
        yield label(0, middle - 3, name, fill=ink, weight=weight, full=row.label)
        yield label(0, middle + 12, detail, fill=muted, size=12, full=row.detail)
        return
    name = cut(shown(row.label), layout.room, bold=strong)
    yield label(0, middle + 4, name, fill=ink, weight=weight, full=row.label)
