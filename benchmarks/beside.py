"""How another implementation answers the same questions, to be timed beside ours.

Its module is given by path. It must offer ``Instance(values, no_deal, interactions, bans)`` with
values by issue, each of shape (n_parties, n_options), and

``Layers(instance)``
    whatever it prepares from an instance
``frontier(instance, layers)``, ``eps_frontier(instance, tolerance, layers, every=5)``
    with ``.V``, the vectors
``nash(instance, layers)``, ``maxmin(instance, None, layers)``
    with ``.x``, the package
``nash_worlds(values, no_deal)``
    the logarithm of the product for each reading, a status that is 0 when proved, and the effort
``batch_accept(values, packages, no_deal, counts, joint)``
    counts into the last two, which begin as zeros
"""

from __future__ import annotations

import importlib.util
import sys
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks import ours
from benchmarks.instances import Instance, Readings, Recipe, instance_of, packages_of, readings_of
from benchmarks.side import Answer, Side, Sides, digest_of


def sides(path: str) -> Sides:
    """Return how the implementation at a path answers each question."""
    module = _loaded(Path(path))
    make = partial(_instance, module)
    return {
        "frontier": Side(
            prepare=make,
            solve=lambda given: module.frontier(given[1], module.Layers(given[1])),
            answer=_frontier_said,
        ),
        "approximation": Side(prepare=make, solve=partial(_near, module), answer=_approximated),
        "nash": Side(
            prepare=make,
            solve=lambda given: module.nash(given[1], module.Layers(given[1])),
            answer=_nash_said,
        ),
        "leximin": Side(
            prepare=make,
            solve=lambda given: module.maxmin(given[1], None, module.Layers(given[1])),
            answer=_leximin_said,
        ),
        "nash of readings": Side(
            prepare=lambda recipe: readings_of(recipe, ours.N_READINGS),
            solve=lambda readings: module.nash_worlds(readings.values, readings.no_deal),
            answer=_readings_said,
        ),
        "acceptance": Side(
            prepare=_accepting, solve=partial(_acceptance, module), answer=ours.counts_said
        ),
    }


def _loaded(path: Path) -> ModuleType:
    """Import a module by path; its folder is searched for what it imports."""
    sys.path.insert(0, str(path.parent))
    specification = importlib.util.spec_from_file_location(path.stem, path)
    if specification is None or specification.loader is None:
        raise ImportError(f"{path.name} is no Python module")
    module = importlib.util.module_from_spec(specification)
    sys.modules[path.stem] = module
    specification.loader.exec_module(module)
    return module


def _instance(module: ModuleType, recipe: Recipe) -> tuple[Instance, Any]:
    instance = instance_of(recipe)
    theirs = module.Instance(
        [table.copy() for table in instance.values],
        instance.no_deal.copy(),
        [(where.issues, where.options, by.copy()) for where, by in instance.interactions],
        [(where.issues, where.options) for where in instance.bans],
    )
    return instance, theirs


def _frontier_said(_: Any, found: Any) -> Answer:
    if found.V is None:
        return Answer(status=found.status)
    return Answer(status=found.status, size=len(found.V), digest=digest_of(found.V))


def _near(module: ModuleType, given: tuple[Instance, Any]) -> Any:
    instance, theirs = given
    tolerance = ours.tolerance_of(instance)
    return module.eps_frontier(theirs, tolerance, module.Layers(theirs), every=5)


def _approximated(given: tuple[Instance, Any], found: Any) -> Answer:
    instance = given[0]
    tolerance = ours.tolerance_of(instance)
    return ours.approximation_said(instance.factors(), found.V, tolerance, status=found.status)


def _nash_said(given: tuple[Instance, Any], found: Any) -> Answer:
    return ours.product_said(given[0].factors(), found.x, status=found.status)


def _leximin_said(given: tuple[Instance, Any], found: Any) -> Answer:
    return ours.leximin_said(given[0].factors(), found.x, status=found.status)


def _readings_said(_: Readings, found: Any) -> Answer:
    """Say the products of gains; found as logarithms, they name a whole number only nearly."""
    logarithms, proved, _ = found
    status = "exact" if not np.any(proved) else "bounded"
    return Answer(status=status, size=len(logarithms), logarithms=tuple(map(float, logarithms)))


def _accepting(recipe: Recipe) -> tuple[Readings, Any]:
    return readings_of(recipe, ours.N_READINGS), packages_of(recipe, ours.N_PACKAGES)


def _acceptance(module: ModuleType, given: tuple[Readings, Any]) -> Any:
    readings, packages = given
    n_packages, n_parties = len(packages), readings.no_deal.shape[1]
    counts = np.zeros((n_packages, n_parties), np.int64)
    joint = np.zeros(n_packages, np.int64)
    module.batch_accept(readings.values, packages, readings.no_deal, counts, joint)
    return np.column_stack([counts, joint])
