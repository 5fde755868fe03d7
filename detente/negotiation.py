"""Piece by piece against all at once: what agendas give over all readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from detente.analysis import Analysis
from detente.any_solution import Whatever, whatever_solution
from detente.blocks.agenda import AFTER_FAILURE
from detente.blocks.walk_away import LASTS
from detente.doubts import decided_by_gap
from detente.gathering import Counted, Ends, Refused, Solved, ended, nobody, refused, solved
from detente.hit_and_run import Bools
from detente.leaving import walk_away_of
from detente.orders import Agenda, Way, ways_of
from detente.rehearsal import Played, Rehearsal, Run, rehearse, some_of, some_time, whole_of
from detente.resting import Rest, entries_without, rest_of, statements_without
from detente.searching import Searched, searched
from detente.sequence import Bundles
from detente.solvers.backwards import Rule
from detente.solvers.bargaining import SOLUTIONS
from detente.solvers.states import Order
from detente.solvers.tabled import solution_of
from detente.table import Share
from detente.timing import Timing, talking_of, time_of_talks
from detente.turning import BreakEven, break_even, turnings_of
from detente.walk_away import WalkAway

_ROWS = (2240, 1120, 560, 280, 140, 70)
"""So many readings are looked at where not all can be."""
_MOST_CELLS = 250_000_000
"""Packages times readings times runs, for what is worked out in all readings and for the rest."""
_PART = 280
"""Readings in which break-evens are sought, other solutions looked at and things left out, at most.

The same in a report, so that both tell the same; without something that is said, many readings have
to be drawn anew. As many are taken where a case has one reading, and more without something.
"""
_MOST_TRIED = 600_000_000
"""Packages times readings times runs up to which statements are left out one by one."""
_MOST_BOUND = 10_000_000
"""Packages times readings times agendas up to which first steps are held against every solution."""
_TWO = 2
_TOLD = 3
"""Ways that a report has room for: both rules, and the first with another duration."""
_TURNS = 15
"""So many runs finding the break-evens of an agenda is about worth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What one agenda gives.

    ends : by way, the case's own first
    by_itself : the first bundle as a whole deal, all else as it is, against no deal
    stake : of what moves each party, the part that is in the first bundle, as a mean over readings
    shift, later_talks : by rule that is looked at, the multiple of the stated shifts at which the
        first party begins to refuse, and the chance of later talks below which one does; no shift
        where the case states none
    by_solution : in short, for every solution that tables may end in
    whatever : by signatory, who refuses whatever the solution; empty where it was not looked at
    rests : what changes without one thing that is said
    gap_decides : signatories whose gap between no deal and the status quo signed decides alone
    span : by how many points ties change a value at most; None where they change none
    """

    agenda: Agenda
    ends: Mapping[Way, Ends]
    by_itself: Refused
    stake: tuple[float, ...]
    shift: Mapping[Rule, BreakEven]
    later_talks: Mapping[Rule, BreakEven]
    by_solution: Mapping[str, Solved]
    whatever: tuple[Whatever, ...]
    rests: tuple[Rest, ...]
    gap_decides: tuple[int, ...]
    span: float | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Negotiation:
    """What agendas give over all readings.

    walk, timing, zone : of the readings looked at; shares of agendas are of those with a zone
    no_zone : the share in which nothing can be agreed even all at once
    ways : the case's own first; rule_stated : whether the case says what follows failure
    whole : all at once, under the case's own way
    n_part : readings in which break-evens, other solutions and things left out are looked at; what
        is said comes to what :attr:`Outlook.by_solution` tells in these
    untried : things without which nothing could be said
    thorough : statements are among what was left out, and break-evens are after both rules
    statements_tried : statements were left out one by one; not where that would take too long
    searched : what a search gave; None where none was asked for
    """

    analysis: Analysis
    walk: WalkAway
    timing: Timing
    solution: str
    zone: Bools
    no_zone: Share
    ways: tuple[Way, ...]
    rule_stated: bool
    whole: Ends
    outlooks: tuple[Outlook, ...]
    n_part: int
    untried: int
    thorough: bool
    statements_tried: bool
    searched: Searched | None

    @property
    def way(self) -> Way:
        """The case's own way."""
        return self.ways[0]

    @property
    def counted(self) -> Counted:
        """The readings with a zone."""
        return Counted(among=self.zone)

    @property
    def signatories(self) -> tuple[str, ...]:
        """The parties that may refuse, by name."""
        return self.walk.parties[: self.walk.n_signatories]


