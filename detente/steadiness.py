"""How steady what could be agreed is: what the solutions pick over all readings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detente.agreement import Agreement
from detente.analysis import Analysis, Judged
from detente.errors import LimitError
from detente.hit_and_run import Bools, Floats
from detente.packages import as_choices
from detente.readings import share_of
from detente.recommendation import RECOMMENDED
from detente.solvers.acceptance import jointly_accepted
from detente.solvers.bargaining import SOLUTIONS
from detente.solvers.gains_of_readings import gains_of_readings, shown
from detente.solvers.solutions_of_readings import (
    Picks,
    SolutionsOfReadings,
    nash_of_all_readings,
    solutions_of_listed,
)
from detente.table import Share
from detente.vocabulary import Package

MOST_KEPT = 50
"""Packages of a solution that are kept with their shares."""
SETTLED = 0.9
"""An issue is settled alike when one option is picked in so much of the readings."""
DOMINANT = 0.5
"""A package dominates when it is picked in so much of the readings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """A package, and in what share of the readings with a zone a solution picks it."""

    package: Package
    share: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How a solution settles one issue: the option picked most often, and how often."""

    issue: int
    option: int
    share: Share

    @property
    def alike(self) -> bool:
        """Whether nearly all readings settle it in this way."""
        return self.share.value >= SETTLED


@dataclass(frozen=True, kw_only=True)
class Steady:
    """What one solution picks over the readings with a zone.

    packages : the most often picked first, ties in case order, up to 50
    n_packages : how many different ones are picked in some reading
    options : for every issue and option in what share it is part of the pick
    withheld : why the solution was not found in every reading; empty when it was, and nothing
        above is known otherwise
    """

    name: str
    packages: tuple[Picked, ...] = ()
    n_packages: int = 0
    options: tuple[tuple[Share, ...], ...] = ()
    withheld: str = ""

    @property
    def dominant(self) -> bool:
        """Whether one package is picked in at least half of the readings with a zone."""
        return bool(self.packages) and self.packages[0].share.value >= DOMINANT

    @cached_property
    def issues(self) -> tuple[Settled, ...]:
        """How each issue is settled most often; of options as frequent the first."""
        found = []
        for k, shares in enumerate(self.options):
            best = max(range(len(shares)), key=lambda o: (shares[o].value, -o))
            found.append(Settled(issue=k, option=best, share=shares[best]))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """How stable the package is that the Nash solution picks on the central reading.

    judged : the package, and who accepts it
    is_solution : in what share of the readings with a zone it is the Nash solution itself; ties
        count in equal parts
    accepted : in what share of the readings with a zone all signatories accept it
    shortfall : by how many points the signatory that loses most falls short of what it gains in the
        reading's own solution, at the median of the readings with a zone; None where none is found
    """

    judged: Judged
    is_solution: Share | None
    accepted: Share | None
    shortfall: float | None


@dataclass(frozen=True, kw_only=True)
class Steadiness:
    """What the solutions pick over the readings.

    zone : the share of readings with a package that all signatories accept
    n_unsettled : readings in which a limit ended the search; they count nowhere
    solutions : one for each there is; none when a signatory is ordinal
    recommended : None when nothing is acceptable on the central reading
    """

    analysis: Analysis
    zone: Share
    n_unsettled: int
    solutions: tuple[Steady, ...]
    recommended: Stability | None
    ordinal: tuple[str, ...]

    @property
    def nash(self) -> Steady | None:
        """The solution behind the recommended package, where it was found."""
        found = [s for s in self.solutions if s.name == RECOMMENDED and s.packages]
        return found[0] if found else None


def steadiness_of(agreement: Agreement) -> Steadiness:
    """Apply every solution in every reading, and say how often it picks what.

    A reading with several picks counts each in equal parts. Readings in which nothing is acceptable
    to all are counted apart: shares are of those in which something is.

    Where packages can be listed all solutions are found, with all their ties; where they cannot,
    the Nash solution alone, with one package of those that tie.
    """
    analysis = agreement.analysis
    if agreement.ordinal:
        return Steadiness(
            analysis=analysis,
            zone=analysis.zone,
            n_unsettled=analysis.zone_unsettled,
            solutions=(),
            recommended=None,
            ordinal=agreement.ordinal,
        )
    draws = {p.name: analysis.readings.draws[p.name] for p in analysis.case.signatories}
    found: SolutionsOfReadings | None = None
    withheld = "there are too many packages to list"
    nash_withheld = ""
    if analysis.listed is not None:
        found = solutions_of_listed(analysis.space, draws, analysis.listed, work=analysis.work)
    else:
        try:
            found = nash_of_all_readings(analysis.space, draws, work=analysis.work)
        except LimitError as error:
            nash_withheld = str(error)
    if found is None:
        reasons = dict.fromkeys(SOLUTIONS, withheld) | {RECOMMENDED: nash_withheld}
        solutions = tuple(Steady(name=name, withheld=reasons[name]) for name in SOLUTIONS)
    else:
        solutions = tuple(
            _steady(analysis, found, name)
            if name in found.picks
            else Steady(name=name, withheld=withheld)
            for name in SOLUTIONS
        )
    return Steadiness(
        analysis=analysis,
        zone=analysis.zone,
        n_unsettled=0 if found is None else int(found.unsettled.sum()),
        solutions=solutions,
        recommended=_recommended(agreement, found),
        ordinal=(),
    )


def where_signed(analysis: Analysis, package: Package, n_rows: int) -> Bools:
    """Tell in which readings all signatories accept a package, shape (n_rows,).

    All readings where they never do, so that there is something to count among.
    """
    choices = as_choices([package], len(analysis.case.issues))
    masks = analysis.masks(choices, analysis.case.signatories)
    accepted: Bools = np.broadcast_to(jointly_accepted(masks)[0], (n_rows,))
    return accepted if accepted.any() else np.ones(n_rows, dtype=bool)


def share_among(mask: Bools | Floats, among: Bools) -> Share | None:
    """Return the share of some readings in which something is true; None when there are none.

    mask : shape (n_readings,), or numbers from 0 to 1 that count in parts; among : likewise, bool

    The error is that of a ratio: of the means of mask - share x among over batches.
    """
    counted = np.where(among, mask, 0.0)
    if not among.any():
        return None
    value = round(float(counted.sum() / among.sum()), 12)
    if len(among) == 1:
        return Share(value=value, certain=value in {0.0, 1.0})
    error = share_of(np.asarray(counted - value * among)).error / float(among.mean())
    limit = float(among.sum())
    effective = min(limit, value * (1 - value) / error**2) if error > 0 else limit
    return Share(value=value, error=error, effective=effective)


def _steady(analysis: Analysis, found: SolutionsOfReadings, name: str) -> Steady:
    among = found.zone & ~found.unsettled
    picks = found.picks[name]
    weights = _weights(picks, len(found.zone))
    if not len(weights):
        return Steady(name=name, withheld="no reading has a package that all signatories accept")
    totals = np.bincount(picks.package, weights=weights, minlength=len(found.packages))
    order = np.lexsort((*found.packages.T[::-1], -totals))
    packages = []
    for k in order[: min(MOST_KEPT, np.count_nonzero(totals))].tolist():
        own = np.zeros(len(among))
        here = picks.package == k
        np.add.at(own, picks.reading[here], weights[here])
        share = share_among(own, among)
        if share is not None:
            package = tuple(int(option) for option in found.packages[k])
            packages.append(Picked(package=package, share=share))
    options = []
    for k, possible in enumerate(_possible(analysis)):
        table = np.zeros((len(possible), len(among)))
        np.add.at(table, (found.packages[picks.package, k], picks.reading), weights)
        shares = (share_among(row, among) for row in table)
        options.append(
            tuple(
                share if on and sum(possible) > 1 else Share(value=float(on), certain=True)
                for share, on in zip(shares, possible, strict=True)
                if share is not None
            )
        )
    return Steady(
        name=name,
        packages=tuple(packages),
        n_packages=int(np.count_nonzero(totals)),
        options=tuple(options),
    )


def _possible(analysis: Analysis) -> list[list[bool]]:
    """Tell by issue of which options it is not yet proved that no acceptable package has them.

    No package does that crosses a red line imposed in every reading.
    """
    sizes = [len(issue.options) for issue in analysis.case.issues]
    if analysis.listed is None:
        return [[True] * size for size in sizes]
    left = analysis.listed[~analysis.refused(analysis.listed)]
    return [[bool((left[:, k] == o).any()) for o in range(n)] for k, n in enumerate(sizes)]


def _weights(picks: Picks, n_readings: int) -> Floats:
    """Return how much each pick counts: a reading's picks share it equally."""
    tied = np.bincount(picks.reading, minlength=n_readings)
    weights: Floats = 1.0 / tied[picks.reading]
    return weights


