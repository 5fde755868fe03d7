"""Find what could be agreed: the packages all can accept, the frontier, four solutions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from detente.analysis import Analysis, Judged
from detente.answers.answer import Answer, Option, Question, circumstances
from detente.case import Case
from detente.expression import Condition
from detente.grammar import parse_condition
from detente.hit_and_run import Ints
from detente.packages import Choices, Valuation, condition_mask
from detente.prose import (
    PERCENT_NOTE,
    acceptance_table,
    listed,
    package_text,
    plural,
    share_data,
    shares_data,
    values_data,
)
from detente.report.pictures.scatter import Scatter, Series
from detente.solvers.bargaining import SOLUTIONS
from detente.solvers.frontier import is_on_frontier
from detente.zone import Binding, Emptiness, binding, emptiness
from detente.table import Cell, Column, Section, Sentence, Share, Table
from detente.vocabulary import Package
from detente.work import Work

MOST_ITEMS = 200
MOST_TIES = 5
MOST_ROWS = 20
MOST_POINTS = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """What one bargaining solution picks on the central reading.

    packages : the first tied packages, in case order; n_tied : how many there are
    """

    name: str
    packages: tuple[Judged, ...]
    n_tied: int


@dataclass(frozen=True, kw_only=True)
class Settlement(Answer):
    """What could be agreed, on the central reading, with its share of the readings beside it.

    acceptable, frontier : rows of ``choices``, ascending
    where : the condition that narrows what is listed; it changes nothing else
    """

    analysis: Analysis
    choices: Choices
    acceptable: Ints
    frontier: Ints
    picks: tuple[Pick, ...]
    items: tuple[Judged, ...]
    bindings: tuple[Binding, ...]
    empty: Emptiness | None
    ordinal: tuple[str, ...]
    where: Condition | None = None

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.analysis.case

    @property
    def valuation(self) -> Valuation:
        """The central reading in exact numbers."""
        return self.analysis.valuation

    @property
    def status(self) -> str:
        """``exact``, or ``infeasible`` when no package is acceptable on the central reading."""
        return "exact" if len(self.acceptable) else "infeasible"

    @property
    def zone(self) -> Share:
        """The share of readings with a package that all signatories accept."""
        return self.analysis.zone

    def values(self, package: Package) -> list[Fraction]:
        """Return a package's value to each party on the central reading, in points."""
        choices = np.array([package], dtype=np.int64)
        return [self.valuation.in_points(v) for v in self.valuation.values(choices)[0]]

    def gains(self, package: Package) -> list[Fraction]:
        """Return a package's gain over no deal for each party on the central reading."""
        no_deal = [self.valuation.in_points(v) for v in self.valuation.no_deal]
        return [v - d for v, d in zip(self.values(package), no_deal, strict=True)]

    @cached_property
    def n_vectors(self) -> int:
        """How many different frontier vectors of values there are."""
        values = self.valuation.values(self.choices[self.frontier])
        columns = values[:, self.analysis.signatory_columns]
        return len({tuple(int(v) for v in row) for row in columns})

    def data(self) -> dict[str, Any]:
        """Return the settlement for JSON."""
        return {
            "answer": "settle",
            **circumstances(self.case, self.analysis.work),
            "status": self.status,
            "readings": self.analysis.readings.n_readings,
            "zone": {"share": share_data(self.zone), "error": self.zone.error},
            "feasible": {"packages": len(self.choices)},
            "acceptable": {"packages": len(self.acceptable)},
            "frontier": {
                "vectors": self.n_vectors,
                "packages": len(self.frontier),
                "complete": True,
                "listed": len(self.items),
                "items": [self._item(judged) for judged in self.items],
            },
            "solutions": {pick.name: self._pick(pick) for pick in self.picks},
            "binding": [
                {"what": b.text, "party": b.party, "would_add": b.n_added} for b in self.bindings
            ],
            "empty": None if self.empty is None else self.empty.data(self.case),
        }

    def _item(self, judged: Judged) -> dict[str, Any]:
        names = self.valuation.parties
        return {
            "package": self.case.vocabulary.named(judged.package),
            "values": values_data(names, self.values(judged.package)),
            "gains": values_data(names, self.gains(judged.package)),
            "shares": shares_data(judged),
        }

    def _pick(self, pick: Pick) -> dict[str, Any]:
        first = self._item(pick.packages[0])
        return {
            "values": first["values"],
            "gains": first["gains"],
            "packages": [self.case.vocabulary.named(j.package) for j in pick.packages],
            "tied": pick.n_tied,
            "share": share_data(pick.packages[0].together),
            "shares": [shares_data(j) for j in pick.packages],
        }

    def sections(self) -> tuple[Section, ...]:
        """Return the settlement for people."""
        parts: list[Section] = []
        if self.empty is not None:
            parts.append(self.empty.section(self.case))
        if self.picks:
            parts.append(self._solutions())
        elif self.ordinal and len(self.acceptable):
            names = listed([self.case.party(name).label for name in self.ordinal])
            text = f"The solutions need amounts: they need cardinal statements from {names}."
            parts.append(Section(key="solutions", title="Solutions", lead=(Sentence(text=text),)))
        if len(self.frontier):
            parts.append(self._frontier())
        if self.bindings:
            parts.append(self._bindings())
        return (
            Section(
                key="settle",
                title="What could be agreed",
                lead=self._lead(),
                tables=(self._counts(),),
                parts=tuple(parts),
            ),
        )

    def _lead(self) -> tuple[Sentence, ...]:
        zone = self.zone
        sure = zone.certain and not self.analysis.readings.sampled
        exact = "There is" if zone.value else "There is no"
        text = f"{exact} {'a ' if zone.value else ''}package that all signatories can accept."
        if not sure:
            where = zone.phrase().replace("of the readings", "of the readings that fit the statements")
            text = (
                f"{where[0].upper()}{where[1:]} there is at least one package "
                "that all signatories can accept."
            )
        lead = [Sentence(text=text, tone="good" if zone.value >= 0.5 else "bad")]
        if self.analysis.readings.sampled:
            lead.append(
                Sentence(
                    text="What follows is exact for the central reading, the middle of all readings; "
                    "the shares beside it tell how far other readings agree. " + PERCENT_NOTE
                )
            )
        if self.analysis.thin is not None:
            text = f"Some shares rest on about {self.analysis.thin:,.0f} independent readings only."
            lead.append(Sentence(text=text, tone="warn"))
        if self.scales_differ:
            text = "Some parties are on scales of their own; egalitarian and utilitarian add them up as written."
            lead.append(Sentence(text=text, tone="warn"))
        return tuple(lead)

    @cached_property
    def scales_differ(self) -> bool:
        """Whether a party is on points whose best package is not worth 100 like the others'."""
        first = np.array(self.analysis.space.first)
        spans = set()
        for p in self.analysis.signatory_columns:
            options = self.valuation.options[p]
            parts = np.split(options, first[1:])
            spans.add(sum(int(max(part)) - int(min(part)) for part in parts))
        return len(spans) > 1 and any(
            self.analysis.opinions[p.name].preferences.manner == "points"
            for p in self.case.signatories
        )

    def _counts(self) -> Table:
        rows: tuple[tuple[Cell, ...], ...] = (
            ("All packages", self.case.vocabulary.n_packages),
            ("that meet the constraints", len(self.choices)),
            ("that all signatories accept", len(self.acceptable)),
            ("on the frontier", len(self.frontier)),
        )
        return Table(
            title="Packages on the central reading",
            columns=(
                Column(key="packages", title="Packages"),
                Column(key="count", title="How many", align="right"),
            ),
            rows=rows,
        )

    def _gain_columns(self) -> list[Column]:
        return [
            Column(
                key=name,
                title=f"{self.case.party(name).label}, gain",
                align="right",
                signed=True,
            )
            for name in self.valuation.parties
        ]

    def _solutions(self) -> Section:
        rows: list[tuple[Cell, ...]] = []
        points = []
        for pick in self.picks:
            solution = SOLUTIONS[pick.name]
            judged = pick.packages[0]
            rows.append((solution.title, *self.gains(judged.package), judged.together))
            package = package_text(self.case, judged.package)
            tied = f"; {plural(pick.n_tied - 1, 'other package')} tied" if pick.n_tied > 1 else ""
            points.append(Sentence(text=f"{solution.title} ({solution.says}{tied}): {package}."))
        table = Table(
            title="Gain over no deal, in points",
            columns=(
                Column(key="solution", title="Solution"),
                *self._gain_columns(),
                Column(key="all", title="Accepted by all", align="right"),
            ),
            rows=tuple(rows),
        )
        lead = Sentence(
            text="Each solution is a rule for what is fair, applied to the packages that all accept; "
            "the package is told by what it changes of the status quo."
        )
        return Section(
            key="solutions", title="Solutions", lead=(lead,), points=tuple(points), tables=(table,)
        )

    def _frontier(self) -> Section:
        shown = [j for j in self.items if self._listed(j.package)]
        text = (
            f"{plural(len(self.frontier), 'package')} can be bettered for no signatory "
            "without worsening another."
        )
        if self.where is not None:
            text += f" Listed are those in which {self.where.text}."
        rows = [
            (f"{k}. {package_text(self.case, judged.package)}", judged)
            for k, judged in enumerate(shown[:MOST_ROWS], start=1)
        ]
        tables: tuple[Table, ...] = ()
        if rows:
            table = acceptance_table(
                self.analysis,
                rows,
                title="Frontier packages and who accepts them",
                first="Package: what it changes of the status quo",
            )
            left = len(self.frontier) - len(rows)
            note = f"{plural(left, 'further package')} not shown." if left and not self.where else ""
            tables = (replace(table, note=note),)
        return Section(
            key="frontier",
            title="The frontier",
            lead=(Sentence(text=text),),
            tables=tables,
            pictures=tuple(self._pictures()),
        )

    def _listed(self, package: Package) -> bool:
        if self.where is None:
            return True
        return self.where.holds(package, self.case.vocabulary)

    def _bindings(self) -> Section:
        points = tuple(
            Sentence(
                text=f"Without {b.text} {plural(b.n_added, 'more package')} would be acceptable to all.",
                source=b.source,
            )
            for b in self.bindings
        )
        return Section(key="binding", title="Constraints and red lines that bind", points=points)

    def _pictures(self) -> Sequence[Scatter]:
        columns = self.analysis.signatory_columns
        if len(columns) < 2 or self.ordinal:
            return []
        values = self.valuation.values(self.choices)[:, columns].astype(np.float64)
        values = values / self.valuation.scale
        x, y = _most_opposed(values)
        points = values[:, [x, y]]
        names = [self.case.party(self.valuation.parties[columns[p]]).label for p in (x, y)]
        no_deal = [float(self.valuation.in_points(self.valuation.no_deal[columns[p]])) for p in (x, y)]
        rest = np.setdiff1d(np.arange(len(points)), self.acceptable)
        series = [
            Series(name="Other packages", role="background", points=_thinned(points[rest])),
            Series(
                name="Acceptable to all",
                role="acceptable",
                points=_thinned(points[np.setdiff1d(self.acceptable, self.frontier)]),
            ),
            Series(name="Frontier", role="frontier", points=_thinned(points[self.frontier])),
        ]
        series += self._named(columns[x], columns[y])
        others = "" if len(columns) == 2 else " Other signatories are not seen here."
        description = (
            f"Each point is a package; to the right is better for {names[0]}, upwards better for "
            f"{names[1]}. The shaded corner is better than no deal for both.{others}"
        )
        return [
            Scatter(
                title=f"What packages are worth to {names[0]} and {names[1]}",
                description=description,
                x_title=f"{names[0]}, points",
                y_title=f"{names[1]}, points",
                series=tuple(one for one in series if one.points),
                x_no_deal=no_deal[0],
                y_no_deal=no_deal[1],
            )
        ]

    def _named(self, x: int, y: int) -> list[Series]:
        def at(package: Package) -> tuple[float, float]:
            values = self.values(package)
            return float(values[x]), float(values[y])

        found = []
        if self.picks:
            found.append(
                Series(
                    name="Solutions",
                    role="solution",
                    points=tuple(at(pick.packages[0].package) for pick in self.picks),
                    names=tuple(SOLUTIONS[pick.name].title for pick in self.picks),
                )
            )
        proposals = self.case.proposals
        if proposals:
            packages = self.case.vocabulary.proposals
            found.append(
                Series(
                    name="Proposals",
                    role="proposal",
                    points=tuple(at(packages[p.name]) for p in proposals),
                    names=tuple(p.label for p in proposals),
                )
            )
        return found


