"""A case made ready for composing packages: everything about one is then told in milliseconds.

Where the packages can be listed, it is counted once in how many readings all signatories accept
each of them; the repairs of a package are then looked up among its neighbours instead of searched.
What is told is the same as by :mod:`detente.analysis` and :mod:`detente.mending`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from detente.analysis import Analysis, Judged
from detente.case import Case, Constraint
from detente.errors import UnanswerableError
from detente.hit_and_run import Bools
from detente.mending import Judge, Repairs, repairs_among, repairs_of
from detente.packages import Choices, as_choices, condition_mask
from detente.solvers.acceptance import Acceptance, blocks, jointly_accepted
from detente.solvers.neighbours import MOST_EACH, Neighbour
from detente.statements.red_line import RedLine
from detente.vocabulary import Package
from detente.work import Work

Told = TypeVar("Told")

MOST_REMEMBERED = 2_000
"""Packages whose look is kept, so that going back and forth costs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a package is worth to one party on the central reading, in points."""

    value: Fraction
    no_deal: Fraction

    @property
    def gain(self) -> Fraction:
        """What the package is worth more than no deal."""
        return self.value - self.no_deal


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything about one package that is told at once.

    worths : by party; None where its preferences have no amounts or cannot be answered for
    crossed : by party, the red lines that the package crosses
    broken : the constraints that it does not meet
    proved : no verdict, of the package or its repairs, is left unproved
    repairs : the packages near it that more readings accept; None where they take long to search,
        or where a signatory cannot be answered for
    """

    package: Package
    judged: Judged
    proved: bool
    worths: Mapping[str, Worth | None]
    crossed: Mapping[str, tuple[RedLine, ...]]
    broken: tuple[Constraint, ...]
    repairs: Repairs | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Composition:
    """A case made ready; see :func:`composition_of`.

    options : the feasible packages in case order, one a column; None where they are too many
    counts : in how many readings all signatories accept each
    n_readings : how many readings were counted
    unanswerable : why nothing can be said of all signatories together; empty where it can
    """

    analysis: Analysis
    options: NDArray[np.int16] | None
    counts: NDArray[np.int32] | None
    n_readings: int
    unanswerable: str
    _looks: dict[Package, Look] = field(default_factory=dict, init=False, repr=False)
    _glances: dict[Package, Look] = field(default_factory=dict, init=False, repr=False)
    _judged: dict[Package, Judged] = field(default_factory=dict, init=False, repr=False)
    _judged_quickly: dict[Package, Judged] = field(default_factory=dict, init=False, repr=False)
    _worths: dict[Package, Mapping[str, Worth | None]] = field(
        default_factory=dict, init=False, repr=False
    )

    @property
    def case(self) -> Case:
        """The case that packages are composed in."""
        return self.analysis.case

    @property
    def listed(self) -> bool:
        """Whether repairs are looked up at once."""
        return self.options is not None

    def look(self, package: Package) -> Look:
        """Return everything about a package that can be told at once, its verdicts proved.

        Of its repairs it is proved whether all signatories accept; their parties are counted.
        """
        return _remembered(self._looks, package, lambda: self._look(package, prove=True))

    def glance(self, package: Package) -> Look:
        """Return the same without proving what no reading contradicts; that may take long."""
        known = self._looks.get(package)
        return known or _remembered(
            self._glances, package, lambda: self._look(package, prove=False)
        )

    def judge(self, package: Package) -> Judged:
        """Say who accepts a package, and in what share of the readings."""
        return _remembered(self._judged, package, lambda: self._judge(package, prove=True))

    def judge_quickly(self, package: Package) -> Judged:
        """Say the same; a party that accepts in all readings, or in none, counts as not proved."""
        known = self._judged.get(package)
        return known or _remembered(
            self._judged_quickly, package, lambda: self._judge(package, prove=False)
        )

    def _judge_together(self, package: Package) -> Judged:
        """Say the same, proving what counts for all together: whether all accept in all readings.

        Where a reading tells against that, the share of all is the same, proved or not.
        """
        quickly = self.judge_quickly(package)
        return self.judge(package) if _is_full(quickly) else quickly

    def _judge(self, package: Package, *, prove: bool) -> Judged:
        choices = as_choices([package], len(self.case.issues))
        masks: dict[str, Bools] = {}
        surely: dict[str, bool | None] = {}
        for name, acceptance in self._acceptances.items():
            masks[name], sure = acceptance.of_package(choices)
            seen = sure and not masks[name].all() and not self.analysis.opinions[name].widened
            surely[name] = sure if prove or seen else None
        return self.analysis.judged(package, masks, surely)

    @cached_property
    def _acceptances(self) -> Mapping[str, Acceptance]:
        draws = self.analysis.readings.draws
        return {name: Acceptance.of(self.analysis.space, name, own) for name, own in draws.items()}

    def _look(self, package: Package, *, prove: bool) -> Look:
        analysis = self.analysis
        judged = self.judge(package) if prove else self.judge_quickly(package)
        repairs = None
        if self.listed and not self.unanswerable:
            judge = self._judge_together if prove else self.judge_quickly
            repairs = self._looked_up(package, judge)
        found = repairs.found if repairs else ()
        settled = _is_settled(judged) and not any(_is_full(repair.judged) for repair in found)
        answered = set(analysis.valuation.parties)
        crossed = {
            party.name: analysis.crossed(party.name, package) if party.name in answered else ()
            for party in self.case.parties
        }
        return Look(
            package=package,
            judged=judged,
            proved=prove or settled,
            worths=self.worths(package),
            crossed=crossed,
            broken=self.broken(package),
            repairs=repairs,
        )

    def worths(self, package: Package) -> Mapping[str, Worth | None]:
        """Return what a package is worth to every party on the central reading."""
        return _remembered(self._worths, package, lambda: self._worth(package))

    def _worth(self, package: Package) -> Mapping[str, Worth | None]:
        valuation, opinions = self.analysis.valuation, self.analysis.opinions
        values = valuation.values(as_choices([package], len(self.case.issues)))[0]
        own: dict[str, Worth | None] = {party.name: None for party in self.case.parties}
        for name, value, no_deal in zip(valuation.parties, values, valuation.no_deal, strict=True):
            if not opinions[name].ordinal:
                own[name] = Worth(
                    value=valuation.in_points(value), no_deal=valuation.in_points(no_deal)
                )
        return own

    def place(self, package: Package) -> tuple[float, ...]:
        """Return what a package is worth to each signatory, for pictures; ranks for ordinal ones.

        Only signatories that can be answered for.
        """
        valuation, columns = self.analysis.valuation, self.analysis.signatory_columns
        values = valuation.values(as_choices([package], len(self.case.issues)))[0]
        return tuple(float(valuation.in_points(values[column])) for column in columns)

    def broken(self, package: Package) -> tuple[Constraint, ...]:
        """Return the constraints that a package does not meet."""
        choices = as_choices([package], len(self.case.issues))
        vocabulary = self.case.vocabulary
        return tuple(
            constraint
            for constraint in self.case.constraints
            if not condition_mask(constraint.condition, choices, vocabulary)[0]
        )

    def repairs(self, package: Package, *, work: Work | None = None) -> Repairs:
        """Return the repairs of a package; where packages are not listed they are searched for.

        work : who is told of a search and may stop it

        Raises UnanswerableError where a signatory cannot be answered for.
        """
        if self.unanswerable:
            raise UnanswerableError(self.unanswerable)
        if not self.listed:
            return repairs_of(self.analysis, package, work=work)
        return self._looked_up(package, self.judge)

    def _looked_up(self, package: Package, judge: Judge) -> Repairs:
        if self.options is None or self.counts is None:
            raise ValueError("the packages are not listed")
        near = _Near(
            options=self.options,
            counts=self.counts,
            n_readings=self.n_readings,
            package=package,
        )
        return repairs_among(self.analysis, package, nearest=near.best, judge=judge)

    @cached_property
    def ends(self) -> Mapping[str, tuple[Fraction, Fraction]]:
        """The least and the most that any package, or no deal, is worth to a party, in points.

        Bounds: rules are counted as if each could hold or not by itself.
        """
        valuation = self.analysis.valuation
        found = {}
        for p, name in enumerate(valuation.parties):
            sizes = zip(valuation.space.first, valuation.space.sizes, strict=True)
            tables = [valuation.options[p][first : first + size] for first, size in sizes]
            worths = valuation.worths[p].tolist()
            low = sum(min(table) for table in tables) + sum(min(0, worth) for worth in worths)
            high = sum(max(table) for table in tables) + sum(max(0, worth) for worth in worths)
            outer = (min(low, valuation.no_deal[p]), max(high, valuation.no_deal[p]))
            found[name] = (valuation.in_points(outer[0]), valuation.in_points(outer[1]))
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class _Near:
    """The packages near one, looked up in the counts of all packages."""

    options: NDArray[np.int16]
    counts: NDArray[np.int32]
    n_readings: int
    package: Package

    @cached_property
    def distance(self) -> NDArray[np.int64]:
        """In how many issues each package differs."""
        differs = self.options != np.array(self.package, dtype=np.int16)[:, None]
        return np.asarray(differs.sum(axis=0), dtype=np.int64)

    def best(self, n_changes: int, above: float) -> tuple[Neighbour, ...]:
        """Return the packages with so many changes that most readings accept.

        Ties stand in case order: by the issues changed, then the options.
        """
        rows = np.flatnonzero(self.distance == n_changes)
        rows = rows[self.counts[rows] / self.n_readings > above]
        counts = self.counts[rows]
        if len(rows) > MOST_EACH:
            leading = counts >= np.partition(counts, -MOST_EACH)[-MOST_EACH]
            rows = rows[leading]
        tally = Counter(counts.tolist())
        found = sorted((-int(self.counts[row]), *self._changes(row)) for row in rows.tolist())
        return tuple(
            Neighbour(
                package=tuple(self.options[:, row].tolist()),
                share=-count / self.n_readings,
                tied=tally[-count] - 1,
            )
            for count, _, row in found[:MOST_EACH]
        )

    def _changes(self, row: int) -> tuple[tuple[int, ...], int]:
        """Return the issues changed in a package, and its own position in case order."""
        changed = np.flatnonzero(self.options[:, row] != np.array(self.package))
        return tuple(changed.tolist()), row


