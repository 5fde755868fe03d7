"""A roadmap: stages, the gates between them, and at each gate who would rather go on than leave."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from detente.report.palette import MARKS, Colours, Theme
from detente.report.pictures.gauge import (
    SMALL,
    Pen,
    Standing,
    amount,
    lying,
    missing_bar,
    slack_bar,
    upright,
    wedge,
)
from detente.report.pictures.scales import Scale, cut, text_width, wrapped
from detente.report.pictures.svg import Element, drawing, element, label, mark, rule
from detente.report.wording import exactly, shown
from detente.table import Cell, Column, Table

NARROW = 480
"""Widths up to this are a phone's: the roadmap runs downwards."""

_LINE = 15.0
_LEAST_PERIOD, _MOST_PERIOD = 112.0, 250.0
"""Pixels from one gate to the next."""
_BEFORE, _AFTER = 30.0, 52.0
"""Pixels left of the first gate and right of the last."""
_PLOT = 46.0
_LANE = 92.0
_SHARES = 14.0
_BAND_GAP = 26.0
_ITEM_LINES, _BOX_LINES = 2, 7
_ROW = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A moment at which any party may walk away.

    standings : one for each party of the picture
    """

    label: str
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What is put into force between two gates.

    items : their names
    takes : how long that takes, in words; empty when nothing is said of it
    inside : for each party where it stands when the others deliver and it does not, None where it
        has nothing to deliver; empty for nobody. Drawn only where a party is exposed
    """

    items: tuple[str, ...]
    takes: str = ""
    inside: tuple[Standing | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A time limit.

    at : how many stages are through by then; 2.5 is half way through the third
    """

    label: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """A lane for each party along the gates of a roadmap, each on the party's own scale.

    gates : one more than there are stages, signing first; or none at all
    """

    title: str
    description: str
    parties: tuple[str, ...]
    gates: tuple[Gate, ...]
    stages: tuple[Stage, ...] = ()
    deadline: Deadline | None = None

    def __post_init__(self) -> None:
        if len(self.gates) != len(self.stages) + 1 and (self.gates or self.stages):
            message = f"{self.title!r}: {len(self.gates)} gates for {len(self.stages)} stages"
            raise ValueError(message)
        told = [gate.standings for gate in self.gates]
        told += [stage.inside for stage in self.stages if stage.inside]
        for standings in told:
            if len(standings) != len(self.parties):
                message = f"{self.title!r}: {len(standings)} standings, {len(self.parties)} parties"
                raise ValueError(message)

    def table(self) -> Table:
        """Return one row for each party at each gate, and where it would gain by not delivering.

        The stage before a gate stands in the first row of the gate.
        """
        rows: list[tuple[Cell, ...]] = []
        for place, gate in enumerate(self.gates):
            stage = self.stages[place - 1] if place else None
            for party, inside in self._inside(stage):
                rows.append(("if the others deliver and it does not", "", party, *_cells(inside)))
            force = _force(stage) if stage else ""
            for k, (party, standing) in enumerate(zip(self.parties, gate.standings, strict=True)):
                first = (gate.label, force) if k == 0 else ("", "")
                rows.append((*first, party, *_cells(standing)))
        columns = [
            Column(key="gate", title="Gate"),
            Column(key="in_force", title="Put into force before it"),
            Column(key="party", title="Party"),
            Column(key="going_on", title="Going on", align="right"),
            Column(key="walking_away", title="Walking away", align="right"),
            Column(key="slack", title="Slack", align="right", signed=True),
            Column(key="leaves", title="Leaves in", align="right"),
        ]
        if all(row[-1] is None for row in rows):
            columns, rows = columns[:-1], [row[:-1] for row in rows]
        exposed = [i for i, row in enumerate(rows) if isinstance(row[5], Fraction) and row[5] < 0]
        return Table(
            title=self.title,
            columns=tuple(columns),
            rows=tuple(rows),
            tones={(i, 5): "bad" for i in exposed},
            note=self._deadline_words(),
        )

    def _inside(self, stage: Stage | None) -> Iterator[tuple[str, Standing]]:
        """Return who is exposed inside a stage, and where it stands."""
        if stage is not None and stage.inside:
            for party, standing in zip(self.parties, stage.inside, strict=True):
                if standing is not None and standing.exposed:
                    yield party, standing

    def _deadline_words(self) -> str:
        if self.deadline is None:
            return ""
        stage, n_stages = math.floor(self.deadline.at) + 1, len(self.stages)
        if self.deadline.at >= n_stages:
            return f"{self.deadline.label}: nothing comes later."
        if self.deadline.at < 0:
            return f"{self.deadline.label}: everything comes later."
        return f"{self.deadline.label}: stage {stage} of {n_stages} is not through by then."


def _cells(standing: Standing) -> tuple[Cell, ...]:
    """Return a standing as the last cells of a row."""
    on, away = exactly(standing.going_on), exactly(standing.walking_away)
    return on, away, on - away, standing.leaves


def _force(stage: Stage) -> str:
    items = ", ".join(stage.items)
    return f"{items} ({stage.takes})" if stage.takes else items
