"""Packages that might be signed: the proposals and, beside them, the recommended package."""

from __future__ import annotations

from dataclasses import dataclass

from detente.analysis import Analysis
from detente.vocabulary import Package


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
    package = analysis.recommended
    if package is None or package in [candidate.package for candidate in proposed]:
        return tuple(proposed)
    name = "the recommended package"
    return (*proposed, Candidate(asked=name, name=name, package=package))
