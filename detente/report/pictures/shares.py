"""In how much of the readings each party accepts: bars from none to every."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from detente.report.palette import Colours, Theme
from detente.report.pictures.scales import Scale, cut, text_width
from detente.report.pictures.svg import Element, bar, drawing, label, rule
from detente.report.wording import shown
from detente.table import Cell, Column, Share, Table, cell_text

NARROW = 480
"""Widths up to this are a phone's."""

ROOM = 94
"""Pixels to the right of the bars for the shares in words."""

HEAD = 26
GAP = 16
_AXIS = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """One group of bars, for instance a proposal.

    shares : one for each party of the picture; None where there is nothing to say
    together : the share in which all parties at once accept
    """

    label: str
    shares: tuple[Share | None, ...]
    together: Share | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareBars:
    """For each row and party the share of the readings, with one standard error as a whisker.

    row_title : what the rows are, as heading of the table's first column
    """

    title: str
    description: str
    parties: tuple[str, ...]
    rows: tuple[ShareRow, ...]
    together: str = "All together"
    row_title: str = "Proposal"

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.shares) != len(self.parties):
                message = f"{row.label!r}: {len(row.shares)} shares for {len(self.parties)} parties"
                raise ValueError(message)

    def to_svg(self, *, width: int = 760, theme: Theme = "page") -> str:
        """Return the drawing."""
        layout = _layout(self, width=width, colours=Colours(theme=theme))
        body: list[Element] = []
        y = 2.0
        for row in self.rows:
            group, y = _group(self, row, top=y, layout=layout)
            body += group
            y += GAP
        body += _axis(layout, bottom=y - GAP + 4)
        return drawing(
            title=self.title,
            description=self.description,
            width=width,
            height=y - GAP + _AXIS,
            theme=theme,
            body=body,
        )

    def table(self) -> Table:
        """Return a row for each group; a column for each party, and for all where that is told."""
        joint = any(row.together is not None for row in self.rows)
        titles = [*self.parties, *([self.together] if joint else [])]
        columns = [Column(key="row", title=self.row_title)]
        columns += [
            Column(key=f"share_{place + 1}", title=title, align="right")
            for place, title in enumerate(titles)
        ]
        rows: list[tuple[Cell, ...]] = [
            (row.label, *row.shares, *([row.together] if joint else [])) for row in self.rows
        ]
        return Table(title=self.title, columns=tuple(columns), rows=tuple(rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where names, bars and shares go: side by side, or names above on a narrow drawing."""

    width: float
    scale: Scale
    line: float
    stacked: bool
    colours: Colours


def _layout(picture: ShareBars, *, width: float, colours: Colours) -> _Layout:
    stacked = width <= NARROW
    widest = max(text_width(shown(name)) for name in (*picture.parties, picture.together))
    side = min(max(widest, 60), width * 0.3) + 12
    return _Layout(
        width=width,
        scale=Scale(
            low=0,
            high=1,
            start=0 if stacked else side,
            end=width if stacked else width - ROOM,
        ),
        line=38 if stacked else 23,
        stacked=stacked,
        colours=colours,
    )


def _axis(layout: _Layout, *, bottom: float) -> Iterator[Element]:
    muted = layout.colours.named("muted")
    ends: dict[float, Literal["start", "middle", "end"]] = {0: "start", 0.5: "middle", 1: "end"}
    for part, anchor in ends.items():
        text = f"{100 * part:.0f} %"
        yield label(layout.scale(part), bottom + 12, text, fill=muted, anchor=anchor, size=12)


def _group(
    picture: ShareBars, row: ShareRow, *, top: float, layout: _Layout
) -> tuple[list[Element], float]:
    """Return the bars of one row under its name, and where the next row may begin."""
    ink = layout.colours.named("ink")
    head = cut(shown(row.label), layout.width, size=13, bold=True)
    result = [label(0, top + 15, head, fill=ink, weight=650, size=13, full=row.label)]
    y = top + HEAD - 2
    for place, (party, share) in enumerate(zip(picture.parties, row.shares, strict=True)):
        colour = layout.colours.party(place, count=len(picture.parties))
        result += _line(party, share, top=y, layout=layout, fill=colour)
        y += layout.line
    if row.together is not None:
        stroke = layout.colours.named("control")
        result.append(rule(0, y + 3, layout.width, y + 3, stroke=stroke))
        y += 5
        result += _line(picture.together, row.together, top=y, layout=layout, fill=ink, weight=600)
        y += layout.line
    return result, y


def _line(
    name: str,
    share: Share | None,
    *,
    top: float,
    layout: _Layout,
    fill: str,
    weight: int | None = None,
) -> Iterator[Element]:
    scale, colours = layout.scale, layout.colours
    ink, muted = colours.named("ink"), colours.named("muted")
    y = top + layout.line - 11.5
    baseline = top + 15 if layout.stacked else y + 4
    height = 10 if layout.stacked else 12
    room = layout.width - ROOM if layout.stacked else scale.start - 12
    yield label(
        0,
        baseline,
        cut(shown(name), room, bold=weight is not None),
        fill=ink,
        weight=weight,
        full=name,
    )
    yield bar(scale.start, scale.end, y, height=height, fill=colours.named("sunk"))
    yield rule(scale(0.5), y - 5, scale(0.5), y + 5, stroke=colours.named("line"))
    if share is not None and share.value > 0:
        yield bar(scale.start, scale(min(share.value, 1)), y, height=height, fill=fill)
    elif share is not None:
        yield bar(scale.start, scale.start + 2, y, height=height, fill=fill)
    if share is not None and share.error > 0:
        yield from _whisker(share, y=y, scale=scale, colours=colours)
    text = cell_text(share)
    yield label(
        layout.width if layout.stacked else scale.end + 10,
        baseline,
        text,
        fill=muted if share is None else ink,
        anchor="end" if layout.stacked else "start",
        weight=weight or 500,
    )


def _whisker(share: Share, *, y: float, scale: Scale, colours: Colours) -> Iterator[Element]:
    """Return one standard error either side: light on the bar, dark beyond it."""
    middle = scale(min(max(share.value, 0), 1))
    sides = (
        (scale(max(share.value - share.error, 0)), colours.named("surface")),
        (scale(min(share.value + share.error, 1)), colours.named("ink")),
    )
    for end, stroke in sides:
        if abs(end - middle) >= 1:
            yield rule(middle, y, end, y, stroke=stroke, width=1.4)
            yield rule(end, y - 3.5, end, y + 3.5, stroke=stroke, width=1.4)
