"""Marks with their names beside them, none on top of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from detente.report.palette import Colours, Mark
from detente.report.pictures.scales import Box, Placed, place_labels, text_width
from detente.report.pictures.svg import Element, label, mark, rule

RADIUS = 5.5
LABEL_LINE = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPoint:
    """A point that is named, or several at the same place.

    names : in full, shown on hover
    lines : the names as they stand beside the mark
    filled : drawn solid rather than as an outline
    """

    x: float
    y: float
    names: tuple[str, ...]
    lines: tuple[str, ...]
    shape: Mark
    filled: bool


def named_points(
    points: Sequence[NamedPoint], *, frame: Box, taken: Iterable[Box], colours: Colours
) -> Iterator[Element]:
    """Return the marks and their names.

    frame : names stay inside
    taken : what names should not cover, besides the marks themselves
    """
    occupied = [*taken, *(around(point.x, point.y, RADIUS + 2) for point in points)]
    sizes = [(point.x, point.y, *_size(point.lines)) for point in points]
    placed = place_labels(sizes, frame=frame, taken=occupied)
    ink, surface = colours.named("ink"), colours.named("surface")
    yield from _leaders(points, placed, stroke=ink)
    for point in points:
        yield mark(
            point.shape,
            point.x,
            point.y,
            radius=RADIUS + (0.8 if point.filled else 0),
            fill=ink if point.filled else surface,
            stroke=surface if point.filled else ink,
            title=", ".join(point.names),
        )
    for point, place in zip(points, placed, strict=True):
        yield from _name_lines(point, place, fill=ink, halo=surface)


def _size(lines: tuple[str, ...]) -> tuple[float, float]:
    return max(text_width(line, bold=True) for line in lines) + 3, LABEL_LINE * len(lines)


def _name_lines(point: NamedPoint, place: Placed, *, fill: str, halo: str) -> Iterator[Element]:
    box = place.box
    x = {"start": box.left + 1, "middle": (box.left + box.right) / 2, "end": box.right - 1}
    for position, line in enumerate(point.lines):
        yield label(
            x[place.anchor],
            box.top + LABEL_LINE * (position + 1) - 4,
            line,
            fill=fill,
            anchor=place.anchor,
            weight=600,
            halo=halo,
            full=", ".join(point.names),
        )


def around(x: float, y: float, radius: float) -> Box:
    """Return the square around a point."""
    return Box(left=x - radius, top=y - radius, right=x + radius, bottom=y + radius)


def _leaders(
    points: Sequence[NamedPoint], placed: Sequence[Placed], *, stroke: str
) -> Iterator[Element]:
    """Return a line from each mark to its name where the name lies far off."""
    for point, place in zip(points, placed, strict=True):
        if place.far:
            near_x = min(max(point.x, place.box.left), place.box.right)
            near_y = min(max(point.y, place.box.top), place.box.bottom)
            yield rule(point.x, point.y, near_x, near_y, stroke=stroke)
