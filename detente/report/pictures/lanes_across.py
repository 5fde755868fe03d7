"""The lanes of a roadmap from left to right, in several bands where stages are many."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from detente.report.palette import Colours
from detente.report.pictures.gates import Course, Stage
from detente.report.pictures.gauge import SMALL, Pen, amount, leaving, pens, scales, upright
from detente.report.pictures.scales import Scale, cut, text_width, wrapped
from detente.report.pictures.svg import Element, coordinate, element, label, rule
from detente.report.wording import shown

_LINE = 15.0
_LEAST_PERIOD, _MOST_PERIOD = 112.0, 250.0
"""Pixels from one gate to the next."""
_BEFORE, _AFTER = 34.0, 60.0
"""Pixels left of the first gate and right of the last."""
_PLOT = 44.0
_OVER, _UNDER = 16.0, 30.0
_SHARES = 15.0
_BAND_GAP = 30.0
_TINT = 92.0
_ITEM_LINES, _BOX_LINES = 2, 8
_CLEAR = 62.0
"""Pixels between a gate and the deadline, which the words at the gate take."""
_ASIDE = 9.0
"""Pixels between a gate and the boxes beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Band:
    """Some stages in a row, with the gate after each; the first band has the first gate too.

    first, last : slots from 0; slot i is gate i, and stage i lies between slots i and i + 1
    """

    first: int
    last: int
    start: float
    period: float
    width: float
    colours: Colours

    def x(self, slot: float) -> float:
        """Return where a gate stands."""
        return self.start + (slot - self.first) * self.period

    @property
    def gates(self) -> range:
        """The gates drawn in this band."""
        return range(self.first + (self.first > 0), self.last + 1)

    @property
    def stages(self) -> range:
        """The stages drawn in this band."""
        return range(self.first, self.last)


def across(
    course: Course, *, top: float, width: float, colours: Colours
) -> tuple[list[Element], float]:
    """Return the lanes, and where they end below."""
    body: list[Element] = []
    party_pens, party_scales = pens(course, colours), scales(course, _OVER + _PLOT, _OVER)
    height = _OVER + _PLOT + _UNDER + (_SHARES if course.in_shares else 0)
    for band in _bands(course, width=width, colours=colours):
        heads, y = _heads(course, band, top=top)
        bottom = y + height * len(course.parties)
        body += [*_limit(course, band, top=top, bottom=bottom), *heads]
        for place, party in enumerate(course.parties):
            body += _name(party, top=y, height=height, band=band)
            scale = party_scales[place]
            lowered = replace(scale, start=scale.start + y, end=scale.end + y)
            body += _lane(course, place, band, scale=lowered, pen=party_pens[place])
            y += height
        top = y + _BAND_GAP
    return body, top - _BAND_GAP + 4 if course.gates else top


def _bands(course: Course, *, width: float, colours: Colours) -> Iterator[_Band]:
    """Divide the stages evenly into as few bands as have room for them."""
    if not course.gates:
        return
    widest = max((text_width(shown(name), bold=True) for name in course.parties), default=0)
    start = min(max(widest, 62), width * 0.18) + _BEFORE
    room = width - start - _AFTER
    n_stages = len(course.stages)
    n_bands = max(math.ceil(n_stages / max(int(room / _LEAST_PERIOD), 1)), 1)
    each = max(math.ceil(n_stages / n_bands), 1)
    period = min(room / each, _MOST_PERIOD)
    for first in range(0, max(n_stages, 1), each):
        yield _Band(
            first=first,
            last=min(first + each, n_stages),
            start=start,
            period=period,
            width=width,
            colours=colours,
        )


