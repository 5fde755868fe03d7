"""The landscape of packages: what each is worth to two parties, such as the two most at odds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.analysis import Analysis
from detente.hit_and_run import Floats
from detente.packages import as_choices
from detente.report.pictures.scatter import Role, Scatter, Series
from detente.solvers.frontier import Frontier
from detente.vocabulary import Package

MOST_POINTS = 700
"""Points of one kind that a picture carries; more are thinned evenly."""
_THINNED: tuple[Role, ...] = ("background", "acceptable", "frontier")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cloud:
    """Packages of one kind.

    points : what each is worth to every signatory, in points; shape (n_packages, n_parties)
    names : of each, where they have names of their own
    """

    name: str
    role: Role
    points: Floats
    names: tuple[str, ...] = ()

    def seen_by(self, pair: Sequence[int]) -> Series:
        """Return the packages as two of the signatories see them; many are thinned."""
        seen = self.points[:, list(pair)]
        some = _thinned(seen) if self.role in _THINNED else _pairs(seen)
        return Series(name=self.name, role=self.role, points=some, names=self.names)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landscape:
    """What packages are worth to all signatories, to be drawn for any two of them.

    parties, labels : the signatories, and what people call them
    no_deal : what no deal is worth to each
    opposed : the two whose values run most against each other, by position
    n_drawn : how many packages drawn evenly stand for all; None where all were looked at
    """

    parties: tuple[str, ...]
    labels: tuple[str, ...]
    no_deal: tuple[float, ...]
    opposed: tuple[int, int]
    clouds: tuple[Cloud, ...]
    n_drawn: int | None

    def scatter(self, x: int, y: int) -> Scatter:
        """Draw the packages for two signatories, by position."""
        names = (self.labels[x], self.labels[y])
        others = "" if len(self.parties) == 2 else " Other signatories are not seen here."
        if self.n_drawn is not None:
            others += f" Of all packages {self.n_drawn:,} drawn evenly are shown."
        series = [cloud.seen_by((x, y)) for cloud in self.clouds]
        return Scatter(
            title=f"What packages are worth to {names[0]} and {names[1]}",
            description=f"Each point is a package; to the right is better for {names[0]}, upwards "
            f"better for {names[1]}. The shaded corner is better than no deal for both.{others}",
            x_title=f"{names[0]}, points",
            y_title=f"{names[1]}, points",
            series=tuple(one for one in series if one.points),
            x_no_deal=self.no_deal[x],
            y_no_deal=self.no_deal[y],
        )

    def data(self) -> dict[str, Any]:
        """Return the landscape for JSON, as :func:`landscape_from` reads it; many are thinned."""
        return {
            "parties": dict(zip(self.parties, self.labels, strict=True)),
            "no_deal": list(self.no_deal),
            "opposed": list(self.opposed),
            "n_drawn": self.n_drawn,
            "clouds": [
                {
                    "name": cloud.name,
                    "role": cloud.role,
                    "points": _thinned(cloud.points)
                    if cloud.role in _THINNED
                    else cloud.points.tolist(),
                    "names": list(cloud.names),
                }
                for cloud in self.clouds
            ],
        }


def landscape_from(data: Mapping[str, Any]) -> Landscape:
    """Return a landscape from its JSON."""
    parties: Mapping[str, str] = data["parties"]
    return Landscape(
        parties=tuple(parties),
        labels=tuple(parties.values()),
        no_deal=tuple(data["no_deal"]),
        opposed=(data["opposed"][0], data["opposed"][1]),
        n_drawn=data["n_drawn"],
        clouds=tuple(
            Cloud(
                name=cloud["name"],
                role=cloud["role"],
                points=np.array(cloud["points"], dtype=np.float64).reshape(-1, len(parties)),
                names=tuple(cloud["names"]),
            )
            for cloud in data["clouds"]
        ),
    )


def landscape(
    analysis: Analysis,
    *,
    frontier: Frontier,
    solutions: Mapping[str, Package],
    groups: Mapping[str, Package] | None = None,
    named: bool = True,
) -> Scatter | None:
    """Draw feasible packages on the central reading for the two signatories most at odds.

    None with fewer than two signatories. Arguments are those of :func:`landscape_of`.
    """
    found = landscape_of(
        analysis, frontier=frontier, solutions=solutions, groups=groups, named=named
    )
    return None if found is None else found.scatter(*found.opposed)


def landscape_of(
    analysis: Analysis,
    *,
    frontier: Frontier | None,
    solutions: Mapping[str, Package],
    groups: Mapping[str, Package] | None = None,
    named: bool = True,
) -> Landscape | None:
    """Return feasible packages on the central reading; None with fewer than two signatories.

    Where there are too many packages to list, some drawn evenly stand for all.

    frontier : set apart from the other packages; None where it is not known
    solutions : packages to be marked, by the name to put beside them
    groups : what groups of a class agreed on, marked in place of the proposals
    named : whether groups have their names beside them
    """
    columns = analysis.signatory_columns
    if len(columns) < 2:
        return None
    packages = analysis.sample
    case, valuation = analysis.case, analysis.valuation
    points = _points(analysis, packages)[:, columns]
    acceptable = valuation.acceptable(packages)[:, columns].all(axis=1)
    best = np.zeros((0, len(columns)))
    if frontier is not None:
        best = frontier.vectors[frontier.acceptable]
    on_frontier = {tuple(vector) for vector in best.tolist()}
    exact = valuation.values(packages[acceptable])[:, columns].tolist()
    below = [tuple(int(value) for value in vector) not in on_frontier for vector in exact]
    inside = points[acceptable][np.array(below, dtype=bool)]
    scaled = best.astype(np.float64) / valuation.scale
    names = [valuation.parties[column] for column in columns]
    return Landscape(
        parties=tuple(names),
        labels=tuple(case.party(name).label for name in names),
        no_deal=tuple(float(valuation.in_points(valuation.no_deal[c])) for c in columns),
        opposed=_most_opposed(points),
        n_drawn=len(packages) if analysis.listed is None else None,
        clouds=(
            Cloud(name="Other packages", role="background", points=points[~acceptable]),
            Cloud(name="Acceptable to all", role="acceptable", points=inside),
            Cloud(name="Frontier", role="frontier", points=scaled),
            Cloud(
                name="Solutions",
                role="solution",
                points=_at(analysis, list(solutions.values())),
                names=tuple(solutions),
            ),
            _marked(analysis, groups, named=named),
        ),
    )


def _marked(analysis: Analysis, groups: Mapping[str, Package] | None, *, named: bool) -> Cloud:
    """Return the proposals, or what groups agreed on in place of them."""
    case = analysis.case
    if groups is None:
        return Cloud(
            name="Proposals",
            role="proposal",
            points=_at(analysis, list(case.vocabulary.proposals.values())),
            names=tuple(proposal.label for proposal in case.proposals),
        )
    return Cloud(
        name="Groups",
        role="proposal" if named else "group",
        points=_at(analysis, list(groups.values())),
        names=tuple(groups),
    )


def _points(analysis: Analysis, choices: NDArray[np.int64]) -> Floats:
    """Return values in points, in floating point; shape (n_packages, n_parties)."""
    values: Floats = analysis.valuation.values(choices).astype(np.float64)
    values /= analysis.valuation.scale
    return values


def _at(analysis: Analysis, packages: list[Package]) -> Floats:
    """Return what packages are worth to the signatories, in points."""
    choices = as_choices(packages, len(analysis.case.issues))
    return _points(analysis, choices)[:, analysis.signatory_columns]


def _pairs(points: Floats) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in points)


def _thinned(points: Floats) -> Any:
    """Return distinct points, evenly thinned to a number that a picture can carry."""
    distinct = np.unique(np.round(points, 2), axis=0)
    step = max(1, -(-len(distinct) // MOST_POINTS))
    return tuple(tuple(float(value) for value in point) for point in distinct[::step])


def _most_opposed(values: Floats) -> tuple[int, int]:
    """Return the two parties whose values run most against each other."""
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = np.atleast_2d(np.nan_to_num(np.corrcoef(values, rowvar=False), nan=1.0))
    upper = np.triu_indices(values.shape[1], k=1)
    at = int(np.argmin(correlation[upper]))
    return int(upper[0][at]), int(upper[1][at])
