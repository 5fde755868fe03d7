"""What bargaining solutions pick in every reading.

Where packages can be listed, all of them are held against every reading: those that all accept,
then those of them that no other betters, then what each solution picks. Where they cannot, the Nash
solution is still found in every reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import lcm
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from detente.drawing import MOST_EXACT, Draws, Whole
from detente.factors import negated
from detente.hit_and_run import Bools, Ints
from detente.packages import Choices, PackageSpace, formula_of
from detente.solvers.bargaining import SOLUTIONS
from detente.solvers.dominance import undominated
from detente.solvers.gains_of_readings import gains_of_readings, shown
from detente.solvers.nash_readings import Readings, nash_of_readings, shared
from detente.work import Work

_CELLS = 500_000
"""Packages times readings that are looked at together."""
_TOGETHER = 8192
"""Readings whose amounts are held at once."""
_WHAT = "solving every reading"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picks:
    """What one solution picks in every reading.

    reading, package : which reading picks which package; shape (n_picks,), in the order of the
        readings. A reading with ties stands there once for each of them.
    gains : of each pick, shape (n_picks, n_parties), in points
    """

    reading: Ints
    package: Ints
    gains: Whole


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SolutionsOfReadings:
    """What solutions pick in every reading.

    packages : those picked, different from each other, shape (n_packages, n_issues)
    zone : whether all parties accept some package, shape (n_readings,)
    unsettled : where a limit ended the search before that, or what is best, was known
    picks : by solution
    """

    packages: Choices
    zone: Bools
    unsettled: Bools
    picks: Mapping[str, Picks]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Party:
    """What one party brings to a piece: packages as rows, red lines crossed, its readings."""

    marked: Bools
    crossed: Bools
    draws: Draws
    factor: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Piece:
    """Some readings, ready to be solved anywhere.

    units : common units to a point
    exact : doubles hold every sum of gains in common units
    """

    first: int
    n_readings: int
    parties: tuple[_Party, ...]
    units: int
    exact: bool
    names: tuple[str, ...]


def solutions_of_listed(
    space: PackageSpace,
    draws: Mapping[str, Draws],
    choices: Choices,
    /,
    *,
    names: Sequence[str] | None = None,
    work: Work | None = None,
) -> SolutionsOfReadings:
    """Apply bargaining solutions to the acceptable packages of every reading.

    Parameters
    ----------
    draws
        The readings of the parties that have to accept, by name; at least one party.
    choices
        All feasible packages, shape (n_packages, n_issues).
    names
        Solutions, by their names in :data:`~detente.solvers.bargaining.SOLUTIONS`; all when not
        given.

    Gains are whole numbers of one unit that all parties have in common, and exact; one that
    rounding to the grid can have moved off 0 counts as 0. A package is acceptable when no gain is
    negative and no red line that the reading imposes is crossed. Ties are all returned.

    Every solution picks undominated packages only, so the others are left out before.

    Cost: packages times readings for the gains; about 2 ms for a reading with 16,000 acceptable
    packages of four parties.
    """
    work = work or Work()
    n_readings = max(part.n_rows for part in draws.values())
    possible = choices[~_always_crossed(space, draws, choices)]
    units = lcm(*(part.scale for part in draws.values()))
    parties = {name: _party(space, name, part, possible, units) for name, part in draws.items()}
    most = sum(_largest_gain(party) for party in parties.values())
    size = max(1, _CELLS // max(1, len(possible)))
    pieces = [
        _Piece(
            first=first,
            n_readings=min(size, n_readings - first),
            parties=tuple(_some(party, first, size, n_readings) for party in parties.values()),
            units=units,
            exact=most < MOST_EXACT,
            names=tuple(SOLUTIONS if names is None else names),
        )
        for first in range(0, n_readings, size)
    ]
    done = list(work.run(_solve, pieces, what=_WHAT))
    zone = np.concatenate([part[0] for part in done])
    found = {name: _joined([part[1][name] for part in done]) for name in pieces[0].names}
    used = np.unique(np.concatenate([np.zeros(0, np.int64), *(p.package for p in found.values())]))
    return SolutionsOfReadings(
        packages=possible[used],
        zone=zone,
        unsettled=np.zeros(n_readings, dtype=bool),
        picks={
            name: Picks(
                reading=picks.reading,
                package=np.searchsorted(used, picks.package),
                gains=picks.gains,
            )
            for name, picks in found.items()
        },
    )


def nash_of_all_readings(
    space: PackageSpace, draws: Mapping[str, Draws], /, *, work: Work | None = None
) -> SolutionsOfReadings:
    """Find the Nash solution of every reading without a list of packages, at any size.

    As :func:`solutions_of_listed` would, except that a gain that rounding to the grid can have
    moved is not set to 0, and that of packages that are equally good one is returned.

    Raises LimitError when sums may reach 2^52, or when the conditions are too entangled.
    """
    vocabulary, names = space.vocabulary, list(draws)
    n_readings = max(part.n_rows for part in draws.values())
    rules = [(p, k) for p, name in enumerate(names) for k in range(len(space.rules[name]))]
    lines = [(p, k) for p, name in enumerate(names) for k in range(len(space.red_lines[name]))]
    conditions = [formula_of(space.rules[names[p]][k].what, vocabulary) for p, k in rules]
    conditions += [formula_of(space.red_lines[names[p]][k].what, vocabulary) for p, k in lines]
    bans = [negated(formula_of(f.what, vocabulary), space.sizes) for f in space.constraints]

    common = shared(space.sizes, conditions, bans)
    parts = []
    for first in range(0, n_readings, _TOGETHER):
        rows = np.arange(first, min(first + _TOGETHER, n_readings))
        own = [draws[name].at(rows) for name in names]
        readings = _amounts(own, len(rows), rules=rules, lines=lines)
        parts.append(nash_of_readings(common, readings, work=work))
    found = np.concatenate([part.found for part in parts])
    proved = np.concatenate([part.proved for part in parts])
    gains = np.concatenate([part.gains for part in parts])
    choices = np.concatenate([part.packages for part in parts])
    rows = np.flatnonzero(found & proved)
    packages, which = np.unique(choices[rows], axis=0, return_inverse=True)
    scales = np.array([draws[name].scale for name in names], dtype=np.float64)
    picks = Picks(reading=rows, package=which.ravel(), gains=gains[rows] / scales)
    return SolutionsOfReadings(
        packages=packages, zone=found, unsettled=~proved, picks={"nash": picks}
    )


def _amounts(
    draws: Sequence[Draws],
    n_readings: int,
    *,
    rules: Sequence[tuple[int, int]],
    lines: Sequence[tuple[int, int]],
) -> Readings:
    """Return some readings as amounts; rules and red lines are (party, its number)."""

    def every(rows: Whole) -> Whole:
        return np.broadcast_to(rows, (n_readings, *rows.shape[1:]))

    n_conditions = len(rules) + len(lines)
    shifts = np.zeros((n_readings, n_conditions, len(draws)))
    for place, (p, k) in enumerate(rules):
        shifts[:, place, p] = every(draws[p].worths)[:, k]
    banned = np.zeros((n_readings, n_conditions), dtype=bool)
    for place, (p, k) in enumerate(lines, start=len(rules)):
        banned[:, place] = every(draws[p].red_lines)[:, k]
    return Readings(
        values=np.stack([every(part.options) for part in draws], axis=2),
        no_deals=np.stack([every(part.no_deal - part.blur) for part in draws], axis=1),
        shifts=shifts,
        banned=banned,
    )


def _always_crossed(space: PackageSpace, draws: Mapping[str, Draws], choices: Choices) -> Bools:
    """Tell which packages cross a red line that every reading imposes."""
    crossed = np.zeros(len(choices), dtype=bool)
    for name, part in draws.items():
        always = part.red_lines.all(axis=0)
        crossed |= (space.crossed(name, choices) & always).any(axis=1)
    return crossed


def _party(space: PackageSpace, name: str, draws: Draws, choices: Choices, units: int) -> _Party:
    return _Party(
        marked=shown(space, name, choices),
        crossed=space.crossed(name, choices),
        draws=draws,
        factor=units // draws.scale,
    )


def _some(party: _Party, first: int, size: int, n_readings: int) -> _Party:
    rows = np.arange(first, min(first + size, n_readings))
    return _Party(
        marked=party.marked,
        crossed=party.crossed,
        draws=party.draws.at(rows),
        factor=party.factor,
    )


def _largest_gain(party: _Party) -> int:
    """Return what no gain exceeds, in common units."""
    draws = party.draws
    worths = [*np.abs(draws.options).max(axis=0).tolist(), *np.abs(draws.worths).max(axis=0)]
    return party.factor * (sum(map(int, worths)) + int(np.abs(draws.no_deal).max()))


def _solve(piece: _Piece) -> tuple[Bools, dict[str, Picks]]:
    """Solve some readings: which have a zone, and what each solution picks in it."""
    with threadpool_limits(limits=1):
        gains = [gains_of_readings(party.marked, party.draws) for party in piece.parties]
    accepted = _accepted(piece, gains)
    found: dict[str, list[tuple[int, Ints, Whole]]] = {name: [] for name in piece.names}
    zone: Bools = np.asarray(accepted.any(axis=1), dtype=bool)
    for reading in np.flatnonzero(zone).tolist():
        rows = np.flatnonzero(accepted[reading])
        own = _in_common(piece, [part[min(reading, len(part) - 1), rows] for part in gains])
        best = own[np.sort(undominated(own))]
        for name, picked in _picked(piece.names, best):
            for vector in picked:
                tied = rows[(own == vector).astype(bool).all(axis=1)]
                found[name].append((piece.first + reading, tied, vector))
    return zone, {name: _entered(piece, picks) for name, picks in found.items()}


def _accepted(piece: _Piece, gains: Sequence[Whole]) -> Bools:
    """Tell which packages all parties accept, shape (n_readings, n_packages)."""
    joint = np.ones((piece.n_readings, len(piece.parties[0].marked)), dtype=bool)
    for party, own in zip(piece.parties, gains, strict=True):
        joint &= (own >= 0).astype(bool)
        imposed = party.draws.red_lines
        unsure = np.flatnonzero(party.crossed.any(axis=0))
        if len(unsure):
            lines = party.crossed[:, unsure].T.astype(np.float32)
            joint &= ~(imposed[:, unsure].astype(np.float32) @ lines > 0)
    return joint


def _in_common(piece: _Piece, gains: Sequence[Whole]) -> Whole:
    """Return gains of some packages in common units, shape (n_packages, n_parties)."""
    kind: Any = np.float64 if piece.exact else object
    columns: list[Whole] = []
    for party, own in zip(piece.parties, gains, strict=True):
        whole = own if piece.exact else np.array([int(gain) for gain in own], dtype=object)
        columns.append(whole.astype(kind) * party.factor)
    return np.stack(columns, axis=1)


def _picked(names: Sequence[str], gains: Whole) -> Iterator[tuple[str, Whole]]:
    for name in names:
        yield name, gains[SOLUTIONS[name].solve(gains)]


def _entered(piece: _Piece, picks: Sequence[tuple[int, Ints, Whole]]) -> Picks:
    counts = [len(rows) for _, rows, _ in picks]
    reading = np.repeat(np.array([r for r, _, _ in picks], dtype=np.int64), counts)
    package = np.concatenate([np.zeros(0, np.int64), *(rows for _, rows, _ in picks)])
    vectors = [[float(gain) / piece.units for gain in vector] for _, _, vector in picks]
    table = np.array(vectors, dtype=np.float64).reshape(len(picks), len(piece.parties))
    return Picks(reading=reading, package=package, gains=np.repeat(table, counts, axis=0))


def _joined(parts: Sequence[Picks]) -> Picks:
    return Picks(
        reading=np.concatenate([part.reading for part in parts]),
        package=np.concatenate([part.package for part in parts]),
        gains=np.concatenate([part.gains for part in parts]),
    )
