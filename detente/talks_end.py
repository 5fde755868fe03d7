"""Where one negotiation ended, judged exactly against what could have been agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from detente.agreement import Agreement
from detente.bargaining_program import Ended
from detente.case import Party
from detente.packages import as_choices
from detente.solvers.falling_short import distance, ideal_of, shortfall
from detente.solvers.frontier import Frontier
from detente.solvers.replay import counts_behind
from detente.strategies import Strategy
from detente.table import Share
from detente.vocabulary import Package

Kind = Literal["agreement", "none", "unfinished"]


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Where one negotiation ended, judged on the central reading.

    strategies : by signatory, how it bargained
    seed : from which a strategy drew that draws lots
    kind : ``none``: the rounds ran out; ``unfinished``: the time did, and nothing is known
    round : in which it ended
    values, gains : by party of the valuation, in points; of no deal where there is no agreement
    refused_by : signatories to whom the agreement is worth less than no deal, or who have a red
        line against it: their agent went below what it was told
    bettered_by : frontier packages that better it for some signatory and worsen it for none
    left : by signatory, the most that it could have had more while no other has less, in points
    distances : by solution, how far its gains are from these, as a part of the ideal gain of the
        signatory that is furthest; empty where there is no agreement
    share : in how many of the readings all signatories accept it; None without agreement
    """

    strategies: Mapping[str, Strategy]
    seed: int
    kind: Kind
    package: Package | None
    round: int
    values: Mapping[str, Fraction]
    gains: Mapping[str, Fraction]
    refused_by: tuple[Party, ...]
    bettered_by: int
    left: Mapping[str, Fraction]
    distances: Mapping[str, Fraction]
    share: Share | None

    @property
    def on_frontier(self) -> bool:
        """Whether all signatories accept the agreement and no acceptable package betters it."""
        return self.kind == "agreement" and not self.refused_by and not self.bettered_by

    @property
    def nearest(self) -> tuple[str, ...]:
        """The solutions that are nearest to it; several where they are as near."""
        least = min(self.distances.values(), default=None)
        return tuple(name for name, far in self.distances.items() if far == least)


class Judge:
    """Where ends stand among what could have been agreed; each package is judged once."""

    def __init__(self, agreement: Agreement, packages: Sequence[Package | None]) -> None:
        analysis = agreement.analysis
        distinct = list(dict.fromkeys(packages))
        frontier = agreement.frontier
        if frontier is None:
            message = "ends are judged against the frontier"
            raise ValueError(message)
        self._agreement = agreement
        self._signing = [party.name for party in analysis.case.signatories]
        self._frontier: Frontier = frontier
        self._rows = frontier.acceptable.nonzero()[0]
        self._gains = frontier.gains[self._rows]
        ideal = map(analysis.valuation.in_points, ideal_of(self._gains))
        self.ideal = dict(zip(self._signing, ideal, strict=True))
        self._picked = {
            pick.name: [self._own_gains(judged.package) for judged in pick.packages]
            for pick in agreement.picks
            if pick.packages
        }
        self._judged = {package: self._judge(package) for package in distinct}
        self._shares: dict[Package | None, Share | None] = {None: None}
        agreed = [package for package in distinct if package is not None]
        self._shares |= {judged.package: judged.together for judged in analysis.judge(agreed)}

    def end(
        self,
        ended: Ended,
        package: Package | None,
        *,
        strategies: Mapping[str, Strategy],
        seed: int,
    ) -> End:
        """Judge where one negotiation ended."""
        kind: Kind = "agreement" if package is not None else "none"
        return replace(
            self._judged[package],
            strategies=strategies,
            seed=seed,
            kind=kind if ended.finished else "unfinished",
            round=ended.round,
            share=self._shares[package],
        )

    def _own_gains(self, package: Package) -> list[Fraction]:
        """Return a package's gain for each signatory, in points."""
        parties = self._agreement.analysis.valuation.parties
        gains = dict(zip(parties, self._agreement.gains(package), strict=True))
        return [gains[name] for name in self._signing]

    def _judge(self, package: Package | None) -> End:
        """Judge a package, or no agreement, however it came about."""
        analysis = self._agreement.analysis
        valuation, case = analysis.valuation, analysis.case
        no_deal = map(valuation.in_points, valuation.no_deal)
        values = dict(zip(valuation.parties, no_deal, strict=True))
        gains = dict.fromkeys(values, Fraction(0))
        refused: tuple[Party, ...] = ()
        if package is not None:
            (worth,) = self._agreement.worth([package])
            values, gains = (dict(zip(valuation.parties, row, strict=True)) for row in worth)
            accepts = valuation.acceptable(as_choices([package], len(case.issues)))[0]
            taken = dict(zip(valuation.parties, accepts.tolist(), strict=True))
            refused = tuple(party for party in case.signatories if not taken[party.name])
        own = [gains[name] for name in self._signing]
        missed = shortfall([int(gain * valuation.scale) for gain in own], self._gains)
        better = self._rows[list(missed.better)]
        left = map(valuation.in_points, missed.left)
        return End(
            strategies={},
            seed=0,
            kind="none",
            package=package,
            round=0,
            values=values,
            gains=gains,
            refused_by=refused,
            bettered_by=sum(counts_behind(self._frontier, better, work=analysis.work).tolist()),
            left=dict(zip(self._signing, left, strict=True)),
            distances={} if package is None else self._distances(own),
            share=None,
        )

    def _distances(self, own: Sequence[Fraction]) -> dict[str, Fraction]:
        """Return how far gains are from those of each solution; from the nearest of ties."""
        ideal = list(self.ideal.values())
        return {
            name: min(distance(own, there, ideal) for there in tied)
            for name, tied in self._picked.items()
        }
