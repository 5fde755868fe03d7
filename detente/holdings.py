"""What is told of a conflict and of a package in it: the answer of ``hold``, gathered."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from detente.acting_together import ActingTogether, acting_together_of
from detente.analysis import Analysis
from detente.comparisons import Comparisons, comparisons_of
from detente.departing import Leaving, inverse_of, leaving_of
from detente.errors import UnanswerableError
from detente.holding import Holding, holding_of
from detente.modelling import model_of, speaks_of_moves
from detente.own_games import OwnGames, own_games_of
from detente.packages import as_choices
from detente.solvers.inverse import Inverse
from detente.state_values import state_values_of
from detente.survey import Survey, survey_of


@dataclass(frozen=True, kw_only=True, eq=False)
class Holdings:
    """Whether a package, or a state, holds; and where the conflict can rest.

    survey : all states on the central reading, the package's own being where paths begin, or else
        the status quo
    holding : the package or state in every reading; None where none was asked about
    leaving : what each party could do alone
    inverse : the smallest changes that would make it stable, or break it
    unsigned : where the conflict can rest if nothing is signed; None where that is the survey, or
        where no setting of what somebody controls makes the status quo feasible
    own_games : what is stable in the game that each party sees; None where all see the same
    comparisons : where states are unknown or much better to a party; None where they are not
    together : which states no coalition leaves; None where that is too much to look at
    others : in a report, the other proposals of the case, each with its survey and who could leave
    """

    analysis: Analysis
    survey: Survey
    holding: Holding | None = None
    leaving: tuple[Leaving, ...] = ()
    inverse: Inverse | None = None
    unsigned: Survey | None = None
    own_games: OwnGames | None = None
    comparisons: Comparisons | None = None
    together: ActingTogether | None = None
    others: tuple[Holdings, ...] = ()


def holdings_of(analysis: Analysis, proposal: str | None, *, ahead: int | None = None) -> Holdings:
    """Judge a package, or a state, or where no text is given the conflict as a whole.

    ahead : so many moves two parties look ahead, besides those of :data:`detente.survey.HORIZONS`

    Raises as :func:`detente.holding.holding_of`.
    """
    if proposal is None:
        return _with_pictures(Holdings(analysis=analysis, survey=_unsigned(analysis, ahead)))
    holding = holding_of(analysis, proposal)
    judged = _judged(analysis, holding, ahead)
    return _with_pictures(
        replace(
            judged,
            inverse=inverse_of(holding),
            unsigned=_beside(analysis, judged.survey),
        )
    )


def _judged(analysis: Analysis, holding: Holding, ahead: int | None = None) -> Holdings:
    """Return a package or state with who could leave it, and all states around it."""
    whole = holding.everywhere
    start = int(holding.model.in_whole[holding.state])
    survey = survey_of(whole.model, whole, start=start, ahead=ahead, work=analysis.work)
    leaving = leaving_of(holding)
    return Holdings(analysis=analysis, survey=survey, holding=holding, leaving=leaving)


def _with_pictures(holdings: Holdings) -> Holdings:
    """Add what comes of misreading, of states that nobody can compare, and of acting together."""
    analysis, survey = holdings.analysis, holdings.survey
    return replace(
        holdings,
        own_games=own_games_of(analysis, survey),
        comparisons=comparisons_of(analysis, survey),
        together=acting_together_of(analysis, survey),
    )


def _unsigned(analysis: Analysis, ahead: int | None = None) -> Survey:
    """Survey the conflict in which nothing was agreed, from the status quo on."""
    model = model_of(analysis, analysis.case.vocabulary.status_quo)
    values = state_values_of(analysis, model)
    return survey_of(model, values, start=model.status_quo, ahead=ahead, work=analysis.work)


def _beside(analysis: Analysis, survey: Survey) -> Survey | None:
    """Survey the same beside a package, whose states these may be; None where none is feasible."""
    if survey.model.fixes(analysis.case.vocabulary.status_quo):
        return replace(survey, start=survey.model.status_quo)
    try:
        return _unsigned(analysis)
    except UnanswerableError:
        return None


def holdings_to_report(analysis: Analysis) -> Holdings:
    """Judge the proposals of a case for a report, at length the one that most readings accept.

    Raises UnanswerableError where the case does not say who can move, or has no feasible proposal.
    """
    case = analysis.case
    if not speaks_of_moves(analysis):
        raise UnanswerableError("the case does not say who can move")
    proposals = case.vocabulary.proposals
    packages = list(proposals.values())
    feasible = analysis.space.feasible(as_choices(packages, len(case.issues)))
    names = [name for name, meets in zip(proposals, feasible.tolist(), strict=True) if meets]
    if not names:
        return holdings_of(analysis, None)
    judged = analysis.judge([proposals[name] for name in names])
    shares = [0.0 if one.together is None else one.together.value for one in judged]
    best = int(np.argmax(shares))
    first = holdings_of(analysis, names[best])
    others = tuple(
        _judged(analysis, holding_of(analysis, name)) for k, name in enumerate(names) if k != best
    )
    return replace(first, others=others)
