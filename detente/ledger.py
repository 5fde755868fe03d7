"""The assumption ledger: how far the answers rest on each thing said, assumed or threatened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from detente.analysis import Analysis, Judged, Judgement, Kind
from detente.blocks.leverage import Leverage
from detente.candidates import Candidate, candidates_of
from detente.case import Case
from detente.frame import NO_DEAL
from detente.hit_and_run import Bools, Floats
from detente.packages import as_choices
from detente.polytope import Point
from detente.preferences import Preferences, Unstated
from detente.probing import Finding, Probe, Trouble, find
from detente.readings import is_visible, share_of
from detente.spreads import Spread, spreads_of
from detente.statements.statement import CONFIDENCE
from detente.trials import Assumption, Trial, assumptions_of, trials_of
from detente.vocabulary import Package

SUPPORT = (0.0, 0.5, 0.75)
"""How well no source, one source, and several bear out a statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a trial does to one share: a party's own, or that of all signatories together.

    party : empty for all signatories together
    decides : whether anything hangs on it; not on a party that is only affected, nor on one party
        where another refuses in every reading whatever it does
    error : one standard error of the difference, of readings drawn from the same seeds
    """

    party: str
    decides: bool
    old: Judgement
    new: Judgement
    difference: float
    error: float

    @property
    def flips(self) -> bool:
        """Whether the proved verdict is another one."""
        return self.old.kind != self.new.kind

    @property
    def visible(self) -> bool:
        """Whether the difference is more than chance and more than nothing."""
        return self.flips or is_visible(self.difference, self.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one trial gives.

    trouble : why nothing can be said; ``changes`` is then empty
    changes : for each package asked about, what changes; own share first, then that of all
    recommended : the package recommended then; see ``Ledger.recommended``. As it stands where the
        trial bears on no signatory, or on one proposal only
    """

    trial: Trial
    trouble: Trouble
    changes: tuple[tuple[Change, ...], ...]
    recommended: Package | None

    @property
    def dependence(self) -> float:
        """The largest visible change of any share that decides something, 0 to 1."""
        counted = (c for one in self.changes for c in one if c.visible and c.decides)
        return max((abs(change.difference) for change in counted), default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One assumption with what rests on it.

    outcomes : empty when there would be no answer without it, and it has no range
    weakness : 1 less how well it is borne out, by number of sources and confidence
    """

    assumption: Assumption
    outcomes: tuple[Outcome, ...]
    weakness: float

    @property
    def dependence(self) -> float:
        """How far the answers rest on it: the size of the change to tell of, 0 to 1."""
        return 0.0 if self.largest is None else abs(self.largest[2].difference)

    @property
    def danger(self) -> float:
        """Dependence x weakness."""
        return self.dependence * self.weakness

    @property
    def largest(self) -> tuple[Outcome, int, Change] | None:
        """The change to tell of: the trial, the package's position, and what changes.

        The largest visible one; that of all signatories together where it is at least half as large
        as the largest of a single party.
        """
        found = [
            (outcome, k, change)
            for outcome in self.outcomes
            for k, one in enumerate(outcome.changes)
            for change in one
            if change.visible and change.decides
        ]
        if not found:
            return None
        most = max(found, key=_size)
        together = [each for each in found if not each[2].party]
        joint = max(together, key=_size, default=most)
        return joint if 2 * _size(joint) >= _size(most) else most


def _size(found: tuple[Outcome, int, Change]) -> float:
    return abs(found[2].difference)


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Everything the answers rest on, the most dangerous first.

    candidates : the packages asked about
    recommended : the Nash solution on the central reading; None when nothing is acceptable to all,
        or a signatory is known by an order only
    """

    analysis: Analysis
    candidates: tuple[Candidate, ...]
    judged: tuple[Judged, ...]
    recommended: Package | None
    entries: tuple[Entry, ...]
    spreads: tuple[Spread, ...]

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.analysis.case

    @cached_property
    def packages(self) -> tuple[Package, ...]:
        """The packages asked about."""
        return tuple(candidate.package for candidate in self.candidates)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What people call them."""
        return tuple(candidate.name for candidate in self.candidates)

    @cached_property
    def decisive(self) -> tuple[Entry, ...]:
        """The entries without a source on which a quarter of the readings or more depend.

        Pressures are not among them: as the answers stand, none is applied.
        """
        assumed = (e for e in self.entries if not isinstance(e.assumption, Leverage))
        return tuple(e for e in assumed if e.weakness == 1 and e.dependence >= 0.25)


def ledger_of(analysis: Analysis) -> Ledger:
    """Try every assumption and put the dangerous ones first.

    Every signatory must be answerable (UnanswerableError). Trials run on ``work.executor``; each
    draws the readings of one party anew, from the same seeds and as many as the analysis has, so
    that its shares are those which the changed case would give from scratch.
    """
    case, work = analysis.case, analysis.work
    analysis.require(case.signatories)
    recommended = analysis.recommended
    candidates = candidates_of(analysis)
    packages = tuple(candidate.package for candidate in candidates)
    judged = tuple(analysis.judge(packages))
    known = _Known(analysis, packages, judged)
    assumptions = assumptions_of(case, view=work.view)
    probes = [
        [known.probe(trial) for trial in trials_of(case, one, view=work.view)]
        for one in assumptions
    ]
    everything = [probe for own in probes for probe in own]
    findings = work.run(find, everything, what="trying assumptions")
    entries = [
        Entry(
            assumption=assumption,
            outcomes=tuple(known.outcome(probe, next(findings), recommended) for probe in own),
            weakness=weakness_of(assumption),
        )
        for assumption, own in zip(assumptions, probes, strict=True)
    ]
    entries.sort(key=lambda entry: (-entry.danger, -entry.dependence, entry.largest is None))
    return Ledger(
        analysis=analysis,
        candidates=candidates,
        judged=judged,
        recommended=recommended,
        entries=tuple(entries),
        spreads=spreads_of(analysis, {name: known.masks[name] for name in known.signing}),
    )


def ledger_size(analysis: Analysis) -> int:
    """Return about how much work the ledger is: unknowns of a party, summed over its trials."""
    case, view = analysis.case, analysis.work.view
    unknowns = {
        party.name: len(analysis.opinions[party.name].preferences.unknowns)
        for party in case.parties
    }
    assumptions = assumptions_of(case, view=view)
    return sum(unknowns[t.party] for a in assumptions for t in trials_of(case, a, view=view))


def weakness_of(assumption: Assumption) -> float:
    """Return 1 less how well an assumption is borne out.

    No source bears nothing out, one half, several three quarters, times the confidence (low 0.5,
    medium 0.75, high 0.95). An unstated bound has no source.
    """
    if isinstance(assumption, Unstated):
        return 1.0
    provenance = assumption.provenance
    weight = float(CONFIDENCE[provenance.confidence])
    return 1 - SUPPORT[min(len(provenance.because), 2)] * weight


class _Known:
    """What the analysis says already, against which trials are held."""

    def __init__(
        self, analysis: Analysis, packages: Sequence[Package], judged: Sequence[Judged]
    ) -> None:
        self.analysis, self.packages, self.judged = analysis, tuple(packages), judged
        case = analysis.case
        answerable = [p for p in case.parties if analysis.opinions[p.name].answerable]
        choices = as_choices(packages, len(case.issues))
        self.names = tuple(party.name for party in answerable)
        self.masks: Mapping[str, Bools] = dict(
            zip(self.names, analysis.masks(choices, answerable), strict=True)
        )
        self.signing = tuple(party.name for party in case.signatories)
        self.work = replace(analysis.work, executor=None, progress=None, cancelled=None)
        self.central: Mapping[str, tuple[Preferences, Point]] | None = None
        if not any(analysis.opinions[name].ordinal for name in self.signing):
            self.central = {name: self._central(name) for name in self.signing}

    def _central(self, party: str) -> tuple[Preferences, Point]:
        point = self.analysis.readings.central[party]
        no_deal = self.analysis.walk_away(party).at(point)
        return self.analysis.opinions[party].preferences, {**point, NO_DEAL: no_deal}

    def probe(self, trial: Trial) -> Probe:
        """Return a trial with what is needed to work it out elsewhere."""
        central = self.central if trial.party in self.signing and not trial.only_for else None
        others = central and {n: own for n, own in central.items() if n != trial.party}
        return Probe(
            trial=trial,
            packages=self.packages,
            n_chunks=self.analysis.readings.n_chunks,
            shift=self.analysis.shifts.get(trial.party, Fraction(0)),
            signing=others,
            names=self.signing,
            work=self.work,
        )

    def outcome(self, probe: Probe, finding: Finding, recommended: Package | None) -> Outcome:
        """Hold what a trial gives against what is known already."""
        trial = probe.trial
        if probe.signing is not None and not finding.trouble:
            recommended = finding.recommended
        changes: tuple[tuple[Change, ...], ...] = ()
        if not finding.trouble and trial.party in self.masks:
            changes = tuple(
                tuple(self._changes(trial, k, finding.kinds[k], finding.accepts[k]))
                for k in range(len(self.packages))
            )
        return Outcome(
            trial=trial, trouble=finding.trouble, changes=changes, recommended=recommended
        )

    def _changes(self, trial: Trial, k: int, kind: Kind, accepts: Bools) -> Iterator[Change]:
        """Return what changes for one package.

        Turned round stands for left out: which option is best is then open, so readings of either
        way count, half and half.
        """
        party, judged = trial.party, self.judged[k]
        old = judged.parties[party]
        before = _counted(old.kind, self.masks[party][k])
        after = _counted(kind, accepts)
        if self._beside(trial, k):
            kind, after = old.kind, before
        if trial.kind == "turned":
            after = (before + after) / 2
            kind = kind if kind == old.kind else "some"
        kinds = {name: judged.parties[name].kind for name in self.signing}
        refused = any(kinds[name] == "none" for name in self.signing if name != party)
        decides = party in self.signing and not refused
        yield _change(party, old, before, kind, after, decides=decides)
        if party not in self.signing or judged.together is None:
            return
        together = Judgement(kind=_joint(kinds.values()), share=judged.together)
        common = np.ones(1)
        for name in self.signing:
            if name != party:
                common = common * _counted(kinds[name], self.masks[name][k])
        joint = _joint({**kinds, party: kind}.values())
        yield _change("", together, common * before, joint, common * after, decides=True)

    def _beside(self, trial: Trial, k: int) -> bool:
        """Whether a trial bears on another package only."""
        proposals = self.analysis.case.vocabulary.proposals
        return bool(trial.only_for) and proposals[trial.only_for] != self.packages[k]


def _counted(kind: Kind, accepts: Bools) -> Floats:
    """Return acceptance in each reading as numbers: what is proved, otherwise what is counted."""
    if kind in {"every", "none"}:
        return np.array([float(kind == "every")])
    return accepts.astype(np.float64)


def _joint(kinds: Iterable[Kind]) -> Kind:
    found = set(kinds)
    return "none" if "none" in found else "every" if found == {"every"} else "some"


def _change(
    party: str, old: Judgement, before: Floats, kind: Kind, after: Floats, *, decides: bool
) -> Change:
    """Hold acceptance after a trial against acceptance before.

    before, after : shape (n_readings,) or (1,), readings counted in parts
    """
    proved = None if kind == "some" else kind == "every"
    share = share_of(after, certain=proved)
    was = old.share.value if old.share is not None else float(before.mean())
    return Change(
        party=party,
        decides=decides,
        old=old,
        new=Judgement(kind=kind, share=share),
        difference=share.value - was,
        error=share_of(np.subtract(*np.broadcast_arrays(after, before))).error,
    )
