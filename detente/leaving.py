"""From a case to its walk-away values: what it says of leaving half way, drawn for each reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm

import numpy as np

from detente.analysis import Analysis
from detente.blocks import Entry
from detente.blocks.roadmap import Item
from detente.blocks.walk_away import Drift, Guarantee, Keeps, Shift
from detente.case import Case
from detente.coordinates import MILLION, between, evenly, fineness, part_of_whole, ranged
from detente.drawing import CHAINS, KEPT, MOST_EXACT
from detente.errors import LimitError, UnanswerableError
from detente.expression import Condition, Side
from detente.factors import Ints
from detente.hit_and_run import Bools, Floats
from detente.linear import Bounds
from detente.number import counted
from detente.packages import PackageSpace, condition_mask
from detente.solvers.talks import summed
from detente.statements.statement import CONFIDENCE
from detente.timing import entries_of, implementing_of, talking_of
from detente.walk_away import MOST_PACKAGES, Moved, RuleWorth, WalkAway

_ANY_PART = Bounds(low=Fraction(0), high=Fraction(1))
"""What is said of an issue's residue when nothing is said."""


def walk_away_of(analysis: Analysis) -> WalkAway:
    """Return what packages, no deal and leaving half way are worth in every reading.

    Raises
    ------
    UnanswerableError
        A signatory is known by an order only, or its statements are incomplete or contradictory.
    LimitError
        There are too many packages for a last table, or amounts that doubles do not hold.
    """
    case = analysis.case
    analysis.require(case.signatories)
    ordinal = [p.label for p in case.signatories if analysis.opinions[p.name].ordinal]
    if ordinal:
        names = " and ".join(ordinal)
        message = f"walk-away values need amounts: they need cardinal statements from {names}"
        raise UnanswerableError(message)
    if case.vocabulary.n_packages > MOST_PACKAGES:
        message = (
            f"there are {counted(case.vocabulary.n_packages)} packages; what leaving half way is "
            f"worth is worked out up to {MOST_PACKAGES:,}"
        )
        raise LimitError(message)
    others = [p for p in case.parties if not p.signatory]
    cardinal = [
        p
        for p in others
        if analysis.opinions[p.name].answerable and not analysis.opinions[p.name].ordinal
    ]
    parties = tuple(p.name for p in (*case.signatories, *cardinal))
    return _Builder(analysis, parties).built()


def without_entry(case: Case, entry: Entry) -> Case:
    """Return a case in which one thing said of leaving half way, that very one, is left out."""
    kept = tuple(one for one in case.blocks["walk_away"] if one is not entry)
    return replace(case, blocks={**case.blocks, "walk_away": kept})