def settle(case: Case, /, *, where: str | None = None, work: Work | None = None) -> Settlement:
    """Find the packages that all signatories accept, the frontier, and the bargaining solutions.

    Parameters
    ----------
    where
        A condition that narrows the packages listed; counts and solutions stay as they are.

    Everything is exact for the central reading (design rule 10); beside it stand shares of readings
    with their standard errors. Ties are all kept. A package list of more than a million is refused.

    Raises
    ------
    UnanswerableError
        A signatory's statements contradict each other or leave best or worst options open.
    LimitError
        There are too many packages to list.
    """
    return settled(Analysis(case=case, work=work or Work()), where=where)


def settled(analysis: Analysis, *, where: str | None = None) -> Settlement:
    """Settle within an analysis."""
    case = analysis.case
    condition = None
    if where is not None:
        condition = parse_condition(where)
        for error in condition.check(case.vocabulary):
            raise error
    analysis.require(case.signatories)
    choices, valuation = analysis.feasible, analysis.valuation
    columns = analysis.signatory_columns
    accepted = valuation.acceptable(choices)[:, columns].all(axis=1)
    acceptable = np.flatnonzero(accepted)
    gains = valuation.gains(choices[acceptable])[:, columns]
    frontier = acceptable[is_on_frontier(gains)]
    ordinal = tuple(p.name for p in case.signatories if analysis.opinions[p.name].ordinal)
    picks = () if ordinal else _picks(analysis, choices[acceptable], gains)
    listed_rows = frontier
    if condition is not None:
        listed_rows = frontier[condition_mask(condition, choices[frontier], case.vocabulary)]
    items = analysis.judge(_packages(choices[_best_first(analysis, listed_rows)[:MOST_ITEMS]]))
    return Settlement(
        analysis=analysis,
        choices=choices,
        acceptable=acceptable,
        frontier=frontier,
        picks=picks,
        items=tuple(items),
        bindings=binding(analysis, choices),
        empty=None if len(acceptable) else emptiness(analysis, choices),
        ordinal=ordinal,
        where=condition,
    )


