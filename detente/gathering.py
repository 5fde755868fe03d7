"""What agendas come to, counted over the readings in which something can be agreed at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from detente.blocks.walk_away import Lasts
from detente.drawing import CHAINS, KEPT
from detente.factors import Ints
from detente.hit_and_run import Bools, Floats
from detente.rehearsal import Played, Refusing, refusing, sets_of
from detente.solvers.agenda import Course
from detente.solvers.backwards import rows_of
from detente.solvers.states import choices, time_of
from detente.solvers.talks import summed
from detente.steadiness import share_among
from detente.table import Share
from detente.timing import Timing
from detente.vocabulary import Package
from detente.walk_away import WalkAway

CLEARLY = 2
"""Points by which a party is worse off where it is clearly worse off."""
_LOOKED_AT = 100
"""Readings in which a process fails that are looked at for who excludes whom."""
_MOST_CELLS = 4_000_000
_LEAST_TOLD = 0.005
"""Sets of parties that exclude each other less often are not told of."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """Readings that count: those with a zone.

    among : shape (n_rows,)
    """

    among: Bools

    def share(self, mask: Bools | Floats) -> Share:
        """Return the share of them in which something is true, with its error; 0 of none.

        Readings stand in pairs of chains that are alike, see
        :func:`~detente.readings.share_of`; where there are not all of them, pairs are batches.
        """
        n_rows = len(self.among)
        if not self.among.any():
            return Share(value=0.0, certain=True)
        if n_rows == 1 or n_rows % (CHAINS * KEPT) == 0:
            found = share_among(mask, self.among)
            return Share(value=0.0, certain=True) if found is None else found
        counted = np.where(self.among, mask, 0.0)
        value = round(float(counted.sum() / self.among.sum()), 12)
        off = (counted - value * self.among)[: n_rows // 2 * 2].reshape(-1, 2).mean(axis=1)
        error = float(off.std(ddof=1) / len(off) ** 0.5 / self.among.mean()) if len(off) > 1 else 0
        limit = float(self.among.sum())
        effective = min(limit, value * (1 - value) / error**2) if error > 0 else limit
        return Share(value=value, error=error, effective=effective)

    def error_between(self, mask: Bools, other: Counted, then: Bools) -> float:
        """Return the standard error of the difference of two shares in the same readings.

        mask, then : of what the shares are, among these readings and among the other ones
        """
        if not (self.among.any() and other.among.any()) or len(self.among) != len(other.among):
            return self.share(mask).error + other.share(then).error
        off = []
        for counted, own in ((self, mask), (other, then)):
            share = counted.share(own).value
            off.append((own - share) * counted.among / counted.among.mean())
        pairs = (off[1] - off[0])[: len(off[0]) // 2 * 2].reshape(-1, 2).mean(axis=1)
        return float(pairs.std(ddof=1) / len(pairs) ** 0.5) if len(pairs) > 1 else 0.0

    def within(self, further: Bools) -> Counted:
        """Return those of them in which something further holds."""
        return Counted(among=self.among & further)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Who refuses, by signatory: every first step is worse than something.

    clearly : worse by more than :data:`CLEARLY` points
    anybody : somebody refuses alone; nothing_suits : no first step suits all, so that somebody
        refuses alone or several exclude each other
    jointly : smallest sets of parties, by position, that no first step suits together, where nobody
        refuses alone; the most frequent first
    """

    alone: tuple[Share, ...]
    clearly: tuple[Share, ...]
    anybody: Share
    nothing_suits: Share
    jointly: tuple[tuple[tuple[int, ...], Share], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """With which bundle a process ends, how often, and who is in the way there.

    excluded : by sets of parties, in what share of the failures looked at; a set of one finds
        nothing on that table that suits it. Empty where it was not looked at
    """

    bundle: int
    share: Share
    excluded: tuple[tuple[tuple[int, ...], float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What an agenda ends in.

    options : by issue and option in what share of the readings in which it completes
    frequent : the package it ends in most often, and in what share of these; None without any
    n_packages : how many different ones there are
    same : it completes, in the very package of all at once
    as_it_is : the first bundle is settled, at what it was before
    values, against : by party in points: the mean, and how much better than all at once, where
        something can be agreed; worse : in what share each ends up below that
    ambiguous : ties change a value
    """

    completes: Share
    options: tuple[tuple[Share, ...], ...]
    frequent: tuple[Package, Share] | None
    n_packages: int
    same: Share
    as_it_is: Share
    values: tuple[float, ...]
    against: tuple[float, ...]
    worse: tuple[Share, ...]
    failures: tuple[Failure, ...]
    no_deal: Refused
    all_at_once: Refused
    ties: Share
    ambiguous: Share
    zero_gains: Share
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What an agenda comes to under one solution: completes, and refused by anybody alone."""

    completes: Share
    no_deal: Share
    all_at_once: Share


def refused(walk: WalkAway, counted: Counted, found: Refusing) -> Refused:
    """Count who refuses."""
    margin = CLEARLY * walk.units * walk.fine
    sets = sets_of(walk.n_signatories)
    jointly = [(sets[k], counted.share(found.exclude[:, k])) for k in range(len(sets))]
    told = sorted(
        (one for one in jointly if one[1].value >= _LEAST_TOLD), key=lambda one: -one[1].value
    )
    return Refused(
        alone=tuple(counted.share(own) for own in found.alone.T),
        clearly=tuple(counted.share(own < -margin) for own in found.margin.T),
        anybody=counted.share(found.anybody),
        nothing_suits=counted.share(found.blocked),
        jointly=tuple(told),
    )


def nobody(n_signatories: int) -> Refused:
    """Return that nobody refuses, where there is nothing to refuse."""
    never = Share(value=0.0, certain=True)
    alone = (never,) * n_signatories
    return Refused(alone=alone, clearly=alone, anybody=never, nothing_suits=never, jointly=())


def verdicts(played: Played) -> dict[str, Bools]:
    """Return of which readings the shares of :class:`Solved` are."""
    return {
        "completes": played.course.completes,
        "no_deal": played.no_deal.anybody,
        "all_at_once": played.all_at_once.anybody,
    }


def solved(counted: Counted, played: Played) -> Solved:
    """Count what an agenda comes to, in short."""
    return Solved(**{name: counted.share(own) for name, own in verdicts(played).items()})


def ended(
    walk: WalkAway,
    counted: Counted,
    played: Played,
    whole: Played,
    table: tuple[Timing, Lasts] | None = None,
) -> Ends:
    """Count what an agenda ends in.

    whole : all at once in the same readings
    table : how time passes and how long shifts last, where it is wanted who is in the way when the
        last table fails
    """
    course, single = played.course, whole.course
    completing = counted.within(course.completes)
    apart = (course.values - single.values)[counted.among]
    own = course.values[counted.among]
    n_packages, frequent = _frequent(walk, course, completing)
    start = [walk.status_quo[k] for k in course.bundles[0]]
    left = (course.package[:, list(course.bundles[0])] == start).all(axis=1)
    return Ends(
        completes=counted.share(course.completes),
        options=tuple(
            tuple(completing.share(course.package[:, k] == option) for option in range(size))
            for k, size in enumerate(walk.sizes)
        ),
        frequent=frequent,
        n_packages=n_packages,
        same=counted.share(course.completes & (course.package == single.package).all(axis=1)),
        as_it_is=counted.share(left),
        values=_means(walk, own),
        against=_means(walk, apart),
        worse=tuple(counted.share(one) for one in (course.values < single.values).T),
        failures=tuple(_failures(walk, counted, course, table)),
        no_deal=refused(walk, counted, played.no_deal),
        all_at_once=refused(walk, counted, played.all_at_once),
        ties=counted.share(course.ties),
        ambiguous=counted.share(course.ambiguous),
        zero_gains=counted.share(course.zero_gains),
        exact=course.exact,
    )


def _means(walk: WalkAway, amounts: Floats) -> tuple[float, ...]:
    if not len(amounts):
        return (0.0,) * len(walk.parties)
    return tuple(walk.in_points(float(mean)) for mean in amounts.mean(axis=0))


def _frequent(
    walk: WalkAway, course: Course, completing: Counted
) -> tuple[int, tuple[Package, Share] | None]:
    """Return how many packages there are, and the most frequent; of equals the first in order."""
    rows = course.package[completing.among]
    if not len(rows):
        return 0, None
    places, counts = np.unique(np.ravel_multi_index(tuple(rows.T), walk.sizes), return_counts=True)
    best = np.unravel_index(places[counts.argmax()], walk.sizes)
    package = tuple(int(option) for option in best)
    return len(places), (package, completing.share((course.package == package).all(axis=1)))


def _failures(
    walk: WalkAway, counted: Counted, course: Course, table: tuple[Timing, Lasts] | None
) -> Iterator[Failure]:
    for bundle in range(len(course.bundles)):
        here = course.failed == bundle
        share = counted.share(here)
        if not (here & counted.among).any():
            continue
        last = bundle == len(course.bundles) - 1 and len(course.bundles) > 1
        rows = np.flatnonzero(here & counted.among)
        yield Failure(
            bundle=bundle,
            share=share,
            excluded=_excluded(walk, course, rows, *table) if last and table else (),
        )


def _excluded(
    walk: WalkAway, course: Course, rows: Ints, timing: Timing, lasts: Lasts
) -> tuple[tuple[tuple[int, ...], float], ...]:
    """Return who excludes whom on the last table, where all that is still open stands on it."""
    rows = rows[: max(1, min(_LOOKED_AT, _MOST_CELLS // prod(walk.sizes)))]
    n = walk.n_signatories
    complete = walk.complete(rows)
    talks = walk.talks(rows, timing, lasts=lasts, complete=complete)
    everything = choices(walk.sizes, tuple(range(len(walk.sizes))))
    found: Counter[tuple[int, ...]] = Counter()
    for k, row in enumerate(rows.tolist()):
        package = course.package[row]
        done = np.flatnonzero(package >= 0)
        fits = (everything[:, done] == package[done]).all(axis=1)
        one = rows_of(talks, slice(k, k + 1))
        base = one.no_deal + np.rint(one.drift * time_of(one.takes, done.tolist()))
        standing = np.where(package >= 0, package, walk.sizes)[None]
        stop = summed(base, one.kept, standing)[:, 0, :n]
        apart = refusing(complete[k : k + 1, fits, :n], stop, np.ones(fits.sum(), dtype=np.int64))
        found.update((p,) for p in np.flatnonzero(apart.alone[0]).tolist())
        found.update(sets_of(n)[s] for s in np.flatnonzero(apart.exclude[0]).tolist())
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], len(pair[0]), pair[0]))
    return tuple((members, count / len(rows)) for members, count in ranked)
