"""A roadmap as lanes: at each gate of each party, whether it would rather go on than walk away."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from detente.report.palette import Colours, Theme
from detente.report.pictures.gates import Course, Stage, Standing
from detente.report.pictures.gauge import SMALL, missing_bar, slack_bar, wedge
from detente.report.pictures.lanes_across import across
from detente.report.pictures.lanes_down import down
from detente.report.pictures.scales import cut, text_width
from detente.report.pictures.svg import Element, drawing, label, mark, rule
from detente.report.wording import exactly
from detente.table import Cell, Column, Table

NARROW = 480
"""Widths up to this are a phone's: the roadmap runs downwards."""

_SWATCH = 25.0
_KEY_LINE = 19.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """A lane for each party along the gates of a roadmap, each on the party's own scale."""

    title: str
    description: str
    course: Course

    def to_svg(self, *, width: int = 760, theme: Theme = "page") -> str:
        """Return the drawing: lanes from left to right, or gate under gate on a phone."""
        colours = Colours(theme=theme)
        legend, top = _legend(self.course, width=width, colours=colours)
        draw = down if width <= NARROW else across
        body, bottom = draw(self.course, top=top, width=width, colours=colours)
        return drawing(
            title=self.title,
            description=self.description,
            width=width,
            height=bottom,
            theme=theme,
            body=[*legend, *body],
        )

    def table(self) -> Table:
        """Return one row for each party at each gate, and where it would gain by not delivering.

        The stage before a gate stands in the first row of the gate.
        """
        rows = list(_rows(self.course))
        columns = [
            Column(key="gate", title="Gate"),
            Column(key="in_force", title="Put into force before it"),
            Column(key="party", title="Party"),
            Column(key="going_on", title="Going on", align="right"),
            Column(key="walking_away", title="Walking away", align="right"),
            Column(key="slack", title="To spare", align="right", signed=True),
            Column(key="leaves", title="Leaves in", align="right"),
        ]
        if all(row[-1] is None for row in rows):
            columns, rows = columns[:-1], [row[:-1] for row in rows]
        slack = [row[5] for row in rows]
        return Table(
            title=self.title,
            columns=tuple(columns),
            rows=tuple(rows),
            tones={(i, 5): "bad" for i, s in enumerate(slack) if isinstance(s, Fraction) and s < 0},
            note=_limit(self.course),
        )


def _rows(course: Course) -> Iterator[tuple[Cell, ...]]:
    for place, gate in enumerate(course.gates):
        force = ""
        if place:
            stage = course.stages[place - 1]
            force = _force(stage)
            for k, standing in course.exposed_inside(stage):
                during = f"during stage {place}, if it does not deliver and the others do"
                yield during, force, course.parties[k], *_cells(standing)
        for k, (party, standing) in enumerate(zip(course.parties, gate.standings, strict=True)):
            first = (gate.label, force) if k == 0 else ("", "")
            yield *first, party, *_cells(standing)


def _cells(standing: Standing) -> tuple[Cell, ...]:
    """Return a standing as the last cells of a row."""
    on, away = exactly(standing.going_on), exactly(standing.walking_away)
    return on, away, on - away, standing.leaves


def _force(stage: Stage) -> str:
    items = ", ".join(stage.items)
    return f"{items} ({stage.takes})" if stage.takes else items


def _limit(course: Course) -> str:
    """Return what the deadline means for the stages."""
    if course.deadline is None:
        return ""
    n_stages = len(course.stages)
    if course.deadline.at >= n_stages:
        return f"Deadline {course.deadline.label}: every stage is through by then."
    first = max(math.floor(course.deadline.at), 0) + 1
    return f"Deadline {course.deadline.label}: stage {first} of {n_stages} is not through by then."


def _legend(course: Course, *, width: float, colours: Colours) -> tuple[list[Element], float]:
    """Return what the marks mean, in words, and where the drawing may begin below."""
    ink, muted = colours.named("ink"), colours.named("muted")
    exposed = any(s.exposed for gate in course.gates for s in gate.standings)
    inside = any(True for stage in course.stages for _ in course.exposed_inside(stage))
    keys = ["on", "away", "slack"] + ["exposed"] * exposed + ["inside"] * inside
    if course.in_shares:
        keys = [f"{key} on average" if key in {"slack", "exposed"} else key for key in keys]
        keys.append("leaves")
    result: list[Element] = []
    x, y = 0.0, 13.0
    for key in keys:
        swatch = 0 if key == "leaves" else _SWATCH
        text = cut(_KEYS[key], width - swatch, size=SMALL)
        needed = swatch + text_width(text, size=SMALL)
        if x > 0 and x + needed > width:
            x, y = 0.0, y + _KEY_LINE
        middle = y - 4
        if key == "on":
            result.append(mark("circle", x + 9, middle, radius=4.6, fill=muted, stroke="none"))
        elif key == "away":
            result.append(rule(x + 1, middle, x + 18, middle, stroke=ink, width=2.4))
        elif key.startswith("slack"):
            result.append(slack_bar(x + 1, middle, x + 18, middle, colours=colours))
        elif key.startswith("exposed"):
            result.append(missing_bar(x, middle, x + 9, middle, colours=colours))
            result.append(wedge(x + 17, middle, colours=colours))
        elif key == "inside":
            result.append(wedge(x + 9, middle, colours=colours, hollow=True))
        result.append(label(x + swatch, y, text, fill=muted, size=SMALL))
        x += needed + 16
    return result, y + 14


_KEYS = {
    "on": "going on",
    "away": "walking away",
    "slack": "going on is worth so much more",
    "slack on average": "going on is worth so much more on average",
    "exposed": "walking away is worth so much more",
    "exposed on average": "walking away is worth so much more on average",
    "inside": "gain from not delivering when the others do",
    "leaves": "leaves in …: in so many of the readings",
}
