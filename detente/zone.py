"""The zone of agreement on the central reading: what bounds it, and why it is empty.

A requirement is a signatory's no-deal value or one of its red lines. When no feasible package meets
all requirements, the smallest sets that exclude each other are the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from detente.analysis import Analysis
from detente.case import Case
from detente.factors import Choices
from detente.irreducible import irreducible_sets
from detente.number import json_number, rounded
from detente.packages import as_choices
from detente.prose import listed, package_text, sources_text
from detente.reckoning import Reckoning
from detente.solvers.acceptable import find_acceptable
from detente.solvers.certificate import Outweighed
from detente.solvers.demands import (
    Demands,
    Listed,
    Meeting,
    Searched,
    Uncrossed,
    Wish,
    demands_of,
)
from detente.statements.red_line import RedLine
from detente.table import Cell, Column, Section, Sentence, Table
from detente.vocabulary import Package

MOST_SETS = 5
MOST_NEAREST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What one signatory demands of a package."""

    party: str
    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A constraint or red line without which more packages would be acceptable to all.

    n_added : how many more; None where they are not counted
    """

    text: str
    party: str | None
    source: str
    n_added: int | None


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
    nearest_proved : none come nearer than these
    feasible : some package meets the constraints
    reckoning : the weighted sums that prove it; None where there are none that mean anything
    """

    sets: tuple[tuple[Requirement, ...], ...]
    complete: bool
    nearest: tuple[Nearest, ...]
    nearest_proved: bool
    feasible: bool
    reckoning: Reckoning | None

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
            "nearest_proved": self.nearest_proved,
            "certificate": None if self.reckoning is None else self.reckoning.data(case),
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
            note="" if self.nearest_proved else "A limit was reached; others may come nearer.",
        )
        if self.reckoning is not None and self.feasible:
            parts.append(self.reckoning.section(case))
        text = "On the central reading no package is acceptable to all signatories."
        if not self.feasible:
            text = "No package meets the constraints, so nothing is feasible."
        lead = Sentence(text=text, tone="bad")
        return Section(
            key="empty",
            title="Why nothing is acceptable to all",
            lead=(lead,),
            parts=tuple(parts),
            tables=(table,) if rows else (),
        )


def binding(analysis: Analysis, feasible: Choices | None) -> tuple[Binding, ...]:
    """Return the constraints and red lines without which more would be acceptable to all.

    Each is taken away alone, everything else staying. Where a limit ends a search, that constraint
    or red line is not among them.

    feasible : every feasible package; None where they are too many to list, so that each question
        is answered by a search and what is added is not counted
    """
    case = analysis.case
    demands = _demands(analysis)
    meeting = _meeting(analysis, demands, feasible)
    found = []
    for demand in demands.lines:
        line = _red_line(analysis, demand)
        if (n_added := meeting.added(demand)) != 0:
            label = case.party(line.party).label
            text = f"the red line of {label} ({_flat(line.condition.text)})"
            source = sources_text(case, line)
            found.append(Binding(text=text, party=line.party, source=source, n_added=n_added))
    for kept in demands.of_case:
        if (n_added := meeting.added(kept)) != 0:
            constraint = case.constraints[kept.number]
            cited = "; ".join(case.cited(c) for c in constraint.provenance.because)
            text = f"the constraint that {_flat(constraint.condition.text)}"
            found.append(Binding(text=text, party=None, source=cited, n_added=n_added))
    return tuple(found)


def emptiness(analysis: Analysis, feasible: Choices | None) -> Emptiness:
    """Return why no feasible package is acceptable to all on the central reading.

    feasible : every feasible package; None where they are too many to list, so that each question
        is answered by a search
    """
    demands = _demands(analysis)
    meeting = _meeting(analysis, demands, feasible)
    requirements = [_requirement(analysis, wish) for wish in demands.of_parties]
    found = irreducible_sets(
        len(requirements),
        meeting.together,
        most=MOST_SETS,
        most_questions=meeting.most_questions,
    )
    complete = found.complete and meeting.complete
    nearest = meeting.nearest(MOST_NEAREST)
    return Emptiness(
        sets=tuple(tuple(requirements[i] for i in sorted(group)) for group in found.sets),
        complete=complete,
        nearest=tuple(_near(analysis, package) for package in nearest),
        nearest_proved=meeting.complete,
        feasible=analysis.n_feasible > 0,
        reckoning=_reckoning(analysis),
    )


def _demands(analysis: Analysis) -> Demands:
    valuation, columns = analysis.valuation, analysis.signatory_columns
    cardinal = [not analysis.opinions[valuation.parties[c]].ordinal for c in columns]
    return demands_of(valuation, columns, cardinal=cardinal)


def _meeting(analysis: Analysis, demands: Demands, feasible: Choices | None) -> Meeting:
    if feasible is None:
        return Searched(demands, analysis.work)
    return Listed(demands, feasible)


def _red_line(analysis: Analysis, demand: Uncrossed) -> RedLine:
    name = analysis.valuation.parties[demand.column]
    return analysis.space.red_line_statements[name][demand.line]


def _requirement(analysis: Analysis, wish: Wish) -> Requirement:
    if isinstance(wish, Uncrossed):
        line = _red_line(analysis, wish)
        text = f"its red line, {_flat(line.condition.text)}, is not crossed"
        return Requirement(party=line.party, text=text, source=sources_text(analysis.case, line))
    name = analysis.valuation.parties[wish.column]
    return Requirement(party=name, text="the package is worth no less than no deal", source="")


def _near(analysis: Analysis, package: Package) -> Nearest:
    valuation, columns = analysis.valuation, analysis.signatory_columns
    choices = as_choices([package], len(package))
    gains, crossed = valuation.gains(choices)[0], valuation.crossed(choices)[0]
    shortfalls: dict[str, Fraction | None] = {}
    for column in columns:
        if gains[column] < 0:
            name = valuation.parties[column]
            ranked = analysis.opinions[name].ordinal
            shortfalls[name] = None if ranked else valuation.in_points(-gains[column])
    lines = tuple(valuation.parties[column] for column in columns if crossed[column])
    return Nearest(package=package, shortfalls=shortfalls, crossed=lines)


def _reckoning(analysis: Analysis) -> Reckoning | None:
    """Return the certificate; None without one, or where it would weigh ranks as amounts."""
    certificate = find_acceptable(analysis.diagram, work=analysis.work).certificate
    if certificate is None:
        return None
    parties = [analysis.valuation.parties[column] for column in analysis.signatory_columns]
    for _, leaf in certificate.leaves():
        weights = leaf.weights if isinstance(leaf, Outweighed) else ()
        for name, weight in zip(parties, weights, strict=False):
            if weight and analysis.opinions[name].ordinal:
                return None
    return Reckoning(
        certificate=certificate,
        parties=tuple(parties),
        no_deal=tuple(int(value) for value in analysis.diagram.factors.no_deal),
        scale=analysis.valuation.scale,
    )


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
