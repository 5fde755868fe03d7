"""Where joint gains lie in a case: which issues all want alike, which can be traded, and how sure.

Exact on the central reading; beside it, in how many of the readings an issue is of the same kind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.analysis import Analysis
from detente.hit_and_run import Bools, Floats
from detente.readings import share_of
from detente.solvers.joint_gains import IssueKind, kinds_of_issues
from detente.table import Share
from detente.vocabulary import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueValue:
    """What one issue is to the signatories.

    found : on the central reading; weights and favourites by signatory
    share : of the readings in which it is compatible where it is compatible here, and in which it
        is not, and weighs more with ``heavy`` than with ``light``, where it is to be traded; None
        otherwise
    """

    issue: Issue
    found: IssueKind
    share: Share | None


def value_on_issues(analysis: Analysis) -> tuple[IssueValue, ...]:
    """Return what each issue is to the signatories; every one of them has to have amounts.

    The first are compatible, then come those with most to trade, then those that are only divided;
    ties stand in case order.
    """
    columns = analysis.signatory_columns
    first = analysis.space.first
    kinds = kinds_of_issues(analysis.valuation.options[columns], first)
    weights, best = _over_readings(analysis)
    found = []
    for k, (issue, kind) in enumerate(zip(analysis.case.issues, kinds, strict=True)):
        share = None
        if kind.kind == "compatible":
            share = share_of(best[:, k])
        elif kind.kind == "trade":
            heavy, light = weights[:, list(kind.heavy), k], weights[:, list(kind.light), k]
            share = share_of(~best[:, k] & (heavy.min(axis=1) > light.max(axis=1)))
        found.append(IssueValue(issue=issue, found=kind, share=share))
    rank = {"compatible": 0, "trade": 1, "divided": 2, "indifferent": 3}
    return tuple(sorted(found, key=lambda one: (rank[one.found.kind], -one.found.spread)))


def _over_readings(analysis: Analysis) -> tuple[Floats, Bools]:
    """Return the weights, (readings, signatories, issues), and where one option is best for all."""
    names = [analysis.valuation.parties[column] for column in analysis.signatory_columns]
    draws = [analysis.readings.draws[name].options.astype(np.float64) for name in names]
    parts = [np.split(options, analysis.space.first[1:], axis=1) for options in draws]
    n_rows = max(len(options) for options in draws)
    weights = np.zeros((n_rows, len(draws), len(analysis.space.sizes)))
    best = np.zeros((n_rows, len(analysis.space.sizes)), dtype=bool)
    for k, n_options in enumerate(analysis.space.sizes):
        shared = np.ones((n_rows, n_options), dtype=bool)
        for p, by_issue in enumerate(parts):
            own = by_issue[k]
            top = own.max(axis=1, keepdims=True)
            shared &= own >= top
            weights[:, p, k] = (top - own.min(axis=1, keepdims=True))[:, 0]
        best[:, k] = shared.any(axis=1)
    totals = weights.sum(axis=2, keepdims=True)
    weights /= np.where(totals > 0, totals, 1)
    return weights, best