def _heads(course: Course, band: _Band, *, top: float) -> tuple[list[Element], float]:
    """Return the names of the gates and the boxes of the stages between them."""
    ink = band.colours.named("ink")
    y = top + (_LINE + 6 if _limit_at(course, band) is not None else 0)
    names = {slot: _gate_name(course, slot, band) for slot in band.gates}
    deep = max(map(len, names.values()), default=0)
    result = [
        label(
            band.x(slot),
            y + _LINE * (deep - len(lines) + k + 1) - 3,
            line,
            fill=ink,
            anchor="middle",
            size=SMALL,
            full=course.gates[slot].label,
        )
        for slot, lines in names.items()
        for k, line in enumerate(lines)
    ]
    y += _LINE * deep + 6
    inner = band.period - 2 * _ASIDE - 14
    words = {place: _stage_words(course.stages[place], inner) for place in band.stages}
    tall = max((len(lines) * _LINE for lines in words.values()), default=0) + 14
    if not words:
        return result, y
    middle = y + tall / 2
    pen = band.colours.named("control")
    result.append(rule(band.x(band.first), middle, band.x(band.last), middle, stroke=pen))
    result += [
        element("circle", cx=band.x(slot), cy=middle, r=3.4, fill=ink) for slot in band.gates
    ]
    for place, lines in words.items():
        result += _box(lines, course.stages[place], place, top=y, tall=tall, band=band)
    return result, y + tall + 10


def _gate_name(course: Course, slot: int, band: _Band) -> list[str]:
    room = 2 * _AFTER - 6 if slot == band.last else band.period - 8
    return wrapped(shown(course.gates[slot].label), min(room, band.period - 8), size=SMALL)


def _stage_words(stage: Stage, room: float) -> list[tuple[str, bool]]:
    """Return the lines of a box, and whether each is a name."""
    lines = [
        (line, True)
        for item in stage.items
        for line in wrapped(shown(item), room, size=SMALL, lines=_ITEM_LINES)
    ]
    if len(lines) > _BOX_LINES:
        text = f"{len(stage.items)} items: {', '.join(map(shown, stage.items))}"
        lines = [(line, True) for line in wrapped(text, room, size=SMALL, lines=_BOX_LINES)]
    return [*lines, *([(cut(shown(stage.takes), room, size=SMALL), False)] if stage.takes else [])]


def _box(
    lines: list[tuple[str, bool]],
    stage: Stage,
    place: int,
    *,
    top: float,
    tall: float,
    band: _Band,
) -> Iterator[Element]:
    colours = band.colours
    ink, muted = colours.named("ink"), colours.named("muted")
    title = f"stage {place + 1}: {', '.join(stage.items)}"
    yield element(
        "rect",
        element("title", title),
        x=band.x(place) + _ASIDE,
        y=top,
        width=band.period - 2 * _ASIDE,
        height=tall,
        rx=4,
        fill=colours.named("sunk"),
        stroke=colours.named("line"),
    )
    y = top + (tall - len(lines) * _LINE) / 2 - 4
    for line, named in lines:
        y += _LINE
        fill = ink if named else muted
        yield label(band.x(place + 0.5), y, line, fill=fill, anchor="middle", size=SMALL)


def _name(party: str, *, top: float, height: float, band: _Band) -> Iterator[Element]:
    """Return a party's name at the left of its lane."""
    colours = band.colours
    yield rule(0, top, band.width, top, stroke=colours.named("line"))
    room = band.start - _BEFORE
    lines = wrapped(shown(party), room, bold=True, lines=3)
    y = top + (height - len(lines) * _LINE) / 2 - 6
    for line in lines:
        y += _LINE
        yield label(0, y, line, fill=colours.named("ink"), weight=600, full=party)


