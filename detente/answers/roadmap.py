"""In which order to carry out a package so that nobody is better off leaving between stages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from detente.analysis import Analysis
from detente.answers.answer import Answer, Option, Question, circumstances
from detente.answers.repair import PROPOSAL
from detente.blocks.orders import Order
from detente.case import Case
from detente.errors import UnanswerableError
from detente.implementation import implementation_of
from detente.packages import as_choices
from detente.prose import PERCENT_NOTE
from detente.roadmaps import MOST_RELIED, Roadmaps, roadmaps_of
from detente.table import Section, Sentence, Table
from detente.telling.order import order_lead, order_short, rests_on, title_of
from detente.telling.order_repairs import repairs_section
from detente.telling.roadmap import headline_of, lead_of
from detente.telling.roadmap_data import roadmap_data
from detente.telling.roadmap_method import method_of
from detente.telling.roadmap_tables import (
    ends_table,
    guarantees_table,
    items_table,
    orders_table,
    reliance_table,
)
from detente.telling.stages import gates_table, is_exact, lanes_of, order_text
from detente.timing import entries_of
from detente.vocabulary import Package
from detente.work import Work

MOST_REPORTED = 3
"""Orders of a report that are followed again without each thing said of leaving, and mended."""

ANOTHER = "What to negotiate first is another question: ask detente agenda."


@dataclass(frozen=True, kw_only=True)
class Roadmap(Answer):
    """In which order a package can be put into force, and where an order breaks."""

    analysis: Analysis
    roadmaps: Roadmaps

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.analysis.case

    def data(self) -> dict[str, Any]:
        """Return orders, gates and guarantees for JSON."""
        implementation = self.roadmaps.implementation
        return {
            "answer": "roadmap",
            **circumstances(self.case, self.analysis.work),
            "readings": len(implementation.among),
            "proposal": implementation.asked,
            "title": implementation.name,
            "package": self.case.vocabulary.named(implementation.package),
            **roadmap_data(self.roadmaps),
        }

    def headline(self) -> tuple[Sentence, ...]:
        """Return the best order, and how often it holds."""
        return headline_of(self.roadmaps)

    def sections(self) -> tuple[Section, ...]:
        """Return orders, gates and guarantees for people."""
        roadmaps = self.roadmaps
        parts = [self._ends(), *map(self._order, self._told)]
        return (self._section((*parts, method_of(roadmaps))),)

    def chapter(self) -> tuple[Section, ...]:
        """Return the same in short: a picture for each order, and what would mend the best."""
        return (self._section((self._ends(), *map(self._in_short, self._told))),)

    @property
    def _told(self) -> list[int]:
        """The orders told one by one: those named, the best ones, and the one that needs least."""
        least = self.roadmaps.least
        return [
            k for k, one in enumerate(self.roadmaps.shown) if one.proposed or one.best or k == least
        ]

    def _section(self, parts: tuple[Section, ...]) -> Section:
        roadmaps = self.roadmaps
        implementation = roadmaps.implementation
        name = implementation.name
        lead = lead_of(roadmaps)
        note = () if is_exact(implementation) else (Sentence(text=PERCENT_NOTE),)
        return Section(
            key="roadmap",
            title=f"What to carry out first: how to put {name} into force",
            lead=(*lead, *note, Sentence(text=ANOTHER)),
            tables=(
                items_table(implementation),
                orders_table(roadmaps),
                guarantees_table(roadmaps),
            ),
            pictures=(self._picture(self._pictured),),
            parts=parts,
        )

    @property
    def _pictured(self) -> int:
        """The order whose picture comes first: the best one that has several stages."""
        roadmaps = self.roadmaps
        several = [k for k, one in enumerate(roadmaps.shown) if len(one.stages) > 1]
        if roadmaps.best in several or not several:
            return roadmaps.best
        return max(several, key=lambda k: (roadmaps.outlook.carried[k].holds.value, -k))

    def _picture(self, place: int) -> Any:
        roadmaps = self.roadmaps
        average = "" if is_exact(roadmaps.implementation) else ", on average over these readings"
        title = f"{title_of(roadmaps, place)}{average}"
        best = roadmaps.shown[roadmaps.best]
        if place != roadmaps.best and len(best.stages) == 1:
            title += f" ({order_text(roadmaps.implementation, best.stages)} has no stages to draw)"
        return lanes_of(roadmaps.implementation, roadmaps.outlook.carried[place], title=title)

    def _ends(self) -> Section:
        return Section(
            key="roadmap-ends",
            title="At signing, and once everything is in force",
            tables=(ends_table(self.roadmaps),),
        )

    def _order(self, place: int) -> Section:
        roadmaps = self.roadmaps
        implementation, order = roadmaps.implementation, roadmaps.outlook.carried[place]
        gates = gates_table(implementation, order, title="Where somebody would leave, in points")
        tables: list[Table] = [gates] if gates.rows else []
        relied = reliance_table(roadmaps, place)
        tables += [] if relied is None else [relied]
        mended = None
        if place in roadmaps.mendings:
            key = f"roadmap-mend-{place + 1}"
            mended = repairs_section(implementation, order, roadmaps.mendings[place], key=key)
        return Section(
            key=f"roadmap-order-{place + 1}",
            title=title_of(roadmaps, place),
            lead=(*order_lead(roadmaps, place), *rests_on(roadmaps, place)),
            tables=tuple(tables),
            pictures=() if place == self._pictured else (self._picture(place),),
            parts=() if mended is None else (mended,),
        )

    def _in_short(self, place: int) -> Section:
        """Return an order without its long tables."""
        whole = self._order(place)
        if place == self.roadmaps.best:
            return replace(whole, tables=())
        return replace(whole, lead=tuple(order_short(self.roadmaps, place)), tables=(), parts=())


def roadmap(
    case: Case, proposal: str, /, *, order: str | None = None, work: Work | None = None
) -> Roadmap:
    """Tell in which order to carry out a package so that nobody is better off leaving midway.

    Parameters
    ----------
    proposal
        A proposal's name, a name with changes, or settings.
    order
        An order to judge besides those of the case: ``alliance + forces then rest``.

    At every gate, from signing to after the last stage, going on is held against walking away, see
    :mod:`detente.solvers.roadmap`. Shares are of the readings in which all signatories accept.

    Raises
    ------
    ExpressionError
        The proposal or the order cannot be read or names something unknown.
    UnanswerableError
        The package is the status quo or not feasible, or a signatory has no amounts.
    LimitError
        There are too many items.
    """
    return ordered(Analysis(case=case, work=work or Work()), proposal, order)


def ordered(
    analysis: Analysis, proposal: str, order: str | None = None, *, most: int = MOST_RELIED
) -> Roadmap:
    """Order the stages of a package within an analysis."""
    implementation = implementation_of(analysis, proposal)
    found = roadmaps_of(implementation, order, most=most)
    return Roadmap(analysis=analysis, roadmaps=found)


def reported(analysis: Analysis) -> Roadmap:
    """Order the stages of one package for a report: of the proposal that most readings accept.

    Proposals of which an order of the case names two items or more come before the others.

    Raises UnanswerableError where the case has no roadmap, or no proposal that moves anything.
    """
    case = analysis.case
    if not case.blocks.get("roadmap"):
        raise UnanswerableError("the case has no roadmap")
    proposals = _stageable(analysis)
    if not proposals:
        raise UnanswerableError("the case has no proposal that could be put into force")
    judged = analysis.judge(list(proposals.values()))
    shares = [0.0 if one.together is None else one.together.value for one in judged]
    named = {
        issue for order in entries_of(analysis, "roadmap", Order) for issue in order.sequence.names
    }

    def merit(place: int) -> tuple[bool, float]:
        package = list(proposals.values())[place]
        moved = case.vocabulary.changes(case.vocabulary.status_quo, package)
        return len(named.intersection(moved)) > 1, shares[place]

    best = max(range(len(proposals)), key=merit)
    return ordered(analysis, list(proposals)[best], most=MOST_REPORTED)


def _stageable(analysis: Analysis) -> dict[str, Package]:
    """Return the proposals that are feasible and move something."""
    case = analysis.case
    found = case.vocabulary.proposals
    feasible = analysis.space.feasible(as_choices(list(found.values()), len(case.issues)))
    return {
        name: package
        for (name, package), meets in zip(found.items(), feasible.tolist(), strict=True)
        if meets and package != case.vocabulary.status_quo
    }


QUESTION = Question(
    name="roadmap",
    ask=roadmap,
    reported=reported,
    options=(
        PROPOSAL,
        Option(
            name="order",
            help="an order to judge, such as 'alliance + forces then rest'",
            metavar="ORDER",
        ),
    ),
)
