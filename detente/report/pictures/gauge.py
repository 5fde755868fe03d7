"""What going on is worth to a party against what walking away is worth, on one scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.report.palette import MARKS, Colours, Mark
from detente.report.pictures.gates import Course, Standing
from detente.report.pictures.scales import Scale, text_width
from detente.report.pictures.svg import TEXT, Element, coordinate, element, label, mark, rule
from detente.report.wording import number_text
from detente.table import Share

SMALL = 12.0
WEDGE = 14.0
"""Pixels that the wedge beside a missing amount takes."""
_STRIPES = "2.2 2.4"
THICK = 9.0
_TICK = 11.0
_MANY = 0.02
_APART = 13.0
"""Two numbers beside one gauge stand at least so far apart, from baseline to baseline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """How the gauges of one party look."""

    shape: Mark
    colour: str
    colours: Colours


def pens(course: Course, colours: Colours) -> list[Pen]:
    """Return how the gauges of each party look."""
    count = len(course.parties)
    return [
        Pen(
            shape=MARKS[place % len(MARKS)],
            colour=colours.party(place, count=count),
            colours=colours,
        )
        for place in range(count)
    ]


def scales(course: Course, start: float, end: float) -> list[Scale]:
    """Return each party's own scale over all gates, from pixel ``start`` up to ``end``."""
    result = []
    for place in range(len(course.parties)):
        told = [gate.standings[place] for gate in course.gates]
        values = [value for s in told for value in (s.going_on, s.walking_away)]
        low, high = min(values, default=0.0), max(values, default=0.0)
        if not high > low:
            low, high = low - 1 - abs(low), high + 1 + abs(high)
        result.append(Scale(low=low, high=high, start=start, end=end))
    return result


def upright(standing: Standing, x: float, *, scale: Scale, pen: Pen, room: float) -> list[Element]:
    """Return a gauge that stands upright at ``x``, with both numbers at its right.

    room : pixels that a number may take
    """
    on, away = scale(standing.going_on), scale(standing.walking_away)
    return [
        *_gap((x, on), (x, away), standing, pen=pen),
        rule(x - _TICK, away, x + _TICK, away, stroke=pen.colours.named("ink"), width=2.4),
        _mark(standing, x, on, pen=pen),
        *_numbers(standing, x + _TICK + 5, on, away, pen=pen, room=room),
    ]


def lying(standing: Standing, y: float, *, scale: Scale, pen: Pen) -> list[Element]:
    """Return a gauge that lies along ``y``, without numbers."""
    on, away = scale(standing.going_on), scale(standing.walking_away)
    return [
        *_gap((on, y), (away, y), standing, pen=pen),
        rule(away, y - _TICK + 1, away, y + _TICK - 1, stroke=pen.colours.named("ink"), width=2.4),
        _mark(standing, on, y, pen=pen),
    ]


def slack_bar(x1: float, y1: float, x2: float, y2: float, *, colours: Colours) -> Element:
    """Return the bar between two values where going on is worth more."""
    return _bar((x1, y1), (x2, y2), stroke=colours.named("good"), opacity="0.4")


def missing_bar(x1: float, y1: float, x2: float, y2: float, *, colours: Colours) -> Element:
    """Return the striped bar between two values where walking away is worth more."""
    return _bar((x1, y1), (x2, y2), stroke=colours.named("bad"), dash=_STRIPES)


def amount(
    standing: Standing, x: float, y: float, *, room: float, colours: Colours, small: bool = False
) -> Iterator[Element]:
    """Return the slack as a number centred on ``x``, or a wedge and what is missing.

    small : the wedge is hollow, for what happens inside a stage
    """
    halo = colours.named("bad-tint" if standing.exposed and not small else "surface")
    if not standing.exposed:
        text = amount_text(standing)
        told = f"{text} on average"
        wide = mixed(standing) and text_width(told, size=SMALL) <= room
        shown = told if wide else whole(text, room)
        fill = colours.named("muted")
        yield label(x, y, shown, fill=fill, anchor="middle", size=SMALL, full=text, halo=halo)
        return
    bad, text = colours.named("bad"), amount_text(standing)
    shown = whole(text, room - WEDGE)
    left = x - (WEDGE + text_width(shown, size=SMALL, bold=True)) / 2
    if small:
        across, surface = 2 * (x - left) + 4, colours.named("surface")
        yield element("rect", x=left - 2, y=y - 12, width=across, height=16, fill=surface)
    yield wedge(left + 5, y - 4, colours=colours, hollow=small)
    weight = 500 if small else 650
    yield label(left + WEDGE, y, shown, fill=bad, weight=weight, size=SMALL, full=text, halo=halo)


