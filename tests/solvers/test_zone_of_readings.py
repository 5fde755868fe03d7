from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.catalog import load
from detente.drawing import Draws, ordinal_draws
from detente.errors import CancelledError
from detente.formats import loads
from detente.packages import enumerate_packages, package_space
from detente.solvers import zone_of_readings as module
from detente.solvers.acceptable import Finding
from detente.solvers.acceptance import accepted, blocks, jointly_accepted
from detente.solvers.balance import balance
from detente.solvers.balancing_readings import Mixes
from detente.solvers.exchanging import apart, best_pair, changed, taken
from detente.solvers.paths_of_readings import amounts_of, anything_allowed, heaviest, paths_of
from detente.solvers.zone_of_readings import zone_of_readings
from detente.work import Work
from tests.answers.cases import VALUED
from tests.strategies import opinions_of, readings_of

HEAD = """
detente: 1
title: Test
parties: {P: P, Q: Q, R: R}
issues:
  a:
    options: [a0, a1, a2]
    status_quo: a0
  b:
    options: [b0, b1]
    status_quo: b0
  c:
    options: [c0, c1, c2]
    status_quo: c0
  d:
    options: [d0, d1]
    status_quo: d0
  e:
    options: [e0, e1, e2]
    status_quo: e0
"""
SCORES = """
    - scores:
        a: {a0: 0, a1: 1, a2: 2}
        b: {b0: 0, b1: 1}
        c: {c0: 0, c1: 1, c2: 2}
        d: {d0: 0, d1: 1}
        e: {e0: 0, e1: 1, e2: 2}
    - no_deal: 1
"""
CASES = {
    "free issues": f"{HEAD}\npreferences:\n  P:{SCORES}  Q:{SCORES}  R:{SCORES}",
    "conditions": f"""{HEAD}
constraints:
  - require: a != a2 or d == d1
  - require: not (b == b1 and c == c0)
preferences:
  P:{SCORES}
    - rule: a == a1 and e in (e0, e2)
      worth: 1
    - rule: c != c1 or b == b0
      worth: -1
    - red_line: d == d1 and e == e2
      confidence: medium
    - red_line: a == a0 and b == b0
  Q:{SCORES}
    - rule: e == e1
      worth: 1
    - red_line: c == c2
      confidence: low
    - red_line: a == a0 and b == b0
      confidence: high
  R:{SCORES}""",
    "dead ends": f"""{HEAD}
constraints:
  - require: a != a0 or b == b0
  - require: a != a0 or b == b1
  - require: c != c1 or e == e0
  - require: c != c1 or (e == e1 and d == d0)
preferences:
  P:{SCORES}
    - rule: a == a1 and c == c1
      worth: 1
  Q:{SCORES}
    - red_line: e == e2 and d == d1
      confidence: low
  R:{SCORES}""",
    "an order": f"""{HEAD}
constraints:
  - require: a != a2 or d == d1
preferences:
  P:{SCORES}
    - rule: a == a1 and c == c2
      worth: 1
    - red_line: e == e0 and a == a0
      confidence: low
  Q:
    - priorities:
        - a == a1 or c == c2
        - d == d1
        - e != e0 and b == b1
  R:{SCORES}""",
}
SPACES = {
    name: package_space(case, opinions_of(case))
    for name, case in ((name, loads(text)) for name, text in CASES.items())
}
N_READINGS = 9


def drawn(space, generator, *, tight, huge):
    """Draws of small whole numbers, one party with a single row, ordinal parties as they are."""
    found = {}
    for k, party in enumerate(space.case.parties):
        preferences = opinions_of(space.case)[party.name].preferences
        n_rows = 1 if k == 2 else N_READINGS
        lines = space.red_line_statements[party.name]
        imposed = generator.random((N_READINGS, len(lines))) < [float(x.weight) for x in lines]
        if all(line.certain for line in lines):
            imposed = imposed[:1]
        if preferences.manner == "ordinal":
            found[party.name] = replace(ordinal_draws(preferences), red_lines=imposed)
            continue
        options = generator.integers(-1, 6, (n_rows, sum(space.sizes)))
        worths = generator.integers(-3, 4, (n_rows, len(space.rules[party.name])))
        best = np.maximum.reduceat(options, space.first, axis=1).sum(axis=1)
        no_deal = best - generator.integers(tight, tight + 4, n_rows)
        kind = object if huge and k == 0 else np.float64
        unit = 10**30 + 1 if kind is object else 1
        found[party.name] = Draws(
            scale=1,
            options=options.astype(kind) * unit,
            worths=worths.astype(kind) * unit,
            no_deal=no_deal.astype(kind) * unit,
            red_lines=imposed,
            blur=k % 2,
        )
    return found


