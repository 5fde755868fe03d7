"""Inquiry: which single question to which party would settle most of what is open.

A question splits a party's readings by its answer. Held against the readings in which all accept a
package, it settles as much as it is expected to take off the uncertainty of their verdict (mutual
information; Shannon 1948; Lindley 1956).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Literal

import numpy as np

from detente.analysis import Analysis
from detente.candidates import Candidate
from detente.case import Party
from detente.hit_and_run import Bools, Floats
from detente.linear import Linear
from detente.packages import as_choices, near_packages
from detente.preferences import Preferences
from detente.solvers.acceptance import jointly_accepted
from detente.solvers.information import information
from detente.statements import Statement
from detente.statements.compare import Compare
from detente.vocabulary import Package

Kind = Literal["importance", "comparison", "range", "middle", "statement", "red line"]
_MOST_NEAR = 500
"""Packages near the status quo that no deal is held against."""
_MOST_REFERENCES = 3
"""How many of these comparisons are told of each party."""
_RAREST = 0.05
"""An answer that fewer readings give is taken for granted."""
_WHAT = "looking for questions"
_ROUND_STEPS, _MOST_PLACES = 5, 6
"""A number asked about has as many places as leave five steps between its least and largest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something to ask a party that has two answers.

    about : what the question compares: two issues as (issue, worst, best); two packages, None for
        no deal; a rule, or nothing for no deal, with ``amount`` points; (issue, option, best,
        worst); a statement
    """

    party: Party
    kind: Kind
    about: tuple[object, ...]
    amount: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A question with what its answers would settle.

    first : the share of readings that give the first answer
    shares : for each package the share in which all signatories accept it, after each answer
    settles : by package, bits; ``narrows`` : all of them as a part of all that is open
    """

    question: Question
    first: float
    shares: tuple[tuple[float, float], ...]
    settles: tuple[float, ...]
    narrows: float

    @property
    def bears_on(self) -> int:
        """The position of the package on which it bears most."""
        return int(np.argmax(self.settles))