def _best_first(analysis: Analysis, rows: Ints) -> Ints:
    """Order packages by their smallest gain relative to the ideal, the largest first."""
    gains = analysis.valuation.gains(analysis.feasible[rows])[:, analysis.signatory_columns]
    if not len(gains):
        return rows
    numbers = gains.astype(np.float64)
    ideal = np.maximum(numbers.max(axis=0), 1.0)
    order = np.argsort(-(numbers / ideal).min(axis=1), kind="stable")
    return rows[order]


def _picks(analysis: Analysis, choices: Choices, gains: Any) -> tuple[Pick, ...]:
    if not len(choices):
        return ()
    found = []
    for name, solution in SOLUTIONS.items():
        rows = solution.solve(gains)
        judged = analysis.judge(_packages(choices[rows[:MOST_TIES]]))
        found.append(Pick(name=name, packages=tuple(judged), n_tied=len(rows)))
    return tuple(found)


def _packages(choices: Choices) -> list[Package]:
    return [tuple(int(option) for option in row) for row in choices]


def _thinned(points: Any) -> tuple[tuple[float, float], ...]:
    """Return distinct points, evenly thinned to a number that a picture can carry."""
    distinct = np.unique(np.round(points, 2), axis=0)
    step = max(1, -(-len(distinct) // MOST_POINTS))
    return tuple((float(x), float(y)) for x, y in distinct[::step])


def _most_opposed(values: Any) -> tuple[int, int]:
    """Return the two parties whose values run most against each other."""
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = np.nan_to_num(np.corrcoef(values, rowvar=False), nan=1.0)
    upper = np.triu_indices(values.shape[1], k=1)
    at = int(np.argmin(correlation[upper]))
    return int(upper[0][at]), int(upper[1][at])


QUESTION = Question(
    name="settle",
    ask=settle,
    options=(
        Option(
            name="where",
            help="list only packages that meet a condition, such as 'forces == none'",
            metavar="CONDITION",
        ),
    ),
)
