"""Find what could be agreed: the packages all can accept, the frontier, four solutions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from detente.agreement import Agreement, Listing, Pick, agreement_of
from detente.analysis import Analysis, Judged
from detente.answers.answer import Filed, Option, Question, circumstances
from detente.case import Case
from detente.expression import Condition
from detente.grammar import parse_condition
from detente.prose import (
    PERCENT_NOTE,
    counted_data,
    listed,
    opening,
    package_text,
    plural,
    share_data,
    shares_data,
    status_quo_text,
    thin_note,
    values_data,
)
from detente.report import separated
from detente.solvers.bargaining import SOLUTIONS
from detente.table import Cell, Column, Section, Sentence, Share, Table
from detente.telling.frontier import (
    frontier_data,
    frontier_section,
    frontier_size,
    gain_columns,
    packages_table,
    whole_landscape,
)
from detente.work import Work
from detente.zone import Binding

MOST_ITEMS = 200
LANDSCAPE, TABLE = "landscape.json", "frontier.csv"
"""Names of the files with the landscape of packages, and with the packages on the frontier."""
_LONGEST_STATUS_QUO = 240
"""Characters; a longer status quo is not spelt out."""


@dataclass(frozen=True, kw_only=True)
class Settlement(Filed):
    """What could be agreed, on the central reading, with its share of the readings beside it.

    items : frontier packages with who accepts them, the most even gains first, up to 200
    listing : the same packages, and how many frontier packages meet ``where``
    where : the condition that narrows what is listed; it changes nothing else
    """

    agreement: Agreement
    items: tuple[Judged, ...]
    listing: Listing
    where: Condition | None = None

    @property
    def analysis(self) -> Analysis:
        """The analysis behind it."""
        return self.agreement.analysis

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.analysis.case

    @property
    def status(self) -> str:
        """How far the answer goes.

        ``exact``; ``infeasible``: proved that no package is acceptable on the central reading;
        ``approximate``: the frontier is one within a stated shortfall; ``bounded``: a limit was
        reached before a solution, or whether anything is acceptable, was proved.
        """
        agreement = self.agreement
        if agreement.finding == "none":
            return "infeasible"
        if agreement.finding == "unknown" or not all(pick.proved for pick in agreement.picks):
            return "bounded"
        if agreement.frontier is not None and agreement.frontier.status == "approximate":
            return "approximate"
        return "exact"

    @property
    def zone(self) -> Share:
        """The share of readings with a package that all signatories accept."""
        return self.analysis.zone

    def data(self) -> dict[str, Any]:
        """Return the settlement for JSON."""
        return {
            "answer": "settle",
            **circumstances(self.case, self.analysis.work),
            "status": self.status,
            "readings": self.analysis.readings.n_readings,
            "zone": {
                **counted_data(self.zone),
                "proved": self.zone.certain,
                "unsettled": self.analysis.zone_unsettled,
            },
            "feasible": {"packages": self.agreement.n_feasible},
            "acceptable": {"packages": self.agreement.n_acceptable},
            "frontier": self._frontier_data(),
            "solutions": {pick.name: self._pick(pick) for pick in self.agreement.picks},
            "needs_cardinal": list(self.agreement.ordinal),
            "binding": [
                {"what": b.text, "party": b.party, "would_add": b.n_added}
                for b in self.agreement.bindings
            ],
            "empty": None if self.agreement.empty is None else self.agreement.empty.data(self.case),
        }

    def files(self) -> Mapping[str, str]:
        """Return the landscape of packages for any two parties, and the frontier as a table."""
        found: dict[str, str] = {}
        landscape = whole_landscape(self.agreement)
        if landscape is not None:
            found[LANDSCAPE] = json.dumps(landscape.data(), ensure_ascii=False)
        if self.items:
            found[TABLE] = separated.render(packages_table(self.agreement, self.items))
        return found

    def _frontier_data(self) -> dict[str, Any] | None:
        found = frontier_data(self.agreement, self.listing)
        return found and {**found, "items": self._listed(self.items)}

    def _listed(self, items: Sequence[Judged]) -> list[dict[str, Any]]:
        worth = self.agreement.worth([judged.package for judged in items])
        return [
            {
                "package": self.case.vocabulary.named(judged.package),
                "values": self._amounts(values),
                "gains": self._amounts(gains),
                "shares": shares_data(judged),
            }
            for judged, (values, gains) in zip(items, worth, strict=True)
        ]

    def _amounts(self, amounts: Sequence[Fraction]) -> dict[str, Any]:
        """Return one number for each party; none for a party that is ordinal."""
        found = values_data(self.analysis.valuation.parties, amounts)
        opinions = self.analysis.opinions
        return {name: None if opinions[name].ordinal else value for name, value in found.items()}

    def _pick(self, pick: Pick) -> dict[str, Any]:
        first = (self._listed(pick.packages[:1]) or [{"values": {}, "gains": {}}])[0]
        shares = [share_data(judged.together) for judged in pick.packages]
        return {
            "values": first["values"],
            "gains": first["gains"],
            "packages": [self.case.vocabulary.named(j.package) for j in pick.packages],
            "tied": pick.n_tied,
            "proved": pick.proved,
            "share": shares[0] if shares else None,
            "shares": [shares_data(j) for j in pick.packages],
        }

    def sections(self) -> tuple[Section, ...]:
        """Return the settlement for people."""
        parts: list[Section] = []
        if self.agreement.empty is not None:
            parts.append(self.agreement.empty.section(self.case))
        if self.agreement.picks:
            parts.append(self._solutions())
        elif self.agreement.ordinal and self.agreement.finding == "found":
            names = listed([self.case.party(name).label for name in self.agreement.ordinal])
            text = f"The solutions need amounts: they need cardinal statements from {names}."
            parts.append(Section(key="solutions", title="Solutions", lead=(Sentence(text=text),)))
        if self.agreement.frontier is not None and len(self.agreement.frontier):
            frontier = self.agreement.frontier
            items, where = self.items, self.where
            parts.append(frontier_section(self.agreement, frontier, self.listing, items, where))
        if self.agreement.bindings:
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
        if zone.certain:
            when = " in every reading" if zone.value and self.analysis.readings.sampled else ""
            text = (
                f"There is {'a' if zone.value else 'no'} package that all signatories can "
                f"accept{when}."
            )
        else:
            text = (
                f"{opening(zone)} that fit the statements there is at least one package that all "
                "signatories can accept."
            )
        lead = [Sentence(text=text, tone="good" if zone.value >= 0.5 else "bad")]
        if self.analysis.zone_unsettled:
            text = (
                f"In {plural(self.analysis.zone_unsettled, 'reading')} this could not be settled "
                "within the limits; they count as without any."
            )
            lead.append(Sentence(text=text, tone="warn"))
        if self.analysis.readings.sampled:
            lead.append(
                Sentence(
                    text="What follows is exact for the central reading, the middle of all "
                    "readings; the shares beside it tell how far other readings agree. "
                    + PERCENT_NOTE
                )
            )
        picked = (one for pick in self.agreement.picks for one in pick.packages)
        lead += thin_note(self.analysis, [*self.items, *picked], more=[zone])
        if self.agreement.scales_differ:
            text = (
                "Some parties are on scales of their own; egalitarian and utilitarian compare "
                "points as written."
            )
            lead.append(Sentence(text=text, tone="warn"))
        return tuple(lead)

    def _counts(self) -> Table:
        agreement = self.agreement
        rows: list[tuple[Cell, ...]] = [
            ("All packages", self.case.vocabulary.n_packages),
            ("that meet the constraints", agreement.n_feasible),
            ("that all signatories accept", _count(agreement.n_acceptable)),
        ]
        if agreement.frontier is not None:
            rows.append(("on the frontier", frontier_size(agreement, agreement.frontier)))
        return Table(
            title="Packages on the central reading",
            columns=(
                Column(key="packages", title="Packages"),
                Column(key="count", title="How many", align="right"),
            ),
            rows=tuple(rows),
        )

    def _solutions(self) -> Section:
        rows: list[tuple[Cell, ...]] = []
        points = []
        for pick in self.agreement.picks:
            solution = SOLUTIONS[pick.name]
            if not pick.packages:
                text = f"{solution.title} ({solution.says}): none was found within the limits."
                points.append(Sentence(text=text, tone="warn"))
                continue
            judged = pick.packages[0]
            gains = zip(
                self.analysis.valuation.parties, self.agreement.gains(judged.package), strict=True
            )
            cells = (None if self.analysis.opinions[name].ordinal else gain for name, gain in gains)
            rows.append((solution.title, *cells, judged.together))
            package = package_text(self.case, judged.package)
            tied = ""
            if pick.n_tied is None:
                tied = "; whether others are tied was not settled"
            elif pick.n_tied > 1:
                tied = f"; {plural(pick.n_tied - 1, 'other package')} tied"
            if not pick.proved:
                tied = "; the best found, not proved the best"
            points.append(Sentence(text=f"{solution.title} ({solution.says}{tied}): {package}."))
        table = Table(
            title="Gain over no deal, in points",
            columns=(
                Column(key="solution", title="Solution"),
                *gain_columns(self.agreement),
                Column(key="all", title="Accepted by all", align="right"),
            ),
            rows=tuple(rows),
        )
        before = status_quo_text(self.case)
        lead = Sentence(
            text="Each solution is a rule for what is fair, applied to the packages that all "
            "accept; the package is told by what it changes of the status quo"
            f"{f' ({before})' if len(before) <= _LONGEST_STATUS_QUO else ''}."
        )
        return Section(
            key="solutions", title="Solutions", lead=(lead,), points=tuple(points), tables=(table,)
        )

    def _bindings(self) -> Section:
        points = tuple(
            Sentence(text=f"Without {b.text} all would accept {_added(b)}.", source=b.source)
            for b in self.agreement.bindings
        )
        return Section(key="binding", title="Constraints and red lines that bind", points=points)


def _count(number: int | None) -> Cell:
    return "too many to count" if number is None else number


def _added(binding: Binding) -> str:
    return "more" if binding.n_added is None else plural(binding.n_added, "more package")


def settle(
    case: Case, /, *, where: str | None = None, fast: bool = False, work: Work | None = None
) -> Settlement:
    """Find the packages that all signatories accept, the frontier, and the bargaining solutions.

    Parameters
    ----------
    where
        A condition that narrows the packages listed; counts and solutions stay as they are.
    fast
        Leave the frontier out; the solutions are then found without it.

    Everything is exact for the central reading (design rule 10); beside it stand shares of readings
    with their standard errors. Ties are all kept. What this costs follows the size of the frontier,
    not the number of packages; where a limit of time or memory is reached, the answer says how far
    it goes.

    Raises
    ------
    UnanswerableError
        A signatory's statements contradict each other or leave best or worst options open.
    LimitError
        The conditions of the case are too entangled.
    """
    return settled(Analysis(case=case, work=work or Work()), where=where, fast=fast)


def settled(analysis: Analysis, *, where: str | None = None, fast: bool = False) -> Settlement:
    """Settle within an analysis."""
    condition = None
    if where is not None:
        condition = parse_condition(where)
        for error in condition.check(analysis.case.vocabulary):
            raise error
    agreement = agreement_of(analysis, fast=fast)
    listing = agreement.best_first(condition, most=MOST_ITEMS)
    items = analysis.judge(listing.packages)
    return Settlement(agreement=agreement, items=tuple(items), listing=listing, where=condition)


QUESTION = Question(
    name="settle",
    ask=settle,
    options=(
        Option(
            name="where",
            help="list only packages that meet a condition, such as 'forces == none'",
            metavar="CONDITION",
        ),
        Option(name="fast", help="leave the frontier out, find the solutions only", flag=True),
    ),
)
