"""The recommended package: the Nash solution on the central reading; beside it, the proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.analysis import Analysis
from detente.diagram import diagram_of
from detente.packages import Choices, Valuation
from detente.solvers.bargaining import SOLUTIONS
from detente.vocabulary import Package
from detente.work import Work

RECOMMENDED = "nash"
"""The solution whose package on the central reading is the one recommended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A package that might be signed: a proposal, or the recommended one where that is none.

    asked : the proposal's name; of the recommended package words that can be no proposal's name
    name : what people read
    """

    asked: str
    name: str
    package: Package


def candidates_of(analysis: Analysis) -> tuple[Candidate, ...]:
    """Return the proposals in the order of the case, then the recommended package if it is new."""
    case = analysis.case
    proposed = [
        Candidate(asked=p.name, name=p.label, package=case.vocabulary.proposals[p.name])
        for p in case.proposals
    ]
    package = recommended_of(analysis)
    if package is None or package in [candidate.package for candidate in proposed]:
        return tuple(proposed)
    name = "the recommended package"
    return (*proposed, Candidate(asked=name, name=name, package=package))


def recommended_of(analysis: Analysis) -> Package | None:
    """Return the recommended package of an analysis; None where there is none to recommend."""
    if any(analysis.opinions[p.name].ordinal for p in analysis.case.signatories):
        return None
    columns = analysis.signatory_columns
    return recommendation(analysis.valuation, columns, analysis.listed, work=analysis.work)


def recommendation(
    valuation: Valuation, signing: Sequence[int], listed: Choices | None, *, work: Work
) -> Package | None:
    """Return the recommended package, or None when nothing is acceptable to all.

    valuation : the values of one reading
    signing : columns of the valuation of those that have to accept
    listed : every feasible package in case order; None where they are too many to list

    Of packages that tie, the first in case order where packages are listed, otherwise one of them.
    None also when a limit ended the search before any was found.
    """
    solution = SOLUTIONS[RECOMMENDED]
    if listed is None:
        return solution.search(diagram_of(valuation.factors(signing)), work=work).package
    columns = list(signing)
    gains = valuation.gains(listed)[:, columns]
    allowed = (gains >= 0).all(axis=1) & ~valuation.crossed(listed)[:, columns].any(axis=1)
    rows = np.flatnonzero(allowed.astype(bool))
    if not len(rows):
        return None
    first = rows[solution.solve(gains[rows])[0]]
    return tuple(int(option) for option in listed[first])