def negotiate(
    analysis: Analysis,
    agendas: Sequence[Agenda],
    *,
    solution: str = "nash",
    thorough: bool = True,
    seek: bool = False,
) -> Negotiation:
    """Work out agendas in all readings, both ways of going on after failure side by side.

    solution : by its name in :data:`~detente.solvers.bargaining.SOLUTIONS`
    thorough : seek break-evens after both rules, hold first steps against every solution, and try
        the statements one by one; otherwise only what a report has room for
    seek : search all agendas too, and work out the best of them

    Raises what :func:`~detente.leaving.walk_away_of` raises; UnknownNameError for a solution that
    is not registered.
    """
    solution_of(solution)
    walk = walk_away_of(analysis)
    timing = time_of_talks(analysis, walk.parties, walk.n_rows)
    found = None
    if seek:
        found = searched(analysis, walk, timing, ways_of(analysis)[0].rule, solution)
        agendas = (*agendas, *_found(analysis, agendas, found))
    talking = _Talking(analysis, walk, timing, agendas, solution, thorough=thorough)
    return talking.negotiation(found)


def _found(analysis: Analysis, agendas: Sequence[Agenda], found: Searched) -> Iterator[Agenda]:
    """Return the best agenda of a search, unless it is looked at already."""
    known = {agenda.order for agenda in agendas}
    for best in found.best[:1]:
        if best.order not in known:
            names = [issue.name for issue in analysis.case.issues]
            text = Bundles.of([[names[k] for k in bundle] for bundle in best.order]).text
            yield Agenda(
                name="found", title="The best found", order=best.order, text=text, kind="found"
            )


class _Talking:
    """Works out agendas of one case."""

    def __init__(
        self,
        analysis: Analysis,
        walk: WalkAway,
        timing: Timing,
        agendas: Sequence[Agenda],
        solution: str,
        *,
        thorough: bool,
    ) -> None:
        self.analysis, self.agendas, self.solution = analysis, tuple(agendas), solution
        self.work, self.thorough = analysis.work, thorough
        self.everything = walk
        ways = ways_of(analysis)
        self.ways = ways if thorough else ways[:_TOLD]
        n_rows = _affordable(walk, _TOLD * (len(agendas) + 1), walk.n_rows)
        self.walk = some_of(walk, np.arange(n_rows))
        self.timing = some_time(timing, np.arange(n_rows))
        self.rules = AFTER_FAILURE if thorough else (self.ways[0].rule,)
        part = np.arange(_affordable(walk, _TURNS * len(agendas), min(_PART, n_rows)))
        self.part, self.part_timing = some_of(walk, part), some_time(timing, part)

    def runs(self, way: Way) -> list[Run]:
        """Return the agendas in one way."""
        return [self.run(agenda.order, way) for agenda in self.agendas]

    def run(self, order: Order, way: Way) -> Run:
        return Run(order=order, rule=way.rule, lasts=way.lasts, solution=self.solution)

    def negotiation(self, found: Searched | None) -> Negotiation:
        """Work out everything."""
        own, work = self.ways[0], self.work
        runs = [
            run
            for way in self.ways
            for run in (self.run(whole_of(self.walk), way), *self.runs(way))
        ]
        everything = rehearse(self.walk, self.timing, runs, work)
        counted = Counted(among=everything.zone)
        part = Counted(among=everything.zone[: self.part.n_rows])
        by_solution = self._by_solution()
        n_part = self.part.n_rows
        if self.everything.n_rows == 1:  # without something there may be many readings
            n_part = _affordable(self.walk, _TURNS * len(self.agendas), _PART)
        without = entries_without(self.analysis, self.everything, self.runs(own), n_part, work)
        n_trials = sum(one.party in self.walk.parties for one in self.analysis.case.statements)
        n_cells = n_trials * len(self.agendas) * n_part * prod(self.walk.sizes)
        tries = self.thorough and n_cells <= _MOST_TRIED
        if tries:
            without += statements_without(self.analysis, self.runs(own), n_part, work)
        shifts, chances = self._turnings(part)
        whatever = self._whatever()
        whole, each = everything.played[0], len(self.agendas) + 1
        outlooks = tuple(
            Outlook(
                agenda=agenda,
                ends={
                    way: self._ended(counted, everything.played[w * each + k + 1], whole, way)
                    for w, way in enumerate(self.ways)
                },
                by_itself=refused(self.walk, counted, everything.played[k + 1].by_itself),
                stake=stake_of(self.walk, agenda.order),
                shift=shifts[k],
                later_talks=chances[k],
                by_solution={name: solved(part, played) for name, played in by_solution[k].items()},
                whatever=whatever.get(k, ()),
                rests=tuple(
                    rest
                    for one in without
                    if (rest := rest_of(part, by_solution[k][self.solution], one, k)) is not None
                ),
                gap_decides=decided_by_gap(self.walk, counted, everything.played[k + 1]),
                span=self._span(everything, k + 1),
            )
            for k, agenda in enumerate(self.agendas)
        )
        return Negotiation(
            analysis=self.analysis,
            walk=self.walk,
            timing=self.timing,
            solution=self.solution,
            zone=everything.zone,
            no_zone=_no_zone(self.analysis, everything.zone),
            ways=self.ways,
            rule_stated=talking_of(self.analysis).after_failure is not None,
            whole=self._whole(counted, whole),
            outlooks=outlooks,
            n_part=self.part.n_rows,
            untried=sum(one.rehearsal is None for one in without),
            thorough=self.thorough,
            statements_tried=tries,
            searched=found,
        )

    def _whole(self, counted: Counted, whole: Played) -> Ends:
        """Count what all at once ends in; where something can be agreed it is, by definition."""
        ends = self._ended(counted, whole, whole, self.ways[0])
        ends = replace(ends, all_at_once=nobody(self.walk.n_signatories))  # nothing to compare with
        always = bool(whole.course.completes[counted.among].all()) and bool(counted.among.any())
        if not always:
            return ends
        every = Share(value=1.0, certain=True)
        return replace(ends, completes=every, same=every)

    def _ended(self, counted: Counted, played: Played, whole: Played, way: Way) -> Ends:
        table = (self.timing, way.lasts) if way == self.ways[0] else None
        return ended(self.walk, counted, played, whole, table)

    def _by_solution(self) -> list[dict[str, Played]]:
        own = self.ways[0]
        names = tuple(dict.fromkeys((*SOLUTIONS, self.solution)))
        runs = [replace(run, solution=name) for run in self.runs(own) for name in names]
        played = rehearse(self.part, self.part_timing, runs, self.work).played
        return [
            dict(zip(names, played[k * len(names) : (k + 1) * len(names)], strict=True))
            for k in range(len(self.agendas))
        ]

    def _turnings(
        self, part: Counted
    ) -> tuple[list[dict[Rule, BreakEven]], list[dict[Rule, BreakEven]]]:
        shifts: list[dict[Rule, BreakEven]] = [{} for _ in self.agendas]
        chances: list[dict[Rule, BreakEven]] = [{} for _ in self.agendas]
        runs = [
            self.run(agenda.order, Way(rule=rule, lasts=LASTS[1]))
            for agenda in self.agendas
            for rule in self.rules
        ]
        found = turnings_of(self.part, self.part_timing, runs, self.work)
        for place, (run, turning) in enumerate(zip(runs, found, strict=True)):
            k = place // len(self.rules)
            if turning.shift is not None:
                shifts[k][run.rule] = break_even(self.part, part, turning.shift, shift=True)
            chances[k][run.rule] = break_even(self.part, part, turning.later_talks, shift=False)
        return shifts, chances

    def _whatever(self) -> dict[int, tuple[Whatever, ...]]:
        twos = [k for k, agenda in enumerate(self.agendas) if len(agenda.order) == _TWO]
        n_cells = self.part.n_rows * len(twos) * prod(self.walk.sizes)
        if not self.thorough or n_cells > _MOST_BOUND:
            return {}
        runs = [self.run(self.agendas[k].order, self.ways[0]) for k in twos]
        found = whatever_solution(self.part, self.part_timing, runs, self.work)
        return dict(zip(twos, found, strict=True))

    def _span(self, everything: Rehearsal, place: int) -> float | None:
        """Return by how many points ties change a value at most, where they change any."""
        course = everything.played[place].course
        rows = np.flatnonzero(course.ambiguous & everything.zone)
        if not len(rows):
            return None
        run = self.run(course.bundles, self.ways[0])
        walk, timing = some_of(self.walk, rows), some_time(self.timing, rows)
        turned = rehearse(walk, timing, [replace(run, reverse=True)], self.work).played[0].course
        return self.walk.in_points(float(np.abs(turned.values - course.values[rows]).max()))


