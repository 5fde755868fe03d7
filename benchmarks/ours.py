"""How the engine of this repository answers each question; the only module that calls it.

Every time includes building the diagram of the packages from the values of the issues, but where
the question says otherwise.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import log, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.instances import Instance, Readings, Recipe, instance_of, packages_of, readings_of
from benchmarks.side import Answer, Side, Sides, digest_of
from detente.diagram import Diagram, diagram_of
from detente.drawing import Draws
from detente.factors import Factors
from detente.packages import PackageSpace, package_space
from detente.work import Work

N_READINGS = 1000
N_PACKAGES = 1000
SHARE_MISSED = 0.05
"""What an approximation may miss, as a share of the mean of the parties' best totals."""


def sides() -> Sides:
    """Return how each question is answered."""
    return {
        "frontier": Side(prepare=_factors, solve=frontier, answer=_frontier_said),
        "approximation": Side(prepare=_with_tolerance, solve=approximation, answer=_approximated),
        "nash": Side(prepare=_factors, solve=nash, answer=_nash_said),
        "nash on a diagram": Side(
            prepare=_factors, begin=diagram_of, solve=nash_on, answer=_nash_said
        ),
        "leximin": Side(prepare=_factors, solve=egalitarian, answer=_leximin_said),
        "nash of readings": Side(prepare=_readings, solve=nash_of_readings, answer=_readings_said),
        "acceptance": Side(prepare=_accepting, solve=acceptance, answer=counts_said),
    }


def _factors(recipe: Recipe) -> Factors:
    return instance_of(recipe).factors()


def frontier(factors: Factors) -> Any:
    """Find the whole frontier."""
    from detente.solvers.frontier import frontier_of

    return frontier_of(diagram_of(factors))


def _frontier_said(_: Factors, found: Any) -> Answer:
    vectors = found.vectors
    return Answer(status=found.status, size=len(vectors), digest=digest_of(vectors))


def tolerance_of(instance: Instance) -> int:
    """Return what an approximation of an instance may miss for each party, in whole units."""
    return int(SHARE_MISSED * float(instance.values.max(axis=2).sum(axis=0).mean()))


def _with_tolerance(recipe: Recipe) -> tuple[Factors, int]:
    instance = instance_of(recipe)
    return instance.factors(), tolerance_of(instance)


def approximation(prepared: tuple[Factors, int]) -> Any:
    """Find a frontier that misses no acceptable package by more than the tolerance."""
    from detente.solvers.frontier import frontier_of

    factors, tolerance = prepared
    return frontier_of(diagram_of(factors), tolerance=[tolerance] * factors.n_parties)


def _approximated(prepared: tuple[Factors, int], found: Any) -> Answer:
    factors, tolerance = prepared
    return approximation_said(factors, found.vectors, tolerance, status=found.status)


def approximation_said(factors: Factors, vectors: Any, tolerance: int, *, status: str) -> Answer:
    """Say by how much an approximation misses the exact frontier at the most.

    That is the additive epsilon indicator (Zitzler et al. 2003) over all exact vectors.
    """
    import moocore

    exact = np.asarray(frontier(factors).vectors, dtype=np.float64)
    near = np.asarray(vectors, dtype=np.float64)
    shortfall = float(moocore.epsilon_additive(near, ref=exact, maximise=True))
    return Answer(status=status, size=len(near), shortfall=shortfall, tolerance=tolerance)


def nash(factors: Factors) -> Any:
    """Find the Nash solution."""
    return nash_on(diagram_of(factors))


def nash_on(diagram: Diagram) -> Any:
    """Find the Nash solution where the diagram is there already."""
    from detente.solvers.nash import nash_of

    return nash_of(diagram, work=Work())


def egalitarian(factors: Factors) -> Any:
    """Find the egalitarian solution, refined to leximin."""
    from detente.solvers.leximin import egalitarian_of

    return egalitarian_of(diagram_of(factors), work=Work())


def kalai_smorodinsky(factors: Factors) -> Any:
    """Find the Kalai-Smorodinsky solution."""
    from detente.solvers.leximin import kalai_smorodinsky_of

    return kalai_smorodinsky_of(diagram_of(factors), work=Work())


def utilitarian(factors: Factors) -> Any:
    """Find the utilitarian solution."""
    from detente.solvers.linear_optimum import utilitarian_of

    return utilitarian_of(diagram_of(factors), work=Work())


def package_of(found: Any) -> Any:
    """Return one package of a solution; None when no package is acceptable."""
    return found.package