def wedge(x: float, y: float, *, colours: Colours, hollow: bool = False) -> Element:
    """Return the mark of a party that is exposed; hollow for what happens inside a stage."""
    bad, surface = colours.named("bad"), colours.named("surface")
    return mark("wedge", x, y, radius=4.2, fill=surface if hollow else bad, stroke=bad)


def amount_text(standing: Standing) -> str:
    """Return the slack with its sign, or how much is missing without one.

    Examples
    --------
    >>> [amount_text(Standing(going_on=4, walking_away=w)) for w in (1.5, 4, 6, 4.01)]
    ['+2.5', '0', '2', '<0.1']
    """
    size = abs(standing.slack)
    if 0 < size < 0.05:
        return "<0.1" if standing.exposed else "+<0.1"
    return number_text(size) if standing.exposed else number_text(size, with_sign=True)


def mixed(standing: Standing) -> bool:
    """Tell whether a party has something to spare on average, and leaves in many readings."""
    share = standing.leaves
    return not standing.exposed and share is not None and share.value >= _MANY


def leaving(share: Share) -> str:
    """Return in how many readings a party leaves, in a few words."""
    if share.certain:
        return "always leaves" if share.value >= 0.5 else "never leaves"
    return f"leaves in {str(share).replace('under ', '<').replace('over ', '>')}"


def whole(number: str, room: float) -> str:
    """Return a number, or only an ellipsis where it is too wide, since half of it would mislead."""
    return number if text_width(number, size=SMALL, bold=True) <= room else "…"


def spoken(standing: Standing) -> str:
    """Return both values, and in how many readings the party leaves, as words."""
    going_on, away = number_text(standing.going_on), number_text(standing.walking_away)
    text = f"going on {going_on}, walking away {away}"
    return text if standing.leaves is None else f"{text}; leaves {standing.leaves.phrase()}"


def _gap(
    on: tuple[float, float], away: tuple[float, float], standing: Standing, *, pen: Pen
) -> Iterator[Element]:
    if standing.exposed:
        yield missing_bar(*away, *on, colours=pen.colours)
    elif standing.slack > 0:
        yield slack_bar(*on, *away, colours=pen.colours)


def _bar(
    one: tuple[float, float],
    other: tuple[float, float],
    *,
    stroke: str,
    dash: str | None = None,
    opacity: str | None = None,
) -> Element:
    start, end = (f"{coordinate(x)} {coordinate(y)}" for x, y in (one, other))
    return element(
        "path",
        d=f"M{start}L{end}",
        stroke=stroke,
        stroke_width=THICK,
        stroke_dasharray=dash,
        stroke_opacity=opacity,
        fill="none",
    )


def _mark(standing: Standing, x: float, y: float, *, pen: Pen) -> Element:
    surface = pen.colours.named("surface")
    title = spoken(standing)
    return mark(pen.shape, x, y, radius=5.2, fill=pen.colour, stroke=surface, title=title)


def _numbers(
    standing: Standing, x: float, on: float, away: float, *, pen: Pen, room: float
) -> Iterator[Element]:
    """Return both numbers beside their marks, moved apart where they would touch."""
    high, low = min(on, away), max(on, away)
    push = max(_APART - (low - high), 0) / 2
    upper, lower = high - push, low + push
    on_first = on < away or (on == away and not standing.exposed)
    ground = "bad-tint" if standing.exposed else "surface"
    ink, muted, halo = (pen.colours.named(name) for name in ("ink", "muted", ground))
    for value, y, fill, weight in (
        (standing.going_on, upper if on_first else lower, ink, 600),
        (standing.walking_away, lower if on_first else upper, muted, None),
    ):
        text = number_text(value)
        name = whole(text, room)
        yield label(
            x, y + TEXT * 0.33, name, fill=fill, weight=weight, size=SMALL, halo=halo, full=text
        )
