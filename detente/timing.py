"""How time passes in talks and in roadmaps, and how sure it is that they go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

import numpy as np

from detente.analysis import Analysis
from detente.blocks import Entry
from detente.blocks.agenda import Talking
from detente.blocks.roadmap import Implementing, Item
from detente.blocks.time import Time
from detente.coordinates import evenly
from detente.deadline import Deadline
from detente.hit_and_run import Floats
from detente.linear import Bounds

Kind = TypeVar("Kind", bound=Entry)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timing:
    """How time passes in talks, or in a roadmap.

    takes : units of time of each issue, or item; patience : factor of each party for one unit
    chance : that later talks take place, or the next stage is delivered; shape (n_rows,)
    deadline : units of time until then
    """

    takes: Floats
    patience: Floats
    chance: Floats
    deadline: float | None


def entries_of(analysis: Analysis, block: str, kind: type[Kind]) -> tuple[Kind, ...]:
    """Return the entries of one kind in a block that belong to the view."""
    return tuple(
        entry
        for entry in analysis.case.blocks.get(block, ())
        if isinstance(entry, kind) and entry.provenance.applies(analysis.work.view)
    )


def unit_of(analysis: Analysis) -> str:
    """Return the unit of time of a case; empty where it has none."""
    return next((time.unit for time in entries_of(analysis, "time", Time)), "")


def time_of_talks(analysis: Analysis, parties: Sequence[str], n_rows: int) -> Timing:
    """Return how time passes in the talks of a case.

    parties : whose patience, in this order
    """
    said = talking_of(analysis)
    otherwise = said.takes.get("", Fraction(0))
    takes = [said.takes.get(issue.name, otherwise) for issue in analysis.case.issues]
    return Timing(
        takes=np.array(takes, dtype=np.float64),
        patience=_patience(parties, said.patience),
        chance=_chance(analysis, "later talks", said.later_talks, n_rows),
        deadline=_deadline(analysis, said.deadline),
    )


def time_of_roadmap(
    analysis: Analysis, issues: Sequence[str], parties: Sequence[str], n_rows: int
) -> Timing:
    """Return how time passes while some issues are put into force, item by item."""
    said, talking = implementing_of(analysis), talking_of(analysis)
    items = {item.issue: item for item in entries_of(analysis, "roadmap", Item)}
    takes = [items[name].takes if name in items else Fraction(0) for name in issues]
    return Timing(
        takes=np.array(takes, dtype=np.float64),
        patience=_patience(parties, {**talking.patience, **said.patience}),
        chance=_chance(analysis, "next stage", said.next_stage, n_rows),
        deadline=_deadline(analysis, said.deadline),
    )


def talking_of(analysis: Analysis) -> Talking:
    """Return what is said of how talks go on."""
    return next(iter(entries_of(analysis, "agenda", Talking)), Talking())


def implementing_of(analysis: Analysis) -> Implementing:
    """Return what is said of how a roadmap goes on."""
    return next(iter(entries_of(analysis, "roadmap", Implementing)), Implementing())


def _patience(parties: Sequence[str], said: Mapping[str, Fraction]) -> Floats:
    return np.array([float(said.get(name, Fraction(1))) for name in parties])


def _chance(analysis: Analysis, key: str, chance: Bounds, n_rows: int) -> Floats:
    low = float(chance.low or Fraction(0))
    high = 1.0 if chance.high is None else float(chance.high)
    return np.asarray(low + (high - low) * evenly(analysis.work.seed, key, n_rows))


def _deadline(analysis: Analysis, deadline: Deadline | None) -> float | None:
    if deadline is None:
        return None
    return float(deadline.after(analysis.case.as_of, unit_of(analysis)))
