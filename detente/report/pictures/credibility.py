"""In how many readings a party accepts, against how far it believes each pressure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from detente.report.palette import DASHES, MARKS, Colours, Mark, Theme
from detente.report.pictures.axes import Axes, axes, grid
from detente.report.pictures.scales import cut, text_width
from detente.report.pictures.svg import Element, coordinate, drawing, element, label, mark, rule
from detente.report.wording import exactly, shown
from detente.table import Cell, Column, Table

_BETWEEN = "0.15"
"""Opacity between the two ends of a shift."""
_STATED = "0.13"
"""Opacity under a line where its credibility is stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """A share at one credibility: with the shift at its least and at its most favourable end."""

    credibility: float
    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CredibilityLine:
    """One pressure.

    points : from credibility 0 to 1, ascending; shares from 0 to 1
    stated : the ends of the stated credibility, both among the points
    """

    label: str
    points: tuple[Believed, ...]
    stated: tuple[float, float]

    def at(self, credibility: float) -> Believed:
        """Return the point at a credibility, or the first one beyond."""
        return next(p for p in self.points if p.credibility >= credibility)


@dataclass(frozen=True, slots=True, kw_only=True)
class CredibilityLines:
    """For each pressure the share of the readings in which the party accepts, as a line.

    Where a shift is a range, a band reaches from its least to its most favourable end. The stated
    credibility is shaded down to the axis, and a mark stands at each of its ends.
    """

    title: str
    description: str
    lines: tuple[CredibilityLine, ...]

    def to_svg(self, *, width: int = 760, theme: Theme = "page") -> str:
        """Return the drawing."""
        colours = Colours(theme=theme)
        legend, top = _legend(self.lines, width=width, colours=colours)
        tall = min(max(width * 0.42, 230), 330)
        plot = axes((0, 1), (0, 100), width=width, top=top, height=tall)
        pens = [_pen(place, len(self.lines), colours) for place in range(len(self.lines))]
        body = [
            *legend,
            *grid(
                plot,
                x_title="Credibility",
                y_title="Readings that accept, percent",
                colours=colours,
            ),
            _half(plot, colours=colours),
        ]
        for line, pen in zip(self.lines, pens, strict=True):
            body += _shading(line, plot, pen)
        for line, pen in zip(self.lines, pens, strict=True):
            body += _line(line, plot, pen)
        for line, pen in zip(self.lines, pens, strict=True):
            body += _marks(line, plot, pen, colours=colours)
        body.append(_half_words(self.lines, plot, colours=colours))
        return drawing(
            title=self.title,
            description=self.description,
            width=width,
            height=plot.box.bottom + 46,
            theme=theme,
            body=body,
        )

    def table(self) -> Table:
        """Return the shares at nought, at both ends of the stated credibility, and at one."""
        rows: list[tuple[Cell, ...]] = []
        for line in self.lines:
            for at in sorted({0.0, *line.stated, 1.0}):
                one = line.at(at)
                worst, best = exactly(100 * one.least), exactly(100 * one.most)
                rows.append((line.label, f"{at:g}", worst, best))
        return Table(
            title=self.title,
            columns=(
                Column(key="pressure", title="Pressure"),
                Column(key="credibility", title="Credibility", align="right"),
                Column(key="least", title="Percent, at the least", align="right"),
                Column(key="most", title="at the most", align="right"),
            ),
            rows=tuple(rows),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pen:
    """How one line is told from the others: by dash and mark, and by colour."""

    colour: str
    dash: str
    shape: Mark


def _pen(place: int, count: int, colours: Colours) -> _Pen:
    return _Pen(
        colour=colours.party(place, count=count),
        dash=DASHES[place % len(DASHES)],
        shape=MARKS[place % len(MARKS)],
    )


def _legend(
    lines: tuple[CredibilityLine, ...], *, width: float, colours: Colours
) -> tuple[list[Element], float]:
    """Return what each line is, and where the frame may begin."""
    x, y = 0.0, 12.0
    result: list[Element] = []
    for place, line in enumerate(lines):
        pen = _pen(place, len(lines), colours)
        low, high = line.stated
        stated = f"stated {low:g}" if low == high else f"stated {low:g} to {high:g}"
        room = width - 46 - text_width(f", {stated}")
        text = f"{cut(shown(line.label), room)}, {stated}"
        needed = 44 + text_width(text)
        if x > 0 and x + needed > width:
            x, y = 0.0, y + 21
        result += [
            rule(x, y - 4, x + 34, y - 4, stroke=pen.colour, width=2.4, dash=pen.dash),
            mark(pen.shape, x + 17, y - 4, radius=4.5, fill=pen.colour, stroke=pen.colour),
            label(x + 42, y, text, fill=colours.named("ink"), full=line.label),
        ]
        x += needed + 22
    return result, y + 40 if result else 30


def _half(plot: Axes, *, colours: Colours) -> Element:
    box, y = plot.box, plot.y(50)
    return rule(box.left, y, box.right, y, stroke=colours.named("muted"), width=1.2, dash="4 4")


def _half_words(lines: tuple[CredibilityLine, ...], plot: Axes, *, colours: Colours) -> Element:
    """Return the words of the line of one half, at the side where fewer lines come near."""

    def near(low: float, high: float) -> float:
        shares = [
            share
            for line in lines
            for p in line.points
            if low <= p.credibility <= high
            for share in (p.least, p.most)
        ]
        return min((abs(share - 0.54) for share in shares), default=1.0)

    left = near(0, 0.3) > near(0.7, 1)
    return label(
        plot.box.left + 6 if left else plot.box.right - 6,
        plot.y(50) - 6,
        "half of the readings",
        fill=colours.named("muted"),
        anchor="start" if left else "end",
        size=12,
        halo=colours.named("surface"),
    )


def _shading(line: CredibilityLine, plot: Axes, pen: _Pen) -> Iterator[Element]:
    """Return the band between the ends of the shift, and the stated credibility under it."""
    above = [(plot.x(p.credibility), plot.y(100 * p.most)) for p in line.points]
    below = [(plot.x(p.credibility), plot.y(100 * p.least)) for p in line.points]
    if above != below:
        yield _area([*above, *reversed(below)], pen.colour, _BETWEEN)
    low, high = line.stated
    if low < high:
        bottom = plot.box.bottom
        part = [
            (plot.x(p.credibility), min(plot.y(100 * p.most), plot.y(100 * p.least)))
            for p in line.points
            if low <= p.credibility <= high
        ]
        ends = [(plot.x(high), bottom), (plot.x(low), bottom)]
        yield _area([*part, *ends], pen.colour, _STATED)


def _line(line: CredibilityLine, plot: Axes, pen: _Pen) -> Iterator[Element]:
    points = [(plot.x(p.credibility), plot.y(100 * p.most)) for p in line.points]
    other = [(plot.x(p.credibility), plot.y(100 * p.least)) for p in line.points]
    if other != points:
        yield _stroke(other, pen, width=1.2)
    yield _stroke(points, pen, width=2.6)


def _marks(line: CredibilityLine, plot: Axes, pen: _Pen, *, colours: Colours) -> Iterator[Element]:
    for end in dict.fromkeys(line.stated):
        at = line.at(end)
        x, y = plot.x(end), plot.y(100 * max(at.most, at.least))
        yield rule(x, y, x, plot.box.bottom, stroke=pen.colour, width=1.2, dash="2 3")
        yield mark(
            pen.shape,
            x,
            plot.y(100 * at.most),
            radius=5,
            fill=pen.colour,
            stroke=colours.named("surface"),
            title=f"{line.label}: credibility {end:g}",
        )


def _stroke(points: Iterable[tuple[float, float]], pen: _Pen, *, width: float) -> Element:
    return element(
        "path",
        d=f"M{_path(points)}",
        stroke=pen.colour,
        stroke_width=width,
        stroke_dasharray=pen.dash or None,
        stroke_linejoin="round",
        fill="none",
    )


def _area(points: Iterable[tuple[float, float]], colour: str, opacity: str) -> Element:
    return element("path", d=f"M{_path(points)}Z", fill=colour, fill_opacity=opacity, stroke="none")


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points)