def holds(factor, package, space):
    what = factor.what
    return what == package if isinstance(what, tuple) else what.holds(package, space.vocabulary)


def accepts(space, name, draws, package, reading):
    row = reading if len(draws.no_deal) > 1 else 0
    imposed = draws.red_lines[reading if len(draws.red_lines) > 1 else 0]
    value = sum(
        int(draws.options[row, first + option])
        for first, option in zip(space.first, package, strict=True)
    )
    for rule, worth in zip(space.rules[name], draws.worths[row], strict=True):
        value += int(worth) if holds(rule, package, space) else 0
    for line, on in zip(space.red_lines[name], imposed, strict=True):
        if on and holds(line, package, space):
            return False
    return value >= int(draws.no_deal[row]) - draws.blur


def by_definition(space, draws):
    packages = [
        package
        for package in product(*(range(size) for size in space.sizes))
        if all(holds(constraint, package, space) for constraint in space.constraints)
    ]
    n_readings = max(part.n_rows for part in draws.values())
    return [
        any(all(accepts(space, n, d, p, r) for n, d in draws.items()) for p in packages)
        for r in range(n_readings)
    ]


@contextmanager
def way(name):
    """Make every reading go one way."""
    with pytest.MonkeyPatch.context() as patch:
        if name != "listed":
            patch.setattr(module, "MOST_LISTED", 0)
        if name in {"completed", "alone"}:
            patch.setattr(module, "_MOST_ROUNDS", 1)
            patch.setattr(module, "_TRIED_ON_ALL", 0)
            patch.setattr(module, "_EXCHANGES", 0)
        if name == "alone":
            patch.setattr(module, "FEW_PARTIAL", 0)
            patch.setattr(module, "MOST_PARTIAL", 0)
        if name == "few together":
            patch.setattr(module, "_MOST_TOGETHER", 2)
        yield


@pytest.mark.parametrize("how", ["listed", "weighed", "completed", "alone", "few together"])
@pytest.mark.parametrize("name", CASES)
@settings(max_examples=12)
@given(seed=st.integers(0, 10**6), tight=st.integers(0, 9), huge=st.booleans())
def test_is_what_looking_at_every_package_finds(name, how, seed, tight, huge):
    space = SPACES[name]
    draws = drawn(space, np.random.default_rng(seed), tight=tight, huge=huge)
    with way(how):
        found = zone_of_readings(space, draws, list(draws))
    assert found.found.tolist() == by_definition(space, draws)
    assert not found.unsettled.any()


@pytest.mark.parametrize("name", VALUED)
def test_gives_the_same_as_listing_on_every_case_that_ships(name):
    case = load(name)
    readings = readings_of(case)
    space = package_space(case, readings.opinions)
    signing = [party.name for party in case.signatories]
    draws = {party: readings.draws[party] for party in signing}
    listed = np.zeros(max(part.n_rows for part in draws.values()), dtype=bool)
    for block in blocks(enumerate_packages(space), len(listed)):
        masks = [accepted(space, party, part, block) for party, part in draws.items()]
        listed |= jointly_accepted(masks).any(axis=0)
    for how in ("weighed", "completed"):
        with way(how):
            found = zone_of_readings(space, readings.draws, signing)
        assert found.found.tolist() == listed.tolist()


