"""The packages near one that all parties accept in the most readings, with a proof.

Packages with k changed issues are searched as sets of changes. For every set of k - 1 changes it is
found in which readings each party, taken by itself, could accept after one further change. That is
a bound, because what suits one party rarely suits all. A set of k changes is looked at only where
all its parts of k - 1 allow enough readings in common (the level-wise search of Agrawal & Srikant
1994), and only until the parties looked at so far have rejected too many of them (branch and bound,
Land & Doig 1960). Sets of readings are packed to bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from detente.drawing import Draws
from detente.errors import LimitError
from detente.packages import PackageSpace
from detente.solvers.interactions import Bools, Changes, Ints, changes_of
from detente.solvers.requirements import Requirements, requirements_of
from detente.vocabulary import Package
from detente.work import Work

Bits = NDArray[np.uint64]
"""Sets of readings, one a row, 64 to a word."""

MOST_CHANGES = 3
MOST_EACH = 3
"""Packages returned; ties with the last are counted."""
MOST_PARTS = 100_000
"""Sets of one change less; their bounds, and pairs of changes, are kept in memory."""
MOST_BITS = 2**31
"""Parts times readings."""
_EVERY, _NONE = 0, 1
"""The first two bounds, which stand for all readings and for none."""
_OFTEN = 8
"""Parts between two looks at whether to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A package near another.

    share : in how much of the readings all parties accept it
    tied : how many other packages with as many changes have the same share, listed or not
    """

    package: Package
    share: float
    tied: int


def best_neighbours(
    space: PackageSpace,
    draws: Mapping[str, Draws],
    package: Package,
    *,
    n_changes: int,
    above: float,
    work: Work | None = None,
) -> tuple[Neighbour, ...]:
    """Return up to three feasible packages that all parties accept in most of the readings.

    Proved: no other package with exactly so many changed issues has a larger share, and those with
    the same share are counted. Ties stand in case order: by the issues changed, then the options.

    Parameters
    ----------
    draws
        Of the parties who have to accept.
    n_changes
        In how many issues the packages differ from ``package``; 1 to :data:`MOST_CHANGES`.
    above
        Only packages with a larger share are returned.

    Raises
    ------
    LimitError
        There are too many sets of changes, or a condition is too wide.

    Cost: at the worst one comparison for each package, party and reading, in whole blocks; memory
    one bit for each set of one change less and each reading, and four bytes for each change,
    party and reading.
    """
    changes = changes_of(space.sizes, package)
    n_issues = sum(len(own) > 0 for own in changes.of_issue[:-1])
    if n_issues < n_changes:
        return ()
    n_readings = max((part.n_rows for part in draws.values()), default=1)
    n_parts = comb(changes.nothing, n_changes - 1)
    if n_changes > MOST_CHANGES or n_parts > MOST_PARTS or n_parts * n_readings > MOST_BITS:
        raise LimitError(f"there are too many packages with {n_changes} changes")
    needed = _Needed(requirements_of(space, draws, changes))
    best = _Best(changes=changes, n_readings=n_readings, above=above)
    work = work or Work()
    parts = _bounded(needed, changes, n_changes, best.least, work)
    for part in parts.in_order(best, work):
        best.record(*part, *_completed(needed, parts, *part, least=best.least))
    return best.neighbours()


class _Needed:
    """All that is required, with the readings in which a line is not drawn packed."""

    def __init__(self, requirements: Requirements) -> None:
        self.gains = requirements.gains
        self.forbidden = requirements.forbidden
        self.lines = [(line, _packed(~drawn[None])[0]) for line, drawn in requirements.lines]
        self.every = _packed(np.ones((1, requirements.n_readings), dtype=bool))


class _Best:
    """The best packages found, and how many have each share."""

    def __init__(self, *, changes: Changes, n_readings: int, above: float) -> None:
        self.changes = changes
        self.n_readings = n_readings
        self.tally = np.zeros(n_readings + 1, dtype=np.int64)
        self.leading: list[tuple[int, tuple[int, ...], tuple[int, ...]]] = []
        count = max(1, int(above * n_readings))
        while count / n_readings <= above:
            count += 1
        self.least = count
        """The fewest readings with which a package still matters; ties with the last do."""

    def record(self, first: int, second: int, thirds: Ints, counts: Ints) -> None:
        """Take note of packages: two changes each, a third, and the readings that accept."""
        self.tally += np.bincount(counts, minlength=self.n_readings + 1)
        for k in np.argsort(-counts, kind="stable")[:MOST_EACH].tolist():
            made = np.array([first, second, int(thirds[k])])
            made = made[made != self.changes.nothing]
            issues, options = self.changes.issue[made], self.changes.option[made]
            self.leading.append((-int(counts[k]), tuple(issues.tolist()), tuple(options.tolist())))
        self.leading = sorted(self.leading)[:MOST_EACH]
        if len(self.leading) == MOST_EACH:
            self.least = -self.leading[-1][0]

    def neighbours(self) -> tuple[Neighbour, ...]:
        """Return the best packages in order."""
        found = []
        for count, issues, options in self.leading:
            package = list(self.changes.package)
            for issue, option in zip(issues, options, strict=True):
                package[issue] = option
            share, tied = -count / self.n_readings, int(self.tally[-count]) - 1
            found.append(Neighbour(package=tuple(package), share=share, tied=tied))
        return tuple(found)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Parts:
    """Sets of one change less than wanted that may be completed, two changes each.

    bits : in which readings one more change may suffice, row k + 2 for part k
    counts : how many these are
    row : which row of ``bits`` bounds two changes, shape (n_changes + 1, n_changes + 1)
    """

    changes: Changes
    first: Ints
    second: Ints
    bits: Bits
    counts: Ints
    row: Ints

    def in_order(self, best: _Best, work: Work) -> Iterator[tuple[int, int]]:
        """Yield the changes of each part, the most promising first, while one can matter."""
        for done, k in enumerate(np.argsort(-self.counts, kind="stable").tolist()):
            if self.counts[k] < best.least:
                return
            if done % _OFTEN == 0:
                work.step("searching for repairs", done, len(self.counts))
            yield int(self.first[k]), int(self.second[k])


def _bounded(needed: _Needed, changes: Changes, n_changes: int, least: int, work: Work) -> _Parts:
    """Return the sets of one change less after which one more may reach enough readings."""
    firsts: list[Ints] = [np.zeros(0, dtype=np.int64)]
    seconds: list[Ints] = [np.zeros(0, dtype=np.int64)]
    pairs = list(_pairs(changes, n_changes))
    n_pairs = sum(len(first) for first, _ in pairs)
    bits = np.empty((n_pairs + 2, needed.every.shape[1]), dtype=np.uint64)
    bits[_EVERY], bits[_NONE] = needed.every[0], 0
    end = 2
    for done, (first, second) in enumerate(pairs):
        work.step("bounding repairs", done, len(pairs))
        own = _possible(needed, first, second)
        kept = _counted(own) >= least
        firsts.append(first[kept])
        seconds.append(second[kept])
        start, end = end, end + len(firsts[-1])
        bits[start:end] = own[kept]
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    nothing = changes.nothing
    row = np.full((nothing + 1, nothing + 1), _EVERY if n_changes < MOST_CHANGES else _NONE)
    row[nothing, :] = row[:, nothing] = _NONE if n_changes == 2 else _EVERY
    row[first, second] = row[second, first] = np.arange(2, end)
    return _Parts(
        changes=changes,
        first=first,
        second=second,
        bits=bits[:end],
        counts=_counted(bits[2:end]),
        row=row,
    )


def _possible(needed: _Needed, first: Ints, second: Ints) -> Bits:
    """Return in which readings every party, by itself, may accept after one more change."""
    bits = np.repeat(needed.every, len(first), axis=0)
    for rule in needed.forbidden:
        bits[rule.always[rule.place[first], rule.place[second]]] = 0
    for line, undrawn in needed.lines:
        bits[line.always[line.place[first], line.place[second]]] &= undrawn
    for gain in needed.gains:
        if not bits.any():
            break
        possible = np.asarray(gain.at_most(first, second) >= 0, dtype=bool)
        if gain.certain:
            bits[~possible[:, 0]] = 0
        else:
            bits &= _packed(possible)
    return bits


def _pairs(changes: Changes, n_changes: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield the sets of one change less as pairs, filled up with nothing, by issues."""
    *issues, nothing = [own for own in changes.of_issue if len(own)]
    groups = {
        1: [(nothing, nothing)],
        2: [(own, nothing) for own in issues],
        3: list(combinations(issues, 2)),
    }[n_changes]
    for first, second in groups:
        yield np.repeat(first, len(second)), np.tile(second, len(first))