def _is_settled(judged: Judged) -> bool:
    """Tell whether every party was seen to accept and to refuse, or its verdict is proved."""
    return not any(
        judgement.kind == "some" and judgement.share is not None and judgement.share.value in {0, 1}
        for judgement in judged.parties.values()
    )


def _is_full(judged: Judged) -> bool:
    """Tell whether all signatories accept in every reading that was drawn, which is no proof."""
    return (
        judged.together is not None and judged.together.value == 1 and not judged.together.certain
    )


def _remembered(known: dict[Package, Told], package: Package, tell: Callable[[], Told]) -> Told:
    """Return what is known of a package, told now and kept for a while where it is new."""
    found = known.get(package)
    if found is None:
        found = tell()
        if len(known) >= MOST_REMEMBERED:
            known.clear()
        known[package] = found
    return found


def composition_of(analysis: Analysis) -> Composition:
    """Make a case ready: readings, central reading, and where packages can be listed their counts.

    Cost: every listed package is held against every reading once.
    """
    case, work = analysis.case, analysis.work
    unanswerable = ""
    try:
        analysis.require(case.signatories)
    except UnanswerableError as error:
        unanswerable = str(error)
    for opinion in analysis.opinions.values():
        if opinion.answerable and not opinion.ordinal:
            opinion.certain.kind(opinion.preferences.frame.no_deal)
    _ = analysis.readings, analysis.valuation, analysis.sample
    if not unanswerable:
        _ = analysis.recommended
    listed = None if unanswerable else analysis.listed
    n_readings = max(
        (
            draws.n_rows
            for name, draws in analysis.readings.draws.items()
            if case.party(name).signatory
        ),
        default=1,
    )
    return Composition(
        analysis=analysis,
        options=None if listed is None else np.ascontiguousarray(listed.T.astype(np.int16)),
        counts=None if listed is None else _counted(analysis, listed, work),
        n_readings=n_readings,
        unanswerable=unanswerable,
    )


def _counted(analysis: Analysis, listed: Choices, work: Work) -> NDArray[np.int32]:
    """Return in how many readings all signatories accept each package."""
    counts = np.zeros(len(listed), dtype=np.int32)
    rows = np.arange(len(listed))
    for part in blocks(rows, analysis.readings.n_readings):
        work.step("counting who accepts which package", int(part[0]), len(listed))
        joint = jointly_accepted(analysis.masks(listed[part], analysis.case.signatories))
        counts[part] = joint.sum(axis=1)
    return counts
