"""Two axes with a light grid, their ticks and titles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.report.palette import Colours
from detente.report.pictures.scales import Box, Scale, cut, round_ticks, text_width, tick_text
from detente.report.pictures.svg import Element, label, rule
from detente.report.wording import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """The scales of both axes with their ticks; the y axis points upwards."""

    x: Scale
    y: Scale
    x_ticks: tuple[float, ...]
    y_ticks: tuple[float, ...]

    @property
    def box(self) -> Box:
        """The frame inside the axes."""
        return Box(left=self.x.start, top=self.y.end, right=self.x.end, bottom=self.y.start)


def axes(
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    *,
    width: float,
    top: float,
    height: float,
) -> Axes:
    """Return axes that cover both ranges with round ticks, in a frame of ``height`` pixels."""
    x_ticks = tuple(round_ticks(*x_range, most=6 if width >= 500 else 5))
    y_ticks = tuple(round_ticks(*y_range, most=6))
    left = 12 + max(text_width(tick_text(tick)) for tick in y_ticks)
    return Axes(
        x=Scale(low=x_ticks[0], high=x_ticks[-1], start=left, end=width - 14),
        y=Scale(low=y_ticks[0], high=y_ticks[-1], start=top + height, end=top),
        x_ticks=x_ticks,
        y_ticks=y_ticks,
    )


def grid(axes: Axes, *, x_title: str, y_title: str, colours: Colours) -> Iterator[Element]:
    """Return the grid, the numbers at its edges and the titles of the axes."""
    line, muted, ink = (colours.named(name) for name in ("line", "muted", "ink"))
    box = axes.box
    for tick in axes.x_ticks:
        x = axes.x(tick)
        yield rule(x, box.top, x, box.bottom, stroke=line)
        yield label(x, box.bottom + 17, tick_text(tick), fill=muted, anchor="middle")
    for tick in axes.y_ticks:
        y = axes.y(tick)
        yield rule(box.left, y, box.right, y, stroke=line)
        yield label(box.left - 6, y + 4, tick_text(tick), fill=muted, anchor="end")
    room = box.right - 30
    x_text, y_text = cut(shown(x_title), room, bold=True), cut(shown(y_title), room, bold=True)
    at = box.bottom + 38
    yield label(box.right, at, f"{x_text} →", fill=ink, anchor="end", weight=600, full=x_title)
    yield label(2, box.top - 12, f"↑ {y_text}", fill=ink, weight=600, full=y_title)
