"""The set of all readings of one party: a polytope of value functions, decided exactly.

Whether the statements leave any reading, what every or some reading says of a package, how far a
value can range, and which statements are to blame: each is a linear programme proved in rationals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal

from detente.irreducible import Irreducible, irreducible_sets, reduced
from detente.linear import Linear, Row, Unknown
from detente.preferences import Group, Preferences
from detente.programme import Slack, common_slack, far_point, maximise, rank

MOST_SEARCHED = 60
"""Groups among which all contradicting sets are sought."""

Point = Mapping[Unknown, Fraction]
Kind = Literal["every", "some", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the readings say of a package's gain over no deal, red lines apart.

    kind : accepted in every reading, in some, or in none
    decided_by : groups that together imply the verdict, none of which can be left out; empty for
        ``some``
    """

    kind: Kind
    decided_by: tuple[Group, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The least and the largest value that an expression takes over the readings."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Extreme:
    """Where an expression is largest.

    reached : a reading is there; False when strict statements keep readings off it, so that they
        only come as close as you like
    """

    point: Point
    reached: bool


@dataclass(frozen=True, kw_only=True)
class Polytope:
    """All readings of one party under the given groups of rows.

    Readings found on the way are remembered as witnesses, and ranges once worked out, so that most
    questions need no new linear programme.
    """

    preferences: Preferences
    groups: tuple[Group, ...]
    _known: list[Point] = field(default_factory=list, init=False, compare=False, repr=False)
    _ranges: dict[object, Range] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @classmethod
    def certain(cls, preferences: Preferences) -> Polytope:
        """Return the readings that fit every certain statement (design rule 8).

        Of an uncertain statement only what it settles about best and worst options stays.
        """
        return cls(preferences=preferences, groups=tuple(_certain_groups(preferences)))

    @classmethod
    def whole(cls, preferences: Preferences) -> Polytope:
        """Return the readings that fit all statements, the uncertain ones too."""
        return cls(preferences=preferences, groups=preferences.groups)

    @cached_property
    def slack(self) -> Slack:
        """How far all strict rows can be exceeded at once; tells whether there is any reading.

        Where the equalities leave one point and it meets every row, no programme is solved.
        """
        settled, rows = self._inside.settled, self._rows()
        if all(u in settled and not settled[u].terms for u in self.preferences.unknowns):
            point = {u: settled[u].constant for u in self.preferences.unknowns}
            if all(row.holds(point) for row in rows):
                slacks = [row.linear.at(point) for row in rows if row.relation == ">"]
                return Slack(value=min([Fraction(1), *slacks]), point=point, blamed=frozenset())
        return common_slack(rows)

    @property
    def consistent(self) -> bool:
        """Whether any reading fits."""
        return self.slack.consistent

    def range(self, linear: Linear) -> Range:
        """Return how far an expression ranges; ends that strict statements exclude are included."""
        key = (tuple(sorted(linear.terms.items())), linear.constant)
        if key not in self._ranges:
            self._ranges[key] = self._range(linear)
        return self._ranges[key]

    def _range(self, linear: Linear) -> Range:
        high, top = self._largest(linear)
        low, bottom = self._largest(-linear)
        for point in (top, bottom):
            self._remember(point)
        return Range(low=-low, high=high)

    def _largest(self, linear: Linear) -> tuple[Fraction, Point | None]:
        inside = self._inside
        asked = inside.substitute(linear)
        best = maximise(asked, _living(inside.rows, asked))
        if best.value is None:
            message = f"{self.preferences.party}: an expression is not bounded by the statements"
            raise AssertionError(message)
        return best.value, best.point

    def corner(self, objective: Linear) -> Mapping[Unknown, float]:
        """Return, in floating point, a reading where an expression is about largest."""
        inside = self._inside
        free = {u: float(v) for u, v in self._remember(self.slack.point).items()}
        free |= far_point(inside.substitute(objective), inside.rows) or {}
        settled = {
            u: float(e.constant) + sum(float(c) * free[k] for k, c in e.terms.items())
            for u, e in inside.settled.items()
        }
        return free | settled

    def kind(self, gain: Linear) -> Kind:
        """Tell whether every, some or no reading has ``gain`` >= 0 (design rule 5).

        Accepting means a gain of 0 or more; ``some`` means in a reading that meets every strict
        statement strictly.
        """
        if self.witness(Row(linear=gain, relation=">=")) is None:
            return "none"
        return "every" if self.witness(Row(linear=-gain, relation=">")) is None else "some"

    def extreme(self, linear: Linear) -> Extreme:
        """Return where an expression is largest; the same whatever was asked before.

        Where strict statements exclude every such point, readings come as close to it as you like.
        """
        value, point = self._largest(linear)
        found = self.reading_with(Row(linear=linear - value, relation="=="))
        if found is not None:
            return Extreme(point=found, reached=True)
        return Extreme(point=self._remember(point), reached=False)

    def verdict(self, gain: Linear) -> Verdict:
        """Return the verdict on a gain, and an irreducible set of groups that implies it."""
        kind = self.kind(gain)
        if kind == "none":
            return Verdict(kind=kind, decided_by=self.reasons(Row(linear=gain, relation=">=")))
        if kind == "every":
            return Verdict(kind=kind, decided_by=self.reasons(Row(linear=-gain, relation=">")))
        return Verdict(kind=kind, decided_by=())

    def reasons(self, denied: Row) -> tuple[Group, ...]:
        """Return an irreducible set of groups under which ``denied`` cannot hold."""
        return tuple(self.groups[g] for g in self._excluding(denied))

    def contradictions(self, *, most: int = 10) -> Irreducible:
        """Return the sets of groups that contradict each other, the smallest first (rule 15).

        Among more than 60 groups only one set is sought, which need not be the smallest.
        """
        if self.consistent:
            return Irreducible(sets=(), complete=True)

        def witness(items: frozenset[int]) -> frozenset[int] | None:
            rows, _ = self._system(sorted(items))
            slack = common_slack(rows)
            if not slack.consistent or slack.point is None:
                return None
            point = {u: Fraction(0) for u in self.preferences.unknowns} | dict(slack.point)
            holding = (
                g
                for g, group in enumerate(self.groups)
                if all(row.holds(point) for row in group.rows)
            )
            return items | frozenset(holding)

        if len(self.groups) > MOST_SEARCHED:
            return Irreducible(sets=(frozenset(self._excluding(None)),), complete=False)
        return irreducible_sets(len(self.groups), witness, most=most)

    def _excluding(self, denied: Row | None) -> list[int]:
        """Return an irreducible set of groups that leave no reading, or none with ``denied``."""

        def blamed(items: Sequence[int]) -> frozenset[int] | None:
            rows, owners = self._system(items)
            places = list(range(len(rows)))
            if denied is not None:
                rows, owners = [*rows, denied], [*owners, -1]
                places = _living_positions(rows, denied.linear)
            slack = common_slack([rows[r] for r in places])
            if slack.consistent:
                return None
            return frozenset(owners[places[r]] for r in slack.blamed if owners[places[r]] >= 0)

        start = blamed(range(len(self.groups)))
        return [] if start is None else reduced(sorted(start), blamed)

    @cached_property
    def interior(self) -> tuple[Point, frozenset[int]]:
        """A reading that meets every row strictly where any does, and the rows where none does.

        The latter are positions in :attr:`rows`: inequalities that hold with equality throughout.
        """
        inside = self._inside
        points: list[Point] = [self._remember(self.slack.point)]
        tight = [row.linear for row in inside.rows if row.linear.at(points[0]) == 0]
        while tight:
            aims = [Linear.of(("aim", str(k))) for k in range(len(tight))]
            extra = [Row(linear=-aim + 1, relation=">=") for aim in aims]
            extra += [Row(linear=aim, relation=">=") for aim in aims]
            extra += [
                Row(linear=linear - aim, relation=">=")
                for linear, aim in zip(tight, aims, strict=True)
            ]
            best = maximise(sum(aims, Linear()), [*inside.rows, *extra])
            if best.point is None or best.value == 0:
                break
            point = self._remember({u: v for u, v in best.point.items() if u[0] != "aim"})
            points.append(point)
            tight = [linear for linear in tight if linear.at(point) == 0]
        middle = {
            unknown: sum((point[unknown] for point in points), Fraction(0)) / len(points)
            for unknown in self.preferences.unknowns
        }
        rows = self._rows()
        loose = (r for r, row in enumerate(rows) if row.relation != "==")
        return middle, frozenset(r for r in loose if rows[r].linear.at(middle) == 0)

    @cached_property
    def dimension(self) -> int:
        """How many degrees of freedom the readings have; 0 when there is exactly one."""
        rows = self._rows()
        tight = self.interior[1]
        place = {unknown: k for k, unknown in enumerate(self.preferences.unknowns)}
        equalities = [
            {place[u]: c for u, c in row.linear.terms.items()}
            for r, row in enumerate(rows)
            if row.relation == "==" or r in tight
        ]
        return len(place) - rank(equalities)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row: those of the scale first, then the groups' in order."""
        return tuple(self._rows())

    def _rows(self) -> list[Row]:
        return self._system(range(len(self.groups)))[0]

    def _system(self, items: Iterable[int]) -> tuple[list[Row], list[int]]:
        """Return the rows of the scale and of some groups, and which group each belongs to."""
        rows = list(self.preferences.base)
        owners = [-1] * len(rows)
        for g in items:
            rows.extend(self.groups[g].rows)
            owners.extend([g] * len(self.groups[g].rows))
        return rows, owners

    def witness(self, asked: Row) -> Point | None:
        """Return a reading in which a further row holds, strict rows strictly; None if none.

        One found on the way to another answer will do, so it depends on what was asked before.
        """
        for point in self._known:
            if asked.holds(point):
                return point
        return self.reading_with(asked)

    def reading_with(self, asked: Row) -> Point | None:
        """Return a witness that is the same whatever was asked before, to be shown."""
        inside = self._inside
        reduced_row = Row(linear=inside.substitute(asked.linear), relation=asked.relation)
        rows = _living([*inside.rows, reduced_row], reduced_row.linear)
        slack = common_slack(rows)
        if not slack.consistent or slack.point is None:
            return None
        return self._remember(slack.point)

    def _remember(self, point: Point | None) -> Point:
        """Complete a reading, and keep it as a witness if it meets the strict rows strictly."""
        inside = self._inside
        free = {u: v for u, v in (self.slack.point or {}).items() if u not in inside.settled}
        free |= dict(point or {})
        whole = {
            u: inside.settled[u].at(free) if u in inside.settled else free.get(u, Fraction(0))
            for u in self.preferences.unknowns
        }
        if all(row.holds(whole) for row in inside.rows):
            self._known.append(whole)
        return whole

    @cached_property
    def _inside(self) -> _Inside:
        return _inside_equalities(self._rows())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inside:
    """The rows after every equality has been solved for one of its unknowns.

    settled : what each unknown solved for is in terms of those that stay free
    rows : the inequalities in the free unknowns, each said once
    """

    settled: Mapping[Unknown, Linear]
    rows: tuple[Row, ...]

    def substitute(self, linear: Linear) -> Linear:
        """Return an expression in the free unknowns."""
        return _substitute(linear, self.settled)


def _inside_equalities(rows: Iterable[Row]) -> _Inside:
    settled: dict[Unknown, Linear] = {}
    everything = list(rows)
    equalities = [row.linear for row in everything if row.relation == "=="]
    for equality in sorted(equalities, key=lambda linear: len(linear.terms)):
        linear = _substitute(equality, settled)
        if not linear.terms:
            continue
        unknown = min(linear.terms, key=lambda u: (linear.terms[u].denominator, u))
        rest = linear - Linear.of(unknown) * linear.terms[unknown]
        answer = rest * (-1 / linear.terms[unknown])
        for other, expression in settled.items():
            if unknown in expression.terms:
                settled[other] = _substitute(expression, {unknown: answer})
        settled[unknown] = answer
    kept: dict[object, Row] = {}
    for row in everything:
        if row.relation == "==":
            continue
        reduced_row = Row(linear=_substitute(row.linear, settled), relation=row.relation)
        if reduced_row.linear.terms:
            terms = tuple(sorted(reduced_row.linear.terms.items()))
            kept.setdefault((terms, reduced_row.linear.constant, row.relation), reduced_row)
    return _Inside(settled=settled, rows=tuple(kept.values()))


def _substitute(linear: Linear, settled: Mapping[Unknown, Linear]) -> Linear:
    total = Linear({u: c for u, c in linear.terms.items() if u not in settled}, linear.constant)
    for unknown, coefficient in linear.terms.items():
        if unknown in settled:
            total = total + settled[unknown] * coefficient
    return total


def _certain_groups(preferences: Preferences) -> Iterable[Group]:
    for group in preferences.groups:
        if group.certain:
            yield group
            continue
        structural = tuple(row for row in group.rows if row.structural)
        if structural:
            yield Group(origin=group.origin, rows=structural)


def _living_positions(rows: Sequence[Row], wanted: Linear) -> list[int]:
    """Return the rows that can touch ``wanted``: bounds on unknowns nobody else mentions cannot."""
    alive = set(wanted.terms)
    for row in rows:
        if len(row.linear.terms) > 1:
            alive |= set(row.linear.terms)
    return [
        r
        for r, row in enumerate(rows)
        if len(row.linear.terms) != 1 or next(iter(row.linear.terms)) in alive
    ]


def _living(rows: Sequence[Row], wanted: Linear) -> list[Row]:
    return [rows[r] for r in _living_positions(rows, wanted)]