def _lane(course: Course, place: int, band: _Band, *, scale: Scale, pen: Pen) -> Iterator[Element]:
    """Return how a party stands at the gates of a band, and inside its stages."""
    colours = band.colours
    faint = colours.named("faint")
    told = [
        (slot, course.gates[slot].standings[place]) for slot in range(band.first, band.last + 1)
    ]
    on = [(band.x(slot), scale(s.going_on)) for slot, s in told]
    away = [(band.x(slot), scale(s.walking_away)) for slot, s in told]
    yield from _alarms(course, place, band, scale=scale)
    yield _thread(on, stroke=faint, dash=None)
    yield _thread(away, stroke=faint, dash="3 3")
    baseline = scale.start + 22
    half = band.period / 2 - 4
    quiet = _quiet(course, place, band)
    for slot in band.gates:
        standing = course.gates[slot].standings[place]
        room = _AFTER - 16 if slot == band.last else band.period - 34
        x = band.x(slot)
        yield from upright(standing, x, scale=scale, pen=pen, room=min(room, band.period - 34))
        side = min(x - (band.start - _BEFORE), band.width - x, half)
        free = 2 * side - 4 if slot in quiet else half
        yield from amount(standing, x, baseline, room=free, colours=colours)
        if standing.leaves is not None:
            text = cut(leaving(standing.leaves), band.period - 6, size=SMALL)
            fill = colours.named("muted")
            y = baseline + _SHARES
            yield label(x, y, text, fill=fill, anchor="middle", size=SMALL)
    for stage in band.stages:
        for party, standing in course.exposed_inside(course.stages[stage]):
            if party == place:
                x = band.x(stage + 0.5)
                yield from amount(standing, x, baseline, room=half, colours=colours, small=True)


def _quiet(course: Course, place: int, band: _Band) -> set[int]:
    """Return the gates beside which a party is told nothing inside a stage."""
    loud = {
        stage
        for stage in band.stages
        for party, _ in course.exposed_inside(course.stages[stage])
        if party == place
    }
    return {slot for slot in band.gates if not loud & {slot - 1, slot}}


def _alarms(course: Course, place: int, band: _Band, *, scale: Scale) -> Iterator[Element]:
    """Return a tint behind the gates at which the party is exposed."""
    half = min(band.period / 2 - 8, _TINT / 2)
    for slot in band.gates:
        if course.gates[slot].standings[place].exposed:
            left = max(band.x(slot) - half, band.start - _BEFORE + 6)
            yield element(
                "rect",
                x=left,
                y=scale.end - _OVER + 3,
                width=band.x(slot) + half - left,
                height=_OVER + _PLOT + _UNDER - 6 + (_SHARES if course.in_shares else 0),
                rx=5,
                fill=band.colours.named("bad-tint"),
            )


def _thread(points: list[tuple[float, float]], *, stroke: str, dash: str | None) -> Element:
    """Return a thin line through the values from gate to gate."""
    d = "M" + "L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points)
    return element("path", d=d, stroke=stroke, stroke_dasharray=dash, fill="none")


def _limit_at(course: Course, band: _Band) -> float | None:
    """Return where the deadline falls in the band; None where it falls elsewhere.

    It keeps off the gates, whose numbers it would run through.
    """
    if course.deadline is None:
        return None
    at, n_stages = max(course.deadline.at, 0), len(course.stages)
    if at >= n_stages:
        return band.x(n_stages) + _AFTER - 3 if band.last == n_stages else None
    before = math.floor(at)
    if not band.first <= before < band.last:
        return None
    clear = min(_CLEAR, band.period / 2)
    return min(max(band.x(at), band.x(before) + clear), band.x(before + 1) - clear)


def _limit(course: Course, band: _Band, *, top: float, bottom: float) -> Iterator[Element]:
    """Return the deadline as a dashed line down through all lanes, named on top."""
    x = _limit_at(course, band)
    if course.deadline is None or x is None:
        return
    warn, full = band.colours.named("warn"), f"deadline {shown(course.deadline.label)}"
    yield rule(x, top + 4, x, bottom, stroke=warn, width=1.6, dash="5 4")
    right = x < band.width / 2
    anchor: Literal["start", "end"] = "start" if right else "end"
    side = x + 6 if right else x - 6
    text = cut(full, (band.width - x if right else x) - 8, size=SMALL, bold=True)
    yield label(side, top + 12, text, fill=warn, anchor=anchor, weight=600, size=SMALL, full=full)
