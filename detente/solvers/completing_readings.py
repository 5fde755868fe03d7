"""A search of many readings at once for a package that all accept, through partial packages.

A partial package is given up when weights of the parties show that no completion can be worth
enough (a Lagrangian bound: Geoffrion 1974), or when an option is left out because another one of
the same issue is worth no less to anybody. The first issues and the last ones are gone through
separately, and what is left of both is put together in pairs (Horowitz & Sahni 1974), so that only
the square root of the packages has to be formed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.drawing import Draws
from detente.factors import Bools, Choices, Ints
from detente.solvers.paths_of_readings import (
    Amounts,
    Paths,
    Step,
    reaches_of,
    rests_of,
    worth_of,
)

Floats = NDArray[np.float64]

MOST_PAIRS = 30_000_000
"""Pairs of partial packages that may be looked at in one reading."""
_PAIRS = 2**18
_FEW_STATES = 16
"""So many states in which partial packages meet are no worse than one."""
_CHECKED = 100
"""Pairs checked in whole numbers before a reading is given up; only rounding lets them fail."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Cuts:
    """Sets of weights by which partial packages are given up.

    weights : shape (n_cuts, n_parties, n_readings), one after the other for each party all weight
        on it
    slack : more than rounding can add to a weighted gain
    """

    weights: Floats
    slack: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Partial:
    """Partial packages, each in one reading.

    origin, state : the states in which they begin and end, shape (n,)
    gains : shape (n_cuts, n), weighted gain so far; options : shape (n, n_issues)
    """

    reading: Ints
    origin: Ints
    state: Ints
    gains: Floats
    options: NDArray[np.int32]

    def at(self, rows: Ints | Bools) -> _Partial:
        return _Partial(
            reading=self.reading[rows],
            origin=self.origin[rows],
            state=self.state[rows],
            gains=self.gains[:, rows],
            options=self.options[rows],
        )

    def of(self, reading: int) -> _Partial:
        """Return those of one reading, when sorted by reading."""
        low, high = np.searchsorted(self.reading, [reading, reading + 1])
        return self.at(np.arange(low, high))


def complete(
    paths: Paths,
    amounts: Amounts,
    draws: Sequence[Draws],
    cuts: Cuts,
    accepts: Callable[[Choices, Ints], Bools],
    *,
    most: int,
) -> tuple[Bools, Bools]:
    """Tell in which readings a package is accepted by all, and which were given up.

    draws : of each party, in the readings of ``amounts``
    accepts : tells exactly of packages whether all accept them, each in a reading of its own; also
        called now and then without packages, so that it may stop the search
    most : partial packages that may be left in one reading before it is given up

    Returns two masks of shape (n_readings,): found, given up. Where both are False there is none.
    """
    search = _Search(paths, amounts, draws, cuts, accepts)
    middle = _middle(paths)
    demanded = (cuts.weights * amounts.no_deal).sum(axis=1)
    before = np.stack([reaches_of(paths, amounts, w, middle) for w in cuts.weights])
    first = search.partial(range(middle), -demanded[:, None], most)
    rest = range(middle, paths.n_issues)
    last = search.partial(rest, before - demanded[:, None], most)
    found = np.zeros(amounts.n_readings, dtype=bool)
    for reading in np.flatnonzero(~search.given_up).tolist():
        joined = search.joined(first.of(reading), last.of(reading), demanded[:, reading])
        found[reading] = joined is True
        search.given_up[reading] = joined is None
    return found, search.given_up


