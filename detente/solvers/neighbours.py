"""The packages near one that all parties accept in the most readings, with a proof.

Packages with k changed issues are searched as sets of changes. For every set of k - 1 changes it is
found in which readings each party, taken by itself, could accept after one further change: a bound,
because one change rarely suits everybody. A set of k changes is looked at only where all its parts
allow enough readings in common (the level-wise search of Agrawal & Srikant 1994), and only until
some party has rejected too many of them (branch and bound, Land & Doig 1960). Sets of readings are
packed to bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from detente.drawing import Draws
from detente.packages import PackageSpace
from detente.solvers.interactions import Bools, Changes, Ints, changes_of
from detente.solvers.requirements import Requirements, requirements_of
from detente.vocabulary import Package
from detente.work import Work

Bits = NDArray[np.uint64]
"""Sets of readings, 64 to a word."""

MOST_CHANGES = 3
_EVERY, _NONE = 0, 1
"""Rows of the parts that stand for all readings and for none."""


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
    most: int = 3,
    work: Work | None = None,
) -> tuple[Neighbour, ...]:
    changes = changes_of(space.sizes, package)
    if len(set(changes.issue[:-1].tolist())) < n_changes:
        return ()
    search = _Search(
        changes, requirements_of(space, draws, changes), n_changes, above, most, work or Work()
    )
    search.run()
    return search.result()


class _Search:
    def __init__(self, changes, needed, n_changes, above, most, work):
        self.changes, self.needed, self.n_changes = changes, needed, n_changes
        self.n = needed.n_readings
        self.most = most
        self.work = work
        least = int(above * self.n)
        while least / self.n <= above:
            least += 1
        self.least = max(1, least)
        self.tally = np.zeros(self.n + 1, dtype=np.int64)
        self.best = []
        self.lines = [(t, _packed(~i[None])[0]) for t, i in needed.lines]
        self.stats = dict(prefix=0, alive=0, visited=0, leaves=0, filt=0, rows=0)

    def run(self):
        import time
        t=time.process_time()
        first, second, bits, counts = self.parts()
        self.stats["prefix_s"]=time.process_time()-t
        t=time.process_time()
        self.stats["alive"] = len(first)
        nothing = self.changes.nothing
        index = np.full((nothing + 1,) * 2, _EVERY)
        if self.n_changes == 3:
            index[:] = _NONE
        elif self.n_changes == 2:
            index[:, nothing] = index[nothing] = _NONE
        index[first, second] = index[second, first] = np.arange(len(first)) + 2
        every = _packed(np.ones((1, self.n), dtype=bool))
        bits = np.concatenate([every, np.zeros_like(every), bits])
        order = np.argsort(-counts, kind="stable")
        for step, k in enumerate(order.tolist()):
            if counts[k] < self.least:
                break
            if step % 64 == 0:
                self.work.step("searching for repairs", step, len(order))
            self.stats["visited"] += 1
            a, b = int(first[k]), int(second[k])
            last = a if b == nothing else b
            thirds = np.arange(self.changes.later[last], nothing)
            if not len(thirds):
                continue
            self.stats["leaves"] += len(thirds)
            left = bits[index[a, b]] & bits[index[a, thirds]]
            left &= bits[index[b, thirds]]
            thirds, left, count = self.kept(thirds, left)
            self.stats["filt"] += len(thirds)
            for rule in self.needed.forbidden:
                i, j = rule.place[a], rule.place[b]
                if rule.ever[i, j] and len(thirds):
                    ok = ~rule.holds[i, j, rule.place[thirds]]
                    thirds, left, count = thirds[ok], left[ok], count[ok]
            for line, allowed in self.lines:
                i, j = line.place[a], line.place[b]
                if line.ever[i, j] and len(thirds):
                    on = line.holds[i, j, line.place[thirds]]
                    left[on] &= allowed
                    thirds, left, count = self.kept(thirds, left)
            for gain in self.needed.gains:
                if gain.implied or not len(thirds):
                    continue
                self.stats["rows"] += len(thirds)
                met = gain.met_with(a, b, thirds)
                if gain.certain:
                    ok = met[:, 0]
                    thirds, left, count = thirds[ok], left[ok], count[ok]
                else:
                    left &= _packed(met)
                    thirds, left, count = self.kept(thirds, left)
            if len(thirds):
                self.record(a, b, thirds, count)
        self.stats["leaf_s"]=time.process_time()-t

    def kept(self, thirds, left):
        count = np.bitwise_count(left).sum(axis=1, dtype=np.int64)
        on = count >= self.least
        if on.all():
            return thirds, left, count
        return thirds[on], left[on], count[on]

    def record(self, a, b, thirds, count):
        self.tally += np.bincount(count, minlength=self.n + 1)
        order = np.argsort(-count, kind="stable")[: self.most]
        for k in order:
            real = [c for c in (a, b, int(thirds[k])) if c != self.changes.nothing]
            key = (
                -int(count[k]),
                tuple(self.changes.issue[real].tolist()),
                tuple(self.changes.option[real].tolist()),
            )
            self.best.append((key, real))
        self.best = sorted(self.best)[: self.most]
        if len(self.best) == self.most:
            self.least = -self.best[-1][0][0]

    def result(self):
        return tuple(
            Neighbour(
                package=self.changes.applied(*real),
                share=-key[0] / self.n,
                tied=int(self.tally[-key[0]]) - 1,
            )
            for key, real in self.best
        )

    def pairs(self):
        nothing = self.changes.nothing
        of = self.changes.of_issue
        empty = len(of) - 1
        present = [k for k in range(empty) if len(of[k])]
        groups = (
            [(empty, empty)]
            if self.n_changes == 1
            else [(k, empty) for k in present]
            if self.n_changes == 2
            else list(combinations(present, 2))
        )
        for i, j in groups:
            yield np.repeat(of[i], len(of[j])), np.tile(of[j], len(of[i]))

    def parts(self):
        A, B, K, C = [], [], [], []
        for first, second in self.pairs():
            self.stats["prefix"] += len(first)
            dead = np.zeros(len(first), dtype=bool)
            for rule in self.needed.forbidden:
                dead |= rule.always[rule.place[first], rule.place[second]]
            for gain in self.needed.gains:
                if gain.certain:
                    dead |= np.asarray(gain.at_most(first, second)[:, 0] < 0, dtype=bool)
            first, second = first[~dead], second[~dead]
            if not len(first):
                continue
            bits = np.repeat(_packed(np.ones((1, self.n), dtype=bool)), len(first), axis=0)
            for line, allowed in self.lines:
                on = line.always[line.place[first], line.place[second]]
                bits[on] &= allowed
            for gain in self.needed.gains:
                if not gain.certain:
                    bits &= _packed(gain.at_most(first, second) >= 0)
            count = np.bitwise_count(bits).sum(axis=1, dtype=np.int64)
            on = count >= self.least
            A.append(first[on]); B.append(second[on]); K.append(bits[on]); C.append(count[on])
        if not A:
            e = np.zeros(0, dtype=np.int64)
            return e, e, np.zeros((0, -(-self.n // 64)), dtype=np.uint64), e
        return np.concatenate(A), np.concatenate(B), np.concatenate(K), np.concatenate(C)


def _packed(rows: Bools) -> Bits:
    """Pack rows of booleans to bits, with whole words."""
    packed = np.packbits(rows, axis=1)
    short = -packed.shape[1] % 8
    if short:
        packed = np.pad(packed, ((0, 0), (0, short)))
    return packed.view(np.uint64)
