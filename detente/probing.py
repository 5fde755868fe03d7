"""Probing: what one trial gives, worked out for the party it bears on alone.

Parties are drawn independently of each other, from seeds of their own. So a case that holds nothing
but the party has the same readings of it as the whole case, and a trial is a small piece of work
that can be done anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np

from detente.analysis import Analysis, Kind
from detente.case import Case
from detente.errors import UnanswerableError
from detente.frame import NO_DEAL
from detente.hit_and_run import Bools
from detente.opinion import opinion_of
from detente.packages import as_choices, central_valuation, package_space
from detente.polytope import Point
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
    others : the central readings of the other parties; ordinal ones among ``names`` have none
    names : the parties that can be answered for, in the order of the case
    recommend : the recommended package is wanted too
    """

    trial: Trial
    packages: tuple[Package, ...]
    n_chunks: int
    others: Mapping[str, Point]
    names: tuple[str, ...]
    recommend: bool
    work: Work


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Finding:
    """What a trial gives for the party it bears on.

    trouble : why nothing can be said; everything else is then empty
    kinds : the verdict on each package, proved
    accepts : bool, shape (n_packages, n_readings), or one column when every reading is the same
    recommended : None when nothing is acceptable to all on the central reading, or not asked
    """

    trouble: Trouble = ""
    kinds: tuple[Kind, ...] = ()
    accepts: Bools
    recommended: Package | None = None


def find(probe: Probe) -> Finding:
    """Work out a trial: the party's readings drawn anew, its verdicts, the package recommended."""
    trial, work = probe.trial, probe.work
    alone = alone_in(trial.case, trial.party, view=work.view)
    analysis = Analysis(
        case=alone,
        work=replace(work, view=BELIEVED),
        n_chunks=probe.n_chunks,
        shifts={trial.party: trial.shift} if trial.shift else {},
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
    choices = as_choices(probe.packages, len(alone.issues))
    return Finding(
        kinds=tuple(one.parties[trial.party].kind for one in judged),
        accepts=analysis.masks(choices, alone.parties)[0],
        recommended=_recommended(probe, analysis) if probe.recommend else None,
    )


def alone_in(case: Case, party: str, *, view: str) -> Case:
    """Return a case in which one party has to accept and nobody else is there.

    Its statements are those of one view, and unmarked, so that they belong to every view.
    """
    statements = tuple(
        replace(s, provenance=replace(s.provenance, view=""))
        for s in case.statements_of(party, view=view)
    )
    only = replace(case.party(party), signatory=True)
    return replace(case, parties=(only,), statements=statements, blocks={})


def _recommended(probe: Probe, analysis: Analysis) -> Package | None:
    trial = probe.trial
    case, view = trial.case, probe.work.view
    opinions = {name: opinion_of(case, name, view=view) for name in probe.names}
    space = package_space(case, opinions)
    central: dict[str, Point] = dict(probe.others)
    for name, point in analysis.readings.central.items():
        no_deal: Fraction = analysis.walk_away(name).at(point)
        central[name] = {**point, NO_DEAL: no_deal}
    valuation = central_valuation(space, opinions, central, probe.names)
    signing = [p for p, name in enumerate(probe.names) if case.party(name).signatory]
    return recommendation(valuation, signing, analysis.listed, work=probe.work)