def gains_of(factors: Factors, package: Any) -> list[int]:
    """Return a package's gain to every party, worked out anew from the factors."""
    values = factors.values_of(np.asarray(package, dtype=np.int64)[None])[0]
    return [int(v) - int(n) for v, n in zip(values, factors.no_deal, strict=True)]


def product_said(factors: Factors, package: Any, *, status: str) -> Answer:
    """Say a Nash package: how many parties gain, and the product of those gains."""
    if package is None:
        return Answer(status=status)
    gains = gains_of(factors, package)
    positive = [gain for gain in gains if gain > 0]
    return Answer(status=status, size=1, amounts=(len(positive), prod(positive)))


def leximin_said(factors: Factors, package: Any, *, status: str) -> Answer:
    """Say an egalitarian package: its gains, the smallest first."""
    if package is None:
        return Answer(status=status)
    return Answer(status=status, size=1, amounts=tuple(sorted(gains_of(factors, package))))


def _nash_said(factors: Factors, found: Any) -> Answer:
    return product_said(factors, package_of(found), status=found.status)


def _leximin_said(factors: Factors, found: Any) -> Answer:
    return leximin_said(factors, package_of(found), status=found.status)


def _readings(recipe: Recipe) -> Readings:
    return readings_of(recipe, N_READINGS)


def nash_of_readings(readings: Readings) -> Any:
    """Find the Nash solution of every reading, on as many threads as the process may use."""
    from detente.solvers import nash_readings as solver

    n_readings, n_issues, n_options, n_parties = readings.values.shape
    amounts = solver.Readings(
        values=readings.values.reshape(n_readings, n_issues * n_options, n_parties),
        no_deals=readings.no_deal,
    )
    with ThreadPoolExecutor(int(os.environ.get("NUMBA_NUM_THREADS", "1"))) as executor:
        common = solver.shared([n_options] * n_issues)
        return solver.nash_of_readings(common, amounts, work=Work(executor=executor))


def _readings_said(readings: Readings, found: Any) -> Answer:
    status = "exact" if found.proved.all() else "bounded"
    return products_said(readings, found.packages, status=status)


def products_said(readings: Readings, packages: Any, *, status: str) -> Answer:
    """Say the Nash package of every reading: the product of gains in each."""
    chosen = np.asarray(packages, dtype=np.int64)
    issues = np.arange(chosen.shape[1])
    products = []
    for reading, package in enumerate(chosen):
        values = readings.values[reading, issues, package].sum(axis=0)
        gains = [int(gain) for gain in values - readings.no_deal[reading]]
        products.append(prod(gain for gain in gains if gain > 0))
    return Answer(status=status, size=len(products), logarithms=tuple(map(log, products)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Accepting:
    """Packages to be held against readings."""

    space: PackageSpace
    draws: dict[str, Draws]
    packages: NDArray[np.int64]


def _accepting(recipe: Recipe) -> Accepting:
    from detente import loads

    names = [f"party{p}" for p in range(recipe.n_parties)]
    lines = ["detente: 1", "title: Benchmark", "parties:", *(f"  {n}: {n}" for n in names)]
    options = ", ".join(f"o{o}" for o in range(recipe.n_options))
    lines += [
        "issues:",
        *(
            f"  issue{i}:\n    options: [{options}]\n    status_quo: o0"
            for i in range(recipe.n_issues)
        ),
    ]
    case = loads("\n".join(lines) + "\n")
    none: dict[str, tuple[()]] = dict.fromkeys(names, ())
    space = replace(package_space(case, {}), rules=none, red_lines=none, red_line_statements=none)
    readings = readings_of(recipe, N_READINGS)
    nothing = np.zeros((N_READINGS, 0))
    draws = {
        name: Draws(
            scale=1,
            options=np.ascontiguousarray(readings.values[..., p].reshape(N_READINGS, -1)),
            worths=nothing,
            no_deal=readings.no_deal[:, p],
            red_lines=nothing.astype(bool),
        )
        for p, name in enumerate(names)
    }
    return Accepting(space=space, draws=draws, packages=packages_of(recipe, N_PACKAGES))


def acceptance(prepared: Accepting) -> Any:
    """Count in how many readings each party, and all together, accept each package."""
    from detente.solvers.acceptance import accepted, jointly_accepted

    masks = [
        accepted(prepared.space, name, draws, prepared.packages)
        for name, draws in prepared.draws.items()
    ]
    return np.stack([m.sum(axis=1) for m in (*masks, jointly_accepted(masks))], axis=1)


def counts_said(_: Any, counts: Any) -> Answer:
    """Say a table of counts, one row for each package."""
    numbered = np.column_stack([np.arange(len(counts)), counts])
    return Answer(status="exact", size=len(counts), digest=digest_of(numbered))
