"""Random small talks in plain lists, and what an agenda ends in, straight from the definition.

The recursion knows no arrays: states are dictionaries, numbers are fractions, and every state is
worked out as often as it is asked for.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product

import numpy as np

from detente.solvers.talks import Talks, Term
from tests import oracles

UNIT = 2**12
"""Values are multiples of it, so that halving them at every table leaves whole numbers."""
SOLUTIONS = {
    "nash": oracles.nash,
    "kalai_smorodinsky": oracles.kalai_smorodinsky,
    "egalitarian": oracles.egalitarian,
    "utilitarian": oracles.utilitarian,
}
State = dict[int, int]
Bundles = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Instance:
    """Talks in plain lists.

    values, kept : by party, issue and option; worths and shifts : (issue, option, other issue, its
    option, amount by party), which count where both hold, kept shifts once both are settled; so do
    guarantees, which nobody pays when talks come to nothing though nobody leaves
    """

    sizes: list[int]
    n_signatories: int
    values: list[list[list[int]]]
    worths: list[tuple[int, int, int, int, list[int]]]
    forbidden: set[tuple[int, ...]]
    no_deal: list[int]
    kept: list[list[list[int]]]
    shifts: list[tuple[int, int, int, int, list[int]]]
    guarantees: list[tuple[int, int, int, int, list[int]]]
    status_quo: list[int]
    takes: list[int]
    patience: list[Fraction]
    later: Fraction
    drift: list[int]
    deadline: int | None

    @property
    def n_parties(self) -> int:
        return len(self.values)

    def value(self, package: Sequence[int]) -> list[Fraction]:
        return [
            Fraction(
                sum(self.values[p][j][o] for j, o in enumerate(package))
                + sum(
                    w[4][p] for w in self.worths if package[w[0]] == w[1] and package[w[2]] == w[3]
                )
            )
            for p in range(self.n_parties)
        ]

    def walk_away(self, state: State, *, stranded: bool = False) -> list[Fraction]:
        time = sum(self.takes[j] for j in state)
        moved = self.shifts if stranded else self.shifts + self.guarantees
        return [
            Fraction(
                self.no_deal[p]
                + sum(self.kept[p][j][o] for j, o in state.items())
                + sum(s[4][p] for s in moved if state.get(s[0]) == s[1] and state.get(s[2]) == s[3])
                + self.drift[p] * time
            )
            for p in range(self.n_parties)
        ]

    def meanwhile(self, state: State) -> list[Fraction]:
        return [
            Fraction(
                self.no_deal[p]
                + sum(
                    self.values[p][j][o] - self.values[p][j][self.status_quo[j]]
                    for j, o in state.items()
                )
            )
            for p in range(self.n_parties)
        ]

    def completes(self, state: State) -> bool:
        ways = product(*([state[j]] if j in state else range(n) for j, n in enumerate(self.sizes)))
        return any(way not in self.forbidden for way in ways)

    def talks(self, n_rows: int = 1) -> Talks:
        """The same as arrays; what does not differ is one row."""
        packages = list(product(*map(range, self.sizes)))
        complete = [
            [-np.inf] * self.n_parties if x in self.forbidden else [float(v) for v in self.value(x)]
            for x in packages
        ]
        kept, meanwhile = [], []
        for j, size in enumerate(self.sizes):
            kept.append(_term([j], [size], lambda o, j=j: [k[j][o] for k in self.kept]))
            quo = self.status_quo[j]
            meanwhile.append(
                _term([j], [size], lambda o, j=j, q=quo: [v[j][o] - v[j][q] for v in self.values])
            )
        moved = [("shift", shift) for shift in self.shifts]
        moved += [("guarantee", guarantee) for guarantee in self.guarantees]
        for nature, (a, oa, b, ob, by) in moved:
            none = [0] * self.n_parties
            term = _term(
                [a, b],
                [self.sizes[a], self.sizes[b]],
                lambda x, y, oa=oa, ob=ob, by=by, none=none: by if (x, y) == (oa, ob) else none,
            )
            kept.append(replace(term, nature=nature))
        row = np.ones((n_rows, 1))
        return Talks(
            sizes=tuple(self.sizes),
            n_signatories=self.n_signatories,
            complete=np.array([complete]),
            no_deal=row * np.array(self.no_deal, dtype=float),
            kept=tuple(kept),
            meanwhile=tuple(meanwhile),
            status_quo=tuple(self.status_quo),
            takes=np.array(self.takes, dtype=float),
            patience=np.array([float(d) for d in self.patience]),
            later=np.array([float(self.later)]),
            drift=np.array([self.drift], dtype=float),
            deadline=None if self.deadline is None else float(self.deadline),
        )


def _term(places, sizes, amounts) -> Term:
    """Return a term that is nothing as long as one of its issues is not settled."""
    rows = []
    for standing in product(*(range(size + 1) for size in sizes)):
        settled = all(o < size for o, size in zip(standing, sizes, strict=True))
        rows.append(amounts(*standing) if settled else None)
    n_parties = len(next(row for row in rows if row is not None))
    table = [[0] * n_parties if row is None else row for row in rows]
    return Term(
        places=tuple(places),
        sizes=tuple(size + 1 for size in sizes),
        amounts=np.array([table], dtype=float),
    )


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What an agenda ends in; ties and the rest along the way that is taken."""

    value: list[Fraction]
    package: State
    completes: bool
    failed: int = -1
    set_aside: frozenset[int] = frozenset()
    tie: bool = False
    ambiguous: bool = False
    zero: bool = False
    stop: tuple[Fraction, ...] = ()