def _recommended(agreement: Agreement, found: SolutionsOfReadings | None) -> Stability | None:
    picked = [p for pick in agreement.picks if pick.name == RECOMMENDED for p in pick.packages]
    if not picked:
        return None
    judged = picked[0]
    if found is None:
        return Stability(judged=judged, is_solution=None, accepted=None, shortfall=None)
    analysis = agreement.analysis
    choices = as_choices([judged.package], len(analysis.case.issues))
    among = found.zone & ~found.unsettled
    masks = analysis.masks(choices, analysis.case.signatories)
    accepted = np.broadcast_to(jointly_accepted(masks)[0], among.shape)
    picks = found.picks[RECOMMENDED]
    weights = _weights(picks, len(among))
    here = (found.packages[picks.package] == choices[0]).all(axis=1)
    chosen = np.zeros(len(among))
    np.add.at(chosen, picks.reading[here], weights[here])
    gains = []
    for party in analysis.case.signatories:
        draws = analysis.readings.draws[party.name]
        own = gains_of_readings(shown(analysis.space, party.name, choices), draws)[:, 0]
        points = np.array([float(gain) / draws.scale for gain in own.tolist()])
        gains.append(np.broadcast_to(points, among.shape))
    lost = (picks.gains - np.stack(gains, axis=1)[picks.reading]).max(axis=1)
    least = np.full(len(among), np.inf)
    np.minimum.at(least, picks.reading, lost)
    return Stability(
        judged=judged,
        is_solution=share_among(chosen, among),
        accepted=share_among(accepted, among),
        shortfall=float(np.median(least[among])) if among.any() else None,
    )
