"""Two parties' values of many packages, with the packages that matter named beside their marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from detente.report.palette import MARKS, Colours, Mark, Theme
from detente.report.pictures.axes import Axes, axes, grid
from detente.report.pictures.named_points import NamedPoint, around, named_points
from detente.report.pictures.scales import Box, cut, text_width, wrapped
from detente.report.pictures.svg import Element, coordinate, drawing, element, label, rule
from detente.report.wording import exactly, shown
from detente.table import Cell, Column, Table

Role = Literal["background", "acceptable", "frontier", "group", "solution", "proposal"]

_PICKED = 8
"""Radius of the circle around a point that can be picked."""
MOST_LISTED = 40
"""Points of one series that the table lists before it only counts them."""

_CLOUDS: dict[Role, tuple[str, float, float]] = {
    "background": ("faint", 3.2, 0.45),
    "acceptable": ("accent", 3.6, 0.4),
    "frontier": ("accent", 6.5, 1),
    "group": ("ink", 8, 0.85),
}
"""Colour, width and opacity of the roles drawn as dots without names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Points of one kind.

    role : how they are drawn; solutions and proposals get a mark and a name each
    points : (value on the x axis, value on the y axis)
    names : name of each point; when empty, all are called as the series
    shape : mark of a solution or proposal; chosen by position when None
    """

    name: str
    role: Role
    points: tuple[tuple[float, float], ...]
    names: tuple[str, ...] = ()
    shape: Mark | None = None

    def point_name(self, position: int) -> str:
        """Return the name of one point."""
        return self.names[position] if position < len(self.names) else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """Packages as points; each axis is what one party makes of them.

    x_no_deal, y_no_deal : no-deal values, drawn as dashed lines; the part above both is shaded
    """

    title: str
    description: str
    x_title: str
    y_title: str
    series: tuple[Series, ...]
    x_no_deal: float | None = None
    y_no_deal: float | None = None

    def to_svg(
        self, *, width: int = 760, theme: Theme = "page", picked: Sequence[tuple[float, float]] = ()
    ) -> str:
        """Return the drawing.

        picked : points for a page to light up one by one: each an empty circle, named by its
            position in ``data-item``
        """
        colours = Colours(theme=theme)
        legend, _ = _legend(self.series, width=width, colours=colours)
        plot = self.axes(width=width)
        words = list(_no_deal_words(self, plot, colours=colours))
        box = plot.box
        body = [
            *legend,
            *grid(plot, x_title=self.x_title, y_title=self.y_title, colours=colours),
            *_no_deal_lines(self, plot, colours=colours),
            *_clouds(self.series, plot, colours=colours),
            *(word for _, word in words),
            *named_points(
                _named(self.series, plot, room=max(width * 0.3, 150)),
                frame=Box(
                    left=box.left + 2, top=box.top + 1, right=width - 4, bottom=box.bottom - 2
                ),
                taken=[*(place for place, _ in words), *_frontier_places(self.series, plot)],
                colours=colours,
            ),
            *_places_to_pick(picked, plot),
        ]
        return drawing(
            title=self.title,
            description=self.description,
            width=width,
            height=plot.box.bottom + 46,
            theme=theme,
            body=body,
        )

    def axes(self, *, width: int = 760) -> Axes:
        """Return the axes of the drawing, for whoever puts something of their own on it."""
        _, top = _legend(self.series, width=width, colours=Colours(theme="page"))
        tall = min(max(width * 0.62, 300), 470)
        return axes(_range(self, 0), _range(self, 1), width=width, top=top, height=tall)

    def table(self) -> Table:
        """Return the named points and short series; long ones are counted in the note."""
        rows: list[tuple[Cell, ...]] = []
        counted = []
        for series in sorted(self.series, key=_table_order):
            if len(series.points) > MOST_LISTED:
                counted.append(f"{len(series.points):,} {series.name}")
                continue
            rows += [
                (series.point_name(position), exactly(x), exactly(y))
                for position, (x, y) in enumerate(series.points)
            ]
        note = f"Drawn but not listed: {'; '.join(counted)}." if counted else ""
        return Table(
            title=self.title,
            columns=(
                Column(key="package", title="Package"),
                Column(key="x", title=self.x_title, align="right"),
                Column(key="y", title=self.y_title, align="right"),
            ),
            rows=tuple(rows),
            note=note,
        )


def _table_order(series: Series) -> int:
    order = ("proposal", "group", "solution", "frontier", "acceptable", "background")
    return order.index(series.role)


def _range(scatter: Scatter, axis: Literal[0, 1]) -> tuple[float, float]:
    no_deal = (scatter.x_no_deal, scatter.y_no_deal)[axis]
    values = [point[axis] for series in scatter.series for point in series.points]
    values += [no_deal] if no_deal is not None else []
    return (min(values), max(values)) if values else (0, 100)


def _legend(
    series: Iterable[Series], *, width: float, colours: Colours
) -> tuple[list[Element], float]:
    """Return what the dots without names are, and where the frame may begin."""
    x, y = 0.0, 12.0
    result: list[Element] = []
    for one in series:
        if one.role not in _CLOUDS or not one.points:
            continue
        colour, size, opacity = _CLOUDS[one.role]
        text = cut(shown(one.name), width - 20)
        needed = 14 + text_width(text)
        if x > 0 and x + needed > width:
            x, y = 0.0, y + 20
        dot = element(
            "circle",
            cx=x + 4,
            cy=y - 4,
            r=max(size / 2, 2.4),
            fill=colours.named(colour),
            fill_opacity=min(opacity + 0.35, 1),
        )
        result += [
            dot,
            label(x + 14, y, text, fill=colours.named("muted"), full=one.name),
        ]
        x += needed + 22
    return result, y + 36 if result else 30


def _no_deal_lines(scatter: Scatter, plot: Axes, *, colours: Colours) -> Iterator[Element]:
    x, y = scatter.x_no_deal, scatter.y_no_deal
    box, muted = plot.box, colours.named("muted")
    if x is not None and y is not None:
        yield element(
            "rect",
            x=plot.x(x),
            y=box.top,
            width=box.right - plot.x(x),
            height=plot.y(y) - box.top,
            fill=colours.named("good"),
            fill_opacity="0.07",
        )
    if x is not None:
        yield rule(plot.x(x), box.top, plot.x(x), box.bottom, stroke=muted, width=1.2, dash="4 4")
    if y is not None:
        yield rule(box.left, plot.y(y), box.right, plot.y(y), stroke=muted, width=1.2, dash="4 4")


def _no_deal_words(
    scatter: Scatter, plot: Axes, *, colours: Colours
) -> Iterator[tuple[Box, Element]]:
    """Return the words beside the no-deal lines, inside the frame, with the room they take."""
    muted, halo = colours.named("muted"), colours.named("surface")
    wide = text_width("no deal", size=12)
    box = plot.box
    if scatter.x_no_deal is not None:
        at = plot.x(scatter.x_no_deal)
        right = at + wide + 12 < box.right
        x = at + 5 if right else at - 5 - wide
        yield (
            Box(left=x, top=box.bottom - 19, right=x + wide, bottom=box.bottom - 4),
            label(x, box.bottom - 7, "no deal", fill=muted, size=12, halo=halo),
        )
    if scatter.y_no_deal is not None:
        at = plot.y(scatter.y_no_deal)
        y = at - 6 if at - 20 > box.top else at + 15
        x = box.left + 5
        yield (
            Box(left=x, top=y - 12, right=x + wide, bottom=y + 3),
            label(x, y, "no deal", fill=muted, size=12, halo=halo),
        )


def _clouds(series: Iterable[Series], plot: Axes, *, colours: Colours) -> Iterator[Element]:
    drawn = [one for one in series if one.points]
    for role, (colour, size, opacity) in _CLOUDS.items():
        for one in drawn:
            if one.role == role:
                yield element(
                    "path",
                    d=_dots(plot, one.points),
                    stroke=colours.named(colour),
                    stroke_width=size,
                    stroke_linecap="round",
                    stroke_opacity=None if opacity == 1 else str(opacity),
                    fill="none",
                )


def _dots(plot: Axes, points: Iterable[tuple[float, float]]) -> str:
    """Return one path that draws all points; those on the same half pixel are drawn once.

    Moves are relative to the dot before, which is the shortest way to write them.
    """
    places = sorted({(round(plot.x(x) * 2), round(plot.y(y) * 2)) for x, y in points})
    moves = ((x - a, y - b) for (a, b), (x, y) in pairwise([(0, 0), *places]))
    return "".join(f"m{coordinate(dx / 2)} {coordinate(dy / 2)}h0" for dx, dy in moves)


def _named(series: Iterable[Series], plot: Axes, *, room: float) -> list[NamedPoint]:
    """Return the solutions and proposals; those at the same place share a mark."""
    together: dict[tuple[float, float], list[tuple[str, Mark, bool]]] = {}
    position = {"solution": 0, "proposal": 0}
    for one in series:
        if one.role not in position:
            continue
        for index, (x, y) in enumerate(one.points):
            shape = one.shape or MARKS[position[one.role] % len(MARKS)]
            position[one.role] += 1
            place = (round(plot.x(x), 1), round(plot.y(y), 1))
            item = (one.point_name(index), shape, one.role == "proposal")
            together.setdefault(place, []).append(item)
    result = []
    for (x, y), items in together.items():
        names = tuple(dict.fromkeys(name for name, _, _ in items))
        _, shape, filled = max(items, key=lambda item: item[2])
        lines = tuple(line for name in names for line in wrapped(shown(name), room, bold=True))
        result.append(NamedPoint(x=x, y=y, names=names, lines=lines, shape=shape, filled=filled))
    return result


def _places_to_pick(points: Sequence[tuple[float, float]], plot: Axes) -> Iterator[Element]:
    circles = [
        element("circle", data_item=str(k), cx=plot.x(x), cy=plot.y(y), r=_PICKED, fill="none")
        for k, (x, y) in enumerate(points)
    ]
    if circles:
        yield element("g", *circles, class_="picks")


def _frontier_places(series: Iterable[Series], plot: Axes) -> Iterator[Box]:
    for one in series:
        if one.role == "frontier":
            yield from (around(plot.x(x), plot.y(y), 3) for x, y in one.points[:200])
