"""What an agenda ends in, held against plain recursion in fractions."""

from __future__ import annotations

import random

import numpy as np
import pytest

from detente.solvers import thresholds
from detente.solvers.agenda import course_of
from tests.solvers import agendas as plain


def told(course, row: int) -> dict[str, object]:
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


def expected(game: plain.Instance, found: plain.Ending) -> dict[str, object]:
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


@pytest.fixture(params=["arrays", "compiled"], autouse=True)
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every test holds for both forms of the arithmetic."""
    least = 0 if request.param == "compiled" else 10**18
    monkeypatch.setattr(thresholds, "COMPILED_CELLS", least)
    return str(request.param)


@pytest.mark.parametrize("solution", list(plain.SOLUTIONS))
@pytest.mark.parametrize("rule", ["end", "set aside"])
def test_agendas_end_as_plain_recursion_says(rule: str, solution: str) -> None:
    for seed in range(40):
        game = plain.instance(seed)
        orders = list(plain.partitions(range(len(game.sizes))))
        bundles = random.Random(seed).choice(orders)  # noqa: S311 - instances, not secrets
        for reverse in (False, True):
            wanted = plain.ending(game, bundles, rule=rule, solution=solution, reverse=reverse)
            course = course_of(
                game.talks(2), bundles, rule=rule, solution=solution, reverse_ties=reverse
            )
            for row in (0, 1):
                assert told(course, row) == expected(game, wanted), (seed, bundles)