def _completed(
    needed: _Needed, parts: _Parts, first: int, second: int, *, least: int
) -> tuple[Ints, Ints]:
    """Return the last changes that reach enough readings, and how many readings each reaches.

    Only changes of later issues, so that every set of changes is looked at once.
    """
    changes = parts.changes
    last = first if second == changes.nothing else second
    thirds = np.arange(changes.later[last], changes.nothing)
    bits = parts.bits.take(parts.row[first, thirds], axis=0)
    bits &= parts.bits.take(parts.row[second, thirds], axis=0)
    bits &= parts.bits[parts.row[first, second]]
    kept = _counted(bits) >= least
    for rule in needed.forbidden:
        place = rule.place[first], rule.place[second]
        if rule.ever[place]:
            kept &= ~rule.holds[place][rule.place[thirds]]
    thirds, bits = thirds[kept], bits[kept]
    for line, undrawn in needed.lines:
        place = line.place[first], line.place[second]
        if line.ever[place]:
            bits[line.holds[place][line.place[thirds]]] &= undrawn
    counts = _counted(bits)
    for gain in needed.gains:
        if not len(thirds):
            break
        met = gain.met_with(first, second, thirds)
        if gain.certain:
            kept = met[:, 0]
        else:
            bits &= _packed(met)
            counts = _counted(bits)
            kept = counts >= least
        thirds, bits, counts = thirds[kept], bits[kept], counts[kept]
    kept = counts >= least
    return thirds[kept], counts[kept]


def _packed(rows: Bools) -> Bits:
    """Pack rows of booleans to bits, with whole words."""
    packed = np.packbits(rows, axis=1)
    short = -packed.shape[1] % 8
    return (np.pad(packed, ((0, 0), (0, short))) if short else packed).view(np.uint64)


def _counted(bits: Bits) -> Ints:
    """Return how many readings each row holds."""
    counts: Ints = np.bitwise_count(bits).sum(axis=1, dtype=np.int64)
    return counts
