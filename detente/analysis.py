"""One analysis of a case: its readings and packages, worked out once and asked many times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from detente.case import Case, Party
from detente.errors import UnanswerableError, UnknownNameError, did_you_mean, quote
from detente.expression import Side
from detente.grammar import parse_package
from detente.hit_and_run import Bools, Floats
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
from detente.readings import MOST_CHUNKS, Readings, draw, share_of
from detente.solvers.acceptance import accepted, blocks, jointly_accepted
from detente.statements.red_line import RedLine
from detente.statements.statement import BELIEVED, SAID
from detente.table import Share
from detente.vocabulary import Package
from detente.work import Work

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
    """A case under given circumstances; everything derived is computed once, when first asked."""

    case: Case
    work: Work = Work()
    _shares: dict[bytes, float] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        known = {BELIEVED, SAID, *self.case.views}
        if self.work.view not in known:
            hint = did_you_mean(self.work.view, sorted(known))
            raise UnknownNameError(f"no statement has the view {quote(self.work.view)}; {hint}")

    @cached_property
    def opinions(self) -> Mapping[str, Opinion]:
        """What is said of each party."""
        parties = self.case.parties
        return {p.name: opinion_of(self.case, p.name, view=self.work.view) for p in parties}

    @cached_property
    def readings(self) -> Readings:
        """The readings: at least ``work.readings`` independent ones for every proposal's shares.

        Drawn in chunks until that is so, or until the limit, which :attr:`thin` tells.
        """
        readings = draw(self.case, self.opinions, self.work)
        while readings.n_chunks < MOST_CHUNKS and self._fewest(readings) < self.work.readings:
            more = min(MOST_CHUNKS, 2 * readings.n_chunks)
            readings = draw(self.case, self.opinions, self.work, n_chunks=more, known=readings)
        return readings

    @cached_property
    def thin(self) -> float | None:
        """The fewest independent readings behind a proposal's share; None when enough."""
        fewest = self._fewest(self.readings)
        return fewest if fewest < self.work.readings else None

    @cached_property
    def space(self) -> PackageSpace:
        """All packages as factors."""
        return package_space(self.case, {n: o for n, o in self.opinions.items() if o.answerable})

    @cached_property
    def feasible(self) -> Choices:
        """Every feasible package, in case order; LimitError when there are too many."""
        return enumerate_packages(self.space, most=self.work.most_packages)

    @cached_property
    def valuation(self) -> Valuation:
        """The central reading of every party that can be answered for."""
        names = [p.name for p in self.case.parties if self.opinions[p.name].answerable]
        return central_valuation(self.space, self.opinions, self.readings.central, names)

    @cached_property
    def signatory_columns(self) -> list[int]:
        """Positions of the signatories in :attr:`valuation`."""
        signing = {party.name for party in self.case.signatories}
        return [p for p, name in enumerate(self.valuation.parties) if name in signing]

    def require(self, parties: Sequence[Party]) -> None:
        """Raise UnanswerableError unless every one of the parties can be answered for."""
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
        return [
            self._judged(package, {name: mask[row] for name, mask in masks.items()})
            for row, package in enumerate(packages)
        ]

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

        Packages are tried from the most promising on the central reading down; a reading in which
        one was found needs no further search. When every feasible package crosses a red line that
        is imposed in every reading, the share is proved to be 0.
        """
        if self.refused(self.feasible).all():
            return share_of(np.zeros(1, dtype=bool), certain=False)
        gains = self.valuation.gains(self.feasible)[:, self.signatory_columns]
        crossed = self.valuation.crossed(self.feasible)[:, self.signatory_columns].any(axis=1)
        worst = gains.min(axis=1).astype(np.float64)
        order = np.lexsort((-worst, crossed))
        found = np.zeros(self.readings.n_readings, dtype=bool)
        draws = {p.name: self.readings.draws[p.name] for p in self.case.signatories}
        done = 0
        for block in blocks(self.feasible[order], self.readings.n_readings):
            left = np.flatnonzero(~found)
            if not len(left):
                break
            joint = jointly_accepted(
                [accepted(self.space, n, d.at(left), block) for n, d in draws.items()]
            ).any(axis=0)
            found[left] = joint
            done += len(block)
            self.work.step("searching the readings for packages", done, len(order))
        return share_of(found if self.readings.sampled else found[:1])

    def package(self, text: str) -> tuple[Package, str]:
        """Return the package that a text means, and what to call it.

        The text is a proposal's name, settings, or a name followed by settings.
        """
        titles = {proposal.label.casefold(): proposal.name for proposal in self.case.proposals}
        text = titles.get(text.strip().casefold(), text)
        if text.split() == ["no", "deal"]:
            raise UnknownNameError("'no deal' is no package; it is what packages are held against")
        side: Side = parse_package(text)
        for error in side.check(self.case.vocabulary, text, words=("status quo",)):
            raise error
        package = side.package(self.case.vocabulary)
        named = {p.name: p.label for p in self.case.proposals}
        if side.proposal is not None and not side.settings:
            return package, named[side.proposal.text]
        if side.proposal is None:
            return package, "status quo" if not side.settings else "this package"
        changed = self.case.vocabulary.changes(
            self.case.vocabulary.proposals[side.proposal.text], package
        )
        what = ", ".join(f"{issue} = {new}" for issue, (_, new) in changed.items())
        return package, f"{named[side.proposal.text]} with {what}" if what else text

    def crossed(self, party: str, package: Package) -> tuple[RedLine, ...]:
        """Return the red lines of a party that a package crosses."""
        choices = as_choices([package], len(self.case.issues))
        mask = self.space.crossed(party, choices)[0]
        lines = self.space.red_line_statements[party]
        return tuple(line for line, on in zip(lines, mask, strict=True) if on)

    def _judged(self, package: Package, masks: Mapping[str, Bools]) -> Judged:
        judgements = {}
        for party in self.case.parties:
            opinion = self.opinions[party.name]
            if opinion.incomplete:
                judgements[party.name] = Judgement(kind="incomplete", share=None)
            elif opinion.contradictory:
                judgements[party.name] = Judgement(kind="contradictory", share=None)
            else:
                mask = masks[party.name]
                kind = self._kind(party.name, package, mask)
                proved = None if kind == "some" else kind == "every"
                judgements[party.name] = Judgement(kind=kind, share=share_of(mask, certain=proved))
        return Judged(package=package, parties=judgements, together=self._joint(judgements, masks))

    def _joint(
        self, judgements: Mapping[str, Judgement], masks: Mapping[str, Bools]
    ) -> Share | None:
        names = [party.name for party in self.case.signatories]
        kinds = [judgements[name].kind for name in names]
        if "none" in kinds:
            return share_of(np.zeros(1, dtype=bool), certain=False)
        if any(kind in {"contradictory", "incomplete"} for kind in kinds):
            return None
        proved = True if all(kind == "every" for kind in kinds) else None
        open_ones = [name for name in names if judgements[name].kind == "some"]
        return share_of(
            jointly_accepted([masks[name] for name in open_ones or names]), certain=proved
        )

    def _kind(self, party: str, package: Package, mask: Bools) -> Kind:
        """Settle every / some / none: what was seen both ways is some, the rest is proved."""
        if len(mask) == 1:
            return "every" if mask[0] else "none"
        opinion = self.opinions[party]
        if mask.any() and not mask.all() and (opinion.ordinal or not opinion.widened):
            return "some"
        crossed = self.crossed(party, package)
        if any(line.certain for line in crossed):
            return "none"
        if opinion.ordinal:
            ranked = self.valuation.gains(as_choices([package], len(self.case.issues)))[0]
            accepts = ranked[self.valuation.parties.index(party)] >= 0
            return "none" if not accepts else "some" if crossed else "every"
        frame = opinion.preferences.frame
        kind = opinion.certain.kind(frame.package(package) - frame.no_deal)
        return "some" if crossed and kind == "every" else kind

    def _fewest(self, readings: Readings) -> float:
        """Return the fewest independent readings behind any proposal's share that is in doubt."""
        packages = [self.case.vocabulary.status_quo, *self.case.vocabulary.proposals.values()]
        choices = as_choices(packages, len(self.case.issues))
        fewest = float(readings.work.readings)
        columns = [
            accepted(self.space, name, draws, choices) for name, draws in readings.draws.items()
        ]
        for mask in [*columns, *([jointly_accepted(columns)] if columns else [])]:
            if mask.shape[1] == 1:
                continue
            for row in mask:
                share = share_of(row)
                if 0.02 < share.value < 0.98:
                    fewest = min(fewest, share.effective)
        return fewest
