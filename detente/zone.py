"""The zone of agreement on the central reading: what bounds it, and why it is empty.

A requirement is a signatory's no-deal value or one of its red lines. When no feasible package meets
all requirements, the smallest sets that exclude each other are the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from detente.analysis import Analysis
from detente.case import Case
from detente.hit_and_run import Bools
from detente.irreducible import irreducible_sets
from detente.number import json_number, rounded
from detente.packages import Choices
from detente.prose import listed, package_text, sources_text
from detente.table import Cell, Column, Section, Sentence, Table
from detente.vocabulary import Package

MOST_SETS = 5
MOST_NEAREST = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Requirement:
    """What one signatory demands of a package.

    met : bool, shape (n_packages,)
    """

    party: str
    text: str
    source: str
    met: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A constraint or red line without which more packages would be acceptable to all."""

    text: str
    party: str | None
    source: str
    n_added: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """A package that comes near: who still refuses it, and how far it is from their no deal.

    shortfalls : by party that refuses for its value, points missing; None for an ordinal party
    crossed : parties that refuse for a red line
    """

    package: Package
    shortfalls: dict[str, Fraction | None]
    crossed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Emptiness:
    """Why no package is acceptable to all.

    sets : requirements that exclude each other, by text with party, the smallest first
    complete : there are no further sets
    """

    sets: tuple[tuple[Requirement, ...], ...]
    complete: bool
    nearest: tuple[Nearest, ...]

    def data(self, case: Case) -> dict[str, Any]:
        """Return the reason for JSON."""
        return {
            "excluding": [
                [{"party": r.party, "requirement": r.text} for r in group] for group in self.sets
            ],
            "complete": self.complete,
            "nearest": [
                {
                    "package": case.vocabulary.named(near.package),
                    "shortfalls": {
                        name: None if missing is None else json_number(missing)
                        for name, missing in near.shortfalls.items()
                    },
                    "red_lines": list(near.crossed),
                }
                for near in self.nearest
            ],
        }

    def section(self, case: Case) -> Section:
        """Return the reason for people."""
        parts = []
        for k, group in enumerate(self.sets, start=1):
            points = tuple(
                Sentence(text=f"{case.party(r.party).label}: {r.text}.", source=r.source)
                for r in group
            )
            title = "These exclude each other" if k == 1 else "So do these"
            parts.append(Section(key=f"set-{k}", title=title, points=points))
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (package_text(case, near.package), _refusals(case, near)) for near in self.nearest
        )
        table = Table(
            title="The packages that come nearest",
            columns=(
                Column(key="package", title="Package: what it changes of the status quo"),
                Column(key="refused", title="Still refused by"),
            ),
            rows=rows,
        )
        text = "On the central reading no package is acceptable to all signatories."
        if not self.nearest:
            text = "No package meets the constraints, so nothing is feasible."
        lead = Sentence(text=text, tone="bad")
        return Section(
            key="empty",
            title="Why nothing is acceptable to all",
            lead=(lead,),
            parts=tuple(parts),
            tables=(table,) if rows else (),
        )


def binding(analysis: Analysis, choices: Choices) -> tuple[Binding, ...]:
    """Return the constraints and red lines without which more would be acceptable to all.

    Each is taken away alone, everything else staying; the number is how many packages that adds.
    """
    found = []
    case, space, valuation = analysis.case, analysis.space, analysis.valuation
    columns = analysis.signatory_columns
    worth_it = (valuation.gains(choices)[:, columns] >= 0).astype(bool).all(axis=1)
    crossings = valuation.crossed(choices)[:, columns]
    for p, column in enumerate(columns):
        name = valuation.parties[column]
        others = worth_it & ~np.delete(crossings, p, axis=1).any(axis=1)
        crossed = space.crossed(name, choices) & valuation.imposed[column]
        for k, line in enumerate(space.red_line_statements[name]):
            alone = crossed[:, k] & ~np.delete(crossed, k, axis=1).any(axis=1)
            n_added = int((others & alone).sum())
            if n_added:
                text = f"the red line of {case.party(name).label} ({_flat(line.condition.text)})"
                source = sources_text(case, line)
                found.append(Binding(text=text, party=name, source=source, n_added=n_added))
    for constraint, added in _constraints(analysis):
        cited = "; ".join(case.cited(c) for c in constraint.provenance.because)
        text = f"the constraint that {_flat(constraint.condition.text)}"
        found.append(Binding(text=text, party=None, source=cited, n_added=added))
    return tuple(found)


