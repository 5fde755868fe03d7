"""What to be wary of in verdicts on agendas, and what the case leaves open on leaving half way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.analysis import Analysis
from detente.blocks.walk_away import Guarantee, Keeps, Shift
from detente.gathering import Counted
from detente.rehearsal import Played
from detente.table import Share
from detente.timing import entries_of
from detente.walk_away import WalkAway

_ALIKE = 0.98
"""In so much of the readings a verdict goes with the sign of a gap that decides it alone."""
_OPEN = 0.02
"""A verdict, or a sign, that differs in fewer readings than this goes with anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """No deal less the status quo signed, for one party, in points.

    quartiles : lower, middle and upper, over all readings
    above : in what share no deal is worth more
    """

    party: str
    quartiles: tuple[float, float, float]
    above: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """A shift after something of which a part is said, or taken, to stay as well.

    issues : those of its condition of which more than nothing may stay
    """

    entry: Shift | Guarantee
    issues: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """A shift of which what is said leaves no amount in a share of the readings."""

    entry: Shift | Guarantee
    share: Share


def gaps_of(walk: WalkAway) -> tuple[Gap, ...]:
    """Return the gap of every party between no deal and the status quo signed."""
    gaps = walk.gap(np.arange(walk.n_rows))
    everywhere = Counted(among=np.ones(walk.n_rows, dtype=bool))
    found = []
    for party, own in zip(walk.parties, gaps.T, strict=True):
        low, middle, high = np.quantile(own, (0.25, 0.5, 0.75), method="inverted_cdf").tolist()
        above = everywhere.share(own > 0)
        found.append(Gap(party=party, quartiles=(low, middle, high), above=above))
    return tuple(found)


def decided_by_gap(walk: WalkAway, counted: Counted, played: Played) -> tuple[int, ...]:
    """Return the signatories the sign of whose gap alone tells whether the process fails.

    Wherever it fails, no deal is worth more to such a party than the status quo signed, and nowhere
    else, but for one reading in fifty.
    """
    fails = ~played.course.completes[counted.among]
    if not len(fails) or not _OPEN < fails.mean() < 1 - _OPEN:
        return ()
    gaps = walk.gap(np.flatnonzero(counted.among))[:, : walk.n_signatories]
    alike = ((gaps > 0) == fails[:, None]).mean(axis=0)
    return tuple(np.flatnonzero(alike >= _ALIKE).tolist())


def overlaps_of(analysis: Analysis) -> tuple[Overlap, ...]:
    """Return shifts that may count what a residue counts already."""
    names = [issue.name for issue in analysis.case.issues]
    lasting = {name for name in names if _may_stay(entries_of(analysis, "walk_away", Keeps), name)}
    found = []
    for entry in _moving(analysis):
        if entry.after is not None:
            scope = entry.after.scope(analysis.case.vocabulary)
            issues = tuple(names[k] for k in scope if names[k] in lasting)
            if issues:
                found.append(Overlap(entry=entry, issues=issues))
    return tuple(found)


def _may_stay(keeps: Sequence[Keeps], issue: str) -> bool:
    own = [entry.part for entry in keeps if entry.issue == issue]
    return not own or any(part.high is None or part.high > 0 for part in own)


def unstated_residues(analysis: Analysis) -> tuple[str, ...]:
    """Return the issues of which nobody says what stays of them: anything from nothing to all."""
    said = {keeps.issue for keeps in entries_of(analysis, "walk_away", Keeps)}
    return tuple(issue.name for issue in analysis.case.issues if issue.name not in said)


def unfit_shifts(walk: WalkAway) -> tuple[Unfit, ...]:
    """Return the shifts whose statements leave no amount in some reading."""
    everywhere = Counted(among=np.ones(walk.n_rows, dtype=bool))
    return tuple(
        Unfit(entry=moved.entry, share=everywhere.share(moved.unfit))
        for moved in walk.shifts
        if moved.unfit.any()
    )


def _moving(analysis: Analysis) -> tuple[Shift | Guarantee, ...]:
    shifts = entries_of(analysis, "walk_away", Shift)
    return (*shifts, *entries_of(analysis, "walk_away", Guarantee))
