"""Times over numbers of packages and over frontiers, side by side, both on logarithmic scales."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from detente.report.palette import MARKS, Colours
from detente.report.pictures.scales import Scale
from detente.report.pictures.svg import Element, drawing, label, mark, rule

_WIDTH, _HEIGHT, _TOP, _BOTTOM, _LEFT, _GAP = 860, 400, 66, 340, 56, 46
_COLUMN = 167


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Points of one kind: the logarithms of packages, of frontier times issues, and of seconds."""

    name: str
    points: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    title: str
    x: Scale
    y: Scale
    ticks: tuple[tuple[float, str], ...]


def growth_svg(groups: Sequence[Group]) -> str:
    """Draw both panels with one legend."""
    colours = Colours(theme="light")
    seconds = [point[2] for group in groups for point in group.points]
    packages = [log10(point[0]) for group in groups for point in group.points]
    sizes = [point[1] for group in groups for point in group.points]
    y = Scale(low=floor(min(seconds)), high=ceil(max(seconds)), start=_BOTTOM, end=_TOP)
    half = (_WIDTH - _LEFT - _GAP) / 2
    left = _Panel(
        title="Number of packages",
        x=Scale(low=min(packages) - 0.1, high=max(packages) + 0.1, start=_LEFT, end=_LEFT + half),
        y=y,
        ticks=tuple(
            (log10(power), _power(power))
            for power in (5, 10, 20, 50, 100, 200, 500, 1000)
            if min(packages) - 0.1 <= log10(power) <= max(packages) + 0.1
        ),
    )
    right = _Panel(
        title="Vectors on the frontier × issues",
        x=Scale(
            low=floor(min(sizes)), high=ceil(max(sizes)), start=_WIDTH - half + 10, end=_WIDTH - 20
        ),
        y=y,
        ticks=tuple((n, _power(n)) for n in range(floor(min(sizes)), ceil(max(sizes)) + 1)),
    )
    body = [*_legend(groups, colours), *_frame(left, colours), *_frame(right, colours)]
    for position, group in enumerate(groups):
        for many, size, time in group.points:
            for panel, at in ((left, log10(many)), (right, size)):
                body.append(
                    mark(
                        MARKS[position],
                        panel.x(at),
                        panel.y(time),
                        radius=4.5,
                        fill=colours.party(position, count=len(groups)),
                        stroke=colours.named("surface"),
                    )
                )
    return drawing(
        title="Time over the number of packages, and over the size of the frontier",
        description="Left against the number of packages, right against the number of vectors on "
        "the frontier times the number of issues.",
        width=_WIDTH,
        height=_HEIGHT,
        theme="light",
        body=body,
    )


_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def _power(exponent: int) -> str:
    return f"10{str(exponent).translate(_RAISED)}"


def _legend(groups: Sequence[Group], colours: Colours) -> Iterator[Element]:
    per_row = (_WIDTH - 20) // _COLUMN
    for position, group in enumerate(groups):
        row, column = divmod(position, per_row)
        x, y = 18 + column * _COLUMN, 20 + row * 22
        fill = colours.party(position, count=len(groups))
        yield mark(MARKS[position], x, y, radius=5, fill=fill, stroke=colours.named("surface"))
        yield label(x + 11, y + 4, group.name, fill=colours.named("ink"))


def _frame(panel: _Panel, colours: Colours) -> Iterator[Element]:
    line, muted, ink = (colours.named(name) for name in ("line", "muted", "ink"))
    for at, text in panel.ticks:
        x = panel.x(at)
        yield rule(x, _TOP, x, _BOTTOM, stroke=line)
        yield label(x, _BOTTOM + 18, text, fill=muted, anchor="middle")
    for power in range(round(panel.y.low), round(panel.y.high) + 1):
        y = panel.y(power)
        yield rule(panel.x.start, y, panel.x.end, y, stroke=line)
        yield label(panel.x.start - 6, y + 4, _power(power), fill=muted, anchor="end")
    yield label(panel.x.start, _TOP - 12, "↑ Seconds", fill=ink, weight=600)
    yield label(panel.x.end, _BOTTOM + 42, f"{panel.title} →", fill=ink, anchor="end", weight=600)
