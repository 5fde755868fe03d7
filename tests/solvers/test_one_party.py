"""The best acceptable package of one party, against brute force."""

from __future__ import annotations

import pytest

from detente.diagram import diagram_of
from detente.factors import factors_of
from detente.solvers import limits, raising
from detente.solvers.linear_optimum import ideals_of
from detente.solvers.one_party import favourite_of, n_as_good
from detente.work import Work
from tests.solvers.instances import problem

SEEDS = range(60)


@pytest.mark.parametrize("seed", SEEDS)
def test_is_the_largest_gain_of_all_acceptable_packages(seed):
    given = problem(seed)
    diagram = diagram_of(given.factors)
    for party in range(len(given.no_deal)):
        gains = [given.gains(package)[party] for package in given.acceptable]
        found = favourite_of(diagram, party, work=Work())
        if not gains:
            assert (found.status, found.gain, found.package) == ("empty", None, None)
            continue
        assert (found.status, found.gain) == ("exact", max(gains))
        assert found.package in given.acceptable
        assert given.gains(found.package)[party] == max(gains)
        assert found.gain == ideals_of(diagram, work=Work()).gains[party]


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_what_is_as_good(seed):
    given = problem(seed)
    diagram = diagram_of(given.factors)
    for party in range(len(given.no_deal)):
        gains = [given.gains(package)[party] for package in given.acceptable]
        for least in (0, 1, max(gains, default=0)):
            wanted = sum(gain >= least for gain in gains)
            assert n_as_good(diagram, party, least, work=Work()) == wanted
    assert diagram.factors.no_deal.tolist() == given.no_deal


@pytest.mark.parametrize("seed", SEEDS[::3])
def test_says_what_is_proved_when_it_may_not_hold_all(monkeypatch, seed):
    monkeypatch.setattr(limits, "MOST_LABELS", 1)
    monkeypatch.setattr(raising, "_FIRST", 2)
    given = problem(seed)
    gains = [given.gains(package)[0] for package in given.acceptable]
    found = favourite_of(diagram_of(given.factors), 0, work=Work())
    if found.status == "exact":
        assert found.gain == max(gains)
    elif found.status == "empty":
        assert not gains
    if found.package is not None:
        assert found.package in given.acceptable
        assert given.gains(found.package)[0] == found.gain


def test_nothing_allowed_is_said():
    diagram = diagram_of(factors_of([[[1, 1]]], [0, 0], bans=[True]))
    assert favourite_of(diagram, 0, work=Work()).status == "empty"