def ending(
    game: Instance,
    bundles: Bundles,
    *,
    rule: str = "end",
    solution: str = "nash",
    reverse: bool = False,
) -> Ending:
    """Work out an agenda by plain recursion on fractions."""
    return _Recursion(game, bundles, rule, solution, reverse=reverse).at({}, bundles)


def told(course, row: int) -> dict[str, object]:
    """Return what a course says of one reading, in plain values."""
    return {
        "value": course.values[row].tolist(),
        "package": course.package[row].tolist(),
        "completes": bool(course.completes[row]),
        "failed": int(course.failed[row]),
        "set aside": np.flatnonzero(course.set_aside[row]).tolist(),
        "tie": bool(course.ties[row]),
        "ambiguous": bool(course.ambiguous[row]),
        "zero": bool(course.zero_gains[row]),
    }


def expected(game: Instance, found: Ending) -> dict[str, object]:
    """Return the same of an ending."""
    return {
        "value": [float(value) for value in found.value],
        "package": [found.package.get(j, -1) for j in range(len(game.sizes))],
        "completes": found.completes,
        "failed": found.failed,
        "set aside": sorted(found.set_aside),
        "tie": found.tie,
        "ambiguous": found.ambiguous,
        "zero": found.zero,
    }


def first_steps(game: Instance, bundles: Bundles, **how) -> list[list[Fraction] | None]:
    """Return the value of every first step, None where it is struck out."""
    recursion = _Recursion(game, bundles, how["rule"], how["solution"], reverse=False)
    first = sorted(bundles[0])
    steps = product(*(range(game.sizes[j]) for j in first))
    return [
        recursion.at(dict(zip(first, y, strict=True)), bundles[1:]).value
        if game.completes(dict(zip(first, y, strict=True)))
        else None
        for y in steps
    ]


class _Recursion:
    def __init__(self, game, bundles, rule, solution, *, reverse) -> None:
        self.game, self.bundles, self.rule, self.reverse = game, bundles, rule, reverse
        self.solve = SOLUTIONS[solution]

    def at(self, state: State, rest: Bundles) -> Ending:
        game = self.game
        n = game.n_signatories
        if not rest:
            package = [state[j] for j in range(len(game.sizes))]
            return Ending(value=game.value(package), package=state, completes=True)
        bundle, place = sorted(rest[0]), len(self.bundles) - len(rest)
        walk = game.walk_away(state)
        left = Ending(value=walk, package=state, completes=False, failed=place)
        if not game.completes(state):
            assert not state  # a later one is never asked for
            return left
        stop = left
        if self.rule == "set aside" and len(rest) > 1:
            stop = self.at(state, (*rest[1:-1], rest[-1] + rest[0]))
            stop = _with(stop, set_aside=stop.set_aside | {place})
        steps, endings = [], []
        for step in product(*(range(game.sizes[j]) for j in bundle)):
            then = state | dict(zip(bundle, step, strict=True))
            if game.completes(then):
                after = self.at(then, rest[1:])
                if all(after.value[p] >= stop.value[p] for p in range(n)):
                    steps.append(step)
                    endings.append(after)
        found = self._agreed(steps, endings, stop, bundle) if steps else stop
        value = found.value
        stranded = game.walk_away(state, stranded=True)
        if rest != self.bundles:
            value = [
                game.later * v + (1 - game.later) * w for v, w in zip(value, stranded, strict=True)
            ]
        time = sum(game.takes[j] for j in bundle)
        if game.deadline is not None and time + sum(game.takes[j] for j in state) > game.deadline:
            return _with(left, value=stranded, stop=tuple(stop.value))
        open_table = game.meanwhile(state)
        value = [
            (1 - d**time) * m + d**time * v
            for d, m, v in zip(game.patience, open_table, value, strict=True)
        ]
        if any(value[p] < walk[p] for p in range(n)):
            return _with(left, stop=tuple(stop.value))
        return _with(found, value=value, stop=tuple(stop.value))

    def _agreed(self, steps, endings, stop, bundle) -> Ending:
        n = self.game.n_signatories
        gains = [[int(e.value[p] - stop.value[p]) for p in range(n)] for e in endings]
        best = self.solve(gains)
        most = [max(row[p] for row in gains) for p in range(n)]

        def order(k):
            shares = [Fraction(gains[k][p], most[p]) for p in range(n) if most[p] > 0]
            changes = sum(
                o != self.game.status_quo[j] for j, o in zip(bundle, steps[k], strict=True)
            )
            return -min(shares, default=0), changes, steps[k]

        ranked = sorted(best, key=order, reverse=self.reverse)
        chosen = endings[ranked[0]]
        differ = any(endings[k].value != chosen.value for k in ranked)
        return _with(
            chosen,
            tie=chosen.tie or len(best) > 1,
            ambiguous=chosen.ambiguous or differ,
            zero=chosen.zero or 0 in gains[ranked[0]],
        )


