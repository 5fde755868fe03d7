"""The search of neighbours against going through every package with so many changes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.drawing import MOST_EXACT, Draws
from detente.errors import CancelledError, LimitError
from detente.formats import loads
from detente.grammar import parse_condition
from detente.packages import Factor, PackageSpace, package_space
from detente.solvers import interactions, neighbours
from detente.solvers.interactions import changes_of, truth_of
from detente.solvers.neighbours import best_neighbours
from detente.solvers.requirements import _exactly
from detente.work import Work
from tests.strategies import opinions_of

SIZES = (3, 2, 4, 1, 3, 2)
NAMES = "abcdef"


# --- random situations ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Situation:
    """Parties with made-up draws around one package."""

    space: PackageSpace
    draws: dict[str, Draws]
    package: tuple[int, ...]
    n_readings: int


def condition(chance, depth=2):
    """Return the text of a condition over up to four issues, also ones that always hold."""
    if depth and chance.random() < 0.6:
        parts = [condition(chance, depth - 1) for _ in range(chance.choice([1, 2, 2]))]
        joined = f" {chance.choice(['and', 'or'])} ".join(f"({part})" for part in parts)
        return f"not ({joined})" if chance.random() < 0.3 else joined
    issue = chance.randrange(len(SIZES))
    option = f"{NAMES[issue]}{chance.randrange(SIZES[issue])}"
    return f"{NAMES[issue]} {chance.choice(['==', '!='])} {option}"


def case_of(chance, n_parties):
    lines = ["detente: 1", "title: Test", "parties:"]
    lines += [f"  P{k}: P" for k in range(n_parties)]
    lines.append("issues:")
    for name, size in zip(NAMES, SIZES, strict=True):
        options = ", ".join(f"{name}{o}" for o in range(size))
        lines.append(f"  {name}: {{options: [{options}], status_quo: {name}0}}")
    lines.append("constraints:")
    lines += [f"  - require: {condition(chance)}" for _ in range(chance.randrange(3))]
    if lines[-1] == "constraints:":
        lines.pop()
    lines.append("preferences:")
    for k in range(n_parties):
        lines.append(f"  P{k}:")
        if k == 2:
            lines += ["    - ranking: (a = a1) > (b = b1, c = c2) > no deal > status quo"]
            continue
        lines.append("    - scores:")
        for name, size in zip(NAMES, SIZES, strict=True):
            points = ", ".join(f"{name}{o}: {o}" for o in range(size))
            lines.append(f"        {name}: {{{points}}}")
        for _ in range(chance.randrange(3)):
            lines += [f"    - rule: {condition(chance)}", "      worth: 1"]
        lines += [f"    - red_line: {condition(chance)}" for _ in range(chance.randrange(3))]
        lines.append("    - no_deal: 0")
    return loads("\n".join(lines) + "\n")


@cache
def situation(seed):
    chance = random.Random(seed)  # noqa: S311
    n_parties = chance.randint(1, 3)
    case = case_of(chance, n_parties)
    space = package_space(case, opinions_of(case))
    sampled = chance.choice([1, 7, 64, 130])
    generator = np.random.default_rng(seed)
    draws = {}
    for k, party in enumerate(space.rules):
        n_rows = 1 if k == 2 or chance.random() < 0.2 else sampled
        n_lines = len(space.red_lines[party])
        draws[party] = drawn(generator, n_rows, len(space.rules[party]), chance)
        drawn_lines = chance.random() < 0.6
        lines = generator.random((sampled, n_lines)) < chance.choice([0.4, 0.9])
        fixed = np.ones((1, n_lines), dtype=bool)
        object.__setattr__(draws[party], "red_lines", lines if drawn_lines else fixed)
    n_readings = max(part.n_rows for part in draws.values())
    package = tuple(chance.randrange(size) for size in SIZES)
    return Situation(space=space, draws=draws, package=package, n_readings=n_readings)


def drawn(generator, n_rows, n_rules, chance):
    """Return values of every kind: small with many ties, wide, beyond 32 bits, beyond doubles."""
    reach = chance.choice([2, 1000, 10**9, MOST_EXACT // 40, 10**25])
    unit = reach // 2 or 1

    def numbers(*shape):
        whole = generator.integers(-2, 3, size=shape).astype(object) * unit
        if reach > 2:
            whole = whole + generator.integers(-1, 2, size=shape).astype(object)
        return whole if reach > MOST_EXACT else whole.astype(np.float64)

    return Draws(
        scale=1,
        options=numbers(n_rows, sum(SIZES)),
        worths=numbers(n_rows, n_rules),
        no_deal=numbers(n_rows),
        red_lines=np.ones((1, 0), dtype=bool),
        blur=chance.choice([0, 0, 1]),
    )


# --- the definition ------------------------------------------------------------------------------


def holds(factor, package, space):
    if isinstance(factor.what, tuple):
        return factor.what == package
    return factor.what.holds(package, space.vocabulary)


def accepts(where, party, package, reading):
    draws = where.draws[party]
    row = reading if len(draws.no_deal) > 1 else 0
    value = sum(
        int(draws.options[row, first + option])
        for first, option in zip(where.space.first, package, strict=True)
    )
    for k, rule in enumerate(where.space.rules[party]):
        value += int(draws.worths[row, k]) * holds(rule, package, where.space)
    lines = draws.red_lines[reading if len(draws.red_lines) > 1 else 0]
    over = any(
        on and holds(line, package, where.space)
        for on, line in zip(lines, where.space.red_lines[party], strict=True)
    )
    return value + draws.blur >= int(draws.no_deal[row]) and not over


@cache
def every(seed, n_changes):
    """Return every feasible package with so many changes and how many readings accept it."""
    where = situation(seed)
    found = []
    for issues in combinations(range(len(SIZES)), n_changes):
        others = [[o for o in range(SIZES[k]) if o != where.package[k]] for k in issues]
        for options in product(*others):
            package = list(where.package)
            for k, option in zip(issues, options, strict=True):
                package[k] = option
            package = tuple(package)
            if all(holds(f, package, where.space) for f in where.space.constraints):
                readings = range(where.n_readings)
                count = sum(
                    all(accepts(where, party, package, r) for party in where.draws)
                    for r in readings
                )
                found.append((package, count))
    return found


def expected(seed, n_changes, above):
    where = situation(seed)
    counted = every(seed, n_changes)
    tally = [count for _, count in counted]
    risen = [(p, count) for p, count in counted if count / where.n_readings > above]
    risen.sort(key=lambda item: -item[1])
    return [(p, count / where.n_readings, tally.count(count) - 1) for p, count in risen[:3]]


def found(seed, n_changes, above):
    where = situation(seed)
    near = best_neighbours(
        where.space, where.draws, where.package, n_changes=n_changes, above=above
    )
    return [(one.package, one.share, one.tied) for one in near]


# --- tests ---------------------------------------------------------------------------------------


@given(st.integers(0, 10**6), st.sampled_from([1, 2, 3]), st.sampled_from([0, 0, 0.3, 0.9, 1]))
@settings(max_examples=120)
def test_the_best_are_those_of_going_through_every_package(seed, n_changes, above):
    assert found(seed, n_changes, above) == expected(seed, n_changes, above)


def test_the_random_situations_are_of_every_sort():
    seen = [(expected(seed, 3, 0), situation(seed)) for seed in range(150)]
    assert sum(len(best) == 3 for best, _ in seen) > 40
    assert sum(not best for best, _ in seen) > 20
    assert sum(any(0 < share < 1 for _, share, _ in best) for best, _ in seen) > 20
    assert sum(any(tied > 2 for _, _, tied in best) for best, _ in seen) > 20
    assert all(expected(seed, 3, 0) == found(seed, 3, 0) for seed in range(150))
    kinds = [draws.options for _, where in seen for draws in where.draws.values()]
    assert any(options.dtype == object and len(options) == 1 for options in kinds)
    assert any(options.dtype == object and len(options) > 1 for options in kinds)


@pytest.mark.parametrize("seed", range(40))
def test_a_bound_is_never_below_what_it_bounds(seed):
    """The readings that accept a package are among those its parts allow."""
    where = situation(seed)
    changes = changes_of(SIZES, where.package)
    needed = neighbours._Needed(neighbours.requirements_of(where.space, where.draws, changes))
    parts = neighbours._bounded(needed, changes, 3, 1, Work())
    counts = dict(every(seed, 3))
    for package, count in counts.items():
        made = [
            int(np.flatnonzero((changes.issue == k) & (changes.option == option))[0])
            for k, (option, was) in enumerate(zip(package, where.package, strict=True))
            if option != was
        ]
        for a, b in combinations(made, 2):
            bits = parts.bits[parts.row[a, b]]
            assert np.bitwise_count(bits).sum() >= count


def test_more_changes_than_issues_with_two_options_find_nothing():
    lone = package_space_of_one()
    draws = {"P": Draws(
        scale=1,
        options=np.zeros((1, 3)),
        worths=np.zeros((1, 0)),
        no_deal=np.zeros(1),
        red_lines=np.ones((1, 0), dtype=bool),
    )}  # fmt: skip
    assert len(best_neighbours(lone, draws, (0, 0), n_changes=1, above=0)) == 1
    assert best_neighbours(lone, draws, (0, 0), n_changes=2, above=0) == ()
    assert best_neighbours(lone, draws, (0, 0), n_changes=3, above=0) == ()


def package_space_of_one():
    case = loads(
        "detente: 1\ntitle: T\nparties: {P: P}\nissues:\n"
        "  a: {options: [a0, a1], status_quo: a0}\n  b: {options: [b0], status_quo: b0}\n"
        "preferences:\n  P:\n    - scores:\n        a: {a0: 0, a1: 0}\n        b: {b0: 0}\n"
        "    - no_deal: 0\n"
    )
    return package_space(case, opinions_of(case))


def test_too_many_sets_of_changes_are_refused(monkeypatch):
    where = situation(1)
    given_ = (where.space, where.draws, where.package)
    with pytest.raises(LimitError, match="4 changes"):
        best_neighbours(*given_, n_changes=4, above=0)
    monkeypatch.setattr(neighbours, "MOST_PARTS", 5)
    with pytest.raises(LimitError, match="too many packages with 3 changes"):
        best_neighbours(*given_, n_changes=3, above=0)
    monkeypatch.setattr(neighbours, "MOST_PARTS", 10**6)
    monkeypatch.setattr(neighbours, "MOST_BITS", 0)
    with pytest.raises(LimitError, match="too many packages with 2 changes"):
        best_neighbours(*given_, n_changes=2, above=0)


def test_a_condition_that_tells_too_many_changes_apart_is_refused(monkeypatch):
    where = situation(1)
    what = parse_condition("a == a1 and b == b1 and c == c1")
    factor = Factor(scope=what.scope(where.space.vocabulary), what=what)
    monkeypatch.setattr(interactions, "MOST_TOLD_APART", 2)
    with pytest.raises(LimitError, match="4 changes apart"):
        truth_of(where.space, factor, changes_of(SIZES, (0,) * len(SIZES)))


def test_the_search_stops_when_asked():
    where = situation(1)
    calls = []

    def cancelled():
        calls.append(1)
        return len(calls) > 3

    with pytest.raises(CancelledError):
        best_neighbours(
            where.space,
            where.draws,
            where.package,
            n_changes=3,
            above=0,
            work=Work(cancelled=cancelled),
        )


# --- conditions ----------------------------------------------------------------------------------


@given(st.integers(0, 10**6))
@settings(max_examples=60)
def test_truth_is_the_sum_of_what_changes_do_alone_and_together(seed):
    chance = random.Random(seed)  # noqa: S311
    where = situation(chance.randrange(20))
    what = parse_condition(condition(chance))
    factor = Factor(scope=what.scope(where.space.vocabulary), what=what)
    changes = changes_of(SIZES, where.package)
    wanted = chance.random() < 0.5
    truth = truth_of(where.space, factor, changes, holds=wanted)
    nothing = changes.nothing
    sets = [(nothing, nothing, c) for c in range(nothing + 1)]
    sets += [tuple(chance.sample(range(nothing + 1), 3)) for _ in range(40)]
    for three in sets:
        touched = [int(changes.issue[c]) for c in three if c != nothing]
        if len(set(touched)) < len(touched):
            continue
        package = list(where.package)
        for c in three:
            if c != nothing:
                package[changes.issue[c]] = int(changes.option[c])
        after = what.holds(tuple(package), where.space.vocabulary) == wanted
        if truth is None:
            assert not after
            continue
        a, b, c = (int(truth.place[one]) for one in three)
        assert truth.holds[a, b, c] == after
        parts = truth.alone[[a, b, c]].sum() + truth.joint[a, b] + truth.third[a, b, c]
        assert truth.holds[0, 0, 0] + parts == after
        assert truth.least[a, b] <= truth.third[a, b, c] <= truth.most[a, b]
        assert truth.ever[a, b] >= after >= truth.always[a, b]


@pytest.mark.parametrize(
    ("largest", "kind"), [(2**20, np.int32), (2**31, np.float64), (2**51, np.object_)]
)
def test_sums_are_kept_in_numbers_that_hold_them(largest, kind):
    start, steps, worths = np.array([1.0]), np.full((4, 1), largest - 1.0), np.zeros((0, 1))
    tables = list(_exactly(start, steps, worths))
    assert [table.dtype for table in tables] == [kind] * 3
    total = tables[0][0] + tables[1][1, 0] + tables[1][2, 0] + tables[1][3, 0]
    assert int(total) == 3 * largest - 2
