"""The readings in which there is any package that all parties accept.

Promising packages settle most readings. In the others the parties are weighted: either the heaviest
package is accepted by all, or even its weighted gain is negative, and then no package is accepted;
or else the weights are improved. All readings take these steps together. Where mixes of packages
would be accepted but no package has been met that is (the duality gap), partial packages are
completed one issue at a time, and in the last resort the reading is searched by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from detente.diagram import diagram_of
from detente.drawing import Draws
from detente.factors import Bools, Choices, Factors, Ints, factors_of
from detente.packages import PackageSpace, enumerate_packages, formula_of
from detente.solvers.acceptable import find_acceptable
from detente.solvers.acceptance import accepted, accepted_each, blocks, jointly_accepted
from detente.solvers.balancing_readings import Floats, Mixes
from detente.solvers.completing_readings import Cuts, complete
from detente.solvers.exchanging import apart, best_pair, changed, taken
from detente.solvers.paths_of_readings import (
    Amounts,
    Paths,
    amounts_of,
    bans_of,
    heaviest,
    paths_of,
)
from detente.work import Work

MOST_LISTED = 2000
"""Up to so many packages every one of them is held against every reading."""
FEW_PARTIAL = 1000
"""Partial packages of a reading that are left before better packages are looked for otherwise."""
MOST_PARTIAL = 30_000
"""Partial packages of a reading that are left before it is searched by itself."""
_MOST_ROUNDS = 60
_EXCHANGES = 4
_EXCHANGED_CELLS = 500_000
_FAVOURED = 2
_TILT = 0.05
"""Weights are tilted so much towards each of the first parties to begin exchanges elsewhere."""
_TRIED_ON_ALL = 50
"""Packages of a round that are tried on the readings in which they were not found."""
_CELLS = 4_000_000
_MOST_TOGETHER = 8192
_MOST_COMPLETED = 1_000_000
_MOST_COMPLETED_TOGETHER = 256
_WHAT = "searching the readings for packages"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ZoneOfReadings:
    """In which readings some package is accepted by all.

    found : shape (n_readings,); one entry when the parties' readings are all the same
    unsettled : likewise, where a search ran into a limit and found none; nowhere as a rule. In the
        other readings ``found`` is proved, either way.
    """

    found: Bools
    unsettled: Bools


def zone_of_readings(
    space: PackageSpace,
    draws: Mapping[str, Draws],
    parties: Sequence[str],
    *,
    pool: Choices | None = None,
    work: Work | None = None,
) -> ZoneOfReadings:
    """Tell in which readings there is a feasible package that all of the parties accept.

    Parameters
    ----------
    draws
        The readings of the parties, by name.
    parties
        Those who must accept; at least one. Acceptance is that of
        :func:`~detente.solvers.acceptance.accepted`, ties and blur included.
    pool
        Packages to be tried first; they change how long it takes, not what is found.
    work
        Progress, cancellation, and the limits of the search of single readings.

    Exact where not ``unsettled``: packages are held against readings in whole numbers, and the
    weights that exclude all packages of a reading do so by more than rounding can explain.

    Raises
    ------
    LimitError
        The conditions of the case are too entangled.

    Cost: some ten rounds over the arcs of one diagram times readings.
    """
    search = _Search(
        space=space,
        draws={name: draws[name] for name in parties},
        work=work or Work(),
    )
    if pool is not None and len(pool):
        search.try_all(pool[space.feasible(pool)])
    if search.open.any() and space.vocabulary.n_packages <= MOST_LISTED:
        search.try_all(enumerate_packages(space))
    elif search.open.any():
        search.weigh(paths_of(space, search.draws, tuple(search.draws)))
    return ZoneOfReadings(found=search.found, unsettled=search.unsettled)


@dataclass(kw_only=True, eq=False)
class _Search:
    """One search. open : readings that are not settled yet."""

    space: PackageSpace
    draws: dict[str, Draws]
    work: Work
    found: Bools = field(init=False)
    unsettled: Bools = field(init=False)
    open: Bools = field(init=False)

    def __post_init__(self) -> None:
        n_readings = max(part.n_rows for part in self.draws.values())
        self.found = np.zeros(n_readings, dtype=bool)
        self.unsettled = np.zeros(n_readings, dtype=bool)
        self.open = np.ones(n_readings, dtype=bool)

    def settle(self, readings: Ints, *, found: bool) -> None:
        self.found[readings] = found
        self.open[readings] = False
        n_readings = len(self.open)
        self.work.step(_WHAT, n_readings - int(self.open.sum()), n_readings)

    def try_all(self, packages: Choices) -> None:
        """Try feasible packages on all open readings."""
        for block in blocks(packages, len(self.open)):
            left = np.flatnonzero(self.open)
            if not len(left):
                break
            self.settle(left[self.joint(block, left).any(axis=0)], found=True)

    def joint(self, packages: Choices, readings: Ints) -> Bools:
        own = {name: part.at(readings) for name, part in self.draws.items()}
        masks = [accepted(self.space, name, part, packages) for name, part in own.items()]
        joint = jointly_accepted(masks)
        return np.broadcast_to(joint, (len(packages), len(readings)))

    def accepts(self, packages: Choices, readings: Ints) -> Bools:
        """Tell exactly whether all accept each package in a reading of its own."""
        self.work.check(_WHAT)
        mask = np.ones(len(packages), dtype=bool)
        for name, part in self.draws.items():
            rows = np.flatnonzero(mask)
            if not len(rows):
                break
            mask[rows] = accepted_each(self.space, name, part, packages[rows], readings[rows])
        return mask

    def allows(self, packages: Choices, readings: Ints) -> Bools:
        """Tell whether each package is feasible and crosses no line imposed in its reading."""
        mask = self.space.feasible(packages)
        for name, part in self.draws.items():
            imposed = part.red_lines[readings if len(part.red_lines) > 1 else 0]
            mask &= ~(self.space.crossed(name, packages) & imposed).any(axis=1)
        return mask

    @cached_property
    def apart(self) -> Bools:
        """Which pairs of changes add up."""
        return apart(self.space)

    def weigh(self, paths: Paths) -> None:
        """Settle the open readings, some thousand at a time."""
        if not paths.steps:
            self.settle(np.flatnonzero(self.open), found=False)
            return
        together = min(_MOST_TOGETHER, max(1, _CELLS // paths.n_states))
        met: Choices = np.zeros((0, paths.n_issues), dtype=np.int64)
        waiting = np.flatnonzero(self.open)
        for start in range(0, len(waiting), together):
            if len(met):
                self.try_all(met)
            readings = waiting[start : start + together]
            readings = readings[self.open[readings]]
            if len(readings):
                chunk = _Chunk(search=self, paths=paths, readings=readings)
                met = np.unique(np.concatenate([met, chunk.settle()]), axis=0)

    def alone(self, reading: int) -> None:
        """Settle one reading by itself."""
        work = replace(self.work, progress=None)
        finding = find_acceptable(diagram_of(self.factors(reading)), work=work, certified=False)
        self.unsettled[reading] = finding.status == "unknown"
        self.settle(np.array([reading]), found=finding.status == "found")

    def factors(self, reading: int) -> Factors:
        """Return the packages of one reading, with what is demanded there."""
        space, names = self.space, list(self.draws)
        own = [part.at(np.array([reading])) for part in self.draws.values()]
        values = [
            [[int(part.options[0, first + option]) for part in own] for option in range(size)]
            for first, size in zip(space.first, space.sizes, strict=True)
        ]
        shifts = [
            (
                formula_of(rule.what, space.vocabulary),
                [int(worth) * (p == q) for q in range(len(own))],
            )
            for p, (name, part) in enumerate(zip(names, own, strict=True))
            for rule, worth in zip(space.rules[name], part.worths[0], strict=True)
        ]
        imposed = {
            name: np.flatnonzero(part.red_lines[0]).tolist()
            for name, part in zip(names, own, strict=True)
        }
        return factors_of(
            values,
            [int(part.no_deal[0]) - part.blur for part in own],
            shifts=shifts,
            bans=bans_of(space, imposed),
        )


@dataclass(kw_only=True, eq=False)
class _Chunk:
    """Readings that are weighed together; within, they are numbered from 0."""

    search: _Search
    paths: Paths
    readings: Ints
    amounts: Amounts = field(init=False)
    slack: float = field(init=False)

    def __post_init__(self) -> None:
        own = {name: part.at(self.readings) for name, part in self.search.draws.items()}
        self.amounts = amounts_of(self.paths, own, len(self.readings))
        n_numbers = (self.paths.n_issues + 2) * len(own) + len(self.paths.rules)
        self.slack = 2.0**-48 * (n_numbers + 8)

    def settle(self) -> Choices:
        """Settle the readings; return packages that turned out to be accepted somewhere."""
        search, paths = self.search, self.paths
        n_parties = len(paths.parties)
        weights = np.full((len(self.readings), n_parties), 1 / n_parties)
        own = np.arange(len(self.readings))
        amounts, mixes = self.amounts, None
        gaps: list[tuple[Ints, Floats]] = []
        met = [np.zeros((0, paths.n_issues), dtype=np.int64)]
        for _ in range(_MOST_ROUNDS):
            totals, packages = heaviest(paths, amounts, weights.T)
            bounds = totals - (weights * amounts.no_deal.T).sum(axis=1)
            search.settle(self.readings[own[bounds < -self.slack]], found=False)
            gains = self.gains(packages, own)
            met.append(self.accept(packages, gains, own))
            going = search.open[self.readings[own]]
            if mixes is None:
                mixes = Mixes(gains[going])
            else:
                best = going & (bounds <= mixes.gain + self.slack)
                gaps.append((own[best], weights[best]))
                going &= ~best
                mixes.keep(going)
                mixes.enter(gains[going])
            own = own[going]
            if not len(own):
                break
            amounts = self.amounts.at(own)
            weights = mixes.weights()
        gaps.append((own, weights[: len(own)]))
        own, weights = (np.concatenate(part) for part in zip(*gaps, strict=True))
        self.close(own, weights)
        return np.concatenate(met)

    def close(self, own: Ints, weights: Floats) -> None:
        """Settle readings in which weights alone do not, by what is cheapest first."""
        search = self.search
        n_parties = len(self.paths.parties)

        def still_open() -> Bools:
            return np.asarray(search.open[self.readings[own]])

        self.complete(own, weights, most=FEW_PARTIAL)
        for favoured in np.eye(n_parties + 1, n_parties, k=-1)[: _FAVOURED + 1]:
            going = still_open()
            tilt = _TILT * favoured.sum()
            self.exchange(own[going], (1 - tilt) * weights[going] + tilt * favoured)
        going = still_open()
        self.complete(own[going], weights[going], most=MOST_PARTIAL)
        for reading in self.readings[own[still_open()]].tolist():
            search.alone(reading)

    def gains(self, packages: Choices, own: Ints) -> Floats:
        """Return the gains of packages, each in a reading of its own; shape (n, n_parties)."""
        space, paths, amounts = self.search.space, self.paths, self.amounts
        columns = (packages + np.array(space.first)).T
        found = -amounts.no_deal[:, own]
        for p, table in enumerate(amounts.options):
            found[p] += table[columns, own if table.shape[1] > 1 else 0].sum(axis=0)
        truths = [space.rule_truth(name, packages) for name in paths.parties]
        for (p, k), worth in zip(paths.rules, amounts.worths, strict=True):
            found[p] += truths[p][:, k] * worth[own if len(worth) > 1 else 0]
        return found.T

    def accept(self, packages: Choices, gains: Floats, own: Ints) -> Choices:
        """Try packages on the readings in which they were found, and the best of them on all."""
        search = self.search
        least = gains.min(axis=1)
        rows = np.flatnonzero((least >= -self.slack) & search.open[self.readings[own]])
        hits = rows[search.accepts(packages[rows], self.readings[own[rows]])]
        search.settle(self.readings[own[hits]], found=True)
        promising = np.unique(packages[np.argsort(-least, kind="stable")[:_TRIED_ON_ALL]], axis=0)
        promising = promising[search.space.feasible(promising)]
        left = self.readings[own][search.open[self.readings[own]]]
        if not len(left):
            return promising[:0]
        joint = search.joint(promising, left)
        search.settle(left[joint.any(axis=0)], found=True)
        return promising[joint.any(axis=1)]

    def exchange(self, own: Ints, weights: Floats) -> None:
        """Try better packages on readings in which the heaviest package is not accepted."""
        size = max(1, _EXCHANGED_CELLS // (sum(self.search.space.sizes) * self.paths.n_issues))
        for start in range(0, len(own), size):
            rows = own[start : start + size]
            rows_weights = weights[start : start + size]
            _, packages = heaviest(self.paths, self.amounts.at(rows), rows_weights.T)
            for _ in range(_EXCHANGES):
                going = self.search.open[self.readings[rows]]
                rows, packages = rows[going], packages[going]
                if not len(rows):
                    break
                packages = self.exchanged(packages, rows)
                self.accept(packages, self.gains(packages, rows), rows)

    def exchanged(self, packages: Choices, own: Ints) -> Choices:
        """Return packages, one for each reading, after the best pair of changes."""
        search, space = self.search, self.search.space
        n_changes = sum(space.sizes)
        near = changed(space, packages).reshape(-1, self.paths.n_issues)
        rows = np.repeat(own, n_changes)
        gains = self.gains(packages, own)
        changes = self.gains(near, rows) - np.repeat(gains, n_changes, axis=0)
        changes[~search.allows(near, self.readings[rows])] = -np.inf
        found = packages.copy()
        for row, part in enumerate(np.split(changes, len(own))):
            search.work.check(_WHAT)
            best = best_pair(gains[row], part.T, search.apart)
            found[row] = taken(packages[row], best, space)
        return found

    def complete(self, own: Ints, weights: Floats, *, most: int) -> None:
        """Settle readings by completing partial packages, except where that takes too many."""
        search = self.search
        n_parties = weights.shape[1]
        size = min(_MOST_COMPLETED // max(1, most), _CELLS // self.paths.n_states)
        size = max(1, min(size, _MOST_COMPLETED_TOGETHER))
        for start in range(0, len(own), size):
            part = own[start : start + size]
            readings = self.readings[part]
            single = np.broadcast_to(
                np.eye(n_parties)[:, :, None], (n_parties, n_parties, len(part))
            )
            cuts = np.concatenate([weights[start : start + len(part)].T[None], single])

            def accepts(packages: Choices, rows: Ints, readings: Ints = readings) -> Bools:
                return search.accepts(packages, readings[rows])

            found, given_up = complete(
                self.paths,
                self.amounts.at(part),
                [draws.at(readings) for draws in search.draws.values()],
                Cuts(weights=cuts, slack=self.slack),
                accepts,
                most=most,
            )
            search.settle(readings[found], found=True)
            search.settle(readings[~found & ~given_up], found=False)