def test_parties_that_need_not_accept_are_left_out():
    space = SPACES["conditions"]
    draws = drawn(space, np.random.default_rng(0), tight=0, huge=False)
    only = {"Q": draws["Q"]}
    assert zone_of_readings(space, draws, ["Q"]).found.tolist() == by_definition(space, only)


def test_readings_that_are_all_the_same_are_one():
    space = SPACES["free issues"]
    draws = drawn(space, np.random.default_rng(0), tight=9, huge=False)
    only = {name: part.at(np.array([0])) for name, part in draws.items()}
    only = {name: replace(part, red_lines=part.red_lines[:1]) for name, part in only.items()}
    assert zone_of_readings(space, only, list(only)).found.shape == (1,)


def test_a_pool_is_not_believed():
    """Packages that break a constraint are accepted by nobody."""
    space = SPACES["conditions"]
    draws = drawn(space, np.random.default_rng(3), tight=0, huge=False)
    everything = np.indices(space.sizes).reshape(len(space.sizes), -1).T
    found = zone_of_readings(space, draws, list(draws), pool=everything)
    assert found.found.tolist() == by_definition(space, draws)


def test_packages_of_the_pool_save_the_search(monkeypatch):
    space = SPACES["free issues"]
    draws = drawn(space, np.random.default_rng(0), tight=40, huge=False)
    monkeypatch.setattr(module, "paths_of", None)
    monkeypatch.setattr(module, "MOST_LISTED", 0)
    pool = np.array([[0, 0, 0, 0, 0]])
    assert zone_of_readings(space, draws, list(draws), pool=pool).found.all()


@pytest.mark.parametrize("how", ["weighed", "alone"])
def test_nothing_is_accepted_where_nothing_is_allowed(how):
    case = loads(CASES["free issues"] + "\nconstraints:\n  - require: a == a0 and a == a1\n")
    space = package_space(case, opinions_of(case))
    draws = drawn(space, np.random.default_rng(0), tight=40, huge=False)
    with way(how):
        assert not zone_of_readings(space, draws, list(draws)).found.any()
    assert not anything_allowed(space, ["P"])


def test_only_certain_red_lines_leave_nothing_for_sure():
    def space_of(confidence):
        lines = f"""
    - red_line: a == a0
    - red_line: a != a0
      confidence: {confidence}
"""
        case = loads(CASES["free issues"].replace("  Q:", lines.lstrip("\n") + "  Q:", 1))
        return package_space(case, opinions_of(case))

    assert anything_allowed(space_of("high"), ["P", "Q"])
    assert anything_allowed(space_of("certain"), ["Q"])
    assert not anything_allowed(space_of("certain"), ["P", "Q"])


def test_says_where_a_limit_left_it_open(monkeypatch):
    space = SPACES["free issues"]
    draws = drawn(space, np.random.default_rng(1), tight=6, huge=False)
    monkeypatch.setattr(module, "find_acceptable", lambda *_, **__: Finding())
    with way("alone"):
        found = zone_of_readings(space, draws, list(draws))
    exact = np.array(by_definition(space, draws))
    assert found.unsettled.any()
    assert not (found.unsettled & found.found).any()
    assert (found.found[~found.unsettled] == exact[~found.unsettled]).all()


@pytest.mark.parametrize("how", ["listed", "weighed", "completed", "alone"])
def test_can_be_stopped(how):
    space = SPACES["free issues"]
    draws = drawn(space, np.random.default_rng(1), tight=6, huge=False)
    with way(how), pytest.raises(CancelledError):
        zone_of_readings(space, draws, list(draws), work=Work(cancelled=lambda: True))


def test_tells_how_many_readings_are_settled():
    space = SPACES["free issues"]
    draws = drawn(space, np.random.default_rng(1), tight=6, huge=False)
    told = []
    work = Work(progress=lambda _, done, total: told.append((done, total)))
    with way("weighed"):
        zone_of_readings(space, draws, list(draws), work=work)
    assert told == sorted(told)
    assert told[-1] == (N_READINGS, N_READINGS)


