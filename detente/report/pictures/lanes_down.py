"""The lanes of a roadmap on a phone: gate under gate, a line for each party."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from detente.report.palette import Colours
from detente.report.pictures.gates import Course
from detente.report.pictures.gauge import (
    SMALL,
    THICK,
    WEDGE,
    Pen,
    amount,
    amount_text,
    leaving,
    lying,
    pens,
    scales,
    wedge,
    whole,
)
from detente.report.pictures.scales import Scale, cut, text_width, wrapped
from detente.report.pictures.svg import Element, bar, element, label, rule
from detente.report.wording import shown

_LINE = 15.0
_ROW = 48.0
_SHARE_ROOM = 108.0
_AMOUNT = 62.0
"""Pixels at the right of the bars, for slack and missing amounts."""
_STAGE_LINES = 4
_INSET = 10.0
_LIMIT = 32.0


def down(
    course: Course, *, top: float, width: float, colours: Colours
) -> tuple[list[Element], float]:
    """Return the gates one under another with the stages between, and where they end below."""
    frame = _Frame(
        width=width,
        colours=colours,
        pens=pens(course, colours),
        scales=scales(course, 12, width - _AMOUNT - 10),
    )
    body: list[Element] = []
    y = top
    for place in range(len(course.gates)):
        if place:
            box, y = _box(course, place - 1, top=y, frame=frame)
            body += box
        body += _limit(course, y, frame=frame) if _limit_before(course) == place else ()
        y += _LIMIT if _limit_before(course) == place else 0
        rows, y = _gate(course, place, top=y, frame=frame)
        body += rows
    if _limit_before(course) == len(course.gates):
        body += _limit(course, y, frame=frame)
        y += _LIMIT
    return body, y


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What every part of the drawing needs."""

    width: float
    colours: Colours
    pens: list[Pen]
    scales: list[Scale]


def _gate(course: Course, place: int, *, top: float, frame: _Frame) -> tuple[list[Element], float]:
    """Return a gate with a line for each party, and where it ends below."""
    colours, gate = frame.colours, course.gates[place]
    ink, muted, sunk = (colours.named(name) for name in ("ink", "muted", "sunk"))
    result = [element("circle", cx=4, cy=top + 13, r=3.4, fill=ink)]
    result += [
        label(14, top + 17 + _LINE * k, text, fill=ink, weight=650, full=gate.label)
        for k, text in enumerate(wrapped(shown(gate.label), frame.width - 16, bold=True))
    ]
    y = top + 10 + _LINE * (len(result) - 1)
    room = frame.width - (_SHARE_ROOM if course.in_shares else 0) - 12
    for party, standing, pen, scale in zip(
        course.parties, gate.standings, frame.pens, frame.scales, strict=True
    ):
        if standing.exposed:
            tint = colours.named("bad-tint")
            result.append(_ground(y + 3, _ROW - 2, frame=frame, fill=tint))
        name = cut(shown(party), room)
        result.append(label(6, y + 18, name, fill=ink, full=party))
        if standing.leaves is not None:
            text = leaving(standing.leaves)
            end = frame.width - 6
            result.append(label(end, y + 18, text, fill=muted, anchor="end", size=SMALL))
        middle = y + 34
        result.append(bar(scale.start, scale.end, middle, height=THICK, fill=sunk))
        result += lying(standing, middle, scale=scale, pen=pen)
        x = frame.width - _AMOUNT / 2
        result += amount(standing, x, middle + 4, room=_AMOUNT, colours=colours)
        y += _ROW
    return result, y + 14


def _ground(top: float, height: float, *, frame: _Frame, fill: str, line: str = "") -> Element:
    """Return a box as wide as the drawing."""
    return element(
        "rect",
        x=0.5,
        y=top,
        width=frame.width - 1,
        height=height,
        rx=4,
        fill=fill,
        stroke=line or None,
    )


def _box(course: Course, place: int, *, top: float, frame: _Frame) -> tuple[list[Element], float]:
    """Return the box of a stage with who is exposed inside it, and where it ends below."""
    colours, stage = frame.colours, course.stages[place]
    ink, muted, bad = (colours.named(name) for name in ("ink", "muted", "bad"))
    room = frame.width - 2 * _INSET
    lines = wrapped(", ".join(map(shown, stage.items)), room, size=SMALL, lines=_STAGE_LINES)
    written = [(line, ink) for line in lines]
    if stage.takes:
        written.append((cut(shown(stage.takes), room, size=SMALL), muted))
    inside = list(course.exposed_inside(stage))
    tall = _LINE * (len(written) + len(inside)) + 14
    result = [
        _ground(top, tall, frame=frame, fill=colours.named("sunk"), line=colours.named("line"))
    ]
    y = top + 4
    for line, fill in written:
        y += _LINE
        result.append(label(_INSET, y, line, fill=fill, size=SMALL))
    for party, standing in inside:
        y += _LINE
        result.append(wedge(_INSET + 5, y - 4, colours=colours, hollow=True))
        text = amount_text(standing)
        missing = whole(text, room / 2)
        name = shown(course.parties[party])
        space = room - WEDGE - text_width(f"{missing} ", size=SMALL)
        words = f"{missing} {cut(name, space, size=SMALL)}"
        result.append(
            label(_INSET + WEDGE + 1, y, words, fill=bad, size=SMALL, full=f"{text} {name}")
        )
    return result, top + tall + 8


def _limit_before(course: Course) -> int | None:
    """Return the gate before which the deadline falls; one more than there are for the end."""
    if course.deadline is None or not course.gates:
        return None
    at, n_stages = max(course.deadline.at, 0), len(course.stages)
    return math.floor(min(at, n_stages)) + 1


def _limit(course: Course, top: float, *, frame: _Frame) -> Iterator[Element]:
    """Return the deadline as a dashed line across, with its name."""
    if course.deadline is None:
        return
    warn, full = frame.colours.named("warn"), f"deadline {shown(course.deadline.label)}"
    text = cut(full, frame.width, size=SMALL, bold=True)
    yield rule(0, top + 4, frame.width, top + 4, stroke=warn, width=1.6, dash="5 4")
    yield label(0, top + 20, text, fill=warn, weight=600, size=SMALL, full=full)