def stake_of(walk: WalkAway, order: Order) -> tuple[float, ...]:
    """Return what part of each party's swings is in the first bundle, as a mean over readings.

    The swing of an issue is from its worst to its best option; rules do not count.
    """
    swings = []
    for first, size in zip(walk.space.first, walk.sizes, strict=True):
        own = walk.options[:, first : first + size]
        swings.append(own.max(axis=1) - own.min(axis=1))
    every = np.stack(swings)
    total = every.sum(axis=0)
    at_stake = every[list(order[0])].sum(axis=0)
    parts = np.divide(at_stake, total, out=np.zeros_like(total), where=total > 0)
    return tuple(float(part) for part in parts.mean(axis=0))


def _affordable(walk: WalkAway, n_runs: int, n_rows: int) -> int:
    """Return in how many readings so many runs can be worked out in a short time."""
    most = _MOST_CELLS // max(n_runs * prod(walk.sizes), 1)
    fits = [rows for rows in (n_rows, *_ROWS) if rows <= min(most, n_rows)]
    return max(fits, default=min(_ROWS[-1], n_rows))


def _no_zone(analysis: Analysis, zone: Bools) -> Share:
    """Return in what share nothing can be agreed even all at once."""
    if analysis.readings.n_readings == 1:
        return Share(value=float(not zone[0]), certain=True)
    return Counted(among=np.ones_like(zone)).share(~zone)