# --- the parts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=10)
def test_the_heaviest_package_of_each_reading(name, seed):
    space = SPACES[name]
    generator = np.random.default_rng(seed)
    draws = drawn(space, generator, tight=0, huge=False)
    paths = paths_of(space, draws, tuple(draws))
    amounts = amounts_of(paths, draws, N_READINGS)
    weights = generator.dirichlet([1] * len(draws), N_READINGS).T
    totals, packages = heaviest(paths, amounts, weights)
    choices = [tuple(package) for package in enumerate_packages(space).tolist()]
    for reading in range(N_READINGS):

        def own(row, reading=reading):
            return row[..., reading if row.shape[-1] > 1 else 0]

        def weighted(package, reading=reading, own=own):
            total = 0.0
            for p, table in enumerate(amounts.options):
                for first, option in zip(space.first, package, strict=True):
                    total += weights[p, reading] * own(table)[first + option]
            for (p, k), worth in zip(paths.rules, amounts.worths, strict=True):
                if holds(space.rules[paths.parties[p]][k], package, space):
                    total += weights[p, reading] * own(worth)
            crossed = any(
                on and holds(line, package, space)
                for party, part in draws.items()
                for line, on in zip(space.red_lines[party], own(part.red_lines.T), strict=True)
            )
            return -np.inf if crossed else total

        assert totals[reading] == pytest.approx(max(map(weighted, choices)), abs=1e-12)
        assert totals[reading] == pytest.approx(weighted(tuple(packages[reading])), abs=1e-12)


@given(seed=st.integers(0, 10**6), n_parties=st.integers(1, 4), n_packages=st.integers(1, 8))
@settings(max_examples=40)
def test_mixes_end_where_the_matrix_game_does(seed, n_parties, n_packages):
    gains = np.random.default_rng(seed).integers(-4, 5, (3, n_packages, n_parties)).astype(float)
    mixes = Mixes(gains[:, 0])
    rows = np.arange(3)
    for _ in range(60):
        weights = mixes.weights()
        assert (weights >= 0).all()
        assert weights.sum(axis=1) == pytest.approx(1)
        totals = np.einsum("rkp,rp->rk", gains, weights)
        mixes.enter(gains[rows, totals.argmax(axis=1)])
        assert (totals.max(axis=1) >= mixes.gain - 1e-9).all()
    expected = [balance(one).gain for one in gains]
    assert mixes.gain == pytest.approx(expected, abs=1e-9)
    assert totals.max(axis=1) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("name", CASES)
def test_changes_that_no_condition_joins_are_apart(name):
    space = SPACES[name]
    found = apart(space)
    issue = np.repeat(np.arange(len(space.sizes)), space.sizes).tolist()
    factors = [*space.constraints]
    for party in space.rules:
        factors += [*space.rules[party], *space.red_lines[party]]
    for (one, i), (other, j) in product(enumerate(issue), repeat=2):
        joined = i == j or any({i, j} <= set(factor.scope) for factor in factors)
        assert found[one, other] == (not joined)


def test_changes_are_those_of_one_issue():
    space = SPACES["free issues"]
    package = np.array([1, 0, 2, 1, 0])
    found = changed(space, package[None])[0]
    for k, row in enumerate(found):
        assert row.tolist() == taken(package, [k], space).tolist()
        assert (row != package).sum() <= 1
    assert len({tuple(row) for row in found.tolist()}) == sum(space.sizes) - len(space.sizes) + 1


@given(seed=st.integers(0, 10**6), n_parties=st.integers(1, 3), n_changes=st.integers(2, 6))
@settings(max_examples=40)
def test_the_best_pair_of_changes(seed, n_parties, n_changes):
    generator = np.random.default_rng(seed)
    gains = generator.integers(-5, 6, n_parties).astype(float)
    changes = generator.integers(-5, 6, (n_parties, n_changes)).astype(float)
    together = generator.random((n_changes, n_changes)) < 0.7
    together[0, 1] = True
    first, second = best_pair(gains, changes, together)
    least = {
        (i, j): min(gains + changes[:, i] + changes[:, j])
        for i, j in product(range(n_changes), repeat=2)
        if together[i, j]
    }
    assert least[first, second] == max(least.values())
