"""Random settlement problems against brute force, many more than the suite has time for.

Run it with ``python -m tests.campaigns.settlement [problems] [first seed]``; it stops at the first
disagreement. Every method is held against the same list: the frontier on a grid, from labels and
from compiled labels, its packages and their number, the solutions with and without a frontier, and
whether anything is acceptable at all.
"""

from __future__ import annotations

import sys
from collections import Counter
from unittest import mock

import numpy as np

from detente.diagram import diagram_of
from detente.solvers import frontier as frontier_module
from detente.solvers.acceptable import find_acceptable
from detente.solvers.bargaining import SOLUTIONS
from detente.solvers.certificate import verify
from detente.solvers.counting import n_acceptable
from detente.solvers.frontier import frontier_of
from detente.solvers.replay import counts_behind, packages_behind
from detente.work import Work
from tests.solvers.instances import problem

METHODS = {
    "grid": {"GRID_CELLS_PER_CANDIDATE": 10**9},
    "labels": {"GRID_CELLS_PER_CANDIDATE": 0},
    "compiled labels": {
        "GRID_CELLS_PER_CANDIDATE": 0,
        "COMPILED_CANDIDATES": 0,
        "COMPILED_CANDIDATES_OF_MANY": 0,
        "FEWEST": 0,
    },
}


def check(seed: int) -> list[str]:
    """Hold every method against brute force on one problem; return what kind of problem it was."""
    given = problem(seed)
    factors = given.factors
    diagram = diagram_of(factors)
    assert diagram.n_allowed == len(given.allowed), seed
    assert n_acceptable(diagram) == len(given.acceptable), seed
    for name, settings in METHODS.items():
        with mock.patch.multiple(frontier_module, **settings):
            frontier = frontier_of(diagram)
        gains = [tuple(int(gain) for gain in row) for row in frontier.gains]
        assert gains == list(given.frontier), (seed, name)
        rows = np.arange(len(frontier))
        counts = counts_behind(frontier, rows).tolist()
        assert counts == [len(packages) for packages in given.frontier.values()], (seed, name)
        packages, owner = packages_behind(frontier, rows)
        for row, expected in zip(rows, given.frontier.values(), strict=True):
            found = [tuple(package) for package in packages[owner == row].tolist()]
            assert found == expected, (seed, name)
    for name, solution in SOLUTIONS.items():
        expected = given.solution(name)
        listed = {gains[row] for row in solution.solve(frontier.gains)}
        assert sorted(listed, reverse=True) == expected, (seed, name)
        best = solution.search(diagram, work=Work())
        assert best.status == ("exact" if expected else "empty"), (seed, name)
        assert list(best.vectors) == expected, (seed, name)
        if expected:
            assert best.package is not None, (seed, name)
            assert given.gains(best.package) == expected[0], (seed, name)
    finding = find_acceptable(diagram)
    assert finding.status == ("found" if given.acceptable else "none"), seed
    if finding.certificate is not None:
        assert verify(finding.certificate, factors), seed
    return kinds(seed)


def kinds(seed: int) -> list[str]:
    """Return what can be said of a problem."""
    given = problem(seed)
    found = [f"{len(given.no_deal)} parties"]
    if not given.acceptable:
        found.append("nothing acceptable")
    if any(len(packages) > 1 for packages in given.frontier.values()):
        found.append("packages with equal values")
    found += ["rules"] * bool(given.shifts) + ["bans"] * bool(given.bans)
    if any(not any(any(option) for option in table) for table in given.values):
        found.append("an issue nobody cares about")
    if 1 in given.sizes:
        found.append("an issue with one option")
    return found


def main(n_problems: int, first: int) -> int:
    """Check problems in turn and print how many of each kind there were."""
    counts: Counter[str] = Counter()
    for seed in range(first, first + n_problems):
        counts.update(["problems", *check(seed)])
    for kind, count in sorted(counts.items()):
        print(f"{count:6} {kind}")
    print("no disagreement")
    return 0


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(given + [2000, 0][len(given) :])))
