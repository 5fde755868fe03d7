"""One analysis of a case: its readings and packages, worked out once and asked many times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np

from detente.asked import package_meant
from detente.case import Case, Party
from detente.diagram import Diagram, diagram_of
from detente.errors import UnanswerableError
from detente.frame import NO_DEAL
from detente.hit_and_run import Bools, Floats
from detente.linear import Linear
from detente.opinion import Opinion, opinion_of
from detente.packages import (
    Choices,
    PackageSpace,
    Valuation,
    as_choices,
    central_valuation,
    enumerate_packages,
    package_space,
)
from detente.readings import MOST_CHUNKS, Readings, draw, share_of, thinnest
from detente.recommendation import recommendation
from detente.solvers.acceptance import accepted, blocks, jointly_accepted
from detente.solvers.paths_of_readings import anything_allowed
from detente.solvers.thresholds import LISTED_PACKAGES, SAMPLED_PACKAGES
from detente.solvers.zone_of_readings import ZoneOfReadings, zone_of_readings
from detente.statements.red_line import RedLine
from detente.table import Share
from detente.vocabulary import Package
from detente.work import Work

_MOST_PROMISING = 50
"""Packages looked at for one that is acceptable in every reading."""

Kind = Literal["every", "some", "none", "contradictory", "incomplete"]
"""In which readings a party accepts; the last two mean that there is nothing to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether one party accepts one package.

    share : None when the party's statements contradict each other or are incomplete
    """

    kind: Kind
    share: Share | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Who accepts one package, and in how much of the readings all signatories do."""

    package: Package
    parties: Mapping[str, Judgement]
    together: Share | None


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """A case under given circumstances; everything derived is computed once, when first asked.

    shifts : points by which the no-deal value of some parties is moved, over what was said of them
    n_chunks : how many chunks of readings there are; as many as shares need when not given
    base : an analysis of a case that differs, from which the readings of parties of whom the same
        is said are taken; there are then as many readings as there, so that both can be compared
    """

    case: Case
    work: Work = Work()
    shifts: Mapping[str, Fraction] = field(default_factory=dict)
    n_chunks: int | None = None
    base: Analysis | None = field(default=None, compare=False, repr=False)
    _shares: dict[bytes, float] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.case.require_view(self.work.view)

    @cached_property
    def opinions(self) -> Mapping[str, Opinion]:
        """What is said of each party."""
        return {p.name: self._opinion(p.name) for p in self.case.parties}

    def _opinion(self, party: str) -> Opinion:
        """Return what is said of a party; the very same as in the base where that is the same."""
        base, view = self.base, self.work.view
        if base is not None and party in base.opinions:
            before, now = base.case, self.case
            alike = before.statements_of(party, view=view) == now.statements_of(party, view=view)
            if alike and before.vocabulary == now.vocabulary and base.work.view == view:
                return base.opinions[party]
        return opinion_of(self.case, party, view=view)

    def altered(self, case: Case) -> Analysis:
        """Return an analysis of a changed case under the same circumstances.

        Parties of whom the same is said keep their readings; the others get as many new ones, drawn
        from the same seed, so that what nothing touches stays as it is.
        """
        return replace(self, case=case, base=self)

    def shifted(self, shifts: Mapping[str, Fraction]) -> Analysis:
        """Return the same analysis with the no-deal values of some parties moved, in points."""
        return replace(self, shifts=dict(shifts), base=self)

    def walk_away(self, party: str) -> Linear:
        """Return what no deal is worth to a party in terms of its unknowns, shifts counted in."""
        shift = self.shifts.get(party, Fraction(0))
        return self.opinions[party].preferences.frame.no_deal + shift

    @cached_property
    def readings(self) -> Readings:
        """The readings: at least ``work.readings`` independent ones for every proposal's shares.

        Drawn in chunks until that is so, or until the limit; answers say when a share they report
        rests on fewer.
        """
        if self.base is not None:
            before = self.base.readings
            drawn = draw(
                self.case, self.opinions, self.work, n_chunks=before.n_chunks, taken=before
            )
            return drawn.shifted(self.shifts)
        readings = draw(self.case, self.opinions, self.work, n_chunks=self.n_chunks)
        most = MOST_CHUNKS if self.n_chunks is None else self.n_chunks
        while readings.n_chunks < most and self._fewest(readings) < self.work.readings:
            more = min(most, 2 * readings.n_chunks)
            readings = draw(self.case, self.opinions, self.work, n_chunks=more, known=readings)
        return readings.shifted(self.shifts)

    @cached_property
    def space(self) -> PackageSpace:
        """All packages as factors."""
        return package_space(self.case, {n: o for n, o in self.opinions.items() if o.answerable})

    @cached_property
    def listed(self) -> Choices | None:
        """Every feasible package, in case order; None where there are too many to list."""
        if self.case.vocabulary.n_packages > LISTED_PACKAGES:
            return None
        return enumerate_packages(self.space)

    @cached_property
    def n_feasible(self) -> int:
        """How many packages meet the constraints."""
        return diagram_of(self.valuation.factors((), red_lines=())).n_allowed

    @cached_property
    def sample(self) -> Choices:
        """Feasible packages that show what there is: all, or some drawn evenly."""
        if self.listed is not None:
            return self.listed
        diagram = diagram_of(self.valuation.factors((), red_lines=()))
        if diagram.empty:
            return as_choices([], len(self.case.issues))
        generator = np.random.default_rng([4, self.work.seed])
        return diagram.sample(SAMPLED_PACKAGES, generator)

    @cached_property
    def diagram(self) -> Diagram:
        """The packages that no signatory's red line forbids, on the central reading."""
        return diagram_of(self.valuation.factors(self.signatory_columns))

    @cached_property
    def valuation(self) -> Valuation:
        """The central reading of every party that can be answered for."""
        names = [p.name for p in self.case.parties if self.opinions[p.name].answerable]
        central = {
            name: {**point, NO_DEAL: self.walk_away(name).at(point)}
            for name, point in self.readings.central.items()
        }
        return central_valuation(self.space, self.opinions, central, names)

    @cached_property
    def recommended(self) -> Package | None:
        """The recommended package; None where there is none, or a signatory has no amounts."""
        if any(self.opinions[party.name].ordinal for party in self.case.signatories):
            return None
        columns = self.signatory_columns
        return recommendation(self.valuation, columns, self.listed, work=self.work)

    @cached_property
    def signatory_columns(self) -> list[int]:
        """Positions of the signatories in :attr:`valuation`."""
        signing = {party.name for party in self.case.signatories}
        return [p for p, name in enumerate(self.valuation.parties) if name in signing]

    def require(self, parties: Sequence[Party]) -> None:
        """Raise UnanswerableError unless every one of the parties can be answered for."""
        ranked = [p for p in parties if self.case.only_ranked(p.name, view=self.work.view)]
        if ranked:
            who = ", ".join(party.label for party in ranked)
            problem = f"{who}: it is known only how states rank, not what packages are worth"
            raise UnanswerableError(f"{problem}; 'detente hold' answers from that")
        for party in parties:
            opinion = self.opinions[party.name]
            for missing in opinion.preferences.missing:
                ends = " and ".join(missing.ends)
                raise UnanswerableError(
                    f"{party.label}: the {ends} option of {missing.issue} is not known; "
                    f"add under preferences.{party.name}: {missing.hint}"
                )
            if opinion.contradictory:
                raise UnanswerableError(
                    f"{party.label}: the statements contradict each other, so no reading fits; "
                    "'detente check' names them"
                )

    def masks(self, choices: Choices, parties: Sequence[Party]) -> list[Bools]:
        """Tell in which readings each party accepts each package."""
        return [
            accepted(self.space, party.name, self.readings.draws[party.name], choices)
            for party in parties
        ]

    def judge(self, packages: Sequence[Package]) -> list[Judged]:
        """Say of each package who accepts it, and in what share of the readings."""
        if not packages:
            return []
        choices = as_choices(packages, len(self.case.issues))
        parties = [p for p in self.case.parties if self.opinions[p.name].answerable]
        masks = dict(zip((p.name for p in parties), self.masks(choices, parties), strict=True))
        surely = {
            party.name: [bool(row.any()) for row in self._surely(party.name, choices)]
            for party in parties
        }
        return [
            self.judged(
                package,
                {name: mask[row] for name, mask in masks.items()},
                {name: seen[row] for name, seen in surely.items()},
            )
            for row, package in enumerate(packages)
        ]

    def _surely(self, party: str, choices: Choices) -> Bools:
        return accepted(self.space, party, self.readings.draws[party], choices, surely=True)

    def joint_shares(self, choices: Choices) -> Floats:
        """Return in what share of the readings all signatories accept each package.

        Counted, not proved. Each package is counted once however often it is asked for, and one
        that crosses a red line imposed in every reading needs no counting.
        """
        keys = [row.tobytes() for row in np.ascontiguousarray(choices)]
        new = np.array([key not in self._shares for key in keys], dtype=bool)
        crossed = self.refused(choices)
        self._shares.update({keys[row]: 0.0 for row in np.flatnonzero(new & crossed)})
        todo = np.flatnonzero(new & ~crossed)
        for rows in blocks(todo, self.readings.n_readings):
            joint = jointly_accepted(self.masks(choices[rows], self.case.signatories))
            for row, share in zip(rows.tolist(), joint.mean(axis=1).tolist(), strict=True):
                self._shares[keys[row]] = share
        return np.array([self._shares[key] for key in keys], dtype=np.float64)

    def refused(self, choices: Choices) -> Bools:
        """Tell which packages cross a signatory's red line that is imposed in every reading."""
        crossed = np.zeros(len(choices), dtype=bool)
        for party in self.case.signatories:
            lines = self.space.red_line_statements[party.name]
            certain = np.array([line.certain for line in lines], dtype=bool)
            crossed |= (self.space.crossed(party.name, choices) & certain).any(axis=1)
        return crossed

    @cached_property
    def zone(self) -> Share:
        """The share of readings with at least one package that all signatories accept.

        The share is proved to be 0 when every feasible package crosses a red line that is imposed
        in every reading, and to be 1 when one of the most promising packages is acceptable in every
        reading. Readings in :attr:`zone_unsettled` count as without any.
        """
        if not anything_allowed(self.space, self._signing):
            return share_of(np.zeros(1, dtype=bool), certain=False)
        found = self._zone.found
        if len(found) > 1 and found.all():
            always = self._promising[self.joint_shares(self._promising) == 1]
            packages = [tuple(int(option) for option in row) for row in always]
            shares = (judged.together for judged in self.judge(packages))
            if any(share is not None and share.certain for share in shares):
                return share_of(np.ones(1, dtype=bool), certain=True)
        return share_of(found)

    @property
    def zone_unsettled(self) -> int:
        """In how many readings it could not be settled within the limits whether any is."""
        return int(self._zone.unsettled.sum())

    @cached_property
    def _zone(self) -> ZoneOfReadings:
        draws = {name: self.readings.draws[name] for name in self._signing}
        return zone_of_readings(
            self.space, draws, self._signing, pool=self._promising, work=self.work
        )

    @property
    def _signing(self) -> tuple[str, ...]:
        return tuple(party.name for party in self.case.signatories)

    @cached_property
    def _promising(self) -> Choices:
        """Packages with the largest smallest gain on the central reading, and the heaviest."""
        columns, sample = self.signatory_columns, self.sample
        gains = self.valuation.gains(sample)[:, columns]
        crossed = self.valuation.crossed(sample)[:, columns].any(axis=1)
        order = np.lexsort((-gains.min(axis=1).astype(np.float64), crossed))
        best = sample[order[:_MOST_PROMISING]]
        if self.listed is not None or self.diagram.empty:
            return best
        units = np.eye(len(columns))
        reach = self.diagram.best_rest(units)[0][:, 0] + self.diagram.best_rest(-units)[0][:, 0]
        return np.concatenate([[self.diagram.heaviest(1 / np.maximum(reach, 1.0))], best])

    def package(self, text: str) -> tuple[Package, str]:
        """Return the package that a text means, and what to call it."""
        return package_meant(self.case, text)

    def crossed(self, party: str, package: Package) -> tuple[RedLine, ...]:
        """Return the red lines of a party that a package crosses."""
        mask = self.space.crossed(party, as_choices([package], len(self.case.issues)))[0]
        lines = self.space.red_line_statements[party]
        return tuple(line for line, on in zip(lines, mask, strict=True) if on)

    def judged(
        self, package: Package, masks: Mapping[str, Bools], surely: Mapping[str, bool | None]
    ) -> Judged:
        """Say who accepts a package: in which readings, in any for sure; None proves nothing."""
        judgements = {}
        for party in self.case.parties:
            opinion = self.opinions[party.name]
            if opinion.incomplete:
                judgements[party.name] = Judgement(kind="incomplete", share=None)
            elif opinion.contradictory:
                judgements[party.name] = Judgement(kind="contradictory", share=None)
            else:
                mask = masks[party.name]
                kind = self._kind(party.name, package, mask, surely=surely[party.name])
                proved = None if kind == "some" else kind == "every"
                judgements[party.name] = Judgement(kind=kind, share=share_of(mask, certain=proved))
        return Judged(package=package, parties=judgements, together=self._joint(judgements, masks))

    def _joint(
        self, judgements: Mapping[str, Judgement], masks: Mapping[str, Bools]
    ) -> Share | None:
        kinds = [judgements[name].kind for name in self._signing]
        if "none" in kinds:
            return share_of(np.zeros(1, dtype=bool), certain=False)
        if any(kind in {"contradictory", "incomplete"} for kind in kinds):
            return None
        proved = True if all(kind == "every" for kind in kinds) else None
        open_ones = [name for name in self._signing if judgements[name].kind == "some"]
        return share_of(
            jointly_accepted([masks[name] for name in open_ones or self._signing]), certain=proved
        )

    def _kind(self, party: str, package: Package, mask: Bools, *, surely: bool | None) -> Kind:
        """Settle every / some / none: what was seen both ways is some, the rest is proved."""
        if len(mask) == 1:
            return "every" if mask[0] else "none"
        opinion = self.opinions[party]
        if surely and not mask.all() and (opinion.ordinal or not opinion.widened):
            return "some"
        crossed = self.crossed(party, package)
        if any(line.certain for line in crossed):
            return "none"
        if opinion.ordinal:
            ranked = self.valuation.gains(as_choices([package], len(self.case.issues)))[0]
            accepts = ranked[self.valuation.parties.index(party)] >= 0
            return "none" if not accepts else "some" if crossed else "every"
        if surely is None:
            return "some"
        frame = opinion.preferences.frame
        kind = opinion.certain.kind(frame.package(package) - self.walk_away(party))
        return "some" if crossed and kind == "every" else kind

    def _fewest(self, readings: Readings) -> float:
        """Return the fewest independent readings behind a proposal's share.

        Where there are no proposals, the status quo stands for them.
        """
        vocabulary = self.case.vocabulary
        packages = list(vocabulary.proposals.values()) or [vocabulary.status_quo]
        choices = as_choices(packages, len(self.case.issues))
        masks = {
            name: accepted(self.space, name, draws, choices)
            for name, draws in readings.draws.items()
        }
        signing = [masks[p.name] for p in self.case.signatories if p.name in masks]
        together = [jointly_accepted(signing)] if signing else []
        shares = [share_of(row) for mask in (*masks.values(), *together) for row in mask]
        return thinnest(shares, readings.work.readings)