def _with(ending: Ending, **changes) -> Ending:
    return Ending(**{**vars(ending), **changes})


def partitions(issues: Sequence[int]) -> Iterator[Bundles]:
    """Yield every ordered partition of some issues."""
    if not issues:
        yield ()
        return
    for size in range(1, len(issues) + 1):
        for bundle in combinations(issues, size):
            for rest in partitions([j for j in issues if j not in bundle]):
                yield (bundle, *rest)


def instance(seed: int) -> Instance:
    """Draw talks with everything that goes wrong most easily."""
    rng = random.Random(seed)  # noqa: S311 - instances, not secrets
    n_parties = rng.choice([2, 2, 3])
    n_signatories = n_parties - (n_parties == 3 and rng.random() < 0.4)
    n_issues = rng.randint(2, 4)
    sizes = [
        rng.choice([1, 2, 2, 3, 3]) if n_issues < 4 else rng.choice([2, 2, 3])
        for _ in range(n_issues)
    ]
    quo = [rng.randrange(size) for size in sizes]
    coarse = rng.choice([1, 4])
    lowest, highest = rng.choice([(-6, 12), (-6, 12), (-1, 2)])
    values = [
        [[UNIT * coarse * rng.randint(lowest, highest) for _ in range(size)] for size in sizes]
        for _ in range(n_parties)
    ]
    if rng.random() < 0.6:
        values[1] = [
            [UNIT * coarse * (6 + rng.randint(0, 3)) - own for own in row] for row in values[0]
        ]
    residues = [rng.choice([Fraction(0), Fraction(1, 2), Fraction(1)]) for _ in sizes]
    kept = [
        [
            [
                int(residues[j] * (row[j][o] - row[j][quo[j]]))
                + (UNIT * coarse * rng.randint(-3, 3) if o != quo[j] and rng.random() < 0.7 else 0)
                for o in range(size)
            ]
            for j, size in enumerate(sizes)
        ]
        for row in values
    ]
    base = [sum(row[j][quo[j]] for j in range(n_issues)) for row in values]
    a, b = sorted(rng.sample(range(n_issues), 2))

    def pair(most: int) -> tuple[int, int, int, int, list[int]]:
        by = [UNIT * coarse * rng.randint(-most, most) for _ in range(n_parties)]
        return a, rng.randrange(sizes[a]), b, rng.randrange(sizes[b]), by

    ban = (a, rng.randrange(sizes[a]), b, rng.randrange(sizes[b]))
    packages = list(product(*map(range, sizes)))
    forbidden = {x for x in packages if rng.random() < 0.1}
    if rng.random() < 0.5:
        forbidden |= {x for x in packages if x[ban[0]] == ban[1]}
    if rng.random() < 0.3:
        forbidden |= {x for x in packages if (x[ban[0]], x[ban[2]]) == (ban[1], ban[3])}
    half, whole = Fraction(1, 2), Fraction(1)
    timed = rng.random() < 0.5
    takes = [rng.randint(0, 1) if timed else 0 for _ in sizes]
    patience = [rng.choice([half, whole]) if timed else whole for _ in range(n_parties)]
    later = rng.choice([whole, whole, half])
    drift = [UNIT * rng.randint(-4, 4) if rng.random() < 0.3 else 0 for _ in range(n_parties)]
    deadline = rng.choice([None, None, 1, 2]) if timed else None
    *place, by = pair(4)
    return Instance(
        sizes=sizes,
        n_signatories=n_signatories,
        values=values,
        worths=[pair(5)] if rng.random() < 0.6 else [],
        forbidden=forbidden,
        no_deal=[own + UNIT * coarse * rng.randint(-8, 4) for own in base],
        kept=kept,
        shifts=[pair(4)] if rng.random() < 0.5 else [],
        status_quo=quo,
        takes=takes,
        patience=patience,
        later=later,
        drift=drift,
        deadline=deadline,
        guarantees=[(*place, [-abs(amount) for amount in by])] if rng.random() < 0.4 else [],
    )
