"""How often each option of each issue is picked: one bar for an issue, divided by its options."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.report.palette import Colours, Theme
from detente.report.pictures.divided import Part, divided, often, part_box, said
from detente.report.pictures.scales import cut, text_width, wrapped
from detente.report.pictures.svg import Element, drawing, label, mark
from detente.report.wording import shown
from detente.table import Cell, Column, Share, Table

_BAR = 24
_HEAD = 24
_LINE = 16
_GAP = 18
_KEY = 26
_INSET = 8
_MARKED = 17
_SHORTEST = 48
"""A name inside a bar is not cut to less than so many pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionRow:
    """One issue.

    options, shares : its options, and in what share each is picked
    marked : position of the option that is pointed out; None for none
    remark : a word or two about the issue, such as that it is open
    settled : the remark is set apart
    """

    label: str
    options: tuple[str, ...]
    shares: tuple[Share, ...]
    marked: int | None = None
    remark: str = ""
    settled: bool = False

    def __post_init__(self) -> None:
        if len(self.options) != len(self.shares):
            message = f"{self.label!r}: {len(self.shares)} shares for {len(self.options)} options"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionBars:
    """For each issue one bar, as long as all readings, divided among its options.

    mark_title : what the mark at some options means
    """

    title: str
    description: str
    rows: tuple[OptionRow, ...]
    mark_title: str = ""

    def to_svg(self, *, width: int = 760, theme: Theme = "page") -> str:
        """Return the drawing."""
        colours = Colours(theme=theme)
        body: list[Element] = []
        y = 2.0
        if self.mark_title:
            lines = wrapped(self.mark_title, width - 18, size=12)
            body += _key(lines, colours=colours)
            y += _KEY + _LINE * (len(lines) - 1)
        for row in self.rows:
            parts, y = _row(row, top=y, width=width, colours=colours)
            body += parts
            y += _GAP
        return drawing(
            title=self.title,
            description=self.description,
            width=width,
            height=max(y - _GAP + 8, _KEY),
            theme=theme,
            body=body,
        )

    def table(self) -> Table:
        """Return one row for each option of each issue."""
        rows: list[tuple[Cell, ...]] = [
            (row.label if place == 0 else "", option, share)
            for row in self.rows
            for place, (option, share) in enumerate(zip(row.options, row.shares, strict=True))
        ]
        return Table(
            title=self.title,
            columns=(
                Column(key="issue", title="Issue"),
                Column(key="option", title="Option"),
                Column(key="share", title="Picked in", align="right"),
            ),
            rows=tuple(rows),
        )


def _key(lines: list[str], *, colours: Colours) -> Iterator[Element]:
    ink, muted = colours.named("ink"), colours.named("muted")
    yield mark("diamond", 6, 9, radius=3.6, fill=ink, stroke="none")
    for place, line in enumerate(lines):
        yield label(18, 13 + _LINE * place, line, fill=muted, size=12)


def _row(
    row: OptionRow, *, top: float, width: float, colours: Colours
) -> tuple[list[Element], float]:
    """Return the bar of one issue under its name, and where the next issue may begin."""
    ink, muted = colours.named("ink"), colours.named("muted")
    room = width - text_width(row.remark, size=12, bold=True) - 16
    heads = wrapped(shown(row.label), room, size=13, bold=True)
    body = [
        label(0, top + 15 + _LINE * place, head, fill=ink, weight=650, size=13, full=row.label)
        for place, head in enumerate(heads)
    ]
    if row.remark:
        pen, weight = (ink, 600) if row.settled else (muted, 500)
        text = label(width, top + 15, row.remark, fill=pen, weight=weight, anchor="end", size=12)
        body.append(text)
    order = sorted(range(len(row.shares)), key=lambda o: -row.shares[o].value)
    y, beside = top + _HEAD + _LINE * (len(heads) - 1), []
    first = order[0] if order else None
    for part in divided(row.shares, order, start=0, width=width, strong=first):
        hover = said(row.options[part.option], row.shares[part.option])
        body.append(part_box(part, hover, y=y, height=_BAR, colours=colours))
        inside = list(_inside(row, part, y=y, colours=colours))
        body += inside
        if not inside:
            beside.append(part.option)
    y += _BAR
    for line in _beside(row, beside, width=width):
        body.append(label(0, y + 15, line, fill=muted, size=12))
        y += _LINE
    return body, y


def _inside(row: OptionRow, part: Part, *, y: float, colours: Colours) -> Iterator[Element]:
    """Return the words inside a part; none where they find no room."""
    share = often(row.shares[part.option])
    marked = part.option == row.marked
    room = part.wide - 2 * _INSET - (_MARKED if marked else 0)
    name = shown(row.options[part.option])
    space = room - text_width(f" {share}", bold=True)
    if space < min(text_width(name, bold=True), _SHORTEST):
        return
    fill = colours.named("surface" if part.strong else "ink")
    x, middle = part.x + _INSET, y + _BAR / 2
    if marked:
        yield mark("diamond", x + 4, middle, radius=3.6, fill=fill, stroke="none")
        x += _MARKED
    text = f"{cut(name, space, bold=True)} {share}"
    yield label(x, middle + 4.5, text, fill=fill, weight=600 if part.strong else 500, full=name)


def _beside(row: OptionRow, options: list[int], *, width: float) -> list[str]:
    """Return what the bar has no room for: options seldom picked, and those never picked."""
    seldom = [
        f"{shown(row.options[o])} {often(row.shares[o])}"
        + (" \N{BLACK DIAMOND}" * (o == row.marked))
        for o in options
    ]
    never = [shown(row.options[o]) for o, share in enumerate(row.shares) if share.value == 0]
    parts = [f"Also {', '.join(seldom)}."] if seldom else []
    if never:
        parts.append(f"Not picked: {', '.join(never)}.")
    return wrapped(" ".join(parts), width, size=12, lines=4) if parts else []
