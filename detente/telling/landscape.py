"""The landscape of packages: what each is worth to the two parties most at odds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detente.analysis import Analysis
from detente.hit_and_run import Floats
from detente.packages import as_choices
from detente.report.pictures.scatter import Scatter, Series
from detente.solvers.frontier import Frontier
from detente.vocabulary import Package

MOST_POINTS = 700
"""Points of one kind that a picture carries; more are thinned evenly."""


def landscape(
    analysis: Analysis,
    *,
    frontier: Frontier,
    solutions: Mapping[str, Package],
    groups: Mapping[str, Package] | None = None,
    named: bool = True,
) -> Scatter | None:
    """Draw feasible packages on the central reading; None with fewer than two signatories.

    Where there are too many packages to list, some drawn evenly stand for all.

    solutions : packages to be marked, by the name to put beside them
    groups : what groups of a class agreed on, marked in place of the proposals
    named : whether groups have their names beside them
    """
    columns = analysis.signatory_columns
    if len(columns) < 2:
        return None
    packages = analysis.sample
    values = _points(analysis, packages)
    x, y = _most_opposed(values[:, columns])
    pair = [columns[x], columns[y]]
    points = values[:, pair]
    case, valuation = analysis.case, analysis.valuation
    names = [case.party(valuation.parties[column]).label for column in pair]
    no_deal = [float(valuation.in_points(valuation.no_deal[column])) for column in pair]
    acceptable = valuation.acceptable(packages)[:, columns].all(axis=1)
    best = frontier.vectors[frontier.acceptable]
    scaled = best[:, [x, y]].astype(np.float64) / valuation.scale
    on_frontier = {tuple(vector) for vector in best.tolist()}
    exact = valuation.values(packages[acceptable])[:, columns].tolist()
    below = [tuple(int(value) for value in vector) not in on_frontier for vector in exact]
    inside = points[acceptable][np.array(below, dtype=bool)]
    series = [
        Series(name="Other packages", role="background", points=_thinned(points[~acceptable])),
        Series(name="Acceptable to all", role="acceptable", points=_thinned(inside)),
        Series(name="Frontier", role="frontier", points=_thinned(scaled)),
        Series(
            name="Solutions",
            role="solution",
            points=_at(analysis, list(solutions.values()), pair),
            names=tuple(solutions),
        ),
        _marked(analysis, groups, pair, named=named),
    ]
    others = "" if len(columns) == 2 else " Other signatories are not seen here."
    if analysis.listed is None:
        others += f" Of all packages {len(packages):,} drawn evenly are shown."
    return Scatter(
        title=f"What packages are worth to {names[0]} and {names[1]}",
        description=f"Each point is a package; to the right is better for {names[0]}, upwards "
        f"better for {names[1]}. The shaded corner is better than no deal for both.{others}",
        x_title=f"{names[0]}, points",
        y_title=f"{names[1]}, points",
        series=tuple(one for one in series if one.points),
        x_no_deal=no_deal[0],
        y_no_deal=no_deal[1],
    )


def _marked(
    analysis: Analysis, groups: Mapping[str, Package] | None, pair: list[int], *, named: bool
) -> Series:
    """Return the proposals, or what groups agreed on in place of them."""
    case = analysis.case
    if groups is None:
        return Series(
            name="Proposals",
            role="proposal",
            points=_at(analysis, list(case.vocabulary.proposals.values()), pair),
            names=tuple(proposal.label for proposal in case.proposals),
        )
    return Series(
        name="Groups",
        role="proposal" if named else "group",
        points=_at(analysis, list(groups.values()), pair),
        names=tuple(groups),
    )


def _points(analysis: Analysis, choices: NDArray[np.int64]) -> Floats:
    """Return values in points, in floating point; shape (n_packages, n_parties)."""
    values: Floats = analysis.valuation.values(choices).astype(np.float64)
    values /= analysis.valuation.scale
    return values


def _at(
    analysis: Analysis, packages: list[Package], pair: list[int]
) -> tuple[tuple[float, float], ...]:
    if not packages:
        return ()
    values = _points(analysis, as_choices(packages, len(analysis.case.issues)))[:, pair]
    return tuple((float(x), float(y)) for x, y in values)


def _thinned(points: Floats) -> tuple[tuple[float, float], ...]:
    """Return distinct points, evenly thinned to a number that a picture can carry."""
    distinct = np.unique(np.round(points, 2), axis=0)
    step = max(1, -(-len(distinct) // MOST_POINTS))
    return tuple((float(x), float(y)) for x, y in distinct[::step])


def _most_opposed(values: Floats) -> tuple[int, int]:
    """Return the two parties whose values run most against each other."""
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = np.atleast_2d(np.nan_to_num(np.corrcoef(values, rowvar=False), nan=1.0))
    upper = np.triu_indices(values.shape[1], k=1)
    at = int(np.argmin(correlation[upper]))
    return int(upper[0][at]), int(upper[1][at])
