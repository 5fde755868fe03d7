"""Probing: what one trial gives, worked out for the party it bears on alone.

A trial's case holds nothing but that party, which has the same readings there as in the whole case;
so a trial is a small piece of work that can be done anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np
from threadpoolctl import threadpool_limits

from detente.analysis import Analysis, Kind
from detente.errors import UnanswerableError
from detente.frame import NO_DEAL
from detente.hit_and_run import Bools
from detente.opinion import Opinion
from detente.packages import as_choices, central_valuation, package_space
from detente.polytope import Point
from detente.preferences import Preferences
from detente.recommendation import recommendation
from detente.statements.statement import BELIEVED
from detente.trials import Trial
from detente.vocabulary import Package
from detente.work import Work

Trouble = Literal["", "contradictory", "incomplete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One trial, ready to be worked out anywhere.

    packages : whose acceptance is asked
    n_chunks : how many readings are drawn, as in the analysis it is held against
    shift : points by which the party's no-deal value is moved before the trial moves it further
    signing : the other signatories with their central readings, shifts counted in; needed where the
        recommended package is wanted, otherwise None
    names : every signatory in the order of the case
    """

    trial: Trial
    packages: tuple[Package, ...]
    n_chunks: int
    shift: Fraction
    signing: Mapping[str, tuple[Preferences, Point]] | None
    names: tuple[str, ...]
    work: Work


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Finding:
    """What a trial gives for the party it bears on.

    trouble : why nothing can be said; everything else is then empty
    kinds : the verdict on each package, proved
    accepts : bool, shape (n_packages, n_readings), or one column when every reading is the same
    recommended : None when nothing is acceptable to all on the central reading, or it is not asked
    """

    trouble: Trouble = ""
    kinds: tuple[Kind, ...] = ()
    accepts: Bools
    recommended: Package | None = None


def find(probe: Probe) -> Finding:
    """Work out a trial: the party's readings drawn anew, its verdicts, the package recommended.

    Pieces are many and their sums small: more than one thread for each costs more than it gives.
    """
    with threadpool_limits(limits=1):
        return _found(probe)


def _found(probe: Probe) -> Finding:
    trial = probe.trial
    shift = probe.shift + trial.shift
    analysis = Analysis(
        case=trial.case,
        work=replace(probe.work, view=BELIEVED),
        n_chunks=probe.n_chunks,
        shifts={trial.party: shift} if shift else {},
    )
    opinion = analysis.opinions[trial.party]
    nothing = np.zeros((0, 1), dtype=bool)
    if opinion.incomplete:
        return Finding(trouble="incomplete", accepts=nothing)
    if opinion.contradictory:
        return Finding(trouble="contradictory", accepts=nothing)
    try:
        judged = analysis.judge(probe.packages)
    except UnanswerableError:  # the uncertain statements contradict each other in nearly every draw
        return Finding(trouble="contradictory", accepts=nothing)
    choices = as_choices(probe.packages, len(trial.case.issues))
    return Finding(
        kinds=tuple(one.parties[trial.party].kind for one in judged),
        accepts=analysis.masks(choices, trial.case.parties)[0],
        recommended=None if probe.signing is None else _recommended(probe, analysis, probe.signing),
    )


def _recommended(
    probe: Probe, analysis: Analysis, signing: Mapping[str, tuple[Preferences, Point]]
) -> Package | None:
    party = probe.trial.party
    opinions = {name: Opinion(preferences=own) for name, (own, _) in signing.items()}
    central = {name: point for name, (_, point) in signing.items()}
    point = analysis.readings.central[party]
    opinions[party] = analysis.opinions[party]
    central[party] = {**point, NO_DEAL: analysis.walk_away(party).at(point)}
    space = package_space(analysis.case, opinions)
    valuation = central_valuation(space, opinions, central, probe.names)
    columns = range(len(probe.names))
    return recommendation(valuation, columns, analysis.listed, work=probe.work)