def _constraints(analysis: Analysis) -> list[tuple[Any, int]]:
    space, valuation = analysis.space, analysis.valuation
    if not space.constraints:
        return []
    everything = np.ascontiguousarray(np.indices(space.sizes).reshape(len(space.sizes), -1).T)
    broken = np.stack([~space.holds(factor, everything) for factor in space.constraints], axis=1)
    found = []
    for k, constraint in enumerate(analysis.case.constraints):
        alone = broken[:, k] & ~np.delete(broken, k, axis=1).any(axis=1)
        accepted = valuation.acceptable(everything[alone])[:, analysis.signatory_columns]
        n_added = int(accepted.all(axis=1).sum())
        if n_added:
            found.append((constraint, n_added))
    return found


def emptiness(analysis: Analysis, choices: Choices) -> Emptiness:
    """Return why no feasible package is acceptable to all on the central reading."""
    requirements = _requirements(analysis, choices)
    met = np.stack([requirement.met for requirement in requirements], axis=1)

    def witness(items: frozenset[int]) -> frozenset[int] | None:
        rows = np.flatnonzero(met[:, sorted(items)].all(axis=1))
        if not len(rows):
            return None
        best = rows[np.argmax(met[rows].sum(axis=1))]
        return frozenset(int(item) for item in np.flatnonzero(met[best]))

    found = irreducible_sets(len(requirements), witness, most=MOST_SETS)
    return Emptiness(
        sets=tuple(tuple(requirements[i] for i in sorted(group)) for group in found.sets),
        complete=found.complete,
        nearest=_nearest(analysis, choices),
    )


def _requirements(analysis: Analysis, choices: Choices) -> list[Requirement]:
    case, space, valuation = analysis.case, analysis.space, analysis.valuation
    gains = valuation.gains(choices)
    found = []
    for column in analysis.signatory_columns:
        name = valuation.parties[column]
        crossed = space.crossed(name, choices)
        for k, line in enumerate(space.red_line_statements[name]):
            if valuation.imposed[column][k]:
                text = f"its red line, {_flat(line.condition.text)}, is not crossed"
                source = sources_text(case, line)
                met = ~crossed[:, k]
                found.append(Requirement(party=name, text=text, source=source, met=met))
        met = np.asarray(gains[:, column] >= 0, dtype=bool)
        text = "the package is worth no less than no deal"
        found.append(Requirement(party=name, text=text, source="", met=met))
    return found


def _nearest(analysis: Analysis, choices: Choices) -> tuple[Nearest, ...]:
    """Return the packages that fewest signatories refuse, then with the smallest shortfall."""
    valuation, columns = analysis.valuation, analysis.signatory_columns
    if not len(choices):
        return ()
    gains = valuation.gains(choices)[:, columns]
    crossed = valuation.crossed(choices)[:, columns]
    refused = crossed | (gains < 0).astype(bool)
    cardinal = [not analysis.opinions[valuation.parties[column]].ordinal for column in columns]
    short = np.where((gains < 0).astype(bool), -gains.astype(np.float64), 0.0) * cardinal
    missing = short.max(axis=1)
    order = np.lexsort((missing, crossed.sum(axis=1), refused.sum(axis=1)))[:MOST_NEAREST]
    found = []
    for row in order:
        shortfalls: dict[str, Fraction | None] = {}
        for p, column in enumerate(columns):
            if gains[row, p] < 0:
                name = valuation.parties[column]
                ranked = analysis.opinions[name].ordinal
                shortfalls[name] = None if ranked else valuation.in_points(-gains[row, p])
        lines = tuple(valuation.parties[c] for p, c in enumerate(columns) if crossed[row, p])
        package = tuple(int(option) for option in choices[row])
        found.append(Nearest(package=package, shortfalls=shortfalls, crossed=lines))
    return tuple(found)


def _refusals(case: Case, near: Nearest) -> str:
    parts = [f"{case.party(name).label} (red line)" for name in near.crossed]
    parts += [
        f"{case.party(name).label} "
        + ("(ranked below no deal)" if missing is None else f"({rounded(missing)} points short)")
        for name, missing in near.shortfalls.items()
    ]
    return listed(parts)


def _flat(text: str) -> str:
    return " ".join(text.split())