class _Search:
    """What is known of the readings while partial packages are formed."""

    def __init__(
        self,
        paths: Paths,
        amounts: Amounts,
        draws: Sequence[Draws],
        cuts: Cuts,
        accepts: Callable[[Choices, Ints], Bools],
    ) -> None:
        self.paths, self.amounts, self.draws, self.cuts = paths, amounts, draws, cuts
        self.accepts = accepts
        by_cut = [rests_of(paths, amounts, weights) for weights in cuts.weights]
        self.rests: list[Floats] = [np.stack(rests) for rests in zip(*by_cut, strict=True)]
        self.given_up = np.zeros(amounts.n_readings, dtype=bool)

    def partial(self, depths: range, elsewhere: Floats, most: int) -> _Partial:
        """Return all choices for some issues that might belong to an accepted package.

        depths : of the issues
        elsewhere : shape (n_cuts, n_origins, n_readings), the most that the issues before add for
            each state in which partial packages may begin, less demands
        most : how many may be left in one reading

        Sorted by reading, and within by the first cut, the largest gain first.
        """
        n_readings = self.amounts.n_readings
        n_origins = elsewhere.shape[1]
        start = np.tile(np.arange(n_origins), n_readings)
        found = _Partial(
            reading=np.repeat(np.arange(n_readings), n_origins),
            origin=start,
            state=start,
            gains=np.zeros((len(elsewhere), len(start))),
            options=np.zeros((len(start), self.paths.n_issues), dtype=np.int32),
        )
        for depth in depths:
            found = self.longer(found, depth, elsewhere)
            counts = np.bincount(found.reading, minlength=n_readings)
            self.given_up |= counts > most
            found = found.at(~self.given_up[found.reading])
        return found.at(np.lexsort((-found.gains[0], found.reading)))

    def longer(self, partial: _Partial, depth: int, elsewhere: Floats) -> _Partial:
        """Return what one more issue makes of partial packages; see :meth:`partial`."""
        step = self.paths.steps[depth]
        worths = [worth_of(step, self.paths, self.amounts, w) for w in self.cuts.weights]
        left_out = _left_out(step, self.draws, self.amounts.n_readings)
        parts = []
        for place, kinds in enumerate(step.kind):
            self.pause()
            usable = step.real[place, partial.state]
            if left_out is not None:
                usable = usable & ~left_out[place, partial.reading]
            rows = np.flatnonzero(usable)
            gains: Floats = np.zeros((0, len(rows)))
            for cut, worth in enumerate(worths):
                reading, state = partial.reading[rows], partial.state[rows]
                gain = partial.gains[cut, rows] + worth[kinds[state], reading]
                most = gain + self.rests[depth + 1][cut, step.target[place, state], reading]
                kept = most + elsewhere[cut, partial.origin[rows], reading] >= -self.cuts.slack
                gains = np.concatenate([gains, gain[None]])[:, kept]
                rows = rows[kept]
            state, options = partial.state[rows], partial.options[rows]
            options[:, step.issue] = step.option[place, state]
            parts.append(
                _Partial(
                    reading=partial.reading[rows],
                    origin=partial.origin[rows],
                    state=step.target[place, state],
                    gains=gains,
                    options=options,
                )
            )
        return _together(parts)

    def joined(self, first: _Partial, last: _Partial, demanded: Floats) -> bool | None:
        """Tell whether all accept a pair of partial packages of one reading; None if given up."""
        states = np.intersect1d(first.state, last.origin)
        meetings = [(first.at(first.state == s), last.at(last.origin == s)) for s in states]
        n_pairs = sum(len(own.reading) * len(other.reading) for own, other in meetings)
        if n_pairs > MOST_PAIRS:
            return None
        given_up = False
        for own, other in meetings:
            paired = self.paired(own, other, demanded)
            if paired:
                return True
            given_up |= paired is None
        return None if given_up else False

    def paired(self, first: _Partial, last: _Partial, demanded: Floats) -> bool | None:
        """Do so where all partial packages meet in one state."""
        n_first, n_last = len(first.reading), len(last.reading)
        slack = self.cuts.slack
        given_up = False
        gains = first.gains - demanded[:, None]
        size = max(1, _PAIRS // max(1, n_last))
        for start in range(0, n_first, size):
            self.pause()
            some = gains[:, start : start + size]
            n_near = int(np.searchsorted(-last.gains[0], some[0, 0] + slack, side="right"))
            least = np.full((some.shape[1], n_near), np.inf)
            for own, other in zip(some[1:], last.gains[1:, :n_near], strict=True):
                np.minimum(least, own[:, None] + other[None, :], out=least)
            hits = np.argwhere(least >= -slack)
            best = hits[np.argsort(-least[hits[:, 0], hits[:, 1]])[:_CHECKED]]
            packages = first.options[start + best[:, 0]] + last.options[best[:, 1]]
            readings = np.repeat(first.reading[:1], len(best))
            if self.accepts(packages.astype(np.int64), readings).any():
                return True
            given_up |= len(hits) > _CHECKED
        return None if given_up else False

    def pause(self) -> None:
        """Give whoever waits an opportunity to stop the search."""
        nothing = np.zeros(0, dtype=np.int64)
        self.accepts(np.zeros((0, self.paths.n_issues), dtype=np.int64), nothing)


def _middle(paths: Paths) -> int:
    """Return a depth in the middle third where little has to be remembered."""
    n_issues = paths.n_issues
    n_states = [*(step.kind.shape[1] for step in paths.steps), 1]
    depths = range(n_issues // 3, 2 * n_issues // 3 + 1)
    return min(depths, key=lambda d: (max(n_states[d], _FEW_STATES), abs(2 * d - n_issues)))


def _together(parts: Sequence[_Partial]) -> _Partial:
    return _Partial(
        reading=np.concatenate([part.reading for part in parts]),
        origin=np.concatenate([part.origin for part in parts]),
        state=np.concatenate([part.state for part in parts]),
        gains=np.concatenate([part.gains for part in parts], axis=1),
        options=np.concatenate([part.options for part in parts]),
    )


def _left_out(step: Step, draws: Sequence[Draws], n_readings: int) -> Bools | None:
    """Tell which arcs of a single state another arc replaces; shape (n_places, n_readings).

    Replaced: the other leads to the same state, makes the same conditions true, and its option is
    worth no less to any party, or as much and comes first.
    """
    if step.kind.shape[1] > 1:
        return None
    kind, target = step.kind[:, 0], step.target[:, 0]
    met = np.zeros((len(step.column), len(step.met)), dtype=bool)
    for k, (_, kinds) in enumerate(step.met):
        met[kinds, k] = True
    found = np.zeros((len(kind), n_readings), dtype=bool)
    tables = [part.options[:, step.column[kind]].T for part in draws]
    for one in range(len(kind)):
        for other in range(len(kind)):
            alike = target[one] == target[other] and (met[kind[one]] == met[kind[other]]).all()
            if one == other or not alike:
                continue
            no_less = np.ones(n_readings, dtype=bool)
            as_much = np.ones(n_readings, dtype=bool)
            for table in tables:
                no_less &= np.asarray(table[other] >= table[one], dtype=bool)
                as_much &= np.asarray(table[other] == table[one], dtype=bool)
            found[one] |= no_less & (~as_much if other > one else True)
    return found