@dataclass(frozen=True, slots=True, kw_only=True)
class RuledOut:
    """What a red line that nobody stated would take away: packages by position."""

    party: Party
    issue: int
    option: int
    packages: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Inquiries:
    """The questions, the one that settles most first.

    stands : for each package the share in which all signatories accept it
    open_bits : how much uncertainty there is in all, in bits
    """

    analysis: Analysis
    candidates: tuple[Candidate, ...]
    stands: tuple[float, ...]
    open_bits: float
    found: tuple[Inquiry, ...]
    red_lines: tuple[RuledOut, ...]

    @cached_property
    def packages(self) -> tuple[Package, ...]:
        """The packages asked about."""
        return tuple(candidate.package for candidate in self.candidates)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What people call them."""
        return tuple(candidate.name for candidate in self.candidates)


def inquiries_of(analysis: Analysis, candidates: Sequence[Candidate]) -> Inquiries:
    """Look for the questions that settle most about whether all accept some packages.

    Nothing is drawn anew: each question splits the readings there are. Every signatory must be
    answerable (UnanswerableError).
    """
    case = analysis.case
    analysis.require(case.signatories)
    packages = [candidate.package for candidate in candidates]
    choices = as_choices(packages, len(case.issues))
    masks = analysis.masks(choices, case.signatories)
    together = np.array(jointly_accepted(masks), dtype=bool)
    n_readings = analysis.readings.n_readings
    joint = np.broadcast_to(together, (len(packages), n_readings))
    total = float(sum(information(row, None)[1] for row in joint))
    found: list[Inquiry] = []
    asked = case.signatories if total > 0 else ()
    for done, party in enumerate(asked):
        analysis.work.step(_WHAT, done, len(asked))
        found += _inquiries(analysis, _questions(analysis, party, packages), joint, total)
        references = _inquiries(analysis, _references(analysis, party, packages), joint, total)
        found += sorted(references, key=lambda one: -one.narrows)[:_MOST_REFERENCES]
    found.sort(key=lambda one: -one.narrows)
    return Inquiries(
        analysis=analysis,
        candidates=tuple(candidates),
        stands=tuple(float(row.mean()) for row in joint),
        open_bits=total,
        found=tuple(found),
        red_lines=tuple(_unstated_lines(analysis, packages, joint)),
    )


def _inquiries(
    analysis: Analysis, questions: Iterable[tuple[Question, Bools]], joint: Bools, total: float
) -> list[Inquiry]:
    found = []
    for question, first in questions:
        analysis.work.check(_WHAT)
        if _RAREST <= first.mean() <= 1 - _RAREST:
            found.append(_inquiry(question, first, joint, total))
    return found


def _inquiry(question: Question, first: Bools, joint: Bools, total: float) -> Inquiry:
    settles = tuple(information(row, first)[0] for row in joint)
    return Inquiry(
        question=question,
        first=float(first.mean()),
        shares=tuple((float(row[first].mean()), float(row[~first].mean())) for row in joint),
        settles=settles,
        narrows=sum(settles) / total,
    )


def _questions(
    analysis: Analysis, party: Party, asked: Sequence[Package]
) -> Iterator[tuple[Question, Bools]]:
    """Go through everything to ask a party, with the readings that give the first answer.

    Of a party whose values are the same in every reading only whether an uncertain red line holds.
    """
    opinion = analysis.opinions[party.name]
    draws = analysis.readings.draws[party.name]
    preferences = opinion.preferences
    for k, line in enumerate(preferences.red_lines):
        if not line.certain:
            question = Question(party=party, kind="red line", about=(line,))
            yield question, draws.red_lines[:, k]
    if opinion.ordinal or len(draws.no_deal) == 1:
        return
    value = _Values(analysis, party.name)
    yield from _importance(analysis, party, value)
    yield from _comparisons(analysis, party, value, asked)
    yield from _ranges(analysis, party, value)
    for statement in preferences.uncertain:
        rows = [row for row in statement.rows(preferences.frame) if not row.structural]
        if rows and not _is_verdict(analysis, statement, asked):
            holds = np.all([_holds(value.of(row.linear), row.relation) for row in rows], axis=0)
            question = Question(party=party, kind="statement", about=(statement,))
            yield question, np.asarray(holds, dtype=bool)


def _is_verdict(analysis: Analysis, statement: Statement, asked: Sequence[Package]) -> bool:
    """Whether a statement compares no deal with a package whose verdict is asked about."""
    if not isinstance(statement, Compare):
        return False
    sides = statement.comparison.sides
    vocabulary = analysis.case.vocabulary
    if not any(side.kind == "no deal" for side in sides):
        return False
    named = (s for s in sides if s.kind not in {"no deal", "whatever else"})
    return any(side.package(vocabulary) in asked for side in named)


def _holds(values: Floats, relation: str) -> Bools:
    if relation == "==":
        return np.asarray(np.abs(values) <= 0.5, dtype=bool)
    return np.asarray(values > 0 if relation == ">" else values >= 0, dtype=bool)


def _importance(
    analysis: Analysis, party: Party, value: _Values
) -> Iterator[tuple[Question, Bools]]:
    frame = value.preferences.frame
    swings = {
        k: value.of(swing)
        for k in range(len(analysis.case.issues))
        if (swing := frame.swing(k)) is not None and frame.best.get(k) != frame.worst.get(k)
    }
    for i, j in combinations(swings, 2):
        ways = tuple((k, frame.worst[k], frame.best[k]) for k in (i, j))
        question = Question(party=party, kind="importance", about=ways)
        yield question, np.asarray(swings[i] > swings[j], dtype=bool)


def _comparisons(
    analysis: Analysis, party: Party, value: _Values, asked: Sequence[Package]
) -> Iterator[tuple[Question, Bools]]:
    """Compare the status quo with no deal, and proposals with each other and with the status quo.

    Whether a proposal is better than no deal is the verdict itself, and not asked.
    """
    vocabulary, frame = analysis.case.vocabulary, value.preferences.frame
    packages = list(dict.fromkeys([vocabulary.status_quo, *vocabulary.proposals.values()]))
    worths = [value.of(frame.package(package)) for package in packages]
    if packages[0] not in asked:
        question = Question(party=party, kind="comparison", about=(packages[0], None))
        better = worths[0] >= value.of(analysis.walk_away(party.name))
        yield question, np.asarray(better, dtype=bool)
    for a, b in combinations(range(len(packages)), 2):
        question = Question(party=party, kind="comparison", about=(packages[a], packages[b]))
        yield question, np.asarray(worths[a] > worths[b], dtype=bool)


def _references(
    analysis: Analysis, party: Party, asked: Sequence[Package]
) -> Iterator[tuple[Question, Bools]]:
    """Hold no deal against packages near the status quo, which say more than points do.

    Those with one change, and with two where there are few; feasible ones, and none of those whose
    verdict is asked about.
    """
    opinion = analysis.opinions[party.name]
    if opinion.ordinal or len(analysis.readings.draws[party.name].no_deal) == 1:
        return
    value, status_quo = _Values(analysis, party.name), analysis.case.vocabulary.status_quo
    near: list[Package] = []
    for n_changes in (1, 2):
        more = near_packages(analysis.space, status_quo, n_changes=n_changes)
        if len(near) + len(more) <= _MOST_NEAR:
            near += [tuple(int(option) for option in row) for row in more]
    no_deal, frame = value.of(analysis.walk_away(party.name)), value.preferences.frame
    for package in near:
        if package not in asked:
            question = Question(party=party, kind="comparison", about=(package, None))
            yield question, np.asarray(value.of(frame.package(package)) >= no_deal, dtype=bool)


def _ranges(analysis: Analysis, party: Party, value: _Values) -> Iterator[tuple[Question, Bools]]:
    """Ask on which side of its median a number lies, and to which end a middle option is nearer."""
    frame = value.preferences.frame
    amounts: list[tuple[tuple[object, ...], Floats]] = [
        ((), value.of(analysis.walk_away(party.name)))
    ]
    amounts += [((rule,), value.of(Linear.of(frame.worth_unknown(rule)))) for rule in frame.rules]
    for about, numbers in amounts:
        middle = _round_middle(numbers)
        question = Question(party=party, kind="range", about=about, amount=middle)
        yield question, np.asarray(numbers > middle, dtype=bool)
    for k, places in frame.breakpoints.items():
        swing = frame.swing(k)
        best, worst = frame.best.get(k), frame.worst.get(k)
        if swing is None or best is None or worst is None:
            continue
        for option in places:
            if option not in {best, worst}:
                above = frame.option(k, option) * 2 - frame.option(k, best) - frame.option(k, worst)
                question = Question(party=party, kind="middle", about=(k, option, best, worst))
                yield question, np.asarray(value.of(above) > 0, dtype=bool)


def _round_middle(numbers: Floats) -> float:
    """Return the median, rounded to whole points, or finer where the numbers lie close together."""
    places = 0
    while np.ptp(numbers) * 10**places < _ROUND_STEPS and places < _MOST_PLACES:
        places += 1
    return float(np.round(np.median(numbers), places))


def _unstated_lines(
    analysis: Analysis, packages: Sequence[Package], joint: Bools
) -> Iterator[RuledOut]:
    """Go through options that a party would have to refuse for an open package to fail on them.

    Of each party the options that are its worst of an issue and do not stand in the status quo;
    only where a package that is still open holds one, and not where they already make that package
    cross one of its red lines.
    """
    status_quo = analysis.case.vocabulary.status_quo
    for party in analysis.case.signatories:
        frame = analysis.opinions[party.name].preferences.frame
        for k, worst in frame.worst.items():
            held = [
                n
                for n, package in enumerate(packages)
                if package[k] == worst != status_quo[k]
                and joint[n].any()
                and not _crosses_by(analysis, party, package, k)
            ]
            if held and len(analysis.case.issues[k].options) > 1:
                yield RuledOut(party=party, issue=k, option=worst, packages=tuple(held))


def _crosses_by(analysis: Analysis, party: Party, package: Package, k: int) -> bool:
    """Whether a package crosses a red line that it would not cross with one issue as it is."""
    other = list(package)
    other[k] = analysis.case.vocabulary.status_quo[k]
    still = analysis.crossed(party.name, tuple(other))
    return any(line not in still for line in analysis.crossed(party.name, package))


class _Values:
    """The readings of one party, by which linear expressions become numbers, in points."""

    def __init__(self, analysis: Analysis, party: str) -> None:
        self.preferences: Preferences = analysis.opinions[party].preferences
        draws = analysis.readings.draws[party]
        frame, first = self.preferences.frame, analysis.space.first
        unit = float(draws.scale)
        self.known: dict[object, Floats] = {}
        for k, places in frame.breakpoints.items():
            for option in places:
                column = draws.options[:, first[k] + option].astype(np.float64) / unit
                self.known[frame.option_unknown(k, option)] = column
            if self.preferences.manner == "stated":
                best = self.known[frame.option_unknown(k, frame.best[k])]
                self.known[frame.swing_unknown(k)] = best
        for r, rule in enumerate(frame.rules):
            self.known[frame.worth_unknown(rule)] = draws.worths[:, r].astype(np.float64) / unit
        shift = float(analysis.shifts.get(party, 0))
        (no_deal,) = frame.no_deal.terms
        self.known[no_deal] = draws.no_deal.astype(np.float64) / unit - shift
        self.n_readings = len(draws.no_deal)

    def of(self, linear: Linear) -> Floats:
        """Return what an expression is worth in each reading."""
        total = np.full(self.n_readings, float(linear.constant))
        for unknown, coefficient in linear.terms.items():
            total += float(coefficient) * self.known[unknown]
        return total