class _Builder:
    """Gathers the arrays of one case.

    parties : those with values, signatories first
    """

    def __init__(self, analysis: Analysis, parties: tuple[str, ...]) -> None:
        self.analysis = analysis
        self.parties = parties
        self.space: PackageSpace = analysis.space
        self.seed = analysis.work.seed
        self.draws = {name: analysis.readings.draws[name] for name in parties}
        self.keeps = entries_of(analysis, "walk_away", Keeps)
        stated: tuple[Shift | Guarantee, ...] = (
            *entries_of(analysis, "walk_away", Shift),
            *entries_of(analysis, "walk_away", Guarantee),
        )
        self.moving = [entry for entry in stated if _moves(entry) in parties]
        self.drifts = entries_of(analysis, "walk_away", Drift)
        amounts = [_amount(entry) for entry in self.moving]
        amounts += [entry.amount for entry in self.drifts]
        self.residues = {
            (issue.name, leaver): _residue(self.keeps, issue.name, leaver)
            for issue in analysis.case.issues
            for leaver in parties
        }
        parts = [_ANY_PART if k is None else k.part for k in self.residues.values()]
        unsure = any(_weight(entry) < 1 for entry in (*self.keeps, *self.moving, *self.drifts))
        self.drawn = unsure or ranged([*amounts, *parts, *_chances(analysis)])
        readings = analysis.readings.n_readings
        self.n_rows = readings if readings > 1 or not self.drawn else CHAINS * KEPT
        self.fine = fineness(parts)
        self.units = self._unit(amounts)

    def built(self) -> WalkAway:
        """Return everything; shifts need the values, so these come first."""
        choices = _all_packages(self.space)
        delivered_by = self._delivered()
        base = WalkAway(
            space=self.space,
            parties=self.parties,
            n_signatories=len(self.analysis.case.signatories),
            units=self.units,
            fine=self.fine,
            options=self._stacked([self._in_units(p, self.draws[p].options) for p in self.parties]),
            rules=tuple(self._rules(choices)),
            no_deal=self._stacked([self._in_units(p, self.draws[p].no_deal) for p in self.parties]),
            parts=self._parts(),
            infeasible=~self.space.feasible(choices),
            lines=tuple(self._lines(choices)),
            delivered_by=delivered_by,
            undoable=self._undoable(delivered_by),
            shifts=(),
            drift=self._drift(),
            drawn=self.drawn,
        )
        shifts = tuple(self._shift(base, entry) for entry in self.moving)
        self._check_size(base.drift, shifts)
        return replace(base, shifts=shifts)

    def _unit(self, stated: Sequence[Bounds]) -> int:
        """Return into how many parts a point is cut.

        Into so many that stated amounts are whole, and into a million, where doubles hold that.
        """
        coarse = lcm(*(own.scale for own in self.draws.values()))
        exact = [a.low.denominator for a in stated if a.low is not None and a.low == a.high]
        ends = [abs(end) for a in stated for end in (a.low, a.high) if end is not None]
        own = [_largest(d.options, d.no_deal, d.worths) / d.scale for d in self.draws.values()]
        room = MOST_EXACT / (2 * (len(self.parties) + 1) * (len(self.space.sizes) + 2) * self.fine)
        for units in (lcm(coarse, MILLION, *exact), lcm(coarse, MILLION)):
            if units * (max(own) + float(sum(ends))) < room:
                return units
        return coarse

    def _check_size(self, drift: Floats, shifts: Sequence[Moved]) -> None:
        """Raise LimitError where doubles do not hold what walking away may be worth."""
        moved = np.abs(drift)
        for shift in shifts:
            moved[:, shift.column] += np.abs(shift.amount)
        for party, most in zip(self.parties, moved.max(axis=0), strict=True):
            if most * 2 * len(self.parties) >= MOST_EXACT:
                raise LimitError(
                    f"what is said of walking away moves {party} by too much, or too finely; "
                    "write smaller amounts, or use a coarser scale"
                )

    def _in_units(self, party: str, amounts: Floats) -> Floats:
        """Return whole numbers of the common unit, one row for each reading."""
        factor = self.units // self.draws[party].scale
        if _largest(amounts) * factor * self.fine * (len(self.space.sizes) + 2) >= MOST_EXACT:
            raise LimitError(
                f"the amounts of {party} are too large, or too fine, for walk-away values; "
                "use a coarser scale"
            )
        whole = np.asarray(amounts, dtype=np.float64) * factor
        return np.broadcast_to(whole, (self.n_rows, *whole.shape[1:]))

    def _stacked(self, columns: Sequence[Floats]) -> Floats:
        return np.ascontiguousarray(np.stack(columns, axis=-1))

    def _rules(self, choices: Ints) -> Iterable[RuleWorth]:
        for column, party in enumerate(self.parties):
            worths = self._in_units(party, self.draws[party].worths)
            for k, rule in enumerate(self.space.rules[party]):
                everywhere = self.space.holds(rule, choices)
                yield RuleWorth(
                    column=column,
                    scope=rule.scope,
                    holds=everywhere[_places(self.space, rule.scope)],
                    everywhere=everywhere,
                    worth=np.ascontiguousarray(worths[:, k]),
                )

    def _lines(self, choices: Ints) -> Iterable[tuple[Ints, Bools]]:
        for party in self.analysis.case.signatories:
            crossed = self.space.crossed(party.name, choices)
            imposed = self.draws[party.name].red_lines
            for k in range(crossed.shape[1]):
                rows = np.broadcast_to(imposed[:, k], self.n_rows)
                yield np.flatnonzero(crossed[:, k]), np.ascontiguousarray(rows)

    def _delivered(self) -> Bools:
        issues = self.analysis.case.vocabulary.index
        found = np.zeros((len(issues), len(self.parties)), dtype=bool)
        for item in entries_of(self.analysis, "roadmap", Item):
            own = [self.parties.index(p) for p in item.delivered_by if p in self.parties]
            found[issues[item.issue], own] = True
        return found

    def _parts(self) -> Floats:
        """Return the residue of every option.

        Where nothing is said, or what is said does not count in a reading, anything from 0 to 1.
        """
        parts = np.empty((self.n_rows, sum(self.space.sizes), len(self.parties)))
        for k, issue in enumerate(self.analysis.case.issues):
            rows = slice(self.space.first[k], self.space.first[k] + self.space.sizes[k])
            where = evenly(self.seed, f"keeps {issue.name}", self.n_rows)
            for column, leaver in enumerate(self.parties):
                keeps = self.residues[issue.name, leaver]
                part = part_of_whole(_ANY_PART, where, self.fine)
                if keeps is not None:
                    said = part_of_whole(keeps.part, where, self.fine)
                    part = np.where(self._counts(keeps), said, part)
                parts[:, rows, column] = part[:, None]
        return parts

    def _undoable(self, delivered_by: Bools) -> Bools:
        """Tell what a leaver can take back: what it delivered itself, unless it is irreversible."""
        found = np.repeat(delivered_by[None], self.n_rows, axis=0)
        for k, issue in enumerate(self.analysis.case.issues):
            for column, leaver in enumerate(self.parties):
                keeps = self.residues[issue.name, leaver]
                if keeps is not None and keeps.part.low == 1:
                    found[:, k, column] &= ~self._counts(keeps)
        return found

    def _counts(self, keeps: Keeps) -> Bools:
        return self._imposed(keeps, f"keeps {keeps.issue} {keeps.leaver}")

    def _imposed(self, entry: Entry, key: str) -> Bools:
        """Tell in which readings an entry counts, by its confidence."""
        return evenly(self.seed, f"{key} counts", self.n_rows) < float(_weight(entry))

    def _shift(self, base: WalkAway, entry: Shift | Guarantee) -> Moved:
        vocabulary = self.space.vocabulary
        column = self.parties.index(_moves(entry))
        scope = () if entry.after is None else entry.after.scope(vocabulary)
        holds = np.ones(1, dtype=bool)
        if entry.after is not None:
            every = _all_packages(self.space)[_places(self.space, scope)]
            holds = condition_mask(entry.after, every, vocabulary)
        amount, unfit = self._moved(base, entry, column)
        return Moved(
            entry=entry, column=column, scope=scope, holds=holds, amount=amount, unfit=unfit
        )

    def _moved(self, base: WalkAway, entry: Shift | Guarantee, column: int) -> tuple[Floats, Bools]:
        """Return the amount of a shift in every reading, and where nothing fits what is said."""
        said = _amount(entry)
        points = np.full(self.n_rows, float(self.units * self.fine))
        if isinstance(entry, Shift) and entry.of:
            points = self._swing(base, entry.of, column) * self.fine
        low = np.where(points > 0, -np.inf, 0) if said.low is None else float(said.low) * points
        high = np.where(points > 0, np.inf, 0) if said.high is None else float(said.high) * points
        least, most = low, high
        if isinstance(entry, Shift):
            for side in entry.would_take:
                most = np.minimum(most, self._room(base, entry.after, side, column))
            for side in entry.would_not_take:
                least = np.maximum(least, self._room(base, entry.after, side, column))
        unfit = np.asarray(least > most)
        nearest = np.where(most < low, low, np.where(least > high, high, least))
        least, most = np.where(unfit, nearest, least), np.where(unfit, nearest, most)
        where = evenly(self.seed, _key(entry), self.n_rows)
        amount = between(least, most, where)
        return np.where(self._imposed(entry, _key(entry)), amount, 0.0), unfit

    def _swing(self, base: WalkAway, issue: str, column: int) -> Floats:
        k = self.space.vocabulary.index[issue]
        own = base.options[
            :, self.space.first[k] : self.space.first[k] + self.space.sizes[k], column
        ]
        return np.asarray(own.max(axis=1) - own.min(axis=1))

    def _room(self, base: WalkAway, after: Condition | None, side: Side, column: int) -> Floats:
        """Return the shift at which a package is worth as much as walking away.

        Walking away is worth no deal and what survives of the issues that the condition names,
        settled as in the package; other shifts do not count.
        """
        rows = np.arange(self.n_rows)
        package = side.package(self.space.vocabulary)
        scope = () if after is None else after.scope(self.space.vocabulary)
        value = base.value(package, rows)[:, column] * self.fine
        standing = np.array(
            [[package[k] if k in scope else size for k, size in enumerate(self.space.sizes)]]
        )
        left = summed(base.no_deal * self.fine, base.kept(rows), standing)[:, 0, column]
        return np.asarray(value - left)

    def _drift(self) -> Floats:
        """Return by how much each walk-away value changes with every unit of time."""
        found = np.zeros((self.n_rows, len(self.parties)))
        point = float(self.units * self.fine)
        for entry in self.drifts:
            if entry.on in self.parties:
                low, high = float(entry.amount.low or 0), float(entry.amount.high or 0)
                where = evenly(self.seed, f"drift {entry.on}", self.n_rows)
                amount = np.rint((low + (high - low) * where) * point)
                imposed = self._imposed(entry, f"drift {entry.on}")
                found[:, self.parties.index(entry.on)] += np.where(imposed, amount, 0.0)
        return found


def _residue(entries: Sequence[Keeps], issue: str, leaver: str) -> Keeps | None:
    """Return what is said of an issue's residue when one party leaves; of it before of all."""
    own = [keeps for keeps in entries if keeps.issue == issue and keeps.leaver in {"", leaver}]
    return min(own, key=lambda keeps: not keeps.leaver, default=None)


def _largest(*amounts: Floats) -> int:
    """Return the largest of some amounts, whatever its sign."""
    return max(abs(int(n)) for own in amounts for n in (own.max(initial=0), own.min(initial=0)))


def _weight(entry: Entry) -> Fraction:
    """Return with what weight an entry counts in a reading."""
    return CONFIDENCE[entry.provenance.confidence]


def _amount(entry: Shift | Guarantee) -> Bounds:
    """Return the change of the walk-away value; a guarantee makes leaving worth less."""
    if isinstance(entry, Shift):
        return entry.shift
    low, high = entry.amount.low, entry.amount.high
    return Bounds(low=None if high is None else -high, high=None if low is None else -low)


def _moves(entry: Shift | Guarantee) -> str:
    """Return the party whose walk-away value it changes."""
    return entry.on if isinstance(entry, Shift) else entry.against


def _key(entry: Shift | Guarantee) -> str:
    """Return what tells an entry from others, so that each is drawn by itself.

    A part of a shift that lasts and a part that does not are two.
    """
    kind = "shift" if isinstance(entry, Shift) else "guarantee"
    after = "" if entry.after is None else " ".join(entry.after.text.split())
    lasts = f" {entry.lasts}" if isinstance(entry, Shift) and entry.lasts else ""
    return f"{kind} {_moves(entry)} {after} {entry.title}{lasts}"


def _chances(analysis: Analysis) -> list[Bounds]:
    return [talking_of(analysis).later_talks, implementing_of(analysis).next_stage]


def _all_packages(space: PackageSpace) -> Ints:
    """Return every package, feasible or not, in case order."""
    grids = np.indices(space.sizes).reshape(len(space.sizes), -1)
    return np.ascontiguousarray(grids.T)


def _places(space: PackageSpace, scope: Sequence[int]) -> Ints:
    """Return where packages stand that take each combination of some issues' options.

    The other issues keep their status quo; the last issue of the scope varies fastest.
    """
    start = space.vocabulary.status_quo
    sizes = [space.sizes[k] for k in scope]
    combinations = np.indices(sizes).reshape(len(sizes), -1) if scope else np.zeros((0, 1), int)
    columns = [
        combinations[list(scope).index(k)] if k in scope else np.full(combinations.shape[1], option)
        for k, option in enumerate(start)
    ]
    return np.asarray(np.ravel_multi_index(columns, space.sizes), dtype=np.int64)
